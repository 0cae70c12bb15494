package web_test

import (
	"net/http"
	"testing"

	"yidan/internal/regulation"
	"yidan/internal/web"
)

// What is said to be built is met on a page that is there.
func TestEveryRuleThatIsBuiltHasItsPage(t *testing.T) {
	pages := map[string]bool{}
	for _, r := range web.Routes() {
		if r.Method == http.MethodGet {
			pages[r.Path] = true
		}
	}
	n := 0
	for _, r := range regulation.Rules() {
		if !r.Built {
			continue
		}
		n++
		if !pages[r.Place] {
			t.Errorf("%s is met at %s, which is no page", r.ID, r.Place)
		}
	}
	if n == 0 {
		t.Error("nothing is built")
	}
}
