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

// VisibleOf are those of some cases that an actor may see; "" is none.
func VisibleOf(tx *db.Tx, a org.Actor, ids ...string) (map[string]bool, error) {
	seen := map[string]bool{}
	slices.Sort(ids)
	if ids = slices.DeleteFunc(slices.Compact(ids), func(id string) bool { return id == "" }); len(ids) == 0 {
		return seen, nil
	}
	cond, args := visible(a, len(ids)+1)
	all := make([]any, 0, len(ids)+len(args))
	for _, id := range ids {
		all = append(all, id)
	}
	err := db.Each(tx, func(r *sql.Rows) error {
		var id string
		err := r.Scan(&id)
		seen[id] = true
		return err
	}, `SELECT c.id FROM cases c WHERE c.id IN (`+db.Marks(1, len(ids))+`) AND `+cond, append(all, args...)...)
	return seen, err
}

// A Row is a case in a list.
type Row struct {
	ID, Number, Procedure string
	Edition               int
	Title, Owner          string // Owner: unit id
	Stage                 Stage
	Outcome               Verdict
	Filed, Closed         time.Time
	Due                   calendar.Deadline
	Unsigned              bool   // a draft that its leader is to sign before it is handed in
	key                   string // the instant that it is listed by
}

// A Duty is what a line of an inbox says of a task; At and Verdict once it is answered.
type Duty struct {
	No      int
	Stage   Stage
	Kind    Kind
	Matter  string
	Unit    string // that is asked, for whoever stands for several; "" where an office is
	Verdict Verdict
	At      time.Time
}

// A Todo is a task in an inbox. Of its case it says what it is called, not how it stands.
type Todo struct {
	Row
	Task  Duty
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
	Outcome   Verdict
	Closed    [2]string   // closed between these days
	Late      []org.Party // it waits for one of these past its time
	Before    string      // key of the last row seen: the next page follows it
	Limit     int
}

// A query reads one range of an index. Its conditions pin what precedes the order
// in that index, so nothing is sorted and nothing read beyond the page.
type query struct {
	where []string
	args  []any
	few   int // there are no more rows than this; 0 where nobody knows
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
	if f.Outcome != "" {
		q.add(`c.outcome = ?`, string(f.Outcome))
	}
	q.between(`c.filed_at`, f.From, f.To)
	q.between(`c.closed_at`, f.Closed[0], f.Closed[1])
	if len(f.Late) > 0 {
		args := []any{db.At(now)}
		for _, p := range f.Late {
			args = append(args, p.Key())
		}
		q.add(`EXISTS (SELECT 1 FROM tasks t WHERE t.case_id = c.id AND `+late+` AND t.party IN (?`+strings.Repeat(`, ?`, len(f.Late)-1)+`))`, args...)
	}
}

// late is a task t that nobody has answered in its time; it takes the instant.
const late = `t.listed AND t.due_flag = '' AND t.due_at <= ?`

// between is an instant that lies between two days, both of them in; either may be "".
func (q *query) between(at, from, to string) {
	if d, err := time.ParseInLocation(time.DateOnly, from, calendar.Zone); err == nil {
		q.add(at+` >= ?`, db.At(d))
	}
	if d, err := time.ParseInLocation(time.DateOnly, to, calendar.Zone); err == nil {
		q.add(at+` < ? AND `+at+` <> ''`, db.At(d.AddDate(0, 0, 1)))
	}
}

// A view is how the rows of one or several queries make a list: columns, order,
// where the columns go, which of two rows comes first, and the condition of what
// comes no later than a row, for which first gives the value.
type view[T any] struct {
	columns     []string
	from, order string
	within      string
	first       func(T) string
	take        func(*T, *db.Fields)
	compare     func(a, b T) int
	key         func(T) string
}

