package web_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"yidan/internal/regulation"
	"yidan/internal/web"
)

func TestEverybodyReadsTheRegulationsAndWhereTheyAreMet(t *testing.T) {
	x := newDistrict(t, store(t))
	s := surf(t, x.place, "")
	for _, path := range []string{"/bz", "/bz/fa", "/bz/gz", "/bz/tu", "/bz/gz?of=AE&built=1&q=意见"} {
		if a := s.get(path); a.StatusCode != http.StatusOK {
			t.Errorf("%s: %d", path, a.StatusCode)
		}
	}
	for _, r := range regulation.Rules() {
		a := s.get("/bz/fa/" + r.ID)
		if a.StatusCode != http.StatusOK || !strings.Contains(a.body, r.ID) {
			t.Errorf("%s: %d", r.ID, a.StatusCode)
		}
	}
	for _, r := range regulation.Regulations() {
		if a := s.get("/bz/fa/" + r.Key); a.StatusCode != http.StatusOK {
			t.Errorf("%s: %d", r.Key, a.StatusCode)
		}
		for _, art := range r.Articles {
			if page := s.get("/bz/fa"); !r.Form && !strings.Contains(page.body, art.Label) {
				t.Errorf("%s is not listed", art.Cite())
			}
		}
	}
	if a := s.get("/bz/fa/XX-9"); a.StatusCode != http.StatusNotFound {
		t.Errorf("%d", a.StatusCode)
	}
}

func TestEveryProcedureIsDrawnWithWhoItAsks(t *testing.T) {
	x := newDistrict(t, store(t))
	s := surf(t, x.place, "")
	for _, p := range regulation.Declared(x.now) {
		a := s.get("/bz/tu/" + p.Name)
		if a.StatusCode != http.StatusOK || !strings.Contains(a.body, "<svg") || strings.Contains(a.body, "谁办：暂无") {
			t.Errorf("%s: %d\n%s", p.Name, a.StatusCode, plainText(a.body))
		}
	}
	if a := s.get("/bz/tu/admission"); !strings.Contains(a.body, "谁办：区委编办、区司法局") {
		t.Error(plainText(a.body))
	}
	for p, want := range map[string]string{"admission": "5 个工作日（区内设定）", "exit": "编办审核 15 个工作日（参考：某市权力清单管理规定，联合审核 15 个工作日）；合法性审查 7 个工作日（参考："} {
		if a := s.get("/bz/tu/" + p); !strings.Contains(a.body, want) { // no article gives these figures
			t.Errorf("%s: its terms without their source", p)
		}
	}
	if a := s.get("/bz/tu/none"); a.StatusCode != http.StatusNotFound {
		t.Errorf("%d", a.StatusCode)
	}
}

// A rule that says where it is met says it of a page that is there.
func TestEveryRuleIsMetWhereItSays(t *testing.T) {
	for _, r := range regulation.Rules() {
		if !r.Built || r.Place == "" || strings.Contains(r.Place, "{") {
			continue
		}
		if !slices.ContainsFunc(web.Routes(), func(o web.Route) bool { return o.Safe() && o.Path == r.Place }) {
			t.Errorf("%s is met at %s, which is no page", r.ID, r.Place)
		}
	}
}
