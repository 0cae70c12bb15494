package catalog

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"yidan/internal/sheet"
	"yidan/internal/statute"
)

// A Page is one table of the list: its sheet, what stands above it, the part it
// holds ("" for all), and its columns as the district's own file had them.
type Page struct {
	Sheet   string   `json:"sheet"`
	Title   string   `json:"title"`
	Part    Part     `json:"part"`
	Columns []Column `json:"columns"`
}

// A Column is headed in the district's own words; Field says what it holds.
type Column struct {
	Head   string `json:"head"`
	Field  string `json:"field"`
	Letter string `json:"letter"` // its place in the file: B
}

// place tells flaws of fields where the field stands in the file.
func place(fs []Flaw, pages []Page) []Flaw {
	for i, f := range fs {
		fs[i].Column = ""
		for _, p := range pages {
			if p.Sheet != f.Sheet {
				continue
			}
			for _, c := range p.Columns {
				if c.Field == f.Column || standsFor[f.Column] == c.Field {
					fs[i].Column = c.Letter
				}
			}
		}
	}
	return fs
}

// standsFor are fields that a file may hold in a column of another.
var standsFor = map[string]string{"lead": "departments", "joint": "departments", "takes_over": "taker", "legal": "bases", "division": "main", "main": "cooperating"}

// article2 are the columns of DM Art. 2, for a list that came in no file.
var article2 = []Column{
	{Head: "序号", Field: "no"}, {Head: "清单类型", Field: "part"}, {Head: "类别", Field: "category"}, {Head: "具体事项", Field: "name"},
	{Head: "牵头责任部门", Field: "lead"}, {Head: "共同责任部门", Field: "joint"}, {Head: "部门职责划分", Field: "division"},
	{Head: "主体责任", Field: "main"}, {Head: "配合责任", Field: "cooperating"}, {Head: "法律法规依据", Field: "legal"}, {Head: "政策文件依据", Field: "policy"},
	{Head: "适用乡镇（街道）", Field: "townships"},
}

// widths are how wide columns are, in characters: those of article 2 together fill an
// A3 page without being made smaller.
var widths = map[string]float64{"no": 5, "code": 8, "part": 8, "category": 9, "name": 20, "lead": 12, "joint": 12, "departments": 16, "taker": 40, "way": 30, "division": 26, "main": 28, "cooperating": 28, "legal": 22, "bases": 26, "policy": 22, "townships": 12}

// Export lays items out in the columns that the district's own file had, a sheet
// for every table of it. title stands above where the file had none; a basis on
// which nothing can rest any more says so.
func (b *Book) Export(vs []*Version, title string, s statute.Standing) (pages []sheet.Page) {
	rest := slices.Clone(vs)
	for _, p := range b.layout {
		var mine []*Version
		mine, rest = partition(rest, func(v *Version) bool { return p.Part == "" && v.Part != TakenBack || v.Part == p.Part })
		pages = append(pages, p.export(mine, title, s))
	}
	if len(rest) > 0 || len(pages) == 0 {
		name := "清单"
		if len(pages) > 0 {
			name = "其他事项"
		}
		pages = append(pages, Page{Sheet: name, Columns: article2}.export(rest, title, s))
	}
	return pages
}

func partition(vs []*Version, in func(*Version) bool) (yes, no []*Version) {
	for _, v := range vs {
		if in(v) {
			yes = append(yes, v)
		} else {
			no = append(no, v)
		}
	}
	return yes, no
}

func (p Page) export(vs []*Version, title string, s statute.Standing) sheet.Page {
	out := sheet.Page{Name: p.Sheet, Title: p.Title}
	if out.Title == "" {
		out.Title = title
	}
	for _, c := range p.Columns {
		out.Heads, out.Widths = append(out.Heads, c.Head), append(out.Widths, widths[c.Field])
	}
	for i, v := range vs {
		row := make([]string, len(p.Columns))
		for j, c := range p.Columns {
			if row[j] = p.cell(v, c.Field, s); c.Field == "no" {
				row[j] = strconv.Itoa(i + 1)
			}
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

func (p Page) has(field string) bool {
	return slices.ContainsFunc(p.Columns, func(c Column) bool { return c.Field == field })
}

// cell is what an item says in a column.
func (p Page) cell(v *Version, field string, s statute.Standing) string {
	switch field {
	case "code":
		return v.Code
	case "part":
		return PartName(v.Part)
	case "category":
		return v.Category
	case "name":
		return v.Name
	case "lead":
		return v.Departed(Lead)
	case "joint":
		return v.Departed(Joint)
	case "departments":
		return v.Departed("")
	case "way":
		return v.duty()
	case "taker":
		if who := v.Departed(TakesOver); who != "" && !p.has("way") {
			return fmt.Sprintf("承接部门：%s。工作方式：%s", who, v.duty())
		}
		return v.Departed(TakesOver)
	case "division":
		return v.Division
	case "main":
		if v.Part == Cooperating && !p.has("cooperating") {
			return v.Cooperating
		}
		return v.Main
	case "cooperating":
		return v.Cooperating
	case "legal":
		return Marked(v.Legal, s)
	case "policy":
		return Marked(v.Policy, s)
	case "bases":
		return Marked(v.Bases(), s)
	case "article":
		var as []string
		for _, b := range v.Legal {
			as = append(as, b.Article)
		}
		return strings.Join(as, "、")
	case "townships":
		return v.Scope()
	}
	return ""
}

// Cited are bases as one text: 《森林法》第十条；《气象法》第五条.
func Cited(bs []Basis) string {
	s := make([]string, len(bs))
	for i, b := range bs {
		s[i] = b.String()
	}
	return strings.Join(s, "；")
}

// Marked are bases as one text, those that do not stand marked as such.
func Marked(bs []Basis, standing statute.Standing) string {
	s := make([]string, len(bs))
	for i, b := range bs {
		s[i] = b.String() + standing.Mark(b)
	}
	return strings.Join(s, "；")
}

// Departed names the departments of a role; of every role where it is "".
func (t *Text) Departed(r Role) string {
	var s []string
	for _, d := range t.Departments {
		if r == "" || d.Role == r {
			s = append(s, d.Name)
		}
	}
	return strings.Join(s, "、")
}

// duty is how a duty is done by who took it over.
func (t *Text) duty() string {
	for _, d := range t.Departments {
		if d.Role == TakesOver {
			return d.Duty
		}
	}
	return ""
}

// Scope names the townships that the item applies to.
func (t *Text) Scope() string {
	if t.Everywhere() {
		return "全部"
	}
	s := make([]string, len(t.Townships))
	for i, x := range t.Townships {
		s[i] = x.Name
	}
	return strings.Join(s, "、")
}
