// Package casework runs cases through the procedures that regulations lay down.
// It is the only way in which a case moves.
//
// A case stands in one stage. Entering a stage asks parties; a party answers
// itself, or a child case answers for it; the answers settle the stage and the
// verdict leads on. A side task is a question about a task: it never settles
// the stage, but while it is open it may stop the clock or hold an answer back.
//
// The core (declare.go, case.go, aside.go, docket.go) decides: it knows no
// database, no clock and no page. The store loads a case, lets the core decide
// and saves what came of it in one transaction.
package casework

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"yidan/internal/calendar"
	"yidan/internal/form"
	"yidan/internal/org"
)

// A Stage of a procedure (环节).
type Stage string

const (
	Closed Stage = "closed"
	Here   Stage = "" // where a way leads that only keeps the answer
)

// A Verdict is what an answer comes down to.
type Verdict string

const (
	Submit   Verdict = "提交"
	Agree    Verdict = "同意"
	Object   Verdict = "有异议"
	Return   Verdict = "退回"
	Reject   Verdict = "不予通过"
	Withdraw Verdict = "撤回"
	Done     Verdict = "办结"
	Silent   Verdict = "逾期未答复"
	Nobody   Verdict = "无需征求" // the stage found nobody to ask

	Dropped Verdict = "减签" // the party is asked no longer
	Void    Verdict = "作废" // the question fell away before it was answered
)

// A Procedure is one edition of one regulation's way of handling a case (程序).
type Procedure struct {
	Name    string // identifier, such as "admission"
	Edition int
	Title   string            // 准入
	Prefix  string            // of its numbers: 准入〔2026〕017; empty: cases are not numbered
	Form    func() any        // a new, empty form: pointer to a struct
	Layout  form.Layout       // of the form
	Read    Reading           // nil: the form is read as it is filled in
	Subject func(any) string  // the title of a case, from its form
	Sound   func(*Case) error // what else a form has to hold whenever it is handed in or put right; nil where nothing
	Steps   []Step
	Begin   string  // what beginning one is called, where it applies for nothing; "" otherwise
	Owning  string  // what its owner is called, where it applies for nothing; "" for 申请单位
	Over    string  // the word for a case that is done, where its last button says less; "" otherwise
	Refused Refused // what an application that was refused says first

	// What the district knows; set by whoever builds the editions.
	Number func(prefix string, year int) (string, error)
	Signer func(org.Party) (org.Party, bool) // 签发: who signs for a party, where its unit wants that
	Holder func(org.Role) string             // the unit that holds an office
	Heir   func(unit string) string          // the unit that stands for one that was merged; nil where nobody does
	Lifter org.Role                          // who grants more time; the list office where empty, org.Owner for whoever brought the case
}

// A Reading is the form as it is read at a stage, made of how it is filled in.
type Reading func(Stage, form.Layout) form.Layout

// Refused is the rule of the reasons that an applicant is given, and the ways on,
// each with the article that gives it.
type Refused struct {
	Rule string
	Ways []Recourse
}

// A Recourse is one way on after a refusal.
type Recourse struct{ Text, Rule string }

// A Step is one stage: whom it asks, for how long, and where answers lead.
type Step struct {
	Stage   Stage
	Title   string
	Rule    string // rule id
	Status  string // the word for a case that stands here; Title where empty
	Ask     func(*Case) []Task
	Within  calendar.Term              // for tasks that Ask gave no term of their own
	Value   string                     // the parameter that Within comes from
	Values  map[string]string          // those of its tasks' own terms, by what they ask
	Lapse   Verdict                    // what silence means; empty: the task is merely overdue
	Settle  func([]Task, Ways) Verdict // nil means [Everyone]
	Ways    Ways
	Edits   bool                      // whoever is asked may revise the form
	Movable bool                      // its tasks may be handed to another unit (转办)
	Named   bool                      // the regulation names whom it asks: nobody is added (加签)
	Final   bool                      // what the form says is approved: it is put right no more (补正)
	Check   func(*Case, Answer) error // what else refuses an answer
	Kept    func(*Case, Answer) error // what every answer brings about once it counts, whatever it says
	Enter   func(*Case) error         // what standing here brings about, before anybody is asked
	Errand  Errand                    // a task that an application of its own answers
	Aside   bool                      // not part of the main road: left out of the progress line
}

// An Errand is a task of one matter that is not answered here: an application of
// another procedure, begun for this case, ends it.
type Errand struct {
	Matter string
	Rule   string
	Words  func(*Case) string // what there is to do, as things stand
	Label  string             // on the way there
	Begins string             // that procedure
	Field  string             // of its form: this case
}

