package demo

import (
	"context"
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"time"

	"yidan/internal/catalog"
	"yidan/internal/db"
	"yidan/internal/org"
	"yidan/internal/sheet"
	"yidan/internal/statute"
)

//go:embed items.tsv
var itemsFile string

//go:embed rules.tsv
var rulesFile string

// Where items apply that do not apply everywhere, by words in their names or
// categories; the first that fits.
var reach = []struct {
	words []string
	towns []string
}{
	{[]string{"业主"}, []string{"chengguan-zhen", "zhanqian", "boyuan"}},
	{[]string{"森林", "林权", "地质灾害"}, []string{"yanling", "yupo", "songjian", "yunpo"}},
	{[]string{"黑土地"}, []string{"mailong", "shadu", "nanzhai", "hewan"}},
	{[]string{"乡村振兴", "村民", "村规", "乡道", "村庄", "乡村", "散养", "基本农田", "农田"}, []string{"chengguan-zhen", "nanzhai", "hewan", "liudi", "yanling", "mailong", "yupo", "songjian", "shadu", "yunpo"}},
}

// publish has the list office propose the first edition of the list, its leader
// approve it, and the two offices issue it.
func (x *District) publish(ctx context.Context, begin time.Time) error {
	return x.db.Write(ctx, func(tx *db.Tx) error {
		handler, err := x.Actor(tx, "bianban", begin)
		if err != nil {
			return err
		}
		leader, err := x.Actor(tx, listLeader, begin)
		if err != nil {
			return err
		}
		items, err := x.items(tx, begin)
		if err != nil {
			return err
		}
		id, err := catalog.Propose(tx, handler, items, begin)
		if err != nil {
			return err
		}
		approved := begin.Add(50 * time.Hour)
		doc := catalog.Issue{Number: fmt.Sprintf("郊办发〔%d〕9号", approved.Year()), IssuedOn: org.Day(approved), EffectiveOn: org.Day(approved)}
		_, err = catalog.Approve(tx, leader, id, doc, approved)
		return err
	})
}

// rules has the list office import what the district itself has ruled, with what
// each article says; it is of the demo's own making.
func (x *District) rules(ctx context.Context, at time.Time) error {
	year := func(ago int) string { return fmt.Sprint(at.Year() - ago) }
	body := strings.NewReplacer("\t-1-", "\t"+year(1)+"-", "\t-2-", "\t"+year(2)+"-", "〔-1〕", "〔"+year(1)+"〕", "〔-2〕", "〔"+year(2)+"〕").Replace(rulesFile)
	const name = "区政府文件汇编.tsv"
	sheets, err := sheet.Tabbed([]byte(body), name)
	if err != nil {
		return err
	}
	return x.db.Write(ctx, func(tx *db.Tx) error {
		by, err := x.Actor(tx, "bianban", at)
		if err != nil {
			return err
		}
		draft, err := statute.Understand(tx, name, sheets)
		if err != nil {
			return err
		}
		file, err := statute.Keep(tx, by, draft, at)
		if err != nil {
			return err
		}
		return statute.EnterFile(tx, by, file, at.Add(20*time.Minute))
	})
}

// laws has the list office enter what is known for certain of the laws that the
// items cite: what kind each is, its full title or who made it.
func (x *District) laws(ctx context.Context, at time.Time) error {
	return x.db.Write(ctx, func(tx *db.Tx) error {
		by, err := x.Actor(tx, "bianban", at)
		if err != nil {
			return err
		}
		reg, err := statute.Load(tx)
		if err != nil {
			return err
		}
		for _, i := range reg.All() {
			if i.Entered {
				continue
			}
			h := statute.Head{Title: i.Title, Kind: statute.Administrative, Issuer: "国务院"}
			if strings.HasSuffix(i.Title, "法") && !strings.HasSuffix(i.Title, "办法") {
				h = statute.Head{Title: "中华人民共和国" + i.Title, Kind: statute.Law}
			}
			if _, err := statute.Enter(tx, by, i.ID, h, at); err != nil {
				return err
			}
		}
		return nil
	})
}

// items reads items.tsv: part, category, name, law, article, date of the law,
// departments, their duties, what townships do, and the district's own rule.
func (x *District) items(tx *db.Tx, now time.Time) (items []catalog.Item, err error) {
	dir, err := org.LoadDirectory(tx)
	if err != nil {
		return nil, err
	}
	for row, line := range strings.Split(strings.Trim(itemsFile, "\n"), "\n")[2:] {
		f := strings.Split(line, "\t")
		if len(f) != 10 {
			return nil, fmt.Errorf("items.tsv:%d: %d columns", row+3, len(f))
		}
		it := catalog.Item{Row: row + 3, Text: catalog.Text{Category: f[1], Name: f[2]}}
		if f[3] != "" {
			it.Legal = []catalog.Basis{{Title: f[3], Article: f[4]}}
		}
		if it.Policy, err = own(tx, f[9]); err != nil {
			return nil, fmt.Errorf("items.tsv:%d: %w", row+3, err)
		}
		for _, p := range catalog.Parts {
			if p.Name == f[0] {
				it.Part = p.Part
			}
		}
		var division []string
		duties := strings.Split(f[7], "；")
		for i, name := range strings.FieldsFunc(f[6], func(r rune) bool { return r == '、' }) {
			u, ok := dir.Resolve(name, org.Day(now))
			if !ok {
				return nil, fmt.Errorf("items.tsv:%d: no unit %s", row+3, name)
			}
			d := catalog.Department{Unit: u.ID, Name: u.Called(), Role: catalog.Joint, Duty: duties[min(i, len(duties)-1)]}
			switch {
			case it.Part == catalog.TakenBack:
				d.Role, d.Duty = catalog.TakesOver, f[7]
			case i == 0:
				d.Role = catalog.Lead
			}
			it.Departments = append(it.Departments, d)
			division = append(division, d.Name+"："+d.Duty)
		}
		it.Division = strings.Join(division, "\n")
		switch it.Part {
		case catalog.Basic:
			it.Main = f[8]
		case catalog.Cooperating:
			it.Main, it.Cooperating = it.Division, f[8]
		}
		it.Townships = x.reached(dir, it)
		items = append(items, it)
	}
	return items, nil
}

// own is what an item cites of the district's own rules, with the number of each.
func own(tx *db.Tx, cited string) ([]catalog.Basis, error) {
	bs, _ := statute.Cites(cited)
	if cited == "" {
		return nil, nil
	}
	reg, err := statute.Load(tx)
	if err != nil {
		return nil, err
	}
	for i := range bs {
		rule, ok := reg.Of(bs[i].Title)
		if !ok {
			return nil, fmt.Errorf("no rule %s", bs[i].Title)
		}
		bs[i].Number = rule.Number
	}
	return bs, nil
}

// reached are the townships that an item applies to; none where to all of them.
func (x *District) reached(dir *org.Directory, it catalog.Item) (ts []catalog.Township) {
	for _, r := range reach {
		if !slices.ContainsFunc(r.words, func(w string) bool { return strings.Contains(it.Name+it.Category, w) }) {
			continue
		}
		for _, login := range r.towns {
			ts = append(ts, catalog.Township{Unit: x.ids[login], Name: dir.Name(x.ids[login])})
		}
		return ts
	}
	return nil
}
