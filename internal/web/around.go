package web

import (
	"fmt"
	"strings"

	"yidan/internal/casework"
	"yidan/internal/db"
	"yidan/internal/org"
	"yidan/internal/web/part"
)

// Around is the service navigation of a visitor: at most seven tabs, those of
// their own work. Administrators have only their own.
func Around(q *Request, f *part.Frame) error {
	here := q.http.URL.Path
	portal := here == publicList || strings.HasPrefix(here, publicList+"/")
	if portal {
		f.Nav = publicTabs()
	} else if q.Visitor.SignedIn() {
		f.Nav = tabs(q.Actor)
	}
	standsAt(f.Nav, here)
	if !q.Visitor.SignedIn() {
		return nil
	}
	if q.Actor.Class == org.Business {
		if q.waits == nil {
			if err := q.Read(q.await); err != nil {
				return err
			}
		}
		w := q.waits
		f.Who.Unit, f.Who.Todo, f.Edition = w.unit, w.counts.Todo, w.edition
		for i := range f.Nav {
			switch f.Nav[i].Href {
			case part.Desk:
				f.Nav[i].Count = w.counts.Todo
			case "/xx":
				f.Nav[i].Count = w.counts.Messages
			}
		}
	}
	return nil
}

// below are pages that stand below a tab though their address does not.
var below = map[string][]string{
	part.Desk: {"/xx"}, staffList: {register, "/jg"}, lawBook: {lawImpact}, "/sq": {"/cl"}, "/zr": {"/jbd", "/fy"},
}

// standsAt marks the tab below which a page stands: the one that names most of its
// address.
func standsAt(nav []part.Tab, here string) {
	best, most := -1, 0
	for i, t := range nav {
		for _, p := range append([]string{t.Href}, below[t.Href]...) {
			own := len(p) == most && p == t.Href // a tab of its own goes before one that it would stand below
			if (here == p || strings.HasPrefix(here, p+"/")) && (len(p) > most || own) {
				best, most = i, len(p)
			}
		}
	}
	if best >= 0 {
		nav[best].Here = true
	}
}

// waiting is what stands around every page of a visitor.
type waiting struct {
	unit, edition string // 单位简称; the edition in force
	counts        casework.Counts
}

// await reads what stands around the page, in the transaction that reads the page
// where there is one.
func (q *Request) await(tx *db.Tx) error {
	var w waiting
	units, err := org.LoadDirectory(tx)
	if err != nil {
		return err
	}
	w.unit = units.Called(q.Actor.Unit)
	if w.counts, err = casework.Count(tx, q.Actor); err != nil {
		return err
	}
	if q.Site.Books != nil {
		book, err := q.Site.Books.Get(tx)
		if err != nil {
			return err
		}
		if e, ok := book.InForce(org.Day(q.Now)); ok {
			w.edition = fmt.Sprintf("现行清单 第 %d 版 · %s", e.No, e.Number)
		}
	}
	q.waits = &w
	return nil
}

// tabs are the services of an actor.
func tabs(a org.Actor) []part.Tab {
	switch a.Class {
	case org.Accounts:
		return []part.Tab{{Text: "首页", Href: "/gl"}, {Text: "账号", Href: "/gl/zh"}, {Text: "单位", Href: "/gl/dw"}, {Text: "运行状态", Href: "/gl/yx"}, {Text: "工作日历", Href: "/rl"}, {Text: "帮助", Href: part.Help}}
	case org.Policy:
		return []part.Tab{{Text: "首页", Href: "/aq"}, {Text: "授权", Href: "/aq/sq"}, {Text: "职责单位", Href: "/aq/zz"}, {Text: "登录规则", Href: "/aq/gz"}, {Text: "放假安排", Href: "/aq/rl"}, {Text: "审计记录", Href: "/aq/sj"}, {Text: "帮助", Href: part.Help}}
	case org.Auditor:
		return []part.Tab{{Text: "审计记录", Href: "/sj"}, {Text: "三员对照", Href: "/sj/gl"}, {Text: "校验", Href: "/sj/yz"}, {Text: "日结单", Href: "/sj/rj"}, {Text: "工作日历", Href: "/rl"}, {Text: "帮助", Href: part.Help}}
	}
	desk, list, cases := part.Tab{Text: "工作台", Href: part.Desk}, part.Tab{Text: "清单", Href: staffList}, part.Tab{Text: "办件", Href: "/sq"}
	admitted, box := part.Tab{Text: "准入交办", Href: "/zr"}, part.Tab{Text: "消息", Href: "/xx"}
	archive, count, help := part.Tab{Text: "留存", Href: "/cl"}, part.Tab{Text: "统计", Href: statistics}, part.Tab{Text: "帮助", Href: part.Help}
	switch {
	case a.Kind.Local():
		return []part.Tab{desk, {Text: "该不该干", Href: "/zr/xuan"}, list, cases, admitted, archive, box}
	case a.Holds(org.Lead):
		return []part.Tab{desk, count, list, cases, admitted, archive, box}
	case a.Holds(org.CommitteeOffice) || a.Holds(org.GovernOffice):
		return []part.Tab{desk, archive, cases, admitted, list, count, box}
	case keepsLaws(a):
		return []part.Tab{desk, list, {Text: "法规", Href: lawBook}, cases, admitted, {Text: "监管", Href: "/jg"}, count}
	}
	return []part.Tab{desk, list, cases, admitted, archive, box, help}
}
