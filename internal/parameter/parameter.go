// Package parameter keeps what the regulations leave open (政策参数): named
// values with unit, source, day of effect and history. Their shape is code,
// their values are data. A case keeps the values in force when it was filed.
package parameter

import (
	"cmp"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"time"

	"yidan/internal/calendar"
	"yidan/internal/db"
)

// A Kind of value and the text it is stored as.
type Kind string

const (
	Term   Kind = "term"   // "15wd"; "" is 未设时限
	Number Kind = "number" // "40"
	Choice Kind = "choice" // one of the options
	YesNo  Kind = "yes-no" // "yes", "no"
	Clock  Kind = "clock"  // "24:00"
)

// An Option of a choice.
type Option struct{ Value, Text string }

// A Def is what a value is; nothing of it changes in the product.
type Def struct {
	Key     string
	Title   string // in the interface
	Note    string // what it is counted from, or what to heed
	Kind    Kind
	Unit    string   // of a number, as shown
	Units   []string // that a term may have; the first is meant where none is written
	Choices []Option
	Max     int // of a number or of a term's number; 0: only the general bound
	Default string
	Source  string // of the default: 动态管理办法第八条, 区内设定, 参考：…
	Rules   []string
	Fixed   bool // by a regulation
	Must    bool // a term that cannot be left unset
}

// An Entry is a value that the list office set.
type Entry struct {
	Value  string
	From   string // 2006-01-02, the first day it is in force
	By     string // people.id
	Name   string // the post as shown that day
	At     time.Time
	Reason string
}

// Values are all values that were ever set.
type Values struct {
	set   map[string][]Entry // by day of effect, then by when they were set
	since []time.Time        // when each entry came into force, in order
}

// Load gives all values as tx sees them. They never change and are shared.
func Load(tx *db.Tx) (*Values, error) { return values.Get(tx) }

var values = db.Shared[*Values]{Room: "parameter", Load: read}

func read(tx *db.Tx) (*Values, error) {
	vs := &Values{set: map[string][]Entry{}}
	err := db.Each(tx, func(r *sql.Rows) error {
		var key string
		var e Entry
		var at db.Time
		if err := r.Scan(&key, &e.Value, &e.From, &e.By, &e.Name, &at, &e.Reason); err != nil {
			return err
		}
		e.At = at.Time
		if byKey[key] != nil { // what a later release no longer asks for stays on record
			vs.set[key] = append(vs.set[key], e)
			since, err := time.ParseInLocation(time.DateOnly, e.From, calendar.Zone)
			if err != nil {
				return err
			}
			if since.Before(e.At) {
				since = e.At
			}
			vs.since = append(vs.since, since)
		}
		return nil
	}, `SELECT key, value, effective_on, set_by, set_name, set_at, reason FROM parameters ORDER BY key, effective_on, set_at, id`)
	slices.SortFunc(vs.since, time.Time.Compare)
	return vs, err
}

// InForce are the values at one moment.
type InForce struct {
	vs  *Values
	at  time.Time
	day string
}

// At gives the values in force at an instant: those whose day of effect has come
// and that had been set by then. So a value set at noon with effect today does
// not reach a case filed in the morning.
func (vs *Values) At(t time.Time) InForce {
	return InForce{vs, t, t.In(calendar.Zone).Format(time.DateOnly)}
}

// Generation counts the entries in force at an instant, each with what it replaced:
// the values of two instants of one generation are the same.
func (vs *Values) Generation(t time.Time) int {
	n, _ := slices.BinarySearchFunc(vs.since, t, func(since, t time.Time) int {
		if since.After(t) {
			return 1
		}
		return -1
	})
	return n
}

// On gives the values in force on a day (2006-01-02) as far as is known now.
func (vs *Values) On(day string) InForce { return InForce{vs: vs, day: day} }

// entry is the last one that counts; nil while the default holds.
func (f InForce) entry(key string) *Entry {
	all := f.vs.set[key]
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].From <= f.day && (f.at.IsZero() || !all[i].At.After(f.at)) {
			return &all[i]
		}
	}
	return nil
}

// value panics on a key or kind that is not in the catalogue: that is a fault of
// the program, found by its first test.
func (f InForce) value(key string, kinds ...Kind) string {
	d := byKey[key]
	if d == nil || !slices.Contains(kinds, d.Kind) {
		panic(fmt.Sprintf("parameter: %q is none of %v", key, kinds))
	}
	if e := f.entry(key); e != nil {
		return e.Value
	}
	return d.Default
}

// Term is a length of time; none where it is not set.
func (f InForce) Term(key string) calendar.Term {
	t, err := calendar.ParseTerm(f.value(key, Term))
	if err != nil {
		panic(err) // Set has checked it
	}
	return t
}

// Int is a number.
func (f InForce) Int(key string) int {
	n, err := strconv.Atoi(f.value(key, Number))
	if err != nil {
		panic(err)
	}
	return n
}

// Text is the value of a choice or of a time of day.
func (f InForce) Text(key string) string { return f.value(key, Choice, Clock) }

// Bool is a yes or no.
func (f InForce) Bool(key string) bool { return f.value(key, YesNo) == "yes" }

// Source says what the value in force rests on.
func (f InForce) Source(key string) string {
	if e := f.entry(key); e != nil {
		return district
	}
	if d := byKey[key]; d != nil {
		return d.Source
	}
	panic(fmt.Sprintf("parameter: no %q", key))
}

// Show is a value in words: 15 个工作日, 40%, 同时进行, 未设时限.
func (d *Def) Show(value string) string {
	switch d.Kind {
	case Term:
		if t, err := calendar.ParseTerm(value); err == nil {
			return t.String()
		}
	case Number:
		if d.Unit == "%" {
			return value + "%"
		}
		return value + " " + d.Unit
	case Choice:
		for _, o := range d.Choices {
			if o.Value == value {
				return o.Text
			}
		}
	case YesNo:
		if value == "yes" {
			return "是"
		}
		return "否"
	}
	return value
}

// A Row is one value on the page of parameters.
type Row struct {
	*Def
	Value, Text string // in force on the day
	Rests       string // what it rests on: 区内设定 once the district has set it
	Since       string // day of effect; "" for the default
	Coming      []Entry
	History     []Entry // newest first, with what is still to come
}

// All is the page of parameters on a day, in the order of the catalogue.
func All(vs *Values, day string) []Row {
	rows := make([]Row, 0, len(Catalogue))
	for i := range Catalogue {
		rows = append(rows, vs.row(&Catalogue[i], day))
	}
	return rows
}

// One is one row of the page; false when there is no such key.
func One(vs *Values, key, day string) (Row, bool) {
	d := byKey[key]
	if d == nil {
		return Row{}, false
	}
	return vs.row(d, day), true
}

func (vs *Values) row(d *Def, day string) Row {
	f := vs.On(day)
	r := Row{Def: d, Value: f.value(d.Key, d.Kind), Rests: f.Source(d.Key)}
	r.Text = d.Show(r.Value)
	if e := f.entry(d.Key); e != nil {
		r.Since = e.From
	}
	r.History = slices.Clone(vs.set[d.Key])
	slices.SortStableFunc(r.History, func(a, b Entry) int { return cmp.Or(b.At.Compare(a.At), cmp.Compare(b.From, a.From)) })
	for _, e := range vs.set[d.Key] {
		if e.From > day {
			r.Coming = append(r.Coming, e)
		}
	}
	return r
}
