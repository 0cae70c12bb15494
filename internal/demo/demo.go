// Package demo makes a district to try Yidan in: units with made-up names,
// accounts that are posts and no people, a list, and cases in every stage. It
// acts as the district itself would, through the same rooms and with the same
// refusals, at moments that have passed when it is opened.
package demo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"yidan/internal/casework"
	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/org"
	"yidan/internal/regulation"
	"yidan/internal/session"
)

// Name is what the demo district is called.
const Name = "郊区"

// Password opens every account of a demo.
const Password = "XianKanKan79"

// An Account is one way to sign in.
type Account struct {
	Login, Password, Post string
	First                 bool // of the cast, or an administrator
}

// A District is a demo that has been seeded.
type District struct {
	Accounts []Account // as the sign-in page lists them

	db    *db.DB
	store *casework.Store
	ids   map[string]string // unit ids by the login of their handler
	cases map[string]string // case ids by their key in cases.txt
}

// cast are the accounts that take an admission from its draft to the end of it,
// in the order of their turn.
var cast = []string{"nongye", "bianban", "chengguan-zhen", "nanzhai", "hewan", "sifa", "sifa-fzr", "xiaozuban", "lingdao", "quweiban"}

// Accounts are how one signs in to a demo, by post: first those who carry a case,
// then the administrators, then everybody else in the order of the units.
func Accounts() (as []Account) {
	first := append(slices.Clone(cast), accountsAdmin, policyAdmin, secondPolicy, auditor)
	add := func(login, post string) {
		as = append(as, Account{login, Password, post, slices.Contains(first, login)})
	}
	for _, s := range seats {
		if s.staff == nobody {
			continue
		}
		add(s.login, s.called()+" 经办")
		if s.staff == both && s.login != "xiaozuban" {
			post := s.called() + " 负责人"
			if s.login+"-fzr" == listLeader {
				post += "（兼领导小组办公室负责人）"
			}
			add(s.login+"-fzr", post)
		}
		if s.login == "hewan" {
			add(deputy, "河湾镇党政综合办 经办（代理负责人）")
		}
	}
	add(accountsAdmin, "系统管理员")
	add(policyAdmin, "安全管理员")
	add(secondPolicy, "第二安全管理员")
	add(auditor, "审计管理员")
	place := func(a Account) int {
		if i := slices.Index(first, a.Login); i >= 0 {
			return i
		}
		return len(first)
	}
	slices.SortStableFunc(as, func(a, b Account) int { return place(a) - place(b) })
	return as
}

// A Holding is what a store holds.
type Holding int

const (
	Nothing    Holding = iota // no district yet
	Demo                      // this one
	Unfinished                // this one, broken off before anybody could sign in
	Another                   // a district of its own
)

// Look says what a store holds.
func Look(ctx context.Context, d *db.DB) (h Holding, err error) {
	err = d.Read(ctx, func(tx *db.Tx) error {
		dir, err := org.LoadDirectory(tx)
		if err != nil || len(dir.Every()) == 0 {
			return err
		}
		h = Another
		opens := 0 // accounts with a password: the last thing that Seed gives
		for _, login := range []string{accountsAdmin, auditor, deputy} {
			p, err := org.PersonByLogin(tx, login)
			if fault.Is(err, fault.Missing) {
				return nil
			}
			if err != nil {
				return err
			}
			switch ok, err := session.HasPassword(tx, p.ID); {
			case err != nil:
				return err
			case ok:
				opens++
			}
		}
		if h = Demo; opens == 0 {
			h = Unfinished
		}
		return nil
	})
	return h, err
}

// Seed makes the demo district in an empty store, as it stands at a moment.
func Seed(ctx context.Context, d *db.DB, now time.Time) (*District, error) {
	x := &District{Accounts: Accounts(), db: d, store: &casework.Store{DB: d, Wire: regulation.Wire}, ids: map[string]string{}}
	begin := now.AddDate(-1, -2, 0)
	if err := d.Write(ctx, func(tx *db.Tx) error { return x.found(tx, begin) }); err != nil {
		return nil, fmt.Errorf("demo: %w", err)
	}
	if err := x.rules(ctx, begin.AddDate(0, 0, 10)); err != nil {
		return nil, fmt.Errorf("demo: rules: %w", err)
	}
	if err := x.publish(ctx, begin.AddDate(0, 0, 14)); err != nil {
		return nil, fmt.Errorf("demo: list: %w", err)
	}
	if err := x.laws(ctx, begin.AddDate(0, 0, 17)); err != nil {
		return nil, fmt.Errorf("demo: list: %w", err)
	}
	if err := x.perform(ctx, now); err != nil {
		return nil, fmt.Errorf("demo: %w", err)
	}
	if err := x.speak(ctx, now); err != nil {
		return nil, err
	}
	if err := x.oversee(ctx, now); err != nil {
		return nil, err
	}
	if err := x.glance(ctx, now); err != nil {
		return nil, err
	}
	hash, err := session.Hash(ctx, Password)
	if err != nil {
		return nil, err
	}
	return x, d.Write(ctx, func(tx *db.Tx) error {
		for _, a := range x.Accounts {
			p, err := org.PersonByLogin(tx, a.Login)
			if err == nil {
				err = session.Install(tx, p.ID, hash, now)
			}
			if err != nil {
				return fmt.Errorf("demo: %s: %w", a.Login, err)
			}
		}
		return x.away(tx, now)
	})
}

