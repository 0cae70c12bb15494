package web

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"yidan/internal/catalog"
	"yidan/internal/db"
	"yidan/internal/document"
	"yidan/internal/fault"
	"yidan/internal/sheet"
	"yidan/internal/statute"
	"yidan/internal/web/part"
)

// readingRoutes are the ways to read the list besides itself: its editions, what
// they changed, the booklets of units. They are the same for everybody (DM-3.1).
func readingRoutes(base string, who Who) []Route {
	return []Route{
		{http.MethodGet, base + "/bb", who, Read, showIssues(base)},
		{http.MethodGet, base + "/bb/{no}", who, Read, showIssued(base)},
		{http.MethodGet, base + "/bb/{no}/{kind}", who, Heavy, reprint(base)},
		{http.MethodGet, base + "/cha", who, Read, showComparison(base)},
		{http.MethodGet, base + "/cha/xlsx", who, Heavy, sendComparison(base)},
		{http.MethodGet, base + "/zhen", who, Read, showLineup(base)},
		{http.MethodGet, base + "/zhen/xlsx", who, Heavy, sendLineup(base)},
		{http.MethodGet, base + "/ce", who, Read, showBooklets(base)},
		{http.MethodGet, base + "/ce/{unit}", who, Read, showBooklet(base)},
		{http.MethodGet, base + "/ce/{unit}/{kind}", who, Heavy, sendBooklet(base)},
	}
}

// brought are an edition's changes, against what was known before it.
func (s *shelf) brought(e catalog.Edition) catalog.Comparison {
	const ever = "9999-12-31"
	return s.book.Compare(catalog.Moment{On: ever, Edition: e.No - 1}, catalog.Moment{On: ever, Edition: e.No}, catalog.Query{})
}

// counted is a comparison in one sentence: 新增 4 · 取消 2 · 调整 7 · 未变 105.
func counted(c catalog.Comparison) string {
	n := c.Counts()
	return fmt.Sprintf("新增 %d · 取消 %d · 调整 %d · 未变 %d", n[catalog.Added], n[catalog.Cancelled], n[catalog.Adjusted], c.Unchanged)
}

// showIssues is the timeline of editions, newest first (DM-3.1).
func showIssues(base string) func(*Request) (Reply, error) {
	return func(q *Request) (Reply, error) {
		s, err := q.shelf(base)
		if err != nil {
			return Reply{}, err
		}
		v := listView{Title: "清单版本", Lead: s.lead(), Tabs: s.tabs(base + "/bb")}
		v.Empty = part.Empty("还没有印发过清单。第一版由区委编办审定印发后，在这里公布。")
		v.Table = part.Table{Caption: "清单版本，新的在前", Columns: []part.Column{{Title: "版本"}, {Title: "印发日期"}, {Title: "施行日期"}, {Title: "变化"}, {Title: "事项", Num: true}, {Title: "摘要（SM3）"}}}
		current, _ := s.book.InForce(s.today)
		for _, e := range slices.Backward(s.book.Editions()) {
			c := s.brought(e)
			below := e.Number
			switch {
			case e.No == current.No:
				below += " · 现行"
			case e.EffectiveOn > s.today:
				below += " · 还没有施行"
			}
			n := c.Counts()
			v.Table.Rows = append(v.Table.Rows, part.Row{Cells: []templ.Component{
				part.What(part.Link{Text: fmt.Sprintf("第 %d 版", e.No), Href: fmt.Sprintf("%s/bb/%d", base, e.No)}, below),
				part.Plain(part.Day(e.IssuedOn)), part.Plain(part.Day(e.EffectiveOn)), part.Plain(counted(c)),
				part.Plain(strconv.Itoa(c.Unchanged + n[catalog.Added] + n[catalog.Adjusted])), part.Plain(e.Digest[:16] + "…"),
			}})
		}
		return s.frame(q, v.reply(part.Link{Text: "清单", Href: base})), nil
	}
}

// An issuedView is the page of one edition.
type issuedView struct {
	Title, Lead string
	Acts        []part.Link
	Facts       []part.Fact
	Reprints    []part.Link
	Kinds       []part.Tab
	Changes     []changedItem
	Pager       part.Pager
}

