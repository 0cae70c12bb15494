// Package testkit is what tests stand on: both databases, a seeded district, a
// clock that moves when told, a browser.
package testkit

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"yidan/internal/db"
	"yidan/internal/schema"
)

// OnBoth runs a test on a fresh store of each engine.
func OnBoth(t *testing.T, f func(t *testing.T, d *db.DB)) {
	t.Helper()
	for _, e := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(string(e), func(t *testing.T) { f(t, Open(t, Source(t, e))) })
	}
}

// Open opens a store that is closed with the test.
func Open(t testing.TB, source string) *db.DB {
	t.Helper()
	d, err := db.Open(context.Background(), source, schema.Files)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

// Source is an empty place for a store: a directory, or the address of a schema of its own.
func Source(t testing.TB, e db.Engine) string {
	t.Helper()
	if e == db.SQLite {
		return t.TempDir()
	}
	cluster, err := cluster()
	if err != nil {
		t.Fatalf("PostgreSQL: %v (install the package postgresql, or set YIDAN_TEST_POSTGRES to an address)", err)
	}
	name := fmt.Sprintf("t%d_%d", os.Getpid(), time.Now().UnixNano())
	admin, err := sql.Open("pgx", cluster)
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close()
	if _, err := admin.Exec(`CREATE SCHEMA ` + name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		admin, err := sql.Open("pgx", cluster)
		if err == nil {
			admin.Exec(`DROP SCHEMA ` + name + ` CASCADE`)
			admin.Close()
		}
	})
	return cluster + "&search_path=" + name
}

// leash is what the cluster's shell waits on; it is let go when the process ends.
var leash io.WriteCloser

// cluster is the address of a PostgreSQL for this test process: the one that
// YIDAN_TEST_POSTGRES names, or a throw-away one on a socket that ends with it.
var cluster = sync.OnceValues(func() (string, error) {
	if u := os.Getenv("YIDAN_TEST_POSTGRES"); u != "" {
		return u, nil
	}
	bins, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	if len(bins) == 0 {
		return "", fmt.Errorf("no server under /usr/lib/postgresql")
	}
	bin := bins[len(bins)-1]
	dir, err := os.MkdirTemp("", "yidan-pg")
	if err != nil {
		return "", err
	}
	attr := &syscall.SysProcAttr{}
	if os.Getuid() == 0 { // the server refuses to run as root
		u, err := user.Lookup("postgres")
		if err != nil {
			return "", err
		}
		uid, _ := strconv.Atoi(u.Uid)
		gid, _ := strconv.Atoi(u.Gid)
		attr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		if err := os.Chown(dir, uid, gid); err != nil {
			return "", err
		}
	}
	data := filepath.Join(dir, "data")
	initdb := exec.Command(filepath.Join(bin, "initdb"), "-D", data, "-U", "yidan", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")
	initdb.SysProcAttr = attr
	initdb.Dir = dir
	if out, err := initdb.CombinedOutput(); err != nil {
		return "", fmt.Errorf("initdb: %w\n%s", err, out)
	}
	// The shell waits on our pipe: when this process is gone, it stops the server and clears up.
	sh := exec.Command("sh", "-c", `"$0/postgres" -D "$1/data" -k "$1" -c listen_addresses= -c max_connections=200 -c fsync=off >"$1/log" 2>&1 & pid=$!; cat >/dev/null; kill -INT $pid; wait $pid; rm -rf "$1"`, bin, dir)
	own := *attr
	own.Setsid = true
	sh.SysProcAttr = &own
	sh.Dir = dir
	if leash, err = sh.StdinPipe(); err != nil {
		return "", err
	}
	if err := sh.Start(); err != nil {
		return "", err
	}
	address := "postgres://yidan@/postgres?host=" + dir
	for range 100 {
		if admin, err := sql.Open("pgx", address); err == nil {
			err = admin.Ping()
			admin.Close()
			if err == nil {
				return address, nil
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
	log, _ := os.ReadFile(filepath.Join(dir, "log"))
	return "", fmt.Errorf("the server did not start: %s", strings.TrimSpace(string(log)))
})
