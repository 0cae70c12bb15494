package catalog

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"yidan/internal/org"
	"yidan/internal/pinyin"
)

// An index says which texts contain a character or two characters side by side,
// so that Chinese words of any length are found without a dictionary.
type index map[uint64][]int32

// fold brings together what is written differently: widths, capitals, and titles
// with and without 《》.
func fold(s string) string { return strings.ToLower(unquoted.Replace(norm.NFKC.String(s))) }

var unquoted = strings.NewReplacer("《", "", "》", "", "〈", "", "〉", "", "“", "", "”", "")

func newIndex(texts []*entry) index {
	ix := index{}
	initials := pinyin.Index{}
	for i, e := range texts {
		e.no, e.name, e.words = i, fold(e.text.Name), fold(e.text.words())
		e.marks = initials.Of(e.name)
		ix.add(int32(i), e.words)
	}
	return ix
}

func (ix index) add(text int32, words string) {
	mark := func(g uint64) {
		if l := ix[g]; len(l) == 0 || l[len(l)-1] != text {
			ix[g] = append(l, text)
		}
	}
	before := rune(0)
	for _, r := range words {
		if unicode.IsSpace(r) {
			before = 0
			continue
		}
		mark(uint64(r))
		if before != 0 {
			mark(gram(before, r))
		}
		before = r
	}
}

func gram(a, b rune) uint64 { return uint64(a)<<32 | uint64(b) }

// grams are what a word is looked up by: its pairs, or the one character it is.
func grams(word string) (gs []uint64) {
	rs := []rune(word)
	if len(rs) == 1 {
		return []uint64{uint64(rs[0])}
	}
	for i := 1; i < len(rs); i++ {
		gs = append(gs, gram(rs[i-1], rs[i]))
	}
	return gs
}

// containing are the texts that contain a word, in order.
func (b *Book) containing(word string) []int32 {
	gs := grams(word)
	slices.SortFunc(gs, func(x, y uint64) int { return cmp.Compare(len(b.index[x]), len(b.index[y])) })
	found := b.index[gs[0]]
	for _, g := range gs[1:] {
		found = both(found, b.index[g])
	}
	if len(gs) < 2 {
		return found
	}
	return slices.DeleteFunc(found, func(i int32) bool { return !strings.Contains(b.texts[i].words, word) })
}

// both are the numbers that two ordered lists share, in a list of its own.
func both(x, y []int32) []int32 {
	all := make([]int32, 0, min(len(x), len(y)))
	for len(x) > 0 && len(y) > 0 {
		switch {
		case x[0] < y[0]:
			x = x[1:]
		case x[0] > y[0]:
			y = y[1:]
		default:
			all = append(all, x[0])
			x, y = x[1:], y[1:]
		}
	}
	return all
}

// A Query narrows the list. Words are looked for in all that an item says;
// letters also as pinyin initials of its name. A text must have all of them.
type Query struct {
	Words    string
	Parts    []Part
	Category []string
	Unit     string // units.id of a department with a share in it, or of a township it applies to
	Role     Role   // the unit's share
	Township string // units.id, or a name where no unit bears it
	Basis    string // instruments.id
}

// Find lists what is in force at a moment and fits a query, those with the words
// in their name first.
func (b *Book) Find(m Moment, q Query) []*Version {
	words := strings.Fields(fold(q.Words))
	if len(words) == 0 {
		return b.narrow(m, q)
	}
	fits := b.fitting(q, m.On)
	var found []int32
	for i, w := range words {
		hits := b.containing(w)
		if pinyin.Letters(w) {
			hits = b.spelling(w, hits)
		}
		if i == 0 {
			found = hits
		} else {
			found = both(found, hits)
		}
	}
	hit, touched := make([]bool, len(b.texts)), make([]bool, len(b.items))
	for _, t := range found {
		hit[t] = true
		for _, i := range b.texts[t].items {
			touched[i] = true
		}
	}
	named, others := make([]*Version, 0, len(found)), []*Version(nil)
	for i := range b.items {
		if !touched[i] {
			continue
		}
		v := b.items[i].at(m)
		if v == nil || !hit[v.entry.no] || !fits(v) { // the words may stand in what it said before
			continue
		}
		if strings.Contains(v.entry.name, words[0]) {
			named = append(named, v)
		} else {
			others = append(others, v)
		}
	}
	return append(named, others...)
}

