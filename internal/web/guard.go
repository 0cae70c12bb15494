package web

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"yidan/internal/fault"
	"yidan/internal/web/part"
)

// policy lets nothing run or load that does not come from here as a file.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"

// headers are on every response, whatever comes of it.
func (d *desk) headers(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), microphone=(), payment=(), usb=()")
	h.Set("Cache-Control", "no-store")
	if d.site.TLS {
		h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
	}
}

// Cookies. The guest's holds a form token for whoever has not signed in.
const (
	sessionCookie = "yidan"
	guestCookie   = "yidan-guest"
	largeCookie   = "yidan-large"
)

// warnAfter is the second at which the page says that the session will end:
// 25 of its 30 minutes.
const warnAfter = 25 * 60

func (d *desk) cookie(name string) string {
	if d.site.TLS {
		return "__Host-" + name
	}
	return name
}

func (d *desk) setCookie(w http.ResponseWriter, name, value string, age int) {
	http.SetCookie(w, &http.Cookie{Name: d.cookie(name), Value: value, Path: "/", MaxAge: age, HttpOnly: true, Secure: d.site.TLS, SameSite: http.SameSiteLaxMode})
}

// cookies brings what a reply says of the session to the browser.
func (d *desk) cookies(w http.ResponseWriter, q *Request, r Reply) {
	if r.session != nil {
		if *r.session == "" {
			d.setCookie(w, sessionCookie, "", -1)
			w.Header().Set("Clear-Site-Data", `"cache", "storage"`)
		} else {
			d.setCookie(w, sessionCookie, *r.session, 0)
			d.setCookie(w, guestCookie, "", -1) // the token before is worth nothing after
		}
	}
	if r.large != nil {
		if *r.large {
			d.setCookie(w, largeCookie, "1", 365*24*3600)
		} else {
			d.setCookie(w, largeCookie, "", -1)
		}
	}
}

// welcome gives whoever has not signed in something to derive form tokens from.
func (d *desk) welcome(w http.ResponseWriter, q *Request) {
	if q.token == "" && q.guest == "" {
		q.guest = newSecret()
		d.setCookie(w, guestCookie, q.guest, 0)
	}
}

var secret = regexp.MustCompile(`^[0-9a-f]{64}$`)

func newSecret() string {
	b := make([]byte, 32)
	rand.Read(b) // never fails
	return hex.EncodeToString(b)
}

func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:16])
}

// formToken is what every form of this session carries: derived from the
// session's secret, which no page contains, and valid across restarts.
func (q *Request) formToken() string {
	key := q.token
	if key == "" {
		key = q.guest
	}
	if key == "" {
		return ""
	}
	m := hmac.New(sha256.New, []byte(key))
	m.Write([]byte("yidan form"))
	return hex.EncodeToString(m.Sum(nil))
}

var (
	errSignIn   = errors.New("web: nobody has signed in")
	errMethod   = errors.New("web: method not allowed")
	errTooLarge = errors.New("web: too much was sent")
	errMangled  = errors.New("web: what was sent cannot be read")
)

var crossOrigin = http.NewCrossOriginProtection()

// maxFields bounds what one form may carry.
const maxFields = 2000

// admit reads the body of a change and makes sure that one of our own pages
// asked for it, opened in this session.
func (d *desk) admit(w http.ResponseWriter, q *Request) error {
	q.Form = url.Values{}
	if q.route.Safe() {
		return nil
	}
	r := q.http
	if err := crossOrigin.Check(r); err != nil {
		return foreign()
	}
	// A browser says where a change comes from. One that does not is not believed.
	if r.Header.Get("Origin") == "" && r.Header.Get("Sec-Fetch-Site") == "" {
		return foreign()
	}
	if err := q.parse(w); err != nil {
		return err
	}
	if !q.Visitor.SignedIn() && q.route.Who.level == signedIn {
		return errSignIn // the session ended; what was typed is given back
	}
	want := q.formToken()
	if want == "" || !hmac.Equal([]byte(q.Form.Get(part.TokenName)), []byte(want)) {
		return foreign()
	}
	return unreadable(q.Form)
}

func foreign() error {
	return fault.Refuse("", "这次提交不是从本系统刚打开的页面发出的，没有保存。返回上一页，刷新后再提交")
}

// parse reads a form within the limits of its rate class.
func (q *Request) parse(w http.ResponseWriter) error {
	r := q.http
	limit := bodies[q.route.Rate]
	if r.ContentLength > limit {
		w.Header().Set("Connection", "close") // nobody reads the rest
		return errTooLarge
	}
	r.Body = http.MaxBytesReader(w, r.Body, limit)
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case err == nil && kind == "application/x-www-form-urlencoded":
		b, err := io.ReadAll(r.Body)
		if err != nil {
			return unread(err)
		}
		if strings.Count(string(b), "&") >= maxFields {
			return errTooLarge
		}
		if q.Form, err = url.ParseQuery(string(b)); err != nil {
			return errMangled
		}
	case err == nil && kind == "multipart/form-data" && (q.route.Rate == Upload || q.route.Rate == Heavy):
		r.Body = &patient{r.Body, http.NewResponseController(w)}
		if err := r.ParseMultipartForm(1 << 20); err != nil {
			return unread(err)
		}
		q.Form = r.MultipartForm.Value
	default:
		return errMangled
	}
	return nil
}

func unread(err error) error {
	var big *http.MaxBytesError
	if errors.As(err, &big) {
		return errTooLarge
	}
	return errMangled
}

// patient gives an upload time as long as something arrives: the clock starts
// anew at every read.
type patient struct {
	io.ReadCloser
	conn *http.ResponseController
}

func (p *patient) Read(b []byte) (int, error) {
	p.conn.SetReadDeadline(time.Now().Add(30 * time.Second)) // without support the server's limit holds
	return p.ReadCloser.Read(b)
}

func sorted(v url.Values) []string {
	names := make([]string, 0, len(v))
	for n := range v {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}
