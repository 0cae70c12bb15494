package web

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"yidan/internal/calendar"
	"yidan/internal/casework"
	"yidan/internal/db"
	"yidan/internal/form"
	"yidan/internal/org"
	"yidan/internal/web/part"
)

// sayTime is a moment as people read it. What ends with a day is 24:00 of that
// day, not 0:00 of the next; the year is said when it is not the present one.
func sayTime(t, now time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(calendar.Zone)
	clock := t.Format("15:04")
	if t.Hour() == 0 && t.Minute() == 0 && t.Second() == 0 {
		t, clock = t.Add(-time.Second), "24:00"
	}
	day := t.Format("1月2日")
	if t.Year() != now.In(calendar.Zone).Year() {
		day = t.Format("2006年1月2日")
	}
	return day + " " + clock
}

// party is who is meant, by the name people use: a unit's short one, an office as
// the regulations call it.
func (m *matter) party(p org.Party) string {
	name := m.dir.Called(p.Unit)
	if p.Role != "" {
		name = org.RoleName(p.Role)
	}
	if p.Post == org.Leader {
		name += " 负责人"
	}
	return name
}

// asks is what a task asks for, in words.
func (m *matter) asks(t casework.Task) string {
	if t.Kind != casework.Main {
		if about, ok := m.Task(t.About); ok && t.Kind == casework.Grant && about.Held.Verdict != "" && (about.Held.By.Unit == m.q.Actor.Unit || m.q.Actor.Is(t.Party)) {
			return string(t.Kind) + "“" + m.Procedure.Said(about.Stage, about.Matter, about.Held.Verdict) + "”"
		}
		if t.Kind == casework.Extend {
			return fmt.Sprintf("%s（延长到 %s）", t.Kind.Asks(), t.Within)
		}
		return t.Kind.Asks()
	}
	if t.Matter != "" {
		return t.Matter
	}
	if s := m.Procedure.Step(t.Stage); s != nil {
		return s.Title
	}
	return m.Procedure.Title
}

// returned is who sent the case back to this visit, each with what it said.
func (m *matter) returned() (fs []part.Fact) {
	for _, t := range m.before() {
		if t.Verdict == casework.Return {
			fs = append(fs, part.Fact{Label: m.party(t.Party) + " " + m.Procedure.Said(t.Stage, t.Matter, t.Verdict), Text: t.Text})
		}
	}
	return fs
}

// heard is what else was said in the visit before: the townships' opinions, for
// whoever applies on them.
func (m *matter) heard() (os []part.Opinion) {
	for _, t := range m.before() {
		if t.Party != m.Owner && !slices.Contains([]casework.Verdict{"", casework.Return, casework.Void, casework.Dropped}, t.Verdict) {
			os = append(os, m.opinion(t))
		}
	}
	return os
}

// before are the tasks of the visit before this one.
func (m *matter) before() (ts []casework.Task) {
	last := 0
	for _, t := range m.Tasks {
		if t.Kind == casework.Main && t.Round < m.Round {
			last = max(last, t.Round)
		}
	}
	for _, t := range m.Tasks {
		if t.Kind == casework.Main && t.Round == last {
			ts = append(ts, t)
		}
	}
	return ts
}

// sentBack is why the leader did not sign what was answered to a task; "" where it
// was not sent back.
func (m *matter) sentBack(t casework.Task) (why string) {
	for _, g := range m.Tasks {
		if g.Kind == casework.Grant && g.About == t.No && g.Verdict == casework.Return {
			why = g.Text
		}
	}
	return why
}

// light is how a task stands with time.
func (m *matter) light(t casework.Task) calendar.Light {
	return calendar.LightOf(m.q.Now, m.Due(t.No, m.env.Calendar), m.env.Calendar, m.env.Near)
}

// reckoning is how a task's deadline was counted; nil where it has none.
func (m *matter) reckoning(t casework.Task) *part.Why {
	if t.Within.None() {
		return nil
	}
	x := m.env.Calendar.Explain(t.From, t.Within, m.Stops(t.No))
	if s := m.Procedure.Step(t.Stage); s != nil && t.Kind == casework.Main {
		if from := m.source(s.ValueOf(t.Matter), t.Within); from != "" {
			x.Clauses = slices.Insert(x.Clauses, 0, calendar.Clause{Text: "时限是 " + t.Within.String(), Source: from})
		}
	}
	return &x
}

// source says what a term rests on that comes from a parameter: as it stood when the
// case was filed.
func (m *matter) source(value string, t calendar.Term) string {
	filed := m.Filed
	if filed.IsZero() {
		filed = m.q.Now
	}
	return m.env.Source(value, t, filed)
}

