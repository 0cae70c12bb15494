package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"yidan/internal/calendar"
	"yidan/internal/catalog"
	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/form"
	"yidan/internal/org"
	"yidan/internal/regulation"
	"yidan/internal/sheet"
	"yidan/internal/statute"
)

type instrumentsCommand struct {
	Import instrumentsImport `cmd:"" help:"Import instruments and their articles from a spreadsheet (.xlsx, .tsv): all of it, or nothing."`
}

type instrumentsImport struct {
	Place
	File   string `arg:"" help:"Spreadsheet; columns in any order: 名称, 种类, 制定机关, 文号, 公布日期, 施行日期, 版本日期, 条, 条文, 废止日期, 废止依据; or law, version_date, kind, article, sentence." type:"path"`
	DryRun bool   `help:"Only check; store nothing."`
	JSON   bool   `help:"Print JSON." name:"json"`
}

// An entered file, as it is told.
type entered struct {
	File        string       `json:"file"`
	Stored      bool         `json:"stored"`
	Instruments int          `json:"instruments"` // new or completed
	Articles    int          `json:"articles"`    // texts, new or corrected
	Repeals     int          `json:"repeals"`
	Same        int          `json:"same"` // texts that were there already
	Faults      []sheet.Flaw `json:"faults"`
	Notes       []sheet.Flaw `json:"notes"`
}

// Run imports.
func (c *instrumentsImport) Run(sh *Shell) error {
	got := entered{File: filepath.Base(c.File), Faults: []sheet.Flaw{}, Notes: []sheet.Flaw{}}
	refused := func(err error) error {
		if f, ok := fault.As(err); ok {
			got.Faults = append(got.Faults, sheet.Flaw{Text: sentence(f), Rule: f.Rule})
			return c.tell(sh, got)
		}
		return err
	}
	sheets, err := readSheets(c.File)
	if err != nil {
		return refused(err)
	}
	d, err := c.existing(sh)
	if err != nil {
		return err
	}
	defer d.Close()
	var draft statute.Draft
	if err := d.Read(sh.Context, func(tx *db.Tx) (err error) { draft, err = statute.Understand(tx, got.File, sheets); return err }); err != nil {
		return err
	}
	got.Faults, got.Notes, got.Articles, got.Repeals, got.Same = draft.Flaws, draft.Notes, len(draft.Texts), len(draft.Changes), draft.Same
	for _, h := range draft.Heads {
		if h.New || h.Changed {
			got.Instruments++
		}
	}
	if len(draft.Flaws) > 0 || c.DryRun {
		return c.tell(sh, got)
	}
	if err := d.Write(sh.Context, func(tx *db.Tx) error { return statute.Import(tx, draft, sh.Now()) }); err != nil {
		return refused(err)
	}
	got.Stored = true
	return c.tell(sh, got)
}

func (c *instrumentsImport) tell(sh *Shell, got entered) error {
	if c.JSON {
		if err := sh.json(got); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(sh.Out, "%s：法规文件 %d 部，条文 %d 条，废止 %d 次；法规库已有 %d 条\n", got.File, got.Instruments, got.Articles, got.Repeals, got.Same)
		for _, n := range got.Notes {
			fmt.Fprintln(sh.Out, "说明：", n)
		}
		for _, f := range got.Faults {
			fmt.Fprintln(sh.Err, f)
		}
		switch {
		case got.Stored:
			fmt.Fprintln(sh.Out, "已登记到法规库")
		case len(got.Faults) == 0:
			fmt.Fprintln(sh.Out, "可以导入。这次只检查，没有保存")
		}
	}
	if len(got.Faults) > 0 {
		return errFaults
	}
	return nil
}

type impactCommand struct {
	Place
	Instrument string   `arg:"" help:"Title of the instrument, or its id in the register."`
	Article    []string `help:"Article: 10 or 第十条; may be given several times. Without it all of the instrument." placeholder:"N"`
	Event      string   `help:"What would happen: amended, repealed or enacted." enum:"amended,repealed,enacted" default:"repealed"`
	On         string   `help:"Day on which it would; today by default." placeholder:"DATE"`
	JSON       bool     `help:"Print JSON." name:"json"`
}

// Run tells what it would reach; nothing is noted.
func (c *impactCommand) Run(sh *Shell) error {
	a := statute.Account{Event: c.Event, On: c.On, Number: "模拟"}
	if a.On == "" {
		a.On = org.Day(sh.Now())
	} else if day, err := form.ParseDate(a.On); err != nil {
		return fmt.Errorf("%w: --on %s: %w", errMisuse, c.On, err)
	} else {
		a.On = day
	}
	for _, x := range c.Article {
		if !strings.HasPrefix(x, "第") {
			x = "第" + x + "条"
		}
		if !statute.Articled(x) {
			return fmt.Errorf("%w: --article %s: not an article", errMisuse, x)
		}
		a.Articles = append(a.Articles, x)
	}
	var im catalog.Impact
	err := c.reading(sh, func(tx *db.Tx) error {
		reg, err := statute.Load(tx)
		if err != nil {
			return err
		}
		i, ok := reg.Of(c.Instrument)
		if !ok {
			return fmt.Errorf("no instrument %s in the register", c.Instrument)
		}
		if was := reg.Standing(org.Day(sh.Now())).Instrument(i); was.Gone() && c.Event == string(statute.Repealed) && c.On == "" && len(a.Articles) == 0 {
			im, err = regulation.Impact(tx, new(catalog.Books), []statute.Change{was.Change}, sh.Now()) // it has happened
			return err
		}
		cs, err := reg.Changes(i.ID, a)
		if f, ok := fault.As(err); ok {
			return fmt.Errorf("%s", sentence(f))
		}
		if err != nil {
			return err
		}
		im, err = regulation.Impact(tx, new(catalog.Books), cs, sh.Now())
		return err
	})
	if err != nil {
		return err
	}
	if c.JSON {
		return sh.json(im)
	}
	var what []string
	for _, x := range im.Changes {
		what = append(what, x.String())
	}
	fmt.Fprintf(sh.Out, "%s，%s：触及 %d 项，失去最后一条依据 %d 项\n", strings.Join(what, "、"), im.Changes[0].On, len(im.Items), im.Losing())
	for _, t := range im.Items {
		keeps := "没有其他依据"
		if !t.LosesLast {
			keeps = "还有" + catalog.Cited(t.Keeps)
		}
		due := t.Due.At.Add(-1).In(calendar.Zone).Format("2006-01-02")
		if t.Due.Provisional {
			due += "（暂定）"
		}
		fmt.Fprintf(sh.Out, "%s %s  %s  建议%s  %s  %s  %s\n", t.Code, t.Name, t.Way, t.Action.Name(), keeps, strings.Join(t.MustNames, "、"), due)
	}
	for _, b := range im.Uncited {
		fmt.Fprintf(sh.Out, "%s  没有事项引用  建议增加（涉及乡镇、街道责任的）\n", b)
	}
	return nil
}
