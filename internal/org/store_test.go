package org_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"yidan/internal/audit"
	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/org"
	"yidan/internal/testkit"
)

var noon = time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC) // Monday, 12:00 in the district

const today = "2026-11-23"

// A district with its three administrators.
type district struct {
	*testing.T
	d                         *db.DB
	accounts, policy, auditor org.Actor
}

func found(t *testing.T, d *db.DB) *district {
	x := &district{T: t, d: d}
	x.write(func(tx *db.Tx) error {
		for _, a := range []struct {
			class org.Class
			to    *org.Actor
		}{{org.Accounts, &x.accounts}, {org.Policy, &x.policy}, {org.Auditor, &x.auditor}} {
			id, err := org.AddAdministrator(tx, org.Person{Login: string(a.class), Name: org.ClassName(a.class), Class: a.class}, noon)
			if err != nil {
				return err
			}
			as, err := org.Actors(tx, id, today)
			if err != nil || len(as) != 1 {
				t.Fatal(as, err)
			}
			*a.to = as[0]
		}
		return nil
	})
	return x
}

func (x *district) write(f func(tx *db.Tx) error) {
	x.Helper()
	if err := x.try(f); err != nil {
		x.Fatal(err)
	}
}

func (x *district) try(f func(tx *db.Tx) error) error { return org.Write(context.Background(), x.d, f) }

func (x *district) unit(u org.UnitRow) (id string) {
	x.Helper()
	if u.From == "" {
		u.From = "2020-01-01"
	}
	if u.Kind == "" {
		u.Kind = org.Department
	}
	x.write(func(tx *db.Tx) (err error) { id, err = org.AddUnit(tx, x.accounts, u, noon); return err })
	return id
}

func (x *district) person(login string) (id string) {
	x.Helper()
	x.write(func(tx *db.Tx) (err error) {
		id, err = org.AddPerson(tx, x.accounts, org.Person{Login: login, Name: login + " 经办", Class: org.Business, Phone: "0454-8123456"}, noon)
		return err
	})
	return id
}

func (x *district) grant(person, unit, duty string) (id string) {
	x.Helper()
	x.write(func(tx *db.Tx) (err error) {
		id, err = org.Grant(tx, x.policy, org.Post{Person: person, Unit: unit, Duty: duty, From: "2026-01-01"}, noon)
		return err
	})
	return id
}

func (x *district) actors(person, day string) (as []org.Actor) {
	x.Helper()
	if err := x.d.Read(context.Background(), func(tx *db.Tx) (err error) { as, err = org.Actors(tx, person, day); return err }); err != nil {
		x.Fatal(err)
	}
	return as
}

func (x *district) directory() (dir *org.Directory) {
	x.Helper()
	if err := x.d.Read(context.Background(), func(tx *db.Tx) (err error) { dir, err = org.LoadDirectory(tx); return err }); err != nil {
		x.Fatal(err)
	}
	return dir
}

func (x *district) record() (ls []audit.Line) {
	x.Helper()
	if err := x.d.Read(context.Background(), func(tx *db.Tx) (err error) {
		ls, _, err = audit.List(tx, audit.Query{Limit: 500})
		return err
	}); err != nil {
		x.Fatal(err)
	}
	return ls
}

