package web

import (
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"yidan/internal/audit"
	"yidan/internal/calendar"
	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/form"
	"yidan/internal/org"
	"yidan/internal/session"
	"yidan/internal/web/part"
)

var rightsLink = part.Link{Text: "授权", Href: "/aq/sq"}

func policyHome(q *Request) (Reply, error) {
	var resets []string
	var locks []session.Locked
	var open, waiting int
	err := q.Read(func(tx *db.Tx) (err error) {
		if resets, err = session.Resets(tx); err != nil {
			return err
		}
		if locks, err = session.Locks(tx, q.Now); err != nil {
			return err
		}
		es, err := calendar.Editions(tx)
		for _, e := range es {
			if e.Open() {
				open++
			}
		}
		if err != nil {
			return err
		}
		return eachPerson(tx, "", q.today(), func(p org.Person) {
			if !p.Admitted && p.Disabled.IsZero() {
				waiting++
			}
		})
	})
	number := func(n int, label, href string) part.Number {
		return part.Number{N: strconv.Itoa(n), Label: label, Href: href, Hot: n > 0}
	}
	return Show("授权与策略", homePage(part.Head{Title: "授权与策略", Lead: "安全管理员授予和收回权限、管理策略，不建账号，看不到业务内容"},
		[]part.Number{number(waiting, "待授权的账号", "/aq/sq?waiting=1"), number(len(resets), "申请重置密码", "/aq/sq?reset=1"), number(len(locks), "锁定的账号", "/aq/sd"), number(open, "待核准的放假安排", "/aq/rl")},
		[]part.Door{{Title: "授权", Text: "授予和收回岗位，准许、启用、重置", Href: "/aq/sq"}, {Title: "职责单位", Text: "哪个单位承担编办、司法局等职责", Href: "/aq/zz"}, {Title: "登录规则", Text: "密码、锁定和退出的规则", Href: "/aq/gz"}, {Title: "放假安排", Text: "提出和核准，两人办理", Href: "/aq/rl"}, {Title: "代理", Text: "有人外出时，由谁代理", Href: "/aq/dl"}, {Title: "锁定的账号", Text: "解除锁定", Href: "/aq/sd"}, {Title: "审计记录", Text: "系统管理员和业务用户的操作", Href: "/aq/sj"}})), err
}

// eachPerson visits every account of a class, of all classes where none is named.
func eachPerson(tx *db.Tx, c org.Class, day string, visit func(org.Person)) error {
	s := org.Search{Class: c, Limit: 500}
	for {
		ps, err := org.People(tx, s, day)
		if err != nil {
			return err
		}
		for _, p := range ps {
			visit(p)
		}
		if len(ps) < s.Limit {
			return nil
		}
		s.After = ps[len(ps)-1].Login
	}
}

func listRights(q *Request) (Reply, error) {
	c, err := q.crowd("/aq/sq")
	if err != nil {
		return Reply{}, err
	}
	head := part.Head{Title: "授权"}
	if q.Query.Get("waiting") == "" && q.Query.Get("reset") == "" {
		return c.listing(head).reply(), nil
	}
	c.people, c.next = nil, ""
	err = q.Read(func(tx *db.Tx) error {
		if q.Query.Get("waiting") != "" {
			head.Lead = "还不能使用的账号"
			return eachPerson(tx, "", c.day, func(p org.Person) {
				if !p.Admitted && p.Disabled.IsZero() {
					c.people = append(c.people, p)
				}
			})
		}
		head.Lead = "系统管理员为下面的账号申请了重置密码"
		ids, err := session.Resets(tx)
		if err != nil {
			return err
		}
		for _, id := range ids {
			p, err := org.PersonOf(tx, id)
			if err == nil {
				_, err = posts(tx, &p, c.day)
			}
			if err != nil {
				return err
			}
			c.people = append(c.people, p)
		}
		return nil
	})
	return c.listing(head, part.Link{Text: "全部账号", Href: "/aq/sq"}).reply(), err
}

// A rightsView is one account as the policy administrator sees it.
type rightsView struct {
	personView
	Post   org.Post
	Layout form.Layout
	Asked  bool // a reset was asked for
	Own    bool // the administrator's own account
}

