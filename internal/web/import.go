package web

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strconv"

	"github.com/a-h/templ"

	"yidan/internal/catalog"
	"yidan/internal/db"
	"yidan/internal/document"
	"yidan/internal/fault"
	"yidan/internal/form"
	"yidan/internal/org"
	"yidan/internal/sheet"
	"yidan/internal/web/part"
)

// An importsView is the page where a list comes in.
type importsView struct {
	Tabs        []part.Tab
	Closed      string // why nothing comes in this way any more
	Fields      []form.Field
	Form        importForm
	FlawsTitle  string
	Flaws, Kept part.Table
}

// An importForm is what is asked beside the file.
type importForm struct {
	Towns  []string `json:"towns"`
	Reason string   `json:"reason"`
}

// importLayout asks for the townships that a file is for.
func importLayout(dir *org.Directory, day string) form.Layout {
	f := form.Field{Name: "towns", Label: "只适用于哪些乡镇（街道）", Hint: "不选就按表格里写的；表格没有写的，适用于全部", Type: form.Many}
	for _, u := range dir.Townships(day) {
		f.Options = append(f.Options, form.Option{Value: u.Name, Label: u.Name})
	}
	if len(f.Options) == 0 {
		return form.Layout{{Key: "import"}}
	}
	return form.Layout{{Key: "import", Fields: []form.Field{f}}}
}

var dropLayout = form.Layout{{Key: "drop", Fields: []form.Field{{Name: "reason", Label: "撤下的原因", Type: form.Line, Need: "写明撤下的原因", Max: 100}}}}

var states = map[catalog.State]string{catalog.Read: "未提交", catalog.Proposed: "待审定", catalog.Approved: "已审定", catalog.Dropped: "已撤下"}

// imports reads the page.
func (q *Request) imports() (v importsView, err error) {
	s, err := q.shelf(staffList)
	if err != nil {
		return v, err
	}
	v.Tabs = s.tabs(staffList + "/dr")
	v.Fields = importLayout(s.book.Directory(), s.today)[0].Fields
	if es := s.book.Editions(); len(es) > 0 {
		v.Closed = "已有" + editionName(es[len(es)-1]) + "。清单不能再用导入改动，文件里没有的事项也不会因此取消；增加、取消、调整事项走调整程序，随下一版印发。"
	}
	v.Kept = part.Table{Caption: "导入记录", Columns: []part.Column{{Title: "文件"}, {Title: "事项", Num: true}, {Title: "读取"}, {Title: "现在"}}}
	err = q.Read(func(tx *db.Tx) error {
		ms, err := catalog.Imports(tx)
		for _, m := range ms {
			v.Kept.Rows = append(v.Kept.Rows, part.Row{Cells: []templ.Component{
				part.What(part.Link{Text: m.Draft.File, Href: staffList + "/dr/" + m.ID}, ""), part.Plain(strconv.Itoa(m.Count)), part.Plain(m.ReadName + "　" + clockTime(q.Now, m.ReadAt)), part.Plain(states[m.State]),
			}})
		}
		return err
	})
	return v, err
}

func importsReply(v importsView) Reply {
	return Show("导入清单", importsPage(v)).Under(part.Link{Text: "清单", Href: staffList})
}

func showImports(q *Request) (Reply, error) {
	v, err := q.imports()
	if err != nil {
		return Reply{}, err
	}
	return importsReply(v), nil
}

