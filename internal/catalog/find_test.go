package catalog

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"yidan/internal/db"
	"yidan/internal/pinyin"
	"yidan/internal/testkit"
)

// naive finds words by looking at every text: what Find has to agree with. Words
// of letters only may also be initials and are left to Find.
func naive(vs []*Version, words string) (all []string) {
	for _, v := range vs {
		text := fold(v.Text.words())
		if !slices.ContainsFunc(strings.Fields(fold(words)), func(w string) bool { return !strings.Contains(text, w) }) {
			all = append(all, v.Name)
		}
	}
	slices.Sort(all)
	return all
}

// Whatever is typed as a search finds what looking at every text finds, and
// nothing brings it down.
func FuzzFind(f *testing.F) {
	d := testkit.Open(f, testkit.Source(f, db.SQLite))
	enter(f, d, plain("秸秆禁烧巡查"), plain("《信访》事项办理"), plain("𠮷林村 Ａ区 100% 河长_制"), helped("河道巡查"))
	b := open(f, d, new(Books))
	m := b.On(today)
	for _, s := range []string{"巡查", "巡", "查巡", "%", "_", `"`, "'", "*", "NEAR(", "-", "河 巡", "《信访》", "𠮷", "a区", "１００", "\xff", "", " \u3000 ", "hdxc"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, words string) {
		got := names(b.Find(m, Query{Words: words}))
		slices.Sort(got)
		if slices.ContainsFunc(strings.Fields(fold(words)), pinyin.Letters) {
			return
		}
		if want := naive(b.At(m), words); !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", words, got, want)
		}
	})
}

// Words of two characters, and initials, in a list of 10,000 items.
func BenchmarkFindInTenThousand(b *testing.B) {
	d := testkit.Open(b, testkit.Source(b, db.SQLite))
	subjects := []string{"河道", "秸秆", "森林", "校车", "燃气", "农药", "信访", "养老", "残疾", "危房", "水库", "道路", "文物", "医保", "就业", "兵役", "退役", "宗教", "殡葬", "畜禽"}
	works := []string{"巡查", "登记", "排查", "报告", "劝导", "宣传", "核实", "公示", "调解", "救助", "监测", "统计", "整治", "服务", "管理"}
	var items []Item
	for i := range 10_000 {
		items = append(items, plain(fmt.Sprintf("%s%s第%d项", subjects[i%len(subjects)], works[i/len(subjects)%len(works)], i)))
	}
	enter(b, d, items...)
	book := open(b, d, new(Books))
	m := book.On(today)
	for name, words := range map[string]string{"one-character": "河", "two-characters": "河道", "two-words": "河道 巡查", "number": "7777", "initials": "hdxc"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if len(book.Find(m, Query{Words: words})) == 0 {
					b.Fatal("nothing found")
				}
			}
		})
	}
}
