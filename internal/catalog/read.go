package catalog

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"yidan/internal/db"
	"yidan/internal/form"
	"yidan/internal/org"
	"yidan/internal/sheet"
	"yidan/internal/statute"
)

// Understand makes a draft of the sheets of a file: which columns they have,
// which part each is, what every row says, and what is wrong with it. towns are
// the townships that the whole file is for; none leaves it to the file. Names of
// departments that the directory does not know stay as they are written and are
// noted: lists say 林业主管部门, too. tx may be nil: then there is no directory.
func Understand(tx *db.Tx, file string, sheets []sheet.Sheet, towns []string, now time.Time) (Draft, error) {
	rd := &reading{Draft: Draft{File: file, Items: []Item{}, Flaws: []Flaw{}, Notes: []Flaw{}}, dir: new(org.Directory), day: org.Day(now)}
	check := &checker{dir: rd.dir, day: rd.day, standing: statute.Standing{}}
	if tx != nil {
		var err error
		if rd.dir, err = org.LoadDirectory(tx); err != nil {
			return Draft{}, err
		}
		if check, err = newChecker(tx, rd.dir, rd.day); err != nil {
			return Draft{}, err
		}
	}
	for _, name := range towns {
		if t, ok := rd.township(name); ok {
			rd.towns = append(rd.towns, t)
		} else {
			rd.Flaws = append(rd.Flaws, Flaw{Text: fmt.Sprintf("没有“%s”这个乡镇（街道）。核对名称，或先在单位管理里登记", name), Rule: "DM-2.1"})
		}
	}
	headless := 0
	for _, s := range sheets {
		if !rd.sheet(s) {
			headless++
		}
	}
	rd.Flaws = append(rd.Flaws, place(check.check(rd.Items), rd.Pages)...)
	if len(rd.Items) == 0 && len(rd.Flaws) == 0 {
		why := "文件里没有事项，没有导入。空文件不会当作取消全部事项"
		if headless > 0 {
			why = "没有找到表头，没有导入。表头至少要有“事项名称”（或“具体事项”“职权名称”）和另外一列，例如“法律法规依据”"
		}
		rd.Flaws = append(rd.Flaws, Flaw{Text: why, Rule: "DM-9.2"})
	}
	rd.settle(sheets)
	return rd.Draft, nil
}

// settle puts flaws and notes in the order of the file.
func (rd *reading) settle(sheets []sheet.Sheet) {
	order := map[string]int{}
	for i, s := range sheets {
		order[s.Name] = i + 1
	}
	by := func(a, b Flaw) int {
		if a.Sheet != b.Sheet {
			return order[a.Sheet] - order[b.Sheet]
		}
		return a.Row - b.Row
	}
	slices.SortStableFunc(rd.Flaws, by)
	slices.SortStableFunc(rd.Notes, by)
}

// A reading is a draft in the making.
type reading struct {
	Draft
	dir   *org.Directory
	day   string
	towns []Township // of the whole file
	noted map[string]bool
}

// A table is the part of a sheet under one head.
type table struct {
	*reading
	name string
	part Part
	cols map[string]int
	town []Township
	row  sheet.Row
	item *Item
}

// sheet reads one sheet; false when it has no head.
func (rd *reading) sheet(s sheet.Sheet) bool {
	if s.Hidden {
		if len(s.Rows) > 0 {
			rd.Notes = append(rd.Notes, Flaw{Sheet: s.Name, Text: "这张表是隐藏的，没有读取"})
		}
		return true
	}
	t := &table{reading: rd, name: s.Name, part: partIn(s.Name), town: rd.towns}
	title, page := "", -1
	for _, r := range s.Rows {
		r.Cells = slices.Clone(r.Cells)
		for i, c := range r.Cells {
			r.Cells[i] = form.Clean(c)
		}
		t.row = r
		switch cols := columns(r); {
		case cols != nil && page < 0:
			t.cols = cols
			if t.part == "" {
				t.part = partIn(title)
			}
			t.titleTown(title)
			page = len(rd.Pages)
			rd.Pages = append(rd.Pages, t.page(title))
		case cols != nil: // the head again, on the next printed page; or its second row
			for f, i := range cols {
				t.cols[f] = i
			}
			rd.Pages[page].Columns = mergeColumns(rd.Pages[page].Columns, t.page("").Columns)
		case page < 0:
			title = strings.TrimSpace(title + " " + strings.Join(r.Cells, " "))
		default:
			t.read()
		}
	}
	for _, n := range s.Notes {
		rd.Notes = append(rd.Notes, Flaw{Sheet: s.Name, Row: n.Row, Column: n.Column, Text: n.Text})
	}
	if page < 0 && len(s.Rows) > 0 {
		rd.Notes = append(rd.Notes, Flaw{Sheet: s.Name, Text: "这张表没有表头，没有读取"})
	}
	return page >= 0 || len(s.Rows) == 0
}

