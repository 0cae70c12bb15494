package approval

import (
	"database/sql"

	"yidan/internal/calendar"
	"yidan/internal/casework"
	"yidan/internal/db"
	"yidan/internal/fault"
)

// A Sending is what went up to one level and what came back.
type Sending struct{ Level, SentNo, SentOn, ReceivedNo, ReceivedOn string }

// Filings lists what was filed of a case (AE-6.2, DM-8.5).
func Filings(tx *db.Tx, caseID string) ([]Sending, error) {
	return db.All(tx, func(r *sql.Rows) (s Sending, err error) {
		return s, r.Scan(&s.Level, &s.SentNo, &s.SentOn, &s.ReceivedNo, &s.ReceivedOn)
	}, `SELECT level, sent_no, sent_on, received_no, received_on FROM filing_letters WHERE case_id = $1 ORDER BY level`, caseID)
}

var levels = map[string]string{ToCity: "city", ToProvince: "province", FromCity: "city", FromProvince: "province"}

// sent keeps what was sent up.
func (r Road) sent(c *casework.Case, _ casework.Answer) error { return r.eachLetter(c, r.setSent) }

// received keeps the receipts of city and province.
func (r Road) received(c *casework.Case, _ casework.Answer) error {
	return r.eachLetter(c, r.setReceipt)
}

func (r Road) eachLetter(c *casework.Case, set func(caseID, level string, l *Letter) error) error {
	for _, t := range c.Tasks {
		l, ok := t.Data.(*Letter)
		if ok && t.Round == c.Round && t.Verdict == casework.Done {
			if err := set(c.ID, levels[t.Matter], l); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r Road) setSent(caseID, level string, l *Letter) error {
	_, err := r.Tx.Exec(`INSERT INTO filing_letters (case_id, level, sent_no, sent_on) VALUES ($1, $2, $3, $4)
		ON CONFLICT (case_id, level) DO UPDATE SET sent_no = excluded.sent_no, sent_on = excluded.sent_on, received_no = '', received_on = ''`, caseID, level, l.Number, l.On)
	return err
}

func (r Road) setReceipt(caseID, level string, l *Letter) error {
	var sent string
	if err := r.Tx.QueryRow(`SELECT sent_on FROM filing_letters WHERE case_id = $1 AND level = $2`, caseID, level).Scan(&sent); err != nil {
		return err
	}
	if l.On < sent {
		return fault.Join(fault.On("on", r.Rules.Filing, "回执日期应在报送日期（%s）之后", calendar.SayDay(sent)))
	}
	_, err := r.Tx.Exec(`UPDATE filing_letters SET received_no = $3, received_on = $4 WHERE case_id = $1 AND level = $2`, caseID, level, l.Number, l.On)
	return err
}
