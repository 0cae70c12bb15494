package web

import (
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"yidan/internal/audit"
	"yidan/internal/calendar"
	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/form"
	"yidan/internal/org"
	"yidan/internal/web/part"
)

// moment is an instant as people read it: 2026年11月24日 14:31.
func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(calendar.Zone).Format("2006年1月2日 15:04")
}

// clock is the time of day of an instant: 14:31.
func clock(t time.Time) string { return t.In(calendar.Zone).Format("15:04") }

// actions are what the record tells of, in words, in the order of the filter.
var actions = []form.Option{
	{Value: "session.sign-in", Label: "登录"}, {Value: "session.sign-out", Label: "退出"}, {Value: "session.switch", Label: "切换职务"}, {Value: "session.step-up", Label: "再次确认本人"},
	{Value: "session.password", Label: "设置密码"}, {Value: "session.lock", Label: "账号锁定"}, {Value: "session.unlock", Label: "解除锁定"}, {Value: "session.kill", Label: "退出所有登录"},
	{Value: "session.factor-on", Label: "开启动态码"}, {Value: "session.factor-off", Label: "关闭动态码"}, {Value: "session.recovery-code", Label: "使用备用码"}, {Value: "session.rules", Label: "修改登录规则"},
	{Value: "setup.issue", Label: "发管理员启用码"}, {Value: "code.use", Label: "使用启用码"},
	{Value: "person.add", Label: "新增账号"}, {Value: "person.change", Label: "修改账号"}, {Value: "person.disable", Label: "停用账号"}, {Value: "person.enable", Label: "启用账号"}, {Value: "person.admit", Label: "准许安全管理员"},
	{Value: "person.invitation", Label: "发账号启用码"}, {Value: "person.invite", Label: "要发账号启用码"}, {Value: "person.ask-reset", Label: "申请重置密码"}, {Value: "person.reset", Label: "重置密码"}, {Value: "person.telephone", Label: "查看完整电话"},
	{Value: "post.grant", Label: "授予岗位"}, {Value: "post.revoke", Label: "收回岗位"}, {Value: "office.appoint", Label: "确定承担职责的单位"}, {Value: "deputy.arrange", Label: "安排代理"}, {Value: "deputy.end", Label: "结束代理"},
	{Value: "unit.add", Label: "新增单位"}, {Value: "unit.change", Label: "修改单位"}, {Value: "unit.close", Label: "撤销单位"},
	{Value: "calendar.propose", Label: "提出放假安排"}, {Value: "calendar.approve", Label: "核准放假安排"}, {Value: "calendar.reject", Label: "不予核准放假安排"}, {Value: "parameter.set", Label: "修改政策参数"},
	{Value: "case.open", Label: "起草办件"}, {Value: "case.answer", Label: "答复办件"}, {Value: "case.take", Label: "办理办件"}, {Value: "case.lapse", Label: "期满处理"}, {Value: "case.recount", Label: "时限重算"},
	{Value: "case.urge", Label: "催办"}, {Value: "case.remind", Label: "系统提醒"}, {Value: "case.consult", Label: "征求意见"}, {Value: "case.attach", Label: "补充材料"}, {Value: "case.aside", Label: "答复附带事项"}, {Value: "case.call-off", Label: "收回附带事项"}, {Value: "case.hear", Label: "下级办件答复"}, {Value: "case.pass", Label: "无需征求"}, {Value: "case.stand-in", Label: "回避改派"}, {Value: "case.succeed", Label: "撤并改派"}, {Value: "case.told", Label: "抄送"},
	{Value: "case.reassign", Label: "转办"}, {Value: "case.correct", Label: "要求补正"}, {Value: "case.pause", Label: "中止计时"}, {Value: "case.extend", Label: "申请延期"}, {Value: "case.add", Label: "加签"}, {Value: "case.drop", Label: "减签"}, {Value: "case.take-back", Label: "拿回"}, {Value: "case.comment", Label: "留言"},
	{Value: "case.link", Label: "关联办件"}, {Value: "case.show", Label: "告知"}, {Value: "case.seal", Label: "限定查看"}, {Value: "case.archive", Label: "归档"},
	{Value: "case.read", Label: "查看办件"}, {Value: "case.revise", Label: "修改申请内容"}, {Value: "advice.settle", Label: "登记购买服务建议的落实"}, {Value: "catalog.issue", Label: "印发清单"},
	{Value: "instrument.enter", Label: "登记法规"}, {Value: "instrument.import", Label: "导入法规"}, {Value: "instrument.change", Label: "登记法规变动"}, {Value: "instrument.withdraw", Label: "撤销法规变动登记"},
	{Value: "trigger.open", Label: "登记调整事由"}, {Value: "trigger.dismiss", Label: "不作为调整事由"}, {Value: "opinion.contact", Label: "查看意见人的联系方式"}, {Value: "opinion.question", Label: "向公众提问"}, {Value: "opinion.question.drop", Label: "收回提问"}, {Value: "wording.add", Label: "增加禁用语"}, {Value: "wording.drop", Label: "去掉禁用语"},
	{Value: "import.read", Label: "读入清单"}, {Value: "import.propose", Label: "提出导入清单"}, {Value: "import.approve", Label: "核准导入清单"}, {Value: "import.drop", Label: "放弃导入清单"},
	{Value: "attachment.add", Label: "上传附件"}, {Value: "attachment.remove", Label: "去掉附件"}, {Value: "paper.issue", Label: "制发文书"}, {Value: "paper.receive", Label: "签收文书"},
	{Value: "paper.view", Label: "查看文书"}, {Value: "paper.take", Label: "下载文书"}, {Value: "attachment.take", Label: "下载附件"}, {Value: "case.view", Label: "查看限定的办件"}, {Value: "case.phone", Label: "查看办件的完整电话"},
	{Value: "backup.make", Label: "备份"}, {Value: "audit.verify", Label: "校验审计记录"}, {Value: "audit.export", Label: "导出审计记录"},
}

