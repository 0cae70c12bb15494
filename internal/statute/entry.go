package statute

import (
	"database/sql"
	"slices"
	"strings"
	"time"

	"yidan/internal/audit"
	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/form"
	"yidan/internal/org"
)

// keeps reports who keeps the register: list office and justice bureau.
func keeps(by org.Actor) bool { return by.Holds(org.ListOffice) || by.Holds(org.Justice) }

// What an entry was made for.
const (
	byList       = "list"       // items cite it
	byHand       = "head"       // entered or corrected on its page
	byFile       = "file"       // from a spreadsheet
	byChange     = "change"     // something happened
	byWithdrawal = "withdrawal" // something noted had not happened
)

// enter opens an entry: everything that is written to the register names the one
// it came with, so that who, when and from where is told once.
func enter(tx *db.Tx, by org.Actor, what, source string, now time.Time) (no int64, err error) {
	if err := tx.QueryRow(`SELECT coalesce(max(no), 0) + 1 FROM instrument_entries`).Scan(&no); err != nil {
		return 0, err
	}
	_, err = tx.Exec(`INSERT INTO instrument_entries (no, what, source, noted_by, noted_name, noted_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		no, what, source, by.Person, by.Name, db.At(now))
	return no, err
}

// A writer gathers rows, which go down many at a time: a list or a file brings
// thousands.
type writer struct {
	tx          *db.Tx
	by          org.Actor
	what        string
	source      string
	now         time.Time
	no          int64 // of the entry; 0 until there is something to write
	instruments map[string]bool
	articles    map[place]bool
	rows        [3][][]any
}

const (
	toInstruments = iota
	toArticles
	toTexts
)

var inserts = [...]string{
	toInstruments: `INSERT INTO instruments (id, kind, title, number, added_at) VALUES `,
	toArticles:    `INSERT INTO articles (instrument_id, article) VALUES `,
	toTexts:       `INSERT INTO article_texts (entry, instrument_id, article, version_on, body) VALUES `,
}

func newWriter(tx *db.Tx, by org.Actor, what, source string, now time.Time) (*writer, error) {
	w := &writer{tx: tx, by: by, what: what, source: source, now: now, instruments: map[string]bool{}, articles: map[place]bool{}}
	err := db.Each(tx, func(r *sql.Rows) error {
		var id string
		err := r.Scan(&id)
		w.instruments[id] = true
		return err
	}, `SELECT id FROM instruments`)
	if err != nil {
		return nil, err
	}
	return w, db.Each(tx, func(r *sql.Rows) error {
		var p place
		err := r.Scan(&p[0], &p[1])
		w.articles[p] = true
		return err
	}, `SELECT instrument_id, article FROM articles`)
}

// entry is the entry of what is written.
func (w *writer) entry() (int64, error) {
	if w.no > 0 {
		return w.no, nil
	}
	var err error
	w.no, err = enter(w.tx, w.by, w.what, w.source, w.now)
	return w.no, err
}

// name has an instrument and an article in the register.
func (w *writer) name(b Basis, kind string) {
	if !w.instruments[b.Instrument] {
		w.instruments[b.Instrument] = true
		w.rows[toInstruments] = append(w.rows[toInstruments], []any{b.Instrument, kind, b.Title, b.Number, db.At(w.now)})
	}
	if p := (place{b.Instrument, Whole(b.Article)}); p[1] != "" && !w.articles[p] {
		w.articles[p] = true
		w.rows[toArticles] = append(w.rows[toArticles], []any{p[0], p[1]})
	}
}

func (w *writer) flush() error {
	if len(w.rows[toInstruments])+len(w.rows[toArticles]) > 0 {
		if _, err := w.entry(); err != nil {
			return err
		}
	}
	for i, insert := range inserts {
		if err := db.InsertAll(w.tx, insert, w.rows[i]); err != nil {
			return err
		}
		w.rows[i] = nil
	}
	return nil
}

// Cite has everything that a list cites in the register (DM-2.1). It asks nobody's
// leave: whoever may issue a list may cite.
func Cite(tx *db.Tx, by org.Actor, legal, policy []Basis, now time.Time) error {
	w, err := newWriter(tx, by, byList, "", now)
	if err != nil {
		return err
	}
	for _, b := range legal {
		w.name(b, "legal")
	}
	for _, b := range policy {
		w.name(b, "policy")
	}
	return w.flush()
}

// HeadForm is how an instrument is entered.
var HeadForm = form.Layout{{Key: "head", Title: "法规文件", Rule: "DM-2.1", Fields: []form.Field{
	{Name: "title", Label: "名称", Type: form.Line, Need: "填写“名称”", Max: 200, Hint: "全称，不带书名号。例如 中华人民共和国森林法"},
	{Name: "kind", Label: "种类", Type: form.Select, Need: "选择“种类”", Options: kindOptions()},
	{Name: "issuer", Label: "制定机关", Type: form.Line, Max: 100},
	{Name: "number", Label: "文号", Type: form.Line, Max: 80, Hint: "公布令或者印发文件的文号。例如 主席令第三十九号"},
	{Name: "promulgated_on", Label: "公布日期", Type: form.Date},
	{Name: "effective_on", Label: "施行日期", Type: form.Date},
}}}

func kindOptions() (os []form.Option) {
	for _, x := range Kinds {
		os = append(os, form.Option{Value: string(x.Kind), Label: x.Name})
	}
	return os
}

// check says what is wrong with a head.
func (h *Head) check() error {
	h.Title = tidy(strings.Trim(h.Title, "《》"))
	fs := HeadForm.Check(h)
	if len(fs) == 0 && h.PromulgatedOn != "" && h.EffectiveOn != "" && h.EffectiveOn < h.PromulgatedOn {
		fs = append(fs, fault.On("effective_on", "DM-2.1", "“施行日期”早于“公布日期”。核对两个日期"))
	}
	return fault.Join(fs...)
}

// Enter enters what is known about an instrument and returns its place. id is "" for
// one that is not in the register yet; otherwise it is corrected, and its title
// may only be written differently, not be another's.
func Enter(tx *db.Tx, by org.Actor, id string, h Head, now time.Time) (string, error) {
	if !keeps(by) {
		return "", fault.Absent()
	}
	if err := h.check(); err != nil {
		return "", err
	}
	r, err := Load(tx)
	if err != nil {
		return "", err
	}
	at := ID(h.Title)
	was, there := r.Of(at)
	switch {
	case id == "" && there && was.Entered:
		return "", fault.On("title", "DM-2.1", "《%s》已经登记。打开它修改", was.Title)
	case id != "" && at != id:
		return "", fault.On("title", "DM-2.1", "改成“%s”就是另一部法规文件了。另行登记，再把原来的记为废止", h.Title)
	case there && was.Entered && was.Head == h:
		return at, nil
	}
	w, err := newWriter(tx, by, byHand, "", now)
	if err != nil {
		return "", err
	}
	if err := w.head(at, h); err != nil {
		return "", err
	}
	return at, audit.Append(tx, by.Line(now, "instrument.enter", "instrument:"+at))
}

// head writes a head and what it needs.
func (w *writer) head(id string, h Head) error {
	cited := "legal"
	if h.Kind == Policy {
		cited = "policy"
	}
	w.name(Basis{Instrument: id, Title: h.Title, Number: h.Number}, cited)
	if err := w.flush(); err != nil {
		return err
	}
	no, err := w.entry()
	if err != nil {
		return err
	}
	_, err = w.tx.Exec(`INSERT INTO instrument_heads (entry, instrument_id, kind, title, issuer, number, promulgated_on, effective_on) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		no, id, string(h.Kind), h.Title, h.Issuer, h.Number, h.PromulgatedOn, h.EffectiveOn)
	return err
}

