package org

import (
	"database/sql"
	"fmt"
	"time"

	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/form"
)

// A UnitRow is a unit (单位) of the district, or a superior that filings go to.
// Texts are as typed into [UnitForm]; days are inclusive, an empty Until is open.
type UnitRow struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Short    string `json:"short"` // 简称
	Kind     Kind   `json:"kind"`
	Parent   string `json:"parent"`   // of an agency: the unit that dispatches it (EV-2.1)
	Township string `json:"township"` // of an agency: where it works (EV-2.1)
	Place    int    `json:"place"`    // in lists
	Phone    string `json:"phone"`    // published for opinions (DM-10.1)
	Mailbox  string `json:"mailbox"`
	Signs    bool   `json:"signs"` // what it answers is signed by its leader (签发)
	From     string `json:"from"`
	Until    string `json:"until"`
}

// Kinds are the kinds of unit as people call them, in the order of the regulations.
var Kinds = []form.Option{
	{Value: string(Department), Label: "区直部门"}, {Value: string(Mass), Label: "群团机关"}, {Value: string(Agency), Label: "派驻机构"},
	{Value: string(Township), Label: "乡镇"}, {Value: string(Subdistrict), Label: "街道"},
	{Value: string(Group), Label: "议事协调机构"}, {Value: string(Superior), Label: "上级编办"},
}

// KindName is a kind of unit in words.
func KindName(k Kind) string {
	for _, o := range Kinds {
		if o.Value == string(k) {
			return o.Label
		}
	}
	return string(k)
}

// UnitForm is how a unit is entered; "units" and "townships" fill in the choices.
var UnitForm = form.Layout{{Key: "unit", Title: "单位", Fields: []form.Field{
	{Name: "name", Label: "单位名称", Type: form.Line, Need: "填写“单位名称”", Max: 60},
	{Name: "short", Label: "简称", Type: form.Line, Max: 20},
	{Name: "kind", Label: "单位类别", Type: form.Choice, Need: "选择单位类别", Options: Kinds},
	{Name: "parent", Label: "派出部门", Type: form.Select, Source: "departments", Need: "选择派驻机构的派出部门", When: "kind=agency", Rule: "EV-2.1"},
	{Name: "township", Label: "派驻的乡镇（街道）", Type: form.Select, Source: "townships", Need: "选择派驻的乡镇（街道）", When: "kind=agency", Rule: "EV-2.1"},
	{Name: "phone", Label: "公开电话", Type: form.Phone, Rule: "DM-10.1", Hint: "在清单公开页显示"},
	{Name: "mailbox", Label: "公开邮箱", Type: form.Line, Max: 80, Rule: "DM-10.1", Hint: "在清单公开页显示"},
	{Name: "signs", Label: "答复由负责人签发", Type: form.Tick},
	{Name: "from", Label: "设立日期", Type: form.Date, Need: "填写“设立日期”"},
}}}

