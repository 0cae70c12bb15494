package casework

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"yidan/internal/calendar"
	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/org"
)

// visible is the one condition under which an actor may see a case c; every
// list, page, search, export and file asks it. The owner, whoever was ever
// asked or told, and, unless the case is sealed or a draft, list office and
// justice bureau. Administrators see none.
func visible(a org.Actor, from int) (cond string, args []any) {
	if a.Class != org.Business || a.Unit == "" {
		return `1 = 0`, nil
	}
	for _, k := range a.Keys() {
		args = append(args, k)
	}
	cond = `EXISTS (SELECT 1 FROM case_parties v WHERE v.case_id = c.id AND v.party IN (` + db.Marks(from, len(args)) + `))`
	if a.Holds(org.ListOffice) || a.Holds(org.Justice) {
		cond = `(c.filed_at <> '' AND NOT c.sealed OR ` + cond + `)`
	}
	return cond, args
}

// Visible refuses, as if the case were not there, whoever may not see it.
func Visible(tx *db.Tx, a org.Actor, id string) error {
	cond, args := visible(a, 2)
	var one int
	err := tx.QueryRow(`SELECT 1 FROM cases c WHERE c.id = $1 AND `+cond, append([]any{id}, args...)...).Scan(&one)
	if errors.Is(err, db.ErrNoRows) {
		return fault.Absent()
	}
	return err
}

// A Row is a case in a list.
type Row struct {
	ID, Number, Procedure string
	Edition               int
	Title, Owner          string // Owner: unit id
	Stage                 Stage
	Outcome               Verdict
	Opened, Filed, Closed time.Time
	Archived, Sealed      bool
	Due                   calendar.Deadline
	key                   string
}

// A Todo is a task in an inbox.
type Todo struct {
	Row
	Task  Task
	Key   string // for paging
	Draft bool   // the reader has begun an answer
}

// A Filter narrows a list. Zero fields do not filter.
type Filter struct {
	Procedure string
	Stage     Stage
	Standing  string // "open", "closed", "overdue", "archived"
	Owner     string // unit id
	Unit      string // a unit that takes part
	Words     string // in title or number
	From, To  string // filed between these days
	Before    string // key of the last row seen: the next page follows it
	Limit     int
}

type query struct {
	where []string
	args  []any
}

func (q *query) add(cond string, args ...any) {
	for _, a := range args {
		q.args = append(q.args, a)
		cond = strings.Replace(cond, "?", fmt.Sprintf("$%d", len(q.args)), 1)
	}
	q.where = append(q.where, cond)
}

func (q *query) see(a org.Actor) {
	cond, args := visible(a, len(q.args)+1)
	q.where, q.args = append(q.where, cond), append(q.args, args...)
}

func (q *query) filter(f Filter, now time.Time) {
	if f.Procedure != "" {
		q.add(`c.procedure = ?`, f.Procedure)
	}
	if f.Stage != "" {
		q.add(`c.stage = ?`, string(f.Stage))
	}
	switch f.Standing {
	case "open":
		q.add(`c.stage <> 'closed'`)
	case "closed":
		q.add(`c.stage = 'closed'`)
	case "archived":
		q.add(`c.archived_at <> ''`)
	case "overdue":
		q.add(`c.stage <> 'closed' AND c.due_flag = '' AND c.due_at <= ?`, db.At(now))
	}
	if f.Owner != "" {
		q.add(`c.owner_unit = ?`, f.Owner)
	}
	if f.Unit != "" {
		q.add(`EXISTS (SELECT 1 FROM case_parties u WHERE u.case_id = c.id AND u.party = ?)`, "u:"+f.Unit)
	}
	for _, w := range strings.Fields(f.Words) {
		like := "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(w) + "%"
		q.add(`(c.title LIKE ? ESCAPE '\' OR c.number LIKE ? ESCAPE '\')`, like, like)
	}
	if f.From != "" {
		if d, err := time.ParseInLocation(time.DateOnly, f.From, calendar.Zone); err == nil {
			q.add(`c.filed_at >= ?`, db.At(d))
		}
	}
	if f.To != "" {
		if d, err := time.ParseInLocation(time.DateOnly, f.To, calendar.Zone); err == nil {
			q.add(`c.filed_at < ? AND c.filed_at <> ''`, db.At(d.AddDate(0, 0, 1)))
		}
	}
}

