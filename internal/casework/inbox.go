package casework

import (
	"cmp"
	"database/sql"
	"errors"
	"fmt"
	"slices"
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
	if seesAll(a) {
		cond = `(c.filed_at <> '' AND NOT c.sealed OR ` + cond + `)`
	}
	return cond, args
}

// VisibleIn is that condition for registers of the field that join a case as c; its
// arguments are numbered from from.
func VisibleIn(a org.Actor, from int) (cond string, args []any) { return visible(a, from) }

// seesAll reports whether an actor sees every case that is filed and not sealed.
func seesAll(a org.Actor) bool {
	return a.Class == org.Business && a.Unit != "" && (a.Holds(org.ListOffice) || a.Holds(org.Justice))
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
	key                   string // the instant that it is listed by
	flag                  string // of Due, as it is stored
}

// A Todo is a task in an inbox. Of Task it has number, stage, kind, matter,
// verdict and when it was answered.
type Todo struct {
	Row
	Task  Task
	Draft bool // the reader has begun an answer
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

// A query reads one range of an index. Its conditions pin what precedes the order
// in that index, so nothing is sorted and nothing read beyond the page.
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

// A view is how the rows of one or several queries make a list: columns, order,
// where the columns go and which of two rows comes first.
type view[T any] struct {
	head, order string
	fields      func(*T) []any
	finish      func(*T)
	compare     func(a, b T) int
	key         func(T) string
}

// page is the first rows of a view and, where there are more, the key of the
// next page. Several queries are several ranges: what each has first is merged.
func (v view[T]) page(tx *db.Tx, n int, qs ...query) (all []T, next string, err error) {
	all = make([]T, 0, n+1)
	var row T
	fields := v.fields(&row)
	for _, q := range qs {
		err := db.Each(tx, func(r *sql.Rows) error {
			err := r.Scan(fields...)
			v.finish(&row)
			all = append(all, row)
			return err
		}, v.head+` WHERE `+strings.Join(q.where, ` AND `)+` ORDER BY `+v.order+fmt.Sprintf(` LIMIT %d`, n+1), q.args...)
		if err != nil {
			return nil, "", err
		}
	}
	if len(qs) > 1 {
		slices.SortFunc(all, v.compare)
	}
	if len(all) > n {
		all, next = all[:n], v.key(all[n-1])
	}
	return all, next, nil
}

const rowColumns = `c.id, c.number, c.procedure, c.edition, c.title, c.owner_unit, c.stage, c.outcome, c.opened_at, c.filed_at, c.closed_at, c.archived_at <> '', c.sealed`

func (r *Row) fields(more ...any) []any {
	return append([]any{&r.ID, &r.Number, &r.Procedure, &r.Edition, &r.Title, &r.Owner, (*string)(&r.Stage), (*string)(&r.Outcome),
		db.Into(&r.Opened), db.Into(&r.Filed), db.Into(&r.Closed), &r.Archived, &r.Sealed}, more...)
}

// finish makes the deadline of a row of what is stored of it.
func (r *Row) finish() {
	r.Due.Stopped, r.Due.Provisional = r.flag == "stopped", r.flag == "provisional"
	if r.flag != "" && r.flag != "provisional" {
		r.Due.At = time.Time{}
	}
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

// byInstant is cases in a list, the last first by one of their instants.
func byInstant(at, id, from string) view[Row] {
	return view[Row]{
		head:    `SELECT ` + rowColumns + `, c.due_at, c.due_flag, ` + at + ` FROM ` + from,
		order:   at + ` DESC, ` + id + ` DESC`,
		fields:  func(r *Row) []any { return r.fields(db.Into(&r.Due.At), &r.flag, &r.key) },
		finish:  (*Row).finish,
		compare: func(a, b Row) int { return -cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.ID, b.ID)) },
		key:     func(r Row) string { return keyOf(r.key, r.ID) },
	}
}