func (q *Request) rights() (v rightsView, err error) {
	if v.personView, err = q.person(); err != nil {
		return v, err
	}
	v.Own = v.Person.ID == q.Actor.Person
	v.Post = org.Post{Person: v.Person.ID, Duty: org.Handler, From: q.today()}
	v.Layout = filled(org.PostForm, map[string][]form.Option{"units": options(v.dir.Units(q.today(), org.Department, org.Mass, org.Agency, org.Township, org.Subdistrict, org.Group))})
	err = q.Read(func(tx *db.Tx) error {
		ids, err := session.Resets(tx)
		for _, id := range ids {
			v.Asked = v.Asked || id == v.Person.ID
		}
		return err
	})
	return v, err
}

var revokeLayout = form.Layout{{Fields: []form.Field{{Name: "reason", Label: "收回的原因", Type: form.Line, Need: "填写收回的原因", Max: 100, Hint: "例如 调离、换岗"}}}}

// table lists the posts ever held, each with a choice to take it away.
func (v rightsView) table(day string) part.Table {
	t := part.Table{Caption: "岗位", Columns: columns("单位", "岗位", "职务", "期限", "收回")}
	for _, o := range v.Posts {
		act := part.Plain("")
		switch {
		case o.Revoked != "":
			act = part.Plain(part.Day(o.Revoked) + " 已收回")
		case o.Until != "" && o.Until < day:
			act = part.Plain("已到期")
		default:
			act = revokeButton(o.ID, v.dir.Name(o.Unit)+" "+dutyName(o.Duty))
		}
		r := row(v.dir.Name(o.Unit), dutyName(o.Duty), o.Title, span(o.From, o.Until))
		r.Cells = append(r.Cells, act)
		t.Rows = append(t.Rows, r)
	}
	return t
}

func (v rightsView) reply(q *Request) Reply {
	at := "/aq/sq/" + v.Person.ID
	cards := []templ.Component{part.Head{Title: v.Person.Name}.Show(), factCard("账号", v.facts())}
	p := v.Person
	switch {
	case v.Own:
		cards = append(cards, part.Empty("这是你自己的账号。不能给自己授权"))
	case !p.Disabled.IsZero() && (p.Class == org.Business || p.Class == org.Policy):
		cards = append(cards, pressCard("启用账号", "停用前仍在任期内的岗位随之恢复。", at+"/qy", part.Do{Text: "启用账号"}))
	case p.Class == org.Business:
		if len(v.Posts) > 0 {
			cards = append(cards, revokeCard(v, q.today()))
		}
		cards = append(cards, asking{To: at + "/gw", Title: "授予岗位", Text: "授予以后，新账号就可以使用。", Fields: v.Layout.Fields(), Src: &v.Post, Do: part.Do{Text: "授予岗位"}}.page())
	case p.Class == org.Policy && !p.Admitted:
		cards = append(cards, pressCard("准许", "准许以后，这名安全管理员可以办理全部授权与策略事项。", at+"/zr", part.Do{Text: "准许使用"}))
	case p.Class != org.Policy:
		cards = append(cards, part.Empty(org.ClassName(p.Class)+"的账号由控制台开通，安全管理员不能授权"))
	}
	if v.Asked && !v.Own {
		cards = append(cards, pressCard("重置密码", "系统管理员提出了申请。重置以后，旧密码、动态码和所有登录作废，新的启用码只显示一次。", at+"/cz", part.Do{Text: "重置密码", Tone: part.Grave}))
	}
	if p.Disabled.IsZero() && !v.Own {
		cards = append(cards, pressCard("退出登录", "这个账号在所有电脑上退出登录。", at+"/tc", part.Do{Text: "退出所有登录", Tone: part.Second}))
	}
	return Show("授权", all(cards...)).Under(rightsLink).Narrow()
}

func showRights(q *Request) (Reply, error) {
	v, err := q.rights()
	if err != nil {
		return Reply{}, err
	}
	return v.reply(q), nil
}

