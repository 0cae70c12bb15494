package org

import (
	"database/sql"
	"errors"
	"fmt"
	"time"

	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/form"
)

// A Deputy (代理) stands in one post for somebody absent. They act under their
// own name, and what binds the absent person binds them too.
type Deputy struct {
	ID     string `json:"id"`
	Post   string `json:"post"`   // posts.id
	Absent string `json:"absent"` // whose post it is
	Deputy string `json:"deputy"`
	From   string `json:"from"`
	Until  string `json:"until"` // the last day; an absence ends
	Ended  string `json:"ended,omitempty"`
	Reason string `json:"reason"`
}

// DeputyForm is how a deputy is arranged; "posts" and "colleagues" fill in the choices.
var DeputyForm = form.Layout{{Key: "deputy", Title: "代理", Fields: []form.Field{
	{Name: "post", Label: "由谁代理的岗位", Type: form.Select, Source: "posts", Need: "选择需要代理的岗位"},
	{Name: "deputy", Label: "代理人", Type: form.Select, Source: "colleagues", Need: "选择代理人", Hint: "本单位的在岗人员"},
	{Name: "from", Label: "开始日期", Type: form.Date, Need: "填写“开始日期”"},
	{Name: "until", Label: "结束日期", Type: form.Date, Need: "填写“结束日期”"},
	{Name: "reason", Label: "缘由", Type: form.Line, Need: "填写“缘由”，例如 外出培训", Max: 100},
}}}

// Deputise arranges a deputy and returns the arrangement's id. The holder of the
// post, a leader of the unit or a policy administrator arranges it, for a
// colleague in post in the same unit: rights never leave the unit.
func Deputise(tx *db.Tx, by Actor, d Deputy, now time.Time) (string, error) {
	d.Reason, d.Ended = form.Clean(d.Reason), ""
	for _, x := range []*string{&d.From, &d.Until} {
		if day, err := form.ParseDate(*x); err == nil {
			*x = day
		}
	}
	if err := fault.Join(DeputyForm.Check(&d)...); err != nil {
		return "", err
	}
	unit, err := arrangeable(tx, by, &d, now)
	if err != nil {
		return "", err
	}
	if d.Until < d.From || d.Until < Day(now) {
		return "", fault.On("until", "", "结束日期应在开始日期（%s）和今天之后", d.From)
	}
	if err := d.check(tx, unit); err != nil {
		return "", err
	}
	d.ID = db.NewID()
	if _, err := tx.Exec(`INSERT INTO deputies (id, post_id, absent_id, deputy_id, from_on, until_on, reason, arranged_by, arranged_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		d.ID, d.Post, d.Absent, d.Deputy, d.From, d.Until, d.Reason, by.Person, db.At(now)); err != nil {
		return "", fmt.Errorf("org: deputise: %w", err)
	}
	return d.ID, note(tx, by, now, "deputy.arrange", "person:"+d.Absent, nil, d)
}

// arrangeable finds whose post it is and refuses whoever may not arrange.
func arrangeable(tx *db.Tx, by Actor, d *Deputy, now time.Time) (unit string, err error) {
	err = tx.QueryRow(`SELECT person_id, unit_id FROM posts WHERE id = $1`, d.Post).Scan(&d.Absent, &unit)
	if errors.Is(err, db.ErrNoRows) {
		return "", fault.Absent()
	}
	if err != nil {
		return "", err
	}
	own := by.Person == d.Absent && by.For == "" // a deputy appoints no deputy
	leads := by.Unit == unit && by.Post == Leader && by.For == ""
	switch {
	case by.Person == "" || !own && !leads && by.Class != Policy:
		return "", deny(by, now, "deputy.arrange", "person:"+d.Absent, "代理由本人、本单位负责人或者安全管理员安排")
	case d.Deputy == by.Person && !own:
		return "", deny(by, now, "deputy.arrange", "person:"+d.Absent, "不能安排自己代理别人的岗位，由本人或者安全管理员安排")
	}
	return unit, nil
}

func (d Deputy) check(tx *db.Tx, unit string) error {
	if d.Deputy == d.Absent {
		return fault.On("deputy", "", "代理人应是另一个人")
	}
	day := d.From
	var colleague, open, twice int
	if err := tx.QueryRow(`SELECT
		(SELECT count(*) FROM posts o JOIN people p ON p.id = o.person_id WHERE o.person_id = $1 AND o.unit_id = $2 AND p.disabled_at = '' AND `+inForce("o", 3)+`),
		(SELECT count(*) FROM posts o WHERE o.id = $4 AND `+inForce("o", 3)+`),
		(SELECT count(*) FROM deputies x WHERE x.post_id = $4 AND x.ended_on = '' AND x.until_on >= $3 AND x.from_on <= $5)`,
		d.Deputy, unit, day, d.Post, d.Until).Scan(&colleague, &open, &twice); err != nil {
		return err
	}
	var fs []*fault.Fault
	if colleague == 0 {
		fs = append(fs, fault.On("deputy", "", "代理人应是本单位在岗的人员"))
	}
	if open == 0 {
		fs = append(fs, fault.On("from", "", "这个岗位在 %s 不在任期内", day))
	}
	if twice > 0 {
		fs = append(fs, fault.On("from", "", "这段时间已经安排了代理人。先结束原来的代理"))
	}
	return fault.Join(fs...)
}

// EndDeputy ends an arrangement from today on.
func EndDeputy(tx *db.Tx, by Actor, id string, now time.Time) error {
	var d Deputy
	err := tx.QueryRow(`SELECT id, post_id, absent_id, deputy_id, from_on, until_on, ended_on, reason FROM deputies WHERE id = $1`, id).
		Scan(&d.ID, &d.Post, &d.Absent, &d.Deputy, &d.From, &d.Until, &d.Ended, &d.Reason)
	if errors.Is(err, db.ErrNoRows) {
		return fault.Absent()
	}
	if err != nil {
		return err
	}
	if by.Person != d.Deputy { // who stands in may stop
		was := d
		if _, err := arrangeable(tx, by, &was, now); err != nil {
			return err
		}
	}
	n, err := tx.Exec(`UPDATE deputies SET ended_on = $2 WHERE id = $1 AND ended_on = ''`, id, Day(now))
	if err == nil && n == 0 {
		err = fault.Clash("这项代理已经结束")
	}
	if err != nil {
		return err
	}
	return note(tx, by, now, "deputy.end", "person:"+d.Absent, d, nil)
}

// Deputies are the arrangements in a unit that have not passed by a day; "" is every unit.
func Deputies(tx *db.Tx, unit, day string) ([]Deputy, error) {
	return db.All(tx, func(r *sql.Rows) (d Deputy, err error) {
		return d, r.Scan(&d.ID, &d.Post, &d.Absent, &d.Deputy, &d.From, &d.Until, &d.Ended, &d.Reason)
	}, `SELECT d.id, d.post_id, d.absent_id, d.deputy_id, d.from_on, d.until_on, d.ended_on, d.reason
		FROM deputies d JOIN posts o ON o.id = d.post_id WHERE ($1 = '' OR o.unit_id = $1) AND d.until_on >= $2 AND (d.ended_on = '' OR d.ended_on > $2) ORDER BY d.from_on, d.id`, unit, day)
}
