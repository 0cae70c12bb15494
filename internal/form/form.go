// Package form describes forms: their sections and fields in the order and
// wording of the regulation they fill in. One description binds what was typed
// to a struct, says what is wrong with it, and tells package web how to show it.
//
// A form's struct holds texts (string, bool, []string, slices of such structs),
// matched to fields by their json names. A draft keeps whatever was typed, right
// or wrong; only [Layout.Check] judges, and it is asked when the form is handed in.
package form

import (
	"encoding/json"
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"yidan/internal/fault"
)

// A Type says how a field is filled in.
type Type string

const (
	Line   Type = "line"   // one line
	Text   Type = "text"   // several lines
	Date   Type = "date"   // a day; kept as 2006-01-02 once it can be read
	Phone  Type = "phone"  // mobile, or area code and number
	Choice Type = "choice" // one of Options, as radio buttons
	Select Type = "select" // one of many Options, as a list
	Many   Type = "many"   // any of Options
	Tick   Type = "tick"   // yes or no
	Rows   Type = "rows"   // a table of Fields, one row after another
)

// An Option of a choice.
type Option struct {
	Value, Label, Hint string
	Group              string // the heading it stands under, where there are many
}

// A Field of a form. Need is the sentence shown when it is empty; a field
// without one may be left out. Max counts characters.
type Field struct {
	Name, Label, Hint string
	Type              Type
	Need              string
	Max               int
	Rule              string
	Rules             map[string]string // the rule instead, by a condition on the rest of the form, written as When is
	Options           []Option
	Source            string  // who fills Options when the form is shown: "townships", "departments", "items"
	Fields            []Field // of Rows
	When              string  // "name=value|value": asked only when that field has one of the values
}

// A Section groups fields; a person can finish one and come back for the next.
type Section struct {
	Key, Title, Rule, Intro string
	Fields                  []Field
}

// A Layout is a whole form.
type Layout []Section

// Fields lists the fields of all sections in order.
func (l Layout) Fields() (fs []Field) {
	for _, s := range l {
		fs = append(fs, s.Fields...)
	}
	return fs
}

// Field finds a field by name.
func (l Layout) Field(name string) (Field, bool) {
	fs := l.Fields()
	i := slices.IndexFunc(fs, func(f Field) bool { return f.Name == name })
	if i < 0 {
		return Field{}, false
	}
	return fs[i], true
}

// Section finds a section by key.
func (l Layout) Section(key string) (Section, bool) {
	i := slices.IndexFunc(l, func(s Section) bool { return s.Key == key })
	if i < 0 {
		return Section{}, false
	}
	return l[i], true
}

// maxRows bounds what one table of a form may hold.
const maxRows = 60

// Bind writes what was typed into dst, a pointer to the form's struct: every
// field of the layout, absent ones as empty. Rows are named name.0.field.
func (l Layout) Bind(dst any, v url.Values) {
	bind(reflect.ValueOf(dst).Elem(), l.Fields(), v, "")
}

func bind(s reflect.Value, fs []Field, v url.Values, prefix string) {
	for _, f := range fs {
		x, ok := member(s, f.Name)
		if !ok {
			panic(fmt.Sprintf("form: %s has no field %q", s.Type(), f.Name))
		}
		name := prefix + f.Name
		switch x.Kind() {
		case reflect.String:
			t := Clean(v.Get(name))
			if f.Type == Date {
				if d, err := ParseDate(t); err == nil {
					t = d
				}
			}
			x.SetString(t)
		case reflect.Bool:
			x.SetBool(v.Get(name) != "")
		case reflect.Slice:
			if f.Type != Rows {
				var all []string
				for _, t := range v[name] {
					if t = Clean(t); t != "" && !slices.Contains(all, t) {
						all = append(all, t)
					}
				}
				x.Set(reflect.ValueOf(all))
				continue
			}
			rows := reflect.MakeSlice(x.Type(), 0, 4)
			for i := range maxRows {
				row := reflect.New(x.Type().Elem()).Elem()
				bind(row, f.Fields, v, RowName(name, i, ""))
				if !row.IsZero() {
					rows = reflect.Append(rows, row)
				}
			}
			x.Set(rows)
		}
	}
}