// titleTown takes the township of the title when the file is for no other.
func (t *table) titleTown(title string) {
	if len(t.town) > 0 {
		return
	}
	name := titleTown(title)
	if name == "" {
		if strings.ContainsAny(title, "×XxＸ") || strings.Contains(title, "某") {
			t.note("", "标题没有写明是哪个乡镇（街道），按适用于全部乡镇（街道）读取")
		}
		return
	}
	if town, ok := t.township(name); ok {
		t.town = []Township{town}
	} else {
		t.flaw("", "DM-2.1", "没有标题里的“%s”这个乡镇（街道）。核对名称，或先在单位管理里登记", name)
	}
}

// page describes the table's columns as the file has them.
func (t *table) page(title string) Page {
	p := Page{Sheet: t.name, Title: title, Part: t.part}
	field := map[int]string{}
	for f, i := range t.cols {
		field[i] = f
	}
	for i, c := range t.row.Cells {
		if c == "" {
			continue
		}
		p.Columns = append(p.Columns, Column{Head: c, Field: field[i], Letter: sheet.Column(i)})
		if field[i] == "" {
			t.note(sheet.Column(i), "“%s”这一列没有用到", c)
		}
	}
	return p
}

func mergeColumns(a, b []Column) []Column {
	for _, c := range b {
		if !slices.ContainsFunc(a, func(x Column) bool { return x.Letter == c.Letter }) {
			a = append(a, c)
		}
	}
	slices.SortStableFunc(a, func(x, y Column) int {
		return len(x.Letter)*100 + strings.Compare(x.Letter, y.Letter) - len(y.Letter)*100
	})
	return a
}

func (t *table) get(field string) string {
	i, ok := t.cols[field]
	if !ok {
		return ""
	}
	return t.row.Cell(i)
}

func (t *table) has(field string) bool { _, ok := t.cols[field]; return ok }

func (t *table) letter(field string) string {
	if i, ok := t.cols[field]; ok {
		return sheet.Column(i)
	}
	return ""
}

func (t *table) flaw(field, rule, format string, args ...any) {
	t.Flaws = append(t.Flaws, Flaw{Sheet: t.name, Row: t.row.No, Column: t.letter(field), Rule: rule, Item: t.get("name"), Text: fmt.Sprintf(format, args...)})
}

func (t *table) note(column, format string, args ...any) {
	t.Notes = append(t.Notes, Flaw{Sheet: t.name, Row: t.row.No, Column: column, Text: fmt.Sprintf(format, args...)})
}

var onlyNumber = regexp.MustCompile(`^[\d０-９一二三四五六七八九十、.．（）()\s]*$`)

// limits are how many characters a cell may have: what the application for a
// change of the item takes too.
var limits = []struct {
	field, title string
	max          int
}{
	{"code", "编码", 20}, {"category", "类别", 30}, {"name", "具体事项", 200}, {"sub", "子项", 200},
	{"lead", "牵头部门", 400}, {"joint", "共同部门", 400}, {"departments", "对应部门", 400}, {"taker", "承接部门", 2000}, {"way", "工作方式", 2000},
	{"division", "部门职责划分", 2000}, {"main", "主体责任", 2000}, {"cooperating", "配合责任", 2000},
	{"legal", "法律法规依据", 2000}, {"bases", "依据", 2000}, {"article", "条款", 2000}, {"policy", "政策文件依据", 2000}, {"townships", "适用乡镇（街道）", 2000},
}

// read reads the row as an item.
func (t *table) read() {
	name := t.get("name")
	filled := 0
	for f := range t.cols {
		if f != "no" && t.get(f) != "" {
			filled++
		}
	}
	switch {
	case filled == 0: // blank, or nothing but a number
		return
	case filled == 1 && name == "" && t.get("category") != "": // a heading across the table
		return
	case name == "":
		if rest := strings.Join(t.row.Cells, ""); strings.HasPrefix(rest, "注") || strings.HasPrefix(rest, "说明") || strings.HasPrefix(rest, "备注") {
			return
		}
		t.flaw("name", "DM-2.1", "没有写事项名称")
		return
	}
	for _, l := range limits {
		if n := utf8.RuneCountInString(t.get(l.field)); n > l.max {
			t.flaw(l.field, "", "“%s”有 %d 字，最多 %d 字。删减，或者分成几个事项", l.title, n, l.max)
		}
	}
	if sub := t.get("sub"); sub != "" && !onlyNumber.MatchString(sub) && sub != "无" {
		name += "：" + sub
	}
	it := Item{Sheet: t.name, Row: t.row.No, Code: code(t.get("code")), Text: Text{Name: oneLine(name), Category: oneLine(t.get("category")), Division: t.get("division"), Main: t.get("main"), Cooperating: t.get("cooperating")}}
	t.item = &it
	it.Part = t.partOf()
	switch it.Part {
	case TakenBack:
		t.takers()
	default:
		t.departments()
	}
	t.bases()
	it.Townships = t.scope()
	if it.Part == Cooperating && it.Cooperating == "" && it.Main != "" && (t.has("departments") || !t.has("cooperating")) {
		it.Cooperating, it.Main = it.Main, it.Division // 乡镇（街道）职责 in the table of the cooperating part
	}
	if it.Part == Cooperating && it.Main == "" {
		it.Main = it.Division
	}
	t.Items = append(t.Items, it)
}

