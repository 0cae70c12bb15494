package web

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"yidan/internal/admission"
	"yidan/internal/audit"
	"yidan/internal/casework"
	"yidan/internal/db"
	"yidan/internal/document"
	"yidan/internal/fault"
	"yidan/internal/form"
	"yidan/internal/handover"
	"yidan/internal/org"
	"yidan/internal/web/part"
)

// beginRoutes are the page on which a case of a procedure begins.
func beginRoutes(kind string, who Who) []Route {
	return []Route{
		{http.MethodGet, "/sq/new/" + kind, who, Read, func(q *Request) (Reply, error) { return showBegin(q, kind) }},
		{http.MethodPost, "/sq/new/" + kind, who, Write, func(q *Request) (Reply, error) { return begin(q, kind) }},
	}
}

func showBegin(q *Request, kind string) (r Reply, err error) {
	err = q.Read(func(tx *db.Tx) error {
		env, err := q.Site.Cases.Wire(tx, q.Now)
		if err != nil {
			return err
		}
		p, err := env.Editions.Of(kind, 0, q.Now, q.Now)
		if err == nil {
			v := beginning{Procedure: p, To: "/sq/new/" + kind + ask(nil, "code", q.Query.Get("code")), Admission: q.Query.Get("admission")}
			if v.Earlier, err = q.earlier(tx, p, q.Query.Get("copy")); err != nil {
				return err
			}
			r = Show(v.called(), beginBody(v)).Narrow().Under(part.Link{Text: "办件", Href: "/sq"})
		}
		return err
	})
	return r, err
}

// A beginning is the page on which a case begins.
type beginning struct {
	*casework.Procedure
	To, Admission string
	Earlier       []part.Option // applications of the unit that it may be copied from
}

// called is what a unit begins.
func (p beginning) called() string { return cmp.Or(p.Begin, "提出"+p.Title+"申请") }

// A copied form can begin as what an earlier one said; what was copied is marked
// until it is saved.
type copied interface {
	Copy(number string) any
	Copied(section string) string
	Check(section string)
}

// mostEarlier is how many earlier applications are offered for copying.
const mostEarlier = 100

// earlier are the applications of the actor's unit that a new one may be copied
// from, the last first.
func (q *Request) earlier(tx *db.Tx, p *casework.Procedure, on string) (os []part.Option, err error) {
	if _, ok := p.Form().(copied); !ok {
		return nil, nil
	}
	rows, _, err := casework.Brought(tx, q.Actor, false, casework.Filter{Procedure: p.Name, Limit: mostEarlier}, q.Now)
	for _, r := range rows {
		if r.Number != "" {
			os = append(os, part.Option{Value: r.ID, Label: r.Number + " " + r.Title, On: r.ID == on})
		}
	}
	return os, err
}

// copyInto writes what an earlier application of the unit said into a new form.
func (q *Request) copyInto(tx *db.Tx, p *casework.Procedure, id string, dst any) error {
	m, err := q.matter(tx, id)
	if err != nil {
		return err
	}
	src, ok := m.Form.(copied)
	if !ok || !q.Actor.Is(m.Owner) || m.Procedure.Name != p.Name {
		return fault.Absent()
	}
	b, err := json.Marshal(src.Copy(called(m.Case)))
	if err != nil {
		return err
	}
	return json.Unmarshal(b, dst)
}

// begin opens a draft, filled in with what the district knows already.
func begin(q *Request, kind string) (r Reply, err error) {
	err = q.Write(func(tx *db.Tx) error {
		r, err = q.Once(tx, func() (Receipt, error) {
			env, err := q.Site.Cases.Wire(tx, q.Now)
			if err != nil {
				return Receipt{}, err
			}
			p, err := env.Editions.Of(kind, 0, q.Now, q.Now)
			if err != nil {
				return Receipt{}, err
			}
			id, err := q.Site.Cases.OpenIn(tx, kind, q.Actor, q.Now, func(tx *db.Tx, dst any) error { return q.prefill(tx, p, dst) })
			return Receipt{What: "草稿已建立，只有本单位看得到", Location: "/sq/" + id}, err
		})
		return err
	})
	return r, err
}

