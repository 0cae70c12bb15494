package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"yidan/internal/catalog"
	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/form"
	"yidan/internal/org"
	"yidan/internal/sheet"
)

type importCommand struct {
	Place
	File        string   `arg:"" help:"Spreadsheet (.xlsx): the three national parts, the columns of Art. 2 or those of a power list." type:"path"`
	Township    []string `help:"Township the file is for; may be given several times. Without it the file says." placeholder:"NAME"`
	DryRun      bool     `help:"Read and check only; needs no store and no units."`
	JSON        bool     `help:"Print JSON." name:"json"`
	Number      string   `help:"Number of the document that issues the list (文号), where the import becomes the first edition at once." default:"首次导入"`
	IssuedOn    string   `help:"Date of that document; today by default." placeholder:"DATE"`
	EffectiveOn string   `help:"Day on which the list takes effect; that date by default." placeholder:"DATE"`
}

// Help says who decides.
func (c *importCommand) Help() string {
	return `In a district with a list office (区委编办) the import is proposed to it and becomes the first edition when a
second person or a leader there approves it with the document's number. In a store that has no list office yet,
nobody could approve: the import is the first edition at once.

Departments that the directory does not know are kept as the file writes them and noted: lists also say 林业主管部门.
Townships that it does not know are faults as soon as the district has townships. With a fault nothing is stored.`
}

// An imported is what an import came to.
type imported struct {
	File    string               `json:"file"`
	Rows    map[catalog.Part]int `json:"rows"`
	Total   int                  `json:"total"`
	Faults  []catalog.Flaw       `json:"faults"`
	Notes   []catalog.Flaw       `json:"notes"`
	Stored  bool                 `json:"stored"`
	Import  string               `json:"import_id,omitempty"`
	Edition *catalog.Edition     `json:"edition,omitempty"`
}

// errFaults reports that a file has faults, which are told already.
var errFaults = errors.New("the file has faults; nothing is stored")

// Run reads the file, tells what it says, and keeps all of it or nothing.
func (c *importCommand) Run(sh *Shell) error {
	sheets, err := readSheets(c.File)
	if err != nil {
		if f, ok := fault.As(err); ok {
			return c.tell(sh, imported{File: filepath.Base(c.File), Faults: []catalog.Flaw{{Text: sentence(f)}}}, true)
		}
		return err
	}
	issue, err := c.issue(sh)
	if err != nil {
		return err
	}
	d, err := c.store(sh)
	if err != nil {
		return err
	}
	if d != nil {
		defer d.Close()
	}
	var draft catalog.Draft
	got := imported{File: filepath.Base(c.File)}
	look := func(tx *db.Tx) (err error) {
		draft, err = catalog.Understand(tx, got.File, sheets, c.Township, sh.Now())
		return err
	}
	if d == nil {
		err = look(nil)
	} else {
		err = d.Read(sh.Context, look)
	}
	if err != nil {
		return err
	}
	got.Rows, got.Total, got.Faults, got.Notes = draft.Counts(), len(draft.Items), draft.Flaws, draft.Notes
	if len(draft.Flaws) > 0 || c.DryRun {
		return c.tell(sh, got, len(draft.Flaws) > 0)
	}
	err = d.Write(sh.Context, func(tx *db.Tx) (err error) {
		got.Import, got.Edition, err = catalog.Found(tx, draft, issue, sh.Now())
		return err
	})
	if err != nil {
		if f, ok := fault.As(err); ok {
			got.Import, got.Edition, got.Faults = "", nil, []catalog.Flaw{{Text: sentence(f), Rule: f.Rule}}
			return c.tell(sh, got, true)
		}
		return err
	}
	got.Stored = true
	return c.tell(sh, got, false)
}

// store opens the store; a dry run does without where there is none.
func (c *importCommand) store(sh *Shell) (*db.DB, error) {
	if _, err := os.Stat(filepath.Join(c.Data, db.File)); c.DryRun && c.DB == "" && err != nil {
		return nil, nil
	}
	return c.open(sh)
}

func (c *importCommand) issue(sh *Shell) (i catalog.Issue, err error) {
	i = catalog.Issue{Number: c.Number, IssuedOn: org.Day(sh.Now())}
	if c.IssuedOn != "" {
		if i.IssuedOn, err = form.ParseDate(c.IssuedOn); err != nil {
			return i, fmt.Errorf("%w: --issued-on %s: %w", errMisuse, c.IssuedOn, err)
		}
	}
	i.EffectiveOn = i.IssuedOn
	if c.EffectiveOn != "" {
		if i.EffectiveOn, err = form.ParseDate(c.EffectiveOn); err != nil {
			return i, fmt.Errorf("%w: --effective-on %s: %w", errMisuse, c.EffectiveOn, err)
		}
	}
	return i, nil
}