// readImport reads a file, shows what is wrong with it, or keeps it for looking through.
func readImport(q *Request) (Reply, error) {
	v, err := q.imports()
	if err != nil {
		return Reply{}, err
	}
	q.Bind(form.Layout{{Fields: v.Fields}}, &v.Form)
	d, err := q.draft(v.Form.Towns)
	if err != nil {
		return importsReply(v), err
	}
	if len(d.Flaws) > 0 {
		v.FlawsTitle = fmt.Sprintf("“%s”有 %d 处需要修改，没有保存", d.File, len(d.Flaws))
		v.Flaws = flawTable("需要修改的地方", d.Flaws)
		return importsReply(v), fault.On("file", "", "“%s”有 %d 处需要修改，没有保存。改好表格后重新上传", d.File, len(d.Flaws))
	}
	var to Reply
	err = q.Write(func(tx *db.Tx) (err error) {
		to, err = q.Once(tx, func() (Receipt, error) {
			id, err := catalog.Keep(tx, q.Actor, d, q.Now)
			return Receipt{What: "“" + d.File + "”已读入，核对后再提交", Location: staffList + "/dr/" + id}, err
		})
		return err
	})
	if err != nil {
		return importsReply(v), err
	}
	return to, nil
}

// draft reads the file that was sent.
func (q *Request) draft(towns []string) (d catalog.Draft, err error) {
	files := q.Files("file")
	if len(files) != 1 {
		return d, fault.On("file", "", "选择一个清单表格（.xlsx），一次一个")
	}
	f, err := files[0].Open()
	if err != nil {
		return d, err
	}
	defer f.Close()
	at, ok := f.(io.ReaderAt)
	if !ok {
		return d, errors.New("web: an upload cannot be read at a place")
	}
	name := document.CleanName(filepath.Base(files[0].Filename))
	sheets, err := sheet.Read(at, files[0].Size, name)
	if err != nil {
		return d, err
	}
	err = q.Read(func(tx *db.Tx) (err error) {
		d, err = catalog.Understand(tx, name, sheets, towns, q.Now)
		return err
	})
	return d, err
}

// flawTable shows flaws or notes with their places; the first few hundred are enough to work through.
func flawTable(caption string, fs []catalog.Flaw) part.Table {
	const most = 300
	t := part.Table{Caption: caption, Columns: []part.Column{{Title: "位置"}, {Title: "说明"}}}
	for i, f := range fs {
		if i == most {
			t.Rows = append(t.Rows, part.Row{Cells: []templ.Component{templ.NopComponent, part.Plain(fmt.Sprintf("另有 %d 处，改好这些后会列出", len(fs)-most))}})
			break
		}
		text := templ.Component(part.Plain(f.Text))
		if f.Rule != "" {
			text = ruled(f.Text, f.Rule)
		}
		t.Rows = append(t.Rows, part.Row{Cells: []templ.Component{part.Plain(f.Where()), text}})
	}
	return t
}

// An importView is the page of one import.
type importView struct {
	Title, Lead, State, To string
	Numbers                []part.Number
	HandIn, Approve, Drop  bool
	Wait                   string
	Issue                  form.Section
	Reason                 []form.Field
	Form                   decideForm
	Notes, Items           part.Table
	Pager                  part.Pager
}

// A decideForm is what is asked where an import is decided.
type decideForm struct {
	Number      string `json:"number"`
	IssuedOn    string `json:"issued_on"`
	EffectiveOn string `json:"effective_on"`
	Reason      string `json:"reason"`
}

