package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"yidan/internal/audit"
	"yidan/internal/casework"
	"yidan/internal/catalog"
	"yidan/internal/db"
	"yidan/internal/demo"
	"yidan/internal/document"
	"yidan/internal/message"
	"yidan/internal/regulation"
	"yidan/internal/session"
	"yidan/internal/ticker"
	"yidan/internal/web"
)

type serveCommand struct {
	Place
	Addr     string         `help:"Address to listen on." default:"127.0.0.1:8080" env:"YIDAN_ADDR"`
	District string         `help:"Name of the district." default:"郊区" env:"YIDAN_DISTRICT"`
	Contact  string         `help:"Whom people ask, with telephone." default:"区委编办" env:"YIDAN_CONTACT"`
	TLS      bool           `help:"The site is reached by https (a proxy in front ends TLS)." env:"YIDAN_TLS"`
	Proxy    []netip.Prefix `help:"Addresses of proxies in front, such as 127.0.0.1/32: their X-Forwarded-For is believed." env:"YIDAN_PROXY" placeholder:"PREFIX"`
	Public   string         `help:"Where the site is reached, such as https://qd.example.gov.cn: printed on papers, written in mail. Without it papers carry the code alone." env:"YIDAN_PUBLIC_URL" placeholder:"URL"`
	SMTP     string         `help:"Mail server for messages to the mailboxes of units: smtp://user:password@host:port. Without one they stay in the message box." env:"YIDAN_SMTP" placeholder:"URL"`
	MailFrom string         `help:"Sender of that mail." env:"YIDAN_MAIL_FROM" placeholder:"ADDRESS"`
}

// Run serves until the context ends. On the first start it prints one set-up
// code for each administrator; there is no default account.
func (c *serveCommand) Run(sh *Shell) error {
	d, err := c.open(sh)
	if err != nil {
		return err
	}
	defer d.Close()
	switch holds, err := demo.Look(sh.Context, d); {
	case err != nil:
		return err
	case holds == demo.Demo, holds == demo.Unfinished:
		return fmt.Errorf("%s holds a demo, whose accounts are open to everybody; serve it with yidan demo", c.name())
	}
	post, err := message.NewMail(d, c.SMTP, c.MailFrom)
	if err != nil {
		return fmt.Errorf("%w: %w", errMisuse, err)
	}
	public, err := origin(c.Public)
	if err != nil {
		return fmt.Errorf("%w: %w", errMisuse, err)
	}
	post.Site = public
	if public == "" {
		slog.Warn("papers and mail carry no address of this site: say --public or YIDAN_PUBLIC_URL")
	}
	var codes [3]string
	err = d.Write(sh.Context, func(tx *db.Tx) (err error) { codes, err = session.Setup(tx, sh.Now()); return err })
	if err != nil {
		return err
	}
	for i, who := range []string{"系统管理员", "安全管理员", "审计管理员"} {
		if codes[i] != "" {
			fmt.Fprintf(sh.Out, "一次性启用码（%s）：%s\n", who, codes[i])
		}
	}
	if err := whole(sh.Context, d); err != nil {
		return err
	}
	site := newSite(sh, d)
	site.District, site.Contact, site.TLS, site.Proxies, site.Public = c.District, c.Contact, c.TLS, c.Proxy, public
	return serve(sh, site, post, c.Addr, func(addr string) { fmt.Fprintf(sh.Out, "依单在 http://%s 运行\n", addr) })
}

// whole says which attachments cannot be read any more: everything else goes on, and
// whoever opens one of them would else be the first to know.
func whole(ctx context.Context, d *db.DB) error {
	return d.Read(ctx, func(tx *db.Tx) error {
		gaps, err := document.Missing(tx)
		for _, g := range gaps {
			slog.Error(g.String())
		}
		return err
	})
}

// origin is the address of a site without what follows its host; "" is none.
func origin(s string) (string, error) {
	if s == "" {
		return "", nil
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return "", fmt.Errorf("--public %q: say scheme and host, such as https://qd.example.gov.cn", s)
	}
	return u.Scheme + "://" + u.Host, nil
}

