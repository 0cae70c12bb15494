// Package backup writes the whole store into one file and brings it back: every
// table as lines of JSON with its digest, the head of the record, the migrations
// it was made under, and a seal over it all. The file is the same for both engines, so a
// district can also move from one to the other by it.
package backup

import (
	"archive/zip"
	"bufio"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"yidan/internal/audit"
	"yidan/internal/db"
)

// A Manifest says what a backup holds.
type Manifest struct {
	Format     int              `json:"format"`
	MadeAt     time.Time        `json:"made_at"`
	Engine     db.Engine        `json:"engine"`
	Migrations []string         `json:"migrations"`
	Head       audit.Head       `json:"audit_head"`
	Tables     map[string]Table `json:"tables"`
}

// A Table of a backup.
type Table struct {
	Columns []string `json:"columns"`
	Rows    int      `json:"rows"`
	SHA256  string   `json:"sha256"` // of its lines
}

const format = 2

// left are tables that a restore makes anew: what the migrations wrote, search
// indexes, and who holds a lease.
var left = []string{"turn", "migrations", "leases"}

// Write writes a backup of one moment, while others go on working.
func Write(ctx context.Context, d *db.DB, w io.Writer, now time.Time) (Manifest, error) {
	m := Manifest{Format: format, MadeAt: now.UTC(), Engine: d.Engine, Tables: map[string]Table{}}
	out := seal(w)
	z := zip.NewWriter(out)
	z.SetComment(room)
	err := d.Read(ctx, func(tx *db.Tx) (err error) {
		if m.Head, err = audit.Last(tx); err != nil {
			return err
		}
		tables, err := tables(tx)
		if err != nil {
			return err
		}
		for _, name := range tables {
			f, err := z.Create("tables/" + name + ".jsonl")
			if err != nil {
				return err
			}
			if m.Tables[name], err = dump(tx, name, f); err != nil {
				return fmt.Errorf("backup of %s: %w", name, err)
			}
		}
		m.Migrations, err = db.All(tx, func(r *sql.Rows) (s string, err error) { return s, r.Scan(&s) }, `SELECT name FROM migrations ORDER BY no`)
		return err
	})
	if err != nil {
		return m, err
	}
	f, err := z.Create("manifest.json")
	if err != nil {
		return m, err
	}
	if err := json.NewEncoder(f).Encode(m); err != nil {
		return m, err
	}
	if err := z.Close(); err != nil {
		return m, err
	}
	return m, out.close()
}

// tables lists what is to be kept, parents before children.
func tables(tx *db.Tx) ([]string, error) {
	q := `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '%search%' ORDER BY rowid`
	if tx.Engine == db.Postgres {
		q = `SELECT c.relname FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace AND c.relname NOT LIKE '%search%' ORDER BY c.oid`
	}
	all, err := db.All(tx, func(r *sql.Rows) (s string, err error) { return s, r.Scan(&s) }, q)
	return slices.DeleteFunc(all, func(n string) bool { return slices.Contains(left, n) }), err
}

func dump(tx *db.Tx, name string, w io.Writer) (t Table, err error) {
	rows, err := tx.Query(`SELECT * FROM ` + name) // every column, whatever this release calls them
	if err != nil {
		return t, err
	}
	defer rows.Close()
	if t.Columns, err = rows.Columns(); err != nil {
		return t, err
	}
	h := sha256.New()
	out := bufio.NewWriter(io.MultiWriter(w, h))
	line := make([]any, len(t.Columns))
	at := make([]any, len(t.Columns))
	for i := range line {
		at[i] = &line[i]
	}
	for rows.Next() {
		if err := rows.Scan(at...); err != nil {
			return t, err
		}
		for i, v := range line {
			if b, ok := v.([]byte); ok {
				line[i] = map[string]string{"b": base64.StdEncoding.EncodeToString(b)}
			}
		}
		b, err := json.Marshal(line)
		if err != nil {
			return t, err
		}
		out.Write(append(b, '\n'))
		t.Rows++
	}
	if err := errors.Join(rows.Err(), out.Flush()); err != nil {
		return t, err
	}
	t.SHA256 = hex.EncodeToString(h.Sum(nil))
	return t, nil
}

// Why a backup is refused.
var (
	ErrFormat  = errors.New("backup: not a backup of Yidan, or made by a later release")
	ErrDamaged = errors.New("backup: damaged")
	ErrTaken   = errors.New("backup: the directory already holds a database")
)