// ValueOf is the parameter that the term of a task comes from; "" where none does.
func (s Step) ValueOf(matter string) string { return cmp.Or(s.Values[matter], s.Value) }

// Passed reports that no case ever stands here: nobody is asked, and the only way is on.
func (s Step) Passed() bool { return len(s.Ways) == 1 && s.Ways[0].On == Nobody }

// A Way leads from a verdict to a stage.
type Way struct {
	On      Verdict
	To      Stage
	Label   string                    // on the button; the verdict where empty
	Hint    string                    // what will happen
	Words   string                    // the sentence when no words are given; empty: words may be left out
	For     string                    // answers only tasks with this Matter
	Rule    string                    // what it rests on, where that is not what its step rests on
	Grave   bool                      // to be confirmed on a page of its own
	Taker   org.Role                  // not an answer: open to this role, asked or not, while the case stands here
	Granter org.Role                  // an answer that counts once this role grants it
	Sheet   *Sheet                    // what it fills in besides words
	Effect  func(*Case, Answer) error // what going this way brings about, in the same transaction
}

// A Sheet is what an answer fills in besides words.
type Sheet struct {
	New    func() any // pointer to a struct
	Layout form.Layout
}

// To makes a way of a verdict.
func (v Verdict) To(s Stage) Way { return Way{On: v, To: s} }

// By opens the way to a role, whether asked or not.
func (w Way) By(r org.Role) Way { w.Taker = r; return w }

// GrantedBy lets the answer count only once a role has granted it.
func (w Way) GrantedBy(r org.Role) Way { w.Granter = r; return w }

// Called gives the way the words of its button and what it leads to.
func (w Way) Called(label, hint string) Way { w.Label, w.Hint = label, hint; return w }

// Saying asks for words; s is the sentence when there are none.
func (w Way) Saying(s string) Way { w.Words = s; return w }

// About restricts the way to tasks of one matter.
func (w Way) About(matter string) Way { w.For = matter; return w }

// Under says what the way rests on, where that is not what its step rests on.
func (w Way) Under(rule string) Way { w.Rule = rule; return w }

// Gravely asks for confirmation on a page of its own.
func (w Way) Gravely() Way { w.Grave = true; return w }

// With adds a sheet to fill in.
func (w Way) With(s *Sheet) Way { w.Sheet = s; return w }

// Do adds what going the way brings about.
func (w Way) Do(effect func(*Case, Answer) error) Way { w.Effect = effect; return w }

// Text is what the button says.
func (w Way) Text() string {
	if w.Label != "" {
		return w.Label
	}
	return string(w.On)
}

// Said is a verdict in the words of the button by which it was given.
func (p *Procedure) Said(s Stage, matter string, v Verdict) string {
	if step := p.Step(s); step != nil && v != Silent {
		for _, w := range step.Ways {
			if w.On == v && (w.For == "" || w.For == matter) {
				return w.Text()
			}
		}
	}
	return string(v)
}

// Owned is what the owner of a case is called.
func (p *Procedure) Owned() string { return cmp.Or(p.Owning, RoleName(org.Owner)) }

// Silence is what it means that a party of a stage did not answer; "" where the
// regulation attaches nothing to it.
func (p *Procedure) Silence(s Stage) string {
	if step := p.Step(s); step != nil {
		w, _ := step.Ways.of(step.Lapse, "", false)
		return w.Hint
	}
	return ""
}

// Ways run from the gentlest verdict to the gravest.
type Ways []Way

// of finds the way of a verdict: for a task's matter, or open to a taker.
func (ws Ways) of(v Verdict, matter string, taker bool) (Way, bool) {
	i := slices.IndexFunc(ws, func(w Way) bool {
		return w.On == v && (w.Taker != "") == taker && (taker || w.For == "" || w.For == matter)
	})
	if i < 0 {
		return Way{}, false
	}
	return ws[i], true
}

// Everyone waits for all and takes the gravest.
func Everyone(tasks []Task, ws Ways) Verdict {
	worst := -1
	for _, t := range tasks {
		if t.Verdict == "" {
			return ""
		}
		worst = max(worst, slices.IndexFunc(ws, func(w Way) bool { return w.On == t.Verdict && w.Taker == "" }))
	}
	if worst < 0 {
		return ""
	}
	return ws[worst].On
}

// First takes the first answer: 或签.
func First(tasks []Task, _ Ways) Verdict {
	for _, t := range tasks {
		if t.Verdict != "" {
			return t.Verdict
		}
	}
	return ""
}

