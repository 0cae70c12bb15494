package catalog

import (
	"slices"
	"sort"
	"strings"
)

// A local reads the names in the list as they are meant on a day: units are renamed,
// merged and split, and what was issued stays as it was.
type local struct {
	*Book
	day    string
	called map[string]string   // names that no unit bore when the list was entered
	became map[string][]string // units that stand for one on the day
	reach  map[string][]int8   // by township and scope: 1 within, 2 not
}

func (b *Book) local(day string) *local {
	return &local{Book: b, day: day, called: map[string]string{}, became: map[string][]string{}, reach: map[string][]int8{}}
}

// unit is the unit that was meant: its id, or the name where none bears it.
func (l *local) unit(id, name string) string {
	if id != "" {
		return id
	}
	u, ok := l.called[name]
	if !ok {
		u = name
		if row, found := l.dir.Resolve(name, l.day); found {
			u = row.ID
		}
		l.called[name] = u
	}
	return u
}

// successors are the units that stand for one on the day.
func (l *local) successors(id string) []string {
	all, ok := l.became[id]
	if !ok {
		all = l.dir.Successors(id, l.day)
		l.became[id] = all
	}
	return all
}

// is reports that what was written for one unit is another's: it is that unit, or
// the one that it became.
func (l *local) is(id, name, asked string) bool {
	u := l.unit(id, name)
	return u == asked || name == asked || slices.Contains(l.successors(u), asked)
}

// reaches reports that an item applies to a township.
func (l *local) reaches(v *Version, town string) bool { return l.within(v.entry.scope, town) }

// within reports that a township is within a scope.
func (l *local) within(scope int, town string) bool {
	if scope == 0 {
		return true
	}
	r := l.reach[town]
	if r == nil {
		r = make([]int8, len(l.scopes))
		l.reach[town] = r
	}
	x := &r[scope]
	if *x == 0 {
		*x = 2
		if slices.ContainsFunc(l.scopes[scope], func(t Township) bool { return l.is(t.Unit, t.Name, town) }) {
			*x = 1
		}
	}
	return *x == 1
}

// stands reports that at least one of an item's townships exists on the day.
func (l *local) stands(v *Version) bool {
	return v.Everywhere() || slices.ContainsFunc(v.Townships, func(t Township) bool {
		u := l.unit(t.Unit, t.Name)
		_, known := l.dir.Unit(u)
		return !known || len(l.successors(u)) > 0
	})
}

// scope gives texts of the same townships the same scope, and every version its beginning.
func (b *Book) scope() {
	b.scopes = [][]Township{nil}
	seen := map[string]int{"": 0}
	for _, e := range b.texts {
		var k strings.Builder
		for _, t := range e.text.Townships {
			k.WriteString(t.Unit + "\t" + t.Name + "\n")
		}
		no, ok := seen[k.String()]
		if !ok {
			no = len(b.scopes)
			seen[k.String()] = no
			b.scopes = append(b.scopes, e.text.Townships)
		}
		e.scope = no
	}
	for i := range b.items {
		h := &b.items[i]
		h.begins = make([]begin, len(h.versions))
		for j, v := range h.versions {
			x := begin{int32(sort.SearchStrings(b.days, v.From)), int32(v.Edition), -1}
			if v.entry != nil {
				x.scope = int32(v.entry.scope)
			}
			h.begins[j] = x
		}
	}
}
