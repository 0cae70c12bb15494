package message_test

import (
	"bufio"
	"context"
	"encoding/base64"
	"fmt"
	"mime"
	"net"
	"net/mail"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/message"
	"yidan/internal/org"
	"yidan/internal/testkit"
)

var (
	ctx   = context.Background()
	start = time.Date(2026, 8, 3, 1, 0, 0, 0, time.UTC)
)

// A house has two units, one of them the list office; only the other one and the
// office have a mailbox.
type house struct {
	t             *testing.T
	d             *db.DB
	office, water string
	dumb          string // has no mailbox
}

func newHouse(t *testing.T, d *db.DB) *house {
	x := &house{t: t, d: d}
	x.write(func(tx *db.Tx) error {
		var by [2]org.Actor
		for i, c := range []org.Class{org.Accounts, org.Policy} {
			id, err := org.AddAdministrator(tx, org.Person{Login: string(c), Name: string(c), Class: c}, start)
			if err != nil {
				return err
			}
			as, err := org.Actors(tx, id, org.Day(start))
			if err != nil {
				return err
			}
			by[i] = as[0]
		}
		for _, u := range []struct {
			name, mailbox string
			to            *string
		}{{"区委编办", "bb@example.gov.cn", &x.office}, {"区水务局", "swj@example.gov.cn", &x.water}, {"区民政局", "", &x.dumb}} {
			id, err := org.AddUnit(tx, by[0], org.UnitRow{Name: u.name, Kind: org.Department, Mailbox: u.mailbox, From: "2020-01-01"}, start)
			if err != nil {
				return err
			}
			*u.to = id
		}
		return org.Appoint(tx, by[1], org.ListOffice, x.office, "2026-01-01", start)
	})
	return x
}

func (x *house) write(f func(tx *db.Tx) error) {
	x.t.Helper()
	if err := x.d.Write(ctx, f); err != nil {
		x.t.Fatal(err)
	}
}

func (x *house) post(to org.Party, key string, at time.Time) {
	x.t.Helper()
	x.write(func(tx *db.Tx) error {
		_, err := message.PostOnce(tx, key, message.Message{To: to, Subject: "主题 " + key, Text: "正文 " + key, Link: "/sq/1", At: at})
		return err
	})
}

// outbox is what became of each as mail, and how often it was tried.
func (x *house) outbox() map[string]string {
	x.t.Helper()
	m := map[string]string{}
	err := x.d.Read(ctx, func(tx *db.Tx) error {
		rows, err := tx.Query(`SELECT once, coalesce(m.state, 'new'), coalesce(m.tries, 0) FROM messages LEFT JOIN mails m ON m.message = messages.id`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var key, state string
			var n int
			if err := rows.Scan(&key, &state, &n); err != nil {
				return err
			}
			m[key] = fmt.Sprint(state, " ", n)
		}
		return rows.Err()
	})
	if err != nil {
		x.t.Fatal(err)
	}
	return m
}

func (x *house) actor(unit string, roles ...org.Role) org.Actor {
	return org.Actor{Person: "p", Name: "经办", Unit: unit, Post: org.Handler, Class: org.Business, Roles: roles}
}

func (x *house) box(a org.Actor, f message.Filter) (keys []string, next string) {
	x.t.Helper()
	err := x.d.Read(ctx, func(tx *db.Tx) error {
		ms, n, err := message.Box(tx, a, f)
		for _, m := range ms {
			keys = append(keys, strings.TrimPrefix(m.Subject, "主题 "))
		}
		next = n
		return err
	})
	if err != nil {
		x.t.Fatal(err)
	}
	return keys, next
}

