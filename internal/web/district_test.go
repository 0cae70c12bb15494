package web_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"yidan/internal/calendar"
	"yidan/internal/casework"
	"yidan/internal/catalog"
	"yidan/internal/db"
	"yidan/internal/org"
	"yidan/internal/regulation"
	"yidan/internal/web"
)

// A district is a wired site on a store: units, offices and posts of one
// invented district, every procedure bound to it, and a clock that moves when
// told. Posts are called as pages call them, "区委编办 经办".
//
//	x := newDistrict(t, d)
//	s := x.as("区农业农村局 经办")         // a browser of that post
//	page := s.get("/sq/new/admission")    // any address
//	a := s.send(page, "/sq/new/admission") // hand in the form of a page, as it stands
//	s.must(page, "/sq/"+id+"/y/2", "text", "同意") // with fields filled in, and on to where it leads
type district struct {
	t     *testing.T
	db    *db.DB
	site  *web.Site
	place *place
	now   time.Time
	units map[string]string    // ids by name
	posts map[string]org.Actor // by what a post is called
	fresh map[string]bool      // posts whose identity was just confirmed

	accounts, policy, auditor org.Actor
}

// districtUnits are the units with the offices they hold.
var districtUnits = []struct {
	name  string
	kind  org.Kind
	roles []org.Role
}{
	{"区委编办", org.Department, []org.Role{org.ListOffice}},
	{"区司法局", org.Department, []org.Role{org.Justice}},
	{"清单工作领导小组", org.Group, []org.Role{org.Lead}},
	{"领导小组办公室", org.Department, []org.Role{org.Secretariat, org.Convener}},
	{"区委办公室", org.Department, []org.Role{org.CommitteeOffice}},
	{"区政府办公室", org.Department, []org.Role{org.GovernOffice}},
	{"区纪委监委", org.Department, []org.Role{org.Discipline}},
	{"区委组织部", org.Department, []org.Role{org.Organisation}},
	{"区考核办", org.Department, []org.Role{org.Assessment}},
	{"区农业农村局", org.Department, nil},
	{"区水务局", org.Department, nil},
	{"城关镇", org.Township, nil},
	{"南寨镇", org.Township, nil},
	{"河湾镇", org.Township, nil},
	{"东风街道", org.Subdistrict, nil},
}

// newDistrict builds a district on a store; the clock stands at Monday,
// 2026-08-03 09:00. Every unit has a 经办 and a 负责人.
func newDistrict(t *testing.T, d *db.DB, change ...func(*web.Site)) *district {
	t.Helper()
	x := &district{t: t, db: d, now: clock("2026-08-03 09:00"), units: map[string]string{}, posts: map[string]org.Actor{}, fresh: map[string]bool{}}
	x.write(func(tx *db.Tx) error {
		for _, a := range []struct {
			class org.Class
			to    *org.Actor
		}{{org.Accounts, &x.accounts}, {org.Policy, &x.policy}, {org.Auditor, &x.auditor}} {
			id, err := org.AddAdministrator(tx, org.Person{Login: string(a.class), Name: org.ClassName(a.class), Class: a.class}, x.now)
			if err != nil {
				return err
			}
			as, err := org.Actors(tx, id, org.Day(x.now))
			if err != nil {
				return err
			}
			*a.to = as[0]
			x.posts[org.ClassName(a.class)] = as[0]
		}
		for i, u := range districtUnits {
			id, err := org.AddUnit(tx, x.accounts, org.UnitRow{Name: u.name, Kind: u.kind, Place: i + 1, Phone: "0454-8000000", From: "2020-01-01"}, x.now)
			if err != nil {
				return err
			}
			x.units[u.name] = id
			for _, r := range u.roles {
				if err := org.Appoint(tx, x.policy, r, id, "2026-01-01", x.now); err != nil {
					return err
				}
			}
		}
		return nil
	})
	for i, u := range districtUnits {
		x.hire(u.name+" 经办", u.name, org.Handler, "jb"+string(rune('a'+i)))
		x.hire(u.name+" 负责人", u.name, org.Leader, "fzr"+string(rune('a'+i)))
	}
	x.site = &web.Site{
		District: "郊区", Contact: "区委编办 0454-8000000", DB: d, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Now: func() time.Time { return x.now },
		Cases: &casework.Store{DB: d, Wire: regulation.Wire}, Books: new(catalog.Books), Cite: regulation.Cite, Visit: x.visit,
		Limits: map[web.Rate]web.Limit{},
	}
	for _, c := range change {
		c(x.site)
	}
	h, err := x.site.Handler(web.Routes())
	if err != nil {
		t.Fatal(err)
	}
	x.place = &place{Server: httptest.NewServer(h), db: d}
	t.Cleanup(x.place.Close)
	return x
}

// hire gives a new person a post.
func (x *district) hire(name, unit, duty, login string) {
	x.t.Helper()
	x.write(func(tx *db.Tx) error {
		id, err := org.AddPerson(tx, x.accounts, org.Person{Login: login, Name: name, Class: org.Business}, x.now)
		if err != nil {
			return err
		}
		if _, err := org.Grant(tx, x.policy, org.Post{Person: id, Unit: x.units[unit], Duty: duty, From: "2026-01-01"}, x.now); err != nil {
			return err
		}
		as, err := org.Actors(tx, id, org.Day(x.now))
		if err == nil {
			x.posts[name] = as[0]
		}
		return err
	})
}

