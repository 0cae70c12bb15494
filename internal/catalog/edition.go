package catalog

import (
	"cmp"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"yidan/internal/audit"
	"yidan/internal/calendar"
	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/form"
	"yidan/internal/org"
	"yidan/internal/statute"
)

// An Edition (版本) is what the list said after a document was issued.
type Edition struct {
	No          int64     `json:"no"`
	Number      string    `json:"number"` // 文号
	IssuedOn    string    `json:"issued_on"`
	EffectiveOn string    `json:"effective_on"`
	Digest      string    `json:"digest"` // SM3 over what it changed and the digest before it
	IssuedName  string    `json:"-"`
	IssuedAt    time.Time `json:"-"`
}

// Editions are all that were issued, in order.
func Editions(tx *db.Tx) ([]Edition, error) {
	return db.All(tx, func(r *sql.Rows) (e Edition, err error) {
		var at db.Time
		err = r.Scan(&e.No, &e.Number, &e.IssuedOn, &e.EffectiveOn, &e.Digest, &e.IssuedName, &at)
		e.IssuedAt = at.Time
		return e, err
	}, `SELECT no, number, issued_on, effective_on, digest, issued_name, issued_at FROM editions WHERE issued_on IS NOT NULL ORDER BY no`)
}

// An Issue is the document of the two offices by which an edition is issued
// (DM-8.6): as typed, by people.
type Issue struct {
	Number      string `json:"number"`
	IssuedOn    string `json:"issued_on"`
	EffectiveOn string `json:"effective_on"`
}

// IssueForm is how the document is entered.
var IssueForm = form.Layout{{Key: "issue", Title: "印发文件", Rule: "DM-8.6", Fields: []form.Field{
	{Name: "number", Label: "文号", Type: form.Line, Need: "填写印发文件的“文号”", Max: 60, Hint: "例如 郊办发〔2026〕9号", Rule: "DM-8.6"},
	{Name: "issued_on", Label: "印发日期", Type: form.Date, Need: "填写“印发日期”"},
	{Name: "effective_on", Label: "施行日期", Type: form.Date, Need: "填写“施行日期”"},
}}}

// check says what is wrong with a document of issue.
func (i *Issue) check(tx *db.Tx, now time.Time) error {
	fs := IssueForm.Check(i)
	if len(fs) == 0 && i.IssuedOn > org.Day(now) {
		fs = append(fs, fault.On("issued_on", "DM-8.6", "“印发日期”在今天之后。印发以后再登记"))
	}
	var last string
	if err := tx.QueryRow(`SELECT coalesce(max(issued_on), '') FROM editions`).Scan(&last); err != nil {
		return err
	}
	if len(fs) == 0 && i.IssuedOn < last {
		fs = append(fs, fault.On("issued_on", "DM-8.6", "“印发日期”早于上一版的印发日期（%s）。核对日期", calendar.SayDay(last)))
	}
	numbers, err := db.All(tx, scanText, `SELECT number FROM editions WHERE number IS NOT NULL`)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(numbers, func(n string) bool { return sameNumber(n, i.Number) }) {
		fs = append(fs, fault.On("number", "DM-8.6", "文号 %s 已用于另一个版本。核对文号", i.Number))
	}
	return fault.Join(fs...)
}

// sameNumber reports that two document numbers are one, whichever brackets, widths and
// spaces they are written with: 郊办发〔2026〕9号 is 郊办发[2026] 9 号.
func sameNumber(a, b string) bool {
	brackets := strings.NewReplacer("〔", "[", "【", "[", "(", "[", "〕", "]", "】", "]", ")", "]")
	fold := func(s string) string { return brackets.Replace(strings.Join(strings.Fields(norm.NFKC.String(s)), "")) }
	return fold(a) == fold(b)
}

// A change is what an edition makes of one item. Without a text it cancels it.
type change struct {
	item, code string // item is empty for a new one
	text       *Text
	base       string // id of the text that it was written against
	cause      string // imports.id or cases.id
	from       string // "" is the day on which the edition takes effect
	approval   string // where it is kept already
}