// deadline is the first of the deadlines that the case is waiting for.
func (m *matter) deadline() (first casework.Task, ok bool) {
	var at time.Time
	for _, no := range m.Pending() {
		t, _ := m.Task(no)
		d := m.Due(no, m.env.Calendar)
		if t.Kind != casework.Main || d.At.IsZero() && !d.Stopped {
			continue
		}
		if !ok || d.At.Before(at) {
			first, at, ok = t, d.At, true
		}
	}
	return first, ok
}

// opinions are the answers given so far, the newest first, silence among them.
func (m *matter) opinions() (os []part.Opinion) {
	for _, t := range slices.Backward(m.Tasks) {
		if t.Verdict == "" || t.Verdict == casework.Void || t.Party == m.Owner || t.Kind == casework.Grant {
			continue
		}
		os = append(os, m.opinion(t))
	}
	return os
}

func (m *matter) opinion(t casework.Task) part.Opinion {
	name := m.party(t.Party)
	o := part.Opinion{
		Who: name, Short: short(m.dir.Called(t.By.Unit), name), Verdict: m.Procedure.Said(t.Stage, t.Matter, t.Verdict), At: sayTime(t.At, m.q.Now), Text: m.words(t),
		Yes: slices.Contains([]casework.Verdict{casework.Agree, casework.Done}, t.Verdict),
		No:  slices.Contains([]casework.Verdict{casework.Object, casework.Reject, casework.Return}, t.Verdict),
	}
	if t.Kind != casework.Main {
		o.Verdict = asideText(t.Kind, t.Verdict)
		o.Text = "（" + string(t.Kind) + "：" + t.Words + "）\n" + t.Text
	}
	switch {
	case t.Verdict == casework.Silent:
		o.Short, o.Text, o.Quiet = short("", name), m.lapsed(t.Stage)+"。", true
	case t.Paper != nil:
		o.Signed = fmt.Sprintf("纸质签批：%s，%s", t.Paper.Signer, part.Day(t.Paper.On))
	case t.By.Name != "":
		o.Signed = t.By.Name
		if g := m.Granted(t.No).By; g.Name != "" {
			o.Signed = fmt.Sprintf("%s起草，%s签发", t.By.Name, g.Name)
		}
	}
	if o.Signed == name {
		o.Signed = ""
	}
	return o
}

func asideText(k casework.Kind, v casework.Verdict) string {
	for _, w := range casework.AsideWays(k) {
		if w.On == v {
			return w.Text()
		}
	}
	return string(v)
}

// short is a name of two characters for the round mark beside an opinion.
func short(called, name string) string {
	s := cmp.Or(called, name)
	for _, head := range []string{"区委", "区"} {
		if rest, ok := strings.CutPrefix(s, head); ok && utf8.RuneCountInString(rest) >= 2 {
			s = rest
			break
		}
	}
	if utf8.RuneCountInString(s) > 2 {
		s = string([]rune(s)[:2])
	}
	return s
}

// words are what an answer says: its text, and what its sheet was filled in with.
func (m *matter) words(t casework.Task) string {
	lines := []string{}
	if t.Text != "" {
		lines = append(lines, t.Text)
	}
	if s := m.sheetOf(t.Stage, t.Matter, t.Verdict); s != nil && t.Data != nil {
		lines = append(lines, m.filled(s.Layout, t.Data)...)
	}
	return strings.Join(lines, "\n")
}

// sheetOf is what an answer was filled into; nil where it was words alone.
func (m *matter) sheetOf(s casework.Stage, matter string, v casework.Verdict) *casework.Sheet {
	step := m.Procedure.Step(s)
	if step == nil {
		return nil
	}
	for _, w := range step.Ways {
		if w.On == v && (w.For == "" || w.For == matter) && w.Sheet != nil {
			return w.Sheet
		}
	}
	return nil
}

// saidIn is all that was said in an event: its words and what was filled in with them.
func (m *matter) saidIn(e casework.Event) string {
	t, _ := m.Task(e.Task)
	s := m.sheetOf(e.Stage, t.Matter, e.Verdict)
	if s == nil || len(e.Data) == 0 || e.Act != "answer" && e.Act != "take" {
		return e.Text
	}
	data := s.New()
	if json.Unmarshal(e.Data, data) != nil {
		return e.Text
	}
	lines := m.filled(s.Layout, data)
	if e.Text != "" {
		lines = append([]string{e.Text}, lines...)
	}
	return strings.Join(lines, "\n")
}

