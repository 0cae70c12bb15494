package casework

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"yidan/internal/calendar"
	"yidan/internal/fault"
	"yidan/internal/org"
)

// An Answer is what a party says.
type Answer struct {
	Verdict Verdict   `json:"verdict,omitempty"`
	Text    string    `json:"text,omitempty"`
	Data    any       `json:"data,omitempty"` // a pointer from Way.Sheet
	Paper   *Paper    `json:"paper,omitempty"`
	By      org.Actor `json:"by,omitzero"`
	At      time.Time `json:"at,omitzero"`
}

// A Paper says that the answer was signed on paper (纸质签批); the scan is among
// the case's attachments.
type Paper struct {
	Signer string `json:"signer"`
	On     string `json:"on"`   // day
	Scan   string `json:"scan"` // attachment id
}

// A Kind of side task says what it does to the task it is about.
type Kind string

const (
	Main    Kind = ""
	Consult Kind = "征求意见" // nothing
	Correct Kind = "补正"   // its clock stops; the party asked may revise the form
	Pause   Kind = "中止"   // its clock stops until the party asked lifts it
	Grant   Kind = "签发"   // its answer is held until this one agrees
	Extend  Kind = "延期"   // agreed: its term becomes the one asked for
)

// Asks is what a side task asks for, in words.
func (k Kind) Asks() string {
	switch k {
	case Consult:
		return "提出意见"
	case Pause:
		return "中止情形消除后恢复计时"
	case Extend:
		return "答复延期申请"
	}
	return string(k)
}

func (k Kind) stops() bool { return k == Correct || k == Pause }

// A Task asks one party for an answer (待办).
type Task struct {
	No     int           `json:"no"` // its name within the case, for ever
	Stage  Stage         `json:"stage"`
	Round  int           `json:"round"`
	Party  org.Party     `json:"party"`
	Matter string        `json:"matter,omitempty"` // what is asked, where a stage asks for several things
	From   time.Time     `json:"from"`             // when its clock started
	Within calendar.Term `json:"within,omitzero"`  // as the rules stood then; the due instant is derived
	Kind   Kind          `json:"kind,omitempty"`
	About  int           `json:"about,omitempty"` // side task: the task it is about; 0 is all of the round
	Words  string        `json:"words,omitempty"` // what the asker said
	Child  string        `json:"child,omitempty"` // the case whose outcome answers it
	Held   Answer        `json:"held,omitzero"`   // given, but not yet granted
	Grants int           `json:"grants,omitempty"`
	Answer

	child  *Case
	stored string    // its JSON when it was loaded
	asked  org.Party // whom it asked then
	open   bool      // and waited for an answer
}

// An Event is one line of the timeline (流转记录).
type Event struct {
	At      time.Time       `json:"at"`
	By      org.Actor       `json:"by,omitzero"` // nobody: the system, by rule
	Act     string          `json:"act"`         // answer, take, lapse, consult, urge, …
	Stage   Stage           `json:"stage"`
	Round   int             `json:"round"`
	To      Stage           `json:"to,omitempty"` // where the case went, if it moved
	Task    int             `json:"task,omitempty"`
	Verdict Verdict         `json:"verdict,omitempty"`
	Text    string          `json:"text,omitempty"`
	Data    json.RawMessage `json:"data,omitempty"`
	Form    json.RawMessage `json:"form,omitempty"` // as it was when handed in

	way Way // by which the case went, if it moved
}

// A Ref names a task of a case; without Task, the case alone.
type Ref struct {
	Case string
	Task int
}

// A Case is one matter on its way (办件).
type Case struct {
	ID        string
	Number    string // 准入〔2026〕017, once filed
	Procedure *Procedure
	Opened    time.Time
	Filed     time.Time // when it left its first stage: pins edition and values
	Owner     org.Party
	Parent    Ref // the task it answers, or the case it came from
	Stage     Stage
	Round     int // this visit to a stage
	Prev      int // the visit that led here
	Outcome   Verdict
	ClosedAt  time.Time
	Form      any
	Revision  int  // of the form
	Sealed    bool // only those who were asked or named may see it
	Archived  time.Time
	Tasks     []Task
	Log       []Event // events of this transaction; the store appends them
	Version   int

	now     time.Time
	opened  []*Case
	told    []errand
	draft   bool        // as it is kept
	events  int         // of its timeline
	seen    []org.Party // parties to whom it was shown besides those asked
	notices []notice    // to be posted with the save
}

type errand struct {
	to string
	do func(*Case) error
}

