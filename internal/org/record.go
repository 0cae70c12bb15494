package org

import (
	"context"
	"errors"
	"time"

	"yidan/internal/audit"
	"yidan/internal/db"
	"yidan/internal/fault"
)

// Line is the start of an audit line of what a does.
func (a Actor) Line(now time.Time, action, object string) audit.Line {
	return audit.Line{At: now, Person: a.Person, Name: a.Name, Unit: a.Unit, For: a.For, Action: action, Object: object}
}

// A denial is a refused attempt at rights together with its line: the refusal
// undoes the transaction, so the line has to outlive it.
type denial struct {
	*fault.Fault
	line audit.Line
}

// Unwrap lets the edge find the fault.
func (d *denial) Unwrap() error { return d.Fault }

// Attempt is the line of a refused attempt at rights, for whoever ran the
// transaction otherwise than by [Write].
func Attempt(err error) (audit.Line, bool) {
	var d *denial
	if !errors.As(err, &d) {
		return audit.Line{}, false
	}
	return d.line, true
}

// deny refuses an attempt at rights.
func deny(by Actor, now time.Time, action, object, format string, args ...any) error {
	f := fault.Refuse("", format, args...)
	l := by.Line(now, action, object)
	l.Result = audit.Refused
	l.Detail = map[string]any{"why": f.Text}
	return &denial{f, l}
}

// Only refuses whoever is not of a class of administrators; nobody else has these
// rights. [Write] keeps the attempt on record.
func Only(by Actor, c Class, now time.Time, action, object string) error {
	if by.Class == c && by.Person != "" {
		return nil
	}
	return deny(by, now, action, object, "这项操作只能由%s办理。需要办理时，与%s联系", ClassName(c), ClassName(c))
}

// ClassName is a class as people call it.
func ClassName(c Class) string {
	switch c {
	case Accounts:
		return "系统管理员"
	case Policy:
		return "安全管理员"
	case Auditor:
		return "审计管理员"
	}
	return "业务人员"
}

// Write runs f in a transaction. An attempt at rights that f refuses stays on
// record, though nothing else of f does.
func Write(ctx context.Context, d *db.DB, f func(tx *db.Tx) error) error {
	err := d.Write(ctx, f)
	if l, ok := Attempt(err); ok {
		if e := d.Write(context.WithoutCancel(ctx), func(tx *db.Tx) error { return audit.Append(tx, l) }); e != nil {
			return e
		}
	}
	return err
}

// note writes what was done with both states, telephones masked.
func note(tx *db.Tx, by Actor, now time.Time, action, object string, before, after any) error {
	l := by.Line(now, action, object)
	l.Detail = map[string]any{}
	if before != nil {
		l.Detail["before"] = before
	}
	if after != nil {
		l.Detail["after"] = after
	}
	return audit.Append(tx, l)
}

// zone is the district's; calendar.Zone stands above this package.
var zone = time.FixedZone("CST", 8*60*60)

// Day is the district's date of an instant.
func Day(t time.Time) string { return t.In(zone).Format(time.DateOnly) }

// after is the n-th day after a day, before it where n is negative.
func after(day string, n int) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return t.AddDate(0, 0, n).Format(time.DateOnly)
}

// holds reports whether what runs from one day to another, both included and an
// empty end being open, holds on a day. The one place that says so in Go; [in] is
// its twin in SQL.
func holds(from, until, day string) bool { return from <= day && (until == "" || day <= until) }

// Clock is the district's time of day of an instant: 14:32.
func Clock(t time.Time) string { return t.In(zone).Format("15:04") }
