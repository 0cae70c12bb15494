package catalog

import (
	"cmp"
	"slices"
	"time"

	"yidan/internal/calendar"
	"yidan/internal/org"
	"yidan/internal/statute"
)

// A Way in which an item cites what changed (引用方式), the strongest first.
type Way int

const (
	Direct  Way = iota // 直接: the article is among its bases; or all of the instrument changed
	Whole              // 整部: it rests on the instrument and names no article
	Mention            // 提及: its duties name it, its bases do not
)

// String is a way in words.
func (w Way) String() string { return [...]string{"直接", "整部", "文中提及"}[w] }

// MarshalText is a way as data.
func (w Way) MarshalText() ([]byte, error) {
	return []byte([...]string{"direct", "whole", "mention"}[w]), nil
}

// An Action is what a change suggests to do with an item (建议动作). The unit
// that applies decides, and says why.
type Action string

const (
	ToAdd    Action = "add"    // 增加 (DM-5.1)
	ToCancel Action = "cancel" // 取消 (DM-6.1)
	ToAdjust Action = "adjust" // 调整 (DM-7.1)
	ToVerify Action = "verify" // 核对: look whether anything has to follow
)

// actions are in words and with their rule, the gravest first.
var actions = []struct {
	action     Action
	name, rule string
}{{ToCancel, "取消", "DM-6.1"}, {ToAdjust, "调整", "DM-7.1"}, {ToAdd, "增加", "DM-5.1"}, {ToVerify, "核对", "DM-8.1"}}

func (a Action) index() int {
	for i, x := range actions {
		if x.action == a {
			return i
		}
	}
	return len(actions) - 1
}

// Name is an action in words.
func (a Action) Name() string { return actions[a.index()].name }

// Rule is the demand that an action rests on.
func (a Action) Rule() string { return actions[a.index()].rule }

// A Touched item is one that changes of the law reach, and what follows (DM-8.1).
type Touched struct {
	Item      string            `json:"item"` // items.id
	Code      string            `json:"code"`
	Name      string            `json:"name"`
	Articles  []string          `json:"articles"`   // what it cites of what changed: 第十条; "" is all of it
	Way       Way               `json:"way"`        // the strongest
	Keeps     []Basis           `json:"keeps"`      // what it still rests on afterwards
	LosesLast bool              `json:"loses_last"` // nothing
	Must      []string          `json:"must"`       // units.id: who must apply; several where it is the townships' own duty
	MustNames []string          `json:"must_names"`
	Towns     int               `json:"towns"` // townships that it applies to
	Action    Action            `json:"action"`
	Rule      string            `json:"rule"` // that the action rests on
	From      string            `json:"from"` // the day from which the term runs
	Due       calendar.Deadline `json:"due"`
	version   *Version
}

// Version is what the item says.
func (t Touched) Version() *Version { return t.version }

// An Impact is what changes of the law reach.
type Impact struct {
	Changes []statute.Change `json:"changes"`
	Items   []Touched        `json:"items"`   // in the order of the list
	Uncited []Basis          `json:"uncited"` // enacted or amended, and no item cites it: perhaps one is to be added
}

// Losing counts the items that lose their last basis.
func (im Impact) Losing() (n int) {
	for _, t := range im.Items {
		if t.LosesLast {
			n++
		}
	}
	return n
}

// A cite is one place where a text cites an instrument.
type cite struct {
	text    int32
	article string
	way     Way
}

// cites are by instrument.
type cites map[string][]cite

func newCites(texts []*entry) cites {
	all := cites{}
	for i, e := range texts {
		seen := map[[2]string]bool{}
		add := func(b Basis, w Way) {
			if k := [2]string{b.Instrument, statute.Whole(b.Article)}; !seen[k] {
				seen[k] = true
				all[k[0]] = append(all[k[0]], cite{int32(i), k[1], w})
			}
		}
		for _, b := range e.text.Bases() {
			w := Direct
			if b.Article == "" {
				w = Whole
			}
			add(b, w)
		}
		for _, s := range e.text.duties() {
			for _, x := range statute.Spots(s) {
				add(x.Basis, Mention)
			}
		}
	}
	return all
}

