package web

import (
	"fmt"
	"io"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/a-h/templ"
	"golang.org/x/text/encoding/simplifiedchinese"

	"yidan/internal/db"
	"yidan/internal/document"
	"yidan/internal/fault"
	"yidan/internal/form"
	"yidan/internal/handover"
	"yidan/internal/org"
	"yidan/internal/regulation"
	"yidan/internal/web/part"
)

// A notice is a draft as it was pasted.
type notice struct {
	Text string `json:"text"`
}

// maxNotice is how many characters a draft has.
const maxNotice = 20000

var noticeLayout = form.Layout{{Key: "notice", Rule: "AE-2.1", Fields: []form.Field{
	{Name: "text", Label: "通知全文", Hint: "粘贴进来，或者在下面选文件", Type: form.Text, Max: maxNotice},
}}}

// A noticeView is a checked draft.
type noticeView struct {
	Src     notice
	Of      string // what was checked: the draft's first line, and its file
	Checked *handover.Checked
	Summary []part.Number
	Tasks   part.Table
	Words   part.Table
}

// checkNotice reads a draft that was pasted or uploaded; nothing of it is kept.
func checkNotice(q *Request) (Reply, error) {
	var v noticeView
	q.Bind(noticeLayout, &v.Src)
	page := func() Reply {
		return Show("查交办通知", noticePage(v)).Print(part.Sheet{By: q.Actor.Name, At: clockTime(q.Now, q.Now), State: "交办通知核对表"})
	}
	if hs := q.Files("file"); len(hs) > 0 && hs[0].Size > 0 {
		text, err := draftText(hs[0].Filename, hs[0].Size, func() (file, error) { return hs[0].Open() })
		if err != nil {
			return page(), err
		}
		v.Src.Text, v.Of = text, "（"+hs[0].Filename+"）"
	}
	switch n := utf8.RuneCountInString(v.Src.Text); {
	case n == 0:
		return page(), fault.Join(fault.On("text", "AE-2.1", "粘贴通知全文，或者选择文件"))
	case n > maxNotice:
		return page(), fault.Join(fault.On("text", "", "一次最多查 %d 字，这份有 %d 字。分开查", maxNotice, n))
	}
	err := q.Read(func(tx *db.Tx) error {
		k, err := regulation.Notices(tx, q.Now)
		if err == nil {
			c := handover.CheckNotice(v.Src.Text, k)
			v.Checked = &c
		}
		return err
	})
	if err != nil {
		return Reply{}, err
	}
	first, _, _ := strings.Cut(strings.TrimSpace(v.Src.Text), "\n")
	v.Of = gist(first) + v.Of
	v.tables()
	return page(), nil
}

type file interface {
	io.Reader
	io.ReaderAt
	io.Closer
}

// draftText is what an uploaded draft says: a Word document or plain text.
func draftText(name string, size int64, open func() (file, error)) (string, error) {
	f, err := open()
	if err != nil {
		return "", err
	}
	defer f.Close()
	switch strings.ToLower(path.Ext(name)) {
	case ".docx":
		ps, err := document.Text(f, size)
		if x, ok := fault.As(err); ok {
			return "", fault.Join(fault.On("file", "", "%s", x.Text))
		}
		return strings.Join(ps, "\n"), err
	case ".txt":
		b, err := io.ReadAll(io.LimitReader(f, 4*maxNotice+1))
		if err == nil && !utf8.Valid(b) {
			b, err = simplifiedchinese.GB18030.NewDecoder().Bytes(b)
		}
		if text := strings.TrimPrefix(string(b), "\ufeff"); err == nil && form.Readable(text) {
			return text, nil
		}
	}
	return "", fault.Join(fault.On("file", "", "只能读取 Word 文档（.docx）和文本文件（.txt）。在 Word 中打开，另存为 .docx 后再选"))
}