func (q *query) sql(head, order string, limit int) string {
	return head + ` WHERE ` + strings.Join(q.where, ` AND `) + ` ORDER BY ` + order + fmt.Sprintf(` LIMIT %d`, limit)
}

const rowColumns = `c.id, c.number, c.procedure, c.edition, c.title, c.owner_unit, c.stage, c.outcome, c.opened_at, c.filed_at, c.closed_at, c.archived_at <> '', c.sealed`

func scanRow(r *sql.Rows, row *Row, more ...any) error {
	var opened, filed, closed db.Time
	err := r.Scan(append([]any{&row.ID, &row.Number, &row.Procedure, &row.Edition, &row.Title, &row.Owner, &row.Stage, &row.Outcome, &opened, &filed, &closed, &row.Archived, &row.Sealed}, more...)...)
	row.Opened, row.Filed, row.Closed = opened.Time, filed.Time, closed.Time
	return err
}

func deadline(due db.Time, flag string) calendar.Deadline {
	d := calendar.Deadline{Stopped: flag == "stopped", Provisional: flag == "provisional"}
	if flag == "" || flag == "provisional" {
		d.At = due.Time
	}
	return d
}

// page cuts a list that was read one row too far, and gives the key of the next page.
func page[T any](all []T, limit int, key func(T) string) ([]T, string) {
	if len(all) <= limit {
		return all, ""
	}
	return all[:limit], key(all[limit-1])
}

func limit(n int) int {
	if n <= 0 || n > 200 {
		return 50
	}
	return n
}

func keyOf(parts ...string) string { return strings.Join(parts, "~") }

func parts(key string, n int) []string {
	ps := strings.Split(key, "~")
	if key == "" || len(ps) != n {
		return nil
	}
	return ps
}

// List is the cases an actor may see, those filed last first, and the key of
// the next page.
func List(tx *db.Tx, a org.Actor, f Filter, now time.Time) ([]Row, string, error) {
	var q query
	q.add(`c.filed_at <> ''`)
	q.see(a)
	q.filter(f, now)
	if k := parts(f.Before, 2); k != nil {
		q.add(`(c.filed_at, c.id) < (?, ?)`, k[0], k[1])
	}
	return rows(tx, &q, `c.filed_at DESC, c.id DESC`, `c.filed_at`, limit(f.Limit))
}

// Brought is what an actor's unit brought itself: 我发起的, or its drafts.
func Brought(tx *db.Tx, a org.Actor, drafts bool, f Filter, now time.Time) ([]Row, string, error) {
	if a.Class != org.Business || a.Unit == "" {
		return nil, "", nil
	}
	var q query
	q.add(`c.owner_unit = ?`, a.Unit)
	if drafts {
		q.add(`c.filed_at = '' AND c.stage <> 'closed'`)
	} else {
		q.add(`c.filed_at <> ''`)
	}
	q.filter(f, now)
	if k := parts(f.Before, 2); k != nil {
		q.add(`(c.opened_at, c.id) < (?, ?)`, k[0], k[1])
	}
	return rows(tx, &q, `c.opened_at DESC, c.id DESC`, `c.opened_at`, limit(f.Limit))
}

func rows(tx *db.Tx, q *query, order, key string, n int) ([]Row, string, error) {
	all, err := db.All(tx, func(r *sql.Rows) (row Row, err error) {
		var due db.Time
		var flag string
		err = scanRow(r, &row, &due, &flag, &row.key)
		row.Due = deadline(due, flag)
		return row, err
	}, q.sql(`SELECT `+rowColumns+`, c.due_at, c.due_flag, `+key+` FROM cases c`, order, n+1), q.args...)
	if err != nil {
		return nil, "", err
	}
	all, next := page(all, n, func(r Row) string { return keyOf(r.key, r.ID) })
	return all, next, nil
}

// mine is the condition that a task t is addressed to an actor.
func (q *query) mine(a org.Actor) {
	from, keys := len(q.args)+1, a.Keys()
	for _, k := range keys {
		q.args = append(q.args, k)
	}
	q.where = append(q.where, `t.party IN (`+db.Marks(from, len(keys))+`)`)
	q.add(`(t.post = '' OR t.post = ?)`, a.Post)
}

