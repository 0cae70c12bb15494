package calendar

import (
	"cmp"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"yidan/internal/audit"
	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/org"
)

// A Hand is who did something, and when; the zero Hand is nobody yet.
type Hand struct {
	Person, Name string
	At           time.Time
}

// A Proposal is an edition brought in by one policy administrator (安全管理员)
// and approved by another.
type Proposal struct {
	ID string
	Edition
	Proposed, Approved, Rejected Hand
	Reason                       string // of the rejection
}

// Open reports that it waits for the second person.
func (p Proposal) Open() bool { return p.Approved.At.IsZero() && p.Rejected.At.IsZero() }

// Load is the calendar in force as tx sees it: the notices in the binary and the
// approved editions. It is shared.
func Load(tx *db.Tx) (*Calendar, error) { return inForce.Get(tx) }

var inForce = db.Shared[*Calendar]{Room: "calendar", Load: load}

func load(tx *db.Tx) (*Calendar, error) {
	ps, err := read(tx, `WHERE approved_at <> '' ORDER BY approved_at, id`)
	if err != nil || len(ps) == 0 {
		return Built(), err
	}
	es := slices.Clone(Built().Editions)
	for _, p := range ps {
		es = append(es, p.Edition)
	}
	return New(es...), nil
}

// Editions lists what was ever proposed, newest first.
func Editions(tx *db.Tx) ([]Proposal, error) {
	return read(tx, `ORDER BY proposed_at DESC, id DESC`)
}

// Find is one proposal; [fault.Absent] when there is none.
func Find(tx *db.Tx, id string) (Proposal, error) {
	ps, err := read(tx, `WHERE id = $1`, id)
	if err == nil && len(ps) == 0 {
		err = fault.Absent()
	}
	if err != nil {
		return Proposal{}, err
	}
	return ps[0], nil
}

func read(tx *db.Tx, where string, args ...any) ([]Proposal, error) {
	return db.All(tx, func(r *sql.Rows) (p Proposal, err error) {
		var days string
		var at [3]db.Time
		if err := r.Scan(&p.ID, &p.Year, &p.Kind, &p.Number, &p.Title, &p.Issued, &days, &p.Proposed.Person, &p.Proposed.Name, &at[0],
			&p.Approved.Person, &p.Approved.Name, &at[1], &p.Rejected.Person, &p.Rejected.Name, &at[2], &p.Reason); err != nil {
			return p, err
		}
		p.Proposed.At, p.Approved.At, p.Rejected.At = at[0].Time, at[1].Time, at[2].Time
		return p, json.Unmarshal([]byte(days), &p.Days)
	}, `SELECT id, year, kind, number, title, issued_on, days, proposed_by, proposed_name, proposed_at,
		approved_by, approved_name, approved_at, rejected_by, rejected_name, rejected_at, reason FROM calendar_editions `+where, args...)
}

