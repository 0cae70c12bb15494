package regulation

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// demands are the ids of the requirements, by article and how many it makes.
const demands = `DM-2:3 DM-3:1 DM-4:1 DM-5:4 DM-6:4 DM-7:3 DM-8:6 DM-9:3 DM-10:2 DM-11:2 DM-12:1
AE-2:2 AE-3:1 AE-4:2 AE-5:3 AE-6:2 AE-7:1 AE-8:1 AE-9:1 AE-10:1 AE-11:1 AE-12:1
SA-2:1 SA-5:2 SA-6:9 SA-7:2 SA-8:6 SA-9:1 SA-10:1 SA-11:1 SA-12:1
EV-2:1 EV-3:5 EV-4:4`

func TestEveryDemandStandsHereOnce(t *testing.T) {
	want := []string{"F-1", "F-2", "F-3", "JC-1.1", "JC-1.5", "JC-1.6", "JC-1.7", "JC-2.1", "JC-3.1", "JC-3.2", "JC-3.3", "JC-3.4", "JC-4.3"}
	for _, d := range strings.Fields(demands) {
		article, figure, _ := strings.Cut(d, ":")
		n := 0
		if _, err := fmt.Sscan(figure, &n); err != nil {
			t.Fatal(d, err)
		}
		for i := range n {
			want = append(want, fmt.Sprintf("%s.%d", article, i+1))
		}
	}
	var got []string
	for _, r := range rows {
		got = append(got, r.ID)
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

// A rule marked built has a place and a test.
func TestEveryRuleHolds(t *testing.T) {
	ps, err := Proofs(root)
	if err != nil {
		t.Fatal(err)
	}
	tests := byRule(ps)
	rs := slices.Clone(rows)
	for i := range rs {
		rs[i].Tests = tests[rs[i].ID]
	}
	for _, f := range faults(rs) {
		t.Error(f)
	}
}

func TestFaultsOfRulesAreNamed(t *testing.T) {
	good := Rule{ID: "AE-5.2", Built: true, Place: "/sq/{id}", Demand: "d", Interface: "i", Tests: []string{"x"}}
	if fs := faults([]Rule{good}); len(fs) > 0 {
		t.Errorf("a good rule: %v", fs)
	}
	for want, spoil := range map[string]func(*Rule){
		"met on no page":    func(r *Rule) { r.Place = "" },
		"no test proves":    func(r *Rule) { r.Tests = nil },
		"no such article":   func(r *Rule) { r.ID = "AE-99.1" },
		"no such item":      func(r *Rule) { r.Point = 3 },
		"says nothing":      func(r *Rule) { r.Interface = "" },
		"whole and in part": func(r *Rule) { r.Partly = "p" },
		"met in part":       func(r *Rule) { r.Built, r.Partly, r.Place = false, "p", "" },
		"breaks the table":  func(r *Rule) { r.Demand = "a|b" },
	} {
		bad := good
		spoil(&bad)
		if fs := faults([]Rule{bad}); len(fs) != 1 || !strings.Contains(fs[0], want) {
			t.Errorf("want %q, got %v", want, fs)
		}
	}
	if fs := faults([]Rule{good, good}); len(fs) != 1 || !strings.Contains(fs[0], "twice") {
		t.Errorf("a rule twice: %v", fs)
	}
}

func TestAProofOfNothingIsRefused(t *testing.T) {
	for name, c := range map[string]struct{ text, fault string }{
		"a rule":       {"package x\n\n// Proves: AE-5.2, F-1\nfunc TestA(t *testing.T) {}\n", ""},
		"no rule":      {"package x\n\n// Proves: AE-5.9\nfunc TestA(t *testing.T) {}\n", "AE-5.9"},
		"only article": {"package x\n\n// Proves: AE-5\nfunc TestA(t *testing.T) {}\n", "AE-5"},
		"words":        {"package x\n\n// Proves: everything\nfunc TestA(t *testing.T) {}\n", "everything"},
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "x_test.go"), []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		ps, err := Proofs(dir)
		switch {
		case c.fault == "" && (err != nil || len(ps) != 1 || !slices.Equal(ps[0].Rules, []string{"AE-5.2", "F-1"})):
			t.Errorf("%s: %v, %v", name, ps, err)
		case c.fault != "" && (err == nil || !strings.Contains(err.Error(), c.fault)):
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestThePageOfRulesIsCurrent(t *testing.T) {
	ps, err := Proofs(root)
	if err != nil {
		t.Fatal(err)
	}
	tests := byRule(ps)
	for name, want := range map[string]string{rulesFile: page(tests), proofsFile: table(tests)} {
		got, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != want {
			t.Errorf("%s is stale: run make generate", name)
		}
	}
}

func TestTheListForTheCommandIsComplete(t *testing.T) {
	n := 0
	for _, r := range Rules() {
		if r.Article == "" {
			t.Errorf("%s has no article in words", r.ID)
		}
		n += len(r.Tests)
	}
	if n == 0 {
		t.Error("no rule has a test")
	}
}
