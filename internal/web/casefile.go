package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"yidan/internal/admission"
	"yidan/internal/approval"
	"yidan/internal/casework"
	"yidan/internal/db"
	"yidan/internal/document"
	"yidan/internal/fault"
	"yidan/internal/form"
	"yidan/internal/org"
	"yidan/internal/web/part"
)

const maxFiles = document.MaxFiles

// changeFiles takes files in and attaches them to the case, or takes one away.
func changeFiles(q *Request) (Reply, error) {
	r, err := q.attach()
	if f, ok := fault.As(err); !ok || f.Kind == fault.Missing {
		return r, err
	}
	page, e := q.onMatter(func(tx *db.Tx, m *matter) (Reply, error) { return m.filesPage(tx) })
	if e != nil {
		return Reply{}, err
	}
	return page, err
}

func (q *Request) attach() (Reply, error) {
	drop := q.Text("drop")
	var all []scan
	if drop == "" {
		err := q.mayAttach()
		if err == nil {
			all, err = q.takeFiles()
		}
		if err != nil {
			return Reply{}, err
		}
		if len(all) == 0 {
			return Reply{}, fault.Join(fault.On("files", "", "选择要上传的文件"))
		}
	}
	return q.onCase(func(tx *db.Tx, c *casework.Case) (Receipt, error) {
		r := receipt(c, "材料已上传")
		r.Location += "/z/" + string(casework.ActAttach)
		if drop != "" {
			a, err := document.AttachmentOf(tx, drop)
			if err != nil {
				return Receipt{}, err
			}
			if a.Case != c.ID {
				return Receipt{}, fault.Absent()
			}
			if a.Unit == q.Actor.Unit {
				if err := c.MayRemove(a.ID, casework.Stage(a.Stage), q.Actor); err != nil {
					return Receipt{}, err
				}
			}
			if a, err = document.Remove(tx, q.Actor, drop, q.Now); err != nil {
				return Receipt{}, err
			}
			r.What = "材料“" + a.Name + "”已去掉"
			return r, c.Attached("去掉材料："+a.Name, q.answer(""))
		}
		return r, q.enclose(tx, c, all)
	})
}

// mayAttach refuses, before anything is stored, whoever may not add to the case.
func (q *Request) mayAttach() error {
	return q.Read(func(tx *db.Tx) error {
		m, err := q.matter(tx, q.Path("id"))
		if err != nil {
			return err
		}
		return m.May(casework.ActAttach, q.Actor)
	})
}

// takeFiles takes in the files of a form, for a case to which the actor may add.
func (q *Request) takeFiles() (all []scan, err error) {
	files := slices.DeleteFunc(q.Files("files"), func(h *multipart.FileHeader) bool { return h.Filename == "" })
	if len(files) == 0 {
		return nil, nil
	}
	err = q.mayAttach()
	for _, h := range files {
		if err == nil {
			var s scan
			s, err = q.takeFile(h)
			all = append(all, s)
		}
	}
	return all, err
}

// enclose adds files that were taken in to a case.
func (q *Request) enclose(tx *db.Tx, c *casework.Case, files []scan) error {
	for _, s := range files {
		a, err := document.Attach(tx, q.Actor, c.ID, string(c.Stage), s.blob, s.name, q.Now)
		if err != nil {
			return err
		}
		if err := c.Attached("添加材料："+a.Name, q.answer("")); err != nil {
			return err
		}
	}
	return nil
}

func (q *Request) takeFile(h *multipart.FileHeader) (s scan, err error) {
	f, err := h.Open()
	if err != nil {
		return s, err
	}
	defer f.Close()
	s.name = h.Filename
	s.blob, err = document.Take(q.Ctx, q.Site.DB, f, s.name, q.Now)
	return s, err
}

