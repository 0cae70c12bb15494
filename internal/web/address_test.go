package web

import (
	"net/http"
	"testing"
)

// What a request calls this site never gets onto a paper, except where a trial
// runs on the reader's own machine.
func TestPapersCarryTheConfiguredAddress(t *testing.T) {
	for _, c := range []struct{ public, host, want string }{
		{"https://qd.example.gov.cn", "elsewhere.example", "https://qd.example.gov.cn/yz/ABCD"},
		{"", "elsewhere.example", ""},
		{"", "elsewhere.example:8080", ""},
		{"", "10.0.0.5:8080", ""},
		{"", "127.0.0.1:8080", "http://127.0.0.1:8080/yz/ABCD"},
		{"", "[::1]:8080", "http://[::1]:8080/yz/ABCD"},
		{"", "localhost:8080", "http://localhost:8080/yz/ABCD"},
	} {
		q := &Request{Site: &Site{Public: c.public}, http: &http.Request{Host: c.host}}
		if got := q.verifyURL("ABCD"); got != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
}
