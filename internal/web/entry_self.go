package web

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"yidan/internal/audit"
	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/form"
	"yidan/internal/org"
	"yidan/internal/session"
	"yidan/internal/web/part"
)

const (
	factorPage = "/wo/dt"
	product    = "依单" // as an application for codes names us

	passwordHint = "至少 12 位，包含大写字母、小写字母、数字、其他字符中的三种；不要用单位名称、年份和常用词"
)

// selfDone are what the page of one's own account says after a change.
var selfDone = map[string]string{"mm": "密码已经修改。别的电脑上的登录已全部退出", "dt": "动态码已经关闭"}

// A selfView is one's own account.
type selfView struct {
	Forced   bool // the password is too old: nothing else until it is changed
	Rotate   int
	Account  org.Person
	Session  session.Session
	Factor   bool
	Recovery int
}

func (p selfView) lead() string {
	if p.Forced {
		return fmt.Sprintf("密码已用满 %d 天。修改密码后继续办事", p.Rotate)
	}
	return ""
}

func (p selfView) factorText() string {
	if p.Factor {
		return "关闭动态码"
	}
	return "开启动态码"
}

func (p selfView) facts() []part.Fact {
	var seats []string
	for _, a := range p.Session.Seats {
		seats = append(seats, strings.TrimSpace(a.UnitName+" "+postName(a)))
	}
	fs := []part.Fact{{Label: "账号", Text: p.Account.Login}, {Label: "显示名称", Text: p.Account.Name}, {Label: "职务", Text: strings.Join(seats, "、")}, {Label: "办公电话", Text: p.Account.Phone},
		{Label: "本次登录", Text: moment(p.Session.Started) + "，最迟到 " + moment(p.Session.Ends)},
		{Label: "操作记录", Show: part.To(part.Link{Text: "查看我的操作记录", Href: "/wo/jl"})}}
	if p.Account.Class == org.Business {
		fs = append(fs, part.Fact{Label: "代理", Show: part.To(part.Link{Text: "安排和查看代理", Href: "/wo/dl"})})
	}
	return fs
}

func showSelf(q *Request) (Reply, error) {
	r, err := selfReply(q)
	if text := selfDone[q.Query.Get("done")]; text != "" {
		r = r.Notice(part.Notice{Tone: part.Good, Title: text})
	}
	return r, err
}

func selfReply(q *Request) (Reply, error) {
	v := selfView{Forced: q.Visitor.MustChange}
	err := q.Read(func(tx *db.Tx) (err error) {
		if v.Session, err = session.Of(tx, q.Session(), q.Now); err != nil {
			return err
		}
		rules, err := session.RulesNow(tx)
		if err != nil {
			return err
		}
		v.Rotate = rules.Rotate
		if v.Account, err = org.PersonOf(tx, q.Actor.Person); err != nil {
			return err
		}
		v.Factor, v.Recovery, err = session.HasFactor(tx, q.Actor.Person)
		return err
	})
	return Show("我的账号", v.page()).Narrow(), err
}

func changePassword(q *Request) (Reply, error) {
	page, err := selfReply(q)
	if err != nil {
		return Reply{}, err
	}
	if q.Form.Get("new") != q.Form.Get("again") {
		return page, fault.On("again", "", "两次输入的密码不同，再输一次")
	}
	token, err := session.ChangePassword(q.Ctx, q.Site.DB, q.Session(), q.Form.Get("password"), q.Form.Get("new"), q.Now)
	if err != nil {
		return page, err
	}
	if q.Visitor.MustChange {
		return Go(home(q.Actor)).Enter(token), nil
	}
	return Go(part.Self + "?done=mm").Enter(token), nil
}

// A factorView is where the second factor is turned on and off.
type factorView struct {
	On, Fresh     bool
	Seed, Address string   // while it is being set up
	Codes         []string // recovery codes, shown once
}

