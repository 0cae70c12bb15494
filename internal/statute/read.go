package statute

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"yidan/internal/db"
	"yidan/internal/form"
	"yidan/internal/sheet"
)

// A Draft is a file as it was read: what would be entered, what keeps it from
// being entered, and what is to be known about it. Without flaws it may be entered.
type Draft struct {
	File    string       `json:"file"`
	Heads   []DraftHead  `json:"heads"`
	Texts   []DraftText  `json:"texts"`
	Changes []Change     `json:"changes"` // repeals that the file tells of
	Same    int          `json:"same"`    // texts that the register has already
	Flaws   []sheet.Flaw `json:"flaws"`
	Notes   []sheet.Flaw `json:"notes"`
}

// A DraftHead is an instrument of a file, with the fields that the file leaves open
// as the register has them.
type DraftHead struct {
	Head
	ID       string `json:"id"`
	New      bool   `json:"new"`     // not in the register
	Changed  bool   `json:"changed"` // in the register, otherwise
	Articles int    `json:"articles"`
}

// A DraftText is a text that the register does not have. Corrects: of the same
// version it has another.
type DraftText struct {
	Text
	Corrects bool `json:"corrects"`
}

// Nothing reports that the register has all of it already.
func (d Draft) Nothing() bool {
	return len(d.Texts)+len(d.Changes) == 0 && !slices.ContainsFunc(d.Heads, func(h DraftHead) bool { return h.New || h.Changed })
}

// heads are the columns that files have, by what they hold; in any order.
var heads = map[string][]string{
	"title":          {"名称", "法规名称", "法律名称", "标题", "法律法规名称", "文件名称", "依据名称", "law", "title"},
	"kind":           {"种类", "类别", "效力级别", "法律性质", "法规类别", "kind"},
	"issuer":         {"制定机关", "发布机关", "公布机关", "颁布机关", "发文机关", "印发机关", "issuer"},
	"number":         {"文号", "发文字号", "公布文号", "number"},
	"promulgated_on": {"公布日期", "发布日期", "颁布日期", "印发日期", "promulgated_on"},
	"effective_on":   {"施行日期", "实施日期", "生效日期", "effective_on"},
	"version_on":     {"版本日期", "修订日期", "修正日期", "本版施行日期", "version_date", "version_on"},
	"article":        {"条", "条款", "条号", "条目", "article"},
	"text":           {"条文", "正文", "内容", "条文内容", "sentence", "text"},
	"repealed_on":    {"废止日期", "失效日期", "repealed_on"},
	"repealed_by":    {"废止依据", "废止文号", "repealed_by"},
}

var known = func() map[string]string {
	m := map[string]string{}
	for field, names := range heads {
		for _, n := range names {
			m[n] = field
		}
	}
	return m
}()

// columns tells which fields a row is the head of; nil when it is no head: a head
// names the instrument and one thing besides.
func columns(r sheet.Row) map[string]int {
	m := map[string]int{}
	for i, c := range r.Cells {
		name := strings.ToLower(strings.Join(strings.Fields(norm.NFKC.String(c)), ""))
		name, _, _ = strings.Cut(name, "(")
		if f := known[strings.Trim(name, "*:")]; f != "" {
			if _, twice := m[f]; !twice {
				m[f] = i
			}
		}
	}
	if _, ok := m["title"]; !ok || len(m) < 2 {
		return nil
	}
	return m
}

// Understand makes a draft of the sheets of a file: a row is an instrument or one
// of its articles; rows of one article and version are its sentences.
func Understand(tx *db.Tx, file string, sheets []sheet.Sheet) (Draft, error) {
	reg, err := Load(tx)
	if err != nil {
		return Draft{}, err
	}
	rd := &reading{Draft: Draft{File: file, Heads: []DraftHead{}, Texts: []DraftText{}, Flaws: []sheet.Flaw{}, Notes: []sheet.Flaw{}},
		reg: reg, at: map[string]int{}, said: map[string]map[string]string{}, bodies: map[[3]string]int{}}
	headed := false
	for _, s := range sheets {
		switch {
		case s.Hidden && len(s.Rows) > 0:
			rd.Notes = append(rd.Notes, sheet.Flaw{Sheet: s.Name, Text: "这张表是隐藏的，没有读取"})
		case !s.Hidden:
			headed = rd.sheet(s) || headed
		}
	}
	if len(rd.Heads) == 0 && len(rd.Flaws) == 0 {
		why := "文件里没有法规，没有导入"
		if !headed {
			why = "没有找到表头，没有导入。表头至少要有“名称”和另外一列，例如“种类”或者“条”"
		}
		rd.Flaws = append(rd.Flaws, sheet.Flaw{Text: why, Rule: "DM-2.1"})
	}
	return rd.Draft, rd.compare(tx)
}

