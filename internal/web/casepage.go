package web

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"

	"yidan/internal/admission"
	"yidan/internal/calendar"
	"yidan/internal/casework"
	"yidan/internal/db"
	"yidan/internal/document"
	"yidan/internal/form"
	"yidan/internal/org"
	"yidan/internal/web/part"
)

// The tabs of a case, in the order of the page.
const (
	tabForm     = "nr" // 内容
	tabOpinions = "yj" // 意见
	tabFiles    = "cl" // 材料
	tabLog      = "jl" // 办理记录
	tabLinks    = "gl" // 关联
)

// A caseWait is one line of 现在该谁办, or the deadline of the whole.
type caseWait struct {
	Who, What, Words string
	Light            calendar.Light
	Why              *part.Why
}

// A caseAsk is what the reader is asked: one card with the ways to answer.
type caseAsk struct {
	Title, Words, Rule, To string
	Light                  calendar.Light
	Why                    *part.Why
	Ways                   casework.Ways
	Draft                  bool
	Returned               []part.Fact
	Unsigned               string    // why the leader sent the answer back; "" where nobody did
	Revise                 string    // where the form is revised first; "" for nowhere
	Next                   part.Link // what answers it elsewhere
}

// acts are what the reader may do besides answering, under one heading.
type acts struct {
	About string
	Links []part.Link
}

// A beside is what a register says of a case, under one heading.
type beside struct {
	Title string
	Facts []part.Fact
}

// A casePage is the page of a case.
type casePage struct {
	*matter
	Head     part.Head
	Tags     []string
	Deadline *caseWait
	Steps    []part.Step
	Tabs     []part.Tab
	Tab      string
	Waiting  []caseWait
	Asking   []caseAsk
	Taking   casework.Ways // ways the reader may take unasked
	Acts     []acts
	Unread   []string // what the reader's unit was told and has not read

	Layout   form.Layout
	Read     any         // the form as this reader may read it
	Noted    []part.Fact // demonstrations entered while it was reviewed
	Similar  []part.Link
	Changes  []changedItem // what it makes of the list
	Findings []string      // what keeps an edition from being issued
	Rests    *reading      // how its bases stand
	Refused  *refusal      // why it was refused; nil where it was not
	Opinions []part.Opinion
	Files    []part.File
	Drop     string
	MayAdd   bool
	Papers   []paperLine
	Unsigned bool // the form can be printed for signing
	Log      []part.Entry
	HandedIn []part.Link
	Links    []casework.Link
	Children []casework.Row
	Parent   *part.Link
	Told     []part.Entry
	Voiced   *voiced  // what the public has to do with it; nil for nothing
	Beside   []beside // what registers say of it
}

// page reads what the page of a case shows.
func (m *matter) page(tx *db.Tx) (Reply, error) {
	p := &casePage{matter: m, Steps: m.steps(false), Tab: m.q.Query.Get("tab")}
	p.Head = part.Head{Title: m.Title(), Lead: called(m.Case) + "　" + m.party(m.Owner)}
	p.Tags = append(p.Tags, m.Status())
	if m.Sealed {
		p.Tags = append(p.Tags, "限定查看")
	}
	if !m.Archived.IsZero() {
		p.Tags = append(p.Tags, "已归档")
	}
	if t, ok := m.deadline(); ok && len(m.Asked(m.q.Actor)) == 0 { // whoever is asked sees it where they are asked
		p.Deadline = &caseWait{Light: m.light(t), Why: m.reckoning(t)}
	}
	m.waiting(p)
	for _, f := range []func(*db.Tx, *casePage) error{m.asked, m.told, m.content, m.papers, m.refused, m.history, m.linked, m.voiced, m.ordered, m.handed, m.issued, m.live} {
		if err := f(tx, p); err != nil {
			return Reply{}, err
		}
	}
	p.Opinions = m.opinions()
	p.tabs()
	r := m.reply(Show("", caseBody(p)))
	return r.Print(m.sheet()), nil
}

// edition says under which rules the case runs: those of the day it was filed (DM-12.1).
func (m *matter) edition() string {
	if m.Filed.IsZero() {
		return ""
	}
	return fmt.Sprintf("按提交那天（%s）生效的%s程序第 %d 版、时限和表格办理。", part.Day(org.Day(m.Filed)), m.Procedure.Title, m.Procedure.Edition)
}

func (p *casePage) tabs() {
	counts := map[string]int{tabOpinions: len(p.Opinions), tabFiles: len(p.Files) + len(p.Papers), tabLinks: len(p.Links) + len(p.Children)}
	known := false
	for _, t := range []struct{ key, text string }{{tabForm, "内容"}, {tabOpinions, "意见"}, {tabFiles, "材料"}, {tabLog, "办理记录"}, {tabLinks, "关联"}} {
		p.Tabs = append(p.Tabs, part.Tab{Text: t.text, Href: p.path("?tab=" + t.key), Count: counts[t.key], Here: t.key == p.Tab})
		known = known || t.key == p.Tab
	}
	if !known {
		p.Tab, p.Tabs[0].Here = tabForm, true
	}
}

