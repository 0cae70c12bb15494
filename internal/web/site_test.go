package web_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/org"
	"yidan/internal/testkit"
	"yidan/internal/web"
	"yidan/internal/web/part"
	"yidan/internal/web/part/specimen"
)

// handler is the secret of the session of a handler of the list office.
const handler = "5e551011" + "00000000000000000000000000000000000000000000000000000001"

// visit knows two sessions: a business post and the auditor.
func visit(_ context.Context, token string, _ time.Time) (web.Visitor, error) {
	switch token {
	case handler:
		return web.Visitor{Actor: org.Actor{Person: "p1", Name: "区委编办 经办", Unit: "u1", UnitName: "区委编办", Post: org.Handler, Class: org.Business, Kind: org.Department, Roles: []org.Role{org.ListOffice}}, Others: true}, nil
	case "auditor":
		return web.Visitor{Actor: org.Actor{Person: "p9", Name: "审计管理员", UnitName: "区委编办", Class: org.Auditor}}, nil
	}
	return web.Visitor{}, nil
}

// A place is a running site with the specimen and routes that go wrong.
type place struct {
	*httptest.Server
	db    *db.DB
	log   *lines
	table []web.Route
	calls int // how often the specimen was really handed in
	mu    sync.Mutex
}

type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(b)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// open starts a site on a store.
func open(t *testing.T, d *db.DB, change ...func(*web.Site)) *place {
	t.Helper()
	p := &place{db: d, log: new(lines)}
	s := &web.Site{District: "郊区", Contact: "区委编办 0454-8000000", DB: d, Log: slog.New(slog.NewTextHandler(p.log, nil)), Now: func() time.Time { return specimen.Now }, Visit: visit, Demo: true,
		Around: func(q *web.Request, f *part.Frame) error {
			f.Nav, f.Edition = specimen.New().Frame().Nav, "现行清单 2026-2"
			if f.Who != nil {
				f.Who.Todo = 7
			}
			return nil
		},
		Cite: func(rule string) string {
			return map[string]string{"AE-5.1": "准入准出办法 第五条", "AE-5.2": "准入准出办法 第五条"}[rule]
		},
		Limits: map[web.Rate]web.Limit{web.Sign: {Burst: 3, PerMinute: 1}}}
	for _, c := range change {
		c(s)
	}
	p.table = p.routes()
	for _, r := range web.Routes() { // what the test plays itself, the product does not
		if !slices.ContainsFunc(p.table, func(own web.Route) bool { return own.Pattern() == r.Pattern() }) {
			p.table = append(p.table, r)
		}
	}
	h, err := s.Handler(p.table)
	if err != nil {
		t.Fatal(err)
	}
	p.Server = httptest.NewUnstartedServer(h)
	p.Config = web.Server(h)
	p.Start()
	t.Cleanup(p.Close)
	return p
}

func show(page specimen.Page) (web.Reply, error) {
	r := web.Show(page.Frame().Title, page.Body())
	r.Frame.Crumbs, r.Frame.Sheet = page.Frame().Crumbs, page.Frame().Sheet
	return r, nil
}

// routes are the specimen and one route for every way to fail.
func (p *place) routes() []web.Route {
	failing := func(err error) func(*web.Request) (web.Reply, error) {
		return func(*web.Request) (web.Reply, error) { return web.Reply{}, err }
	}
	get, post := http.MethodGet, http.MethodPost
	return []web.Route{
		{get, "/specimen", web.Public, web.Read, func(*web.Request) (web.Reply, error) { return show(specimen.New()) }},
		{post, "/specimen", web.Business, web.Upload, p.handIn},
		{post, "/specimen/save", web.Business, web.Write, func(*web.Request) (web.Reply, error) { return web.Data(map[string]string{"saved": "14:31"}), nil }},
		{get, "/sq/{id}", web.Business, web.Read, func(q *web.Request) (web.Reply, error) { return show(specimen.New()) }},
		{get, "/shen", web.Classes(org.Auditor), web.Read, func(*web.Request) (web.Reply, error) { return show(specimen.New()) }},
		{get, "/jg", web.Offices(org.Justice), web.Read, func(*web.Request) (web.Reply, error) { return show(specimen.New()) }},
		{post, "/dl", web.Public, web.Sign, func(q *web.Request) (web.Reply, error) { return web.Go("/gzt").Enter(handler), nil }},
		{get, "/dl", web.Public, web.Read, func(*web.Request) (web.Reply, error) { return show(specimen.New()) }},
		{post, "/tc", web.SignedIn, web.Write, func(*web.Request) (web.Reply, error) { return web.Go("/dl").Leave(), nil }},
		{get, "/file", web.Public, web.Read, func(*web.Request) (web.Reply, error) {
			return web.Send(web.File{Name: "准入审批表 \"2026\".pdf", Type: "application/pdf", Body: strings.NewReader("%PDF-")}), nil
		}},
		{get, "/missing", web.Public, web.Read, failing(fault.Absent())},
		{get, "/refused", web.Public, web.Read, failing(fault.Refuse("AE-5.2", "你所在单位是申请单位，不能审核本申请"))},
		{get, "/clash", web.Public, web.Read, failing(fault.Clash("你打开之后，区司法局审核人在 14:32 提交了意见"))},
		{post, "/clash", web.Public, web.Write, failing(fault.Clash("你打开之后，区司法局审核人在 14:32 提交了意见"))},
		{get, "/broken", web.Public, web.Read, failing(errors.New("a secret cause"))},
		{post, "/broken", web.Public, web.Write, failing(errors.New("a secret cause"))},
		{get, "/panic", web.Public, web.Read, func(*web.Request) (web.Reply, error) { panic("a secret panic") }},
		{get, "/nothing", web.Public, web.Read, failing(nil)},
		{get, "/readonly", web.Public, web.Read, failing(db.ErrReadOnly)},
		{get, "/often", web.Public, web.Read, failing(&fault.Fault{Kind: fault.TooMany, Text: "操作太频繁，过一分钟再试"})},
		{post, "/plain", web.Public, web.Write, failing(fault.On("matter", "AE-5.1", "填写“申请具体事项”"))},
	}
}

