package session

import (
	"bytes"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"image/png"
	"net/url"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"golang.org/x/text/unicode/norm"

	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/org"
)

// Codes of the second factor: RFC 6238, six digits, a step of 30 s.
const stepSeconds = 30

var sixDigits = hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1}

// spend finds the step whose code this is: the one of now or a neighbour's, and
// later than the last one used, so that a code works once.
func spend(seed, code string, last int64, now time.Time) (step int64, ok bool) {
	code = strings.ReplaceAll(norm.NFKC.String(strings.TrimSpace(code)), " ", "")
	for _, n := range []int64{-1, 0, 1} {
		at := now.Unix()/stepSeconds + n
		want, err := hotp.GenerateCodeCustom(seed, uint64(at), sixDigits)
		if err == nil && at > last && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			step, ok = at, true
		}
	}
	return step, ok
}

// second checks the second factor of an account and uses it up: a code of this
// minute or a recovery code.
func (a account) second(tx *db.Tx, code string, now time.Time) (bool, error) {
	if step, ok := spend(a.seed, code, a.step, now); ok {
		n, err := tx.Exec(`UPDATE credentials SET step = $2 WHERE person_id = $1 AND step < $2`, a.ID, step)
		return n == 1, err
	}
	n, err := tx.Exec(`UPDATE recovery_codes SET used_at = $3 WHERE person_id = $1 AND hash = $2 AND used_at = ''`, a.ID, digest(plainCode(code)), db.At(now))
	if err != nil || n == 0 {
		return false, err
	}
	return true, note(tx, org.Actor{Person: a.ID, Name: a.Name}, now, "session.recovery-code", "person:"+a.ID, nil)
}

// NewFactor prepares a second factor and returns its seed, to be typed, and the
// address to be scanned. It counts once [ConfirmFactor] has seen a code of it.
// It needs a fresh step-up: a screen left alone is not the person.
func NewFactor(tx *db.Tx, token, issuer string, now time.Time) (seed, address string, err error) {
	s, err := stepped(tx, token, now)
	if err != nil {
		return "", "", err
	}
	p, err := org.PersonOf(tx, s.Person)
	if err != nil {
		return "", "", err
	}
	b := make([]byte, 20)
	rand.Read(b) // never fails
	seed = base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b)
	n, err := tx.Exec(`UPDATE credentials SET pending = $2 WHERE person_id = $1`, s.Person, seed)
	if err == nil && n == 0 {
		err = ErrOver
	}
	return seed, scanned(issuer, p.Login, seed), err
}

// scanned is the address that applications for codes read.
func scanned(issuer, login, seed string) string {
	u := url.URL{Scheme: "otpauth", Host: "totp", Path: "/" + issuer + ":" + login, RawQuery: url.Values{"secret": {seed}, "issuer": {issuer}}.Encode()}
	return u.String()
}

// PendingFactor is what [NewFactor] prepared for the session's person and no code
// has confirmed yet; nothing is there where nothing waits or the step-up is old.
func PendingFactor(tx *db.Tx, token, issuer string, now time.Time) (seed, address string, err error) {
	s, err := stepped(tx, token, now)
	if err != nil {
		return "", "", err
	}
	var login string
	err = tx.QueryRow(`SELECT c.pending, p.login FROM credentials c JOIN people p ON p.id = c.person_id WHERE c.person_id = $1`, s.Person).Scan(&seed, &login)
	if err == nil && seed == "" {
		err = fault.Absent()
	}
	if err != nil {
		return "", "", err
	}
	return seed, scanned(issuer, login, seed), nil
}

// Scannable draws an address as a QR code: black on white, a PNG.
func Scannable(address string) ([]byte, error) {
	key, err := otp.NewKeyFromURL(address)
	if err != nil {
		return nil, err
	}
	im, err := key.Image(232, 232)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = png.Encode(&b, im)
	return b.Bytes(), err
}

// ConfirmFactor turns the second factor on and returns ten recovery codes, each
// good for one sign-in; they are shown this once.
func ConfirmFactor(tx *db.Tx, token, code string, now time.Time) (recovery []string, err error) {
	s, err := stepped(tx, token, now)
	if err != nil {
		return nil, err
	}
	var pending string
	if err := tx.QueryRow(`SELECT pending FROM credentials WHERE person_id = $1`, s.Person).Scan(&pending); err != nil {
		return nil, err
	}
	step, ok := spend(pending, code, 0, now)
	if pending == "" || !ok {
		return nil, fault.On("code", "", "动态码不正确。核对手机时间，填写正在显示的 6 位数字")
	}
	if _, err := tx.Exec(`UPDATE credentials SET seed = pending, pending = '', step = $2 WHERE person_id = $1`, s.Person, step); err != nil {
		return nil, err
	}
	if _, err := tx.Exec(`DELETE FROM recovery_codes WHERE person_id = $1`, s.Person); err != nil {
		return nil, err
	}
	for range 10 {
		c := newCode(4)
		if _, err := tx.Exec(`INSERT INTO recovery_codes (person_id, hash) VALUES ($1, $2)`, s.Person, digest(plainCode(c))); err != nil {
			return nil, err
		}
		recovery = append(recovery, c)
	}
	return recovery, note(tx, s.Actor, now, "session.factor-on", "person:"+s.Person, nil)
}

// DropFactor turns the second factor off, after a fresh step-up with it.
func DropFactor(tx *db.Tx, token string, now time.Time) error {
	s, err := stepped(tx, token, now)
	if err != nil {
		return err
	}
	if err := drop(tx, s.Person); err != nil {
		return err
	}
	return note(tx, s.Actor, now, "session.factor-off", "person:"+s.Person, nil)
}

func drop(tx *db.Tx, person string) error {
	if _, err := tx.Exec(`UPDATE credentials SET seed = '', pending = '' WHERE person_id = $1`, person); err != nil {
		return err
	}
	_, err := tx.Exec(`DELETE FROM recovery_codes WHERE person_id = $1`, person)
	return err
}

// HasPassword reports whether a password was ever set for an account.
func HasPassword(tx *db.Tx, person string) (ok bool, err error) {
	err = tx.QueryRow(`SELECT count(*) > 0 FROM credentials WHERE person_id = $1`, person).Scan(&ok)
	return ok, err
}

// HasFactor reports whether the session's person has a second factor, and how
// many recovery codes are left.
func HasFactor(tx *db.Tx, person string) (on bool, recovery int, err error) {
	err = tx.QueryRow(`SELECT coalesce(max(CASE WHEN c.seed <> '' THEN 1 ELSE 0 END), 0) = 1, (SELECT count(*) FROM recovery_codes r WHERE r.person_id = $1 AND r.used_at = '') FROM credentials c WHERE c.person_id = $1`, person).Scan(&on, &recovery)
	return on, recovery, err
}

func stepped(tx *db.Tx, token string, now time.Time) (Session, error) {
	s, err := Of(tx, token, now)
	if err == nil && !s.Fresh(now) {
		err = fault.Refuse("", "先确认是你本人：再输入一次密码或者动态码")
	}
	return s, err
}
