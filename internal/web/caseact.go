package web

import (
	"fmt"
	"slices"
	"strconv"

	"yidan/internal/calendar"
	"yidan/internal/casework"
	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/form"
	"yidan/internal/org"
	"yidan/internal/web/part"
)

// An acting is what an act is typed into. Every act asks for some of it.
type acting struct {
	Task   string `json:"task"`
	Unit   string `json:"unit"`
	Within string `json:"within"`
	Number string `json:"number"`
	Text   string `json:"text"`
}

// An actPage is the small page of one act.
type actPage struct {
	act    casework.Act
	about  string // the heading it is offered under
	text   string
	lead   string
	needs  []form.Field
	narrow func(m *matter) []int // the tasks it may be about; nil for no task
	do     func(q *Request, tx *db.Tx, c *casework.Case, x acting, a casework.Answer) error
}

func words(label, need string) form.Field {
	return form.Field{Name: "text", Label: label, Type: form.Text, Max: 1000, Need: need}
}

func unitField(label, need string) form.Field {
	return form.Field{Name: "unit", Label: label, Type: form.Select, Source: "units", Need: need}
}

var (
	taskField   = form.Field{Name: "task", Label: "针对哪一项", Type: form.Select, Source: "tasks", Need: "选择针对哪一项"}
	withinField = form.Field{Name: "within", Label: "时限（工作日）", Hint: "写数字，例如 5。不填为未设时限", Type: form.Line, Max: 3}
)

