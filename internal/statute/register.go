package statute

import (
	"cmp"
	"database/sql"
	"errors"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"yidan/internal/db"
	"yidan/internal/pinyin"
)

// A Register is all instruments in memory, without the texts of their articles.
// It is never changed and shared by all.
type Register struct {
	all     []*Instrument // by title
	by      map[string]*Instrument
	changes map[place][]Change // those that stand, the first first
	marks   map[string]pinyin.Marks
}

// A place is an instrument and an article of it; without one it is all of it.
type place [2]string

var shared = db.Shared[*Register]{Room: "statute", Load: load}

// Load is the register as tx sees it.
func Load(tx *db.Tx) (*Register, error) { return shared.Get(tx) }

func load(tx *db.Tx) (*Register, error) {
	r := &Register{by: map[string]*Instrument{}, changes: map[place][]Change{}, marks: map[string]pinyin.Marks{}}
	if err := errors.Join(r.readHeads(tx), r.readArticles(tx), r.readChanges(tx)); err != nil {
		return nil, err
	}
	initials := pinyin.Index{}
	for _, i := range r.all {
		i.name = fold(i.Title)
		r.marks[i.ID] = initials.Of(i.name)
		slices.SortFunc(i.Articles, CompareArticles)
	}
	slices.SortFunc(r.all, func(a, b *Instrument) int { return strings.Compare(a.Title, b.Title) })
	return r, nil
}

// CompareArticles puts articles in their order.
func CompareArticles(a, b string) int {
	return cmp.Or(cmp.Compare(ordinal(a), ordinal(b)), strings.Compare(a, b))
}

func fold(s string) string { return strings.ToLower(norm.NFKC.String(s)) }

func (r *Register) readHeads(tx *db.Tx) error {
	err := db.Each(tx, func(rows *sql.Rows) error {
		i, cited := new(Instrument), ""
		err := rows.Scan(&i.ID, &cited, &i.Title, &i.Number)
		if cited == string(Policy) {
			i.Kind = Policy
		}
		r.all, r.by[i.ID] = append(r.all, i), i
		return err
	}, `SELECT id, kind, title, number FROM instruments`)
	if err != nil {
		return err
	}
	return db.Each(tx, func(rows *sql.Rows) error {
		var id string
		var h Head
		err := rows.Scan(&id, &h.Kind, &h.Title, &h.Issuer, &h.Number, &h.PromulgatedOn, &h.EffectiveOn)
		if i := r.by[id]; i != nil {
			i.Head, i.Entered = h, true
		}
		return err
	}, `SELECT instrument_id, kind, title, issuer, number, promulgated_on, effective_on FROM instrument_heads ORDER BY entry`)
}

func (r *Register) readArticles(tx *db.Tx) error {
	return db.Each(tx, func(rows *sql.Rows) error {
		var id, a string
		err := rows.Scan(&id, &a)
		if i := r.by[id]; i != nil {
			i.Articles = append(i.Articles, a)
		}
		return err
	}, `SELECT instrument_id, article FROM articles`)
}

func (r *Register) readChanges(tx *db.Tx) error {
	return db.Each(tx, func(rows *sql.Rows) error {
		c, err := scanChange(rows)
		i := r.by[c.Instrument]
		if err != nil || i == nil {
			return err
		}
		c.Title = i.Title
		if n := r.by[c.New.Instrument]; n != nil {
			c.New.Title, c.New.Number = n.Title, ""
		}
		i.Changes = append([]Change{c}, i.Changes...)
		if c.Withdrawn == "" {
			k := place{c.Instrument, c.Article}
			r.changes[k] = append(r.changes[k], c)
		}
		return nil
	}, changeColumns+` ORDER BY c.happened_on, c.entry, c.id`)
}

const changeColumns = `SELECT c.id, c.instrument_id, c.article, c.event, c.happened_on, c.number, coalesce(c.new_instrument_id, ''), c.new_article, c.note, e.noted_name, e.noted_at, coalesce(w.reason, '')
	FROM instrument_changes c JOIN instrument_entries e ON e.no = c.entry LEFT JOIN instrument_withdrawals w ON w.change_id = c.id`

func scanChange(rows *sql.Rows) (c Change, err error) {
	var at db.Time
	err = rows.Scan(&c.ID, &c.Instrument, &c.Article, &c.Event, &c.On, &c.Number, &c.New.Instrument, &c.New.Article, &c.Note, &c.NotedName, &at, &c.Withdrawn)
	c.NotedAt = at.Time
	return c, err
}

// All are the instruments by title.
func (r *Register) All() []*Instrument { return r.all }

// Of is an instrument by its place in the register, or by its title.
func (r *Register) Of(name string) (*Instrument, bool) {
	i, ok := r.by[name]
	if !ok {
		i, ok = r.by[ID(strings.Trim(name, "《》"))]
	}
	return i, ok
}

// Change is a change by its id.
func (r *Register) Change(id string) (Change, bool) {
	for _, i := range r.all {
		for _, c := range i.Changes {
			if c.ID == id {
				return c, true
			}
		}
	}
	return Change{}, false
}

// A Query narrows the register. Words are looked for in titles, numbers and
// issuers; letters also as pinyin initials of titles.
type Query struct {
	Words  string
	Kinds  []Kind
	States []State
	Day    string
}

// Find lists what fits a query, by rank and title.
func (r *Register) Find(q Query) (found []*Instrument) {
	s := r.Standing(q.Day)
	words := strings.Fields(fold(q.Words))
	for _, i := range r.all {
		if len(q.Kinds) > 0 && !slices.Contains(q.Kinds, i.Kind) || len(q.States) > 0 && !slices.Contains(q.States, s.Instrument(i).State) {
			continue
		}
		in := i.name + "\n" + fold(i.Number) + "\n" + fold(i.Issuer)
		if !slices.ContainsFunc(words, func(w string) bool {
			return !strings.Contains(in, w) && !(pinyin.Letters(w) && r.marks[i.ID].Spelt(w))
		}) {
			found = append(found, i)
		}
	}
	slices.SortStableFunc(found, func(a, b *Instrument) int { return cmp.Compare(order(a.Kind), order(b.Kind)) })
	return found
}

// order puts the unknown last.
func order(k Kind) int { return cmp.Or(k.Rank(), 99) }

// Marked is a free text with （已废止） behind each citation on which nothing can rest
// any more.
func (r *Register) Marked(text string, s Standing) string {
	marked, at := "", 0
	for _, x := range r.Spots(text) {
		marked, at = marked+text[at:x.To]+s.Mark(x.Basis), x.To
	}
	return marked + text[at:]
}

// Spots finds what a free text cites of the register.
func (r *Register) Spots(text string) []Spot {
	if !strings.Contains(text, "《") {
		return nil
	}
	return slices.DeleteFunc(Spots(text), func(s Spot) bool { return r.by[s.Instrument] == nil })
}
