package web_test

import (
	"net/http"
	"strings"
	"testing"

	"yidan/internal/db"
	"yidan/internal/testkit"
	"yidan/internal/web"
)

func around(s *web.Site) { s.Around = web.Around }

// Every post opens every page of the desk and the registers, with nothing in the store.
func TestEveryPostOpensEveryEmptyPage(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d, around)
		for post, a := range x.posts {
			if a.Class != "business" {
				continue
			}
			s := x.as(post)
			for _, path := range []string{"/gzt", "/gzt/todo", "/gzt/done", "/gzt/read", "/gzt/mine", "/gzt/drafts", "/sq", "/sq?q=%E5%B7%A1&s=overdue&f=2026-01-01&t=x", "/xx", "/xx?s=unread", "/zr", "/zr?s=ended&n=1", "/zr/wx", "/zr/gm", "/zr/xuan", "/zr/xuan?q=%E5%B7%A1%E6%9F%A5", "/cl", "/cl?w=1", "/cz", "/cz?q=%E5%B7%A1%E6%9F%A5", "/yz", "/yz/ABCDEFGH"} {
				if got := s.get(path); got.StatusCode != http.StatusOK {
					t.Errorf("%s %s: %d\n%s", post, path, got.StatusCode, plainText(got.body))
				} else if strings.Count(got.body, "aria-current=\"page\"") > 3 || !strings.Contains(got.body, "工作台") {
					t.Errorf("%s %s: navigation", post, path)
				}
			}
			for _, path := range []string{"/gzt/other", "/zr/none", "/zr/gm/none", "/cl/none"} {
				if got := s.get(path); got.StatusCode != http.StatusNotFound {
					t.Errorf("%s %s: %d", post, path, got.StatusCode)
				}
			}
		}
		for post, first := range map[string]string{"系统管理员": "/gl", "安全管理员": "/aq", "审计管理员": "/sj"} {
			if a := x.as(post).get("/gzt"); a.Header.Get("Location") != first {
				t.Errorf("%s is led to %q", post, a.Header.Get("Location"))
			}
			if a := x.as(post).get("/sq"); a.StatusCode != http.StatusNotFound || strings.Contains(a.body, `href="/zr"`) {
				t.Errorf("%s sees cases: %d", post, a.StatusCode)
			}
		}
	})
}