// A reading is a draft in the making.
type reading struct {
	Draft
	reg    *Register
	at     map[string]int               // instruments: their place in Heads
	said   map[string]map[string]string // what rows said of an instrument, by field
	bodies map[[3]string]int            // instrument, article, version: place in Texts
	name   string
	cols   map[string]int
	row    sheet.Row
}

func (rd *reading) sheet(s sheet.Sheet) (headed bool) {
	rd.name, rd.cols = s.Name, nil
	for _, r := range s.Rows {
		if cols := columns(r); cols != nil && (rd.cols == nil || len(cols) > 2) {
			if rd.cols == nil {
				rd.unused(r)
			}
			rd.cols = cols
			continue
		}
		if rd.row = r; rd.cols != nil {
			rd.read()
		}
	}
	for _, n := range s.Notes {
		rd.Notes = append(rd.Notes, sheet.Flaw{Sheet: s.Name, Row: n.Row, Column: n.Column, Text: n.Text})
	}
	return rd.cols != nil
}

// unused notes the columns of a head that hold nothing known.
func (rd *reading) unused(r sheet.Row) {
	used := map[int]bool{}
	for _, i := range columns(r) {
		used[i] = true
	}
	for i, c := range r.Cells {
		if form.Clean(c) != "" && !used[i] && form.Clean(c) != "序号" {
			rd.Notes = append(rd.Notes, sheet.Flaw{Sheet: rd.name, Row: r.No, Column: sheet.Column(i), Text: fmt.Sprintf("“%s”这一列没有用到", form.Clean(c))})
		}
	}
}

func (rd *reading) get(field string) string {
	i, ok := rd.cols[field]
	if !ok {
		return ""
	}
	return form.Clean(rd.row.Cell(i))
}

func (rd *reading) flaw(field, format string, args ...any) {
	column := ""
	if i, ok := rd.cols[field]; ok {
		column = sheet.Column(i)
	}
	rd.Flaws = append(rd.Flaws, sheet.Flaw{Sheet: rd.name, Row: rd.row.No, Column: column, Rule: "DM-2.1", Item: rd.get("title"), Text: fmt.Sprintf(format, args...)})
}

// day reads a day of a column.
func (rd *reading) day(field, name string) string {
	s := rd.get(field)
	if s == "" {
		return ""
	}
	if i := strings.IndexAny(s, " T"); i == 10 { // 2020-07-01 00:00:00, as spreadsheets write a day
		s = s[:i]
	}
	day, err := form.ParseDate(s)
	if err != nil {
		rd.flaw(field, "看不懂“%s”里的“%s”。写成 2026年3月5日 或者 2026-03-05", name, clip(s))
	}
	return day
}

// read reads a row.
func (rd *reading) read() {
	title := tidy(strings.Trim(rd.get("title"), "《》"))
	if title == "" {
		if slices.ContainsFunc(rd.row.Cells, func(c string) bool { return form.Clean(c) != "" }) {
			rd.flaw("title", "没有写法规名称")
		}
		return
	}
	if len([]rune(title)) > 200 {
		rd.flaw("title", "名称超过 200 个字")
		return
	}
	id := ID(title)
	i, ok := rd.at[id]
	if !ok {
		i = len(rd.Heads)
		rd.at[id], rd.said[id] = i, map[string]string{}
		h := DraftHead{ID: id, New: true, Head: Head{Title: title}}
		if was, there := rd.reg.by[id]; there {
			h.New, h.Head = false, was.Head
			if !was.Entered {
				h.Title = title
			}
		}
		rd.Heads = append(rd.Heads, h)
	}
	h := &rd.Heads[i]
	if s := rd.get("kind"); s != "" {
		if k, ok := KindCalled(s); ok {
			rd.say(id, "kind", "种类", string(k), (*string)(&h.Kind))
		} else {
			rd.flaw("kind", "“%s”不是法规库的种类。写成：%s", clip(s), kindNames())
		}
	}
	rd.say(id, "issuer", "制定机关", rd.get("issuer"), &h.Issuer)
	rd.say(id, "number", "文号", rd.get("number"), &h.Number)
	rd.say(id, "promulgated_on", "公布日期", rd.day("promulgated_on", "公布日期"), &h.PromulgatedOn)
	rd.say(id, "effective_on", "施行日期", rd.day("effective_on", "施行日期"), &h.EffectiveOn)
	if h.PromulgatedOn != "" && h.EffectiveOn != "" && h.EffectiveOn < h.PromulgatedOn {
		rd.flaw("effective_on", "“施行日期”早于“公布日期”。核对两个日期")
	}
	rd.article(id, h)
	rd.repeal(id, title)
}