// What the engine refuses. errors.Is finds them; the sentence may say more.
var (
	ErrClosed     = &fault.Fault{Kind: fault.Conflict, Text: "这一步已经办过了，不用再办。你填的内容没有提交"}
	ErrVerdict    = &fault.Fault{Kind: fault.Refused, Text: "这一步不能这样办"}
	ErrNotYou     = &fault.Fault{Kind: fault.Refused, Text: "这一步不由你单位办理"}
	ErrOwnCase    = &fault.Fault{Kind: fault.Refused, Text: "你所在单位是申请单位，不能审核本申请，应当回避"}
	ErrWaiting    = &fault.Fault{Kind: fault.Conflict, Text: "意见已送签，等签发后生效。要改，先拿回"}
	ErrNobody     = &fault.Fault{Kind: fault.Refused, Text: "这一步没有要征求意见的单位。先确定涉及的乡镇（街道）"}
	ErrCorrecting = &fault.Fault{Kind: fault.Conflict, Text: "申请单位正在补正，内容还会变。等补正交回再办；不等补正的，退回申请单位"}
	ErrActed      = &fault.Fault{Kind: fault.Conflict, Text: "下一步已经有人办理，不能拿回"}
)

// Open starts a case at the procedure's first stage; a [Docket] does so too for
// whatever that brings about.
func (c *Case) open(now time.Time) error {
	c.Opened = now
	return c.enter(c.Procedure.First(), now)
}

// Answer gives a's answer to a task.
func (c *Case) Answer(no int, a Answer) error {
	t, err := c.pending(no, a.By)
	if err != nil {
		return err
	}
	if t.Child != "" || t.Held.Verdict != "" {
		return ErrWaiting
	}
	if err := c.mayAnswer(t, a.By); err != nil {
		return err
	}
	if t.Kind != Main {
		return c.answerAside(t, a)
	}
	w, ok := c.step().Ways.of(a.Verdict, t.Matter, false)
	if !ok || a.Verdict == c.step().Lapse || a.Verdict == Nobody { // silence is nobody's to say
		return ErrVerdict
	}
	if err := c.check(w, a); err != nil {
		return err
	}
	c.note(Event{At: a.At, By: a.By, Act: "answer", Task: no, Verdict: a.Verdict, Text: a.Text, Data: raw(a.Data), Form: c.snapshot(a.Verdict)})
	t.Held, t.Grants = a, 0
	return c.grant(no, a.At)
}

// check is what refuses an answer or a way before anything is written.
func (c *Case) check(w Way, a Answer) error {
	step := c.step()
	if a.Verdict == Agree && c.correcting() {
		return ErrCorrecting
	}
	var fs []*fault.Fault
	if w.Words != "" && a.Text == "" {
		fs = append(fs, fault.On("text", step.Rule, "%s", w.Words))
	}
	if w.Sheet != nil {
		data := a.Data
		if data == nil {
			data = w.Sheet.New()
		}
		fs = append(fs, w.Sheet.Layout.Check(data)...)
	}
	if step.Edits && a.Verdict == Submit {
		fs = append(fs, c.Procedure.Layout.Check(c.Form)...)
	}
	if p := a.Paper; p != nil && (p.Signer == "" || p.On == "" || p.Scan == "") {
		fs = append(fs, fault.On("scan", step.Rule, "纸质签批要写明签批人、签批日期，并上传扫描件"))
	}
	if err := fault.Join(fs...); err != nil {
		return err
	}
	if step.Edits && a.Verdict == Submit {
		if err := c.sound(); err != nil {
			return err
		}
	}
	if step.Check != nil {
		return step.Check(c, a)
	}
	return nil
}

// Lacking is what handing in would be refused for besides the fields of the form,
// said before it is tried.
func (c *Case) Lacking(a Answer) error {
	if s := c.step(); s.Edits && s.Check != nil {
		return s.Check(c, a)
	}
	return nil
}

// Unsound is what the procedure would refuse of a form that is filled in, said before
// it is handed in.
func (c *Case) Unsound() error {
	if !c.step().Edits || len(c.Procedure.Layout.Check(c.Form)) > 0 {
		return nil
	}
	return c.sound()
}

// sound is what the procedure asks of a form as a whole.
func (c *Case) sound() error {
	if c.Procedure.Sound == nil {
		return nil
	}
	return c.Procedure.Sound(c)
}

