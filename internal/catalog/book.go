package catalog

import (
	"cmp"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"

	"yidan/internal/db"
	"yidan/internal/org"
	"yidan/internal/pinyin"
	"yidan/internal/statute"
)

// A Book is the whole history of the list in memory. It is never changed and
// shared by all: what is issued stays as it is.
type Book struct {
	editions []Edition
	items    []history // by part and code
	texts    []*entry
	index    index
	cites    cites
	layout   []Page
	dir      *org.Directory
	codes    map[string]int // of items, by code and by id
	days     []string       // on which anything begins, in order
	scopes   [][]Township
	told     *told
	reg      *statute.Register
}

// A history is everything an item ever said.
type history struct {
	id, code string
	versions []*Version // by From, Edition
	begins   []begin    // the same, where a list is made of them
}

// A begin is what a list has to know of a version, so that a long history is searched
// without touching what it said.
type begin struct{ day, edition, scope int32 } // day: its place among those of the book; scope: -1 where it cancels

// A Version is what an edition made an item say from a day on. Text is nil where
// it cancels the item; then it is only ever part of a history.
type Version struct {
	Item, Code string // the item's id and its code
	From       string
	Until      string // the day before the next version begins; "" while none is known
	Edition    int64
	Cause      string // the import or the case behind it
	*Text
	entry *entry
}

// An entry is a stored text and the items that ever had it.
type entry struct {
	id    string
	no    int // its place among the texts
	text  Text
	name  string       // folded
	words string       // folded
	marks pinyin.Marks // of the name
	items []int
	scope int // its townships among those of the book; 0 is everywhere
}

// Editions are all that were issued, in order.
func (b *Book) Editions() []Edition { return b.editions }

// Edition is an edition by its number.
func (b *Book) Edition(no int64) (Edition, bool) {
	if no < 1 || no > int64(len(b.editions)) {
		return Edition{}, false
	}
	return b.editions[no-1], true
}

// InForce is the last edition that had taken effect by a day.
func (b *Book) InForce(day string) (Edition, bool) { return b.Current(b.On(day)) }

// Item is what an item says at a moment, by its code; nil when it is not in force.
func (b *Book) Item(m Moment, code string) *Version {
	if h := b.history(code); h != nil {
		return h.at(m)
	}
	return nil
}

// History is everything an item ever said, newest first, cancellations without a text.
func (b *Book) History(code string) []*Version {
	h := b.history(code)
	if h == nil {
		return nil
	}
	vs := slices.Clone(h.versions)
	slices.Reverse(vs)
	return vs
}

func (b *Book) history(code string) *history {
	if i, ok := b.codes[code]; ok {
		return &b.items[i]
	}
	return nil
}

// Categories are those in which the last editions put items, in the order of the list
// (DM-2.3).
func (b *Book) Categories() (all []string) {
	for i := range b.items {
		if v := b.Latest(b.items[i].code); v != nil && !slices.Contains(all, v.Category) {
			all = append(all, v.Category)
		}
	}
	return all
}

// Register are the instruments that the list rests on.
func (b *Book) Register() *statute.Register { return b.reg }

// Layout are the columns in which the list came in.
func (b *Book) Layout() []Page { return b.layout }

// Books keeps the book in use.
type Books struct {
	mu    sync.Mutex
	book  *Book
	stamp string // of the editions in it
}

// Get is the book with every edition that tx sees.
func (bs *Books) Get(tx *db.Tx) (*Book, error) {
	dir, err := org.LoadDirectory(tx)
	if err != nil {
		return nil, err
	}
	reg, err := statute.Load(tx)
	if err != nil {
		return nil, err
	}
	stamp, err := tx.Stamp("catalog")
	if err != nil {
		return nil, err
	}
	bs.mu.Lock()
	b, of := bs.book, bs.stamp
	bs.mu.Unlock()
	if b == nil || of != stamp {
		if b, err = Load(tx); err != nil {
			return nil, err
		}
	}
	if b.dir != dir || b.reg != reg {
		c := *b
		c.dir, c.reg = dir, reg
		b = &c
	}
	bs.mu.Lock()
	bs.book, bs.stamp = b, stamp
	bs.mu.Unlock()
	return b, nil
}

