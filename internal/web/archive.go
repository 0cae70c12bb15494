package web

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"

	"github.com/a-h/templ"

	"yidan/internal/db"
	"yidan/internal/document"
	"yidan/internal/fault"
	"yidan/internal/form"
	"yidan/internal/org"
	"yidan/internal/web/part"
)

// paperKinds are the kinds of papers in words.
var paperKinds = []part.Option{{Value: "f1", Label: "准入审批表"}, {Value: "f2", Label: "准出审批表"}, {Value: "consult", Label: "征求意见函"}, {Value: "notice", Label: "书面告知"}, {Value: "exit-notice", Label: "退出告知书"}, {Value: "handover", Label: "交办通知"}, {Value: "ruling", Label: "交办争议裁定书"}, {Value: "rectify", Label: "责令整改通知书"}, {Value: "transfer", Label: "移送函"}}

func paperKind(kind string) string {
	for _, o := range paperKinds {
		if o.Value == kind {
			return o.Label
		}
	}
	return "文书"
}

// heirs are the units whose copies an actor's unit keeps: its own and those of
// the units it succeeded.
func (l *lens) heirs() (units []string) {
	units = []string{l.actor.Unit}
	for _, u := range l.units.Every() {
		if u.ID == l.actor.Unit {
			continue
		}
		for _, id := range l.units.Successors(u.ID, l.today()) {
			if id == l.actor.Unit {
				units = append(units, u.ID)
			}
		}
	}
	return units
}

// archiveFilter reads what the archive is asked for from its address.
func archiveFilter(q *Request) document.Filter {
	return document.Filter{Text: form.Clean(q.Query.Get(qWords)), Kind: q.Query.Get(qProcedure), Waiting: q.Query.Get("w") != "", Limit: perPage + 1}
}

// papers are copies as a list.
func (l *lens) papers(ks []document.Kept) lines {
	ls := lines{Caption: "留存的文书，最近的在前", Heads: []string{"种类", "第几份", "送达", "签收"}}
	for _, k := range ks {
		got := "未签收"
		if !k.ReceivedAt.IsZero() {
			got = clockTime(l.now, k.ReceivedAt) + "　" + k.ReceivedName
		}
		ls.Rows = append(ls.Rows, line{Link: part.Link{Text: k.Title, Href: "/cl/" + k.Paper}, Number: k.Number, Cells: []string{paperKind(k.Kind), fmt.Sprintf("第 %d 份，共 %d 份", k.No, k.Of), clockTime(l.now, k.PlacedAt), got}})
	}
	return ls
}

// showArchive is 留存: the copies that an actor's unit keeps.
func showArchive(q *Request) (Reply, error) {
	v := listView{Title: "留存", Lead: "送到你单位的文书，一份一号，随时能找到、打开、核验"}
	v.More, v.Tabs = exportLink(q, "/cl/xlsx"), paperTabs("/cl")
	f := archiveFilter(q)
	if paper, unit, ok := strings.Cut(q.Query.Get(qKey), "~"); ok {
		f.After = &document.Kept{Copy: document.Copy{Paper: paper, Unit: unit}}
	}
	err := q.look(func(l *lens) error {
		ks, err := document.Archive(l.tx, l.heirs(), f)
		if err != nil {
			return err
		}
		next := ""
		if len(ks) > perPage {
			ks = ks[:perPage]
			next = ks[perPage-1].Paper + "~" + ks[perPage-1].Unit
		}
		v.Pager = pager(q, next)
		v.Table = l.papers(ks).table("文书")
		return nil
	})
	kinds := make([]part.Option, len(paperKinds))
	for i, o := range paperKinds {
		o.On = o.Value == f.Kind
		kinds[i] = o
	}
	v.Filter = &part.Filter{To: "/cl", Clear: "/cl", Groups: []part.Group{
		{Title: "标题或文号", Name: qWords, Kind: "text", Value: f.Text}, {Title: "种类", Name: qProcedure, Kind: "select", Options: kinds},
		{Title: "签收", Name: "w", Kind: "check", Options: []part.Option{{Value: "1", Label: "只看未签收的", On: f.Waiting}}},
	}}
	v.Filter.Chips = chips("/cl", q.Query, v.Filter.Groups)
	if len(v.Table.Rows) == 0 {
		v.Empty = part.Empty("你单位还没有留存的文书。审批表、征求意见函、书面告知送到以后都在这里。")
		if len(v.Filter.Chips) > 0 {
			v.Empty = part.Empty("按这些条件没有找到文书。去掉一个条件再查。", part.Link{Text: "清除条件", Href: "/cl"})
		}
	}
	return Show("留存", listPage(v)), err
}