// RowName is the name of a field within a row of a Rows field, rows counted from 0.
func RowName(rows string, i int, field string) string {
	return fmt.Sprintf("%s.%d.%s", rows, i, field)
}

// member finds the struct field whose json name is name; an embedded struct's
// fields are the form's own, as they are in JSON.
func member(s reflect.Value, name string) (reflect.Value, bool) {
	t := s.Type()
	for i := range t.NumField() {
		if t.Field(i).Anonymous {
			if x, ok := member(s.Field(i), name); ok {
				return x, true
			}
			continue
		}
		tag, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		if tag == name {
			return s.Field(i), true
		}
	}
	return reflect.Value{}, false
}

// Clean is what is kept of a typed text: NFC, without surrounding space of any
// width, without marks that change the reading direction or show as nothing.
func Clean(s string) string {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	s = strings.ReplaceAll(s, "\r\n", "\n")
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case unicode.IsControl(r), r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069, r == 0x200B, r == 0x2060, r == 0xFEFF:
			return -1
		}
		return r
	}, s)
	s = strings.TrimFunc(norm.NFC.String(s), func(r rune) bool { return unicode.IsSpace(r) || r == 0x200C || r == 0x200D })
	return s
}

// Readable reports whether a typed text can be kept as it is: UTF-8 without NUL.
func Readable(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }

// Get is a field's text: of a string, of a bool as "on". src may be a map of
// texts where the fields are not known before.
func Get(src any, name string) string {
	if m, ok := src.(map[string]string); ok {
		return m[name]
	}
	x, ok := member(reflect.Indirect(reflect.ValueOf(src)), name)
	switch {
	case !ok:
		return ""
	case x.Kind() == reflect.Bool && x.Bool():
		return "on"
	case x.Kind() == reflect.String:
		return x.String()
	}
	return ""
}

// List is the texts of a field that holds several.
func List(src any, name string) []string {
	if _, ok := src.(map[string]string); ok {
		return nil
	}
	x, ok := member(reflect.Indirect(reflect.ValueOf(src)), name)
	if !ok {
		return nil
	}
	all, _ := x.Interface().([]string)
	return all
}

// RowsOf is the rows of a Rows field, each a struct.
func RowsOf(src any, name string) (rows []any) {
	x, ok := member(reflect.Indirect(reflect.ValueOf(src)), name)
	if !ok || x.Kind() != reflect.Slice {
		return nil
	}
	for i := range x.Len() {
		rows = append(rows, x.Index(i).Interface())
	}
	return rows
}

// asked reports whether a field applies, given the rest of the form.
func asked(src any, f Field) bool { return f.When == "" || holds(src, f.When) }

// holds reports whether a form has one of the values of a condition: name=value|value.
func holds(src any, when string) bool {
	name, want, _ := strings.Cut(when, "=")
	wants := strings.Split(want, "|")
	return slices.Contains(wants, Get(src, name)) || slices.ContainsFunc(List(src, name), func(v string) bool { return slices.Contains(wants, v) })
}

// RuleOf is the rule that a field rests on, given the rest of the form.
func RuleOf(src any, f Field) string {
	for when, rule := range f.Rules {
		if holds(src, when) {
			return rule
		}
	}
	return f.Rule
}

// Asked reports whether a field applies, given the rest of the form.
func Asked(src any, f Field) bool { return asked(src, f) }

