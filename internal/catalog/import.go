package catalog

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"yidan/internal/audit"
	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/form"
	"yidan/internal/org"
)

// A Draft is a list as it was read from a file: what would be entered, what keeps
// it from being entered, what is to be known about it, and the columns it came in.
type Draft struct {
	File  string `json:"file"`
	Items []Item `json:"items"`
	Flaws []Flaw `json:"flaws"`
	Notes []Flaw `json:"notes"`
	Pages []Page `json:"pages"`
}

// Counts are the items by part.
func (d Draft) Counts() map[Part]int {
	n := map[Part]int{Basic: 0, Cooperating: 0, TakenBack: 0}
	for _, it := range d.Items {
		n[it.Part]++
	}
	return n
}

// A State says how far an import is.
type State string

const (
	Read     State = "read"     // looked at, not handed in yet
	Proposed State = "proposed" // handed in: waits for a second person
	Approved State = "approved"
	Dropped  State = "dropped"
)

// An Import is a draft that was kept. Its content does not change any more.
type Import struct {
	ID           string
	State        State
	Count        int
	Draft        Draft // not filled in lists, but for File
	ReadBy       string
	ReadName     string
	ReadAt       time.Time
	ProposedBy   string
	ProposedName string
	ProposedAt   time.Time
	DecidedName  string
	DecidedAt    time.Time
	Reason       string
	Edition      int64
}

// Propose keeps items as the import that is to become the first edition and hands
// it in, for the list office. Whoever proposes does not approve, unless a leader.
func Propose(tx *db.Tx, by org.Actor, items []Item, now time.Time) (id string, err error) {
	id, err = Keep(tx, by, Draft{File: "编办录入", Items: items}, now)
	if err != nil {
		return "", err
	}
	return id, HandIn(tx, by, id, now)
}

// Keep keeps a draft without faults, so that it can be looked at again.
func Keep(tx *db.Tx, by org.Actor, d Draft, now time.Time) (id string, err error) {
	if !by.Holds(org.ListOffice) {
		return "", fault.Absent()
	}
	return keep(tx, by, d, now)
}

