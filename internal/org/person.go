package org

import (
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"yidan/internal/audit"
	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/form"
)

// A Person is an account (账号): one human being. Phone is masked wherever one is
// read; [Telephone] shows it and says so in the record.
type Person struct {
	ID       string    `json:"id"`
	Login    string    `json:"login"`
	Name     string    `json:"name"` // as shown
	Class    Class     `json:"class"`
	Phone    string    `json:"phone"`
	Created  time.Time `json:"created"`
	Admitted bool      `json:"admitted"` // administrators: let in; business: holds a post today
	Disabled time.Time `json:"disabled,omitzero"`
	by       string
}

// PersonForm is how an account is entered.
var PersonForm = form.Layout{{Key: "person", Title: "账号", Fields: []form.Field{
	{Name: "login", Label: "账号", Type: form.Line, Need: "填写“账号”", Max: 32, Hint: "3 到 32 位小写字母、数字或 . _ -"},
	{Name: "name", Label: "显示名称", Type: form.Line, Need: "填写“显示名称”", Max: 40},
	{Name: "class", Label: "账号类别", Type: form.Choice, Need: "选择账号类别", Options: []form.Option{{Value: string(Business), Label: ClassName(Business)}, {Value: string(Policy), Label: ClassName(Policy), Hint: "放假安排等事项需要两名安全管理员"}}},
	{Name: "phone", Label: "办公电话", Type: form.Phone},
}}}

// AddPerson makes an account and returns its id. The account is inert: a
// business account until a policy administrator grants it a post, a second
// policy administrator until another one admits them. The other administrators
// come with a set-up code from the console ([AddAdministrator]).
func AddPerson(tx *db.Tx, by Actor, p Person, now time.Time) (string, error) {
	if err := Only(by, Accounts, now, "person.add", ""); err != nil {
		return "", err
	}
	if p.Class == Accounts || p.Class == Auditor {
		return "", deny(by, now, "person.add", "", "%s的账号只能用控制台发出的设置码开通", ClassName(p.Class))
	}
	return insert(tx, by, p, now, db.Time{})
}

// AddAdministrator makes one of the three administrators without anybody's
// leave. Only whoever holds the console gets here: with a set-up code, or by
// starting a demo.
func AddAdministrator(tx *db.Tx, p Person, now time.Time) (string, error) {
	if p.Class == Business {
		return "", fault.On("class", "", "设置码只用于开通管理员")
	}
	return insert(tx, Actor{Name: "控制台"}, p, now, db.At(now))
}