// page is the first rows of a view and, where there are more, the key of the
// next page. Several queries are several ranges: what each has first is merged, and
// once a page is full the next range is read only as far as the page reaches.
func (v view[T]) page(tx *db.Tx, n int, qs ...query) (all []T, next string, err error) {
	var f db.Fields
	for _, q := range qs {
		if len(all) > n {
			q.add(v.within, v.first(all[n]))
		}
		some := make([]T, 0, min(n, cmp.Or(q.few, n))+2)
		err := db.Each(tx, func(r *sql.Rows) error {
			if err := r.Scan(&f); err != nil {
				return err
			}
			some = append(some, *new(T))
			v.take(&some[len(some)-1], &f)
			return f.Err
		}, `SELECT `+line(v.columns...)+` FROM `+v.from+` WHERE `+strings.Join(q.where, ` AND `)+` ORDER BY `+v.order+fmt.Sprintf(` LIMIT %d`, n+1), q.args...)
		if err != nil {
			return nil, "", err
		}
		if len(all) < len(some) {
			all, some = some, all
		}
		for _, x := range some { // few, as a rule: most lie in one box
			at, _ := slices.BinarySearchFunc(all, x, v.compare)
			if all = slices.Insert(all, at, x); len(all) > n+1 {
				all = all[:n+1]
			}
		}
	}
	if len(all) > n {
		all, next = all[:n], v.key(all[n-1])
	}
	return all, next, nil
}

// named is what every list says of a case first, and stands how it stands.
var (
	named  = []string{`c.id`, `c.number`, `c.procedure`, `c.edition`, `c.owner_unit`, `c.filed_at`}
	stands = []string{`c.stage`, `c.outcome`, `c.closed_at`}
)

// line is what a list says of a case, more columns, and the title at its end.
func line(more ...string) string { return db.Line(slices.Concat(named, more, []string{`c.title`})...) }

// rowLine is a line that says how the case stands, and no more.
func rowLine() string { return line(stands...) }

func (r *Row) take(f *db.Fields) {
	r.ID, r.Number, r.Procedure, r.Edition, r.Owner = f.Text(), f.Text(), f.Text(), f.Int(), f.Text()
	r.Filed, r.key = f.Stamp()
}

func (r *Row) takeStanding(f *db.Fields) {
	r.Stage, r.Outcome, r.Closed = Stage(f.Text()), Verdict(f.Text()), f.Time()
}

// takeDue takes the deadline as it is stored, instant and flag, and gives back the instant's text.
func (r *Row) takeDue(f *db.Fields) string {
	at, text := f.Stamp()
	flag := f.Text()
	r.Due.Stopped, r.Due.Provisional = flag == "stopped", flag == "provisional"
	if flag == "" || flag == "provisional" {
		r.Due.At = at
	}
	return text
}

// scanRow reads a case that was selected as a rowLine.
func scanRow(r *sql.Rows) (row Row, err error) {
	var f db.Fields
	if err := r.Scan(&f); err != nil {
		return row, err
	}
	row.take(&f)
	row.takeStanding(&f)
	row.Title = f.Rest()
	return row, f.Err
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

// byFiling is cases in a list, the last first by when they were filed: at, in the table from.
func byFiling(at, id, from string) view[Row] {
	return view[Row]{
		columns: append(slices.Clone(stands), `c.due_at`, `c.due_flag`),
		from:    from,
		order:   at + ` DESC, ` + id + ` DESC`,
		take: func(r *Row, f *db.Fields) {
			r.take(f)
			r.takeStanding(f)
			r.takeDue(f)
			r.Title = f.Rest()
		},
		within:  at + ` >= ?`,
		first:   func(r Row) string { return r.key },
		compare: func(a, b Row) int { return -cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.ID, b.ID)) },
		key:     func(r Row) string { return keyOf(r.key, r.ID) },
	}
}

// byOpening is cases in a list, those opened last first.
func byOpening() view[Row] {
	v := byFiling(`c.opened_at`, `c.id`, `cases c`)
	v.columns = append(v.columns, `c.opened_at`, `CASE WHEN c.filed_at = '' AND EXISTS (SELECT 1 FROM tasks t WHERE t.case_id = c.id AND t.state = 'held') THEN 'held' ELSE '' END`)
	v.take = func(r *Row, f *db.Fields) {
		r.take(f)
		r.takeStanding(f)
		r.takeDue(f)
		r.key = f.Text()
		r.Unsigned, r.Title = f.Text() != "", f.Rest()
	}
	return v
}

// List is the cases an actor may see, those filed last first, and the key of
// the next page: all that may be seen by the offices that see all; of everybody
// else those of each of their parties.
func List(tx *db.Tx, a org.Actor, f Filter, now time.Time) ([]Row, string, error) {
	v, qs := listed(a, f, now)
	return v.page(tx, limit(f.Limit), qs...)
}