func keep(tx *db.Tx, by org.Actor, d Draft, now time.Time) (id string, err error) {
	if err := begun(tx); err != nil {
		return "", err
	}
	if d.Flaws, err = recheck(tx, d.Items, now); err != nil {
		return "", err
	}
	d.Flaws = place(d.Flaws, d.Pages)
	if err := d.refused(); err != nil {
		return "", err
	}
	body, err := json.Marshal(d)
	if err != nil {
		return "", err
	}
	id = db.NewID()
	_, err = tx.Exec(`INSERT INTO imports (id, file, items, body, read_by, read_name, read_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		id, d.File, len(d.Items), string(body), by.Person, by.Name, db.At(now))
	if err != nil {
		return "", err
	}
	l := by.Line(now, "import.read", "import:"+id)
	l.Detail = map[string]any{"file": d.File, "items": len(d.Items)}
	return id, audit.Append(tx, l)
}

// recheck says what is inconsistent in items as the store stands now.
func recheck(tx *db.Tx, items []Item, now time.Time) ([]Flaw, error) {
	dir, err := org.LoadDirectory(tx)
	if err != nil {
		return nil, err
	}
	c, err := newChecker(tx, dir, org.Day(now))
	if err != nil {
		return nil, err
	}
	return c.check(items), nil
}

// refused says why a draft cannot be entered. An empty one is never taken for
// the wish to cancel everything.
func (d Draft) refused() error {
	switch {
	case len(d.Flaws) > 0:
		f := d.Flaws[0]
		return fault.On("file", f.Rule, "有 %d 处需要修改，没有保存。第一处：%s", len(d.Flaws), f)
	case len(d.Items) == 0:
		return fault.On("file", "DM-9.2", "文件里没有事项，没有保存。空文件不会当作取消全部事项")
	}
	return nil
}

// begun refuses an import once there is an edition.
func begun(tx *db.Tx) error {
	var n int64
	var number string
	err := tx.QueryRow(`SELECT no, number FROM editions WHERE issued_on IS NOT NULL ORDER BY no DESC LIMIT 1`).Scan(&n, &number)
	if errors.Is(err, db.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	return fault.Refuse("DM-9.2", "清单已有第 %d 版（%s），不能再用导入改动；文件里没有的事项也不会因此取消。增加、取消、调整事项走调整程序，随下一版印发", n, number)
}

// HandIn hands a kept import in for approval.
func HandIn(tx *db.Tx, by org.Actor, id string, now time.Time) error {
	if !by.Holds(org.ListOffice) {
		return fault.Absent()
	}
	if err := begun(tx); err != nil {
		return err
	}
	n, err := tx.Exec(`UPDATE imports SET proposed_by = $1, proposed_name = $2, proposed_at = $3 WHERE id = $4 AND proposed_at = '' AND decision = ''`, by.Person, by.Name, db.At(now), id)
	if err != nil {
		return err
	}
	if n == 0 {
		return changed(tx, id)
	}
	return audit.Append(tx, by.Line(now, "import.propose", "import:"+id))
}

// changed says that an import is no longer as somebody saw it.
func changed(tx *db.Tx, id string) error {
	m, err := ImportOf(tx, id)
	if err != nil {
		return err
	}
	switch m.State {
	case Approved:
		return fault.Clash("%s已经审定，成为第 %d 版", m.DecidedName, m.Edition)
	case Dropped:
		return fault.Clash("%s已经撤下这次导入", m.DecidedName)
	case Proposed:
		return fault.Clash("%s已经提交审定", m.ProposedName)
	}
	return fault.Clash("还没有提交审定。先提交")
}

// Approve makes a proposed import the first edition, issued by a document
// (DM-8.6). A leader of the list office approves, or a second person in it.
func Approve(tx *db.Tx, by org.Actor, id string, doc Issue, now time.Time) (e Edition, err error) {
	if !by.Holds(org.ListOffice) {
		return e, fault.Absent()
	}
	m, err := ImportOf(tx, id)
	switch {
	case err != nil:
		return e, err
	case m.State != Proposed:
		return e, changed(tx, id)
	case by.Person == m.ProposedBy && by.Post != org.Leader:
		return e, fault.Refuse("", "这份清单是你提交的，由负责人或者另一位同事审定")
	}
	return approve(tx, by, m, doc, now)
}

func approve(tx *db.Tx, by org.Actor, m Import, doc Issue, now time.Time) (e Edition, err error) {
	if err := begun(tx); err != nil {
		return e, err
	}
	// What was consistent when it was read has to be so now.
	if m.Draft.Flaws, err = recheck(tx, m.Draft.Items, now); err != nil {
		return e, err
	}
	m.Draft.Flaws = place(m.Draft.Flaws, m.Draft.Pages)
	if err := m.Draft.refused(); err != nil {
		return e, err
	}
	changes := make([]change, len(m.Draft.Items))
	for i := range m.Draft.Items {
		it := &m.Draft.Items[i]
		changes[i] = change{code: it.Code, text: &it.Text, cause: m.ID}
	}
	if e, err = issue(tx, by, changes, doc, now); err != nil {
		return e, err
	}
	_, err = tx.Exec(`UPDATE imports SET decision = 'approved', decided_by = $1, decided_name = $2, decided_at = $3, edition = $4 WHERE id = $5 AND decision = ''`,
		by.Person, by.Name, db.At(now), e.No, m.ID)
	if err != nil {
		return e, err
	}
	return e, audit.Append(tx, by.Line(now, "import.approve", "import:"+m.ID))
}

// Drop takes an import back or turns it down, with the reason.
func Drop(tx *db.Tx, by org.Actor, id, reason string, now time.Time) error {
	if !by.Holds(org.ListOffice) {
		return fault.Absent()
	}
	if reason = form.Clean(reason); reason == "" {
		return fault.On("reason", "", "写明撤下的原因")
	}
	n, err := tx.Exec(`UPDATE imports SET decision = 'dropped', decided_by = $1, decided_name = $2, decided_at = $3, reason = $4 WHERE id = $5 AND decision = ''`, by.Person, by.Name, db.At(now), reason, id)
	if err != nil {
		return err
	}
	if n == 0 {
		return changed(tx, id)
	}
	l := by.Line(now, "import.drop", "import:"+id)
	l.Detail = map[string]any{"reason": reason}
	return audit.Append(tx, l)
}

// Found makes a draft the first edition of a district that has no list office
// yet. Only whoever holds the console gets here: where there is a list office,
// it decides, and the draft is proposed to it instead; then no edition is given.
func Found(tx *db.Tx, d Draft, doc Issue, now time.Time) (id string, e *Edition, err error) {
	dir, err := org.LoadDirectory(tx)
	if err != nil {
		return "", nil, err
	}
	console := org.Actor{Name: "控制台"}
	if id, err = keep(tx, console, d, now); err != nil {
		return "", nil, err
	}
	if _, err = tx.Exec(`UPDATE imports SET proposed_name = $1, proposed_at = $2 WHERE id = $3`, console.Name, db.At(now), id); err != nil {
		return "", nil, err
	}
	if dir.Holder(org.ListOffice, org.Day(now)) != "" {
		return id, nil, nil
	}
	m, err := ImportOf(tx, id)
	if err != nil {
		return "", nil, err
	}
	made, err := approve(tx, console, m, doc, now)
	return id, &made, err
}

const importColumns = `SELECT id, file, items, read_by, read_name, read_at, proposed_by, proposed_name, proposed_at, decision, decided_name, decided_at, reason, coalesce(edition, 0)`

func (m *Import) fields() []any {
	return []any{&m.ID, &m.Draft.File, &m.Count, &m.ReadBy, &m.ReadName, (*at)(&m.ReadAt), &m.ProposedBy, &m.ProposedName, (*at)(&m.ProposedAt), (*string)(&m.State), &m.DecidedName, (*at)(&m.DecidedAt), &m.Reason, &m.Edition}
}

// settle derives how far an import is from what happened to it.
func (m *Import) settle() {
	switch {
	case m.State != "":
	case !m.ProposedAt.IsZero():
		m.State = Proposed
	default:
		m.State = Read
	}
}

// at scans a time column.
type at time.Time

func (t *at) Scan(src any) error {
	var x db.Time
	err := x.Scan(src)
	*t = at(x.Time)
	return err
}

// ImportOf is an import with its draft; fault.Absent when there is none.
func ImportOf(tx *db.Tx, id string) (m Import, err error) {
	var body string
	err = tx.QueryRow(importColumns+`, body FROM imports WHERE id = $1`, id).Scan(append(m.fields(), &body)...)
	if errors.Is(err, db.ErrNoRows) {
		return m, fault.Absent()
	}
	if err != nil {
		return m, err
	}
	m.settle()
	if err := json.NewDecoder(strings.NewReader(body)).Decode(&m.Draft); err != nil {
		return m, fmt.Errorf("catalog: import %s: %w", id, err)
	}
	return m, nil
}

// Imports are all imports, newest first.
func Imports(tx *db.Tx) ([]Import, error) {
	return db.All(tx, func(r *sql.Rows) (m Import, err error) {
		err = r.Scan(m.fields()...)
		m.settle()
		return m, err
	}, importColumns+` FROM imports ORDER BY id DESC`)
}

func scanText(r *sql.Rows) (s string, err error) {
	err = r.Scan(&s)
	return s, err
}