func TestOnlyOneAdministratorHasEachRight(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := found(t, d)
		water := x.unit(org.UnitRow{Name: "水利局"})
		clerk, other := x.person("shuili"), x.person("other")
		post := x.grant(clerk, water, org.Handler)
		business := x.actors(clerk, today)[0]
		for name, tt := range map[string]struct {
			may org.Class
			do  func(tx *db.Tx, by org.Actor) error
		}{
			"unit.add": {org.Accounts, func(tx *db.Tx, by org.Actor) error {
				_, err := org.AddUnit(tx, by, org.UnitRow{Name: "林草局", Kind: org.Department, From: today}, noon)
				return err
			}},
			"unit.change": {org.Accounts, func(tx *db.Tx, by org.Actor) error {
				return org.ChangeUnit(tx, by, org.UnitRow{ID: water, Name: "水利局", Short: "水利", From: "2020-01-01"}, "", noon)
			}},
			"unit.close": {org.Accounts, func(tx *db.Tx, by org.Actor) error {
				return org.CloseUnit(tx, by, water, "2026-12-31", nil, "编委〔2026〕1号", noon)
			}},
			"person.add": {org.Accounts, func(tx *db.Tx, by org.Actor) error {
				_, err := org.AddPerson(tx, by, org.Person{Login: "new", Name: "新", Class: org.Business}, noon)
				return err
			}},
			"person.change":  {org.Accounts, func(tx *db.Tx, by org.Actor) error { return org.ChangePerson(tx, by, other, "另一名", "", noon) }},
			"person.disable": {org.Accounts, func(tx *db.Tx, by org.Actor) error { return org.Disable(tx, by, other, "离岗", noon) }},
			"post.grant": {org.Policy, func(tx *db.Tx, by org.Actor) error {
				_, err := org.Grant(tx, by, org.Post{Person: other, Unit: water, Duty: org.Leader, From: today}, noon)
				return err
			}},
			"post.revoke":    {org.Policy, func(tx *db.Tx, by org.Actor) error { return org.Revoke(tx, by, post, "调离", noon) }},
			"office.appoint": {org.Policy, func(tx *db.Tx, by org.Actor) error { return org.Appoint(tx, by, org.ListOffice, water, today, noon) }},
		} {
			for _, by := range []org.Actor{x.accounts, x.policy, x.auditor, business, {}} {
				n := len(x.record())
				err := x.try(func(tx *db.Tx) error {
					if err := tt.do(tx, by); err != nil {
						return err
					}
					return errUndo
				})
				switch {
				case by.Class == tt.may:
					if err != errUndo {
						t.Errorf("%s by %s: %v", name, by.Class, err)
					}
				case !fault.Is(err, fault.Refused):
					t.Errorf("%s by %q: %v", name, by.Class, err)
				default:
					if ls := x.record(); len(ls) != n+1 || ls[0].Result != audit.Refused || ls[0].Action != name || ls[0].Person != by.Person {
						t.Errorf("%s by %q: the attempt is not on record: %+v", name, by.Class, ls[0])
					}
				}
			}
		}
	})
}

var errUndo = fault.Clash("undone by the test")

func TestAdministratorsExcludeOneAnotherAndEveryPost(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := found(t, d)
		water := x.unit(org.UnitRow{Name: "水利局"})
		for _, c := range []org.Class{org.Accounts, org.Auditor} {
			err := x.try(func(tx *db.Tx) error {
				_, err := org.AddPerson(tx, x.accounts, org.Person{Login: "second", Name: "第二名", Class: c}, noon)
				return err
			})
			if !fault.Is(err, fault.Refused) {
				t.Errorf("%s made in the product: %v", c, err)
			}
		}
		var second string
		x.write(func(tx *db.Tx) (err error) {
			second, err = org.AddPerson(tx, x.accounts, org.Person{Login: "second", Name: "第二名安全管理员", Class: org.Policy}, noon)
			return err
		})
		if as := x.actors(second, today); len(as) != 0 {
			t.Error("a new administrator acts before being admitted")
		}
		for name, f := range map[string]func(tx *db.Tx) error{
			"a post for oneself": func(tx *db.Tx) error {
				_, err := org.Grant(tx, x.policy, org.Post{Person: x.policy.Person, Unit: water, Duty: org.Handler, From: today}, noon)
				return err
			},
			"a post for the auditor": func(tx *db.Tx) error {
				_, err := org.Grant(tx, x.policy, org.Post{Person: x.auditor.Person, Unit: water, Duty: org.Handler, From: today}, noon)
				return err
			},
			"admitting oneself":         func(tx *db.Tx) error { return org.Admit(tx, x.policy, x.policy.Person, noon) },
			"admitting the auditor":     func(tx *db.Tx) error { return org.Admit(tx, x.policy, x.auditor.Person, noon) },
			"stopping oneself":          func(tx *db.Tx) error { return org.Disable(tx, x.accounts, x.accounts.Person, "x", noon) },
			"stopping the last auditor": func(tx *db.Tx) error { return org.Disable(tx, x.accounts, x.auditor.Person, "x", noon) },
			"stopping the last policy":  func(tx *db.Tx) error { return org.Disable(tx, x.accounts, x.policy.Person, "x", noon) },
			"enabling the auditor":      func(tx *db.Tx) error { return org.Enable(tx, x.policy, x.auditor.Person, noon) },
		} {
			if err := x.try(f); !fault.Is(err, fault.Refused) {
				t.Errorf("%s: %v", name, err)
			}
		}
		x.write(func(tx *db.Tx) error { return org.Admit(tx, x.policy, second, noon) })
		if as := x.actors(second, today); len(as) != 1 || as[0].Class != org.Policy {
			t.Error(as)
		}
		x.write(func(tx *db.Tx) error { return org.Disable(tx, x.accounts, x.policy.Person, "换人", noon) })
	})
}

