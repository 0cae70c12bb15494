package web_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"yidan/internal/casework"
	"yidan/internal/db"
	"yidan/internal/org"
	"yidan/internal/web"
)

// thorough reports that a test is to try everything instead of a drawn part.
func thorough() bool { return os.Getenv("YIDAN_THOROUGH") != "" }

// contents is a digest of every table of a SQLite store but some: two that are
// equal say that nothing was changed.
func contents(t *testing.T, d *db.DB, but ...string) string {
	t.Helper()
	h := sha256.New()
	err := d.Read(context.Background(), func(tx *db.Tx) error {
		tables, err := db.All(tx, func(r *sql.Rows) (s string, err error) { return s, r.Scan(&s) },
			`SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`)
		for _, name := range tables {
			if slices.Contains(but, name) || err != nil {
				continue
			}
			var rows []string
			rows, err = db.All(tx, func(r *sql.Rows) (string, error) {
				cols, err := r.Columns()
				vs, ps := make([]any, len(cols)), make([]any, len(cols))
				for i := range vs {
					ps[i] = &vs[i]
				}
				if err == nil {
					err = r.Scan(ps...)
				}
				return fmt.Sprint(vs), err
			}, `SELECT * FROM `+name)
			slices.Sort(rows)
			fmt.Fprintln(h, name, rows)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}

// refused counts the refused attempts on record.
func (p *played) refused(t *testing.T) (n int) {
	t.Helper()
	if err := p.db.Read(context.Background(), func(tx *db.Tx) error {
		return tx.QueryRow(`SELECT count(*) FROM audit WHERE result = 'refused'`).Scan(&n)
	}); err != nil {
		t.Fatal(err)
	}
	return n
}

// An attempt is one thing that somebody might do to a case, and whether the engine
// lets them.
type attempt struct {
	path   string
	fields []string
	may    bool
}

// attempts are all: every answer to every sort of task, every way, every act, the
// form and the files.
func attempts(c *casework.Case, a org.Actor, visible bool) (all []attempt) {
	at, verdicts := "/sq/"+c.ID, []casework.Verdict{casework.Silent, casework.Nobody, casework.Dropped, casework.Void, casework.Done, casework.Agree, "随便"}
	for _, s := range c.Procedure.Steps {
		for _, w := range s.Ways {
			if !slices.Contains(verdicts, w.On) {
				verdicts = append(verdicts, w.On)
			}
		}
	}
	nos := []int{0}
	if n := len(c.Tasks); n > 0 {
		nos = append(nos, 1, n, n+1)
	}
	for _, no := range c.Pending() {
		if !slices.Contains(nos, no) && len(nos) < 8 {
			nos = append(nos, no)
		}
	}
	asked, hands := c.Asked(a), false
	for _, no := range nos {
		ways := c.WaysFor(nil, a)
		if no > 0 {
			ways = nil
			if i := slices.IndexFunc(asked, func(t casework.Task) bool { return t.No == no }); i >= 0 {
				ways = casework.AsideWays(asked[i].Kind)
				if asked[i].Kind == casework.Main {
					ways = c.WaysFor(&asked[i], a)
				}
				hands = hands || asked[i].Kind == casework.Correct || asked[i].Kind == casework.Main && c.Step().Edits
			}
		}
		for _, v := range verdicts {
			all = append(all, attempt{fmt.Sprintf("%s/y/%d", at, no), []string{"v", string(v)}, visible && slices.ContainsFunc(ways, func(w casework.Way) bool { return w.On == v })})
		}
	}
	for _, act := range []casework.Act{casework.ActUrge, casework.ActReassign, casework.ActConsult, casework.ActCorrect, casework.ActPause, casework.ActExtend, casework.ActAdd, casework.ActDrop,
		casework.ActComment, casework.ActLink, casework.ActShow, casework.ActSeal, casework.ActArchive, "rob"} {
		all = append(all, attempt{at + "/z/" + string(act), nil, visible && act != "rob" && c.May(act, a) == nil})
	}
	all = append(all, attempt{at + "/z/take-back", nil, visible && len(c.MayTakeBack(a)) > 0}, attempt{at + "/fj", []string{"drop", "x"}, visible && c.May(casework.ActAttach, a) == nil},
		attempt{at + "/hd", []string{"v", string(casework.Submit)}, visible && hands}, attempt{at + "/yd", nil, visible}, attempt{at + "/dh", nil, visible})
	for _, s := range c.Procedure.Layout {
		for _, tail := range []string{"", "/zc"} {
			all = append(all, attempt{at + "/b/" + s.Key + tail, []string{"revision", fmt.Sprint(c.Revision)}, visible && c.MayRevise(a)})
		}
	}
	return all
}

// Whatever the engine does not let somebody do to a case is refused when it is
// posted directly, changes nothing and is on record: in every stage, by every sort
// of post, administrators too. The engine itself is held against a model by the
// tests of packages casework and admission (T08).
func TestWhatIsNotOfferedIsRefusedAndOnRecord(t *testing.T) {
	p := play(t)
	logins := []string{"bianban", "bianban-fzr", "sifa", "sifa-fzr", "xiaozuban", "lingdao-fzr", "quweiban", "zhengfuban", "nongye", "shuiwu", "wenlv", "fulian", "zhujian", "tongji", "nanzhai", "songjian", "xitong", "anquan", "shenji"}
	actors := map[string]org.Actor{}
	var cases []*casework.Case
	err := p.db.Read(context.Background(), func(tx *db.Tx) error {
		for _, login := range logins {
			a, err := troupe.Actor(tx, login, playedAt)
			if err != nil {
				return fmt.Errorf("%s: %v", login, err)
			}
			actors[login] = a
		}
		env, err := p.site.Cases.Wire(tx, playedAt)
		if err != nil {
			return err
		}
		seen := map[string]bool{}
		for _, id := range p.cases {
			c, err := casework.Load(tx, env, id, playedAt)
			if err != nil {
				return err
			}
			if k := fmt.Sprint(c.Procedure.Name, c.Stage, c.Outcome, c.Sealed); !seen[k] {
				seen[k] = true
				cases = append(cases, c)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(cases, func(a, b *casework.Case) int { return strings.Compare(a.ID, b.ID) })
	draw := rand.New(rand.NewPCG(8, 8))
	tried, codes := 0, map[int]int{}
	for _, login := range logins {
		s := p.as(login)
		hidden := s.hidden()
		before, refused, n := contents(t, p.db, "audit"), p.refused(t), 0
		for _, c := range cases {
			visible := p.db.Read(context.Background(), func(tx *db.Tx) error { return casework.Visible(tx, actors[login], c.ID) }) == nil
			for _, x := range attempts(c, actors[login], visible) {
				if x.may || !thorough() && draw.IntN(20) > 0 {
					continue
				}
				v := url.Values{"text": {"理由"}, "task": {"1"}, "unit": {p.units("nanzhai")}, "within": {"5"}, "number": {c.Number}}
				for k, h := range hidden {
					v[k] = h
				}
				for i := 0; i+1 < len(x.fields); i += 2 {
					v.Set(x.fields[i], x.fields[i+1])
				}
				a := s.post(x.path, v)
				tried++
				codes[a.StatusCode]++
				switch a.StatusCode {
				case http.StatusForbidden, http.StatusNotFound, http.StatusConflict:
					n++
				case http.StatusUnprocessableEntity: // of several ways none was chosen
					if !strings.Contains(a.body, "选择一种办理意见") {
						t.Errorf("%s in %s: %s %v: %d\n%s", login, c.Stage, x.path, x.fields, a.StatusCode, plainText(a.body))
					}
				default:
					t.Errorf("%s in %s: %s %v: %d\n%s", login, c.Stage, x.path, x.fields, a.StatusCode, plainText(a.body))
				}
			}
		}
		if contents(t, p.db, "audit") != before {
			t.Errorf("%s changed something", login)
		}
		if got := p.refused(t) - refused; got != n {
			t.Errorf("%s: %d of %d refusals are on record", login, got, n)
		}
	}
	t.Logf("%d attempts at %d cases: %v", tried, len(cases), codes)
	if len(cases) < 12 || tried < 200 {
		t.Errorf("only %d attempts at %d cases", tried, len(cases))
	}
}

// Every real address that changes something refuses a form that is not ours, and
// no address that shows something changes anything but who looked (T20).
func TestEveryRealRouteNeedsOurOwnPageAndShowingChangesNothing(t *testing.T) {
	p := play(t)
	fill := strings.NewReplacer("{id}", p.cases["heritage"], "{case}", p.cases["oldhouse"], "{section}", "door", "{task}", "1", "{act}", "comment", "{code}", "J001", "{rule}", "AE-5.2", "{format}", "docx", "{n}", "1", "{no}", "1",
		"{seq}", "1", "{name}", "x", "{key}", "review.office", "{$}", "")
	shown := contents(t, p.db, "audit")
	for login, s := range map[string]*surfer{"bianban": p.as("bianban"), "nongye": p.as("nongye"), "xitong": p.as("xitong"), "": surf(t, p.place, "")} {
		own, foreign := s.hidden(), p.as("sifa").hidden()
		for _, r := range web.Routes() {
			path := fill.Replace(r.Path)
			if r.Safe() {
				continue
			}
			for name, x := range map[string]struct {
				form url.Values
				head []string
			}{
				"no token":      {url.Values{"submit_id": own["submit_id"]}, nil},
				"foreign token": {foreign, nil},
				"cross-site":    {own, []string{"Sec-Fetch-Site", "cross-site"}},
				"no origin":     {own, []string{"Origin", ""}},
			} {
				a := s.post(path, x.form, x.head...)
				if a.StatusCode != http.StatusForbidden && !(login == "" && a.StatusCode == http.StatusUnauthorized) {
					t.Errorf("%q: POST %s with %s: %d", login, path, name, a.StatusCode)
				}
			}
		}
	}
	if shown == contents(t, p.db) {
		t.Error("the digest does not see that refusals were put on record")
	}
	if contents(t, p.db, "audit") != shown {
		t.Error("something was changed")
	}
	for login, s := range map[string]*surfer{"bianban": p.as("bianban"), "nanzhai": p.as("nanzhai"), "wenlv": p.as("wenlv"), "shenji": p.as("shenji"), "": surf(t, p.place, "")} {
		for _, r := range web.Routes() {
			if !r.Safe() || strings.HasPrefix(r.Path, "/wo") || r.Path == "/qh" { // these read the session, and the play's are no real ones
				continue
			}
			if a := s.get(fill.Replace(r.Path)); a.StatusCode >= http.StatusInternalServerError {
				t.Errorf("%q: GET %s: %d", login, fill.Replace(r.Path), a.StatusCode)
			}
		}
		if contents(t, p.db, "audit") != shown {
			t.Fatalf("%q changed something by looking", login)
		}
	}
}

// What an address asks of a list is taken as it is meant or not at all: no
// character is a wildcard, keys twice, unknown or of another kind change nothing,
// and none brings a page down (T07).
func TestAnAddressIsTakenAsItIsMeantOrNotAtAll(t *testing.T) {
	p := play(t)
	s := p.as("bianban")
	var titles []string
	if err := p.db.Read(context.Background(), func(tx *db.Tx) (err error) {
		titles, err = db.All(tx, func(r *sql.Rows) (s string, err error) { return s, r.Scan(&s) }, `SELECT title FROM cases WHERE filed_at <> ''`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	before := contents(t, p.db, "audit")
	lists := []string{"/sq", "/zr", "/zr/wx", "/zr/gm", "/cl", "/qd", "/xx", "/gzt/todo", "/zr/xuan", "/cz", "/public", "/bz/gz"}
	for _, words := range []string{"%", "_", `"`, "'", "*", "NEAR(", "-", "\\", "巡查", "协助 巡查", "' OR 1=1 --", "%巡%", "没有这样的事"} {
		found := plainText(s.get("/sq?q=" + url.QueryEscape(words)).body)
		for _, title := range titles {
			want := !slices.ContainsFunc(strings.Fields(words), func(w string) bool { return !strings.Contains(title, w) })
			if want && !strings.Contains(found, title) && !strings.Contains(found, "下一页") {
				t.Errorf("/sq?q=%s does not find %q", words, title)
			}
			if !want && strings.ContainsAny(words, `%_"'*\`) && strings.Contains(found, title) {
				t.Errorf("/sq?q=%s finds %q", words, title)
			}
		}
		for _, path := range lists {
			if a := s.get(path + "?q=" + url.QueryEscape(words)); a.StatusCode != http.StatusOK {
				t.Errorf("%s?q=%s: %d", path, words, a.StatusCode)
			}
		}
	}
	for _, path := range lists {
		plain := plainText(s.get(path).body)
		for _, odd := range []string{"status=closed&org_id=x&reviewer=y&version=9", "owner[]=a&owner[]=b", "k=zzz", "k=%27%3B--", "f=2026-02-30", "t=tomorrow", "s=no-such", "s=a&s=b", "d=no-such&u=no-such", "on=9999-99-99", "bf=x&lb=y", "n=%00", "q=%ff"} {
			a := s.get(path + "?" + odd)
			if a.StatusCode >= http.StatusInternalServerError {
				t.Errorf("%s?%s: %d", path, odd, a.StatusCode)
			}
			if strings.HasPrefix(odd, "status=") && (a.StatusCode != http.StatusOK || plainText(a.body) != plain) {
				t.Errorf("%s?%s is another page: %d", path, odd, a.StatusCode)
			}
		}
	}
	if contents(t, p.db, "audit") != before {
		t.Error("something was changed")
	}
}
