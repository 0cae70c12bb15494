package web_test

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"yidan/internal/testkit"
)

// childStore names the directory of a store in whose process this test serves it.
const childStore = "YIDAN_TEST_CHILD_STORE"

var inKB = regexp.MustCompile(`(VmHWM|VmRSS):\s+(\d+) kB`)

// memory is what a process holds now and held at most since the last look, in MB.
func memory(t *testing.T, pid int) (now, peak int) {
	t.Helper()
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range inKB.FindAllStringSubmatch(string(b), -1) {
		n, _ := strconv.Atoi(m[2])
		if m[1] == "VmRSS" {
			now = n / 1024
		} else {
			peak = n / 1024
		}
	}
	os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", pid), []byte("5"), 0) // the peak starts again from here
	return now, peak
}

// Every bomb, uploaded as a list to a process of its own, is answered with its
// reason within five seconds and 200 MB; nobody else waits for it and nothing is
// left lying (T10).
func TestBombsHoldNobodyUp(t *testing.T) {
	if dir := os.Getenv(childStore); dir != "" {
		x := newDistrict(t, testkit.Open(t, dir))
		fmt.Printf("ready %s post-%s\n", x.place.URL, x.posts["区委编办 经办"].Person)
		io.Copy(io.Discard, os.Stdin)
		return
	}
	tmp := t.TempDir()
	child := exec.Command(os.Args[0], "-test.run=^TestBombsHoldNobodyUp$")
	child.Env = append(os.Environ(), childStore+"="+t.TempDir(), "TMPDIR="+tmp)
	in, err := child.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	var address, session string
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if n, _ := fmt.Sscanf(lines.Text(), "ready %s %s", &address, &session); n == 2 {
			break
		}
	}
	if address == "" {
		t.Fatal("the child does not serve:", child.Wait())
	}
	place := &place{Server: &httptest.Server{URL: address}}
	s := surf(t, place, session)
	page := s.get("/qd/dr")
	if a := s.upload(page, "/qd/dr", "清单.csv", []byte("序号\n")); a.StatusCode != http.StatusUnprocessableEntity {
		t.Fatal(a.StatusCode)
	}

	stop, waits := make(chan bool), make(chan []time.Duration)
	pulse := func() {
		guest := surf(t, place, "")
		var all []time.Duration
		for {
			select {
			case <-stop:
				waits <- all
				return
			case <-time.After(20 * time.Millisecond):
				start := time.Now()
				if a := guest.get("/yz"); a.StatusCode != http.StatusOK {
					t.Error("others:", a.StatusCode)
				}
				all = append(all, time.Since(start))
			}
		}
	}
	p95 := func() time.Duration {
		stop <- true
		all := <-waits
		slices.Sort(all)
		return all[len(all)*95/100]
	}
	go pulse()
	time.Sleep(time.Second)
	quiet := p95()
	go pulse()
	for name, x := range testkit.Bombs(t) {
		before, _ := memory(t, child.Process.Pid)
		start := time.Now()
		a := s.upload(page, "/qd/dr", "清单.xlsx", x.Content)
		took := time.Since(start)
		_, peak := memory(t, child.Process.Pid)
		told := slices.ContainsFunc(strings.Split(x.Want, "|"), func(w string) bool { return strings.Contains(a.body, w) })
		if a.StatusCode != http.StatusUnprocessableEntity || !told {
			t.Errorf("%s: %d, not told %q\n%s", name, a.StatusCode, x.Want, plainText(a.body))
		}
		if took > 5*time.Second {
			t.Errorf("%s: answered after %v", name, took)
		}
		if peak-before > 200 {
			t.Errorf("%s: %d MB, %d before", name, peak, before)
		}
		t.Logf("%-20s %v, %d MB more", name, took.Round(time.Millisecond), peak-before)
	}
	busy := p95()
	t.Logf("others wait %v, %v when nothing is sent", busy, quiet)
	if busy > max(300*time.Millisecond, 3*quiet) {
		t.Errorf("others wait %v, %v when nothing is sent", busy, quiet)
	}
	if left, _ := filepath.Glob(tmp + "/*"); len(left) > 0 {
		t.Error("left lying:", left)
	}
	in.Close()
	if err := child.Wait(); err != nil {
		t.Error(err)
	}
}
