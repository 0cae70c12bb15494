package org

import (
	"cmp"
	"database/sql"
	"slices"

	"yidan/internal/db"
)

// A Directory is every unit that ever was, what became of it, and who held which
// office when: one snapshot, never changed, shared by all.
type Directory struct {
	stamp   string
	units   []UnitRow // by place, then name
	byID    map[string]int
	offices []Office
	past    []Succession
	level   string
	names   map[string][]string // skeleton of a name or short name → units
	cores   map[string][]string // of what a list may call them
}

// An Office (职责) is held by one unit at a time.
type Office struct {
	ID    string `json:"id"`
	Role  Role   `json:"role"`
	Unit  string `json:"unit"`
	From  string `json:"from"`
	Until string `json:"until"` // the last day; "" is open
}

// A Succession is what became of a unit, or of its name where Former is Successor.
type Succession struct{ Former, Successor, Name, On, Basis string }

var directory = db.Shared[*Directory]{Room: "org", Load: func(tx *db.Tx) (*Directory, error) {
	d, err := readDirectory(tx)
	if err == nil {
		d.stamp, err = tx.Stamp("org")
	}
	return d, err
}}

// LoadDirectory gives the directory as tx sees it.
func LoadDirectory(tx *db.Tx) (*Directory, error) { return directory.Get(tx) }