// handIn hands in the specimen: its form is checked, and it is taken once.
func (p *place) handIn(q *web.Request) (web.Reply, error) {
	page := specimen.New()
	page.Form = specimen.Request{}
	again := q.Rearranged()
	q.Bind(page.Layout(), &page.Form)
	reply, _ := show(page)
	if again {
		return reply, nil
	}
	if err := fault.Join(page.Layout().Check(&page.Form)...); err != nil {
		return reply, err
	}
	err := q.Write(func(tx *db.Tx) (err error) {
		reply, err = q.Once(tx, func() (web.Receipt, error) {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.calls++
			return web.Receipt{What: "已提交申请", Number: "准入〔2026〕017", Location: "/sq/1?tab=a"}, nil
		})
		return err
	})
	return reply, err
}

// A surfer is a client with cookies that does not follow redirects.
type surfer struct {
	t *testing.T
	p *place
	*http.Client
}

func surf(t *testing.T, p *place, session string) *surfer {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	if session != "" {
		u, _ := url.Parse(p.URL)
		jar.SetCookies(u, []*http.Cookie{{Name: "yidan", Value: session}})
	}
	return &surfer{t, p, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

type answer struct {
	*http.Response
	body string
}

func (s *surfer) do(r *http.Request) answer {
	s.t.Helper()
	resp, err := s.Do(r)
	if err != nil {
		s.t.Fatalf("%s %s: %v", r.Method, r.URL, err)
	}
	defer resp.Body.Close()
	b, _ := io.ReadAll(resp.Body)
	return answer{resp, string(b)}
}

func (s *surfer) get(path string) answer {
	s.t.Helper()
	r, err := http.NewRequest(http.MethodGet, s.p.URL+path, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	return s.do(r)
}

// post sends a form as a browser does: with the origin of the page.
func (s *surfer) post(path string, v url.Values, head ...string) answer {
	s.t.Helper()
	r, err := http.NewRequest(http.MethodPost, s.p.URL+path, strings.NewReader(v.Encode()))
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", s.p.URL)
	for i := 0; i+1 < len(head); i += 2 {
		if head[i+1] == "" {
			r.Header.Del(head[i])
		} else {
			r.Header.Set(head[i], head[i+1])
		}
	}
	return s.do(r)
}

var (
	tokenField  = regexp.MustCompile(`name="_token" value="([0-9a-f]{64})"`)
	submitField = regexp.MustCompile(`name="submit_id" value="([0-9a-f]{32})"`)
)

// form opens the specimen and gives its hidden fields.
func (s *surfer) form() url.Values {
	s.t.Helper()
	page := s.get("/specimen").body
	token, submit := tokenField.FindStringSubmatch(page), submitField.FindStringSubmatch(page)
	if token == nil || submit == nil {
		s.t.Fatalf("no token in\n%s", page)
	}
	return url.Values{"_token": token[1:], "submit_id": submit[1:]}
}

// whole is a form that is filled in.
func (s *surfer) whole() url.Values {
	v := s.form()
	for k, x := range map[string]string{"matter": "秸秆禁烧巡查协助", "kind": "long", "need": "火点多", "phone": "0454-8000000", "towns": "t1", "duties.0.unit": "区农业农村局", "duties.0.duty": "巡查"} {
		v.Set(k, x)
	}
	return v
}

func store(t *testing.T) *db.DB { return testkit.Open(t, testkit.Source(t, db.SQLite)) }

// hidden is what any form of any page sends without being asked: this session's
// token, and a one-time number that nothing was handed in under.
func (s *surfer) hidden() url.Values {
	s.t.Helper()
	for _, path := range []string{"/zh", "/gzt", "/dl"} {
		if m := tokenField.FindStringSubmatch(s.get(path).body); m != nil {
			return url.Values{"_token": m[1:], "submit_id": {fmt.Sprintf("%032x", time.Now().UnixNano())}}
		}
	}
	s.t.Fatal("no page has a token")
	return nil
}
