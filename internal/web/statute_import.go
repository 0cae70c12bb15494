package web

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"yidan/internal/db"
	"yidan/internal/document"
	"yidan/internal/fault"
	"yidan/internal/sheet"
	"yidan/internal/statute"
	"yidan/internal/web/part"
)

// A lawFilesView is the page where files come in.
type lawFilesView struct {
	FlawsTitle  string
	Flaws, Kept part.Table
}

func (q *Request) lawFiles() (v lawFilesView, err error) {
	v.Kept = part.Table{Caption: "导入记录", Columns: []part.Column{{Title: "文件"}, {Title: "读取"}, {Title: "现在"}}}
	err = q.Read(func(tx *db.Tx) error {
		fs, err := statute.Files(tx)
		for _, f := range fs {
			v.Kept.Rows = append(v.Kept.Rows, part.Row{Cells: []templ.Component{
				part.What(part.Link{Text: f.Draft.File, Href: lawBook + "/dr/" + f.ID}, ""), part.Plain(f.ReadName + "　" + clockTime(q.Now, f.ReadAt)), part.Plain(enteredText(f)),
			}})
		}
		return err
	})
	return v, err
}

func enteredText(f statute.File) string {
	if f.Entered == "" {
		return "未登记"
	}
	return "已登记"
}

func (v lawFilesView) reply() Reply {
	return Show("导入法规", lawFilesPage(v)).Under(part.Link{Text: "法规库", Href: lawBook})
}

func showLawFiles(q *Request) (Reply, error) {
	v, err := q.lawFiles()
	if err != nil {
		return Reply{}, err
	}
	return v.reply(), nil
}

// readLawFile reads a file, says what is wrong with it, or keeps it for looking through.
func readLawFile(q *Request) (Reply, error) {
	v, err := q.lawFiles()
	if err != nil {
		return Reply{}, err
	}
	d, err := q.lawDraft()
	if err != nil {
		return v.reply(), err
	}
	if len(d.Flaws) > 0 {
		v.FlawsTitle = fmt.Sprintf("“%s”有 %d 处需要修改，没有保存", d.File, len(d.Flaws))
		v.Flaws = flawTable("需要修改的地方", d.Flaws)
		return v.reply(), fault.On("file", "", "“%s”有 %d 处需要修改，没有保存。改好表格后重新上传", d.File, len(d.Flaws))
	}
	to, err := q.onLaws(func(tx *db.Tx) (Receipt, error) {
		id, err := statute.Keep(tx, q.Actor, d, q.Now)
		return Receipt{What: "“" + d.File + "”已读入，核对后再登记", Location: lawBook + "/dr/" + id}, err
	})
	if err != nil {
		return v.reply(), err
	}
	return to, nil
}

// lawDraft reads the file that was sent.
func (q *Request) lawDraft() (d statute.Draft, err error) {
	files := q.Files("file")
	if len(files) != 1 {
		return d, fault.On("file", "", "选择一个法规表格（.xlsx 或 .tsv），一次一个")
	}
	f, err := files[0].Open()
	if err != nil {
		return d, err
	}
	defer f.Close()
	name := document.CleanName(filepath.Base(files[0].Filename))
	var sheets []sheet.Sheet
	if strings.EqualFold(filepath.Ext(name), ".tsv") {
		b, err := io.ReadAll(f)
		if err != nil {
			return d, err
		}
		if sheets, err = sheet.Tabbed(b, name); err != nil {
			return d, err
		}
	} else {
		at, ok := f.(io.ReaderAt)
		if !ok {
			return d, errors.New("web: an upload cannot be read at a place")
		}
		if sheets, err = sheet.Read(at, files[0].Size, name); err != nil {
			return d, err
		}
	}
	err = q.Read(func(tx *db.Tx) (err error) { d, err = statute.Understand(tx, name, sheets); return err })
	return d, err
}