// sendAttachment sends a file of the case, to whoever may see the case.
func sendAttachment(q *Request) (Reply, error) {
	var a document.Attachment
	err := q.Read(func(tx *db.Tx) (err error) {
		if err := casework.Visible(tx, q.Actor, q.Path("id")); err != nil {
			return err
		}
		a, err = document.AttachmentOf(tx, q.Path("file"))
		if err == nil && (a.Case != q.Path("id") || !a.RemovedAt.IsZero()) {
			err = fault.Absent()
		}
		return err
	})
	if err != nil {
		return Reply{}, err
	}
	if err := q.viewed("attachment.take", "attachment:"+a.ID); err != nil {
		return Reply{}, err
	}
	f, err := document.Content(q.Ctx, q.Site.DB, a.Blob.ID)
	if err != nil {
		return Reply{}, err
	}
	return Send(File{Name: a.Name, Type: a.Blob.Media, Body: f, At: a.AddedAt}), nil
}

// The formats in which papers and records are sent.
var formats = map[string]string{"pdf": "application/pdf", "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document"}

// fontless says what to do where the PDFs cannot be set.
func (q *Request) fontless(format string) error {
	if format == "pdf" && q.Site.Fonts == nil {
		return fault.Refuse("", "没有找到排版用的中文字体，暂时不能生成 PDF。可以下载 Word 版")
	}
	return nil
}

// sendPaper sends the copy that the actor's unit keeps.
func sendPaper(q *Request) (Reply, error) {
	format := q.Path("format")
	if formats[format] == "" {
		return Reply{}, fault.Absent()
	}
	var p document.Paper
	var c document.Copy
	err := q.Read(func(tx *db.Tx) (err error) {
		if err := casework.Visible(tx, q.Actor, q.Path("id")); err != nil {
			return err
		}
		p, c, err = document.Open(tx, q.Actor, q.Path("paper"))
		if err == nil && p.Case != q.Path("id") {
			err = fault.Absent()
		}
		return err
	})
	if err == nil {
		err = q.fontless(format)
	}
	if err != nil {
		return Reply{}, err
	}
	var b []byte
	if format == "pdf" {
		b, err = p.PDF(q.Site.Fonts, c.No, q.verifyURL(p.Code), q.Now)
	} else {
		b, err = p.Word(c.No, q.verifyURL(p.Code), q.Now)
	}
	if err == nil {
		err = q.viewed("paper.take", "paper:"+p.ID)
	}
	return Send(File{Name: p.FileName(c.No) + "." + format, Type: formats[format], Body: bytes.NewReader(b), At: p.At}), err
}

// unsigned is the form of a case that waits for approval, for those who sign it; nil for others.
func (m *matter) unsigned() document.Body {
	a := m.q.Actor
	if !a.Is(m.Owner) && !slices.ContainsFunc([]org.Role{org.ListOffice, org.Justice, org.Lead, org.Secretariat}, a.Holds) {
		return nil
	}
	return admission.Unsigned(approval.Clerk{Holder: func(r org.Role) string { return m.dir.Holder(r, m.day) }, Unit: m.dir.Name}, m.Case)
}

// sendUnsigned sends the form as it stands, to be signed on paper. It bears the
// contact's number, so that it was taken is on record.
func sendUnsigned(q *Request) (Reply, error) {
	format := q.Path("format")
	if formats[format] == "" {
		return Reply{}, fault.Absent()
	}
	var x document.Body
	var title string
	err := q.Read(func(tx *db.Tx) error {
		m, err := q.matter(tx, q.Path("id"))
		if err != nil {
			return err
		}
		if x = m.unsigned(); x == nil {
			return fault.Absent()
		}
		title = m.Procedure.Title + "审批表（待签）：" + m.Title()
		return nil
	})
	if err == nil {
		err = q.fontless(format)
	}
	if err == nil {
		err = q.viewed("case.phone", "case:"+q.Path("id"))
	}
	if err != nil {
		return Reply{}, err
	}
	print := document.Print{Title: title, Unsigned: true, At: q.Now}
	var b []byte
	if format == "pdf" {
		b, err = x.PDF(q.Site.Fonts, print)
	} else {
		b, err = x.Word(print)
	}
	return Send(File{Name: document.CleanName(title) + "." + format, Type: formats[format], Body: bytes.NewReader(b), At: q.Now}), err
}

