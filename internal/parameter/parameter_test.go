package parameter_test

import (
	"context"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"yidan/internal/calendar"
	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/org"
	"yidan/internal/parameter"
	"yidan/internal/testkit"
)

func at(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", s, calendar.Zone)
	if err != nil {
		panic(err)
	}
	return t
}

var office = org.Actor{Person: "p1", Name: "区委编办 经办", Class: org.Business, Unit: "u1", Roles: []org.Role{org.ListOffice}}

func load(t *testing.T, d *db.DB) (vs *parameter.Values) {
	t.Helper()
	if err := d.Read(context.Background(), func(tx *db.Tx) (err error) { vs, err = parameter.Load(tx); return err }); err != nil {
		t.Fatal(err)
	}
	return vs
}

func TestEveryDefaultIsOneThatCouldBeSet(t *testing.T) {
	seen := map[string]bool{}
	rule := regexp.MustCompile(`^(DM|AE|SA|EV|JC)-\d+\.\d+$`)
	for i := range parameter.Catalogue {
		d := &parameter.Catalogue[i]
		if seen[d.Key] || d.Title == "" || d.Source == "" {
			t.Errorf("%s: twice, or without title or source", d.Key)
		}
		seen[d.Key] = true
		if value, why := d.Read(d.Default); why != "" || value != d.Default {
			t.Errorf("%s: %q reads as %q %s", d.Key, d.Default, value, why)
		}
		for _, r := range d.Rules {
			if !rule.MatchString(r) {
				t.Errorf("%s: rule %q", d.Key, r)
			}
		}
		if d.Kind == parameter.Term && len(d.Units) == 0 || d.Kind == parameter.Choice && len(d.Choices) < 2 || d.Kind == parameter.Number && d.Unit == "" {
			t.Errorf("%s: its kind wants more", d.Key)
		}
	}
}

// The table in the reference text and the code name the same values.
func TestTheDefaultsAreThoseOfTheTable(t *testing.T) {
	b, err := os.ReadFile("testdata/defaults.txt")
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	vs := new(parameter.Values)
	for _, r := range parameter.All(vs, "2026-11-24") {
		got.WriteString(r.Key + " = " + r.Text + " ← " + r.Rests + "\n")
	}
	if got.String() != string(b) {
		t.Errorf("got:\n%s", got.String())
	}
	f := vs.On("2026-11-24")
	if f.Term("adjustment.apply") != calendar.WorkDays(10) || f.Int("deadline.near") != 3 || f.Text("deadline.end") != "24:00" || !f.Bool("conference.required") || !f.Term("whistle.project.finish").None() {
		t.Error("the getters disagree with the table")
	}
}

func TestAKeyThatIsNotThereIsAFaultOfTheProgram(t *testing.T) {
	for name, f := range map[string]func(parameter.InForce){
		"no such key":  func(f parameter.InForce) { f.Term("review.nobody") },
		"another kind": func(f parameter.InForce) { f.Int("review.office") },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: accepted", name)
				}
			}()
			f(new(parameter.Values).On("2026-11-24"))
		}()
	}
}

// Proves: DM-12.1
func TestAValueHoldsFromItsDayOn(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		set := func(key, value, from, now string) {
			t.Helper()
			if err := d.Write(context.Background(), func(tx *db.Tx) error {
				return parameter.Set(tx, office, key, value, from, "区内会议定", at(now))
			}); err != nil {
				t.Fatal(err)
			}
		}
		set("review.office", "１０ 个工作日", "2026-12-01", "2026-11-24 10:00")
		set("review.office", "12", "2026年11月24日", "2026-11-24 15:00")
		set("admission.consult", "", "2026-11-24", "2026-11-24 15:00")
		vs := load(t, d)
		for _, tt := range []struct {
			name, at string
			want     calendar.Term
		}{
			{"before it was set, on the same day", "2026-11-24 14:59", calendar.WorkDays(15)},
			{"once it was set", "2026-11-24 15:00", calendar.WorkDays(12)},
			{"until the next takes effect", "2026-11-30 23:59", calendar.WorkDays(12)},
			{"from its day on", "2026-12-01 00:00", calendar.WorkDays(10)},
			{"long before", "2025-01-01 00:00", calendar.WorkDays(15)},
		} {
			if got := vs.At(at(tt.at)).Term("review.office"); got != tt.want {
				t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
			}
		}
		if got := vs.On("2026-11-24").Term("admission.consult"); !got.None() {
			t.Error("unset:", got)
		}
		set("review.office", "15", "2026-12-01", "2026-11-25 10:00") // a change of mind before its day
		r, _ := parameter.One(load(t, d), "review.office", "2026-11-25")
		if r.Text != "12 个工作日" || r.Rests != "区内设定" || r.Since != "2026-11-24" || len(r.Coming) != 2 || len(r.History) != 3 || r.History[0].Value != "15wd" || r.History[0].Name != office.Name {
			t.Errorf("%+v", r)
		}
		if got := load(t, d).On("2026-12-01").Term("review.office"); got != calendar.WorkDays(15) {
			t.Error("the later word counts, not", got)
		}
		if err := d.Read(context.Background(), func(tx *db.Tx) error {
			var body string
			err := tx.QueryRow(`SELECT body FROM audit WHERE action = 'parameter.set' AND object = 'parameter:review.office' ORDER BY seq LIMIT 1`).Scan(&body)
			if !strings.Contains(body, `"after":"10wd"`) || !strings.Contains(body, `"before":"15wd"`) {
				t.Error(body)
			}
			return err
		}); err != nil {
			t.Error(err)
		}
		for _, q := range []string{`UPDATE parameters SET value = '1wd'`, `DELETE FROM parameters`,
			`INSERT INTO parameters (id, key, value, effective_on, set_by, set_name, set_at, reason) VALUES ('x', 'adjustment.apply', '20wd', '2026-12-01', 'p', '', 'a', 'r')`} {
			if err := d.Write(context.Background(), func(tx *db.Tx) error { _, err := tx.Exec(q); return err }); err == nil {
				t.Errorf("%s: accepted", q)
			}
		}
	})
}

