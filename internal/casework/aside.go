package casework

import (
	"fmt"
	"slices"
	"time"

	"yidan/internal/calendar"
	"yidan/internal/fault"
	"yidan/internal/org"
)

// An Act is what people may do to any case besides answering it.
type Act string

const (
	ActUrge     Act = "urge"      // 催办
	ActReassign Act = "reassign"  // 转办
	ActConsult  Act = "consult"   // 征求意见
	ActCorrect  Act = "correct"   // 补正
	ActPause    Act = "pause"     // 中止计时
	ActExtend   Act = "extend"    // 申请延期
	ActAdd      Act = "add"       // 加签
	ActDrop     Act = "drop"      // 减签
	ActTakeBack Act = "take-back" // 拿回
	ActComment  Act = "comment"   // 留言
	ActAttach   Act = "attach"    // 补充材料
	ActLink     Act = "link"      // 关联
	ActShow     Act = "show"      // 告知
	ActSeal     Act = "seal"      // 限定查看
	ActArchive  Act = "archive"   // 归档
)

// May says whether by may do an act to the case as it stands; the refusal says
// who may. Whether by may see the case at all is decided before.
//
//	who is asked now       consults, has put right, suspends (not where silence counts), asks for more time, hands on
//	who is asked or brought it  urges, attaches, comments, links
//	the list office        adds, drops, shows, restricts, archives, and all of the above but for others' answers
//
// An archived case takes nothing more; who may see it can still be said.
func (c *Case) May(act Act, by org.Actor) error {
	list, owner, asked := by.Holds(org.ListOffice), by.Is(c.Owner), len(c.asking(by)) > 0
	part := owner || list || slices.ContainsFunc(c.Tasks, func(t Task) bool { return by.Is(org.Party{Unit: t.Party.Unit, Role: t.Party.Role}) })
	closed := c.Stage == Closed
	no := func(who string) error {
		return &fault.Fault{Kind: fault.Refused, Cause: ErrNotYou, Text: "这一步不由你单位办理。" + who}
	}
	switch act {
	case ActTakeBack:
		given := func(t Task) bool { return t.By.Unit == by.Unit || t.Held.By.Unit == by.Unit }
		switch {
		case len(c.MayTakeBack(by)) > 0:
			return nil
		case !slices.ContainsFunc(c.Tasks, given):
			return fault.Refuse("", "你单位在本件里没有提过意见，没有可以拿回的")
		}
		return ErrActed
	case ActArchive:
		if !closed || !c.Archived.IsZero() {
			return fault.Refuse("", "办结以后才能归档，已归档的不用再归")
		}
		if !list && !owner {
			return no("归档由申请单位或者区委编办办理")
		}
		return nil
	case ActComment, ActLink, ActAttach:
		if !c.Archived.IsZero() {
			return fault.Refuse("", "本件已归档，不再变动")
		}
		if !part {
			return no("申请单位和被征求意见的单位可以留言、关联和补充材料")
		}
		return nil
	case ActSeal, ActShow:
		if !list && !(owner && by.Post == org.Leader) {
			return no("由区委编办或者申请单位负责人办理")
		}
		return nil
	}
	if closed || c.Filed.IsZero() {
		return ErrClosed
	}
	switch act {
	case ActUrge:
		if !part {
			return no("申请单位和参与办理的单位可以催办")
		}
	case ActAdd, ActDrop:
		if !list || owner {
			return no("增加或者减少征求意见的单位由区委编办办理")
		}
		if c.step().Ask == nil || c.step().Edits {
			return ErrVerdict
		}
		if act == ActAdd && c.step().Named {
			return fault.Refuse(c.step().Rule, "这一步由规定的单位办理，不能加签。要听其他单位的意见，由办理单位征求意见")
		}
	case ActConsult, ActCorrect, ActPause, ActExtend:
		if !asked {
			return no("由正在办理这一步的单位提出")
		}
		if (act == ActCorrect || act == ActPause) && slices.ContainsFunc(c.asking(by), func(t Task) bool { return t.Party == c.Owner }) {
			return ErrVerdict
		}
		if act == ActPause && c.step().Lapse != "" {
			return fault.Refuse(c.step().Rule, "这一步逾期未办的，如实记录，不能中止计时。时间不够的，申请延期")
		}
		if act == ActCorrect && c.step().Final {
			return fault.Refuse(c.step().Rule, "申请已经批准，内容不能再补正")
		}
	case ActReassign:
		if !asked {
			return no("由正在办理这一步的单位转办")
		}
		if !c.step().Movable {
			return fault.Refuse(c.step().Rule, "这一步由规定的单位办理，不能转给其他单位")
		}
	}
	return nil
}

