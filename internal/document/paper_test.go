package document_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"yidan/internal/audit"
	"yidan/internal/db"
	"yidan/internal/document"
	"yidan/internal/fault"
	"yidan/internal/org"
	"yidan/internal/testkit"
)

var (
	ctx = context.Background()
	now = time.Date(2026, 8, 3, 2, 0, 0, 0, time.UTC)
)

func who(unit, post string) org.Actor {
	return org.Actor{Person: unit + post, Name: unit + " " + post, Post: post, Unit: unit, UnitName: unit}
}

func write(t *testing.T, d *db.DB, f func(tx *db.Tx) error) {
	t.Helper()
	if err := d.Write(ctx, f); err != nil {
		t.Fatal(err)
	}
}

var sixUnits = []document.Holder{{"d1", "区农业农村局"}, {"t1", "城关镇"}, {"t2", "南寨镇"}, {"lo", "区委编办"}, {"ju", "区司法局"}, {"co", "区委办"}, {"go", "区政府办"}}

func filled() document.F1 {
	said := func(unit, text string) document.Opinion {
		return document.Opinion{Text: text, Signer: unit + " 负责人", Unit: unit, Date: "2026-08-03", Sealed: true}
	}
	return document.F1{
		Applicant: "区农业农村局", AppliedOn: "2026-07-01", Matter: "秸秆禁烧巡查协助", Contact: "综合科", Phone: "0454-8000000", Phased: true, From: "2026-09-01", To: "2026-12-31",
		Bodies: "主体责任：区农业农村局制定方案、组织执法\n配合责任：乡镇日间巡查",
		Duties: "组织网格员巡查，发现火点劝阻并报告\n办事流程：发现—劝阻—报告\n完成时限：发现后 30 分钟内报告\n保障措施：每乡镇补助 2 万元",
		Office: said("区委编办", "经审核，符合准入条件，同意准入。"), Justice: said("区司法局", "依据《大气污染防治法》第七十七条，合法。"), Lead: said("领导小组", "同意。"),
	}
}

func issue(t *testing.T, d *db.DB, caseID string) (p document.Paper) {
	t.Helper()
	write(t, d, func(tx *db.Tx) (err error) {
		p, err = document.Issue(tx, document.Paper{Kind: "f1", Case: caseID, Number: "准入〔2026〕017", Title: "准入审批表：秸秆禁烧巡查协助", Body: filled(), By: who("lo", org.Handler)}, sixUnits, now)
		return err
	})
	return p
}

func TestNumbersGrowWithoutGapsBySeriesAndYear(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		next := func(series string, year int) (n string) {
			write(t, d, func(tx *db.Tx) (err error) { n, err = document.Number(tx, series, year); return err })
			return n
		}
		for i := 1; i <= 3; i++ {
			if got, want := next("准入", 2026), fmt.Sprintf("准入〔2026〕%03d", i); got != want {
				t.Errorf("%s, want %s", got, want)
			}
		}
		if err := d.Write(ctx, func(tx *db.Tx) error {
			document.Number(tx, "准入", 2026)
			return errors.New("refused after all")
		}); err == nil {
			t.Fatal("kept")
		}
		if got := next("准入", 2026); got != "准入〔2026〕004" {
			t.Errorf("after a refusal: %s", got)
		}
		if got := next("准入", 2027) + next("函", 2026); got != "准入〔2027〕001函〔2026〕001" {
			t.Error(got)
		}
		for _, q := range []string{`UPDATE counters SET last = 1`, `UPDATE counters SET last = last + 2`, `DELETE FROM counters`} {
			if err := d.Write(ctx, func(tx *db.Tx) error { _, err := tx.Exec(q); return err }); err == nil {
				t.Errorf("%s: went through", q)
			}
		}
	})
}

