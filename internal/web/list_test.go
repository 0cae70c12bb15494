package web_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"yidan/internal/casework"
	"yidan/internal/db"
	"yidan/internal/org"
	"yidan/internal/parameter"
	"yidan/internal/sheet"
	"yidan/internal/testkit"
)

// table is a spreadsheet in the columns of DM Art. 2.
func table(t *testing.T, rows ...[]string) []byte {
	t.Helper()
	var b bytes.Buffer
	p := sheet.Page{Name: "清单", Title: "郊区乡镇（街道）职责任务清单", Heads: []string{"序号", "类别", "具体事项", "牵头责任部门", "共同责任部门", "部门职责划分", "主体责任", "配合责任", "法律法规依据", "政策文件依据", "适用乡镇（街道）"}, Rows: rows}
	if err := sheet.Write(&b, []sheet.Page{p}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

var listRows = [][]string{
	{"1", "民生服务", "受理低保申请", "", "", "", "入户调查、公示", "", "《社会救助暂行办法》第十一条", "", "全部"},
	{"2", "生态环保", "秸秆禁烧巡查", "区农业农村局", "区水务局", "区农业农村局：执法；区水务局：河道", "", "巡查并报告", "《大气污染防治法》第七十七条", "", "城关镇、南寨镇"},
}

// upload sends a file with the form of a page.
func (s *surfer) upload(page answer, action, name string, content []byte) answer {
	s.t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for k, vs := range s.filled(page, action) {
		for _, v := range vs {
			m.WriteField(k, v)
		}
	}
	w, err := m.CreateFormFile("file", name)
	if err != nil {
		s.t.Fatal(err)
	}
	w.Write(content)
	m.Close()
	r, err := http.NewRequest(http.MethodPost, s.p.URL+action, &b)
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Content-Type", m.FormDataContentType())
	r.Header.Set("Origin", s.p.URL)
	return s.do(r)
}

// imported brings the rows in as the first edition, by two people.
func (x *district) imported(t *testing.T, rows ...[]string) {
	t.Helper()
	s := x.as("区委编办 经办")
	a := s.upload(s.get("/qd/dr"), "/qd/dr", "清单.xlsx", table(t, rows...))
	if a.StatusCode != http.StatusSeeOther {
		t.Fatal(a.StatusCode, plainText(a.body))
	}
	at := a.to()
	page := s.must(s.get(at), at, "do", "propose")
	if !strings.Contains(page.body, "由负责人或者另一位同事审定") {
		t.Error("who proposed may approve:", plainText(page.body))
	}
	l := x.as("区委编办 负责人")
	says(t, l.get("/gzt"), "审定清单", "等你审定")
	if a := s.get("/gzt"); strings.Contains(a.body, "等你审定") {
		t.Error("who proposed is asked to approve")
	}
	l.must(l.get(at), at, "do", "approve", "number", "郊办发〔2026〕9号", "issued_on", "2026年6月1日", "effective_on", "2026-07-01")
}

// The list office brings the first edition in: read, looked through, proposed by
// one, approved by another; then everybody reads it.
//
// Proves: DM-3.1, DM-4.1, DM-9.3, DM-10.1
func TestAListComesInAndEverybodyReadsIt(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		town, guest := x.as("城关镇 经办"), surf(t, x.place, "")
		if a := town.get("/qd/dr"); a.StatusCode != http.StatusNotFound {
			t.Error("a township opened the import:", a.StatusCode)
		}
		if a := guest.get("/public"); a.StatusCode != http.StatusOK || !strings.Contains(a.body, "清单还没有印发") {
			t.Error(a.StatusCode, plainText(a.body))
		}
		s := x.as("区委编办 经办")
		bad := s.upload(s.get("/qd/dr"), "/qd/dr", "清单.xlsx", table(t, []string{"1", "民生服务", "受理低保申请", "", "", "", "公示", "", "", "", "北山镇"}))
		for _, want := range []string{"第 3 行", "没有写依据", "没有“北山镇”这个乡镇", "没有保存"} {
			if bad.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(bad.body, want) {
				t.Error(want, bad.StatusCode, plainText(bad.body))
			}
		}
		if a := s.upload(s.get("/qd/dr"), "/qd/dr", "清单.csv", []byte("序号,事项\n")); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "另存为 .xlsx") {
			t.Error(a.StatusCode)
		}
		x.imported(t, listRows...)
		for _, c := range []struct {
			who   *surfer
			at    string
			wants []string
		}{
			{guest, "/public", []string{"受理低保申请", "秸秆禁烧巡查", "第 1 版（郊办发〔2026〕9号"}},
			{guest, "/public?q=jgjs", []string{"秸秆禁烧巡查", "1 项"}},
			{guest, "/public/P001", []string{"巡查并报告", "《大气污染防治法》第七十七条", "城关镇、南寨镇", "区水务局", "共同", "河道", "0454-8000000", "第 1 版列入"}},
			{guest, "/public/bb", []string{"第 1 版", "新增 2 · 取消 0 · 调整 0"}},
			{guest, "/public/bb/1", []string{"郊办发〔2026〕9号", "受理低保申请"}},
			{guest, "/public/dh", []string{"区水务局", "0454-8000000", "城关镇"}},
			{town, "/qd?bf=cooperating", []string{"秸秆禁烧巡查", "1 项"}},
			{town, "/qd?q=没有的事", []string{"找到 0 项含“没有的事”的事项"}},
			{town, "/qd?on=2026-06-30", []string{"还没有施行的清单", "回到现行"}},
			{town, "/qd?on=2027-01-01", []string{"将要有效的清单", "秸秆禁烧巡查"}},
			{town, "/qd?zh=" + x.units["河湾镇"], []string{"受理低保申请", "1 项"}},
			{town, "/qd?d=", []string{"2 项"}},
			{town, "/qd?u=" + x.units["区水务局"] + "&js=joint", []string{"秸秆禁烧巡查", "1 项"}},
		} {
			a := c.who.get(c.at)
			for _, w := range c.wants {
				if a.StatusCode != http.StatusOK || !strings.Contains(a.body, w) {
					t.Errorf("%s: %d, no %q in\n%s", c.at, a.StatusCode, w, plainText(a.body))
				}
			}
		}
		if a := town.get("/qd?on=明天"); a.StatusCode != http.StatusUnprocessableEntity {
			t.Error("a day that is none:", a.StatusCode)
		}
		for _, at := range []string{"/public/X999", "/public/bb/7", "/public/bb/x", "/public/dc/exe", "/qd/dr/none"} {
			if a := s.get(at); a.StatusCode != http.StatusNotFound {
				t.Error(at, a.StatusCode)
			}
		}
		if a := guest.get("/qd"); a.StatusCode != http.StatusSeeOther {
			t.Error("/qd without signing in:", a.StatusCode)
		}
		if a := s.get("/qd/dr"); !strings.Contains(a.body, "走调整程序") || strings.Contains(a.body, `name="file"`) {
			t.Error("a second import is offered")
		}
		// The export is the file it came from, and comes back in as it went out.
		out := guest.get("/public/dc/xlsx")
		b := []byte(out.body)
		sheets, err := sheet.Read(bytes.NewReader(b), int64(len(b)), "x.xlsx")
		if err != nil || len(sheets) != 1 || sheets[0].Rows[3].Cell(2) != "秸秆禁烧巡查" || sheets[0].Rows[3].Cell(10) != "城关镇、南寨镇" {
			t.Error(err, sheets)
		}
		if a := guest.get("/public/dc/docx?q=" + url.QueryEscape("低保")); a.StatusCode != http.StatusOK || !strings.HasPrefix(a.body, "PK") {
			t.Error("Word:", a.StatusCode)
		}
	})
}

