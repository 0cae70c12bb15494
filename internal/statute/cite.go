package statute

import (
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"
)

var (
	titled   = regexp.MustCompile(`《((?:[^《》]|《[^《》]*》)+)》`)
	numbered = regexp.MustCompile(`[（(]?([^\s（）()《》，,；;。、]*(?:〔|\[|［|令第|令)[^（）()《》，,；;。、]*号)[）)]?`)
	leading  = regexp.MustCompile(`(?:^|[\s；;，,、。])([^\s（）()《》，,；;。、]*〔[0-9０-９]{4}〕[^（）()《》，,；;。、]*号)[：:\s]*$`)
	articled = regexp.MustCompile(`第[0-9０-９一二三四五六七八九十百千零〇两]+条(?:之[一二三四五六七八九十]+)?(?:第[0-9０-９一二三四五六七八九十]+款)?(?:第?[（(]?[0-9０-９一二三四五六七八九十]+[）)]?项)?`)
	digits   = regexp.MustCompile(`[0-9]+`)
	bare     = regexp.MustCompile(`^([^第]{2,60}?)\s*(第.+条.*)$`)
)

// Cites reads what a cell cites: 《森林法》第十条、第十二条；《…意见》（郊办发〔2023〕5号）.
// Every article is a basis. What is no citation is left over.
func Cites(cell string) (bs []Basis, left string) {
	spots := titled.FindAllStringSubmatchIndex(cell, -1)
	if len(spots) == 0 {
		return untitled(cell)
	}
	begin := 0 // of what stands before a title: the number of its document, perhaps
	for i, s := range spots {
		end, number := len(cell), ""
		if i+1 < len(spots) {
			end = spots[i+1][0]
		}
		before, behind := cell[begin:s[0]], cell[s[1]:end]
		if m := leading.FindStringSubmatchIndex(before); m != nil && (i == 0 || m[2] > 0) { // right behind a title it is that one's
			number, before = before[m[2]:m[3]], before[:m[0]]
		}
		if i == 0 {
			left = strings.Trim(before, " \t\n0123456789.．、，；;：:（）()一二三四五六七八九十")
		}
		if m := leading.FindStringSubmatchIndex(behind); i+1 < len(spots) && m != nil && m[2] > 0 { // the next one's
			behind = behind[:m[0]]
		}
		all := basesOf(tidy(cell[s[2]:s[3]]), behind)
		for j := range all {
			if all[j].Number == "" {
				all[j].Number = tidy(number)
			}
		}
		bs, begin = append(bs, all...), s[1]
	}
	return bs, left
}

// untitled reads citations without 《》: one a line.
func untitled(cell string) (bs []Basis, left string) {
	for _, line := range strings.FieldsFunc(cell, func(r rune) bool { return r == '\n' || r == '；' || r == ';' }) {
		line = strings.TrimSpace(line)
		if m := bare.FindStringSubmatch(line); m != nil {
			bs = append(bs, basesOf(tidy(m[1]), m[2])...)
		} else if m := numbered.FindStringSubmatchIndex(line); m != nil {
			title := strings.Trim(line[:m[0]], " ，、：:")
			number := line[m[2]:m[3]]
			if title == "" {
				title = number
			}
			bs = append(bs, Basis{Title: tidy(title), Number: tidy(number)})
		} else if line != "" {
			left = line
		}
	}
	return bs, left
}

// basesOf are the bases of one title: the text behind it names number and articles.
func basesOf(title, behind string) (bs []Basis) {
	b := Basis{Title: title}
	if m := numbered.FindStringSubmatch(behind); m != nil {
		b.Number = tidy(m[1])
	}
	for _, a := range articled.FindAllString(behind, -1) {
		b.Article = Article(a)
		bs = append(bs, b)
	}
	if len(bs) == 0 {
		bs = []Basis{b}
	}
	return bs
}

func tidy(s string) string { return strings.Join(strings.Fields(s), "") }

// Article writes an article in its one form: 第十一条, however its number was typed.
func Article(s string) string {
	s = strings.NewReplacer("〇", "零", "两", "二", "（", "", "）", "", "(", "", ")", "").Replace(norm.NFKC.String(s))
	return digits.ReplaceAllStringFunc(s, func(d string) string {
		n, err := strconv.Atoi(d)
		if err != nil {
			return d
		}
		return Numeral(n)
	})
}

