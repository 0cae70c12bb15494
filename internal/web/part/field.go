package part

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"yidan/internal/form"
)

// A Post is a form that changes something. Token and one-time number are put in
// by themselves.
type Post struct {
	To    string
	Save  string // where the script saves the draft while it is being written; "" for nowhere
	Files bool   // may carry files
	ID    string // for buttons that stand outside of it
	Class string
}

// A Do is a button of a form.
type Do struct {
	Name, Value, Text string
	Tone              Weight
}

// A Weight is how much a button weighs on the page.
type Weight string

const (
	Main   Weight = ""      // the one thing to do
	Second Weight = "plain" // something else
	Grave  Weight = "grave" // not to be undone
)

// An entry is one field on the page.
type entry struct {
	form.Field
	name string // as sent, such as duties.0.unit
	src  any
	text string
	over string // the rule of the section: a field that rests on it does not say so again
}

// cited is the rule that a field shows; "" where it is the section's.
func (e entry) cited() string {
	if e.Rule == e.over {
		return ""
	}
	return e.Rule
}

// newEntry is a field of src; the field's own name is the last part of name.
func newEntry(f form.Field, prefix string, src any) entry {
	f.Rule = form.RuleOf(src, f)
	return entry{Field: f, name: prefix + f.Name, src: src, text: form.Get(src, f.Name)}
}

func (e entry) under(rule string) entry {
	e.over = rule
	return e
}

func (e entry) id() string { return fieldID(e.name) }

// described lists what a screen reader says after the label.
func (e entry) described(ctx context.Context) string {
	var ids []string
	if e.Hint != "" || e.cited() != "" || e.dateHint() != "" {
		ids = append(ids, e.id()+"-hint")
	}
	if wrong(ctx, e.name) != "" {
		ids = append(ids, e.id()+"-wrong")
	}
	if e.Max > 0 {
		ids = append(ids, e.id()+"-count")
	}
	return strings.Join(ids, " ")
}

// attrs are what every input of a field carries.
func (e entry) attrs(ctx context.Context) templ.Attributes {
	a := templ.Attributes{"id": e.id(), "name": e.name}
	if d := e.described(ctx); d != "" {
		a["aria-describedby"] = d
	}
	if wrong(ctx, e.name) != "" {
		a["aria-invalid"] = "true"
	}
	if e.Max > 0 {
		a["data-max"] = strconv.Itoa(e.Max)
	}
	return a
}

// option ids: the first is the field's own, so that the error summary leads to it.
func (e entry) optionID(i int) string {
	if i == 0 {
		return e.id()
	}
	return e.id() + "-" + strconv.Itoa(i)
}

// A group is the options under one heading; From counts those before it.
type group struct {
	Title   string
	Options []form.Option
	From    int
}

// groups are the options under their headings, in the order of the first of each;
// a single heading says nothing and is left out.
func (e entry) groups() (gs []group) {
	for _, o := range e.Options {
		i := slices.IndexFunc(gs, func(g group) bool { return g.Title == o.Group })
		if i < 0 {
			i, gs = len(gs), append(gs, group{Title: o.Group})
		}
		gs[i].Options = append(gs[i].Options, o)
	}
	for i := 1; i < len(gs); i++ {
		gs[i].From = gs[i-1].From + len(gs[i-1].Options)
	}
	if len(gs) == 1 {
		gs[0].Title = ""
	}
	return gs
}

func (e entry) picked(g group) bool {
	return slices.ContainsFunc(g.Options, func(o form.Option) bool { return e.chosen(o.Value) })
}

func (e entry) chosen(v string) bool {
	return e.text == v || slices.Contains(form.List(e.src, e.Field.Name), v)
}

func (e entry) dateHint() string {
	if e.Type == form.Date && e.Hint == "" {
		return "例如 2026年11月23日，或 2026-11-23"
	}
	return ""
}

// lines is how high a text box starts out.
func (e entry) lines() string {
	switch {
	case e.Max > 0 && e.Max <= 100:
		return "2"
	case e.Max > 600:
		return "7"
	}
	return "4"
}

// rows are the rows of a table with their prefixes: those there are, one if there
// is none, and one more if it was asked for.
func (e entry) rows(ctx context.Context) (all [][]entry) {
	rows := form.RowsOf(e.src, e.Field.Name)
	n := len(rows)
	if n == 0 || scene(ctx).More == e.name {
		n++
	}
	for i := range n {
		var src any = struct{}{}
		if i < len(rows) {
			src = rows[i]
		}
		var row []entry
		for _, f := range e.Fields {
			x := newEntry(f, fmt.Sprintf("%s.%d.", e.name, i), src)
			x.over = e.over
			row = append(row, x)
		}
		all = append(all, row)
	}
	return all
}

// given is the fields of a section that the form as filled in has to answer.
func given(s form.Section, src any) []form.Field {
	return slices.DeleteFunc(s.Reach(src).Fields, func(f form.Field) bool { return !form.Asked(src, f) })
}

// whenText says in words when a field is asked for: 选择“阶段性”时填写.
func whenText(f form.Field, among []form.Field) string {
	name, values, ok := strings.Cut(f.When, "=")
	if !ok {
		return ""
	}
	var labels []string
	for _, v := range strings.Split(values, "|") {
		label := v
		for _, g := range among {
			if g.Name == name {
				label = labelOf(g, v)
			}
		}
		if r := []rune(label); len(r) > 16 {
			label = string(r[:12]) + "…"
		}
		labels = append(labels, "“"+label+"”")
	}
	return "选择" + strings.Join(labels, "或") + "时填写"
}

func labelOf(f form.Field, v string) string {
	for _, o := range f.Options {
		if o.Value == v {
			return o.Label
		}
	}
	return v
}

// answer is a field's content in words, for reading; "" when it was left out.
func answer(f form.Field, src any) string {
	text := form.Get(src, f.Name)
	switch f.Type {
	case form.Choice, form.Select:
		return labelOf(f, text)
	case form.Many:
		var all []string
		for _, v := range form.List(src, f.Name) {
			all = append(all, labelOf(f, v))
		}
		return strings.Join(all, "、")
	case form.Tick:
		if text != "" {
			return "是"
		}
		return "否"
	case form.Date:
		return Day(text)
	}
	return text
}

// Day is a date as people read it: 2026年11月23日（周一）; a text that is no date stays.
func Day(date string) string {
	d, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return date
	}
	return fmt.Sprintf("%d年%d月%d日（周%s）", d.Year(), d.Month(), d.Day(), []string{"日", "一", "二", "三", "四", "五", "六"}[d.Weekday()])
}

// Size is a file's size as people read it.
func Size(n int64) string {
	switch {
	case n < 1<<10:
		return fmt.Sprintf("%d 字节", n)
	case n < 1<<20:
		return fmt.Sprintf("%d KB", (n+1<<9)>>10)
	}
	return fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
}

// A File that was uploaded.
type File struct {
	ID, Name, Href string
	Size           int64
	Note           string // who and when, or what is wrong with it
}

// An Upload takes files; what is there already can be taken away one by one.
type Upload struct {
	Name, Label, Hint, Accept string
	Files                     []File
	Drop                      string // name of the buttons that take one away; "" when nothing may go
}

// Types that uploads take, for Accept.
const Documents = ".pdf,.ofd,.doc,.docx,.xls,.xlsx,.jpg,.jpeg,.png"

// Said is a field's content in words, "" when it was left out.
func Said(f form.Field, src any) string { return answer(f, src) }
