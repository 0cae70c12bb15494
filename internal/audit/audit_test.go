package audit_test

import (
	"bytes"
	"context"
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"yidan/internal/audit"
	"yidan/internal/db"
	"yidan/internal/testkit"
)

func TestTheDatabaseRefusesToTouchALine(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		for range 3 {
			if err := d.Write(ctx, func(tx *db.Tx) error {
				return audit.Append(tx, audit.Line{At: time.Unix(1, 0), Action: "test.write"})
			}); err != nil {
				t.Fatal(err)
			}
		}
		for _, q := range []string{
			`UPDATE audit SET body = 'x' WHERE seq = 2`,
			`DELETE FROM audit WHERE seq = 3`,
			`INSERT INTO audit (seq, at, action, result, body, prev, hash) VALUES (9, '', 'a', 'done', '{}', '', 'h')`,
		} {
			if err := d.Write(ctx, func(tx *db.Tx) error { _, err := tx.Exec(q); return err }); err == nil {
				t.Errorf("%s: accepted", q)
			}
		}
	})
}

func TestVerifyNamesTheFirstBadLine(t *testing.T) {
	ctx := context.Background()
	fill := func(t *testing.T) *db.DB {
		d := testkit.Open(t, testkit.Source(t, db.SQLite))
		if err := d.Write(ctx, func(tx *db.Tx) error {
			for i := range 9 {
				if err := audit.Append(tx, audit.Line{At: time.Unix(int64(i), 0), Person: "p", Action: "case.answer", Object: "case:1", Detail: map[string]any{"text": "一\r\n二\x1b[31m"}}); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		return d
	}
	verify := func(t *testing.T, d *db.DB, want *audit.Head) (h audit.Head, err error) {
		t.Helper()
		d.Read(ctx, func(tx *db.Tx) error { h, err = audit.Verify(tx, want); return nil })
		return h, err
	}
	// What somebody with the file and without the triggers could do.
	for name, tt := range map[string]struct {
		sql string
		bad int64
	}{
		"changed":             {`UPDATE audit SET body = replace(body, 'case.answer', 'case.answxr') WHERE seq = 4`, 4},
		"a column changed":    {`UPDATE audit SET person = 'q' WHERE seq = 5`, 5},
		"time changed":        {`UPDATE audit SET at = '2001-01-01T00:00:00.000000Z' WHERE seq = 5`, 5},
		"removed":             {`DELETE FROM audit WHERE seq = 6`, 6},
		"first removed":       {`DELETE FROM audit WHERE seq = 1`, 1},
		"moved":               {`UPDATE audit SET seq = 100 WHERE seq = 3; UPDATE audit SET seq = 3 WHERE seq = 4; UPDATE audit SET seq = 4 WHERE seq = 100`, 3},
		"the end removed":     {`DELETE FROM audit WHERE seq > 7`, 8},
		"inserted at the end": {`INSERT INTO audit (seq, at, action, result, body, prev, hash) SELECT 10, at, action, result, body, hash, 'x' FROM audit WHERE seq = 9`, 10},
	} {
		t.Run(name, func(t *testing.T) {
			d := fill(t)
			head, err := verify(t, d, nil)
			if err != nil || head.Seq != 9 {
				t.Fatal(head, err)
			}
			if err := d.Write(ctx, func(tx *db.Tx) error {
				_, err := tx.Exec(`DROP TRIGGER audit_insert; DROP TRIGGER audit_update; DROP TRIGGER audit_delete; ` + tt.sql)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			_, err = verify(t, d, &head)
			var b *audit.Break
			if !errors.As(err, &b) || b.Seq != tt.bad {
				t.Errorf("found %v, want line %d", err, tt.bad)
			}
		})
	}
}

func TestAnExportIsVerifiedWithoutTheDatabase(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		if err := d.Write(ctx, func(tx *db.Tx) error {
			for range 5 {
				if err := audit.Append(tx, audit.Line{At: time.Unix(7, 0), Action: "test.write", Detail: map[string]any{"b": 1, "a": "<区>"}}); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := d.Read(ctx, func(tx *db.Tx) error { return audit.Export(tx, &b) }); err != nil {
			t.Fatal(err)
		}
		if h, err := audit.VerifyExport(bytes.NewReader(b.Bytes()), nil); err != nil || h.Seq != 5 {
			t.Fatal(h, err)
		}
		bad := bytes.Replace(b.Bytes(), []byte(`\"b\":1`), []byte(`\"b\":2`), 1)
		if _, err := audit.VerifyExport(bytes.NewReader(bad), nil); err == nil {
			t.Error("a changed export verified")
		}
	})
}

func TestTheAuditorReadsPageByPage(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		if err := d.Write(ctx, func(tx *db.Tx) error {
			for i, a := range []string{"session.sign-in", "case.answer", "case.open", "casework.x", "session.sign-in"} {
				if err := audit.Append(tx, audit.Line{At: time.Unix(int64(i), 0), Person: "p", Action: a}); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if err := d.Read(ctx, func(tx *db.Tx) error {
			ls, next, err := audit.List(tx, audit.Query{Limit: 3})
			if err != nil || len(ls) != 3 || ls[0].Seq != 5 || next != 3 {
				t.Error(ls, next, err)
			}
			ls, next, err = audit.List(tx, audit.Query{Limit: 3, Before: next})
			if err != nil || len(ls) != 2 || next != 0 {
				t.Error(ls, next, err)
			}
			ls, _, err = audit.List(tx, audit.Query{Action: "case"})
			if err != nil || len(ls) != 2 {
				t.Error(ls, err)
			}
			ls, _, err = audit.List(tx, audit.Query{Person: "p", From: time.Unix(3, 0), Result: "done"})
			if err != nil || len(ls) != 2 {
				t.Error(ls, err)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	})
}

// However far the record has been filed, a search finds the same lines.
func TestASearchFindsTheSameHoweverMuchIsFiled(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		write := func(n int) {
			if err := d.Write(ctx, func(tx *db.Tx) error {
				for i := range n {
					l := audit.Line{At: time.Unix(int64(i), 0), Person: []string{"a", "b", ""}[i%3], Unit: []string{"u", "v"}[i%2], Action: []string{"case.answer", "case.open", "cases", "session.sign-in"}[i%4], Object: []string{"", "case:1"}[i/5%2]}
					if err := audit.Append(tx, l); err != nil {
						return err
					}
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
		}
		searches := []audit.Query{{Person: "a"}, {Persons: []string{"a", "b"}}, {Action: "case"}, {Action: "case.open", Unit: "v"}, {Object: "case:1", Person: "b"}, {Unit: "u", From: time.Unix(10, 0), To: time.Unix(30, 0)}, {Person: "nobody"}}
		found := func() (all [][]int64) {
			for _, q := range searches {
				var seqs []int64
				for q.Limit = 7; ; {
					var ls []audit.Line
					err := d.Read(ctx, func(tx *db.Tx) (err error) { ls, q.Before, err = audit.List(tx, q); return err })
					if err != nil {
						t.Fatal(err)
					}
					for _, l := range ls {
						seqs = append(seqs, l.Seq)
					}
					if q.Before == 0 {
						break
					}
				}
				all = append(all, seqs)
			}
			return all
		}
		write(60)
		if err := audit.File(ctx, d); err != nil {
			t.Fatal(err)
		}
		write(40)
		partly := found()
		if err := audit.File(ctx, d); err != nil {
			t.Fatal(err)
		}
		whole := found()
		if !reflect.DeepEqual(partly, whole) {
			t.Errorf("partly filed %v\nfiled %v", partly, whole)
		}
		for i, n := range []int{34, 67, 50, 25, 16, 20, 0} {
			if len(whole[i]) != n || !slices.IsSortedFunc(whole[i], func(a, b int64) int { return int(b - a) }) {
				t.Errorf("%+v finds %d, want %d: %v", searches[i], len(whole[i]), n, whole[i])
			}
		}
		for _, q := range []string{`DELETE FROM audit_terms`, `UPDATE audit_terms SET term = 'person:x'`} {
			if err := d.Write(ctx, func(tx *db.Tx) error { _, err := tx.Exec(q); return err }); err == nil {
				t.Error(q, "was let through")
			}
		}
	})
}
