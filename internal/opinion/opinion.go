// Package opinion carries out article 10 of 动态管理办法: opinions and suggestions of
// citizens, legal persons and other organisations on items, open changes and the
// list (DM-10.1, DM-10.2).
//
// Anybody lodges an opinion without signing in and gets a receipt. The list office
// has the unit concerned answer it, or answers itself, lets the answer go and
// decides what of it is published. It can become a 调整事由 with one click.
package opinion

import (
	"time"

	"yidan/internal/calendar"
	"yidan/internal/casework"
	"yidan/internal/db"
	"yidan/internal/org"
)

// The stages of an opinion.
const (
	Receive casework.Stage = "receive" // nobody hands it in: it is filed as it comes
	Route   casework.Stage = "route"
	Answer  casework.Stage = "answer"
	Release casework.Stage = "release"
)

// Verdicts of this procedure.
const (
	Assigned casework.Verdict = "分办"
	Turned   casework.Verdict = "转为调整事由"
)

// Terms are the values in force on the day an opinion came.
type Terms struct {
	Reply calendar.Term // opinion.reply
}

// A Cause is what an opinion asks to have changed. Fields that are empty follow
// from the item.
type Cause struct {
	Case   string // the opinion
	Event  string // in words
	Code   string // of the item; empty where one is to be added
	Matter string // what the item is called
	Unit   string // that must apply
	Advice string // add, cancel, adjust, check
}

// A Desk is what the procedure stands on in one transaction.
type Desk struct {
	Tx       *db.Tx
	Terms    func(day time.Time) Terms
	Number   func(prefix string, year int) (string, error)
	Signer   func(org.Party) (org.Party, bool)
	Holder   func(org.Role) string
	UnitKind func(id string) org.Kind
	Heir     func(id string) string                                                 // the unit that stands for one today; "" for none or several
	Begin    func(by org.Actor, c Cause, now time.Time) (trigger string, err error) // 调整事由, of another package
}

// Procedures are the editions of 公众意见.
func Procedures(d *Desk) casework.Editions {
	return casework.Editions{
		"opinion": {{N: 1, From: "2022-01-01", New: func(filed time.Time) *casework.Procedure { return d.opinion(d.Terms(filed)) }}},
	}
}

func said(c *casework.Case) *Opinion { return c.Form.(*Opinion) }

// opinion is the procedure. Its one term runs from the day on which the opinion
// came, whoever has it on the desk.
func (d *Desk) opinion(t Terms) *casework.Procedure {
	sinceReceipt := func(p org.Party, c *casework.Case) []casework.Task {
		return []casework.Task{{Party: p, From: c.Filed, Within: t.Reply}}
	}
	ofOffice := func(c *casework.Case) []casework.Task { return sinceReceipt(c.Owner, c) }
	turn := Turned.To(casework.Here).By(org.ListOffice).Called("转为调整事由", "登记调整事由，告知应当提出调整的单位，并与本意见关联").With(causeSheet).Do(d.turned)
	return &casework.Procedure{
		Title: "公众意见", Owning: "受理单位", Prefix: "意见",
		Form: func() any { return new(Opinion) }, Layout: opinionLayout,
		Subject: func(f any) string { return f.(*Opinion).Title() },
		Number:  d.Number, Signer: d.Signer, Holder: d.Holder, Heir: d.Heir,
		Steps: []casework.Step{{
			Stage: Receive, Title: "收到意见", Rule: "DM-10.1", Aside: true,
			Ask:  func(*casework.Case) []casework.Task { return nil },
			Ways: casework.Ways{casework.Nobody.To(Route).Called("收到", "登记编号，给意见人查询码")},
		}, {
			Stage: Route, Title: "分办", Rule: "DM-10.2", Status: "待分办",
			Ask: ofOffice, Within: t.Reply, Value: "opinion.reply",
			Ways: casework.Ways{
				Assigned.To(Answer).Called("转有关单位答复", "由有关部门或者乡镇（街道）在期限内答复").With(routeSheet).Do(d.assigned),
				casework.Done.To(casework.Closed).Called("直接答复", "由区委编办答复，意见人凭查询码查看").With(directSheet).Do(d.answeredDirectly),
				casework.Reject.To(casework.Closed).Called("不属于清单范围", "告知意见人向哪里反映").Saying("写明理由和反映渠道，意见人凭查询码能看到").Do(d.outside),
				turn,
			},
		}, {
			Stage: Answer, Title: "答复", Rule: "DM-10.2", Status: "答复中",
			Ask:    func(c *casework.Case) []casework.Task { return sinceReceipt(org.Unit(said(c).Unit), c) },
			Within: t.Reply, Value: "opinion.reply",
			Ways: casework.Ways{
				casework.Done.To(Release).Called("答复", "经区委编办审核后，意见人凭查询码查看").With(answerSheet).Do(d.answered),
				casework.Return.To(Route).Called("退回分办", "不属于本单位职责的，退回区委编办").Saying("写明为什么不由本单位答复").Do(d.returned),
				turn,
			},
		}, {
			Stage: Release, Title: "审核公开", Rule: "DM-10.2", Status: "答复待审核",
			Ask: ofOffice, Within: t.Reply, Value: "opinion.reply",
			Ways: casework.Ways{
				casework.Agree.To(casework.Closed).Called("审核通过", "意见人凭查询码能看到答复；选择公开的，在“意见采纳情况”公布").With(releaseSheet).Do(d.released),
				casework.Return.To(Answer).Called("退回重新答复", "退回答复单位").Saying("写明答复要改什么").Do(d.reopened),
				turn,
			},
		}},
	}
}