// granters are those who must agree before an answer counts, in turn: the
// signer of the answering unit, unless it was he or he signed on paper, then
// whoever the way names.
func (c *Case) granters(t *Task) (need []org.Party) {
	if sign := c.Procedure.Signer; sign != nil && t.Held.Paper == nil {
		if p, ok := sign(t.Party); ok && !t.Held.By.Is(p) {
			need = append(need, p)
		}
	}
	if w, _ := c.step().Ways.of(t.Held.Verdict, t.Matter, false); w.Granter != "" {
		need = append(need, c.Party(w.Granter))
	}
	return need
}

// grant makes a held answer count, or asks the next who must grant it. What was in
// order when it was written is judged again when it is signed: meanwhile its time may
// have run out, or what it rests on be gone.
func (c *Case) grant(no int, now time.Time) error {
	t := c.task(no)
	need := c.granters(t)
	if need = need[min(t.Grants, len(need)):]; len(need) > 0 {
		c.ask(Task{Party: need[0], Kind: Grant, About: no, Words: t.Held.Text}, now)
		return nil
	}
	if t.Grants > 0 {
		w, _ := c.step().Ways.of(t.Held.Verdict, t.Matter, false)
		a := t.Held
		a.At = now
		if err := c.check(w, a); err != nil {
			return err
		}
	}
	t.Answer, t.Held = t.Held, Answer{}
	if kept := c.step().Kept; kept != nil {
		c.now = now
		if err := kept(c, t.Answer); err != nil {
			return err
		}
	}
	return c.settle(now)
}

// Take goes a way that a role may take whether asked or not.
func (c *Case) Take(a Answer) error {
	if c.Stage == Closed {
		return ErrClosed
	}
	w, ok := c.step().Ways.of(a.Verdict, "", true)
	if !ok {
		return ErrVerdict
	}
	if !a.By.Is(c.Party(w.Taker)) {
		return ErrNotYou
	}
	if err := c.check(w, a); err != nil {
		return err
	}
	c.note(Event{At: a.At, By: a.By, Act: "take", Verdict: a.Verdict, Text: a.Text, Data: raw(a.Data)})
	if w.To == Here {
		c.now = a.At
		if w.Effect != nil {
			return w.Effect(c, a)
		}
		return nil
	}
	return c.leave(w, a)
}

// Revise replaces the form while somebody who may do so is asked. revision is
// the one the writer had before him.
func (c *Case) Revise(form any, revision int, by org.Actor) error {
	if !c.MayRevise(by) {
		return ErrNotYou
	}
	if revision != c.Revision {
		return fault.Clash("你打开之后，这份表单又保存过，可能是同事，也可能是你在另一个窗口。你填的内容已保留在下方，对照后再保存")
	}
	c.Form, c.Revision = form, c.Revision+1
	return nil
}

// MayRevise reports whether by is asked for the form just now: by the stage, or
// to put it right (补正).
func (c *Case) MayRevise(by org.Actor) bool {
	for _, no := range c.Pending() {
		t := c.task(no)
		if by.Is(t.Party) && t.Held.Verdict == "" && (t.Kind == Correct || t.Kind == Main && c.step().Edits) {
			return true
		}
	}
	return false
}

// Pending lists the open tasks of this visit.
func (c *Case) Pending() (nos []int) {
	for _, t := range c.Tasks {
		if t.Round == c.Round && t.Verdict == "" && c.Stage != Closed {
			nos = append(nos, t.No)
		}
	}
	return nos
}

// Asked lists the open tasks of this visit that by may answer.
func (c *Case) Asked(by org.Actor) (ts []Task) {
	for _, no := range c.Pending() {
		if t := c.task(no); t.Child == "" && t.Held.Verdict == "" && c.mayAnswer(t, by) == nil {
			ts = append(ts, *t)
		}
	}
	return ts
}

// WaysFor are the ways by which a task may be answered, or, with no task, those
// that by may take.
func (c *Case) WaysFor(t *Task, by org.Actor) (ws Ways) {
	if c.Stage == Closed {
		return nil
	}
	for _, w := range c.step().Ways {
		switch {
		case t == nil && w.Taker != "" && by.Is(c.Party(w.Taker)):
			ws = append(ws, w)
		case t != nil && w.Taker == "" && w.On != c.step().Lapse && w.On != Nobody && (w.For == "" || w.For == t.Matter):
			ws = append(ws, w)
		}
	}
	return ws
}

func (c *Case) settle(now time.Time) error {
	step, settle := c.step(), c.step().Settle
	if settle == nil {
		settle = Everyone
	}
	round := c.round()
	v := settle(round, step.Ways)
	if v == "" {
		return c.kept(now)
	}
	var last Task // the one that spoke so; its way may be for its matter
	for _, t := range round {
		if t.Verdict == v && !t.At.Before(last.At) {
			last = t
		}
	}
	w, ok := step.Ways.of(v, last.Matter, false)
	if !ok || w.To == Here {
		return c.kept(now)
	}
	a := last.Answer
	a.At = now
	return c.leave(w, a)
}