// actPages are the acts in the order in which they are offered.
var actPages = []actPage{
	{act: casework.ActUrge, about: "推动办理", text: "催办", lead: "提醒现在该办的单位。催办记入办理记录。", narrow: (*matter).pendingTasks,
		needs: []form.Field{{Name: "task", Label: "催谁", Type: form.Select, Source: "tasks", Hint: "不选为全部"}, words("说明", "")},
		do: func(_ *Request, _ *db.Tx, c *casework.Case, x acting, a casework.Answer) error {
			return c.Urge(x.task(), a)
		}},
	{act: casework.ActComment, about: "推动办理", text: "留言", lead: "留一句话，不改变办理进度。", needs: []form.Field{words("留言", "填写留言")},
		do: func(_ *Request, _ *db.Tx, c *casework.Case, _ acting, a casework.Answer) error { return c.Comment(a) }},
	{act: casework.ActAttach, about: "推动办理", text: "上传、去掉材料"},
	{act: casework.ActTakeBack, about: "推动办理", text: "拿回", lead: "别人还没有接着办的，可以拿回重办。", narrow: func(m *matter) []int { return m.MayTakeBack(m.q.Actor) },
		needs: []form.Field{taskField, words("说明", "")},
		do: func(_ *Request, _ *db.Tx, c *casework.Case, x acting, a casework.Answer) error {
			return c.TakeBack(x.task(), a)
		}},
	{act: casework.ActConsult, about: "征求和告知", text: "征求意见", lead: "请另一个单位提意见，本单位的时限照常计算。", narrow: (*matter).ownTasks,
		needs: []form.Field{taskField, unitField("征求哪个单位", "选择征求哪个单位的意见"), withinField, words("征求什么意见", "写明征求什么意见")},
		do: func(_ *Request, _ *db.Tx, c *casework.Case, x acting, a casework.Answer) error {
			t, err := x.term()
			if err != nil {
				return err
			}
			return c.Consult(x.task(), org.Unit(x.Unit), t, a)
		}},
	{act: casework.ActCorrect, about: "征求和告知", text: "要求补正", lead: "请申请单位补正，补正期间审核时限停止计算。",
		needs: []form.Field{withinField, words("要补正什么", "写明要补正什么")},
		do: func(_ *Request, _ *db.Tx, c *casework.Case, x acting, a casework.Answer) error {
			t, err := x.term()
			if err != nil {
				return err
			}
			return c.Correct(t, a)
		}},
	{act: casework.ActShow, about: "征求和告知", text: "告知单位", lead: "让一个单位看到本件，列入它的待阅。",
		needs: []form.Field{unitField("告知哪个单位", "选择告知哪个单位"), words("告知什么", "写明告知什么")},
		do: func(_ *Request, _ *db.Tx, c *casework.Case, x acting, a casework.Answer) error {
			return c.Show(org.Unit(x.Unit), a)
		}},
	{act: casework.ActPause, about: "时限", text: "中止计时", lead: "因法定或者客观情形暂停计时。由同意延期的单位在情形消除后恢复；不同意中止的，立即恢复。", narrow: (*matter).timedTasks,
		needs: []form.Field{taskField, words("中止的理由", "写明中止计时的理由")},
		do: func(_ *Request, _ *db.Tx, c *casework.Case, x acting, a casework.Answer) error {
			return c.Pause(x.task(), a)
		}},
	{act: casework.ActExtend, about: "时限", text: "申请延期", lead: "写明延长后一共多少个工作日，同意后按新的时限计算。", narrow: (*matter).timedTasks,
		needs: []form.Field{taskField, {Name: "within", Label: "延长到（工作日）", Type: form.Line, Max: 3, Need: "写明要延长到多少个工作日"}, words("延期的理由", "写明延期的理由")},
		do: func(_ *Request, _ *db.Tx, c *casework.Case, x acting, a casework.Answer) error {
			t, err := x.term()
			if err != nil {
				return err
			}
			return c.Extend(x.task(), t, a)
		}},
	{act: casework.ActAdd, about: "办理单位", text: "加签", lead: "这一步增加一个办理单位。",
		needs: []form.Field{unitField("增加哪个单位", "选择增加哪个单位"), words("说明", "")},
		do: func(_ *Request, _ *db.Tx, c *casework.Case, x acting, a casework.Answer) error {
			return c.Add(org.Unit(x.Unit), a)
		}},
	{act: casework.ActDrop, about: "办理单位", text: "减签", lead: "这一步减少一个办理单位，或者撤下一项征求、补正、中止、延期。规定的办理单位不能减。", narrow: func(m *matter) []int { return m.Droppable() },
		needs: []form.Field{taskField, words("减签的理由", "写明减签的理由")},
		do: func(_ *Request, _ *db.Tx, c *casework.Case, x acting, a casework.Answer) error {
			return c.Drop(x.task(), a)
		}},
	{act: casework.ActReassign, about: "办理单位", text: "转办", lead: "把本单位的这一项交给另一个单位，时限接着计算。", narrow: (*matter).ownTasks,
		needs: []form.Field{taskField, unitField("转给哪个单位", "选择转给哪个单位"), words("转办的理由", "写明转办的理由")},
		do: func(_ *Request, _ *db.Tx, c *casework.Case, x acting, a casework.Answer) error {
			return c.Reassign(x.task(), org.Unit(x.Unit), a)
		}},
	{act: casework.ActLink, about: "本件", text: "关联办件", lead: "关联另一件你看得到的办件，两边都能看到。",
		needs: []form.Field{{Name: "number", Label: "办件编号", Hint: "例如 准入〔2026〕017", Type: form.Line, Max: 40, Need: "填写“办件编号”"}, words("说明", "")},
		do: func(q *Request, tx *db.Tx, c *casework.Case, x acting, a casework.Answer) error {
			return q.Site.Cases.Tie(tx, c, x.Number, a)
		}},
	{act: casework.ActSeal, about: "本件", text: "限定查看", lead: "限定后，只有申请单位、被征求意见和被告知的单位看得到本件。", needs: []form.Field{words("理由", "写明限定查看范围的理由")},
		do: func(_ *Request, _ *db.Tx, c *casework.Case, _ acting, a casework.Answer) error {
			return c.Seal(!c.Sealed, a)
		}},
	{act: casework.ActArchive, about: "本件", text: "归档", lead: "归档后本件不再变动。", needs: []form.Field{words("说明", "")},
		do: func(_ *Request, _ *db.Tx, c *casework.Case, _ acting, a casework.Answer) error { return c.Archive(a) }},
}

// actOf finds an act by its name in the address.
func actOf(name string) (actPage, bool) {
	for _, a := range actPages {
		if string(a.act) == name {
			return a, true
		}
	}
	return actPage{}, false
}

func (a actPage) title(m *matter) string {
	if a.act == casework.ActSeal && m.Sealed {
		return "取消限定查看"
	}
	return a.text
}

// offers reports that an act is worth offering: allowed, and with something to be about.
func (m *matter) offers(a actPage) bool {
	return m.May(a.act, m.q.Actor) == nil && (a.narrow == nil || len(a.narrow(m)) > 0) && (a.act != casework.ActAttach || m.Archived.IsZero())
}

// pendingTasks are what others are asked: nobody urges himself.
func (m *matter) pendingTasks() (nos []int) {
	for _, no := range m.Pending() {
		if t, _ := m.Task(no); !m.q.Actor.Is(t.Party) {
			nos = append(nos, no)
		}
	}
	return nos
}

// ownTasks are the main tasks the actor is asked.
func (m *matter) ownTasks() (nos []int) {
	for _, t := range m.Asked(m.q.Actor) {
		if t.Kind == casework.Main {
			nos = append(nos, t.No)
		}
	}
	return nos
}

