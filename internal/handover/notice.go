package handover

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"yidan/internal/catalog"
)

// A Mark is what a task sentence of a draft notice comes down to (AE-2.1).
type Mark string

const (
	Listed  Mark = "listed"   // on the list
	Own     Mark = "own"      // the department's own duty
	Allowed Mark = "admitted" // admitted, and in force
	Lawful  Mark = "lawful"   // needs no application
	Apply   Mark = "apply"    // must be admitted first
)

// Marks are all of them with their words, in the order of a summary.
var Marks = []struct {
	Mark Mark
	Name string
}{{Listed, "在清单内"}, {Allowed, "已经准入"}, {Lawful, "无需申请"}, {Own, "部门自己的职责"}, {Apply, "要先走准入"}}

// MarkName is a mark in words.
func MarkName(m Mark) string {
	for _, x := range Marks {
		if x.Mark == m {
			return x.Name
		}
	}
	return string(m)
}

// When two texts are about the same: shares are counted in pairs of neighbouring
// characters, without the words of every notice.
const (
	nameShare   = 0.6 // of what the matter is called, found in the sentence
	clauseShare = 0.5 // of the sentence, or of a long clause of it, found in what the matter says
	leastPairs  = 4   // pairs below which a share says nothing
	longNotice  = 4000
)

// A Ground is a matter outside the list that a notice may be about.
type Ground struct {
	Mark      Mark // Allowed or Lawful
	Name, Ref string
	Text      string // all that it says
	WhyNot    string // why it carries nothing any more; "" where it does
}

// Known is what a draft is checked against.
type Known struct {
	Book                   *catalog.Book
	Day                    string
	Townships, Departments []string // as people call them
	Grounds                []Ground
	Wordings               []Wording
}

// A Checked notice says of each task sentence where it belongs, and why.
type Checked struct {
	Characters int        `json:"characters"`
	Tasks      []Sentence `json:"tasks"`
	Wordings   []Hit      `json:"wordings"`
	Notes      []string   `json:"notes"`
}

// Count is how many sentences have a mark.
func (c Checked) Count(m Mark) (n int) {
	for _, s := range c.Tasks {
		if s.Mark == m {
			n++
		}
	}
	return n
}

// A Sentence that hands something to townships, or says what the department does itself.
type Sentence struct {
	No     int      `json:"no"` // of all sentences of the notice
	Text   string   `json:"text"`
	Who    string   `json:"who"`  // the words that name who does it
	Verb   string   `json:"verb"` // the word that makes it a task
	Mark   Mark     `json:"mark"`
	Code   string   `json:"code,omitempty"` // of the item
	Name   string   `json:"name,omitempty"` // of the item or matter
	Ref    string   `json:"ref,omitempty"`  // its number or legal basis
	Shared []string `json:"shared"`         // the words that decided
	Why    string   `json:"why"`
	Near   []Near   `json:"near"` // items that resemble it without being it
}

// A Near item is to be looked at by a person.
type Near struct {
	Code string `json:"code"`
	Name string `json:"name"`
}

// A Hit is forbidden wording in a sentence.
type Hit struct {
	No     int    `json:"no"`
	Words  string `json:"words"`
	Text   string `json:"text"`
	Why    string `json:"why"`
	Source string `json:"source"`
}

var (
	townWords = regexp.MustCompile(`(?:各|有关|相关)?(?:乡镇[（(]街道[）)]|乡[（(]镇[）)]|乡镇、街道|乡镇街道|镇[（(]街[）)]|镇街|乡镇|街道办事处|各街道|各镇|各乡)`)
	deptWords = regexp.MustCompile(`^(?:[一二三四五六七八九十\d]+[、.．]|（[一二三四五六七八九十]+）)?(?:由)?(我局|我委|我办|本局|我单位|区\p{Han}{1,12}?(?:局|委|办公室|办|中心|总队|大队))`)
	ordinal   = regexp.MustCompile(`^(?:[一二三四五六七八九十]+是|[一二三四五六七八九十\d]+[、.．]|[（(][一二三四五六七八九十\d]+[）)])`)
)

// toward are words after which a township is spoken of, not charged.
var toward = []string{"到", "赴", "向", "对", "给", "为", "与", "对于", "深入"}

var verbs = []string{
	"负责", "组织", "落实", "开展", "上报", "报送", "报告", "完成", "协助", "配合", "建立", "制定", "排查", "巡查", "宣传", "统计", "填报", "填写", "收集", "录入",
	"做好", "推进", "督促", "确保", "签订", "成立", "设立", "安排", "发放", "入户", "走访", "核查", "清理", "整治", "登记", "动员", "参加", "提供", "汇总", "采集", "摸排", "承担", "拆除", "检查",
}

// common are words of every notice; they tell nothing about what it is about.
var common = strings.NewReplacer(pairs("各乡镇（街道）", "各乡镇(街道)", "乡镇（街道）", "乡镇(街道)", "各乡镇", "乡镇", "街道", "各镇", "各乡", "镇街", "认真", "切实", "及时", "进一步", "高度重视", "加强", "工作", "情况", "有关", "相关",
	"按照", "根据", "要求", "负责", "组织", "开展", "落实", "上报", "报送", "完成", "协助", "配合", "做好", "推进", "确保", "前将", "月底", "每月", "每周", "每日", "本辖区", "辖区", "本地", "以及", "进行", "实施", "必须", "应当", "日前", "之前")...)

