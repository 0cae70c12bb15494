package web_test

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"yidan/internal/db"
	"yidan/internal/testkit"
	"yidan/internal/web"
)

// headers that security asks of every response.
var headers = map[string]string{
	"Content-Security-Policy":      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'",
	"X-Content-Type-Options":       "nosniff",
	"Referrer-Policy":              "same-origin",
	"Cross-Origin-Opener-Policy":   "same-origin",
	"Cross-Origin-Resource-Policy": "same-origin",
}

var inline = regexp.MustCompile(`(?i)\sstyle=|\son[a-z]+=|javascript:|<style|<script(>|\s[^>]*>[^<])`)

// Every route is asked by everybody in every way; whatever comes of it bears the headers (T19).
func TestHeadersAreOnEveryRouteAndStatus(t *testing.T) {
	p := open(t, store(t))
	seen := map[int]bool{}
	for _, session := range []string{"", handler, "auditor", "expired"} {
		s := surf(t, p, session)
		var all []answer
		for _, r := range p.table {
			path := strings.NewReplacer("{id}", "1", "{name}", "no.css").Replace(r.Path)
			all = append(all, s.get(path), s.post(path, url.Values{}), s.post(path, s.form()))
		}
		all = append(all, s.get("/nowhere"), s.get("/specimen/../specimen"), s.get("/%00"), s.get("/specimen?q=%ff"))
		for _, a := range all {
			seen[a.StatusCode] = true
			for k, want := range headers {
				if k == "Content-Security-Policy" && a.Header.Get("Content-Disposition") != "" {
					want = "sandbox; default-src 'none'"
				}
				if got := a.Header.Get(k); got != want {
					t.Errorf("%s %s → %d: %s is %q", a.Request.Method, a.Request.URL.Path, a.StatusCode, k, got)
				}
			}
			if a.Header.Get("Permissions-Policy") == "" || a.Header.Get("Cache-Control") == "" {
				t.Errorf("%s: no policy or caching", a.Request.URL.Path)
			}
			if bad := inline.FindString(a.body); bad != "" && strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") {
				t.Errorf("%s has inline %q", a.Request.URL.Path, bad)
			}
			if strings.Contains(a.body, "secret") {
				t.Errorf("%s tells a cause: %s", a.Request.URL.Path, a.body)
			}
		}
	}
	for _, code := range []int{200, 303, 401, 403, 404, 405, 409, 422, 429, 500, 503} {
		if !seen[code] {
			t.Errorf("no response had status %d", code)
		}
	}
}

func TestTLSHardensCookies(t *testing.T) {
	p := open(t, store(t), func(s *web.Site) { s.TLS = true })
	a := surf(t, p, "").get("/specimen")
	c := a.Cookies()[0]
	if c.Name != "__Host-yidan-guest" || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || a.Header.Get("Strict-Transport-Security") == "" {
		t.Errorf("%+v, HSTS %q", c, a.Header.Get("Strict-Transport-Security"))
	}
}

// The matrix of T20: no change without our own page, opened in this session.
func TestNothingChangesWithoutOurOwnPage(t *testing.T) {
	p := open(t, store(t), func(s *web.Site) { s.Limits = map[web.Rate]web.Limit{} })
	s, other := surf(t, p, handler), surf(t, p, "auditor")
	foreign := other.form().Get("_token")
	ways := map[string]func(string, url.Values) answer{
		"no token":          func(path string, v url.Values) answer { v.Del("_token"); return s.post(path, v) },
		"foreign token":     func(path string, v url.Values) answer { v.Set("_token", foreign); return s.post(path, v) },
		"cross-site header": func(path string, v url.Values) answer { return s.post(path, v, "Sec-Fetch-Site", "cross-site") },
		"foreign origin":    func(path string, v url.Values) answer { return s.post(path, v, "Origin", "https://evil.example") },
		"null origin":       func(path string, v url.Values) answer { return s.post(path, v, "Origin", "null") },
		"neither header":    func(path string, v url.Values) answer { return s.post(path, v, "Origin", "") },
	}
	for _, r := range p.table {
		if r.Method != http.MethodPost {
			continue
		}
		for name, way := range ways {
			if a := way(r.Path, s.whole()); a.StatusCode != http.StatusForbidden || a.Header.Get("Location") != "" {
				t.Errorf("%s with %s: %d", r.Path, name, a.StatusCode)
			}
		}
	}
	if p.calls > 0 {
		t.Error("something was handed in")
	}
	if a := s.post("/specimen", s.whole()); a.StatusCode != http.StatusSeeOther || p.calls != 1 {
		t.Errorf("our own page: %d\n%s", a.StatusCode, a.body)
	}
}