// partOf is the part of the row: what its column says, else what the table is,
// else what it gives to whom.
func (t *table) partOf() Part {
	if s := t.get("part"); s != "" {
		if p := partIn(s); p != "" {
			return p
		}
		t.flaw("part", "DM-2.3", "“%s”不是清单的三部分之一。写“基本履职”“配合履职”或“上级部门收回”", s)
	}
	switch {
	case t.part != "":
		return t.part
	case t.get("taker") != "":
		return TakenBack
	case t.get("cooperating") != "":
		return Cooperating
	}
	return Basic
}

var takerAndWay = regexp.MustCompile(`(?s)^\s*(?:承接部门|承接单位)?\s*[:：]?\s*(.+?)\s*[。；;，,\n]?\s*(?:工作方式|承接方式|方式)\s*[:：]\s*(.+)$`)

// takers reads who takes a duty over, and how.
func (t *table) takers() {
	who, how := t.get("taker"), t.get("way")
	if who == "" {
		who = t.get("departments")
	}
	if m := takerAndWay.FindStringSubmatch(who); m != nil && how == "" {
		who, how = m[1], m[2]
	}
	if how == "" {
		how = t.get("division")
	}
	for _, n := range split(who) {
		t.item.Departments = append(t.item.Departments, Department{Unit: t.unit(n, "taker"), Name: n, Role: TakesOver, Duty: how})
	}
}

// departments reads who has a share in the item and what each does.
func (t *table) departments() {
	leads, joints := split(t.get("lead")), split(t.get("joint"))
	field := "lead"
	if len(leads) == 0 && len(joints) == 0 {
		field = "departments"
		if all := split(t.get("departments")); len(all) > 0 {
			leads, joints = all[:1], all[1:]
			if len(joints) > 0 {
				t.note(t.letter("departments"), "没有写明牵头部门，按排在第一位的“%s”牵头读取", leads[0])
			}
		}
	}
	var ds []Department
	for _, n := range leads {
		ds = append(ds, Department{Unit: t.unit(n, field), Name: n, Role: Lead})
	}
	if field == "lead" {
		field = "joint"
	}
	for _, n := range joints {
		ds = append(ds, Department{Unit: t.unit(n, field), Name: n, Role: Joint})
	}
	text := t.item.Division
	if text == "" && len(ds) > 0 && t.get("cooperating") != "" {
		text = t.item.Main
	}
	divide(ds, text)
	t.item.Departments = ds
}

// divide gives each department its duty: what stands behind its name, or behind
// 牵头部门： and 共同部门：; the whole text where it is not divided.
func divide(ds []Department, text string) {
	type mark struct{ dept, at, end int }
	var marks []mark
	for i, d := range ds {
		for _, label := range []string{d.Name, RoleName(d.Role) + "部门", RoleName(d.Role) + "责任部门", RoleName(d.Role) + "单位"} {
			at := -1
			for _, colon := range []string{"：", ":"} {
				if at = strings.Index(text, label+colon); at >= 0 {
					marks = append(marks, mark{i, at, at + len(label+colon)})
					break
				}
			}
			if at >= 0 {
				break
			}
		}
	}
	slices.SortFunc(marks, func(a, b mark) int { return a.at - b.at })
	for j, m := range marks {
		end := len(text)
		for _, n := range marks[j+1:] {
			if n.at > m.at {
				end = n.at
				break
			}
		}
		ds[m.dept].Duty = strings.Trim(text[m.end:end], " \n；;，,")
	}
	for i := range ds {
		if ds[i].Duty == "" && (len(marks) == 0 || len(marks) < len(ds)) {
			ds[i].Duty = text
		}
	}
}

