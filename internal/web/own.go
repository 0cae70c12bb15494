package web

import (
	"net/http"
	"path"
	"strings"

	"yidan/internal/org"
	"yidan/internal/web/part"
)

// showAsset serves the style sheet, the script and the mark.
func showAsset(q *Request) (Reply, error) { return Reply{asset: q.Path("name")}, nil }

// showMark answers browsers that look for the mark where it always used to be.
func showMark(*Request) (Reply, error) { return Reply{asset: path.Base(part.Mark())}, nil }

// setLarge switches large print on or off for this browser and goes back.
func setLarge(q *Request) (Reply, error) {
	on := q.Query.Get("on") == "1"
	r := Go(Local(q.Query.Get("to")))
	r.large = &on
	return r, nil
}

func large(q *Request) bool {
	for _, name := range []string{largeCookie, "__Host-" + largeCookie} {
		if c, err := q.http.Cookie(name); err == nil && c.Value == "1" {
			return true
		}
	}
	return false
}

// postName is what a post is called on the pill: 经办, 负责人; an administrator's duty.
func postName(a org.Actor) string {
	switch {
	case a.Class == org.Accounts:
		return "系统管理员"
	case a.Class == org.Policy:
		return "安全管理员"
	case a.Class == org.Auditor:
		return "审计管理员"
	case a.Post == org.Leader:
		return "负责人"
	}
	return "经办"
}

// wantsData reports that our own script asks and not a person.
func wantsData(r *http.Request) bool {
	return strings.HasPrefix(r.Header.Get("Accept"), "application/json")
}