// issue makes an edition of approved changes, all or none (DM-8.6).
func issue(tx *db.Tx, by org.Actor, changes []change, doc Issue, now time.Time) (e Edition, err error) {
	if err := doc.check(tx, now); err != nil {
		return e, err
	}
	var before string
	if err := tx.QueryRow(`SELECT coalesce(max(no), 0) FROM editions`).Scan(&e.No); err != nil {
		return e, err
	}
	if e.No > 0 {
		if err := tx.QueryRow(`SELECT digest FROM editions WHERE no = $1`, e.No).Scan(&before); err != nil {
			return e, err
		}
	}
	e = Edition{No: e.No + 1, Number: doc.Number, IssuedOn: doc.IssuedOn, EffectiveOn: doc.EffectiveOn, IssuedName: by.Name, IssuedAt: now}
	if _, err := tx.Exec(`INSERT INTO editions (no, issued_by, issued_name, issued_at) VALUES ($1, $2, $3, $4)`, e.No, by.Person, by.Name, db.At(now)); err != nil {
		return e, err
	}
	w, err := newWriter(tx, by, now)
	if err != nil {
		return e, err
	}
	lines := make([]string, len(changes))
	for i, c := range changes {
		if lines[i], err = w.version(e, c); err != nil {
			return e, err
		}
	}
	if err := w.flush(); err != nil {
		return e, err
	}
	e.Digest = digest(e.canonical(before, lines))
	_, err = tx.Exec(`UPDATE editions SET number = $1, issued_on = $2, effective_on = $3, digest = $4 WHERE no = $5`, e.Number, e.IssuedOn, e.EffectiveOn, e.Digest, e.No)
	if err != nil {
		return e, err
	}
	l := by.Line(now, "catalog.issue", fmt.Sprintf("edition:%d", e.No))
	l.Detail = map[string]any{"number": e.Number, "effective_on": e.EffectiveOn, "items": len(changes), "digest": e.Digest}
	return e, audit.Append(tx, l)
}

// canonical is the one form of an edition: its head, the digest before it, and its
// changes in order.
func (e Edition) canonical(before string, lines []string) []byte {
	slices.Sort(lines)
	head := fmt.Sprintf("edition 1\nno %d\nnumber %s\nissued %s\neffective %s\nbefore %s\nchanges %d\n", e.No, e.Number, e.IssuedOn, e.EffectiveOn, before, len(lines))
	return []byte(head + strings.Join(lines, "\n"))
}

// ErrDigest reports that an edition no longer reads as it was issued: somebody
// has got round the database.
var ErrDigest = errors.New("catalog: an edition does not match its digest")

// damaged refuses a list that does not read as it was issued.
func damaged(err error) error {
	return &fault.Fault{Kind: fault.Refused, Rule: "DM-9.2", Text: "清单与印发时留下的摘要（SM3）不一致，已停止显示和使用。数据可能损坏或被改动过，告诉系统管理员：用 yidan check 核对，从备份恢复", Cause: err}
}

// Verify reads every edition again and compares it with its digest.
func Verify(tx *db.Tx) error { return verify(tx, func(Edition, []byte) {}) }

// Canonical are the bytes that an edition's digest was taken of when it was issued:
// its head, the digest before it and its changes in order. Every edition up to it is
// read again; one that does not match its digest is refused with its number, so that
// no reprint is ever silently another.
func Canonical(tx *db.Tx, no int64) (bytes []byte, err error) {
	err = verify(tx, func(e Edition, b []byte) {
		if e.No == no {
			bytes = b
		}
	})
	switch {
	case errors.Is(err, ErrDigest):
		return nil, &fault.Fault{Kind: fault.Refused, Rule: "DM-9.2", Text: "清单的版本与印发时留下的摘要（SM3）不一致，没有打印。数据可能损坏或被改动过，告诉系统管理员：用 yidan check 核对，从备份恢复", Cause: err}
	case err != nil:
		return nil, err
	case bytes == nil:
		return nil, fault.Absent()
	}
	return bytes, nil
}

func verify(tx *db.Tx, see func(Edition, []byte)) error {
	es, err := Editions(tx)
	if err != nil {
		return err
	}
	before := ""
	for _, e := range es {
		lines, err := db.All(tx, func(r *sql.Rows) (string, error) {
			var code, id, from, text, body, cause string
			err := r.Scan(&code, &id, &from, &text, &body, &cause)
			if text != "" && digest([]byte(body)) != text {
				return "", fmt.Errorf("%w: %s", ErrDigest, code)
			}
			return versionLine(code, id, from, text, cause), err
		}, `SELECT i.code, i.id, v.effective_on, coalesce(v.text_id, ''), coalesce(t.body, ''), a.cause
			FROM versions v JOIN items i ON i.id = v.item_id JOIN approvals a ON a.id = v.approval_id LEFT JOIN texts t ON t.id = v.text_id
			WHERE v.edition = $1`, e.No)
		if err != nil {
			return err
		}
		b := e.canonical(before, lines)
		if digest(b) != e.Digest {
			return fmt.Errorf("%w: %d", ErrDigest, e.No)
		}
		see(e, b)
		before = e.Digest
	}
	return nil
}

func versionLine(code, item, from, text, cause string) string {
	return strings.Join([]string{code, item, from, cmp.Or(text, "cancelled"), cause}, "\t")
}