// AddUnit enters a unit and returns its id. A name that cannot be told from an
// existing one is refused.
func AddUnit(tx *db.Tx, by Actor, u UnitRow, now time.Time) (string, error) {
	if err := Only(by, Accounts, now, "unit.add", ""); err != nil {
		return "", err
	}
	u.ID, u.Until = db.NewID(), ""
	u.tidy()
	if err := u.check(tx); err != nil {
		return "", err
	}
	if _, err := tx.Exec(`INSERT INTO units (id, name, skeleton, short, kind, parent_id, township_id, place, phone, mailbox, signs, from_on) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		u.ID, u.Name, skeleton(u.Name), u.Short, u.Kind, null(u.Parent), null(u.Township), u.Place, u.Phone, u.Mailbox, u.Signs, u.From); err != nil {
		return "", err
	}
	return u.ID, note(tx, by, now, "unit.add", "unit:"+u.ID, nil, u.shown())
}

// ChangeUnit changes what a unit is called and how it is reached. Its kind and
// its end stay. A new name needs its basis (文号); the former name goes on being
// understood.
func ChangeUnit(tx *db.Tx, by Actor, u UnitRow, basis string, now time.Time) error {
	object := "unit:" + u.ID
	if err := Only(by, Accounts, now, "unit.change", object); err != nil {
		return err
	}
	old, err := Find(tx, u.ID)
	if err != nil {
		return err
	}
	u.Kind, u.Until = old.Kind, old.Until
	u.tidy()
	if err := u.check(tx); err != nil {
		return err
	}
	if basis = form.Clean(basis); u.Name != old.Name {
		if basis == "" {
			return fault.On("basis", "", "填写更名的依据（文号）")
		}
		if err := succeed(tx, old, u.ID, Day(now), basis); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(`UPDATE units SET name = $2, skeleton = $3, short = $4, parent_id = $5, township_id = $6, place = $7, phone = $8, mailbox = $9, signs = $10, from_on = $11 WHERE id = $1`,
		u.ID, u.Name, skeleton(u.Name), u.Short, null(u.Parent), null(u.Township), u.Place, u.Phone, u.Mailbox, u.Signs, u.From); err != nil {
		return err
	}
	return note(tx, by, now, "unit.change", object, old.shown(), u.shown())
}

// CloseUnit ends a unit with a day, its last. What it was passes to the units
// named in into (merged, split) or to none; basis is the 文号.
func CloseUnit(tx *db.Tx, by Actor, id, last string, into []string, basis string, now time.Time) error {
	object := "unit:" + id
	if err := Only(by, Accounts, now, "unit.close", object); err != nil {
		return err
	}
	u, err := Find(tx, id)
	if err != nil {
		return err
	}
	if basis = form.Clean(basis); basis == "" {
		return fault.On("basis", "", "填写撤并的依据（文号）")
	}
	if last, err = form.ParseDate(last); err != nil || last < u.From {
		return fault.On("until", "", "“撤销日期”应为设立日期（%s）之后的日期", u.From)
	}
	if u.Until != "" {
		return fault.Clash("%s已经登记在 %s 撤销", u.Name, u.Until)
	}
	if err := free(tx, u, last); err != nil {
		return err
	}
	for _, to := range into {
		v, err := Find(tx, to)
		if err != nil {
			return err
		}
		if to == id || v.Until != "" && v.Until <= last {
			return fault.On("into", "", "%s不能承接：选择撤销日期之后仍在的其他单位", v.Name)
		}
		if err := succeed(tx, u, to, last, basis); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(`UPDATE units SET until_on = $2 WHERE id = $1 AND until_on = ''`, id, last); err != nil {
		return err
	}
	closed := u
	closed.Until = last
	return note(tx, by, now, "unit.close", object, u.shown(), map[string]any{"unit": closed.shown(), "into": into, "basis": basis})
}

// free refuses to close a unit that others stand on after its last day.
func free(tx *db.Tx, u UnitRow, last string) error {
	dir, err := LoadDirectory(tx)
	if err != nil {
		return err
	}
	next := after(last, 1)
	for _, r := range dir.offices {
		if r.Unit == u.ID && (r.Until == "" || r.Until >= next) {
			return fault.Refuse("", "%s还承担“%s”的职责。先由安全管理员把这项职责交给别的单位，再撤销", u.Name, RoleName(r.Role))
		}
	}
	for _, v := range dir.units {
		if (v.Parent == u.ID || v.Township == u.ID) && (v.Until == "" || v.Until >= next) {
			return fault.Refuse("", "%s是%s的派出部门或者派驻地。先改%s，再撤销", u.Name, v.Name, v.Name)
		}
	}
	return nil
}

func succeed(tx *db.Tx, former UnitRow, successor, day, basis string) error {
	_, err := tx.Exec(`INSERT INTO successions (former_id, successor_id, name, on_day, basis) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (former_id, successor_id, name) DO UPDATE SET on_day = $4, basis = $5`,
		former.ID, successor, former.Name, day, basis)
	return err
}

// Find is a unit by its id; [fault.Absent] when there is none.
func Find(tx *db.Tx, id string) (UnitRow, error) {
	dir, err := LoadDirectory(tx)
	if err != nil {
		return UnitRow{}, err
	}
	u, ok := dir.Unit(id)
	if !ok {
		return u, fault.Absent()
	}
	return u, nil
}

// tidy makes what was typed what is kept.
func (u *UnitRow) tidy() {
	u.Name, u.Short, u.Mailbox = form.Clean(u.Name), form.Clean(u.Short), form.Clean(u.Mailbox)
	if d, err := form.ParseDate(u.From); err == nil {
		u.From = d
	}
	if u.Kind != Agency {
		u.Parent, u.Township = "", ""
	}
}

// check says what is wrong with a unit, all at once.
func (u UnitRow) check(tx *db.Tx) error {
	fs := UnitForm.Check(&u)
	if !plain(u.Name) {
		fs = append(fs, fault.On("name", "", "“单位名称”只能用汉字、英文字母、数字、括号和间隔号"))
	}
	if !plain(u.Short) {
		fs = append(fs, fault.On("short", "", "“简称”只能用汉字、英文字母、数字、括号和间隔号"))
	}
	if u.Mailbox != "" && !address.MatchString(u.Mailbox) {
		fs = append(fs, fault.On("mailbox", "DM-10.1", "“公开邮箱”应为邮箱地址，例如 slj@example.gov.cn"))
	}
	dir, err := LoadDirectory(tx)
	if err != nil {
		return err
	}
	for _, v := range dir.units {
		if v.ID != u.ID && (v.Until == "" || v.Until >= u.From) && skeleton(v.Name) == skeleton(u.Name) {
			fs = append(fs, fault.On("name", "", "已有单位“%s”，名称相同或者看起来相同。换一个能区分的名称", v.Name))
		}
	}
	if u.Kind == Agency {
		fs = append(fs, u.stands(dir)...)
	}
	return fault.Join(fs...)
}

// stands checks what an agency stands on (EV-2.1).
func (u UnitRow) stands(dir *Directory) (fs []*fault.Fault) {
	if p, ok := dir.Unit(u.Parent); u.Parent != "" && (!ok || p.Kind == Agency || p.Town() || p.Kind == Superior || !holds(p.From, p.Until, u.From)) {
		fs = append(fs, fault.On("parent", "EV-2.1", "“派出部门”应为当时已设立的区直部门或者群团机关"))
	}
	if t, ok := dir.Unit(u.Township); u.Township != "" && (!ok || !t.Town() || !holds(t.From, t.Until, u.From)) {
		fs = append(fs, fault.On("township", "EV-2.1", "“派驻的乡镇（街道）”应为当时已设立的乡镇或者街道"))
	}
	return fs
}

// Town reports a township or subdistrict (乡镇、街道).
func (u UnitRow) Town() bool { return u.Kind == Township || u.Kind == Subdistrict }

// Called is how a unit is called in passing: its short name where it has one.
func (u UnitRow) Called() string {
	if u.Short != "" {
		return u.Short
	}
	return u.Name
}

// shown is a unit as the record keeps it: the published number is still a number.
func (u UnitRow) shown() UnitRow {
	u.Phone = Masked(u.Phone)
	return u
}

// null stores an empty reference as none.
func null(id string) any {
	if id == "" {
		return nil
	}
	return id
}

func scanUnit(r *sql.Rows) (u UnitRow, err error) {
	var parent, township sql.NullString
	err = r.Scan(&u.ID, &u.Name, &u.Short, &u.Kind, &parent, &township, &u.Place, &u.Phone, &u.Mailbox, &u.Signs, &u.From, &u.Until)
	u.Parent, u.Township = parent.String, township.String
	if err != nil {
		err = fmt.Errorf("org: unit: %w", err)
	}
	return u, err
}
