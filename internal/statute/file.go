package statute

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"yidan/internal/audit"
	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/org"
)

// A File is a draft that was kept for looking through. Its content does not change
// any more; it is entered once, all of it, or not at all.
type File struct {
	ID       string
	Draft    Draft // not filled in lists, but for File
	ReadBy   string
	ReadName string
	ReadAt   time.Time
	Entered  string // by whom; "" until it is
	At       time.Time
}

// Keep keeps a draft without faults.
func Keep(tx *db.Tx, by org.Actor, d Draft, now time.Time) (id string, err error) {
	if !keeps(by) {
		return "", fault.Absent()
	}
	return keep(tx, by, d, now)
}

func keep(tx *db.Tx, by org.Actor, d Draft, now time.Time) (id string, err error) {
	switch {
	case len(d.Flaws) > 0:
		return "", fault.On("file", d.Flaws[0].Rule, "有 %d 处需要修改，没有保存。第一处：%s", len(d.Flaws), d.Flaws[0])
	case d.Nothing():
		return "", fault.On("file", "DM-2.1", "“%s”里的内容法规库都已经有了，没有可登记的", d.File)
	}
	body, err := json.Marshal(d)
	if err != nil {
		return "", err
	}
	id = db.NewID()
	_, err = tx.Exec(`INSERT INTO instrument_files (id, file, body, read_by, read_name, read_at) VALUES ($1, $2, $3, $4, $5, $6)`, id, d.File, string(body), by.Person, by.Name, db.At(now))
	return id, err
}

// EnterFile enters a kept file.
func EnterFile(tx *db.Tx, by org.Actor, id string, now time.Time) error {
	if !keeps(by) {
		return fault.Absent()
	}
	return enterFile(tx, by, id, now)
}

// Import enters a draft at once, for whoever holds the console.
func Import(tx *db.Tx, d Draft, now time.Time) error {
	console := org.Actor{Name: "控制台"}
	id, err := keep(tx, console, d, now)
	if err != nil {
		return err
	}
	return enterFile(tx, console, id, now)
}

func enterFile(tx *db.Tx, by org.Actor, id string, now time.Time) error {
	f, err := FileOf(tx, id)
	if err != nil {
		return err
	}
	if f.Entered != "" {
		return fault.Clash("%s已经把它登记到法规库", f.Entered)
	}
	w, err := newWriter(tx, by, byFile, id, now)
	if err != nil {
		return err
	}
	titles := map[string]string{}
	for _, h := range f.Draft.Heads {
		titles[h.ID] = h.Title
		if h.New || h.Changed {
			if err := w.head(h.ID, h.Head); err != nil {
				return err
			}
		}
	}
	no, err := w.entry()
	if err != nil {
		return err
	}
	for _, t := range f.Draft.Texts {
		w.name(Basis{Instrument: t.Instrument, Title: titles[t.Instrument], Article: t.Article}, "legal")
		if t.Body != "" {
			w.rows[toTexts] = append(w.rows[toTexts], []any{no, t.Instrument, t.Article, t.On, t.Body})
		}
	}
	if err := w.flush(); err != nil {
		return err
	}
	if len(f.Draft.Changes) > 0 {
		r, err := Load(tx)
		if err != nil {
			return err
		}
		if _, err := record(tx, r, by, f.Draft.Changes, now); err != nil {
			return err
		}
	}
	n, err := tx.Exec(`UPDATE instrument_files SET entry = $1 WHERE id = $2 AND entry IS NULL`, no, id)
	if err != nil {
		return err
	}
	if n == 0 {
		return fmt.Errorf("statute: file %s was entered meanwhile", id)
	}
	l := by.Line(now, "instrument.import", "file:"+id)
	l.Detail = map[string]any{"file": f.Draft.File, "instruments": len(f.Draft.Heads), "articles": len(f.Draft.Texts)}
	return audit.Append(tx, l)
}

const fileColumns = `SELECT f.id, f.file, f.read_by, f.read_name, f.read_at, coalesce(e.noted_name, ''), coalesce(e.noted_at, '')`

const fromFiles = ` FROM instrument_files f LEFT JOIN instrument_entries e ON e.no = f.entry`

func (f *File) fields(read, at *db.Time) []any {
	return []any{&f.ID, &f.Draft.File, &f.ReadBy, &f.ReadName, read, &f.Entered, at}
}

// FileOf is a file with its draft; fault.Absent when there is none.
func FileOf(tx *db.Tx, id string) (f File, err error) {
	var body string
	var read, at db.Time
	err = tx.QueryRow(fileColumns+`, f.body`+fromFiles+` WHERE f.id = $1`, id).Scan(append(f.fields(&read, &at), &body)...)
	if errors.Is(err, db.ErrNoRows) {
		return f, fault.Absent()
	}
	if err != nil {
		return f, err
	}
	f.ReadAt, f.At = read.Time, at.Time
	return f, json.Unmarshal([]byte(body), &f.Draft)
}

// Files are the files that were read, the last first.
func Files(tx *db.Tx) ([]File, error) {
	return db.All(tx, func(r *sql.Rows) (f File, err error) {
		var read, at db.Time
		err = r.Scan(f.fields(&read, &at)...)
		f.ReadAt, f.At = read.Time, at.Time
		return f, err
	}, fileColumns+fromFiles+` ORDER BY f.id DESC`)
}
