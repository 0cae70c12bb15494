package statute

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/org"
	"yidan/internal/sheet"
	"yidan/internal/testkit"
)

var (
	ctx     = context.Background()
	noon    = time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)
	justice = org.Actor{Person: "p1", Name: "区司法局 经办", Unit: "u1", Post: org.Handler, Roles: []org.Role{org.Justice}}
	bureau  = org.Actor{Person: "p2", Name: "区水务局 经办", Unit: "u2", Post: org.Handler}
)

const today = "2026-11-23"

func write(t testing.TB, d *db.DB, f func(tx *db.Tx) error) {
	t.Helper()
	if err := d.Write(ctx, f); err != nil {
		t.Fatal(err)
	}
}

// cite has a list cite articles of laws.
func cite(t testing.TB, d *db.DB, cells ...string) {
	t.Helper()
	write(t, d, func(tx *db.Tx) error {
		bs, _ := Cites(strings.Join(cells, "；"))
		return Cite(tx, justice, Registered(bs), nil, noon)
	})
}

func register(t testing.TB, d *db.DB) (r *Register) {
	t.Helper()
	if err := d.Read(ctx, func(tx *db.Tx) (err error) { r, err = Load(tx); return err }); err != nil {
		t.Fatal(err)
	}
	return r
}

func joined(bs []Basis) string {
	var s []string
	for _, b := range bs {
		s = append(s, b.String())
	}
	return strings.Join(s, "；")
}

func TestCitationsAreReadAsTheyAreWritten(t *testing.T) {
	for cell, want := range map[string]string{
		"《森林法》第十条": "《森林法》第十条",
		"《中华人民共和国森林法》第10条、第12条第二款":                  "《中华人民共和国森林法》第十条；《中华人民共和国森林法》第十二条第二款",
		"1.《水法》第八条\n2.《河道管理条例》第105条之一":              "《水法》第八条；《河道管理条例》第一百零五条之一",
		"《关于〈森林法〉的意见》（郊办发〔2020〕3号）":                 "《关于〈森林法〉的意见》（郊办发〔2020〕3号）",
		"《社会救助暂行办法》（国务院令第649号）第十一条":                 "《社会救助暂行办法》（国务院令第649号）第十一条",
		"社会救助暂行办法第十一条；气象法第五条":                       "《社会救助暂行办法》第十一条；《气象法》第五条",
		"河湖长制意见 郊办发〔2020〕3号":                        "《河湖长制意见》（郊办发〔2020〕3号）",
		"郊办发〔2025〕3号《关于河道管理的通知》":                    "《关于河道管理的通知》（郊办发〔2025〕3号）",
		"《水法》第八条；郊办发〔2025〕3号《河道通知》\n佳发〔2024〕1号《意见》": "《水法》第八条；《河道通知》（郊办发〔2025〕3号）；《意见》（佳发〔2024〕1号）",
		"《河道通知》郊办发〔2025〕3号《水法》第八条":                  "《河道通知》（郊办发〔2025〕3号）；《水法》第八条",
		"《河道通知》郊办发〔2025〕3号":                         "《河道通知》（郊办发〔2025〕3号）",
		"按有关规定": "",
	} {
		bs, _ := Cites(cell)
		if got := joined(bs); got != want {
			t.Errorf("%q: %s, want %s", cell, got, want)
		}
		if again, _ := Cites(want); joined(again) != want {
			t.Errorf("%s does not come back: %s", want, joined(again))
		}
	}
	for n, want := range map[int]string{1: "一", 10: "十", 11: "十一", 20: "二十", 105: "一百零五", 110: "一百一十", 1006: "一千零六", 260: "二百六十"} {
		if got := Numeral(n); got != want {
			t.Errorf("%d: %s", n, got)
		}
	}
	if ID("中华人民共和国大气污染防治法（2018年修正）") != ID("大气污染防治法") || ID("森林法") == ID("森林法实施条例") {
		t.Error("one law is one instrument")
	}
}

