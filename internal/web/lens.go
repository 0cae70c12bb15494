package web

import (
	"slices"
	"sync"
	"time"

	"yidan/internal/calendar"
	"yidan/internal/casework"
	"yidan/internal/db"
	"yidan/internal/org"
	"yidan/internal/parameter"
	"yidan/internal/web/part"
)

// A lens turns what a transaction reads into words: units, lights, standings.
// It is good within its transaction only.
type lens struct {
	q        *Request
	tx       *db.Tx
	env      *casework.Env
	units    *org.Directory
	actor    org.Actor
	now      time.Time
	day      string
	counts   casework.Counts
	unread   int       // messages, where no tab leads to them
	spoken   *sync.Map // [spokenOn] by [lensKey], and menus of procedures
	directed *sync.Map // menus of units
	settings *parameter.Values
	words    struct { // the edition that was asked for last: neighbours in a list often share it
		key lensKey
		p   *casework.Procedure
	}
	lit struct { // and the light
		due   calendar.Deadline
		light calendar.Light
	}
}

// A lensKey tells apart what cases of a procedure run under: its edition, and the
// parameters of the day they were filed.
type lensKey struct {
	procedure           string
	edition, generation int
}

// look reads with a lens, on one snapshot of the store.
func (q *Request) look(f func(l *lens) error) error {
	return q.Read(func(tx *db.Tx) error {
		l, err := q.lens(tx)
		if err != nil {
			return err
		}
		if q.Actor.Class == org.Business {
			if err := q.await(tx); err != nil {
				return err
			}
		}
		if q.waits != nil {
			l.counts = q.waits.counts
			if keepsLaws(q.Actor) {
				l.unread = q.waits.counts.Messages
			}
		}
		return f(l)
	})
}

// lens is one for a transaction that is open already.
func (q *Request) lens(tx *db.Tx) (*lens, error) {
	env, err := q.Site.Cases.Wire(tx, q.Now)
	if err != nil {
		return nil, err
	}
	units, err := org.LoadDirectory(tx)
	if err != nil {
		return nil, err
	}
	values, err := parameter.Load(tx)
	if err != nil {
		return nil, err
	}
	words, err := spoken.Get(tx)
	if err != nil {
		return nil, err
	}
	menus, err := directed.Get(tx)
	return &lens{directed: menus, settings: values, q: q, tx: tx, env: env, units: units, actor: q.Actor, now: q.Now, day: org.Day(q.Now), spoken: words}, err
}

// today is the district's date.
func (l *lens) today() string { return l.day }

// soon is the day until which the last day of something is near.
func (l *lens) soon(workDays int) string {
	sum, err := l.env.Calendar.Add(l.today(), workDays)
	if err != nil {
		return l.today()
	}
	return sum.Day
}

// light is how a deadline stands.
func (l *lens) light(d calendar.Deadline) calendar.Light {
	if d != l.lit.due || l.lit.light.State == "" {
		l.lit.due, l.lit.light = d, calendar.LightOf(l.now, d, l.env.Calendar, l.env.Near)
	}
	return l.lit.light
}

// procedure is the edition that a case runs under, for its words; nil where it is
// not declared any more.
func (l *lens) procedure(r casework.Row) *casework.Procedure {
	filed := r.Filed
	if r.Edition == 0 {
		filed = l.now
	}
	k := lensKey{r.Procedure, r.Edition, l.settings.Generation(filed)}
	if k == l.words.key {
		return l.words.p
	}
	if s, ok := l.spoken.Load(k); ok && s.(spokenOn).day == l.today() {
		l.words.key, l.words.p = k, s.(spokenOn).p
		return l.words.p
	}
	p, _ := l.env.Editions.Of(r.Procedure, r.Edition, r.Filed, l.now)
	l.spoken.Store(k, spokenOn{l.today(), p})
	return p
}

// spoken are editions as they are called on a day under the parameters of a
// stamp. They are for their words: what they are bound to is over.
var spoken = db.Shared[*sync.Map]{Room: "parameter", Load: func(*db.Tx) (*sync.Map, error) { return new(sync.Map), nil }}

// directed are menus that hold under a stamp of the units.
var directed = db.Shared[*sync.Map]{Room: "org", Load: func(*db.Tx) (*sync.Map, error) { return new(sync.Map), nil }}

type spokenOn struct {
	day string
	p   *casework.Procedure
}

// newest is the edition of today.
func (l *lens) newest(name string) *casework.Procedure {
	return l.procedure(casework.Row{Procedure: name, Filed: l.now})
}

// standing is the word for where a case stands.
func (l *lens) standing(r casework.Row) string {
	p := l.procedure(r)
	switch {
	case p == nil:
		return string(r.Stage)
	case r.Stage == casework.Closed:
		return casework.Ended(p, r.Outcome, !r.Filed.IsZero())
	case r.Unsigned:
		return casework.Unsigned
	}
	s := p.Step(r.Stage)
	switch {
	case s == nil:
		return string(r.Stage)
	case s.Status != "":
		return s.Status
	}
	return s.Title
}

// asks is what a task asks for: 征求乡镇意见, 补正, 报市备案.
func (l *lens) asks(t casework.Todo) string {
	if t.Task.Kind != casework.Main {
		return t.Task.Kind.Asks()
	}
	if t.Task.Matter != "" {
		return t.Task.Matter
	}
	if p := l.procedure(t.Row); p != nil {
		if s := p.Step(t.Task.Stage); s != nil {
			return s.Title
		}
	}
	return string(t.Task.Stage)
}

// said is what a task was answered, in the words of the button.
func (l *lens) said(t casework.Todo) string {
	if t.Task.Kind != casework.Main {
		return asideText(t.Task.Kind, t.Task.Verdict)
	}
	if p := l.procedure(t.Row); p != nil {
		return p.Said(t.Task.Stage, t.Task.Matter, t.Task.Verdict)
	}
	return string(t.Task.Verdict)
}

// caseLink leads to a case; its line below is number and owner.
func caseLink(r casework.Row) part.Link {
	text := r.Title
	if text == "" {
		text = "（未填写）"
	}
	return part.Link{Text: text, Href: "/sq/" + r.ID}
}

// todos are tasks as a list, in the order given.
func (l *lens) todos(caption string, ts []casework.Todo) lines {
	ls := lines{Caption: caption, Heads: []string{"要办的事", "申请单位", "时限"}, Rows: make([]line, 0, len(ts))}
	for _, x := range ts {
		below := x.Number
		if x.Draft {
			below += " · 已起草未提交"
		}
		ls.Rows = append(ls.Rows, line{Link: caseLink(x.Row), Number: below, Cells: []string{l.asks(x) + inherited(l.actor, x.Task.Unit, l.units), l.units.Called(x.Owner)}, Light: l.light(x.Due)})
	}
	return ls
}

// inherited says from which unit, since gone, an actor's has what it is asked.
func inherited(a org.Actor, unit string, dir *org.Directory) string {
	if slices.Contains(a.Former, unit) {
		return "（承继" + dir.Called(unit) + "）"
	}
	return ""
}

// clockTime is a moment as lists show it: 11月23日 14:31, with the year where it is another.
func clockTime(now, at time.Time) string {
	if at.IsZero() {
		return ""
	}
	at, now = at.In(calendar.Zone), now.In(calendar.Zone)
	if at.Year() != now.Year() {
		return at.Format("2006年1月2日 15:04")
	}
	return at.Format("1月2日 15:04")
}
