package regulation

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"yidan/internal/adjustment"
	fieldadmission "yidan/internal/admission"
	"yidan/internal/approval"
	"yidan/internal/calendar"
	"yidan/internal/casework"
	"yidan/internal/catalog"
	"yidan/internal/db"
	"yidan/internal/document"
	"yidan/internal/fault"
	"yidan/internal/handover"
	"yidan/internal/opinion"
	"yidan/internal/org"
	"yidan/internal/parameter"
	"yidan/internal/rectify"
)

// Wire binds every procedure to one transaction: the district's units, calendar
// and parameters as they stand in it. It is built anew for each, so a check or an
// effect never looks at another moment than the one it is saved in.
func Wire(tx *db.Tx, now time.Time) (*casework.Env, error) {
	h, err := newHouse(tx, now)
	if err != nil {
		return nil, err
	}
	es := casework.Editions{}
	maps.Copy(es, fieldadmission.Procedures(h.admission()))
	maps.Copy(es, adjustment.Procedures(h.adjustment(now)))
	maps.Copy(es, handover.Procedures(h.handover(now)))
	maps.Copy(es, opinion.Procedures(h.opinion()))
	maps.Copy(es, rectify.Procedures(h.rectify()))
	return &casework.Env{
		Editions: es, Calendar: h.calendar, Near: h.values.At(now).Int("deadline.near"), Source: h.source,
		Name: func(p org.Party) string { return h.dir.NameOf(p, h.day) }, Units: h.dir, Day: h.day, Cite: Cite,
	}, nil
}

func newHouse(tx *db.Tx, now time.Time) (*house, error) {
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
	if cal, err = cal.EndingAt(vs.At(now).Text("deadline.end")); err != nil {
		return nil, err
	}
	return &house{tx: tx, dir: dir, values: vs, calendar: cal, day: org.Day(now)}, nil
}

// source says what a term rests on that comes from a parameter, for a case filed on a day.
func (h *house) source(value string, t calendar.Term, filed time.Time) string {
	if v := h.values.At(filed); value != "" && v.Term(value) == t {
		return v.Source(value)
	}
	return ""
}

// A house is what all regulations stand on in one transaction.
type house struct {
	tx       *db.Tx
	dir      *org.Directory
	values   *parameter.Values
	calendar *calendar.Calendar
	day      string
}

func (h *house) number(prefix string, year int) (string, error) {
	return document.Number(h.tx, prefix, year)
}
func (h *house) signer(p org.Party) (org.Party, bool) { return h.dir.Signer(p, h.day) }
func (h *house) holder(r org.Role) string             { return h.dir.Holder(r, h.day) }
func (h *house) kind(id string) org.Kind              { u, _ := h.dir.Unit(id); return u.Kind }

// files counts what a case has from a unit, and from the one that took its place.
func (h *house) files(caseID, unit string) (int, error) {
	n, err := document.Count(h.tx, caseID, unit)
	if heir := h.heir(unit); err == nil && heir != "" && heir != unit {
		var more int
		more, err = document.Count(h.tx, caseID, heir)
		n += more
	}
	return n, err
}

func (h *house) townships() (ids []string) {
	for _, u := range h.dir.Townships(h.day) {
		ids = append(ids, u.ID)
	}
	return ids
}

func (h *house) admission() *fieldadmission.Desk {
	return &fieldadmission.Desk{
		Tx: h.tx, Terms: func(filed time.Time) fieldadmission.Terms { return terms(h.values.At(filed)) },
		Number: h.number, Signer: h.signer, Holder: h.holder, UnitName: h.dir.Name, UnitKind: h.kind, Heir: h.heir, Townships: h.townships, Files: h.files,
	}
}

func (h *house) adjustment(now time.Time) *adjustment.Desk {
	return &adjustment.Desk{
		Tx: h.tx, Terms: func(filed time.Time) adjustment.Terms { return changes(h.values.At(filed)) },
		Number: h.number, Signer: h.signer, Holder: h.holder, UnitName: h.dir.Name, UnitKind: h.kind, Heir: h.heir, Townships: h.townships, Files: h.files,
		Resolve: h.resolve, Book: h.book,
		Due:        h.due,
		Registered: func(title string) (bool, error) { return catalog.Registered(h.tx, title) },
		Unlisted:   h.handover(now).Unlisted,
	}
}

func (h *house) heir(unit string) string { return h.dir.Heir(unit, h.day) }

func (h *house) resolve(name string) (string, bool) {
	u, ok := h.dir.Resolve(name, h.day)
	return u.ID, ok
}
func (h *house) book() (*catalog.Book, error) { return books.Get(h.tx) }