// onRights does something to the rights of the account of the address.
func (q *Request) onRights(what string, do func(tx *db.Tx, v *rightsView) error) (Reply, error) {
	v, err := q.rights()
	if err != nil {
		return Reply{}, err
	}
	q.Bind(revokeLayout, &v.Reason)
	if q.route.Path == "/aq/sq/{id}/gw" {
		q.Bind(v.Layout, &v.Post)
	}
	return q.change(v.reply(q), func(tx *db.Tx) (Receipt, error) {
		return Receipt{What: what, Location: "/aq/sq/" + v.Person.ID}, do(tx, &v)
	})
}

func grantPost(q *Request) (Reply, error) {
	return q.onRights("岗位已授予", func(tx *db.Tx, v *rightsView) error {
		v.Post.Person = v.Person.ID
		_, err := org.Grant(tx, q.Actor, v.Post, q.Now)
		return err
	})
}

func revokePost(q *Request) (Reply, error) {
	return q.onRights("岗位已收回", func(tx *db.Tx, v *rightsView) error {
		for _, o := range v.Posts { // of this account
			if o.ID == q.Form.Get("post") {
				return org.Revoke(tx, q.Actor, o.ID, v.Reason.Reason, q.Now)
			}
		}
		return fault.Absent()
	})
}

func admitPerson(q *Request) (Reply, error) {
	return q.onRights("账号已准许", func(tx *db.Tx, v *rightsView) error { return org.Admit(tx, q.Actor, v.Person.ID, q.Now) })
}

func enablePerson(q *Request) (Reply, error) {
	return q.onRights("账号已启用", func(tx *db.Tx, v *rightsView) error { return org.Enable(tx, q.Actor, v.Person.ID, q.Now) })
}

func endRightsSessions(q *Request) (Reply, error) {
	return q.onRights("已让这个账号在各处退出登录", func(tx *db.Tx, v *rightsView) error {
		_, err := session.KillAll(tx, q.Actor, v.Person.ID, q.Now)
		return err
	})
}

func resetPerson(q *Request) (Reply, error) {
	v, err := q.rights()
	if err != nil {
		return Reply{}, err
	}
	h := oneTime{Title: "重置密码的启用码", Login: v.Person.Login, Name: v.Person.Name, Back: "/aq/sq/" + v.Person.ID, Until: q.Now.AddDate(0, 0, 7)}
	return q.hand(v.reply(q), h, func(tx *db.Tx) (string, error) { return session.Reset(tx, q.Actor, v.Person.ID, q.Now) })
}

func lockPage(q *Request) (Reply, error) {
	l := listView{Title: "锁定的账号", Lead: "连续输错密码的账号，在输错的那台电脑上暂时不能登录。到时自动解除"}
	l.Empty, l.Table = part.Empty("没有锁定的账号"), part.Table{Caption: "锁定的账号", Columns: columns("账号", "来自", "锁定到", "操作")}
	err := q.Read(func(tx *db.Tx) error {
		ls, err := session.Locks(tx, q.Now)
		for _, x := range ls {
			r := row(x.Login, x.Source, moment(x.Until))
			r.Cells = append(r.Cells, unlockButton(x.Login))
			l.Table.Rows = append(l.Table.Rows, r)
		}
		return err
	})
	return l.reply(), err
}

func listLocks(q *Request) (Reply, error) { return lockPage(q) }

func unlock(q *Request) (Reply, error) {
	page, err := lockPage(q)
	if err != nil {
		return Reply{}, err
	}
	return q.change(page, func(tx *db.Tx) (Receipt, error) {
		return Receipt{What: "锁定已解除", Location: "/aq/sd"}, session.Unlock(tx, q.Actor, q.Text("login"), q.Now)
	})
}

// An officeForm is who is to hold an office.
type officeForm struct {
	Role string `json:"role"`
	Unit string `json:"unit"`
	From string `json:"from"`
}