// grouped is the seed as people copy it.
func (p factorView) grouped() string {
	var b strings.Builder
	for i, r := range p.Seed {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}

func (p factorView) reply() Reply {
	return Show("动态码", p.page()).Under(part.Link{Text: "我的账号", Href: part.Self}).Narrow()
}

func (q *Request) factor() (v factorView, err error) {
	err = q.Read(func(tx *db.Tx) error {
		s, err := session.Of(tx, q.Session(), q.Now)
		if err != nil {
			return err
		}
		v.Fresh = s.Fresh(q.Now)
		v.On, _, err = session.HasFactor(tx, q.Actor.Person)
		return err
	})
	return v, err
}

// showFactor asks first who is there; a screen left alone is not the person.
func showFactor(q *Request) (Reply, error) {
	v, err := q.factor()
	if err == nil && !v.Fresh {
		return Go(stepUpURL(factorPage)), nil
	}
	return v.reply(), err
}

// sendFactorCode is the address of the factor that is being set up, to be scanned.
// It is the owner's alone, within the step-up, until the first code is typed.
func sendFactorCode(q *Request) (Reply, error) {
	var b []byte
	err := q.Read(func(tx *db.Tx) error {
		_, address, err := session.PendingFactor(tx, q.Session(), product, q.Now)
		if err != nil {
			return err
		}
		b, err = session.Scannable(address)
		return err
	})
	if err != nil {
		return Reply{}, err
	}
	return Send(File{Name: "动态码.png", Type: "image/png", Body: bytes.NewReader(b), At: q.Now}), nil
}

func changeFactor(q *Request) (Reply, error) {
	v, err := q.factor()
	if err != nil {
		return Reply{}, err
	}
	switch q.Form.Get("do") {
	case "new":
		err = q.Write(func(tx *db.Tx) (err error) {
			v.Seed, v.Address, err = session.NewFactor(tx, q.Session(), product, q.Now)
			return err
		})
	case "confirm":
		if err = q.Read(func(tx *db.Tx) (err error) {
			v.Seed, v.Address, err = session.PendingFactor(tx, q.Session(), product, q.Now)
			return err
		}); err != nil {
			break
		}
		err = q.Write(func(tx *db.Tx) (err error) {
			v.Codes, err = session.ConfirmFactor(tx, q.Session(), q.Form.Get("code"), q.Now)
			return err
		})
	case "drop":
		err = q.Write(func(tx *db.Tx) error { return session.DropFactor(tx, q.Session(), q.Now) })
		if err == nil {
			return Go(part.Self + "?done=dt"), nil
		}
	default:
		err = fault.Absent()
	}
	return v.reply(), err
}

func endSessions(q *Request) (Reply, error) {
	err := q.Write(func(tx *db.Tx) error {
		_, err := session.KillAll(tx, q.Actor, q.Actor.Person, q.Now)
		return err
	})
	return Go(part.SignIn).Leave(), err
}

// A deputyView is who stands in for whom in one's own unit.
type deputyView struct {
	Leads  bool
	Rows   []deputyRow
	Layout form.Layout
	Form   org.Deputy
}

type deputyRow struct {
	org.Deputy
	Holder, Stand string // names
	May           bool   // end it
}

func (p deputyView) lead() string {
	if p.Leads {
		return "你可以为自己和本单位其他人的岗位安排代理。代理人以自己的名义办理，被代理人应当回避的，代理人也回避"
	}
	return "你可以为自己的岗位安排代理。代理人以自己的名义办理，你应当回避的，代理人也回避"
}

func (p deputyView) table() part.Table {
	t := part.Table{Caption: "代理", Columns: []part.Column{{Title: "岗位"}, {Title: "代理人"}, {Title: "时间"}, {Title: "缘由"}, {Title: "操作"}}}
	for _, r := range p.Rows {
		act := part.Plain("")
		if r.May {
			act = endDeputy(r.ID, r.Stand)
		}
		t.Rows = append(t.Rows, part.Row{Cells: []templ.Component{part.Plain(r.Holder), part.Plain(r.Stand), part.Plain(part.Day(r.From) + " 至 " + part.Day(r.Until)), part.Plain(r.Reason), act}})
	}
	return t
}

// deputies reads the arrangements of one's unit and what may be arranged.
func (q *Request) deputies(tx *db.Tx) (deputyView, error) {
	a := q.Actor
	every := a.Post == org.Leader && a.For == ""
	v, err := q.deputiesIn(tx, a.Unit, every, func(person string) bool { return a.For == "" && (every || person == a.Person) })
	v.Leads = every
	return v, err
}

// deputiesIn reads the arrangements of a unit ("": of all) and what may be
// arranged there: mine tells for whom; whoever may for every other also may for
// any to stand in.
func (q *Request) deputiesIn(tx *db.Tx, unit string, every bool, mine func(person string) bool) (v deputyView, err error) {
	a, day := q.Actor, org.Day(q.Now)
	var posts, colleagues []form.Option
	names := map[string]string{}
	name := func(id string) string {
		if names[id] == "" {
			p, e := org.PersonOf(tx, id)
			err = cmp.Or(err, e)
			names[id] = p.Name
		}
		return names[id]
	}
	var people []org.Person
	if unit != "" {
		if people, err = org.People(tx, org.Search{Unit: unit}, day); err != nil {
			return v, err
		}
	}
	for _, p := range people {
		names[p.ID] = p.Name
		if p.ID != a.Person {
			colleagues = append(colleagues, form.Option{Value: p.ID, Label: p.Name})
		}
		if !mine(p.ID) {
			continue
		}
		held, err := org.Posts(tx, p.ID)
		if err != nil {
			return v, err
		}
		for _, o := range held {
			if o.Unit == unit && o.Revoked == "" && (o.Until == "" || o.Until >= day) {
				posts = append(posts, form.Option{Value: o.ID, Label: p.Name + "（" + dutyName(o.Duty) + "）"})
			}
		}
	}
	v.Layout = filled(org.DeputyForm, map[string][]form.Option{"posts": posts, "colleagues": colleagues})
	v.Form.From = day
	ds, e := org.Deputies(tx, unit, day)
	err = cmp.Or(err, e)
	for _, d := range ds {
		v.Rows = append(v.Rows, deputyRow{d, name(d.Absent), name(d.Deputy), every || d.Deputy == a.Person || d.Absent == a.Person && a.For == ""})
	}
	return v, err
}

func showDeputies(q *Request) (Reply, error) {
	var v deputyView
	err := q.Read(func(tx *db.Tx) (err error) { v, err = q.deputies(tx); return err })
	return v.reply(), err
}

func (p deputyView) reply() Reply {
	return Show("代理", p.page()).Under(part.Link{Text: "我的账号", Href: part.Self})
}

func changeDeputies(q *Request) (Reply, error) {
	var v deputyView
	if err := q.Read(func(tx *db.Tx) (err error) { v, err = q.deputies(tx); return err }); err != nil {
		return Reply{}, err
	}
	end := q.Form.Get("end")
	if end == "" {
		q.Bind(v.Layout, &v.Form)
	}
	return q.change(v.reply(), func(tx *db.Tx) (Receipt, error) {
		if end != "" {
			return Receipt{What: "代理已结束", Location: "/wo/dl"}, org.EndDeputy(tx, q.Actor, end, q.Now)
		}
		_, err := org.Deputise(tx, q.Actor, v.Form, q.Now)
		return Receipt{What: "代理已安排", Location: "/wo/dl"}, err
	})
}

// change does once, in one transaction, what a form asks for. A refusal is shown
// on the form's own page; an attempt at rights stays on record.
func (q *Request) change(page Reply, do func(tx *db.Tx) (Receipt, error)) (r Reply, err error) {
	err = org.Write(q.Ctx, q.Site.DB, func(tx *db.Tx) (err error) {
		r, err = q.Once(tx, func() (Receipt, error) { return do(tx) })
		return err
	})
	if err != nil {
		return page, err
	}
	return r, nil
}

// filled is a layout with the choices that only the store knows.
func filled(l form.Layout, choices map[string][]form.Option) form.Layout {
	l = slices.Clone(l)
	for i, s := range l {
		l[i].Fields = slices.Clone(s.Fields)
		for j, f := range l[i].Fields {
			if os, ok := choices[f.Source]; ok {
				l[i].Fields[j].Options = os
			}
		}
	}
	return l
}

func dutyName(duty string) string { return postName(org.Actor{Post: duty, Class: org.Business}) }

func showOwnRecord(q *Request) (Reply, error) {
	return recordPage(q, record{Title: "我的操作记录", To: "/wo/jl", Query: audit.Query{Persons: []string{q.Actor.Person}}})
}
