package demo

import (
	"fmt"
	"strings"

	"yidan/internal/casework"
	"yidan/internal/catalog"
	"yidan/internal/db"
	"yidan/internal/handover"
)

// hand fills in what a department hands down; its tale names the item, the task,
// the townships and in how many days it is due.
func (p *play) hand(tx *db.Tx, x *handover.Task, a act) error {
	f := a.tale.form
	b, err := catalog.Load(tx)
	if err != nil {
		return err
	}
	*x = handover.Task{
		Matter: f["what"], Content: "按清单中乡镇（街道）的配合责任组织实施，发现问题报告部门处置。", DueOn: p.dayAfter(f["due"]), Conditions: "配发器材，派技术人员到场指导。",
		Contact: "业务科 经办", Phone: "0454-8000600", Basis: handover.ByItem,
	}
	for _, v := range b.At(b.On(a.day)) {
		if v.Name == f["item"] {
			x.Code = v.Code
		}
	}
	if x.Code == "" {
		return fmt.Errorf("no item %s", f["item"])
	}
	for login := range strings.SplitSeq(f["towns"], ",") {
		x.Townships = append(x.Townships, p.ids[login])
	}
	return fill(x, a.fields)
}

// report fills in what a township reports beside the list.
func (p *play) report(x *handover.Dispute, a act) error {
	*x = handover.Dispute{Matter: a.tale.form["what"], Unit: p.ids[a.tale.form["asked"]], AskedOn: a.day, Manner: "group", Ground: "unlisted", Words: a.words}
	return fill(x, a.fields)
}

// contest finds the case that a township's objection brought about.
func (p *play) contest(tx *db.Tx, a act) error {
	by, err := p.Actor(tx, a.login, a.at)
	if err != nil {
		return err
	}
	rows, err := casework.Children(tx, by, p.opened[a.tale.form["from"]])
	for _, r := range rows {
		if r.Owner == p.ids[a.target] {
			p.opened[a.tale.key] = r.ID
			return nil
		}
	}
	if err == nil {
		err = fmt.Errorf("%s does not contest", a.target)
	}
	return err
}