// waiting is whom the case is waiting for.
func (m *matter) waiting(p *casePage) {
	for _, no := range m.Pending() {
		t, _ := m.Task(no)
		if about, _ := m.Task(t.About); t.Kind == casework.Grant && about.Held.By.Unit != m.q.Actor.Unit && !m.q.Actor.Is(t.Party) {
			continue // said with what is to be signed, whose words are not said yet
		}
		w := caseWait{Who: m.party(t.Party), What: m.asks(t), Words: t.Words, Light: m.light(t)}
		if h := m.dir.Heir(t.Party.Unit, m.day); h != "" && h != t.Party.Unit {
			w.Who += "（由" + m.dir.Called(h) + "承继）"
		}
		switch {
		case t.Held.Verdict != "":
			w.What += "：已送签，等签发"
		case t.Child != "":
			w.What += "：等关联的办件办结"
		}
		p.Waiting = append(p.Waiting, w)
	}
}

// asked is what the reader may do now: answer, take a way, act.
func (m *matter) asked(tx *db.Tx, p *casePage) error {
	for _, t := range m.Asked(m.q.Actor) {
		a := caseAsk{Title: m.asks(t) + inherited(m.q.Actor, t.Party.Unit, m.dir), Words: m.toSign(t), To: m.path(fmt.Sprintf("/y/%d", t.No)), Light: m.light(t), Why: m.reckoning(t), Ways: m.ways(t)}
		if t.Kind == casework.Main {
			a.Rule, a.Unsigned = m.Step().Rule, m.sentBack(t)
			if len(a.Ways) == 1 {
				a.Rule = cmp.Or(a.Ways[0].Rule, a.Rule)
			}
		}
		if m.revises(t) {
			a.Revise, a.Returned = m.path("/hd"), m.returned()
		}
		if e := m.Step().Errand; e.Matter != "" && t.Matter == e.Matter {
			a.Rule, a.Words = e.Rule, e.Words(m.Case)
			a.Next = part.Link{Text: e.Label, Href: "/sq/new/" + e.Begins + "?" + url.Values{e.Field: {m.ID}}.Encode()}
		}
		v, _, err := casework.DraftOf(tx, m.q.Actor.Person, m.ID, t.No)
		if err != nil {
			return err
		}
		a.Draft = v != nil
		p.Asking = append(p.Asking, a)
	}
	p.Taking = m.WaysFor(nil, m.q.Actor)
	if _, ok := m.Form.(copied); ok && m.q.Actor.Is(m.Owner) && m.Number != "" {
		p.Acts = append(p.Acts, acts{"再办一件", []part.Link{{Text: "复制为新的申请", Href: "/sq/new/" + m.Procedure.Name + "?" + url.Values{"copy": {m.ID}}.Encode()}}})
	}
	for _, a := range actPages {
		if m.offers(a) {
			if n := len(p.Acts); n == 0 || p.Acts[n-1].About != a.about {
				p.Acts = append(p.Acts, acts{About: a.about})
			}
			g := &p.Acts[len(p.Acts)-1]
			g.Links = append(g.Links, part.Link{Text: a.title(m), Href: m.path("/z/" + string(a.act))})
		}
	}
	return nil
}

// ways are the ways in which the reader may answer a task.
func (m *matter) ways(t casework.Task) casework.Ways {
	if t.Kind != casework.Main {
		return casework.AsideWays(t.Kind)
	}
	return m.WaysFor(&t, m.q.Actor)
}

// revises reports that a task is answered after revising the form.
func (m *matter) revises(t casework.Task) bool {
	return t.Kind == casework.Correct || t.Kind == casework.Main && m.Step().Edits
}

// told is who was told of the case, and what of it the reader's unit is to read.
func (m *matter) told(tx *db.Tx, p *casePage) error {
	all, parties, err := casework.ToldOf(tx, m.ID)
	if err != nil {
		return err
	}
	for i, x := range all {
		if slices.Contains(m.q.Actor.Keys(), parties[i]) && x.Read.IsZero() {
			p.Unread = append(p.Unread, x.Text)
		}
		e := part.Entry{At: sayTime(x.At, m.q.Now), Text: "告知" + m.keyed(parties[i]), More: "未阅"}
		if !x.Read.IsZero() {
			e.More = x.ReadBy + " " + sayTime(x.Read, m.q.Now) + " 已阅"
		}
		p.Told = append(p.Told, e)
	}
	return nil
}

// keyed is the party of a key, in words.
func (m *matter) keyed(key string) string {
	if kind, id := key[:min(2, len(key))], key[min(2, len(key)):]; kind == "r:" {
		return m.party(org.Holder(org.Role(id)))
	} else {
		return m.party(org.Unit(id))
	}
}