func pairs(words ...string) (p []string) {
	for _, w := range words {
		p = append(p, w, " ")
	}
	return p
}

// CheckNotice reads a draft notice sentence by sentence. It guesses nothing: every
// mark carries the words that decided it.
func CheckNotice(text string, k Known) Checked {
	c := Checked{Tasks: []Sentence{}, Wordings: []Hit{}, Notes: []string{}}
	for _, r := range text {
		if !unicode.IsSpace(r) {
			c.Characters++
		}
	}
	if c.Characters > longNotice {
		c.Notes = append(c.Notes, fmt.Sprintf("全文 %d 字。部署专项工作或者具体任务的文件一般不超过 4000 字（整治形式主义为基层减负若干规定，一、切实精简文件）", c.Characters))
	}
	no, heading := 0, "" // whom a line that ends with a colon charges, for the list below it
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if !ordinal.MatchString(line) {
			heading = ""
		}
		charged := heading
		for _, s := range sentences(line) {
			no++
			for _, w := range k.Wordings {
				if strings.Contains(s, w.Words) {
					c.Wordings = append(c.Wordings, Hit{no, w.Words, s, w.Why, w.Source})
				}
			}
			who, at, spoken := k.charged(s)
			own := ""
			if who == "" {
				own = k.department(s)
			}
			switch {
			case who != "":
				charged = who
			case own != "" || spoken:
				charged = ""
			default:
				who = charged
			}
			from := who
			if from == "" {
				from = own
			}
			verb, v := taskWord(s[at:])
			if from == "" || verb == "" {
				continue
			}
			x := Sentence{No: no, Text: s, Who: from, Verb: verb, Shared: []string{}, Near: []Near{}}
			if who == "" {
				x.Mark, x.Why = Own, fmt.Sprintf("这一句的主语是“%s”，写的是部门自己的工作，没有交给乡镇（街道）", own)
			} else {
				k.place(&x, s[at+v:])
			}
			c.Tasks = append(c.Tasks, x)
		}
		if to := strings.TrimRight(line, "：:"); to != line && to != charged { // not whom the notice is addressed to
			heading = charged
		}
	}
	return c
}

func sentences(line string) (all []string) {
	for _, s := range strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune("。！？；!?;", r) }) {
		if s = strings.TrimSpace(s); s != "" {
			all = append(all, s)
		}
	}
	return all
}

// charged is the township that a sentence charges with something, and where in
// the sentence that is said; spoken reports that one is only spoken of.
func (k Known) charged(s string) (who string, end int, spoken bool) {
	only := func(at int) bool {
		of := slices.ContainsFunc(toward, func(p string) bool { return strings.HasSuffix(s[:at], p) })
		spoken = spoken || of
		return of
	}
	for _, m := range townWords.FindAllStringIndex(s, -1) {
		if !only(m[0]) {
			return s[m[0]:m[1]], m[1], false
		}
	}
	for _, t := range k.Townships {
		if at := strings.Index(s, t); at >= 0 && !only(at) {
			return t, at + len(t), false
		}
	}
	return "", 0, spoken
}

// department is the department that a sentence begins with.
func (k Known) department(s string) string {
	for _, d := range k.Departments {
		if strings.HasPrefix(s, d) {
			return d
		}
	}
	if m := deptWords.FindStringSubmatch(s); m != nil {
		return m[1]
	}
	return ""
}

// taskWord is the first word of a sentence that makes it a task, and where it stands.
func taskWord(s string) (verb string, at int) {
	at = len(s)
	for _, v := range verbs {
		if i := strings.Index(s, v); i >= 0 && i < at {
			verb, at = v, i
		}
	}
	return verb, at
}

// A candidate is a matter that a sentence may be about.
type candidate struct {
	v            *catalog.Version
	name, clause float64 // shares
}

func (c candidate) best() float64 { return max(c.name, c.clause) }
func (c candidate) fits() bool    { return c.name >= nameShare || c.clause >= clauseShare }

// place finds where the task of a sentence belongs.
func (k Known) place(x *Sentence, asked string) {
	content := common.Replace(asked)
	ps := pairsOf(content)
	var found []candidate
	for _, c := range k.similar(content, ps) {
		if c.fits() {
			found = append(found, c)
		} else if len(x.Near) < 3 {
			x.Near = append(x.Near, Near{c.v.Code, c.v.Name})
		}
	}
	if len(found) > 0 {
		k.onList(x, content, ps, found[0])
		return
	}
	over := ""
	for _, g := range k.Grounds {
		c := shares(ps, g.Name, g.Text)
		if !c.fits() {
			continue
		}
		if g.WhyNot != "" {
			over = g.WhyNot
			continue
		}
		x.Mark, x.Name, x.Ref, x.Shared, x.Near = g.Mark, g.Name, g.Ref, evidence(content, g.Name+"\n"+g.Text), []Near{}
		x.Why = because("与"+MarkName(g.Mark)+"的“"+g.Name+"”（"+g.Ref+"）相符", x.Shared, c)
		return
	}
	x.Mark = Apply
	switch {
	case over != "":
		x.Why = "清单没有列入。" + over
	case len(x.Near) > 0:
		x.Why = "清单没有列入，也没有准入。清单里有相近的事项，没有达到认定的标准，核对是不是同一件事"
	default:
		x.Why = "清单没有列入，没有准入，也没有登记为无需申请"
	}
}