func insert(tx *db.Tx, by Actor, p Person, now time.Time, admitted db.Time) (string, error) {
	p.ID, p.Login, p.Name, p.Phone = db.NewID(), Login(p.Login), form.Clean(p.Name), form.Clean(p.Phone)
	if err := p.check(tx); err != nil {
		return "", err
	}
	if _, err := tx.Exec(`INSERT INTO people (id, login, name, class, phone, created_by, created_at, admitted_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		p.ID, p.Login, p.Name, p.Class, p.Phone, by.Person, db.At(now), admitted); err != nil {
		return "", fmt.Errorf("org: add person: %w", err)
	}
	return p.ID, note(tx, by, now, "person.add", "person:"+p.ID, nil, p.shown())
}

func (p Person) check(tx *db.Tx) error {
	var fs []*fault.Fault
	for _, f := range PersonForm.Check(&p) {
		if f.Fields[0].Name != "class" { // judged by whoever adds
			fs = append(fs, f)
		}
	}
	if p.Login != "" && !login.MatchString(p.Login) {
		fs = append(fs, fault.On("login", "", "“账号”用 3 到 32 位小写字母、数字或 . _ -，以字母或数字开头"))
	}
	var n int
	if err := tx.QueryRow(`SELECT count(*) FROM people WHERE login = $1 AND id <> $2`, p.Login, p.ID).Scan(&n); err != nil {
		return err
	}
	if n > 0 {
		fs = append(fs, fault.On("login", "", "账号“%s”已经有了，换一个", p.Login))
	}
	return fault.Join(fs...)
}

// shown is a person as the record keeps it.
func (p Person) shown() map[string]any {
	return map[string]any{"login": p.Login, "name": p.Name, "class": p.Class, "phone": Masked(p.Phone)}
}

// ChangePerson changes name and telephone. Login and class stay.
func ChangePerson(tx *db.Tx, by Actor, id, name, phone string, now time.Time) error {
	object := "person:" + id
	if err := Only(by, Accounts, now, "person.change", object); err != nil {
		return err
	}
	old, err := whole(tx, id)
	if err != nil {
		return err
	}
	p := old
	p.Name, p.Phone = form.Clean(name), form.Clean(phone)
	if err := p.check(tx); err != nil {
		return err
	}
	if _, err := tx.Exec(`UPDATE people SET name = $2, phone = $3 WHERE id = $1`, id, p.Name, p.Phone); err != nil {
		return err
	}
	return note(tx, by, now, "person.change", object, old.shown(), p.shown())
}

// Admit lets a policy administrator act whom an accounts administrator entered.
func Admit(tx *db.Tx, by Actor, id string, now time.Time) error {
	object := "person:" + id
	if err := Only(by, Policy, now, "person.admit", object); err != nil {
		return err
	}
	p, err := whole(tx, id)
	if err != nil {
		return err
	}
	switch {
	case id == by.Person:
		return deny(by, now, "person.admit", object, "不能给自己授权")
	case p.Class != Policy:
		return deny(by, now, "person.admit", object, "安全管理员不能给%s授予管理权限", ClassName(p.Class))
	}
	n, err := tx.Exec(`UPDATE people SET admitted_by = $2, admitted_at = $3 WHERE id = $1 AND admitted_at = ''`, id, by.Person, db.At(now))
	if err == nil && n == 0 {
		err = fault.Clash("%s已经可以使用", p.Name)
	}
	if err != nil {
		return err
	}
	return note(tx, by, now, "person.admit", object, nil, p.shown())
}

// Disable stops an account; its next request is refused. The last of a class of
// administrators cannot be stopped, nor anybody by themselves.
func Disable(tx *db.Tx, by Actor, id, reason string, now time.Time) error {
	object := "person:" + id
	if err := Only(by, Accounts, now, "person.disable", object); err != nil {
		return err
	}
	p, err := whole(tx, id)
	if err != nil {
		return err
	}
	if reason = form.Clean(reason); reason == "" {
		return fault.On("reason", "", "填写停用的原因")
	}
	if id == by.Person {
		return deny(by, now, "person.disable", object, "不能停用自己的账号，由另一名系统管理员停用")
	}
	if p.Class != Business {
		left, err := held(tx, p.Class, id)
		if err != nil {
			return err
		}
		if !left {
			return deny(by, now, "person.disable", object, "%s只剩这一个账号，不能停用。先开通接任的账号", ClassName(p.Class))
		}
	}
	n, err := tx.Exec(`UPDATE people SET disabled_by = $2, disabled_at = $3 WHERE id = $1 AND disabled_at = ''`, id, by.Person, db.At(now))
	if err == nil && n == 0 {
		err = fault.Clash("%s已经停用", p.Name)
	}
	if err != nil {
		return err
	}
	return note(tx, by, now, "person.disable", object, p.shown(), map[string]any{"reason": reason})
}

// Held reports whether anybody can act as a class of administrator.
func Held(tx *db.Tx, c Class) (bool, error) { return held(tx, c, "") }

func held(tx *db.Tx, c Class, but string) (bool, error) {
	var n int
	err := tx.QueryRow(`SELECT count(*) FROM people WHERE class = $1 AND id <> $2 AND disabled_at = '' AND admitted_at <> ''`, c, but).Scan(&n)
	return n > 0, err
}

// Enable lets a stopped account act again with the posts it still holds. That
// gives rights, so it takes a policy administrator.
func Enable(tx *db.Tx, by Actor, id string, now time.Time) error {
	object := "person:" + id
	if err := Only(by, Policy, now, "person.enable", object); err != nil {
		return err
	}
	p, err := whole(tx, id)
	if err != nil {
		return err
	}
	if p.Class == Accounts || p.Class == Auditor || id == by.Person {
		return deny(by, now, "person.enable", object, "安全管理员不能给%s授予管理权限", ClassName(p.Class))
	}
	n, err := tx.Exec(`UPDATE people SET disabled_by = '', disabled_at = '' WHERE id = $1 AND disabled_at <> ''`, id)
	if err == nil && n == 0 {
		err = fault.Clash("%s没有停用", p.Name)
	}
	if err != nil {
		return err
	}
	return note(tx, by, now, "person.enable", object, nil, p.shown())
}

// Telephone is a person's whole number; that it was looked at is on record. The
// accounts administrator and members of the same unit may look.
func Telephone(tx *db.Tx, by Actor, id string, now time.Time) (string, error) {
	p, err := whole(tx, id)
	if err != nil {
		return "", err
	}
	if by.Class != Accounts && id != by.Person {
		as, err := Actors(tx, id, Day(now))
		if err != nil {
			return "", err
		}
		same := false
		for _, a := range as {
			same = same || by.Unit != "" && a.Unit == by.Unit
		}
		if !same {
			return "", fault.Absent()
		}
	}
	l := by.Line(now, "person.telephone", "person:"+id)
	l.Result = audit.Viewed
	return p.Phone, audit.Append(tx, l)
}

const peopleColumns = `SELECT p.id, p.login, p.name, p.class, p.phone, p.created_by, p.created_at, p.admitted_at, p.disabled_at FROM people p`

func scanPerson(r interface{ Scan(...any) error }) (p Person, err error) {
	var created, admitted, disabled db.Time
	err = r.Scan(&p.ID, &p.Login, &p.Name, &p.Class, &p.Phone, &p.by, &created, &admitted, &disabled)
	p.Created, p.Admitted, p.Disabled = created.Time, !admitted.IsZero(), disabled.Time
	return p, err
}

// whole is a person with the number unmasked.
func whole(tx *db.Tx, id string) (Person, error) {
	p, err := scanPerson(tx.QueryRow(peopleColumns+` WHERE p.id = $1`, id))
	if errors.Is(err, db.ErrNoRows) {
		return p, fault.Absent()
	}
	return p, err
}

// PersonOf is an account by its id; [fault.Absent] when there is none.
func PersonOf(tx *db.Tx, id string) (Person, error) {
	p, err := whole(tx, id)
	p.Phone = Masked(p.Phone)
	return p, err
}

// PersonByLogin finds an account; [fault.Absent] when there is none.
func PersonByLogin(tx *db.Tx, name string) (Person, error) {
	p, err := scanPerson(tx.QueryRow(peopleColumns+` WHERE p.login = $1`, Login(name)))
	if errors.Is(err, db.ErrNoRows) {
		return p, fault.Absent()
	}
	p.Phone = Masked(p.Phone)
	return p, err
}

// A Search narrows a list of accounts. After is the login of the last one seen.
type Search struct {
	Unit  string
	Class Class
	Text  string // in login or name
	After string
	Limit int
}

// People lists accounts by login. Admitted of a business account says whether
// it holds a post on a day.
func People(tx *db.Tx, q Search, day string) ([]Person, error) {
	where, args := []string{`p.login > $1`}, []any{q.After, day}
	add := func(cond string, a any) {
		args = append(args, a)
		where = append(where, strings.ReplaceAll(cond, `$?`, fmt.Sprintf(`$%d`, len(args))))
	}
	if q.Class != "" {
		add(`p.class = $?`, q.Class)
	}
	if q.Unit != "" {
		add(`EXISTS (SELECT 1 FROM posts o WHERE o.person_id = p.id AND o.unit_id = $? AND `+inForce("o", 2)+`)`, q.Unit)
	}
	if t := form.Clean(q.Text); t != "" {
		add(`(p.login LIKE $? ESCAPE '\' OR p.name LIKE $? ESCAPE '\')`, "%"+strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(t)+"%")
	}
	n := q.Limit
	if n <= 0 || n > 1000 {
		n = 200
	}
	return db.All(tx, func(r *sql.Rows) (p Person, err error) {
		var created, disabled db.Time
		err = r.Scan(&p.ID, &p.Login, &p.Name, &p.Class, &p.Phone, &created, &p.Admitted, &disabled)
		p.Created, p.Disabled, p.Phone = created.Time, disabled.Time, Masked(p.Phone)
		return p, err
	}, `SELECT p.id, p.login, p.name, p.class, p.phone, p.created_at,
		(p.admitted_at <> '' OR EXISTS (SELECT 1 FROM posts o WHERE o.person_id = p.id AND `+inForce("o", 2)+`)) AS admitted, p.disabled_at
		FROM people p WHERE `+strings.Join(where, ` AND `)+fmt.Sprintf(` ORDER BY p.login LIMIT %d`, n), args...)
}

// Standing is in which units every account holds a post on a day, by person.
func Standing(tx *db.Tx, day string) (map[string][]string, error) {
	at := map[string][]string{}
	_, err := db.All(tx, func(r *sql.Rows) (x struct{}, err error) {
		var person, unit string
		if err = r.Scan(&person, &unit); err == nil {
			at[person] = append(at[person], unit)
		}
		return x, err
	}, `SELECT DISTINCT o.person_id, o.unit_id FROM posts o WHERE `+inForce("o", 1)+` ORDER BY o.person_id, o.unit_id`, day)
	return at, err
}