// What somebody with the application's own rights in the database could try.
func TestTheDatabaseHoldsTheExclusion(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := found(t, d)
		water := x.unit(org.UnitRow{Name: "水利局"})
		clerk, mate := x.person("clerk"), x.person("mate")
		post := x.grant(clerk, water, org.Handler)
		x.grant(mate, water, org.Handler)
		x.write(func(tx *db.Tx) error { return org.Appoint(tx, x.policy, org.Justice, water, today, noon) })
		x.write(func(tx *db.Tx) error {
			_, err := org.Deputise(tx, x.policy, org.Deputy{Post: post, Deputy: mate, From: today, Until: "2026-11-30", Reason: "培训"}, noon)
			return err
		})
		insert := `INSERT INTO posts (id, person_id, class, unit_id, duty, from_on, granted_by, granted_at) VALUES ('x', $1, $2, $3, 'handler', '2026-01-01', $4, 'now')`
		for name, tt := range map[string]struct {
			sql  string
			args []any
		}{
			"a post for an administrator":            {insert, []any{x.auditor.Person, "business", water, x.policy.Person}},
			"a post of an administrator's class":     {insert, []any{x.auditor.Person, "auditor", water, x.policy.Person}},
			"a post from the accounts administrator": {insert, []any{clerk, "business", water, x.accounts.Person}},
			"a post from a colleague":                {insert, []any{clerk, "business", water, mate}},
			"a post from oneself":                    {insert, []any{clerk, "business", water, clerk}},
			"a clerk made auditor":                   {`UPDATE people SET class = 'auditor' WHERE id = $1`, []any{clerk}},
			"an administrator made another":          {`UPDATE people SET class = 'auditor' WHERE id = $1`, []any{x.policy.Person}},
			"an administrator made a clerk":          {`UPDATE people SET class = 'business' WHERE id = $1`, []any{x.policy.Person}},
			"an auditor made by accounts":            {`INSERT INTO people (id, login, name, class, created_by, created_at) VALUES ('y', 'y', 'y', 'auditor', $1, 'now')`, []any{x.accounts.Person}},
			"an account made by policy":              {`INSERT INTO people (id, login, name, class, created_by, created_at) VALUES ('y', 'y', 'y', 'business', $1, 'now')`, []any{x.policy.Person}},
			"a clerk made by nobody":                 {`INSERT INTO people (id, login, name, class, created_by, created_at) VALUES ('y', 'y', 'y', 'business', '', 'now')`, nil},
			"an account born admitted":               {`INSERT INTO people (id, login, name, class, created_by, created_at, admitted_by, admitted_at) VALUES ('y', 'y', 'y', 'policy', $1, 'now', $2, 'now')`, []any{x.accounts.Person, x.policy.Person}},
			"a second class beside the first":        {`INSERT INTO people (id, login, name, class, created_at) SELECT id, 'z', name, 'auditor', created_at FROM people WHERE id = $1`, []any{x.policy.Person}},
			"a post made longer":                     {`UPDATE posts SET until_on = '2030-01-01' WHERE id = $1`, []any{post}},
			"a post moved":                           {`UPDATE posts SET person_id = $2 WHERE id = $1`, []any{post, mate}},
			"a post forgotten":                       {`DELETE FROM posts WHERE id = $1`, []any{post}},
			"a person forgotten":                     {`DELETE FROM people WHERE id = $1`, []any{mate}},
			"a unit forgotten":                       {`DELETE FROM units WHERE id = $1`, []any{water}},
			"a unit of another kind":                 {`UPDATE units SET kind = 'township' WHERE id = $1`, []any{water}},
			"an agency that stands nowhere":          {`INSERT INTO units (id, name, skeleton, kind, from_on) VALUES ('a', 'a', 'a', 'agency', '2026-01-01')`, nil},
			"a twin":                                 {`INSERT INTO units (id, name, skeleton, kind, from_on) SELECT 'a', name, skeleton, kind, from_on FROM units WHERE id = $1`, []any{water}},
			"two holders of an office":               {`INSERT INTO offices (id, role, unit_id, from_on, appointed_by) VALUES ('o', 'justice', $1, '2027-01-01', $2)`, []any{water, x.policy.Person}},
			"an office from accounts":                {`INSERT INTO offices (id, role, unit_id, from_on, appointed_by) VALUES ('o', 'convener', $1, '2027-01-01', $2)`, []any{water, x.accounts.Person}},
			"a deputy of oneself":                    {`INSERT INTO deputies (id, post_id, absent_id, deputy_id, from_on, until_on, reason, arranged_by, arranged_at) VALUES ('d', $1, $2, $2, '2027-01-01', '2027-01-02', 'r', $2, 'now')`, []any{post, clerk}},
			"a deputy who is an administrator":       {`INSERT INTO deputies (id, post_id, absent_id, deputy_id, from_on, until_on, reason, arranged_by, arranged_at) VALUES ('d', $1, $2, $3, '2027-01-01', '2027-01-02', 'r', $2, 'now')`, []any{post, clerk, x.policy.Person}},
			"a deputy of somebody else's post":       {`INSERT INTO deputies (id, post_id, absent_id, deputy_id, from_on, until_on, reason, arranged_by, arranged_at) VALUES ('d', $1, $2, $3, '2027-01-01', '2027-01-02', 'r', $2, 'now')`, []any{post, mate, clerk}},
			"two deputies":                           {`INSERT INTO deputies (id, post_id, absent_id, deputy_id, from_on, until_on, reason, arranged_by, arranged_at) VALUES ('d', $1, $2, $3, '2026-11-30', '2026-12-02', 'r', $2, 'now')`, []any{post, clerk, mate}},
			"a deputy made longer":                   {`UPDATE deputies SET until_on = '2027-01-02' WHERE post_id = $1`, []any{post}},
		} {
			if err := d.Write(context.Background(), func(tx *db.Tx) error { _, err := tx.Exec(tt.sql, tt.args...); return err }); err == nil {
				t.Errorf("%s: accepted", name)
			}
		}
		// The same insertion by the right hand goes through: the refusals above are about rights.
		x.write(func(tx *db.Tx) error {
			_, err := tx.Exec(insert, clerk, "business", water, x.policy.Person)
			return err
		})
	})
}

