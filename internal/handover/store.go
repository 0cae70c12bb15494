package handover

import (
	"database/sql"
	"time"

	"yidan/internal/audit"
	"yidan/internal/casework"
	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/form"
	"yidan/internal/org"
)

// A Record is a task handed over, in the register (AE-2.2).
type Record struct {
	Case, Number, Matter, Unit string
	Basis, Code, Admission     string // item with its code, or admission with its case
	Rests                      string // the same in words, as it was called that day
	DueOn                      string
	HandedAt, EndedAt          time.Time
	Ended, EndText             string // done, withdrawn; in words
	Townships                  []Delivery
}

// A Delivery is how a hand-over stands with one township.
type Delivery struct {
	Unit, ReceivedBy        string
	ReceivedAt, ContestedAt time.Time
	Ruling                  string // upheld, dismissed, withdrawn; "" while there is none
}

// States of a delivery in words.
func (x Delivery) State() string {
	switch {
	case x.Ruling == "upheld":
		return "异议成立，不办理"
	case x.Ruling == "dismissed":
		return "异议不成立，应当办理"
	case x.Ruling == "withdrawn":
		return "撤回异议，应当办理"
	case !x.ContestedAt.IsZero():
		return "有异议，待裁定"
	case !x.ReceivedAt.IsZero():
		return "已签收"
	}
	return "未签收"
}

