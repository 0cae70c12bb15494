package statute

import "slices"

// A State says whether an instrument or an article stands on a day.
type State string

const (
	InForce  State = "in-force" // 现行
	Revised  State = "revised"  // 已修改: in force as it was amended
	Pending  State = "pending"  // 尚未施行
	Dead     State = "dead"     // 已废止
	Replaced State = "replaced" // 已废止, and something else took its place
)

// States are the states as people call them.
var States = []struct {
	State State
	Name  string
}{{InForce, "现行"}, {Revised, "已修改"}, {Pending, "尚未施行"}, {Dead, "已废止"}, {Replaced, "已被替代"}}

// Name is a state as people call it.
func (s State) Name() string {
	for _, x := range States {
		if x.State == s {
			return x.Name
		}
	}
	return string(s)
}

// Gone reports that nothing can rest on it any more.
func (s State) Gone() bool { return s == Dead || s == Replaced }

// A Standing is how instruments and articles stand on a day. The zero Standing
// knows of no change.
type Standing struct {
	Day     string
	changes map[place][]Change
	more    []Change // beside those of the register: what if
}

// Standing is how all stand on a day.
func (r *Register) Standing(day string) Standing {
	return Standing{Day: day, changes: r.changes}
}

// With is how all would stand on a day if more happened.
func (s Standing) With(day string, more ...Change) Standing {
	return Standing{day, s.changes, append(slices.Clone(s.more), more...)}
}

// at are the changes of a place that have taken effect, the last first.
func (s Standing) at(p place) (cs []Change) {
	for _, c := range s.changes[p] {
		if c.On <= s.Day {
			cs = append(cs, c)
		}
	}
	for _, c := range s.more {
		if (place{c.Instrument, c.Article}) == p && c.On <= s.Day {
			cs = append(cs, c)
		}
	}
	slices.SortStableFunc(cs, func(a, b Change) int {
		switch {
		case a.On > b.On:
			return -1
		case a.On < b.On:
			return 1
		}
		return 0
	})
	return cs
}

// A Status is a state with the change it is due to; the zero Change where none is.
type Status struct {
	State
	Change Change
}

// last is how a place stands by itself: the last change says so.
func (s Standing) last(p place) Status {
	cs := s.at(p)
	if len(cs) == 0 {
		return Status{State: InForce}
	}
	c := cs[0]
	switch {
	case c.Event == Repealed && c.New.Title != "":
		return Status{Replaced, c}
	case c.Event == Repealed:
		return Status{Dead, c}
	case c.Event == Amended:
		return Status{Revised, c}
	}
	return Status{InForce, c}
}

// Of is how a basis stands: an article stands no longer than its instrument does.
func (s Standing) Of(b Basis) Status {
	if b.Instrument == "" {
		b.Instrument = ID(b.Title)
	}
	all := s.last(place{b.Instrument, ""})
	if b.Article == "" || all.Gone() {
		return all
	}
	own := s.last(place{b.Instrument, Whole(b.Article)})
	if own.State == InForce && all.State == Revised && own.Change.On < all.Change.On {
		return all
	}
	return own
}

// Mark is what a text says behind a basis on which nothing can rest any more:
// （已废止）; "" while it stands.
func (s Standing) Mark(b Basis) string {
	if x := s.Of(b); x.Gone() {
		return "（" + x.Name() + "）"
	}
	return ""
}

// Repealed is the day from which a basis no longer stands; "" while it does.
func (s Standing) Repealed(b Basis) string {
	if x := s.Of(b); x.Gone() {
		return x.Change.On
	}
	return ""
}

// Instrument is how an instrument stands as a whole. One of whose articles
// something happened to counts as amended.
func (s Standing) Instrument(i *Instrument) Status {
	x := s.last(place{i.ID, ""})
	if x.State != InForce {
		return x
	}
	if i.EffectiveOn > s.Day {
		return Status{State: Pending}
	}
	for _, c := range i.Changes {
		if c.Article != "" && c.Withdrawn == "" && c.On <= s.Day && c.On > x.Change.On {
			return Status{Revised, c}
		}
	}
	return x
}

// Coming are the changes of an instrument that are noted and not in effect yet, the first first.
func (s Standing) Coming(i *Instrument) (cs []Change) {
	for _, c := range slices.Backward(i.Changes) {
		if c.Withdrawn == "" && c.On > s.Day {
			cs = append(cs, c)
		}
	}
	return cs
}
