package regulation

import (
	"embed"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:embed texts/*.txt
var texts embed.FS

// The keys of the texts, in the order in which the district issued them.
const (
	Management    = "DM" // 动态管理办法
	Admission     = "AE" // 准入准出办法
	Accounting    = "SA" // 依单监管问责办法
	Evaluation    = "EV" // 考核评价权实施办法
	Conference    = "JC" // 联席会议制度
	AdmissionForm = "F1" // 准入审批表
	ExitForm      = "F2" // 准出审批表
)

var order = []string{Management, Admission, Accounting, Evaluation, Conference, AdmissionForm, ExitForm}

// A Regulation is one of the five texts (办法、制度) or one of the two forms (审批表).
type Regulation struct {
	Key      string
	Title    string   // in full: 郊区乡镇（街道）职责任务清单动态管理办法
	Short    string   // as people say: 动态管理办法
	Form     bool     // one of the two forms: no articles to speak of
	Preamble []string // paragraphs before the first article
	Articles []Article
	Body     string // word for word
}

// An Article is a 条; in EV and JC, which have none, a part (一、二、…).
// A form is one article without a number.
type Article struct {
	Regulation string // key
	Short      string // of the regulation
	No         int
	Label      string // 第八条; 三、议事制度
	Chapter    string // 第二章 监管问责内容; empty where there are none
	Paragraphs []Paragraph
}

// A Paragraph is a 款, or an item of a list within the article (项).
type Paragraph struct {
	Point int    // 1, 2, … for an item; 0 for plain text
	Label string // as printed: （一） 1. 1、
	Text  string
}

// Text is the whole article without its label, a line a paragraph.
func (a Article) Text() string {
	ls := make([]string, len(a.Paragraphs))
	for i, p := range a.Paragraphs {
		ls[i] = p.Label + p.Text
	}
	return strings.Join(ls, "\n")
}

// Cite is the article in words: 动态管理办法 第八条.
func (a Article) Cite() string {
	if a.Label == "" {
		return a.Short
	}
	return a.Short + " " + a.Label
}

// point is what an item is called in a citation: 第（一）项, 第2项; 第2点 where the article is a part.
func (a Article) point(n int) string {
	for _, p := range a.Paragraphs {
		switch {
		case n == 0 || p.Point != n:
		case strings.HasPrefix(a.Label, "第") && strings.HasPrefix(p.Label, "（"):
			return "第" + p.Label + "项"
		case strings.HasPrefix(a.Label, "第"):
			return fmt.Sprintf("第%d项", n)
		default:
			return fmt.Sprintf("第%d点", n)
		}
	}
	return ""
}

var all = sync.OnceValue(func() []Regulation {
	rs := make([]Regulation, len(order))
	for i, key := range order {
		b, err := texts.ReadFile("texts/" + key + ".txt")
		if err == nil {
			rs[i], err = parse(string(b))
		}
		if err != nil {
			panic(fmt.Sprintf("regulation: text %s: %v", key, err)) // the texts are part of the program
		}
	}
	return rs
})

// Regulations are the five texts and the two forms.
func Regulations() []Regulation { return slices.Clone(all()) }

// Of finds a regulation or form by its key.
func Of(key string) (Regulation, bool) {
	i := slices.IndexFunc(all(), func(r Regulation) bool { return r.Key == key })
	if i < 0 {
		return Regulation{}, false
	}
	return all()[i], true
}

var ruleID = regexp.MustCompile(`^(DM|AE|SA|EV|JC)-(\d{1,2})(?:\.\d{1,2})?$`)

// Find is the article that a rule id rests on: DM-8.1 and DM-8 are 动态管理办法
// 第八条. What is asked of the forms (F-1 to F-3) and F1 itself lead to Form F1, F2 to Form F2.
func Find(rule string) (Article, bool) {
	switch rule {
	case "F-1", "F-2", "F-3", AdmissionForm:
		r, ok := Of(AdmissionForm)
		return r.Articles[0], ok
	case ExitForm:
		r, ok := Of(ExitForm)
		return r.Articles[0], ok
	}
	m := ruleID.FindStringSubmatch(rule)
	if m == nil {
		return Article{}, false
	}
	no, _ := strconv.Atoi(m[2])
	r, _ := Of(m[1])
	if no < 1 || no > len(r.Articles) {
		return Article{}, false
	}
	return r.Articles[no-1], true
}

// Cite is a rule id in words, as precise as the text allows: 动态管理办法
// 第五条第（一）项. It is empty for what is no rule id.
func Cite(rule string) string {
	a, ok := Find(rule)
	if !ok {
		return ""
	}
	return a.Cite() + a.point(byID[rule].Point)
}

var (
	chapterLine = regexp.MustCompile(`^第[一二三四五六七八九十]+章[\s\p{Zs}]`)
	articleLine = regexp.MustCompile(`^(第([一二三四五六七八九十]+)条)[\s\p{Zs}]+(.*)$`)
	partLine    = regexp.MustCompile(`^([一二三四五六七八九十]+)、(.+)$`)
	itemLine    = regexp.MustCompile(`^(（[一二三四五六七八九十]+）|\d{1,2}[.、])(.*)$`)
)

// parse reads a text: a head of "key: value" lines, an empty line, the body.
func parse(s string) (Regulation, error) {
	head, body, ok := strings.Cut(s, "\n\n")
	if !ok {
		return Regulation{}, fmt.Errorf("no head")
	}
	r := Regulation{Body: body}
	for line := range strings.Lines(head) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		switch name {
		case "key":
			r.Key = value
		case "title":
			r.Title = value
		case "short":
			r.Short = value
		default:
			return r, fmt.Errorf("head: %q", line)
		}
	}
	if r.Form = r.Key == AdmissionForm || r.Key == ExitForm; r.Form {
		r.Articles = []Article{{Regulation: r.Key, Short: r.Short, Paragraphs: []Paragraph{{Text: strings.Trim(body, "\n")}}}}
		return r, nil
	}
	chapter := ""
	for line := range strings.Lines(body) {
		line = strings.TrimSpace(line)
		if chapterLine.MatchString(line) {
			chapter = line
			continue
		}
		if err := r.take(line, chapter); err != nil {
			return r, err
		}
	}
	if len(r.Articles) == 0 {
		return r, fmt.Errorf("no articles")
	}
	r.Preamble = slices.DeleteFunc(r.Preamble, func(p string) bool { return strings.Contains(r.Title, p) })
	return r, nil
}

// take adds a line: the head of an article, or a paragraph of the one before.
func (r *Regulation) take(line, chapter string) error {
	if line == "" {
		return nil
	}
	next := Article{Regulation: r.Key, Short: r.Short, No: len(r.Articles) + 1, Chapter: chapter}
	figure, text := "", ""
	if m := articleLine.FindStringSubmatch(line); m != nil {
		next.Label, figure, text = m[1], m[2], m[3]
	} else if m := partLine.FindStringSubmatch(line); m != nil {
		next.Label, figure = line, m[1]
	}
	switch {
	case figure != "" && number(figure) != next.No:
		return fmt.Errorf("%q: want number %d", line, next.No)
	case figure != "":
		r.Articles = append(r.Articles, next)
		if line = text; line == "" {
			return nil
		}
	case len(r.Articles) == 0:
		r.Preamble = append(r.Preamble, line)
		return nil
	}
	a := &r.Articles[len(r.Articles)-1]
	p := Paragraph{Text: line}
	if m := itemLine.FindStringSubmatch(line); m != nil {
		p = Paragraph{Point: 1, Label: m[1], Text: m[2]}
		for _, q := range a.Paragraphs {
			p.Point = max(p.Point, q.Point+1)
		}
	}
	a.Paragraphs = append(a.Paragraphs, p)
	return nil
}

// number reads 一 to 九十九; 0 for anything else.
func number(s string) int {
	tens, ones, ten := strings.Cut(s, "十")
	digit := func(s string) int {
		return slices.Index([]string{"", "一", "二", "三", "四", "五", "六", "七", "八", "九"}, s)
	}
	t, o := digit(tens), digit(ones)
	switch {
	case !ten:
		return max(t, 0)
	case t < 0 || o < 0:
		return 0
	case t == 0:
		return 10 + o
	}
	return 10*t + o
}