// Tally is how many cases List would list, to its end.
func Tally(tx *db.Tx, a org.Actor, f Filter, now time.Time) (n int, err error) {
	f.Before = ""
	v, qs := listed(a, f, now)
	for _, q := range qs {
		var some int
		if err := tx.QueryRow(`SELECT count(*) FROM `+v.from+` WHERE `+strings.Join(q.where, ` AND `), q.args...).Scan(&some); err != nil {
			return 0, err
		}
		n += some
	}
	return n, nil
}

// listed is how List reads: one query for all, or one for each party of the actor.
func listed(a org.Actor, f Filter, now time.Time) (v view[Row], qs []query) {
	k := parts(f.Before, 2)
	if a.Class != org.Business || a.Unit == "" {
		return v, nil
	}
	if seesAll(a) {
		var q query
		cond, args := visible(a, 1)
		q.where, q.args = []string{`c.filed_at <> ''`, cond}, args
		q.filter(f, now)
		if k != nil {
			q.add(`(c.filed_at, c.id) < (?, ?)`, k[0], k[1])
		}
		return byFiling(`c.filed_at`, `c.id`, `cases c`), []query{q}
	}
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
	return byFiling(`v.filed_at`, `v.case_id`, `case_parties v JOIN cases c ON c.id = v.case_id`), qs
}

// Late are the cases that wait for a party past its time, by the party's key: of
// those that an actor may see, as List lists them with Filter.Late.
func Late(tx *db.Tx, a org.Actor, now time.Time) (map[string][]string, error) {
	cond, args := visible(a, 2)
	all := map[string][]string{}
	return all, db.Each(tx, func(r *sql.Rows) error {
		var party, id string
		err := r.Scan(&party, &id)
		all[party] = append(all[party], id)
		return err
	}, `SELECT DISTINCT t.party, t.case_id FROM tasks t JOIN cases c ON c.id = t.case_id WHERE `+strings.Replace(late, `?`, `$1`, 1)+` AND `+cond+` ORDER BY t.party, t.case_id`, append([]any{db.At(now)}, args...)...)
}

// Brought is what an actor's unit, or one merged into it, brought itself: 我发起的, or its drafts.
func Brought(tx *db.Tx, a org.Actor, drafts bool, f Filter, now time.Time) ([]Row, string, error) {
	if a.Class != org.Business || a.Unit == "" {
		return nil, "", nil
	}
	var q query
	var own []any
	for _, id := range a.Units() {
		own = append(own, id)
	}
	q.add(`c.owner_unit IN (?`+strings.Repeat(`, ?`, len(a.Former))+`)`, own...)
	if drafts {
		q.add(`c.filed_at = '' AND c.stage <> 'closed'`)
	} else {
		q.add(`c.filed_at <> ''`)
	}
	q.filter(f, now)
	if k := parts(f.Before, 2); k != nil {
		q.add(`(c.opened_at, c.id) < (?, ?)`, k[0], k[1])
	}
	return byOpening().page(tx, limit(f.Limit), q)
}

// A box is where tasks for an actor lie: their unit's or one of its offices',
// for everybody in it or for one post.
type box struct {
	party, post string
	n           int
}

// todos are tasks in a list: what is open by deadline, all of it off the index; what is
// done the last first. Where an actor stands for units that are gone, heir, each
// line says which of them is asked.
func todos(done, heir bool) view[Todo] {
	columns := []string{`t.due_at`, `t.due_flag`, `t.no`, `t.stage`, `t.kind`, `t.matter`}
	if heir {
		columns = append(columns, `t.party`)
	}
	at, desc, within, sign := `t.due_at`, ``, ` <= ?`, 1
	if done {
		at, desc, within, sign = `t.answered_at`, ` DESC`, ` >= ?`, -1
		columns = append(columns, `t.verdict`, `t.answered_at`)
	}
	return view[Todo]{
		columns: columns,
		from:    `tasks t JOIN cases c ON c.id = t.case_id`,
		order:   at + desc + `, t.case_id` + desc + `, t.no` + desc,
		within:  at + within,
		first:   func(t Todo) string { return t.key },
		take: func(t *Todo, f *db.Fields) {
			t.Row.take(f)
			t.key = t.takeDue(f)
			t.Task = Duty{No: f.Int(), Stage: Stage(f.Text()), Kind: Kind(f.Text()), Matter: f.Text()}
			if heir {
				if unit, ok := strings.CutPrefix(f.Text(), "u:"); ok {
					t.Task.Unit = unit
				}
			}
			if done {
				t.Task.Verdict = Verdict(f.Text())
				t.Task.At, t.key = f.Stamp()
			}
			t.Title = f.Rest()
		},
		compare: func(a, b Todo) int {
			return sign * cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.ID, b.ID), cmp.Compare(a.Task.No, b.Task.No))
		},
		key: func(t Todo) string { return keyOf(t.key, t.ID, fmt.Sprint(t.Task.No)) },
	}
}

