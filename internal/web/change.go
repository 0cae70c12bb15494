package web

import (
	"net/http"
	"slices"

	"github.com/a-h/templ"

	"yidan/internal/adjustment"
	"yidan/internal/catalog"
	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/form"
	"yidan/internal/org"
	"yidan/internal/web/part"
)

// Changers may apply for a change of the list: departments and townships (DM-8.2).
var Changers = Business.Kinds(slices.Concat(Bureaus.kinds, Towns.kinds)...)

// changeRoutes are where a change of the list begins. What follows is a case like
// any other.
var changeRoutes = []Route{
	{http.MethodGet, "/sq/new/adjustment", Changers, Read, func(q *Request) (Reply, error) { return showChange(q, nil) }},
	{http.MethodPost, "/sq/new/adjustment", Changers, Write, beginChange},
	{http.MethodGet, "/sq/new/removal", Changers, Read, func(q *Request) (Reply, error) { return showRemoval(q, nil) }},
	{http.MethodPost, "/sq/new/removal", Changers, Write, beginRemoval},
	{http.MethodGet, "/sq/new/edition", Offices(org.ListOffice), Read, func(q *Request) (Reply, error) { return showNewEdition(q, nil) }},
	{http.MethodPost, "/sq/new/edition", Offices(org.ListOffice), Write, beginEdition},
	{http.MethodPost, "/sq/{id}/dz", Changers, Write, takeOver},
}

// A wanted change is what is asked before its application is opened, so that the
// application begins with what the item says now.
type wanted struct {
	Kind string `json:"kind"`
	Code string `json:"code"`
}

var wantedLayout = form.Layout{{Key: "wanted", Rule: "DM-8.2", Fields: []form.Field{
	{Name: "kind", Label: "要做什么", Type: form.Choice, Need: "选择增加、取消还是调整",
		Options: []form.Option{{Value: adjustment.Add, Label: "增加事项", Hint: "第五条"}, {Value: adjustment.Cancel, Label: "取消事项", Hint: "第六条"}, {Value: adjustment.Adjust, Label: "调整事项内容", Hint: "第七条"}}},
	{Name: "code", Label: "事项编码", Hint: "清单上的编码，例如 J012；从事项页点“提出调整”不用填", Type: form.Line, Max: 20, When: "kind=cancel|adjust", Need: "填写要取消或者调整的“事项编码”"},
}}}

var removalLayout = form.Layout{{Key: "wanted", Rule: "AE-11.1", Fields: []form.Field{
	{Name: "code", Label: "事项编码", Hint: "清单上的编码，例如 J012", Type: form.Line, Max: 20, Need: "填写要退出清单的“事项编码”"},
}}}

func showChange(q *Request, typed *wanted) (Reply, error) {
	if typed == nil {
		typed = &wanted{Kind: q.Query.Get("kind"), Code: form.Clean(q.Query.Get("code"))}
	}
	before, err := q.alreadyBegun(typed.Code)
	return asking{
		Before: before,
		Head:   part.Head{Title: "提出清单调整", Lead: "增加、取消事项，或者调整事项内容。应当在事由发生之日起 10 个工作日内提出。"},
		To:     "/sq/new/adjustment" + ask(nil, "duty", q.Query.Get("duty")), Fields: wantedLayout.Fields(), Src: typed,
		Do: part.Do{Text: "开始填写"}, Back: part.Link{Text: "返回清单", Href: staffList},
	}.reply(part.Link{Text: "办件", Href: "/sq"}), err
}

// alreadyBegun says that the actor's unit has begun an application about an item, and
// leads to it; nil where it has not.
func (q *Request) alreadyBegun(code string) (templ.Component, error) {
	all, err := q.underway()
	u, ok := all[code]
	if !ok || code == "" {
		return nil, err
	}
	return part.AsOf("关于 "+code+"，你单位"+begunLink(u).Text+"：《"+u.Title+"》。", part.Link{Text: "打开接着办", Href: "/sq/" + u.ID}), nil
}