func TestCitationsInATextAreFoundWhereTheyStand(t *testing.T) {
	text := "依照《中华人民共和国森林法》（主席令第三十九号）第22条、第二十三条第二款和《水法》开展巡查；按有关规定处理，第九条不算"
	var got []string
	for _, s := range Spots(text) {
		got = append(got, text[s.From:s.To]+" → "+s.Title+s.Article)
		if s.Instrument != ID(s.Title) {
			t.Error("a spot does not know its instrument:", s)
		}
	}
	want := []string{"《中华人民共和国森林法》（主席令第三十九号）第22条 → 中华人民共和国森林法第二十二条", "第二十三条第二款 → 中华人民共和国森林法第二十三条第二款", "《水法》 → 水法"}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	for _, text := range []string{"", "《", "》第一条", "《》第一条", "第一条"} {
		if s := Spots(text); len(s) > 0 {
			t.Errorf("%q: %v", text, s)
		}
	}
}

func TestAnArticleIsTakenWithoutItsParagraphs(t *testing.T) {
	for a, want := range map[string]string{"第十条第二款": "第十条", "第十条之一第三项": "第十条之一", "第十条": "第十条", "第十条之": "第十条", "第条": "第条", "前言": "前言", "": "", "第十款": "第十款"} {
		if got := Whole(a); got != want {
			t.Errorf("%s: %s", a, got)
		}
	}
}

func TestArticlesStandInTheirOrder(t *testing.T) {
	want := []string{"第二条", "第九条", "第十条", "第十条之一", "第十条之二", "第十一条", "第一百零五条", "第一百一十条", "第一千零六条"}
	got := slices.Clone(want)
	slices.Reverse(got)
	if slices.SortFunc(got, CompareArticles); !slices.Equal(got, want) {
		t.Error(got)
	}
}

// An article stands as long as the last change says, and no longer than its
// instrument; a change of the future is none yet.
//
// Proves: DM-8.1
func TestStandingFollowsFromChanges(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		cite(t, d, "《森林法》第十条、第十一条", "《林业条例》第三条", "《老办法》第一条")
		r := register(t, d)
		id := ID("森林法")
		write(t, d, func(tx *db.Tx) error {
			for _, a := range []Account{
				{Event: "amended", On: "2026年3月1日", Number: "主席令第1号", Articles: []string{"第十条"}},
				{Event: "repealed", On: "2026-05-01", Number: "主席令第2号", Others: "第11条", NewTitle: "林业条例", NewArticle: "第三条"},
				{Event: "repealed", On: "2027-01-01", Number: "主席令第3号"},
			} {
				cs, err := r.Changes(id, a)
				if err == nil {
					_, err = Record(tx, justice, cs, noon)
				}
				if err != nil {
					return err
				}
			}
			return nil
		})
		r = register(t, d)
		for _, c := range []struct {
			day, article string
			want         State
		}{
			{"2026-02-28", "第十条", InForce}, {"2026-03-01", "第十条第二款", Revised}, {"2026-05-01", "第十一条", Replaced},
			{"2026-05-01", "", InForce}, {"2027-01-01", "第十条", Dead}, {"2027-01-01", "", Dead}, {"2027-01-01", "第九十条", Dead},
		} {
			if got := r.Standing(c.day).Of(Basis{Title: "中华人民共和国森林法", Article: c.article}); got.State != c.want {
				t.Errorf("%s on %s: %s, want %s", c.article, c.day, got.State, c.want)
			}
		}
		i, _ := r.Of("森林法")
		s := r.Standing(today)
		if got := s.Instrument(i); got.State != Revised || got.Change.On != "2026-05-01" {
			t.Error(got)
		}
		if cs := s.Coming(i); len(cs) != 1 || cs[0].On != "2027-01-01" {
			t.Error(cs)
		}
		if s.Repealed(Basis{Title: "森林法", Article: "第十一条"}) != "2026-05-01" || s.Repealed(Basis{Title: "没有登记的法"}) != "" {
			t.Error("the day of repeal")
		}
		// What was noted by mistake counts no longer, and stays in sight.
		gone := i.Changes[1]
		if err := d.Write(ctx, func(tx *db.Tx) error { return Withdraw(tx, justice, gone.ID, "", noon) }); !fault.Is(err, fault.Invalid) {
			t.Error("withdrawn without a reason:", err)
		}
		write(t, d, func(tx *db.Tx) error { return Withdraw(tx, justice, gone.ID, "看错了条", noon) })
		if err := d.Write(ctx, func(tx *db.Tx) error { return Withdraw(tx, justice, gone.ID, "又一次", noon) }); !fault.Is(err, fault.Conflict) {
			t.Error("withdrawn twice:", err)
		}
		r = register(t, d)
		i, _ = r.Of("森林法")
		if r.Standing(today).Of(Basis{Title: "森林法", Article: "第十一条"}).Gone() || len(i.Changes) != 3 || i.Changes[1].Withdrawn != "看错了条" {
			t.Error("a withdrawn repeal still counts", i.Changes)
		}
	})
}