// asking lists the open main tasks of this visit that are addressed to by.
func (c *Case) asking(by org.Actor) (ts []Task) {
	for _, no := range c.Pending() {
		if t := c.task(no); t.Kind == Main && t.Child == "" && c.mayAnswer(t, by) == nil {
			ts = append(ts, *t)
		}
	}
	return ts
}

// answerAside takes the answer to a side task.
func (c *Case) answerAside(t *Task, a Answer) error {
	ok := []Verdict{Done}
	if t.Kind == Grant || t.Kind == Extend {
		ok = []Verdict{Agree, Return}
	}
	if !slices.Contains(ok, a.Verdict) {
		return ErrVerdict
	}
	if a.Verdict == Return && a.Text == "" {
		return fault.Join(fault.On("text", "", "写明退回的理由"))
	}
	if t.Kind == Consult && a.Text == "" {
		return fault.Join(fault.On("text", "", "写明意见"))
	}
	kind, about, within := t.Kind, t.About, t.Within
	e := Event{At: a.At, By: a.By, Act: "aside", Task: t.No, Verdict: a.Verdict, Text: a.Text}
	if kind == Correct {
		if err := fault.Join(c.Procedure.Layout.Check(c.Form)...); err != nil {
			return err
		}
		if err := c.sound(); err != nil {
			return err
		}
		e.Form = raw(c.Form)
	}
	t.Answer = a
	c.note(e)
	switch {
	case kind == Grant && a.Verdict == Agree:
		c.task(about).Grants++
		return c.grant(about, a.At)
	case kind == Grant:
		c.release(about, a.At)
	case kind == Extend && a.Verdict == Agree:
		c.task(about).Within = within
	}
	return nil
}

// Granted is the signature (签发) by which the answer to a task counts, the last where
// there were several; the zero Answer where it needed none but its own.
func (c *Case) Granted(no int) (g Answer) {
	for _, t := range c.Tasks {
		if t.Kind == Grant && t.About == no && t.Verdict == Agree {
			g = t.Answer
		}
	}
	return g
}

// AsideWays are the verdicts a side task takes, as buttons.
func AsideWays(k Kind) Ways {
	switch k {
	case Grant:
		return Ways{{On: Agree, Label: "签发", Hint: "意见生效"}, {On: Return, Label: "退回经办", Hint: "写明理由，由经办人重拟", Words: "写明退回的理由"}}
	case Extend:
		return Ways{{On: Agree, Label: "同意延期", Hint: "按申请的时限重新计算"}, {On: Return, Label: "不同意", Words: "写明不同意的理由"}}
	case Correct:
		return Ways{{On: Done, Label: "补正完成", Hint: "修改后的申请交回，计时继续"}}
	case Pause:
		return Ways{{On: Done, Label: "恢复计时", Hint: "情形消除，计时继续"}}
	}
	return Ways{{On: Done, Label: "提出意见", Hint: "意见交回征求单位", Words: "写明意见"}}
}

// Consult asks another unit's view on a task; Words say what about.
func (c *Case) Consult(about int, p org.Party, within calendar.Term, a Answer) error {
	return c.aside(ActConsult, Consult, about, p, within, a, "写明征求什么意见")
}

// Correct asks the applicant to put the application right; the clock of every
// open task of the round stands still meanwhile.
func (c *Case) Correct(within calendar.Term, a Answer) error {
	return c.aside(ActCorrect, Correct, 0, c.Owner, within, a, "写明要补正什么")
}

// Pause stops the clock of a task until it is lifted. The regulations fix terms and
// name no suspension: nobody stretches a term of his own, so whoever would grant more
// time has the pause in its inbox, and lifts it at once where it does not consent.
func (c *Case) Pause(about int, a Answer) error {
	return c.aside(ActPause, Pause, about, c.Overseer(a.By), calendar.Term{}, a, "写明中止计时的理由")
}

// Overseer is who grants more time to an actor, and lifts a pause of his.
func (c *Case) Overseer(by org.Actor) org.Party {
	r := c.Procedure.Lifter
	if r == "" {
		r = org.ListOffice
	}
	if by.Holds(r) || c.Procedure.Holder != nil && c.Procedure.Holder(r) == c.Owner.Unit {
		r = org.Lead
	}
	return c.Party(r)
}

