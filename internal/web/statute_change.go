package web

import (
	"strings"

	"yidan/internal/catalog"
	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/form"
	"yidan/internal/regulation"
	"yidan/internal/statute"
	"yidan/internal/web/part"
)

// A lawFormView is the page where an instrument is entered or corrected.
type lawFormView struct {
	Title, Lead, To string
	Tabs            []part.Tab
	Form            statute.Head
}

// lawForm is that page as it is opened.
func (q *Request) lawForm() (v lawFormView, err error) {
	v = lawFormView{Title: "登记一部法规文件", Lead: "法律、行政法规、地方性法规、规章和政策文件", To: lawBook + "/xin", Tabs: lawTabs(lawBook + "/xin")}
	if q.Path("id") == "" {
		v.Form.Title = form.Clean(q.Query.Get("title"))
		return v, nil
	}
	_, i, err := q.law()
	if err != nil {
		return v, err
	}
	return lawFormView{Title: "修改登记", Lead: i.Title, To: lawBook + "/gai/" + i.ID, Form: i.Head}, nil
}

func (v lawFormView) reply() Reply {
	return Show(v.Title, lawFormPage(v)).Under(part.Link{Text: "法规库", Href: lawBook})
}

func showLawForm(q *Request) (Reply, error) {
	v, err := q.lawForm()
	if err != nil {
		return Reply{}, err
	}
	return v.reply(), nil
}

// enterLaw enters an instrument, or corrects what is known about it.
func enterLaw(q *Request) (Reply, error) {
	v, err := q.lawForm()
	if err != nil {
		return Reply{}, err
	}
	q.Bind(statute.HeadForm, &v.Form)
	to, err := q.onLaws(func(tx *db.Tx) (Receipt, error) {
		id, err := statute.Enter(tx, q.Actor, q.Path("id"), v.Form, q.Now)
		return Receipt{What: "法规已登记", Location: lawBook + "/" + id}, err
	})
	if err != nil {
		return v.reply(), err
	}
	return to, nil
}

// onLaws writes to the register once for a form.
func (q *Request) onLaws(do func(tx *db.Tx) (Receipt, error)) (to Reply, err error) {
	err = q.Write(func(tx *db.Tx) (err error) {
		to, err = q.Once(tx, func() (Receipt, error) { return do(tx) })
		return err
	})
	return to, err
}

// A changeView is the page where it is noted what happened to an instrument, with
// what it would reach before it is noted.
type changeView struct {
	Title, Lead, To string
	Section         form.Section
	Form            statute.Account
	Impact          *impactView // of what is typed
}

func (l laws) changeView(i *statute.Instrument) changeView {
	v := changeView{Title: "记一次变动", Lead: i.Title, To: lawBook + "/bd/" + i.ID, Section: l.accountForm(i)[0]}
	for _, a := range given(l.q.Query["a"]) {
		v.Form.Articles = append(v.Form.Articles, a)
	}
	v.Form.Event, v.Form.On = l.q.Query.Get("e"), l.q.Query.Get(qOn)
	return v
}

// accountForm is the form with the articles that the register knows.
func (l laws) accountForm(i *statute.Instrument) form.Layout {
	s := statute.AccountForm[0]
	var fields []form.Field
	for _, f := range s.Fields {
		if f.Source == "articles" {
			choices := l.choices(i, append(l.q.Query["a"], l.q.Form["articles"]...))
			if len(choices) == 0 {
				continue
			}
			for _, a := range choices {
				o := form.Option{Value: a, Label: a}
				if l.gone.Of(statute.Basis{Instrument: i.ID, Article: a}).Gone() {
					o.Hint = "已废止"
				}
				f.Options = append(f.Options, o)
			}
		}
		fields = append(fields, f)
	}
	s.Fields = fields
	return form.Layout{s}
}

func (v changeView) reply(l laws, i *statute.Instrument) Reply {
	return Show("记一次变动", changePage(v)).Under(part.Link{Text: "法规库", Href: lawBook}, part.Link{Text: i.Title, Href: lawBook + "/" + i.ID}).Print(l.sheet("模拟，没有保存"))
}

func showChangeForm(q *Request) (Reply, error) {
	l, i, err := q.law()
	if err != nil {
		return Reply{}, err
	}
	return l.changeView(i).reply(l, i), nil
}

// noteChange shows what a change would reach, or notes it.
func noteChange(q *Request) (Reply, error) {
	l, i, err := q.law()
	if err != nil {
		return Reply{}, err
	}
	v := l.changeView(i)
	q.Bind(l.accountForm(i), &v.Form)
	cs, err := l.reg.Changes(i.ID, v.Form)
	if err != nil {
		return v.reply(l, i), err
	}
	if q.Text("do") != "note" {
		var im catalog.Impact
		if err := q.Read(func(tx *db.Tx) (err error) { im, err = regulation.Impact(tx, q.Site.Books, cs, q.Now); return err }); err != nil {
			return Reply{}, err
		}
		x := l.impact(i, im, "")
		v.Impact = &x
		return v.reply(l, i), nil
	}
	to, err := q.onLaws(func(tx *db.Tx) (Receipt, error) {
		im, err := regulation.RecordChanges(tx, q.Site.Books, q.Site.Triggers, q.Actor, cs, q.Now)
		if err != nil {
			return Receipt{}, err
		}
		var ids []string
		for _, c := range im.Changes {
			ids = append(ids, qChange+"="+c.ID)
		}
		return Receipt{What: "《" + i.Title + "》的变动已登记", Location: lawImpact + "/" + i.ID + "?" + strings.Join(ids, "&")}, nil
	})
	if err != nil {
		return v.reply(l, i), err
	}
	return to, nil
}

var withdrawLayout = form.Layout{{Key: "withdraw", Fields: []form.Field{{Name: "change", Label: "哪一次变动"}, {Name: "reason", Label: "为什么记错了"}}}}

// withdrawChange says that a change was noted by mistake.
func withdrawChange(q *Request) (Reply, error) {
	l, i, err := q.law()
	if err != nil {
		return Reply{}, err
	}
	v, err := l.view(i)
	if err != nil {
		return Reply{}, err
	}
	q.Bind(withdrawLayout, &v.Form)
	c, ok := l.reg.Change(v.Form.Change)
	if !ok || c.Instrument != i.ID {
		return lawReply(l, v), fault.On("change", "DM-8.1", "选择记错的是哪一次变动")
	}
	to, err := q.onLaws(func(tx *db.Tx) (Receipt, error) {
		stand, err := regulation.WithdrawChange(tx, q.Actor, c.ID, v.Form.Reason, q.Now)
		r := Receipt{What: "变动登记已撤销", Location: lawBook + "/" + i.ID}
		if len(stand) > 0 {
			r.What += "（已经在办的不受影响：" + strings.Join(stand, "；") + "）"
		}
		return r, err
	})
	if err != nil {
		return lawReply(l, v), err
	}
	return to, nil
}