// Proves: F-3
func TestAPaperIsKeptAsIssuedAndEveryUnitHasItsCopy(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		p := issue(t, d, "case1")
		if len(p.Copies) != len(sixUnits) || p.Copies[2].No != 3 || p.Copies[2].Of != 7 || len(p.Code) != 8 || len(p.Digest) != 64 {
			t.Fatalf("%+v", p)
		}
		err := d.Read(ctx, func(tx *db.Tx) error {
			for _, h := range sixUnits {
				got, c, err := document.Open(tx, who(h.Unit, org.Handler), p.ID)
				if err != nil || c.Holder != h.Name {
					t.Errorf("%s: %+v %v", h.Name, c, err)
				}
				if diff := cmp.Diff(p.Body, got.Body); diff != "" {
					t.Error(diff)
				}
			}
			if _, _, err := document.Open(tx, who("t3", org.Leader), p.ID); !fault.Is(err, fault.Missing) {
				t.Error("opened by a unit without a copy:", err)
			}
			for _, typed := range []string{p.Code, document.ShowCode(p.Code), " " + strings.ToLower(document.ShowCode(p.Code)) + " "} {
				got, err := document.Verify(tx, typed)
				if err != nil || got.ID != p.ID || len(got.Copies) != 7 {
					t.Errorf("verify %q: %v", typed, err)
				}
			}
			if _, err := document.Verify(tx, "AAAA-AAAA"); !fault.Is(err, fault.Missing) {
				t.Error("verified a code nobody has:", err)
			}
			ps, err := document.OfCase(tx, "case1")
			if len(ps) != 1 || len(ps[0].Copies) != 7 || ps[0].By.Name != "lo handler" {
				t.Errorf("%+v", ps)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestTheDatabaseRefusesToTouchPapersAndCopies(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		p := issue(t, d, "case1")
		write(t, d, func(tx *db.Tx) error { return document.Receive(tx, who("t1", org.Leader), p.ID, now) })
		for _, q := range []string{
			`UPDATE papers SET title = 'x'`, `UPDATE papers SET data = '{}'`, `DELETE FROM papers`,
			`DELETE FROM copies`, `UPDATE copies SET holder = 'x' WHERE unit_id = 't2'`,
			`UPDATE copies SET unit_id = 't9', received_at = 'x', received_by = 'y' WHERE unit_id = 't2'`,
			`UPDATE copies SET received_at = '', received_by = '' WHERE unit_id = 't1'`,
			`UPDATE copies SET received_at = 'later', received_by = 'y' WHERE unit_id = 't1'`,
			`UPDATE copies SET received_at = 'x' WHERE unit_id = 't2'`,
			`INSERT INTO copies (paper_id, unit_id, no, total, holder, placed_at) VALUES ('nowhere', 't1', 1, 1, 'x', 'x')`,
		} {
			if err := d.Write(ctx, func(tx *db.Tx) error { _, err := tx.Exec(q); return err }); err == nil {
				t.Errorf("%s: went through", q)
			}
		}
	})
}

func TestWhoeverGetsRoundTheDatabaseIsFoundOut(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		p := issue(t, d, "case1")
		off := `DROP TRIGGER papers_update`
		if d.Engine == db.Postgres {
			off += ` ON papers`
		}
		write(t, d, func(tx *db.Tx) error {
			_, err := tx.Exec(off)
			if err == nil {
				_, err = tx.Exec(`UPDATE papers SET data = replace(data, '同意准入', '不予准入')`)
			}
			return err
		})
		if err := d.Read(ctx, func(tx *db.Tx) error { _, err := document.Verify(tx, p.Code); return err }); !errors.Is(err, document.ErrAltered) {
			t.Error("an altered paper verifies:", err)
		}
	})
}

func TestAReceiptIsGivenOnceByTheUnitThatKeepsTheCopy(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		p := issue(t, d, "case1")
		receive := func(a org.Actor) error {
			return d.Write(ctx, func(tx *db.Tx) error { return document.Receive(tx, a, p.ID, now) })
		}
		for name, a := range map[string]org.Actor{"a stranger": who("t3", org.Leader), "no post": who("t1", ""), "the system": {Unit: "t1", Post: org.Leader}} {
			if err := receive(a); !fault.Is(err, fault.Missing) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := receive(who("t1", org.Handler)); err != nil {
			t.Fatal(err)
		}
		if err := receive(who("t1", org.Leader)); !fault.Is(err, fault.Conflict) || !strings.Contains(err.Error(), "t1 handler于8月3日10:00签收") {
			t.Error("a second receipt:", err)
		}
		err := d.Read(ctx, func(tx *db.Tx) error {
			got, err := document.Find(tx, p.ID)
			if err != nil {
				return err
			}
			c, _ := got.CopyOf("t1")
			if !c.ReceivedAt.Equal(now) || c.ReceivedName != "t1 handler" {
				t.Errorf("%+v", c)
			}
			if c := got.Copy(3); !c.ReceivedAt.IsZero() || c.Holder != "南寨镇" {
				t.Errorf("%+v", c)
			}
			var n int
			err = tx.QueryRow(`SELECT count(*) FROM audit WHERE object = $1 AND action IN ('paper.issue', 'paper.receive')`, "paper:"+p.ID).Scan(&n)
			if n != 2 {
				t.Errorf("%d lines on record", n)
			}
			_, err2 := audit.Last(tx)
			return errors.Join(err, err2)
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestAnArchiveIsPagedAndNarrowed(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		for i := range 7 {
			write(t, d, func(tx *db.Tx) error {
				kind, title := "notice", fmt.Sprintf("告知书 %d", i)
				if i%2 == 0 {
					kind, title = "f1", "审批表 100%"
				}
				_, err := document.Issue(tx, document.Paper{Kind: kind, Number: fmt.Sprintf("准入〔2026〕%03d", i), Title: title, Body: document.Letter{Title: title}}, sixUnits[:3], now.Add(time.Duration(i)*time.Hour))
				return err
			})
		}
		err := d.Read(ctx, func(tx *db.Tx) error {
			var got []string
			f := document.Filter{Limit: 3}
			for {
				ks, err := document.Archive(tx, []string{"t1"}, f)
				if err != nil {
					return err
				}
				if len(ks) == 0 {
					break
				}
				for _, k := range ks {
					got = append(got, k.Number[len(k.Number)-3:])
				}
				f.After = &ks[len(ks)-1]
			}
			if s := strings.Join(got, " "); s != "006 005 004 003 002 001 000" {
				t.Error(s)
			}
			for name, x := range map[string]struct {
				units []string
				f     document.Filter
				want  int
			}{
				"a title": {[]string{"t1"}, document.Filter{Text: " 审批表 "}, 4}, "a sign of the language of search": {[]string{"t1"}, document.Filter{Text: "%"}, 4},
				"a number": {[]string{"t1"}, document.Filter{Text: "〕003"}, 1}, "a kind": {[]string{"t1"}, document.Filter{Kind: "notice"}, 3},
				"two units": {[]string{"t1", "t2"}, document.Filter{Waiting: true}, 14}, "nobody": {nil, document.Filter{}, 0}, "another": {[]string{"ju"}, document.Filter{}, 0},
			} {
				ks, err := document.Archive(tx, x.units, x.f)
				if err != nil || len(ks) != x.want {
					t.Errorf("%s: %d, want %d; %v", name, len(ks), x.want, err)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