func TestAPersonActsInWhatTheyHoldThatDay(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := found(t, d)
		office, town := x.unit(org.UnitRow{Name: "区委编办", Place: 1}), x.unit(org.UnitRow{Name: "城关镇", Kind: org.Township})
		x.write(func(tx *db.Tx) error { return org.Appoint(tx, x.policy, org.ListOffice, office, "2026-01-01", noon) })
		p := x.person("bianban")
		if as := x.actors(p, today); len(as) != 0 {
			t.Fatal("a new account is inert", as)
		}
		x.write(func(tx *db.Tx) error {
			_, err := org.Grant(tx, x.policy, org.Post{Person: p, Unit: office, Duty: org.Handler, From: "2026-03-01", Until: "2026-11-23"}, noon)
			if err == nil {
				_, err = org.Grant(tx, x.policy, org.Post{Person: p, Unit: town, Duty: org.Leader, From: "2026-11-23"}, noon)
			}
			return err
		})
		for day, want := range map[string]string{
			"2026-02-28": "", "2026-03-01": "区委编办/handler[list-office]", "2026-11-22": "区委编办/handler[list-office]",
			"2026-11-23": "区委编办/handler[list-office] 城关镇/leader[]", "2026-11-24": "城关镇/leader[]",
		} {
			var got []string
			for _, a := range x.actors(p, day) {
				var rs []string
				for _, r := range a.Roles {
					rs = append(rs, string(r))
				}
				got = append(got, a.UnitName+"/"+a.Post+"["+strings.Join(rs, ",")+"]")
				if a.Seat == "" || a.Kind == "" || a.Class != org.Business || a.Person != p || a.For != "" {
					t.Errorf("%+v", a)
				}
			}
			if s := strings.Join(got, " "); s != want {
				t.Errorf("%s: %q, want %q", day, s, want)
			}
		}
		seat := x.actors(p, today)[1].Seat
		x.write(func(tx *db.Tx) error { return org.Revoke(tx, x.policy, seat, "调离", noon) })
		if as := x.actors(p, today); len(as) != 1 {
			t.Error("a revoked post acts", as)
		}
		if err := x.try(func(tx *db.Tx) error { return org.Revoke(tx, x.policy, seat, "调离", noon) }); !fault.Is(err, fault.Conflict) {
			t.Error(err)
		}
		x.write(func(tx *db.Tx) error { return org.Disable(tx, x.accounts, p, "离岗", noon) })
		if as := x.actors(p, today); len(as) != 0 {
			t.Error("a stopped account acts", as)
		}
		if err := x.try(func(tx *db.Tx) error { return org.Enable(tx, x.accounts, p, noon) }); !fault.Is(err, fault.Refused) {
			t.Error("who stops an account starts it again", err)
		}
		x.write(func(tx *db.Tx) error { return org.Enable(tx, x.policy, p, noon) })
		if as := x.actors(p, today); len(as) != 1 {
			t.Error(as)
		}
	})
}