// Proves: DM-8.1
func TestAChangeThatCannotBeIsRefusedInWords(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		cite(t, d, "《森林法》第十条", "《水法》第一条")
		r := register(t, d)
		id := ID("森林法")
		good := Account{Event: "repealed", On: "2026-05-01", Number: "主席令第2号", Articles: []string{"第十条"}}
		note := func(by org.Actor, a Account) error {
			return d.Write(ctx, func(tx *db.Tx) error {
				cs, err := register(t, d).Changes(id, a)
				if err == nil {
					_, err = Record(tx, by, cs, noon)
				}
				return err
			})
		}
		if err := note(bureau, good); !fault.Is(err, fault.Missing) {
			t.Error("a department keeps the register:", err)
		}
		if err := note(justice, good); err != nil {
			t.Fatal(err)
		}
		r = register(t, d)
		said := map[string]string{}
		for name, change := range map[string]func(*Account){
			"no event": func(a *Account) { a.Event = "" }, "no such event": func(a *Account) { a.Event = "lost" }, "no day": func(a *Account) { a.On = "" },
			"no such day": func(a *Account) { a.On = "2月30日" }, "no number": func(a *Account) { a.Number = " " }, "no article": func(a *Account) { a.Others = "前面几条" },
			"unknown successor": func(a *Account) { a.NewTitle = "没有的法" }, "its own successor": func(a *Account) { a.Articles, a.NewTitle = nil, "森林法" },
			"again": func(*Account) {}, "repealed before that": func(a *Account) { a.On = "2026-04-01" }, "after its end": func(a *Account) { a.Event, a.On = "amended", "2026-06-01" },
			"a text for several": func(a *Account) {
				a.Event, a.On, a.Others, a.Text = "amended", "2026-01-01", "第三条、第四条", "改后"
			},
		} {
			a := good
			change(&a)
			_, err := r.Changes(id, a)
			f, ok := fault.As(err)
			if !ok || f.Kind != fault.Invalid || len(f.Fields) == 0 {
				t.Errorf("%s: %v", name, err)
				continue
			}
			if other := said[f.Fields[0].Text]; other != "" {
				t.Error("the same sentence for", name, "and", other)
			}
			said[f.Fields[0].Text] = name
			if strings.Contains(f.Fields[0].Text, "2026-") {
				t.Errorf("%s: a day that is not in words: %s", name, f.Fields[0].Text)
			}
		}
		if _, err := r.Changes("nowhere", good); !fault.Is(err, fault.Missing) {
			t.Error(err)
		}
	})
}