// record is the timeline as a paper, the oldest first.
func (m *matter) record(es []casework.Event) document.Record {
	r := document.Record{Title: m.Title(), Number: m.Number, Owning: m.Procedure.Owned(), Owner: m.party(m.Owner), Standing: m.Status()}
	for _, e := range es {
		s := document.Step{At: e.At, Who: m.doer(e), What: m.deed(e), Words: m.saidIn(e)}
		if x := m.Procedure.Step(e.Stage); x != nil {
			s.Stage = x.Title
		}
		if e.Act == "lapse" {
			s.Words = m.lapsed(e.Stage) + "（" + m.q.Site.Cite(e.Text) + "）"
		}
		r.Steps = append(r.Steps, s)
	}
	return r
}

func showRecord(q *Request) (Reply, error) {
	return q.onMatter(func(tx *db.Tx, m *matter) (Reply, error) {
		es, err := m.timeline(tx)
		if err != nil {
			return Reply{}, err
		}
		r := m.reply(Show("流转记录", recordBody(m, m.record(es))))
		return r.Print(m.sheet()), nil
	})
}

func sendRecord(q *Request) (Reply, error) {
	format := q.Path("format")
	if formats[format] == "" {
		return Reply{}, fault.Absent()
	}
	var x document.Record
	err := q.Read(func(tx *db.Tx) error {
		m, err := q.matter(tx, q.Path("id"))
		if err != nil {
			return err
		}
		es, err := m.timeline(tx)
		x = m.record(es)
		return err
	})
	if err == nil {
		err = q.fontless(format)
	}
	if err != nil {
		return Reply{}, err
	}
	print := document.Print{Title: "流转记录 " + x.Number, At: q.Now}
	var b []byte
	if format == "pdf" {
		b, err = x.PDF(q.Site.Fonts, print)
	} else {
		b, err = x.Word(print)
	}
	return Send(File{Name: strings.TrimSpace("流转记录 "+x.Number) + "." + format, Type: formats[format], Body: bytes.NewReader(b), At: q.Now}), err
}

// showHandedIn is the form as it was handed in once.
func showHandedIn(q *Request) (Reply, error) {
	return q.onMatter(func(tx *db.Tx, m *matter) (Reply, error) {
		es, err := m.timeline(tx)
		if err != nil {
			return Reply{}, err
		}
		n, err := strconv.Atoi(q.Path("seq"))
		if err != nil || n < 1 || n > len(es) || es[n-1].Form == nil {
			return Reply{}, fault.Absent()
		}
		e, src := es[n-1], m.Procedure.Form()
		if err := json.Unmarshal(e.Form, src); err != nil {
			return Reply{}, fmt.Errorf("form %d of %s: %w", n, m.ID, err)
		}
		if src, err = m.readable(src); err != nil {
			return Reply{}, err
		}
		l, err := m.offerAll(tx, m.Procedure.Layout)
		if err != nil {
			return Reply{}, err
		}
		r := m.reply(Show("提交时的申请", handedInBody(m, m.deed(e), sayTime(e.At, q.Now), l, src)))
		return r.Print(m.sheet()), nil
	})
}

// showDrawing is the procedure as a picture and a list, and where the case stands in it.
func showDrawing(q *Request) (Reply, error) {
	return q.onMatter(func(_ *db.Tx, m *matter) (Reply, error) {
		r := m.reply(Show("程序图", drawingBody(m, m.steps(true))))
		return r.Print(m.sheet()), nil
	})
}

func showCode(code string) string { return document.ShowCode(code) }

// ruleOf is the link to an article; nil where there is none.
func ruleOf(rule string) templ.Component {
	if rule == "" {
		return nil
	}
	return part.Cite(rule)
}

func sectionLayout(s form.Section) form.Layout { return form.Layout{s} }

func number(n int) string { return strconv.Itoa(n) }

// recordTable is the record as a table.
func recordTable(m *matter, r document.Record) part.Table {
	t := part.Table{Caption: "流转记录", Columns: []part.Column{{Title: "时间"}, {Title: "环节"}, {Title: "谁办的"}, {Title: "办了什么"}, {Title: "意见"}}}
	for _, s := range r.Steps {
		row := part.Row{}
		row.Cells = []templ.Component{part.Whole(sayTime(s.At, m.q.Now)), part.Plain(s.Stage), part.Plain(s.Who), part.Plain(s.What), part.Lines(s.Words)}
		t.Rows = append(t.Rows, row)
	}
	return t
}