// detailNames are what lines call what they say more, in words.
var detailNames = []form.Option{{Value: "before", Label: "改前"}, {Value: "after", Label: "改后"}, {Value: "source", Label: "来自"}, {Value: "reason", Label: "原因"}, {Value: "why", Label: "未准许的缘由"}, {Value: "sessions", Label: "退出的登录数"}, {Value: "unknown", Label: "没有这个账号"}, {Value: "locked", Label: "已锁定"},
	{Value: "from_unit", Label: "原单位"}, {Value: "from_post", Label: "原岗位"}, {Value: "to_unit", Label: "新单位"}, {Value: "to_post", Label: "新岗位"}, {Value: "from", Label: "从"}, {Value: "to", Label: "到"}, {Value: "proposed_by", Label: "提出人"}, {Value: "year", Label: "年度"}, {Value: "kind", Label: "类别"}, {Value: "number", Label: "文号"}, {Value: "days", Label: "天数"}, {Value: "seq", Label: "序号"}, {Value: "holds", Label: "完整"},
	{Value: "file", Label: "文件"}, {Value: "bytes", Label: "字节数"}, {Value: "sha256", Label: "摘要（SHA-256）"}, {Value: "verified", Label: "已试恢复"}}

var results = []form.Option{{Value: audit.Done, Label: "完成"}, {Value: audit.Refused, Label: "未准许"}, {Value: audit.Viewed, Label: "查看"}}

// wording is the label of an option; the value itself where there is none.
func wording(os []form.Option, value string) string {
	for _, o := range os {
		if o.Value == value {
			return o.Label
		}
	}
	return value
}

// A record is a page of lines of the record, within what its reader may see.
type record struct {
	Title, Lead, To string
	Query           audit.Query // Persons: whose lines at most; nil is everybody's
	Whose           bool        // can be narrowed to a person or a unit
	Do              []part.Link
	Beside          map[string]org.Class // lines stand in the column of their administrator; nil for one list

	lines []audit.Line
	next  int64
	dir   *org.Directory
	names map[string]string // of people
	chips []part.Link
	asked url.Values
}

const linesPerPage = 50

