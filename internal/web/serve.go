package web

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"time"

	"yidan/internal/fault"
	"yidan/internal/form"
	"yidan/internal/web/part"
)

// desk takes every request in: it is the only http.Handler of the site.
type desk struct {
	site   *Site
	mux    *http.ServeMux
	routes map[string]Route
	gate   *gate
	heavy  chan struct{} // two imports or exports at a time
}

// ServeHTTP serves one request and logs it: route, status, time, and nothing
// that says who asked for what.
func (d *desk) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	start := time.Now()
	d.headers(w)
	out := &status{ResponseWriter: w}
	q := &Request{Site: d.site, Ctx: r.Context(), Now: d.site.Now(), desk: d, http: r}
	d.run(out, q)
	d.site.Log.Info("request", "method", r.Method, "route", q.route.Path, "status", out.code, "took", time.Since(start).Round(time.Microsecond))
}

// run answers a request; what panics is answered as a failure of ours.
func (d *desk) run(w *status, q *Request) {
	defer func() {
		if p := recover(); p != nil {
			if p == http.ErrAbortHandler {
				panic(p)
			}
			if w.code != 0 { // too late to say anything
				d.site.Log.Error("panic after the reply began", "route", q.route.Path, "panic", fmt.Sprint(p))
				return
			}
			d.fail(w, q, Reply{}, fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
		}
	}()
	reply, err := d.answer(w, q)
	if err == nil {
		err = d.send(w, q, reply, http.StatusOK, nil)
	}
	if err != nil {
		d.fail(w, q, reply, err)
	}
}

// answer finds the route, sees who asks and whether they may, and lets the
// handler do its work.
func (d *desk) answer(w http.ResponseWriter, q *Request) (Reply, error) {
	if p := q.http.URL.Path; path.Clean(p) != p { // one address a page: no dots, no doubled strokes
		return Reply{}, cmp.Or(d.visit(q), error(fault.Absent()))
	}
	h, pattern := d.mux.Handler(q.http)
	route, ok := d.routes[pattern]
	if !ok {
		return d.unrouted(w, q, h, pattern)
	}
	q.route = route
	if !form.Readable(q.http.URL.Path) {
		return Reply{}, fault.Absent()
	}
	d.mux.ServeHTTP(discard{}, q.http) // sets the wildcards
	if err := d.visit(q); err != nil {
		return Reply{}, err
	}
	if err := d.gate.pass(q); err != nil {
		return Reply{}, err
	}
	defer q.sweep()
	if err := d.admit(w, q); err != nil {
		return Reply{}, err
	}
	if !route.Who.Admits(q.Visitor) {
		if !q.Visitor.SignedIn() {
			return Reply{}, errSignIn
		}
		return Reply{}, fault.Absent()
	}
	if route.forced(q.Visitor) {
		return Go(part.Self), nil
	}
	if route.Rate == Heavy {
		select {
		case d.heavy <- struct{}{}:
			defer func() { <-d.heavy }()
		case <-time.After(15 * time.Second):
			return Reply{}, busy
		case <-q.Ctx.Done():
			return Reply{}, q.Ctx.Err()
		}
	}
	return route.Do(q)
}

// unrouted answers what no route matches: an address that is to be written
// differently, a method that is not there, nothing at all.
func (d *desk) unrouted(w http.ResponseWriter, q *Request, h http.Handler, pattern string) (Reply, error) {
	if err := d.visit(q); err != nil {
		return Reply{}, err
	}
	look := httptest.NewRecorder()
	if pattern == "" {
		h.ServeHTTP(look, q.http)
	}
	if look.Code == http.StatusMethodNotAllowed {
		w.Header().Set("Allow", look.Header().Get("Allow"))
		return Reply{}, errMethod
	}
	return Reply{}, fault.Absent()
}

// visit sees who asks.
func (d *desk) visit(q *Request) (err error) {
	if q.Query, err = url.ParseQuery(q.http.URL.RawQuery); err != nil || unreadable(q.Query) != nil {
		q.Query = url.Values{}
		return fault.Absent()
	}
	if c, err := q.http.Cookie(d.cookie(guestCookie)); err == nil && secret.MatchString(c.Value) {
		q.guest = c.Value
	}
	c, err := q.http.Cookie(d.cookie(sessionCookie))
	if err != nil || c.Value == "" || len(c.Value) > 200 || d.site.Visit == nil {
		return nil
	}
	v, err := d.site.Visit(q.Ctx, c.Value, q.Now)
	if err != nil {
		return err
	}
	switch {
	case v.SignedIn():
		q.token, q.Visitor, q.Actor = c.Value, v, v.Actor
	default:
		q.ended = v.Ended
	}
	return nil
}

// send sends a reply. With a fault it is shown on the reply's page.
func (d *desk) send(w http.ResponseWriter, q *Request, r Reply, code int, f *fault.Fault) error {
	d.cookies(w, q, r)
	switch {
	case r.asset != "":
		if !part.Asset(w, r.asset) {
			return fault.Absent()
		}
		return nil
	case r.Page != nil:
		return d.page(w, q, r, code, f)
	case r.To != "":
		w.Header().Set("Location", r.To)
		w.WriteHeader(http.StatusSeeOther)
		return nil
	case r.File != nil:
		return sendFile(w, r.File)
	case r.JSON != nil:
		b, err := json.Marshal(r.JSON)
		if err != nil {
			return err
		}
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.WriteHeader(code)
		w.Write(b)
		return nil
	}
	return fmt.Errorf("web: %s replied nothing", q.route.Pattern())
}

// pages are buffers that pages were rendered in.
var pages = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// page renders a page to the end and only then sends it.
func (d *desk) page(w http.ResponseWriter, q *Request, r Reply, code int, f *fault.Fault) error {
	frame := r.Frame
	frame.District, frame.Contact, frame.Demo = d.site.District, d.site.Contact, d.site.Demo
	if a := q.Actor; q.Visitor.SignedIn() {
		frame.Who = &part.Who{Unit: a.UnitName, Post: postName(a), Others: q.Visitor.Others}
		if at := home(a); at != part.Desk {
			frame.Who.Home = at
		}
		frame.Back = warnAfter
	}
	if d.site.Around != nil {
		if err := d.site.Around(q, &frame); err != nil {
			return err
		}
	}
	if frame.Notice == nil && f == nil {
		n, err := q.receipt()
		if err != nil {
			return err
		}
		frame.Notice = n
	}
	d.welcome(w, q)
	ctx := part.With(q.Ctx, part.Scene{Token: q.formToken(), Fault: f, Cite: d.site.Cite, Large: large(q), Here: q.Here(), More: q.more, At: r.fieldAt})
	b := pages.Get().(*bytes.Buffer)
	defer pages.Put(b)
	b.Reset()
	if err := part.Document(frame, r.Page).Render(ctx, b); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(b.Len()))
	w.WriteHeader(code)
	w.Write(b.Bytes())
	return nil
}