func TestAGuestHasATokenToo(t *testing.T) {
	p := open(t, store(t))
	s := surf(t, p, "")
	v := s.form()
	if a := s.post("/dl", v); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("sign-in: %d", a.StatusCode)
	}
	if a := s.post("/specimen/save", v); a.StatusCode != http.StatusForbidden {
		t.Errorf("the guest's token opens a session's form: %d", a.StatusCode)
	}
	if a := s.post("/specimen/save", s.form()); a.StatusCode != http.StatusOK || a.body != `{"saved":"14:31"}` {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
	a := s.post("/tc", s.form())
	if a.StatusCode != http.StatusSeeOther || a.Header.Get("Clear-Site-Data") == "" {
		t.Errorf("sign-out: %d", a.StatusCode)
	}
	if a := s.get("/sq/1"); a.Header.Get("Location") != "/dl?to=%2Fsq%2F1" {
		t.Errorf("after signing out: %d %s", a.StatusCode, a.Header.Get("Location"))
	}
}

func TestWhoMayNotComeCannotTellThatThereIsSomething(t *testing.T) {
	p := open(t, store(t))
	missing := surf(t, p, handler).get("/nowhere")
	for path, session := range map[string]string{"/shen": handler, "/jg": handler, "/missing": handler} {
		a := surf(t, p, session).get(path)
		if a.StatusCode != http.StatusNotFound || plainOf(a.body) != plainOf(missing.body) {
			t.Errorf("%s: %d, differs from what is missing", path, a.StatusCode)
		}
	}
	if a := surf(t, p, "auditor").get("/sq/1"); a.StatusCode != http.StatusNotFound {
		t.Errorf("an administrator got business: %d", a.StatusCode)
	}
}

var oneTime = regexp.MustCompile(`value="[0-9a-f]{32,64}"|to=[^"]*`)

func plainOf(body string) string { return oneTime.ReplaceAllString(body, "") }

func TestErrorsKeepWhatWasTypedAndNameTheArticle(t *testing.T) {
	p := open(t, store(t))
	s := surf(t, p, handler)
	v := s.whole()
	v.Set("password", "hidden-from-all")
	for path, want := range map[string]int{"/plain": 422, "/clash": 409, "/broken": 500} {
		a := s.post(path, v)
		if a.StatusCode != want || !strings.Contains(a.body, "秸秆禁烧巡查协助") || strings.Contains(a.body, "hidden-from-all") {
			t.Errorf("%s: %d\n%s", path, a.StatusCode, a.body)
		}
	}
	if a := s.get("/refused"); !strings.Contains(a.body, `href="/bz/fa/AE-5.2">准入准出办法 第五条</a>`) {
		t.Error("a refusal without its article")
	}
	a := surf(t, p, "expired").post("/specimen", v)
	if a.StatusCode != http.StatusUnauthorized || !strings.Contains(a.body, "秸秆禁烧巡查协助") || !strings.Contains(a.body, `href="/dl"`) {
		t.Errorf("an ended session: %d\n%s", a.StatusCode, a.body)
	}
}

func TestAFailureHasANumberThatTheLogKnows(t *testing.T) {
	p := open(t, store(t))
	for _, path := range []string{"/broken", "/panic", "/nothing"} {
		no := regexp.MustCompile(`查询号 ([0-9A-F]{4}-[0-9A-F]{2})`).FindStringSubmatch(surf(t, p, "").get(path).body)
		if no == nil || !strings.Contains(p.log.String(), "lookup="+no[1]) {
			t.Errorf("%s: number %v, log:\n%s", path, no, p.log)
		}
	}
	if !strings.Contains(p.log.String(), "a secret panic") || strings.Contains(p.log.String(), "127.0.0.1") {
		t.Errorf("the log says too little or too much:\n%s", p.log)
	}
}

