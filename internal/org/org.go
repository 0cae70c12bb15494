// Package org knows the units of a district, the people in them, the posts they
// hold over time and the offices that units hold for the regulations.
package org

import "slices"

// A Role is an office that the regulations name: whoever holds it acts.
type Role string

const (
	Owner           Role = "owner"             // 申请单位: whoever brought the case
	ListOffice      Role = "list-office"       // 区委编办
	Justice         Role = "justice"           // 区司法局
	Lead            Role = "leading-group"     // 领导小组（代区委、区政府审批）
	Secretariat     Role = "secretariat"       // 领导小组办公室
	Convener        Role = "convener"          // 联席会议召集人
	CommitteeOffice Role = "committee-office"  // 区委办公室
	GovernOffice    Role = "government-office" // 区政府办公室
	Discipline      Role = "discipline"        // 区纪委监委
	Organisation    Role = "organisation"      // 区委组织部
	Assessment      Role = "assessment"        // 区考核办
	Conference      Role = "conference"        // held by no unit: a meeting speaks for it
	Linked          Role = "linked-case"       // held by no unit: another case speaks
)

// A Kind of unit.
type Kind string

const (
	Department  Kind = "department"  // 区直部门
	Mass        Kind = "mass"        // 群团机关
	Agency      Kind = "agency"      // 派驻机构
	Township    Kind = "township"    // 乡镇
	Subdistrict Kind = "subdistrict" // 街道
	Group       Kind = "group"       // 领导小组等议事协调机构
	Superior    Kind = "superior"    // 市、省编办：备案的受文单位
)

// Local reports a 乡镇（街道）.
func (k Kind) Local() bool { return k == Township || k == Subdistrict }

// The duties a post carries within its unit.
const (
	Handler = "handler" // 经办
	Leader  = "leader"  // 负责人: signs for the unit
)

// A Class of person. The three administrators exclude one another and every
// business post; the database holds that.
type Class string

const (
	Business Class = "business"
	Accounts Class = "accounts" // 系统管理员: accounts and units
	Policy   Class = "policy"   // 安全管理员: rights and policy
	Auditor  Class = "auditor"  // 审计管理员: audit
)

// A Party can be asked: a unit, or whoever holds a role; with Post, one post in it.
type Party struct {
	Unit string `json:"unit,omitempty"`
	Role Role   `json:"role,omitempty"`
	Post string `json:"post,omitempty"`
}

// Unit is the party of a unit.
func Unit(id string) Party { return Party{Unit: id} }

// Holder is whoever holds a role.
func Holder(r Role) Party { return Party{Role: r} }

// Key names the party in one text, for indexes: "u:ID" or "r:ROLE".
func (p Party) Key() string {
	if p.Role != "" {
		return "r:" + string(p.Role)
	}
	return "u:" + p.Unit
}

// An Actor is a person acting in one post for one unit at one moment.
type Actor struct {
	Person   string   `json:"person,omitempty"` // people.id; empty: the system itself
	Name     string   `json:"name,omitempty"`   // as shown, e.g. 区委编办 经办
	Post     string   `json:"post,omitempty"`   // Handler or Leader
	Unit     string   `json:"unit,omitempty"`   // units.id
	UnitName string   `json:"unit_name,omitempty"`
	Kind     Kind     `json:"kind,omitempty"` // of the unit
	Class    Class    `json:"class,omitempty"`
	For      string   `json:"for,omitempty"`   // the absent person's id, when a deputy acts
	Roles    []Role   `json:"roles,omitempty"` // offices the unit holds now
	Former   []string `json:"-"`               // units merged into this one alone: what they left open is its own
	Seat     string   `json:"-"`               // the way of acting: posts.id, or deputies.id when a deputy acts
}

// People are those whose exclusions (回避) bind a: a deputy inherits those of the absent.
func (a Actor) People() []string {
	if a.For == "" {
		return []string{a.Person}
	}
	return []string{a.Person, a.For}
}

// Is reports whether a may answer for p.
func (a Actor) Is(p Party) bool {
	return (p.Post == "" || p.Post == a.Post) &&
		(p.Unit != "" && (p.Unit == a.Unit || slices.Contains(a.Former, p.Unit)) || p.Role != "" && slices.Contains(a.Roles, p.Role))
}

// Holds reports whether a's unit holds an office.
func (a Actor) Holds(r Role) bool { return slices.Contains(a.Roles, r) }

// Units are a's own unit and those merged into it.
func (a Actor) Units() []string { return append([]string{a.Unit}, a.Former...) }

// Keys are the party keys a answers for: its unit, those merged into it and the offices it holds.
func (a Actor) Keys() []string {
	var ks []string
	for _, id := range a.Units() {
		ks = append(ks, "u:"+id)
	}
	for _, r := range a.Roles {
		ks = append(ks, "r:"+string(r))
	}
	return ks
}
