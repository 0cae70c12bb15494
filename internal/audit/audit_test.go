package audit_test

import (
	"context"
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