func TestABoxHoldsWhatAUnitAndItsOfficesWereTold(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newHouse(t, d)
		for i := range 5 {
			x.post(org.Unit(x.water), fmt.Sprintf("w%d", i), start.Add(time.Duration(i)*time.Minute))
		}
		x.post(org.Unit(x.water), "w0", start.Add(time.Hour)) // the same once more
		x.post(org.Holder(org.ListOffice), "office", start)
		x.post(org.Party{Unit: x.water, Post: org.Leader}, "leader", start)
		water := x.actor(x.water)

		var all []string
		f := message.Filter{Limit: 2}
		for {
			keys, next := x.box(water, f)
			all = append(all, keys...)
			if f.Before = next; next == "" {
				break
			}
		}
		if want := []string{"w4", "w3", "w2", "w1", "w0"}; !slices.Equal(all, want) {
			t.Errorf("page by page %v, want %v", all, want)
		}
		if got, _ := x.box(x.actor(x.office, org.ListOffice), message.Filter{}); !slices.Equal(got, []string{"office"}) {
			t.Errorf("the office sees %v", got)
		}
		if got, _ := x.box(org.Actor{Person: "a", Class: org.Auditor}, message.Filter{}); got != nil {
			t.Errorf("the auditor sees %v", got)
		}
		if got, _ := x.box(water, message.Filter{Words: "正文 w3"}); !slices.Equal(got, []string{"w3"}) {
			t.Errorf("by words %v", got)
		}
		if got, _ := x.box(water, message.Filter{Words: "%"}); got != nil {
			t.Errorf("a per cent sign finds %v", got)
		}
	})
}

func TestWhoeverReadsFirstStaysOnAMessage(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newHouse(t, d)
		x.post(org.Unit(x.water), "a", start)
		x.post(org.Unit(x.water), "b", start.Add(time.Minute))
		x.post(org.Unit(x.water), "late", start.Add(time.Hour))
		water, other := x.actor(x.water), x.actor(x.water)
		other.Name = "别人"
		var id string
		read := func(a org.Actor, id string, now time.Time) (k message.Kept, err error) {
			err = d.Write(ctx, func(tx *db.Tx) error { k, err = message.Read(tx, a, id, now); return err })
			return k, err
		}
		unread := func() (n int) {
			x.write(func(tx *db.Tx) error {
				ms, _, err := message.Box(tx, water, message.Filter{Unread: true})
				n = len(ms)
				return err
			})
			return n
		}
		x.write(func(tx *db.Tx) error {
			ms, _, err := message.Box(tx, water, message.Filter{})
			id = ms[2].ID
			return err
		})
		if _, err := read(x.actor(x.office), id, start); !fault.Is(err, fault.Missing) {
			t.Errorf("another unit's message: %v", err)
		}
		if k, err := read(water, id, start.Add(time.Minute)); err != nil || k.ReadBy != "经办" {
			t.Errorf("%+v %v", k, err)
		}
		if k, err := read(other, id, start.Add(time.Hour)); err != nil || k.ReadBy != "经办" || !k.Read.Equal(start.Add(time.Minute)) {
			t.Errorf("the second reader: %+v %v", k, err)
		}
		if n := unread(); n != 2 {
			t.Errorf("%d unread", n)
		}
		x.write(func(tx *db.Tx) error { // what came after the page was opened stays unread
			_, err := message.ReadAll(tx, water, start.Add(2*time.Minute), start.Add(2*time.Hour))
			return err
		})
		if n := unread(); n != 1 {
			t.Errorf("%d unread after all", n)
		}
	})
}

// A server takes mail on a real connection and can be told to behave badly.
type server struct {
	net.Listener
	mu     sync.Mutex
	got    []string // Message-IDs, each time they came whole
	to     []string
	bodies []string
	heads  []mail.Header
	refuse map[string]string // answer to RCPT, by address
	hangUp bool              // takes the mail and dies before saying so
}

func newServer(t *testing.T) *server {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &server{Listener: l, refuse: map[string]string{}}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go s.talk(c)
		}
	}()
	return s
}

