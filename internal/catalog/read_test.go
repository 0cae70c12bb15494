package catalog

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"yidan/internal/db"
	"yidan/internal/org"
	"yidan/internal/sheet"
	"yidan/internal/statute"
	"yidan/internal/testkit"
)

// rows is a sheet as it was read; "\t" parts cells.
func rows(name string, lines ...string) sheet.Sheet {
	s := sheet.Sheet{Name: name}
	for i, l := range lines {
		if l != "" {
			s.Rows = append(s.Rows, sheet.Row{No: i + 1, Cells: strings.Split(l, "\t")})
		}
	}
	return s
}

func understand(t testing.TB, towns []string, sheets ...sheet.Sheet) Draft {
	t.Helper()
	d, err := Understand(nil, "清单.xlsx", sheets, towns, noon)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func sample(t testing.TB, name string) []sheet.Sheet {
	t.Helper()
	f, err := os.Open("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	ss, err := sheet.Read(f, st.Size(), name)
	if err != nil {
		t.Fatal(err)
	}
	return ss
}

// Both forms of list come in without a fault, and go out in the columns they came in.
//
// Proves: DM-2.1, DM-2.3
func TestBothFormsOfListComeInAndGoOut(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		for _, c := range []struct {
			file  string
			towns []string
			want  map[Part]int
			pages int
		}{
			{"responsibility-list.xlsx", nil, map[Part]int{Basic: 34, Cooperating: 13, TakenBack: 0}, 1},
			{"three-part-list.xlsx", []string{"城关镇"}, map[Part]int{Basic: 34, Cooperating: 13, TakenBack: 2}, 3},
		} {
			draft := understand(t, c.towns, sample(t, c.file)...)
			n := draft.Counts()
			if len(draft.Flaws) > 0 || n[Basic] != c.want[Basic] || n[Cooperating] != c.want[Cooperating] || n[TakenBack] != c.want[TakenBack] || len(draft.Pages) != c.pages {
				t.Errorf("%s: %v %v", c.file, n, draft.Flaws)
			}
		}
		draft := understand(t, []string{"城关镇"}, sample(t, "three-part-list.xlsx")...)
		write(t, d, func(tx *db.Tx) error {
			_, e, err := Found(tx, draft, Issue{"1号", "2026-05-20", "2026-06-01"}, noon)
			if err == nil && e == nil {
				t.Error("a store without a list office waits for one")
			}
			return err
		})
		b := open(t, d, new(Books))
		m := b.On(today)
		v := b.Find(m, Query{Words: "森林火灾"})[0]
		if v.Departments[0].Name != "林业主管部门" || v.Departments[0].Role != Lead || v.Departments[1].Role != Joint || v.Cooperating == "" || v.Scope() != "城关镇" {
			t.Errorf("%+v", v.Text)
		}
		v = b.Find(m, Query{Words: "诊所"})[0]
		if v.Part != TakenBack || v.Departed(TakesOver) != "区卫生健康局" || v.Departments[0].Duty != "由区卫生健康局受理、审查、备案。" {
			t.Errorf("%+v", v.Text)
		}
		var out bytes.Buffer
		if err := sheet.Write(&out, b.Export(b.At(m), "清单", statute.Standing{})); err != nil {
			t.Fatal(err)
		}
		back, err := sheet.Read(bytes.NewReader(out.Bytes()), int64(out.Len()), "x.xlsx")
		if err != nil {
			t.Fatal(err)
		}
		was := sample(t, "three-part-list.xlsx")
		for i := range was {
			if was[i].Name != back[i].Name || len(was[i].Rows) != len(back[i].Rows) {
				t.Fatal(was[i].Name, back[i].Name, len(was[i].Rows), len(back[i].Rows))
			}
			for j, r := range was[i].Rows {
				if !slices.Equal(r.Cells, back[i].Rows[j].Cells) {
					t.Errorf("%s row %d:\n%q\n%q", was[i].Name, r.No, r.Cells, back[i].Rows[j].Cells)
				}
			}
		}
	})
}

const art2 = "序号\t类别\t具体事项\t牵头责任部门\t共同责任部门\t部门职责划分\t主体责任\t配合责任\t法律法规依据\t政策文件依据\t适用乡镇（街道）"

