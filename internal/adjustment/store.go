package adjustment

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"yidan/internal/casework"
	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/org"
)

// A Record is an application in the register (DM-8.2).
type Record struct {
	Case, Kind, Code, Unit       string
	HappenedOn, DueOn, AppliedOn string // DueOn is empty while it is provisional
	LateWhy, ApprovedOn, Basis   string
	Edition                      int64 // 0: not issued yet
}

// Late reports an application after its tenth working day.
func (r Record) Late() bool { return r.DueOn != "" && r.AppliedOn > r.DueOn }

const recordColumns = `SELECT case_id, kind, code, unit_id, happened_on, due_on, applied_on, late_why, approved_on, basis, coalesce(edition, 0) FROM changes`

func scanRecord(r *sql.Rows) (x Record, err error) {
	return x, r.Scan(&x.Case, &x.Kind, &x.Code, &x.Unit, &x.HappenedOn, &x.DueOn, &x.AppliedOn, &x.LateWhy, &x.ApprovedOn, &x.Basis, &x.Edition)
}

// Find is the register's line of a case; fault.Absent where there is none.
func Find(tx *db.Tx, caseID string) (Record, error) {
	rs, err := db.All(tx, scanRecord, recordColumns+` WHERE case_id = $1`, caseID)
	if err != nil || len(rs) == 0 {
		return Record{}, errors.Join(err, fault.Absent())
	}
	return rs[0], nil
}

// Records are the register between two days of application, newest first.
func Records(tx *db.Tx, from, to string) ([]Record, error) {
	return db.All(tx, scanRecord, recordColumns+` WHERE applied_on >= $1 AND applied_on <= $2 ORDER BY applied_on DESC, case_id DESC`, from, to)
}

// Of lists the applications about an item, newest first.
func Of(tx *db.Tx, code string) ([]Record, error) {
	return db.All(tx, scanRecord, recordColumns+` WHERE code = $1 ORDER BY applied_on DESC, case_id DESC`, code)
}

// Commented are the applications that the public may comment on now, the oldest first.
func Commented(tx *db.Tx) ([]Record, error) {
	return db.All(tx, scanRecord, recordColumns+` WHERE case_id IN (SELECT id FROM cases WHERE procedure = 'adjustment' AND stage = $1 AND NOT sealed) ORDER BY applied_on, case_id`, string(Comment))
}

// Underway are the applications about items that an actor's unit has begun and that
// are not closed, drafts among them, by the item's code: the last of each.
func Underway(tx *db.Tx, a org.Actor) (map[string]casework.Unclosed, error) {
	us, err := casework.Underway(tx, a, "adjustment", "removal")
	if err != nil {
		return nil, err
	}
	all := map[string]casework.Unclosed{}
	for _, u := range us {
		var about struct{ Code string }
		if err := json.Unmarshal(u.Form, &about); err != nil {
			return nil, err
		}
		if about.Code != "" {
			all[about.Code] = u
		}
	}
	return all, nil
}

func put(tx *db.Tx, r Record) error {
	n, err := tx.Exec(`UPDATE changes SET kind = $2, code = $3, happened_on = $4, due_on = $5, applied_on = $6, late_why = $7 WHERE case_id = $1`,
		r.Case, r.Kind, r.Code, r.HappenedOn, r.DueOn, r.AppliedOn, r.LateWhy)
	if err != nil || n > 0 { // handed in again
		return err
	}
	_, err = tx.Exec(`INSERT INTO changes (case_id, kind, code, unit_id, happened_on, due_on, applied_on, late_why) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		r.Case, r.Kind, r.Code, r.Unit, r.HappenedOn, r.DueOn, r.AppliedOn, r.LateWhy)
	return err
}

func setApproved(tx *db.Tx, caseID, on, basis string) error {
	_, err := tx.Exec(`UPDATE changes SET approved_on = $2, basis = $3 WHERE case_id = $1`, caseID, on, basis)
	return err
}

func setCode(tx *db.Tx, caseID, code string) error {
	_, err := tx.Exec(`UPDATE changes SET code = $2 WHERE case_id = $1`, caseID, code)
	return err
}

func setEdition(tx *db.Tx, caseID string, edition int64) error {
	_, err := tx.Exec(`UPDATE changes SET edition = $2 WHERE case_id = $1`, caseID, edition)
	return err
}

// A Noted demonstration was entered while reviewing.
type Noted struct {
	Demonstration
	By string
	At time.Time
}

// Demonstrations are those entered while a case was reviewed, oldest first (DM-9.1).
func Demonstrations(tx *db.Tx, caseID string) ([]Noted, error) {
	return db.All(tx, func(r *sql.Rows) (n Noted, err error) {
		var at db.Time
		err = r.Scan(&n.On, &n.Who, &n.Findings, &n.By, &at)
		n.At = at.Time
		return n, err
	}, `SELECT held_on, who, findings, noted_name, noted_at FROM demonstrations WHERE case_id = $1 ORDER BY id`, caseID)
}

func addDemonstration(tx *db.Tx, caseID string, m *Demonstration, by org.Actor, now time.Time) error {
	_, err := tx.Exec(`INSERT INTO demonstrations (id, case_id, held_on, who, findings, noted_by, noted_name, noted_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		db.NewID(), caseID, m.On, m.Who, m.Findings, by.Person, by.Name, db.At(now))
	return err
}

// A Trigger is something that happened and calls for adjusting the list (调整事由, DM-8.1).
type Trigger struct {
	ID         string
	Kind       string // law, decision, function, report, opinion
	Event      string // in words
	HappenedOn string
	Instrument string // of a change of the law: its title
	Article    string
	Act        string // enacted, amended, repealed
	Source     string // instrument:…, opinion:…, case:…; empty: entered by hand
	OpenedName string
	OpenedAt   time.Time
	Duties     []Duty
}

// A Duty is what a trigger asks one unit to do about one item.
type Duty struct {
	Trigger       string
	No            int
	Code          string // of the item; empty where one is to be added
	Matter        string // what the item is called
	Unit          string // must apply
	Advice        string // add, cancel, adjust, check
	Case          string // the application that discharges it
	Applied       string // the unit that brought it
	DismissedName string
	DismissedAt   time.Time
	Reason        string
}

// Ref is the duty's name in an application.
func (d Duty) Ref() string { return fmt.Sprintf("%s/%d", d.Trigger, d.No) }

// Open reports that nobody has applied and the list office has not dismissed it.
func (d Duty) Open() bool { return d.Case == "" && d.DismissedAt.IsZero() }
