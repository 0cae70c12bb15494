package org

import (
	"slices"
	"time"

	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/form"
)

// Offices are those that units hold, as people call them, in the order of the
// regulations. Owner, Conference and Linked are held by no unit.
var Offices = []struct {
	Role Role
	Name string
}{
	{ListOffice, "区委编办"}, {Justice, "区司法局"}, {Lead, "领导小组"}, {Secretariat, "领导小组办公室"}, {Convener, "联席会议召集人"},
	{CommitteeOffice, "区委办公室"}, {GovernOffice, "区政府办公室"}, {Discipline, "区纪委监委"}, {Organisation, "区委组织部"}, {Assessment, "区考核办"},
}

// RoleName is a role in words.
func RoleName(r Role) string {
	for _, o := range Offices {
		if o.Role == r {
			return o.Name
		}
	}
	switch r {
	case Owner:
		return "申请单位"
	case Conference:
		return "联席会议"
	case Linked:
		return "关联办件"
	}
	return string(r)
}

// Appoint gives an office to a unit from a day on. Whoever held it holds it
// until the day before; what was arranged for later is replaced.
func Appoint(tx *db.Tx, by Actor, r Role, unit, from string, now time.Time) error {
	object := "office:" + string(r)
	if err := Only(by, Policy, now, "office.appoint", object); err != nil {
		return err
	}
	if !slices.ContainsFunc(Offices, func(o struct {
		Role Role
		Name string
	}) bool {
		return o.Role == r
	}) {
		return fault.On("role", "", "在列出的职责中选择")
	}
	u, err := Find(tx, unit)
	if err != nil {
		return err
	}
	if from, err = form.ParseDate(from); err != nil {
		return fault.On("from", "", "“开始日期”应为日期，例如 2026年11月23日")
	}
	if !holds(u.From, u.Until, from) || u.Until != "" || u.Kind == Superior {
		return fault.On("unit", "", "%s在 %s 不能承担这项职责：选择当天已设立、没有登记撤销的本区单位", u.Name, from)
	}
	before, err := clear(tx, r, unit, from, Day(now))
	if err != nil {
		return err
	}
	o := Office{ID: db.NewID(), Role: r, Unit: unit, From: from}
	if _, err := tx.Exec(`INSERT INTO offices (id, role, unit_id, from_on, appointed_by) VALUES ($1, $2, $3, $4, $5)`, o.ID, r, unit, from, by.Person); err != nil {
		return err
	}
	return note(tx, by, now, "office.appoint", object, before, o)
}

// clear makes room for a holder from a day on and says who had it.
func clear(tx *db.Tx, r Role, unit, from, today string) (before any, err error) {
	dir, err := LoadDirectory(tx)
	if err != nil {
		return nil, err
	}
	for _, o := range dir.offices {
		if o.Role != r || o.Until != "" && o.Until < from {
			continue
		}
		switch {
		case o.Unit == unit && o.Until == "" && o.From <= from:
			return nil, fault.Clash("%s从 %s 起已经承担“%s”的职责", dir.Name(unit), o.From, RoleName(r))
		case o.From >= from && o.From > today: // has not begun
			_, err = tx.Exec(`DELETE FROM offices WHERE id = $1`, o.ID)
		case o.From >= from:
			return nil, fault.On("from", "", "“%s”的职责从 %s 起由%s承担。开始日期应在这一天之后", RoleName(r), o.From, dir.Name(o.Unit))
		case from < today:
			return nil, fault.On("from", "", "“%s”的职责现在由%s承担，不能改到过去。开始日期从今天（%s）起", RoleName(r), dir.Name(o.Unit), today)
		default:
			before = o
			_, err = tx.Exec(`UPDATE offices SET until_on = $2 WHERE id = $1`, o.ID, after(from, -1))
		}
		if err != nil {
			return nil, err
		}
	}
	return before, nil
}
