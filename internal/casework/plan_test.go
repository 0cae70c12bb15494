package casework_test

import (
	"database/sql"
	"regexp"
	"strings"
	"testing"

	"yidan/internal/calendar"
	"yidan/internal/casework"
	"yidan/internal/db"
	"yidan/internal/org"
	"yidan/internal/testkit"
)

// costly is what no list may do: read a table that grows from end to end, sort
// more than it shows, or count its way to a page.
var costly = regexp.MustCompile(`(?i)TEMP B-TREE|\bSort\b|SCAN (c|t|v|r|cases|tasks|case_parties|circulations|events)\b(?: *$)|Seq Scan on (cases|tasks|case_parties|circulations|events)\b|\bOFFSET\b`)

// explain tells how an engine goes about a statement.
func explain(tx *db.Tx, query string, args []any) (string, error) {
	head := `EXPLAIN `
	if tx.Engine == db.SQLite {
		head = `EXPLAIN QUERY PLAN `
	}
	lines, err := db.All(tx, func(r *sql.Rows) (line string, err error) {
		if tx.Engine == db.SQLite {
			var a, b, c int
			return line, r.Scan(&a, &b, &c, &line)
		}
		return line, r.Scan(&line)
	}, head+query, args...)
	return strings.Join(lines, "\n"), err
}

// orderly keeps PostgreSQL from sorting while it may: for a few rows it would,
// and rightly, but what is asked here is what becomes of many.
func orderly(tx *db.Tx) error {
	if tx.Engine == db.SQLite {
		return nil
	}
	for _, s := range []string{"sort", "seqscan", "bitmapscan", "hashjoin"} {
		if _, err := tx.Exec(`SET LOCAL enable_` + s + ` = off`); err != nil {
			return err
		}
	}
	return nil
}

// Every list is read off an index in its order, also by whoever has several
// boxes, on its first page and far down: nothing grows with what lies there.
func TestListsAreReadInOrderAndNeverSorted(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		s := shelf(d, calendar.Built())
		manyCases(t, s, 3000)
		now := at("2026-08-03 09:00")
		if err := d.Write(ctx, func(tx *db.Tx) error { _, err := tx.Exec(`ANALYZE`); return err }); err != nil {
			t.Fatal(err)
		}
		town := who("乡镇3/handler")
		town.Roles = []org.Role{org.Lead}
		for _, tt := range []struct {
			name string
			read func(tx *db.Tx, f casework.Filter) (n int, next string, err error)
		}{
			{"全区办件", func(tx *db.Tx, f casework.Filter) (int, string, error) {
				rows, next, err := casework.List(tx, who("编办"), f, now)
				return len(rows), next, err
			}},
			{"一个单位的办件", func(tx *db.Tx, f casework.Filter) (int, string, error) {
				rows, next, err := casework.List(tx, town, f, now)
				return len(rows), next, err
			}},
			{"待办", func(tx *db.Tx, f casework.Filter) (int, string, error) {
				rows, next, err := inbox(tx, town, f, now)
				return len(rows), next, err
			}},
			{"已办", func(tx *db.Tx, f casework.Filter) (int, string, error) {
				rows, next, err := casework.Handled(tx, who("部门7"), f, now)
				return len(rows), next, err
			}},
			{"我发起的", func(tx *db.Tx, f casework.Filter) (int, string, error) {
				rows, next, err := casework.Brought(tx, who("部门7"), false, f, now)
				return len(rows), next, err
			}},
			{"待阅", func(tx *db.Tx, f casework.Filter) (int, string, error) {
				rows, next, err := casework.ToRead(tx, town, f.Before, f.Limit)
				return len(rows), next, err
			}},
			{"数", func(tx *db.Tx, f casework.Filter) (int, string, error) {
				n, err := casework.Count(tx, town)
				if err == nil {
					_, _, err = n.Pressing(tx, calendar.Built(), 3, now)
				}
				return n.Todo, "", err
			}},
		} {
			t.Run(tt.name, func(t *testing.T) {
				type asked struct {
					query string
					args  []any
				}
				var all []asked
				watched := db.Watch(ctx, func(q string, args ...any) { all = append(all, asked{q, args}) })
				f := casework.Filter{Limit: 10}
				for range 2 {
					if err := d.Read(watched, func(tx *db.Tx) error {
						n, next, err := tt.read(tx, f)
						if n == 0 && tt.name != "待阅" {
							t.Error("an empty page explains nothing")
						}
						f.Before = next
						return err
					}); err != nil {
						t.Fatal(err)
					}
				}
				if len(all) > 12 {
					t.Errorf("%d statements for two pages", len(all))
				}
				for _, a := range all {
					if err := d.Read(ctx, func(tx *db.Tx) error {
						if err := orderly(tx); err != nil {
							return err
						}
						plan, err := explain(tx, a.query, a.args)
						if found := costly.FindString(plan + a.query); found != "" {
							t.Errorf("%q:\n%s\n%s", found, a.query, plan)
						}
						return err
					}); err != nil {
						t.Fatal(err)
					}
				}
			})
		}
	})
}
