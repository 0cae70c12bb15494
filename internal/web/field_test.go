package web_test

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"yidan/internal/admission"
	"yidan/internal/approval"
	"yidan/internal/casework"
	"yidan/internal/form"
	"yidan/internal/regulation"
)

// spoilt are texts that a field has to refuse, by what is wrong with them. Emptiness
// comes in every guise in which people and browsers send it.
func spoilt(f form.Field) map[string][]string {
	bad := map[string][]string{}
	if f.Need != "" {
		for name, text := range map[string]string{"empty": "", "spaces": "  ", "wide spaces": "　　", "nothing to be seen": "\u200b\u200d\ufeff", "only direction": "\u202e", "control characters": "\x01\x02\x1f"} {
			bad[name] = []string{text}
		}
		bad["missing"] = nil
	}
	if f.Max > 0 {
		bad["too long"] = []string{strings.Repeat("𠮷", f.Max+1)}
	}
	switch f.Type {
	case form.Date:
		bad["no day"], bad["no such day"], bad["out of range"], bad["with a zone"] = []string{"明天"}, []string{"2026-02-30"}, []string{"0001-01-01"}, []string{"2026-09-01T00:00:00+08:00"}
	case form.Phone:
		bad["no number"], bad["too short"] = []string{"打办公室电话"}, []string{"8000"}
	case form.Choice, form.Select, form.Many:
		bad["not offered"] = []string{"no-such"}
	}
	return bad
}

// odd are texts that are unusual and right: they are kept as they read.
var odd = []string{"👨‍👩‍👧𠮷", "a\u202eb", "甲\x07乙", "é", "١٢٣ שלום", "<b>x</b>'\"&"}

// applications are the forms by which something is applied for, handed down or issued,
// each with who fills it in, a department where nobody is named, and with what makes a
// section sound besides what its draft begins with.
var applications = map[string]struct {
	by    string
	begin []string
	good  map[string][]string
}{
	"admission": {good: map[string][]string{"door": {"acting_as", "temporary", "body", "指挥部", "own", "yes", "own_why", "人手不足", "assist", "yes", "door", "assist", "law_basis", "某法第一条", "conditions", "车辆"}}},
	"exit":      {good: map[string][]string{"exit": {"matter", "巡查", "ground", "completed", "reason", "完成", "rest", "无"}}},
	"adjustment": {begin: []string{"kind", "adjust", "code", "P001"}, good: map[string][]string{
		"ground": {"grounds", "law|decision|other", "instrument", "大气污染防治法", "article", "第十条", "event", "amended", "event_on", "2026-07-31", "level", "city", "decision_of", "调整决定", "decision_no", "市政发〔2026〕1号", "other_why", "说明",
			"happened_on", "2026-07-31", "reason", "依据修订", "contact", "综合科", "phone", "0454-8000000"},
		"text":          {"cooperating", "昼夜巡查并报告", "category", "new", "new_category", "应急处置"},
		"bases":         {"scope", "some", "townships", "城关镇"},
		"demonstration": {"demonstrations.0.on", "2026-08-01", "demonstrations.0.who", "法规科", "demonstrations.0.findings", "应当调整"},
	}},
	"removal": {begin: []string{"code", "P001"}, good: map[string][]string{
		"removal": {"code", "P001", "matter", "秸秆禁烧巡查", "grounds", "law|decision|function", "instrument", "大气污染防治法", "article", "第十条", "event", "repealed", "event_on", "2026-07-31", "level", "city", "decision_of", "取消决定",
			"decision_no", "市政发〔2026〕1号", "function_doc", "职能调整文件", "reason", "依据废止", "contact", "综合科", "phone", "0454-8000000"},
		"demonstration": {"demonstrations.0.on", "2026-08-01", "demonstrations.0.who", "法规科", "demonstrations.0.findings", "应当退出"},
	}},
	"handover": {good: map[string][]string{
		"task":  {"matter", "秋季禁烧巡查", "content", "每日巡查", "due_on", "2026-10-31", "conditions", "无", "contact", "综合科", "phone", "0454-8000000"},
		"basis": {"basis", "item", "code", "P001", "townships", "城关镇"},
	}},
	"edition": {by: "区委编办 经办", good: map[string][]string{"edition": {"title", "2026年第二次调整"}}},
}

