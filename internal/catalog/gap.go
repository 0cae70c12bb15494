package catalog

import (
	"fmt"
	"slices"
	"strings"

	"yidan/internal/redline"
)

// Kinds of gap: what does not meet between the two sides of the list.
const (
	NoTown       = "no_township"   // a department's step that nobody on the township side takes
	NoDepartment = "no_department" // a township's duty without the department it needs
	TwoLeads     = "two_leads"     // one duty led by two departments
	TwoItems     = "two_items"     // one duty in two items
	BothSides    = "both_sides"    // one step that both sides are to take
	Undivided    = "undivided"     // departments that share one text, undivided
)

// GapNames are the gaps as people call them, in their order.
var GapNames = []struct{ Kind, Name string }{
	{NoTown, "部门的步骤没有乡镇（街道）承接"}, {NoDepartment, "乡镇（街道）的职责没有部门对应"}, {TwoLeads, "同一职责两个牵头部门"},
	{TwoItems, "同一职责列了两次"}, {BothSides, "同一步骤两边都写"}, {Undivided, "部门之间没有分清"},
}

// A Gap is a place where the two faces of the list do not meet, for people to
// look at: it keeps nothing from being issued.
type Gap struct {
	Kind  string
	Items []*Version // one, or the two that it is about
	Text  string
	Rule  string
}

// Gaps are what does not meet between the townships' and the departments' side
// of items in force at a moment (DM-2.2, DM-2.3), by kind.
func (b *Book) Gaps(m Moment, vs []*Version) (all []Gap) {
	f := &finder{local: b.local(m.On)}
	for _, v := range vs {
		f.item(v)
	}
	f.twice(vs)
	slices.SortStableFunc(f.all, func(x, y Gap) int { return gapRank(x.Kind) - gapRank(y.Kind) })
	return f.all
}

func gapRank(kind string) int {
	return slices.IndexFunc(GapNames, func(x struct{ Kind, Name string }) bool { return x.Kind == kind })
}

type finder struct {
	*local
	all []Gap
}

func (f *finder) add(kind, rule string, items []*Version, format string, args ...any) {
	f.all = append(f.all, Gap{kind, items, fmt.Sprintf(format, args...), rule})
}

// item looks at one item by itself.
func (f *finder) item(v *Version) {
	one := []*Version{v}
	_, duty := v.Town()
	lead := v.Departed(Lead)
	switch {
	case !f.stands(v):
		f.add(NoTown, "DM-2.1", one, "适用的%s已经撤销，也没有承接的乡镇（街道）", v.Scope())
	case v.Part == Cooperating && duty == "":
		f.add(NoTown, "DM-2.3", one, "%s有职责，没有写乡镇（街道）配合什么", lead)
	case v.Part == TakenBack:
		for _, c := range redline.Clauses(v.duty()) {
			if asksTown(c) {
				f.add(NoTown, "DM-2.3", one, "事项已经收回，承接方式里还要乡镇（街道）做事：“%s”", trimmed(c))
			}
		}
	}
	if v.Part == Cooperating && lead == "" {
		f.add(NoDepartment, "DM-2.2", one, "乡镇（街道）配合，没有牵头部门")
	}
	f.named(v, duty)
	f.bothSides(v)
	for i, d := range v.Departments {
		j := slices.IndexFunc(v.Departments[:i], func(x Department) bool { return x.Duty == d.Duty })
		if d.Role != TakesOver && j >= 0 {
			f.add(Undivided, "DM-2.2", one, "%s、%s写的是同一段职责，没有分清谁做什么", v.Departments[j].Name, d.Name)
			break
		}
	}
}

// asksTown reports that a clause sets a township to work. One that guides or trains
// townships is the department's own.
func asksTown(clause string) bool {
	for _, w := range []string{"乡镇", "街道", "属地"} {
		i := strings.Index(clause, w)
		if i < 0 {
			continue
		}
		own := slices.ContainsFunc([]string{"不再", "无需", "不得", "不要求", "指导", "培训", "监督"}, func(x string) bool { return strings.Contains(clause, x) })
		return !own && slices.ContainsFunc([]string{"由", "组织", "督促", "协助", "配合", "负责", "落实"}, func(x string) bool { return strings.Contains(clause, x) })
	}
	return false
}

// named finds departments that the township's duty speaks of and that have no share.
func (f *finder) named(v *Version, duty string) {
	if duty == "" {
		return
	}
	for _, u := range f.dir.Departments(f.day) {
		for _, name := range []string{u.Name, u.Short} {
			if len([]rune(name)) < 3 || !strings.Contains(duty, name) {
				continue
			}
			if !slices.ContainsFunc(v.Departments, func(d Department) bool { return f.is(d.Unit, d.Name, u.ID) }) {
				f.add(NoDepartment, "DM-2.2", []*Version{v}, "乡镇（街道）的职责里提到%s，清单没有写它的职责", u.Called())
			}
			break
		}
	}
}

// bothSides finds steps that stand word for word on both sides.
func (f *finder) bothSides(v *Version) {
	if v.Part != Cooperating {
		return
	}
	ours := map[string]bool{}
	for _, c := range redline.Clauses(v.Cooperating) {
		if c = trimmed(c); len([]rune(c)) >= 6 {
			ours[c] = true
		}
	}
	for _, d := range v.Departments {
		for _, c := range redline.Clauses(d.Duty) {
			if c = trimmed(c); ours[c] {
				ours[c] = false
				f.add(BothSides, "DM-2.3", []*Version{v}, "“%s”%s和乡镇（街道）都写了，没有分清由谁做", c, d.Name)
			}
		}
	}
}

func trimmed(clause string) string { return strings.Trim(clause, " 。；;、，,\n") }

// twice finds one duty in two items whose townships overlap.
func (f *finder) twice(vs []*Version) {
	const alikeNames, ofMany = 0.7, 100
	ps := profiles(vs)
	by := map[uint64][]int{}
	for i, p := range ps {
		near := map[int]int{}
		for _, g := range p.name {
			if len(by[g]) < ofMany { // a pair of characters that many have tells nothing
				for _, j := range by[g] {
					near[j]++
				}
			}
			by[g] = append(by[g], i)
		}
		js := make([]int, 0, len(near))
		for j := range near {
			js = append(js, j)
		}
		slices.Sort(js)
		for _, j := range js {
			o := ps[j]
			if alike(o.name, p.name) < alikeNames || o.pair(p).Share < oneDuty || !f.overlap(o.Version, p.Version) {
				continue
			}
			two := []*Version{o.Version, p.Version}
			if a, b := o.Departed(Lead), p.Departed(Lead); a != "" && b != "" && a != b {
				f.add(TwoLeads, "DM-2.2", two, "一处由%s牵头，一处由%s牵头", a, b)
			} else {
				f.add(TwoItems, "DM-2.1", two, "两个事项名称和职责相近，适用的乡镇（街道）有重叠")
			}
		}
	}
}

// overlap reports that two items apply to one township.
func (f *finder) overlap(a, b *Version) bool {
	return a.Everywhere() || b.Everywhere() || slices.ContainsFunc(a.Townships, func(t Township) bool { return f.reaches(b, f.unit(t.Unit, t.Name)) })
}
