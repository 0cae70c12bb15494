package casework

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/emmansun/gmsm/sm3"

	"yidan/internal/audit"
	"yidan/internal/calendar"
	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/message"
	"yidan/internal/org"
)

// An Env is what the procedures stand on in one transaction: the declarations
// bound to it, the calendar, and how the district calls its units.
type Env struct {
	Editions Editions
	Calendar *calendar.Calendar
	Near     int // working days before a deadline from which it is near (deadline.near)
	Name     func(org.Party) string
	Cite     func(rule string) string                                    // the article of a rule, as notices name it; nil where they name none
	Source   func(value string, t calendar.Term, filed time.Time) string // what a term rests on that comes from a parameter; "" where it has another value
	Units    *org.Directory                                              // as they stand on Day: what became of whom; nil where that is never asked
	Day      string
}

// A Store keeps cases. Wire builds the Env of a transaction.
type Store struct {
	DB   *db.DB
	Wire func(tx *db.Tx, now time.Time) (*Env, error)
}

// ErrChanged reports that a case was saved by another writer since it was read.
var ErrChanged = errors.New("casework: changed since it was read")

// Write runs f with a docket in one transaction and saves what came of it: the
// cases, what they ask, the timeline, the notices and the record, or nothing.
func (s *Store) Write(ctx context.Context, now time.Time, f func(tx *db.Tx, d *Docket) error) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error { return s.In(tx, now, func(d *Docket) error { return f(tx, d) }) })
}

// In is Write inside a transaction that is already open.
func (s *Store) In(tx *db.Tx, now time.Time, f func(d *Docket) error) error {
	env, err := s.Wire(tx, now)
	if err != nil {
		return err
	}
	d := &Docket{Load: func(id string) (*Case, error) { return Load(tx, env, id, now) }}
	if err := f(d); err != nil {
		return err
	}
	return save(tx, env, d, now)
}

// Do changes one case that by may see, and what follows from it.
func (s *Store) Do(ctx context.Context, id string, by org.Actor, now time.Time, f func(tx *db.Tx, c *Case) error) error {
	return s.Write(ctx, now, func(tx *db.Tx, d *Docket) error {
		if err := Visible(tx, by, id); err != nil {
			return err
		}
		return d.Do(id, now, func(c *Case) error { return f(tx, c) })
	})
}

// Open starts a case of a procedure as a draft of its owner and returns its id.
func (s *Store) Open(ctx context.Context, name string, by org.Actor, now time.Time, fill func(tx *db.Tx, form any) error) (id string, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) (err error) { id, err = s.OpenIn(tx, name, by, now, fill); return err })
	return id, err
}

// OpenIn is Open inside a transaction that is already open.
func (s *Store) OpenIn(tx *db.Tx, name string, by org.Actor, now time.Time, fill func(tx *db.Tx, form any) error) (string, error) {
	env, err := s.Wire(tx, now)
	if err != nil {
		return "", err
	}
	p, err := env.Editions.Of(name, 0, time.Time{}, now)
	if err != nil {
		return "", err
	}
	c := &Case{ID: db.NewID(), Procedure: p, Owner: org.Unit(by.Unit), Form: p.Form()}
	if fill != nil {
		if err := fill(tx, c.Form); err != nil {
			return "", err
		}
	}
	d := &Docket{Load: func(id string) (*Case, error) { return Load(tx, env, id, now) }}
	if err := d.Open(c, now); err != nil {
		return "", err
	}
	c.note(Event{At: now, By: by, Act: "open"})
	return c.ID, save(tx, env, d, now)
}