// Proves: DM-2.1
func TestAnInstrumentIsEnteredOnceAndCorrectedInSight(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		cite(t, d, "《森林法》第十条")
		h := Head{Title: "中华人民共和国森林法", Kind: Law, Issuer: "全国人民代表大会常务委员会"}
		try := func(by org.Actor, id string, h Head) error {
			return d.Write(ctx, func(tx *db.Tx) error { _, err := Enter(tx, by, id, h, noon); return err })
		}
		if err := try(bureau, "", h); !fault.Is(err, fault.Missing) {
			t.Error(err)
		}
		if err := try(justice, "", h); err != nil {
			t.Fatal(err)
		}
		for name, x := range map[string]Head{"without a title": {Kind: Law}, "of no kind": {Title: "甲法", Kind: "x"}, "without a kind": {Title: "甲法"}, "in force too early": {Title: "甲法", Kind: Law, PromulgatedOn: "2026-02-01", EffectiveOn: "2026-01-01"}, "a second time": h} {
			if err := try(justice, "", x); !fault.Is(err, fault.Invalid) {
				t.Error(name, err)
			}
		}
		if err := try(justice, ID("森林法"), Head{Title: "水法", Kind: Law}); !fault.Is(err, fault.Invalid) {
			t.Error("became another law:", err)
		}
		h.EffectiveOn = "2027-01-01"
		if err := try(justice, ID("森林法"), h); err != nil {
			t.Fatal(err)
		}
		r := register(t, d)
		i, ok := r.Of("森林法")
		if !ok || len(r.All()) != 1 || i.Head != h || !slices.Equal(i.Articles, []string{"第十条"}) || i.Kind.Rank() != 2 {
			t.Error(i, len(r.All()))
		}
		if s := r.Standing(today).Instrument(i); s.State != Pending {
			t.Error(s)
		}
		for words, n := range map[string]int{"森林": 1, "slf": 1, "常务委员会": 1, "水": 0, "zz": 0} {
			if got := r.Find(Query{Words: words, Day: today}); len(got) != n {
				t.Errorf("%q finds %d", words, len(got))
			}
		}
		if len(r.Find(Query{Kinds: []Kind{Local}, Day: today})) != 0 || len(r.Find(Query{States: []State{Pending}, Day: today})) != 1 {
			t.Error("kinds and states do not narrow")
		}
		if register(t, d) != register(t, d) {
			t.Error("read again though nothing changed")
		}
		cite(t, d, "《水法》第一条")
		if got := register(t, d); len(got.All()) != 2 {
			t.Error("what was entered since is not seen")
		}
	})
}

func table(lines ...string) sheet.Sheet {
	s := sheet.Sheet{Name: "法规"}
	for i, l := range lines {
		s.Rows = append(s.Rows, sheet.Row{No: i + 1, Cells: strings.Split(l, "\t")})
	}
	return s
}