// say takes what a row says of an instrument; all its rows have to say the same.
func (rd *reading) say(id, field, name, value string, to *string) {
	if value == "" {
		return
	}
	if before, ok := rd.said[id][field]; ok && before != value {
		rd.flaw(field, "同一部法规的“%s”前后不一致。改成一致", name)
		return
	}
	rd.said[id][field] = value
	*to = value
}

// article takes the article of a row.
func (rd *reading) article(id string, h *DraftHead) {
	a, body, on := rd.get("article"), rd.get("text"), rd.day("version_on", "版本日期")
	switch {
	case a == "" && body == "":
		return
	case a == "":
		rd.flaw("article", "写了条文，没有写是第几条")
		return
	}
	m := numberOnly.FindStringSubmatch(norm.NFKC.String(a))
	if m == nil {
		rd.flaw("article", "看不懂“%s”是第几条。写成“第十条”或者“10”", clip(rd.get("article")))
		return
	}
	a = Article("第" + m[1] + "条" + m[2])
	if len([]rune(body)) > 20_000 {
		rd.flaw("text", "条文超过 20000 个字")
		return
	}
	k := [3]string{id, a, on}
	if i, again := rd.bodies[k]; again {
		if body != "" && !slices.Contains(strings.Split(rd.Texts[i].Body, "\n"), body) {
			rd.Texts[i].Body = strings.TrimPrefix(rd.Texts[i].Body+"\n"+body, "\n")
		}
		return
	}
	h.Articles++
	rd.bodies[k] = len(rd.Texts)
	rd.Texts = append(rd.Texts, DraftText{Text: Text{Instrument: id, Article: a, On: on, Body: body}})
}

// numberOnly is an article as a column of its own has it: 第十条, 10, 第十条之一.
var numberOnly = regexp.MustCompile(`^第?([0-9一二三四五六七八九十百千零]+)条?(之[0-9一二三四五六七八九十]+)?$`)

// repeal takes what a row says about the end of an instrument, or of its article.
func (rd *reading) repeal(id, title string) {
	on, number := rd.day("repealed_on", "废止日期"), rd.get("repealed_by")
	switch {
	case on == "" && number == "":
		return
	case on == "":
		rd.flaw("repealed_on", "写了废止依据，没有写废止日期")
		return
	case number == "":
		rd.flaw("repealed_by", "写了废止日期，没有写废止的依据（文号）")
		return
	}
	c := Change{Instrument: id, Title: title, Event: Repealed, On: on, Number: number}
	if a := rd.get("article"); a != "" {
		c.Article = Whole(Article(a))
	}
	if slices.ContainsFunc(rd.Changes, func(x Change) bool { return x.Instrument == id && x.Article == c.Article }) {
		return
	}
	if f := rd.reg.contradicts(c); f != nil {
		rd.Notes = append(rd.Notes, sheet.Flaw{Sheet: rd.name, Row: rd.row.No, Text: "废止没有再记：" + f.Text})
		return
	}
	rd.Changes = append(rd.Changes, c)
}

// compare leaves out what the register has already.
func (rd *reading) compare(tx *db.Tx) error {
	for i := range rd.Heads {
		h := &rd.Heads[i]
		if was, ok := rd.reg.by[h.ID]; ok {
			h.Changed = was.Head != h.Head || !was.Entered
			if was.Entered && was.Kind != h.Kind && was.Kind != Unknown {
				rd.Notes = append(rd.Notes, sheet.Flaw{Text: fmt.Sprintf("《%s》原来登记为%s，导入后改为%s", h.Title, was.Kind.Name(), h.Kind.Name())})
			}
		}
	}
	have := map[string]map[[2]string]string{}
	kept := []DraftText{}
	for _, t := range rd.Texts {
		was, ok := have[t.Instrument]
		if !ok {
			was = map[[2]string]string{}
			have[t.Instrument] = was
			if _, there := rd.reg.by[t.Instrument]; there {
				ts, err := Texts(tx, t.Instrument)
				if err != nil {
					return err
				}
				for _, x := range ts {
					was[[2]string{x.Article, x.On}] = x.Body
				}
			}
		}
		before, there := was[[2]string{t.Article, t.On}]
		switch {
		case there && (before == t.Body || t.Body == ""), t.Body == "" && slices.Contains(rd.articles(t.Instrument), t.Article):
			rd.Same++
		default:
			t.Corrects = there
			kept = append(kept, t)
		}
	}
	rd.Texts = kept
	return nil
}

func (rd *reading) articles(id string) []string {
	if i, ok := rd.reg.by[id]; ok {
		return i.Articles
	}
	return nil
}

func kindNames() string {
	var s []string
	for _, x := range Kinds {
		s = append(s, x.Name)
	}
	return strings.Join(s, "、")
}

func clip(s string) string {
	if r := []rune(s); len(r) > 30 {
		return string(r[:30]) + "…"
	}
	return s
}