func put(tx *db.Tx, r Record, townships []string) error {
	_, err := tx.Exec(`INSERT INTO handovers (case_id, number, matter, unit_id, basis, code, admission, rests, due_on, handed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		r.Case, r.Number, r.Matter, r.Unit, r.Basis, r.Code, r.Admission, r.Rests, r.DueOn, db.At(r.HandedAt))
	for _, u := range townships {
		if err == nil {
			_, err = tx.Exec(`INSERT INTO handover_townships (case_id, unit_id) VALUES ($1, $2)`, r.Case, u)
		}
	}
	return err
}

// Find are the register's lines of cases, by case id; cases that were not handed
// over are not in it.
func Find(tx *db.Tx, cases ...string) (map[string]Record, error) {
	rs, args := map[string]Record{}, make([]any, len(cases))
	for i, id := range cases {
		args[i] = id
	}
	if len(cases) == 0 {
		return rs, nil
	}
	in := ` WHERE case_id IN (` + db.Marks(1, len(cases)) + `)`
	err := db.Each(tx, func(r *sql.Rows) error {
		var x Record
		var handed, ended db.Time
		err := r.Scan(&x.Case, &x.Number, &x.Matter, &x.Unit, &x.Basis, &x.Code, &x.Admission, &x.Rests, &x.DueOn, &handed, &ended, &x.Ended, &x.EndText)
		x.HandedAt, x.EndedAt = handed.Time, ended.Time
		rs[x.Case] = x
		return err
	}, `SELECT case_id, number, matter, unit_id, basis, code, admission, rests, due_on, handed_at, ended_at, ended, end_text FROM handovers`+in, args...)
	if err != nil {
		return nil, err
	}
	return rs, db.Each(tx, func(r *sql.Rows) error {
		var id string
		var x Delivery
		var received, contested db.Time
		err := r.Scan(&id, &x.Unit, &received, &x.ReceivedBy, &contested, &x.Ruling)
		x.ReceivedAt, x.ContestedAt = received.Time, contested.Time
		rec := rs[id]
		rec.Townships = append(rec.Townships, x)
		rs[id] = rec
		return err
	}, `SELECT case_id, unit_id, received_at, received_by, contested_at, ruling FROM handover_townships`+in+` ORDER BY case_id, unit_id`, args...)
}

// resting are the hand-overs under way that rest on the item of a code.
func resting(tx *db.Tx, code string) ([]Record, error) {
	ids, err := db.All(tx, func(r *sql.Rows) (id string, err error) { return id, r.Scan(&id) },
		`SELECT case_id FROM handovers WHERE basis = 'item' AND code = $1 AND ended_at = '' ORDER BY handed_at, case_id`, code)
	if err != nil {
		return nil, err
	}
	found, err := Find(tx, ids...)
	rs := make([]Record, len(ids))
	for i, id := range ids {
		rs[i] = found[id]
	}
	return rs, err
}

func setReceived(tx *db.Tx, caseID, unit, by string, now time.Time) error {
	_, err := tx.Exec(`UPDATE handover_townships SET received_at = $3, received_by = $4 WHERE case_id = $1 AND unit_id = $2 AND received_at = ''`, caseID, unit, db.At(now), by)
	return err
}

func setContested(tx *db.Tx, caseID, unit string, now time.Time) error {
	_, err := tx.Exec(`UPDATE handover_townships SET contested_at = $3 WHERE case_id = $1 AND unit_id = $2 AND contested_at = ''`, caseID, unit, db.At(now))
	return err
}

func setTownshipRuled(tx *db.Tx, caseID, unit, ruling string, now time.Time) error {
	_, err := tx.Exec(`UPDATE handover_townships SET ruling = $3, ruled_at = $4 WHERE case_id = $1 AND unit_id = $2 AND ruling = ''`, caseID, unit, ruling, db.At(now))
	return err
}

func setEnded(tx *db.Tx, caseID, how, text string, now time.Time) error {
	_, err := tx.Exec(`UPDATE handovers SET ended_at = $2, ended = $3, end_text = $4 WHERE case_id = $1 AND ended_at = ''`, caseID, db.At(now), how, text)
	return err
}

// A Ruled dispute is a line of the register of contests and reports.
type Ruled struct {
	Case, Number, Handover, Matter string // Handover is empty of a report
	Township, Unit, Ground         string
	FiledAt, RuledAt               time.Time
	Ruling, Reasons                string // upheld, dismissed, withdrawn
}

// RulingName is a ruling in words.
func RulingName(ruling string) string {
	return map[string]string{"": "待裁定", "upheld": "成立", "dismissed": "不成立", "withdrawn": "已撤回"}[ruling]
}

func addDispute(tx *db.Tx, r Ruled) error {
	_, err := tx.Exec(`INSERT INTO disputes (case_id, number, handover, matter, township, unit_id, ground, filed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		r.Case, r.Number, r.Handover, r.Matter, r.Township, r.Unit, r.Ground, db.At(r.FiledAt))
	return err
}

func setRuled(tx *db.Tx, caseID, ruling, reasons string, now time.Time) error {
	_, err := tx.Exec(`UPDATE disputes SET ruling = $2, reasons = $3, ruled_at = $4 WHERE case_id = $1 AND ruling = ''`, caseID, ruling, reasons, db.At(now))
	return err
}

// Disputes are the register's lines of cases, by case id.
func Disputes(tx *db.Tx, cases ...string) (map[string]Ruled, error) {
	rs, args := map[string]Ruled{}, make([]any, len(cases))
	for i, id := range cases {
		args[i] = id
	}
	if len(cases) == 0 {
		return rs, nil
	}
	return rs, db.Each(tx, func(r *sql.Rows) error {
		var x Ruled
		var filed, ruled db.Time
		err := r.Scan(&x.Case, &x.Number, &x.Handover, &x.Matter, &x.Township, &x.Unit, &x.Ground, &filed, &x.Ruling, &x.Reasons, &ruled)
		x.FiledAt, x.RuledAt = filed.Time, ruled.Time
		rs[x.Case] = x
		return err
	}, `SELECT case_id, number, handover, matter, township, unit_id, ground, filed_at, ruling, reasons, ruled_at FROM disputes WHERE case_id IN (`+db.Marks(1, len(cases))+`)`, args...)
}

// States are what a delivery may come to, in the order of its way.
var States = []string{"未签收", "已签收", "有异议，待裁定", "异议成立，不办理", "异议不成立，应当办理", "撤回异议，应当办理"}

// A Count is what came of the hand-overs of a department, or to a township, and of
// the work beside the list that was reported. Whoever shows several does it in the
// order of the directory, never of the figures.
type Count struct {
	HandedOver              int            // hand-overs
	States                  map[string]int // of their deliveries, by [Delivery.State]
	Reported                int
	Upheld, Dismissed, Open int // of what was reported
}

// Counts are those of every department and of every township between two instants,
// of the cases that an actor may see. A unit and a township narrow them down; "" does not.
func Counts(tx *db.Tx, a org.Actor, from, to time.Time, unit, township string) (units, towns map[string]Count, err error) {
	units, towns = map[string]Count{}, map[string]Count{}
	add := func(to map[string]Count, id string, f func(c *Count)) {
		c := to[id]
		if c.States == nil {
			c.States = map[string]int{}
		}
		f(&c)
		to[id] = c
	}
	args := []any{db.At(from), db.At(to), unit, township}
	visible, more := casework.VisibleIn(a, len(args)+1)
	args = append(args, more...)
	handed := ` JOIN cases c ON c.id = h.case_id WHERE h.handed_at >= $1 AND h.handed_at < $2 AND (h.unit_id = $3 OR $3 = '') AND ` + visible
	err = db.Each(tx, func(r *sql.Rows) error {
		var id string
		var n int
		err := r.Scan(&id, &n)
		add(units, id, func(c *Count) { c.HandedOver += n })
		return err
	}, `SELECT h.unit_id, count(*) FROM handovers h`+handed+` AND ($4 = '' OR EXISTS (SELECT 1 FROM handover_townships t WHERE t.case_id = h.case_id AND t.unit_id = $4)) GROUP BY h.unit_id`, args...)
	if err != nil {
		return nil, nil, err
	}
	err = db.Each(tx, func(r *sql.Rows) error {
		var from, to string
		var received, contested bool
		var d Delivery
		var n int
		err := r.Scan(&from, &to, &d.Ruling, &received, &contested, &n)
		if received {
			d.ReceivedAt = time.Unix(0, 0)
		}
		if contested {
			d.ContestedAt = time.Unix(0, 0)
		}
		add(units, from, func(c *Count) { c.States[d.State()] += n })
		add(towns, to, func(c *Count) { c.HandedOver += n; c.States[d.State()] += n })
		return err
	}, `SELECT h.unit_id, t.unit_id, t.ruling, t.received_at <> '', t.contested_at <> '', count(*) FROM handover_townships t JOIN handovers h ON h.case_id = t.case_id`+handed+
		` AND (t.unit_id = $4 OR $4 = '') GROUP BY h.unit_id, t.unit_id, t.ruling, t.received_at <> '', t.contested_at <> ''`, args...)
	if err != nil {
		return nil, nil, err
	}
	err = db.Each(tx, func(r *sql.Rows) error {
		var unit, town, ruling string
		var n int
		err := r.Scan(&unit, &town, &ruling, &n)
		for _, x := range []struct {
			to map[string]Count
			id string
		}{{units, unit}, {towns, town}} {
			add(x.to, x.id, func(c *Count) {
				c.Reported += n
				switch ruling {
				case "upheld":
					c.Upheld += n
				case "dismissed":
					c.Dismissed += n
				case "":
					c.Open += n
				}
			})
		}
		return err
	}, `SELECT d.unit_id, d.township, d.ruling, count(*) FROM disputes d JOIN cases c ON c.id = d.case_id WHERE d.handover = '' AND d.filed_at >= $1 AND d.filed_at < $2 AND (d.unit_id = $3 OR $3 = '') AND (d.township = $4 OR $4 = '') AND `+visible+` GROUP BY d.unit_id, d.township, d.ruling`, args...)
	return units, towns, err
}

// A Wording is what a notice to townships must not say, why, and who says so.
type Wording struct {
	ID     string `json:"id"`
	Words  string `json:"words"`
	Why    string `json:"why"`
	Source string `json:"source"`
}

// WordingLayout is how the list office enters one.
var WordingLayout = form.Layout{{Key: "wording", Rule: "AE-2.1", Fields: []form.Field{
	{Name: "words", Label: "用语", Hint: "通知里出现这几个字就提示", Type: form.Line, Max: 20, Need: "填写“用语”"},
	{Name: "why", Label: "为什么不能用", Type: form.Line, Max: 120, Need: "写明为什么不能用"},
	{Name: "source", Label: "来源", Hint: "文件名称和条款；没有的写“区内设定”", Type: form.Line, Max: 120, Need: "写明来源；没有的写“区内设定”"},
}}}

// Wordings are those in force, by when they were entered.
func Wordings(tx *db.Tx) ([]Wording, error) {
	return db.All(tx, func(r *sql.Rows) (w Wording, err error) { return w, r.Scan(&w.ID, &w.Words, &w.Why, &w.Source) },
		`SELECT id, words, why, source FROM wordings WHERE removed_at = '' ORDER BY entered_at, id`)
}

// AddWording enters one: the list office alone, on record.
func AddWording(tx *db.Tx, by org.Actor, w Wording, now time.Time) error {
	if !by.Holds(org.ListOffice) {
		return fault.Absent()
	}
	if err := fault.Join(WordingLayout.Check(&w)...); err != nil {
		return err
	}
	n, err := tx.Exec(`INSERT INTO wordings (id, words, why, source, entered_at, entered_name) SELECT $1, $2, $3, $4, $5, $6 WHERE NOT EXISTS (SELECT 1 FROM wordings WHERE words = $2 AND removed_at = '')`,
		db.NewID(), w.Words, w.Why, w.Source, db.At(now), by.Name)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.On("words", "", "“%s”已经在表里。要改，先去掉再登记", w.Words)
	}
	l := by.Line(now, "wording.add", "wording:"+w.Words)
	l.Detail = map[string]any{"why": w.Why, "source": w.Source}
	return audit.Append(tx, l)
}

// DropWording takes one out of force; the table keeps it.
func DropWording(tx *db.Tx, by org.Actor, id string, now time.Time) error {
	if !by.Holds(org.ListOffice) {
		return fault.Absent()
	}
	n, err := tx.Exec(`UPDATE wordings SET removed_at = $2, removed_name = $3 WHERE id = $1 AND removed_at = ''`, id, db.At(now), by.Name)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.Clash("这一条已经去掉了")
	}
	return audit.Append(tx, by.Line(now, "wording.drop", "wording:"+id))
}
