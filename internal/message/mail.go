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
	// keep is how old a message may be to go out as mail. It stays in its box.
	keep = 48 * time.Hour
	// batch is how many go out in one turn of the ticker.
	batch = 200
	// patience is how long a mail server may take for one answer.
	patience = 20 * time.Second
)

// Mail sends messages to the mailboxes of units. Without a server they stay in their
// boxes.
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

// Send sends what nobody has tried yet, in order, and what waits for another attempt;
// what is too old is let go. n is how many went out. A server that cannot be reached
// costs no attempt.
func (m *Mail) Send(ctx context.Context, now time.Time) (n int, err error) {
	if m.addr == "" {
		return 0, nil
	}
	var due []int64
	err = m.DB.Write(ctx, func(tx *db.Tx) (err error) {
		old := db.At(now.Add(-keep))
		if _, err = tx.Exec(`UPDATE mails SET state = 'dropped', at = $1 WHERE state = 'waiting' AND EXISTS (SELECT 1 FROM messages m WHERE m.id = mails.message AND m.at < $2)`, db.At(now), old); err != nil {
			return err
		}
		due, err = db.All(tx, func(r *sql.Rows) (id int64, err error) { return id, r.Scan(&id) },
			`SELECT message FROM mails WHERE state = 'waiting' AND at <= $1 UNION ALL SELECT id FROM messages WHERE id > (SELECT coalesce(max(message), 0) FROM mails) AND at >= $2 ORDER BY 1 LIMIT `+fmt.Sprint(batch), db.At(now), old)
		return err
	})
	if err != nil || len(due) == 0 {
		return 0, err
	}
	c, err := m.dial(ctx)
	if err != nil {
		return 0, fmt.Errorf("mail: %w", err)
	}
	defer c.close()
	for _, id := range due {
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
func (m *Mail) one(ctx context.Context, c *line, id int64, now time.Time) (sent bool, err error) {
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
			_, err := tx.Exec(`UPDATE mails SET error = $1 WHERE message = $2`, said.Error(), id)
			return err
		})
	default:
		return false, err
	}
	return false, errors.Join(err, c.Reset())
}

// claim takes a message for sending: nobody else takes it for a while, longer after
// each attempt. to is nil where it is not to be sent.
func (m *Mail) claim(ctx context.Context, id int64, now time.Time) (k Kept, to *mail.Address, err error) {
	err = m.DB.Write(ctx, func(tx *db.Tx) error {
		to = nil // a transaction may run twice
		var tried int
		if err := tx.QueryRow(`SELECT tries FROM mails WHERE message = $1`, id).Scan(&tried); err != nil && !errors.Is(err, db.ErrNoRows) {
			return err
		}
		wait := min(time.Minute<<min(tried, 10), time.Hour)
		n, err := tx.Exec(`INSERT INTO mails (message, state, at, tries) VALUES ($1, 'waiting', $2, 1)
			ON CONFLICT (message) DO UPDATE SET at = excluded.at, tries = mails.tries + 1 WHERE mails.state = 'waiting' AND mails.at <= $3`, id, db.At(now.Add(wait)), db.At(now))
		if err != nil || n == 0 {
			return err
		}
		all, err := db.All(tx, scanKept, `SELECT `+kept+` FROM messages WHERE id = $1`, id)
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

func (m *Mail) end(ctx context.Context, id int64, state, said string, now time.Time) error {
	return m.DB.Write(ctx, func(tx *db.Tx) error { return end(tx, id, state, said, now) })
}

func end(tx *db.Tx, id int64, state, said string, now time.Time) error {
	_, err := tx.Exec(`UPDATE mails SET state = $1, error = $2, at = $3 WHERE message = $4 AND state = 'waiting'`, state, said, db.At(now), id)
	return err
}

// compose is a message as mail. Its Message-ID comes from its number and time alone.
func (m *Mail) compose(k Kept, to *mail.Address) []byte {
	sum := sha256.Sum256([]byte(k.ID + k.At.UTC().Format(time.RFC3339Nano)))
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