// duties are the texts of an item that people write freely.
func (t *Text) duties() []string {
	s := []string{t.Division, t.Main, t.Cooperating}
	for _, d := range t.Departments {
		s = append(s, d.Duty)
	}
	return s
}

// Citing lists what cites an instrument at a moment, in the order of the list.
func (b *Book) Citing(m Moment, instrument string) []Touched {
	return b.touched(m, []statute.Change{{Instrument: instrument}}, true)
}

// touched are the items in force at a moment that changes reach, in the order of
// the list; with every, by any article.
func (b *Book) touched(m Moment, cs []statute.Change, every bool) []Touched {
	type hit struct {
		item int
		cite cite
	}
	var hits []hit
	for _, c := range cs {
		for _, x := range b.cites[c.Instrument] {
			switch {
			case every:
			case c.Article == "" && x.way == Whole:
				x.way = Direct
			case c.Article != "" && x.article != "" && x.article != c.Article:
				continue
			}
			for _, i := range b.texts[x.text].items {
				hits = append(hits, hit{i, x})
			}
		}
	}
	slices.SortStableFunc(hits, func(x, y hit) int { return cmp.Compare(x.item, y.item) })
	all := make([]Touched, 0, len(hits))
	for _, h := range hits {
		if len(all) == 0 || all[len(all)-1].version.Item != b.items[h.item].id {
			v := b.items[h.item].at(m)
			if v == nil || v.entry.no != int(h.cite.text) {
				continue
			}
			all = append(all, Touched{Item: v.Item, Code: v.Code, Name: v.Name, Way: h.cite.way, Towns: len(v.Townships), version: v})
		}
		t := &all[len(all)-1]
		if t.version.entry.no != int(h.cite.text) { // what it said before
			continue
		}
		t.Way = min(t.Way, h.cite.way)
		if !slices.Contains(t.Articles, h.cite.article) {
			t.Articles = append(t.Articles, h.cite.article)
		}
	}
	return all
}

// Impact is what changes reach, whether they are noted or only thought of: which
// items, what they still rest on, who must apply, and by when. It is about the list
// of a day, or of the day on which the last change takes effect where that is
// later. term is adjustment.apply.
func (b *Book) Impact(cs []statute.Change, c *calendar.Calendar, term calendar.Term, day string) Impact {
	im := Impact{Changes: cs, Uncited: []Basis{}}
	on := day
	for _, x := range cs {
		on = max(on, x.On)
	}
	after := b.reg.Standing(on).With(on, cs...)
	im.Items = b.touched(b.On(on), cs, false)
	who := duty{b.dir, on, b.dir.Townships(on), map[[2]string]string{}}
	due := map[string]calendar.Deadline{}
	for i := range im.Items {
		t := &im.Items[i]
		t.Keeps = []Basis{}
		bases := t.version.Bases()
		for _, x := range bases {
			if !after.Of(x).Gone() {
				t.Keeps = append(t.Keeps, x)
			}
		}
		t.LosesLast = len(t.Keeps) == 0
		t.suggest(cs, bases)
		if _, ok := due[t.From]; !ok {
			due[t.From] = dueOf(c, term, t.From)
		}
		t.Due = due[t.From]
		if t.version.Everywhere() {
			t.Towns = len(who.towns)
		}
		t.Must = who.of(t.version.Text)
		for _, u := range t.Must {
			t.MustNames = append(t.MustNames, b.dir.Name(u))
		}
	}
	for _, x := range cs {
		if x.Event != statute.Repealed && !slices.ContainsFunc(im.Items, func(t Touched) bool {
			return x.Article == "" || slices.Contains(t.Articles, x.Article)
		}) {
			im.Uncited = append(im.Uncited, x.Basis())
		}
	}
	return im
}

