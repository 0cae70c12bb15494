package admission

import (
	"database/sql"
	"errors"
	"fmt"
	"time"

	"yidan/internal/audit"
	"yidan/internal/calendar"
	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/message"
	"yidan/internal/org"
)

// A Matter is an admitted task: in force from Began until Ended or its last day.
type Matter struct {
	Case, Number, Matter, Unit string
	From, To                   string // days; empty: long-term
	ApprovedOn, Basis          string
	Began, Ended               time.Time
	EndReason, ExitCase        string
	Townships                  []Delivery
}

// A Delivery is a township's receipt of the approved papers (AE-7.1), and how
// often it has been trained (AE-8.1).
type Delivery struct {
	Unit, By string
	At       time.Time // zero: not yet
	Trained  int
}

// Delivery is that of a township, or of the first of those that went into it; ok is
// false where the matter names none of them.
func (m Matter) Delivery(units ...string) (x Delivery, ok bool) {
	for _, u := range units {
		for _, x := range m.Townships {
			if x.Unit == u {
				return x, true
			}
		}
	}
	return x, false
}

// Untrained are the townships that nobody has trained or guided yet (AE-8.1).
func (m Matter) Untrained() (units []string) {
	for _, x := range m.Townships {
		if x.Trained == 0 {
			units = append(units, x.Unit)
		}
	}
	return units
}

// Expired reports that its last day has passed: it carries no new hand-overs (AE-9.1).
func (m Matter) Expired(now time.Time) bool { return m.To != "" && m.To < org.Day(now) }

// The standings of an admitted task.
const (
	InForce = "in-force"
	Ending  = "ending"  // in force, and its last day is near
	Expired = "expired" // its last day has passed and it has not left
	Ended   = "ended"
	Ahead   = "ahead" // its first day has not come
)

// Standing is how it stands on a day; soon is the day until which a last day is near.
func (m Matter) Standing(now time.Time, soon string) string {
	switch {
	case !m.Ended.IsZero():
		return Ended
	case m.Expired(now):
		return Expired
	case !m.InForce(now):
		return Ahead
	case m.To != "" && m.To <= soon:
		return Ending
	}
	return InForce
}

// InForce reports whether it is in force.
func (m Matter) InForce(now time.Time) bool {
	return !m.Began.IsZero() && m.Ended.IsZero() && !m.Expired(now) && (m.From == "" || m.From <= org.Day(now))
}

// Carries says why work may not be handed over to a township on it; nil where it
// may. Unit "" asks of any township: of its time alone.
func (m Matter) Carries(unit string, now time.Time) error {
	switch {
	case !m.Ended.IsZero():
		return fault.Refuse("AE-9.1", "%s已于%s退出，不能再交办", m.Number, calendar.SayDay(org.Day(m.Ended)))
	case m.Expired(now):
		return fault.Refuse("AE-2.2", "%s到%s为止，已到期，不能再交办", m.Number, calendar.SayDay(m.To))
	case m.Began.IsZero():
		return fault.Refuse("AE-6.2", "%s还没有实施，不能交办", m.Number)
	case !m.InForce(now):
		return fault.Refuse("AE-6.2", "%s从%s起实施，现在不能交办", m.Number, calendar.SayDay(m.From))
	case unit == "":
		return nil
	}
	switch x, named := m.Delivery(unit); {
	case !named:
		return fault.Refuse("AE-2.2", "%s批准的乡镇（街道）不包括这个单位，不能交办", m.Number)
	case x.At.IsZero():
		return fault.Refuse("AE-7.1", "这个单位还没有签收%s的批准材料，签收以后才能交办", m.Number)
	}
	return nil
}

const matterColumns = `SELECT case_id, number, matter, unit_id, from_on, to_on, approved_on, basis, began_at, ended_at, end_reason, exit_case FROM admissions`

func scanMatter(r *sql.Rows) (m Matter, err error) {
	var began, ended db.Time
	err = r.Scan(&m.Case, &m.Number, &m.Matter, &m.Unit, &m.From, &m.To, &m.ApprovedOn, &m.Basis, &began, &ended, &m.EndReason, &m.ExitCase)
	m.Began, m.Ended = began.Time, ended.Time
	return m, err
}

