package org

import (
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/form"
)

// A Post (岗位) is a person's place in a unit for a time. Days are inclusive; a
// revoked post is void from the day it was revoked on, at once.
type Post struct {
	ID      string `json:"id"`
	Person  string `json:"person"`
	Unit    string `json:"unit"`
	Duty    string `json:"duty"`  // Handler or Leader
	Title   string `json:"title"` // 职务
	From    string `json:"from"`
	Until   string `json:"until"`
	Revoked string `json:"revoked,omitempty"`
}

// PostForm is how a post is granted; "units" fills in the choices.
var PostForm = form.Layout{{Key: "post", Title: "岗位", Fields: []form.Field{
	{Name: "unit", Label: "单位", Type: form.Select, Source: "units", Need: "选择单位"},
	{Name: "duty", Label: "岗位", Type: form.Choice, Need: "选择岗位", Options: []form.Option{{Value: Handler, Label: "经办"}, {Value: Leader, Label: "负责人", Hint: "代表单位签发"}}},
	{Name: "title", Label: "职务", Type: form.Line, Max: 40},
	{Name: "from", Label: "开始日期", Type: form.Date, Need: "填写“开始日期”"},
	{Name: "until", Label: "结束日期", Type: form.Date, Hint: "不填为长期"},
}}}

// inForce is [holds] in SQL: what a row's days and revocation make of day $n.
func inForce(alias string, n int) string {
	return fmt.Sprintf(`%[1]s.from_on <= $%[2]d AND (%[1]s.until_on = '' OR %[1]s.until_on >= $%[2]d) AND (%[1]s.revoked_on = '' OR %[1]s.revoked_on > $%[2]d)`, alias, n)
}