// Proves: DM-8.1, EV-3.1
func TestWhatIsRefused(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		now := at("2026-11-24 10:00")
		one := func(key, value string) []parameter.Change { return []parameter.Change{{Key: key, Value: value}} }
		type changes = []parameter.Change
		for _, tt := range []struct {
			name    string
			who     org.Actor
			changes changes
			from    string
			reason  string
			field   string
			want    string
		}{
			{"not the list office", org.Actor{Person: "j", Class: org.Business, Roles: []org.Role{org.Justice}}, one("review.office", "10"), "2026-12-01", "r", "", "政策参数由区委编办设定"},
			{"an administrator", org.Actor{Person: "a", Class: org.Policy, Roles: []org.Role{org.ListOffice}}, one("review.office", "10"), "2026-12-01", "r", "", "政策参数由区委编办设定"},
			{"what a regulation fixes", office, one("adjustment.apply", "20"), "2026-12-01", "r", "adjustment.apply", "“提出调整申请”由动态管理办法第八条规定，不能修改"},
			{"the past", office, one("review.office", "10"), "2026-11-23", "r", "from", "应是今天（2026-11-24）或以后"},
			{"no day", office, one("review.office", "10"), "2月30日", "r", "from", "填写“生效日期”"},
			{"no reason", office, one("review.office", "10"), "2026-12-01", " ", "reason", "填写“修改原因”"},
			{"no such key", office, one("review.nobody", "10"), "2026-12-01", "r", "review.nobody", "没有“review.nobody”"},
			{"nothing new", office, one("review.office", "15"), "2026-12-01", "r", "", "没有改变"},
			{"nought", office, one("review.office", "0"), "2026-12-01", "r", "review.office", "1 到 366 的整数，单位是工作日"},
			{"less than nought", office, one("review.office", "-5"), "2026-12-01", "r", "review.office", "1 到 366 的整数"},
			{"another unit", office, one("review.office", "24小时"), "2026-12-01", "r", "review.office", "单位是工作日"},
			{"words", office, one("review.office", "尽快"), "2026-12-01", "r", "review.office", "1 到 366 的整数"},
			{"longer than the law allows", office, one("publish.limit", "21"), "2026-12-01", "r", "publish.limit", "1 到 20 的整数"},
			{"what the law limits, unlimited", office, one("publish.limit", ""), "2026-12-01", "r", "publish.limit", "不能不设"},
			{"not an option", office, one("review.order", "both"), "2026-12-01", "r", "review.order", "选一个"},
			{"not a yes", office, one("conference.required", ""), "2026-12-01", "r", "conference.required", "选择是或否"},
			{"more than all", office, one("evaluation.weight.agency", "101"), "2026-12-01", "r", "evaluation.weight.agency", "0 到 100 的整数"},
			{"an hour that is none", office, one("deadline.end", "下班"), "2026-12-01", "r", "deadline.end", "写 24:00"},
			{"weights that are not a hundred", office, one("evaluation.weight.daily", "50"), "2026-12-01", "r", "evaluation.weight.daily", "合计 110%，应为 100%"},
			{"grades that cross", office, one("evaluation.grade.good", "95"), "2026-12-01", "r", "evaluation.grade.good", "应依次降低"},
			{"the part longer than the whole", office, one("review.legality", "16"), "2026-12-01", "r", "review.legality", "不能更长"},
			{"one of two", office, changes{{"review.office", "10"}, {"admission.consult", "x"}}, "2026-12-01", "r", "admission.consult", "整数"},
		} {
			err := d.Write(context.Background(), func(tx *db.Tx) error {
				return parameter.SetAll(tx, tt.who, tt.changes, tt.from, tt.reason, now)
			})
			f, ok := fault.As(err)
			if !ok || !strings.Contains(err.Error(), tt.want) || tt.field != "" && (len(f.Fields) == 0 || f.Fields[0].Name != tt.field) {
				t.Errorf("%s: %v, want %s on %s", tt.name, err, tt.want, tt.field)
			}
		}
		vs := load(t, d)
		for _, r := range parameter.All(vs, "2027-12-31") {
			if len(r.History) > 0 {
				t.Errorf("%s was changed: %+v", r.Key, r.History)
			}
		}
	})
}

func TestWeightsMoveTogether(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		set := func(from string, cs ...parameter.Change) error {
			return d.Write(context.Background(), func(tx *db.Tx) error {
				return parameter.SetAll(tx, office, cs, from, "区内会议定", at("2026-11-24 10:00"))
			})
		}
		if err := set("2027-01-01", parameter.Change{"evaluation.weight.daily", "50"}, parameter.Change{"evaluation.weight.review", "20"}, parameter.Change{"evaluation.weight.served", "30"}); err != nil {
			t.Fatal(err)
		}
		// Right today, but wrong once January's values join it.
		err := set("2026-12-01", parameter.Change{"evaluation.weight.review", "20"}, parameter.Change{"evaluation.weight.served", "40"})
		if err == nil || !strings.Contains(err.Error(), "2027-01-01起") {
			t.Error(err)
		}
		f := load(t, d).On("2027-01-01")
		if f.Int("evaluation.weight.daily") != 50 || f.Int("evaluation.weight.served") != 30 {
			t.Error("weights did not take effect")
		}
	})
}
