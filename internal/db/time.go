package db

import (
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
		t.Time, err = time.Parse(timeLayout, v)
	case []byte:
		return t.Scan(string(v))
	default:
		err = fmt.Errorf("db.Time: cannot scan %T", src)
	}
	return err
}