func TestADeputyActsForTheAbsentAndIsBoundByBoth(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := found(t, d)
		water, farm := x.unit(org.UnitRow{Name: "水利局"}), x.unit(org.UnitRow{Name: "农业农村局"})
		leader, clerk, stranger := x.person("leader"), x.person("clerk"), x.person("stranger")
		post := x.grant(leader, water, org.Leader)
		own := x.grant(clerk, water, org.Handler)
		x.grant(stranger, farm, org.Leader)
		chief, mate, foreign := x.actors(leader, today)[0], x.actors(clerk, today)[0], x.actors(stranger, today)[0]
		away := org.Deputy{Post: post, Deputy: clerk, From: "2026-11-24", Until: "2026-11-26", Reason: "外出培训"}
		with := func(f func(*org.Deputy)) org.Deputy { v := away; f(&v); return v }
		for name, tt := range map[string]struct {
			by   org.Actor
			what org.Deputy
			kind fault.Kind
		}{
			"by the one who would act":    {mate, away, fault.Refused},
			"by another unit's leader":    {foreign, away, fault.Refused},
			"by the accounts admin":       {x.accounts, away, fault.Refused},
			"by nobody":                   {org.Actor{}, away, fault.Refused},
			"to another unit":             {chief, with(func(d *org.Deputy) { d.Deputy = stranger }), fault.Invalid},
			"to oneself":                  {chief, with(func(d *org.Deputy) { d.Deputy = leader }), fault.Invalid},
			"to an administrator":         {chief, with(func(d *org.Deputy) { d.Deputy = x.policy.Person }), fault.Invalid},
			"backwards":                   {chief, with(func(d *org.Deputy) { d.Until = "2026-11-23" }), fault.Invalid},
			"without end":                 {chief, with(func(d *org.Deputy) { d.Until = "" }), fault.Invalid},
			"without reason":              {chief, with(func(d *org.Deputy) { d.Reason = "\u3000" }), fault.Invalid},
			"of a post that is not there": {chief, with(func(d *org.Deputy) { d.Post = "x" }), fault.Missing},
		} {
			if err := x.try(func(tx *db.Tx) error { _, err := org.Deputise(tx, tt.by, tt.what, noon); return err }); !fault.Is(err, tt.kind) {
				t.Errorf("%s: %v", name, err)
			}
		}
		var id string
		x.write(func(tx *db.Tx) (err error) { id, err = org.Deputise(tx, chief, away, noon); return err })
		if err := x.try(func(tx *db.Tx) error { _, err := org.Deputise(tx, chief, away, noon); return err }); !fault.Is(err, fault.Invalid) {
			t.Error("two deputies at a time:", err)
		}
		for day, n := range map[string]int{"2026-11-23": 1, "2026-11-24": 2, "2026-11-26": 2, "2026-11-27": 1} {
			if as := x.actors(clerk, day); len(as) != n {
				t.Errorf("%s: %d ways to act, want %d", day, len(as), n)
			}
		}
		a := x.actors(clerk, "2026-11-25")[1]
		if a.Post != org.Leader || a.For != leader || a.Person != clerk || a.Unit != water || a.Seat != id || len(a.People()) != 2 {
			t.Errorf("%+v", a)
		}
		if err := x.try(func(tx *db.Tx) error {
			_, err := org.Deputise(tx, a, org.Deputy{Post: own, Deputy: leader, From: "2026-11-25", Until: "2026-11-26", Reason: "转托"}, noon.AddDate(0, 0, 2))
			return err
		}); !fault.Is(err, fault.Refused) {
			t.Error("a deputy passes rights on:", err)
		}
		x.write(func(tx *db.Tx) error { return org.EndDeputy(tx, chief, id, noon.AddDate(0, 0, 2)) })
		if as := x.actors(clerk, "2026-11-25"); len(as) != 1 {
			t.Error("an ended deputy acts", as)
		}
		// A deputy who leaves the unit acts for nobody in it.
		x.write(func(tx *db.Tx) error {
			_, err := org.Deputise(tx, x.policy, with(func(d *org.Deputy) { d.From, d.Until = "2026-12-01", "2026-12-31" }), noon)
			return err
		})
		x.write(func(tx *db.Tx) error { return org.Revoke(tx, x.policy, own, "调离", noon) })
		if as := x.actors(clerk, "2026-12-02"); len(as) != 0 {
			t.Error(as)
		}
	})
}