// The limits of T15.
func TestAbuseIsRefused(t *testing.T) {
	p := open(t, store(t))
	s := surf(t, p, handler)
	many := s.form()
	for i := range 10000 {
		many.Set(fmt.Sprintf("f%d", i), "")
	}
	big := s.form()
	big.Set("matter", strings.Repeat("长", 2<<20))
	odd := s.form()
	odd.Set("matter", "a\x00b")
	for name, a := range map[string]answer{
		"10,000 fields": s.post("/specimen/save", many), "6 MB of text": s.post("/specimen/save", big), "NUL": s.post("/specimen/save", odd),
		"a body that is no form": s.post("/specimen/save", s.form(), "Content-Type", "application/json"), "dots": s.get("/%2f../specimen"), "dots in the middle": s.get("/a/..%2fspecimen"),
		"method override": s.post("/sq/1", s.form(), "X-HTTP-Method-Override", "GET"), "bad escapes": s.post("/specimen/save", url.Values{}, "Content-Type", "application/x-www-form-urlencoded; charset=%"),
	} {
		if a.StatusCode < 400 || a.StatusCode >= 500 {
			t.Errorf("%s: %d", name, a.StatusCode)
		}
	}
	for _, m := range []string{http.MethodHead, http.MethodOptions, http.MethodPut, http.MethodDelete, "PROPFIND"} {
		r, _ := http.NewRequest(m, p.URL+"/tc", nil)
		if a := s.do(r); a.StatusCode != http.StatusMethodNotAllowed || a.Header.Get("Allow") != "POST" {
			t.Errorf("%s: %d, allow %q", m, a.StatusCode, a.Header.Get("Allow"))
		}
	}
	r, _ := http.NewRequest(http.MethodGet, p.URL+"/specimen", nil)
	r.Header.Set("X-Long", strings.Repeat("x", 2<<20))
	if resp, err := s.Do(r); err == nil && resp.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("2 MB of headers: %d", resp.StatusCode)
	}
	r, _ = http.NewRequest(http.MethodGet, p.URL+"/sq/1", nil)
	r.Host = "evil.example"
	if a := surf(t, p, "").do(r); strings.Contains(a.Header.Get("Location")+a.body, "evil") {
		t.Errorf("a link uses a poisoned host: %s", a.Header.Get("Location"))
	}
}

func TestUploadsAreLimitedAndStreamed(t *testing.T) {
	p := open(t, store(t))
	s := surf(t, p, handler)
	send := func(size int64) answer {
		var head bytes.Buffer
		m := multipart.NewWriter(&head)
		for k, v := range s.whole() {
			m.WriteField(k, v[0])
		}
		m.CreateFormFile("files", "附件.pdf")
		tail := "\r\n--" + m.Boundary() + "--\r\n"
		body := io.MultiReader(&head, io.LimitReader(zeros{}, size), strings.NewReader(tail))
		r, _ := http.NewRequest(http.MethodPost, p.URL+"/specimen", body)
		r.Header.Set("Content-Type", m.FormDataContentType())
		r.Header.Set("Origin", p.URL)
		resp, err := s.Do(r)
		if err != nil { // the server hung up on it
			return answer{&http.Response{StatusCode: http.StatusRequestEntityTooLarge}, ""}
		}
		defer resp.Body.Close()
		b, _ := io.ReadAll(resp.Body)
		return answer{resp, string(b)}
	}
	if a := send(3 << 20); a.StatusCode != http.StatusSeeOther {
		t.Errorf("3 MB: %d %s", a.StatusCode, a.body)
	}
	if a := send(100 << 20); a.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("100 MB: %d", a.StatusCode)
	}
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