// Extend asks for more time on a task: the whole term it would then have.
func (c *Case) Extend(about int, within calendar.Term, a Answer) error {
	if within.None() {
		return fault.Join(fault.On("within", "", "写明要延长到多少个工作日"))
	}
	return c.aside(ActExtend, Extend, about, c.Overseer(a.By), within, a, "写明延期的理由")
}

func (c *Case) aside(act Act, k Kind, about int, p org.Party, within calendar.Term, a Answer, need string) error {
	if err := c.May(act, a.By); err != nil {
		return err
	}
	if a.Text == "" {
		return fault.Join(fault.On("text", "", "%s", need))
	}
	if about != 0 {
		t, err := c.pending(about, a.By)
		if err != nil {
			return err
		}
		if c.mayAnswer(t, a.By) != nil {
			return ErrNotYou
		}
	}
	for _, t := range c.Tasks {
		if t.Round == c.Round && t.Kind == k && t.About == about && t.Party == p && t.Verdict == "" {
			return fault.Clash("已经提出过，正在等%s答复", c.naming(p))
		}
	}
	c.note(Event{At: a.At, By: a.By, Act: string(act), Task: about, Text: a.Text})
	c.ask(Task{Party: p, Kind: k, About: about, Within: within, Words: a.Text}, a.At)
	return nil
}

func (c *Case) naming(p org.Party) string {
	if p.Role != "" {
		return org.RoleName(p.Role)
	}
	return "对方"
}

// Add asks one more unit while the stage is open: 加签.
func (c *Case) Add(p org.Party, a Answer) error {
	if err := c.May(ActAdd, a.By); err != nil {
		return err
	}
	for _, t := range c.round() {
		if t.Party == p {
			return fault.Clash("这个单位已经在办理单位中")
		}
	}
	c.note(Event{At: a.At, By: a.By, Act: string(ActAdd), Text: a.Text})
	c.ask(Task{Party: p, Within: c.step().Within, Words: a.Text}, a.At)
	return nil
}

// Drop asks a party no longer: 减签. The last one stays, and so does an office
// that the regulation names.
func (c *Case) Drop(no int, a Answer) error {
	if err := c.May(ActDrop, a.By); err != nil {
		return err
	}
	t, err := c.pending(no, a.By)
	if err != nil {
		return err
	}
	if a.Text == "" {
		return fault.Join(fault.On("text", "", "写明减签的理由"))
	}
	if err := c.stays(t); err != nil {
		return err
	}
	c.callOffChild(no, a.At)
	c.release(no, a.At)
	t.Answer = Answer{Verdict: Dropped, Text: a.Text, By: a.By, At: a.At}
	c.note(Event{At: a.At, By: a.By, Act: string(ActDrop), Task: no, Verdict: Dropped, Text: a.Text})
	return c.settle(a.At)
}

// stays says why a task is not to be dropped; nil where it may be.
func (c *Case) stays(t *Task) error {
	switch {
	case t.Kind == Grant:
		return &fault.Fault{Kind: fault.Refused, Cause: ErrVerdict, Text: "签发是办理单位内部的一步，不能减签。不再要这个单位的意见，减去它的办理"}
	case t.Kind == Main && t.Party.Role != "":
		return &fault.Fault{Kind: fault.Refused, Rule: c.step().Rule, Cause: ErrVerdict, Text: org.RoleName(t.Party.Role) + "是规定的办理单位，不能减签"}
	case t.Kind == Main && len(c.round()) == 1:
		return ErrNobody
	}
	return nil
}

// Droppable lists the open tasks that may be dropped.
func (c *Case) Droppable() []int {
	return slices.DeleteFunc(c.Pending(), func(no int) bool { return c.stays(c.task(no)) != nil })
}

// Reassign hands a task to another unit; its clock runs on: 转办.
func (c *Case) Reassign(no int, p org.Party, a Answer) error {
	if err := c.May(ActReassign, a.By); err != nil {
		return err
	}
	t, err := c.pending(no, a.By)
	if err != nil {
		return err
	}
	if c.mayAnswer(t, a.By) != nil {
		return ErrNotYou
	}
	if t.Held.Verdict != "" {
		return ErrWaiting
	}
	if a.Text == "" {
		return fault.Join(fault.On("text", "", "写明转办的理由"))
	}
	if p == t.Party || p.Unit != "" && p.Unit == c.Owner.Unit {
		return fault.Refuse(c.step().Rule, "不能转给申请单位或者本单位")
	}
	c.note(Event{At: a.At, By: a.By, Act: string(ActReassign), Task: no, Text: a.Text, Data: raw(map[string]org.Party{"from": t.Party, "to": p})})
	t.Party = p
	return nil
}

