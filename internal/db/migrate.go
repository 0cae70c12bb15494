package db

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// ErrNewer reports a database made by a later release.
var ErrNewer = errors.New("db: the database was made by a newer release; start that release, or restore a backup made before the upgrade")

// ErrAltered reports that a migration that has already run reads differently now.
var ErrAltered = errors.New("db: a migration that has already run was altered")

type migration struct {
	no        int
	name, sum string
	text      string
}

// load reads the migrations NNNN_owner.sql for an engine. A file
// NNNN_owner.sqlite.sql or NNNN_owner.postgres.sql adds what only that engine
// understands: triggers and search.
func load(files fs.FS, e Engine) (ms []migration, err error) {
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		return nil, err
	}
	slices.SortFunc(names, func(a, b string) int { // the common file first
		key := func(n string) string {
			base, only, _ := strings.Cut(n, ".")
			return fmt.Sprintf("%s.%d", base, strings.Count(only, "."))
		}
		return strings.Compare(key(a), key(b))
	})
	for _, n := range names {
		base := strings.TrimSuffix(n, ".sql")
		base, only, _ := strings.Cut(base, ".")
		if only != "" && only != string(e) {
			continue
		}
		b, err := fs.ReadFile(files, n)
		if err != nil {
			return nil, err
		}
		text := string(b)
		if e == Postgres {
			text = strings.ReplaceAll(text, " BLOB", " BYTEA")
		}
		if len(ms) > 0 && ms[len(ms)-1].name == base {
			ms[len(ms)-1].text += "\n" + text
			continue
		}
		var no int
		if _, err := fmt.Sscanf(base, "%04d_", &no); err != nil || no != len(ms)+1 {
			return nil, fmt.Errorf("db: migration %s: want number %04d", n, len(ms)+1)
		}
		ms = append(ms, migration{no: no, name: base, text: text})
	}
	for i := range ms {
		s := sha256.Sum256([]byte(ms[i].text))
		ms[i].sum = hex.EncodeToString(s[:])
	}
	return ms, nil
}

func migrate(ctx context.Context, d *DB, files fs.FS) error {
	ms, err := load(files, d.Engine)
	if err != nil {
		return err
	}
	tx, err := d.write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("db: open: %w", err)
	}
	defer tx.Rollback()
	for _, s := range []string{
		`CREATE TABLE IF NOT EXISTS turn (taken BIGINT NOT NULL)`,
		`INSERT INTO turn (taken) SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM turn)`,
		`CREATE TABLE IF NOT EXISTS migrations (no INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, sum TEXT NOT NULL)`,
	} {
		if _, err := tx.ExecContext(ctx, s); err != nil {
			return fmt.Errorf("db: open: %w", err)
		}
	}
	done, err := ran(ctx, tx)
	if err != nil {
		return err
	}
	if len(done) > len(ms) {
		return fmt.Errorf("%w (it has migration %s)", ErrNewer, done[len(done)-1].name)
	}
	for i, m := range ms {
		if i < len(done) {
			if done[i].name != m.name || done[i].sum != m.sum {
				return fmt.Errorf("%w: %s", ErrAltered, m.name)
			}
			continue
		}
		if _, err := tx.ExecContext(ctx, m.text); err != nil {
			return fmt.Errorf("db: migration %s: %w", m.name, err)
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO migrations (no, name, sum) VALUES ($1, $2, $3)`, m.no, m.name, m.sum); err != nil {
			return err
		}
	}
	return tx.Commit()
}

func ran(ctx context.Context, tx *sql.Tx) (ms []migration, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT no, name, sum FROM migrations ORDER BY no`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var m migration
		if err := rows.Scan(&m.no, &m.name, &m.sum); err != nil {
			return nil, err
		}
		ms = append(ms, m)
	}
	return ms, rows.Err()
}
