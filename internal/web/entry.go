package web

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/a-h/templ"

	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/form"
	"yidan/internal/org"
	"yidan/internal/session"
	"yidan/internal/web/part"
)

// entryRoutes lead in and out, and to what concerns one's own account.
var entryRoutes = []Route{
	{http.MethodGet, "/{$}", Public, Read, goHome},
	{http.MethodGet, part.SignIn, Public, Read, askSignIn},
	{http.MethodPost, part.SignIn, Public, Sign, signIn},
	{http.MethodPost, part.SignOut, SignedIn, Write, signOut},
	{http.MethodGet, part.Switch, SignedIn, Read, askSwitch},
	{http.MethodPost, part.Switch, SignedIn, Write, switchPost},
	{http.MethodGet, "/qy", Public, Read, askCode},
	{http.MethodPost, "/qy", Public, Sign, useCode},

	{http.MethodGet, part.Self, SignedIn, Read, showSelf},
	{http.MethodPost, "/wo/mm", SignedIn, Sign, changePassword},
	{http.MethodGet, stepUpPage, SignedIn, Read, askStepUp},
	{http.MethodPost, stepUpPage, SignedIn, Sign, stepUp},
	{http.MethodGet, factorPage, SignedIn, Read, showFactor},
	{http.MethodGet, factorPage + "/ewm", SignedIn, Read, sendFactorCode},
	{http.MethodPost, factorPage, SignedIn, Sign, changeFactor},
	{http.MethodPost, "/wo/tc", SignedIn, Write, endSessions},
	{http.MethodGet, "/wo/dl", Business, Read, showDeputies},
	{http.MethodPost, "/wo/dl", Business, Write, changeDeputies},
	{http.MethodGet, "/wo/jl", SignedIn, Read, showOwnRecord},
}

// endings are why a session is over, as its browser is told.
var endings = map[session.End]string{
	session.Over:     "上次登录已经结束",
	session.Idle:     "太长时间没有操作，已退出",
	session.Expired:  "这次登录已满最长时间，已退出",
	session.Killed:   "管理员结束了这次登录",
	session.Password: "密码已经修改或者重置，以前的登录都已退出",
	session.Tries:    "密码或者动态码错误次数太多，已退出",
	session.Gone:     "这次登录所用的岗位已经收回，或者账号已经停用，已退出",
}

// unforced is where somebody may still go whose password is too old: to change
// it, to leave, and to what pages are made of.
var unforced = []string{"GET " + part.Self, "POST /wo/mm", "POST " + part.SignOut, "GET " + part.Assets + "{name}", "GET " + part.Large, "GET " + part.Help, "GET " + part.Article + "{rule}"}

// forced reports that a visitor has to change the password before anything else.
func (r Route) forced(v Visitor) bool {
	return v.MustChange && !slices.Contains(unforced, r.Pattern())
}

// home is the first page of whoever acts.
func home(a org.Actor) string {
	switch a.Class {
	case org.Accounts:
		return "/gl"
	case org.Policy:
		return "/aq"
	case org.Auditor:
		return "/sj"
	case org.Business:
		return part.Desk
	}
	return "/public"
}

// goHome leads from the bare address to where somebody works, and the public to
// what is public.
func goHome(q *Request) (Reply, error) { return Go(home(q.Actor)), nil }

// ending says why a session is over; "" where there was none.
func (q *Request) ending(why session.End) string {
	if why != session.Idle && why != session.Expired {
		return endings[why]
	}
	switch rules, err := q.rules(); {
	case err != nil:
		return endings[why]
	case why == session.Idle:
		return fmt.Sprintf("%d 分钟没有操作，已退出", rules.Idle)
	default:
		return fmt.Sprintf("这次登录已满 %d 小时，已退出", rules.Absolute)
	}
}

// A signForm is the sign-in form with what was typed; never the password.
type signForm struct {
	Login, To string
	Accounts  []Account
}

func askSignIn(q *Request) (Reply, error) {
	if q.Visitor.SignedIn() {
		return Go(home(q.Actor)), nil
	}
	r := signPage(q, signForm{To: q.Query.Get("to")})
	switch text := q.ending(session.End(q.Query.Get("why"))); {
	case text != "":
		r = r.Notice(part.Notice{Tone: part.Note, Title: text + "。登录后可继续"})
	case q.Query.Get("done") != "":
		r = r.Notice(part.Notice{Tone: part.Good, Title: "密码已经设置。用新密码登录"})
	}
	return r, nil
}

func (q *Request) rules() (r session.Rules, err error) {
	err = q.Read(func(tx *db.Tx) (err error) { r, err = session.RulesNow(tx); return err })
	return r, err
}

func signPage(q *Request, f signForm) Reply {
	f.Accounts = q.Site.Accounts
	return Show("登录", f.page()).Narrow()
}

