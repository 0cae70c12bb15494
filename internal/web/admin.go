package web

import (
	"net/http"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"yidan/internal/calendar"
	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/form"
	"yidan/internal/org"
	"yidan/internal/session"
	"yidan/internal/web/part"
)

var (
	accountsOnly = Classes(org.Accounts) // 系统管理员
	policyOnly   = Classes(org.Policy)   // 安全管理员
	auditorOnly  = Classes(org.Auditor)  // 审计管理员
)

// adminRoutes are the three administrators', who see nothing of one another's
// pages, and what the district sets: parameters and the calendar.
var adminRoutes = []Route{
	{http.MethodGet, "/gl", accountsOnly, Read, accountsHome},
	{http.MethodGet, "/gl/dw", accountsOnly, Read, listUnits},
	{http.MethodGet, "/gl/dw/new", accountsOnly, Read, askUnit},
	{http.MethodPost, "/gl/dw/new", accountsOnly, Write, addUnit},
	{http.MethodGet, "/gl/dw/{id}", accountsOnly, Read, askUnitChange},
	{http.MethodPost, "/gl/dw/{id}", accountsOnly, Write, changeUnit},
	{http.MethodGet, "/gl/dw/{id}/cx", accountsOnly, Read, askUnitEnd},
	{http.MethodPost, "/gl/dw/{id}/cx", accountsOnly, Write, endUnit},
	{http.MethodGet, "/gl/zh", accountsOnly, Read, listPeople},
	{http.MethodGet, "/gl/zh/new", accountsOnly, Read, askPerson},
	{http.MethodPost, "/gl/zh/new", accountsOnly, Write, addPerson},
	{http.MethodGet, "/gl/zh/xlsx", accountsOnly, Heavy, exportPeople},
	{http.MethodGet, "/gl/zh/{id}", accountsOnly, Read, askPersonChange},
	{http.MethodPost, "/gl/zh/{id}", accountsOnly, Write, changePerson},
	{http.MethodPost, "/gl/zh/{id}/ty", accountsOnly, Write, stopPerson},
	{http.MethodPost, "/gl/zh/{id}/yq", accountsOnly, Write, invitePerson},
	{http.MethodPost, "/gl/zh/{id}/cz", accountsOnly, Write, askReset},
	{http.MethodPost, "/gl/zh/{id}/tc", accountsOnly, Write, endPersonSessions},
	{http.MethodPost, "/gl/zh/{id}/dh", accountsOnly, Write, showTelephone},
	{http.MethodGet, "/gl/yx", accountsOnly, Read, showRunning},

	{http.MethodGet, "/aq", policyOnly, Read, policyHome},
	{http.MethodGet, "/aq/sq", policyOnly, Read, listRights},
	{http.MethodGet, "/aq/sq/{id}", policyOnly, Read, showRights},
	{http.MethodPost, "/aq/sq/{id}/gw", policyOnly, Write, grantPost},
	{http.MethodPost, "/aq/sq/{id}/sh", policyOnly, Write, revokePost},
	{http.MethodPost, "/aq/sq/{id}/zr", policyOnly, Write, admitPerson},
	{http.MethodPost, "/aq/sq/{id}/qy", policyOnly, Write, enablePerson},
	{http.MethodPost, "/aq/sq/{id}/cz", policyOnly, Write, resetPerson},
	{http.MethodPost, "/aq/sq/{id}/tc", policyOnly, Write, endRightsSessions},
	{http.MethodGet, "/aq/dl", policyOnly, Read, listDeputies},
	{http.MethodPost, "/aq/dl", policyOnly, Write, arrangeDeputy},
	{http.MethodGet, "/aq/sd", policyOnly, Read, listLocks},
	{http.MethodPost, "/aq/sd", policyOnly, Write, unlock},
	{http.MethodGet, "/aq/zz", policyOnly, Read, listOffices},
	{http.MethodPost, "/aq/zz", policyOnly, Write, appoint},
	{http.MethodGet, "/aq/gz", policyOnly, Read, askRules},
	{http.MethodPost, "/aq/gz", policyOnly, Write, setRules},
	{http.MethodGet, "/aq/rl", policyOnly, Read, listEditions},
	{http.MethodGet, "/aq/rl/new", policyOnly, Read, askEdition},
	{http.MethodPost, "/aq/rl/new", policyOnly, Upload, proposeEdition},
	{http.MethodGet, "/aq/rl/{id}", policyOnly, Read, showEdition},
	{http.MethodPost, "/aq/rl/{id}/hz", policyOnly, Write, approveEdition},
	{http.MethodPost, "/aq/rl/{id}/bh", policyOnly, Write, rejectEdition},
	{http.MethodGet, "/aq/sj", policyOnly, Read, showPolicyRecord},

	{http.MethodGet, "/rl", SignedIn, Read, showCalendar},
	{http.MethodGet, "/cs", Business, Read, listParameters},
	{http.MethodGet, "/cs/{key}", Business, Read, showParameter},
	{http.MethodGet, "/cs/xg", Offices(org.ListOffice), Read, askParameters},
	{http.MethodPost, "/cs/xg", Offices(org.ListOffice), Write, setParameters},

	{http.MethodGet, "/sj", auditorOnly, Read, showAudit},
	{http.MethodGet, "/sj/gl", auditorOnly, Read, compareAdministrators},
	{http.MethodGet, "/sj/yz", auditorOnly, Read, showVerify},
	{http.MethodPost, "/sj/yz", auditorOnly, Write, verifyChain},
	{http.MethodGet, "/sj/rj", auditorOnly, Read, showClose},
	{http.MethodGet, "/sj/dc", auditorOnly, Heavy, exportChain},
}

