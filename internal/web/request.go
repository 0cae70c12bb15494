package web

import (
	"context"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/form"
	"yidan/internal/org"
	"yidan/internal/session"
	"yidan/internal/web/part"
)

// A Request is what a handler is asked. Query is what the address carries, Form
// what the body carries; both are UTF-8 without NUL.
type Request struct {
	Site    *Site
	Ctx     context.Context
	Now     time.Time
	Actor   org.Actor // who acts; without a Person: nobody has signed in
	Visitor Visitor
	Query   url.Values
	Form    url.Values

	desk   *desk
	route  Route
	http   *http.Request
	guest  string      // the pre-session
	token  string      // the session
	ended  session.End // why the session that the browser still names is over
	more   string      // the Rows field that was asked for one more row
	labels map[string]string
	waits  *waiting // what stands around the page, once it was read
}

// Path is the value of a wildcard of the route.
func (q *Request) Path(name string) string { return q.http.PathValue(name) }

// Opens reports whether a page would open for whoever asks; who has not signed in
// is shown the way in first.
func (q *Request) Opens(path string) bool {
	r, ok := q.desk.routes[http.MethodGet+" "+path]
	return ok && (!q.Visitor.SignedIn() || r.Who.Admits(q.Visitor))
}

// Text is a field of the form, cleaned as [form.Clean] does.
func (q *Request) Text(name string) string { return form.Clean(q.Form.Get(name)) }

// Here is the address of this page, path and query, for coming back.
func (q *Request) Here() string { return q.http.URL.RequestURI() }

// Address is where the request came from, for the record of sign-ins.
func (q *Request) Address() string { return client(q.http) }

// Session is the session's secret, "" without one. Only signing in, switching
// and signing out have use for it.
func (q *Request) Session() string { return q.token }

// Files are the uploaded files of a field.
func (q *Request) Files(name string) []*multipart.FileHeader {
	if q.http.MultipartForm == nil {
		return nil
	}
	return q.http.MultipartForm.File[name]
}

// sweep takes away what an upload left on disk: what is kept of it is in the store
// before anything is answered.
func (q *Request) sweep() {
	if q.http.MultipartForm != nil {
		q.http.MultipartForm.RemoveAll()
	}
}

// Bind writes the form into dst, a pointer to its struct, and remembers the
// labels, so that a page that has to give the text back can name it.
func (q *Request) Bind(l form.Layout, dst any) {
	l.Bind(dst, q.Form)
	if q.labels == nil {
		q.labels = map[string]string{}
	}
	for _, f := range l.Fields() {
		q.labels[f.Name] = f.Label
		for _, g := range f.Fields {
			q.labels[f.Name+".*."+g.Name] = f.Label + "：" + g.Label
		}
	}
}

// Rearranged reports that the button pressed was 再加一行 or 去掉, which ask for
// the same form again and hand in nothing. It is to be called before Bind.
func (q *Request) Rearranged() bool {
	if name := q.Form.Get(part.AddName); name != "" {
		q.more = name
		return true
	}
	name := q.Form.Get(part.DropName)
	if name == "" {
		return false
	}
	for k := range q.Form {
		if strings.HasPrefix(k, name+".") {
			q.Form.Del(k)
		}
	}
	return true
}

// Read runs f on one snapshot of the store.
func (q *Request) Read(f func(*db.Tx) error) error { return q.Site.DB.Read(q.Ctx, f) }

// Write runs f in one durable transaction.
func (q *Request) Write(f func(*db.Tx) error) error {
	q.waits = nil
	return q.Site.DB.Write(q.Ctx, f)
}

// Once does what the form asks for unless it was done already, within the
// caller's transaction, and says where to go; see [Once].
func (q *Request) Once(tx *db.Tx, do func() (Receipt, error)) (Reply, error) {
	to, err := Once(tx, q.Form.Get(part.SubmitName), q.owner(), q.Now, do)
	return Reply{To: to}, err
}

// owner is whose submissions these are: a person's, or those of one browser.
func (q *Request) owner() string {
	if q.Actor.Person != "" {
		return q.Actor.Person
	}
	return "guest:" + digest(q.guest)
}

// kept is what was typed, for giving it back. Secrets and hidden fields stay out.
func (q *Request) kept() (ks []part.Kept) {
	if q.route.Rate == Sign || q.route.Rate == Guess {
		return nil
	}
	for _, name := range sorted(q.Form) {
		if strings.HasPrefix(name, "_") || name == part.SubmitName || name == "v" || strings.Contains(name, "password") {
			continue
		}
		label := q.labels[rowNumber.ReplaceAllString(name, ".*.")]
		if label == "" { // of an answer, where the form was not read any more
			label = map[string]string{"way": "办理意见", "text": "意见"}[name]
		}
		if label == "" {
			label = "第 " + strconv.Itoa(len(ks)+1) + " 项"
		}
		if text := strings.Join(q.Form[name], "、"); strings.TrimSpace(text) != "" {
			ks = append(ks, part.Kept{Label: label, Text: text})
		}
	}
	return ks
}

var rowNumber = regexp.MustCompile(`\.\d+\.`)

// unreadable finds a field whose text cannot be kept as it is.
func unreadable(v url.Values) error {
	for _, name := range sorted(v) {
		for _, text := range v[name] {
			if !form.Readable(text) || !form.Readable(name) {
				return fault.On(name, "", "这一项含有不能保存的字符，重新输入")
			}
		}
	}
	return nil
}

// Local makes an address on this site of a text that a visitor sent; the desk
// when it leads elsewhere.
func Local(to string) string {
	u, err := url.Parse(to)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || !strings.HasPrefix(u.Path, "/") || strings.HasPrefix(u.Path, "//") || strings.ContainsAny(to, "\\\r\n\t") {
		return part.Desk
	}
	return u.RequestURI()
}