// toSign is the whole answer that a task asks to sign, its sheet included; what else a
// task says of itself where it is no signature.
func (m *matter) toSign(t casework.Task) string {
	if t.Kind != casework.Grant {
		return t.Words
	}
	about, _ := m.Task(t.About)
	about.Answer = about.Held
	return m.words(about)
}

// filled are the fields of a sheet in words, one a line.
func (m *matter) filled(l form.Layout, data any) (lines []string) {
	for _, f := range m.offer(l).Fields() {
		if !form.Asked(data, f) {
			continue
		}
		if text := part.Said(f, data); text != "" {
			lines = append(lines, f.Label+"："+text)
		}
	}
	return lines
}

// acts are what the lines of the timeline say, by act.
var actWords = map[string]string{
	"open": "起草", "take-back": "拿回", "call-off": "撤销办理", "hear": "收到关联办件的结果", "told": "收到通知", "recount": "重算时限", "held": "意见送签", "remind": "提醒", "pass": "没有要征求的单位", "stand-in": "回避改派", "succeed": "撤并改派",
	string(casework.ActUrge): "催办", string(casework.ActReassign): "转办", string(casework.ActConsult): "征求意见", string(casework.ActCorrect): "要求补正",
	string(casework.ActPause): "中止计时", string(casework.ActExtend): "申请延期", string(casework.ActAdd): "加签", string(casework.ActDrop): "减签",
	string(casework.ActComment): "留言", string(casework.ActAttach): "材料", string(casework.ActLink): "关联办件", string(casework.ActShow): "告知",
	string(casework.ActArchive): "归档", string(casework.ActSeal): "限定查看",
}

// deed is what an event was, in words without who did it.
func (m *matter) deed(e casework.Event) string {
	t, _ := m.Task(e.Task)
	switch e.Act {
	case "answer", "take":
		return m.Procedure.Said(e.Stage, t.Matter, e.Verdict)
	case "aside":
		if t.Kind == casework.Grant {
			return asideText(t.Kind, e.Verdict)
		}
		return string(t.Kind) + "：" + asideText(t.Kind, e.Verdict)
	case "lapse":
		return string(e.Verdict)
	case "pass":
		if said := m.Procedure.Said(e.Stage, "", e.Verdict); said != string(e.Verdict) {
			return said
		}
	case string(casework.ActShow):
		var p org.Party
		if json.Unmarshal(e.Data, &p) == nil {
			return "告知" + m.party(p)
		}
	case string(casework.ActReassign):
		var p struct{ To org.Party }
		if json.Unmarshal(e.Data, &p) == nil {
			return "转办给" + m.party(p.To)
		}
	case string(casework.ActSeal):
		var on struct{ Sealed bool }
		if json.Unmarshal(e.Data, &on) == nil && !on.Sealed {
			return "取消限定查看"
		}
	case string(casework.ActDrop), string(casework.ActUrge):
		if e.Task > 0 {
			return actWords[e.Act] + "：" + m.party(t.Party)
		}
	case string(casework.ActConsult):
		if t, ok := m.brought(e, casework.Consult); ok {
			return "征求" + m.party(t.Party) + "意见"
		}
	case string(casework.ActPause):
		if t, ok := m.brought(e, casework.Pause); ok {
			return "中止计时，由" + m.party(t.Party) + "恢复"
		}
	case string(casework.ActExtend):
		if t, ok := m.brought(e, casework.Extend); ok {
			return fmt.Sprintf("请%s同意延长到 %s", m.party(t.Party), t.Within)
		}
	case string(casework.ActAdd):
		if t, ok := m.brought(e, casework.Main); ok {
			return "加签" + m.party(t.Party)
		}
	case string(casework.ActCorrect):
		return "要求" + m.party(m.Owner) + "补正"
	}
	return cmp.Or(actWords[e.Act], "系统记录")
}

// brought is the task that an event asked for, the last of those that began with it.
func (m *matter) brought(e casework.Event, k casework.Kind) (casework.Task, bool) {
	for _, t := range slices.Backward(m.Tasks) {
		began := t.From.Truncate(time.Microsecond) // as events are kept
		if t.Kind == k && began.Equal(e.At) && t.Round == e.Round && t.Words == e.Text && (k == casework.Main || t.About == e.Task) {
			return t, true
		}
	}
	return casework.Task{}, false
}

// timeline is what happened to the case as the reader may know it: what a unit
// drafts, and what its leader says of that, is its own until it is signed.
func (m *matter) timeline(tx *db.Tx) ([]casework.Event, error) {
	es, err := casework.Timeline(tx, m.ID)
	for i := range es {
		switch e := &es[i]; {
		case e.By.Unit == "" || e.By.Unit == m.q.Actor.Unit:
		case e.Act == "answer" && m.unsignedAnswer(es[i:]):
			e.Act, e.Text, e.Data, e.Form = "held", "", nil, nil
		case e.Act == "aside" && e.Verdict != casework.Agree:
			if t, _ := m.Task(e.Task); t.Kind == casework.Grant {
				e.Text, e.Data = "", nil
			}
		}
	}
	return es, err
}