// List is the cases an actor may see, those filed last first, and the key of
// the next page: all that may be seen by the offices that see all; of everybody
// else those of each of their parties.
func List(tx *db.Tx, a org.Actor, f Filter, now time.Time) ([]Row, string, error) {
	k := parts(f.Before, 2)
	if a.Class != org.Business || a.Unit == "" {
		return nil, "", nil
	}
	if seesAll(a) {
		var q query
		cond, args := visible(a, 1)
		q.where, q.args = []string{`c.filed_at <> ''`, cond}, args
		q.filter(f, now)
		if k != nil {
			q.add(`(c.filed_at, c.id) < (?, ?)`, k[0], k[1])
		}
		return byInstant(`c.filed_at`, `c.id`, `cases c`).page(tx, limit(f.Limit), q)
	}
	var qs []query
	ks := a.Keys()
	for i, party := range ks {
		var q query
		q.add(`v.party = ? AND v.filed_at <> ''`, party)
		for _, before := range ks[:i] { // once in the list, by the first of its parties
			q.add(`NOT EXISTS (SELECT 1 FROM case_parties w WHERE w.case_id = v.case_id AND w.party = ?)`, before)
		}
		q.filter(f, now)
		if k != nil {
			q.add(`(v.filed_at, v.case_id) < (?, ?)`, k[0], k[1])
		}
		qs = append(qs, q)
	}
	return byInstant(`v.filed_at`, `v.case_id`, `case_parties v JOIN cases c ON c.id = v.case_id`).page(tx, limit(f.Limit), qs...)
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
	return byInstant(`c.opened_at`, `c.id`, `cases c`).page(tx, limit(f.Limit), q)
}

// A box is where tasks for an actor lie: their unit's or one of its offices',
// for everybody in it or for one post.
type box struct{ party, post string }

func boxes(a org.Actor) (bs []box) {
	if a.Class != org.Business || a.Unit == "" {
		return nil
	}
	for _, k := range a.Keys() {
		bs = append(bs, box{k, ""})
		if a.Post != "" {
			bs = append(bs, box{k, a.Post})
		}
	}
	return bs
}

// todos are tasks in a list, ordered by one of their instants: sign is 1 for the
// first first, -1 for the last.
func todos(at string, sign int) view[Todo] {
	desc := map[int]string{1: ``, -1: ` DESC`}[sign]
	return view[Todo]{
		head: `SELECT ` + rowColumns + `, t.no, t.stage, t.kind, t.matter, t.verdict, t.answered_at, t.due_at, t.due_flag, ` + at + `
			FROM tasks t JOIN cases c ON c.id = t.case_id`,
		order: at + desc + `, t.case_id` + desc + `, t.no` + desc,
		fields: func(t *Todo) []any {
			k := &t.Task
			return t.Row.fields(&k.No, (*string)(&k.Stage), (*string)(&k.Kind), &k.Matter, (*string)(&k.Verdict), db.Into(&k.At), db.Into(&t.Due.At), &t.flag, &t.key)
		},
		finish: func(t *Todo) { t.Row.finish() },
		compare: func(a, b Todo) int {
			return sign * cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.ID, b.ID), cmp.Compare(a.Task.No, b.Task.No))
		},
		key: func(t Todo) string { return keyOf(t.key, t.ID, fmt.Sprint(t.Task.No)) },
	}
}

// Inbox is 待办: what is addressed to an actor and open, by deadline.
func Inbox(tx *db.Tx, a org.Actor, f Filter, now time.Time) ([]Todo, string, error) {
	var qs []query
	overdue := f.Standing == "overdue"
	f.Standing = ""
	for _, b := range boxes(a) {
		var q query
		q.add(`t.listed AND t.party = ? AND t.post = ?`, b.party, b.post)
		q.filter(f, now)
		if overdue {
			q.add(`t.due_flag = '' AND t.due_at <= ?`, db.At(now))
		}
		if k := parts(f.Before, 3); k != nil {
			q.add(`(t.due_at, t.case_id, t.no) > (?, ?, CAST(? AS INTEGER))`, k[0], k[1], k[2])
		}
		qs = append(qs, q)
	}
	all, next, err := todos(`t.due_at`, 1).page(tx, limit(f.Limit), qs...)
	if err != nil || len(all) == 0 {
		return nil, "", err
	}
	begun, err := begun(tx, a.Person)
	for i := range all {
		all[i].Draft = begun[draftKey(all[i].ID, all[i].Task.No)]
	}
	return all, next, err
}

