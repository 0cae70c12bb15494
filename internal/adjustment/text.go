package adjustment

import (
	"cmp"
	"reflect"
	"slices"

	"yidan/internal/catalog"
	"yidan/internal/fault"
	"yidan/internal/org"
	"yidan/internal/statute"
)

// Fill writes into an application what an item says now, so that only what
// changes is typed. It keeps the text it was filled in from, for comparing.
func (x *Change) Fill(v *catalog.Version) {
	x.Code, x.Base = v.Code, v.TextID()
	x.Name, x.Part, x.Category, x.Division, x.Main, x.Cooperating = v.Name, string(v.Part), v.Category, v.Division, v.Main, v.Cooperating
	x.NewCategory, x.Departments, x.Bases, x.Townships, x.Scope = "", nil, nil, nil, "all"
	for _, d := range v.Departments {
		x.Departments = append(x.Departments, Department{d.Name, string(d.Role), d.Duty})
	}
	for _, b := range v.Legal {
		x.Bases = append(x.Bases, Basis{"legal", b.Title, b.Number, b.Article})
	}
	for _, b := range v.Policy {
		x.Bases = append(x.Bases, Basis{"policy", b.Title, b.Number, b.Article})
	}
	if !v.Everywhere() {
		x.Scope = "some"
		for _, t := range v.Townships {
			x.Townships = append(x.Townships, cmp.Or(t.Unit, t.Name))
		}
	}
}

// columns are what an application says of its item, as people call it.
var columns = []struct {
	name string
	of   func(*Change) any // a pointer
}{
	{"具体事项", func(x *Change) any { return &x.Name }}, {"属于哪一部分", func(x *Change) any { return &x.Part }}, {"类别", func(x *Change) any { return &x.Category }},
	{"部门职责划分", func(x *Change) any { return &x.Division }}, {"涉及的部门", func(x *Change) any { return &x.Departments }}, {"主体责任", func(x *Change) any { return &x.Main }},
	{"配合责任", func(x *Change) any { return &x.Cooperating }}, {"依据", func(x *Change) any { return &x.Bases }}, {"适用的乡镇（街道）", func(x *Change) any { return &x.Scope }},
	{"适用的乡镇（街道）", func(x *Change) any { return &x.Townships }},
}

// TakeOver writes the application against what its item says now: what it left as it
// was follows the list, what it changed stays. was is the text it was written
// against. It returns the columns that both changed, to be looked at (DM-9.3).
func (x *Change) TakeOver(was *catalog.Text, now *catalog.Version) (both []string) {
	if x.Kind == Cancel || was == nil {
		x.Fill(now)
		return nil
	}
	var old, is Change
	old.Fill(&catalog.Version{Code: now.Code, Text: was})
	is.Fill(now)
	x.Base = is.Base
	for _, c := range columns {
		mine, before, after := reflect.ValueOf(c.of(x)).Elem(), reflect.ValueOf(c.of(&old)).Elem(), reflect.ValueOf(c.of(&is)).Elem()
		same := func(a, b reflect.Value) bool {
			return reflect.DeepEqual(a.Interface(), b.Interface()) || a.IsZero() && b.IsZero()
		}
		switch {
		case same(before, after) || same(mine, after):
		case same(mine, before):
			mine.Set(after)
		case !slices.Contains(both, c.name):
			both = append(both, c.name)
		}
	}
	return both
}

// TakeOver is that of an application that its item leave the list.
func (x *Removal) TakeOver(was *catalog.Text, now *catalog.Version) (both []string) {
	matter := x.Matter
	x.Fill(now)
	if was != nil && matter != was.Name {
		x.Matter = matter
	}
	return nil
}

// On is the item that an application is about, and the text it was written against.
func (x *Change) On() (code, base string) { return x.Code, x.Base }

// On is the item that an application is about, and the text it was written against.
func (x *Removal) On() (code, base string) { return x.Code, x.Base }

