package main

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"yidan/internal/db"
	"yidan/internal/demo"
	"yidan/internal/testkit"
)

// visitors are the posts whose pages are looked at, each with its first screen.
var visitors = []struct{ login, first string }{
	{"", "/public"}, {"bianban", "/gzt"}, {"sifa-fzr", "/gzt"}, {"shuiwu", "/gzt"}, {"nanzhai", "/gzt"}, {"lingdao-fzr", "/gzt"}, {"quweiban", "/gzt"},
	{"xiaozuban", "/gzt"}, {"xitong", "/gl"}, {"anquan", "/aq"}, {"shenji", "/sj"},
}

var (
	opaque  = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f-]{20,}|[0-9a-f]{24,}(\.\d+)?`)
	numbers = regexp.MustCompile(`/\d+|/[A-Z]{1,2}-?[\d.]+|/[A-Z0-9]{8}$`)
	upper   = regexp.MustCompile(`/qd/[^/?]+$|/public/qd/[^/?]+$|/cs/[^/?]+$`)
)

// pattern is an address without what names one thing, so that pages of one kind
// count once.
func pattern(u *url.URL) string {
	p := opaque.ReplaceAllString(u.Path, "ID")
	p = upper.ReplaceAllStringFunc(p, func(s string) string { return s[:strings.LastIndexByte(s, '/')] + "/CODE" })
	return numbers.ReplaceAllString(p, "/N")
}

// links are the addresses on this site that a page leads to.
func links(page string) (all []*url.URL) {
	z := html.NewTokenizer(strings.NewReader(page))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return all
		case html.StartTagToken:
			tok := z.Token()
			for _, a := range tok.Attr {
				if tok.Data == "a" && a.Key == "href" && strings.HasPrefix(a.Val, "/") {
					if u, err := url.Parse(a.Val); err == nil {
						all = append(all, u)
					}
				}
			}
		}
	}
}

// Every page that a post is led to opens; each kind of page reads without
// scrolling sideways on a small phone and has no serious finding of axe.
func TestEveryPageOpensForEveryPost(t *testing.T) {
	x := newStage(t, testkit.Open(t, testkit.Source(t, db.SQLite)))
	looked := map[string]bool{}
	for _, v := range visitors {
		t.Run(v.login, func(t *testing.T) {
			x.t = t
			c := surfer(t)
			if v.login != "" {
				page, err := fetch(c, x.url+"/dl")
				if err == nil {
					err = hand(c, x.url, page, "/dl", url.Values{"login": {v.login}, "password": {demo.Password}})
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			var fresh []string
			queue, known, kinds := []string{v.first}, map[string]bool{v.first: true}, map[string]int{}
			for n := 0; len(queue) > 0 && n < 300; n++ {
				to := queue[0]
				queue = queue[1:]
				page, err := fetch(c, x.url+to)
				if err != nil {
					t.Error(err)
					continue
				}
				u, _ := url.Parse(to)
				if p := pattern(u); !looked[p] {
					looked[p] = true
					fresh = append(fresh, to)
				}
				for _, l := range links(page) {
					p := pattern(l)
					if known[l.String()] || kinds[p] >= 3 || file(l.Path) {
						continue
					}
					known[l.String()] = true
					kinds[p]++
					queue = append(queue, l.String())
				}
			}
			if len(fresh) == 0 {
				return
			}
			b := x.root
			if v.login != "" {
				b = x.as(v.login)
			}
			for _, to := range fresh {
				u, _ := url.Parse(to)
				b.Size(1280, 900)
				b.Open(x.url + to)
				b.Axe()
				b.Shot(strings.ReplaceAll(strings.Trim(pattern(u), "/"), "/", "_") + "-" + v.login)
				b.Size(320, 800)
				b.Flat()
				b.Calm()
			}
		})
	}
}

// file reports that an address sends a file and no page.
func file(path string) bool {
	return regexp.MustCompile(`/(pdf|docx|word|xlsx|csv|dc|txt)$|/fj/|^/static/|^/dz`).MatchString(path)
}
