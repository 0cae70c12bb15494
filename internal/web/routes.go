package web

import (
	"fmt"
	"net/http"
	"slices"

	"yidan/internal/org"
	"yidan/internal/web/part"
)

// A Route is one address: what comes in, who may come, how much and how often.
type Route struct {
	Method, Path string
	Who          Who
	Rate         Rate
	Do           func(*Request) (Reply, error)
}

// Pattern is the route as net/http matches it.
func (r Route) Pattern() string { return r.Method + " " + r.Path }

// Safe reports whether the route changes nothing.
func (r Route) Safe() bool { return r.Method == http.MethodGet }

// Who may come. The zero value is nobody and not a declaration.
type Who struct {
	level   level
	classes []org.Class
	kinds   []org.Kind
	roles   []org.Role
	without org.Role // its holder does not come
}

type level int

const (
	undeclared level = iota
	public
	signedIn
)

var (
	Public   = Who{level: public}                                       // everybody
	SignedIn = Who{level: signedIn}                                     // whoever has signed in, administrators too
	Business = Who{level: signedIn, classes: []org.Class{org.Business}} // every business post
	Towns    = Business.Kinds(org.Township, org.Subdistrict)            // 乡镇、街道
	Bureaus  = Business.Kinds(org.Department, org.Mass, org.Agency).
			Without(org.Discipline) // 部门、群团、派驻机构；区纪委监委受理移送的线索，不交办
)

// Classes of people, for the three administrators.
func Classes(cs ...org.Class) Who { return Who{level: signedIn, classes: cs} }

// Offices are the business posts of the units that hold one of the offices.
func Offices(rs ...org.Role) Who { w := Business; w.roles = rs; return w }

// Kinds narrows down to kinds of unit.
func (w Who) Kinds(ks ...org.Kind) Who { w.kinds = ks; return w }

// Without leaves out the unit that holds an office.
func (w Who) Without(r org.Role) Who { w.without = r; return w }

// Admits reports whether a visitor may come. What they may see and do there is
// the business of the handler.
func (w Who) Admits(v Visitor) bool {
	a := v.Actor
	switch {
	case w.level == public:
		return true
	case w.level != signedIn || !v.SignedIn():
		return false
	case len(w.classes) > 0 && !slices.Contains(w.classes, a.Class):
		return false
	case len(w.kinds) > 0 && !slices.Contains(w.kinds, a.Kind):
		return false
	case w.without != "" && a.Holds(w.without):
		return false
	case len(w.roles) > 0:
		return slices.ContainsFunc(w.roles, a.Holds)
	}
	return true
}

// A Rate class says how much a route takes in and how often.
type Rate string

const (
	Read   Rate = "read"   // nothing but an address
	Write  Rate = "write"  // a form
	Upload Rate = "upload" // a form with files
	Sign   Rate = "sign"   // credentials
	Heavy  Rate = "heavy"  // imports and exports: two at a time
	Voice  Rate = "voice"  // what the public hands in
	Guess  Rate = "guess"  // a receipt that is typed
)

// bodies are how many bytes a rate class takes in. An upload is one file of
// 50 MB, as the form says, and what surrounds it.
var bodies = map[Rate]int64{Read: 0, Write: 1 << 20, Upload: 52 << 20, Sign: 16 << 10, Heavy: 52 << 20, Voice: 64 << 10, Guess: 4 << 10}

func (r Route) valid() error {
	_, known := bodies[r.Rate]
	switch {
	case r.Method != http.MethodGet && r.Method != http.MethodPost:
		return fmt.Errorf("web: route %s %s: only GET and POST, which forms can send", r.Method, r.Path)
	case r.Who.level == undeclared:
		return fmt.Errorf("web: route %s does not declare who may come", r.Pattern())
	case !known:
		return fmt.Errorf("web: route %s has no rate class", r.Pattern())
	case !r.Safe() && r.Rate == Read:
		return fmt.Errorf("web: route %s takes in nothing; give it a rate class that does", r.Pattern())
	case r.Do == nil:
		return fmt.Errorf("web: route %s does nothing", r.Pattern())
	}
	return nil
}

// Routes is every address of the product, a table a subject.
func Routes() []Route {
	return slices.Concat([]Route{
		{http.MethodGet, part.Assets + "{name}", Public, Read, showAsset},
		{http.MethodGet, "/favicon.ico", Public, Read, showMark},
		{http.MethodGet, part.Large, Public, Read, setLarge},
	}, entryRoutes, adminRoutes, helpRoutes, changeRoutes, handoverRoutes, triggerRoutes, rectifyRoutes, caseRoutes, reviewRoutes, deskRoutes, statisticsRoutes, registerRoutes, listRoutes, lawRoutes, publicRoutes, voiceRoutes, opinionRoutes, stillRoutes, readingRoutes(staffList, SignedIn), readingRoutes(publicList, Public))
}
