package adjustment_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"testing"

	"yidan/internal/adjustment"
	"yidan/internal/approval"
	"yidan/internal/casework"
	"yidan/internal/catalog"
	"yidan/internal/db"
	"yidan/internal/schema"
	"yidan/internal/testkit"
)

// TestMain lets this binary be the process that is killed while it issues.
func TestMain(m *testing.M) {
	if source := os.Getenv("YIDAN_TEST_SOURCE"); source != "" {
		if err := issueAndWait(source, os.Getenv("YIDAN_TEST_CASE"), os.Getenv("YIDAN_TEST_AT")); err != nil {
			fmt.Println("error:", err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// issueAndWait issues an edition and says when the list is written and the rest is
// not ("half"), or when all is acknowledged ("whole"); then it waits to be killed.
func issueAndWait(source, id, when string) error {
	d, err := db.Open(ctx, source, schema.Files)
	if err != nil {
		return err
	}
	say := func() { fmt.Println(when); select {} }
	x := (&district{now: at("2026-08-03 09:00"), files: 1}).over(d)
	if when == "half" {
		x.touching = say
	}
	err = x.issue(id, "郊办发〔2026〕2号")
	if err == nil {
		say()
	}
	return err
}

// issue has the two offices issue an edition by a document.
func (x *district) issue(id, number string) error {
	a := casework.Answer{Verdict: casework.Done, By: who("区委办"), Data: issued(number), At: x.now}
	return x.s.Do(ctx, id, a.By, x.now, func(_ *db.Tx, c *casework.Case) error {
		ts := c.Asked(a.By)
		if len(ts) == 0 {
			return casework.ErrClosed
		}
		return c.Answer(ts[0].No, a)
	})
}

// permitted is a change of an item that waits for its edition.
func (x *district) permitted(unit, code string) string {
	x.t.Helper()
	if err := x.apply(unit, x.change(adjustment.Adjust, code)); err != nil {
		x.t.Fatal(err)
	}
	x.pass(legal)
	return x.id
}

// drafted is an edition that waits for its document.
func (x *district) drafted(cases ...string) string {
	x.t.Helper()
	if err := x.edition(cases...); err != nil {
		x.t.Fatal(err)
	}
	return x.id
}

// A process that is killed while it issues leaves no edition behind, or the whole:
// the list, the cases and what units are told. Half of one can be issued again.
//
// Proves: DM-8.6, DM-9.2
func TestAnIssueKilledHalfWayIsNone(t *testing.T) {
	for _, e := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(string(e), func(t *testing.T) {
			source := testkit.Source(t, e)
			d := testkit.Open(t, source)
			x := newDistrict(t, d)
			first, second := x.permitted("区生态局", "P001"), x.permitted("区水务局", "P002")
			id := x.drafted(first, second)
			for _, when := range []string{"half", "whole"} {
				d.Close()
				kill(t, source, id, when)
				d = testkit.Open(t, source)
				x.over(d)
				change, edition := adjustment.Issue, adjustment.Issue
				if when == "whole" {
					change, edition = approval.Receipt, casework.Closed
				}
				for id, want := range map[string]casework.Stage{first: change, second: change, id: edition} {
					x.id = id
					x.stands(want)
				}
				editions, duty := 1, "乡镇日间巡查并报告"
				if when == "whole" {
					editions, duty = 2, "乡镇昼夜巡查并报告"
				}
				b := x.book()
				for _, code := range []string{"P001", "P002"} {
					if v := x.says(code, "2026-09-01"); v.Cooperating != duty {
						t.Errorf("killed at %s: %s says %s", when, code, v.Cooperating)
					}
				}
				x.read(func(tx *db.Tx) error {
					told, _, err := casework.ToRead(tx, who("区水务局"), "", 10)
					if len(b.Editions()) != editions || len(told) != editions-1 {
						t.Errorf("killed at %s: %d editions, %d told", when, len(b.Editions()), len(told))
					}
					if err != nil {
						return err
					}
					return catalog.Verify(tx)
				})
			}
		})
	}
}

func kill(t *testing.T, source, id, when string) {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), exe)
	c.Env = append(os.Environ(), "YIDAN_TEST_SOURCE="+source, "YIDAN_TEST_CASE="+id, "YIDAN_TEST_AT="+when)
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	in := bufio.NewScanner(out)
	if in.Scan(); in.Text() != when {
		t.Error("the process said", in.Text())
	}
	c.Process.Kill()
	c.Wait()
}

// Two editions that are issued at once come one after the other where they have
// nothing in common; where they share a change or a document, one of them is refused
// with the reason and changes nothing.
//
// Proves: DM-8.6, DM-9.2
func TestTwoEditionsIssuedAtOnce(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		atOnce := func(one, other, number, next string) (errs []error) {
			var wg sync.WaitGroup
			said := make(chan error, 2)
			for id, n := range map[string]string{one: number, other: next} {
				wg.Go(func() {
					if err := x.issue(id, n); err != nil {
						said <- err
					}
				})
			}
			wg.Wait()
			close(said)
			for err := range said {
				errs = append(errs, err)
			}
			return errs
		}
		editions := func(want int) {
			t.Helper()
			if n := len(x.book().Editions()); n != want {
				t.Errorf("%d editions, want %d", n, want)
			}
			x.read(catalog.Verify)
		}
		p1, p2, p3 := x.permitted("区生态局", "P001"), x.permitted("区水务局", "P002"), x.permitted("区林草局", "P003")
		errs := atOnce(x.drafted(p1), x.drafted(p1), "郊办发〔2026〕2号", "郊办发〔2026〕3号") // of one change
		if len(errs) != 1 {
			t.Fatal("both issued one change, or neither did:", errs)
		}
		x.refused(errs[0], "cases", "DM-8.6")
		editions(2)
		one, other := x.drafted(p2), x.drafted(p3)
		errs = atOnce(one, other, "郊办发〔2026〕4号", "郊办发〔2026〕4号") // by one document
		if len(errs) != 1 {
			t.Fatal("two editions by one document, or none:", errs)
		}
		x.refused(errs[0], "number", "DM-8.6")
		editions(3)
		if left := x.waiting(); len(left) != 1 {
			t.Fatal("left to issue:", left)
		} else if left[0] == p2 {
			other = one
		}
		if err := x.apply("区林草局", x.change(adjustment.Add, "", func(c *adjustment.Change) {
			c.Fill(x.says("P003", "2026-08-03"))
			c.Code, c.Base, c.Name, c.Evidence = "", "", "森林病虫害巡查", because("森林法")
		})); err != nil {
			t.Fatal(err)
		}
		x.pass(legal)
		if errs := atOnce(other, x.drafted(x.id), "郊办发〔2026〕5号", "郊办发〔2026〕6号"); len(errs) > 0 {
			t.Error("with nothing in common:", errs)
		}
		editions(5)
	})
}