// TakeBack undoes one's own answer before anybody acted on it: 拿回.
func (c *Case) TakeBack(no int, a Answer) error {
	if no < 1 || no > len(c.Tasks) {
		return ErrClosed
	}
	t := c.task(no)
	if t.Kind != Main || !a.By.Is(t.Party) || a.By.Unit != t.By.Unit && a.By.Unit != t.Held.By.Unit {
		return ErrNotYou // also what a child case or silence has answered
	}
	back := t.Round != c.Round
	if c.brought(t) {
		return ErrActed
	}
	if back {
		if t.Round != c.Prev || c.Stage == Closed || c.acted() {
			return ErrActed
		}
		for i := range c.Tasks {
			switch u := &c.Tasks[i]; {
			case u.Round == c.Round:
				u.Answer = Answer{Verdict: Void, At: a.At}
			case u.Round == t.Round && u.Verdict == Void && u.At.Equal(t.At):
				u.Answer = Answer{} // fell away when the stage was left
			}
		}
	}
	c.note(Event{At: a.At, By: a.By, Act: string(ActTakeBack), To: t.Stage, Task: no, Text: a.Text})
	if back {
		c.Stage, c.Round, c.Prev = t.Stage, t.Round, 0
	}
	t.Answer = Answer{}
	c.release(no, a.At)
	return nil
}

// MayTakeBack lists the tasks whose answer by could take back now.
func (c *Case) MayTakeBack(by org.Actor) (nos []int) {
	for _, t := range c.Tasks {
		given := t.By.Unit == by.Unit && t.Verdict != "" || t.Held.By.Unit == by.Unit && t.Held.Verdict != ""
		if t.Kind != Main || !given || !by.Is(t.Party) || c.Stage == Closed {
			continue
		}
		if t.Round == c.Round && !c.brought(&t) || t.Round == c.Prev && !c.acted() {
			nos = append(nos, t.No)
		}
	}
	return nos
}

// brought reports whether an answer that moved nothing had effect when it came:
// it is not taken back, for what it brought about stays.
func (c *Case) brought(t *Task) bool {
	if t.Round != c.Round || t.Verdict == "" {
		return false
	}
	w, ok := c.step().Ways.of(t.Verdict, t.Matter, false)
	return ok && w.To == Here && w.Effect != nil
}

// acted reports whether anybody has answered, or is answering, in this visit.
func (c *Case) acted() bool {
	return slices.ContainsFunc(c.Tasks, func(t Task) bool {
		return t.Round == c.Round && (t.Verdict != "" || t.Held.Verdict != "" || t.Child != "")
	})
}

// release lets go of a held answer and of whoever was asked to grant it.
func (c *Case) release(no int, now time.Time) {
	c.task(no).Held = Answer{}
	for i := range c.Tasks {
		if s := &c.Tasks[i]; s.Kind == Grant && s.About == no && s.Verdict == "" {
			s.Answer = Answer{Verdict: Void, At: now}
		}
	}
}

// Urge reminds whoever is asked: 催办. no 0 urges all.
func (c *Case) Urge(no int, a Answer) error {
	if err := c.May(ActUrge, a.By); err != nil {
		return err
	}
	if no != 0 {
		if _, err := c.pending(no, a.By); err != nil {
			return err
		}
	}
	c.note(Event{At: a.At, By: a.By, Act: string(ActUrge), Task: no, Text: a.Text})
	return nil
}

// Comment keeps a word that moves nothing.
func (c *Case) Comment(a Answer) error {
	if err := c.May(ActComment, a.By); err != nil {
		return err
	}
	if a.Text == "" {
		return fault.Join(fault.On("text", "", "填写留言"))
	}
	c.note(Event{At: a.At, By: a.By, Act: string(ActComment), Text: a.Text})
	return nil
}

// Attached notes that a file was added or removed.
func (c *Case) Attached(name string, a Answer) error {
	if err := c.May(ActAttach, a.By); err != nil {
		return err
	}
	c.note(Event{At: a.At, By: a.By, Act: string(ActAttach), Text: name})
	return nil
}

// correcting reports that somebody is asked to put the form right just now.
func (c *Case) correcting() bool {
	return slices.ContainsFunc(c.Pending(), func(no int) bool { return c.task(no).Kind == Correct })
}

