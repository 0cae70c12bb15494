package document

import (
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/width"

	"yidan/internal/audit"
	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/org"
)

// A Body is what a paper says: [F1], [F2], [Letter] or [Record].
type Body interface {
	// PDF sets it on A4. Equal input gives equal bytes.
	PDF(f *Fonts, p Print) ([]byte, error)
	// Word makes an editable document of it.
	Word(p Print) ([]byte, error)
	form() string
}

// A Paper is an issued document (文书). What it says is never changed.
type Paper struct {
	ID     string    `json:"id"`
	Kind   string    `json:"kind"` // f1, f2, consult, notice, exit-notice …
	Case   string    `json:"case"`
	Number string    `json:"number"`
	Title  string    `json:"title"`
	Body   Body      `json:"-"`
	By     org.Actor `json:"-"` // zero: the system itself; read back: Person, Name and Unit
	At     time.Time `json:"at"`
	Digest string    `json:"digest"` // SM3 over facts and body, 64 hexadecimal digits
	Code   string    `json:"code"`   // 核验码, 8 characters; [ShowCode] groups them
	Copies []Copy    `json:"copies"` // by number; not filled in lists
}

// A Holder is a unit that keeps a copy; Name is what it is called that day.
type Holder struct{ Unit, Name string }

// A Copy is one copy of a paper in a unit's archive (留存, F-3).
type Copy struct {
	Paper        string    `json:"paper"`
	Unit         string    `json:"unit"`
	Holder       string    `json:"holder"`
	No           int       `json:"no"` // 第 n 份
	Of           int       `json:"of"`
	PlacedAt     time.Time `json:"placed_at"`
	ReceivedAt   time.Time `json:"received_at"` // zero: not received yet
	ReceivedBy   string    `json:"received_by"` // people.id
	ReceivedName string    `json:"received_name"`
}

// ErrAltered reports that a paper is no longer what was issued: somebody has
// got round the database.
var ErrAltered = errors.New("document: a paper is not what was issued")