// Load reads a case under its own edition; fault.Absent where there is none.
func Load(tx *db.Tx, env *Env, id string, now time.Time) (*Case, error) {
	c := &Case{ID: id, now: now}
	var name, body string
	var n int
	var opened, filed, closed, archived db.Time
	err := tx.QueryRow(`SELECT number, procedure, edition, owner_unit, parent_case, parent_task, stage, round, prev, outcome, opened_at, filed_at, closed_at, archived_at, form, revision, sealed, version,
		(SELECT coalesce(max(seq), 0) FROM events WHERE case_id = cases.id) FROM cases WHERE id = $1`, id).
		Scan(&c.Number, &name, &n, &c.Owner.Unit, &c.Parent.Case, &c.Parent.Task, &c.Stage, &c.Round, &c.Prev, &c.Outcome, &opened, &filed, &closed, &archived, &body, &c.Revision, &c.Sealed, &c.Version, &c.events)
	if errors.Is(err, db.ErrNoRows) {
		return nil, fault.Absent()
	}
	if err != nil {
		return nil, err
	}
	c.draft = filed.Time.IsZero()
	c.Opened, c.Filed, c.ClosedAt, c.Archived = opened.Time, filed.Time, closed.Time, archived.Time
	if c.Procedure, err = env.Editions.Of(name, n, c.Filed, now); err != nil {
		return nil, err
	}
	c.Form = c.Procedure.Form()
	if err := json.Unmarshal([]byte(body), c.Form); err != nil {
		return nil, fmt.Errorf("casework: form of %s: %w", id, err)
	}
	c.Tasks, err = db.All(tx, func(r *sql.Rows) (t Task, err error) {
		var data []byte
		if err := r.Scan(&data); err != nil {
			return t, err
		}
		if t, err = decodeTask(c.Procedure, data); err != nil {
			return t, fmt.Errorf("casework: task of %s: %w", id, err)
		}
		t.stored, t.asked, t.open = string(data), t.Party, t.Verdict == ""
		return t, nil
	}, `SELECT data FROM tasks WHERE case_id = $1 ORDER BY no`, id)
	return c, err
}

// decodeTask reads a task, and gives its sheets, where it has any, their types back.
func decodeTask(p *Procedure, data []byte) (t Task, err error) {
	if bytes.Contains(data, []byte(`"data":`)) {
		var head struct {
			Stage   Stage
			Matter  string
			Verdict Verdict
			Held    struct{ Verdict Verdict }
		}
		if err = json.Unmarshal(data, &head); err != nil {
			return t, err
		}
		t.Data, t.Held.Data = sheet(p, head.Stage, head.Verdict, head.Matter), sheet(p, head.Stage, head.Held.Verdict, head.Matter)
	}
	err = json.Unmarshal(data, &t)
	return t, err
}

func sheet(p *Procedure, s Stage, v Verdict, matter string) any {
	if st := p.Step(s); st != nil && v != "" {
		if w, ok := st.Ways.of(v, matter, false); ok && w.Sheet != nil {
			return w.Sheet.New()
		}
	}
	return nil
}

// raw is a form, a sheet or a task as it is kept.
func raw(v any) json.RawMessage {
	if v == nil {
		return nil
	}
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // forms and sheets are plain data
	}
	return b
}

// never is the due instant of what has none, so that it sorts last.
var never = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)

func flagged(d calendar.Deadline) (time.Time, string) {
	switch {
	case d.Stopped:
		return never, "stopped"
	case d.At.IsZero():
		return never, "none"
	case d.Provisional:
		return d.At, "provisional"
	}
	return d.At, ""
}

func save(tx *db.Tx, env *Env, d *Docket, now time.Time) error {
	for _, c := range d.Sorted() {
		if err := saveCase(tx, env, c); err != nil {
			return err
		}
		if err := saveTasks(tx, env, c); err != nil {
			return err
		}
		if err := saveEvents(tx, env, c, now); err != nil {
			return err
		}
		if err := c.post(tx); err != nil {
			return err
		}
		c.Version++
		c.Log, c.draft = nil, c.Filed.IsZero()
	}
	return nil
}

