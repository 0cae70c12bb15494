package rectify

import (
	"database/sql"
	"errors"

	"yidan/internal/casework"
	"yidan/internal/db"
	"yidan/internal/fault"
)

// A Record is an order in the register (DM-11.1) with what came of it (DM-11.2).
// Days that have not come are empty.
type Record struct {
	Case, Number, Trigger, Unit, Office string
	Matters                             string // the items, as the order names them
	ApplyBy, OrderedOn, DueOn           string
	Lapsed                              bool // no report came in time
	ReportedOn, Report                  string
	Finding, Reasons, FoundOn           string // good, insufficient, refused
	Handed
	ReceiptNo, ReceivedOn string
}

// Handed says how a clue was handed over: its case, the letter, and to which unit.
type Handed struct{ Clue, Letter, To string }

var findings = map[casework.Verdict]string{Good: "good", Short: "insufficient", Refused: "refused"}

// FindingName is a finding in words.
func FindingName(finding string) string {
	for v, f := range findings {
		if f == finding {
			return string(v)
		}
	}
	return ""
}

// State is how an order stands, in words.
func (r Record) State() string {
	switch {
	case r.Finding != "":
		return FindingName(r.Finding)
	case r.ReportedOn != "":
		return "已报告，待认定"
	case r.Lapsed:
		return "逾期未报告，待认定"
	}
	return "限期整改中"
}

const columns = `SELECT case_id, number, trigger_id, unit_id, office, matters, apply_by, ordered_on, due_on, lapsed, reported_on, report, finding, reasons, found_on, clue, letter, receiver, receipt_no, received_on FROM rectifications`

func scan(r *sql.Rows) (x Record, err error) {
	return x, r.Scan(&x.Case, &x.Number, &x.Trigger, &x.Unit, &x.Office, &x.Matters, &x.ApplyBy, &x.OrderedOn, &x.DueOn, &x.Lapsed, &x.ReportedOn, &x.Report, &x.Finding, &x.Reasons, &x.FoundOn, &x.Clue, &x.Letter, &x.To, &x.ReceiptNo, &x.ReceivedOn)
}

// Find is the order of a case; fault.Absent where there is none.
func Find(tx *db.Tx, caseID string) (Record, error) {
	rs, err := db.All(tx, scan, columns+` WHERE case_id = $1`, caseID)
	if err != nil || len(rs) == 0 {
		return Record{}, errors.Join(err, fault.Absent())
	}
	return rs[0], nil
}

// Running is the order to a unit about a trigger that has no finding yet; zero
// where there is none.
func Running(tx *db.Tx, trigger, unit string) (Record, error) {
	rs, err := db.All(tx, scan, columns+` WHERE trigger_id = $1 AND unit_id = $2 AND finding = ''`, trigger, unit)
	if err != nil || len(rs) == 0 {
		return Record{}, err
	}
	return rs[0], nil
}

// Of are the orders about triggers, the oldest first.
func Of(tx *db.Tx, triggers ...string) ([]Record, error) {
	return in(tx, ` WHERE trigger_id IN (`, triggers)
}

// Register are the orders of cases, by case id.
func Register(tx *db.Tx, cases ...string) (map[string]Record, error) {
	all, err := in(tx, ` WHERE case_id IN (`, cases)
	rs := map[string]Record{}
	for _, r := range all {
		rs[r.Case] = r
	}
	return rs, err
}

func in(tx *db.Tx, where string, keys []string) ([]Record, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	args := make([]any, len(keys))
	for i, k := range keys {
		args[i] = k
	}
	return db.All(tx, scan, columns+where+db.Marks(1, len(args))+`) ORDER BY ordered_on, case_id`, args...)
}

func put(tx *db.Tx, r Record) error {
	_, err := tx.Exec(`INSERT INTO rectifications (case_id, number, trigger_id, unit_id, office, matters, apply_by, ordered_on, due_on) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		r.Case, r.Number, r.Trigger, r.Unit, r.Office, r.Matters, r.ApplyBy, r.OrderedOn, r.DueOn)
	return err
}

func setReported(tx *db.Tx, caseID, due, on, text string) error {
	_, err := tx.Exec(`UPDATE rectifications SET due_on = $2, reported_on = $3, report = $4 WHERE case_id = $1`, caseID, due, on, text)
	return err
}

func setLapsed(tx *db.Tx, caseID, due string) error {
	_, err := tx.Exec(`UPDATE rectifications SET due_on = $2, lapsed = TRUE WHERE case_id = $1`, caseID, due)
	return err
}

func setFound(tx *db.Tx, caseID string, h Handed, finding, reasons, on string) error {
	_, err := tx.Exec(`UPDATE rectifications SET finding = $2, reasons = $3, found_on = $4, clue = $5, letter = $6, receiver = $7 WHERE case_id = $1 AND finding = ''`,
		caseID, finding, reasons, on, h.Clue, h.Letter, h.To)
	return err
}

func setReceived(tx *db.Tx, caseID, number, on string) error {
	_, err := tx.Exec(`UPDATE rectifications SET receipt_no = $2, received_on = $3 WHERE case_id = $1 AND receipt_no = ''`, caseID, number, on)
	return err
}
