package message

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"mime"
	"net"
	"net/mail"
	"net/smtp"
	"net/textproto"
	"net/url"
	"strings"
	"time"

	"yidan/internal/db"
	"yidan/internal/org"
)

const (
	// keep is how long a message waits to go out as mail. It stays in its box.
	keep = 48 * time.Hour
	// batch is how many go out in one turn of the ticker.
	batch = 200
	// patience is how long a mail server may take for one answer.
	patience = 20 * time.Second
)

// Mail sends what waits to go out to the mailboxes of units. Without a
// server it only lets go of what is too old.
//
// A message is sent at least once: it is claimed in one transaction, sent, and
// marked in another; after a crash between them it goes out again under the same
// Message-ID, by which a mail server tells that it has it.
type Mail struct {
	DB   *db.DB
	From *mail.Address
	Site string // where the product is reached; "" is not written

	addr string // host:port; "" for none
	host string
	tls  bool
	auth smtp.Auth
}

// NewMail is the mail of a server named as smtp://user:password@host:port, or
// smtps:// where the connection begins encrypted. Both texts empty is no mail.
func NewMail(d *db.DB, server, from string) (*Mail, error) {
	m := &Mail{DB: d}
	if server == "" && from == "" {
		return m, nil
	}
	u, err := url.Parse(server)
	if err != nil || u.Scheme != "smtp" && u.Scheme != "smtps" || u.Hostname() == "" {
		return nil, errors.New("mail: a server is named as smtp://user:password@host:port or smtps://…")
	}
	if m.From, err = mail.ParseAddress(from); err != nil {
		return nil, fmt.Errorf("mail: from %q: %w", from, err)
	}
	m.host, m.tls = u.Hostname(), u.Scheme == "smtps"
	port := u.Port()
	if port == "" {
		port = map[bool]string{false: "25", true: "465"}[m.tls]
	}
	m.addr = net.JoinHostPort(m.host, port)
	if p, ok := u.User.Password(); ok {
		m.auth = smtp.PlainAuth("", u.User.Username(), p, m.host) // refuses to go over a line that is not encrypted
	}
	return m, nil
}

// Send sends what waits and drops what is too old; n is how many went out. A
// server that cannot be reached costs no attempt.
func (m *Mail) Send(ctx context.Context, now time.Time) (n int, err error) {
	var waiting []string
	err = m.DB.Write(ctx, func(tx *db.Tx) (err error) {
		if _, err = tx.Exec(`UPDATE messages SET mail = 'dropped', mail_at = $1 WHERE mail = 'waiting' AND at < $2`, db.At(now), db.At(now.Add(-keep))); err != nil || m.addr == "" {
			return err
		}
		waiting, err = db.All(tx, func(r *sql.Rows) (id string, err error) { return id, r.Scan(&id) },
			`SELECT id FROM messages WHERE mail = 'waiting' AND mail_at <= $1 ORDER BY at, id LIMIT `+fmt.Sprint(batch), db.At(now))
		return err
	})
	if err != nil || len(waiting) == 0 {
		return 0, err
	}
	c, err := m.dial(ctx)
	if err != nil {
		return 0, fmt.Errorf("mail: %w", err)
	}
	defer c.close()
	for _, id := range waiting {
		if err := ctx.Err(); err != nil {
			return n, err
		}
		sent, err := m.one(ctx, c, id, now)
		if err != nil {
			return n, fmt.Errorf("mail: %w", err)
		}
		if sent {
			n++
		}
	}
	return n, c.Quit()
}

// one claims a message, sends it and marks it. An error is the line's: it ends the turn.
func (m *Mail) one(ctx context.Context, c *line, id string, now time.Time) (sent bool, err error) {
	k, to, err := m.claim(ctx, id, now)
	if err != nil || to == nil {
		return false, err
	}
	err = c.deliver(m.From.Address, to.Address, m.compose(k, to))
	var said *textproto.Error
	switch {
	case err == nil:
		return true, m.end(ctx, id, "sent", "", now)
	case errors.As(err, &said) && said.Code >= 500:
		err = m.end(ctx, id, "dropped", said.Error(), now)
	case errors.As(err, &said):
		err = m.DB.Write(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(`UPDATE messages SET error = $1 WHERE id = $2`, said.Error(), id)
			return err
		})
	default:
		return false, err
	}
	return false, errors.Join(err, c.Reset())
}