// narrow is the list of a moment as far as it fits a query without words.
func (b *Book) narrow(m Moment, q Query) []*Version {
	town := q.Township
	q.Township = ""
	here, fits, l := b.local(m.On), b.fitting(q, m.On), b.list(m)
	vs := make([]*Version, 0, len(l.versions))
	for i, v := range l.versions {
		if (town == "" || here.within(int(l.scopes[i]), town)) && fits(v) {
			vs = append(vs, v)
		}
	}
	return vs
}

// spelling adds to hits the texts whose name is spelt by letters.
func (b *Book) spelling(word string, hits []int32) []int32 {
	all := slices.Clone(hits)
	for i, e := range b.texts {
		if e.marks.Spelt(word) {
			all = append(all, int32(i))
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// fitting is the part of a query that is no words.
func (b *Book) fitting(q Query, day string) func(*Version) bool {
	l := b.local(day)
	u, ok := b.dir.Unit(q.Unit)
	town := ok && u.Town() && q.Role == ""
	return func(v *Version) bool {
		switch {
		case len(q.Parts) > 0 && !slices.Contains(q.Parts, v.Part),
			len(q.Category) > 0 && !slices.Contains(q.Category, v.Category),
			q.Township != "" && !l.reaches(v, q.Township),
			q.Basis != "" && !slices.ContainsFunc(v.Bases(), func(x Basis) bool { return x.Instrument == q.Basis }):
			return false
		case q.Unit == "" && q.Role == "":
			return true
		}
		return slices.ContainsFunc(v.Departments, func(d Department) bool {
			return (q.Role == "" || d.Role == q.Role) && (q.Unit == "" || l.is(d.Unit, d.Name, q.Unit))
		}) || town && l.reaches(v, q.Unit)
	}
}

// separates reports a character that is no part of a word.
func separates(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }

// A Likeness is an item that resembles a text; Share is how much of the text it has, up to 1.
type Likeness struct {
	*Version
	Share float64
}

// Similar are at most n items in force on a day that resemble a text, where the
// unit has a share in them; without a unit, any. It warns of what is in the list
// already (AE-3.1).
func (b *Book) Similar(day, text, unit string, n int) (all []Likeness) {
	want := map[uint64]bool{}
	for _, w := range strings.FieldsFunc(fold(text), separates) {
		if len([]rune(w)) < 2 {
			continue
		}
		for _, g := range grams(w) {
			want[g] = true
		}
	}
	hits := make([]int, len(b.texts))
	for g := range want {
		for _, t := range b.index[g] {
			hits[t]++
		}
	}
	least := max(2, int(math.Ceil(0.3*float64(len(want)))))
	alike := make([][]int, len(want)+1) // texts by how many of the pairs they have
	for t, k := range hits {
		if k >= least {
			alike[k] = append(alike[k], t)
		}
	}
	m, fits := b.On(day), b.fitting(Query{Unit: unit}, day)
	for k := len(want); k >= least && len(all) < n; k-- {
		from := len(all)
		for _, t := range alike[k] {
			for _, i := range b.texts[t].items {
				v := b.items[i].at(m)
				if v == nil || v.entry != b.texts[t] || len(all) == n && v.Code > all[n-1].Code || !fits(v) {
					continue
				}
				if len(all) == n { // the last of this share gives way
					all = all[:n-1]
				}
				at, _ := slices.BinarySearchFunc(all[from:], v.Code, func(x Likeness, code string) int { return cmp.Compare(x.Code, code) })
				all = slices.Insert(all, from+at, Likeness{v, float64(k) / float64(len(want))})
			}
		}
	}
	return all
}

// Township is a township that a query may name, as the list or the directory calls it.
func (b *Book) Township(name, day string) (key string, ok bool) {
	if u, found := b.dir.Resolve(name, day); found && u.Town() {
		return u.ID, true
	}
	for _, v := range b.standing(b.On(day)) {
		for _, t := range v.Townships {
			if t.Name == name {
				return name, true
			}
		}
	}
	return "", false
}

// Directory is the directory that the book's names are understood by.
func (b *Book) Directory() *org.Directory { return b.dir }

func dayBefore(day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return t.AddDate(0, 0, -1).Format(time.DateOnly)
}