// tables are what was found, sentence by sentence.
func (v *noticeView) tables() {
	for _, m := range handover.Marks {
		v.Summary = append(v.Summary, part.Number{N: fmt.Sprint(v.Checked.Count(m.Mark)), Label: m.Name, Href: "#tasks", Hot: m.Mark == handover.Apply && v.Checked.Count(m.Mark) > 0})
	}
	v.Tasks = part.Table{Caption: "逐句核对", Columns: []part.Column{{Title: "通知里的话"}, {Title: "谁、做什么"}, {Title: "结论"}, {Title: "为什么"}}}
	for _, s := range v.Checked.Tasks {
		what := part.Plain(fmt.Sprintf("第 %d 句：%s", s.No, s.Text))
		why := []templ.Component{part.Plain(s.Why)}
		lead := func(l part.Link) { why = append(why, part.Plain("　"), part.To(l)) }
		if s.Code != "" {
			lead(part.Link{Text: "看 " + s.Code, Href: staffList + "/" + s.Code})
		}
		for _, n := range s.Near {
			lead(part.Link{Text: "相近：" + n.Code + " " + n.Name, Href: staffList + "/" + n.Code})
		}
		if s.Mark == handover.Apply {
			lead(part.Link{Text: "查要不要走准入", Href: "/zr/xuan"})
		}
		v.Tasks.Rows = append(v.Tasks.Rows, part.Row{Cells: []templ.Component{what, part.Plain(s.Who + "：" + s.Verb), part.Tag(handover.MarkName(s.Mark)), templ.Join(why...)}})
	}
	v.Words = part.Table{Caption: "减负用语", Columns: []part.Column{{Title: "用语"}, {Title: "在哪里"}, {Title: "为什么不能用"}, {Title: "来源"}}}
	for _, h := range v.Checked.Wordings {
		v.Words.Rows = append(v.Words.Rows, row(h.Words, fmt.Sprintf("第 %d 句：%s", h.No, h.Text), h.Why, h.Source))
	}
}

// wordings is the table of what a notice must not say; the list office edits it.
func (q *Request) wordings(typed *handover.Wording) (Reply, error) {
	v := wordingsView{Tabs: workTabs("/zr/wj/cy"), Edits: q.Actor.Holds(org.ListOffice), Src: typed}
	if typed == nil {
		v.Src = &handover.Wording{Source: "区内设定"}
	}
	err := q.Read(func(tx *db.Tx) (err error) { v.All, err = handover.Wordings(tx); return err })
	return Show("减负用语", wordingsPage(v)), err
}

type wordingsView struct {
	Tabs  []part.Tab
	All   []handover.Wording
	Edits bool
	Src   *handover.Wording
}

// table is the wording in force; whoever edits it may take one out.
func (v wordingsView) table() part.Table {
	t := part.Table{Caption: "减负用语", Columns: []part.Column{{Title: "用语"}, {Title: "为什么不能用"}, {Title: "来源"}}}
	if v.Edits {
		t.Columns = append(t.Columns, part.Column{Title: "办理"})
	}
	for _, w := range v.All {
		r := row(w.Words, w.Why, w.Source)
		if v.Edits {
			r.Cells = append(r.Cells, dropWordingForm(w))
		}
		t.Rows = append(t.Rows, r)
	}
	return t
}

func addWording(q *Request) (Reply, error) {
	var w handover.Wording
	q.Bind(handover.WordingLayout, &w)
	page, err := q.wordings(&w)
	if err != nil {
		return Reply{}, err
	}
	return q.change(page, func(tx *db.Tx) (Receipt, error) {
		return Receipt{What: "“" + w.Words + "”已加入减负用语", Location: "/zr/wj/cy"}, handover.AddWording(tx, q.Actor, w, q.Now)
	})
}

func dropWording(q *Request) (Reply, error) {
	page, err := q.wordings(nil)
	if err != nil {
		return Reply{}, err
	}
	return q.change(page, func(tx *db.Tx) (Receipt, error) {
		return Receipt{What: "用语已去掉", Location: "/zr/wj/cy"}, handover.DropWording(tx, q.Actor, q.Path("id"), q.Now)
	})
}