// Issue keeps a paper and places one copy with each holder, in their order.
// Kind, Title and Body are given; Case, Number and By where there are any.
func Issue(tx *db.Tx, p Paper, holders []Holder, now time.Time) (Paper, error) {
	p.ID, p.At, p.Copies = db.NewID(), now.UTC().Truncate(time.Microsecond), nil
	data, err := canonical(p.Body)
	if err != nil {
		return p, err
	}
	p.Digest = p.digest(data)
	if p.Code, err = freshCode(tx); err != nil {
		return p, err
	}
	_, err = tx.Exec(`INSERT INTO papers (id, kind, form, case_id, number, title, data, digest, code, issued_at, issued_by, issued_name, issued_unit)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		p.ID, p.Kind, p.Body.form(), p.Case, p.Number, p.Title, data, p.Digest, p.Code, db.At(p.At), p.By.Person, p.By.Name, p.By.Unit)
	if err != nil {
		return p, fmt.Errorf("issue %s: %w", p.Kind, err)
	}
	for i, h := range holders {
		c := Copy{Paper: p.ID, Unit: h.Unit, Holder: h.Name, No: i + 1, Of: len(holders), PlacedAt: p.At}
		if _, err := tx.Exec(`INSERT INTO copies (paper_id, unit_id, no, total, holder, placed_at) VALUES ($1, $2, $3, $4, $5, $6)`,
			c.Paper, c.Unit, c.No, c.Of, c.Holder, db.At(c.PlacedAt)); err != nil {
			return p, fmt.Errorf("copy for %s: %w", h.Name, err)
		}
		p.Copies = append(p.Copies, c)
	}
	l := p.By.Line(now, "paper.issue", "paper:"+p.ID)
	l.Detail = map[string]any{"kind": p.Kind, "case": p.Case, "number": p.Number, "digest": p.Digest, "copies": len(holders)}
	return p, audit.Append(tx, l)
}

// digest binds what a paper says to what it is.
func (p Paper) digest(data string) string {
	return digest("yidan paper 1", p.ID, p.Kind, p.Case, p.Number, p.Title, p.At.UTC().Format(time.RFC3339Nano), p.By.Person, p.By.Name, p.By.Unit, data)
}

// letters are those of a code: none that can be taken for another.
const letters = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"

const codeLength = 8

// freshCode draws a code that no paper has: 31^8 of them, so guessing one takes
// longer than the rate limit of the page allows.
func freshCode(tx *db.Tx) (string, error) {
	for range 10 {
		var b strings.Builder
		var x [1]byte
		for b.Len() < codeLength {
			if _, err := rand.Read(x[:]); err != nil {
				return "", err
			}
			if int(x[0]) < 256/len(letters)*len(letters) { // every letter as likely as any other
				b.WriteByte(letters[int(x[0])%len(letters)])
			}
		}
		var taken int
		if err := tx.QueryRow(`SELECT count(*) FROM papers WHERE code = $1`, b.String()).Scan(&taken); err != nil {
			return "", err
		}
		if taken == 0 {
			return b.String(), nil
		}
	}
	return "", errors.New("document: no free code")
}

// ShowCode is a code as people read and copy it: ABCD-EFGH.
func ShowCode(code string) string {
	if len(code) != codeLength {
		return code
	}
	return code[:4] + "-" + code[4:]
}

// readCode is a code as somebody typed it from paper.
func readCode(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' || r == '—' || r == '－' || unicode.IsSpace(r) {
			return -1
		}
		return unicode.ToUpper(r)
	}, width.Narrow.String(s))
}

const paperColumns = `p.id, p.kind, p.form, p.case_id, p.number, p.title, p.data, p.digest, p.code, p.issued_at, p.issued_by, p.issued_name, p.issued_unit`

// scanPaper reads a paper and holds it against its digest.
func scanPaper(scan func(...any) error) (p Paper, err error) {
	var form, data string
	var at db.Time
	if err = scan(&p.ID, &p.Kind, &form, &p.Case, &p.Number, &p.Title, &data, &p.Digest, &p.Code, &at, &p.By.Person, &p.By.Name, &p.By.Unit); err != nil {
		return p, err
	}
	p.At = at.Time
	if p.digest(data) != p.Digest {
		return p, fmt.Errorf("%w: %s", ErrAltered, p.ID)
	}
	p.Body, err = readBody(form, []byte(data))
	return p, err
}

func readBody(form string, data []byte) (Body, error) {
	switch form {
	case "f1":
		return decode[F1](data)
	case "f2":
		return decode[F2](data)
	case "letter":
		return decode[Letter](data)
	case "record":
		return decode[Record](data)
	}
	return nil, fmt.Errorf("document: no form %q", form)
}

func decode[B Body](data []byte) (Body, error) {
	var b B
	err := json.Unmarshal(data, &b)
	return b, err
}

// Find is a paper with its copies; [fault.Absent] when there is none.
func Find(tx *db.Tx, id string) (Paper, error) {
	return find(tx, `SELECT `+paperColumns+` FROM papers p WHERE p.id = $1`, id)
}

// Verify is the paper that bears a code, as typed from print (F-3);
// [fault.Absent] when none does, [ErrAltered] when it is not what was issued.
func Verify(tx *db.Tx, code string) (Paper, error) {
	code = readCode(code)
	p, err := find(tx, `SELECT `+paperColumns+` FROM papers p WHERE p.code = $1`, code)
	if fault.Is(err, fault.Missing) {
		return p, &fault.Fault{Kind: fault.Missing, Text: "没有查到这个核验码对应的文书。核对 8 位核验码，字母不分大小写"}
	}
	return p, err
}

func find(tx *db.Tx, query, key string) (Paper, error) {
	p, err := scanPaper(tx.QueryRow(query, key).Scan)
	if errors.Is(err, db.ErrNoRows) {
		return Paper{}, fault.Absent()
	}
	if err != nil {
		return Paper{}, err
	}
	p.Copies, err = db.All(tx, scanCopy, `SELECT `+copyColumns+` FROM copies c WHERE c.paper_id = $1 ORDER BY c.no`, p.ID)
	return p, err
}

// OfCase are the papers of a case in order of issue, each with its copies.
func OfCase(tx *db.Tx, caseID string) ([]Paper, error) {
	ps, err := db.All(tx, func(r *sql.Rows) (Paper, error) { return scanPaper(r.Scan) },
		`SELECT `+paperColumns+` FROM papers p WHERE p.case_id = $1 ORDER BY p.id`, caseID)
	if err != nil {
		return nil, err
	}
	cs, err := db.All(tx, scanCopy, `SELECT `+copyColumns+` FROM copies c JOIN papers p ON p.id = c.paper_id WHERE p.case_id = $1 ORDER BY c.paper_id, c.no`, caseID)
	if err != nil {
		return nil, err
	}
	for i := range ps {
		for _, c := range cs {
			if c.Paper == ps[i].ID {
				ps[i].Copies = append(ps[i].Copies, c)
			}
		}
	}
	return ps, nil
}

// Copy is the copy of a number; the zero Copy prints without one.
func (p Paper) Copy(no int) Copy {
	for _, c := range p.Copies {
		if c.No == no {
			return c
		}
	}
	return Copy{}
}

// CopyOf is the copy that a unit keeps, or the first of those that several units keep.
func (p Paper) CopyOf(units ...string) (Copy, bool) {
	for _, u := range units {
		for _, c := range p.Copies {
			if c.Unit == u {
				return c, true
			}
		}
	}
	return Copy{}, false
}

// Waits reports whether a copy waits for the receipt of an actor.
func (p Paper) Waits(by org.Actor) bool {
	return slices.ContainsFunc(p.Copies, func(c Copy) bool { return c.ReceivedAt.IsZero() && by.Is(org.Unit(c.Unit)) })
}

// PDF prints one copy (0: without a number) at a moment. url is where the code
// is verified; it may be empty.
func (p Paper) PDF(f *Fonts, copyNo int, url string, now time.Time) ([]byte, error) {
	return p.Body.PDF(f, p.print(copyNo, url, now))
}

// Word makes an editable document of one copy.
func (p Paper) Word(copyNo int, url string, now time.Time) ([]byte, error) {
	return p.Body.Word(p.print(copyNo, url, now))
}

func (p Paper) print(copyNo int, url string, now time.Time) Print {
	c := p.Copy(copyNo)
	return Print{Title: p.Title, No: c.No, Of: c.Of, Holder: c.Holder, Code: p.Code, URL: url, Digest: p.Digest, At: now}
}

// FileName is what a download of the paper is called, without extension.
func (p Paper) FileName(copyNo int) string {
	name := p.Number + p.Title
	if c := p.Copy(copyNo); c.No > 0 {
		name += fmt.Sprintf("（第%d份%s留存）", c.No, c.Holder)
	}
	return CleanName(name)
}
