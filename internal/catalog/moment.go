package catalog

import (
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"

	"yidan/internal/form"
)

// A Moment asks what held on a day, as the editions up to one number tell it.
type Moment struct {
	On      string
	Edition int64
}

// Current is the last edition that had taken effect, of those that the moment knows.
func (b *Book) Current(m Moment) (Edition, bool) {
	for i := min(m.Edition, int64(len(b.editions))); i > 0; i-- {
		if e := b.editions[i-1]; e.EffectiveOn <= m.On {
			return e, true
		}
	}
	return Edition{}, false
}

// On is what is known today of a day.
func (b *Book) On(day string) Moment { return Moment{day, int64(len(b.editions))} }

// Known is a day as it was known on another.
func (b *Book) Known(on, by string) Moment {
	return Moment{on, int64(sort.Search(len(b.editions), func(i int) bool { return b.editions[i].IssuedOn > by }))}
}

// Brought is the moment at which an edition takes effect, before anything later is issued.
func (b *Book) Brought(e Edition) Moment { return Moment{e.EffectiveOn, e.No} }

// Parse reads a moment as people write it: an edition by its number or its 文号, a
// day, or a day as it was known on another, 2026-08-01@2026-07-01. Name is the moment
// in words.
func (b *Book) Parse(s string) (m Moment, name string, ok bool) {
	s = form.Clean(s)
	for _, e := range b.editions {
		if s == e.Number || s == strconv.FormatInt(e.No, 10) || s == fmt.Sprintf("第%d版", e.No) {
			return b.Brought(e), fmt.Sprintf("第 %d 版（%s）", e.No, e.Number), true
		}
	}
	on, by, known := strings.Cut(s, "@")
	on, err := form.ParseDate(on)
	if err != nil {
		return m, "", false
	}
	if !known {
		return b.On(on), on + " 的清单", true
	}
	if by, err = form.ParseDate(by); err != nil {
		return m, "", false
	}
	return b.Known(on, by), on + " 的清单（按 " + by + " 以前公布的内容）", true
}

// at finds the version that holds: of those that begin by the day and are known,
// the last to begin.
func (h *history) at(m Moment) *Version {
	i := sort.Search(len(h.versions), func(i int) bool { return h.versions[i].From > m.On })
	for i--; i >= 0; i-- {
		if v := h.versions[i]; v.Edition <= m.Edition {
			if v.Text == nil {
				return nil
			}
			return v
		}
	}
	return nil
}

// last is at by the place of the day among so many: of the version among those of the
// item, -1 where none holds. It looks first where an even history would have it.
func (h *history) last(day, edition int32, days int) int {
	lo, hi := 0, len(h.begins)
	if even := int(day) * hi / days; even < hi && h.begins[even].day <= day {
		lo = even + 1
		if lo < hi && h.begins[lo].day > day {
			hi = lo
		}
	}
	for lo < hi {
		if mid := (lo + hi) / 2; h.begins[mid].day > day {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	for lo--; lo >= 0 && h.begins[lo].edition > edition; lo-- {
	}
	return lo
}

// At is the list as of a moment, by part and code.
func (b *Book) At(m Moment) []*Version { return slices.Clone(b.standing(m)) }

// A list is what holds at a moment. The scope of each version stands beside it, so
// that a township's share is told without touching the others.
type list struct {
	versions []*Version
	scopes   []int32
}

// told remembers lists of moments. Between two days on which something begins the
// list is the same, so there are few, however many days are asked for.
type told struct {
	mu    sync.Mutex
	lists map[Moment]list
	size  int // versions in all of them
}

// mostTold is how many versions are remembered, 12 bytes each; then it begins anew.
const mostTold = 1 << 20

// settle prepares what moments are looked up by.
func (b *Book) settle() {
	b.codes = map[string]int{}
	for i, h := range b.items {
		b.codes[h.code], b.codes[h.id] = i, i
		for _, v := range h.versions {
			b.days = append(b.days, v.From)
		}
	}
	slices.Sort(b.days)
	b.days = slices.Compact(b.days)
}

// standing is the list as of a moment, shared by all who ask: not to be written to.
func (b *Book) standing(m Moment) []*Version { return b.list(m).versions }

func (b *Book) list(m Moment) (l list) {
	i := sort.SearchStrings(b.days, m.On+"\x00") // the days up to this one
	if i == 0 || m.Edition < 1 {
		return l
	}
	m = Moment{b.days[i-1], min(m.Edition, int64(len(b.editions)))}
	b.told.mu.Lock()
	defer b.told.mu.Unlock()
	if l, ok := b.told.lists[m]; ok {
		return l
	}
	l.versions, l.scopes = make([]*Version, 0, len(b.items)), make([]int32, 0, len(b.items))
	for j := range b.items {
		h := &b.items[j]
		if k := h.last(int32(i-1), int32(m.Edition), len(b.days)); k >= 0 && h.begins[k].scope >= 0 {
			l.versions, l.scopes = append(l.versions, h.versions[k]), append(l.scopes, h.begins[k].scope)
		}
	}
	if b.told.size += len(l.versions); b.told.lists == nil || b.told.size > mostTold {
		b.told.lists, b.told.size = map[Moment]list{}, len(l.versions)
	}
	b.told.lists[m] = l
	return l
}