// content is the form as the reader may read it, and what in the list is like it.
func (m *matter) content(tx *db.Tx, p *casePage) (err error) {
	if p.Read, err = m.readable(m.Form); err != nil {
		return err
	}
	if p.Layout, err = m.contentLayout(tx); err != nil {
		return err
	}
	if p.Changes, p.Findings, err = m.changes(tx); err != nil {
		return err
	}
	if p.Rests, err = m.reading(tx, false); err != nil {
		return err
	}
	if p.Noted, err = m.noted(tx); err != nil {
		return err
	}
	p.Similar, err = m.similar(tx)
	return err
}

// contentLayout is a form in the order in which it is read.
func (m *matter) contentLayout(tx *db.Tx) (form.Layout, error) {
	l, err := m.offerAll(tx, m.Procedure.Layout)
	if m.Procedure.Read != nil {
		l = m.Procedure.Read(m.Stage, l)
	}
	return l, err
}

// mostSimilar is how many items of the list a case is held against.
const mostSimilar = 5

// similar are items of the list in force that are like what a unit wants to hand
// to townships: what is its own duty already cannot be handed on (AE-3.1).
func (m *matter) similar(tx *db.Tx) (ls []part.Link, err error) {
	_, hands := m.Form.(*admission.Request)
	if !hands || m.Stage == casework.Closed {
		return nil, nil
	}
	book, err := m.q.Site.Books.Get(tx)
	if err != nil {
		return nil, err
	}
	for _, x := range book.Similar(m.day, m.Title(), m.Owner.Unit, mostSimilar) {
		ls = append(ls, part.Link{Text: x.Code + " " + x.Name, Href: "/qd/" + x.Code})
	}
	return ls, nil
}

// history is the timeline and every form as it was handed in.
func (m *matter) history(tx *db.Tx, p *casePage) error {
	es, err := m.timeline(tx)
	if err != nil {
		return err
	}
	p.Log = m.log(es)
	for i, e := range es {
		if e.Form != nil {
			p.HandedIn = append(p.HandedIn, part.Link{Text: sayTime(e.At, m.q.Now) + " " + m.doer(e) + "：" + m.deed(e), Href: m.path(fmt.Sprintf("/bd/%d", i+1))})
		}
	}
	return nil
}

// linked is what the case is linked with, what it came from and what came of it.
func (m *matter) linked(tx *db.Tx, p *casePage) (err error) {
	if p.Links, err = casework.Links(tx, m.q.Actor, m.ID); err != nil {
		return err
	}
	if p.Children, err = casework.Children(tx, m.q.Actor, m.ID); err != nil {
		return err
	}
	if id := m.Parent.Case; id != "" && casework.Visible(tx, m.q.Actor, id) == nil {
		c, err := casework.Load(tx, m.env, id, m.q.Now)
		if err != nil {
			return err
		}
		p.Parent = &part.Link{Text: called(c) + " " + c.Title(), Href: "/sq/" + id}
	}
	return nil
}

// papers are the attachments, and the papers of which the reader's unit keeps a copy.
func (m *matter) papers(tx *db.Tx, p *casePage) error {
	as, err := document.Of(tx, m.ID)
	if err != nil {
		return err
	}
	p.MayAdd = m.May(casework.ActAttach, m.q.Actor) == nil && m.Archived.IsZero()
	p.Files, p.Unsigned = m.files(as), m.unsigned() != nil
	of := m.ID
	if y, ok := m.Form.(interface{ PapersOf() string }); ok { // what was handed over with it
		of = y.PapersOf()
	}
	ps, err := document.OfCase(tx, of)
	for _, x := range ps {
		if c, ok := x.CopyOf(m.q.Actor.Units()...); ok {
			p.Papers = append(p.Papers, paperLine{Paper: x, Copy: c})
		}
	}
	return err
}

// A paperLine is a paper and the copy that the reader's unit keeps.
type paperLine struct {
	document.Paper
	Copy document.Copy
}

// files are attachments as they are listed.
func (m *matter) files(as []document.Attachment) (fs []part.File) {
	for _, a := range as {
		fs = append(fs, part.File{ID: a.ID, Name: a.Name, Href: m.path("/fj/" + a.ID), Size: a.Blob.Size, Note: a.AddedName + " " + sayTime(a.AddedAt, m.q.Now)})
	}
	return fs
}

// removable are the files that the reader's unit added and may take away now.
func (m *matter) removable(tx *db.Tx) (own, others []part.File, err error) {
	as, err := document.Of(tx, m.ID)
	for _, a := range as {
		f := m.files([]document.Attachment{a})
		if a.Unit == m.q.Actor.Unit && m.MayRemove(a.ID, casework.Stage(a.Stage), m.q.Actor) == nil {
			own = append(own, f...)
		} else {
			others = append(others, f...)
		}
	}
	return own, others, err
}