// unsignedAnswer reports whether the answer that es begins with waits for a
// signature or was sent back without one.
func (m *matter) unsignedAnswer(es []casework.Event) bool {
	e, again := es[0], time.Time{}
	if i := slices.IndexFunc(es[1:], func(x casework.Event) bool { return x.Act == "answer" && x.Task == e.Task }); i >= 0 {
		again = es[1+i].At
	}
	return slices.ContainsFunc(m.Tasks, func(t casework.Task) bool {
		return t.Kind == casework.Grant && t.About == e.Task && !t.From.Before(e.At) && (again.IsZero() || t.From.Before(again)) && t.Verdict != casework.Agree
	})
}

// doer is who did what an event tells of.
func (m *matter) doer(e casework.Event) string {
	t, ok := m.Task(e.Task)
	switch {
	case ok && t.Party.Unit != "" && slices.Contains(m.dir.Former(e.By.Unit, m.day), t.Party.Unit):
		return e.By.Name + "（承继" + m.dir.Called(t.Party.Unit) + "）"
	case e.By.Name != "":
		return e.By.Name
	case ok && e.Act == "lapse":
		return m.party(t.Party)
	}
	return "系统"
}

// lapsed is what is said of silence at a stage.
func (m *matter) lapsed(s casework.Stage) string {
	text := "时限届满，系统按期记录"
	if means := m.Procedure.Silence(s); means != "" {
		text += "，" + means
	}
	return text
}

// log is the timeline, the newest first.
func (m *matter) log(es []casework.Event) (all []part.Entry) {
	for _, e := range slices.Backward(es) {
		x := part.Entry{At: sayTime(e.At, m.q.Now), Text: m.doer(e) + "：" + m.deed(e), More: m.saidIn(e)}
		if e.Act == "lapse" { // its words are the article
			x.Rule, x.More = e.Text, m.lapsed(e.Stage)+"。"
		}
		if e.To != e.Stage { // what was taken back within a stage went nowhere
			if s := m.Procedure.Step(e.To); s != nil {
				x.Text += "，转入“" + s.Title + "”"
			} else if e.To == casework.Closed {
				x.Text += "，办结"
			}
		}
		all = append(all, x)
	}
	return all
}

// steps are the progress line; drawn has what the drawing tells of each besides.
func (m *matter) steps(drawn bool) (ss []part.Step) {
	for _, k := range m.Progress(m.env.Calendar) {
		x := part.Step{Title: k.Title, Note: k.Detail, State: k.State}
		if drawn {
			x.Rule = k.Rule
			if s := m.Procedure.Step(k.Stage); s != nil {
				x.Who, x.Output, x.Term = m.whom(s), outputs(s), cmp.Or(termsOf(m.Procedure, s, m.source), "未设时限（区内尚未约定）")
			}
		}
		ss = append(ss, x)
	}
	return ss
}

// termsOf are the terms of a step, each with what it rests on.
func termsOf(p *casework.Procedure, s *casework.Step, source func(value string, t calendar.Term) string) string {
	say := func(head, value string, t calendar.Term) string {
		if t.None() {
			return ""
		}
		if from := source(value, t); from != "" {
			return head + t.String() + "（" + from + "）"
		}
		return head + t.String()
	}
	if s.Values == nil {
		return say("", s.Value, s.Within)
	}
	var all []string
	for _, t := range s.Ask(&casework.Case{Procedure: p, Stage: s.Stage, Form: p.Form()}) {
		if x := say(t.Matter+" ", s.ValueOf(t.Matter), t.Within); x != "" {
			all = append(all, x)
		}
	}
	return strings.Join(all, "；")
}

// whom are the parties that a step asks.
func (m *matter) whom(s *casework.Step) string {
	var names []string
	if s.Ask == nil {
		return ""
	}
	for _, t := range s.Ask(m.Case) {
		if n := m.party(t.Party); !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	return strings.Join(names, "、")
}

// outputs are where the answers of a step lead.
func outputs(s *casework.Step) string {
	var all []string
	for _, w := range s.Ways {
		if text := w.Text(); w.Taker == "" && w.On != s.Lapse && !slices.Contains(all, text) {
			all = append(all, text)
		}
	}
	return strings.Join(all, "；")
}
