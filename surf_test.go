package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// surfer is a client with cookies, for pages that need no browser.
func surfer(t *testing.T) *http.Client {
	jar, _ := cookiejar.New(nil)
	return &http.Client{Jar: jar, Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
}

func fetch(c *http.Client, u string) (string, error) {
	r, err := c.Get(u)
	if err != nil {
		return "", err
	}
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	if err == nil && r.StatusCode != 200 {
		err = fmt.Errorf("%s: %d", u, r.StatusCode)
	}
	return string(b), err
}

var hidden = regexp.MustCompile(`name="(_token|submit_id)" value="([0-9a-f]+)"`)

func hand(c *http.Client, base, page, to string, fields url.Values) error {
	for _, m := range hidden.FindAllStringSubmatch(page, -1) {
		fields.Set(m[1], m[2])
	}
	r, err := http.NewRequest("POST", base+to, strings.NewReader(fields.Encode()))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", base)
	resp, err := c.Do(r)
	if err != nil {
		return err
	}
	io.Copy(io.Discard, resp.Body)
	resp.Body.Close()
	if resp.StatusCode != 200 {
		return fmt.Errorf("%s: %d", to, resp.StatusCode)
	}
	return nil
}
