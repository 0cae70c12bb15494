package demo_test

import (
	"errors"
	"strings"
	"testing"

	"yidan/internal/casework"
	"yidan/internal/db"
	"yidan/internal/demo"
	"yidan/internal/regulation"
)

var errUndo = errors.New("undo")

// done reports whether a statement goes through, and undoes it.
func done(t *testing.T, d *db.DB, s string, look ...func(tx *db.Tx) error) bool {
	t.Helper()
	var n int64
	err := d.Write(ctx, func(tx *db.Tx) (err error) {
		if n, err = tx.Exec(s); err != nil {
			return err
		}
		for _, f := range look {
			if err := f(tx); err != nil {
				return err
			}
		}
		return errUndo
	})
	switch {
	case errors.Is(err, errUndo) && n == 0 && !strings.HasPrefix(s, "TRUNCATE"):
		t.Errorf("touches nothing, so proves nothing: %s", s)
	case errors.Is(err, db.ErrNoRows):
		t.Errorf("%s: %v", s, err)
	}
	return errors.Is(err, errUndo)
}

// What happened stays as it was entered for whoever can write to the database too:
// it takes the steps of the procedures and no others.
//
// Proves: DM-8.1, DM-8.2, DM-9.1, DM-9.2, DM-10.1, DM-10.2, DM-11.2, AE-2.2, F-3
func theDatabaseRefusesToTouchWhatHappened(t *testing.T, d *db.DB, _ *demo.District) {
	filed := `(SELECT max(id) FROM cases WHERE filed_at <> '' AND stage <> 'closed')`
	closed := `(SELECT max(id) FROM cases WHERE stage = 'closed')`
	for _, s := range []string{
		`UPDATE events SET data = '{}'`, `DELETE FROM events`,
		`INSERT INTO events (case_id, seq, at, data) SELECT case_id, max(seq) + 2, max(at), '{}' FROM events GROUP BY case_id`,
		`DELETE FROM cases`, `DELETE FROM tasks`, `UPDATE tasks SET matter = 'x'`, `UPDATE tasks SET from_at = '2020'`,
		`UPDATE cases SET form = '{}' WHERE id = ` + filed,
		`UPDATE cases SET number = 'x', version = version + 1 WHERE id = ` + filed,
		`UPDATE cases SET filed_at = '2020-01-01T00:00:00.000000Z', version = version + 1 WHERE id = ` + filed,
		`UPDATE cases SET owner_unit = 'x', version = version + 1 WHERE id = ` + filed,
		`UPDATE cases SET stage = 'review', outcome = '', closed_at = '', version = version + 1 WHERE id = ` + closed,
		`UPDATE cases SET outcome = '同意退出', version = version + 1 WHERE id = ` + closed,
		`UPDATE triggers SET happened_on = '2026-11-25'`, `DELETE FROM triggers`,
		`UPDATE duties SET unit_id = 'x'`, `UPDATE duties SET code = 'x'`, `DELETE FROM duties`, `UPDATE duties SET case_id = 'x'`,
		`UPDATE duties SET case_id = ` + filed + `, dismissed_at = 'x', reason = 'x'`,
		`INSERT INTO duties (trigger_id, no, matter, unit_id, advice, case_id) SELECT trigger_id, 90, 'x', 'x', 'add', 'x' FROM duties LIMIT 1`,
		`UPDATE changes SET unit_id = 'x'`, `UPDATE changes SET late_why = 'x' WHERE edition IS NOT NULL`, `DELETE FROM changes`,
		`UPDATE opinions SET text = 'x'`, `UPDATE opinions SET private = NOT private`, `UPDATE opinions SET contact = 'x'`,
		`UPDATE opinions SET answer = 'x' WHERE closed_on <> ''`, `UPDATE opinions SET published = NOT published WHERE closed_on <> '' AND NOT private`, `DELETE FROM opinions`,
		`UPDATE handovers SET rests = 'x'`, `UPDATE handovers SET due_on = '2030-01-01'`, `DELETE FROM handovers`,
		`UPDATE handovers SET end_text = 'x' WHERE ended <> ''`,
		`UPDATE handover_townships SET received_at = '', received_by = '' WHERE received_at <> ''`, `UPDATE handover_townships SET contested_at = 'x', received_at = '' WHERE received_at <> ''`,
		`UPDATE handover_townships SET ruling = 'dismissed' WHERE ruling = 'upheld'`, `DELETE FROM handover_townships`,
		`UPDATE disputes SET ruling = 'dismissed' WHERE ruling = 'upheld'`, `UPDATE disputes SET ground = 'other'`, `DELETE FROM disputes`,
		`UPDATE wordings SET words = words || 'x'`, `DELETE FROM wordings`,
		`UPDATE rectifications SET unit_id = 'x'`, `UPDATE rectifications SET finding = '', reasons = '', found_on = '', clue = '', letter = '', receiver = '' WHERE finding <> ''`, `DELETE FROM rectifications`,
		`DELETE FROM filing_letters`,
		`UPDATE papers SET data = '{}'`, `DELETE FROM papers`, `DELETE FROM copies`, `DELETE FROM attachments`, `DELETE FROM blob_chunks`, `DELETE FROM blobs`, `UPDATE counters SET last = 1`, `DELETE FROM counters`,
		`INSERT INTO counters (series, year, last) VALUES ('准入', 2031, 41)`,
	} {
		if done(t, d, s) {
			t.Error("done:", s)
		}
	}
	for _, table := range []string{"events", "cases", "triggers", "duties", "changes", "opinions", "handovers", "handover_townships", "disputes", "rectifications",
		"papers", "copies", "counters", "blobs", "blob_chunks", "attachments"} {
		s := `INSERT OR REPLACE INTO ` + table + ` SELECT * FROM ` + table
		if d.Engine == db.Postgres {
			s = `TRUNCATE ` + table + ` CASCADE`
		}
		if done(t, d, s) {
			t.Error("done:", s)
		}
	}
}

// What the database lets pass is named by whoever tells the cases again: the form of
// what was filed, and what was said.
func whatWasWrittenIntoACaseIsNamed(t *testing.T, d *db.DB, _ *demo.District) {
	for _, s := range []string{
		`UPDATE cases SET form = replace(form, '"reason":"', '"reason":"另有隐情'), version = version + 1 WHERE id = (SELECT max(id) FROM cases WHERE procedure = 'adjustment' AND stage = 'review')`,
		`UPDATE tasks SET data = replace(data, '"text":"', '"text":"另有隐情') WHERE verdict = '同意' AND data LIKE '%"text":"%'`,
		`UPDATE tasks SET data = replace(data, '"basis":"', '"basis":"另有依据') WHERE data LIKE '%"basis":"%'`,
	} {
		var faults []string
		done(t, d, s, func(tx *db.Tx) error {
			env, err := regulation.Wire(tx, now)
			if err == nil {
				faults, err = casework.Replay(tx, env, now)
			}
			return err
		})
		if len(faults) == 0 {
			t.Error("nobody notices:", s)
		}
	}
}
