package web

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"

	"github.com/a-h/templ"

	"yidan/internal/catalog"
	"yidan/internal/fault"
	"yidan/internal/org"
	"yidan/internal/sheet"
	"yidan/internal/web/part"
)

// stillRoutes are the list as files for the district's own portal (DM-3.1).
var stillRoutes = []Route{
	{http.MethodGet, staffList + "/jt", Offices(org.ListOffice), Heavy, sendStill},
}

// A stillView is a page that stands without this site: no script, relative links.
type stillView struct {
	Title, Lead string
	Style, Home string // relative
	Files       []part.Link
	Table       part.Table
	Item        *itemView
	Bases       []string
}

// sendStill sends the edition in force as a zip of pages, a style sheet and a
// spreadsheet. The same edition is the same bytes whenever it is asked for.
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
		var h bytes.Buffer
		if err := stillPage(v).Render(context.Background(), &h); err != nil {
			return err
		}
		return add(name, h.Bytes())
	}
	home := stillView{Title: title, Lead: lead, Style: "style.css", Files: []part.Link{{Text: "下载 Excel", Href: "list.xlsx"}},
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
		one := stillView{Title: v.Name, Lead: v.Code + " · " + lead, Style: "../style.css", Home: "../index.html", Item: &said}
		for _, basis := range v.Bases() {
			one.Bases = append(one.Bases, basis.String())
		}
		if err := page("items/"+v.Code+".html", one); err != nil {
			return Reply{}, err
		}
	}
	if err := z.Close(); err != nil {
		return Reply{}, err
	}
	return Send(File{Name: fmt.Sprintf("%s（第%d版）静态页面.zip", title, e.No), Type: "application/zip", Body: &b, At: e.IssuedAt}), nil
}