func officeLayout(dir *org.Directory, day string) form.Layout {
	var roles []form.Option
	for _, o := range org.Offices {
		roles = append(roles, form.Option{Value: string(o.Role), Label: o.Name})
	}
	return form.Layout{{Fields: []form.Field{
		{Name: "role", Label: "职责", Type: form.Select, Options: roles, Need: "选择职责"},
		{Name: "unit", Label: "由哪个单位承担", Type: form.Select, Options: options(dir.Units(day, org.Department, org.Mass, org.Agency, org.Township, org.Subdistrict, org.Group)), Need: "选择单位"},
		{Name: "from", Label: "开始日期", Type: form.Date, Need: "填写“开始日期”"},
	}}}
}

// officePage shows who holds what, and which units have their leader sign.
func officePage(q *Request, f *officeForm) (form.Layout, Reply, error) {
	dir, err := q.directory()
	if err != nil {
		return nil, Reply{}, err
	}
	day := q.today()
	t := part.Table{Caption: "职责单位", Columns: columns("职责", "现在由谁承担", "以后")}
	for _, o := range org.Offices {
		holder, later := dir.Holder(o.Role, day), ""
		for _, x := range dir.Offices() {
			if x.Role == o.Role && x.From > day {
				later = part.Day(x.From) + " 起由" + dir.Name(x.Unit) + "承担"
			}
		}
		now := "还没有确定"
		if holder != "" {
			now = dir.Name(holder)
		}
		t.Rows = append(t.Rows, row(o.Name, now, later))
	}
	s := part.Table{Caption: "答复签发", Columns: columns("单位", "答复由负责人签发", "在岗负责人")}
	err = q.Read(func(tx *db.Tx) error {
		for _, u := range dir.Units(day) {
			if !u.Signs {
				continue
			}
			leaders, err := leaders(tx, u.ID, day)
			if err != nil {
				return err
			}
			who := strings.Join(leaders, "、")
			if who == "" {
				who = "没有在岗的负责人，答复会停在送签。授予负责人岗位，或者由系统管理员改为经办直接答复"
			}
			s.Rows = append(s.Rows, row(u.Name, "是", who))
		}
		return nil
	})
	l := officeLayout(dir, day)
	page := listView{Title: "职责单位", Lead: "各项制度里的编办、司法局等，由哪个单位承担", List: part.List{Table: t},
		After: all(asking{To: "/aq/zz", Title: "确定承担职责的单位", Text: "原来承担的单位到前一天为止。", Fields: l.Fields(), Src: f, Do: part.Do{Text: "确定"}}.page(),
			part.List{Heading: "答复由负责人签发的单位", Table: s, Empty: part.Empty("没有单位要求负责人签发。由系统管理员在单位页面设定")}.Show())}
	return l, page.reply(), err
}

// leaders are the names of those who lead a unit on a day.
func leaders(tx *db.Tx, unit, day string) (names []string, err error) {
	ps, err := org.People(tx, org.Search{Unit: unit}, day)
	if err != nil {
		return nil, err
	}
	for _, p := range ps {
		os, err := org.Posts(tx, p.ID)
		if err != nil {
			return nil, err
		}
		for _, o := range os {
			if o.Unit == unit && o.Duty == org.Leader && held(o, day) && p.Disabled.IsZero() {
				names = append(names, p.Name)
				break
			}
		}
	}
	return names, nil
}

func listOffices(q *Request) (Reply, error) {
	_, page, err := officePage(q, &officeForm{From: q.today()})
	return page, err
}

func appoint(q *Request) (Reply, error) {
	var f officeForm
	l, page, err := officePage(q, &f)
	if err != nil {
		return Reply{}, err
	}
	q.Bind(l, &f)
	return q.change(page, func(tx *db.Tx) (Receipt, error) {
		if err := check(l, &f); err != nil {
			return Receipt{}, err
		}
		return Receipt{What: "职责单位已确定", Location: "/aq/zz"}, org.Appoint(tx, q.Actor, org.Role(f.Role), f.Unit, f.From, q.Now)
	})
}

// A rulesForm is the rules of passwords and sessions as they are typed.
type rulesForm struct {
	Rotate   string `json:"rotate"`
	Idle     string `json:"idle"`
	Absolute string `json:"absolute"`
	Tries    string `json:"tries"`
	Lock     string `json:"lock"`
	History  string `json:"history"`
	Words    string `json:"words"`
}

