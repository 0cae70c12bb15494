package catalog

import (
	"slices"
	"strings"

	"yidan/internal/redline"
)

// A Kind of difference.
type Kind string

const (
	Added     Kind = "added"     // 新增
	Cancelled Kind = "cancelled" // 取消
	Adjusted  Kind = "adjusted"  // 调整
)

// Kinds are the kinds of difference as people call them, in their order.
var Kinds = []struct {
	Kind Kind
	Name string
}{{Added, "新增"}, {Cancelled, "取消"}, {Adjusted, "调整"}}

// KindName is a kind of difference in words.
func KindName(k Kind) string {
	for _, x := range Kinds {
		if x.Kind == k {
			return x.Name
		}
	}
	return string(k)
}

// A Difference is one item that two moments tell differently; nil is not in force.
type Difference struct{ Old, New *Version }

// Kind is what became of the item.
func (d Difference) Kind() Kind {
	switch {
	case d.Old == nil:
		return Added
	case d.New == nil:
		return Cancelled
	}
	return Adjusted
}

// Version is what the item says, or said last.
func (d Difference) Version() *Version {
	if d.New != nil {
		return d.New
	}
	return d.Old
}

// Code is the item's.
func (d Difference) Code() string { return d.Version().Code }

// columns in which texts are compared: the six of DM Art. 2 and what a list says
// beside them.
var compared = []struct {
	key, name string
	of        func(*Text) string
}{
	{"name", "具体事项", func(t *Text) string { return t.Name }},
	{"part", "部分", func(t *Text) string { return PartName(t.Part) }},
	{"category", "类别", func(t *Text) string { return t.Category }},
	{"departments", "部门", func(t *Text) string { return t.shares() }},
	{"division", "部门职责划分", func(t *Text) string { return t.Division }},
	{"main", "主体责任", func(t *Text) string { return t.Main }},
	{"cooperating", "配合责任", func(t *Text) string { return t.Cooperating }},
	{"legal_bases", "法律法规依据", func(t *Text) string { return Cited(t.Legal) }},
	{"policy_bases", "政策文件依据", func(t *Text) string { return Cited(t.Policy) }},
	{"townships", "适用乡镇（街道）", func(t *Text) string { return t.Scope() }},
}

// A FieldChange is one column in which an item differs.
type FieldChange struct {
	Key    string        `json:"field"`
	Name   string        `json:"name"`
	Before string        `json:"before"`
	After  string        `json:"after"`
	Runs   []redline.Run `json:"runs"`
}

// Fields are the columns in which two texts differ; of an item that was added or
// cancelled, all that it says.
func (d Difference) Fields() (cs []FieldChange) {
	none := &Text{Townships: []Township{{}}} // says nothing, not even everywhere
	old, now := none, none
	if d.Old != nil {
		old = d.Old.Text
	}
	if d.New != nil {
		now = d.New.Text
	}
	for _, c := range compared {
		if x, y := c.of(old), c.of(now); x != y {
			cs = append(cs, FieldChange{c.key, c.name, x, y, redline.Compare(x, y)})
		}
	}
	return cs
}

// shares says which departments have a share, and in what where that is not the
// whole division: 牵头：区水务局（巡河）；共同：区农业农村局.
func (t *Text) shares() string {
	s := make([]string, len(t.Departments))
	for i, d := range t.Departments {
		s[i] = RoleName(d.Role) + "：" + d.Name
		if d.Duty != "" && d.Duty != t.Division && d.Duty != t.Main {
			s[i] += "（" + d.Duty + "）"
		}
	}
	return strings.Join(s, "；")
}

// A Comparison is what two moments tell differently, by part and code.
type Comparison struct {
	Differences []Difference
	Unchanged   int
}

// Counts are how many differences there are of each kind.
func (c Comparison) Counts() map[Kind]int {
	n := map[Kind]int{Added: 0, Cancelled: 0, Adjusted: 0}
	for _, d := range c.Differences {
		n[d.Kind()]++
	}
	return n
}

// Compare compares what two moments tell of the items that a query is about, which
// has no words. A township is compared by its own list: an item that is extended
// to it is new there. Otherwise an item counts as soon as it fits on one side.
func (b *Book) Compare(x, y Moment, q Query) (c Comparison) {
	town := q.Township
	q.Township, q.Words = "", ""
	before, after := b.fitting(Query{Township: town}, x.On), b.fitting(Query{Township: town}, y.On)
	olds, news := b.fitting(q, x.On), b.fitting(q, y.On)
	xs, ys := b.standing(x), b.standing(y)
	for i := range b.items {
		id := b.items[i].id
		var o, n *Version
		if len(xs) > 0 && xs[0].Item == id {
			o, xs = xs[0], xs[1:]
		}
		if len(ys) > 0 && ys[0].Item == id {
			n, ys = ys[0], ys[1:]
		}
		if o == nil && n == nil || !(o != nil && olds(o) || n != nil && news(n)) {
			continue
		}
		if o != nil && !before(o) {
			o = nil
		}
		if n != nil && !after(n) {
			n = nil
		}
		switch {
		case o == nil && n == nil:
		case o != nil && n != nil && o.entry == n.entry:
			c.Unchanged++
		default:
			c.Differences = append(c.Differences, Difference{o, n})
		}
	}
	return c
}

// Diff lists the items that two moments tell differently.
func (b *Book) Diff(x, y Moment) []Difference { return b.Compare(x, y, Query{}).Differences }

// Between are the versions of an item that one of two moments knows and the other
// does not, in the order in which they were issued: why they differ.
func (b *Book) Between(code string, x, y Moment) (vs []*Version) {
	h := b.history(code)
	if h == nil {
		return nil
	}
	knows := func(m Moment, v *Version) bool { return v.From <= m.On && v.Edition <= m.Edition }
	for _, v := range h.versions {
		if knows(x, v) != knows(y, v) {
			vs = append(vs, v)
		}
	}
	slices.SortFunc(vs, func(a, b *Version) int { return int(a.Edition - b.Edition) })
	return vs
}
