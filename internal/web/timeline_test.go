package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"yidan/internal/casework"
)

// Clocks have nanoseconds and the timeline keeps microseconds: it names whom an act
// turned to all the same, and goes nowhere when an answer is taken back where it was given.
func TestTheTimelineNamesWhomAnActTurnedTo(t *testing.T) {
	x := newDistrict(t, store(t))
	x.now = x.now.Add(123 * time.Nanosecond)
	at := x.handedIn("城关镇", "南寨镇")
	office, town := x.as("区委编办 经办"), x.as("城关镇 经办")
	office.must(office.get(at+"/z/add"), at+"/z/add", "unit", x.units["河湾镇"])
	says(t, office.get(at+"?tab=jl"), "区委编办 经办：加签河湾镇")
	if a := town.get(at + "/z/take-back"); a.StatusCode != http.StatusForbidden || !strings.Contains(a.body, "没有可以拿回的") {
		t.Errorf("%d %s", a.StatusCode, plainText(a.body))
	}
	x.answered("城关镇 经办", at, casework.Object, "text", "人手不足")
	town.must(town.get(at+"/z/take-back"), at+"/z/take-back", "text", "再研究")
	page := town.get(at + "?tab=jl")
	says(t, page, "城关镇 经办：拿回")
	hides(t, page, "拿回，转入")
}