// A paperView is a paper and the copy of the reader's unit.
type paperView struct {
	Paper   document.Paper
	Copy    document.Copy
	Facts   []part.Fact
	Said    []part.Fact
	Letter  *document.Letter
	Receive bool
	PDF     string // why there is none; "" when there is
	Verify  part.Verify
	Case    string // address, for who may see it
}

// kept is what has a copy kept: the forms say it of themselves, of no letter.
func (v paperView) kept() templ.Component {
	if v.Letter != nil {
		return nil
	}
	return part.Cite("F-3")
}

// held is a paper of which the actor's unit, or one it succeeded, keeps a copy.
func (l *lens) held(id string) (document.Paper, document.Copy, error) {
	p, err := document.Find(l.tx, id)
	if err != nil {
		return p, document.Copy{}, err
	}
	c, ok := p.CopyOf(l.heirs()...)
	if !ok {
		err = fault.Absent()
	}
	return p, c, err
}

// showPaper is one paper of the archive.
func showPaper(q *Request) (Reply, error) {
	var v paperView
	err := q.look(func(l *lens) (err error) {
		if v.Paper, v.Copy, err = l.held(q.Path("id")); err != nil {
			return err
		}
		p, c := v.Paper, v.Copy
		v.Receive = p.Waits(q.Actor)
		v.Verify = q.verify("ws", p.Code, document.ShowCode(p.Code), "/yz/"+p.Code)
		got := "未签收"
		if !c.ReceivedAt.IsZero() {
			got = clockTime(q.Now, c.ReceivedAt) + "　" + c.ReceivedName
		}
		v.Facts = []part.Fact{{Label: "种类", Text: paperKind(p.Kind)}, {Label: "文号", Text: p.Number}, {Label: "印制", Text: clockTime(q.Now, p.At)},
			{Label: "留存", Text: fmt.Sprintf("第 %d 份，共 %d 份，%s", c.No, c.Of, c.Holder)}, {Label: "签收", Text: got},
			{Label: "办件", Show: l.caseOrName(p.Case, "看办件")}, {Label: "核验码", Text: document.ShowCode(p.Code)}, {Label: "摘要", Text: p.Digest}}
		if b, ok := p.Body.(document.Letter); ok {
			v.Letter = &b
		} else {
			v.Said = formFacts(p.Body)
		}
		return nil
	})
	if errors.Is(err, document.ErrAltered) {
		return Reply{}, altered(err)
	}
	if err != nil {
		return Reply{}, err
	}
	if err := q.viewed("paper.view", "paper:"+v.Paper.ID); err != nil {
		return Reply{}, err
	}
	if q.Site.Fonts == nil {
		v.PDF = "没有找到排版用的中文字体，暂时不能生成 PDF，可以下载 Word 版"
	}
	return Show("留存文书", paperPage(v)).Under(part.Link{Text: "留存", Href: "/cl"}), nil
}

// altered says that a paper is not what was issued; the cause stays in the log.
func altered(cause error) error {
	return &fault.Fault{Kind: fault.Refused, Text: "这份文书与印制时的摘要不一致，不能使用。告诉区委编办和审计管理员", Cause: cause}
}

// formFacts is what one of the two forms says.
func formFacts(b document.Body) []part.Fact {
	opinion := func(label string, o document.Opinion) part.Fact {
		text := o.Text
		if o.Date != "" {
			text += "\n" + o.Unit + "　" + o.Signer + "　" + part.Day(o.Date)
		}
		return part.Fact{Label: label, Text: text}
	}
	switch f := b.(type) {
	case document.F1:
		span := "长期"
		if f.Phased {
			span = "阶段性，从" + part.Day(f.From) + "到" + part.Day(f.To)
		}
		return []part.Fact{{Label: "申请单位", Text: f.Applicant}, {Label: "申请时间", Text: part.Day(f.AppliedOn)}, {Label: "申请具体事项", Text: f.Matter}, {Label: "联系人", Text: f.Contact}, {Label: "联系电话", Text: f.Phone},
			{Label: "工作时限", Text: span}, {Label: "职责主体及内容", Text: f.Bodies}, {Label: "职责任务", Text: f.Duties}, opinion("区委编办审核意见", f.Office), opinion("区司法局审核意见", f.Justice), opinion("领导小组审批意见", f.Lead)}
	case document.F2:
		return []part.Fact{{Label: "申请单位", Text: f.Applicant}, {Label: "申请时间", Text: part.Day(f.AppliedOn)}, {Label: "申请退出事项", Text: f.Matter}, {Label: "申请退出理由", Text: f.Reason}, {Label: "联系人", Text: f.Contact}, {Label: "联系电话", Text: f.Phone},
			opinion("区委编办审核意见", f.Office), opinion("区司法局审核意见", f.Justice), opinion("领导小组审批意见", f.Lead)}
	}
	return nil
}

