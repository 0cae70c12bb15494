package catalog

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/schema"
	"yidan/internal/testkit"
)

// A list that was got at below the database's own guards is refused whole, with what
// to do; it is never shown as another.
//
// Proves: DM-9.2
func TestAListThatWasGotAtIsRefused(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		enter(t, d, plain("甲"), plain("乙"), helped("丙"))
		adjust(t, d, Issue{"20号", "2026-09-01", "2026-09-01"}, change{code: "J001", text: text(plain("甲", func(it *Item) { it.Main = "每周公示" }))})
		for name, q := range map[string]string{
			"a word":                `UPDATE texts SET body = replace(body, '每周', '每月')`,
			"a day of effect":       `UPDATE versions SET effective_on = '2026-08-01' WHERE edition = 2`,
			"another text":          `UPDATE versions SET text_id = (SELECT text_id FROM versions WHERE edition = 1 ORDER BY item_id LIMIT 1) WHERE edition = 2`,
			"an item gone":          `DELETE FROM versions WHERE edition = 1 AND item_id = (SELECT id FROM items WHERE code = 'J002')`,
			"cancelled":             `UPDATE versions SET text_id = NULL WHERE edition = 2`,
			"a code":                `UPDATE items SET code = 'J009' WHERE code = 'J002'`,
			"a number":              `UPDATE editions SET number = '21号' WHERE no = 2`,
			"the day of an edition": `UPDATE editions SET effective_on = '2026-09-02' WHERE no = 2`,
			"a cause":               `UPDATE approvals SET cause = 'nobody' WHERE id IN (SELECT approval_id FROM versions WHERE edition = 2)`,
		} {
			undo := errors.New("undo")
			err := d.Write(ctx, func(tx *db.Tx) error {
				off := []string{`SET LOCAL session_replication_role = replica`}
				if d.Engine == db.SQLite {
					off = []string{}
					for _, x := range []string{"texts_update", "versions_update", "versions_delete", "items_update", "editions_update", "approvals_update"} {
						off = append(off, `DROP TRIGGER `+x)
					}
				}
				for _, s := range append(off, q) {
					if _, err := tx.Exec(s); err != nil {
						return err
					}
				}
				if _, err := Load(tx); !fault.Is(err, fault.Refused) || !errors.Is(err, ErrDigest) || !strings.Contains(err.Error(), "从备份恢复") {
					t.Errorf("%s was changed and shown: %v", name, err)
				}
				return undo
			})
			if !errors.Is(err, undo) {
				t.Fatal(name, err)
			}
		}
		open(t, d, new(Books))
	})
}

// One damaged byte of the file, wherever it is, is never read as another list: the
// store does not open, the list is refused, or it reads as it did.
//
// Proves: DM-9.2
func TestADamagedFileIsNeverAnotherList(t *testing.T) {
	dir := testkit.Source(t, db.SQLite)
	d := testkit.Open(t, dir)
	var items []Item
	for _, n := range "甲乙丙丁戊己庚辛壬癸" {
		items = append(items, plain(string(n)), helped(string(n)))
	}
	enter(t, d, items...)
	read := func(d *db.DB) (list string, err error) {
		return list, d.Read(ctx, func(tx *db.Tx) error {
			b, err := Load(tx)
			if err != nil {
				return err
			}
			out, err := json.Marshal([]any{b.editions, b.At(b.On(today))})
			list = string(out)
			return err
		})
	}
	want, err := read(d)
	if err != nil {
		t.Fatal(err)
	}
	d.Close()
	whole, err := os.ReadFile(filepath.Join(dir, db.File))
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(43, 1))
	at := []int{}
	for i := range len(whole) - len("公示") { // where the words of the list lie
		if string(whole[i:i+len("公示")]) == "公示" {
			at = append(at, i+1)
		}
	}
	if len(at) == 0 {
		t.Fatal("the words of the list are not in the file")
	}
	for range 60 {
		at = append(at, r.IntN(len(whole)))
	}
	refused := 0
	for n, i := range at {
		dir := t.TempDir()
		b := append([]byte{}, whole...)
		b[i] ^= 1 << (n % 7)
		if err := os.WriteFile(filepath.Join(dir, db.File), b, 0o600); err != nil {
			t.Fatal(err)
		}
		x, err := db.Open(context.Background(), dir, schema.Files)
		if err != nil {
			refused++
			continue
		}
		got, err := read(x)
		x.Close()
		switch {
		case err != nil:
			refused++
		case got != want:
			t.Errorf("byte %d was damaged: the list reads otherwise and nobody was told", i)
		}
	}
	if t.Logf("%d of %d damages were refused, the others touch nothing of the list", refused, len(at)); refused < len(items)/2 {
		t.Error("the words of the list were damaged and read")
	}
}