// kept brings about what an answer does that moves nothing: once, when it comes.
func (c *Case) kept(now time.Time) error {
	c.now = now
	e := &c.Log[len(c.Log)-1]
	if e.Task == 0 || e.Act == "lapse" {
		return nil
	}
	t := c.task(e.Task)
	if t.Kind == Grant {
		t = c.task(t.About)
	}
	if t.Verdict == "" {
		return nil
	}
	if w, ok := c.step().Ways.of(t.Verdict, t.Matter, false); ok && w.To == Here && w.Effect != nil {
		return w.Effect(c, t.Answer)
	}
	return nil
}

// leave goes a way. Cases that the stage was waiting for are called off.
func (c *Case) leave(w Way, a Answer) error {
	now := a.At
	for _, no := range c.Pending() {
		c.callOffChild(no, now)
		if t := c.task(no); t.Verdict == "" {
			t.Answer = Answer{Verdict: Void, At: now}
		}
	}
	if c.Filed.IsZero() && w.On != Withdraw {
		c.Filed = now
		if p := c.Procedure; p.Prefix != "" && p.Number != nil {
			n, err := p.Number(p.Prefix, now.In(calendar.Zone).Year())
			if err != nil {
				return err
			}
			c.Number = n
		}
	}
	e := &c.Log[len(c.Log)-1]
	e.To, e.way = w.To, w
	if w.To == Closed {
		c.Outcome, c.ClosedAt = w.On, now
	}
	c.now = now
	if w.Effect != nil {
		if err := w.Effect(c, a); err != nil {
			return err
		}
	}
	err := c.enter(w.To, now)
	if w.Effect != nil || w.Taker != "" {
		c.Prev = 0 // not to be taken back: it has had effect, or was nobody's answer
	}
	return err
}

func (c *Case) enter(s Stage, now time.Time) error {
	c.now = now
	last := c.Round
	for _, t := range c.Tasks {
		last = max(last, t.Round)
	}
	c.Prev, c.Round, c.Stage = c.Round, last+1, s
	if s == Closed {
		if c.Parent.Task > 0 {
			no, out := c.Parent.Task, Answer{Verdict: c.Outcome, Text: c.Number, At: now}
			c.told = append(c.told, errand{c.Parent.Case, func(p *Case) error { return p.hear(no, out) }})
		}
		return nil
	}
	step := c.step()
	if step.Enter != nil {
		if err := step.Enter(c); err != nil {
			return err
		}
	}
	if step.Ask == nil {
		return nil
	}
	asked := step.Ask(c)
	for _, t := range asked {
		c.ask(c.stoodIn(t, now), now)
	}
	if len(asked) > 0 {
		return nil
	}
	w, ok := step.Ways.of(Nobody, "", false)
	if !ok {
		return c.Under(ErrNobody)
	}
	e := Event{At: now, Act: "pass", Verdict: Nobody}
	if c.Filed.IsZero() { // nobody hands it in: it is filed as it was opened
		e.Form = raw(c.Form)
	}
	c.note(e)
	return c.leave(w, Answer{Verdict: Nobody, At: now})
}

func (c *Case) callOffChild(no int, now time.Time) {
	if ch := c.task(no).Child; ch != "" {
		c.told = append(c.told, errand{ch, func(o *Case) error { o.callOff(now); return nil }})
	}
}

func (c *Case) callOff(now time.Time) {
	if c.Stage == Closed {
		return
	}
	for _, no := range c.Pending() {
		c.callOffChild(no, now)
		c.task(no).Answer = Answer{Verdict: Void, At: now}
	}
	c.note(Event{At: now, Act: "call-off", To: Closed, Verdict: Withdraw, Text: "主办件已离开等待环节"})
	c.Stage, c.Outcome, c.ClosedAt, c.Parent.Task = Closed, Withdraw, now, 0
}

// hear takes a child's outcome as the answer to the task that waited for it;
// where that is no way from here, the task falls back to the party.
func (c *Case) hear(no int, a Answer) error {
	t, err := c.pending(no, a.By)
	if err != nil {
		return nil // the case has moved on
	}
	c.note(Event{At: a.At, Act: "hear", Task: no, Verdict: a.Verdict, Text: a.Text})
	t.Child = ""
	if _, ok := c.step().Ways.of(a.Verdict, t.Matter, false); !ok {
		return nil
	}
	t.Answer = a
	return c.settle(a.At)
}

