// Package web is what people meet: pages rendered here, complete without script.
//
// One table (routes.go) declares every address with who may come and how much
// they may send; a route that does not declare this stops the start. A handler
// is a function of a [Request] to a [Reply]; it returns errors, and fail.go
// alone turns them into pages. A page is rendered to the end before its first
// byte is sent, so nobody ever sees half of one. How things look is package part.
package web

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"yidan/internal/casework"
	"yidan/internal/catalog"
	"yidan/internal/db"
	"yidan/internal/document"
	"yidan/internal/org"
	"yidan/internal/regulation"
	"yidan/internal/session"
	"yidan/internal/web/part"
)

// A Site is everything that pages stand on.
type Site struct {
	District string // 郊区
	Contact  string // whom to ask: 区委编办 0454-8000000
	DB       *db.DB
	Log      *slog.Logger
	Now      func() time.Time
	TLS      bool           // reached by https only: __Host- cookies and HSTS
	Proxies  []netip.Prefix // who stands in front and says, in X-Forwarded-For, who came
	Public   string         // where it is reached: https://qd.example.gov.cn; printed on papers, written in mail; "" for nowhere
	Demo     bool           // says on every page that nothing is real

	Cases    *casework.Store // and through it every procedure
	Books    *catalog.Books  // the list
	Fonts    *document.Fonts // of the PDFs; nil where none were found
	Accounts []Account       // of the demo, shown where one signs in; nil outside

	// Visit says who holds a session; a visitor without a person when nobody does.
	Visit func(ctx context.Context, token string, now time.Time) (Visitor, error)
	// Around fills what stands around a page for this visitor: service navigation,
	// counts, the edition in force. nil for none.
	Around func(q *Request, f *part.Frame) error
	// Cite is an article in words: 准入准出办法 第五条. nil shows rule ids.
	Cite func(rule string) string
	// Triggers opens what a change of the law calls for, in the transaction in which it
	// is noted; nil opens nothing.
	Triggers regulation.Triggers
	// Limits are how often one visitor may come, by rate class; nil for [Limits].
	Limits map[Rate]Limit
}

// An Account of the demo, by post.
type Account struct {
	Login, Password, Post string
	First                 bool // carries a case from its draft to its end, or administers: shown first
}

// A Visitor is who asks.
type Visitor struct {
	Actor      org.Actor   // without a Person: nobody has signed in
	Others     bool        // holds another post to switch to
	MustChange bool        // the password is too old: nothing else until it is changed
	Fresh      bool        // showed who they are within the last quarter of an hour
	Ended      session.End // nobody: why their session is over
}

// SignedIn reports whether somebody has signed in.
func (v Visitor) SignedIn() bool { return v.Actor.Person != "" }

// Handler serves a table of routes, [Routes] for the whole product. It refuses
// a route that does not declare its access and rate.
func (s *Site) Handler(table []Route) (http.Handler, error) {
	limits := s.Limits
	if limits == nil {
		limits = Limits
	}
	d := &desk{site: s, mux: http.NewServeMux(), routes: map[string]Route{}, gate: newGate(limits), heavy: make(chan struct{}, 2)}
	for _, r := range table {
		if err := r.valid(); err != nil {
			return nil, err
		}
		p := r.Pattern()
		if _, twice := d.routes[p]; twice {
			return nil, fmt.Errorf("web: route %s is declared twice", p)
		}
		d.routes[p] = r
		d.mux.Handle(p, http.NotFoundHandler()) // only to match; desk.serve does the work
	}
	return behind(s.Proxies, d), nil
}

// Server is an HTTP server with the limits that every listener needs: nobody may
// hold a connection by being slow.
func Server(h http.Handler) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       60 * time.Second,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(slog.Default().Handler(), slog.LevelDebug),
	}
}