func readDirectory(tx *db.Tx) (d *Directory, err error) {
	d = &Directory{byID: map[string]int{}, names: map[string][]string{}, cores: map[string][]string{}}
	if d.units, err = db.All(tx, scanUnit, `SELECT id, name, short, kind, parent_id, township_id, place, phone, mailbox, signs, from_on, until_on FROM units`); err != nil {
		return nil, err
	}
	if d.offices, err = db.All(tx, func(r *sql.Rows) (o Office, err error) {
		return o, r.Scan(&o.ID, &o.Role, &o.Unit, &o.From, &o.Until)
	}, `SELECT id, role, unit_id, from_on, until_on FROM offices ORDER BY role, from_on`); err != nil {
		return nil, err
	}
	if d.past, err = db.All(tx, func(r *sql.Rows) (s Succession, err error) {
		return s, r.Scan(&s.Former, &s.Successor, &s.Name, &s.On, &s.Basis)
	}, `SELECT former_id, successor_id, name, on_day, basis FROM successions ORDER BY on_day, former_id, successor_id`); err != nil {
		return nil, err
	}
	slices.SortFunc(d.units, func(a, b UnitRow) int {
		return cmp.Or(cmp.Compare(a.Place, b.Place), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	for i, u := range d.units {
		d.byID[u.ID] = i
	}
	d.index()
	return d, nil
}

// Stamp names this state of the directory.
func (d *Directory) Stamp() string { return d.stamp }

// Unit is a unit by its id, closed ones too.
func (d *Directory) Unit(id string) (UnitRow, bool) {
	i, ok := d.byID[id]
	if !ok {
		return UnitRow{}, false
	}
	return d.units[i], true
}

// Name is a unit's name; the id where there is none, so that a gap shows.
func (d *Directory) Name(id string) string {
	if u, ok := d.Unit(id); ok {
		return u.Name
	}
	return id
}

// Called is a unit's short name, or its name.
func (d *Directory) Called(id string) string {
	if u, ok := d.Unit(id); ok {
		return u.Called()
	}
	return id
}

// NameOf is a party in words: the unit that holds the office on a day, and the
// office where no unit does.
func (d *Directory) NameOf(p Party, day string) string {
	id := p.Unit
	if p.Role != "" {
		if id = d.Holder(p.Role, day); id == "" {
			return RoleName(p.Role)
		}
	}
	return d.Name(id)
}

// Units are those of some kinds that exist on a day, in their order; of every
// kind without any.
func (d *Directory) Units(day string, kinds ...Kind) []UnitRow {
	us := make([]UnitRow, 0, len(d.units))
	for _, u := range d.units {
		if holds(u.From, u.Until, day) && (len(kinds) == 0 || slices.Contains(kinds, u.Kind)) {
			us = append(us, u)
		}
	}
	return us
}

// Every unit that ever was, in order.
func (d *Directory) Every() []UnitRow { return slices.Clone(d.units) }

// Townships are the 乡镇、街道 of a day.
func (d *Directory) Townships(day string) []UnitRow { return d.Units(day, Township, Subdistrict) }

// Departments are the 区直部门、群团机关、派驻机构 of a day: what EV-2.1 covers.
func (d *Directory) Departments(day string) []UnitRow { return d.Units(day, Department, Mass, Agency) }

// Holder is the unit that holds an office on a day; "" when none does.
func (d *Directory) Holder(r Role, day string) string {
	for _, o := range d.offices {
		if o.Role == r && holds(o.From, o.Until, day) {
			if u, ok := d.Unit(o.Unit); ok && holds(u.From, u.Until, day) {
				return o.Unit
			}
		}
	}
	return ""
}

// Roles are the offices a unit holds on a day, in the order of [Offices].
func (d *Directory) Roles(unit, day string) (rs []Role) {
	for _, r := range Offices {
		if d.Holder(r.Role, day) == unit {
			rs = append(rs, r.Role)
		}
	}
	return rs
}

// Offices are who held and will hold what.
func (d *Directory) Offices() []Office { return slices.Clone(d.offices) }

// Successions are the renamed, merged and split units.
func (d *Directory) Successions() []Succession { return slices.Clone(d.past) }

// Successors are the units that stand for one on a day: itself while it exists,
// else whatever it became, however often.
func (d *Directory) Successors(id, day string) (ids []string) {
	seen := map[string]bool{}
	var walk func(string)
	walk = func(id string) {
		if seen[id] {
			return
		}
		seen[id] = true
		if u, ok := d.Unit(id); ok && (u.Until == "" || day <= u.Until) {
			ids = append(ids, id)
			return
		}
		for _, s := range d.past {
			if s.Former == id {
				walk(s.Successor)
			}
		}
	}
	walk(id)
	return ids
}

// Former are the closed units that became this one and no other by a day.
func (d *Directory) Former(id, day string) (ids []string) {
	for _, s := range d.past {
		if s.Former != s.Successor && !slices.Contains(ids, s.Former) && slices.Equal(d.Successors(s.Former, day), []string{id}) {
			ids = append(ids, s.Former)
		}
	}
	return ids
}

// Heir is the unit that stands for one on a day: itself while it exists, else what
// it became and nothing else; "" where it was split or is no more.
func (d *Directory) Heir(id, day string) string {
	if ids := d.Successors(id, day); len(ids) == 1 {
		return ids[0]
	}
	return ""
}

// Signer is the post that signs what a party answers, where the unit has its
// leader sign (签发).
func (d *Directory) Signer(p Party, day string) (Party, bool) {
	id := p.Unit
	if p.Role != "" {
		id = d.Holder(p.Role, day)
	}
	u, ok := d.Unit(id)
	p.Post = Leader
	return p, ok && u.Signs
}

// Resolve finds the unit that a list means by a name on a day. It forgives 区,
// 县 or the district's name before it, （…）, short names, former names and what
// a township's seat is called; what two units may be meant by is not resolved.
func (d *Directory) Resolve(name, day string) (UnitRow, bool) {
	tries := cores(name, d.level)
	for i, key := range tries {
		exact := i == 0 || key == tries[0]
		if u, ok := d.one(d.names[key], day); ok {
			return u, true
		}
		if !exact && len([]rune(key)) < 3 {
			continue
		}
		if u, ok := d.one(d.cores[key], day); ok {
			return u, true
		}
	}
	return UnitRow{}, false
}

// one is the unit that several names come down to on a day.
func (d *Directory) one(ids []string, day string) (UnitRow, bool) {
	var now []string
	for _, id := range ids {
		now = append(now, d.Successors(id, day)...)
	}
	slices.Sort(now)
	if now = slices.Compact(now); len(now) != 1 {
		return UnitRow{}, false
	}
	u, _ := d.Unit(now[0])
	return u, holds(u.From, u.Until, day)
}

// index prepares Resolve. A name of today counts before one of the past.
func (d *Directory) index() {
	d.level = d.guess()
	add := func(m map[string][]string, key, id string) {
		if key != "" && !slices.Contains(m[key], id) {
			m[key] = append(m[key], id)
		}
	}
	each := func(id string, names ...string) {
		for _, n := range names {
			if n == "" {
				continue
			}
			add(d.names, skeleton(n), id)
			for _, k := range cores(n, d.level) {
				add(d.cores, k, id)
			}
		}
	}
	for _, u := range d.units {
		if u.Kind != Superior { // 市委编办 is never ours
			each(u.ID, u.Name, u.Short)
		} else {
			add(d.names, skeleton(u.Name), u.ID)
		}
	}
	for _, s := range d.past {
		if _, taken := d.names[skeleton(s.Name)]; !taken {
			each(s.Former, s.Name)
		}
	}
}

// guess is the level of the district: what its committee and government are called after.
func (d *Directory) guess() string {
	n := map[string]int{}
	for _, u := range d.units {
		if m := ofOrgan.FindStringSubmatch(u.Name); m != nil && u.Kind != Superior {
			n[m[1]]++
		}
	}
	level, most := "", 0
	for _, l := range []string{"区", "县", "市"} {
		if n[l] > most {
			level, most = l, n[l]
		}
	}
	return level
}
