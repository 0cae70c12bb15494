package adjustment

import (
	"fmt"
	"slices"

	"yidan/internal/calendar"
	"yidan/internal/casework"
	"yidan/internal/catalog"
	"yidan/internal/fault"
	"yidan/internal/form"
	"yidan/internal/org"
)

// An Edition is the draft of the next one (编制新版): which permitted changes it is to issue.
type Edition struct {
	Title string   `json:"title"`
	Cases []string `json:"cases"` // cases that stand in Issue
	Note  string   `json:"note"`
}

var editionLayout = form.Layout{{
	Key: "edition", Title: "编制新版", Rule: "DM-8.6", Intro: "选择已经批准并备案的变更。印发以后，选中的变更同时生效。",
	Fields: []form.Field{
		{Name: "title", Label: "名称", Hint: "例如 2026年第二次调整", Type: form.Line, Max: 60, Need: "填写“名称”"},
		{Name: "cases", Label: "列入这一版的变更", Type: form.Many, Source: "waiting-changes", Need: "选择至少一件变更"},
		{Name: "note", Label: "编制说明", Type: form.Text, Max: 1500},
	},
}}

func draftOf(c *casework.Case) *Edition { return c.Form.(*Edition) }

var issueSheet = &casework.Sheet{New: func() any { return new(catalog.Issue) }, Layout: catalog.IssueForm}

// edition is how permitted changes become the next edition: the list office makes
// the draft, the two offices issue it by their document (DM-8.6).
func (d *Desk) edition() *casework.Procedure {
	return &casework.Procedure{
		Title: "编制新版", Owning: "编制单位", Prefix: "编制",
		Form: func() any { return new(Edition) }, Layout: editionLayout,
		Subject: func(f any) string { return f.(*Edition).Title },
		Number:  d.Number, Signer: d.Signer, Holder: d.Holder, Heir: d.Heir,
		Steps: []casework.Step{{
			Stage: Draft, Title: "编制新版清单", Rule: "DM-8.6", Status: "编制中", Edits: true,
			Ask: casework.Ask(org.Owner),
			Ways: casework.Ways{
				casework.Submit.To(Issue).Called("送两办印发", "由区委办公室、区政府办公室文件印发"),
				casework.Withdraw.To(casework.Closed).Called("作废草案", "列入的变更留待下一版").Gravely(),
			},
			Check: d.checkEdition,
		}, {
			Stage: Issue, Title: "以两办文件印发", Rule: "DM-8.6", Status: "待印发",
			Ask: casework.Ask(org.CommitteeOffice),
			Ways: casework.Ways{
				casework.Done.To(casework.Closed).Called("印发", "列入的变更同时生效，清单成为新的版本").With(issueSheet).Gravely().Do(d.issue),
				casework.Return.To(Draft).Called("退回编办", "修改以后再送").Saying("写明退回的原因"),
			},
			Check: d.checkEdition,
		}},
	}
}

// checkEdition holds an edition back while anything in it is inconsistent, on its
// way out as well as on its way in: another edition may have come first.
func (d *Desk) checkEdition(c *casework.Case, a casework.Answer) error {
	if a.Verdict != casework.Submit && a.Verdict != casework.Done {
		return nil
	}
	if d.Holder(org.ListOffice) != c.Owner.Unit {
		return fault.Refuse("DM-4.1", "新版清单由区委编办编制。%s不是区委编办", d.UnitName(c.Owner.Unit))
	}
	if i, ok := a.Data.(*catalog.Issue); ok {
		if err := catalog.CheckIssue(d.Tx, *i, a.At); err != nil {
			return err
		}
	}
	b, err := d.Book()
	if err != nil {
		return err
	}
	flaws, err := b.Findings(d.Tx, draftOf(c).Cases, a.At)
	if err != nil {
		return err
	}
	var fs []*fault.Fault
	for _, f := range flaws {
		fs = append(fs, fault.On("cases", f.Rule, "%s：%s", f.Item, f.Text))
	}
	return fault.Join(fs...)
}

// issue makes the edition, closes the cases behind it and tells every unit that it
// concerns, all in the transaction of the answer (DM-8.6, DM-9.2).
func (d *Desk) issue(c *casework.Case, a casework.Answer) error {
	b, err := d.Book()
	if err != nil {
		return err
	}
	x, doc := draftOf(c), *a.Data.(*catalog.Issue)
	ps, err := catalog.Waiting(d.Tx)
	if err != nil {
		return err
	}
	e, err := b.IssueChanges(d.Tx, a.By, x.Cases, doc, a.At)
	if err != nil {
		return err
	}
	said := fmt.Sprintf("清单第 %d 版（%s）印发，%s起施行", e.No, e.Number, calendar.SayDay(e.EffectiveOn))
	concerns := map[string]int{}
	for _, p := range ps {
		if !slices.Contains(x.Cases, p.Cause) {
			continue
		}
		before, after := b.Text(p.Base()), p.Text()
		for _, u := range d.touched(before, after) {
			concerns[u]++
		}
		if err := d.Unlisted(c, p.Code, before, after, said); err != nil {
			return err
		}
	}
	for _, id := range x.Cases {
		if err := setEdition(d.Tx, id, e.No); err != nil {
			return err
		}
		c.Tell(id, org.Linked, Issued, said)
	}
	units := make([]string, 0, len(concerns))
	for u := range concerns {
		units = append(units, u)
	}
	slices.Sort(units)
	for _, u := range units {
		c.Tells(org.Unit(u), fmt.Sprintf("%s，涉及本单位 %d 项", said, concerns[u]))
	}
	return nil
}

// touched are the units that either text concerns, each once.
func (d *Desk) touched(before, after *catalog.Text) (units []string) {
	for _, t := range []*catalog.Text{before, after} {
		if t == nil {
			continue
		}
		units = append(units, d.towns(t)...)
		for _, p := range t.Departments {
			if p.Unit != "" {
				units = append(units, p.Unit)
			}
		}
	}
	slices.Sort(units)
	return slices.Compact(units)
}