func TestNoWholeTelephoneNumberIsOnRecord(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := found(t, d)
		water := x.unit(org.UnitRow{Name: "水利局", Phone: "0454-8765432", Mailbox: "slj@example.gov.cn"})
		p, q := x.person("a1-b"), x.person("b1.c")
		x.grant(p, water, org.Handler)
		x.write(func(tx *db.Tx) error {
			return org.ChangePerson(tx, x.accounts, p, "水利局 经办", "13812345678", noon)
		})
		x.write(func(tx *db.Tx) error {
			got, err := org.Telephone(tx, x.accounts, p, noon)
			if got != "13812345678" {
				t.Error(got)
			}
			return err
		})
		if ls := x.record(); ls[0].Result != audit.Viewed || ls[0].Object != "person:"+p {
			t.Errorf("%+v", ls[0])
		}
		if err := x.try(func(tx *db.Tx) error { _, err := org.Telephone(tx, x.auditor, p, noon); return err }); !fault.Is(err, fault.Missing) {
			t.Error(err)
		}
		x.write(func(tx *db.Tx) error {
			ps, err := org.People(tx, org.Search{Text: "a1-"}, today)
			if err != nil || len(ps) != 1 || ps[0].Phone != "138****5678" || !ps[0].Admitted {
				t.Error(ps, err)
			}
			ps, err = org.People(tx, org.Search{Unit: water}, today)
			if err != nil || len(ps) != 1 {
				t.Error(ps, err)
			}
			ps, err = org.People(tx, org.Search{Class: org.Business}, today)
			if err != nil || len(ps) != 2 || ps[1].ID != q || ps[1].Admitted {
				t.Error(ps, err)
			}
			return nil
		})
		all, _ := json.Marshal(x.record())
		for _, n := range []string{"13812345678", "8123456", "8765432"} {
			if strings.Contains(string(all), n) {
				t.Error(n, "is on record")
			}
		}
	})
}

func TestALoginIsUniqueAndCanBeReadOut(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := found(t, d)
		x.person("shuili.jb")
		for _, l := range []string{"shuili.jb", "ＳＨＵＩＬＩ.jb", "Shuili.JB ", "水利", "ab", "", "a b c", "аbc", "-abc", strings.Repeat("a", 33)} {
			if err := x.try(func(tx *db.Tx) error {
				_, err := org.AddPerson(tx, x.accounts, org.Person{Login: l, Name: "水利局 经办", Class: org.Business}, noon)
				return err
			}); !fault.Is(err, fault.Invalid) {
				t.Errorf("%q: %v", l, err)
			}
		}
		if err := x.d.Read(context.Background(), func(tx *db.Tx) error {
			p, err := org.PersonByLogin(tx, "ShuiLi.JB")
			if err == nil && p.Phone != "0454-8****56" {
				t.Error(p.Phone)
			}
			return err
		}); err != nil {
			t.Error(err)
		}
	})
}