func saveCase(tx *db.Tx, env *Env, c *Case) error {
	edition := 0
	if !c.Filed.IsZero() {
		edition = c.Procedure.Edition
	}
	due, flag := never, "none"
	for _, no := range c.Pending() {
		if t := c.task(no); t.Kind == Main {
			if at, f := flagged(c.Due(no, env.Calendar)); at.Before(due) || f == "stopped" && due.Equal(never) {
				due, flag = at, f
			}
		}
	}
	if c.Version == 0 {
		_, err := tx.Exec(`INSERT INTO cases (id, number, procedure, edition, title, owner_unit, parent_case, parent_task, stage, round, prev, outcome, opened_at, filed_at, closed_at, archived_at, due_at, due_flag, form, revision, sealed, version)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, 1)`,
			c.ID, c.Number, c.Procedure.Name, edition, c.Title(), c.Owner.Unit, c.Parent.Case, c.Parent.Task, string(c.Stage), c.Round, c.Prev, string(c.Outcome),
			db.At(c.Opened), db.At(c.Filed), db.At(c.ClosedAt), db.At(c.Archived), db.At(due), flag, string(raw(c.Form)), c.Revision, c.Sealed)
		if err != nil {
			return err
		}
	} else {
		set, args := `edition = $3, title = $4, parent_task = $5, stage = $6, round = $7, prev = $8, outcome = $9, closed_at = $10, archived_at = $11,
			due_at = $12, due_flag = $13, form = $14, revision = $15, sealed = $16, version = $2 + 1`, []any{
			c.ID, c.Version, edition, c.Title(), c.Parent.Task, string(c.Stage), c.Round, c.Prev, string(c.Outcome), db.At(c.ClosedAt), db.At(c.Archived),
			db.At(due), flag, string(raw(c.Form)), c.Revision, c.Sealed}
		if c.draft && !c.Filed.IsZero() { // once; no later step touches the indexes of these
			set, args = set+`, number = $17, filed_at = $18`, append(args, c.Number, db.At(c.Filed))
		}
		n, err := tx.Exec(`UPDATE cases SET `+set+` WHERE id = $1 AND version = $2`, args...)
		if err != nil {
			return err
		}
		if n == 0 {
			return ErrChanged
		}
	}
	parties := slices.Clone(c.seen)
	if c.Version == 0 {
		parties = append(parties, c.Owner)
	}
	for _, t := range c.Tasks {
		if t.asked != t.Party && (t.Party != c.Owner || c.Version == 0) {
			parties = append(parties, t.Party)
		}
	}
	for _, p := range parties {
		if _, err := tx.Exec(`INSERT INTO case_parties (party, case_id, filed_at) VALUES ($1, $2, $3) ON CONFLICT (party, case_id) DO NOTHING`, p.Key(), c.ID, db.At(c.Filed)); err != nil {
			return err
		}
	}
	return nil
}

func (t *Task) state() string {
	switch {
	case t.Verdict != "":
		return "done"
	case t.Held.Verdict != "":
		return "held"
	case t.Child != "":
		return "child"
	}
	return "open"
}

func saveTasks(tx *db.Tx, env *Env, c *Case) error {
	stops := map[int]bool{} // tasks whose clock a changed side task touches
	for _, t := range c.Tasks {
		if t.Kind != Main && t.stored != string(raw(t)) {
			stops[t.About] = true
		}
	}
	for i := range c.Tasks {
		t := &c.Tasks[i]
		data := string(raw(t))
		if data == t.stored && !stops[t.No] && !(stops[0] && t.Round == c.Round) {
			continue
		}
		due, flag := flagged(c.Due(t.No, env.Calendar))
		if t.Verdict != "" && t.stored != "" { // closed ones never move
			_, err := tx.Exec(`UPDATE tasks SET state = $3, listed = FALSE, verdict = $4, by_unit = $5, answered_at = $6, data = $7 WHERE case_id = $1 AND no = $2`,
				c.ID, t.No, t.state(), string(t.Verdict), t.By.Unit, db.At(t.At), data)
			if err != nil {
				return err
			}
			if t.Kind == Main && (t.Verdict == Void || t.Verdict == Dropped) && t.open && !c.mover().Is(t.Party) {
				c.spare(t)
			}
			continue
		}
		step := c.Procedure.Step(t.Stage)
		lapses := step != nil && step.Lapse != "" && t.Kind == Main
		// A draft is no duty; what it asks of others, its signing first of all, is.
		listed := t.state() == "open" && (t.Kind != Main || !c.Filed.IsZero())
		if _, err := tx.Exec(`INSERT INTO tasks (case_id, no, stage, round, kind, matter, party, post, state, listed, from_at, due_at, due_flag, calendar, lapses, verdict, by_unit, answered_at, data)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
			ON CONFLICT (case_id, no) DO UPDATE SET party = excluded.party, post = excluded.post, state = excluded.state, listed = excluded.listed, verdict = excluded.verdict, due_at = excluded.due_at, due_flag = excluded.due_flag, calendar = excluded.calendar,
			by_unit = excluded.by_unit, answered_at = excluded.answered_at, data = excluded.data`,
			c.ID, t.No, string(t.Stage), t.Round, string(t.Kind), t.Matter, t.Party.Key(), t.Party.Post, t.state(), listed, db.At(t.From), db.At(due), flag, env.Calendar.Edition, lapses, string(t.Verdict), t.By.Unit, db.At(t.At), data); err != nil {
			return err
		}
		if t.asked != t.Party && listed {
			c.tellAsked(t, "待办：", c.Due(t.No, env.Calendar))
		}
	}
	return nil
}

