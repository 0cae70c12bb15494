package web

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// behind serves h behind proxies. What comes from one of them came from the
// last address in X-Forwarded-For that is none of them: rates and the record
// then speak of visitors. From anybody else the header is a claim, and ignored.
func behind(proxies []netip.Prefix, h http.Handler) http.Handler {
	if len(proxies) == 0 {
		return h
	}
	trusted := func(a netip.Addr) bool {
		return slices.ContainsFunc(proxies, func(p netip.Prefix) bool { return p.Contains(a.Unmap()) })
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if peer, err := netip.ParseAddr(client(r)); err == nil && trusted(peer) {
			hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
			for _, hop := range slices.Backward(hops) {
				a, err := netip.ParseAddr(strings.TrimSpace(hop))
				if err != nil {
					break
				}
				if !trusted(a) {
					r.RemoteAddr = net.JoinHostPort(a.String(), "0")
					break
				}
			}
		}
		h.ServeHTTP(w, r)
	})
}
