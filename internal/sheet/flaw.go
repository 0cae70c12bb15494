package sheet

import (
	"fmt"
	"strings"
)

// A Flaw is what keeps a row, or a file, from being entered: where it stands, in
// words, and the demand it goes against. A remark to the reader has the same form
// and keeps nothing from being entered.
type Flaw struct {
	Sheet  string `json:"sheet"`
	Row    int    `json:"row"`    // from 1, as the spreadsheet counts; 0 is the whole sheet
	Column string `json:"column"` // its letter: B
	Text   string `json:"text"`
	Rule   string `json:"rule,omitempty"`
	Item   string `json:"item,omitempty"` // what the row is called
	At     int    `json:"-"`              // its place among what was checked
}

// Where is the place in words: 表“基本履职事项”第 3 行 B 列.
func (f Flaw) Where() string {
	var b strings.Builder
	if f.Sheet != "" {
		fmt.Fprintf(&b, "表“%s”", f.Sheet)
	}
	if f.Row > 0 {
		fmt.Fprintf(&b, "第 %d 行", f.Row)
	}
	if f.Column != "" {
		fmt.Fprintf(&b, " %s 列", f.Column)
	}
	return b.String()
}

func (f Flaw) String() string {
	if w := f.Where(); w != "" {
		return w + "：" + f.Text
	}
	return f.Text
}
