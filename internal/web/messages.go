package web

import (
	"time"

	"github.com/a-h/templ"

	"yidan/internal/casework"
	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/form"
	"yidan/internal/message"
	"yidan/internal/web/part"
)

// A letter is one message on the page.
type letter struct {
	ID, Subject, Text, At, To string
	Link                      string
	Read                      string // who and when; "" is unread
}

// A letterBox is a page of messages.
type letterBox struct {
	Tabs    []part.Tab
	Filter  part.Filter
	Letters []letter
	Empty   templ.Component
	Pager   part.Pager
	Unread  int
	Until   string // the moment up to which 全部标为已读 reaches
}

// showMessages is the message box of an actor's unit and offices.
func showMessages(q *Request) (Reply, error) {
	f := message.Filter{Unread: q.Query.Get(qStanding) == "unread", Words: form.Clean(q.Query.Get(qWords)), Before: q.Query.Get(qKey), Limit: perPage}
	v := letterBox{Until: q.Now.UTC().Format(time.RFC3339Nano)}
	err := q.look(func(l *lens) (err error) {
		ms, next, err := message.Box(l.tx, q.Actor, f)
		if err != nil {
			return err
		}
		for _, m := range ms {
			x := letter{ID: m.ID, Subject: m.Subject, Text: m.Text, At: clockTime(q.Now, m.At), Link: m.Link, To: l.env.Name(m.To)}
			if !m.Read.IsZero() {
				x.Read = m.ReadBy + " " + clockTime(q.Now, m.Read) + "已读"
			}
			v.Letters = append(v.Letters, x)
		}
		v.Pager = pager(q, next)
		n, err := casework.Count(l.tx, q.Actor)
		v.Unread = n.Messages
		return err
	})
	if err != nil {
		return Reply{}, err
	}
	v.Tabs = []part.Tab{{Text: "全部", Href: "/xx", Here: !f.Unread}, {Text: "未读", Href: "/xx?" + qStanding + "=unread", Count: v.Unread, Here: f.Unread}}
	v.Filter = part.Filter{To: "/xx", Clear: "/xx", Groups: []part.Group{{Title: "包含文字", Name: qWords, Kind: "text", Value: f.Words}}}
	if f.Unread {
		v.Filter.Keep = []part.Fact{{Label: qStanding, Text: "unread"}}
	}
	v.Filter.Chips = chips("/xx", q.Query, v.Filter.Groups)
	if len(v.Letters) == 0 {
		switch {
		case f.Words != "":
			v.Empty = part.Empty("没有找到含“"+f.Words+"”的消息。", part.Link{Text: "清除条件", Href: "/xx"})
		case f.Unread:
			v.Empty = part.Empty("没有未读的消息。", part.Link{Text: "看全部消息", Href: "/xx"})
		default:
			v.Empty = part.Empty("还没有消息。办件有进展、快到期、被催办时，会告诉你单位。")
		}
	}
	return Show("消息", messagePage(v)), nil
}

// readMessage marks one message as read and leads to what it is about.
func readMessage(q *Request) (Reply, error) {
	to := "/xx"
	err := q.Write(func(tx *db.Tx) error {
		m, err := message.Read(tx, q.Actor, q.Path("id"), q.Now)
		if err == nil && m.Link != "" {
			to = Local(m.Link)
		}
		return err
	})
	return Go(to), err
}

// readMessages marks everything as read that was there when the page was opened.
func readMessages(q *Request) (Reply, error) {
	until, err := time.Parse(time.RFC3339Nano, q.Form.Get("until"))
	if err != nil || until.After(q.Now) {
		return Reply{}, fault.Refuse("", "没有收到这一页打开的时间。重新打开这一页再点")
	}
	err = q.Write(func(tx *db.Tx) error {
		_, err := message.ReadAll(tx, q.Actor, until, q.Now)
		return err
	})
	return Go("/xx"), err
}