// preview reads the page of one import.
func (q *Request) preview(id string) (v importView, m catalog.Import, err error) {
	var marks citing
	err = q.Read(func(tx *db.Tx) (err error) {
		if m, err = catalog.ImportOf(tx, id); err == nil {
			marks, err = q.marks(tx)
		}
		return err
	})
	if err != nil {
		return v, m, err
	}
	v = importView{Title: m.Draft.File, State: states[m.State], To: staffList + "/dr/" + id, Issue: catalog.IssueForm[0], Reason: dropLayout[0].Fields}
	v.Lead = m.ReadName + "　" + clockTime(q.Now, m.ReadAt) + "读取"
	if m.ProposedName != "" {
		v.Lead += "；" + m.ProposedName + "　" + clockTime(q.Now, m.ProposedAt) + "提交审定"
	}
	n := m.Draft.Counts()
	for _, p := range catalog.Parts {
		v.Numbers = append(v.Numbers, part.Number{N: strconv.Itoa(n[p.Part]), Label: p.Name, Href: "#"})
	}
	switch m.State {
	case catalog.Read:
		v.HandIn, v.Drop = true, true
	case catalog.Proposed:
		v.Approve, v.Drop = m.ProposedBy != q.Actor.Person || q.Actor.Post == org.Leader, true
		if !v.Approve {
			v.Wait = "这份清单是你提交的，由负责人或者另一位同事审定。"
		}
	case catalog.Approved:
		v.Wait = fmt.Sprintf("%s　%s审定，成为第 %d 版。", m.DecidedName, clockTime(q.Now, m.DecidedAt), m.Edition)
	case catalog.Dropped:
		v.Wait = fmt.Sprintf("%s　%s撤下：%s", m.DecidedName, clockTime(q.Now, m.DecidedAt), m.Reason)
	}
	if len(m.Draft.Notes) > 0 {
		v.Notes = flawTable("读取时的说明", m.Draft.Notes)
	}
	from, _ := strconv.Atoi(q.Query.Get(qKey))
	from = min(max(from, 0), len(m.Draft.Items))
	to := min(from+perPage, len(m.Draft.Items))
	next := ""
	if to < len(m.Draft.Items) {
		next = strconv.Itoa(to)
	}
	v.Pager = pager(q, next)
	v.Items = part.Table{Caption: "读到的事项", Columns: []part.Column{{Title: "事项"}, {Title: "部门"}, {Title: "乡镇（街道）的职责"}, {Title: "依据"}, {Title: "适用"}, {Title: "位置"}}}
	for i := range m.Draft.Items[from:to] {
		it := &m.Draft.Items[from+i]
		below := catalog.PartName(it.Part)
		if it.Category != "" {
			below += " · " + it.Category
		}
		v.Items.Rows = append(v.Items.Rows, part.Row{Cells: []templ.Component{
			named(it.Name, below), part.Plain(share(&it.Text)), part.Plain(clipped(duty(&it.Text), 70)), part.Plain(catalog.Marked(it.Bases(), marks.gone)), part.Plain(it.Scope()), part.Plain(catalog.Flaw{Sheet: it.Sheet, Row: it.Row}.Where()),
		}})
	}
	return v, m, nil
}

func importReply(v importView) Reply {
	return Show("导入预览", importPage(v)).Under(part.Link{Text: "清单", Href: staffList}, part.Link{Text: "导入", Href: staffList + "/dr"})
}

func showImport(q *Request) (Reply, error) {
	v, _, err := q.preview(q.Path("id"))
	if err != nil {
		return Reply{}, err
	}
	return importReply(v), nil
}

// decideImport hands an import in, approves it or takes it down.
func decideImport(q *Request) (Reply, error) {
	id := q.Path("id")
	v, m, err := q.preview(id)
	if err != nil {
		return Reply{}, err
	}
	q.Bind(catalog.IssueForm, &v.Form)
	q.Bind(dropLayout, &v.Form)
	to := staffList + "/dr/" + id
	var reply Reply
	err = q.Write(func(tx *db.Tx) (err error) {
		reply, err = q.Once(tx, func() (Receipt, error) {
			switch q.Text("do") {
			case "propose":
				return Receipt{What: "“" + m.Draft.File + "”已提交审定", Location: to}, catalog.HandIn(tx, q.Actor, id, q.Now)
			case "approve":
				e, err := catalog.Approve(tx, q.Actor, id, catalog.Issue{Number: v.Form.Number, IssuedOn: v.Form.IssuedOn, EffectiveOn: v.Form.EffectiveOn}, q.Now)
				return Receipt{What: "清单已审定", Number: e.Number, Location: fmt.Sprintf("%s/bb/%d", staffList, e.No)}, err
			case "drop":
				return Receipt{What: "“" + m.Draft.File + "”已作废", Location: to}, catalog.Drop(tx, q.Actor, id, v.Form.Reason, q.Now)
			}
			return Receipt{}, fault.Absent()
		})
		return err
	})
	if err != nil {
		return importReply(v), err
	}
	return reply, nil
}
