package backup_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"yidan/internal/audit"
	"yidan/internal/backup"
	"yidan/internal/db"
	"yidan/internal/schema"
	"yidan/internal/testkit"
)

func TestABackupComesBackWhole(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		ctx, dir := context.Background(), t.TempDir()
		if err := d.Write(ctx, func(tx *db.Tx) error {
			for i := range 20 {
				if err := audit.Append(tx, audit.Line{At: time.Unix(int64(i), 0), Action: "test.write", Detail: map[string]any{"text": "乡镇\n\"引号\""}}); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(dir, "a.backup")
		f, err := os.Create(file)
		if err != nil {
			t.Fatal(err)
		}
		m, err := backup.Write(ctx, d, f, time.Unix(100, 0))
		if err != nil || f.Close() != nil || m.Head.Seq != 20 {
			t.Fatal(m, err)
		}
		to := filepath.Join(dir, "restored")
		if _, err := backup.Restore(ctx, file, to, schema.Files, nil); err != nil {
			t.Fatal(err)
		}
		r := testkit.Open(t, to)
		if err := r.Read(ctx, func(tx *db.Tx) error {
			h, err := audit.Verify(tx, &m.Head)
			if h != m.Head {
				t.Error(h, m.Head)
			}
			return err
		}); err != nil {
			t.Error(err)
		}
		if err := r.Write(ctx, func(tx *db.Tx) error { _, err := tx.Exec(`DELETE FROM audit`); return err }); err == nil {
			t.Error("the restored store has lost its triggers")
		}
		if _, err := backup.Restore(ctx, file, to, schema.Files, nil); !errors.Is(err, backup.ErrTaken) {
			t.Error("restored over a database:", err)
		}
	})
}

func TestADamagedBackupIsRefused(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	d := testkit.Open(t, testkit.Source(t, db.SQLite))
	if err := d.Write(ctx, func(tx *db.Tx) error { return audit.Append(tx, audit.Line{At: time.Unix(1, 0), Action: "test.write"}) }); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "a.backup")
	f, _ := os.Create(file)
	if _, err := backup.Write(ctx, d, f, time.Unix(100, 0)); err != nil {
		t.Fatal(err)
	}
	f.Close()
	good, _ := os.ReadFile(file)
	for name, bad := range map[string][]byte{
		"truncated": good[:len(good)/2],
		"empty":     nil,
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "b")
			os.WriteFile(file, bad, 0o600)
			to := t.TempDir()
			if _, err := backup.Restore(ctx, file, to, schema.Files, nil); err == nil {
				t.Error("accepted")
			}
			if _, err := os.Stat(filepath.Join(to, db.File)); err == nil {
				t.Error("a database was left behind")
			}
		})
	}
}

// Whatever bit is flipped, also one that no reader of the archive would look at.
func TestNoFlippedBitGoesUnnoticed(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	d := testkit.Open(t, testkit.Source(t, db.SQLite))
	if err := d.Write(ctx, func(tx *db.Tx) error { return audit.Append(tx, audit.Line{At: time.Unix(1, 0), Action: "test.write"}) }); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "a.backup")
	f, _ := os.Create(file)
	if _, err := backup.Write(ctx, d, f, time.Unix(100, 0)); err != nil {
		t.Fatal(err)
	}
	f.Close()
	good, _ := os.ReadFile(file)
	to := filepath.Join(dir, "restored")
	for i := range 400 {
		bad := append([]byte(nil), good...)
		at := len(bad) * i / 400
		bad[at] ^= 1 << (i % 8)
		os.WriteFile(file, bad, 0o600)
		if _, err := backup.Restore(ctx, file, to, schema.Files, nil); err == nil {
			t.Fatalf("byte %d of %d, bit %d: restored", at, len(bad), i%8)
		}
	}
	if _, err := os.Stat(filepath.Join(to, db.File)); err == nil {
		t.Error("a database was left behind")
	}
	os.WriteFile(file, good, 0o600)
	if _, err := backup.Restore(ctx, file, to, schema.Files, nil); err != nil {
		t.Error(err)
	}
}