// Every field of every application form, wrong in every way: the draft keeps what
// was typed, handing in is refused with a way to the field and its sentence, and
// nothing moves; what is only unusual is kept as it reads; what cannot be kept at
// all is refused at once (T01, T02, T05).
func TestEveryFieldOfADraftIsJudgedWhenItIsHandedIn(t *testing.T) {
	x := newDistrict(t, store(t))
	x.listed()
	for _, p := range regulation.Declared(x.now) {
		app, ok := applications[p.Name]
		if !ok {
			continue
		}
		s := x.as(cmp.Or(app.by, "区农业农村局 经办"))
		begin := "/sq/new/" + p.Name
		var at string
		if p.Name == "admission" {
			at = x.draft(s, "城关镇")
		} else {
			at = "/sq/" + idOf(s.must(s.get(begin), begin, app.begin...).Request.URL.Path)
		}
		fill := func(sec form.Section) url.Values {
			good := s.filled(s.get(at+"/b/"+sec.Key), at+"/b/"+sec.Key)
			for i, fs := 0, app.good[sec.Key]; i+1 < len(fs); i += 2 {
				v := strings.Split(fs[i+1], "|")
				if fs[i] == "townships" {
					v = []string{x.units[v[0]]}
				}
				good[fs[i]] = v
			}
			return good
		}
		post := func(sec form.Section, form url.Values) answer {
			form.Set("revision", strconv.Itoa(x.load(idOf(at)).Revision))
			form.Set("submit_id", s.hidden().Get("submit_id"))
			form.Set("next", at)
			return s.post(at+"/b/"+sec.Key, form)
		}
		if p.Name == "adjustment" || p.Name == "removal" || p.Name == "handover" { // sound but for what is wrong
			for _, sec := range p.Layout {
				if a := post(sec, fill(sec)); a.StatusCode != http.StatusSeeOther {
					t.Fatalf("%s: %d\n%s", sec.Key, a.StatusCode, plainText(a.body))
				}
			}
			s.attach(s.get(at+"/z/attach"), at+"/fj", "files", "说明.txt", "说明")
		}
		tried := 0
		for _, sec := range p.Layout {
			to := at + "/b/" + sec.Key
			good := fill(sec)
			send := func(name string, v []string) answer {
				form := url.Values{}
				for k, all := range good {
					form[k] = slices.Clone(all)
				}
				delete(form, name)
				if v != nil {
					form[name] = v
				}
				return post(sec, form)
			}
			for _, f := range fieldsOf(sec) {
				if f.Name == "reporter" || f.Name == "reported" || f.Name == "function_doc" && p.Name == "adjustment" || f.Name == "admission" && p.Name == "handover" {
					continue // asked for where something is added, or cancelled, or handed down on an admission
				}
				for wrong, text := range spoilt(f) {
					tried++
					if a := send(f.Name, text); a.StatusCode != http.StatusSeeOther {
						t.Fatalf("%s %s: a draft refuses it: %d\n%s", f.Name, wrong, a.StatusCode, plainText(a.body))
					}
					v := s.hidden()
					v.Set("v", string(casework.Submit))
					a := s.post(at+"/hd", v)
					if a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, to+"#f-"+strings.ReplaceAll(f.Name, ".", "-")) && !strings.Contains(a.body, to+"#f-"+f.Name) {
						t.Errorf("%s %s: handed in: %d, no way to the field\n%s", f.Name, wrong, a.StatusCode, plainText(a.body))
					}
					if c := x.load(idOf(at)); !c.Filed.IsZero() {
						t.Fatalf("%s %s: filed", f.Name, wrong)
					}
				}
				if f.Type == form.Line || f.Type == form.Text {
					for _, text := range odd {
						send(f.Name, []string{text})
						if got := s.filled(s.get(to), to).Get(f.Name); got != form.Clean(text) {
							t.Errorf("%s: %q kept as %q", f.Name, text, got)
						}
					}
				}
				for _, text := range []string{"甲\x00乙", "\xed\xa0\x80"} {
					before := x.load(idOf(at)).Revision
					if a := send(f.Name, []string{text}); a.StatusCode != http.StatusUnprocessableEntity || x.load(idOf(at)).Revision != before {
						t.Errorf("%s: %q: %d", f.Name, text, a.StatusCode)
					}
				}
			}
			send("", nil)
		}
		t.Logf("%s: %d wrong fields", p.Name, tried)
	}
}

// fieldsOf are the fields of a section, those of its rows by the first row.
func fieldsOf(sec form.Section) (all []form.Field) {
	for _, f := range sec.Fields {
		if f.Type != form.Rows {
			all = append(all, f)
			continue
		}
		for _, g := range f.Fields {
			g.Name = f.Name + ".0." + g.Name
			all = append(all, g)
		}
	}
	return all
}