func matters(tx *db.Tx, where string, args ...any) ([]Matter, error) {
	ms, err := db.All(tx, scanMatter, matterColumns+where, args...)
	if err != nil {
		return nil, err
	}
	at, args := map[string]*Matter{}, make([]any, len(ms))
	for i := range ms {
		at[ms[i].Case], args[i] = &ms[i], ms[i].Case
	}
	if len(ms) == 0 {
		return nil, nil
	}
	return ms, db.Each(tx, func(r *sql.Rows) error {
		var id string
		var x Delivery
		var on db.Time
		err := r.Scan(&id, &x.Unit, &on, &x.By, &x.Trained)
		x.At = on.Time
		at[id].Townships = append(at[id].Townships, x)
		return err
	}, `SELECT a.case_id, a.unit_id, a.received_at, a.received_by,
		(SELECT count(*) FROM trainings s JOIN training_townships u ON u.training_id = s.id WHERE s.case_id = a.case_id AND u.unit_id = a.unit_id)
		FROM admission_townships a WHERE a.case_id IN (`+db.Marks(1, len(ms))+`) ORDER BY a.case_id, a.unit_id`, args...)
}

// Find is the admitted task of a case; fault.Absent where there is none.
func Find(tx *db.Tx, caseID string) (Matter, error) {
	ms, err := matters(tx, ` WHERE case_id = $1`, caseID)
	if err != nil || len(ms) == 0 {
		return Matter{}, errors.Join(err, fault.Absent())
	}
	return ms[0], nil
}

// Numbered is the admitted task of a number; fault.Absent where there is none.
func Numbered(tx *db.Tx, number string) (Matter, error) {
	ms, err := matters(tx, ` WHERE number = $1`, number)
	if err != nil || len(ms) == 0 {
		return Matter{}, errors.Join(err, fault.Absent())
	}
	return ms[0], nil
}

// Register lists admitted tasks, those that end first ahead: of departments, to
// townships, or all where both are empty; a unit is asked for with those that went into
// it. Ended ones only where ended is set.
func Register(tx *db.Tx, departments, townships []string, ended bool) ([]Matter, error) {
	where, args := ` WHERE began_at <> ''`, []any{}
	if !ended {
		where += ` AND ended_at = ''`
	}
	marks := func(units []string) string {
		for _, u := range units {
			args = append(args, u)
		}
		return db.Marks(len(args)-len(units)+1, len(units))
	}
	if len(departments) > 0 {
		where += ` AND unit_id IN (` + marks(departments) + `)`
	}
	if len(townships) > 0 {
		where += ` AND EXISTS (SELECT 1 FROM admission_townships t WHERE t.case_id = admissions.case_id AND t.unit_id IN (` + marks(townships) + `))`
	}
	return matters(tx, where+` ORDER BY CASE WHEN to_on = '' THEN '9999' ELSE to_on END, number`, args...)
}

