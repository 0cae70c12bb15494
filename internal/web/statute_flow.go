package web

import (
	"cmp"
	"fmt"
	"slices"

	"yidan/internal/catalog"
	"yidan/internal/web/part"
)

// mostNodes is how many boxes a flow has at most; more are put together.
const mostNodes = 60

// A reach is what leads from an article over an item to a unit.
type reach struct{ article, item, unit string }

// flowOf is the flow of an impact: 法条 → 事项 → 单位. Where it would have too many
// boxes, the items of an article and a unit are one box, then the smaller units, then the articles.
func (l laws) flowOf(im catalog.Impact) *part.Flow {
	var rs []reach
	for _, r := range l.rows(im) {
		unit := mustText(r.item)
		if len(im.Changes) == 0 {
			unit = share(r.item.Version().Text)
		}
		rs = append(rs, reach{allOr(r.article), r.item.Name + "\n" + r.item.Code, cmp.Or(unit, "未写明单位")})
	}
	for _, gather := range []func([]reach) []reach{gatherItems, gatherUnits, gatherArticles} {
		if f := drawn(rs); boxes(f) <= mostNodes {
			return f
		}
		rs = gather(rs)
	}
	return drawn(rs)
}

func boxes(f *part.Flow) (n int) {
	for _, c := range f.Columns {
		n += len(c)
	}
	return n
}

// drawn lays reaches out; an item's code keeps items of one name apart.
func drawn(rs []reach) *part.Flow {
	f := &part.Flow{Title: "法条、事项和申请单位", Heads: []string{"法条", "事项", "由谁申请"}, Columns: make([][]string, 3)}
	at := [3]map[string]int{{}, {}, {}}
	box := func(column int, key string) int {
		i, ok := at[column][key]
		if !ok {
			i = len(f.Columns[column])
			at[column][key] = i
			label := key
			for j, r := range key {
				if r == '\n' {
					label = key[:j]
					break
				}
			}
			f.Columns[column] = append(f.Columns[column], label)
		}
		return i
	}
	for _, r := range rs {
		a, i, u := box(0, r.article), box(1, r.item), box(2, r.unit)
		for _, e := range []part.Edge{{Column: 0, From: a, To: i}, {Column: 1, From: i, To: u}} {
			if !slices.Contains(f.Edges, e) {
				f.Edges = append(f.Edges, e)
			}
		}
	}
	return f
}

// gatherItems makes the items of an article and a unit one box.
func gatherItems(rs []reach) []reach {
	count := map[[2]string]int{}
	for _, r := range rs {
		count[[2]string{r.article, r.unit}]++
	}
	out := slices.Clone(rs)
	for i, r := range out {
		out[i].item = fmt.Sprintf("%d 项\n%s %s", count[[2]string{r.article, r.unit}], r.article, r.unit)
	}
	return out
}

// gatherUnits puts all but the units with the most items together.
func gatherUnits(rs []reach) []reach {
	const most = 10
	count := map[string]int{}
	for _, r := range rs {
		count[r.unit]++
	}
	var units []string
	for u := range count {
		units = append(units, u)
	}
	slices.SortFunc(units, func(a, b string) int { return cmp.Or(count[b]-count[a], cmp.Compare(a, b)) })
	if len(units) <= most {
		return rs
	}
	out := slices.Clone(rs)
	for i, r := range out {
		if slices.Contains(units[most:], r.unit) {
			out[i].unit = fmt.Sprintf("其他 %d 个单位", len(units)-most)
		}
	}
	return gatherItems(out)
}

// gatherArticles makes the articles one box.
func gatherArticles(rs []reach) []reach {
	articles := map[string]bool{}
	for _, r := range rs {
		articles[r.article] = true
	}
	out := slices.Clone(rs)
	for i := range out {
		out[i].article = fmt.Sprintf("%d 条", len(articles))
	}
	return gatherItems(out)
}