func TestSlowVisitorsAreHungUpOnAndHoldNobodyUp(t *testing.T) {
	p := open(t, store(t))
	var slow []net.Conn
	for range 200 {
		c, err := net.Dial("tcp", p.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		fmt.Fprintf(c, "GET /specimen HTTP/1.1\r\nHost: x\r\nX-Slow: ")
		slow = append(slow, c)
	}
	start := time.Now()
	if a := surf(t, p, "").get("/specimen"); a.StatusCode != http.StatusOK || time.Since(start) > 500*time.Millisecond {
		t.Errorf("others wait %v", time.Since(start))
	}
	c := slow[0]
	c.SetReadDeadline(time.Now().Add(8 * time.Second))
	if _, err := io.ReadAll(c); err != nil {
		t.Errorf("a slow visitor is still there: %v", err)
	}
}

func TestTooOftenIsTooOften(t *testing.T) {
	p := open(t, store(t))
	s := surf(t, p, "")
	v := s.form()
	var last answer
	for range 5 {
		v.Set("_token", "wrong")
		last = s.post("/dl", v)
	}
	if last.StatusCode != http.StatusTooManyRequests || last.Header.Get("Retry-After") == "" {
		t.Errorf("%d", last.StatusCode)
	}
}

// A form sent twenty times at once, again later and by somebody else is one
// submission (T39).
func TestAFormIsHandedInOnce(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		p := open(t, d)
		s := surf(t, p, handler)
		v := s.whole()
		var wg sync.WaitGroup
		places := make([]string, 20)
		for i := range places {
			wg.Add(1)
			go func() {
				defer wg.Done()
				places[i] = s.post("/specimen", v).Header.Get("Location")
			}()
		}
		wg.Wait()
		again := open(t, d) // after a restart
		s2 := surf(t, again, handler)
		places = append(places, s2.post("/specimen", v).Header.Get("Location"))
		first := 0
		for _, to := range places {
			u, err := url.Parse(to)
			if err != nil || u.Path != "/sq/1" || u.Query().Get("tab") != "a" || u.Query().Get("receipt") != v.Get("submit_id") {
				t.Fatalf("led to %q", to)
			}
			if u.Query().Get("again") == "" {
				first++
			}
		}
		if p.calls+again.calls != 1 || first != 1 {
			t.Errorf("handed in %d times, told so %d times", p.calls+again.calls, first)
		}
		if a := s2.get(places[len(places)-1]); !strings.Contains(a.body, "已提交申请，编号 准入〔2026〕017") || !strings.Contains(a.body, "14:31 已经办好，没有重复提交") {
			t.Errorf("no receipt in\n%s", a.body)
		}
		for name, id := range map[string]string{"none": "", "made up": "x", "of another": strings.Repeat("0", 32)} {
			v.Set("submit_id", id)
			if a := s.post("/specimen", v); name != "of another" && a.StatusCode != http.StatusForbidden {
				t.Errorf("number %s: %d", name, a.StatusCode)
			}
		}
		err := d.Write(t.Context(), func(tx *db.Tx) error {
			_, err := web.Once(tx, strings.Repeat("0", 32), "somebody else", time.Now(), func() (web.Receipt, error) { return web.Receipt{}, nil })
			return err
		})
		if err == nil {
			t.Error("somebody else's number was taken")
		}
	})
}

func TestRoutesThatDeclareTooLittleStopTheStart(t *testing.T) {
	do := func(*web.Request) (web.Reply, error) { return web.Go("/"), nil }
	for name, table := range map[string][]web.Route{
		"nobody":   {{Method: http.MethodGet, Path: "/a", Rate: web.Read, Do: do}},
		"no rate":  {{Method: http.MethodGet, Path: "/a", Who: web.Public, Do: do}},
		"nothing":  {{Method: http.MethodGet, Path: "/a", Who: web.Public, Rate: web.Read}},
		"put":      {{Method: http.MethodPut, Path: "/a", Who: web.Public, Rate: web.Write, Do: do}},
		"bodiless": {{Method: http.MethodPost, Path: "/a", Who: web.Public, Rate: web.Read, Do: do}},
		"twice":    {{http.MethodGet, "/a", web.Public, web.Read, do}, {http.MethodGet, "/a", web.Public, web.Read, do}},
	} {
		if _, err := new(web.Site).Handler(table); err == nil {
			t.Errorf("%s: started", name)
		}
	}
}

func TestLocalNeverLeadsElsewhere(t *testing.T) {
	for in, want := range map[string]string{"/sq/1?tab=a": "/sq/1?tab=a", "": "/gzt", "//evil.example": "/gzt", "/\\evil.example": "/gzt", "https://evil.example": "/gzt", "javascript:alert(1)": "/gzt", "/a\r\nb": "/gzt", "sq": "/gzt", "/%2fevil.example": "/gzt", "/%2e/a": "/%2e/a"} {
		if got := web.Local(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestAssetsKeepForEverUnderTheirDigest(t *testing.T) {
	p := open(t, store(t))
	s := surf(t, p, "")
	for _, m := range regexp.MustCompile(`/static/[a-z]+\.[0-9a-f]{12}\.(css|js|svg)`).FindAllString(s.get("/specimen").body, -1) {
		if a := s.get(m); a.StatusCode != http.StatusOK || !strings.Contains(a.Header.Get("Cache-Control"), "immutable") || len(a.Cookies()) > 0 {
			t.Errorf("%s: %d %q", m, a.StatusCode, a.Header.Get("Cache-Control"))
		}
	}
	if a := s.get("/static/yidan.000000000000.css"); a.StatusCode != http.StatusNotFound || a.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("a stale name: %d %q", a.StatusCode, a.Header.Get("Cache-Control"))
	}
	if a := s.get("/file"); a.Header.Get("Content-Disposition") == "" || strings.Contains(a.Header.Get("Content-Disposition"), "inline") {
		t.Errorf("a file is shown: %q", a.Header.Get("Content-Disposition"))
	}
}
