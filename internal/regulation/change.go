package regulation

import (
	"time"

	"yidan/internal/calendar"
	"yidan/internal/catalog"
	"yidan/internal/db"
	"yidan/internal/org"
	"yidan/internal/parameter"
	"yidan/internal/statute"
)

// Triggers opens what changes of the law call for (DM-8.1), in the transaction in
// which they are noted.
type Triggers func(tx *db.Tx, by org.Actor, im catalog.Impact, now time.Time) error

// Impact is what changes of the law reach, noted or only thought of, by the
// district's list, calendar and parameters (DM-8.1).
func Impact(tx *db.Tx, books *catalog.Books, cs []statute.Change, now time.Time) (im catalog.Impact, err error) {
	book, err := books.Get(tx)
	if err != nil {
		return im, err
	}
	cal, err := calendar.Load(tx)
	if err != nil {
		return im, err
	}
	vs, err := parameter.Load(tx)
	if err != nil {
		return im, err
	}
	today := vs.At(now)
	if cal, err = cal.EndingAt(today.Text("deadline.end")); err != nil {
		return im, err
	}
	return book.Impact(cs, cal, today.Term("adjustment.apply"), org.Day(now)), nil
}

// RecordChanges notes changes of the law and opens what they call for, or neither.
func RecordChanges(tx *db.Tx, books *catalog.Books, open Triggers, by org.Actor, cs []statute.Change, now time.Time) (im catalog.Impact, err error) {
	noted, err := statute.Record(tx, by, cs, now)
	if err != nil {
		return im, err
	}
	if im, err = Impact(tx, books, noted, now); err != nil || open == nil {
		return im, err
	}
	return im, open(tx, by, im, now)
}
