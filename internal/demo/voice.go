package demo

import (
	"context"
	"fmt"
	"time"

	"yidan/internal/calendar"
	"yidan/internal/casework"
	"yidan/internal/catalog"
	"yidan/internal/db"
	"yidan/internal/opinion"
	"yidan/internal/org"
)

// A voice is one opinion of the public and how far it got.
type voice struct {
	ago     int    // days
	about   int    // the nth item whose lead has somebody at a desk; 0: the list
	kind    string // citizen, legal, other
	text    string
	contact string
	private bool
	route   bool // to the unit that leads
	result  string
	answer  string
	publish string // of a closed one: text, count; "" leaves it to be looked through
	turned  bool
	outside string
}

var voices = []voice{
	{ago: 40, about: 1, kind: "citizen", text: "巡查的时间和农忙冲突，建议提前在村里公布巡查安排。", contact: "0454-8000901", route: true, result: opinion.Adopted, answer: "已要求各乡镇（街道）每周一在村务公开栏公布本周巡查安排。", publish: "text"},
	{ago: 33, kind: "legal", text: "希望清单按行业列出企业要办的事，并提供打印版。", result: opinion.Explained, answer: "清单列的是乡镇（街道）和部门的职责。企业办事指南在政务服务网，清单页可以下载 Word 打印。", publish: "text"},
	{ago: 30, kind: "citizen", text: "小区物业费收取不合理，请处理。", outside: "物业收费纠纷不属于职责任务清单。请向区住建局物业科或者 12345 反映。"},
	{ago: 26, about: 2, kind: "other", text: "清单写由乡镇配合，但是没有写部门多长时间到场，建议写明。", route: true, result: opinion.Partly, answer: "到场时间按区里的通知执行，职责划分将在下一次调整时写明。", publish: "count", turned: true},
	{ago: 9, about: 1, kind: "citizen", text: "建议给巡查人员配发统一标识，群众好辨认。", private: true, route: true, result: opinion.Declined, answer: "标识由各乡镇（街道）自行制作，区里不统一配发。"},
	{ago: 5, about: 2, kind: "legal", text: "企业同一周接受了两次内容相同的检查，建议部门和乡镇合并检查。", contact: "0454-8000902", route: true},
	{ago: 2, about: 3, kind: "citizen", text: "这个事项的依据已经修订，清单引用的条款号对不上。"},
	{ago: 1, kind: "other", text: "建议清单增加查询历史版本的说明。"},
}

// speak lets the public say what it thinks of the list and the offices answer.
func (x *District) speak(ctx context.Context, now time.Time) error {
	var topics []opinion.Topic
	var lead []string // login of the handler of the unit that leads
	err := x.db.Read(ctx, func(tx *db.Tx) error {
		b, err := catalog.Load(tx)
		if err != nil {
			return err
		}
		for _, v := range b.At(b.On(org.Day(now))) {
			for _, s := range seats {
				if s.staff != nobody && !s.signs && len(s.roles) == 0 && x.ids[s.login] == v.Leader() && len(lead) < 3 {
					topics = append(topics, opinion.Topic{Code: v.Code, Subject: "“" + v.Name + "”", Category: v.Category, Lead: v.Leader()})
					lead = append(lead, s.login)
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for i, v := range voices {
		at := now.In(calendar.Zone).AddDate(0, 0, -v.ago)
		at = time.Date(at.Year(), at.Month(), at.Day(), 9, 10+i, 0, 0, calendar.Zone)
		about, unit := opinion.Topic{}, "bianban"
		if v.about > 0 && len(topics) > 0 {
			n := (v.about - 1) % len(topics)
			about, unit = topics[n], lead[n]
		}
		id := ""
		err := x.db.Write(ctx, func(tx *db.Tx) (err error) {
			s := opinion.Submission{Kind: v.kind, Text: v.text, Contact: v.contact, Private: v.private}
			id, err = opinion.Lodge(tx, x.store, x.ids["bianban"], about, s, opinion.ReceiptFor("demo", fmt.Sprint(i)), at)
			return err
		})
		if err != nil {
			return fmt.Errorf("demo: opinion %d: %w", i, err)
		}
		x.cases[fmt.Sprintf("opinion%d", i+1)] = id
		add := func(login string, verdict casework.Verdict, words string, data any) {
			at = at.Add(time.Hour)
			if err == nil {
				err = x.reply(ctx, id, login, casework.Answer{Verdict: verdict, Text: words, Data: data, At: at})
			}
		}
		if v.outside != "" {
			add("bianban", casework.Reject, v.outside, nil)
		}
		if v.route {
			add("bianban", opinion.Assigned, "", &opinion.Routing{})
		}
		if v.turned {
			add("bianban", opinion.Turned, "", &opinion.Turning{Advice: "adjust"})
		}
		said := opinion.Answered{Result: v.result, Answer: v.answer}
		switch {
		case v.result == "":
		case v.route:
			add(unit, casework.Done, "", &said)
			if v.publish != "" {
				add("bianban", casework.Agree, "", &opinion.Releasing{Publish: v.publish})
			}
		default:
			add("bianban", casework.Done, "", &opinion.Direct{Answered: said, Releasing: opinion.Releasing{Publish: v.publish}})
		}
		if err != nil {
			return fmt.Errorf("demo: opinion %d: %w", i, err)
		}
	}
	return nil
}

// reply answers a case or takes a way of it.
func (x *District) reply(ctx context.Context, id, login string, a casework.Answer) error {
	return x.store.Write(ctx, a.At, func(tx *db.Tx, d *casework.Docket) (err error) {
		if a.By, err = x.Actor(tx, login, a.At); err != nil {
			return err
		}
		return d.Do(id, a.At, func(c *casework.Case) error {
			for _, t := range c.Asked(a.By) {
				if a.Verdict != opinion.Turned {
					return c.Answer(t.No, a)
				}
			}
			return c.Take(a)
		})
	})
}
