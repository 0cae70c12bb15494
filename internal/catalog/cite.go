package catalog

import (
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"
)

var (
	titled    = regexp.MustCompile(`《((?:[^《》]|《[^《》]*》)+)》`)
	numbered  = regexp.MustCompile(`[（(]?([^\s（）()《》，,；;。、]*(?:〔|\[|［|令第|令)[^（）()《》，,；;。、]*号)[）)]?`)
	leading   = regexp.MustCompile(`(?:^|[\s；;，,、。])([^\s（）()《》，,；;。、]*〔[0-9０-９]{4}〕[^（）()《》，,；;。、]*号)[：:\s]*$`)
	articled  = regexp.MustCompile(`第[0-9０-９一二三四五六七八九十百千零〇两]+条(?:之[一二三四五六七八九十]+)?(?:第[0-9０-９一二三四五六七八九十]+款)?(?:第?[（(]?[0-9０-９一二三四五六七八九十]+[）)]?项)?`)
	toArticle = regexp.MustCompile(`^第[一二三四五六七八九十百千零]+条(?:之[一二三四五六七八九十]+)?`)
	digits    = regexp.MustCompile(`[0-9]+`)
	bare      = regexp.MustCompile(`^([^第]{2,60}?)\s*(第.+条.*)$`)
)

// cited reads what a cell cites: 《森林法》第十条、第十二条；《…意见》（郊办发〔2023〕5号）.
// Every article is a basis. What is no citation is left over.
func cited(cell string) (bs []Basis, left string) {
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
		b.Article = article(a)
		bs = append(bs, b)
	}
	if len(bs) == 0 {
		bs = []Basis{b}
	}
	return bs
}

func tidy(s string) string { return strings.Join(strings.Fields(s), "") }

// article writes an article in its one form: 第十一条, however its number was typed.
func article(s string) string {
	s = strings.NewReplacer("〇", "零", "两", "二", "（", "", "）", "", "(", "", ")", "").Replace(norm.NFKC.String(s))
	return digits.ReplaceAllStringFunc(s, func(d string) string {
		n, err := strconv.Atoi(d)
		if err != nil {
			return d
		}
		return numeral(n)
	})
}

// numeral writes a number below ten thousand as laws do: 11 is 十一, 105 is 一百零五.
func numeral(n int) string {
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

// whole is the article without its paragraphs: 第十条第二款 stands in 第十条.
func whole(a string) string {
	if m := toArticle.FindString(a); m != "" {
		return m
	}
	return a
}

// official reports a document by its number: a policy document has a year in 〔〕.
func (b Basis) official() bool { return strings.ContainsAny(b.Number, "〔［[") }

func foldWidth(s string) string { return norm.NFKC.String(s) }
