package regulation

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"yidan/internal/adjustment"
	"yidan/internal/calendar"
	"yidan/internal/casework"
	"yidan/internal/catalog"
	"yidan/internal/db"
	"yidan/internal/form"
	"yidan/internal/message"
	"yidan/internal/org"
	"yidan/internal/parameter"
	"yidan/internal/rectify"
	"yidan/internal/statute"
)

// Triggers opens what changes of the law call for (DM-8.1), in the transaction in
// which they are noted.
type Triggers func(tx *db.Tx, by org.Actor, im catalog.Impact, now time.Time) error

// Impact is what changes of the law reach, noted or only thought of, by the
// district's list, calendar and parameters (DM-8.1).
func Impact(tx *db.Tx, books *catalog.Books, cs []statute.Change, now time.Time) (im catalog.Impact, err error) {
	book, err := books.Get(tx)
	if err != nil {
		return im, err
	}
	cal, err := calendar.Load(tx)
	if err != nil {
		return im, err
	}
	vs, err := parameter.Load(tx)
	if err != nil {
		return im, err
	}
	today := vs.At(now)
	if cal, err = cal.EndingAt(today.Text("deadline.end")); err != nil {
		return im, err
	}
	return book.Impact(cs, cal, today.Term("adjustment.apply"), org.Day(now)), nil
}

// RecordChanges notes changes of the law and opens what they call for, or neither.
func RecordChanges(tx *db.Tx, books *catalog.Books, open Triggers, by org.Actor, cs []statute.Change, now time.Time) (im catalog.Impact, err error) {
	noted, err := statute.Record(tx, by, cs, now)
	if err != nil {
		return im, err
	}
	if im, err = Impact(tx, books, noted, now); err != nil || open == nil {
		return im, err
	}
	return im, open(tx, by, im, now)
}

// WithdrawChange says that a change was noted by mistake and ends what it asked of
// units that have not acted. What somebody has applied for, or was ordered to put
// right, stands: those concerned are told and decide; it is returned in words.
func WithdrawChange(tx *db.Tx, by org.Actor, id, reason string, now time.Time) (stand []string, err error) {
	if err := statute.Withdraw(tx, by, id, reason, now); err != nil {
		return nil, err
	}
	duties, err := adjustment.Recall(tx, by, "change:"+id, "依据的变动登记有误，已撤销："+form.Clean(reason), func(d adjustment.Duty) (bool, error) {
		r, err := rectify.Running(tx, d.Trigger, d.Unit)
		return r.Case != "", err
	}, now)
	for _, d := range duties {
		what, told := strings.TrimSpace(d.Code+" "+d.Matter), d.Case
		if told == "" {
			r, err := rectify.Running(tx, d.Trigger, d.Unit)
			if err != nil {
				return nil, err
			}
			told = r.Case
		}
		called, err := casework.Called(tx, told)
		if err != nil {
			return nil, err
		}
		stand = append(stand, what+"："+called)
		for _, to := range []org.Party{org.Unit(d.Unit), org.Holder(org.ListOffice)} {
			text := fmt.Sprintf("%s所依据的法规变动登记有误，已撤销：%s。%s已经在办，不自动终止，由办理单位决定继续还是撤回。", what, form.Clean(reason), called)
			if err := message.Post(tx, message.Message{To: to, Subject: "依据的变动已撤销：" + d.Matter, Text: text, Case: told, Link: "/sq/" + told, At: now}); err != nil {
				return nil, err
			}
		}
	}
	return stand, err
}

// OpenTriggers opens a trigger for each change that has taken effect: its items are
// duties of whoever must apply, each item under the first change that reaches it.
// An item that only mentions the law in its text is none (DM-8.1). For what takes
// effect later, [OpenAhead] does it on the day.
func OpenTriggers(tx *db.Tx, by org.Actor, im catalog.Impact, now time.Time) error {
	given := map[string]bool{}
	for _, c := range im.Changes {
		if c.On > org.Day(now) {
			continue
		}
		t := adjustment.Trigger{Kind: "law", Event: c.String() + "（" + c.Number + "）", HappenedOn: c.On, Instrument: c.Title, Article: c.Article, Act: string(c.Event), Source: Source(c)}
		var due calendar.Deadline
		for _, x := range im.Items {
			if x.Way == catalog.Mention || given[x.Item] || !x.By(c) {
				continue
			}
			given[x.Item], due = true, x.Due
			advice := string(x.Action)
			if x.Action == catalog.ToVerify {
				advice = "check"
			}
			for _, u := range x.Must {
				t.Duties = append(t.Duties, adjustment.Duty{Code: x.Code, Matter: x.Name, Unit: u, Advice: advice})
			}
		}
		if len(t.Duties) == 0 {
			continue
		}
		if _, err := adjustment.Begin(tx, by, t, due, now); err != nil {
			return err
		}
	}
	return nil
}

// Source is where a trigger that a change of the law opened says it comes from.
func Source(c statute.Change) string { return "change:" + c.ID }

// OpenAhead opens the triggers of changes that were noted before the day on which
// they took effect, once that day has come; it returns of how many.
func OpenAhead(ctx context.Context, d *db.DB, books *catalog.Books, now time.Time) (opened int, err error) {
	var due []statute.Change
	err = d.Read(ctx, func(tx *db.Tx) (err error) { due, err = ahead(tx, books, now); return err })
	if err != nil || len(due) == 0 {
		return 0, err
	}
	err = d.Write(ctx, func(tx *db.Tx) error {
		due, err := ahead(tx, books, now) // as it is now
		if err != nil {
			return err
		}
		for _, c := range due {
			im, err := Impact(tx, books, []statute.Change{c}, now)
			if err != nil {
				return err
			}
			if err := OpenTriggers(tx, org.Actor{Name: "系统"}, im, now); err != nil {
				return err
			}
		}
		opened = len(due)
		return nil
	})
	return opened, err
}

// ahead are the changes noted ahead whose day has come, that reach an item and have
// no trigger yet.
func ahead(tx *db.Tx, books *catalog.Books, now time.Time) (due []statute.Change, err error) {
	reg, err := statute.Load(tx)
	if err != nil {
		return nil, err
	}
	for _, i := range reg.All() {
		for _, c := range i.Changes {
			if c.Withdrawn != "" || c.On > org.Day(now) || c.On <= org.Day(c.NotedAt) {
				continue
			}
			ts, err := adjustment.From(tx, Source(c))
			if err != nil {
				return nil, err
			}
			if len(ts) > 0 {
				continue
			}
			im, err := Impact(tx, books, []statute.Change{c}, now)
			if err != nil {
				return nil, err
			}
			if slices.ContainsFunc(im.Items, func(x catalog.Touched) bool { return x.Way != catalog.Mention && len(x.Must) > 0 }) {
				due = append(due, c)
			}
		}
	}
	return due, nil
}
