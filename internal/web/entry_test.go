package web_test

import (
	"context"
	"errors"
	"image/png"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"yidan/internal/db"
	"yidan/internal/org"
	"yidan/internal/session"
	"yidan/internal/testkit"
	"yidan/internal/web"
)

const password = "Qingshan-7392-lushui"

// real lets people of a district sign in with a password, all with the same one.
func real(x *district) func(*web.Site) {
	return func(s *web.Site) {
		s.Visit = func(ctx context.Context, token string, now time.Time) (v web.Visitor, err error) {
			var o session.Session
			err = x.db.Read(ctx, func(tx *db.Tx) error {
				o, err = session.Of(tx, token, now)
				v = web.Visitor{Actor: o.Actor, Others: len(o.Seats) > 1, MustChange: o.MustChange, Fresh: o.Fresh(now)}
				return err
			})
			if err == nil && o.Stale(now) {
				x.write(func(tx *db.Tx) error { return session.Touch(tx, token, now) })
			}
			if errors.Is(err, session.ErrOver) {
				return web.Visitor{Ended: session.Ended(err)}, nil
			}
			return v, err
		}
	}
}

// openly is a district in which people sign in with passwords.
func openly(t *testing.T, d *db.DB) *district {
	t.Helper()
	x := newDistrict(t, d)
	real(x)(x.site)
	hash, err := session.Hash(context.Background(), password)
	if err != nil {
		t.Fatal(err)
	}
	x.write(func(tx *db.Tx) error {
		for _, a := range x.posts {
			if err := session.Install(tx, a.Person, hash, x.now); err != nil {
				return err
			}
		}
		return nil
	})
	return x
}

// signIn is a browser in which an account signs in, and the answer to it.
func (x *district) signIn(login, password string) (*surfer, answer) {
	x.t.Helper()
	s := surf(x.t, x.place, "")
	return s, s.send(s.get("/dl"), "/dl", "login", login, "password", password)
}

// enter is a browser in which an account has signed in.
func (x *district) enter(login string) *surfer {
	x.t.Helper()
	s, a := x.signIn(login, password)
	if a.StatusCode != http.StatusSeeOther {
		x.t.Fatalf("%s: %d\n%s", login, a.StatusCode, plainText(a.body))
	}
	return s
}

func TestSigningInLeadsToTheFirstPageOfThePost(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := openly(t, d)
		for login, want := range map[string]string{"jba": "/gzt", "accounts": "/gl", "policy": "/aq", "auditor": "/sj"} {
			s := x.enter(login)
			if a := s.get("/"); a.to() != want {
				t.Errorf("%s is led to %s", login, a.to())
			}
		}
		if a := surf(t, x.place, "").get("/"); a.to() != "/public" {
			t.Errorf("the public is led to %s", a.to())
		}
	})
}

func TestSigningInGoesOnWhereOneWantedToGoButNeverElsewhere(t *testing.T) {
	x := openly(t, store(t))
	for to, want := range map[string]string{"/wo/jl?action=post.grant": "/wo/jl?action=post.grant", "https://elsewhere.example/": "/gzt", "//elsewhere.example/": "/gzt"} {
		s := surf(t, x.place, "")
		if a := s.send(s.get("/dl"), "/dl", "login", "jba", "password", password, "to", to); a.to() != want {
			t.Errorf("to %s leads to %s", to, a.to())
		}
	}
}