// Numeral writes a number below ten thousand as laws do: 11 is 十一, 105 is 一百零五.
func Numeral(n int) string {
	if n <= 0 || n > 9999 {
		return strconv.Itoa(n)
	}
	figures, units := []rune("零一二三四五六七八九"), []string{"", "十", "百", "千"}
	text, zero := "", false
	s := strconv.Itoa(n)
	for i, c := range s {
		d := int(c - '0')
		if d == 0 {
			zero = true
			continue
		}
		if zero {
			text += "零"
			zero = false
		}
		if d == 1 && len(s) == 2 && i == 0 {
			text += "十"
			continue
		}
		text += string(figures[d]) + units[len(s)-1-i]
	}
	return text
}

// Whole is the article without its paragraphs: 第十条第二款 stands in 第十条.
func Whole(a string) string {
	number, ok := strings.CutPrefix(a, "第")
	if !ok {
		return a
	}
	rest := strings.TrimLeft(number, numerals)
	if len(rest) == len(number) || !strings.HasPrefix(rest, "条") {
		return a
	}
	rest = rest[len("条"):]
	if after, ok := strings.CutPrefix(rest, "之"); ok {
		if tail := strings.TrimLeft(after, numerals); len(tail) < len(after) {
			rest = tail
		}
	}
	return a[:len(a)-len(rest)]
}

const numerals = "零一二三四五六七八九十百千"

// Official reports a document by its number: a policy document has a year in 〔〕.
func (b Basis) Official() bool { return strings.ContainsAny(b.Number, "〔［[") }

// Articled reports whether a text names an article.
func Articled(s string) bool { return articled.MatchString(s) }

// A Spot is a place in a text that cites something. Text is what stands there.
// From and To are bytes.
type Spot struct {
	From, To int
	Basis
}

// Spots finds what a free text cites: 《森林法》第十条、第十二条 are two spots, the second
// without its title. Titles without 《》 are no citations: most are only words.
func Spots(text string) (all []Spot) {
	titles := titled.FindAllStringSubmatchIndex(text, -1)
	for i, t := range titles {
		end := len(text)
		if i+1 < len(titles) {
			end = titles[i+1][0]
		}
		title := tidy(text[t[2]:t[3]])
		s := Spot{t[0], t[1], Basis{Instrument: ID(title), Title: title}}
		behind := t[1]
		for {
			m := adjoined.FindStringSubmatchIndex(text[behind:end])
			if m == nil {
				break
			}
			if m[2] >= 0 { // a number in brackets between title and article
				s.Number = tidy(text[behind+m[2] : behind+m[3]])
			}
			from, to := behind+m[4], behind+m[5]
			if s.Article != "" {
				all = append(all, s)
				s.From = from
			}
			s.To, s.Article = to, Article(text[from:to])
			behind = to
		}
		all = append(all, s)
	}
	return all
}

// adjoined is an article that follows a title or another article.
var adjoined = regexp.MustCompile(`^(?:\s*[（(]([^（）()]{1,40})[)）])?\s*[、，,和及与以]{0,2}\s*(` + articled.String() + `)`)

// Paragraph is the paragraph (款) of its article that a citation names: 2 for
// 第十条第二款; 0 where it names none.
func Paragraph(article string) int {
	number, _, ok := strings.Cut(strings.TrimPrefix(article, Whole(article)), "款")
	if !ok {
		return 0
	}
	return sum(strings.TrimPrefix(number, "第"))
}

// sum is a number as laws write it: 十一 is 11.
func sum(s string) int {
	n, part := 0, 0
	for _, r := range s {
		switch i := strings.IndexRune("零一二三四五六七八九", r); {
		case i >= 0:
			part = i / len("零")
		case r == '十':
			n, part = n+max(part, 1)*10, 0
		case r == '百':
			n, part = n+part*100, 0
		case r == '千':
			n, part = n+part*1000, 0
		}
	}
	return n + part
}

// ordinal is an article's number, for its order: 第十一条之二 is 11.02.
func ordinal(article string) float64 {
	after := 0
	number, rest, _ := strings.Cut(strings.TrimPrefix(Whole(article), "第"), "条")
	if _, extra, ok := strings.Cut(rest, "之"); ok {
		after = sum(extra)
	}
	return float64(sum(number)) + float64(after)/100
}