const todoHead = `SELECT ` + rowColumns + `, t.due_at, t.due_flag, t.data, t.due_at FROM tasks t JOIN cases c ON c.id = t.case_id`

// Inbox is 待办: what is addressed to an actor and open, by deadline.
func Inbox(tx *db.Tx, a org.Actor, f Filter, now time.Time) ([]Todo, string, error) {
	if a.Class != org.Business || a.Unit == "" {
		return nil, "", nil
	}
	var q query
	q.add(`t.state = 'open'`)
	q.mine(a)
	q.add(`c.filed_at <> ''`)
	standing := f.Standing
	f.Standing = ""
	q.filter(f, now)
	if standing == "overdue" {
		q.add(`t.due_flag = '' AND t.due_at <= ?`, db.At(now))
	}
	if k := parts(f.Before, 3); k != nil {
		q.add(`(t.due_at, t.case_id, t.no) > (?, ?, CAST(? AS INTEGER))`, k[0], k[1], k[2])
	}
	n := limit(f.Limit)
	return todos(tx, a, &q, todoHead, `t.due_at, t.case_id, t.no`, n)
}

// Handled is 已办: what an actor's unit has answered, the last first.
func Handled(tx *db.Tx, a org.Actor, f Filter, now time.Time) ([]Todo, string, error) {
	if a.Class != org.Business || a.Unit == "" {
		return nil, "", nil
	}
	var q query
	q.add(`t.state = 'done'`)
	q.add(`t.by_unit = ?`, a.Unit)
	q.filter(f, now)
	if k := parts(f.Before, 3); k != nil {
		q.add(`(t.answered_at, t.case_id, t.no) < (?, ?, CAST(? AS INTEGER))`, k[0], k[1], k[2])
	}
	head := `SELECT ` + rowColumns + `, t.due_at, t.due_flag, t.data, t.answered_at FROM tasks t JOIN cases c ON c.id = t.case_id`
	return todos(tx, a, &q, head, `t.answered_at DESC, t.case_id DESC, t.no DESC`, limit(f.Limit))
}

func todos(tx *db.Tx, a org.Actor, q *query, head, order string, n int) ([]Todo, string, error) {
	all, err := db.All(tx, func(r *sql.Rows) (t Todo, err error) {
		var due db.Time
		var flag, at string
		var data []byte
		if err = scanRow(r, &t.Row, &due, &flag, &data, &at); err != nil {
			return t, err
		}
		t.Due = deadline(due, flag)
		err = json.Unmarshal(data, &t.Task)
		t.Key = keyOf(at, t.ID, fmt.Sprint(t.Task.No))
		return t, err
	}, q.sql(head, order, n+1), q.args...)
	if err != nil {
		return nil, "", err
	}
	all, next := page(all, n, func(t Todo) string { return t.Key })
	begun, err := begun(tx, a.Person)
	for i := range all {
		all[i].Draft = begun[draftKey(all[i].ID, all[i].Task.No)]
	}
	return all, next, err
}

// Counts are the figures of a first screen.
type Counts struct {
	Todo, Overdue, Near int // addressed to me
	Waiting             int // brought by my unit and open
	Unread              int // 待阅
	Drafts              int
}

// Todos counts what an actor's inbox holds, up to 1,000: the figure that stands on
// every page, where more than 999 reads 999+.
func Todos(tx *db.Tx, a org.Actor) (n int, err error) {
	if a.Class != org.Business || a.Unit == "" {
		return 0, nil
	}
	var q query
	q.add(`t.state = 'open'`)
	q.mine(a)
	err = tx.QueryRow(`SELECT count(*) FROM (SELECT 1 FROM tasks t JOIN cases c ON c.id = t.case_id WHERE c.filed_at <> '' AND `+strings.Join(q.where, ` AND `)+` LIMIT 1000) AS few`, q.args...).Scan(&n)
	return n, err
}