// A writer enters texts and versions and knows what is there already. Rows are
// gathered and go down many at a time: a first edition has thousands.
type writer struct {
	tx            *db.Tx
	by            org.Actor
	now           time.Time
	legal, policy []Basis // cited
	texts         map[string]bool
	last          map[string]int // by letter: the highest code given
	rows          [len(tables)][][]any
}

// Tables that a writer writes, each after those that it refers to.
const (
	toTexts = iota
	toDepartments
	toBases
	toItems
	toApprovals
	toVersions
)

var tables = [...]string{
	toTexts:       `INSERT INTO texts (id, name, part, category, body) VALUES `,
	toDepartments: `INSERT INTO text_departments (text_id, no, unit_id, name, role) VALUES `,
	toBases:       `INSERT INTO text_bases (text_id, instrument_id, article) VALUES `,
	toItems:       `INSERT INTO items (id, code) VALUES `,
	toApprovals:   `INSERT INTO approvals (id, cause, item_id, text_id, approved_on, base_id, from_on) VALUES `,
	toVersions:    `INSERT INTO versions (item_id, edition, effective_on, text_id, approval_id) VALUES `,
}

func (w *writer) add(table int, row ...any) { w.rows[table] = append(w.rows[table], row) }

// flush writes what was gathered; what is cited joins the register first.
func (w *writer) flush() error {
	if err := statute.Cite(w.tx, w.by, w.legal, w.policy, w.now); err != nil {
		return err
	}
	for i, insert := range tables {
		if err := db.InsertAll(w.tx, insert, w.rows[i]); err != nil {
			return err
		}
		w.rows[i] = nil
	}
	return nil
}

func newWriter(tx *db.Tx, by org.Actor, now time.Time) (*writer, error) {
	w := &writer{tx: tx, by: by, now: now, texts: map[string]bool{}, last: map[string]int{}}
	var a string
	each := func(query string, see func(), into ...any) error {
		return db.Each(tx, func(r *sql.Rows) error {
			err := r.Scan(into...)
			see()
			return err
		}, query)
	}
	return w, errors.Join(
		each(`SELECT id FROM texts`, func() { w.texts[a] = true }, &a),
		each(`SELECT code FROM items`, func() { w.saw(a) }, &a))
}

// saw remembers the number of a code such as J001.
func (w *writer) saw(code string) {
	var n int
	if len(code) < 2 {
		return
	}
	if _, err := fmt.Sscanf(code[1:], "%d", &n); err == nil && fmt.Sprintf("%s%03d", code[:1], n) == code {
		w.last[code[:1]] = max(w.last[code[:1]], n)
	}
}

// next is the next code of a part.
func (w *writer) next(p Part) string {
	for _, x := range Parts {
		if x.Part == p {
			w.last[x.Letter]++
			return fmt.Sprintf("%s%03d", x.Letter, w.last[x.Letter])
		}
	}
	return ""
}

// permit keeps that a change was approved; a new item gets its code here.
func (w *writer) permit(c *change) (err error) {
	if c.item == "" {
		c.code = cmp.Or(c.code, w.next(c.text.Part))
		c.item = db.NewID()
		w.add(toItems, c.item, c.code)
	}
	var text any
	if c.text != nil {
		if text, err = w.text(*c.text); err != nil {
			return err
		}
	}
	c.approval = db.NewID()
	w.add(toApprovals, c.approval, c.cause, c.item, text, org.Day(w.now), c.base, c.from)
	return nil
}

// version enters one change of an edition and gives its canonical line.
func (w *writer) version(e Edition, c change) (line string, err error) {
	if c.approval == "" {
		if err := w.permit(&c); err != nil {
			return "", err
		}
	}
	from, id := cmp.Or(c.from, e.EffectiveOn), ""
	var text any
	if c.text != nil {
		if id, err = w.text(*c.text); err != nil {
			return "", err
		}
		text = id
	}
	w.add(toVersions, c.item, e.No, from, text, c.approval)
	return versionLine(c.code, c.item, from, id, c.cause), nil
}

// text stores a text, once, and returns its id.
func (w *writer) text(t Text) (string, error) {
	t = t.canonical()
	body, err := json.Marshal(t)
	if err != nil {
		return "", err
	}
	id := digest(body)
	if w.texts[id] {
		return id, nil
	}
	w.texts[id] = true
	w.add(toTexts, id, t.Name, t.Part, t.Category, string(body))
	for i, d := range t.Departments {
		w.add(toDepartments, id, i+1, d.Unit, d.Name, d.Role)
	}
	w.legal, w.policy = append(w.legal, t.Legal...), append(w.policy, t.Policy...)
	seen := map[[2]string]bool{}
	for _, b := range t.Bases() {
		if k := [2]string{b.Instrument, statute.Whole(b.Article)}; !seen[k] {
			seen[k] = true
			w.add(toBases, id, k[0], k[1])
		}
	}
	return id, nil
}