// Nobody but the list office brings a list in, administrators neither; nobody but
// the justice bureau speaks on legality, the list office neither.
//
// Proves: DM-4.1
func TestTheListOfficeKeepsTheListAndJusticeSpeaksOnLegality(t *testing.T) {
	x := newDistrict(t, store(t))
	s := x.as("区委编办 经办")
	at := s.upload(s.get("/qd/dr"), "/qd/dr", "清单.xlsx", table(t, listRows...)).to()
	propose := s.filled(s.get(at), at)
	for _, post := range []string{"区司法局 负责人", "区农业农村局 经办", "城关镇 负责人", "清单工作领导小组 负责人", org.ClassName(org.Accounts), org.ClassName(org.Policy), org.ClassName(org.Auditor)} {
		o := x.as(post)
		v := o.hidden()
		v.Set("submit_id", propose.Get("submit_id"))
		for _, do := range []string{"propose", "approve", "drop"} {
			v.Set("do", do)
			if a := o.post(at, v); a.StatusCode != http.StatusNotFound {
				t.Errorf("%s: %s: %d", post, do, a.StatusCode)
			}
		}
		if a := o.get("/qd/dr"); a.StatusCode != http.StatusNotFound {
			t.Errorf("%s opens the import: %d", post, a.StatusCode)
		}
	}
	if !strings.Contains(s.get(at).body, `value="propose"`) {
		t.Error("something was done with it")
	}
	x.imported(t, listRows...)
	at = x.handedIn("城关镇")
	x.answered("城关镇 经办", at, casework.Agree)
	owner := x.as("区农业农村局 经办")
	owner.attach(owner.get(at+"/z/attach"), at+"/fj", "files", "批复.txt", "每镇 2 万元")
	owner.must(owner.get(at+"/hd"), at+"/hd", "v", "提交")
	justice := x.load(idOf(at)).Asked(x.posts["区司法局 经办"])[0]
	to := at + "/y/" + number(justice.No)
	for _, post := range []string{"区委编办 经办", "区农业农村局 经办", "城关镇 经办", "清单工作领导小组 负责人"} {
		o := x.as(post)
		v := o.hidden()
		v.Set("submit_id", strings.Repeat("a", 32))
		v.Set("v", string(casework.Agree))
		v.Set("text", "合法")
		if a := o.post(to, v); a.StatusCode != http.StatusForbidden && a.StatusCode != http.StatusNotFound {
			t.Errorf("%s spoke on legality: %d", post, a.StatusCode)
		}
	}
	if now, _ := x.load(idOf(at)).Task(justice.No); now.Verdict != "" {
		t.Errorf("answered %s by %s", now.Verdict, now.By.Name)
	}
	x.answered("区司法局 经办", at, casework.Agree, "text", "合法")
}