// Count counts for an actor; near is how many working days count as near.
func Count(tx *db.Tx, a org.Actor, cal *calendar.Calendar, near int, now time.Time) (n Counts, err error) {
	if a.Class != org.Business || a.Unit == "" {
		return n, nil
	}
	soon := cal.Due(now, calendar.WorkDays(near), nil).At
	var q query
	q.args = []any{db.At(now), db.At(soon)}
	q.add(`t.state = 'open'`)
	q.mine(a)
	err = tx.QueryRow(`SELECT count(*), count(*) FILTER (WHERE t.due_flag = '' AND t.due_at <= $1), count(*) FILTER (WHERE t.due_flag = '' AND t.due_at > $1 AND t.due_at <= $2)
		FROM tasks t JOIN cases c ON c.id = t.case_id WHERE c.filed_at <> '' AND `+strings.Join(q.where, ` AND `), q.args...).Scan(&n.Todo, &n.Overdue, &n.Near)
	if err != nil {
		return n, err
	}
	err = tx.QueryRow(`SELECT count(*) FILTER (WHERE filed_at <> ''), count(*) FILTER (WHERE filed_at = '') FROM cases WHERE owner_unit = $1 AND stage <> 'closed'`, a.Unit).Scan(&n.Waiting, &n.Drafts)
	if err != nil {
		return n, err
	}
	ks := a.Keys()
	args := make([]any, len(ks))
	for i, k := range ks {
		args[i] = k
	}
	err = tx.QueryRow(`SELECT count(*) FROM circulations WHERE read_at = '' AND party IN (`+db.Marks(1, len(ks))+`)`, args...).Scan(&n.Unread)
	return n, err
}

// A Circulation is something a unit was told and is to read: 待阅.
type Circulation struct {
	ID, Text string
	At, Read time.Time
	ReadBy   string
	Row
}

// ToRead is what an actor's unit was told, unread first.
func ToRead(tx *db.Tx, a org.Actor, before string, n int) ([]Circulation, string, error) {
	if a.Class != org.Business || a.Unit == "" {
		return nil, "", nil
	}
	ks := a.Keys()
	args := make([]any, len(ks))
	for i, k := range ks {
		args[i] = k
	}
	cond := `r.party IN (` + db.Marks(1, len(ks)) + `)`
	if k := parts(before, 2); k != nil {
		args = append(args, k[0], k[1])
		cond += fmt.Sprintf(` AND (r.at, r.id) < ($%d, $%d)`, len(args)-1, len(args))
	}
	n = limit(n)
	all, err := db.All(tx, func(r *sql.Rows) (x Circulation, err error) {
		var at, read db.Time
		err = scanRow(r, &x.Row, &x.ID, &x.Text, &at, &read, &x.ReadBy)
		x.At, x.Read = at.Time, read.Time
		return x, err
	}, `SELECT `+rowColumns+`, r.id, r.text, r.at, r.read_at, r.read_by FROM circulations r JOIN cases c ON c.id = r.case_id WHERE `+cond+` ORDER BY r.at DESC, r.id DESC LIMIT `+fmt.Sprint(n+1), args...)
	if err != nil {
		return nil, "", err
	}
	all, next := page(all, n, func(x Circulation) string {
		at, _ := db.At(x.At).Value()
		return keyOf(at.(string), x.ID)
	})
	return all, next, nil
}

// MarkRead records that an actor's unit has read what it was told about a case.
func MarkRead(tx *db.Tx, a org.Actor, caseID string, now time.Time) error {
	ks := a.Keys()
	args := []any{db.At(now), a.Name, caseID}
	for _, k := range ks {
		args = append(args, k)
	}
	_, err := tx.Exec(`UPDATE circulations SET read_at = $1, read_by = $2 WHERE case_id = $3 AND read_at = '' AND party IN (`+db.Marks(4, len(ks))+`)`, args...)
	return err
}

// ToldOf lists to whom a case was shown and when they read it.
func ToldOf(tx *db.Tx, caseID string) ([]Circulation, []string, error) {
	var parties []string
	all, err := db.All(tx, func(r *sql.Rows) (x Circulation, err error) {
		var at, read db.Time
		var p string
		err = r.Scan(&x.ID, &p, &x.Text, &at, &read, &x.ReadBy)
		x.At, x.Read = at.Time, read.Time
		parties = append(parties, p)
		return x, err
	}, `SELECT id, party, text, at, read_at, read_by FROM circulations WHERE case_id = $1 ORDER BY at, id`, caseID)
	return all, parties, err
}