// T11: titles, headings again on the next page, blank rows, columns in another
// order, full-width digits, remarks and notes at the foot are forgiven.
func TestAListIsReadAsDistrictsWriteIt(t *testing.T) {
	d := understand(t, nil, rows("Sheet1",
		"郊区乡镇（街道）职责任务清单", "（2026年版）", art2,
		"１\t民生服务\t受理低保申请\t\t\t\t入户调查\t\t《社会救助暂行办法》第１１条、第十二条\t\t全部",
		"",
		"一、生态环保",
		art2,
		"2\t生态环保\t河道巡查\t水务局\t农业农村局、生态环境局\t水务局：执法；农业农村局：抽样\t\t巡查\t《水法》第八条；《河道管理条例》\t《河湖长制意见》（郊办发〔2020〕3号）\t城关镇、南寨镇",
		"注：本清单由区委编办负责解释"), rows("空表"))
	if len(d.Flaws) > 0 || len(d.Items) != 2 {
		t.Fatal(d.Flaws, d.Items)
	}
	a, b := d.Items[0], d.Items[1]
	if a.Legal[0].Article != "第十一条" || a.Legal[1].Article != "第十二条" || a.Part != Basic || a.Row != 4 {
		t.Errorf("%+v", a)
	}
	if b.Part != Cooperating || b.Departments[0].Duty != "执法" || b.Departments[1].Duty != "抽样" || b.Departments[2].Duty == "" || len(b.Townships) != 2 || b.Policy[0].Number != "郊办发〔2020〕3号" || b.Row != 8 {
		t.Errorf("%+v", b)
	}
	if !slices.ContainsFunc(d.Notes, func(f Flaw) bool {
		return f.Row == 8 && f.Column == "I" && strings.Contains(f.Text, "没有写明引用哪一条")
	}) {
		t.Error(d.Notes)
	}

	moved := understand(t, nil, rows("Sheet1", "法律法规依据\t具体事项\t备注\t主体责任\t类别", "《森林法》第十条\t防火巡护\t重点\t巡护\t林业"))
	if len(moved.Flaws) > 0 || moved.Items[0].Main != "巡护" || moved.Items[0].Category != "林业" || moved.Notes[0].Column != "C" {
		t.Error(moved.Flaws, moved.Items, moved.Notes)
	}

	power := understand(t, nil, rows("权责清单", "××镇权责清单", "序号\t职权类型\t职权名称\t子项\t实施依据\t责任事项\t追责情形",
		"1\t行政确认\t兵役登记\t\t1.《兵役法》第十五条\n2.《征兵工作意见》（郊办发〔2021〕8号）\t宣传、登记\t失职"))
	if x := power.Items[0]; len(power.Flaws) > 0 || x.Category != "行政确认" || x.Main != "宣传、登记" || len(x.Legal) != 1 || len(x.Policy) != 1 {
		t.Errorf("%v %+v", power.Flaws, power.Items)
	}

	apart := understand(t, nil, rows("上级部门收回事项", "城关镇上级部门收回事项清单", "序号\t事项名称\t承接部门\t工作方式", "1\t检测鉴定\t住房和城乡建设局\t组织检测并公布"))
	if x := apart.Items[0]; len(apart.Flaws) > 0 || x.Departments[0].Duty != "组织检测并公布" || x.Scope() != "城关镇" {
		t.Errorf("%v %+v", apart.Flaws, apart.Items)
	}
}

// T11: every fault is told with sheet, row and column; one is enough that nothing is kept.
func TestFaultsNameTheirPlace(t *testing.T) {
	d := understand(t, nil, rows("Sheet1", art2,
		"1\t民生\t甲\t\t\t\t受理\t\t没有引用\t\t全部",
		"2\t民生\t\t\t\t\t受理\t\t《森林法》第十条\t\t全部",
		"3\t民生\t丙\t水务局、农业农村局\t\t执法\t\t巡查\t《森林法》第十条\t\t全部",
		"4\t民生\t丁\t\t水务局\t执法\t\t巡查\t《森林法》第十条\t\t全部",
		"5\t民生\t戊\t水务局\t水务局\t执法\t\t巡查\t《森林法》第十条\t\t全部",
		"6\t民生\t己\t\t\t\t受理\t\t《森林法》第十条\t\t全部",
		"7\t民生\t己\t\t\t\t受理\t\t《森林法》第十条\t\t全部",
		"8\t民生\t庚\t\t\t\t受理\t\t\t\t全部",
		"9\t民生\t"+strings.Repeat("辛", 201)+"\t\t\t\t"+strings.Repeat("受理", 1001)+"\t\t《森林法》第十条\t\t全部"))
	var got []string
	for _, f := range d.Flaws {
		got = append(got, fmt.Sprintf("%d%s %s", f.Row, f.Column, f.Rule))
	}
	want := []string{"2I DM-2.1", "2I DM-2.1", "3C DM-2.1", "4D DM-2.2", "5D DM-2.2", "6E DM-2.2", "8C DM-2.1", "9I DM-2.1", "10C ", "10G "} // too long: no article says how long
	for _, w := range want {
		if !slices.Contains(got, w) {
			t.Errorf("no %s in %v\n%v", w, got, d.Flaws)
		}
	}
	if slices.ContainsFunc(d.Flaws, func(f Flaw) bool { return f.Sheet != "Sheet1" }) {
		t.Error(d.Flaws)
	}
}

