package web

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"yidan/internal/catalog"
	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/org"
	"yidan/internal/sheet"
	"yidan/internal/statute"
	"yidan/internal/web/part"
)

// stillRoutes are the list as files for the district's own portal (DM-3.1).
var stillRoutes = []Route{
	{http.MethodGet, staffList + "/jt", Offices(org.ListOffice), Heavy, sendStill},
}

// A stillView is a page that stands without this site: no script, relative links.
type stillView struct {
	Title, Lead string
	Home        string // relative
	Top         string // where the style sheet and the files are, relative
	Large       bool   // of the second set of pages, in large print
	Twin        string // the same page in the other set
	Asof        string // the day on which it was made
	Files       []part.Link
	Table       part.Table
	Item        *itemView
	Bases       []string
	Pages       []part.Link // besides the list
	Changes     []stillChange
	Tables      []part.Table
}

// largeSet is where the pages in large print are.
const largeSet = "da/"

// A stillChange is what an edition made of an item, and on what grounds.
type stillChange struct {
	changedItem
	Grounds []part.Fact
}

// sendStill sends what is public as a zip of pages: the edition in force, every edition
// with its changes and their grounds, and how each unit is reached; with a style sheet
// and a spreadsheet. Every page says the day on which it was made, by which it marks
// what has lost its force; made again that day it is the same bytes. Large print is a
// second set of pages, in da: it follows from page to page without any script.
func sendStill(q *Request) (Reply, error) {
	s, err := q.shelf(staffList)
	if err != nil {
		return Reply{}, err
	}
	e, ok := s.book.InForce(s.today)
	if !ok {
		return Reply{}, fault.Absent()
	}
	title := q.Site.District + "乡镇（街道）职责任务清单"
	lead := editionName(e)
	vs := s.book.At(s.book.Brought(e))
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	add := func(name string, data []byte) error {
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: e.IssuedAt.UTC()})
		if err == nil {
			_, err = w.Write(data)
		}
		return err
	}
	page := func(name string, v stillView) error {
		v.Asof = part.Day(s.today) + "导出"
		if name == "index.html" || strings.Contains(name, "/") {
			v.Asof += "，已经废止的依据按这一天标明"
		}
		up := strings.Repeat("../", strings.Count(name, "/"))
		for _, set := range []struct{ dir, twin string }{{"", up + largeSet + name}, {largeSet, up + "../" + name}} {
			top := up + strings.Repeat("../", strings.Count(set.dir, "/"))
			v.Large, v.Twin, v.Top = set.dir != "", (&url.URL{Path: set.twin}).EscapedPath(), top
			var h bytes.Buffer
			if err := stillPage(v).Render(context.Background(), &h); err != nil {
				return err
			}
			if err := add(set.dir+name, h.Bytes()); err != nil {
				return err
			}
		}
		return nil
	}
	home := stillView{Title: title, Lead: lead, Pages: []part.Link{{Text: "清单版本和变化", Href: "editions.html"}, {Text: "各单位电话邮箱", Href: "contacts.html"}}, Files: []part.Link{{Text: "下载 Excel", Href: "list.xlsx"}},
		Table: part.Table{Caption: fmt.Sprintf("清单事项，共 %d 项", len(vs)), Columns: []part.Column{{Title: "事项"}, {Title: "部门"}, {Title: "乡镇（街道）的职责"}, {Title: "依据"}}}}
	for _, v := range vs {
		home.Table.Rows = append(home.Table.Rows, part.Row{Cells: []templ.Component{
			part.What(part.Link{Text: v.Name, Href: "items/" + url.PathEscape(v.Code) + ".html"}, v.Code+" · "+catalog.PartName(v.Part)), part.Plain(share(v.Text)), part.Plain(duty(v.Text)), part.Plain(catalog.Marked(v.Bases(), s.gone)),
		}})
	}
	var x bytes.Buffer
	if err := sheet.Write(&x, s.book.Export(vs, title, s.gone)); err != nil {
		return Reply{}, err
	}
	if err := page("index.html", home); err != nil {
		return Reply{}, err
	}
	if err := add("style.css", part.StyleText()); err != nil {
		return Reply{}, err
	}
	if err := add("list.xlsx", x.Bytes()); err != nil {
		return Reply{}, err
	}
	for _, v := range vs {
		var said itemView
		s.say(&said, v)
		one := stillView{Title: v.Name, Lead: v.Code + " · " + lead, Home: "../index.html", Item: &said}
		for _, basis := range v.Bases() {
			one.Bases = append(one.Bases, catalog.Marked([]statute.Basis{basis}, s.gone))
		}
		if err := page("items/"+v.Code+".html", one); err != nil {
			return Reply{}, err
		}
	}
	more, err := q.stillPages(s, e.No)
	for _, v := range more {
		if err == nil {
			err = page(v.name, v.stillView)
		}
	}
	if err != nil {
		return Reply{}, err
	}
	if err := z.Close(); err != nil {
		return Reply{}, err
	}
	return Send(File{Name: fmt.Sprintf("%s（第%d版）静态页面.zip", title, e.No), Type: "application/zip", Body: &b, At: e.IssuedAt}), nil
}

// A stillFile is a page with its name among the files.
type stillFile struct {
	name string
	stillView
}

// stillPages are the editions up to one, what each changed, and how units are reached.
func (q *Request) stillPages(s *shelf, last int64) (files []stillFile, err error) {
	all := stillView{Title: "清单版本", Home: "index.html", Table: part.Table{Caption: "清单版本，新的在前", Columns: []part.Column{{Title: "版本"}, {Title: "印发日期"}, {Title: "施行日期"}, {Title: "变化"}}}}
	for _, e := range slices.Backward(s.book.Editions()) {
		if e.No > last {
			continue
		}
		c, name := s.brought(e), fmt.Sprintf("editions/%d.html", e.No)
		all.Table.Rows = append(all.Table.Rows, part.Row{Cells: []templ.Component{part.What(part.Link{Text: fmt.Sprintf("第 %d 版", e.No), Href: name}, e.Number), part.Plain(part.Day(e.IssuedOn)), part.Plain(part.Day(e.EffectiveOn)), part.Plain(counted(c))}})
		one := stillView{Title: fmt.Sprintf("清单第 %d 版", e.No), Lead: e.Number + "　" + counted(c), Home: "../editions.html"}
		for _, d := range c.Differences {
			x := stillChange{changedItem: s.changed(d, nil)}
			x.Link = part.Link{}
			if x.Grounds, err = q.groundsOf(s, d, e.No); err != nil {
				return nil, err
			}
			one.Changes = append(one.Changes, x)
		}
		files = append(files, stillFile{name, one})
	}
	contacts := stillView{Title: "各单位电话邮箱", Lead: "对清单的意见和建议，向下列单位提出", Home: "index.html", Tables: s.contacts()}
	return append(files, stillFile{"editions.html", all}, stillFile{"contacts.html", contacts}), nil
}

// groundsOf are the published grounds of what an edition made of an item; nil where
// it was not applied for, as in the first.
func (q *Request) groundsOf(s *shelf, d catalog.Difference, edition int64) (fs []part.Fact, err error) {
	i := slices.IndexFunc(s.book.History(d.Code()), func(v *catalog.Version) bool { return v.Edition == edition })
	if i < 0 {
		return nil, nil
	}
	err = q.Read(func(tx *db.Tx) error {
		p, err := q.publicChange(tx, s.book.History(d.Code())[i].Cause)
		if err == nil {
			fs = p.grounds(s.citing)
		}
		return err
	})
	if fault.Is(err, fault.Missing) {
		return nil, nil
	}
	return fs, err
}