// recordPage shows lines, the last first, narrowed by what the address says.
func recordPage(q *Request, p record) (Reply, error) {
	p.asked = url.Values{}
	err := q.Read(func(tx *db.Tx) (err error) {
		if p.dir, err = org.LoadDirectory(tx); err != nil {
			return err
		}
		none, err := p.narrow(tx, q.Query)
		if err != nil || none {
			return err
		}
		p.Query.Limit = linesPerPage
		if p.lines, p.next, err = audit.List(tx, p.Query); err != nil {
			return err
		}
		return p.name(tx)
	})
	if err != nil {
		return Reply{}, err
	}
	next := ""
	if p.next > 0 {
		next = strconv.FormatInt(p.next, 10)
	}
	p.asked.Set("before", q.Query.Get("before"))
	f := p.filter()
	v := listView{Title: p.Title, Lead: p.Lead, More: ways(p.Do...), List: part.List{Filter: &f, Table: p.table(), Pager: onward(p.To, p.asked, "before", next)}}
	v.Empty = part.Empty("没有符合条件的记录。可以去掉条件再查")
	return v.reply(), nil
}

// narrow reads the filters; none reports that nothing can be found.
func (p *record) narrow(tx *db.Tx, v url.Values) (none bool, err error) {
	p.Query.Before, _ = strconv.ParseInt(v.Get("before"), 10, 64)
	keep := func(name, title, shown string) string {
		value := form.Clean(v.Get(name))
		if value != "" {
			if shown == "" {
				shown = value
			}
			p.asked.Set(name, value)
			p.chips = append(p.chips, part.Link{Text: title + "：" + shown, Href: name})
		}
		return value
	}
	if p.Whose {
		if login := keep("person", "账号", ""); login != "" {
			who, err := org.PersonByLogin(tx, login)
			if fault.Is(err, fault.Missing) {
				return true, nil
			}
			if err != nil {
				return false, err
			}
			p.Query.Person = who.ID
		}
		p.Query.Unit = keep("unit", "单位", p.dir.Name(v.Get("unit")))
	}
	p.Query.Action = keep("action", "操作", wording(actions, v.Get("action")))
	p.Query.Result = keep("result", "结果", wording(results, v.Get("result")))
	p.Query.Object = keep("object", "对象", "")
	for _, d := range []struct {
		name, title string
		to          *time.Time
		days        int
	}{{"from", "从", &p.Query.From, 0}, {"to", "到", &p.Query.To, 1}} {
		if day, err := form.ParseDate(keep(d.name, d.title, "")); err == nil {
			t, _ := time.ParseInLocation(time.DateOnly, day, calendar.Zone)
			*d.to = t.AddDate(0, 0, d.days)
		}
	}
	for i, c := range p.chips {
		w := url.Values{}
		for k := range p.asked {
			if k != c.Href {
				w.Set(k, p.asked.Get(k))
			}
		}
		p.chips[i].Href = p.To + "?" + w.Encode()
	}
	return false, nil
}

// name finds the names of the people that the lines are about.
func (p *record) name(tx *db.Tx) error {
	p.names = map[string]string{}
	for _, l := range p.lines {
		id, ok := strings.CutPrefix(l.Object, "person:")
		if !ok || p.names[id] != "" {
			continue
		}
		who, err := org.PersonOf(tx, id)
		if err != nil && !fault.Is(err, fault.Missing) {
			return err
		}
		p.names[id] = who.Name
	}
	return nil
}

// about is what a line is about; where the reader may narrow by it, it leads to
// all lines about the same.
func (p record) about(l audit.Line) templ.Component {
	if !p.Whose || l.Object == "" {
		return part.Plain(p.object(l))
	}
	return part.To(part.Link{Text: p.object(l), Href: p.To + "?" + url.Values{"object": {l.Object}}.Encode()})
}

// tail is the end of an identifier, enough to tell two apart on a page.
func tail(id string) string { return id[max(0, len(id)-8):] }

// object is what a line is about, in words.
func (p record) object(l audit.Line) string {
	kind, id, _ := strings.Cut(l.Object, ":")
	switch kind {
	case "person":
		return p.names[id]
	case "unit":
		return p.dir.Name(id)
	case "office":
		return org.RoleName(org.Role(id))
	case "case":
		return "办件 …" + tail(id)
	case "attachment":
		return "附件 …" + tail(id)
	case "paper":
		return "文书 …" + tail(id)
	case "calendar":
		return "放假安排"
	case "edition":
		return "清单版本"
	case "import":
		return "导入的清单 …" + tail(id)
	case "trigger":
		return "调整事由 …" + tail(id)
	case "instrument":
		return "法规 …" + tail(id)
	case "file":
		return "文件 …" + tail(id)
	case "question":
		return "提问 …" + tail(id)
	case "wording":
		return "禁用语"
	case "parameter":
		return "参数 " + id
	case "class":
		return org.ClassName(org.Class(id))
	}
	return l.Object
}