// beginChange opens an application filled in with what the item says now.
func beginChange(q *Request) (Reply, error) {
	var w wanted
	q.Bind(wantedLayout, &w)
	page, err := showChange(q, &w)
	if err != nil {
		return page, err
	}
	if err := fault.Join(wantedLayout.Check(&w)...); err != nil {
		return page, err
	}
	return q.change(page, func(tx *db.Tx) (Receipt, error) {
		return q.open(tx, "adjustment", func(tx *db.Tx, dst any) error {
			x := dst.(*adjustment.Change)
			if w.Kind != adjustment.Add {
				v, err := q.latest(tx, w.Code, adjustment.CodeRule(w.Kind))
				if err != nil {
					return err
				}
				x.Fill(v)
			}
			x.Kind, x.Scope = w.Kind, orElse(x.Scope, "all")
			x.Contact, x.Phone = q.Actor.Name, q.phone(tx)
			if ref := q.Query.Get("duty"); ref != "" {
				return adjustment.Answer(tx, x, ref, q.Actor.Units()...)
			}
			return nil
		})
	})
}

func showRemoval(q *Request, typed *wanted) (Reply, error) {
	if typed == nil {
		typed = &wanted{Code: form.Clean(q.Query.Get("code"))}
	}
	before, err := q.alreadyBegun(typed.Code)
	return asking{
		Before: before,
		Head:   part.Head{Title: "申请事项退出清单", Lead: "因依据变化、上级决定取消或者职能调整，不宜继续列入清单的事项，填准出审批表申请退出。按动态管理办法第六条取消的，从事项页点“提出调整”，选“取消事项”。"},
		To:     "/sq/new/removal", Fields: removalLayout.Fields(), Src: typed, Do: part.Do{Text: "开始填写"}, Back: part.Link{Text: "返回清单", Href: staffList},
	}.reply(part.Link{Text: "办件", Href: "/sq"}), err
}

func beginRemoval(q *Request) (Reply, error) {
	var w wanted
	q.Bind(removalLayout, &w)
	page, err := showRemoval(q, &w)
	if err != nil {
		return page, err
	}
	if err := fault.Join(removalLayout.Check(&w)...); err != nil {
		return page, err
	}
	return q.change(page, func(tx *db.Tx) (Receipt, error) {
		return q.open(tx, "removal", func(tx *db.Tx, dst any) error {
			v, err := q.latest(tx, w.Code, "AE-11.1")
			if err != nil {
				return err
			}
			x := dst.(*adjustment.Removal)
			x.Fill(v)
			x.Contact, x.Phone = q.Actor.Name, q.phone(tx)
			return nil
		})
	})
}

func showNewEdition(q *Request, typed *wanted) (Reply, error) {
	return asking{
		Head: part.Head{Title: "编制新版清单", Lead: "选入已经批准并备案的变更，送区委办公室、区政府办公室印发。"},
		To:   "/sq/new/edition", Src: &wanted{}, Do: part.Do{Text: "开始编制"}, Back: part.Link{Text: "返回清单", Href: staffList},
	}.reply(part.Link{Text: "清单", Href: staffList}), nil
}

// beginEdition opens the draft of the next edition with everything that waits for one
// and that no other edition has taken in.
func beginEdition(q *Request) (Reply, error) {
	page, _ := showNewEdition(q, nil)
	return q.change(page, func(tx *db.Tx) (Receipt, error) {
		return q.open(tx, "edition", func(tx *db.Tx, dst any) error {
			ps, err := catalog.Waiting(tx)
			if err != nil {
				return err
			}
			taken, err := q.takenIn(tx, "")
			for _, p := range ps {
				if x := dst.(*adjustment.Edition); taken[p.Cause] == "" {
					x.Cases = append(x.Cases, p.Cause)
				}
			}
			return err
		})
	})
}

// open opens a draft of a procedure and leads to it.
func (q *Request) open(tx *db.Tx, procedure string, fill func(tx *db.Tx, dst any) error) (Receipt, error) {
	id, err := q.Site.Cases.OpenIn(tx, procedure, q.Actor, q.Now, fill)
	return Receipt{What: "草稿已建立，只有本单位看得到", Location: "/sq/" + id}, err
}

// latest is an item as the last edition left it.
func (q *Request) latest(tx *db.Tx, code, rule string) (*catalog.Version, error) {
	b, err := q.Site.Books.Get(tx)
	if err != nil {
		return nil, err
	}
	v := b.Latest(code)
	if v == nil {
		return nil, fault.On("code", rule, "%s", b.NotListed(code))
	}
	return v, nil
}

// phone is the telephone of the actor's unit: nobody types it twice.
func (q *Request) phone(tx *db.Tx) string {
	dir, err := org.LoadDirectory(tx)
	if err != nil {
		return ""
	}
	u, _ := dir.Unit(q.Actor.Unit)
	return u.Phone
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