// judged tries every field of a way of answering, wrong in every way: refused with a
// way to the field and the article, what else was typed is kept, nothing moves.
func (x *district) judged(post, at string, v casework.Verdict, good ...string) {
	x.t.Helper()
	s, c := x.as(post), x.load(idOf(at))
	var way casework.Way
	no := 0
	for _, task := range c.Asked(x.posts[post]) {
		for _, w := range c.WaysFor(&task, x.posts[post]) {
			if w.On == v && no == 0 {
				way, no = w, task.No
			}
		}
	}
	if no == 0 {
		for _, w := range c.WaysFor(nil, x.posts[post]) {
			if w.On == v {
				way = w
			}
		}
	}
	fields := []form.Field{{Name: "text", Type: form.Text, Max: 2000, Need: way.Words}}
	if way.Sheet != nil {
		fields = append(fields, way.Sheet.Layout.Fields()...)
	}
	to := at + "/y/" + number(no)
	if no == 0 {
		to = at + "/y/0"
	}
	page := s.filled(s.get(to+"?v="+url.QueryEscape(string(v))), to)
	for i := 0; i+1 < len(good); i += 2 {
		page.Set(good[i], good[i+1])
	}
	for _, f := range fields {
		for wrong, text := range spoilt(f) {
			form := url.Values{}
			for k, all := range page {
				form[k] = slices.Clone(all)
			}
			delete(form, f.Name)
			if text != nil {
				form[f.Name] = text
			}
			form.Set("submit_id", s.hidden().Get("submit_id"))
			a := s.post(to, form)
			if a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, `href="#f-`+f.Name+`"`) || !strings.Contains(a.body, "/bz/fa/") || !strings.Contains(a.body, "<title>错误：") {
				x.t.Errorf("%s %s %s: %d\n%s", v, f.Name, wrong, a.StatusCode, plainText(a.body))
				continue
			}
			kept := s.filled(a, to)
			for i := 0; i+1 < len(good); i += 2 {
				if good[i] != f.Name && kept.Get(good[i]) != good[i+1] {
					x.t.Errorf("%s %s %s: %s is lost", v, f.Name, wrong, good[i])
				}
			}
			if now := x.load(idOf(at)); now.Version != c.Version {
				x.t.Fatalf("%s %s %s: something was kept", v, f.Name, wrong)
			}
		}
	}
}

// Every field of every answer on the road of an admission, in the stage where it is
// given (T01).
func TestEveryFieldOfAnAnswerIsJudged(t *testing.T) {
	x := newDistrict(t, store(t))
	s := x.as("区农业农村局 经办")
	lead := "清单工作领导小组 负责人"
	x.fresh[lead] = true
	at := x.draft(s, "城关镇")
	s.must(s.get(at+"/hd"), at+"/hd", "v", "提交")
	office, justice, sec, filing := "区委编办 经办", "区司法局 经办", "领导小组办公室 经办", "区委办公室 经办"
	x.judged(office, at, casework.Agree)
	x.judged(office, at, casework.Return)
	x.judged(office, at, admission.ByLaw, "text", "法有明文", "basis", "某法第一条")
	x.judged(office, at, admission.Assistance, "text", "法有明文", "basis", "某法第一条", "conditions", "车辆")
	x.judged("区农业农村局 经办", at, casework.Withdraw)
	x.answered(office, at, casework.Agree, "text", "应当走准入")
	x.judged("城关镇 经办", at, admission.Condition, "text", "可以", "conditions", "提供车辆")
	x.judged("城关镇 经办", at, casework.Object)
	x.answered("城关镇 经办", at, casework.Agree)
	s.attach(s.get(at+"/z/attach"), at+"/fj", "files", "批复.txt", "每镇 2 万元")
	x.judged("区农业农村局 经办", at, admission.AskAgain)
	s.must(s.get(at+"/hd"), at+"/hd", "v", "提交")
	x.judged(office, at, casework.Agree)
	x.judged(justice, at, casework.Reject, "text", "依法由部门承担", "purchase", "yes", "advice", "巡查服务")
	x.answered(office, at, casework.Agree, "text", "符合")
	x.answered(justice, at, casework.Agree, "text", "合法")
	x.judged(sec, at, casework.Agree, "text", "同意", "number", "纪要〔2026〕3号", "on", "2026-08-03")
	x.judged(sec, at, approval.Defer)
	x.answered(sec, at, casework.Agree, "text", "同意", "number", "纪要〔2026〕3号", "on", "2026-08-03")
	x.judged(lead, at, casework.Agree, "text", "同意", "basis", "专题会议纪要〔2026〕8号", "on", "2026-08-03")
	x.judged(lead, at, approval.Refer)
	x.answered(lead, at, casework.Agree, "text", "同意", "basis", "专题会议纪要〔2026〕8号", "on", "2026-08-03")
	x.judged(filing, at, casework.Done, "number", "佳郊编〔2026〕1号", "on", "2026-08-03")
	x.answered(filing, at, casework.Done, "number", "佳郊编〔2026〕1号", "on", "2026-08-03")
	x.answered(filing, at, casework.Done, "number", "佳郊编〔2026〕2号", "on", "2026-08-03")
	x.stands(at, admission.Live)
	x.judged("区农业农村局 经办", at, admission.Trained, "on", "2026-08-03", "content", "要点", "participants", "30 人", "material", "手册", "townships", x.units["城关镇"])
	x.judged(filing, at, casework.Done, "number", "市编备〔2026〕9号", "on", "2026-08-03")
}
