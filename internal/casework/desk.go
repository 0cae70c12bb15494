package casework

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"time"

	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/org"
)

func draftKey(caseID string, task int) string { return fmt.Sprintf("%s:%d", caseID, task) }

// KeepDraft keeps an answer that somebody is still writing.
func KeepDraft(tx *db.Tx, person, caseID string, task int, v url.Values, now time.Time) error {
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO drafts (person, key, data, saved_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (person, key) DO UPDATE SET data = excluded.data, saved_at = excluded.saved_at`, person, draftKey(caseID, task), string(data), db.At(now))
	return err
}

// DraftOf is the answer somebody began; nil where there is none.
func DraftOf(tx *db.Tx, person, caseID string, task int) (v url.Values, saved time.Time, err error) {
	var data []byte
	var at db.Time
	err = tx.QueryRow(`SELECT data, saved_at FROM drafts WHERE person = $1 AND key = $2`, person, draftKey(caseID, task)).Scan(&data, &at)
	if errors.Is(err, db.ErrNoRows) {
		return nil, saved, nil
	}
	if err == nil {
		err = json.Unmarshal(data, &v)
	}
	return v, at.Time, err
}

// DropDraft forgets it.
func DropDraft(tx *db.Tx, person, caseID string, task int) error {
	_, err := tx.Exec(`DELETE FROM drafts WHERE person = $1 AND key = $2`, person, draftKey(caseID, task))
	return err
}

func begun(tx *db.Tx, person string) (map[string]bool, error) {
	m := map[string]bool{}
	err := db.Each(tx, func(r *sql.Rows) error {
		var k string
		err := r.Scan(&k)
		m[k] = true
		return err
	}, `SELECT key FROM drafts WHERE person = $1`, person)
	return m, err
}

// A Link ties two cases together; it reads both ways.
type Link struct {
	Case, Number, Title, Text, By string
	At                            time.Time
}

// Tie links a case to another that the actor may see too.
func (s *Store) Tie(tx *db.Tx, c *Case, number string, a Answer) error {
	if err := c.May(ActLink, a.By); err != nil {
		return err
	}
	var other string
	err := tx.QueryRow(`SELECT id FROM cases WHERE number = $1`, number).Scan(&other)
	if err == nil {
		err = Visible(tx, a.By, other)
	}
	if errors.Is(err, db.ErrNoRows) || fault.Is(err, fault.Missing) {
		return fault.On("number", "", "没有找到编号为“%s”的办件。编号写法如 准入〔2026〕017", number)
	}
	if err != nil {
		return err
	}
	if other == c.ID {
		return fault.On("number", "", "不能关联本件")
	}
	n, err := tx.Exec(`INSERT INTO links (case_id, other_id, text, at, by_name) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (case_id, other_id) DO NOTHING`,
		c.ID, other, a.Text, db.At(a.At), a.By.Name)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.Clash("已经关联过 %s", number)
	}
	c.note(Event{At: a.At, By: a.By, Act: string(ActLink), Text: number + " " + a.Text})
	return nil
}

// Links lists what a case is linked with, as far as an actor may see it.
func Links(tx *db.Tx, a org.Actor, id string) ([]Link, error) {
	cond, args := visible(a, 2)
	return db.All(tx, func(r *sql.Rows) (l Link, err error) {
		var at db.Time
		err = r.Scan(&l.Case, &l.Number, &l.Title, &l.Text, &at, &l.By)
		l.At = at.Time
		return l, err
	}, `SELECT c.id, c.number, c.title, l.text, l.at, l.by_name FROM links l JOIN cases c ON c.id = CASE WHEN l.case_id = $1 THEN l.other_id ELSE l.case_id END
		WHERE (l.case_id = $1 OR l.other_id = $1) AND `+cond+` ORDER BY l.at, c.id`, append([]any{id}, args...)...)
}

// Called is a case by number and title, as papers write it; fault.Absent where there
// is none.
func Called(tx *db.Tx, id string) (string, error) {
	var number, title string
	err := tx.QueryRow(`SELECT number, title FROM cases WHERE id = $1`, id).Scan(&number, &title)
	if errors.Is(err, db.ErrNoRows) {
		return "", fault.Absent()
	}
	return number + "《" + title + "》", err
}

// An Unclosed case is one that its unit has begun and that has not come to its end: a
// draft while it has no number.
type Unclosed struct {
	ID, Number, Title string
	Form              json.RawMessage
}

// Underway are the cases of some procedures that an actor's unit, or one merged into
// it, brought and that are not closed, drafts among them, the first first.
func Underway(tx *db.Tx, a org.Actor, procedures ...string) ([]Unclosed, error) {
	if a.Class != org.Business || a.Unit == "" {
		return nil, nil
	}
	args := []any{a.Unit}
	for _, id := range a.Former {
		args = append(args, id)
	}
	owners := len(args)
	for _, p := range procedures {
		args = append(args, p)
	}
	return db.All(tx, func(r *sql.Rows) (u Unclosed, err error) {
		var form string
		err = r.Scan(&u.ID, &u.Number, &u.Title, &form)
		u.Form = json.RawMessage(form)
		return u, err
	}, `SELECT id, number, title, form FROM cases WHERE owner_unit IN (`+db.Marks(1, owners)+`) AND stage <> 'closed'
		AND procedure IN (`+db.Marks(owners+1, len(procedures))+`) ORDER BY opened_at, id`, args...)
}

// Children lists the cases that came from a case, as far as an actor may see them.
func Children(tx *db.Tx, a org.Actor, id string) ([]Row, error) {
	cond, args := visible(a, 2)
	return db.All(tx, scanRow, `SELECT `+rowLine()+` FROM cases c WHERE c.parent_case = $1 AND `+cond+` ORDER BY c.opened_at, c.id`, append([]any{id}, args...)...)
}

// Seen are those of some cases that an actor may see, by id.
func Seen(tx *db.Tx, a org.Actor, ids []string) (map[string]Row, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	args := make([]any, len(ids))
	for i, id := range ids {
		args[i] = id
	}
	cond, more := visible(a, len(ids)+1)
	all := map[string]Row{}
	err := db.Each(tx, func(r *sql.Rows) error {
		row, err := scanRow(r)
		all[row.ID] = row
		return err
	}, `SELECT `+rowLine()+` FROM cases c WHERE c.id IN (`+db.Marks(1, len(ids))+`) AND `+cond, append(args, more...)...)
	return all, err
}

// Lease takes or keeps a name for a holder until a time; only one holder has it.
// The ticker of every node asks before it acts.
func Lease(tx *db.Tx, name, holder string, now, until time.Time) (bool, error) {
	n, err := tx.Exec(`INSERT INTO leases (name, holder, until) VALUES ($1, $2, $3)
		ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until WHERE leases.holder = excluded.holder OR leases.until <= $4`,
		name, holder, db.At(until), db.At(now))
	return n == 1, err
}
