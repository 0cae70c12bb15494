package calendar

import (
	"bufio"
	"bytes"
	"embed"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"yidan/internal/fault"
	"yidan/internal/form"
)

// The kinds of edition, weakest first.
const (
	National = "national" // 国务院办公厅年度通知
	Later    = "later"    // 后续通知: changes a yearly one
	Local    = "local"    // 区内补充
)

var rank = map[string]int{National: 0, Later: 1, Local: 2}

var kindNames = map[string]string{"年度通知": National, "后续通知": Later, "区内补充": Local}

// An Edition says of some days whether they are worked (放假安排).
type Edition struct {
	Kind   string     `json:"kind"`
	Year   int        `json:"year"`
	Number string     `json:"number"` // 国办发明电〔2025〕7号
	Title  string     `json:"title"`
	Issued string     `json:"issued"` // 2006-01-02
	Days   []NamedDay `json:"days"`   // in order
}

// A NamedDay is a day off (休) or a make-up working day (班).
type NamedDay struct {
	Date  string `json:"date"`
	Works bool   `json:"works"`
	Name  string `json:"name"` // 国庆节
}

// Source is how the edition is cited.
func (e Edition) Source() string {
	if e.Number != "" {
		return e.Number
	}
	return e.Title
}

//go:embed editions/*.txt
var files embed.FS

// Built is the calendar of the notices that are in the binary.
var Built = sync.OnceValue(func() *Calendar {
	names, err := files.ReadDir("editions")
	if err != nil {
		panic(err)
	}
	var es []Edition
	for _, n := range names {
		b, err := files.ReadFile("editions/" + n.Name())
		if err != nil {
			panic(err)
		}
		e, err := ParseEdition(bytes.NewReader(b))
		if err == nil {
			err = e.Check()
		}
		if err != nil {
			panic(fmt.Errorf("%s: %w", n.Name(), err)) // a test reads them all
		}
		es = append(es, e)
	}
	return New(es...)
})

// maxFile bounds an edition's file; a year takes about 1 KB.
const maxFile = 64 << 10

// maxRange bounds one line's range of days.
const maxRange = 31

// ParseEdition reads an edition from a text or CSV file in UTF-8. Lines are
// "日期,休或班,名称", where 日期 may be a range (2026-10-01至2026-10-07); lines
// "年度,2026", "类别,年度通知", "标题,…", "文号,…" and "印发日期,2025-11-04"
// may stand anywhere. All faults are reported, each with its line. What the
// edition as a whole must satisfy is for [Edition.Check].
func ParseEdition(r io.Reader) (e Edition, err error) {
	b, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return e, err
	}
	switch {
	case len(b) > maxFile:
		return e, fault.On("file", "", "文件超过 64 KB，不像放假安排。只保留日期、休或班、名称三列后再上传")
	case !utf8.Valid(b):
		return e, fault.On("file", "", "文件不是 UTF-8 编码。在表格软件中另存为“CSV UTF-8”后再上传")
	}
	e.Kind = National
	var faults []*fault.Fault
	seen := map[string]int{}
	lines := bufio.NewScanner(bytes.NewReader(bytes.TrimPrefix(b, []byte("\ufeff"))))
	lines.Buffer(nil, maxFile+1)
	for no := 1; lines.Scan(); no++ {
		if err := e.line(lines.Text(), no, seen); err != nil {
			faults = append(faults, fault.On(fmt.Sprintf("line-%d", no), "", "第 %d 行：%v", no, err))
		}
	}
	if err := lines.Err(); err != nil {
		return e, err
	}
	slices.SortFunc(e.Days, func(a, b NamedDay) int { return strings.Compare(a.Date, b.Date) })
	return e, fault.Join(faults...)
}

func (e *Edition) line(text string, no int, seen map[string]int) error {
	text = strings.TrimSpace(text)
	if text == "" || text[0] == '#' {
		return nil
	}
	cells := strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == '，' || r == '\t' })
	for i := range cells {
		cells[i] = strings.Trim(cells[i], " \u3000\"")
	}
	cells = append(cells, "", "", "")
	if cells[0] == "日期" { // the head of a table
		return nil
	}
	if head, err := e.head(cells[0], cells[1]); head || err != nil {
		return err
	}
	first, last, err := dates(cells[0])
	if err != nil {
		return err
	}
	if cells[1] != "休" && cells[1] != "班" {
		return fmt.Errorf("第二列写“休”或“班”，现在是“%s”", cells[1])
	}
	for d := first; d <= last; d++ {
		if was := seen[d.String()]; was != 0 {
			return fmt.Errorf("%s 在第 %d 行已经写过", d, was)
		}
		seen[d.String()] = no
		e.Days = append(e.Days, NamedDay{Date: d.String(), Works: cells[1] == "班", Name: cells[2]})
	}
	return nil
}