func sendFile(w http.ResponseWriter, f *File) error {
	if c, ok := f.Body.(io.Closer); ok {
		defer c.Close()
	}
	h := w.Header()
	h.Set("Content-Type", f.Type)
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": fileName(f.Name)}))
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	http.NewResponseController(w).SetWriteDeadline(time.Now().Add(10 * time.Minute)) // 50 MB on a slow line; without support the server's limit holds
	w.WriteHeader(http.StatusOK)
	_, err := io.Copy(w, f.Body)
	if err != nil {
		panic(http.ErrAbortHandler) // the browser must not take half a file for a whole one
	}
	return nil
}

// fileName keeps what a file system takes.
func fileName(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`/\:*?"<>|`, r) {
			return '_'
		}
		return r
	}, form.Clean(s))
}

// status remembers what was sent.
type status struct {
	http.ResponseWriter
	code int
}

func (s *status) WriteHeader(code int) {
	if s.code == 0 {
		s.code = code
		s.ResponseWriter.WriteHeader(code)
	}
}

func (s *status) Write(b []byte) (int, error) {
	if s.code == 0 {
		s.WriteHeader(http.StatusOK)
	}
	return s.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (s *status) Unwrap() http.ResponseWriter { return s.ResponseWriter }

// discard takes what the multiplexer's placeholder writes.
type discard struct{}

func (discard) Header() http.Header         { return http.Header{} }
func (discard) Write(b []byte) (int, error) { return len(b), nil }
func (discard) WriteHeader(int)             {}