// prefill writes what the district knows already: nobody is asked twice.
func (q *Request) prefill(tx *db.Tx, p *casework.Procedure, dst any) error {
	m, err := q.seen(tx, &casework.Case{Procedure: p})
	if err != nil {
		return err
	}
	v := url.Values{"contact": {q.Actor.Name}}
	if u, ok := m.dir.Unit(q.Actor.Unit); ok {
		v.Set("phone", u.Phone)
	}
	if id := cmp.Or(q.Text("admission"), form.Clean(q.Query.Get("admission"))); id != "" {
		a, err := admission.Find(tx, id)
		if err != nil {
			return err
		}
		if !q.Actor.Is(org.Unit(a.Unit)) {
			return fault.Absent()
		}
		v.Set("basis", handover.ByAdmission)
		v.Set("admission", a.Case)
		v.Set("matter", a.Matter)
		if a.Expired(q.Now) {
			v.Set("ground", "expired")
		}
	}
	if code := form.Clean(q.Query.Get("code")); code != "" {
		v.Set("basis", handover.ByItem)
		v.Set("code", code)
	}
	if id := q.Text("copy"); id != "" {
		if err := q.copyInto(tx, p, id, dst); err != nil {
			return err
		}
	}
	known := form.Section{}
	for _, f := range p.Layout.Fields() {
		if v.Has(f.Name) {
			known.Fields = append(known.Fields, f)
		}
	}
	form.Layout{known}.Bind(dst, v)
	return nil
}

// A section of a draft as a line of its task list.
type sectionLine struct {
	form.Section
	Href, State string
	Unsaved     bool
}

// The states of a section.
const (
	sectionDone  = "已完成"
	sectionBegun = "未填完"
	sectionNew   = "未开始"
	sectionCheck = "待核对"
	sectionNone  = "不用填"
	sectionFree  = "可不填"
)

// state says how far a section has got.
func state(s form.Section, src any) string {
	if len(s.Reach(src).Fields) == 0 {
		return sectionNone
	}
	if len(s.Check(src)) == 0 {
		if c, ok := src.(copied); ok && c.Copied(s.Key) != "" {
			return sectionCheck
		}
		if !begun(s, src) {
			return sectionFree
		}
		return sectionDone
	}
	if begun(s, src) {
		return sectionBegun
	}
	return sectionNew
}

// begun reports that a section says something.
func begun(s form.Section, src any) bool {
	return slices.ContainsFunc(s.Fields, func(f form.Field) bool {
		return form.Get(src, f.Name) != "" || len(form.List(src, f.Name))+len(form.RowsOf(src, f.Name)) > 0
	})
}

// sectionTask is the name under which a section's unsaved text is kept among a
// person's drafts; tasks are numbered from one.
func sectionTask(l form.Layout, key string) int {
	return -1 - slices.IndexFunc(l, func(s form.Section) bool { return s.Key == key })
}

func (m *matter) sections(tx *db.Tx) (all []sectionLine, err error) {
	for _, s := range m.Procedure.Layout {
		v, _, err := casework.DraftOf(tx, m.q.Actor.Person, m.ID, sectionTask(m.Procedure.Layout, s.Key))
		if err != nil {
			return nil, err
		}
		all = append(all, sectionLine{Section: s, Href: m.path("/b/" + s.Key), State: state(s, m.Form), Unsaved: v != nil})
	}
	return all, nil
}

// draftPage is the task list of a draft: its sections in any order, then handing in.
func (m *matter) draftPage(tx *db.Tx) (Reply, error) {
	ss, err := m.sections(tx)
	if err != nil {
		return Reply{}, err
	}
	as, err := document.Of(tx, m.ID)
	if err != nil {
		return Reply{}, err
	}
	stale, err := m.overtaken(tx)
	if err != nil {
		return Reply{}, err
	}
	rests, err := m.reading(tx, false)
	if err != nil {
		return Reply{}, err
	}
	light, err := m.toApply(tx)
	return m.reply(Show("", draftBody(m, ss, m.files(as), stale, rests, light))), err
}