// suggest says what the changes that reach an item mean for it.
func (t *Touched) suggest(cs []statute.Change, bases []Basis) {
	t.Action, t.Rule = ToVerify, ToVerify.Rule()
	for _, c := range cs {
		direct, near := false, t.Way == Mention
		for _, x := range bases {
			if x.Instrument == c.Instrument {
				direct = direct || c.Article == "" || statute.Whole(x.Article) == c.Article
				near = near || direct || x.Article == ""
			}
		}
		if !near {
			continue
		}
		if t.From == "" || c.On < t.From {
			t.From = c.On
		}
		a := ToVerify
		switch {
		case direct && c.Event == statute.Repealed && t.LosesLast && c.New.Title == "":
			a = ToCancel
		case direct && c.Event != statute.Enacted:
			a = ToAdjust
		}
		if a.index() < t.Action.index() {
			t.Action, t.Rule = a, a.Rule()
			if a == ToAdjust && c.Event == statute.Repealed && c.New.Title == "" {
				t.Rule = "DM-7.3" // article 7 (1) knows no repeal
			}
		}
	}
}

// dueOf is the end of the term for what happened on a day, which does not count.
func dueOf(c *calendar.Calendar, term calendar.Term, day string) calendar.Deadline {
	from, err := time.ParseInLocation(time.DateOnly, day, calendar.Zone)
	if err != nil {
		return calendar.Deadline{}
	}
	return c.Due(from, term, nil)
}

// A duty finds who has to apply (DM-8.1, DM-4.1) on a day. It remembers what names
// meant: items of one department are many.
type duty struct {
	dir   *org.Directory
	day   string
	towns []org.UnitRow
	units map[[2]string]string
}

// of are the units that have to apply for an item: who leads, or took over; for
// their own duty the townships; else the list office sees to it.
func (d *duty) of(t *Text) (units []string) {
	add := func(id, name string) {
		if u := d.unit(id, name); u != "" && !slices.Contains(units, u) {
			units = append(units, u)
		}
	}
	for _, x := range t.Departments {
		if x.Role != Joint {
			add(x.Unit, x.Name)
		}
	}
	if len(units) == 0 && t.Part == Basic {
		for _, x := range t.Townships {
			add(x.Unit, x.Name)
		}
		if t.Everywhere() {
			for _, u := range d.towns {
				units = append(units, u.ID)
			}
		}
	}
	if u := d.dir.Holder(org.ListOffice, d.day); len(units) == 0 && u != "" {
		units = []string{u}
	}
	return units
}

// unit is the unit that an item names, or what became of it; "" is none.
func (d *duty) unit(id, name string) string {
	k := [2]string{id, name}
	if u, ok := d.units[k]; ok {
		return u
	}
	d.units[k] = ""
	if u, ok := d.dir.Unit(id); ok && (u.Until == "" || u.Until >= d.day) {
		d.units[k] = u.ID
	} else if u, ok := d.dir.Resolve(name, d.day); ok {
		d.units[k] = u.ID
	}
	return d.units[k]
}

// CitedBy counts the items in force at a moment that cite each instrument.
func (b *Book) CitedBy(m Moment) map[string]int {
	counts := make(map[string]int, len(b.cites))
	for id, cs := range b.cites {
		seen := map[int]bool{}
		for _, x := range cs {
			for _, i := range b.texts[x.text].items {
				if v := b.items[i].at(m); v != nil && v.entry.no == int(x.text) {
					seen[i] = true
				}
			}
		}
		counts[id] = len(seen)
	}
	return counts
}

// By reports whether one of the changes reaches the item.
func (t Touched) By(c statute.Change) bool {
	return c.Article == "" || slices.Contains(t.Articles, c.Article) || slices.Contains(t.Articles, "")
}