var rulesLayout = form.Layout{{Fields: []form.Field{
	{Name: "rotate", Label: "定期更换密码的天数", Type: form.Line, Need: "填写“定期更换密码的天数”", Max: 4, Hint: "30 到 180"},
	{Name: "idle", Label: "没有操作自动退出的分钟数", Type: form.Line, Need: "填写“没有操作自动退出的分钟数”", Max: 4, Hint: "5 到 30"},
	{Name: "absolute", Label: "一次登录最长的小时数", Type: form.Line, Need: "填写“一次登录最长的小时数”", Max: 4, Hint: "1 到 10"},
	{Name: "tries", Label: "锁定前允许输错的次数", Type: form.Line, Need: "填写“锁定前允许输错的次数”", Max: 4, Hint: "3 到 5"},
	{Name: "lock", Label: "锁定的分钟数", Type: form.Line, Need: "填写“锁定的分钟数”", Max: 4, Hint: "15 到 1440"},
	{Name: "history", Label: "不能重复使用的旧密码个数", Type: form.Line, Need: "填写“不能重复使用的旧密码个数”", Max: 4, Hint: "5 到 24"},
	{Name: "words", Label: "不得用作密码的词", Type: form.Text, Max: 600, Hint: "一行一个，例如本区的名称、简称。常用词和单位名称已经包括在内"},
}}}

// numbers are the fields of a rulesForm beside what they set.
func (f *rulesForm) numbers(r *session.Rules) []struct {
	text *string
	n    *int
} {
	return []struct {
		text *string
		n    *int
	}{{&f.Rotate, &r.Rotate}, {&f.Idle, &r.Idle}, {&f.Absolute, &r.Absolute}, {&f.Tries, &r.Tries}, {&f.Lock, &r.Lock}, {&f.History, &r.History}}
}

func rulesPage(f *rulesForm) Reply {
	return asking{Head: part.Head{Title: "登录规则", Lead: "按《网络安全等级保护基本要求》（GB/T 22239-2019）8.1.4.1 设定，只能在规定的范围内收紧"}, To: "/aq/gz", Title: "规则", Text: "修改以后，新的登录按新规则执行；已经登录的不受影响。", Fields: rulesLayout.Fields(), Src: f, Do: part.Do{Text: "保存规则"}}.reply(part.Link{Text: "授权与策略", Href: "/aq"})
}

func askRules(q *Request) (Reply, error) {
	r, err := q.rules()
	f := rulesForm{Words: strings.Join(r.Words, "\n")}
	for _, x := range f.numbers(&r) {
		*x.text = strconv.Itoa(*x.n)
	}
	return rulesPage(&f), err
}

func setRules(q *Request) (Reply, error) {
	var f rulesForm
	q.Bind(rulesLayout, &f)
	if err := check(rulesLayout, &f); err != nil {
		return rulesPage(&f), err
	}
	r := session.Rules{Words: strings.Fields(f.Words)}
	for _, x := range f.numbers(&r) {
		*x.n, _ = strconv.Atoi(strings.TrimSpace(*x.text)) // what is no number is out of bounds
	}
	return q.change(rulesPage(&f), func(tx *db.Tx) (Receipt, error) {
		return Receipt{What: "登录规则已修改", Location: "/aq/gz"}, session.SetRules(tx, q.Actor, r, q.Now)
	})
}

// showPolicyRecord is what the policy administrator reads of the record: what
// accounts administrators and business users did, and nothing of the auditors'.
func showPolicyRecord(q *Request) (Reply, error) {
	whose := []string{q.Actor.Person}
	err := q.Read(func(tx *db.Tx) error {
		for _, c := range []org.Class{org.Accounts, org.Business} {
			if err := eachPerson(tx, c, q.today(), func(p org.Person) { whose = append(whose, p.ID) }); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return Reply{}, err
	}
	return recordPage(q, record{Title: "审计记录", Lead: "系统管理员、业务用户和你自己的操作。审计管理员可以看全部", To: "/aq/sj", Whose: true, Query: audit.Query{Persons: whose}})
}