// sectionTable is the task list, in the order of the form.
func sectionTable(ss []sectionLine) part.Table {
	t := part.Table{Caption: "要填的内容", Columns: []part.Column{{Title: "内容"}, {Title: "进展"}}}
	for _, s := range ss {
		t.Rows = append(t.Rows, part.Row{Cells: []templ.Component{part.What(part.Link{Text: s.Title, Href: s.Href}, ""), sectionState(s)}})
	}
	return t
}

// sectionPage is the page of a section, filled in from src. saved is set where
// somebody saved another version meanwhile: it stands below for comparing.
func (m *matter) sectionPage(tx *db.Tx, s form.Section, src, saved any, note string) (Reply, error) {
	l, err := m.offerAll(tx, form.Layout{s})
	if err != nil {
		return Reply{}, err
	}
	next := m.path("")
	for i, x := range m.Procedure.Layout {
		if x.Key == s.Key && i+1 < len(m.Procedure.Layout) {
			next = m.path("/b/" + m.Procedure.Layout[i+1].Key)
		}
	}
	return m.reply(Show(s.Title, sectionBody(sectionForm{m, l[0].Reach(src), src, saved, note, next}))).Narrow(), nil
}

type sectionForm struct {
	*matter
	Section    form.Section
	Src, Saved any
	Note, Next string
}

// revising is the section of the address of a case that the actor may revise.
func (m *matter) revising() (form.Section, error) {
	s, ok := m.Procedure.Layout.Section(m.q.Path("section"))
	if !ok || !m.MayRevise(m.q.Actor) {
		return s, fault.Absent()
	}
	return s, nil
}

// showSection is a section as it was saved, or, where the person went on writing
// without saving, as they left it.
func showSection(q *Request) (Reply, error) {
	return q.onMatter(func(tx *db.Tx, m *matter) (Reply, error) {
		s, err := m.revising()
		if err != nil {
			return Reply{}, err
		}
		src, err := clone(m.Procedure, m.Form)
		if err != nil {
			return Reply{}, err
		}
		v, at, err := casework.DraftOf(tx, q.Actor.Person, m.ID, sectionTask(m.Procedure.Layout, s.Key))
		if err != nil {
			return Reply{}, err
		}
		note := ""
		if c, ok := src.(copied); ok && c.Copied(s.Key) != "" {
			note = "这一节的内容是从" + c.Copied(s.Key) + "复制的。逐项核对，改好后保存"
			s = toCheck(s, src)
		}
		if v != nil {
			form.Layout{s}.Bind(src, v)
			note = "下面是你在 " + sayTime(at, q.Now) + " 自动保存的内容，还没有存入申请。核对后保存"
		}
		return m.sectionPage(tx, s, src, nil, note)
	})
}

// toCheck marks the fields of a section that say what was copied.
func toCheck(s form.Section, src any) form.Section {
	s.Fields = slices.Clone(s.Fields)
	for i, f := range s.Fields {
		if begun(form.Section{Fields: []form.Field{f}}, src) {
			s.Fields[i].Hint = strings.Trim(f.Hint+"。复制的内容，待核对", "。")
		}
	}
	return s
}

// typed is the case's form with what was typed in one section.
func (m *matter) typed(s form.Section) (any, error) {
	src, err := clone(m.Procedure, m.Form)
	if err == nil {
		m.q.Bind(form.Layout{m.offer(form.Layout{s})[0].Reach(src)}, src)
	}
	return src, err
}