func put(tx *db.Tx, m Matter) error {
	n, err := tx.Exec(`UPDATE admissions SET approved_on = $2, basis = $3, from_on = $4, to_on = $5 WHERE case_id = $1`, m.Case, m.ApprovedOn, m.Basis, m.From, m.To)
	if err == nil && n == 0 {
		_, err = tx.Exec(`INSERT INTO admissions (case_id, number, matter, unit_id, from_on, to_on, approved_on, basis) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
			m.Case, m.Number, m.Matter, m.Unit, m.From, m.To, m.ApprovedOn, m.Basis)
	}
	if err != nil {
		return err
	}
	for _, t := range m.Townships {
		if err := addTownship(tx, m.Case, t.Unit); err != nil {
			return err
		}
	}
	return nil
}

// addTownship has a township take part, if it does not yet.
func addTownship(tx *db.Tx, caseID, unit string) error {
	_, err := tx.Exec(`INSERT INTO admission_townships (case_id, unit_id) SELECT $1, $2 WHERE NOT EXISTS (SELECT 1 FROM admission_townships WHERE case_id = $1 AND unit_id = $2)`, caseID, unit)
	return err
}

func setBegan(tx *db.Tx, caseID string, now time.Time) error {
	_, err := tx.Exec(`UPDATE admissions SET began_at = $2 WHERE case_id = $1 AND began_at = ''`, caseID, db.At(now))
	return err
}

func setExit(tx *db.Tx, admission, exit string) error {
	_, err := tx.Exec(`UPDATE admissions SET exit_case = $2 WHERE case_id = $1 AND ended_at = ''`, admission, exit)
	return err
}

// dropExit lets go of what a case was to end.
func dropExit(tx *db.Tx, exit string) error {
	_, err := tx.Exec(`UPDATE admissions SET exit_case = '' WHERE exit_case = $1 AND ended_at = ''`, exit)
	return err
}

func setEnded(tx *db.Tx, admission, reason string, now time.Time) error {
	n, err := tx.Exec(`UPDATE admissions SET ended_at = $2, end_reason = $3 WHERE case_id = $1 AND ended_at = ''`, admission, db.At(now), reason)
	if err == nil && n == 0 {
		return fault.Refuse("AE-9.1", "这个准入事项已经退出")
	}
	return err
}

// setReceived keeps a township's receipt; one that has taken another's place joins those
// that were named when it takes delivery.
func setReceived(tx *db.Tx, caseID, unit, by string, now time.Time) error {
	if err := addTownship(tx, caseID, unit); err != nil {
		return err
	}
	_, err := tx.Exec(`UPDATE admission_townships SET received_at = $3, received_by = $4 WHERE case_id = $1 AND unit_id = $2 AND received_at = ''`, caseID, unit, db.At(now), by)
	return err
}

// A Session of training as it was held.
type Session struct {
	Training
	By string
	At time.Time
}

// Trainings lists the training of an admitted task, the last first (AE-8.1).
func Trainings(tx *db.Tx, caseID string) ([]Session, error) {
	ids := []string{}
	ss, err := db.All(tx, func(r *sql.Rows) (s Session, err error) {
		var id string
		var at db.Time
		err = r.Scan(&id, &s.On, &s.Content, &s.Participants, &s.Material, &s.By, &at)
		ids, s.At = append(ids, id), at.Time
		return s, err
	}, `SELECT id, held_on, content, participants, material, noted_by, noted_at FROM trainings WHERE case_id = $1 ORDER BY held_on DESC, id DESC`, caseID)
	for i := range ss {
		ss[i].Townships, err = db.All(tx, scanText, `SELECT unit_id FROM training_townships WHERE training_id = $1 ORDER BY unit_id`, ids[i])
		if err != nil {
			return nil, err
		}
	}
	return ss, err
}

func scanText(r *sql.Rows) (s string, err error) { return s, r.Scan(&s) }

func addTraining(tx *db.Tx, caseID string, t *Training, by org.Actor, now time.Time) error {
	id := db.NewID()
	if _, err := tx.Exec(`INSERT INTO trainings (id, case_id, held_on, content, participants, material, noted_at, noted_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		id, caseID, t.On, t.Content, t.Participants, t.Material, db.At(now), by.Name); err != nil {
		return err
	}
	for _, u := range t.Townships {
		if _, err := tx.Exec(`INSERT INTO training_townships (training_id, unit_id) VALUES ($1, $2)`, id, u); err != nil {
			return err
		}
	}
	return nil
}

// A Lawful matter needs no application (AE-4.1).
type Lawful struct {
	Case, Kind, Matter, Unit, Basis, Conditions, Reasons, By string
	At                                                       time.Time
}

// Lawfuls lists the matters that need no application, the latest first.
func Lawfuls(tx *db.Tx) ([]Lawful, error) {
	return db.All(tx, func(r *sql.Rows) (l Lawful, err error) {
		var at db.Time
		err = r.Scan(&l.Case, &l.Kind, &l.Matter, &l.Unit, &l.Basis, &l.Conditions, &l.Reasons, &at, &l.By)
		l.At = at.Time
		return l, err
	}, `SELECT case_id, kind, matter, unit_id, basis, conditions, reasons, decided_at, decided_by FROM lawful_matters ORDER BY decided_at DESC, case_id`)
}

func addLawful(tx *db.Tx, l Lawful) error {
	_, err := tx.Exec(`INSERT INTO lawful_matters (case_id, kind, matter, unit_id, basis, conditions, reasons, decided_at, decided_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		l.Case, l.Kind, l.Matter, l.Unit, l.Basis, l.Conditions, l.Reasons, db.At(l.At), l.By)
	return err
}

// An Advice is a recommendation to buy the work as a public service (AE-10.1).
type Advice struct {
	Case, Matter, Unit, Text string
	At                       time.Time
	Outcome, OutcomeBy       string
	OutcomeAt                time.Time
}

// Advices lists the recommendations and what became of them, the latest first.
func Advices(tx *db.Tx) ([]Advice, error) {
	return db.All(tx, func(r *sql.Rows) (a Advice, err error) {
		var at, out db.Time
		err = r.Scan(&a.Case, &a.Matter, &a.Unit, &a.Text, &at, &a.Outcome, &out, &a.OutcomeBy)
		a.At, a.OutcomeAt = at.Time, out.Time
		return a, err
	}, `SELECT case_id, matter, unit_id, advice, advised_at, outcome, outcome_at, outcome_by FROM purchase_advices ORDER BY advised_at DESC, case_id`)
}

func addAdvice(tx *db.Tx, a Advice) error {
	_, err := tx.Exec(`INSERT INTO purchase_advices (case_id, matter, unit_id, advice, advised_at) VALUES ($1, $2, $3, $4, $5)`, a.Case, a.Matter, a.Unit, a.Text, db.At(a.At))
	return err
}

// Settle records what became of a recommendation: by the department concerned, by what
// became of it, or by the list office.
func Settle(tx *db.Tx, by org.Actor, caseID, outcome string, now time.Time) error {
	var unit string
	err := tx.QueryRow(`SELECT unit_id FROM purchase_advices WHERE case_id = $1`, caseID).Scan(&unit)
	if errors.Is(err, db.ErrNoRows) || err == nil && !by.Is(org.Unit(unit)) && !by.Holds(org.ListOffice) {
		return fault.Absent()
	}
	if err != nil {
		return err
	}
	if outcome == "" {
		return fault.Join(fault.On("outcome", "AE-10.1", "写明购买服务的落实情况"))
	}
	if _, err := tx.Exec(`UPDATE purchase_advices SET outcome = $2, outcome_at = $3, outcome_by = $4 WHERE case_id = $1`, caseID, outcome, db.At(now), by.Name); err != nil {
		return err
	}
	return audit.Append(tx, audit.Line{At: now, Person: by.Person, Name: by.Name, Unit: by.Unit, For: by.For, Action: "advice.settle", Object: "case:" + caseID, Detail: map[string]any{"outcome": outcome}})
}

// ending lists the admitted tasks whose last day comes by a day and that nobody
// has applied to end (AE-9.1).
func ending(tx *db.Tx, by string) ([]Matter, error) {
	return matters(tx, ` WHERE began_at <> '' AND ended_at = '' AND exit_case = '' AND to_on <> '' AND to_on <= $1 ORDER BY to_on, number`, by)
}

// RemindEnding tells the department and the list office that an admitted task ends by a
// day, and, once its last day has passed, its townships too that it carries no new work:
// each once for each last day, however often it is called (AE-9.1).
func RemindEnding(tx *db.Tx, by string, now time.Time) (told int, err error) {
	ms, err := ending(tx, by)
	if err != nil {
		return 0, err
	}
	for _, m := range ms {
		key, subject, to := "ending:", "准入事项将到期：", []org.Party{org.Unit(m.Unit), org.Holder(org.ListOffice)}
		text := fmt.Sprintf("%s“%s”的工作时限到%s为止。完成、到期或者发生变化的，由申请单位及时申请退出；到期后不得再交乡镇（街道）办理。", m.Number, m.Matter, calendar.SayDay(m.To))
		if m.Expired(now) {
			key, subject = "expired:", "准入事项已到期："
			text = fmt.Sprintf("%s“%s”的工作时限到%s为止，已经到期，不得再交乡镇（街道）办理（准入准出办法第九条）。由申请单位及时申请退出。", m.Number, m.Matter, calendar.SayDay(m.To))
			for _, u := range units(m) {
				to = append(to, org.Unit(u))
			}
		}
		for _, p := range to {
			fresh, err := message.PostOnce(tx, key+m.Case+":"+m.To+":"+p.Key(), message.Message{To: p, Subject: subject + m.Matter, Text: text, Case: m.Case, Link: "/zr/" + m.Case, At: now})
			if err != nil {
				return told, err
			}
			if fresh {
				told++
			}
		}
	}
	return told, nil
}