// Reached fills an application in about an item that a change of the law reaches:
// what the item says now, and the change as its ground (DM-6.1, DM-7.1). A repeal is
// no ground of article 7 (1): what replaces the law is, or else the item's other
// bases are another ground (DM-7.3).
func (x *Change) Reached(v *catalog.Version, c statute.Change, kind string) {
	x.Fill(v)
	x.Kind, x.HappenedOn, x.Reason = kind, c.On, c.String()+"（"+c.Number+"）"
	x.Evidence = Evidence{Grounds: []string{ByLaw}, Instrument: c.Title, Article: c.Article, Event: string(c.Event), EventOn: c.On}
	switch {
	case kind != Adjust || c.Event != statute.Repealed:
	case c.New.Title != "":
		x.Instrument, x.Article, x.Event = c.New.Title, c.New.Article, string(statute.Enacted)
	default:
		x.Evidence = Evidence{Grounds: []string{ByOther}, OtherWhy: x.Reason}
	}
}

// MayApply refuses a unit that has no part in an item as it stands (DM-8.2).
func MayApply(v *catalog.Version, by org.Actor) error {
	mine := func(unit string) bool { return slices.Contains(by.Units(), unit) }
	if concerned(v.Text, mine, by.Kind.Local()) {
		return nil
	}
	return fault.On("code", "DM-8.2", "%s %s：%s在这个事项里没有职责，不能提出。由事项涉及的部门或者乡镇（街道）提出", v.Code, v.Name, by.UnitName)
}

// text is what the item is to say; nil where it is cancelled.
func (d *Desk) text(x *Change) *catalog.Text {
	return x.Says(func(name string) string { unit, _ := d.Resolve(name); return unit }, d.UnitName)
}

// Says is what the item is to say, nil where it is cancelled: unit finds a unit by
// a name that people use, name is what a unit is called.
func (x *Change) Says(unit, name func(string) string) *catalog.Text {
	if x.Kind == Cancel {
		return nil
	}
	t := &catalog.Text{Name: x.Name, Part: catalog.Part(x.Part), Category: x.Category, Division: x.Division, Main: x.Main, Cooperating: x.Cooperating}
	if x.Category == NewCategory {
		t.Category = x.NewCategory
	}
	for _, p := range x.Departments {
		t.Departments = append(t.Departments, catalog.Department{Unit: unit(p.Name), Name: p.Name, Role: catalog.Role(p.Role), Duty: p.Duty})
	}
	for _, b := range x.Bases {
		y := catalog.Basis{Title: b.Title, Number: b.Number, Article: b.Article}
		if b.Kind == "policy" {
			t.Policy = append(t.Policy, y)
		} else {
			t.Legal = append(t.Legal, y)
		}
	}
	if x.Scope == "some" {
		for _, u := range x.Townships {
			t.Townships = append(t.Townships, catalog.Township{Unit: u, Name: name(u)})
		}
	}
	return t
}

// current is the item that a change is about, as the last edition left it.
func (d *Desk) current(code string) (*catalog.Version, error) {
	b, err := d.Book()
	if err != nil || code == "" {
		return nil, err
	}
	return b.Latest(code), nil
}

// heir reports that a unit is one, or stands for it since it was merged.
func (d *Desk) heir(of, unit string) bool { return of != "" && (of == unit || d.Heir(of) == unit) }

// concerned reports whether a unit has a part in a text: as a department in it, or
// as a township it applies to; mine says which units it stands for (DM-8.2).
func concerned(t *catalog.Text, mine func(unit string) bool, town bool) bool {
	if t == nil {
		return false
	}
	if town {
		return t.Everywhere() || slices.ContainsFunc(t.Townships, func(x catalog.Township) bool { return mine(x.Unit) })
	}
	return slices.ContainsFunc(t.Departments, func(x catalog.Department) bool { return mine(x.Unit) })
}
