package main

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"yidan/internal/db"
	"yidan/internal/demo"
	"yidan/internal/schema"
	"yidan/internal/web"
)

// A client is a visitor of a handler in this process, who counts what a request costs.
type client struct {
	t       *testing.T
	h       http.Handler
	cookies map[string]*http.Cookie
	asked   []string // the statements of the last request
}

func (c *client) do(method, path string, v url.Values) *httptest.ResponseRecorder {
	c.t.Helper()
	r := httptest.NewRequest(method, "http://yidan.test"+path, strings.NewReader(v.Encode()))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", "http://yidan.test")
	}
	for _, k := range c.cookies {
		r.AddCookie(k)
	}
	c.asked = nil
	w := httptest.NewRecorder()
	c.h.ServeHTTP(w, r.WithContext(db.Watch(r.Context(), func(q string, _ ...any) { c.asked = append(c.asked, q) })))
	for _, k := range w.Result().Cookies() {
		c.cookies[k.Name] = k
	}
	return w
}

func (c *client) commits() (n int) {
	for _, q := range c.asked {
		if q == db.Commit {
			n++
		}
	}
	return n
}

// What a page and a step cost is counted, so that nobody makes them dearer without
// noticing: statements, commits, allocations. Figures in time are in bench_test.go.
func TestWhatAPageAndAStepCost(t *testing.T) {
	d, err := db.Open(t.Context(), t.TempDir(), schema.Files)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	now := time.Now()
	if _, err := demo.Seed(t.Context(), d, now); err != nil {
		t.Fatal(err)
	}
	site := newSite(&Shell{Context: context.Background(), Out: io.Discard, Err: io.Discard, Now: func() time.Time { return now }}, d)
	site.Log = slog.New(slog.DiscardHandler)
	h, err := site.Handler(web.Routes())
	if err != nil {
		t.Fatal(err)
	}
	c := &client{t: t, h: h, cookies: map[string]*http.Cookie{}}
	token := func(page string) string { return hidden.FindStringSubmatch(page)[2] }
	number := func() string { return strings.ReplaceAll(db.NewID(), "-", "") }
	page := c.do("GET", "/dl", nil)
	if w := c.do("POST", "/dl", url.Values{"_token": {token(page.Body.String())}, "submit_id": {number()}, "login": {"bianban"}, "password": {demo.Password}}); w.Code != http.StatusSeeOther {
		t.Fatal(w.Code)
	}
	for _, tt := range []struct {
		path               string
		statements, allocs int
	}{{"/sq", 5, 1100}, {"/gzt/todo", 7, 900}, {"/jg?xs=qb", 7, 2400}} {
		c.do("GET", tt.path, nil) // fills what is kept
		if w := c.do("GET", tt.path, nil); w.Code != http.StatusOK {
			t.Fatal(tt.path, w.Code)
		}
		if len(c.asked) > tt.statements || c.commits() > 0 {
			t.Errorf("%s costs %d statements, %d of them commits\n%s", tt.path, len(c.asked), c.commits(), strings.Join(c.asked, "\n"))
		}
		if n := testing.AllocsPerRun(10, func() { c.do("GET", tt.path, nil) }); int(n) > tt.allocs {
			t.Errorf("%s costs %.0f allocations", tt.path, n)
		}
	}
	list := c.do("GET", "/gzt/todo", nil).Body.String()
	for _, id := range slices.Compact(regexp.MustCompile(`/sq/[0-9a-f]{20,}`).FindAllString(list, -1)) {
		form := c.do("GET", id+"/y/2?v="+url.QueryEscape("退回"), nil)
		if form.Code != http.StatusOK {
			continue
		}
		w := c.do("POST", id+"/y/2", url.Values{"_token": {token(form.Body.String())}, "submit_id": {number()}, "v": {"退回"}, "text": {"补充保障措施"}})
		if w.Code != http.StatusSeeOther {
			continue
		}
		if len(c.asked) > 17 || c.commits() != 1 {
			t.Errorf("a step costs %d statements, %d of them commits\n%s", len(c.asked), c.commits(), strings.Join(c.asked, "\n"))
		}
		return
	}
	t.Error("no case to answer")
}
