package calendar_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"yidan/internal/calendar"
	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/org"
	"yidan/internal/testkit"
)

const notice = `年度,2027
标题,关于2027年部分节假日安排的通知（测试用）
文号,测试〔2026〕1号
印发日期,2026/11/20
日期,休/班,名称
2027年1月1日至2027年1月3日，休，元旦
２０２７－０２－０５至2027-02-12,休,春节

# 以下补班
2027.2.14,班,春节
`

func parse(t *testing.T, text string) calendar.Edition {
	t.Helper()
	e, err := calendar.ParseEdition(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestAnEditionIsRead(t *testing.T) {
	e := parse(t, "\ufeff"+notice)
	if err := e.Check(); err != nil {
		t.Error(err)
	}
	if e.Year != 2027 || e.Number != "测试〔2026〕1号" || e.Issued != "2026-11-20" || len(e.Days) != 12 || e.Kind != calendar.National {
		t.Errorf("%+v", e)
	}
	if last := e.Days[11]; last != (calendar.NamedDay{Date: "2027-02-14", Works: true, Name: "春节"}) {
		t.Errorf("%+v", last)
	}
}

func TestFaultsOfAFileAreNamedByLine(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"2027-02-30,休,春节", "第 1 行：“2027-02-30”不是日期"},
		{"\n2027-02-01,放假,春节", "第 2 行：第二列写“休”或“班”，现在是“放假”"},
		{"2027-02-01,休,春节\n2027-02-01,班,春节", "第 2 行：2027-02-01 在第 1 行已经写过"},
		{"2027-02-05至2027-02-01,休,春节", "第 1 行：“2027-02-05至2027-02-01”的结束日期应在开始日期之后"},
		{"2027-02-05至2097-02-01,休,春节", "相隔不超过 31 天"},
		{"年度,明年", "第 1 行：年度写成四位数字"},
		{"类别,临时", "第 1 行：类别写"},
		{"年度,2027\n印发日期,2027-13-01", "第 2 行：印发日期写成"},
		{"2027-02-01", "第二列写“休”或“班”，现在是“”"},
		{strings.Repeat("# 注\n", 20000), "文件超过 64 KB"},
		{"\xb4\xba\xbd\xda,\xd0\xdd", "文件不是 UTF-8 编码"},
	} {
		if _, err := calendar.ParseEdition(strings.NewReader(tt.text)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%.40q: %v, want %s", tt.text, err, tt.want)
		}
	}
	_, err := calendar.ParseEdition(strings.NewReader("甲\n乙\n2027-01-01,休,元旦\n丙"))
	if f, ok := fault.As(err); !ok || len(f.Fields) != 3 || f.Fields[2].Name != "line-4" {
		t.Errorf("not every line is reported: %v", err)
	}
}

func FuzzParseEdition(f *testing.F) {
	f.Add(notice)
	f.Add("2027-01-01至,休\n至,班\n,,,\n\t\t")
	f.Fuzz(func(t *testing.T, text string) {
		e, err := calendar.ParseEdition(strings.NewReader(text))
		if err == nil && e.Check() == nil {
			calendar.Built().With(e)
		}
	})
}

func TestWhatKeepsAnEditionOut(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*calendar.Edition)
		want   string
	}{
		{"no title", func(e *calendar.Edition) { e.Title = " " }, "填写“标题”"},
		{"no number", func(e *calendar.Edition) { e.Number = "" }, "填写“文号”"},
		{"a date in another form", func(e *calendar.Edition) { e.Issued = "2026/11/20" }, "填写“印发日期”"},
		{"another year's day", func(e *calendar.Edition) { e.Days[0].Date = "2028-01-01" }, "2028-01-01 不在2027年"},
		{"a make-up day on a Monday", func(e *calendar.Edition) {
			e.Days = append(e.Days, calendar.NamedDay{Date: "2027-03-01", Works: true})
		}, "2027-03-01 是周一，本来上班"},
		{"lines were lost", func(e *calendar.Edition) { e.Days = e.Days[:3] }, "现在只有 3 天"},
		{"empty", func(e *calendar.Edition) { e.Days = nil }, "至少列出一天"},
		{"no kind", func(e *calendar.Edition) { e.Kind = "" }, "选择这份安排是"},
	} {
		e := parse(t, notice)
		tt.change(&e)
		if err := e.Check(); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
	e := parse(t, notice)
	e.Days = append(e.Days, calendar.NamedDay{Date: "2026-12-26", Works: true, Name: "元旦"})
	if err := e.Check(); err != nil {
		t.Error("a make-up day in the December before:", err)
	}
}

func policy(n int) org.Actor {
	return org.Actor{Person: fmt.Sprintf("p%d", n), Name: fmt.Sprintf("安全管理员 %d", n), Class: org.Policy}
}

