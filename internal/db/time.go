package db

import (
	"database/sql"
	"database/sql/driver"
	"fmt"
	"time"
)

// timeLayout is UTC in fixed width, so that text order is time order on both engines.
const timeLayout = "2006-01-02T15:04:05.000000Z"

// A Time is stored as text in UTC; the zero time is stored as the empty text,
// so time columns are TEXT NOT NULL.
type Time struct{ time.Time }

// At wraps a time for storing.
func At(t time.Time) Time { return Time{t} }

// Value implements [driver.Valuer].
func (t Time) Value() (driver.Value, error) {
	if t.IsZero() {
		return "", nil
	}
	return t.UTC().Format(timeLayout), nil
}

// Scan implements [database/sql.Scanner].
func (t *Time) Scan(src any) (err error) {
	switch v := src.(type) {
	case nil:
		t.Time = time.Time{}
	case string:
		if v == "" {
			t.Time = time.Time{}
			return nil
		}
		t.Time, err = parse(v)
	case []byte:
		return t.Scan(string(v))
	default:
		err = fmt.Errorf("db.Time: cannot scan %T", src)
	}
	return err
}

// parse reads timeLayout; lists are full of it.
func parse(s string) (time.Time, error) {
	number := func(from, to int) (n int) {
		for _, c := range []byte(s[from:to]) {
			if c < '0' || c > '9' {
				return -1
			}
			n = 10*n + int(c-'0')
		}
		return n
	}
	if len(s) == len(timeLayout) && s[4] == '-' && s[7] == '-' && s[10] == 'T' && s[13] == ':' && s[16] == ':' && s[19] == '.' && s[26] == 'Z' {
		year, month, day := number(0, 4), number(5, 7), number(8, 10)
		hour, minute, second, micro := number(11, 13), number(14, 16), number(17, 19), number(20, 26)
		if year >= 0 && 1 <= month && month <= 12 && 1 <= day && day <= 31 && 0 <= hour && hour < 24 && 0 <= minute && minute < 60 && 0 <= second && second < 60 && micro >= 0 {
			if t := time.Date(year, time.Month(month), day, hour, minute, second, 1000*micro, time.UTC); t.Day() == day {
				return t, nil
			}
		}
	}
	return time.Parse(timeLayout, s) // what is wrong
}

// Into scans a stored time into t.
func Into(t *time.Time) sql.Scanner { return into{t} }

type into struct{ t *time.Time }

func (i into) Scan(src any) error {
	var t Time
	err := t.Scan(src)
	*i.t = t.Time
	return err
}
