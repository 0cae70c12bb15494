package web

import (
	"errors"
	"net/url"
	"regexp"
	"time"

	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/org"
	"yidan/internal/web/part"
)

// A Receipt is what a submission came to: 已提交准入申请, 准入〔2026〕017, where it is now.
type Receipt struct{ What, Number, Location string }

var submitForm = regexp.MustCompile(`^[0-9a-f]{32}$`)

// Once does a thing once for a form's one-time number and gives the address of
// the result, now or at any later try: a double click, a reload and a try after
// a restart all come to the same page. It belongs in the transaction that does
// the thing. A number of somebody else's form is a refusal.
func Once(tx *db.Tx, id, owner string, now time.Time, do func() (Receipt, error)) (location string, err error) {
	if !submitForm.MatchString(id) {
		return "", fault.Refuse("", "这一页缺少一次性编号，不能提交。重新打开这一页再填")
	}
	var first, to string
	err = tx.QueryRow(`SELECT owner, location FROM submissions WHERE id = $1`, id).Scan(&first, &to)
	switch {
	case err == nil && first == owner:
		return mark(to, id, true), nil
	case err == nil:
		return "", fault.Refuse("", "这一页不是你打开的，不能提交。重新打开这一页再填")
	case !errors.Is(err, db.ErrNoRows):
		return "", err
	}
	r, err := do()
	if err != nil {
		return "", err
	}
	_, err = tx.Exec(`INSERT INTO submissions (id, owner, at, what, number, location) VALUES ($1, $2, $3, $4, $5, $6)`,
		id, owner, db.At(now), r.What, r.Number, r.Location)
	return mark(r.Location, id, false), err
}

// ForgetSubmissions forgets what was handed in before a moment; the ticker calls it.
func ForgetSubmissions(tx *db.Tx, before time.Time) (int64, error) {
	return tx.Exec(`DELETE FROM submissions WHERE at < $1`, db.At(before))
}

const (
	receiptKey = "receipt"
	againKey   = "again"
)

// mark adds to an address which receipt its page shows.
func mark(location, id string, again bool) string {
	u, err := url.Parse(location)
	if err != nil {
		return location
	}
	v := u.Query()
	v.Set(receiptKey, id)
	if again {
		v.Set(againKey, "1")
	}
	u.RawQuery = v.Encode()
	return u.String()
}

// A handedIn is a submission as it is kept.
type handedIn struct {
	Receipt
	At time.Time
}

// submitted is a submission of whoever asks; one of somebody else is not there.
func (q *Request) submitted(tx *db.Tx, id string) (x handedIn, err error) {
	var at db.Time
	err = tx.QueryRow(`SELECT what, number, at, location FROM submissions WHERE id = $1 AND owner = $2`, id, q.owner()).Scan(&x.What, &x.Number, &at, &x.Location)
	x.At = at.Time
	if errors.Is(err, db.ErrNoRows) {
		err = fault.Absent()
	}
	return x, err
}

// receipt is the notice of a submission, for whoever made it.
func (q *Request) receipt() (*part.Notice, error) {
	id := q.Query.Get(receiptKey)
	if id == "" || !submitForm.MatchString(id) {
		return nil, nil
	}
	var x handedIn
	next, keep := "", false // a receipt to print
	err := q.Read(func(tx *db.Tx) (err error) {
		if x, err = q.submitted(tx, id); err != nil {
			return err
		}
		keep = x.Number != ""
		m, err := q.submittedTo(tx, x)
		if err == nil && m != nil && m.Number != "" {
			others, err := m.led(tx, x.At)
			for _, o := range others {
				next += "已立" + o.Number + "，" + o.next(x.At)
			}
			next, keep = next+m.next(x.At), true
			return err
		}
		return err
	})
	if fault.Is(err, fault.Missing) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	n := &part.Notice{Tone: part.Good, Title: x.What, Text: sayTime(x.At, q.Now) + " 办好。"}
	if x.Number != "" {
		n.Title += "，编号 " + x.Number
	}
	if q.Query.Get(againKey) != "" {
		n.Text = sayTime(x.At, q.Now) + " 已经办好，没有重复提交。"
	}
	n.Text += next
	if q.Actor.Class == org.Business && keep {
		n.Link = part.Link{Text: "看回执、打印", Href: "/hz/" + id}
	}
	return n, nil
}
