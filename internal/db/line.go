package db

import (
	"strconv"
	"strings"
	"time"
)

// unit stands between the columns of a line: ASCII 31, the unit separator.
const unit = "\x1f"

// Line makes one column of many, none of which is NULL, for lists of which a page
// shows fifty rows: through database/sql each column of each row costs as much as
// looking the row up. What people typed goes in as [Typed], or last (see
// [Fields.Rest]).
func Line(columns ...string) string {
	return `concat_ws('` + unit + `', ` + strings.Join(columns, `, `) + `)`
}

// Typed is a column of a [Line] that may hold any text.
func Typed(column string) string { return `replace(` + column + `, '` + unit + `', ' ')` }

// Fields takes a [Line] apart, from left to right. The first fault stays in Err.
type Fields struct {
	rest string
	Err  error
}

// Scan implements [database/sql.Scanner].
func (f *Fields) Scan(src any) error {
	f.Err = nil
	switch v := src.(type) {
	case string:
		f.rest = v
	case []byte:
		f.rest = string(v)
	}
	return nil
}

// Text is the next field.
func (f *Fields) Text() (s string) {
	s, f.rest, _ = strings.Cut(f.rest, unit)
	return s
}

// Rest is what is left: the last field, whatever text it is.
func (f *Fields) Rest() (s string) {
	s, f.rest = f.rest, ""
	return s
}

// Int is the next field as a number.
func (f *Fields) Int() int {
	n, err := strconv.Atoi(f.Text())
	f.fault(err)
	return n
}

// Time is the next field as a [Time].
func (f *Fields) Time() time.Time {
	t, _ := f.Stamp()
	return t
}

// Stamp is Time, and its text as it is stored.
func (f *Fields) Stamp() (t time.Time, text string) {
	text = f.Text()
	if text == "" {
		return t, ""
	}
	t, err := parse(text)
	f.fault(err)
	return t, text
}

func (f *Fields) fault(err error) {
	if f.Err == nil {
		f.Err = err
	}
}