// showIssued is one edition with everything it changed.
func showIssued(base string) func(*Request) (Reply, error) {
	return func(q *Request) (Reply, error) {
		s, err := q.shelf(base)
		if err != nil {
			return Reply{}, err
		}
		e, err := s.edition(q)
		if err != nil {
			return Reply{}, err
		}
		c := s.brought(e)
		kinds := given(q.Query[qKind])
		rows, next := some(slices.DeleteFunc(slices.Clone(c.Differences), func(d catalog.Difference) bool {
			return len(kinds) > 0 && !slices.Contains(kinds, string(d.Kind()))
		}), q.Query.Get(qKey))
		then := ask(map[string][]string{qOn: {e.EffectiveOn}, qKnown: {e.IssuedOn}})
		v := issuedView{Title: fmt.Sprintf("清单第 %d 版", e.No), Lead: counted(c), Pager: pager(q, next),
			Acts: []part.Link{{Text: "看这一版的清单", Href: base + then}},
			Facts: []part.Fact{{Label: "文号", Text: e.Number}, {Label: "印发日期", Text: part.Day(e.IssuedOn)}, {Label: "施行日期", Text: part.Day(e.EffectiveOn)},
				{Label: "事项", Text: fmt.Sprintf("%d 项", len(s.book.At(s.book.Brought(e))))}, {Label: "摘要（SM3）", Text: e.Digest}}}
		to := fmt.Sprintf("%s/bb/%d/", base, e.No)
		n := c.Counts()
		v.Kinds = []part.Tab{{Text: "全部变化", Href: to[:len(to)-1], Count: len(c.Differences), Here: len(kinds) == 0}}
		for _, k := range catalog.Kinds {
			if n[k.Kind] > 0 {
				v.Kinds = append(v.Kinds, part.Tab{Text: k.Name, Href: to[:len(to)-1] + "?" + qKind + "=" + string(k.Kind), Count: n[k.Kind], Here: slices.Contains(kinds, string(k.Kind))})
			}
		}
		v.Reprints = []part.Link{{Text: "Excel", Href: to + "xlsx"}, {Text: "Word", Href: to + "docx"}, {Text: "原文（计算摘要用）", Href: to + "txt"}}
		if e.No > 1 {
			v.Acts = append(v.Acts, part.Link{Text: "与上一版比较", Href: fmt.Sprintf("%s/cha?a=%d&b=%d", base, e.No-1, e.No)})
		}
		because, err := s.because(q, rows, func(d catalog.Difference) []*catalog.Version {
			for _, x := range s.book.History(d.Code()) {
				if x.Edition == e.No {
					return []*catalog.Version{x}
				}
			}
			return nil
		})
		if err != nil {
			return Reply{}, err
		}
		for _, d := range rows {
			x := s.changed(d, because[d.Code()])
			x.Link.Href += then
			x.Because = slices.DeleteFunc(slices.Clone(x.Because), func(l part.Link) bool { return l.Href == to[:len(to)-1] }) // this page
			v.Changes = append(v.Changes, x)
		}
		return s.frame(q, Show("清单版本", editionPage(v)).Under(part.Link{Text: "清单", Href: base}, part.Link{Text: "版本", Href: base + "/bb"})), nil
	}
}

// edition is the one that the address names.
func (s *shelf) edition(q *Request) (catalog.Edition, error) {
	no, err := strconv.ParseInt(q.Path("no"), 10, 64)
	e, ok := s.book.Edition(no)
	if err != nil || !ok {
		return e, fault.Absent()
	}
	return e, nil
}

// reprint is an edition as it was issued, the same bytes whenever it is asked for.
// It is read against its digest first; one that does not match is not printed.
func reprint(base string) func(*Request) (Reply, error) {
	return func(q *Request) (Reply, error) {
		s, err := q.shelf(base)
		if err != nil {
			return Reply{}, err
		}
		e, err := s.edition(q)
		if err != nil {
			return Reply{}, err
		}
		s.gone = statute.Standing{} // it reads as it was issued: what has lost its force since is no part of it
		var text []byte
		if err := q.Read(func(tx *db.Tx) (err error) { text, err = catalog.Canonical(tx, e.No); return err }); err != nil {
			return Reply{}, err
		}
		title := q.Site.District + "乡镇（街道）职责任务清单"
		source := fmt.Sprintf("第 %d 版（%s），%s印发，%s起施行", e.No, e.Number, part.Day(e.IssuedOn), part.Day(e.EffectiveOn))
		f := File{Name: fmt.Sprintf("%s（第%d版）.%s", title, e.No, q.Path("kind")), At: e.IssuedAt}
		vs := s.book.At(s.book.Brought(e))
		switch q.Path("kind") {
		case "txt":
			f.Type, f.Body = "text/plain; charset=utf-8", bytes.NewReader(text)
		case "xlsx":
			pages := s.book.Export(vs, title, s.gone)
			for i := range pages {
				pages[i].Note = source + "；摘要（SM3）" + e.Digest
			}
			var b bytes.Buffer
			if err := sheet.Write(&b, pages); err != nil {
				return Reply{}, err
			}
			f.Type, f.Body = excel, &b
		case "docx":
			t := s.printed(title, vs)
			t.Sub = source
			b, err := t.Word(document.Print{Title: title, Source: "摘要（SM3）" + e.Digest, At: e.IssuedAt})
			if err != nil {
				return Reply{}, err
			}
			f.Type, f.Body = word, bytes.NewReader(b)
		default:
			return Reply{}, fault.Absent()
		}
		return Send(f), nil
	}
}