// onList marks a sentence that an item is about: the townships' share, or the department's.
func (k Known) onList(x *Sentence, content string, ps map[string]bool, c candidate) {
	t := c.v.Text
	x.Code, x.Name, x.Ref, x.Shared, x.Near = c.v.Code, t.Name, catalog.PartName(t.Part), evidence(content, said(t)), []Near{}
	item := fmt.Sprintf("%s“%s”（%s）", c.v.Code, t.Name, x.Ref)
	if t.Part == catalog.TakenBack {
		x.Mark, x.Why = Own, because("与清单事项 "+item+"相符，这一项已由部门收回", x.Shared, c)
		return
	}
	if t.Part == catalog.Cooperating {
		department := t.Main + "\n" + t.Division
		for _, d := range t.Departments {
			department += "\n" + d.Duty
		}
		theirs, ours := pairsOf(common.Replace(department)), pairsOf(common.Replace(t.Name+"\n"+t.Cooperating))
		only, town := 0, 0
		for p := range ps {
			switch {
			case ours[p]:
				town++
			case theirs[p]:
				only++
			}
		}
		if only >= leastPairs && only > town {
			x.Mark, x.Shared = Own, evidence(content, department)
			x.Why = because("说的是 "+item+"里部门的主体责任，不是乡镇（街道）的配合责任", x.Shared, c)
			return
		}
	}
	x.Mark, x.Why = Listed, because("与清单事项 "+item+"相符", x.Shared, c)
}

// said is what an item says of who does what.
func said(t *catalog.Text) string {
	return strings.Join([]string{t.Name, t.Main, t.Cooperating, t.Division}, "\n")
}

func because(what string, shared []string, c candidate) string {
	return fmt.Sprintf("%s：相同的字词有%s，占名称的 %.0f%%、这一句的 %.0f%%（达到 %.0f%% 或者 %.0f%% 的认定相符）",
		what, "“"+strings.Join(shared, "”“")+"”", c.name*100, c.clause*100, nameShare*100, clauseShare*100)
}

// similar are the items that resemble a text or a long clause of it, the most alike first.
func (k Known) similar(content string, ps map[string]bool) (all []candidate) {
	if len(ps) < leastPairs {
		return nil
	}
	seen := map[string]bool{}
	asked := append([]string{content}, strings.FieldsFunc(content, func(r rune) bool { return strings.ContainsRune("，,：:、", r) })...)
	for i, q := range asked {
		if i > 0 && (q == content || len(pairsOf(q)) < leastPairs) {
			continue
		}
		if slices.ContainsFunc(all, candidate.fits) { // as a whole it is about something already
			break
		}
		for _, l := range k.Book.Similar(k.Day, q, "", 5) {
			if seen[l.Code] {
				continue
			}
			seen[l.Code] = true
			c := shares(ps, l.Name, said(l.Text))
			c.v = l.Version
			all = append(all, c)
		}
	}
	slices.SortStableFunc(all, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.best(), a.best()), cmp.Compare(b.name+b.clause, a.name+a.clause), strings.Compare(a.v.Code, b.v.Code))
	})
	return all
}

// shares are how much of a name a sentence has, and how much of the sentence a text has.
func shares(ps map[string]bool, name, text string) (c candidate) {
	of, hits := pairsOf(common.Replace(name)), 0
	for p := range of {
		if ps[p] {
			hits++
		}
	}
	if hits >= 2 {
		c.name = float64(hits) / float64(len(of))
	}
	hits = 0
	for p := range ps {
		if strings.Contains(text, p) {
			hits++
		}
	}
	if len(ps) >= leastPairs {
		c.clause = float64(hits) / float64(len(ps))
	}
	return c
}

// pairsOf are the pairs of neighbouring characters of a text, within its words.
func pairsOf(s string) map[string]bool {
	ps := map[string]bool{}
	var before rune
	for _, r := range s {
		if !unicode.IsLetter(r) {
			before = 0
			continue
		}
		if before != 0 {
			ps[string([]rune{before, r})] = true
		}
		before = r
	}
	return ps
}

// evidence are at most six stretches of a text that stand in another, in order.
func evidence(s, in string) (all []string) {
	rs := []rune(s)
	for i := 0; i < len(rs) && len(all) < 6; {
		j := i
		for j < len(rs) && unicode.IsLetter(rs[j]) && strings.Contains(in, string(rs[i:j+1])) {
			j++
		}
		if w := string(rs[i:j]); j-i >= 2 {
			if !slices.Contains(all, w) {
				all = append(all, w)
			}
			i = j
			continue
		}
		i++
	}
	return all
}