// A notice is what a save means for somebody: what came of a step, and what is asked
// of them.
type notice struct {
	to      org.Party
	subject string
	news    string
	asked   string
}

// notify keeps a notice until the case is saved; the same one twice is one.
func (c *Case) notify(n notice) {
	if !slices.Contains(c.notices, n) {
		c.notices = append(c.notices, n)
	}
}

// tell is what came of a step.
func (c *Case) tell(to org.Party, subject, news string) {
	c.notify(notice{to: to, subject: subject, news: news})
}

// tellAsked tells whoever a task asks that it stands in their inbox.
func (c *Case) tellAsked(t *Task, lead string, due calendar.Deadline) {
	text := c.asks(t) + "。"
	if !due.At.IsZero() && !due.Stopped {
		text += "应于" + due.At.Add(-time.Second).In(calendar.Zone).Format("1月2日") + "前办理。"
	}
	c.notify(notice{to: t.Party, subject: lead, asked: text})
}

// spare tells whoever was asked that no answer is waited for any more.
func (c *Case) spare(t *Task) {
	text := fmt.Sprintf("%s不用再办了，现在是“%s”。", c.asks(t), c.Status())
	if t.Text != "" {
		text += "理由：" + t.Text
	}
	c.tell(t.Party, "不用再办：", text)
}

// post puts into each party's box one message, whatever the save means for it: what
// is asked of it names the message.
func (c *Case) post(tx *db.Tx) error {
	for len(c.notices) > 0 {
		all := c.notices[0]
		var rest []notice
		for _, n := range c.notices[1:] {
			switch {
			case n.to != all.to:
				rest = append(rest, n)
				continue
			case n.asked != "" && all.asked == "":
				all.subject = n.subject
			}
			all.news, all.asked = all.news+n.news, all.asked+n.asked
		}
		c.notices = rest
		text := all.news + all.asked
		if all.news != "" && all.asked != "" {
			text = all.news + "待办：" + all.asked
		}
		m := message.Message{To: all.to, Subject: all.subject + c.Title(), Text: fmt.Sprintf("%s《%s》：%s", c.Number, c.Title(), text), Case: c.ID, Link: "/sq/" + c.ID, At: c.now}
		if err := message.Post(tx, m); err != nil {
			return err
		}
	}
	return nil
}

// asks is what a task asks for, in words.
func (c *Case) asks(t *Task) string {
	what := c.Procedure.Step(t.Stage).Title
	switch {
	case t.Kind == Grant && c.task(t.About).Held.Verdict != "":
		about := c.task(t.About)
		return "签发“" + c.Procedure.Said(about.Stage, about.Matter, about.Held.Verdict) + "”"
	case t.Kind != Main:
		return t.Kind.Asks()
	case t.Matter != "" && t.Matter != what:
		return what + "（" + t.Matter + "）"
	}
	return what
}

// mover is whose act is being saved.
func (c *Case) mover() (by org.Actor) {
	if n := len(c.Log); n > 0 {
		by = c.Log[0].By
	}
	return by
}

