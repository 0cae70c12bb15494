package web

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"yidan/internal/audit"
	"yidan/internal/calendar"
	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/form"
	"yidan/internal/org"
	"yidan/internal/web/part"
)

var auditLink = part.Link{Text: "审计记录", Href: "/sj"}

// showAudit is the whole record, for the auditor.
func showAudit(q *Request) (Reply, error) {
	return recordPage(q, record{Title: "审计记录", Lead: "全部操作，包括系统管理员和安全管理员的。任何人都不能修改或者删除", To: "/sj", Whose: true,
		Do: []part.Link{{Text: "三员操作对照", Href: "/sj/gl"}, {Text: "校验", Href: "/sj/yz"}, {Text: "审计日结单", Href: "/sj/rj"}, {Text: "导出全部", Href: "/sj/dc"}}})
}

// compareAdministrators shows what the three administrators did, side by side.
func compareAdministrators(q *Request) (Reply, error) {
	p := record{Title: "三员操作对照", Lead: "系统管理员、安全管理员、审计管理员各自的操作，按时间排在一起", To: "/sj/gl", Beside: map[string]org.Class{}, Query: audit.Query{Persons: []string{}}}
	err := q.Read(func(tx *db.Tx) error {
		for _, c := range threeClasses {
			if err := eachPerson(tx, c, q.today(), func(who org.Person) {
				p.Beside[who.ID] = c
				p.Query.Persons = append(p.Query.Persons, who.ID)
			}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return Reply{}, err
	}
	return recordPage(q, p)
}

var threeClasses = []org.Class{org.Accounts, org.Policy, org.Auditor}

// A verifyView is the chain and how it was found to be.
type verifyView struct {
	Head   audit.Head
	Form   headForm
	Done   bool
	Broken string // where and how the chain does not hold
	At     time.Time
}

// A headForm is a head kept on paper.
type headForm struct {
	Seq  string `json:"seq"`
	Hash string `json:"hash"`
}

var headLayout = form.Layout{{Fields: []form.Field{
	{Name: "seq", Label: "日结单上的序号", Type: form.Line, Max: 12, Hint: "填了序号和摘要，还能发现整本记录被人重写"},
	{Name: "hash", Label: "日结单上的摘要", Type: form.Line, Max: 64, Hint: "64 位字母和数字"},
}}}

func (q *Request) verifying() (v verifyView, err error) {
	err = q.Read(func(tx *db.Tx) (err error) { v.Head, err = audit.Last(tx); return err })
	return v, err
}

func (v verifyView) reply() Reply {
	return Show("校验审计记录", v.page()).Under(auditLink).Narrow()
}

func showVerify(q *Request) (Reply, error) {
	v, err := q.verifying()
	return v.reply(), err
}

// verifyChain walks the chain now; that it was, and what came of it, is on record.
func verifyChain(q *Request) (Reply, error) {
	v, err := q.verifying()
	if err != nil {
		return Reply{}, err
	}
	q.Bind(headLayout, &v.Form)
	var want *audit.Head
	if v.Form.Seq != "" || v.Form.Hash != "" {
		n, err := strconv.ParseInt(v.Form.Seq, 10, 64)
		if err != nil || n < 1 {
			return v.reply(), fault.On("seq", "", "“日结单上的序号”应是正整数")
		}
		if len(v.Form.Hash) != 64 {
			return v.reply(), fault.On("hash", "", "“日结单上的摘要”应是 64 位，现在 %d 位", len(v.Form.Hash))
		}
		want = &audit.Head{Seq: n, Hash: strings.ToLower(v.Form.Hash)}
	}
	err = q.Read(func(tx *db.Tx) (err error) { v.Head, err = audit.Verify(tx, want); return err })
	var broken *audit.Break
	if errors.As(err, &broken) {
		v.Broken, err = fmt.Sprintf("第 %d 条起对不上：%s", broken.Seq, broken.What), nil
	}
	if err != nil {
		return Reply{}, err
	}
	v.Done, v.At = true, q.Now
	err = q.Write(func(tx *db.Tx) error {
		l := q.Actor.Line(q.Now, "audit.verify", "")
		l.Detail = map[string]any{"seq": v.Head.Seq, "holds": v.Broken == ""}
		return audit.Append(tx, l)
	})
	return v.reply(), err
}

// A closeView is the paper on which a day of the record is closed.
type closeView struct {
	Day                   string
	District, Printed, By string
	Open                  bool // the day is not over
	audit.Sheet
}

// showClose is the paper of one day, yesterday's unless another is asked for.
func showClose(q *Request) (Reply, error) {
	v := closeView{District: q.Site.District, Printed: moment(q.Now), By: q.Actor.Name}
	start := time.Date(q.Now.In(calendar.Zone).Year(), q.Now.In(calendar.Zone).Month(), q.Now.In(calendar.Zone).Day()-1, 0, 0, 0, 0, calendar.Zone)
	if day, err := form.ParseDate(q.Query.Get("day")); err == nil {
		if start, err = time.ParseInLocation(time.DateOnly, day, calendar.Zone); err != nil {
			return Reply{}, err
		}
	}
	end := start.AddDate(0, 0, 1)
	v.Day, v.Open = start.Format(time.DateOnly), q.Now.Before(end)
	err := q.Read(func(tx *db.Tx) (err error) { v.Sheet, err = audit.Close(tx, start, end); return err })
	return Show("审计日结单", v.page()).Under(auditLink).Print(q.sheet("审计日结单 " + v.Day)), err
}

func (v closeView) facts() []part.Fact {
	rows := []part.Fact{{Label: "日期", Text: part.Day(v.Day)}, {Label: "本日条数", Text: strconv.FormatInt(v.Lines(), 10)}}
	for _, r := range results {
		rows = append(rows, part.Fact{Label: "其中" + r.Label, Text: strconv.FormatInt(v.Count[r.Value], 10)})
	}
	head := func(h audit.Head) part.Fact {
		if h.Seq == 0 {
			return part.Fact{Text: "此前没有记录"}
		}
		return part.Fact{Show: code(fmt.Sprintf("%d  %s", h.Seq, h.Hash))}
	}
	before, now := head(v.Before), head(v.Head)
	before.Label, now.Label = "上一日末条序号和摘要", "本日末条序号和摘要"
	return append(rows, before, now)
}

// neighbours are the days before and after.
func (v closeView) neighbours() []part.Link {
	d, err := time.Parse(time.DateOnly, v.Day)
	if err != nil {
		return nil
	}
	ls := []part.Link{{Text: "前一天", Href: "/sj/rj?day=" + d.AddDate(0, 0, -1).Format(time.DateOnly)}}
	if !v.Open {
		ls = append(ls, part.Link{Text: "后一天", Href: "/sj/rj?day=" + d.AddDate(0, 0, 1).Format(time.DateOnly)})
	}
	return ls
}

// exportChain sends the whole chain as it is read; that it was taken is its last line.
func exportChain(q *Request) (Reply, error) {
	err := q.Write(func(tx *db.Tx) error {
		l := q.Actor.Line(q.Now, "audit.export", "")
		l.Result = audit.Viewed
		return audit.Append(tx, l)
	})
	if err != nil {
		return Reply{}, err
	}
	r, w := io.Pipe()
	go func() { w.CloseWithError(q.Read(func(tx *db.Tx) error { return audit.Export(tx, w) })) }()
	return Send(File{Name: "审计记录 " + q.today() + ".jsonl", Type: "application/x-ndjson", Body: r, At: q.Now}), nil
}
