package db_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"yidan/internal/db"
	"yidan/internal/testkit"
)

var notes = fstest.MapFS{"0001_note.sql": {Data: []byte(`CREATE TABLE notes (id TEXT NOT NULL PRIMARY KEY, scan BLOB, at TEXT NOT NULL DEFAULT '');`)}}

func onBoth(t *testing.T, f func(t *testing.T, source string)) {
	for _, e := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(string(e), func(t *testing.T) { f(t, testkit.Source(t, e)) })
	}
}

func open(t *testing.T, source string) *db.DB {
	t.Helper()
	d, err := db.Open(context.Background(), source, notes)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

func count(t *testing.T, d *db.DB) (n int) {
	t.Helper()
	if err := d.Read(context.Background(), func(tx *db.Tx) error { return tx.QueryRow(`SELECT count(*) FROM notes`).Scan(&n) }); err != nil {
		t.Fatal(err)
	}
	return n
}

func add(tx *db.Tx, id string) error {
	_, err := tx.Exec(`INSERT INTO notes (id, scan) VALUES ($1, $2)`, id, []byte{1, 2})
	return err
}

// Many write at once, and some of them refuse or panic: each gets its own
// answer, what was acknowledged is there, what was refused is not.
func TestWritersShareCommitsButNotFates(t *testing.T) {
	onBoth(t, func(t *testing.T, source string) {
		d := open(t, source)
		no := errors.New("no")
		var wg sync.WaitGroup
		var kept, refused, panicked atomic.Int32
		for i := range 90 {
			wg.Go(func() {
				defer func() {
					if recover() != nil {
						panicked.Add(1)
					}
				}()
				err := d.Write(context.Background(), func(tx *db.Tx) error {
					if err := add(tx, fmt.Sprint(i)); err != nil {
						return err
					}
					switch i % 3 {
					case 1:
						return no
					case 2:
						panic("boom")
					}
					return nil
				})
				switch {
				case err == nil:
					kept.Add(1)
				case errors.Is(err, no):
					refused.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if kept.Load() != 30 || refused.Load() != 30 || panicked.Load() != 30 {
			t.Errorf("kept %d, refused %d, panicked %d", kept.Load(), refused.Load(), panicked.Load())
		}
		if n := count(t, d); n != 30 {
			t.Errorf("%d rows", n)
		}
	})
}

func TestAFailedStatementUndoesOnlyItsWriter(t *testing.T) {
	onBoth(t, func(t *testing.T, source string) {
		d := open(t, source)
		var wg sync.WaitGroup
		for i := range 20 {
			wg.Go(func() {
				err := d.Write(context.Background(), func(tx *db.Tx) error {
					if err := add(tx, fmt.Sprint("n", i)); err != nil {
						return err
					}
					if i%2 == 1 {
						return add(tx, fmt.Sprint("n", i)) // breaks the primary key
					}
					return nil
				})
				if (err != nil) != (i%2 == 1) {
					t.Errorf("%d: %v", i, err)
				}
			})
		}
		wg.Wait()
		if n := count(t, d); n != 10 {
			t.Errorf("%d rows", n)
		}
	})
}

// Two processes on one PostgreSQL: what a writer reads is still true when it commits.
func TestWritersTakeTurns(t *testing.T) {
	onBoth(t, func(t *testing.T, source string) {
		d := open(t, source)
		nodes := []*db.DB{d}
		if d.Engine == db.Postgres {
			nodes = append(nodes, open(t, source))
		}
		var wg sync.WaitGroup
		for i := range 40 {
			wg.Go(func() {
				if err := nodes[i%len(nodes)].Write(context.Background(), func(tx *db.Tx) error {
					var n int
					if err := tx.QueryRow(`SELECT count(*) FROM notes`).Scan(&n); err != nil {
						return err
					}
					return add(tx, fmt.Sprint("seq", n))
				}); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if n := count(t, d); n != 40 {
			t.Errorf("%d rows", n)
		}
	})
}

func TestAfterCommitRunsOnlyAfterACommit(t *testing.T) {
	onBoth(t, func(t *testing.T, source string) {
		d := open(t, source)
		ran := 0
		d.Write(context.Background(), func(tx *db.Tx) error { tx.AfterCommit(func() { ran++ }); return errors.New("no") })
		d.Write(context.Background(), func(tx *db.Tx) error { tx.AfterCommit(func() { ran += 10 }); return add(tx, "a") })
		if ran != 10 {
			t.Error(ran)
		}
	})
}

func TestTimesSortAndCompareAsText(t *testing.T) {
	onBoth(t, func(t *testing.T, source string) {
		d := open(t, source)
		t0 := time.Date(2026, 8, 1, 9, 30, 0, 123456000, time.FixedZone("CST", 8*3600))
		err := d.Write(context.Background(), func(tx *db.Tx) error {
			for i, at := range []time.Time{t0, t0.Add(time.Hour).UTC(), t0.Add(-time.Hour), {}} {
				if _, err := tx.Exec(`INSERT INTO notes (id, at) VALUES ($1, $2)`, fmt.Sprint(i), db.At(at)); err != nil {
					return err
				}
			}
			var last, none db.Time
			if err := tx.QueryRow(`SELECT max(at), min(at) FROM notes`).Scan(&last, &none); err != nil {
				return err
			}
			if !last.Equal(t0.Add(time.Hour)) || !none.IsZero() {
				t.Errorf("max %v, min %v", last, none)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestMigrations(t *testing.T) {
	onBoth(t, func(t *testing.T, source string) {
		ctx := context.Background()
		open(t, source).Close()
		later := fstest.MapFS{"0001_note.sql": notes["0001_note.sql"], "0002_more.sql": {Data: []byte(`CREATE TABLE more (a TEXT);`)}}
		d, err := db.Open(ctx, source, later)
		if err != nil {
			t.Fatal(err)
		}
		d.Close()
		if _, err := db.Open(ctx, source, notes); !errors.Is(err, db.ErrNewer) {
			t.Error("an old release opened a new schema:", err)
		}
		altered := fstest.MapFS{"0001_note.sql": {Data: []byte(`CREATE TABLE notes (id TEXT);`)}, "0002_more.sql": later["0002_more.sql"]}
		if _, err := db.Open(ctx, source, altered); !errors.Is(err, db.ErrAltered) {
			t.Error("an altered migration was accepted:", err)
		}
		broken := fstest.MapFS{"0001_note.sql": notes["0001_note.sql"], "0002_more.sql": later["0002_more.sql"], "0003_bad.sql": {Data: []byte(`CREATE TABLE good (a TEXT); CREATE TABLE more (a TEXT);`)}}
		if _, err := db.Open(ctx, source, broken); err == nil || !strings.Contains(err.Error(), "0003_bad") {
			t.Error("a broken migration was accepted:", err)
		}
		if d, err = db.Open(ctx, source, later); err != nil { // nothing of it stayed
			t.Fatal(err)
		}
		d.Close()
	})
}

// A store that was closed is one file, with nothing of it left in the log.
func TestAClosedStoreIsOneFile(t *testing.T) {
	dir := t.TempDir()
	d := open(t, dir)
	for i := range 3 {
		if err := d.Write(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(`INSERT INTO notes (id) VALUES ($1)`, fmt.Sprint(i))
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if err := d.Read(t.Context(), func(tx *db.Tx) error {
			var n int
			return tx.QueryRow(`SELECT count(*) FROM notes`).Scan(&n)
		}); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	es, err := os.ReadDir(dir)
	for _, e := range es {
		if strings.HasSuffix(e.Name(), "-wal") || strings.HasSuffix(e.Name(), "-shm") {
			t.Errorf("%s is left", e.Name())
		}
	}
	if err != nil {
		t.Error(err)
	}
}

func TestSQLiteIsDurableAndChecked(t *testing.T) {
	dir := t.TempDir()
	d := open(t, dir)
	if _, err := filepath.Glob(filepath.Join(dir, db.File)); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"synchronous": "2", "journal_mode": "wal", "foreign_keys": "1"}
	if err := d.Write(context.Background(), func(tx *db.Tx) error {
		for p, w := range want {
			var got string
			if err := tx.QueryRow(`PRAGMA ` + p).Scan(&got); err != nil {
				return err
			}
			if got != w {
				t.Errorf("%s is %s, want %s", p, got, w)
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if err := d.Read(context.Background(), func(tx *db.Tx) error { return add(tx, "x") }); err == nil {
		t.Error("a reader wrote")
	}
}

func TestATimeIsReadAsItWasStored(t *testing.T) {
	for _, at := range []time.Time{{}, time.Date(2026, 2, 28, 23, 59, 59, 999999000, time.UTC), time.Date(2028, 2, 29, 0, 0, 0, 0, time.UTC),
		time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC), time.Date(2026, 8, 3, 9, 5, 7, 1000, time.FixedZone("CST", 8*60*60))} {
		text, err := db.At(at).Value()
		if err != nil {
			t.Fatal(err)
		}
		var back time.Time
		if err := db.Into(&back).Scan(text); err != nil || !back.Equal(at) {
			t.Errorf("%s came back as %s: %v", at, back, err)
		}
	}
	for _, text := range []string{"2026-02-30T00:00:00.000000Z", "2026-13-01T00:00:00.000000Z", "2026-08-03T24:00:00.000000Z", "2026-08-03", "2026-08-03T09:00:00.0000x0Z", "2026-08-03 09:00:00.000000Z"} {
		var back time.Time
		if err := db.Into(&back).Scan(text); err == nil {
			t.Errorf("%q was read as %s", text, back)
		}
	}
}
