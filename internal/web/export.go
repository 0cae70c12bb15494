package web

import (
	"bytes"
	"fmt"
	"strconv"

	"github.com/a-h/templ"

	"yidan/internal/casework"
	"yidan/internal/document"
	"yidan/internal/fault"
	"yidan/internal/org"
	"yidan/internal/sheet"
	"yidan/internal/web/part"
)

// mostRows is how many rows one export has; more are narrowed down first.
const mostRows = 5000

// exportCases is the list of cases, as it is narrowed, as a spreadsheet.
func exportCases(q *Request) (Reply, error) {
	p := sheet.Page{Name: "办件", Title: "办件（" + org.Day(q.Now) + "）", Heads: []string{"编号", "名称", "程序", "申请单位", "现在", "时限", "提交日期", "办结日期"}, Widths: []float64{18, 36, 8, 22, 22, 24, 12, 12}}
	err := q.look(func(l *lens) error {
		f, _ := l.caseFilter(q.Query)
		f.Before, f.Limit = "", 200
		for len(p.Rows) < mostRows {
			rows, next, err := casework.List(l.tx, q.Actor, f, q.Now)
			if err != nil {
				return err
			}
			for _, r := range rows {
				kind, closed, due := r.Procedure, "", l.light(r.Due).Text
				if x := l.procedure(r); x != nil {
					kind = x.Title
				}
				if !r.Closed.IsZero() {
					closed, due = org.Day(r.Closed), ""
				}
				p.Rows = append(p.Rows, []string{r.Number, r.Title, kind, l.units.Name(r.Owner), l.standing(r), due, org.Day(r.Filed), closed})
			}
			if f.Before = next; next == "" {
				break
			}
		}
		return nil
	})
	return spreadsheet(q, p, err)
}

// exportLink leads to a list, as it is narrowed, as a spreadsheet.
func exportLink(q *Request, to string) templ.Component {
	return part.Go(part.Link{Text: "导出 Excel", Href: to + ask(q.Query, qKey, "")}, part.Second)
}

// exportInbox is a box, as it is narrowed, as a spreadsheet.
func exportInbox(q *Request) (Reply, error) {
	box := q.Path("box")
	title, ok := boxTitles[box]
	if !ok {
		return Reply{}, fault.Absent()
	}
	f, _ := caseFilter(q.Query)
	f.Before, f.Limit = "", 200
	var all lines
	err := q.look(func(l *lens) error {
		for len(all.Rows) < mostRows {
			ls, next, err := l.box(box, f)
			if err != nil {
				return err
			}
			ls.Rows = append(all.Rows, ls.Rows...)
			all = ls
			if f.Before = next; next == "" {
				break
			}
		}
		return nil
	})
	return spreadsheet(q, all.page(title, title+"（"+org.Day(q.Now)+"）", "办件"), err)
}

// exportArchive is 留存, as it is narrowed, as a spreadsheet.
func exportArchive(q *Request) (Reply, error) {
	f := archiveFilter(q)
	f.After, f.Limit = nil, mostRows
	var ls lines
	err := q.look(func(l *lens) error {
		ks, err := document.Archive(l.tx, l.heirs(), f)
		ls = l.papers(ks)
		return err
	})
	return spreadsheet(q, ls.page("留存", "留存文书（"+org.Day(q.Now)+"）", "文书"), err)
}

// exportMatters is the register of admitted tasks, as it is narrowed, as a spreadsheet.
func exportMatters(q *Request) (Reply, error) {
	p := sheet.Page{Name: "准入事项", Title: "准入事项（" + org.Day(q.Now) + "）", Heads: []string{"编号", "事项", "申请单位", "开始日期", "结束日期", "状态", "批准依据", "乡镇（街道）", "签收日期", "培训次数"}, Widths: []float64{18, 36, 22, 12, 12, 16, 24, 14, 12, 10}}
	err := q.look(func(l *lens) error {
		ms, by, err := l.asked(q.Query)
		for _, m := range ms {
			for _, x := range m.Townships {
				got := ""
				if !x.At.IsZero() {
					got = org.Day(x.At)
				}
				p.Rows = append(p.Rows, []string{m.Number, m.Matter, l.units.Name(m.Unit), m.From, m.To, standingText[m.Standing(l.now, by)], m.Basis, l.units.Name(x.Unit), got, strconv.Itoa(x.Trained)})
			}
		}
		return err
	})
	return spreadsheet(q, p, err)
}

// spreadsheet sends a page as a file.
func spreadsheet(q *Request, p sheet.Page, err error) (Reply, error) {
	if err != nil {
		return Reply{}, err
	}
	var b bytes.Buffer
	if err := sheet.Write(&b, []sheet.Page{p}); err != nil {
		return Reply{}, err
	}
	return Send(File{Name: fmt.Sprintf("%s %s.xlsx", p.Name, org.Day(q.Now)), Type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Body: &b, At: q.Now}), nil
}
