package schema_test

import (
	"context"
	"io/fs"
	"strings"
	"testing"
	"time"

	"yidan/internal/audit"
	"yidan/internal/db"
	"yidan/internal/schema"
	"yidan/internal/testkit"
)

// older are the migrations of an earlier release, up to a number.
type older struct {
	fs.FS
	last string
}

func (o older) Glob(pattern string) (names []string, err error) {
	all, err := fs.Glob(o.FS, pattern)
	for _, n := range all {
		if n[:4] <= o.last {
			names = append(names, n)
		}
	}
	return names, err
}

// What an earlier release kept is there after the upgrade: mail that waits, what was
// told once, forms handed in, and a record that still follows line by line.
func TestAnUpgradeKeepsWhatWasThere(t *testing.T) {
	ctx, now := context.Background(), time.Date(2026, 8, 3, 1, 0, 0, 0, time.UTC)
	for _, e := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(string(e), func(t *testing.T) {
			source := testkit.Source(t, e)
			d, err := db.Open(ctx, source, older{schema.Files, "0033"})
			if err != nil {
				t.Fatal(err)
			}
			if err := d.Write(ctx, func(tx *db.Tx) error {
				for _, q := range []string{
					`INSERT INTO messages (id, party, subject, text, dedupe, at, read_at) VALUES ('1', 'u:1', '待办', '甲', 'ending:1', '2026-08-01', ''), ('2', 'u:1', '待办', '乙', 'ending:2', '2026-08-02', '2026-08-03')`,
					`INSERT INTO outbox (dedupe, at, next_at, attempts, error) VALUES ('ending:1', '2026-08-01', '2026-08-04', 3, '450 later')`,
					`INSERT INTO outbox (dedupe, at, state, ended_at) VALUES ('ending:2', '2026-08-02', 'sent', '2026-08-02')`,
					`INSERT INTO submissions (id, owner, at, what, location) VALUES ('0123456789abcdef0123456789abcdef', 'p:1', '2026-08-01', '申请', '/sq/1')`,
				} {
					if _, err := tx.Exec(q); err != nil {
						return err
					}
				}
				for _, action := range []string{"a.b", "c.d"} {
					if err := audit.Append(tx, audit.Line{At: now, Action: action}); err != nil {
						return err
					}
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			d.Close()

			d = testkit.Open(t, source)
			if err := d.Write(ctx, func(tx *db.Tx) error {
				if err := audit.Append(tx, audit.Line{At: now, Action: "e.f"}); err != nil {
					return err
				}
				for q, want := range map[string]string{
					`SELECT count(*) FROM messages JOIN mails m ON m.message = id WHERE once = 'ending:1' AND m.state = 'waiting' AND m.at = '2026-08-04' AND tries = 3 AND error = '450 later'`: "1",
					`SELECT count(*) FROM messages JOIN mails m ON m.message = id WHERE once = 'ending:2' AND m.state = 'sent' AND m.at = '2026-08-02'`:                                          "1",
					`SELECT n FROM tallies WHERE kind = 'message' AND party = 'u:1'`:                                                                                                             "1",
					`SELECT location FROM submissions WHERE id = '0123456789abcdef0123456789abcdef'`:                                                                                             "/sq/1",
					`SELECT max(seq) FROM audit`: "3",
				} {
					var got string
					if err := tx.QueryRow(q).Scan(&got); err != nil || got != want {
						t.Errorf("%s: %q, want %q, %v", q, got, want, err)
					}
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			if err := d.Read(ctx, func(tx *db.Tx) error { _, err := audit.Verify(tx, nil); return err }); err != nil {
				t.Error("the record:", err)
			}
			for _, q := range []string{`DELETE FROM audit`, `UPDATE audit SET person = 'x'`, `INSERT INTO audit SELECT seq + 5, at, person, unit, action, object, result, body, prev, hash FROM audit WHERE seq = 3`} {
				if err := d.Write(ctx, func(tx *db.Tx) error { _, err := tx.Exec(q); return err }); err == nil || !strings.Contains(err.Error(), "audit: ") {
					t.Errorf("%s: %v", q, err)
				}
			}
		})
	}
}
