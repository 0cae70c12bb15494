package web_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"yidan/internal/calendar"
	"yidan/internal/casework"
	"yidan/internal/catalog"
	"yidan/internal/db"
	"yidan/internal/demo"
	"yidan/internal/document"
	"yidan/internal/regulation"
	"yidan/internal/schema"
	"yidan/internal/testkit"
	"yidan/internal/web"
)

// A played district is the demo with a site on it: cases in every stage, on the
// day on which they stand there.
type played struct {
	*place
	site  *web.Site
	cases map[string]string // ids by their key in the play
	units func(login string) string
	as    func(login string) *surfer
}

// performance is the demo as it stood when the curtain fell: seeded once, copied
// for every test.
var performance = sync.OnceValues(func() (store []byte, err error) {
	dir, err := os.MkdirTemp("", "yidan-play")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	d, err := db.Open(context.Background(), dir, schema.Files)
	if err != nil {
		return nil, err
	}
	troupe, err = demo.Seed(context.Background(), d, playedAt)
	if err = errors.Join(err, d.Close()); err != nil {
		return nil, err
	}
	return os.ReadFile(filepath.Join(dir, db.File))
})

var (
	troupe   *demo.District // set by performance
	playedAt = time.Date(2026, 11, 25, 12, 40, 0, 0, calendar.Zone)
)

func play(t *testing.T) *played {
	t.Helper()
	b, err := performance()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, db.File), b, 0o600); err != nil {
		t.Fatal(err)
	}
	d, x, now := testkit.Open(t, dir), troupe, playedAt
	fonts, err := document.FindFonts("../../.cache/fonts")
	if err != nil {
		t.Fatal(err)
	}
	site := &web.Site{
		District: demo.Name, Contact: "区委编办", DB: d, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Now: func() time.Time { return now },
		Cases: &casework.Store{DB: d, Wire: regulation.Wire}, Books: new(catalog.Books), Cite: regulation.Cite, Around: web.Around, Fonts: fonts, Limits: map[web.Rate]web.Limit{},
	}
	site.Visit = func(ctx context.Context, token string, now time.Time) (v web.Visitor, err error) {
		login, ok := strings.CutPrefix(token, "post-")
		if ok {
			err = d.Read(ctx, func(tx *db.Tx) error { v.Actor, err = x.Actor(tx, login, now); return err })
		}
		return v, err
	}
	h, err := site.Handler(web.Routes())
	if err != nil {
		t.Fatal(err)
	}
	p := &played{place: &place{Server: httptest.NewServer(h), db: d}, site: site, cases: x.Cases(), units: x.Unit}
	p.as = func(login string) *surfer { return surf(t, p.place, "post-"+login) }
	t.Cleanup(p.Close)
	return p
}

// says reports a page that does not say all of some texts.
func says(t *testing.T, a answer, texts ...string) {
	t.Helper()
	page := plainText(a.body)
	if a.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d\n%s", a.Request.URL, a.StatusCode, page)
	}
	for _, want := range texts {
		if !strings.Contains(page, want) {
			t.Errorf("%s does not say %q:\n%s", a.Request.URL, want, page)
		}
	}
}

// hides reports a page that says one of some texts.
func hides(t *testing.T, a answer, texts ...string) {
	t.Helper()
	for _, no := range texts {
		if strings.Contains(plainText(a.body), no) {
			t.Errorf("%s says %q", a.Request.URL, no)
		}
	}
}

// The first screens as they are looked at: no wider than a phone, no trouble for
// a screen reader, and on paper for the leading group.
func TestFirstScreensAndListsAreUsableOnPhoneAndDesk(t *testing.T) {
	p := play(t)
	b := testkit.Browse(t)
	for _, c := range []struct{ login, path string }{
		{"bianban", "/gzt"}, {"nongye", "/gzt"}, {"lingdao", "/gzt"}, {"nanzhai", "/gzt"}, {"bianban", "/sq"}, {"nanzhai", "/xx"}, {"bianban", "/zr"},
		{"nongye", "/zr/" + p.cases["heritage"]}, {"nanzhai", "/zr/xuan?q=%E7%A7%B8%E7%A7%86"}, {"nanzhai", "/cl"},
	} {
		b.Open(p.URL + "/yz")
		testkit.Ask[bool](b, `(()=>{document.cookie=%s;return true})()`, (&http.Cookie{Name: "yidan", Value: "post-" + c.login, Path: "/"}).String())
		for _, w := range []int64{1280, 360} {
			b.Size(w, 900)
			b.Open(p.URL + c.path)
			b.Flat()
			b.Shot("desk-" + c.login + strings.ReplaceAll(c.path, "/", "-"))
		}
		b.Axe()
		if c.login == "lingdao" {
			b.PDF("desk-lingdao")
		}
	}
}

// On paper the head of a table goes to the next page with its first row.
func TestTheHeadOfATableIsNotPrintedAlone(t *testing.T) {
	p := play(t)
	b := testkit.Browse(t)
	for _, high := range []string{"60mm", "80mm", "160mm"} {
		b.Open(p.URL + "/public/ce/" + p.units("yingji"))
		testkit.Ask[bool](b, `(()=>{const d=document.createElement("div"); d.style.height=%s; document.querySelector("main .card").before(d); return true})()`, high)
		for i, rows := range strings.Split(testkit.PDFText(t, b.PDF("booklet")), "具体事项本部门职责") {
			if i > 0 && !regexp.MustCompile(`[PS]\d{3}`).MatchString(rows) {
				t.Errorf("below %s a head stands alone: %s", high, rows)
			}
		}
	}
}

// number is what a case of the play is called.
func (p *played) number(key string) (number string) {
	p.db.Read(context.Background(), func(tx *db.Tx) error {
		return tx.QueryRow(`SELECT number FROM cases WHERE id = $1`, p.cases[key]).Scan(&number)
	})
	return number
}

// title is what a case of the play is about.
func (p *played) title(key string) (title string) {
	p.db.Read(context.Background(), func(tx *db.Tx) error {
		return tx.QueryRow(`SELECT title FROM cases WHERE id = $1`, p.cases[key]).Scan(&title)
	})
	return title
}