// An empty or headless file is never the wish to cancel everything.
//
// Proves: DM-9.2
func TestAnEmptyFileCancelsNothing(t *testing.T) {
	for name, ss := range map[string][]sheet.Sheet{"空文件不会当作取消全部事项": {rows("Sheet1", art2)}, "没有找到表头": {rows("Sheet1", "随便写的\t文字", "1\t2")}} {
		d := understand(t, nil, ss...)
		if len(d.Flaws) != 1 || !strings.Contains(d.Flaws[0].Text, name) {
			t.Error(name, d.Flaws)
		}
		if err := d.refused(); err == nil {
			t.Error("not refused")
		}
	}
	if d := understand(t, nil); len(d.Flaws) != 1 {
		t.Error(d.Flaws)
	}
}

// Names are those of the directory: townships have to be in it as soon as there
// are any, departments are kept as written and noted.
func TestNamesAreThoseOfTheDirectory(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		var water, town string
		write(t, d, func(tx *db.Tx) (err error) {
			a := org.Actor{Person: "a", Class: org.Accounts}
			if water, err = org.AddUnit(tx, a, org.UnitRow{Name: "区水务局", Kind: org.Department, From: "2020-01-01"}, noon); err != nil {
				return err
			}
			town, err = org.AddUnit(tx, a, org.UnitRow{Name: "城关镇", Kind: org.Township, From: "2020-01-01"}, noon)
			return err
		})
		line := "1\t水利\t河道巡查\t水务局\t林业主管部门\t执法\t\t巡查\t《水法》第八条\t\t"
		var good, bad, other Draft
		write(t, d, func(tx *db.Tx) (err error) {
			if good, err = Understand(tx, "x", []sheet.Sheet{rows("Sheet1", art2, line+"城关镇人民政府")}, nil, noon); err != nil {
				return err
			}
			if bad, err = Understand(tx, "x", []sheet.Sheet{rows("Sheet1", art2, line+"北山镇")}, nil, noon); err != nil {
				return err
			}
			other, err = Understand(tx, "x", []sheet.Sheet{rows("Sheet1", art2, line+"全部")}, []string{"北山镇"}, noon)
			return err
		})
		x := good.Items[0]
		if len(good.Flaws) > 0 || x.Departments[0].Unit != water || x.Departments[1].Unit != "" || x.Townships[0].Unit != town || len(good.Notes) != 1 {
			t.Errorf("%v %v %+v", good.Flaws, good.Notes, x)
		}
		if len(bad.Flaws) != 1 || bad.Flaws[0].Column != "K" || len(other.Flaws) != 1 {
			t.Error(bad.Flaws, other.Flaws)
		}
		// A unit that comes later is understood from then on.
		enter(t, d, good.Items...)
		var bs Books
		if got := open(t, d, &bs).Find(Moment{today, 1}, Query{Unit: water}); len(got) != 1 {
			t.Error(got)
		}
		var forest string
		write(t, d, func(tx *db.Tx) (err error) {
			forest, err = org.AddUnit(tx, org.Actor{Person: "a", Class: org.Accounts}, org.UnitRow{Name: "区林业和草原局", Short: "林业主管部门", Kind: org.Department, From: "2020-01-01"}, noon)
			return err
		})
		if got := open(t, d, &bs).Find(Moment{today, 1}, Query{Unit: forest}); len(got) != 1 {
			t.Error(got)
		}
	})
}