func TestEveryFailureToSignInReadsTheSameAndTheFifthLocks(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := openly(t, d)
		said := map[string][]string{}
		for _, login := range []string{"jba", "nobody"} {
			s := surf(t, x.place, "")
			for range 6 {
				a := s.send(s.get("/dl"), "/dl", "login", login, "password", "not-this-one")
				if a.StatusCode != http.StatusUnprocessableEntity && a.StatusCode != http.StatusTooManyRequests {
					t.Fatalf("%s: %d", login, a.StatusCode)
				}
				if strings.Contains(a.body, "not-this-one") {
					t.Error("the page gives the password back")
				}
				said[login] = append(said[login], strings.ReplaceAll(plainText(a.body), login, "…"))
			}
		}
		for i, text := range said["jba"] {
			if text != said["nobody"][i] {
				t.Errorf("try %d tells whether the account exists:\n%s\n%s", i+1, text, said["nobody"][i])
			}
		}
		if !strings.Contains(said["jba"][0], "再输错 4 次将锁定 15 分钟") || !strings.Contains(said["jba"][5], "锁定到") {
			t.Error(said["jba"])
		}
		if _, a := x.signIn("jba", password); a.StatusCode != http.StatusTooManyRequests {
			t.Errorf("the right password opens a locked account: %d", a.StatusCode)
		}
	})
}

func TestAnIdleSessionSaysSo(t *testing.T) {
	x := openly(t, store(t))
	s := x.enter("jba")
	x.now = x.now.Add(31 * time.Minute)
	a := s.get("/wo")
	if a.StatusCode != http.StatusSeeOther || !strings.Contains(a.to(), "to=%2Fwo") {
		t.Fatalf("%d %s", a.StatusCode, a.to())
	}
	if page := s.get(a.to()); !strings.Contains(page.body, "30 分钟没有操作，已退出。登录后可继续") {
		t.Error(plainText(page.body))
	}
}

// Whoever a session is over for reads why: on the page of signing in, and where
// something was being handed in, which is kept.
func TestEveryEndOfASessionSaysWhyOnItsPage(t *testing.T) {
	for _, e := range []struct {
		want string
		do   func(x *district, s *surfer, me string) error
	}{
		{"30 分钟没有操作，已退出", func(x *district, _ *surfer, _ string) error { x.now = x.now.Add(31 * time.Minute); return nil }},
		{"这次登录已满 10 小时，已退出", func(x *district, s *surfer, _ string) error {
			for range 31 {
				x.now = x.now.Add(20 * time.Minute)
				s.get("/wo")
			}
			return nil
		}},
		{"管理员结束了这次登录", func(x *district, _ *surfer, me string) error {
			return org.Write(context.Background(), x.db, func(tx *db.Tx) error { _, err := session.KillAll(tx, x.policy, me, x.now); return err })
		}},
		{"密码已经修改或者重置，以前的登录都已退出", func(x *district, _ *surfer, _ string) error {
			two := x.enter("jba")
			two.must(two.get("/wo"), "/wo/mm", "password", password, "new", "Kupfer & Lavendel 7", "again", "Kupfer & Lavendel 7")
			return nil
		}},
		{"密码或者动态码错误次数太多，已退出", func(x *district, s *surfer, _ string) error {
			for range 5 {
				s.send(s.get("/wo/qr"), "/wo/qr", "password", "wrong")
			}
			return nil
		}},
		{"这次登录所用的岗位已经收回，或者账号已经停用，已退出", func(x *district, _ *surfer, me string) error {
			return org.Write(context.Background(), x.db, func(tx *db.Tx) error { return session.Stop(tx, x.accounts, me, "离岗", x.now) })
		}},
	} {
		x := openly(t, store(t))
		s := x.enter("jba")
		form := s.get("/wo")
		if err := e.do(x, s, x.posts["区委编办 经办"].Person); err != nil {
			t.Fatal(e.want, err)
		}
		if a := s.send(form, "/wo/tc"); a.StatusCode != http.StatusUnauthorized || !strings.Contains(a.body, e.want) {
			t.Errorf("%s: %d %s", e.want, a.StatusCode, plainText(a.body))
		}
		if page := s.get(s.get("/wo").to()); !strings.Contains(page.body, e.want+"。登录后可继续") {
			t.Errorf("%s: %s", e.want, plainText(page.body))
		}
	}
}