// visit takes "post-" and a person's id for the session of that person.
func (x *district) visit(ctx context.Context, token string, now time.Time) (v web.Visitor, err error) {
	person, ok := strings.CutPrefix(token, "post-")
	if !ok {
		return v, nil
	}
	err = x.db.Read(ctx, func(tx *db.Tx) error {
		as, err := org.Actors(tx, person, org.Day(now))
		if err == nil && len(as) > 0 {
			v.Actor, v.Fresh = as[0], x.fresh[as[0].Name]
		}
		return err
	})
	return v, err
}

// as is a browser in which a post has signed in.
func (x *district) as(post string) *surfer {
	x.t.Helper()
	a, ok := x.posts[post]
	if !ok {
		x.t.Fatalf("nobody is called %q", post)
	}
	return surf(x.t, x.place, "post-"+a.Person)
}

// read and write run a transaction on the store.
func (x *district) read(f func(tx *db.Tx) error) {
	x.t.Helper()
	if err := x.db.Read(context.Background(), f); err != nil {
		x.t.Fatal(err)
	}
}

func (x *district) write(f func(tx *db.Tx) error) {
	x.t.Helper()
	if err := x.db.Write(context.Background(), f); err != nil {
		x.t.Fatal(err)
	}
}

// load is a case as it stands.
func (x *district) load(id string) (c *casework.Case) {
	x.t.Helper()
	x.read(func(tx *db.Tx) error {
		env, err := x.site.Cases.Wire(tx, x.now)
		if err == nil {
			c, err = casework.Load(tx, env, id, x.now)
		}
		return err
	})
	return c
}

// clock is a moment of the district's time.
func clock(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", s, calendar.Zone)
	if err != nil {
		panic(err)
	}
	return t
}

// to is where a reply leads, without the receipt.
func (a answer) to() string {
	u, err := url.Parse(a.Header.Get("Location"))
	if err != nil {
		return ""
	}
	v := u.Query()
	v.Del("receipt")
	v.Del("again")
	u.RawQuery = v.Encode()
	return u.String()
}

// send hands in the form of a page that goes to an address, with what stands in
// it, after filling in name and value pairs; "" takes a field away. A value can
// be several, parted by "|".
func (s *surfer) send(page answer, action string, fields ...string) answer {
	s.t.Helper()
	v := s.filled(page, action)
	for i := 0; i+1 < len(fields); i += 2 {
		delete(v, fields[i])
		if fields[i+1] != "" {
			v[fields[i]] = strings.Split(fields[i+1], "|")
		}
	}
	return s.post(action, v)
}

// must is send that has to lead on; it gives the page it leads to.
func (s *surfer) must(page answer, action string, fields ...string) answer {
	s.t.Helper()
	a := s.send(page, action, fields...)
	if a.StatusCode != http.StatusSeeOther {
		s.t.Fatalf("POST %s: %d\n%s", action, a.StatusCode, plainText(a.body))
	}
	return s.get(a.Header.Get("Location"))
}

// filled is what the form of a page would send as it stands.
func (s *surfer) filled(page answer, action string) url.Values {
	s.t.Helper()
	doc, err := html.Parse(strings.NewReader(page.body))
	if err != nil {
		s.t.Fatal(err)
	}
	for n := range doc.Descendants() {
		if n.Data == "form" && attr(n, "method") == "post" && attr(n, "action") == action {
			return controls(n)
		}
	}
	s.t.Fatalf("no form leads to %s on\n%s", action, plainText(page.body))
	return nil
}

func controls(form *html.Node) url.Values {
	v := url.Values{}
	for n := range form.Descendants() {
		name := attr(n, "name")
		switch {
		case n.Type != html.ElementNode || name == "":
		case n.Data == "textarea":
			v.Add(name, textOf(n))
		case n.Data == "select":
			for o := range n.Descendants() {
				if o.Data == "option" && has(o, "selected") {
					v.Set(name, attr(o, "value"))
				}
			}
		case n.Data == "input" && (attr(n, "type") == "radio" || attr(n, "type") == "checkbox"):
			if has(n, "checked") {
				v.Add(name, attr(n, "value"))
			}
		case n.Data == "input" && attr(n, "type") != "file":
			v.Add(name, attr(n, "value"))
		}
	}
	return v
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, key string) bool {
	for _, a := range n.Attr {
		if a.Key == key {
			return true
		}
	}
	return false
}

func textOf(n *html.Node) string {
	var b strings.Builder
	for x := range n.Descendants() {
		if x.Type == html.TextNode {
			b.WriteString(x.Data)
		}
	}
	return b.String()
}

// plainText is what a page says, for failures and for looking words up.
func plainText(page string) string {
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		return page
	}
	for n := range doc.Descendants() {
		if n.Data == "main" {
			return strings.Join(strings.Fields(textOf(n)), " ")
		}
	}
	return page
}

func TestADistrictIsWired(t *testing.T) {
	x := newDistrict(t, store(t))
	if a := x.as("区农业农村局 经办").get("/nowhere"); a.StatusCode != http.StatusNotFound || !strings.Contains(a.body, "区农业农村局 · 经办") {
		t.Errorf("%d\n%s", a.StatusCode, a.body)
	}
	if !x.posts["区委编办 经办"].Holds(org.ListOffice) {
		t.Error("the list office is not appointed")
	}
}
