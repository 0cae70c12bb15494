package web

import (
	"cmp"
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"yidan/internal/db"
	"yidan/internal/form"
	"yidan/internal/org"
	"yidan/internal/session"
	"yidan/internal/sheet"
	"yidan/internal/web/part"
)

var peopleLink = part.Link{Text: "账号", Href: "/gl/zh"}

var classNames = []form.Option{
	{Value: string(org.Business), Label: org.ClassName(org.Business)}, {Value: string(org.Accounts), Label: org.ClassName(org.Accounts)},
	{Value: string(org.Policy), Label: org.ClassName(org.Policy)}, {Value: string(org.Auditor), Label: org.ClassName(org.Auditor)},
}

const peoplePerPage = 50

// A crowd is a list of accounts, as both administrators who keep them see it.
type crowd struct {
	To     string // address of the list; accounts are below it
	Search org.Search
	Unused bool
	people []org.Person
	next   string
	at     map[string][]string // the units they hold a post in
	dir    *org.Directory
	day    string
}

func (q *Request) crowd(to string) (c crowd, err error) {
	v := q.Query
	c = crowd{To: to, day: q.today(), Unused: v.Get("unused") != "", Search: org.Search{Unit: v.Get("unit"), Class: org.Class(v.Get("class")), Text: form.Clean(v.Get("q")), After: v.Get("after"), Limit: peoplePerPage + 1}}
	err = q.Read(func(tx *db.Tx) (err error) {
		if c.dir, err = org.LoadDirectory(tx); err != nil {
			return err
		}
		if c.at, err = org.Standing(tx, c.day); err != nil {
			return err
		}
		if c.Unused {
			if c.people, err = session.Unused(tx, q.Now.Add(-unusedAfter)); err != nil {
				return err
			}
			for i := range c.people {
				if _, err := posts(tx, &c.people[i], c.day); err != nil {
					return err
				}
			}
			return nil
		}
		c.people, err = org.People(tx, c.Search, c.day)
		return err
	})
	if len(c.people) > peoplePerPage && !c.Unused {
		c.people = c.people[:peoplePerPage]
		c.next = c.people[peoplePerPage-1].Login
	}
	return c, err
}

// standing is whether an account can be used, in words.
func standing(p org.Person) string {
	switch {
	case !p.Disabled.IsZero():
		return "已停用"
	case p.Admitted:
		return "可以使用"
	case p.Class == org.Business:
		return "待授予岗位"
	}
	return "待准许"
}

var peopleHeads = []string{"账号", "显示名称", "单位", "类别", "办公电话", "状态"}

// cells are what the list says of an account.
func (c crowd) cells(p org.Person) []string {
	var at []string
	for _, id := range c.at[p.ID] {
		at = append(at, c.dir.Called(id))
	}
	return []string{p.Login, p.Name, strings.Join(at, "、"), org.ClassName(p.Class), p.Phone, standing(p)}
}

// exportPeople is the list of accounts, as it is narrowed, as a spreadsheet.
func exportPeople(q *Request) (Reply, error) {
	c, err := q.crowd("/gl/zh")
	page := sheet.Page{Name: "账号", Title: "账号（" + c.day + "）", Heads: peopleHeads, Widths: []float64{18, 24, 28, 16, 16, 14}}
	for err == nil {
		for _, p := range c.people {
			page.Rows = append(page.Rows, c.cells(p))
		}
		if c.next == "" {
			break
		}
		q.Query.Set("after", c.next)
		c, err = q.crowd("/gl/zh")
	}
	return spreadsheet(q, page, err)
}

func (c crowd) listing(head part.Head, do ...part.Link) listView {
	l := listView{Title: head.Title, Lead: head.Lead, More: ways(do...)}
	l.Empty = part.Empty("没有符合条件的账号。可以去掉条件再查")
	l.Table = part.Table{Caption: head.Title, Columns: columns(peopleHeads...)}
	for _, p := range c.people {
		l.Table.Rows = append(l.Table.Rows, led(part.Link{Text: p.Login, Href: c.To + "/" + p.ID}, "", c.cells(p)[1:]...))
	}
	pick := func(os []form.Option, value string) (all []part.Option) {
		for _, o := range os {
			all = append(all, part.Option{Value: o.Value, Label: o.Label, On: o.Value == value})
		}
		return all
	}
	l.Filter = &part.Filter{To: c.To, Groups: []part.Group{{Title: "账号或名称", Name: "q", Kind: "text", Value: c.Search.Text},
		{Title: "类别", Name: "class", Kind: "radio", Options: pick(classNames, string(c.Search.Class))},
		{Title: "单位", Name: "unit", Kind: "select", Options: pick(options(c.dir.Units(c.day)), c.Search.Unit)},
		{Title: "使用情况", Name: "unused", Options: []part.Option{{Value: "1", Label: "90 天没有登录", On: c.Unused}}}}}
	asked := url.Values{}
	for name, value := range map[string]string{"q": c.Search.Text, "class": string(c.Search.Class), "unit": c.Search.Unit} {
		if value != "" {
			asked.Set(name, value)
		}
	}
	chip := func(title, name string) {
		rest := url.Values{}
		for k := range asked {
			if k != name {
				rest.Set(k, asked.Get(k))
			}
		}
		l.Filter.Chips, l.Filter.Clear = append(l.Filter.Chips, part.Link{Text: title, Href: c.To + "?" + rest.Encode()}), c.To
	}
	if c.Search.Text != "" {
		chip("含“"+c.Search.Text+"”", "q")
	}
	if c.Search.Class != "" {
		chip(wording(classNames, string(c.Search.Class)), "class")
	}
	if c.Search.Unit != "" {
		chip(c.dir.Name(c.Search.Unit), "unit")
	}
	if c.Unused {
		chip("90 天没有登录", "unused")
	}
	asked.Set("after", c.Search.After)
	l.Pager = onward(c.To, asked, "after", c.next)
	return l
}

