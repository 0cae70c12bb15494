package casework_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"yidan/internal/calendar"
	"yidan/internal/casework"
	"yidan/internal/db"
	"yidan/internal/org"
	"yidan/internal/testkit"
)

// engines runs a benchmark on a fresh store of each engine.
func engines(b *testing.B, f func(b *testing.B, d *db.DB)) {
	for _, e := range []db.Engine{db.SQLite, db.Postgres} {
		b.Run(string(e), func(b *testing.B) { f(b, testkit.Open(b, testkit.Source(b, e))) })
	}
}

const townsOfADistrict = 12

// stack is cases that ask twelve townships each, as many as will be answered.
func stack(b *testing.B, s *casework.Store, cases int, now time.Time) (ids []string) {
	b.Helper()
	var towns []string
	for i := range townsOfADistrict {
		towns = append(towns, fmt.Sprint("乡镇", i))
	}
	for range cases {
		id, err := s.Open(ctx, "walk", who("水利局"), now, func(_ *db.Tx, f any) error {
			*f.(*matter) = matter{Name: "河道巡查", Townships: towns}
			return nil
		})
		if err == nil {
			err = answer(s, id, "水利局", casework.Submit, now)
		}
		if err != nil {
			b.Fatal(err)
		}
		ids = append(ids, id)
	}
	return ids
}

// A township's answer through engine and store (load, decide, save case, task,
// event, notices and record) against four rows written durably by hand, on the
// same store, turn by turn: "ratio" is how many steps one raw write is worth.
func BenchmarkStepAgainstFourRows(b *testing.B) {
	for _, writers := range []int{1, 16} {
		b.Run(fmt.Sprintf("writers=%d", writers), func(b *testing.B) {
			engines(b, func(b *testing.B, d *db.DB) { stepAgainstFourRows(b, d, writers) })
		})
	}
}

func stepAgainstFourRows(b *testing.B, d *db.DB, writers int) {
	s, now := shelf(d, calendar.Built()), at("2026-08-03 09:00")
	if err := d.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`CREATE TABLE raw (id TEXT NOT NULL PRIMARY KEY, text TEXT NOT NULL)`)
		return err
	}); err != nil {
		b.Fatal(err)
	}
	text := strings.Repeat("职责", 50) // 300 bytes
	raw := func(int, int) error {
		return d.Write(ctx, func(tx *db.Tx) error {
			for range 4 {
				if _, err := tx.Exec(`INSERT INTO raw (id, text) VALUES ($1, $2)`, db.NewID(), text); err != nil {
					return err
				}
			}
			return nil
		})
	}
	var ids []string
	step := func(writer, turn int) error {
		return answer(s, ids[writer], fmt.Sprint("乡镇", turn), casework.Agree, now)
	}
	// timed has every writer do a thing as often as a case has townships.
	timed := func(do func(writer, turn int) error) time.Duration {
		var wg sync.WaitGroup
		began := time.Now()
		for w := range writers {
			wg.Go(func() {
				for turn := range townsOfADistrict {
					if err := do(w, turn); err != nil {
						b.Error(err)
					}
				}
			})
		}
		wg.Wait()
		return time.Since(began)
	}
	var steps, raws time.Duration
	n := 0
	for b.Loop() {
		b.StopTimer()
		ids = stack(b, s, writers, now)
		b.StartTimer()
		steps += timed(step)
		raws += timed(raw)
		n += writers * townsOfADistrict
	}
	b.ReportMetric(float64(raws)/float64(steps), "ratio")
	b.ReportMetric(float64(n)/steps.Seconds(), "steps/s")
	b.ReportMetric(float64(n)/raws.Seconds(), "raws/s")
	b.ReportMetric(0, "ns/op")
}

// manyCases fills a store with cases as they lie about in a district after years:
// one in twenty is still open.
func manyCases(b testing.TB, s *casework.Store, n int) {
	b.Helper()
	began := at("2026-01-05 09:00")
	for len := 0; len < n; len += 100 {
		now := began.Add(time.Duration(len) * time.Hour / 2)
		if err := s.Write(ctx, now, func(tx *db.Tx, d *casework.Docket) error {
			env, err := s.Wire(tx, now)
			if err != nil {
				return err
			}
			for i := len; i < len+100; i++ {
				p, err := env.Editions.Of("walk", 0, time.Time{}, now)
				if err != nil {
					return err
				}
				p.Number = func(prefix string, year int) (string, error) {
					return fmt.Sprintf("%s〔%d〕%05d", prefix, year, i), nil
				}
				c := &casework.Case{ID: db.NewID(), Procedure: p, Owner: org.Unit(fmt.Sprint("部门", i%30)),
					Form: &matter{Name: fmt.Sprint("河道巡查第", i, "段"), Townships: []string{fmt.Sprint("乡镇", i%12), fmt.Sprint("乡镇", (i+5)%12)}}}
				if err := d.Open(c, now); err != nil {
					return err
				}
				a := casework.Answer{Verdict: casework.Submit, By: who(c.Owner.Unit), At: now}
				if err := d.Do(c.ID, now, func(c *casework.Case) error { return c.Answer(c.Pending()[0], a) }); err != nil {
					return err
				}
				if i%19 > 0 { // most are over
					a.Verdict = casework.Withdraw
					if err := d.Do(c.ID, now, func(c *casework.Case) error { return c.Take(a) }); err != nil {
						return err
					}
				}
			}
			return nil
		}); err != nil {
			b.Fatal(err)
		}
	}
}

// A page of fifty of 10,000 cases: the list of the list office, an inbox of some
// eighty, a search for words, and a page far down.
func BenchmarkPageOfTenThousand(b *testing.B) {
	engines(b, func(b *testing.B, d *db.DB) {
		s := shelf(d, calendar.Built())
		manyCases(b, s, 10_000)
		now := at("2026-08-03 09:00")
		office, town := who("编办"), who("乡镇3")
		page := func(f casework.Filter) func(tx *db.Tx) (int, error) {
			return func(tx *db.Tx) (int, error) {
				f.Limit = 50
				rows, _, err := casework.List(tx, office, f, now)
				return len(rows), err
			}
		}
		var middle string
		if err := d.Read(ctx, func(tx *db.Tx) (err error) {
			for range 20 {
				if _, middle, err = casework.List(tx, office, casework.Filter{Before: middle, Limit: 200}, now); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			b.Fatal(err)
		}
		for _, bb := range []struct {
			name string
			read func(tx *db.Tx) (int, error)
		}{
			{"list", page(casework.Filter{})},
			{"list-far-down", page(casework.Filter{Before: middle})},
			{"list-search", page(casework.Filter{Words: "巡查 第777"})},
			{"inbox", func(tx *db.Tx) (int, error) {
				todos, _, err := inbox(tx, town, casework.Filter{Limit: 50}, now)
				return len(todos), err
			}},
			{"counts", func(tx *db.Tx) (int, error) {
				n, err := casework.Count(tx, town)
				return n.Todo, err
			}},
		} {
			b.Run(bb.name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if err := d.Read(ctx, func(tx *db.Tx) error {
						n, err := bb.read(tx)
						if n == 0 {
							b.Fatal("an empty page")
						}
						return err
					}); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	})
}
