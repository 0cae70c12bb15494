package catalog

import (
	"cmp"
	"slices"
	"strings"
)

// A Share is an item as one face of the list shows it: a township's booklet says
// what it does and which departments stand across, a department's what it does and
// what the townships do.
type Share struct {
	*Version
	Role   string // 主体 配合 不再承担; of a department 牵头 共同 承接
	Duty   string // the unit's own
	Across []Across
}

// Across is who stands on the other side of an item, and with what.
type Across struct{ Who, Role, Duty string }

// Booklet is the list of a moment as it concerns one unit: a township's by part,
// a department's by role.
func (b *Book) Booklet(m Moment, unit string) (all []Share) {
	l := b.local(m.On)
	if u, ok := b.dir.Unit(unit); ok && !u.Town() {
		for _, role := range []Role{Lead, Joint, TakesOver} {
			for _, v := range b.standing(m) {
				for _, d := range v.Departments {
					if d.Role == role && l.is(d.Unit, d.Name, unit) {
						all = append(all, departmental(v, d))
					}
				}
			}
		}
		return all
	}
	for _, v := range b.standing(m) {
		if l.reaches(v, unit) {
			all = append(all, township(v))
		}
	}
	return all
}

// Town is what an item gives to townships.
func (t *Text) Town() (role, duty string) {
	switch t.Part {
	case Cooperating:
		return "配合", t.Cooperating
	case TakenBack:
		return "不再承担", ""
	}
	return "主体", t.Main
}

// township is an item as townships see it.
func township(v *Version) Share {
	s := Share{Version: v}
	s.Role, s.Duty = v.Town()
	if v.Part == Basic && v.Cooperating != "" {
		s.Duty += "\n配合责任：" + v.Cooperating
	}
	for _, d := range v.Departments {
		s.Across = append(s.Across, Across{d.Name, RoleName(d.Role), d.Duty})
	}
	return s
}

// departmental is an item as one of its departments sees it.
func departmental(v *Version, mine Department) Share {
	s := Share{Version: v, Role: RoleName(mine.Role), Duty: mine.Duty}
	for _, d := range v.Departments {
		if d.Name != mine.Name {
			s.Across = append(s.Across, Across{d.Name, RoleName(d.Role), d.Duty})
		}
	}
	who := "全部乡镇（街道）"
	if !v.Everywhere() {
		who = v.Scope()
	}
	role, duty := v.Town()
	s.Across = append(s.Across, Across{who, role, duty})
	return s
}

// A Lineup is two townships' lists side by side (一镇一策).
type Lineup struct {
	Same         []*Version // items of both
	Pairs        []Pair     // what may be one duty under two names
	First, Other []*Version // items of one only
}

// A Pair of items that may be one duty. Whether they are, people decide.
type Pair struct {
	First, Other *Version
	Share        float64 // how much they have in common, up to 1
	Bases        []Basis // both rest on
}

// LineUp lays the lists of two townships side by side. What only one of them has is
// paired with what resembles it most, in name and duty or in what it rests on.
func (b *Book) LineUp(m Moment, first, other string) (x Lineup) {
	l := b.local(m.On)
	for _, v := range b.standing(m) {
		switch one, two := l.reaches(v, first), l.reaches(v, other); {
		case one && two:
			x.Same = append(x.Same, v)
		case one:
			x.First = append(x.First, v)
		case two:
			x.Other = append(x.Other, v)
		}
	}
	fs, os := profiles(x.First), profiles(x.Other)
	for _, f := range fs {
		for _, o := range os {
			if p := f.pair(o); p.Share >= oneDuty {
				x.Pairs = append(x.Pairs, p)
			}
		}
	}
	slices.SortStableFunc(x.Pairs, func(a, b Pair) int { return cmp.Compare(b.Share, a.Share) })
	taken := map[*Version]bool{}
	x.Pairs = slices.DeleteFunc(x.Pairs, func(p Pair) bool {
		if taken[p.First] || taken[p.Other] {
			return true
		}
		taken[p.First], taken[p.Other] = true, true
		return false
	})
	left := func(v *Version) bool { return taken[v] }
	x.First, x.Other = slices.DeleteFunc(x.First, left), slices.DeleteFunc(x.Other, left)
	return x
}

// oneDuty is how much two items have in common that may be one duty.
const oneDuty = 0.5

// A profile is what an item is told apart by.
type profile struct {
	*Version
	name, duty []uint64 // pairs of characters, in order
}

func profiles(vs []*Version) []profile {
	ps := make([]profile, len(vs))
	for i, v := range vs {
		_, duty := v.Town()
		ps[i] = profile{v, pairs(v.Name), pairs(duty + v.Division)}
	}
	return ps
}

// pairs are the pairs of characters of a text, each once.
func pairs(s string) (gs []uint64) {
	for _, w := range strings.FieldsFunc(fold(s), separates) {
		if len([]rune(w)) > 1 {
			gs = append(gs, grams(w)...)
		}
	}
	slices.Sort(gs)
	return slices.Compact(gs)
}

// pair weighs two items: half by name, the rest by duty and by what they rest on.
func (p profile) pair(o profile) Pair {
	x := Pair{First: p.Version, Other: o.Version}
	law := 0.0
	for _, a := range p.Bases() {
		for _, b := range o.Bases() {
			switch {
			case a.Instrument != b.Instrument:
			case a.Article == b.Article:
				law = 1
				x.Bases = append(x.Bases, a)
			default:
				law = max(law, 0.5)
			}
		}
	}
	x.Share = 0.5*alike(p.name, o.name) + 0.3*alike(p.duty, o.duty) + 0.2*law
	return x
}

// alike is the share that two ordered sets have in common, up to 1.
func alike(a, b []uint64) float64 {
	all, n := len(a)+len(b), 0
	if all == 0 {
		return 0
	}
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0] < b[0]:
			a = a[1:]
		case a[0] > b[0]:
			b = b[1:]
		default:
			a, b, n = a[1:], b[1:], n+2
		}
	}
	return float64(n) / float64(all)
}