// Handled is 已办: what an actor's unit has answered, the last first.
func Handled(tx *db.Tx, a org.Actor, f Filter, now time.Time) ([]Todo, string, error) {
	if a.Class != org.Business || a.Unit == "" {
		return nil, "", nil
	}
	var q query
	q.add(`t.state = 'done' AND t.by_unit <> '' AND t.by_unit = ?`, a.Unit)
	q.filter(f, now)
	if k := parts(f.Before, 3); k != nil {
		q.add(`(t.answered_at, t.case_id, t.no) < (?, ?, CAST(? AS INTEGER))`, k[0], k[1], k[2])
	}
	return todos(`t.answered_at`, -1).page(tx, limit(f.Limit), q)
}

// Counts are the figures of a first screen.
type Counts struct {
	Todo    int // addressed to me
	Waiting int // brought by my unit and open
	Unread  int // 待阅
	Drafts  int
}

// Count reads the figures that are kept for an actor.
func Count(tx *db.Tx, a org.Actor) (n Counts, err error) {
	if a.Class != org.Business || a.Unit == "" {
		return n, nil
	}
	args := []any{a.Post}
	for _, k := range a.Keys() {
		args = append(args, k)
	}
	err = db.Each(tx, func(r *sql.Rows) error {
		var kind string
		var k int
		err := r.Scan(&kind, &k)
		*map[string]*int{"todo": &n.Todo, "open": &n.Waiting, "unread": &n.Unread, "draft": &n.Drafts}[kind] += k
		return err
	}, `SELECT kind, n FROM tallies WHERE party IN (`+db.Marks(2, len(args)-1)+`) AND post IN ('', $1)`, args...)
	return n, err
}

// most is where counting stops: more than 999 reads 999+.
const most = 1000

// Pressing counts what is addressed to an actor and overdue, or due within near
// working days; each up to 1,000.
func Pressing(tx *db.Tx, a org.Actor, cal *calendar.Calendar, near int, now time.Time) (overdue, soon int, err error) {
	due := cal.Due(now, calendar.WorkDays(near), nil).At
	for _, b := range boxes(a) {
		var o, s int
		err = tx.QueryRow(`SELECT
			(SELECT count(*) FROM (SELECT 1 FROM tasks WHERE listed AND party = $1 AND post = $2 AND due_flag = '' AND due_at <= $3 LIMIT 1000) AS few),
			(SELECT count(*) FROM (SELECT 1 FROM tasks WHERE listed AND party = $1 AND post = $2 AND due_flag = '' AND due_at > $3 AND due_at <= $4 LIMIT 1000) AS few)`,
			b.party, b.post, db.At(now), db.At(due)).Scan(&o, &s)
		if err != nil {
			return 0, 0, err
		}
		overdue, soon = overdue+o, soon+s
	}
	return min(overdue, most), min(soon, most), nil
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
	var qs []query
	for _, party := range a.Keys() {
		var q query
		q.add(`r.party = ?`, party)
		if k := parts(before, 2); k != nil {
			q.add(`(r.at, r.id) < (?, ?)`, k[0], k[1])
		}
		qs = append(qs, q)
	}
	told := view[Circulation]{
		head:  `SELECT ` + rowColumns + `, r.id, r.text, r.at, r.at, r.read_at, r.read_by FROM circulations r JOIN cases c ON c.id = r.case_id`,
		order: `r.at DESC, r.id DESC`,
		fields: func(x *Circulation) []any {
			return x.Row.fields(&x.ID, &x.Text, db.Into(&x.At), &x.key, db.Into(&x.Read), &x.ReadBy)
		},
		finish:  func(*Circulation) {},
		compare: func(a, b Circulation) int { return -cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.ID, b.ID)) },
		key:     func(x Circulation) string { return keyOf(x.key, x.ID) },
	}
	return told.page(tx, limit(n), qs...)
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