// head reads a line about the edition itself.
func (e *Edition) head(key, value string) (bool, error) {
	switch key {
	case "年度":
		y, err := strconv.Atoi(strings.TrimSuffix(value, "年"))
		if err != nil {
			return true, fmt.Errorf("年度写成四位数字，例如 2027")
		}
		e.Year = y
	case "类别":
		k, ok := kindNames[value]
		if !ok {
			return true, fmt.Errorf("类别写“年度通知”“后续通知”或“区内补充”")
		}
		e.Kind = k
	case "标题":
		e.Title = value
	case "文号":
		e.Number = value
	case "印发日期":
		d, err := form.ParseDate(value)
		if err != nil {
			return true, fmt.Errorf("印发日期写成 2026-11-23 这样的日期")
		}
		e.Issued = d
	default:
		return false, nil
	}
	return true, nil
}

func dates(cell string) (first, last day, err error) {
	a, b, ranged := strings.Cut(cell, "至")
	if !ranged {
		if a, b, ranged = strings.Cut(cell, "~"); !ranged {
			b = a
		}
	}
	var ds [2]day
	for i, s := range []string{a, b} {
		date, err := form.ParseDate(s)
		if err != nil {
			return 0, 0, fmt.Errorf("“%s”不是日期，写成 2026-10-01 或 2026-10-01至2026-10-07", cell)
		}
		ds[i], _ = parseDay(date) // form gives a real day
	}
	if ds[1] < ds[0] || ds[1]-ds[0] > maxRange {
		return 0, 0, fmt.Errorf("“%s”的结束日期应在开始日期之后，相隔不超过 %d 天", cell, maxRange)
	}
	return ds[0], ds[1], nil
}

// minHolidays is less than any yearly notice has given: a file with fewer days
// off has lost lines.
const minHolidays = 7

// Check says what keeps an edition from being proposed, field by field.
func (e Edition) Check() error {
	var fs []*fault.Fault
	add := func(name, format string, args ...any) { fs = append(fs, fault.On(name, "", format, args...)) }
	if _, ok := rank[e.Kind]; !ok {
		add("kind", "选择这份安排是年度通知、后续通知还是区内补充")
	}
	if e.Year < 2000 || e.Year > 2199 {
		add("year", "填写“年度”，例如 2027")
	}
	if strings.TrimSpace(e.Title) == "" {
		add("title", "填写“标题”")
	}
	if e.Kind != Local && strings.TrimSpace(e.Number) == "" {
		add("number", "填写“文号”，例如 国办发明电〔2025〕7号")
	}
	if d, err := form.ParseDate(e.Issued); err != nil || d != e.Issued {
		add("issued", "填写“印发日期”，例如 2025-11-04")
	}
	if len(e.Days) == 0 {
		add("days", "至少列出一天，写明休或班")
	}
	off := 0
	for _, n := range e.Days {
		d, err := parseDay(n.Date)
		if err != nil {
			add("days", "“%s”不是日期", n.Date)
			continue
		}
		if y := d.year(); y != e.Year && !(y == e.Year-1 && d >= firstOf(e.Year)-31) {
			add("days", "%s 不在%d年", n.Date, e.Year)
		}
		if n.Works && !d.weekend() && e.Kind == National {
			add("days", "%s 是%s，本来上班，不会是调休上班日。核对日期", n.Date, d.name())
		}
		if !n.Works {
			off++
		}
	}
	if e.Kind == National && len(e.Days) > 0 && off < minHolidays {
		add("days", "年度通知应列全部放假日，现在只有 %d 天。补全后再提交", off)
	}
	return fault.Join(fs...)
}

func firstOf(year int) day {
	d, _ := parseDay(fmt.Sprintf("%04d-01-01", year))
	return d
}