// Load reads a book and holds every edition in it against the digest that it was
// issued with: a list that was damaged or got at is refused whole, never shown as
// another (DM-9.2).
func Load(tx *db.Tx) (b *Book, err error) {
	b = &Book{told: &told{}}
	if b.dir, err = org.LoadDirectory(tx); err != nil {
		return nil, err
	}
	if b.reg, err = statute.Load(tx); err != nil {
		return nil, err
	}
	if b.editions, err = Editions(tx); err != nil {
		return nil, err
	}
	texts := map[string]*entry{}
	err = db.Each(tx, func(r *sql.Rows) error {
		e := new(entry)
		var body sql.RawBytes
		if err := r.Scan(&e.id, &body); err != nil {
			return err
		}
		if digest(body) != e.id {
			return damaged(fmt.Errorf("%w: text %s", ErrDigest, e.id))
		}
		texts[e.id] = e
		b.texts = append(b.texts, e)
		return json.Unmarshal(body, &e.text)
	}, `SELECT id, body FROM texts WHERE id IN (SELECT v.text_id FROM versions v JOIN editions e ON e.no = v.edition WHERE e.issued_on IS NOT NULL)`)
	if err != nil {
		return nil, err
	}
	if err := b.readVersions(tx, texts); err != nil {
		return nil, err
	}
	if err := b.verify(); err != nil {
		return nil, damaged(err)
	}
	b.index, b.cites = newIndex(b.texts), newCites(b.texts)
	b.scope()
	return b, b.readLayout(tx)
}

// verify compares what the book holds of every edition with its digest.
func (b *Book) verify() error {
	lines := make([][]string, len(b.editions))
	for _, h := range b.items {
		for _, v := range h.versions {
			if v.Edition < 1 || v.Edition > int64(len(lines)) {
				return fmt.Errorf("%w: %s is of edition %d", ErrDigest, v.Code, v.Edition)
			}
			lines[v.Edition-1] = append(lines[v.Edition-1], versionLine(v.Code, v.Item, v.From, v.TextID(), v.Cause))
		}
	}
	before := ""
	for i, e := range b.editions {
		if digest(e.canonical(before, lines[i])) != e.Digest {
			return fmt.Errorf("%w: %d", ErrDigest, e.No)
		}
		before = e.Digest
	}
	return nil
}

func (b *Book) readVersions(tx *db.Tx, texts map[string]*entry) error {
	at := map[string]int{}
	err := db.Each(tx, func(r *sql.Rows) error {
		v, text := new(Version), ""
		if err := r.Scan(&v.Item, &v.Code, &v.From, &v.Edition, &text, &v.Cause); err != nil {
			return err
		}
		if v.entry = texts[text]; v.entry != nil {
			v.Text = &v.entry.text
		} else if text != "" {
			return damaged(fmt.Errorf("%w: %s has lost its text", ErrDigest, v.Code))
		}
		i, ok := at[v.Item]
		if !ok {
			i = len(b.items)
			at[v.Item] = i
			b.items = append(b.items, history{id: v.Item, code: v.Code})
		}
		b.items[i].versions = append(b.items[i].versions, v)
		return nil
	}, `SELECT v.item_id, i.code, v.effective_on, v.edition, coalesce(v.text_id, ''), a.cause
		FROM versions v JOIN items i ON i.id = v.item_id JOIN approvals a ON a.id = v.approval_id JOIN editions e ON e.no = v.edition
		WHERE e.issued_on IS NOT NULL`)
	if err != nil {
		return err
	}
	for i := range b.items {
		vs := b.items[i].versions
		slices.SortFunc(vs, func(x, y *Version) int {
			return cmp.Or(cmp.Compare(x.From, y.From), cmp.Compare(x.Edition, y.Edition))
		})
		for j := range vs[:len(vs)-1] {
			vs[j].Until = dayBefore(vs[j+1].From)
		}
	}
	slices.SortFunc(b.items, func(x, y history) int {
		return cmp.Or(cmp.Compare(rank(x), rank(y)), cmp.Compare(len(x.code), len(y.code)), cmp.Compare(x.code, y.code))
	})
	b.settle()
	for i := range b.items {
		for _, v := range b.items[i].versions {
			if v.entry != nil && !slices.Contains(v.entry.items, i) {
				v.entry.items = append(v.entry.items, i)
			}
		}
	}
	return nil
}

// rank is the part an item belongs to, for the order of the list.
func rank(h history) int {
	for _, v := range slices.Backward(h.versions) {
		if v.Text != nil {
			for i, p := range Parts {
				if p.Part == v.Part {
					return i
				}
			}
		}
	}
	return len(Parts)
}

func (b *Book) readLayout(tx *db.Tx) error {
	var body string
	err := tx.QueryRow(`SELECT body FROM imports WHERE decision = 'approved' ORDER BY edition DESC LIMIT 1`).Scan(&body)
	if errors.Is(err, db.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	var d struct {
		Pages []Page `json:"pages"`
	}
	err = json.Unmarshal([]byte(body), &d)
	b.layout = d.Pages
	return err
}