// MayRemove refuses to take a file off a case on which others rely: what an answer was
// signed on, and all else once the stage is left in which it was added. Whoever is
// asked for the form may replace what belongs to it.
func (c *Case) MayRemove(file string, added Stage, by org.Actor) error {
	signed := slices.ContainsFunc(c.Tasks, func(t Task) bool { return t.Paper != nil && t.Paper.Scan == file })
	if !signed && (c.Stage == added && c.Stage != Closed || by.Is(c.Owner) && c.MayRevise(by)) {
		return nil
	}
	return fault.Refuse("", "材料已经交出去办理，不能去掉。要更正的，补充新的材料；要换的，由办理单位退回或者要求补正以后再换")
}

// Seal restricts who may see the case to those who were asked or shown it; a
// reason is kept.
func (c *Case) Seal(on bool, a Answer) error {
	if err := c.May(ActSeal, a.By); err != nil {
		return err
	}
	if a.Text == "" {
		return fault.Join(fault.On("text", "", "写明限定查看范围的理由"))
	}
	if c.Sealed == on {
		return ErrClosed
	}
	c.Sealed = on
	c.note(Event{At: a.At, By: a.By, Act: string(ActSeal), Text: a.Text, Data: raw(map[string]bool{"sealed": on})})
	return nil
}

// Show lets a unit see the case and tells it so: 告知.
func (c *Case) Show(p org.Party, a Answer) error {
	if err := c.May(ActShow, a.By); err != nil {
		return err
	}
	c.seen = append(c.seen, p)
	c.note(Event{At: a.At, By: a.By, Act: string(ActShow), Text: a.Text, Data: raw(p)})
	return nil
}

// Tells lets a unit see the case and puts it among what it is to read, as an
// effect of a way.
func (c *Case) Tells(p org.Party, text string) {
	c.seen = append(c.seen, p)
	c.note(Event{At: c.now, Act: string(ActShow), Text: text, Data: raw(p)})
}

// Archive closes the file of a closed case: 归档.
func (c *Case) Archive(a Answer) error {
	if err := c.May(ActArchive, a.By); err != nil {
		return err
	}
	c.Archived = a.At
	c.note(Event{At: a.At, By: a.By, Act: string(ActArchive), Text: a.Text})
	return nil
}

// Remark keeps a line that the system writes by rule; it has no author.
func (c *Case) Remark(act, text string, now time.Time) {
	c.note(Event{At: now, Act: act, Text: text})
}

// Bring opens a case that comes from this one but that it does not wait for, and
// hands it in for its owner with the answer by which this one was moved.
func (c *Case) Bring(p *Procedure, owner org.Party, form any, a Answer) {
	c.told = append(c.told, errand{c.Pass(p, owner, form), func(o *Case) error {
		return o.Answer(1, Answer{Verdict: Submit, Text: a.Text, By: a.By, At: a.At})
	}})
}

// Pass opens a case that comes from this one, that it does not wait for and that
// its owner did not bring: its procedure files it as it comes. It returns its id.
func (c *Case) Pass(p *Procedure, owner org.Party, form any) string {
	ch := &Case{ID: fmt.Sprintf("%s-%d", c.ID, c.Version*100+len(c.opened)), Procedure: p, Owner: owner, Form: form, Parent: Ref{Case: c.ID}}
	c.opened = append(c.opened, ch)
	return ch.ID
}

// Tell takes a way of another case on behalf of a role, in the same
// transaction. A case that has closed meanwhile only notes it.
func (c *Case) Tell(id string, as org.Role, v Verdict, text string) {
	by, now := org.Actor{Name: c.Number, Roles: []org.Role{as}}, c.now
	c.told = append(c.told, errand{id, func(o *Case) error {
		a := Answer{Verdict: v, Text: text, By: by, At: now}
		if o.Stage == Closed {
			o.note(Event{At: now, By: by, Act: "told", Verdict: v, Text: text})
			return nil
		}
		if as == org.Owner {
			a.By.Unit = o.Owner.Unit
		}
		return o.Take(a)
	}})
}

// Parties lists everybody who was ever asked, without repetition.
func (c *Case) Parties() (ps []org.Party) {
	for _, t := range c.Tasks {
		if p := (org.Party{Unit: t.Party.Unit, Role: t.Party.Role}); !slices.Contains(ps, p) {
			ps = append(ps, p)
		}
	}
	return ps
}
