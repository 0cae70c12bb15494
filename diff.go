package main

import (
	"fmt"
	"strings"

	"yidan/internal/catalog"
	"yidan/internal/org"
	"yidan/internal/redline"
)

type diffCommand struct {
	Place
	Before   string `arg:"" help:"Edition (its number or 文号), day, or DAY@DAY: the first as it was known on the second."`
	After    string `arg:"" help:"The same; what it became."`
	Township string `help:"Only the list of this township." placeholder:"NAME"`
	JSON     bool   `help:"Print JSON." name:"json"`
}

// A compared list is what two moments tell differently.
type compared struct {
	Before   told         `json:"before"`
	After    told         `json:"after"`
	Township string       `json:"township,omitempty"`
	Counts   counts       `json:"counts"`
	Items    []difference `json:"items"`
}

// A told is one side: what was asked for, and the day and the last edition that answer.
type told struct {
	Asked   string `json:"asked"`
	On      string `json:"on"`
	Edition int64  `json:"edition"` // the last that is known; 0 is none
}

type counts struct {
	Added     int `json:"added"`
	Cancelled int `json:"cancelled"`
	Adjusted  int `json:"adjusted"`
	Unchanged int `json:"unchanged"`
}

type difference struct {
	Kind    catalog.Kind          `json:"kind"`
	Code    string                `json:"code"`
	Name    string                `json:"name"`
	Because []because             `json:"because"`
	Fields  []catalog.FieldChange `json:"fields"`
}

// A because is one version that makes the difference.
type because struct {
	Edition     int64  `json:"edition"`
	Number      string `json:"number"`
	EffectiveOn string `json:"effective_on"`
	Cause       string `json:"cause"` // id of the import or the case
}

// Run prints what differs: the counts, then every item field by field.
func (c *diffCommand) Run(sh *Shell) error {
	b, err := c.book(sh)
	if err != nil {
		return err
	}
	var ms [2]catalog.Moment
	for i, asked := range []string{c.Before, c.After} {
		var ok bool
		if ms[i], _, ok = b.Parse(asked); !ok {
			return fmt.Errorf("%w: %s is no edition and no day", errMisuse, asked)
		}
	}
	q, err := only(b, c.Township, org.Day(sh.Now()))
	if err != nil {
		return err
	}
	got := b.Compare(ms[0], ms[1], q)
	n := got.Counts()
	out := compared{Before: told{c.Before, ms[0].On, ms[0].Edition}, After: told{c.After, ms[1].On, ms[1].Edition}, Township: c.Township,
		Counts: counts{n[catalog.Added], n[catalog.Cancelled], n[catalog.Adjusted], got.Unchanged}, Items: []difference{}}
	for _, d := range got.Differences {
		x := difference{Kind: d.Kind(), Code: d.Code(), Name: d.Version().Name, Because: []because{}, Fields: d.Fields()}
		for _, v := range b.Between(d.Code(), ms[0], ms[1]) {
			e, _ := b.Edition(v.Edition)
			x.Because = append(x.Because, because{e.No, e.Number, v.From, v.Cause})
		}
		out.Items = append(out.Items, x)
	}
	if c.JSON {
		return sh.json(out)
	}
	fmt.Fprintf(sh.Out, "新增 %d · 取消 %d · 调整 %d · 未变 %d\n", out.Counts.Added, out.Counts.Cancelled, out.Counts.Adjusted, out.Counts.Unchanged)
	for _, x := range out.Items {
		var docs []string
		for _, y := range x.Because {
			docs = append(docs, fmt.Sprintf("第 %d 版 %s", y.Edition, y.Number))
		}
		fmt.Fprintf(sh.Out, "\n%s %s %s（%s）\n", catalog.KindName(x.Kind), x.Code, x.Name, strings.Join(docs, "；"))
		for _, f := range x.Fields {
			fmt.Fprintf(sh.Out, "  %s：%s\n", f.Name, redlined(f.Runs))
		}
	}
	return nil
}

// redlined is a comparison as plain text: 【删：…】【增：…】.
func redlined(rs []redline.Run) string {
	var b strings.Builder
	for _, r := range rs {
		switch r.Was {
		case redline.Gone:
			b.WriteString("【删：" + r.Text + "】")
		case redline.New:
			b.WriteString("【增：" + r.Text + "】")
		default:
			b.WriteString(r.Text)
		}
	}
	return strings.ReplaceAll(b.String(), "\n", "\n    ")
}
