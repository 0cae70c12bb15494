package document

import "time"

// A Letter is a 公函 or a 告知书: asking for an opinion (AE-5.2), refusing with
// reasons (AE-6.1), telling of an exit (AE-9.1, AE-12.1), handing papers over (AE-7.1).
type Letter struct {
	Number     string   `json:"number"` // 文号
	Title      string   `json:"title"`
	To         string   `json:"to"` // 主送
	Paragraphs []string `json:"paragraphs"`
	Table      *Sheet   `json:"table,omitempty"`
	Enclosures []string `json:"enclosures,omitempty"` // 附件
	From       string   `json:"from"`                 // 落款
	Date       string   `json:"date"`                 // as written, or 2006-01-02
}

// A Record is a printed 流转记录: who did what in a case, and when.
type Record struct {
	Title    string `json:"title"`  // 事项
	Number   string `json:"number"` // of the case
	Owning   string `json:"owning"` // what its owner is called: 申请单位
	Owner    string `json:"owner"`
	Standing string `json:"standing"` // where it stands
	Steps    []Step `json:"steps"`
}

// A Step is one line of a record.
type Step struct {
	At    time.Time `json:"at"`
	Who   string    `json:"who"` // unit and post
	Stage string    `json:"stage"`
	What  string    `json:"what"`
	Words string    `json:"words"`
}

// A Sheet is a table with a title, such as the list (清单).
type Sheet struct {
	Title     string     `json:"title"`
	Sub       string     `json:"sub"` // below the title: as of which day, which edition
	Landscape bool       `json:"landscape"`
	Heads     []string   `json:"heads"`
	Widths    []int      `json:"widths"` // shares; none: all alike
	Rows      [][]string `json:"rows"`
	Merge     int        `json:"merge"` // so many first columns are merged downwards where they say the same
}

// A Report is several tables below one another, each with its title above it and
// what is to be known of it (Sub) below; one without rows is what is said in its place.
type Report struct {
	Title, Sub string
	Tables     []Sheet
}

func (Letter) form() string { return "letter" }
func (Record) form() string { return "record" }

// sheet is the table of a record.
func (r Record) sheet() Sheet {
	s := Sheet{Title: "流转记录", Heads: []string{"时间", "办理单位和岗位", "环节", "办理情况", "意见"}, Widths: []int{17, 20, 15, 14, 34}}
	for _, x := range r.Steps {
		s.Rows = append(s.Rows, []string{x.At.In(zone).Format("2006-01-02\n15:04"), x.Who, x.Stage, x.What, x.Words})
	}
	return s
}

// facts are the lines above the table of a record.
func (r Record) facts() (ls []string) {
	for _, f := range []struct{ label, text string }{{"编号：", r.Number}, {"事项：", r.Title}, {r.Owning + "：", r.Owner}, {"当前状态：", r.Standing}} {
		if f.text != "" {
			ls = append(ls, f.label+f.text)
		}
	}
	return ls
}

// share is the width of each column of a sheet, adding up to the whole.
func (s Sheet) share(whole float64) []float64 {
	ws, sum := make([]float64, len(s.Heads)), 0.0
	for i := range ws {
		ws[i] = 1
		if i < len(s.Widths) && s.Widths[i] > 0 {
			ws[i] = float64(s.Widths[i])
		}
		sum += ws[i]
	}
	for i := range ws {
		ws[i] *= whole / sum
	}
	return ws
}

// value is a cell; rows may be shorter than the heads.
func value(row []string, i int) string {
	if i < len(row) {
		return row[i]
	}
	return ""
}

// repeats reports whether a cell says what the one above it says, it and all
// before it, so that they are one cell.
func (s Sheet) repeats(row, col int) bool {
	if row == 0 || col >= s.Merge {
		return false
	}
	for i := 0; i <= col; i++ {
		if value(s.Rows[row], i) == "" || value(s.Rows[row], i) != value(s.Rows[row-1], i) {
			return false
		}
	}
	return true
}