func (h *house) handover(now time.Time) *handover.Desk {
	return &handover.Desk{
		Tx: h.tx, Terms: func(filed time.Time) handover.Terms { return disputes(h.values.At(filed)) },
		Number: h.number, Signer: h.signer, Holder: h.holder, UnitName: h.dir.Name, UnitKind: h.kind, Heir: h.heir, Townships: h.townships, Resolve: h.resolve, Book: h.book,
		Admitted: func(id string) (handover.Admitted, error) {
			m, err := fieldadmission.Find(h.tx, id)
			return handover.Admitted{Number: m.Number, Matter: m.Matter, Unit: m.Unit, To: m.To, Carries: func(unit string) error { return m.Carries(h.named(m, unit), now) }}, err
		},
	}
}

// named is the township as an admission names it: one merged into it, where it does not name itself.
func (h *house) named(m fieldadmission.Matter, unit string) string {
	if x, ok := m.Delivery(append([]string{unit}, h.dir.Former(unit, h.day)...)...); ok {
		return x.Unit
	}
	return unit
}

func (h *house) opinion() *opinion.Desk {
	return &opinion.Desk{
		Tx: h.tx, Terms: func(filed time.Time) opinion.Terms { return opinions(h.values.At(filed)) },
		Number: h.number, Signer: h.signer, Holder: h.holder, UnitKind: h.kind, Heir: h.heir, Begin: h.begin,
	}
}

func (h *house) rectify() *rectify.Desk {
	return &rectify.Desk{
		Tx: h.tx, Terms: func(filed time.Time) rectify.Terms { return rectification(h.values.At(filed)) },
		Number: h.number, Signer: h.signer, Holder: h.holder, UnitName: h.dir.Name, Due: h.due, Owed: h.owed,
		Discharge: func(trigger, unit, application string) error {
			n, err := adjustment.Discharge(h.tx, trigger, unit, h.heir(unit), application)
			if err != nil && !fault.Is(err, fault.Missing) {
				return err
			}
			if n == 0 {
				return fault.Join(fault.On("application", "DM-11.2", "选的申请不是关于这个调整事由的事项，或者事项已经有了申请。另选一件，没有的不选"))
			}
			return nil
		},
		Called: func(id string) (string, error) { return casework.Called(h.tx, id) },
	}
}

// owed is what a trigger asks of a unit (DM-11.1).
func (h *house) owed(trigger, unit string) (o rectify.Owed, err error) {
	t, err := adjustment.TriggerOf(h.tx, trigger)
	if err != nil {
		return o, err
	}
	o = rectify.Owed{Event: t.Event, HappenedOn: t.HappenedOn, Due: h.due(t.HappenedOn, h.values.On(h.day).Term("adjustment.apply"))}
	for _, d := range t.Duties {
		if d.Unit == unit {
			o.Duties = append(o.Duties, rectify.Duty{Code: d.Code, Matter: d.Matter, Case: d.Case, Open: d.Open()})
		}
	}
	if len(o.Duties) == 0 {
		err = fault.Absent()
	}
	return o, err
}

// begin makes a 调整事由 of an opinion: of the item that it names, for whoever leads
// in it unless another unit was chosen (DM-10.2).
func (h *house) begin(by org.Actor, c opinion.Cause, now time.Time) (string, error) {
	d := adjustment.Duty{Code: c.Code, Matter: c.Matter, Unit: c.Unit, Advice: c.Advice}
	if c.Code != "" {
		b, err := books.Get(h.tx)
		if err != nil {
			return "", err
		}
		v := b.Latest(c.Code)
		if v == nil {
			return "", fault.On("code", "DM-10.2", "%s", b.NotListed(c.Code))
		}
		if d.Matter = v.Name; d.Unit == "" {
			d.Unit = v.Leader()
		}
	}
	if d.Unit == "" {
		return "", fault.On("unit", "DM-10.2", "选择应由哪个单位提出调整")
	}
	day := org.Day(now)
	t := adjustment.Trigger{Kind: "opinion", Event: c.Event, HappenedOn: day, Source: "opinion:" + c.Case, Duties: []adjustment.Duty{d}}
	return adjustment.Begin(h.tx, by, t, h.due(day, h.values.At(now).Term("adjustment.apply")), now)
}

// TurnOpinion makes a 调整事由 of an opinion, answered or not (DM-10.2).
func TurnOpinion(tx *db.Tx, c *casework.Case, a casework.Answer) error {
	h, err := newHouse(tx, a.At)
	if err != nil {
		return err
	}
	return h.opinion().Turn(c, a)
}

// due is when a term that began with a day runs out.
func (h *house) due(day string, t calendar.Term) calendar.Deadline {
	from, err := time.ParseInLocation(time.DateOnly, day, calendar.Zone)
	if err != nil {
		return calendar.Deadline{}
	}
	return h.calendar.Due(from, t, nil)
}

// books keeps the list in memory for whatever procedures ask of it; its digest
// tells whether it is still the one that a transaction sees.
var books catalog.Books

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

