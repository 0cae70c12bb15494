package web

import (
	"net/url"

	"yidan/internal/db"
	"yidan/internal/org"
	"yidan/internal/web/part"
)

// deputyPage is who stands in for whom, in all units or in the one that is
// chosen, where the policy administrator may arrange more.
func (q *Request) deputyPage() (v *deputyView, page Reply, err error) {
	unit := q.Query.Get("unit")
	l := listView{Title: "代理", Lead: "有人外出或者请假时，由本单位的在岗人员代理。本人和本单位负责人也可以安排"}
	err = q.Read(func(tx *db.Tx) error {
		dir, err := org.LoadDirectory(tx)
		if err != nil {
			return err
		}
		us := options(dir.Units(q.today()))
		g := part.Group{Title: "单位", Name: "unit", Kind: "select"}
		for _, o := range us {
			g.Options = append(g.Options, part.Option{Value: o.Value, Label: o.Label, On: o.Value == unit})
		}
		l.Filter = &part.Filter{To: "/aq/dl", Groups: []part.Group{g}}
		l.Filter.Chips = chips("/aq/dl", q.Query, l.Filter.Groups)
		x, err := q.deputiesIn(tx, unit, true, func(string) bool { return true })
		v = &x
		return err
	})
	if err != nil {
		return v, page, err
	}
	l.Table, l.Empty = v.table(), part.Empty("没有安排代理。要安排，先选单位")
	at := "/aq/dl"
	if unit != "" {
		at += "?" + url.Values{"unit": {unit}}.Encode()
		l.Empty = part.Empty("这个单位没有安排代理")
	}
	for i := range l.Table.Rows {
		cells := l.Table.Rows[i].Cells
		cells[len(cells)-1] = endDeputyAt(at, v.Rows[i].ID, v.Rows[i].Stand)
	}
	if len(v.Layout.Fields()[0].Options) > 0 {
		l.After = all(asking{To: at, Title: "安排代理", Text: "代理人以自己的名义办理；被代理人应当回避的，代理人也回避。", Fields: v.Layout.Fields(), Src: &v.Form, Do: part.Do{Text: "安排代理"}}.page())
	} else if unit != "" {
		l.After = all(part.Empty("这个单位没有在岗人员，不能安排代理"))
	}
	return v, l.reply(), nil
}

func listDeputies(q *Request) (Reply, error) {
	_, page, err := q.deputyPage()
	return page, err
}

func arrangeDeputy(q *Request) (Reply, error) {
	v, page, err := q.deputyPage()
	if err != nil {
		return Reply{}, err
	}
	unit, end := q.Query.Get("unit"), q.Form.Get("end")
	at := "/aq/dl?" + url.Values{"unit": {unit}}.Encode()
	if end == "" {
		q.Bind(v.Layout, &v.Form)
	}
	return q.change(page, func(tx *db.Tx) (Receipt, error) {
		if end != "" {
			return Receipt{What: "代理已结束", Location: at}, org.EndDeputy(tx, q.Actor, end, q.Now)
		}
		_, err := org.Deputise(tx, q.Actor, v.Form, q.Now)
		return Receipt{What: "代理已安排", Location: at}, err
	})
}
