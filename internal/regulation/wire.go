package regulation

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	fieldadmission "yidan/internal/admission"
	"yidan/internal/approval"
	"yidan/internal/calendar"
	"yidan/internal/casework"
	"yidan/internal/db"
	"yidan/internal/document"
	"yidan/internal/org"
	"yidan/internal/parameter"
)

// Wire binds every procedure to one transaction: the district's units, calendar
// and parameters as they stand in it. It is built anew for each, so a check or an
// effect never looks at another moment than the one it is saved in.
func Wire(tx *db.Tx, now time.Time) (*casework.Env, error) {
	dir, err := org.LoadDirectory(tx)
	if err != nil {
		return nil, err
	}
	vs, err := parameter.Load(tx)
	if err != nil {
		return nil, err
	}
	cal, err := calendar.Load(tx)
	if err != nil {
		return nil, err
	}
	today := vs.At(now)
	if cal, err = cal.EndingAt(today.Text("deadline.end")); err != nil {
		return nil, err
	}
	day := org.Day(now)
	desk := &fieldadmission.Desk{
		Tx: tx,
		Terms: func(filed time.Time) fieldadmission.Terms {
			return terms(vs.At(filed))
		},
		Number: func(prefix string, year int) (string, error) { return document.Number(tx, prefix, year) },
		Signer: func(p org.Party) (org.Party, bool) { return dir.Signer(p, day) },
		Holder: func(r org.Role) string { return dir.Holder(r, day) },

		UnitName: dir.Name,
		UnitKind: func(id string) org.Kind { u, _ := dir.Unit(id); return u.Kind },
		Townships: func() (ids []string) {
			for _, u := range dir.Townships(day) {
				ids = append(ids, u.ID)
			}
			return ids
		},
		Files: func(caseID string) (int, error) { return document.Count(tx, caseID) },
	}
	return &casework.Env{
		Editions: fieldadmission.Procedures(desk), Calendar: cal, Near: today.Int("deadline.near"),
		Name: func(p org.Party) string { return dir.NameOf(p, day) },
	}, nil
}

// RemindEnding tells of every admitted task whose last day is near
// (admission.remind), by the district's calendar (AE-9.1).
func RemindEnding(ctx context.Context, d *db.DB, now time.Time) (told int, err error) {
	err = d.Write(ctx, func(tx *db.Tx) error {
		vs, err := parameter.Load(tx)
		if err != nil {
			return err
		}
		cal, err := calendar.Load(tx)
		if err != nil {
			return err
		}
		by, err := cal.Add(org.Day(now), vs.At(now).Term("admission.remind").N)
		if err != nil {
			return err
		}
		told, err = fieldadmission.RemindEnding(tx, by.Day, now)
		return err
	})
	return told, err
}

// terms are what the admission rules read from the parameters of a day.
func terms(v parameter.InForce) fieldadmission.Terms {
	return fieldadmission.Terms{
		Terms: road(v), Consult: v.Term("admission.consult"), Remind: v.Term("admission.remind").N,
	}
}

// road is what the common road of reviews, approval and filing reads from them.
func road(v parameter.InForce) approval.Terms {
	return approval.Terms{
		Office: v.Term("review.office"), Legality: v.Term("review.legality"), Serial: v.Text("review.order") == "serial",
		Conference: v.Bool("conference.required"), AwaitReceipt: v.Text("filing.gate") == "acknowledged",
	}
}

// Declared are the newest editions of all procedures with the default values,
// bound to no store: to be read and drawn, not run.
func Declared(now time.Time) (ps []*casework.Procedure) {
	var none parameter.Values
	es := fieldadmission.Procedures(&fieldadmission.Desk{
		Terms: func(time.Time) fieldadmission.Terms { return terms(none.At(now)) },
	})
	for _, name := range slices.SortedFunc(maps.Keys(es), strings.Compare) {
		if p, err := es.Of(name, 0, now, now); err == nil {
			ps = append(ps, p)
		}
	}
	return ps
}
