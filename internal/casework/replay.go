package casework

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"yidan/internal/db"
)

// Replay tells every case's life again from its events and compares where that
// ends with what the rows say. It returns one line for each difference.
func Replay(tx *db.Tx, env *Env, now time.Time) (faults []string, err error) {
	ids, err := db.All(tx, scanID, `SELECT id FROM cases ORDER BY id`)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		c, err := Load(tx, env, id, now)
		if err != nil {
			faults = append(faults, fmt.Sprintf("%s: %v", id, err))
			continue
		}
		events, err := Timeline(tx, id)
		if err != nil {
			return nil, err
		}
		var seen bool
		for _, f := range retold(c, events) {
			faults = append(faults, id+" "+c.Number+": "+f)
		}
		if err := tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM case_parties WHERE case_id = $1 AND party = $2)`, id, c.Owner.Key()).Scan(&seen); err != nil {
			return nil, err
		}
		if !seen {
			faults = append(faults, id+": its owner may not see it")
		}
	}
	open, err := db.All(tx, func(r *sql.Rows) (s string, err error) { return s, r.Scan(&s) },
		`SELECT t.case_id FROM tasks t JOIN cases c ON c.id = t.case_id WHERE t.state <> 'done' AND c.stage = 'closed'`)
	for _, id := range open {
		faults = append(faults, id+": closed, but it still asks")
	}
	if err != nil {
		return nil, err
	}
	off, err := db.All(tx, func(r *sql.Rows) (s string, err error) { return s, r.Scan(&s) }, `SELECT party || ' ' || post || ' ' || kind FROM (
		SELECT party, post, kind, n FROM tallies
		UNION ALL SELECT t.party, t.post, 'todo', -count(*) FROM tasks t JOIN cases c ON c.id = t.case_id WHERE t.state = 'open' AND (t.kind <> '' OR c.filed_at <> '') GROUP BY t.party, t.post
		UNION ALL SELECT 'u:' || owner_unit, '', 'draft', -count(*) FROM cases WHERE stage <> 'closed' AND filed_at = '' GROUP BY owner_unit
		UNION ALL SELECT 'u:' || owner_unit, '', 'open', -count(*) FROM cases WHERE stage <> 'closed' AND filed_at <> '' GROUP BY owner_unit
		UNION ALL SELECT party, '', 'unread', -count(*) FROM circulations WHERE read_at = '' GROUP BY party
		UNION ALL SELECT party, post, 'message', -count(*) FROM messages WHERE read_at = '' GROUP BY party, post
		) told GROUP BY party, post, kind HAVING sum(n) <> 0 ORDER BY 1`)
	for _, x := range off {
		faults = append(faults, x+": the figure differs from what lies there")
	}
	return faults, err
}

// revised reports whether the form may differ from what was handed in: while somebody
// is asked for it.
func (c *Case) revised() bool {
	return c.step().Edits || c.correcting()
}

// retold says where the events of a case contradict its rows.
func retold(c *Case, events []Event) (faults []string) {
	stage, answers := c.Procedure.First(), map[int]Event{}
	var handed json.RawMessage
	var left Event // the one that led to stage: what it brought about is told after it
	for _, e := range events {
		effect := e.Stage == left.Stage && e.At.Equal(left.At)
		if e.Act != "take-back" && e.Act != "open" && e.Stage != stage && !effect {
			faults = append(faults, fmt.Sprintf("%s happened in %q while it stood in %q", e.Act, e.Stage, stage))
		}
		if e.To != "" {
			stage, left = e.To, e
		}
		if e.Form != nil {
			handed = e.Form
		}
		switch e.Act {
		case "answer", "aside", "lapse", "hear":
			if e.Verdict != "" {
				answers[e.Task] = e
			}
		case "take-back":
			delete(answers, e.Task)
		}
	}
	if stage != c.Stage {
		faults = append(faults, fmt.Sprintf("the events end in %q, the row says %q", stage, c.Stage))
	}
	for no, e := range answers {
		t, ok := c.Task(no)
		if !ok {
			faults = append(faults, fmt.Sprintf("task %d is missing", no))
			continue
		}
		a := t.Answer
		if t.Held.Verdict != "" {
			a = t.Held
		}
		switch {
		case a.Verdict == Dropped || a.Verdict == Void || a.Verdict == "":
		case a.Verdict != e.Verdict:
			faults = append(faults, fmt.Sprintf("task %d: the events say %s, the row says %s", no, e.Verdict, a.Verdict))
		case e.Act != "lapse" && a.Text != e.Text || e.Act == "answer" && !bytes.Equal(raw(a.Data), e.Data):
			faults = append(faults, fmt.Sprintf("task %d: the row has other words than the events", no))
		}
	}
	switch {
	case c.Filed.IsZero() || len(c.Procedure.Layout) == 0:
	case handed == nil:
		faults = append(faults, "filed, but no form was handed in")
	case c.Procedure.Steps[0].Edits && !c.revised() && !bytes.Equal(raw(c.Form), handed):
		faults = append(faults, "the form differs from what was handed in")
	}
	return faults
}