// A Text is what an article said from a version on.
type Text struct {
	Instrument string `json:"instrument"`
	Article    string `json:"article"`
	On         string `json:"on"` // the day of the version; "" where it is not known
	Body       string `json:"body"`
	NotedName  string `json:"noted_name,omitempty"`
}

// Texts are what the articles of an instrument say, in their order, of each the
// last version first; of two entries for one version the later one counts.
func Texts(tx *db.Tx, instrument string) ([]Text, error) {
	all, err := db.All(tx, func(r *sql.Rows) (x Text, err error) {
		x.Instrument = instrument
		err = r.Scan(&x.Article, &x.On, &x.Body, &x.NotedName)
		return x, err
	}, `SELECT t.article, t.version_on, t.body, e.noted_name FROM article_texts t JOIN instrument_entries e ON e.no = t.entry
		WHERE t.instrument_id = $1 ORDER BY t.version_on DESC, t.entry DESC`, instrument)
	slices.SortStableFunc(all, func(a, b Text) int { return CompareArticles(a.Article, b.Article) })
	return slices.CompactFunc(all, func(a, b Text) bool { return a.Article == b.Article && a.On == b.On }), err
}

// Said is what the article of a basis says on a day: its last version that has
// begun. ok is false where the register does not have its words.
func Said(tx *db.Tx, b Basis, day string) (t Text, ok bool, err error) {
	if b.Instrument == "" {
		b.Instrument = ID(b.Title)
	}
	all, err := Texts(tx, b.Instrument)
	for _, t := range all {
		if b.Article != "" && t.Article == Whole(b.Article) && t.On <= day && t.Body != "" {
			return t, true, err
		}
	}
	return t, false, err
}