// tell prints what an import came to: the outcome on standard output, faults of
// a person's file on standard error.
func (c *importCommand) tell(sh *Shell, got imported, bad bool) error {
	if got.Rows == nil {
		got.Rows = catalog.Draft{}.Counts()
	}
	if c.JSON {
		if got.Faults == nil {
			got.Faults = []catalog.Flaw{}
		}
		if got.Notes == nil {
			got.Notes = []catalog.Flaw{}
		}
		if err := sh.json(got); err != nil {
			return err
		}
	} else {
		for _, p := range catalog.Parts {
			fmt.Fprintf(sh.Out, "%s %d\n", p.Name, got.Rows[p.Part])
		}
		for _, n := range got.Notes {
			fmt.Fprintln(sh.Out, "说明：", n)
		}
		for _, f := range got.Faults {
			fmt.Fprintln(sh.Err, f)
		}
		switch {
		case got.Edition != nil:
			fmt.Fprintf(sh.Out, "已成为第 %d 版（%s），%s起施行\n", got.Edition.No, got.Edition.Number, got.Edition.EffectiveOn)
		case got.Stored:
			fmt.Fprintln(sh.Out, "已提交区委编办审定：清单 → 导入")
		case !bad:
			fmt.Fprintln(sh.Out, "可以导入。这次只检查，没有保存")
		}
	}
	if bad {
		return errFaults
	}
	return nil
}

func sentence(f *fault.Fault) string {
	if len(f.Fields) > 0 {
		return f.Fields[0].Text
	}
	return f.Text
}

func readSheets(name string) ([]sheet.Sheet, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !st.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: not a file", name)
	}
	if strings.EqualFold(filepath.Ext(name), ".tsv") {
		b, err := io.ReadAll(io.LimitReader(f, sheet.MaxFile+1))
		if err != nil {
			return nil, err
		}
		return sheet.Tabbed(b, filepath.Base(name))
	}
	return sheet.Read(f, st.Size(), filepath.Base(name))
}

type listCommand struct {
	Place
	On       string `help:"Day; today by default." placeholder:"DATE"`
	Known    string `help:"As it had been published by this day; today by default." placeholder:"DATE"`
	Township string `help:"Only what applies to this township." placeholder:"NAME"`
	JSON     bool   `help:"Print JSON." name:"json" xor:"as"`
	XLSX     string `help:"Write a spreadsheet, in the columns in which the list came in." name:"xlsx" placeholder:"FILE" type:"path" xor:"as"`
}

// A listed is the list as it stood on a day.
type listed struct {
	On       string           `json:"on"`
	Known    string           `json:"known,omitempty"`
	Township string           `json:"township,omitempty"`
	Edition  *catalog.Edition `json:"edition"`
	Items    []listedItem     `json:"items"`
}

type listedItem struct {
	Code string `json:"code"`
	catalog.Text
	AllTownships bool   `json:"all_townships"`
	EffectiveOn  string `json:"effective_on"`
	EditionNo    int64  `json:"edition"`
}

// book opens the store and reads the history of the list.
func (p Place) book(sh *Shell) (b *catalog.Book, err error) {
	err = p.reading(sh, func(tx *db.Tx) (err error) { b, err = catalog.Load(tx); return err })
	return b, err
}

// only asks for what applies to a township; without a name, for everything.
func only(b *catalog.Book, township, day string) (q catalog.Query, err error) {
	if township == "" {
		return q, nil
	}
	key, ok := b.Township(township, day)
	switch {
	case ok:
		q.Township = key
	case len(b.Directory().Townships(day)) > 0:
		return q, fmt.Errorf("no township %s", township)
	default:
		q.Township = township
	}
	return q, nil
}

// Run prints the list.
func (c *listCommand) Run(sh *Shell) error {
	out := listed{On: org.Day(sh.Now()), Items: []listedItem{}}
	if c.On != "" {
		var err error
		if out.On, err = form.ParseDate(c.On); err != nil {
			return fmt.Errorf("%w: --on %s: %w", errMisuse, c.On, err)
		}
	}
	if c.Known != "" {
		var err error
		if out.Known, err = form.ParseDate(c.Known); err != nil {
			return fmt.Errorf("%w: --known %s: %w", errMisuse, c.Known, err)
		}
	}
	book, err := c.book(sh)
	if err != nil {
		return err
	}
	q, err := only(book, c.Township, out.On)
	if err != nil {
		return err
	}
	out.Township = c.Township
	m := book.On(out.On)
	if out.Known != "" {
		m = book.Known(out.On, out.Known)
	}
	if e, ok := book.Current(m); ok {
		out.Edition = &e
	}
	vs := book.Find(m, q)
	switch {
	case c.XLSX != "":
		var b bytes.Buffer
		pages := book.Export(vs, "乡镇（街道）职责任务清单", book.Register().Standing(out.On))
		for i := range pages {
			switch {
			case out.Known != "":
				pages[i].Note = out.On + " 有效的清单，按 " + out.Known + " 以前公布的内容"
			case c.On != "":
				pages[i].Note = out.On + " 有效的清单"
			}
		}
		if err := sheet.Write(&b, pages); err != nil {
			return err
		}
		return os.WriteFile(c.XLSX, b.Bytes(), 0o644)
	case c.JSON:
		for _, v := range vs {
			out.Items = append(out.Items, listedItem{v.Code, *v.Text, v.Everywhere(), v.From, v.Edition})
		}
		return sh.json(out)
	}
	for _, v := range vs {
		fmt.Fprintf(sh.Out, "%-6s %s %s\n", v.Code, catalog.PartName(v.Part), v.Name)
	}
	return nil
}
