package part

import (
	"slices"

	"github.com/a-h/templ"

	"yidan/internal/calendar"
	"yidan/internal/redline"
)

// A Fact is one line of what is known. With Show the value is a component;
// otherwise it is Text, and "" is said in words.
type Fact struct {
	Label, Text string
	Show        templ.Component
	Change      string // address where it can be changed
}

// A Step of a procedure: fixed, and not the reader's own work.
type Step struct {
	Title, Note string
	State       string // done, now, ahead
	Rule        string
	Who, Output string // for the drawing: whom it asks, what comes of it
	Term        string
}

// An Entry of the timeline.
type Entry struct {
	At   string // 11月20日 24:00; never an invented hour
	Text string // who did what
	More string // what they wrote
	Rule string
}

// An Opinion somebody gave.
type Opinion struct {
	Who, Short string // 城关镇, 城关
	Verdict    string // 同意
	Yes, No    bool   // colours the verdict; neither for what is neither
	At, Text   string
	Signed     string // 经办起草，负责人签发
	Quiet      bool   // nobody said this: the system noted it
}

// A Column of a table.
type Column struct {
	Title string
	Num   bool // numbers, aligned on the right
}

// Without takes a column out.
func (t *Table) Without(i int) {
	t.Columns = slices.Delete(slices.Clone(t.Columns), i, i+1)
	for k := range t.Rows {
		t.Rows[k].Cells = slices.Delete(t.Rows[k].Cells, i, i+1)
	}
}

// A Line is what a row of a list says: what it is about, with its number below,
// and what the columns say of it.
type Line struct {
	Link   Link
	Number string
	Cells  []string
	Light  calendar.Light // the last column, where it has a State
	Seen   bool
}

// A Row of a table: a line, where it is one, and then cells. Pick is the value of
// its check box; without one it cannot be picked.
type Row struct {
	Line  *Line
	Cells []templ.Component
	Pick  string
	Name  string // what the check box picks
	On    bool   // it is ticked
	Seen  bool   // already opened
}

// A Table becomes a stack of cards on a phone.
type Table struct {
	Caption string
	Columns []Column
	Rows    []Row
	Pick    string // name of the check boxes; "" for none
}

// An Option of a filter.
type Option struct {
	Value, Label string
	Count        int
	On           bool
}

// A Group of a filter.
type Group struct {
	Title, Name string
	Kind        string // check, radio, text, date, select
	Value       string // of text and date; of a menu what is chosen
	Options     []Option
	Menu        *Menu  // of a select, instead of options
	None        string // of a select: what choosing nothing is; 全部 where empty
}

func (g Group) choices() []Option {
	if g.Menu != nil {
		return g.Menu.options
	}
	return g.Options
}

// Label is how a value of the group is called; the value where it is none of the choices.
func (g Group) Label(value string) string {
	for _, o := range g.choices() {
		if o.Value == value {
			return o.Label
		}
	}
	return value
}

// A Filter narrows a list down. It is a form that asks by GET, so that what is
// shown has an address.
type Filter struct {
	Title  string // 筛选
	Button string // 应用筛选
	To     string
	Keep   []Fact // hidden values that stay: name and value
	Groups []Group
	Chips  []Link // each takes one filter away
	Clear  string
	Open   bool // not folded away: something has to be chosen
}

// A Pager leads on, and back: one page, or to the first where a list goes on by
// key. There is no counting of pages.
type Pager struct{ First, Prev, Next, Note string }

// A List is a table with what narrows it, what is said where it has no rows, and
// the way on: what every list of the product is made of.
type List struct {
	Heading string          // 52 项; "" for none
	Beside  templ.Component // beside the heading: an article, a link
	Filter  *Filter
	Table   Table
	Empty   templ.Component // in place of a table without rows
	Pager   Pager
}

// A Number that leads to what it counts.
type Number struct {
	N, Label, Href string
	Hot            bool
}

// A Verify is the code by which anybody checks a thing, and the picture of it that
// a telephone reads; without an Image there is the code alone.
type Verify struct{ Code, Image, Href string }

// A Door is a large way in. With Post it begins something and is a button.
type Door struct {
	Title, Text, Href string
	Post              bool
}

// A Change of one field, from one text to another.
type Change struct {
	Field  string
	Runs   []redline.Run
	Before string // for print: 修改前
	After  string // for print: 修改后
	Gone   string // what of it has no force any more
	Basis  Link   // what it rests on
	Print  string // the same on paper, where the page says it elsewhere
}

// An Interruption is a page before something unusual or irreversible.
type Interruption struct {
	Title, Text, Rule string
	Points            []string
	Post              Post
	Do                Do
	Back              Link
}

// A Kept text is what a person typed that could not be saved.
type Kept struct{ Label, Text string }

// Why answers 这个日期怎么算的？ below a light.
type Why = calendar.Explanation

// grounds are what a change rests on, in words.
func (c Change) grounds() string { return c.Basis.Text + c.Print }

// groundsOf counts the changes that say what they rest on; one may say it for all.
func groundsOf(cs []Change) (n int) {
	for _, c := range cs {
		if c.grounds() != "" {
			n++
		}
	}
	return n
}