// signIn opens a session. Whatever goes wrong reads the same, whether the
// account exists or not; package session sees to that.
func signIn(q *Request) (Reply, error) {
	f := signForm{Login: q.Text("login"), To: q.Form.Get("to")}
	token, err := session.SignIn(q.Ctx, q.Site.DB, f.Login, q.Form.Get("password"), q.Form.Get("code"), q.Address(), q.Now)
	if err != nil {
		return signPage(q, f), err
	}
	to := "/"
	if f.To != "" {
		to = Local(f.To)
	}
	return Go(to).Enter(token), nil
}

func signOut(q *Request) (Reply, error) {
	err := q.Write(func(tx *db.Tx) error { return session.SignOut(tx, q.Session(), q.Now) })
	return Go(part.SignIn).Leave(), err
}

// own finds the session behind a request.
func (q *Request) own() (s session.Session, err error) {
	err = q.Read(func(tx *db.Tx) (err error) { s, err = session.Of(tx, q.Session(), q.Now); return err })
	return s, err
}

// A seat is one way to act, on the page where one is chosen.
type seat struct {
	ID, Unit, Post, For string
	Here                bool
}

func askSwitch(q *Request) (Reply, error) {
	s, err := q.own()
	if err != nil {
		return Reply{}, err
	}
	var seats []seat
	err = q.Read(func(tx *db.Tx) error {
		for _, a := range s.Seats {
			x := seat{ID: a.Seat, Unit: a.UnitName, Post: postName(a), Here: a.Seat == s.Actor.Seat}
			if a.For != "" {
				p, err := org.PersonOf(tx, a.For)
				if err != nil {
					return err
				}
				x.For = p.Name
			}
			seats = append(seats, x)
		}
		return nil
	})
	return Show("切换职务", switchPage(seats)).Narrow(), err
}

// switchPost goes on in another post; that is on record, and the session's
// secret is a new one.
func switchPost(q *Request) (r Reply, err error) {
	var token string
	err = q.Write(func(tx *db.Tx) (err error) {
		token, err = session.Switch(tx, q.Session(), q.Form.Get("seat"), q.Now)
		return err
	})
	if err != nil {
		return Reply{}, err
	}
	return Go("/").Enter(token), nil
}

// A codeForm is how a one-time code is used: the code first, then what it opens.
type codeForm struct {
	Code  string `json:"-"`
	Login string `json:"login"`
	Name  string `json:"name"`

	Class  org.Class  // it makes one of these administrators
	Person org.Person // or sets this account's password
}

// Known reports that the code was found.
func (f codeForm) Known() bool { return f.Class != "" || f.Person.ID != "" }

var codeLayout = form.Layout{{Fields: []form.Field{
	{Name: "login", Label: "账号", Type: form.Line, Need: "填写“账号”", Max: 32, Hint: "3 到 32 位小写字母、数字或 . _ -"},
	{Name: "name", Label: "显示名称", Type: form.Line, Need: "填写“显示名称”", Max: 40, Hint: "写岗位，例如 系统管理员"},
}}}

func askCode(*Request) (Reply, error) { return codeForm{}.reply(), nil }

func (f codeForm) reply() Reply { return Show("启用账号", f.page()).Narrow() }

func useCode(q *Request) (Reply, error) {
	f := codeForm{Code: q.Text("code")}
	q.Bind(codeLayout, &f)
	err := q.Read(func(tx *db.Tx) (err error) { f.Class, f.Person, err = session.Purpose(tx, f.Code, q.Now); return err })
	if err != nil || !q.Form.Has("new") {
		return f.reply(), err
	}
	password := q.Form.Get("new")
	switch {
	case password != q.Form.Get("again"):
		err = fault.On("again", "", "两次输入的密码不同，再输一次")
	case f.Class != "":
		err = session.Redeem(q.Ctx, q.Site.DB, f.Code, f.Login, f.Name, password, q.Address(), q.Now)
	default:
		err = session.Enrol(q.Ctx, q.Site.DB, f.Code, password, q.Address(), q.Now)
	}
	if err != nil {
		return f.reply(), err
	}
	return Go(part.SignIn + "?done=1"), nil
}

func seatTable(seats []seat) part.Table {
	t := part.Table{Caption: "职务", Columns: []part.Column{{Title: "单位"}, {Title: "岗位"}, {Title: "代理"}, {Title: "操作"}}}
	for _, s := range seats {
		deputy := "本人岗位"
		if s.For != "" {
			deputy = "代理 " + s.For
		}
		t.Rows = append(t.Rows, part.Row{Cells: []templ.Component{part.Plain(s.Unit), part.Plain(s.Post), part.Plain(deputy), seatButton(s)}})
	}
	return t
}
