package web

import (
	"strings"

	"yidan/internal/db"
	"yidan/internal/message"
	"yidan/internal/org"
	"yidan/internal/web/part"
)

// Around is the service navigation of a visitor: at most seven tabs, those of
// their own work. Administrators have only their own.
func Around(q *Request, f *part.Frame) error {
	if !q.Visitor.SignedIn() {
		return nil
	}
	f.Nav = tabs(q.Actor)
	if q.Actor.Class == org.Business {
		var unread int
		err := q.Read(func(tx *db.Tx) (err error) { unread, err = message.Unread(tx, q.Actor); return err })
		if err != nil {
			return err
		}
		for i := range f.Nav {
			switch f.Nav[i].Href {
			case part.Desk:
				f.Nav[i].Count = q.Visitor.Todo
			case "/xx":
				f.Nav[i].Count = unread
			}
		}
	}
	here, best := q.http.URL.Path, -1
	for i, t := range f.Nav {
		if (here == t.Href || strings.HasPrefix(here, t.Href+"/")) && (best < 0 || len(t.Href) > len(f.Nav[best].Href)) {
			best = i
		}
	}
	if best >= 0 {
		f.Nav[best].Here = true
	}
	return nil
}

// tabs are the services of an actor.
func tabs(a org.Actor) []part.Tab {
	switch a.Class {
	case org.Accounts:
		return []part.Tab{{Text: "单位与账号", Href: "/gl"}, {Text: "帮助", Href: part.Help}}
	case org.Policy:
		return []part.Tab{{Text: "授权与策略", Href: "/aq"}, {Text: "帮助", Href: part.Help}}
	case org.Auditor:
		return []part.Tab{{Text: "审计", Href: "/sj"}, {Text: "帮助", Href: part.Help}}
	}
	desk, list, cases := part.Tab{Text: "工作台", Href: part.Desk}, part.Tab{Text: "清单", Href: "/qd"}, part.Tab{Text: "办件", Href: "/sq"}
	admitted, box := part.Tab{Text: "准入事项", Href: "/zr"}, part.Tab{Text: "消息", Href: "/xx"}
	archive, help := part.Tab{Text: "留存", Href: "/cl"}, part.Tab{Text: "帮助", Href: part.Help}
	switch {
	case a.Kind == org.Township || a.Kind == org.Subdistrict:
		return []part.Tab{desk, {Text: "该不该干", Href: "/zr/xuan"}, list, cases, admitted, archive, box}
	case a.Holds(org.CommitteeOffice) || a.Holds(org.GovernOffice):
		return []part.Tab{desk, archive, cases, admitted, list, box, help}
	}
	return []part.Tab{desk, list, cases, admitted, archive, box, help}
}

// firstPage is where an actor begins.
func firstPage(a org.Actor) string {
	switch a.Class {
	case org.Accounts:
		return "/gl"
	case org.Policy:
		return "/aq"
	case org.Auditor:
		return "/sj"
	}
	return part.Desk
}