// saveSection keeps whatever was typed, right or wrong: only handing in judges.
func saveSection(q *Request) (Reply, error) {
	again := q.Rearranged()
	r, err := Reply{}, error(nil)
	if !again {
		r, err = q.onCase(func(tx *db.Tx, c *casework.Case) (Receipt, error) {
			m, err := q.seen(tx, c)
			if err != nil {
				return Receipt{}, err
			}
			s, err := m.revising()
			if err != nil {
				return Receipt{}, err
			}
			src, err := m.typed(s)
			if err != nil {
				return Receipt{}, err
			}
			if x, ok := src.(copied); ok {
				x.Check(s.Key)
			}
			if err := q.revise(tx, c, src, map[string]any{"section": s.Key}); err != nil {
				return Receipt{}, err
			}
			return Receipt{What: "“" + s.Title + "”已保存", Location: Local(q.Text("next"))}, casework.DropDraft(tx, q.Actor.Person, c.ID, sectionTask(c.Procedure.Layout, s.Key))
		})
		if err == nil {
			return r, nil
		}
		if f, ok := fault.As(err); !ok || f.Kind == fault.Missing {
			return r, err
		}
	}
	page, e := q.onMatter(func(tx *db.Tx, m *matter) (Reply, error) {
		s, e := m.revising()
		if e != nil {
			return Reply{}, e
		}
		src, e := m.typed(s)
		if e != nil {
			return Reply{}, e
		}
		var saved any
		if fault.Is(err, fault.Conflict) {
			saved = m.Form
		}
		return m.sectionPage(tx, s, src, saved, "")
	})
	if e != nil {
		return Reply{}, errors.Join(err, e)
	}
	return page, err
}

// revise keeps a form as it was changed, against the revision that its writer had, and
// on record by what.
func (q *Request) revise(tx *db.Tx, c *casework.Case, form any, by map[string]any) error {
	revision, err := strconv.Atoi(q.Form.Get("revision"))
	if err != nil {
		return fault.Refuse("", "这一页不完整，没有保存。重新打开再填")
	}
	if err := c.Revise(form, revision, q.Actor); err != nil {
		return err
	}
	l := q.Actor.Line(q.Now, "case.revise", "case:"+c.ID)
	l.Detail, by["revision"] = by, c.Revision
	return audit.Append(tx, l)
}

// keepSection keeps what is being written, for the person who writes it.
func keepSection(q *Request) (Reply, error) {
	return q.keep(func(m *matter) (int, error) {
		s, err := m.revising()
		return sectionTask(m.Procedure.Layout, s.Key), err
	})
}

// keep keeps an unsaved form among the person's drafts, under the task it is about.
func (q *Request) keep(about func(m *matter) (int, error)) (Reply, error) {
	err := q.Write(func(tx *db.Tx) error {
		m, err := q.matter(tx, q.Path("id"))
		if err != nil {
			return err
		}
		task, err := about(m)
		if err != nil {
			return err
		}
		v := url.Values{}
		for name, text := range q.Form {
			if name != part.TokenName && name != part.SubmitName && name != "revision" && name != "next" {
				v[name] = text
			}
		}
		return casework.KeepDraft(tx, q.Actor.Person, m.ID, task, v, q.Now)
	})
	return Data(map[string]string{"saved": sayTime(q.Now, q.Now)}), err
}

// A checkPage is 核对提交: all sections, what is wrong, and the ways to hand in.
type checkPage struct {
	*matter
	Task   casework.Task
	Layout form.Layout
	Faults []part.Link
	Barred *fault.Fault // why it cannot be handed in, whatever is filled in
	Files  []part.File
	Heard  []part.Opinion
	Ways   casework.Ways
	To     string
	Unsent []sectionLine // written but not saved
	Copied []sectionLine // copied and not looked at since
	Light  bool
	Stale  *overtaken // what the list says now is to be taken over first

	Changes  []changedItem // what it makes of the list
	Findings []string      // what keeps an edition from being issued
}

// handing is the task that is answered by handing the form in.
func (m *matter) handing() (casework.Task, error) {
	for _, t := range m.Asked(m.q.Actor) {
		if m.revises(t) {
			return t, nil
		}
	}
	return casework.Task{}, fault.Absent()
}

// fieldAt is the page of the section in which a field is filled in; that of the
// files for what is no field of the form.
func (m *matter) fieldAt(name string) string {
	name, _, _ = strings.Cut(name, ".")
	for _, s := range m.Procedure.Layout {
		if slices.ContainsFunc(s.Fields, func(f form.Field) bool { return f.Name == name }) {
			return m.path("/b/" + s.Key)
		}
	}
	return m.path("/z/" + string(casework.ActAttach))
}