func (s *server) talk(c net.Conn) {
	defer c.Close()
	r := bufio.NewReader(c)
	say := func(text string) { fmt.Fprintf(c, "%s\r\n", text) }
	say("220 here")
	var to string
	for {
		text, err := r.ReadString('\n')
		if err != nil {
			return
		}
		switch verb := strings.ToUpper(strings.Fields(text + " .")[0]); verb {
		case "RCPT":
			to = strings.Trim(strings.TrimSpace(text[len("RCPT TO:"):]), "<>")
			s.mu.Lock()
			no := s.refuse[to]
			s.mu.Unlock()
			if no != "" {
				say(no)
				continue
			}
			say("250 ok")
		case "DATA":
			say("354 go on")
			var b strings.Builder
			for {
				l, err := r.ReadString('\n')
				if err != nil {
					return
				}
				if l == ".\r\n" {
					break
				}
				b.WriteString(l)
			}
			if s.take(b.String(), to) {
				return
			}
			say("250 taken")
		case "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

func (s *server) take(text, to string) (dies bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, err := mail.ReadMessage(strings.NewReader(text))
	if err != nil {
		s.got = append(s.got, err.Error())
		return false
	}
	var b strings.Builder
	if _, err := fmt.Fprint(&b, m.Header.Get("Subject"), " "); err == nil {
		var raw strings.Builder
		for sc := bufio.NewScanner(m.Body); sc.Scan(); {
			raw.WriteString(sc.Text())
		}
		body, _ := base64.StdEncoding.DecodeString(raw.String())
		b.Write(body)
	}
	s.got, s.to, s.bodies, s.heads = append(s.got, m.Header.Get("Message-ID")), append(s.to, to), append(s.bodies, b.String()), append(s.heads, m.Header)
	return s.hangUp
}

// set changes how it behaves.
func (s *server) set(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change()
}

func (s *server) ids() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.got)
}

func (x *house) mail(s *server) *message.Mail {
	x.t.Helper()
	m, err := message.NewMail(x.d, "smtp://"+s.Addr().String(), "依单 <yidan@example.gov.cn>")
	if err != nil {
		x.t.Fatal(err)
	}
	return m
}

func TestMessagesGoOutOnceInOrder(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x, s := newHouse(t, d), newServer(t)
		x.post(org.Unit(x.water), "first", start)
		x.post(org.Holder(org.ListOffice), "second", start.Add(time.Second))
		x.post(org.Unit(x.dumb), "nowhere", start.Add(2*time.Second))
		m := x.mail(s)
		for turn := range 3 {
			n, err := m.Send(ctx, start.Add(time.Duration(turn+1)*time.Minute))
			if want := []int{2, 0, 0}[turn]; n != want || err != nil {
				t.Errorf("turn %d: %d sent, %v", turn, n, err)
			}
		}
		if len(s.ids()) != 2 || !slices.Equal(s.to, []string{"swj@example.gov.cn", "bb@example.gov.cn"}) {
			t.Errorf("came %v to %v", s.ids(), s.to)
		}
		if !strings.Contains(s.bodies[0], "正文 first") || !strings.Contains(s.bodies[0], "=?utf-8?b?") {
			t.Errorf("%q", s.bodies[0])
		}
		want := map[string]string{"first": "sent 1", "second": "sent 1", "nowhere": "dropped 1"}
		if got := x.outbox(); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%v, want %v", got, want)
		}
	})
}

// What people typed is text in a mail as well, and no line of its head (T06).
func TestMarkupStaysTextInMail(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x, s := newHouse(t, d), newServer(t)
		typed := "<script>canary</script>\r\nBcc: elsewhere@example.org\r\n\r\n.\r\n<b>"
		x.write(func(tx *db.Tx) error {
			return message.Post(tx, message.Message{To: org.Unit(x.water), Subject: typed, Text: typed, At: start})
		})
		if n, err := x.mail(s).Send(ctx, start.Add(time.Minute)); n != 1 || err != nil {
			t.Fatal(n, err)
		}
		if len(s.heads) != 1 || s.heads[0].Get("Bcc") != "" || s.heads[0].Get("Content-Type") != "text/plain; charset=utf-8" {
			t.Errorf("%v", s.heads)
		}
		if subject, err := new(mime.WordDecoder).DecodeHeader(s.heads[0].Get("Subject")); subject != typed || err != nil {
			t.Errorf("%q %v", subject, err)
		}
		if !strings.Contains(s.bodies[0], typed) {
			t.Errorf("%q", s.bodies[0])
		}
	})
}

