package catalog

import (
	"fmt"
	"slices"
	"strings"

	"yidan/internal/db"
	"yidan/internal/org"
	"yidan/internal/sheet"
	"yidan/internal/statute"
)

// A Flaw is what keeps an item, or a file, from being entered; see [sheet.Flaw].
type Flaw = sheet.Flaw

// A checker knows what items have to agree with.
type checker struct {
	dir      *org.Directory
	day      string
	standing statute.Standing
	codes    map[string]bool // given already
}

func newChecker(tx *db.Tx, dir *org.Directory, day string) (c *checker, err error) {
	c = &checker{dir: dir, day: day, codes: map[string]bool{}}
	reg, err := statute.Load(tx)
	if err != nil {
		return nil, err
	}
	c.standing = reg.Standing(day)
	codes, err := db.All(tx, scanText, `SELECT code FROM items`)
	for _, x := range codes {
		c.codes[x] = true
	}
	return c, err
}

// check says what is inconsistent within each item and among them (DM-2.1 to
// DM-2.3). Every inconsistency has a sentence of its own; column says which field
// it is about.
func (c *checker) check(items []Item) (all []Flaw) {
	codes, names, leads := map[string]int{}, map[string]int{}, map[string]int{}
	for i, it := range items {
		flaw := func(field, rule, format string, args ...any) {
			all = append(all, Flaw{Sheet: it.Sheet, Row: it.Row, Column: field, Rule: rule, Item: it.Name, Text: fmt.Sprintf(format, args...), At: i})
		}
		c.item(it, flaw)
		if it.Code != "" {
			if j, ok := codes[it.Code]; ok {
				flaw("code", "DM-2.1", "编码 %s 与“%s”重复。一个编码只给一个事项", it.Code, items[j].Name)
			} else if c.codes[it.Code] {
				flaw("code", "DM-2.1", "编码 %s 已经用过。取消的事项不让出编码，换一个", it.Code)
			}
			codes[it.Code] = i
		}
		key := string(it.Part) + "\n" + it.Name + "\n" + towns(it.Townships)
		if j, ok := names[key]; ok {
			flaw("name", "DM-2.1", "“%s”与%s重复。去掉一处，或写明两个事项的区别", it.Name, items[j].place())
		}
		names[key] = i
		for _, d := range it.Departments {
			if d.Role != Joint || len(it.Departments) == 0 {
				continue
			}
			lead := it.Departments[0]
			if j, ok := leads[it.Name+"\n"+d.Name+"\n"+lead.Name]; ok {
				flaw("joint", "DM-2.2", "“%s”由%s牵头、%s配合，%s又反过来写，循环配合。确定由谁牵头", it.Name, lead.Name, d.Name, items[j].place())
			}
			leads[it.Name+"\n"+lead.Name+"\n"+d.Name] = i
		}
	}
	return all
}

// place is how people find an item again: the row of its file, or its code.
func (it Item) place() string {
	if it.Row > 0 {
		return fmt.Sprintf("第 %d 行", it.Row)
	}
	return " " + it.Code + " "
}

// item checks one item by itself.
func (c *checker) item(it Item, flaw func(field, rule, format string, args ...any)) {
	if it.Name == "" {
		flaw("name", "DM-2.1", "没有写事项名称")
	}
	if it.Part != TakenBack && len(it.Legal)+len(it.Policy) == 0 {
		flaw("legal", "DM-2.1", "没有写依据。每个事项至少要有一条法律法规或政策文件依据")
	}
	if bs := it.Bases(); len(bs) > 0 && !slices.ContainsFunc(bs, func(b Basis) bool { return c.standing.Repealed(b) == "" }) {
		flaw("legal", "DM-6.1", "依据%s已废止，没有其他现行依据。补上现行依据，或不再列入", bs[0])
	}
	c.departments(it, flaw)
	switch {
	case it.Part == TakenBack && (it.Main != "" || it.Cooperating != ""):
		flaw("main", "DM-2.3", "已由部门收回的事项仍给乡镇（街道）写了职责。删去乡镇职责，或改列其他部分")
	case it.Part == TakenBack && len(it.Departments) == 0:
		flaw("taker", "DM-2.3", "收回的事项没有写由哪个部门承接")
	case it.Part == Cooperating && it.Cooperating == "":
		flaw("cooperating", "DM-2.3", "配合履职事项没有写乡镇（街道）的配合职责")
	case it.Part == Basic && it.Main == "":
		flaw("main", "DM-2.1", "没有写主体责任")
	}
	for _, t := range it.Townships {
		if u, ok := c.dir.Unit(t.Unit); ok && u.Until != "" && u.Until < c.day {
			flaw("townships", "DM-2.1", "%s已于%s撤销，不能再承担事项。改为承接它的单位", t.Name, u.Until)
		}
	}
}

func (c *checker) departments(it Item, flaw func(field, rule, format string, args ...any)) {
	leads, joints := 0, 0
	seen := map[string]Role{}
	for _, d := range it.Departments {
		who := d.Name
		if d.Unit != "" {
			who = d.Unit
		}
		switch was, twice := seen[who]; {
		case twice && was != d.Role && (was == Lead || d.Role == Lead):
			flaw("joint", "DM-2.2", "%s既是牵头部门又是共同部门。只写在一处", d.Name)
		case twice:
			flaw(string(d.Role), "DM-2.2", "%s写了两次。删去一处", d.Name)
		}
		seen[who] = d.Role
		switch d.Role {
		case Lead:
			leads++
		case Joint:
			joints++
		}
		if d.Duty == "" {
			flaw("division", "DM-2.2", "没有写%s的职责", d.Name)
		}
		if u, ok := c.dir.Unit(d.Unit); ok && u.Town() && it.Part == Cooperating {
			flaw(string(d.Role), "DM-2.2", "%s是配合这个事项的乡镇（街道），又写成%s部门，自己配合自己。改为对应的部门", d.Name, RoleName(d.Role))
		}
	}
	switch {
	case leads > 1:
		flaw("lead", "DM-2.2", "写了 %d 个牵头部门。牵头部门只能有一个，其余写在共同部门", leads)
	case joints > 0 && leads == 0:
		flaw("lead", "DM-2.2", "有共同部门，没有牵头部门。写明由谁牵头")
	case it.Part == Cooperating && leads == 0:
		flaw("lead", "DM-2.2", "配合履职事项没有写对应的部门。写明由谁牵头")
	}
}

func towns(ts []Township) string {
	var s []string
	for _, t := range ts {
		s = append(s, t.Name)
	}
	slices.Sort(s)
	return strings.Join(s, "、")
}
