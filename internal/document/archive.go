package document

import (
	"database/sql"
	"strings"
	"time"

	"yidan/internal/audit"
	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/org"
)

const copyColumns = `c.paper_id, c.unit_id, c.holder, c.no, c.total, c.placed_at, c.received_at, c.received_by, c.received_name`

func (c *Copy) targets(placed, received *db.Time) []any {
	return []any{&c.Paper, &c.Unit, &c.Holder, &c.No, &c.Of, placed, received, &c.ReceivedBy, &c.ReceivedName}
}

func scanCopy(r *sql.Rows) (c Copy, err error) {
	var placed, received db.Time
	err = r.Scan(c.targets(&placed, &received)...)
	c.PlacedAt, c.ReceivedAt = placed.Time, received.Time
	return c, err
}

// A Kept is a line of a unit's archive: a copy and what it is a copy of.
type Kept struct {
	Copy
	Kind     string
	Case     string
	Number   string
	Title    string
	Code     string
	Digest   string
	IssuedAt time.Time
}

// A Filter narrows an archive. Text is looked for in number and title; After is
// the last line of the page before.
type Filter struct {
	Text    string
	Kind    string
	Waiting bool // only what has not been received yet
	After   *Kept
	Limit   int // 50 when zero
}

// Archive lists what is placed with units, newest first: a unit's own copies and
// those of the units it succeeded.
func Archive(tx *db.Tx, units []string, f Filter) ([]Kept, error) {
	if len(units) == 0 {
		return nil, nil
	}
	if f.Limit == 0 {
		f.Limit = 50
	}
	q := `SELECT ` + copyColumns + `, p.kind, p.case_id, p.number, p.title, p.code, p.digest, p.issued_at
		FROM copies c JOIN papers p ON p.id = c.paper_id WHERE c.unit_id IN (` + db.Marks(1, len(units)) + `)`
	var args []any
	for _, u := range units {
		args = append(args, u)
	}
	and := func(cond string, vs ...any) {
		for _, v := range vs {
			args = append(args, v)
			cond = strings.Replace(cond, "?", db.Marks(len(args), 1), 1)
		}
		q += ` AND ` + cond
	}
	if f.Text = strings.TrimSpace(f.Text); f.Text != "" {
		like := "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(f.Text) + "%"
		and(`(p.number LIKE ? ESCAPE '\' OR p.title LIKE ? ESCAPE '\')`, like, like)
	}
	if f.Kind != "" {
		and(`p.kind = ?`, f.Kind)
	}
	if f.Waiting {
		and(`c.received_at = ''`)
	}
	if f.After != nil {
		and(`(c.paper_id, c.unit_id) < (?, ?)`, f.After.Paper, f.After.Unit)
	}
	args = append(args, f.Limit)
	return db.All(tx, scanKept, q+` ORDER BY c.paper_id DESC, c.unit_id DESC LIMIT `+db.Marks(len(args), 1), args...)
}

func scanKept(r *sql.Rows) (k Kept, err error) {
	var placed, received, issued db.Time
	err = r.Scan(append(k.targets(&placed, &received), &k.Kind, &k.Case, &k.Number, &k.Title, &k.Code, &k.Digest, &issued)...)
	k.PlacedAt, k.ReceivedAt, k.IssuedAt = placed.Time, received.Time, issued.Time
	return k, err
}

// Receive keeps the receipt (签收) for the copies of by's unit and of those merged into
// it. Whoever acts for another unit finds nothing; a second receipt is told of the
// first (F-3).
func Receive(tx *db.Tx, by org.Actor, paperID string, now time.Time) error {
	if by.Person == "" || by.Post != org.Handler && by.Post != org.Leader {
		return fault.Absent()
	}
	args := []any{db.At(now), by.Person, by.Name, paperID}
	for _, u := range by.Units() {
		args = append(args, u)
	}
	n, err := tx.Exec(`UPDATE copies SET received_at = $1, received_by = $2, received_name = $3 WHERE paper_id = $4 AND unit_id IN (`+db.Marks(5, len(args)-4)+`) AND received_at = ''`, args...)
	if err != nil {
		return err
	}
	if n == 0 {
		p, err := Find(tx, paperID)
		if err != nil {
			return err
		}
		c, ok := p.CopyOf(by.Units()...)
		if !ok {
			return fault.Absent()
		}
		return fault.Clash("这份文书已由%s于%s签收，不用再签", c.ReceivedName, c.ReceivedAt.In(zone).Format("1月2日15:04"))
	}
	return audit.Append(tx, by.Line(now, "paper.receive", "paper:"+paperID))
}

// Open is a paper of which by's unit keeps a copy, and that copy; anybody else
// finds nothing. Who may see a paper for another reason uses [Find].
func Open(tx *db.Tx, by org.Actor, id string) (Paper, Copy, error) {
	p, err := Find(tx, id)
	if err != nil {
		return Paper{}, Copy{}, err
	}
	c, ok := p.CopyOf(by.Units()...)
	if !ok {
		return Paper{}, Copy{}, fault.Absent()
	}
	return p, c, nil
}
