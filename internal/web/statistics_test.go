package web_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"yidan/internal/testkit"
)

var (
	counted = regexp.MustCompile(`<td class="num"[^>]*><div><a class="small" href="([^"]+)">(\d+)</a>`)
	onward  = regexp.MustCompile(`rel="next" href="([^"]+)"`)
	paper   = regexp.MustCompile(`/Type\s*/Page[^s]`)
)

// rows is how many things a list has, from its first page to its last.
func (s *surfer) rows(path string) (n int) {
	s.t.Helper()
	for path != "" {
		a := s.get(path)
		if a.StatusCode != http.StatusOK {
			s.t.Fatalf("%s: %d", path, a.StatusCode)
		}
		if c := strings.Count(a.body, ` id="i-`); c > 0 {
			n += c
		} else {
			n += strings.Count(a.body, `<td data-label="`+first(a.body)+`"`)
		}
		path = ""
		if m := onward.FindStringSubmatch(a.body); m != nil {
			path = html.UnescapeString(m[1])
		}
	}
	return n
}

// first is the title of the first column of a page's table.
func first(page string) string {
	_, s, _ := strings.Cut(page, `data-label="`)
	s, _, _ = strings.Cut(s, `"`)
	return s
}

// Every figure is as long as the list it leads to, asked by the same reader: of the
// list, its changes, the admissions and what is overdue; and of what was handed over.
func TestEveryFigureCountsTheListItLeadsTo(t *testing.T) {
	p := play(t)
	for _, login := range []string{"bianban", "lingdao", "quweiban", "sifa", "nongye", "nanzhai"} {
		pages := []string{"/jbd/tj", "/jbd/tj?f=2026-11-01&t=2026-11-20"}
		if login != "nongye" && login != "nanzhai" {
			pages = append(pages, "/tj", "/tj?on=2025-12-31", "/tj?on=2026-06-30")
		}
		s, n := p.as(login), 0
		for _, page := range pages {
			a := s.get(page)
			says(t, a)
			for _, m := range counted.FindAllStringSubmatch(a.body, -1) {
				want, _ := strconv.Atoi(m[2])
				to := html.UnescapeString(m[1])
				if n++; s.rows(to) != want {
					t.Errorf("%s: %s says %d, %s lists %d", login, page, want, to, s.rows(to))
				}
			}
		}
		if n < 1 || n < 20 && login != "nongye" && login != "nanzhai" {
			t.Errorf("%s was shown %d figures", login, n)
		}
	}
}

func TestTheFiguresAreForThoseWhoLeadAndFitOnePage(t *testing.T) {
	p := play(t)
	for _, login := range []string{"nongye", "nanzhai", "shuiwu"} {
		if a := p.as(login).get("/tj"); a.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", login, a.StatusCode)
		}
	}
	lead := p.as("lingdao")
	says(t, lead.get("/tj"), "清单事项", "2026年清单的变化", "2026年准入", "现在超期", "按单位名录的顺序")
	says(t, lead.get("/tj?on=2024-01-01"), "2024年1月1日（周一）没有施行的清单", "2024年没有印发新版清单", "超期按现在统计")
	if a := lead.get("/tj?on=x"); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "看不懂") {
		t.Errorf("a day that is none: %d", a.StatusCode)
	}
	for _, kind := range []string{"docx", "xlsx"} {
		if a := lead.get("/tj/" + kind + "?on=2026-06-30"); a.StatusCode != http.StatusOK || !strings.HasPrefix(a.body, "PK") {
			t.Errorf("%s: %d", kind, a.StatusCode)
		}
	}
	if a := lead.get("/tj/pdf"); a.StatusCode != http.StatusNotFound {
		t.Errorf("%d", a.StatusCode)
	}
	if a := lead.get("/jbd/tj/xlsx?" + url.Values{"f": {"2026-01-01"}}.Encode()); a.StatusCode != http.StatusOK || !strings.HasPrefix(a.body, "PK") {
		t.Errorf("%d", a.StatusCode)
	}
	b := testkit.Browse(t)
	for _, login := range []string{"bianban", "lingdao", "quweiban"} {
		b.Open(p.URL + "/yz")
		testkit.Ask[bool](b, `(()=>{document.cookie=%s;return true})()`, (&http.Cookie{Name: "yidan", Value: "post-" + login, Path: "/"}).String())
		b.Open(p.URL + "/gzt")
		b.Click("统计")
		b.Await("清单事项")
		if n := len(paper.FindAll(b.PDF("statistics-"+login), -1)); n != 1 {
			t.Errorf("%s prints %d pages", login, n)
		}
		b.Size(360, 740)
		b.Flat()
		if high := testkit.Ask[float64](b, `document.querySelector(".nav").getBoundingClientRect().height`); high > 60 {
			t.Errorf("the tabs take %v", high)
		}
	}
}