func TestAnImportIsTakenDownWithItsReason(t *testing.T) {
	x := newDistrict(t, store(t))
	s := x.as("区委编办 经办")
	at := s.upload(s.get("/qd/dr"), "/qd/dr", "清单.xlsx", table(t, listRows...)).to()
	if a := s.send(s.get(at), at, "do", "drop"); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "写明撤下的原因") {
		t.Error(a.StatusCode)
	}
	if a := s.must(s.get(at), at, "do", "drop", "reason", "版本不对"); !strings.Contains(a.body, "撤下：版本不对") {
		t.Error(plainText(a.body))
	}
	page := s.get(at)
	if strings.Contains(page.body, `value="propose"`) {
		t.Error("a dropped import can be proposed")
	}
}

func TestAnApprovalKeepsWhatWasTyped(t *testing.T) {
	x := newDistrict(t, store(t))
	s, l := x.as("区委编办 经办"), x.as("区委编办 负责人")
	at := s.upload(s.get("/qd/dr"), "/qd/dr", "清单.xlsx", table(t, listRows...)).to()
	s.must(s.get(at), at, "do", "propose")
	a := l.send(l.get(at), at, "do", "approve", "number", "郊办发〔2026〕9号", "issued_on", "2027-01-01", "effective_on", "")
	for _, w := range []string{"郊办发〔2026〕9号", "施行日期", "印发日期"} {
		if a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, w) {
			t.Error(a.StatusCode, w)
		}
	}
}

// Whoever reviews sees for which body the department acts, and which duty of the
// list the task resembles that is the department's own; nobody else's.
//
// Proves: AE-3.1, AE-4.2
func TestReviewersAreWarnedOfTheDepartmentsOwnDuty(t *testing.T) {
	x := newDistrict(t, store(t))
	x.imported(t, append(listRows, []string{"3", "生态环保", "秸秆禁烧巡查宣传", "区水务局", "", "区水务局：宣传", "", "张贴", "《大气污染防治法》第七十七条", "", "全部"})...)
	s := x.as("区农业农村局 经办")
	at := x.draft(s, "城关镇")
	s.must(s.get(at+"/b/door"), at+"/b/door", "acting_as", "temporary", "body", "秸秆禁烧指挥部", "next", at)
	s.must(s.get(at+"/hd"), at+"/hd", "v", "提交")
	office := x.as("区委编办 经办")
	says(t, office.get(at), "相近的清单事项", "P001 秸秆禁烧巡查", "不能转给乡镇（街道）", "临时机构", "秸秆禁烧指挥部")
	hides(t, office.get(at), "P002")
	// where the door is decided, the department's answers stand beside the two articles
	task := at + "/y/" + number(x.load(idOf(at)).Asked(x.posts["区委编办 经办"])[0].No)
	says(t, office.get(task+"?v="+url.QueryEscape("同意")), "申请单位的回答和提议", "这项工作已经在清单内吗", "均应经审核批准后", "应当为乡镇（街道）提供必要的工作条件")
	a := office.send(office.get(task+"?v="+url.QueryEscape("同意")), task, "text", "")
	if a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "写明决定的理由") {
		t.Errorf("decided without reasons: %d", a.StatusCode)
	}
}