// Inbox is 待办: what is addressed to the actor who was counted for and open, by
// deadline, in the same transaction.
func (n Counts) Inbox(tx *db.Tx, a org.Actor, f Filter, now time.Time) ([]Todo, string, error) {
	var qs []query
	overdue := f.Standing == "overdue"
	f.Standing = ""
	for _, b := range n.boxes {
		q := query{few: b.n}
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
	all, next, err := todos(false, len(a.Former) > 0).page(tx, limit(f.Limit), qs...)
	if err != nil || len(all) == 0 {
		return nil, "", err
	}
	begun, err := begun(tx, a.Person)
	for i := range all {
		all[i].Draft = len(begun) > 0 && begun[draftKey(all[i].ID, all[i].Task.No)]
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
	return todos(true, len(a.Former) > 0).page(tx, limit(f.Limit), q)
}

// Counts are the figures of a first screen.
type Counts struct {
	Todo     int // addressed to me
	Waiting  int // brought by my unit and open
	Unread   int // 待阅
	Drafts   int
	Messages int // unread ones

	boxes []box // in which something lies
}

// Count reads the figures that are kept for an actor: a range for each party, since
// a list of them costs SQLite a table of its own.
func Count(tx *db.Tx, a org.Actor) (n Counts, err error) {
	if a.Class != org.Business || a.Unit == "" {
		return n, nil
	}
	var ranges []string
	var args []any
	for _, k := range a.Keys() {
		args = append(args, k)
		at := db.Marks(len(args), 1)
		ranges = append(ranges, `SELECT kind, party, post, n FROM tallies WHERE party = `+at)
	}
	kinds := map[string]*int{"todo": &n.Todo, "open": &n.Waiting, "unread": &n.Unread, "draft": &n.Drafts, "message": &n.Messages}
	err = db.Each(tx, func(r *sql.Rows) error {
		var kind string
		var b box
		if err := r.Scan(&kind, &b.party, &b.post, &b.n); err != nil || b.post != "" && b.post != a.Post {
			return err
		}
		if *kinds[kind] += b.n; kind == "todo" && b.n > 0 {
			n.boxes = append(n.boxes, b)
		}
		return nil
	}, strings.Join(ranges, ` UNION ALL `), args...)
	return n, err
}

// most is where counting stops: more than 999 reads 999+.
const most = 1000

// Pressing counts what is addressed to the actor who was counted for and overdue,
// or due within near working days; each up to 1,000.
func (n Counts) Pressing(tx *db.Tx, cal *calendar.Calendar, near int, now time.Time) (overdue, soon int, err error) {
	due := cal.Due(now, calendar.WorkDays(near), nil).At
	for _, b := range n.boxes {
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
		columns: []string{`r.id`, `r.at`, `r.read_at`, db.Typed(`r.read_by`), db.Typed(`r.text`)},
		from:    `circulations r JOIN cases c ON c.id = r.case_id`,
		order:   `r.at DESC, r.id DESC`,
		take: func(x *Circulation, f *db.Fields) {
			x.Row.take(f)
			x.ID = f.Text()
			x.At, x.key = f.Stamp()
			x.Read, x.ReadBy, x.Text, x.Title = f.Time(), f.Text(), f.Text(), f.Rest()
		},
		within:  `r.at >= ?`,
		first:   func(x Circulation) string { return x.key },
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
