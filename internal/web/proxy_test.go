package web

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
)

func TestOnlyOurProxiesSayWhoComes(t *testing.T) {
	proxies := []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("10.0.0.2/32")}
	for _, tt := range []struct {
		name, peer string
		forwarded  []string
		want       string
	}{
		{"no proxy", "192.0.2.7:1", nil, "192.0.2.7"},
		{"somebody who says so", "192.0.2.7:1", []string{"198.51.100.1"}, "192.0.2.7"},
		{"one proxy", "127.0.0.1:1", []string{"198.51.100.1"}, "198.51.100.1"},
		{"what the visitor claims before it", "127.0.0.1:1", []string{"203.0.113.9, 198.51.100.1"}, "198.51.100.1"},
		{"two proxies", "127.0.0.1:1", []string{"198.51.100.1, 10.0.0.2"}, "198.51.100.1"},
		{"in two headers", "127.0.0.1:1", []string{"203.0.113.9", "198.51.100.1"}, "198.51.100.1"},
		{"an address of the newer kind", "127.0.0.1:1", []string{"2001:db8::7"}, "2001:db8::7"},
		{"nonsense", "127.0.0.1:1", []string{"198.51.100.1, unknown"}, "127.0.0.1"},
		{"a proxy that says nothing", "127.0.0.1:1", nil, "127.0.0.1"},
		{"a mapped address", "[::ffff:127.0.0.1]:1", []string{"198.51.100.1"}, "198.51.100.1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got string
			h := behind(proxies, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = client(r) }))
			r := httptest.NewRequest(http.MethodGet, "/", nil)
			r.RemoteAddr = tt.peer
			r.Header["X-Forwarded-For"] = tt.forwarded
			h.ServeHTTP(httptest.NewRecorder(), r)
			if got != tt.want {
				t.Errorf("came from %s, want %s", got, tt.want)
			}
		})
	}
}
