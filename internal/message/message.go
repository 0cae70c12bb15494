// Package message keeps what people are told: one box a unit or office, each
// message once by its key, however often it is posted.
package message

import (
	"time"

	"yidan/internal/db"
	"yidan/internal/org"
)

// A Message tells a party something. Key names it for ever: a second one of the
// same key is not delivered.
type Message struct {
	To            org.Party
	Subject, Text string
	Case          string // casework case id; "" for none
	Link          string // address in the product
	Key           string
	At            time.Time
}

// Post puts a message into a party's box, in the caller's transaction.
func Post(tx *db.Tx, m Message) error {
	_, err := tx.Exec(`INSERT INTO messages (id, party, post, subject, text, case_id, link, dedupe, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (dedupe) DO NOTHING`,
		db.NewID(), m.To.Key(), m.To.Post, m.Subject, m.Text, m.Case, m.Link, m.Key, db.At(m.At))
	return err
}