// bases reads what the item rests on.
func (t *table) bases() {
	article := t.get("article")
	for _, field := range []string{"legal", "bases", "policy"} {
		cell := t.get(field)
		if cell == "" || cell == "无" || cell == "/" || cell == "—" {
			continue
		}
		if field != "policy" && article != "" && !statute.Articled(cell) {
			if !strings.Contains(cell, "《") {
				cell = "《" + cell + "》"
			}
			cell += article
		}
		bs, left := statute.Cites(cell)
		if len(bs) == 0 && field == "policy" && left != "" {
			bs, left = []Basis{{Title: oneLine(left)}}, ""
		}
		if len(bs) == 0 {
			t.flaw(field, "DM-2.1", "没有看出引用的是哪部法律法规或文件：%s。写成“《名称》第几条”", clip(cell))
			continue
		}
		for _, b := range bs {
			if field == "policy" || field == "bases" && b.Official() {
				t.item.Policy = append(t.item.Policy, b)
				continue
			}
			t.item.Legal = append(t.item.Legal, b)
			if b.Article == "" {
				t.note(t.letter(field), "“%s”没有写明引用哪一条", b.Title)
			}
		}
	}
}

var everyTown = regexp.MustCompile(`^(全部|所有|各|全区|全县|全市|区内)?(的)?(所有|全部|各)?(乡镇|镇街|乡镇街道|街道乡镇|镇|乡|街道|镇乡街道)?$`)

// scope reads which townships the item applies to.
func (t *table) scope() []Township {
	cell := t.get("townships")
	if cell == "" || everyTown.MatchString(strings.NewReplacer("、", "", "（", "", "）", "", "(", "", ")", "", " ", "", "/", "").Replace(cell)) {
		return slices.Clone(t.town)
	}
	var all []Township
	for _, n := range split(cell) {
		town, ok := t.township(n)
		if !ok {
			t.flaw("townships", "DM-2.1", "没有“%s”这个乡镇（街道）。核对名称，或先在单位管理里登记", clip(n))
			continue
		}
		if slices.ContainsFunc(all, func(x Township) bool { return x.Name == town.Name }) {
			t.flaw("townships", "DM-2.1", "“%s”写了两次。删去一处", n)
			continue
		}
		if len(t.town) > 0 && !slices.ContainsFunc(t.town, func(x Township) bool { return x.Name == town.Name }) {
			continue // the file is read for other townships
		}
		all = append(all, town)
	}
	if len(all) == 0 {
		return slices.Clone(t.town)
	}
	return all
}

// township finds a township by its name. In a district without any yet, names
// are taken as they are.
func (rd *reading) township(name string) (Township, bool) {
	name = form.Clean(name)
	if u, ok := rd.dir.Resolve(name, rd.day); ok && u.Town() {
		return Township{u.ID, u.Name}, true
	}
	for _, u := range rd.dir.Every() { // one that is no more: the check says so
		if u.Town() && u.Name == name {
			return Township{u.ID, u.Name}, true
		}
	}
	if len(rd.dir.Townships(rd.day)) > 0 || name == "" || len([]rune(name)) > 20 {
		return Township{}, false
	}
	return Township{Name: name}, true
}

// unit finds the unit that a name means; "" is none. That is noted once a name.
func (t *table) unit(name, field string) string {
	if u, ok := t.dir.Resolve(name, t.day); ok {
		return u.ID
	}
	if t.noted == nil {
		t.noted = map[string]bool{}
	}
	if !t.noted[name] && len(t.dir.Every()) > 0 {
		t.noted[name] = true
		t.note(t.letter(field), "单位里没有“%s”，按原文保留；以后有了这个单位会自动对应", name)
	}
	return ""
}

var between = regexp.MustCompile(`[、，,；;\n/]+`)

// split parts names that stand in one cell.
func split(cell string) (names []string) {
	for _, n := range between.Split(cell, -1) {
		n = strings.Trim(oneLine(n), " 。：:")
		if n != "" && n != "无" && n != "—" && n != "-" && n != "--" {
			names = append(names, n)
		}
	}
	return names
}

func oneLine(s string) string {
	fields := strings.Fields(s)
	if len(fields) < 2 {
		return strings.Join(fields, "")
	}
	var b strings.Builder
	for i, f := range fields { // a line break within a Chinese name is no space
		if i > 0 && f[0] < 0x80 && fields[i-1][len(fields[i-1])-1] < 0x80 {
			b.WriteByte(' ')
		}
		b.WriteString(f)
	}
	return b.String()
}

// code folds what codes are typed in: full-width digits and letters.
func code(s string) string { return strings.ToUpper(strings.ReplaceAll(norm.NFKC.String(s), " ", "")) }

func clip(s string) string {
	if r := []rune(s); len(r) > 30 {
		return string(r[:30]) + "…"
	}
	return s
}