// Never leaves the stage to the ways that are taken: answers are only kept.
func Never([]Task, Ways) Verdict { return "" }

// Ask asks the roles named.
func Ask(roles ...org.Role) func(*Case) []Task {
	return func(c *Case) (ts []Task) {
		for _, r := range roles {
			ts = append(ts, Task{Party: c.Party(r)})
		}
		return ts
	}
}

// Units asks the units that a case names.
func Units(of func(*Case) []string) func(*Case) []Task {
	return func(c *Case) (ts []Task) {
		for _, u := range of(c) {
			ts = append(ts, Task{Party: org.Unit(u)})
		}
		return ts
	}
}

// Await is a task that a new case answers with its outcome.
func Await(on org.Party, p *Procedure, owner org.Party, form any) Task {
	return Task{Party: on, child: &Case{Procedure: p, Owner: owner, Form: form}}
}

// Step finds the step of a stage; nil where there is none.
func (p *Procedure) Step(s Stage) *Step {
	for i := range p.Steps {
		if p.Steps[i].Stage == s {
			return &p.Steps[i]
		}
	}
	return nil
}

// First is the stage a case begins in.
func (p *Procedure) First() Stage { return p.Steps[0].Stage }

// Check reports the first thing wrong with a declaration.
func (p *Procedure) Check() error {
	known, reached := map[Stage]bool{Closed: true, Here: true}, map[Stage]bool{p.First(): true}
	for _, s := range p.Steps {
		if known[s.Stage] {
			return fmt.Errorf("%s: %q declared twice", p.Name, s.Stage)
		}
		if s.Title == "" || s.Rule == "" {
			return fmt.Errorf("%s: %q has no title or rule", p.Name, s.Stage)
		}
		known[s.Stage] = true
	}
	for _, s := range p.Steps {
		out := false
		for i, w := range s.Ways {
			if !known[w.To] {
				return fmt.Errorf("%s: %q leads to unknown %q", p.Name, s.Stage, w.To)
			}
			if s.Ask == nil && w.Taker == "" {
				return fmt.Errorf("%s: %q asks nobody but takes answers", p.Name, s.Stage)
			}
			for _, v := range s.Ways[:i] {
				if v.On == w.On && (v.Taker != "") == (w.Taker != "") && (v.For == w.For || v.For == "") {
					return fmt.Errorf("%s: %q has two ways on %s", p.Name, s.Stage, w.On)
				}
			}
			reached[w.To], out = true, out || w.To != Here
		}
		if !out {
			return fmt.Errorf("%s: %q is a dead end", p.Name, s.Stage)
		}
		if _, ok := s.Ways.of(s.Lapse, "", false); s.Lapse != "" && !ok {
			return fmt.Errorf("%s: %q lapses without a way", p.Name, s.Stage)
		}
	}
	for _, s := range p.Steps {
		if !reached[s.Stage] {
			return fmt.Errorf("%s: %q cannot be reached", p.Name, s.Stage)
		}
	}
	return nil
}

// An Edition is a procedure from a day on, built with the values in force on a day.
type Edition struct {
	N    int
	From string // day
	New  func(filed time.Time) *Procedure
}

// Editions are kept oldest first; none is ever removed while a case runs under it.
type Editions map[string][]Edition

// Of finds the edition a case runs under: its own once filed, today's before (DM-12.1).
func (es Editions) Of(name string, n int, filed, now time.Time) (*Procedure, error) {
	if n == 0 {
		filed = now
	}
	for _, e := range slices.Backward(es[name]) {
		if n == e.N || n == 0 && e.From <= filed.In(calendar.Zone).Format(time.DateOnly) {
			p := e.New(filed)
			p.Name, p.Edition = name, e.N
			return p, nil
		}
	}
	return nil, fmt.Errorf("casework: no edition %d of %q on %s", n, name, filed.Format(time.DateOnly))
}

// RoleName is the office as the regulations call it.
func RoleName(r org.Role) string {
	names := map[org.Role]string{
		org.ListOffice: "区委编办", org.Justice: "区司法局", org.Lead: "领导小组", org.Secretariat: "领导小组办公室", org.Convener: "联席会议召集人",
		org.CommitteeOffice: "区委办公室", org.GovernOffice: "区政府办公室", org.Discipline: "区纪委监委", org.Organisation: "区委组织部",
		org.Assessment: "区考核办", org.Conference: "联席会议", org.Owner: "申请单位",
	}
	return names[r]
}