// claim takes a message for sending: nobody else takes it before mail_at. to is
// nil where it is not to be sent.
func (m *Mail) claim(ctx context.Context, id string, now time.Time) (k Kept, to *mail.Address, err error) {
	err = m.DB.Write(ctx, func(tx *db.Tx) error {
		to = nil // a transaction may run twice
		var tried int
		err := tx.QueryRow(`SELECT tries FROM messages WHERE id = $1 AND mail = 'waiting' AND mail_at <= $2`, id, db.At(now)).Scan(&tried)
		if errors.Is(err, db.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		wait := min(time.Minute<<min(tried, 10), time.Hour)
		if _, err := tx.Exec(`UPDATE messages SET tries = tries + 1, mail_at = $1 WHERE id = $2`, db.At(now.Add(wait)), id); err != nil {
			return err
		}
		all, err := db.All(tx, scanKept, `SELECT id, party, post, subject, text, case_id, link, at, read_at, read_by FROM messages WHERE id = $1`, id)
		if err != nil || len(all) == 0 {
			return err
		}
		k = all[0]
		units, err := org.LoadDirectory(tx)
		if err != nil {
			return err
		}
		unit := k.To.Unit
		if k.To.Role != "" {
			unit = units.Holder(k.To.Role, org.Day(now))
		}
		u, _ := units.Unit(unit)
		if to, err = mail.ParseAddress(u.Mailbox); err != nil {
			to = nil
			return end(tx, id, "dropped", "no mailbox", now)
		}
		to.Name = u.Name
		return nil
	})
	return k, to, err
}

func (m *Mail) end(ctx context.Context, id, mail, said string, now time.Time) error {
	return m.DB.Write(ctx, func(tx *db.Tx) error { return end(tx, id, mail, said, now) })
}

func end(tx *db.Tx, id, mail, said string, now time.Time) error {
	_, err := tx.Exec(`UPDATE messages SET mail = $1, error = $2, mail_at = $3 WHERE id = $4 AND mail = 'waiting'`, mail, said, db.At(now), id)
	return err
}

// compose is a message as mail. Its Message-ID comes from its id alone.
func (m *Mail) compose(k Kept, to *mail.Address) []byte {
	sum := sha256.Sum256([]byte(k.ID))
	_, domain, _ := strings.Cut(m.From.Address, "@")
	var b bytes.Buffer
	for _, h := range [][2]string{
		{"From", m.From.String()}, {"To", to.String()}, {"Subject", mime.BEncoding.Encode("utf-8", k.Subject)},
		{"Date", k.At.Format(time.RFC1123Z)}, {"Message-ID", "<" + hex.EncodeToString(sum[:16]) + "@" + domain + ">"},
		{"MIME-Version", "1.0"}, {"Content-Type", "text/plain; charset=utf-8"}, {"Content-Transfer-Encoding", "base64"}, {"Auto-Submitted", "auto-generated"},
	} {
		b.WriteString(h[0] + ": " + h[1] + "\r\n")
	}
	b.WriteString("\r\n")
	at := ""
	if m.Site != "" {
		at = "（" + m.Site + "）"
	}
	text := base64.StdEncoding.EncodeToString([]byte(k.Text + "\r\n\r\n登录依单" + at + "，在“消息”中查看和办理。本邮件由系统发出，不用回复。\r\n"))
	for len(text) > 76 {
		b.WriteString(text[:76] + "\r\n")
		text = text[76:]
	}
	b.WriteString(text + "\r\n")
	return b.Bytes()
}

// A line is a connection to the mail server that does not wait for ever.
type line struct {
	*smtp.Client
	stop  func() bool // of watching the context
	watch *time.Timer // hangs up
}

func (m *Mail) dial(ctx context.Context) (*line, error) {
	d := net.Dialer{Timeout: patience}
	conn, err := d.DialContext(ctx, "tcp", m.addr)
	if err != nil {
		return nil, err
	}
	config := &tls.Config{ServerName: m.host, MinVersion: tls.VersionTLS12}
	if m.tls {
		conn = tls.Client(conn, config)
	}
	hangUp := func() { conn.Close() }
	l := &line{stop: context.AfterFunc(ctx, hangUp), watch: time.AfterFunc(patience, hangUp)}
	if l.Client, err = smtp.NewClient(conn, m.host); err != nil {
		l.stop()
		l.watch.Stop()
		conn.Close()
		return nil, err
	}
	if ok, _ := l.Extension("STARTTLS"); ok && !m.tls {
		err = l.StartTLS(config)
	}
	if err == nil && m.auth != nil {
		err = l.Auth(m.auth)
	}
	if err != nil {
		l.close()
		return nil, err
	}
	return l, nil
}

func (l *line) close() {
	l.stop()
	l.watch.Stop()
	l.Close()
}

// deliver hands one mail over.
func (l *line) deliver(from, to string, text []byte) error {
	l.watch.Reset(patience)
	if err := l.Mail(from); err != nil {
		return err
	}
	if err := l.Rcpt(to); err != nil {
		return err
	}
	w, err := l.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write(text); err != nil {
		return err
	}
	return w.Close()
}
