package handover_test

import (
	"fmt"
	"strings"
	"testing"

	"yidan/internal/catalog"
	"yidan/internal/db"
	"yidan/internal/handover"
	"yidan/internal/testkit"
)

const draft = `关于做好秋季有关工作的通知
各乡镇（街道）：
一、区生态局制定秋季禁烧方案，组织卫星火点核查。
二、各乡镇（街道）组织开展秸秆禁烧日间巡查，发现苗头先行劝阻并报告。
三、各镇负责核发经营许可证。
四、各乡镇协助做好高龄老人生存验证。
五、南寨镇配合完成养殖场用电量逐户统计，建立台账并每日报送。
六、各乡镇组织开展汛期夜间值守。
七、各乡镇要配合第七次人口普查入户登记。
八、工作人员到各乡镇开展调研。
`

// Proves: AE-2.1
func TestEverySentenceOfANoticeSaysWhereItBelongsAndWhy(t *testing.T) {
	d := testkit.Open(t, testkit.Source(t, db.SQLite))
	x := newDistrict(t, d)
	k := handover.Known{Day: "2026-08-03", Townships: townships, Departments: []string{"区生态局"}, Grounds: []handover.Ground{
		{Mark: handover.Allowed, Name: "高龄老人生存验证协助", Ref: "准入〔2026〕004", Text: "高龄老人生存验证协助"},
		{Mark: handover.Allowed, Name: "汛期夜间值守协助", Ref: "准入〔2025〕009", Text: "汛期夜间值守协助", WhyNot: "准入〔2025〕009到2025年9月1日为止，已到期，不能再交办"},
		{Mark: handover.Lawful, Name: "人口普查入户登记", Ref: "《全国人口普查条例》第四条", Text: "人口普查入户登记"},
	}}
	x.read(func(tx *db.Tx) (err error) {
		if k.Wordings, err = handover.Wordings(tx); err == nil {
			k.Book, err = x.books.Get(tx)
		}
		return err
	})
	c := handover.CheckNotice(draft, k)
	want := []struct {
		begin string
		mark  handover.Mark
		code  string
		why   string
	}{
		{"一、", handover.Own, "", "主语是“区生态局”"},
		{"二、", handover.Listed, "P001", "秸秆禁烧"},
		{"三、", handover.Own, "S001", "已由部门收回"},
		{"四、", handover.Allowed, "", "准入〔2026〕004"},
		{"五、", handover.Apply, "", "清单没有列入，没有准入"},
		{"六、", handover.Apply, "", "已到期"},
		{"七、", handover.Lawful, "", "《全国人口普查条例》第四条"},
	}
	if len(c.Tasks) != len(want) {
		for _, s := range c.Tasks {
			t.Logf("%d %s %s: %s", s.No, s.Mark, s.Text, s.Why)
		}
		t.Fatalf("%d task sentences", len(c.Tasks))
	}
	for i, w := range want {
		s := c.Tasks[i]
		if !strings.HasPrefix(s.Text, w.begin) || s.Mark != w.mark || s.Code != w.code || !strings.Contains(s.Why, w.why) {
			t.Errorf("%s: %s %s: %s", s.Text, s.Mark, s.Code, s.Why)
		}
		if s.Who == "" || s.Verb == "" {
			t.Errorf("%s: neither who nor what: %q %q", s.Text, s.Who, s.Verb)
		}
	}
	var words []string
	for _, h := range c.Wordings {
		if h.Why == "" || h.Source == "" || !strings.Contains(h.Text, h.Words) {
			t.Errorf("%+v", h)
		}
		words = append(words, h.Words)
	}
	if got := strings.Join(words, " "); got != "每日报送 台账" {
		t.Error(got)
	}
	if n := c.Count(handover.Apply); n != 2 {
		t.Error(n)
	}
}

// What is not said to be anybody's is nobody's task, and a list below a charge is the charged one's.
func TestAListBelowAChargeIsTheTownships(t *testing.T) {
	k := handover.Known{Book: &catalog.Book{}, Day: "2026-08-03"}
	c := handover.CheckNotice("各乡镇要做到以下几点：\n一是组织入户宣传。\n二是完成信息采集。\n现将方案印发。\n开展回头看。", k)
	if len(c.Tasks) < 2 || c.Tasks[len(c.Tasks)-1].Text != "二是完成信息采集" || c.Tasks[len(c.Tasks)-1].Who != "各乡镇" {
		t.Errorf("%+v", c.Tasks)
	}
	if n := len(handover.CheckNotice("", k).Tasks); n != 0 {
		t.Error(n)
	}
}

// BenchmarkCheckNotice reads 4,000 characters against 5,000 items: at most 200 ms.
func BenchmarkCheckNotice(b *testing.B) {
	subjects := []string{"秸秆", "森林", "河道", "食品", "道路", "养老", "禁毒", "燃气", "房屋", "耕地"}
	deeds := []string{"巡查", "排查", "宣传", "登记", "整治", "统计", "救助", "调解", "监测", "管护"}
	d := testkit.Open(b, testkit.Source(b, db.SQLite))
	var items []catalog.Item
	for i := range 5000 {
		name := fmt.Sprintf("%s%s%s第%c%c类", subjects[i%10], subjects[i/10%10], deeds[i/100%10], rune('一'+i%997), rune('丁'+i/5%991))
		x := item(fmt.Sprintf("P%04d", i+1), name, "区生态局", catalog.Cooperating)
		x.Cooperating = fmt.Sprintf("在%c%c期间对%s开展%s，发现%s的问题先行劝阻并向部门报告", rune('一'+i*7%2999), rune('东'+i*11%2503), subjects[i/7%10], deeds[i/13%10], subjects[i/31%10])
		items = append(items, x)
	}
	now := at("2026-08-03 09:00")
	k := handover.Known{Day: "2026-08-03", Townships: townships}
	err := d.Write(ctx, func(tx *db.Tx) error {
		id, err := catalog.Propose(tx, who("区委编办"), items, now)
		if err != nil {
			return err
		}
		second := who("区委编办")
		second.Person = "负责人"
		_, err = catalog.Approve(tx, second, id, catalog.Issue{Number: "郊办发〔2026〕1号", IssuedOn: "2026-01-05", EffectiveOn: "2026-01-10"}, now)
		if err == nil {
			k.Book, err = catalog.Load(tx)
		}
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	var text strings.Builder
	for i := 0; len([]rune(text.String())) < 4000; i++ {
		fmt.Fprintf(&text, "%d、各乡镇（街道）要组织人员开展%s%s%s，发现苗头先行劝阻并报告，每月底前将情况报送区直部门。\n", i+1, subjects[i%10], subjects[i/3%10], deeds[i/7%10])
	}
	notice := string([]rune(text.String())[:4000])
	b.ResetTimer()
	for b.Loop() {
		if len(handover.CheckNotice(notice, k).Tasks) == 0 {
			b.Fatal("nothing was found")
		}
	}
}