// A case keeps the edition, the values and the form of the day it was filed, and
// says so, whatever the district sets later; the next one runs by what is new.
//
// Proves: DM-12.1
func TestACaseSaysByWhichEditionItRuns(t *testing.T) {
	x := newDistrict(t, store(t))
	first := x.handedIn("城关镇")
	x.now = clock("2026-08-04 09:00")
	x.write(func(tx *db.Tx) error {
		return parameter.Set(tx, x.posts["区委编办 负责人"], "admission.consult", "12", "2026-08-05", "区委编委会议确定", x.now)
	})
	x.now = clock("2026-08-05 09:00")
	s := x.as("区农业农村局 经办")
	second := x.draft(s, "城关镇")
	s.must(s.get(second+"/hd"), second+"/hd", "v", "提交")
	x.answered("区委编办 经办", second, casework.Agree, "text", "应当走准入")
	town := x.as("城关镇 经办")
	says(t, town.get(first), "按提交那天（2026年8月3日（周一））生效的准入程序第 1 版、时限和表格办理", "8月10日")
	says(t, town.get(second), "按提交那天（2026年8月5日（周三））生效的准入程序第 1 版", "8月21日")
}

// An item's page says all that Art. 2 asks to keep of it.
//
// Proves: DM-2.1, DM-2.2, DM-2.3
func TestThePageOfAnItemSaysAllThatIsKeptOfIt(t *testing.T) {
	x := newDistrict(t, store(t))
	x.imported(t, append(listRows, []string{"3", "生态环保", "河道清淤", "区水务局", "", "区水务局：清淤", "", "报告", "《防洪法》第二十二条", "郊办发〔2025〕3号《关于河道管理的通知》", "南寨镇"})...)
	town := x.as("南寨镇 经办")
	says(t, town.get("/qd/P001"), "秸秆禁烧巡查", "生态环保", "配合履职", "牵头", "区农业农村局", "执法", "共同", "区水务局", "河道", "巡查并报告", "《大气污染防治法》第七十七条", "城关镇、南寨镇")
	says(t, town.get("/qd/J001"), "受理低保申请", "基本履职", "民生服务", "入户调查、公示", "全部乡镇（街道）")
	says(t, town.get("/qd/P002"), "郊办发〔2025〕3号", "南寨镇")
	says(t, town.get("/qd?bf=cooperating"), "2 项")
	says(t, town.get("/qd?lb="+url.QueryEscape("生态环保")), "2 项")
}

// The list is found from the search box and from 该不该干 too: by code, by words,
// by initials, by a sentence; and the check says which item, and whose duty it is.
//
// Proves: AE-2.1
func TestItemsAreFoundByASentence(t *testing.T) {
	x := newDistrict(t, store(t))
	x.imported(t, listRows...)
	town := x.as("城关镇 经办")
	for _, words := range []string{"秸秆", "P001", "jgjs", "到地里巡查秸秆禁烧"} {
		for _, page := range []string{"/zr/xuan?q=", "/cz?q="} {
			if a := town.get(page + url.QueryEscape(words)); !strings.Contains(a.body, `href="/qd/P001"`) {
				t.Error(page, words, plainText(a.body))
			}
		}
	}
	says(t, town.get("/zr/xuan?q=p001"), "在清单内：按清单办理", "秸秆禁烧巡查", "配合履职，牵头：区农业农村局")
	a := town.get("/zr/xuan?q=" + url.QueryEscape("组织河道清理志愿活动秸秆禁烧"))
	says(t, a, "清单没有列入，也没有准入批准", "清单里相近的事项", "核对是不是同一件事")
	hides(t, a, "在清单内：按清单办理")
}