func listPeople(q *Request) (Reply, error) {
	c, err := q.crowd("/gl/zh")
	if err != nil {
		return Reply{}, err
	}
	return c.listing(part.Head{Title: "账号", Lead: "一人一个账号。新账号在安全管理员授予岗位以后才能使用"}, part.Link{Text: "新增账号", Href: "/gl/zh/new"}, part.Link{Text: "导出 Excel", Href: "/gl/zh/xlsx" + ask(q.Query, "after", "")}).reply(), nil
}

func personPage(p *org.Person) Reply {
	return asking{Head: part.Head{Title: "新增账号", Lead: "系统管理员和审计管理员的账号只能用控制台发出的设置码开通"}, To: "/gl/zh/new", Title: "账号", Fields: org.PersonForm.Fields(), Src: p, Do: part.Do{Text: "新增账号"}, Back: part.Link{Text: "返回", Href: "/gl/zh"}}.reply(peopleLink)
}

func askPerson(*Request) (Reply, error) { return personPage(&org.Person{Class: org.Business}), nil }

func addPerson(q *Request) (Reply, error) {
	var p org.Person
	q.Bind(org.PersonForm, &p)
	return q.change(personPage(&p), func(tx *db.Tx) (Receipt, error) {
		id, err := org.AddPerson(tx, q.Actor, p, q.Now)
		return Receipt{What: "账号已建立", Location: "/gl/zh/" + id}, err
	})
}

// A personView is one account as the accounts administrator keeps it.
type personView struct {
	Person org.Person
	Posts  []org.Post
	Form   personChange
	Reason struct {
		Reason string `json:"reason"`
	}
	Phone string // whole, where it was asked for
	dir   *org.Directory
}

type personChange struct {
	Name  string `json:"name"`
	Phone string `json:"phone"`
}

var personLayout = form.Layout{{Fields: []form.Field{
	{Name: "name", Label: "显示名称", Type: form.Line, Need: "填写“显示名称”", Max: 40},
	{Name: "phone", Label: "办公电话", Type: form.Phone, Hint: "重新填写完整号码；不填则删去"},
}}}

var stopLayout = form.Layout{{Fields: []form.Field{{Name: "reason", Label: "停用的原因", Type: form.Line, Need: "填写停用的原因", Max: 100, Hint: "例如 调离、退休"}}}}

func (q *Request) person() (v personView, err error) {
	err = q.Read(func(tx *db.Tx) (err error) {
		if v.Person, err = org.PersonOf(tx, q.Path("id")); err != nil {
			return err
		}
		if v.Posts, err = posts(tx, &v.Person, q.today()); err != nil {
			return err
		}
		v.dir, err = org.LoadDirectory(tx)
		return err
	})
	v.Form.Name = v.Person.Name
	return v, err
}

// posts are those a person ever held; a business account is admitted by holding one on a day.
func posts(tx *db.Tx, p *org.Person, day string) ([]org.Post, error) {
	os, err := org.Posts(tx, p.ID)
	for _, o := range os {
		p.Admitted = p.Admitted || p.Class == org.Business && held(o, day)
	}
	return os, err
}

// held reports whether a post is held on a day.
func held(o org.Post, day string) bool {
	return o.From <= day && (o.Until == "" || o.Until >= day) && (o.Revoked == "" || o.Revoked > day)
}

func (v personView) facts() []part.Fact {
	var posts []string
	for _, o := range v.Posts {
		text := v.dir.Name(o.Unit) + " " + dutyName(o.Duty) + "，" + span(o.From, o.Until)
		if o.Revoked != "" {
			text += "，" + part.Day(o.Revoked) + " 收回"
		}
		posts = append(posts, text)
	}
	return []part.Fact{{Label: "账号", Text: v.Person.Login}, {Label: "显示名称", Text: v.Person.Name}, {Label: "类别", Text: org.ClassName(v.Person.Class)}, {Label: "状态", Text: standing(v.Person)},
		{Label: "办公电话", Text: cmp.Or(v.Phone, v.Person.Phone)}, {Label: "新增时间", Text: moment(v.Person.Created)}, {Label: "岗位", Text: strings.Join(posts, "\n")}}
}