// Reach is the section with the fields that it may come to ask, given the rest of
// the form: one whose condition stands in another section is there where that
// holds, and without it; one that no option offered here leads to is not there.
func (s Section) Reach(src any) Section {
	all := s.Fields
	s.Fields = nil
	for _, f := range all {
		name, want, _ := strings.Cut(f.When, "=")
		named := func(g Field) bool { return g.Name == name }
		switch i := slices.IndexFunc(s.Fields, named); {
		case f.When == "":
		case i >= 0 && len(s.Fields[i].Options) > 0:
			wants := strings.Split(want, "|")
			if !slices.ContainsFunc(s.Fields[i].Options, func(o Option) bool { return slices.Contains(wants, o.Value) }) {
				continue
			}
		case i < 0 && (slices.ContainsFunc(all, named) || !asked(src, f)):
			continue
		case i < 0:
			f.When = ""
		}
		s.Fields = append(s.Fields, f)
	}
	return s
}

// Check says what is wrong with a form, field by field; nil when nothing is.
func (l Layout) Check(src any) (fs []*fault.Fault) {
	for _, s := range l {
		fs = append(fs, s.Check(src)...)
	}
	return fs
}

// Check says what is wrong with a section.
func (s Section) Check(src any) (fs []*fault.Fault) { return check(src, s.Fields, "", s.Rule) }

func check(src any, fields []Field, prefix, rule string) (all []*fault.Fault) {
	say := func(f Field, format string, args ...any) {
		r := RuleOf(src, f)
		if r == "" {
			r = rule
		}
		all = append(all, fault.On(prefix+f.Name, r, format, args...))
	}
	for _, f := range fields {
		if !asked(src, f) {
			continue
		}
		if f.Type == Rows {
			rows := RowsOf(src, f.Name)
			if len(rows) == 0 && f.Need != "" {
				say(f, "%s", f.Need)
			}
			for i, row := range rows {
				all = append(all, check(row, f.Fields, prefix+RowName(f.Name, i, ""), rule)...)
			}
			continue
		}
		t, many := Get(src, f.Name), List(src, f.Name)
		switch {
		case t == "" && len(many) == 0:
			if f.Need != "" {
				say(f, "%s", f.Need)
			}
		case f.Max > 0 && utf8.RuneCountInString(t) > f.Max:
			n := utf8.RuneCountInString(t)
			say(f, "“%s”最多 %d 字，现在 %d 字，删减 %d 字", f.Label, f.Max, n, n-f.Max)
		case f.Type == Date:
			if _, err := ParseDate(t); err != nil {
				say(f, "“%s”应为日期，例如 2026年11月23日", f.Label)
			}
		case f.Type == Phone && !phone(t):
			say(f, "“%s”应为手机号或带区号的座机，例如 0454-8000000", f.Label)
		case (f.Type == Choice || f.Type == Select) && len(f.Options) > 0 && !offered(f, t):
			say(f, "在列出的选项中选择“%s”", f.Label)
		case f.Type == Many && len(f.Options) > 0 && slices.ContainsFunc(many, func(x string) bool { return !offered(f, x) }):
			say(f, "在列出的选项中选择“%s”", f.Label)
		}
	}
	return all
}

func offered(f Field, v string) bool {
	return slices.ContainsFunc(f.Options, func(o Option) bool { return o.Value == v })
}

func phone(s string) bool {
	if len(s) > 16 { // dashes are no digits, but take room
		return false
	}
	n := 0
	for i, r := range s {
		switch {
		case r >= '0' && r <= '9':
			n++
		case r == '-' && i > 0:
		default:
			return false
		}
	}
	if strings.HasPrefix(s, "0") {
		return n >= 10 && n <= 12
	}
	return n == 11 && strings.HasPrefix(s, "1") && !strings.Contains(s, "-")
}

// Copy makes an independent copy of a form.
func Copy[T any](src *T) *T {
	dst := new(T)
	b, err := json.Marshal(src)
	if err == nil {
		err = json.Unmarshal(b, dst)
	}
	if err != nil {
		panic(err) // forms are plain data
	}
	return dst
}