// Actor is whoever signs in with a login, in their first post.
func (x *District) Actor(tx *db.Tx, login string, now time.Time) (org.Actor, error) {
	p, err := org.PersonByLogin(tx, login)
	if err != nil {
		return org.Actor{}, err
	}
	as, err := org.Actors(tx, p.ID, org.Day(now))
	if err == nil && len(as) == 0 {
		err = fault.Absent()
	}
	if err != nil {
		return org.Actor{}, err
	}
	return as[0], nil
}

// SignIn opens a session for a login and returns its token.
func (x *District) SignIn(ctx context.Context, login string, now time.Time) (string, error) {
	return session.SignIn(ctx, x.db, login, Password, "", "127.0.0.1", now)
}

// Unit is the id of a unit by the login of its handler.
func (x *District) Unit(login string) string { return x.ids[login] }

// Cases are the ids of all cases by their key in cases.txt.
func (x *District) Cases() map[string]string { return x.cases }

// found enters units, accounts, posts and offices as the administrators do.
func (x *District) found(tx *db.Tx, begin time.Time) error {
	day := org.Day(begin)
	admins := map[string]org.Actor{}
	for _, a := range []struct {
		login, name string
		class       org.Class
	}{{accountsAdmin, "系统管理员", org.Accounts}, {policyAdmin, "安全管理员", org.Policy}, {auditor, "审计管理员", org.Auditor}} {
		if _, err := org.AddAdministrator(tx, org.Person{Login: a.login, Name: a.name, Class: a.class}, begin); err != nil {
			return err
		}
		by, err := x.Actor(tx, a.login, begin)
		if err != nil {
			return err
		}
		admins[a.login] = by
	}
	accounts, policy := admins[accountsAdmin], admins[policyAdmin]
	second, err := org.AddPerson(tx, accounts, org.Person{Login: secondPolicy, Name: "第二安全管理员", Class: org.Policy}, begin)
	if err == nil {
		err = org.Admit(tx, policy, second, begin)
	}
	if err != nil {
		return err
	}
	for i, s := range seats {
		u := org.UnitRow{Name: s.name, Short: s.short, Kind: s.kind, Place: i + 1, Signs: s.signs, From: day, Parent: x.ids[s.parent], Township: x.ids[s.town]}
		if s.kind != org.Superior {
			u.Phone, u.Mailbox = fmt.Sprintf("0454-8000%03d", 100+i), s.login+"@example.gov.cn"
		}
		if x.ids[s.login], err = org.AddUnit(tx, accounts, u, begin); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	person := func(login, name string, seats ...org.Post) error {
		id, err := org.AddPerson(tx, accounts, org.Person{Login: login, Name: name, Class: org.Business}, begin)
		if err != nil {
			return fmt.Errorf("%s: %w", login, err)
		}
		for _, p := range seats {
			p.Person, p.From = id, day
			if _, err := org.Grant(tx, policy, p, begin); err != nil {
				return fmt.Errorf("%s: %w", login, err)
			}
		}
		return nil
	}
	for _, s := range seats {
		unit := x.ids[s.login]
		if s.staff == nobody {
			continue
		}
		if err := person(s.login, s.called()+" 经办", org.Post{Unit: unit, Duty: org.Handler}); err != nil {
			return err
		}
		if s.staff != both || s.login == "xiaozuban" {
			continue
		}
		leads := []org.Post{{Unit: unit, Duty: org.Leader}}
		if s.login+"-fzr" == listLeader {
			leads = append(leads, org.Post{Unit: x.ids["xiaozuban"], Duty: org.Leader, Title: "主任"})
		}
		if err := person(s.login+"-fzr", s.called()+" 负责人", leads...); err != nil {
			return err
		}
	}
	if err := person(deputy, "河湾镇党政综合办 经办", org.Post{Unit: x.ids["hewan"], Duty: org.Handler, Title: "党政综合办"}); err != nil {
		return err
	}
	for _, o := range org.Offices {
		i := slices.IndexFunc(seats, func(s seat) bool { return slices.Contains(s.roles, o.Role) })
		if err := org.Appoint(tx, policy, o.Role, x.ids[seats[i].login], day, begin); err != nil {
			return err
		}
	}
	return nil
}

// away arranges a deputy for a leader who is absent around now.
func (x *District) away(tx *db.Tx, now time.Time) error {
	policy, err := x.Actor(tx, policyAdmin, now)
	if err != nil {
		return err
	}
	leader, err := x.Actor(tx, absentLeader, now)
	if err != nil {
		return err
	}
	p, err := org.PersonByLogin(tx, deputy)
	if err != nil {
		return err
	}
	_, err = org.Deputise(tx, policy, org.Deputy{Post: leader.Seat, Deputy: p.ID, From: org.Day(now.AddDate(0, 0, -3)), Until: org.Day(now.AddDate(0, 0, 11)), Reason: "参加市里的干部培训"}, now)
	return err
}