func TestATooOldPasswordIsChangedBeforeAnythingElse(t *testing.T) {
	x := openly(t, store(t))
	x.now = x.now.AddDate(0, 0, 91)
	s := x.enter("jba")
	for _, path := range []string{"/", "/qh", "/wo/dt", "/wo/dl", "/wo/jl"} {
		if a := s.get(path); a.to() != "/wo" {
			t.Errorf("%s: %d %s", path, a.StatusCode, a.to())
		}
	}
	page := s.get("/wo")
	if !strings.Contains(page.body, "密码已用满 90 天") {
		t.Error(plainText(page.body))
	}
	if a := s.send(page, "/wo/mm", "password", password, "new", "Heliu-4481-qianfan", "again", "Heliu-4481-qianfa"); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("two different new passwords: %d", a.StatusCode)
	}
	if a := s.send(page, "/wo/mm", "password", password, "new", "Heliu-4481-qianfan", "again", "Heliu-4481-qianfan"); a.to() != "/gzt" {
		t.Fatalf("%d %s\n%s", a.StatusCode, a.to(), plainText(a.body))
	}
	if a := s.get("/wo"); !strings.Contains(a.body, "本次登录") {
		t.Error("after the change the account is not open")
	}
}

func TestSigningOutEndsTheSession(t *testing.T) {
	x := openly(t, store(t))
	s := x.enter("jba")
	if a := s.send(s.get("/wo"), "/tc"); a.to() != "/dl" || a.Header.Get("Clear-Site-Data") == "" {
		t.Errorf("%d %s", a.StatusCode, a.to())
	}
	if a := s.get("/wo"); a.StatusCode != http.StatusSeeOther {
		t.Errorf("still open: %d", a.StatusCode)
	}
}

func TestSwitchingPostsRenewsTheSessionAndIsOnRecord(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := openly(t, d)
		var second string
		x.write(func(tx *db.Tx) (err error) {
			second, err = org.Grant(tx, x.policy, org.Post{Person: x.posts["区委编办 经办"].Person, Unit: x.units["领导小组办公室"], Duty: org.Handler, From: "2026-01-01"}, x.now)
			return err
		})
		s := x.enter("jba")
		other := second
		if strings.Contains(s.get("/wo").body, "领导小组办公室 · 经办") {
			other = x.posts["区委编办 经办"].Seat
		}
		if a := s.send(s.get("/qh"), "/qh", "seat", "not-mine"); a.StatusCode != http.StatusNotFound {
			t.Errorf("a post of somebody else: %d", a.StatusCode)
		}
		if a := s.send(s.get("/qh"), "/qh", "seat", other); a.to() != "/" {
			t.Fatalf("%d\n%s", a.StatusCode, plainText(a.body))
		}
		if page := s.get("/wo/jl"); !strings.Contains(page.body, "切换职务") {
			t.Error(plainText(page.body))
		}
	})
}

func TestASetUpCodeMakesAnAdministratorOnce(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := openly(t, d)
		var code string
		x.write(func(tx *db.Tx) (err error) { code, err = session.Issue(tx, org.Auditor, x.now); return err })
		s := surf(t, x.place, "")
		if a := s.send(s.get("/qy"), "/qy", "code", "AAAAA-BBBBB"); a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("a wrong code: %d", a.StatusCode)
		}
		page := s.send(s.get("/qy"), "/qy", "code", strings.ToLower(code))
		if !strings.Contains(page.body, "审计管理员") {
			t.Fatal(plainText(page.body))
		}
		fill := []string{"login", "shenji2", "name", "审计管理员 二", "new", password, "again", password}
		if a := s.send(page, "/qy", fill...); a.StatusCode != http.StatusSeeOther {
			t.Fatalf("%d\n%s", a.StatusCode, plainText(a.body))
		}
		if a := s.send(page, "/qy", fill...); a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("the code works twice: %d", a.StatusCode)
		}
		if a := x.enter("shenji2").get("/"); a.to() != "/sj" {
			t.Error(a.to())
		}
	})
}

