package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"yidan/internal/adjustment"
	"yidan/internal/admission"
	"yidan/internal/approval"
	"yidan/internal/catalog"
	"yidan/internal/db"
	"yidan/internal/org"
	"yidan/internal/statute"
	"yidan/internal/web/part"
)

// reviewRoutes hold what a case says against what it rests on.
var reviewRoutes = []Route{{http.MethodGet, "/sq/{id}/yj", Business, Read, showGrounds}}

// A reading is the words of a case beside the articles on which they rest, each as
// it stands today.
type reading struct {
	Words   []part.Fact
	Grounds []ground
}

// A ground is one basis: how it stands, and what its article says.
type ground struct {
	Basis   part.Basis
	State   string
	Text    []paragraph // nil where the register does not have its words
	From    string      // the day of the version
	Missing string      // what the register does not have
	Add     part.Link   // where it is entered, for whoever keeps the register
}

// A paragraph of an article; Cited is the one that was cited.
type paragraph struct {
	Text  string
	Cited bool
}

// marks is the register as the reader of a page sees it today.
func (q *Request) marks(tx *db.Tx) (citing, error) {
	reg, err := statute.Load(tx)
	if err != nil {
		return citing{}, err
	}
	return citing{reg, reg.Standing(org.Day(q.Now)), staffList, keepsLaws(q.Actor)}, nil
}

// rests is what a case says, and what that rests on; an application that is about
// the law names that law too.
func (m *matter) rests(book *catalog.Book) (words []part.Fact, bs []statute.Basis) {
	var event adjustment.Evidence
	switch x := m.Form.(type) {
	case *admission.Request:
		words = []part.Fact{{Label: "事项", Text: x.Matter}, {Label: "主体责任", Text: x.Main}, {Label: "配合责任", Text: x.Cooperating}, {Label: "职责任务", Text: x.Task}, {Label: "办事流程", Text: x.Process}, {Label: "完成时限", Text: x.Limit}, {Label: "保障措施", Text: x.Safeguards}}
		bs = x.Rests()
		for _, s := range statute.Spots(x.LawBasis) {
			bs = append(bs, s.Basis)
		}
	case *adjustment.Change:
		event = x.Evidence
	case *adjustment.Removal:
		event = x.Evidence
	default:
		return nil, nil
	}
	if d, ok := m.difference(book, m.Case); ok {
		t := d.Version().Text
		words = []part.Fact{{Label: "具体事项", Text: t.Name}, {Label: "部分", Text: catalog.PartName(t.Part)}, {Label: "部门", Text: share(t)}, {Label: "部门职责划分", Text: t.Division}, {Label: "主体责任", Text: t.Main}, {Label: "配合责任", Text: t.Cooperating}, {Label: "适用", Text: t.Scope()}}
		bs = append(bs, t.Bases()...)
	}
	if event.Has(adjustment.ByLaw) && event.Instrument != "" {
		b := statute.Basis{Title: strings.Trim(event.Instrument, "《》"), Article: statute.Article(event.Article)}
		// What happened to all of a law is read under the articles that are cited of it.
		if b.Article != "" || !slices.ContainsFunc(bs, func(x statute.Basis) bool { return statute.ID(x.Title) == statute.ID(b.Title) }) {
			bs = append(bs, b)
		}
	}
	return words, statute.Registered(bs)
}

// reading reads what a case rests on; nil where it rests on no basis.
func (m *matter) reading(tx *db.Tx, texts bool) (*reading, error) {
	book, err := m.q.Site.Books.Get(tx)
	if err != nil {
		return nil, err
	}
	words, bs := m.rests(book)
	if words == nil {
		return nil, nil
	}
	c, err := m.q.marks(tx)
	r := &reading{Words: words}
	for _, b := range bs {
		g := ground{Basis: c.basis(b, ""), State: c.state(b)}
		if texts && err == nil {
			err = c.read(tx, &g, b, m.day)
		}
		r.Grounds = append(r.Grounds, g)
	}
	return r, err
}

// read fills in what an article says on a day, or what the register does not have.
func (c citing) read(tx *db.Tx, g *ground, b statute.Basis, day string) error {
	_, known := c.reg.Of(b.Instrument)
	if !known {
		g.State, g.Missing = "", "法规库里没有这部法规文件，无法核对。"
		g.Add = part.Link{Text: "登记这部法规文件", Href: lawBook + "/xin?" + url.Values{"title": {b.Title}}.Encode()}
	} else if b.Article == "" {
		g.Missing = "没有写明哪一条。写明条款才能对照原文。"
		if b.Official() {
			g.Missing = "政策文件没有分条，按文号查原件。"
		}
	} else {
		t, ok, err := statute.Said(tx, b, day)
		if err != nil {
			return err
		}
		if !ok {
			g.Missing = "法规库里没有" + statute.Whole(b.Article) + "的条文。"
			g.Add = part.Link{Text: "导入条文", Href: lawBook + "/dr"}
		} else {
			cited := statute.Paragraph(b.Article)
			if t.On != "" {
				g.From = part.Day(t.On)
			}
			for n, p := range strings.Split(t.Body, "\n") {
				g.Text = append(g.Text, paragraph{p, n+1 == cited})
			}
		}
	}
	if !c.keeps {
		g.Add = part.Link{}
	}
	return nil
}

// reviews reports that a task is a review, in which words are held against articles.
func (p *answerPage) reviews() bool {
	return p.Task.Matter == approval.ByJustice || p.Task.Matter == approval.ByOffice
}

// showGrounds is what a case says beside what it rests on, for whoever may see it.
func showGrounds(q *Request) (Reply, error) {
	return q.onMatter(func(tx *db.Tx, m *matter) (Reply, error) {
		r, err := m.reading(tx, true)
		if err != nil {
			return Reply{}, err
		}
		return m.reply(Show("依据对照", groundsPage(m, r))).Print(m.sheet()), nil
	})
}
