package redline

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// marked is a comparison as one text: [-删-] and {+增+}.
func marked(rs []Run) string {
	var b strings.Builder
	for _, r := range rs {
		switch r.Was {
		case Gone:
			b.WriteString("[-" + r.Text + "-]")
		case New:
			b.WriteString("{+" + r.Text + "+}")
		default:
			b.WriteString(r.Text)
		}
	}
	return b.String()
}

// Proves: DM-9.3
func TestRewordingIsShownByClauseAndCharacter(t *testing.T) {
	for _, c := range [][3]string{
		{"", "", ""},
		{"巡查", "巡查", "巡查"},
		{"", "巡查；报告。", "{+巡查；报告。+}"},
		{"巡查；报告。", "", "[-巡查；报告。-]"},
		{"开展日常巡查，发现问题及时上报。", "开展日常巡查，发现问题24小时内上报。", "开展日常巡查，发现问题[-及时-]{+24小时内+}上报。"},
		{"宣传教育；巡查；上报。", "宣传教育；登记；巡查；上报。", "宣传教育；{+登记；+}巡查；上报。"},
		{"宣传教育、巡查、上报", "上报、宣传教育、巡查", "{+上报、+}宣传教育、巡查[-、上报-]"},
		{"负责秸秆禁烧。", "组织防汛抢险。", "[-负责秸秆禁烧。-]{+组织防汛抢险。+}"},
		{"区农业农村局牵头", "区水务局牵头", "区[-农业农村-]{+水务+}局牵头"},
		{"每月巡查一次", "每周巡查两次", "每[-月-]{+周+}巡查[-一-]{+两+}次"},
	} {
		if got := marked(Compare(c[0], c[1])); got != c[2] {
			t.Errorf("%s → %s: %s, want %s", c[0], c[1], got, c[2])
		}
	}
}

// Whatever is compared, both texts can be read out of the comparison.
func TestBothTextsAreInTheirComparison(t *testing.T) {
	words := rapid.StringOfN(rapid.RuneFrom([]rune("巡查报告；、。，\n镇")), 0, 60, -1)
	rapid.Check(t, func(rt *rapid.T) {
		a, b := words.Draw(rt, "a"), words.Draw(rt, "b")
		var x, y strings.Builder
		last := Was("")
		for _, r := range Compare(a, b) {
			if r.Was != New {
				x.WriteString(r.Text)
			}
			if r.Was != Gone {
				y.WriteString(r.Text)
			}
			if r.Was == last || r.Text == "" {
				rt.Fatalf("runs are not joined: %q %q", a, b)
			}
			last = r.Was
		}
		if x.String() != a || y.String() != b {
			rt.Fatalf("%q → %q reads %q, %q", a, b, x.String(), y.String())
		}
	})
}

// As much as possible stays: what Myers finds is as long as the longest common subsequence.
func TestNothingSharedIsLeftOut(t *testing.T) {
	seq := rapid.SliceOfN(rapid.IntRange(0, 3), 0, 30)
	rapid.Check(t, func(rt *rapid.T) {
		x, y := seq.Draw(rt, "x"), seq.Draw(rt, "y")
		pairs, ok := shared(x, y, 100)
		if !ok {
			rt.Fatal("gave up")
		}
		for i, p := range pairs {
			if x[p[0]] != y[p[1]] || i > 0 && (p[0] <= pairs[i-1][0] || p[1] <= pairs[i-1][1]) {
				rt.Fatal(x, y, pairs)
			}
		}
		same := make([][]int, len(x)+1)
		for i := range same {
			same[i] = make([]int, len(y)+1)
		}
		for i, a := range x {
			for j, b := range y {
				if same[i+1][j+1] = max(same[i][j+1], same[i+1][j]); a == b {
					same[i+1][j+1] = same[i][j] + 1
				}
			}
		}
		if want := same[len(x)][len(y)]; len(pairs) != want {
			rt.Fatalf("%v %v: %d, want %d", x, y, len(pairs), want)
		}
	})
}

// A text of any size is compared within bounds: allocations do not grow with the
// square of it.
func TestHugeTextsAreComparedWithinBounds(t *testing.T) {
	a := strings.Repeat("甲乙丙丁戊己庚辛", 20_000)
	b := strings.Repeat("子丑寅卯辰巳午未", 20_000)
	if rs := Compare(a, b); len(rs) != 2 {
		t.Error(len(rs))
	}
	if rs := Compare(strings.Repeat("甲、", 20_000), strings.Repeat("乙。", 20_000)); len(rs) == 0 {
		t.Error("nothing")
	}
}

func BenchmarkCompareAClauseOfTwenty(b *testing.B) {
	x := strings.Repeat("开展日常巡查，发现问题及时上报，配合有关部门处置；", 7)
	y := strings.Replace(x, "及时上报", "24小时内上报", 3)
	for b.Loop() {
		Compare(x, y)
	}
}