// Restore brings a backup into an empty directory as a SQLite store, checks its
// seal, digests, foreign keys, the database's own integrity and the chain of the
// record, and runs finish (search indexes) before anything counts. On any fault
// the directory is left without a database.
func Restore(ctx context.Context, file, dir string, migrations fs.FS, finish func(tx *db.Tx) error) (m Manifest, err error) {
	if _, err := os.Stat(filepath.Join(dir, db.File)); err == nil {
		return m, ErrTaken
	}
	z, err := zip.OpenReader(file)
	if err != nil {
		return m, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	defer z.Close()
	if err := whole(file); err != nil {
		return m, err
	}
	if m, err = manifest(&z.Reader); err != nil {
		return m, err
	}
	if err := known(m, migrations); err != nil {
		return m, err
	}
	d, err := db.Open(ctx, dir, upTo(migrations, len(m.Migrations)))
	if err != nil {
		return m, err
	}
	err = d.Write(ctx, func(tx *db.Tx) error { return load(tx, &z.Reader, m, finish) })
	err = errors.Join(err, d.Close())
	if err != nil {
		for _, f := range []string{db.File, db.File + "-wal", db.File + "-shm"} {
			os.Remove(filepath.Join(dir, f))
		}
	}
	return m, err
}

func manifest(z *zip.Reader) (m Manifest, err error) {
	f, err := z.Open("manifest.json")
	if err != nil {
		return m, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	defer f.Close()
	if err := json.NewDecoder(f).Decode(&m); err != nil || m.Format != format {
		return m, fmt.Errorf("%w (format %d): %v", ErrFormat, m.Format, err)
	}
	return m, nil
}

// known refuses a backup made under migrations that this release does not have.
func known(m Manifest, migrations fs.FS) error {
	for _, name := range m.Migrations {
		if _, err := fs.Stat(migrations, name+".sql"); err != nil {
			return fmt.Errorf("%w: it needs migration %s", db.ErrNewer, name)
		}
	}
	return nil
}

// upTo is the first n migrations: a backup is loaded into the tables it was made from.
func upTo(migrations fs.FS, n int) fs.FS { return first{migrations, n} }

type first struct {
	fs.FS
	n int
}

// Glob implements [fs.GlobFS].
func (f first) Glob(pattern string) ([]string, error) {
	all, err := fs.Glob(f.FS, pattern)
	return slices.DeleteFunc(all, func(name string) bool {
		var no int
		fmt.Sscanf(name, "%04d_", &no)
		return no > f.n
	}), err
}

func load(tx *db.Tx, z *zip.Reader, m Manifest, finish func(tx *db.Tx) error) error {
	if _, err := tx.Exec(`PRAGMA defer_foreign_keys = ON`); err != nil {
		return err
	}
	triggers, err := db.All(tx, func(r *sql.Rows) (t [2]string, err error) { return t, r.Scan(&t[0], &t[1]) },
		`SELECT name, sql FROM sqlite_master WHERE type = 'trigger'`)
	if err != nil {
		return err
	}
	for _, t := range triggers { // they guard what is done to a store, not its return
		if _, err := tx.Exec(`DROP TRIGGER ` + t[0]); err != nil {
			return err
		}
	}
	names, err := tables(tx)
	if err != nil {
		return err
	}
	for _, name := range names {
		t, ok := m.Tables[name]
		if !ok {
			return fmt.Errorf("%w: table %s is missing", ErrDamaged, name)
		}
		if err := fill(tx, z, name, t); err != nil {
			return err
		}
	}
	for _, t := range triggers {
		if _, err := tx.Exec(t[1]); err != nil {
			return err
		}
	}
	if err := check(tx, m); err != nil {
		return err
	}
	if finish != nil {
		return finish(tx)
	}
	return nil
}

func fill(tx *db.Tx, z *zip.Reader, name string, t Table) error {
	if _, err := tx.Exec(`DELETE FROM ` + name); err != nil { // what the migrations put there
		return err
	}
	f, err := z.Open("tables/" + name + ".jsonl")
	if err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	defer f.Close()
	h := sha256.New()
	n, err := lines(tx, io.TeeReader(f, h), `INSERT INTO `+name+` (`+strings.Join(t.Columns, ", ")+`) VALUES (`+db.Marks(1, len(t.Columns))+`)`)
	if err != nil {
		return fmt.Errorf("%w: table %s: %w", ErrDamaged, name, err)
	}
	if n != t.Rows || hex.EncodeToString(h.Sum(nil)) != t.SHA256 {
		return fmt.Errorf("%w: table %s does not match its digest", ErrDamaged, name)
	}
	return nil
}

func lines(tx *db.Tx, r io.Reader, insert string) (n int, err error) {
	in := bufio.NewReaderSize(r, 1<<20)
	for {
		b, err := in.ReadBytes('\n')
		if err == io.EOF && len(b) == 0 {
			return n, nil
		}
		if err != nil {
			return n, err
		}
		var line []any
		d := json.NewDecoder(strings.NewReader(string(b)))
		d.UseNumber()
		if err := d.Decode(&line); err != nil {
			return n, err
		}
		for i, v := range line {
			switch v := v.(type) {
			case map[string]any:
				s, _ := v["b"].(string)
				if line[i], err = base64.StdEncoding.DecodeString(s); err != nil {
					return n, err
				}
			case json.Number:
				if line[i], err = v.Int64(); err != nil {
					return n, err
				}
			}
		}
		if _, err := tx.Exec(insert, line...); err != nil {
			return n, err
		}
		n++
	}
}

// check is what a restored store must satisfy before it counts.
func check(tx *db.Tx, m Manifest) error {
	var broken int
	if err := tx.QueryRow(`SELECT count(*) FROM pragma_foreign_key_check`).Scan(&broken); err != nil {
		return err
	}
	if broken > 0 {
		return fmt.Errorf("%w: %d rows refer to rows that are not there", ErrDamaged, broken)
	}
	var ok string
	if err := tx.QueryRow(`PRAGMA integrity_check`).Scan(&ok); err != nil || ok != "ok" {
		return fmt.Errorf("%w: %s %v", ErrDamaged, ok, err)
	}
	head, err := audit.Verify(tx, &m.Head)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if head != m.Head {
		return fmt.Errorf("%w: the record ends at line %d, the manifest says %d", ErrDamaged, head.Seq, m.Head.Seq)
	}
	return nil
}
