package web

import (
	"bytes"
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"yidan/internal/admission"
	"yidan/internal/calendar"
	"yidan/internal/catalog"
	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/org"
	"yidan/internal/session"
	"yidan/internal/web/part"
)

// verify is the code of a paper, an item or an admission with its picture; there
// is no picture where nobody knows how others reach this site.
func (q *Request) verify(kind, code, shown, path string) part.Verify {
	v := part.Verify{Code: shown, Href: path}
	if q.publicURL(path) != "" {
		v.Image = "/yz/ewm/" + kind + "/" + url.PathEscape(code)
	}
	return v
}

var numbered = regexp.MustCompile(`^准入〔(\d{4})〕(\d+)$`)

// verifyMatter is that of an admission: 准入〔2026〕017 is ZR2026-017.
func (q *Request) verifyMatter(m admission.Matter) part.Verify {
	n := numbered.FindStringSubmatch(m.Number)
	if n == nil {
		return part.Verify{Code: m.Number, Href: "/zr/" + m.Case}
	}
	code := n[1] + "-" + n[2]
	return q.verify("zr", code, "ZR"+code, "/yz/zr/"+code)
}

var (
	itemCode      = regexp.MustCompile(`^(?i)SX([A-Z]\d{1,10})$`)
	admissionCode = regexp.MustCompile(`^(?i)ZR(\d{4}-\d+)$`)
)

// standingPath is where a code that somebody typed is verified, below /yz/: an
// item's begins with SX, an admission's with ZR; any other, and whatever is as long
// as one, is a paper's.
func standingPath(code string) string {
	if m := itemCode.FindStringSubmatch(code); m != nil && len(code) != 8 {
		return "sx/" + strings.ToUpper(m[1])
	}
	if m := admissionCode.FindStringSubmatch(code); m != nil {
		return "zr/" + m[1]
	}
	return url.PathEscape(code)
}

// sendVerifyCode draws the address at which a code is verified.
func sendVerifyCode(q *Request) (Reply, error) {
	below, ok := map[string]string{"ws": "/yz/", "sx": "/yz/sx/", "zr": "/yz/zr/"}[q.Path("kind")]
	code := q.Path("code")
	to := q.publicURL(below + url.PathEscape(code))
	if !ok || to == "" || len(code) > 40 {
		return Reply{}, fault.Absent()
	}
	b, err := session.Scannable(to)
	return Send(File{Name: "核验码.png", Type: "image/png", Body: bytes.NewReader(b), At: q.Now}), err
}

// A verdict is what everybody may know of an item or an admission: what it is,
// and whether it stands today.
type verdict struct {
	Title  string
	Stands bool
	Facts  []part.Fact
	More   part.Link
}

// verifiedNow is when something was verified, for whoever keeps the page as a print.
func (q *Request) verifiedNow() part.Fact {
	return part.Fact{Label: "核验时间", Text: part.Day(org.Day(q.Now)) + " " + q.Now.In(calendar.Zone).Format("15:04")}
}

// verifyItem says whether an item of the list is in force today.
func verifyItem(q *Request) (Reply, error) {
	s, err := q.shelf(publicList)
	if err != nil {
		return Reply{}, err
	}
	code := q.Path("code")
	v := verdict{Title: "清单里没有编码 " + code, More: part.Link{Text: "查现行清单", Href: publicList}}
	if at := s.book.Item(s.book.On(s.today), code); at != nil {
		v.Title, v.Stands = "这个事项现行有效", true
		to := at.Scope()
		if at.Everywhere() {
			to = "全部乡镇（街道）"
		}
		v.Facts = []part.Fact{{Label: "事项", Text: at.Name}, {Label: "编码", Text: at.Code}, {Label: "部分", Text: catalog.PartName(at.Part)}, {Label: "施行", Text: part.Day(at.From) + "起"}, {Label: "适用", Text: to}}
		v.More = part.Link{Text: "看事项全文", Href: publicList + "/" + url.PathEscape(at.Code)}
	} else {
		for _, x := range s.book.History(code) {
			if x.Text != nil {
				v.Title = "这个事项今天不在清单里"
				v.Facts = []part.Fact{{Label: "事项", Text: x.Name}, {Label: "编码", Text: x.Code}, {Label: "最近一次内容", Text: part.Day(x.From) + "起"}}
				break
			}
		}
	}
	v.Facts = append(v.Facts, q.verifiedNow())
	return Show("核验清单事项", standingPage(v)).Narrow(), nil
}

// verifyAdmission says whether an admitted matter is in force today.
func verifyAdmission(q *Request) (Reply, error) {
	year, no, _ := strings.Cut(q.Path("number"), "-")
	number := fmt.Sprintf("准入〔%s〕%s", year, no)
	v := verdict{Title: "没有 " + number + " 这个准入事项"}
	err := q.Read(func(tx *db.Tx) error {
		m, err := admission.Numbered(tx, number)
		if fault.Is(err, fault.Missing) || err == nil && m.Began.IsZero() {
			return nil
		}
		if err != nil {
			return err
		}
		dir, err := org.LoadDirectory(tx)
		if err != nil {
			return err
		}
		v.Stands = m.InForce(q.Now)
		v.Title = "这个准入事项今天不能据此交办"
		if v.Stands {
			v.Title = "这个准入事项今天有效"
		}
		v.Facts = []part.Fact{{Label: "事项", Text: m.Matter}, {Label: "编号", Text: m.Number}, {Label: "申请单位", Text: dir.Name(m.Unit)}, {Label: "工作时限", Text: matterSpan(m)}, {Label: "批准", Text: part.Day(m.ApprovedOn)},
			{Label: "涉及", Text: fmt.Sprintf("%d 个乡镇（街道）", len(m.Townships))}, {Label: "现在", Text: standingText[m.Standing(q.Now, "")]}}
		return nil
	})
	v.Facts = append(v.Facts, q.verifiedNow())
	return Show("核验准入事项", standingPage(v)).Narrow(), err
}