// many are n items of different texts.
func many(n int) (items []Item) {
	verbs, things, whos := []string{"巡查", "受理", "排查", "调解", "登记", "宣传", "核验", "上报"}, []string{"秸秆禁烧", "低保申请", "燃气安全", "河道漂浮物", "独居老人", "古树名木", "违法建设", "农药包装", "森林防火", "沿街商铺"}, []string{"农业农村局", "水务局", "民政局", "生态环境局"}
	for i := range n {
		v, th := verbs[i%len(verbs)], things[i/len(verbs)%len(things)]
		items = append(items, helped(fmt.Sprintf("%s%s第%s类事项", th, v, statute.Numeral(i%9000+1)), func(it *Item) {
			it.Category = things[i%7]
			it.Main = fmt.Sprintf("对%s开展%s，建立第%d号台账，发现问题及时处置；入户调查、邻里访问、信息核对；提出初审意见并在村（社区）公示", th, v, i)
			it.Cooperating = fmt.Sprintf("组织网格员%s%s，第%d网格按月报告，配合现场检查和宣传教育", v, th, i)
			it.Departments[0].Name, it.Departments[1].Name = whos[i%4], whos[(i+1)%4]
			it.Legal = []Basis{{Title: fmt.Sprintf("%s条例", th), Article: "第" + statute.Numeral(i%50+1) + "条"}, {Title: "社会救助暂行办法", Article: "第十一条"}}
		}))
	}
	return items
}

// BenchmarkFind measures searches among 10,000 items.
func BenchmarkFind(b *testing.B) {
	d := testkit.Open(b, testkit.Source(b, db.SQLite))
	enter(b, d, many(10_000)...)
	start := time.Now()
	book := open(b, d, new(Books))
	b.Logf("book of 10,000 read in %v", time.Since(start).Round(time.Millisecond))
	m := book.On(today)
	for _, q := range []string{"秸", "秸秆", "台账", "秸秆禁烧巡查", "jgjs", "秸秆 巡查", "没有"} {
		b.Run(q, func(b *testing.B) {
			n := 0
			for b.Loop() {
				n = len(book.Find(m, Query{Words: q}))
			}
			b.ReportMetric(float64(n), "hits")
		})
	}
	b.Run("similar", func(b *testing.B) {
		for b.Loop() {
			book.Similar(today, "组织网格员对秸秆禁烧开展巡查并按月报告", "", 5)
		}
	})
	b.Run("township", func(b *testing.B) {
		for b.Loop() {
			book.Find(m, Query{Township: "城关镇"})
		}
	})
}

// BenchmarkImport5000 measures a file of 5,000 rows from reading to the edition.
func BenchmarkImport5000(b *testing.B) {
	heads := strings.Split(art2, "\t")
	p := sheet.Page{Name: "清单", Heads: heads}
	for i, it := range many(5000) {
		p.Rows = append(p.Rows, []string{fmt.Sprint(i + 1), it.Category, it.Name, it.Departments[0].Name, it.Departments[1].Name, "执法", it.Main, it.Cooperating, Cited(it.Legal), "", "全部"})
	}
	var w bytes.Buffer
	if err := sheet.Write(&w, []sheet.Page{p}); err != nil {
		b.Fatal(err)
	}
	for _, e := range []db.Engine{db.SQLite, db.Postgres} {
		b.Run(string(e), func(b *testing.B) {
			for range b.N {
				b.StopTimer()
				d := testkit.Open(b, testkit.Source(b, e))
				b.StartTimer()
				ss, err := sheet.Read(bytes.NewReader(w.Bytes()), int64(w.Len()), "x.xlsx")
				if err != nil {
					b.Fatal(err)
				}
				write(b, d, func(tx *db.Tx) error {
					draft, err := Understand(tx, "x.xlsx", ss, nil, noon)
					if err != nil || len(draft.Flaws) > 0 {
						b.Fatal(err, draft.Flaws)
					}
					_, _, err = Found(tx, draft, doc, noon)
					return err
				})
			}
		})
	}
}

// What is printed is read: the columns of article 2 stand on A3 as large as they are.
func TestTheListIsPrintedInFullSize(t *testing.T) {
	const inner, perChar, padding = 400 * 96 / 25.4, 7, 5 // pixels
	sum := 0.0
	for _, c := range article2 {
		if widths[c.Field] == 0 {
			t.Error(c.Head, "has no width")
		}
		sum += widths[c.Field]*perChar + padding
	}
	if sum > inner {
		t.Errorf("%.0f of %.0f pixels", sum, inner)
	}
}