// timedTasks are those of them whose term runs: nothing else is stopped or extended.
func (m *matter) timedTasks() []int {
	return slices.DeleteFunc(m.ownTasks(), func(no int) bool { t, _ := m.Task(no); return t.Within.None() })
}

// layout is the form of an act: units and tasks to choose from.
func (m *matter) layout(a actPage) form.Layout {
	l := m.offer(form.Layout{{Key: string(a.act), Title: a.title(m), Fields: a.needs}})
	return withOptions(l, func(f form.Field) []form.Option {
		if f.Source == "units" { // nothing is left to oneself
			return slices.DeleteFunc(f.Options, func(o form.Option) bool { return o.Value == m.q.Actor.Unit })
		}
		if f.Source != "tasks" {
			return f.Options
		}
		var os []form.Option
		for _, no := range a.narrow(m) {
			t, _ := m.Task(no)
			os = append(os, form.Option{Value: strconv.Itoa(no), Label: m.party(t.Party) + "：" + m.asks(t)})
		}
		return os
	})
}

func (x acting) task() int {
	n, err := strconv.Atoi(x.Task)
	if err != nil {
		return 0
	}
	return n
}

// term is a number of working days; none where nothing was typed.
func (x acting) term() (calendar.Term, error) {
	if x.Within == "" {
		return calendar.Term{}, nil
	}
	n, err := strconv.Atoi(x.Within)
	if err != nil || n < 1 || n > 250 {
		return calendar.Term{}, fault.Join(fault.On("within", "", "时限写 1 到 250 之间的数字，单位是工作日"))
	}
	return calendar.WorkDays(n), nil
}

func (m *matter) actPage(a actPage, x acting) Reply {
	r := m.reply(Show(a.title(m), actBody(m, a, m.layout(a), x)))
	return r.Narrow()
}

func showAct(q *Request) (Reply, error) {
	a, ok := actOf(q.Path("act"))
	if !ok {
		return Reply{}, fault.Absent()
	}
	return q.onMatter(func(tx *db.Tx, m *matter) (Reply, error) {
		if err := m.May(a.act, m.q.Actor); err != nil {
			return Reply{}, err
		}
		if a.act == casework.ActAttach {
			return m.filesPage(tx)
		}
		x := acting{}
		if a.narrow != nil {
			if nos := a.narrow(m); len(nos) == 1 { // nothing to choose
				x.Task = strconv.Itoa(nos[0])
			}
		}
		return m.actPage(a, x), nil
	})
}

// doAct does an act; the engine decides, and what it refuses says why.
func doAct(q *Request) (Reply, error) {
	a, ok := actOf(q.Path("act"))
	if !ok || a.do == nil {
		return Reply{}, fault.Absent()
	}
	var x acting
	r, err := q.onCase(func(tx *db.Tx, c *casework.Case) (Receipt, error) {
		m, err := q.seen(tx, c)
		if err != nil {
			return Receipt{}, err
		}
		if err := m.May(a.act, m.q.Actor); err != nil {
			return Receipt{}, err
		}
		l, title := m.layout(a), a.title(m)
		q.Bind(l, &x)
		if err := fault.Join(l.Check(&x)...); err != nil {
			return Receipt{}, err
		}
		if err := a.do(q, tx, c, x, q.answer(x.Text)); err != nil {
			return Receipt{}, err
		}
		return receipt(c, done(title)), nil
	})
	if f, ok := fault.As(err); !ok || f.Kind == fault.Missing {
		return r, err
	}
	page, e := q.onMatter(func(_ *db.Tx, m *matter) (Reply, error) {
		if err := m.May(a.act, m.q.Actor); err != nil {
			return Reply{}, err
		}
		l := m.layout(a)
		q.Bind(l, &x)
		return m.actPage(a, x), nil
	})
	if e != nil {
		return Reply{}, err
	}
	return page, err
}

// filesPage is where attachments are added and taken away.
func (m *matter) filesPage(tx *db.Tx) (Reply, error) {
	own, others, err := m.removable(tx)
	if err != nil {
		return Reply{}, err
	}
	u := part.Upload{Name: "files", Label: "上传材料", Hint: fmt.Sprintf("可用格式：PDF、OFD、Word、Excel、JPG、PNG，每个不超过 50 MB，本件最多 %d 个", maxFiles), Accept: part.Documents, Files: own, Drop: "drop"}
	r := m.reply(Show("材料", filesBody(m, u, others)))
	return r.Narrow(), nil
}