// Grant gives a person a post and returns its id. Only policy administrators
// grant; never to themselves or to another administrator, and never on an
// account of their own making.
func Grant(tx *db.Tx, by Actor, p Post, now time.Time) (string, error) {
	object := "person:" + p.Person
	if err := Only(by, Policy, now, "post.grant", object); err != nil {
		return "", err
	}
	who, err := whole(tx, p.Person)
	if err != nil {
		return "", err
	}
	switch {
	case p.Person == by.Person, who.by == by.Person:
		return "", deny(by, now, "post.grant", object, "不能给自己授权")
	case who.Class != Business:
		return "", deny(by, now, "post.grant", object, "%s不能兼任业务岗位。用另一个人的账号授予岗位", ClassName(who.Class))
	case !who.Disabled.IsZero():
		return "", fault.Refuse("", "%s的账号已停用，启用以后再授予岗位", who.Name)
	}
	p.tidy()
	if err := p.check(tx); err != nil {
		return "", err
	}
	p.ID = db.NewID()
	if _, err := tx.Exec(`INSERT INTO posts (id, person_id, unit_id, duty, title, from_on, until_on, granted_by, granted_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		p.ID, p.Person, p.Unit, p.Duty, p.Title, p.From, p.Until, by.Person, db.At(now)); err != nil {
		return "", fmt.Errorf("org: grant: %w", err)
	}
	return p.ID, note(tx, by, now, "post.grant", object, nil, p)
}

func (p *Post) tidy() {
	p.Title, p.Revoked = form.Clean(p.Title), ""
	for _, d := range []*string{&p.From, &p.Until} {
		if day, err := form.ParseDate(*d); err == nil {
			*d = day
		}
	}
}

func (p Post) check(tx *db.Tx) error {
	if err := fault.Join(PostForm.Check(&p)...); err != nil {
		return err
	}
	u, err := Find(tx, p.Unit)
	if err != nil {
		return err
	}
	var fs []*fault.Fault
	if p.Until != "" && p.Until < p.From {
		fs = append(fs, fault.On("until", "", "结束日期应在开始日期（%s）之后", p.From))
	}
	if u.Kind == Superior || !holds(u.From, u.Until, p.From) {
		fs = append(fs, fault.On("unit", "", "%s在 %s 没有岗位可以授予：选择当天已设立的本区单位", u.Name, p.From))
	}
	var n int
	if err := tx.QueryRow(`SELECT count(*) FROM posts WHERE person_id = $1 AND unit_id = $2 AND duty = $3 AND revoked_on = ''
		AND (until_on = '' OR until_on >= $4) AND ($5 = '' OR from_on <= $5)`, p.Person, p.Unit, p.Duty, p.From, p.Until).Scan(&n); err != nil {
		return err
	}
	if n > 0 {
		fs = append(fs, fault.On("from", "", "这个人在这段时间已经有%s的同一岗位", u.Name))
	}
	return fault.Join(fs...)
}

// Revoke takes a post away from today on; sessions acting in it end with their
// next request.
func Revoke(tx *db.Tx, by Actor, post, reason string, now time.Time) error {
	var p Post
	err := tx.QueryRow(`SELECT id, person_id, unit_id, duty, title, from_on, until_on, revoked_on FROM posts WHERE id = $1`, post).
		Scan(&p.ID, &p.Person, &p.Unit, &p.Duty, &p.Title, &p.From, &p.Until, &p.Revoked)
	if err != nil && !errors.Is(err, db.ErrNoRows) {
		return err
	}
	object := "person:" + p.Person
	if no := Only(by, Policy, now, "post.revoke", object); no != nil {
		return no
	}
	if err != nil {
		return fault.Absent()
	}
	if reason = form.Clean(reason); reason == "" {
		return fault.On("reason", "", "填写撤销岗位的原因")
	}
	n, err := tx.Exec(`UPDATE posts SET revoked_by = $2, revoked_on = $3 WHERE id = $1 AND revoked_on = ''`, post, by.Person, Day(now))
	if err == nil && n == 0 {
		err = fault.Clash("这个岗位已经撤销")
	}
	if err != nil {
		return err
	}
	return note(tx, by, now, "post.revoke", object, p, map[string]any{"reason": reason})
}

// Posts are all posts a person ever held, newest first.
func Posts(tx *db.Tx, person string) ([]Post, error) {
	return db.All(tx, func(r *sql.Rows) (p Post, err error) {
		return p, r.Scan(&p.ID, &p.Person, &p.Unit, &p.Duty, &p.Title, &p.From, &p.Until, &p.Revoked)
	}, `SELECT id, person_id, unit_id, duty, title, from_on, until_on, revoked_on FROM posts WHERE person_id = $1 ORDER BY from_on DESC, id DESC`, person)
}

// Actors are all ways in which a person may act on a day: an admitted
// administrator in one, everybody else in every post held, own posts first, then
// those they are deputy for. None means that the account is inert.
func Actors(tx *db.Tx, person, day string) ([]Actor, error) {
	known, err := rights.Get(tx)
	if err != nil {
		return nil, err
	}
	if r, ok := known.Load(person); ok && r.(ways).day == day {
		return slices.Clone(r.(ways).as), nil
	}
	as, err := readActors(tx, person, day)
	if err == nil {
		known.Store(person, ways{day, slices.Clone(as)})
	}
	return as, err
}

// rights are the ways of acting that were read under one stamp, by person: a post
// granted or taken away, an account stopped, an office given to another unit, and
// all of them are read anew.
var rights = db.Shared[*sync.Map]{Room: "org", Load: func(*db.Tx) (*sync.Map, error) { return new(sync.Map), nil }}

type ways struct {
	day string
	as  []Actor
}

func readActors(tx *db.Tx, person, day string) ([]Actor, error) {
	dir, err := LoadDirectory(tx)
	if err != nil {
		return nil, err
	}
	as, err := db.All(tx, func(r *sql.Rows) (a Actor, err error) {
		return a, r.Scan(&a.Person, &a.Name, &a.Class, &a.Seat, &a.Unit, &a.Post, &a.For)
	}, `SELECT id, name, class, seat, unit_id, duty, absent FROM (
		SELECT p.id, p.name, p.class, '' AS seat, '' AS unit_id, '' AS duty, '' AS absent, '' AS begun, 0 AS turn
			FROM people p WHERE p.id = $1 AND p.class <> 'business' AND p.admitted_at <> '' AND p.disabled_at = ''
		UNION ALL
		SELECT p.id, p.name, p.class, o.id, o.unit_id, o.duty, '', o.from_on, 1
			FROM people p JOIN posts o ON o.person_id = p.id WHERE p.id = $1 AND p.disabled_at = '' AND `+inForce("o", 2)+`
		UNION ALL
		SELECT p.id, p.name, p.class, d.id, o.unit_id, o.duty, d.absent_id, d.from_on, 2
			FROM people p JOIN deputies d ON d.deputy_id = p.id JOIN posts o ON o.id = d.post_id
			WHERE p.id = $1 AND p.disabled_at = '' AND `+inForce("o", 2)+`
			AND d.from_on <= $2 AND d.until_on >= $2 AND (d.ended_on = '' OR d.ended_on > $2)
			AND EXISTS (SELECT 1 FROM posts m WHERE m.person_id = p.id AND m.unit_id = o.unit_id AND `+inForce("m", 2)+`)
		) ways ORDER BY turn, begun, seat`, person, day)
	if err != nil {
		return nil, fmt.Errorf("org: actors: %w", err)
	}
	kept := as[:0]
	for _, a := range as {
		if a.Unit != "" {
			u, ok := dir.Unit(a.Unit)
			if !ok || !holds(u.From, u.Until, day) {
				continue
			}
			a.UnitName, a.Kind, a.Roles, a.Former = u.Name, u.Kind, dir.Roles(a.Unit, day), dir.Former(a.Unit, day)
		}
		kept = append(kept, a)
	}
	return kept, nil
}