func understand(t *testing.T, d *db.DB, lines ...string) (dr Draft) {
	t.Helper()
	if err := d.Read(ctx, func(tx *db.Tx) (err error) {
		dr, err = Understand(tx, "法规.xlsx", []sheet.Sheet{table(lines...)})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return dr
}

// A file brings instruments and articles, all of it or nothing; brought again it
// brings nothing.
//
// Proves: DM-2.1
func TestAFileIsEnteredWholeAndOnce(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		cite(t, d, "《甲法》第十条")
		lines := []string{
			"2025年法规表",
			"条\t正文\t法规名称\t效力级别\t公布日期\t版本日期\t备注\t废止日期\t废止依据",
			"第十条\t乡镇人民政府负责组织。\t中华人民共和国甲法\t行政法\t2018年12月29日\t2018-12-29 00:00:00\t\t\t",
			"第十条\t乡镇人民政府协助检查。\t中华人民共和国甲法\t\t\t2018-12-29\t\t\t",
			"10之1\t街道办事处参照执行。\t《中华人民共和国甲法》\t法律\t\t2018-12-29\t\t\t",
			"\t\t乙条例\t行政法规\t\t\t\t2026-01-01\t国务院令第9号",
		}
		dr := understand(t, d, lines...)
		if len(dr.Flaws) > 0 || len(dr.Heads) != 2 || len(dr.Texts) != 2 || len(dr.Changes) != 1 || dr.Heads[0].Kind != Law || dr.Heads[0].New || !dr.Heads[1].New {
			t.Fatalf("%+v", dr)
		}
		if dr.Texts[0].Body != "乡镇人民政府负责组织。\n乡镇人民政府协助检查。" || dr.Texts[1].Article != "第十条之一" {
			t.Error(dr.Texts)
		}
		if len(dr.Notes) != 1 || dr.Notes[0].Column != "G" {
			t.Error(dr.Notes)
		}
		var id string
		if err := d.Write(ctx, func(tx *db.Tx) (err error) { _, err = Keep(tx, bureau, dr, noon); return err }); !fault.Is(err, fault.Missing) {
			t.Error(err)
		}
		write(t, d, func(tx *db.Tx) (err error) { id, err = Keep(tx, justice, dr, noon); return err })
		if len(register(t, d).All()) != 1 {
			t.Error("a preview was entered")
		}
		write(t, d, func(tx *db.Tx) error { return EnterFile(tx, justice, id, noon) })
		if err := d.Write(ctx, func(tx *db.Tx) error { return EnterFile(tx, justice, id, noon) }); !fault.Is(err, fault.Conflict) {
			t.Error("entered twice:", err)
		}
		r := register(t, d)
		i, _ := r.Of("甲法")
		if i.Title != "中华人民共和国甲法" || i.PromulgatedOn != "2018-12-29" || len(i.Articles) != 2 || r.Standing(today).Repealed(Basis{Title: "乙条例"}) != "2026-01-01" {
			t.Errorf("%+v", i)
		}
		again := understand(t, d, lines...)
		if !again.Nothing() || again.Same != 2 {
			t.Errorf("%+v", again)
		}
		if err := d.Write(ctx, func(tx *db.Tx) (err error) { _, err = Keep(tx, justice, again, noon); return err }); !fault.Is(err, fault.Invalid) {
			t.Error("nothing was kept:", err)
		}
		corrected := understand(t, d, "名称\t条\t条文\t版本日期", "甲法\t第十条\t更正后的条文。\t2018-12-29")
		write(t, d, func(tx *db.Tx) error { return Import(tx, corrected, noon) })
		var ts []Text
		if err := d.Read(ctx, func(tx *db.Tx) (err error) { ts, err = Texts(tx, ID("甲法")); return err }); err != nil || len(ts) != 2 || ts[0].Body != "更正后的条文。" || !corrected.Texts[0].Corrects {
			t.Error(ts, err, corrected.Texts)
		}
	})
}

// Every fault of a file has its place and a sentence of its own.
//
// Proves: DM-2.1
func TestFaultsOfAFileSayWhereTheyStand(t *testing.T) {
	d := testkit.Open(t, testkit.Source(t, db.SQLite))
	const head = "名称\t种类\t条\t条文\t公布日期\t施行日期\t文号\t废止日期\t废止依据"
	said := map[string]string{}
	for name, c := range map[string]struct{ row, column string }{
		"no title": {"\t法律\t第一条\t甲", "A"}, "no such kind": {"甲法\t律令", "B"}, "no article": {"甲法\t法律\t\t甲", "C"}, "no such article": {"甲法\t法律\t前言\t甲", "C"},
		"no such day": {"甲法\t法律\t\t\t2月30日", "E"}, "too early": {"甲法\t法律\t\t\t2026-02-01\t2026-01-01", "F"}, "no day of repeal": {"甲法\t法律\t\t\t\t\t\t\t国务院令第9号", "H"}, "no ground of repeal": {"甲法\t法律\t\t\t\t\t\t2026-01-01", "I"},
	} {
		dr := understand(t, d, head, c.row)
		if len(dr.Flaws) != 1 || dr.Flaws[0].Row != 2 || dr.Flaws[0].Column != c.column {
			t.Errorf("%s: %v", name, dr.Flaws)
			continue
		}
		if other := said[dr.Flaws[0].Text]; other != "" {
			t.Error("the same sentence for", name, "and", other)
		}
		said[dr.Flaws[0].Text] = name
	}
	if dr := understand(t, d, head, "甲法\t法律", "甲法\t行政法规"); len(dr.Flaws) != 1 || dr.Flaws[0].Row != 3 {
		t.Error("rows that contradict one another:", dr.Flaws)
	}
	for _, lines := range [][]string{{"随便写的"}, {head}, {}} {
		if dr := understand(t, d, lines...); len(dr.Flaws) != 1 {
			t.Error(lines, dr.Flaws)
		}
	}
}