func (p record) table() part.Table {
	if p.Beside != nil {
		return p.beside()
	}
	t := part.Table{Caption: p.Title, Columns: []part.Column{{Title: "序号", Num: true}, {Title: "时间"}, {Title: "操作人"}, {Title: "操作"}, {Title: "对象"}, {Title: "结果"}}}
	for _, l := range p.lines {
		who := l.Name
		switch {
		case who == "" && l.Person == "":
			who = "系统"
		case l.Unit != "" && !strings.Contains(who, p.dir.Called(l.Unit)):
			who += "（" + p.dir.Called(l.Unit) + "）"
		}
		t.Rows = append(t.Rows, part.Row{Cells: []templ.Component{part.Plain(strconv.FormatInt(l.Seq, 10)), part.Plain(l.At.In(calendar.Zone).Format("2006-01-02 15:04:05")),
			part.Plain(who), lineAction(wording(actions, l.Action), details(l)), p.about(l), part.Plain(wording(results, l.Result))}})
	}
	return t
}

// beside has a column for each of the three administrators.
func (p record) beside() part.Table {
	t := part.Table{Caption: p.Title, Columns: []part.Column{{Title: "序号", Num: true}, {Title: "时间"}}}
	for _, c := range threeClasses {
		t.Columns = append(t.Columns, part.Column{Title: org.ClassName(c)})
	}
	for _, l := range p.lines {
		r := row(strconv.FormatInt(l.Seq, 10), l.At.In(calendar.Zone).Format("2006-01-02 15:04:05"))
		for _, c := range threeClasses {
			var cell templ.Component = templ.NopComponent
			if p.Beside[l.Person] == c {
				what := wording(actions, l.Action)
				if l.Object != "person:"+l.Person {
					what = strings.TrimSpace(what + " " + p.object(l))
				}
				if l.Name != org.ClassName(c) {
					what = l.Name + "：" + what
				}
				cell = lineAction(what, details(l))
			}
			r.Cells = append(r.Cells, cell)
		}
		t.Rows = append(t.Rows, r)
	}
	return t
}

// details are what a line says beyond who, what and when, name by name.
func details(l audit.Line) (fs []part.Fact) {
	for _, k := range slices.Sorted(maps.Keys(l.Detail)) {
		text, ok := l.Detail[k].(string)
		if !ok {
			b, err := json.Marshal(l.Detail[k])
			if err != nil {
				continue
			}
			text = string(b)
		}
		fs = append(fs, part.Fact{Label: wording(detailNames, k), Text: text})
	}
	return fs
}

func (p record) filter() part.Filter {
	choose := func(os []form.Option, name string) (all []part.Option) {
		for _, o := range os {
			all = append(all, part.Option{Value: o.Value, Label: o.Label, On: p.asked.Get(name) == o.Value})
		}
		return all
	}
	var units []form.Option
	for _, u := range p.dir.Every() {
		units = append(units, form.Option{Value: u.ID, Label: u.Name})
	}
	f := part.Filter{To: p.To, Chips: p.chips, Clear: p.To}
	if p.Whose {
		f.Groups = append(f.Groups, part.Group{Title: "账号", Name: "person", Kind: "text", Value: p.asked.Get("person")},
			part.Group{Title: "单位", Name: "unit", Kind: "select", Options: choose(units, "unit")})
	}
	f.Groups = append(f.Groups, part.Group{Title: "操作", Name: "action", Kind: "select", Options: choose(actions, "action")},
		part.Group{Title: "结果", Name: "result", Kind: "select", Options: choose(results, "result")},
		part.Group{Title: "开始日期", Name: "from", Kind: "date", Value: p.asked.Get("from")},
		part.Group{Title: "结束日期", Name: "to", Kind: "date", Value: p.asked.Get("to")})
	if p.Whose {
		f.Groups = append(f.Groups, part.Group{Title: "对象编号", Name: "object", Kind: "text", Value: p.asked.Get("object")})
	}
	return f
}