// A lawFileView is the preview of one file.
type lawFileView struct {
	Title, Lead, State, To string
	Enter                  bool
	Numbers                []part.Number
	Heads, Repeals, Notes  part.Table
	Pager                  part.Pager
}

func (q *Request) lawFile() (v lawFileView, f statute.File, err error) {
	if err = q.Read(func(tx *db.Tx) (err error) { f, err = statute.FileOf(tx, q.Path("file")); return err }); err != nil {
		return v, f, err
	}
	d := f.Draft
	v = lawFileView{Title: d.File, State: enteredText(f), Lead: f.ReadName + "　" + clockTime(q.Now, f.ReadAt) + "读取", To: lawBook + "/dr/" + f.ID, Enter: f.Entered == ""}
	if f.Entered != "" {
		v.Lead += "；" + f.Entered + "　" + clockTime(q.Now, f.At) + "登记"
	}
	fresh, corrected := 0, 0
	for _, h := range d.Heads {
		if h.New {
			fresh++
		}
	}
	for _, t := range d.Texts {
		if t.Corrects {
			corrected++
		}
	}
	for _, n := range []struct {
		n     int
		label string
	}{{fresh, "新的法规文件"}, {len(d.Texts) - corrected, "新的条文"}, {corrected, "更正的条文"}, {len(d.Changes), "废止"}, {d.Same, "法规库已有"}} {
		v.Numbers = append(v.Numbers, part.Number{N: strconv.Itoa(n.n), Label: n.label, Href: "#biao"})
	}
	heads, next := cut(d.Heads, q.Query.Get(qKey), func(h statute.DraftHead) string { return h.ID })
	v.Pager = pager(q, next)
	v.Heads = part.Table{Caption: "读到的法规文件", Columns: []part.Column{{Title: "法规文件"}, {Title: "制定机关"}, {Title: "公布日期"}, {Title: "施行日期"}, {Title: "条", Num: true}, {Title: "登记"}}}
	for _, h := range heads {
		state := "没有变化"
		switch {
		case h.New:
			state = "新登记"
		case h.Changed:
			state = "补充或者更正"
		}
		v.Heads.Rows = append(v.Heads.Rows, part.Row{Cells: []templ.Component{named(h.Title, strings.TrimSuffix(h.Kind.Name()+" · "+h.Number, " · ")), part.Plain(h.Issuer), part.Plain(part.Day(h.PromulgatedOn)), part.Plain(part.Day(h.EffectiveOn)), part.Plain(strconv.Itoa(h.Articles)), part.Plain(state)}})
	}
	v.Repeals = part.Table{Caption: "读到的废止", Columns: []part.Column{{Title: "法规文件"}, {Title: "废止日期"}, {Title: "依据"}}}
	for _, c := range d.Changes {
		v.Repeals.Rows = append(v.Repeals.Rows, part.Row{Cells: []templ.Component{part.Plain(c.Basis().String()), part.Plain(part.Day(c.On)), part.Plain(c.Number)}})
	}
	if len(d.Notes) > 0 {
		v.Notes = flawTable("读取时的说明", d.Notes)
	}
	return v, f, nil
}

func (v lawFileView) reply() Reply {
	return Show("导入预览", lawFilePage(v)).Under(part.Link{Text: "法规库", Href: lawBook}, part.Link{Text: "导入", Href: lawBook + "/dr"})
}

func showLawFile(q *Request) (Reply, error) {
	v, _, err := q.lawFile()
	if err != nil {
		return Reply{}, err
	}
	return v.reply(), nil
}

// enterLawFile enters a file that was looked through.
func enterLawFile(q *Request) (Reply, error) {
	v, f, err := q.lawFile()
	if err != nil {
		return Reply{}, err
	}
	to, err := q.onLaws(func(tx *db.Tx) (Receipt, error) {
		return Receipt{What: "“" + f.Draft.File + "”已登记", Location: lawBook + "/dr/" + f.ID}, statute.EnterFile(tx, q.Actor, f.ID, q.Now)
	})
	if err != nil {
		return v.reply(), err
	}
	return to, nil
}