// newSite wires the rooms together over a store.
func newSite(sh *Shell, d *db.DB) *web.Site {
	fonts, err := document.FindFonts()
	if err != nil {
		slog.Warn("PDF", "error", err)
	}
	return &web.Site{
		DB: d, Log: slog.Default(), Now: sh.Now, Fonts: fonts, Books: new(catalog.Books),
		Cases: &casework.Store{DB: d, Wire: regulation.Wire},
		Visit: func(ctx context.Context, token string, now time.Time) (web.Visitor, error) {
			return visit(ctx, d, token, now)
		},
		Cite: regulation.Cite, Around: web.Around, Triggers: regulation.OpenTriggers,
	}
}

// visit finds who holds a session.
func visit(ctx context.Context, d *db.DB, token string, now time.Time) (v web.Visitor, err error) {
	var s session.Session
	err = d.Read(ctx, func(tx *db.Tx) (err error) {
		if s, err = session.Of(tx, token, now); err != nil {
			return err
		}
		v.Actor, v.Others, v.MustChange, v.Fresh = s.Actor, len(s.Seats) > 1, s.MustChange, s.Fresh(now)
		return nil
	})
	if errors.Is(err, session.ErrOver) {
		return web.Visitor{Ended: session.Ended(err)}, nil
	}
	if err == nil && s.Stale(now) {
		err = d.Write(ctx, func(tx *db.Tx) error { return session.Touch(tx, token, now) })
	}
	return v, err
}

// spare collects garbage a third as often as usual, for little is held and much
// passes through: a tenth of what a page costs. Checking a password takes 64 MB for
// a moment; the limit keeps a few of those from staying. GOGC and GOMEMLIMIT,
// where they are set, say otherwise.
func spare() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(300)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(160 << 20)
	}
}

// serve listens, lets the ticker work beside it, and ends both with the context.
func serve(sh *Shell, site *web.Site, post *message.Mail, addr string, ready func(addr string)) error {
	h, err := site.Handler(web.Routes())
	if err != nil {
		return err
	}
	spare()
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	host, _ := os.Hostname()
	t := &ticker.Ticker{DB: site.DB, Holder: fmt.Sprintf("%s:%d", host, os.Getpid()), Now: sh.Now, Every: time.Minute, Jobs: jobs(site, post)}
	s := web.Server(h)
	// The caller closes the store: nobody may still be writing then.
	ctx, stop := context.WithCancel(sh.Context)
	var beside sync.WaitGroup
	defer beside.Wait()
	defer stop()
	beside.Go(func() { t.Run(ctx) })
	beside.Go(func() {
		<-ctx.Done()
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		s.Shutdown(last)
	})
	ready(l.Addr().String())
	if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// jobs are what happens because time passed.
func jobs(site *web.Site, post *message.Mail) []ticker.Job {
	return []ticker.Job{
		{Name: "reseat", Do: site.Cases.ReseatDue},
		{Name: "lapse", Do: site.Cases.LapseDue},
		{Name: "remind", Do: site.Cases.RemindDue},
		{Name: "ending", Do: func(ctx context.Context, now time.Time) (int, error) {
			return regulation.RemindEnding(ctx, site.DB, now)
		}},
		{Name: "ahead", Do: func(ctx context.Context, now time.Time) (int, error) {
			return regulation.OpenAhead(ctx, site.DB, site.Books, now)
		}},
		{Name: "contacts", Do: func(ctx context.Context, now time.Time) (int, error) {
			return regulation.DropContacts(ctx, site.DB, now)
		}},
		{Name: "mail", Do: post.Send},
		{Name: "record", Do: func(ctx context.Context, _ time.Time) (int, error) { return 0, audit.File(ctx, site.DB) }},
		{Name: "sessions", Do: func(ctx context.Context, now time.Time) (int, error) {
			return 0, site.DB.Write(ctx, func(tx *db.Tx) error { return session.Sweep(tx, now) })
		}},
		{Name: "uploads", Do: func(ctx context.Context, now time.Time) (int, error) { return document.Sweep(ctx, site.DB, now) }},
	}
}
