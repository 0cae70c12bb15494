package form_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"yidan/internal/form"
)

type duty struct {
	Unit string `json:"unit"`
	Duty string `json:"duty"`
}

type request struct {
	Matter string   `json:"matter"`
	Kind   string   `json:"kind"`
	From   string   `json:"from"`
	Phone  string   `json:"phone"`
	Towns  []string `json:"towns"`
	Duties []duty   `json:"duties"`
	Sure   bool     `json:"sure"`
}

var layout = form.Layout{{Key: "a", Rule: "AE-5.1", Fields: []form.Field{
	{Name: "matter", Label: "申请具体事项", Type: form.Line, Need: "填写“申请具体事项”", Max: 5},
	{Name: "kind", Label: "工作时限", Type: form.Choice, Need: "选择工作时限", Options: []form.Option{{Value: "phase"}, {Value: "long"}}},
	{Name: "from", Label: "开始日期", Type: form.Date, Need: "填写“开始日期”", When: "kind=phase"},
	{Name: "phone", Label: "联系电话", Type: form.Phone},
	{Name: "towns", Label: "乡镇", Type: form.Many, Need: "选择至少一个乡镇"},
	{Name: "duties", Label: "职责", Type: form.Rows, Need: "写明至少一个单位的职责", Fields: []form.Field{
		{Name: "unit", Label: "单位", Type: form.Line, Need: "填写“单位”"}, {Name: "duty", Label: "职责", Type: form.Text, Need: "填写“职责”"}}},
	{Name: "sure", Label: "确认", Type: form.Tick},
}}}

func TestBindKeepsWhatWasTyped(t *testing.T) {
	var r request
	layout.Bind(&r, url.Values{"matter": {"　河道巡查\u200b "}, "kind": {"phase"}, "from": {"２０２６年３月５日"}, "towns": {"a", "", "b", "a"},
		"duties.0.unit": {"水务局"}, "duties.2.duty": {"巡查"}, "sure": {"on"}, "stage": {"closed"}})
	want := request{Matter: "河道巡查", Kind: "phase", From: "2026-03-05", Towns: []string{"a", "b"}, Duties: []duty{{Unit: "水务局"}, {Duty: "巡查"}}, Sure: true}
	if d := cmp.Diff(want, r); d != "" {
		t.Error(d)
	}
}

func TestCheckNamesEveryFieldOnce(t *testing.T) {
	for _, tt := range []struct {
		name string
		in   request
		want string
	}{
		{"empty", request{}, "matter kind towns duties"},
		{"a field that is not asked", request{Matter: "x", Kind: "long", Towns: []string{"a"}, Duties: []duty{{"u", "d"}}}, ""},
		{"a field that is asked then", request{Matter: "x", Kind: "phase", Towns: []string{"a"}, Duties: []duty{{"u", "d"}}}, "from"},
		{"wrong everywhere", request{Matter: "六个字的事项", Kind: "其他", From: "2026-02-30", Phone: "12", Towns: []string{"a"}, Duties: []duty{{"u", ""}}}, "matter kind phone duties.0.duty"},
		{"a number of dashes", request{Matter: "x", Kind: "phase", From: "2026-02-28", Phone: "0454------------8123456", Towns: []string{"a"}, Duties: []duty{{"u", "d"}}}, "phone"},
		{"no such day", request{Matter: "x", Kind: "phase", From: "2026-02-30", Phone: "0454-8123456", Towns: []string{"a"}, Duties: []duty{{"u", "d"}}}, "from"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, f := range layout.Check(&tt.in) {
				if f.Rule != "AE-5.1" || f.Fields[0].Text == "" {
					t.Errorf("%+v", f)
				}
				got = append(got, f.Fields[0].Name)
			}
			if g := strings.Join(got, " "); g != tt.want {
				t.Errorf("got %q, want %q", g, tt.want)
			}
		})
	}
}

func TestOnlySpaceIsEmpty(t *testing.T) {
	for _, s := range []string{"", "  ", "　", "\u200b\u200d", "\n\t", "\u202e"} {
		if got := form.Clean(s); got != "" {
			t.Errorf("%q kept as %q", s, got)
		}
	}
}

// What people type comes back as they would read it.
func TestTextsComeBackAsTheyRead(t *testing.T) {
	for in, want := range map[string]string{
		"𠮷田👨‍👩‍👧": "𠮷田👨‍👩‍👧", "㐂𪚥𮯠": "㐂𪚥𮯠", // beyond the basic plane, joined
		"e\u0301": "é", "か\u3099": "が", // one normal form
		"\u202e甲\u2066乙": "甲乙", "一\x00二": "一二", "三\xed\xa0\x80四": "三\uFFFD四",
		"一\r\n二": "一\n二", "１２３ＡＢＣ": "１２３ＡＢＣ", "\ufeff北河镇\u2060": "北河镇",
	} {
		if got := form.Clean(in); got != want {
			t.Errorf("%q kept as %q, want %q", in, got, want)
		}
	}
	for s, want := range map[string]bool{"北河镇": true, "a\x00b": false, "\xed\xa0\x80": false, "\xff": false} {
		if form.Readable(s) != want {
			t.Errorf("%q readable: %v", s, !want)
		}
	}
}

func TestParseDate(t *testing.T) {
	for in, want := range map[string]string{
		"2026-11-23": "2026-11-23", "2026/1/3": "2026-01-03", "2026.01.03": "2026-01-03", "2026年3月5日": "2026-03-05", "２０２６－０３－０５": "2026-03-05",
		" 2026-3-5 ": "2026-03-05", "２０２６／３／５": "2026-03-05", "2024-02-29": "2024-02-29", "2199-12-31": "2199-12-31",
		"2025-02-29": "", "2026-13-01": "", "2026-00-10": "", "20260305": "", "2026-11-23Z": "", "26-3-5": "", "2026年3月": "", "-2026-03-05": "", "2200-01-01": "", "二〇二六年三月五日": "",
		"2026-02-30": "", "0001-01-01": "", "9999-12-31": "", "2026-11-23T00:00:00+08:00": "", "2026-11/23": "", "23-11-2026": "", "": "",
	} {
		if got, _ := form.ParseDate(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestASectionShowsWhatItMayComeToAsk(t *testing.T) {
	type src struct {
		Kind string `json:"kind"`
	}
	s := form.Section{Fields: []form.Field{
		{Name: "level", Options: []form.Option{{Value: "city"}, {Value: "district"}}},
		{Name: "reporter", When: "level=township"},  // nothing offered leads here
		{Name: "note", When: "level=city|township"}, // may yet be asked
		{Name: "name", When: "kind=add|adjust"},     // decided elsewhere
	}}
	names := func(x src) (all []string) {
		for _, f := range s.Reach(&x).Fields {
			all = append(all, f.Name+" "+f.When)
		}
		return all
	}
	if got := names(src{Kind: "cancel"}); !slices.Equal(got, []string{"level ", "note level=city|township"}) {
		t.Error(got)
	}
	if got := names(src{Kind: "add"}); !slices.Equal(got, []string{"level ", "note level=city|township", "name "}) {
		t.Error(got)
	}
}