func saveEvents(tx *db.Tx, env *Env, c *Case, now time.Time) error {
	for _, e := range c.Log {
		e.At = e.At.UTC().Truncate(time.Microsecond)
		data := raw(e)
		c.events++
		seq := c.events
		if _, err := tx.Exec(`INSERT INTO events (case_id, seq, at, data) VALUES ($1, $2, $3, $4)`, c.ID, seq, db.At(e.At), string(data)); err != nil {
			return err
		}
		h := sm3.Sum(data)
		if err := audit.Append(tx, audit.Line{At: now, Person: e.By.Person, Name: e.By.Name, Unit: e.By.Unit, For: e.By.For, Action: "case." + e.Act, Object: "case:" + c.ID,
			Detail: map[string]any{"event": seq, "stage": e.Stage, "to": e.To, "task": e.Task, "verdict": e.Verdict, "sm3": hex.EncodeToString(h[:])}}); err != nil {
			return err
		}
		if err := c.report(tx, env, e); err != nil {
			return err
		}
	}
	return nil
}

// report lets those concerned know what an event means for them.
func (c *Case) report(tx *db.Tx, env *Env, e Event) error {
	switch Act(e.Act) {
	case ActShow:
		var p org.Party
		if err := json.Unmarshal(e.Data, &p); err != nil {
			return err
		}
		if _, err := tx.Exec(`INSERT INTO circulations (id, case_id, party, at, text) VALUES ($1, $2, $3, $4, $5)`, db.NewID(), c.ID, p.Key(), db.At(e.At), e.Text); err != nil {
			return err
		}
		c.tell(p, "待阅：", e.Text)
		return nil
	case ActUrge:
		for _, no := range c.Pending() {
			if t := c.task(no); (e.Task == 0 || e.Task == no) && t.state() == "open" {
				c.tell(t.Party, "催办：", e.By.Name+"催办。"+e.Text)
			}
		}
	}
	if e.Act == "aside" {
		c.answered(e)
	}
	what := e.way.Text()
	if s := c.Procedure.Silence(e.Stage); e.Act == "lapse" && s != "" {
		t := c.task(e.Task)
		if env.Cite != nil {
			s += "（" + env.Cite(e.Text) + "）"
		}
		c.tell(t.Party, "逾期：", fmt.Sprintf("%s的时限已到，记为%s，%s。", c.asks(t), e.Verdict, s))
		what = strings.Join(c.silent(t.Round, env.Name), "、") + string(e.Verdict)
	}
	switch {
	case e.To == "" || c.Filed.IsZero() || e.By.Is(c.Owner):
	case c.Stage == Closed && e.To == Closed:
		c.tell(c.Owner, "办结：", c.Status()+"，已办结。")
	default:
		if Act(e.Act) == ActTakeBack {
			what = e.By.Name + "拿回意见"
		}
		c.tell(c.Owner, "进展：", fmt.Sprintf("%s，现在是“%s”。", what, c.Status()))
	}
	return nil
}

// silent are those who did not answer in a round, by name.
func (c *Case) silent(round int, name func(org.Party) string) (names []string) {
	for _, t := range c.Tasks {
		if s := c.Procedure.Step(t.Stage); t.Round == round && t.Kind == Main && t.Verdict != "" && t.Verdict == s.Lapse {
			names = append(names, name(t.Party))
		}
	}
	return names
}

// answered tells whoever asked for it that a side task has been answered; a signature
// that was given shows in what it set going.
func (c *Case) answered(e Event) {
	t := *c.task(e.Task)
	if t.Kind == Grant && e.Verdict == Agree {
		return
	}
	w, _ := AsideWays(t.Kind).of(e.Verdict, "", false)
	for _, x := range c.Tasks {
		if x.Kind != Main || x.Verdict != "" || x.Round != t.Round || t.About != 0 && t.About != x.No || e.By.Is(x.Party) {
			continue
		}
		c.tell(x.Party, w.Text()+"：", e.By.Name+" "+w.Text()+"。"+e.Text)
	}
}

// Timeline reads a case's events, oldest first.
func Timeline(tx *db.Tx, id string) ([]Event, error) {
	return db.All(tx, func(r *sql.Rows) (e Event, err error) {
		var data []byte
		if err := r.Scan(&data); err != nil {
			return e, err
		}
		return e, json.Unmarshal(data, &e)
	}, `SELECT data FROM events WHERE case_id = $1 ORDER BY seq`, id)
}
