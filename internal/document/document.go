// Package document keeps what a case leaves on paper: numbers (文号), issued
// papers with the copies that units keep (留存), attachments, and the printed
// forms as PDF and Word.
//
// A paper is kept as data, written once under its digest; PDF and Word are made
// from it whenever somebody opens it, so a copy can be read and verified for
// ever. Files lie in the database in chunks (docs/adr/0003): one store, one
// commit, one backup. Who may see what is decided by the caller.
package document

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/emmansun/gmsm/sm3"

	"yidan/internal/db"
)

// zone is the time of the district.
var zone = time.FixedZone("Asia/Shanghai", 8*60*60)

// Number takes the next number of a series in a year: 准入〔2026〕017. It is used
// up when the transaction commits, so a series has no gaps.
func Number(tx *db.Tx, series string, year int) (string, error) {
	var n int
	err := tx.QueryRow(`UPDATE counters SET last = last + 1 WHERE series = $1 AND year = $2 RETURNING last`, series, year).Scan(&n)
	if errors.Is(err, db.ErrNoRows) {
		n = 1
		_, err = tx.Exec(`INSERT INTO counters (series, year, last) VALUES ($1, $2, 1)`, series, year)
	}
	if err != nil {
		return "", fmt.Errorf("number of %s: %w", series, err)
	}
	return fmt.Sprintf("%s〔%d〕%03d", series, year, n), nil
}

// canonical is the one form of a value: JSON in the order of the fields, nothing
// escaped that need not be.
func canonical(v any) (string, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return "", err
	}
	return string(bytes.TrimSuffix(b.Bytes(), []byte("\n"))), nil
}

// digest is SM3 in hexadecimal.
func digest(parts ...string) string {
	h := sm3.New()
	for i, p := range parts {
		if i > 0 {
			h.Write([]byte{0}) // so that no two lists of parts read alike
		}
		h.Write([]byte(p))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// sayDay is a day as papers write it; what is no day stays as it is.
func sayDay(day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return fmt.Sprintf("%d年%d月%d日", t.Year(), t.Month(), t.Day())
}