// Propose brings an edition in. It changes nothing until another policy
// administrator approves it.
func Propose(tx *db.Tx, a org.Actor, e Edition, now time.Time) (id string, err error) {
	if err := may(a); err != nil {
		return "", err
	}
	e.Days = slices.Clone(e.Days)
	slices.SortFunc(e.Days, func(a, b NamedDay) int { return cmp.Compare(a.Date, b.Date) })
	if err := e.Check(); err != nil {
		return "", err
	}
	if err := fresh(tx, e, now); err != nil {
		return "", err
	}
	days, err := json.Marshal(e.Days)
	if err != nil {
		return "", err
	}
	id = db.NewID()
	if _, err := tx.Exec(`INSERT INTO calendar_editions (id, year, kind, number, title, issued_on, days, proposed_by, proposed_name, proposed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		id, e.Year, e.Kind, e.Number, e.Title, e.Issued, string(days), a.Person, a.Name, db.At(now)); err != nil {
		return "", err
	}
	return id, record(tx, a, "calendar.propose", id, now, map[string]any{"year": e.Year, "kind": e.Kind, "number": e.Number, "days": len(e.Days)})
}

// fresh refuses a second yearly notice for a year, and one from the future.
func fresh(tx *db.Tx, e Edition, now time.Time) error {
	if e.Issued > dayOf(now).String() {
		return fault.On("issued", "", "“印发日期”不能晚于今天（%s）", now.In(Zone).Format("1月2日"))
	}
	c, err := Load(tx)
	if err != nil {
		return err
	}
	switch {
	case e.Kind == National && c.years[e.Year]:
		return fault.On("year", "", "%d年的年度通知已经收录。修改它的通知，类别选“后续通知”；本区另有安排，选“区内补充”", e.Year)
	case e.Kind != National && !c.years[e.Year]:
		return fault.On("year", "", "%d年的年度通知还没有收录。先提出年度通知，核准后再补充", e.Year)
	}
	return nil
}

// Approve puts an edition in force and gives the calendar before and after, so
// that the caller can count open deadlines anew in the same transaction.
func Approve(tx *db.Tx, a org.Actor, id string, now time.Time) (was, is *Calendar, err error) {
	p, err := pending(tx, a, id)
	if err != nil {
		return nil, nil, err
	}
	if p.Proposed.Person == a.Person {
		return nil, nil, fault.Refuse("", "这份放假安排是你提出的，由另一名安全管理员核准")
	}
	if err := fresh(tx, p.Edition, now); err != nil {
		return nil, nil, err
	}
	if was, err = Load(tx); err != nil {
		return nil, nil, err
	}
	if err := decide(tx, `UPDATE calendar_editions SET approved_by = $2, approved_name = $3, approved_at = $4 WHERE id = $1 AND approved_at = '' AND rejected_at = ''`, id, a.Person, a.Name, db.At(now)); err != nil {
		return nil, nil, err
	}
	if is, err = Load(tx); err != nil {
		return nil, nil, err
	}
	return was, is, record(tx, a, "calendar.approve", id, now, map[string]any{"from": was.Edition, "to": is.Edition, "proposed_by": p.Proposed.Person})
}

// Reject turns an edition down. Whoever proposed it may withdraw it this way.
func Reject(tx *db.Tx, a org.Actor, id, reason string, now time.Time) error {
	if _, err := pending(tx, a, id); err != nil {
		return err
	}
	if reason == "" {
		return fault.On("reason", "", "填写“原因”")
	}
	if err := decide(tx, `UPDATE calendar_editions SET rejected_by = $2, rejected_name = $3, rejected_at = $4, reason = $5 WHERE id = $1 AND approved_at = '' AND rejected_at = ''`, id, a.Person, a.Name, db.At(now), reason); err != nil {
		return err
	}
	return record(tx, a, "calendar.reject", id, now, map[string]any{"reason": reason})
}

func pending(tx *db.Tx, a org.Actor, id string) (Proposal, error) {
	if err := may(a); err != nil {
		return Proposal{}, err
	}
	p, err := Find(tx, id)
	if err == nil && !p.Open() {
		who, what := p.Approved, "核准"
		if !p.Rejected.At.IsZero() {
			who, what = p.Rejected, "不予核准"
		}
		err = fault.Clash("%s已在 %s 对这份放假安排作出处理：%s", who.Name, who.At.In(Zone).Format("1月2日 15:04"), what)
	}
	return p, err
}

func decide(tx *db.Tx, query string, args ...any) error {
	n, err := tx.Exec(query, args...)
	if err == nil && n != 1 {
		err = fmt.Errorf("calendar: %d editions decided", n)
	}
	return err
}

func may(a org.Actor) error {
	if a.Class != org.Policy || a.Person == "" {
		return fault.Refuse("", "放假安排由安全管理员提出，由另一名安全管理员核准。你现在的岗位不能办理")
	}
	return nil
}

func record(tx *db.Tx, a org.Actor, action, id string, now time.Time, detail map[string]any) error {
	return audit.Append(tx, audit.Line{At: now, Person: a.Person, Name: a.Name, Unit: a.Unit, For: a.For, Action: action, Object: "calendar:" + id, Detail: detail})
}

// A Shift is a day that two calendars see differently.
type Shift struct {
	Date, Weekday string
	Works         bool // by the later one
	Reason        string
}

// Shifts lists the days that change from one calendar to another, for whoever
// is to approve it.
func Shifts(was, is *Calendar) (all []Shift) {
	days := map[day]bool{}
	for _, c := range []*Calendar{was, is} {
		for d := range c.days {
			days[d] = was.works(d) != is.works(d)
		}
	}
	for d, differs := range days {
		if differs {
			all = append(all, Shift{Date: d.String(), Weekday: d.name(), Works: is.works(d), Reason: is.reason(d)})
		}
	}
	slices.SortFunc(all, func(a, b Shift) int { return cmp.Compare(a.Date, b.Date) })
	return all
}