func (c *Case) ask(t Task, now time.Time) {
	t.No, t.Stage, t.Round = len(c.Tasks)+1, c.Stage, c.Round
	if t.From.IsZero() { // a step may count from an earlier moment
		t.From = now
	}
	if t.Within.None() && t.Kind == Main {
		t.Within = c.step().Within
	}
	if ch := t.child; ch != nil {
		t.child = nil
		ch.ID, ch.Parent = fmt.Sprintf("%s.%d", c.ID, t.No), Ref{c.ID, t.No}
		t.Child = ch.ID
		c.opened = append(c.opened, ch)
	}
	c.Tasks = append(c.Tasks, t)
}

func (c *Case) task(no int) *Task { return &c.Tasks[no-1] }

// Task finds a task by number.
func (c *Case) Task(no int) (Task, bool) {
	if no < 1 || no > len(c.Tasks) {
		return Task{}, false
	}
	return c.Tasks[no-1], true
}

// pending is an open task of this visit that by comes to do something about.
func (c *Case) pending(no int, by org.Actor) (*Task, error) {
	if no < 1 || no > len(c.Tasks) {
		return nil, ErrClosed
	}
	t := c.task(no)
	if t.Verdict != "" || t.Round != c.Round || c.Stage == Closed {
		return nil, c.Over(*t, by)
	}
	return t, nil
}

// Over refuses whoever comes after a task was answered; it names who was first,
// be it the same person in another window.
func (c *Case) Over(t Task, by org.Actor) error {
	if t.By.Name == "" {
		return ErrClosed
	}
	who := t.By.Name
	if t.By.Person != "" && t.By.Person == by.Person {
		who = "你自己"
	}
	return &fault.Fault{Kind: fault.Conflict, Cause: ErrClosed,
		Text: fmt.Sprintf("你打开这一页之后，%s在 %s 已提交“%s”。你这次填的内容已保留在下方，没有提交", who, t.At.In(calendar.Zone).Format("15:04"), c.Procedure.Said(t.Stage, t.Matter, t.Verdict))}
}

func (c *Case) round() (ts []Task) {
	for _, t := range c.Tasks {
		if t.Round == c.Round && t.Kind == Main && t.Verdict != Dropped {
			ts = append(ts, t)
		}
	}
	return ts
}

// Party is whoever is meant by a role in this case.
func (c *Case) Party(r org.Role) org.Party {
	if r == org.Owner {
		return c.Owner
	}
	return org.Holder(r)
}

// Now is the moment of the act that is being decided, for effects.
func (c *Case) Now() time.Time { return c.now }

func (c *Case) snapshot(v Verdict) json.RawMessage {
	if v == Submit {
		return raw(c.Form)
	}
	return nil
}

func (c *Case) note(e Event) {
	e.Stage, e.Round = c.Stage, c.Round
	c.Log = append(c.Log, e)
}

func (c *Case) step() *Step {
	if s := c.Procedure.Step(c.Stage); s != nil {
		return s
	}
	return &Step{Stage: c.Stage}
}

// Step is the step the case stands in; a closed case stands in an empty one.
func (c *Case) Step() *Step { return c.step() }

// Title is what the case is about.
func (c *Case) Title() string {
	if c.Procedure.Subject == nil {
		return c.Procedure.Title
	}
	if s := c.Procedure.Subject(c.Form); s != "" {
		return s
	}
	return "（未填写）" + c.Procedure.Title
}

// Unsigned is the word for a draft that is written and waits for its leader's signature.
const Unsigned = "待负责人签发"

// Status is the word for where a case stands.
func (c *Case) Status() string {
	if c.Filed.IsZero() && slices.ContainsFunc(c.Pending(), func(no int) bool { return c.task(no).Held.Verdict != "" }) {
		return Unsigned
	}
	if c.Stage == Closed {
		return Ended(c.Procedure, c.Outcome, !c.Filed.IsZero())
	}
	if s := c.step(); s.Status != "" {
		return s.Status
	}
	return c.step().Title
}

// Ended is the word for how a case ended. Where several steps end with the same
// verdict, a filed case did not end in the first, where it was a draft.
func Ended(p *Procedure, v Verdict, filed bool) string {
	if v == Done && p.Over != "" {
		return p.Over
	}
	steps := p.Steps
	if filed {
		steps = slices.Concat(p.Steps[1:], p.Steps[:1])
	}
	for _, s := range steps {
		for _, w := range s.Ways {
			if w.On == v && w.To == Closed && w.Label != "" {
				return w.Label
			}
		}
	}
	return string(v)
}
