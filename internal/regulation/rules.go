package regulation

import (
	"slices"
	"strings"
)

// A Rule is one demand that the regulations make on the product.
type Rule struct {
	ID        string `json:"id"`               // DM-8.1
	Point     int    `json:"point,omitempty"`  // the item of the article that it rests on; 0: the article
	Built     bool   `json:"built"`            // met by this release, whole
	Partly    string `json:"partly,omitempty"` // of what is not: what is met already
	Place     string `json:"place,omitempty"`  // page where it is met: a path of the route table
	Demand    string `json:"demand"`           // in one English sentence
	Interface string `json:"interface"`        // 系统怎样落实
	Refuses   string `json:"refuses,omitempty"`

	// Filled in by Rules.
	Article string   `json:"article"` // 动态管理办法 第八条
	Tests   []string `json:"tests,omitempty"`
}

// State of a rule. A rule is built once it has a place and a test; the tests of
// this package hold that.
const (
	built = true
	later = false
)

// Rules is every demand with its article in words and the tests that prove it,
// in the order of the regulations.
func Rules() []Rule {
	rs := slices.Clone(rows)
	proofs := proved()
	for i := range rs {
		rs[i].Article, rs[i].Tests = Cite(rs[i].ID), proofs[rs[i].ID]
	}
	return rs
}

// rows are the demands as written down here, by regulation.
var rows = slices.Concat(management, admission, forms, accounting, evaluation, conference)

var byID = func() map[string]Rule {
	m := make(map[string]Rule, len(rows))
	for _, r := range rows {
		m[r.ID] = r
	}
	return m
}()

// faults says what is wrong with a list of rules: one twice, one without words
// or article, one marked built that is met nowhere or proved by nothing.
func faults(rs []Rule) (fs []string) {
	seen := map[string]bool{}
	for _, r := range rs {
		if seen[r.ID] {
			fs = append(fs, r.ID+": stands twice")
		}
		seen[r.ID] = true
		a, ok := Find(r.ID)
		switch {
		case !ok:
			fs = append(fs, r.ID+": no such article")
		case r.Point > 0 && a.point(r.Point) == "":
			fs = append(fs, r.ID+": the article has no such item")
		case r.Demand == "" || r.Interface == "":
			fs = append(fs, r.ID+": says nothing")
		case strings.ContainsAny(r.Demand+r.Interface+r.Refuses, "|\n"):
			fs = append(fs, r.ID+": breaks the table")
		}
		if r.Built && r.Partly != "" {
			fs = append(fs, r.ID+": whole and in part")
		}
		if r.Partly != "" && (r.Place == "" || len(r.Tests) == 0) {
			fs = append(fs, r.ID+": met in part, but on no page or proved by nothing")
		}
		if r.Built && r.Place == "" {
			fs = append(fs, r.ID+": marked built, but met on no page")
		}
		if r.Built && len(r.Tests) == 0 {
			fs = append(fs, r.ID+": marked built, but no test proves it")
		}
	}
	return fs
}