// An asking is a page of one form, or a form among others on a page.
type asking struct {
	Head   part.Head
	Before templ.Component
	To     string
	Title  string // of the form
	Text   string
	Fields []form.Field
	Src    any
	Do     part.Do
	Back   part.Link
}

func (a asking) reply(under ...part.Link) Reply {
	return Show(a.Head.Title, a.page()).Under(under...).Narrow()
}

// A oneTime code stands on the page that shows it, once.
type oneTime struct {
	Title, Login, Name, Code, Back string
	Until                          time.Time
}

// hand is a change that makes a code. The code is on the page that answers the
// form and nowhere else: whoever sends the form again is led back without it.
func (q *Request) hand(page Reply, h oneTime, do func(tx *db.Tx) (string, error)) (Reply, error) {
	r, err := q.change(page, func(tx *db.Tx) (_ Receipt, err error) {
		h.Code, err = do(tx)
		return Receipt{What: h.Title + "已生成", Location: h.Back}, err
	})
	if err != nil || h.Code == "" {
		return r, err
	}
	return Show(h.Title, handedOver(h)).Narrow().Print(q.sheet("")), nil
}

// sheet is what a printed page says of itself.
func (q *Request) sheet(number string) part.Sheet {
	return part.Sheet{Number: number, By: q.Actor.Name, At: moment(q.Now)}
}

// row is a table's row of plain texts.
func row(cells ...string) part.Row {
	var r part.Row
	for _, c := range cells {
		r.Cells = append(r.Cells, part.Plain(c))
	}
	return r
}

// led is a row whose first cell leads on.
func led(first part.Link, below string, cells ...string) part.Row {
	r := row(cells...)
	r.Cells = append([]templ.Component{part.What(first, below)}, r.Cells...)
	return r
}

// columns are a table's columns by title.
func columns(titles ...string) (cs []part.Column) {
	for _, t := range titles {
		cs = append(cs, part.Column{Title: t})
	}
	return cs
}

// today is the district's day of a request.
func (q *Request) today() string { return org.Day(q.Now) }

// directory is every unit that ever was.
func (q *Request) directory() (d *org.Directory, err error) {
	err = q.Read(func(tx *db.Tx) (err error) { d, err = org.LoadDirectory(tx); return err })
	return d, err
}

func options(us []org.UnitRow) (os []form.Option) {
	for _, u := range us {
		os = append(os, form.Option{Value: u.ID, Label: u.Name, Group: org.KindName(u.Kind)})
	}
	return os
}

// span is from when to when, in words.
func span(from, until string) string {
	if until == "" {
		return part.Day(from) + " 起"
	}
	return part.Day(from) + " 至 " + part.Day(until)
}

// unusedAfter is how long an account may lie idle before it is to be stopped (GB/T 22239-2019 8.1.4.2).
const unusedAfter = 90 * 24 * time.Hour

func accountsHome(q *Request) (Reply, error) {
	var unused []org.Person
	var units []org.UnitRow
	var kept string
	var late bool
	err := q.Read(func(tx *db.Tx) error {
		dir, err := org.LoadDirectory(tx)
		if err != nil {
			return err
		}
		units = dir.Units(q.today())
		if unused, err = session.Unused(tx, q.Now.Add(-unusedAfter)); err != nil {
			return err
		}
		kept, late, err = lastBackup(tx, q.Now)
		return err
	})
	return Show("单位与账号", homePage(part.Head{Title: "单位与账号", Lead: "系统管理员管理单位和账号，不授予权限，看不到业务内容"},
		[]part.Number{{N: strconv.Itoa(len(units)), Label: "现有单位", Href: "/gl/dw"}, {N: strconv.Itoa(len(unused)), Label: "90 天没有登录的账号", Href: "/gl/zh?unused=1", Hot: len(unused) > 0}, {N: kept, Label: "最近一次备份", Href: "/gl/yx", Hot: late}},
		[]part.Door{{Title: "账号", Text: "新增、修改、停用，发启用码", Href: "/gl/zh"}, {Title: "单位", Text: "设立、更名、撤并", Href: "/gl/dw"}, {Title: "运行状态", Text: "数据库、版本、备份", Href: "/gl/yx"}, {Title: "我的操作记录", Text: "本账号做过的操作", Href: "/wo/jl"}})), err
}

// calendarDay is a moment's day as people read it.
func calendarDay(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return part.Day(t.In(calendar.Zone).Format(time.DateOnly))
}

// check says what is wrong with a form that no room below judges whole.
func check(l form.Layout, src any) error { return fault.Join(l.Check(src)...) }
