package web

import (
	"net"
	"net/http"
	"sync"
	"time"

	"yidan/internal/fault"
)

// A Limit is how often one visitor may come: so many at once, then so many a minute.
type Limit struct{ Burst, PerMinute float64 }

// Limits leave room for an office behind one address on a Monday morning, and
// none for guessing.
var Limits = map[Rate]Limit{
	Read:   {300, 600},
	Write:  {60, 120},
	Upload: {30, 30},
	Sign:   {60, 30},
	Heavy:  {6, 6},
	Voice:  {10, 5.0 / 60}, // ten at once, corrections among them, then five an hour
	Guess:  {10, 10.0 / 60},
}

// maxVisitors bounds what the gate remembers.
const maxVisitors = 20000

// A gate counts visitors: by person where somebody has signed in, otherwise by address.
type gate struct {
	limits map[Rate]Limit

	mu   sync.Mutex
	left map[string]*bucket
}

type bucket struct {
	tokens float64
	at     time.Time
}

func newGate(limits map[Rate]Limit) *gate { return &gate{limits: limits, left: map[string]*bucket{}} }

var busy = &fault.Fault{Kind: fault.TooMany, Text: "操作太频繁，过一分钟再试"}

// slow are the classes whose limit is by the hour.
var slow = map[Rate]*fault.Fault{
	Voice: {Kind: fault.TooMany, Rule: "DM-10.1", Text: "这里提交得太频繁，过一刻钟再试；急的可以打公布的电话"},
	Guess: {Kind: fault.TooMany, Text: "查询太频繁，暂停 15 分钟。核对查询码以后再查"},
}

// pass lets a visitor through or says that it was too often. Rates run on the
// machine's clock: they bound load, not anybody's rights.
func (g *gate) pass(q *Request) error {
	l, ok := g.limits[q.route.Rate]
	if !ok {
		return nil
	}
	who := q.Actor.Person
	if who == "" {
		who = client(q.http)
	}
	key, now := string(q.route.Rate)+" "+who, time.Now()
	g.mu.Lock()
	defer g.mu.Unlock()
	b := g.left[key]
	if b == nil {
		if len(g.left) >= maxVisitors {
			g.forget(now)
		}
		b = &bucket{tokens: l.Burst, at: now}
		g.left[key] = b
	}
	b.tokens = min(l.Burst, b.tokens+now.Sub(b.at).Minutes()*l.PerMinute)
	b.at = now
	if b.tokens < 1 {
		if f := slow[q.route.Rate]; f != nil {
			return f
		}
		return busy
	}
	b.tokens--
	return nil
}

// forget drops whoever has not come for a while; everybody, when that frees nothing.
func (g *gate) forget(now time.Time) {
	for k, b := range g.left {
		if now.Sub(b.at) > 2*time.Hour {
			delete(g.left, k)
		}
	}
	if len(g.left) >= maxVisitors {
		clear(g.left)
	}
}

// client is the address a request comes from.
func client(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