func showCheck(q *Request) (Reply, error) {
	return q.onMatter(func(tx *db.Tx, m *matter) (Reply, error) { return m.checkPage(tx) })
}

func (m *matter) checkPage(tx *db.Tx) (Reply, error) {
	t, err := m.handing()
	if err != nil {
		return Reply{}, err
	}
	p := &checkPage{matter: m, Task: t, Ways: m.ways(t), To: m.path(fmt.Sprintf("/y/%d", t.No)), Light: !t.Within.None() && !m.Filed.IsZero()}
	if p.Layout, err = m.offerAll(tx, m.Procedure.Layout); err != nil {
		return Reply{}, err
	}
	for _, s := range p.Layout {
		for _, f := range s.Check(m.Form) {
			for _, x := range f.Fields {
				p.Faults = append(p.Faults, part.Link{Text: x.Text, Href: m.fieldAt(x.Name) + "#" + part.FieldID(x.Name)})
			}
		}
	}
	if t.Kind == casework.Main {
		p.Heard = m.heard()
		a := m.q.answer("")
		a.Verdict = casework.Submit
		for _, err := range []error{m.Unsound(), m.Lacking(a)} {
			f, ok := fault.As(err)
			if err != nil && !ok {
				return Reply{}, err
			}
			if ok && len(f.Fields) == 0 && p.Barred == nil {
				p.Barred = f
			}
			for i := 0; ok && i < len(f.Fields); i++ {
				x := f.Fields[i]
				at := m.fieldAt(x.Name)
				if l := (part.Link{Text: x.Text, Href: at + "#" + part.FieldID(x.Name)}); !slices.Contains(p.Faults, l) {
					p.Faults = append(p.Faults, l)
				}
			}
		}
	}
	if !m.q.route.Safe() {
		p.Faults, p.Barred = nil, nil // what was refused is said above
	}
	as, err := document.Of(tx, m.ID)
	if err != nil {
		return Reply{}, err
	}
	p.Files = m.files(as)
	if p.Stale, err = m.overtaken(tx); err != nil {
		return Reply{}, err
	}
	if p.Changes, p.Findings, err = m.changes(tx); err != nil {
		return Reply{}, err
	}
	all, err := m.sections(tx)
	for _, s := range all {
		if s.Unsaved {
			p.Unsent = append(p.Unsent, s)
		}
		if c, ok := m.Form.(copied); ok && c.Copied(s.Key) != "" {
			p.Copied = append(p.Copied, s)
		}
	}
	r := m.reply(Show("核对提交", checkBody(p)))
	r.fieldAt = m.fieldAt
	return r, err
}

// simple reports that a way asks for nothing but a press of the button.
func simple(w casework.Way) bool { return w.Words == "" && w.Sheet == nil && !w.Grave }

// handIn hands the form in as it was saved. What is wrong is said on this page.
func handIn(q *Request) (Reply, error) {
	r, err := q.onCase(func(tx *db.Tx, c *casework.Case) (Receipt, error) {
		m, err := q.seen(tx, c)
		if err != nil {
			return Receipt{}, err
		}
		t, err := m.handing()
		if err != nil {
			return Receipt{}, err
		}
		a := q.answer("")
		a.Verdict = casework.Verdict(q.Text("v"))
		what := m.Procedure.Said(c.Stage, t.Matter, a.Verdict)
		if t.Kind != casework.Main {
			what = asideText(t.Kind, a.Verdict)
		}
		if err := c.Answer(t.No, a); err != nil {
			return Receipt{}, err
		}
		return receipt(c, m.given(c, t.No, what)), nil
	})
	if f, ok := fault.As(err); !ok || f.Kind == fault.Missing || f.Kind == fault.Conflict {
		return r, err
	}
	page, e := showCheck(q)
	if e != nil {
		return Reply{}, err
	}
	return page, err
}