// A file of the columns of a legal database: law, version, branch, article, sentence.
func TestATabbedFileIsRead(t *testing.T) {
	d := testkit.Open(t, testkit.Source(t, db.SQLite))
	var b strings.Builder
	b.WriteString("# 说明\nlaw\tversion_date\tkind\tarticle\tsentence\n")
	for i := range 40 {
		b.WriteString("第" + Numeral(i/4+1) + "号法\t2019-04-23\t" + []string{"行政法", "社会法"}[i/4%2] + "\t第" + Numeral(i%4+1) + "条\t 乡镇人民政府应当做第" + Numeral(i+1) + "件事。\n")
	}
	ss, err := sheet.Tabbed([]byte(b.String()), "statutes.tsv")
	if err != nil {
		t.Fatal(err)
	}
	write(t, d, func(tx *db.Tx) error {
		dr, err := Understand(tx, "statutes.tsv", ss)
		if err != nil || len(dr.Flaws) > 0 || len(dr.Heads) != 10 || len(dr.Texts) != 40 {
			t.Fatal(err, dr.Flaws, len(dr.Heads), len(dr.Texts))
		}
		return Import(tx, dr, noon)
	})
	if i, ok := register(t, d).Of("第三号法"); !ok || i.Kind != Law || len(i.Articles) != 4 {
		t.Error(i)
	}
	for _, bad := range []string{"名称\t条\n\xff\xfe", "名称\x00\t条"} {
		if _, err := sheet.Tabbed([]byte(bad), "x.tsv"); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q was read", bad)
		}
	}
}

// Nothing that was entered can be touched, below the application too.
//
// Proves: DM-2.1
func TestTheDatabaseRefusesToTouchTheRegister(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		dr := understand(t, d, "名称\t种类\t条\t条文\t废止日期\t废止依据", "甲法\t法律\t第一条\t甲\t2026-01-01\t主席令第1号")
		write(t, d, func(tx *db.Tx) error { return Import(tx, dr, noon) })
		i, _ := register(t, d).Of("甲法")
		write(t, d, func(tx *db.Tx) error { return Withdraw(tx, justice, i.Changes[0].ID, "记错", noon) })
		var statements []string
		for table, column := range map[string]string{"instruments": "title", "articles": "article", "instrument_entries": "noted_name", "instrument_heads": "title", "article_texts": "body", "instrument_changes": "number", "instrument_withdrawals": "reason", "instrument_files": "file"} {
			statements = append(statements, `UPDATE `+table+` SET `+column+` = 'x'`, `DELETE FROM `+table)
			if d.Engine == db.Postgres {
				statements = append(statements, `TRUNCATE `+table+` CASCADE`)
			} else {
				statements = append(statements, `INSERT OR REPLACE INTO `+table+` SELECT * FROM `+table)
			}
		}
		for _, s := range statements {
			if err := d.Write(ctx, func(tx *db.Tx) error { _, err := tx.Exec(s); return err }); err == nil {
				t.Error("done:", s)
			}
		}
	})
}

func TestACitationNamesItsParagraph(t *testing.T) {
	for article, want := range map[string]int{"第十条": 0, "第十条第二款": 2, "第十一条之一第十二款": 12, "第十条第二款第三项": 2, "": 0, "附件": 0} {
		if got := Paragraph(article); got != want {
			t.Errorf("%s: %d, want %d", article, got, want)
		}
	}
}