func TestTheDemoSignsInWithOnePress(t *testing.T) {
	x := openly(t, store(t))
	x.site.Accounts = []web.Account{{Login: "jba", Password: password, Post: "区委编办 经办"}}
	s := surf(t, x.place, "")
	page := s.get("/dl")
	if !strings.Contains(page.body, "演示账号") {
		t.Fatal(plainText(page.body))
	}
	token, submit := tokenField.FindStringSubmatch(page.body), submitField.FindStringSubmatch(page.body)
	if a := s.post("/dl", map[string][]string{"_token": token[1:], "submit_id": submit[1:], "login": {"jba"}, "password": {password}}); a.to() != "/" {
		t.Error(a.StatusCode, a.to())
	}
}

func TestAnybodyArrangesADeputyForTheirOwnPost(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		s := x.as("区水务局 经办")
		page := s.must(s.get("/wo/dl"), "/wo/dl", "post", x.posts["区水务局 经办"].Seat, "deputy", x.posts["区水务局 负责人"].Person, "from", "2026年8月4日", "until", "2026-08-10", "reason", "外出培训")
		if !strings.Contains(page.body, "外出培训") || !strings.Contains(page.body, "2026年8月4日（周二）") {
			t.Error(plainText(page.body))
		}
		if a := s.send(s.get("/wo/dl"), "/wo/dl", "post", x.posts["区司法局 经办"].Seat, "deputy", x.posts["区水务局 负责人"].Person, "from", "2026-08-04", "until", "2026-08-10", "reason", "外出"); a.StatusCode != http.StatusForbidden {
			t.Errorf("a post of another unit: %d", a.StatusCode)
		}
	})
}

// The code to be scanned is the owner's, within the step-up, until the factor is on.
func TestTheSecondFactorIsScannedOrTyped(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := openly(t, d)
		s := x.enter("jba")
		if a := s.get("/wo/dt"); a.to() != "/wo/qr?to=%2Fwo%2Fdt" {
			t.Fatalf("nobody asked who is there: %d %s", a.StatusCode, a.to())
		}
		ask := s.get("/wo/qr?to=%2Fwo%2Fdt")
		if a := s.send(ask, "/wo/qr", "password", password); a.to() != "/wo/dt" {
			t.Fatalf("%d %s", a.StatusCode, a.to())
		}
		if a := s.get("/wo/dt/ewm"); a.StatusCode != http.StatusNotFound {
			t.Errorf("a code before one was asked for: %d", a.StatusCode)
		}
		page := s.send(s.get("/wo/dt"), "/wo/dt", "do", "new")
		if !strings.Contains(page.body, `src="/wo/dt/ewm"`) || !strings.Contains(page.body, "密钥") {
			t.Fatal(plainText(page.body))
		}
		a := s.get("/wo/dt/ewm")
		if im, err := png.Decode(strings.NewReader(a.body)); err != nil || im.Bounds().Dx() < 200 || !strings.Contains(a.Header.Get("Cache-Control"), "no-store") {
			t.Errorf("%d %s %v", a.StatusCode, a.Header, err)
		}
		if a := x.enter("jba").get("/wo/dt/ewm"); a.StatusCode == http.StatusOK {
			t.Error("a session that did not step up sees the code")
		}
		seed := strings.ReplaceAll(regexp.MustCompile(`[A-Z2-7]{4}( [A-Z2-7]{4}){7}`).FindString(page.body), " ", "")
		if a := s.send(page, "/wo/dt", "do", "confirm", "code", "000000x"); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, `src="/wo/dt/ewm"`) {
			t.Errorf("a wrong code: %d\n%s", a.StatusCode, plainText(a.body))
		}
		code, err := totp.GenerateCode(seed, x.now)
		if err != nil {
			t.Fatal(err)
		}
		if a := s.send(page, "/wo/dt", "do", "confirm", "code", code); !strings.Contains(a.body, "备用码只显示这一次") {
			t.Fatal(plainText(a.body))
		}
		if a := s.get("/wo/dt/ewm"); a.StatusCode != http.StatusNotFound {
			t.Errorf("the code is still shown: %d", a.StatusCode)
		}
	})
}