// DropContacts deletes how writers of opinions are reached once that is kept long
// enough (opinion.keep_contact).
func DropContacts(ctx context.Context, d *db.DB, now time.Time) (dropped int, err error) {
	err = d.Write(ctx, func(tx *db.Tx) error {
		vs, err := parameter.Load(tx)
		if err != nil {
			return err
		}
		cal, err := calendar.Load(tx)
		if err != nil {
			return err
		}
		h, keep := &house{calendar: cal}, vs.At(now).Term("opinion.keep_contact")
		dropped, err = opinion.DropContacts(tx, func(closedOn string) bool {
			at := h.due(closedOn, keep).At
			return !at.IsZero() && !now.Before(at)
		})
		return err
	})
	return dropped, err
}

// opinions are what the rules of opinions read from the parameters of a day.
func opinions(v parameter.InForce) opinion.Terms {
	return opinion.Terms{Reply: v.Term("opinion.reply")}
}

// rectification are what the rules of orders read from them.
func rectification(v parameter.InForce) rectify.Terms {
	return rectify.Terms{Rectify: v.Term("rectify.term")}
}

// Order is what an office orders a unit to put right, filled in with what a trigger
// asks of it, and the last day that an order of today may give ("" for any).
func Order(tx *db.Tx, trigger, unit string, now time.Time) (x rectify.Order, last string, err error) {
	h, err := newHouse(tx, now)
	if err != nil {
		return x, "", err
	}
	o, err := h.owed(trigger, unit)
	if err != nil {
		return x, "", err
	}
	x = rectify.Order{Trigger: trigger, Unit: unit, Demand: rectify.UsualDemand}
	x.About(o, h.dir.Name(unit))
	last = h.rectify().Last(h.day, h.values.At(now).Term("rectify.term"))
	x.DueOn = last
	return x, last, nil
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

// changes are what the rules of the list read from the parameters of a day.
func changes(v parameter.InForce) adjustment.Terms {
	return adjustment.Terms{Terms: road(v), Apply: v.Term("adjustment.apply"), Comment: v.Term("comment.term"), Meeting: v.Bool("conference.required")}
}

// Notices is what a draft notice to townships is checked against on a day (AE-2.1).
func Notices(tx *db.Tx, now time.Time) (k handover.Known, err error) {
	dir, err := org.LoadDirectory(tx)
	if err != nil {
		return k, err
	}
	day := org.Day(now)
	k.Day = day
	for _, u := range dir.Townships(day) {
		k.Townships = append(k.Townships, u.Name)
	}
	for _, u := range dir.Departments(day) {
		k.Departments = append(k.Departments, u.Name, dir.Called(u.ID))
	}
	if k.Book, err = books.Get(tx); err != nil {
		return k, err
	}
	ms, err := fieldadmission.Register(tx, nil, nil, true)
	if err != nil {
		return k, err
	}
	for _, m := range ms {
		g := handover.Ground{Mark: handover.Allowed, Name: m.Matter, Ref: m.Number, Text: m.Matter}
		if f, no := fault.As(m.Carries("", now)); no {
			g.WhyNot = f.Text
		}
		k.Grounds = append(k.Grounds, g)
	}
	ls, err := fieldadmission.Lawfuls(tx)
	if err != nil {
		return k, err
	}
	for _, l := range ls {
		k.Grounds = append(k.Grounds, handover.Ground{Mark: handover.Lawful, Name: l.Matter, Ref: l.Basis, Text: l.Matter})
	}
	k.Wordings, err = handover.Wordings(tx)
	return k, err
}

// disputes are what the rules of hand-overs read from them.
func disputes(v parameter.InForce) handover.Terms {
	return handover.Terms{Dispute: v.Term("dispute.list")}
}

// Declared are the newest editions of all procedures with the default values,
// bound to no store: to be read and drawn, not run.
func Declared(now time.Time) (ps []*casework.Procedure) {
	var none parameter.Values
	es := fieldadmission.Procedures(&fieldadmission.Desk{
		Terms: func(time.Time) fieldadmission.Terms { return terms(none.At(now)) },
	})
	maps.Copy(es, adjustment.Procedures(&adjustment.Desk{
		Terms: func(time.Time) adjustment.Terms { return changes(none.At(now)) },
	}))
	maps.Copy(es, handover.Procedures(&handover.Desk{
		Holder: func(org.Role) string { return "" },
		Terms:  func(time.Time) handover.Terms { return disputes(none.At(now)) },
	}))
	maps.Copy(es, rectify.Procedures(&rectify.Desk{
		Terms: func(time.Time) rectify.Terms { return rectification(none.At(now)) },
	}))
	maps.Copy(es, opinion.Procedures(&opinion.Desk{
		Terms: func(time.Time) opinion.Terms { return opinions(none.At(now)) },
	}))
	for _, name := range slices.SortedFunc(maps.Keys(es), strings.Compare) {
		if p, err := es.Of(name, 0, now, now); err == nil {
			ps = append(ps, p)
		}
	}
	return ps
}