// receivePaper is 签收 of the copy of the actor's unit.
func receivePaper(q *Request) (reply Reply, err error) {
	id := q.Path("id")
	err = q.Write(func(tx *db.Tx) (err error) {
		reply, err = q.Once(tx, func() (Receipt, error) {
			return Receipt{What: "文书已签收", Location: "/cl/" + id}, document.Receive(tx, q.Actor, id, q.Now)
		})
		return err
	})
	return reply, err
}

func sendPaperPDF(q *Request) (Reply, error) {
	return q.download("pdf", "application/pdf", func(p document.Paper, no int, url string) ([]byte, error) {
		return p.PDF(q.Site.Fonts, no, url, q.Now)
	})
}

func sendPaperWord(q *Request) (Reply, error) {
	return q.download("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", func(p document.Paper, no int, url string) ([]byte, error) {
		return p.Word(no, url, q.Now)
	})
}

// download sends the copy of the actor's unit, made anew from what was kept.
func (q *Request) download(ext, media string, make func(p document.Paper, no int, url string) ([]byte, error)) (Reply, error) {
	var p document.Paper
	var c document.Copy
	err := q.look(func(l *lens) (err error) { p, c, err = l.held(q.Path("id")); return err })
	if errors.Is(err, document.ErrAltered) {
		return Reply{}, altered(err)
	}
	if err != nil {
		return Reply{}, err
	}
	b, err := make(p, c.No, q.verifyURL(p.Code))
	if errors.Is(err, document.ErrNoFonts) {
		return Reply{}, fault.Refuse("", "没有找到排版用的中文字体，暂时不能生成 PDF。可以下载 Word 版")
	}
	if err == nil {
		err = q.viewed("paper.take", "paper:"+p.ID)
	}
	if err != nil {
		return Reply{}, err
	}
	return Send(File{Name: p.FileName(c.No) + "." + ext, Type: media, Body: io.NopCloser(bytes.NewReader(b)), At: q.Now}), nil
}

// verifyURL is where the code of a paper is verified, as print shows it; "" where
// the site has no public address: then print shows the code alone. What a request
// calls this site is believed of a loopback only, where a trial runs.
func (q *Request) verifyURL(code string) string { return q.publicURL("/yz/" + code) }

// publicURL is an address of this site as others reach it; "" where nobody knows one.
func (q *Request) publicURL(path string) string {
	at := q.Site.Public
	if host, _, err := net.SplitHostPort(q.http.Host); at == "" && err == nil {
		if ip, err := netip.ParseAddr(host); err == nil && ip.IsLoopback() || host == "localhost" {
			at = "http://" + q.http.Host
		}
	}
	if at == "" {
		return ""
	}
	return at + path
}

// A verified paper is what whoever holds a print may know of it: what it is and
// that it is unaltered, not what it says.
type verified struct {
	Code    string
	Asked   bool
	Missing string // why there is none
	Altered bool
	Facts   []part.Fact
}

// askForCode takes the code from a printed paper.
func askForCode(q *Request) (Reply, error) {
	if code := form.Clean(q.Query.Get("code")); code != "" {
		return Go("/yz/" + standingPath(code)), nil
	}
	return Show("核验文书", verifyPage(verified{})).Narrow(), nil
}

// verifyPaper says whether a printed paper was issued here and is unaltered (F-3).
func verifyPaper(q *Request) (Reply, error) {
	v := verified{Code: q.Path("code"), Asked: true}
	err := q.look(func(l *lens) error {
		p, err := document.Verify(l.tx, v.Code)
		f, _ := fault.As(err)
		switch {
		case errors.Is(err, document.ErrAltered):
			v.Altered = true
			return nil
		case fault.Is(err, fault.Missing):
			v.Missing = f.Text
			return nil
		case err != nil:
			return err
		}
		v.Facts = []part.Fact{{Label: "标题", Text: p.Title}, {Label: "种类", Text: paperKind(p.Kind)}, {Label: "文号", Text: p.Number}, {Label: "印制日期", Text: part.Day(org.Day(p.At))},
			{Label: "份数", Text: fmt.Sprintf("共 %d 份", len(p.Copies))}, {Label: "核验码", Text: document.ShowCode(p.Code)}, {Label: "摘要", Text: p.Digest}, {Label: "结果", Text: "内容与印制时一致"}, q.verifiedNow()}
		return nil
	})
	return Show("核验文书", verifyPage(v)).Narrow(), err
}