func (v personView) reply() Reply {
	at := "/gl/zh/" + v.Person.ID
	cards := []templ.Component{part.Head{Title: v.Person.Name}.Show(), factCard("账号", v.facts())}
	if v.Phone == "" && v.Person.Phone != "" {
		cards = append(cards, press(at+"/dh", part.Do{Text: "显示完整电话", Tone: part.Second}))
	}
	cards = append(cards, asking{To: at, Title: "修改", Fields: personLayout.Fields(), Src: v.Form, Do: part.Do{Text: "保存修改"}}.page())
	if v.Person.Disabled.IsZero() {
		cards = append(cards,
			pressCard("启用码", "第一次使用的账号，用启用码设置自己的密码。启用码只显示一次，7 天内有效；再发一次，前一个作废。", at+"/yq", part.Do{Text: "发启用码", Tone: part.Second}),
			pressCard("忘记密码", "提出申请以后，由安全管理员重置并发新的启用码。", at+"/cz", part.Do{Text: "申请重置密码", Tone: part.Second}),
			pressCard("退出登录", "这个账号在所有电脑上退出登录。", at+"/tc", part.Do{Text: "退出所有登录", Tone: part.Second}),
			asking{To: at + "/ty", Title: "停用账号", Text: "停用以后立即不能使用；再启用由安全管理员办理。", Fields: stopLayout.Fields(), Src: v.Reason, Do: part.Do{Text: "停用账号", Tone: part.Grave}}.page())
	} else {
		cards = append(cards, factCard("停用", []part.Fact{{Label: "停用时间", Text: moment(v.Person.Disabled)}, {Label: "再启用", Text: "由安全管理员办理"}}))
	}
	return Show("账号", all(cards...)).Under(peopleLink).Narrow()
}

func askPersonChange(q *Request) (Reply, error) {
	v, err := q.person()
	if err != nil {
		return Reply{}, err
	}
	return v.reply(), nil
}

func changePerson(q *Request) (Reply, error) {
	v, err := q.person()
	if err != nil {
		return Reply{}, err
	}
	q.Bind(personLayout, &v.Form)
	return q.change(v.reply(), func(tx *db.Tx) (Receipt, error) {
		return Receipt{What: "账号已修改", Location: "/gl/zh/" + v.Person.ID}, org.ChangePerson(tx, q.Actor, v.Person.ID, v.Form.Name, v.Form.Phone, q.Now)
	})
}

// onPerson does something to the account of the address and comes back to it.
func (q *Request) onPerson(what string, do func(tx *db.Tx, v *personView) error) (Reply, error) {
	v, err := q.person()
	if err != nil {
		return Reply{}, err
	}
	q.Bind(stopLayout, &v.Reason)
	return q.change(v.reply(), func(tx *db.Tx) (Receipt, error) {
		return Receipt{What: what, Location: "/gl/zh/" + v.Person.ID}, do(tx, &v)
	})
}

func stopPerson(q *Request) (Reply, error) {
	return q.onPerson("账号已停用", func(tx *db.Tx, v *personView) error {
		return session.Stop(tx, q.Actor, v.Person.ID, v.Reason.Reason, q.Now)
	})
}

func askReset(q *Request) (Reply, error) {
	return q.onPerson("重置密码已申请，等安全管理员准许", func(tx *db.Tx, v *personView) error { return session.AskReset(tx, q.Actor, v.Person.ID, q.Now) })
}

func endPersonSessions(q *Request) (Reply, error) {
	return q.onPerson("已让这个账号在各处退出登录", func(tx *db.Tx, v *personView) error {
		_, err := session.KillAll(tx, q.Actor, v.Person.ID, q.Now)
		return err
	})
}

func invitePerson(q *Request) (Reply, error) {
	v, err := q.person()
	if err != nil {
		return Reply{}, err
	}
	h := oneTime{Title: "账号启用码", Login: v.Person.Login, Name: v.Person.Name, Back: "/gl/zh/" + v.Person.ID, Until: q.Now.AddDate(0, 0, 7)}
	return q.hand(v.reply(), h, func(tx *db.Tx) (string, error) { return session.Invite(tx, q.Actor, v.Person.ID, q.Now) })
}

// showTelephone shows a whole number; that it was looked at is on record.
func showTelephone(q *Request) (Reply, error) {
	v, err := q.person()
	if err != nil {
		return Reply{}, err
	}
	err = q.Write(func(tx *db.Tx) (err error) { v.Phone, err = org.Telephone(tx, q.Actor, v.Person.ID, q.Now); return err })
	return v.reply(), err
}