func TestTwoPeopleBringAnEditionIn(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		ctx, now := context.Background(), at("2026-11-24 10:00")
		do := func(f func(tx *db.Tx) error) error { return d.Write(ctx, f) }
		propose := func(a org.Actor, e calendar.Edition) (id string, err error) {
			err = do(func(tx *db.Tx) (err error) { id, err = calendar.Propose(tx, a, e, now); return err })
			return id, err
		}
		var was, is *calendar.Calendar
		approve := func(a org.Actor, id string) error {
			return do(func(tx *db.Tx) (err error) { was, is, err = calendar.Approve(tx, a, id, now); return err })
		}
		refused := func(err error, kind fault.Kind, want string) {
			t.Helper()
			if !fault.Is(err, kind) || !strings.Contains(err.Error(), want) {
				t.Errorf("%v, want %s", err, want)
			}
		}
		e := parse(t, notice)

		_, err := propose(org.Actor{Person: "x", Class: org.Business, Roles: []org.Role{org.ListOffice}}, e)
		refused(err, fault.Refused, "放假安排由安全管理员提出")
		again := e
		again.Year = 2026
		_, err = propose(policy(1), again)
		refused(err, fault.Invalid, "不在2026年")
		early := e
		early.Issued = "2026-11-25"
		_, err = propose(policy(1), early)
		refused(err, fault.Invalid, "“印发日期”不能晚于今天")

		id, err := propose(policy(1), e)
		if err != nil {
			t.Fatal(err)
		}
		twin, err := propose(policy(1), e)
		if err != nil {
			t.Fatal(err)
		}
		load(t, d, calendar.Built().Edition)
		refused(approve(policy(1), id), fault.Refused, "由另一名安全管理员核准")
		refused(approve(org.Actor{Person: "a", Class: org.Auditor}, id), fault.Refused, "安全管理员")
		refused(approve(policy(2), "nowhere"), fault.Missing, "没有找到")
		load(t, d, calendar.Built().Edition)

		if err := approve(policy(2), id); err != nil {
			t.Fatal(err)
		}
		if was.Edition != calendar.Built().Edition || is.Known != 2027 {
			t.Errorf("from %s to %s", was.Edition, is.Edition)
		}
		load(t, d, is.Edition)
		from := at("2026-12-29 09:00")
		if a, b := lastDay(was.Due(from, calendar.WorkDays(3), nil)), lastDay(is.Due(from, calendar.WorkDays(3), nil)); a != "2027-01-01?" || b != "2027-01-04" {
			t.Errorf("moved from %s to %s", a, b)
		}
		refused(approve(policy(3), id), fault.Conflict, "安全管理员 2已在 11月24日 10:00")
		refused(approve(policy(2), twin), fault.Invalid, "2027年的年度通知已经收录")
		refused(do(func(tx *db.Tx) error { return calendar.Reject(tx, policy(2), twin, "", now) }), fault.Invalid, "原因")
		if err := do(func(tx *db.Tx) error { return calendar.Reject(tx, policy(2), twin, "重复", now) }); err != nil {
			t.Error(err)
		}
		refused(approve(policy(2), twin), fault.Conflict, "不予核准")
		decided(t, d)
		for _, q := range []string{
			`UPDATE calendar_editions SET days = '[]' WHERE id = '` + id + `'`,
			`UPDATE calendar_editions SET approved_at = '', approved_by = '' WHERE id = '` + id + `'`,
			`DELETE FROM calendar_editions WHERE id = '` + id + `'`,
			`INSERT INTO calendar_editions (id, year, kind, number, title, issued_on, days, proposed_by, proposed_name, proposed_at, approved_by, approved_at)
				VALUES ('x', 2028, 'local', '', 't', '', '[]', 'p1', '', 'a', 'p2', 'a')`,
		} {
			if err := do(func(tx *db.Tx) error { _, err := tx.Exec(q); return err }); err == nil {
				t.Errorf("%s: accepted", q)
			}
		}
		if err := do(func(tx *db.Tx) error {
			_, err := tx.Exec(`INSERT INTO calendar_editions (id, year, kind, number, title, issued_on, days, proposed_by, proposed_name, proposed_at) VALUES ('y', 2028, 'local', '', 't', '', '[]', 'p1', '', 'a')`)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if err := do(func(tx *db.Tx) error {
			_, err := tx.Exec(`UPDATE calendar_editions SET approved_by = 'p1', approved_at = 'b' WHERE id = 'y'`)
			return err
		}); err == nil {
			t.Error("the database let one person propose and approve")
		}
	})
}

func load(t *testing.T, d *db.DB, want string) {
	t.Helper()
	if err := d.Read(context.Background(), func(tx *db.Tx) error {
		c, err := calendar.Load(tx)
		if err == nil && c.Edition != want {
			t.Errorf("in force: %s, want %s", c.Edition, want)
		}
		return err
	}); err != nil {
		t.Error(err)
	}
}

// decided checks the list of proposals and what the record says of them.
func decided(t *testing.T, d *db.DB) {
	t.Helper()
	if err := d.Read(context.Background(), func(tx *db.Tx) error {
		ps, err := calendar.Editions(tx)
		if err != nil || len(ps) != 2 || ps[0].Reason != "重复" || ps[1].Approved.Person != "p2" || len(ps[1].Days) != 12 {
			t.Errorf("%+v, %v", ps, err)
		}
		for action, want := range map[string]int{"calendar.propose": 2, "calendar.approve": 1, "calendar.reject": 1} {
			var n int
			if err := tx.QueryRow(`SELECT count(*) FROM audit WHERE action = $1`, action).Scan(&n); err != nil || n != want {
				t.Errorf("%s: %d lines, want %d (%v)", action, n, want, err)
			}
		}
		return nil
	}); err != nil {
		t.Error(err)
	}
}