// A crash at any point (T37): before the commit nothing goes out; after it the
// message does; after sending and before marking it goes out again under the
// same Message-ID.
func TestACrashLosesNoMail(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x, s := newHouse(t, d), newServer(t)
		m := x.mail(s)
		d.Write(ctx, func(tx *db.Tx) error {
			if err := message.Post(tx, message.Message{To: org.Unit(x.water), Subject: "undone", At: start}); err != nil {
				return err
			}
			return context.Canceled
		})
		if n, err := m.Send(ctx, start.Add(time.Minute)); n != 0 || err != nil || len(s.ids()) != 0 {
			t.Fatalf("what was never committed: %d %v", n, err)
		}
		x.post(org.Unit(x.water), "a", start)
		s.set(func() { s.hangUp = true })
		if n, err := m.Send(ctx, start.Add(2*time.Minute)); n != 0 || err == nil {
			t.Fatalf("the line broke: %d %v", n, err)
		}
		s.set(func() { s.hangUp = false })
		if got := x.outbox()["a"]; got != "waiting 1" {
			t.Errorf("after the crash: %s", got)
		}
		if n, err := x.mail(s).Send(ctx, start.Add(4*time.Minute)); n != 1 || err != nil {
			t.Fatalf("the next process: %d %v", n, err)
		}
		if ids := s.ids(); len(ids) != 2 || ids[0] != ids[1] || ids[0] == "" {
			t.Errorf("Message-IDs %v", ids)
		}
	})
}

func TestAServerThatIsDownCostsNoAttempt(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x, s := newHouse(t, d), newServer(t)
		for i := range 20 {
			x.post(org.Unit(x.water), fmt.Sprint(i), start)
		}
		gone, _ := net.Listen("tcp", "127.0.0.1:0")
		gone.Close()
		down, err := message.NewMail(d, "smtp://"+gone.Addr().String(), "yidan@example.gov.cn")
		if err != nil {
			t.Fatal(err)
		}
		for hour := range 24 {
			if n, err := down.Send(ctx, start.Add(time.Duration(hour)*time.Hour)); n != 0 || err == nil {
				t.Fatalf("%d %v", n, err)
			}
		}
		if n, err := x.mail(s).Send(ctx, start.Add(24*time.Hour)); n != 20 || err != nil {
			t.Errorf("back again: %d %v", n, err)
		}
	})
}

func TestWhatCannotBeDeliveredIsLetGo(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x, s := newHouse(t, d), newServer(t)
		m := x.mail(s)
		s.set(func() { s.refuse["swj@example.gov.cn"] = "451 later" })
		x.post(org.Unit(x.water), "later", start)
		x.post(org.Holder(org.ListOffice), "fine", start.Add(time.Second))
		if n, err := m.Send(ctx, start.Add(time.Minute)); n != 1 || err != nil {
			t.Errorf("one put off, one sent: %d %v", n, err)
		}
		if n, _ := m.Send(ctx, start.Add(time.Minute+time.Second)); n != 0 || x.outbox()["later"] != "waiting 1" {
			t.Errorf("asked again at once: %v", x.outbox())
		}
		s.set(func() { s.refuse["swj@example.gov.cn"] = "550 nobody of that name" })
		if _, err := m.Send(ctx, start.Add(time.Hour)); err != nil || x.outbox()["later"] != "dropped 2" {
			t.Errorf("%v %v", err, x.outbox())
		}

		x.post(org.Unit(x.water), "old", start)
		none, err := message.NewMail(d, "", "") // no mail at all, and then a server: what is too old by then stays in its box
		if err != nil {
			t.Fatal(err)
		}
		if n, err := none.Send(ctx, start.Add(47*time.Hour)); n != 0 || err != nil || x.outbox()["old"] != "new 0" {
			t.Errorf("%d %v %v", n, err, x.outbox())
		}
		if n, err := m.Send(ctx, start.Add(49*time.Hour)); n != 0 || err != nil || x.outbox()["old"] != "new 0" {
			t.Errorf("%d %v %v", n, err, x.outbox())
		}
		if keys, _ := x.box(x.actor(x.water), message.Filter{}); len(keys) != 2 {
			t.Errorf("the box lost messages: %v", keys)
		}
	})
}

func TestAServerHasToBeNamedWhole(t *testing.T) {
	for _, c := range [][2]string{{"http://x", "a@b.cn"}, {"smtp://", "a@b.cn"}, {"smtp://x", ""}, {"", "a@b.cn"}, {"smtp://x", "a@b.cn\r\nBcc: c@d.cn"}} {
		if _, err := message.NewMail(nil, c[0], c[1]); err == nil {
			t.Errorf("%q is taken", c)
		}
	}
}
