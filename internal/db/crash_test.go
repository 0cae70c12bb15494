package db_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"yidan/internal/db"
)

// children are what this test binary does as a process of its own, which can be
// killed or starved without harm to the tests.
var children = map[string]func(source string) error{"write": writeForEver, "starve": writeOnAStarvedDisk}

func TestMain(m *testing.M) {
	if f := children[os.Getenv("YIDAN_TEST_CHILD")]; f != nil {
		if err := f(os.Getenv("YIDAN_TEST_SOURCE")); err != nil {
			fmt.Println("error:", err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func child(t *testing.T, name, source string) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), exe)
	c.Env = append(os.Environ(), "YIDAN_TEST_CHILD="+name, "YIDAN_TEST_SOURCE="+source)
	return c
}

// writeForEver prints each note once it was acknowledged.
func writeForEver(source string) error {
	ctx := context.Background()
	d, err := db.Open(ctx, source, notes)
	if err != nil {
		return err
	}
	for {
		id := db.NewID()
		if err := d.Write(ctx, func(tx *db.Tx) error { return add(tx, id) }); err != nil {
			return err
		}
		fmt.Println(id)
	}
}

// What was acknowledged is there after the process was killed in the middle of
// its work, and the store opens as if nothing had been.
func TestWhatWasAcknowledgedSurvivesAKill(t *testing.T) {
	onBoth(t, func(t *testing.T, source string) {
		var acknowledged []string
		for _, after := range []int{1, 7, 40, 113} {
			c := child(t, "write", source)
			out, err := c.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := c.Start(); err != nil {
				t.Fatal(err)
			}
			n := 0
			for in := bufio.NewScanner(out); in.Scan(); {
				acknowledged = append(acknowledged, in.Text())
				if n++; n == after { // and go on reading what it had already said
					c.Process.Kill()
				}
			}
			c.Wait()
			if n < after {
				t.Fatalf("the writer ended after %d: %v", n, acknowledged[len(acknowledged)-1])
			}
		}
		d := open(t, source)
		if err := d.Read(t.Context(), func(tx *db.Tx) error {
			for _, id := range acknowledged {
				var scan []byte
				if err := tx.QueryRow(`SELECT scan FROM notes WHERE id = $1`, id).Scan(&scan); err != nil || len(scan) != 2 {
					t.Errorf("%s was acknowledged: %v, %v", id, scan, err)
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	})
}

// writeOnAStarvedDisk writes until the disk takes no more (the process may not
// let a file grow), and prints what was acknowledged. Then nothing may be
// acknowledged, and reading still works.
func writeOnAStarvedDisk(source string) error {
	signal.Ignore(syscall.SIGXFSZ)
	ctx := context.Background()
	d, err := db.Open(ctx, source, notes)
	if err != nil {
		return err
	}
	wal, err := os.Stat(filepath.Join(source, db.File+"-wal"))
	if err != nil {
		return err
	}
	const room = 64 << 10
	full := syscall.Rlimit{Cur: uint64(wal.Size()) + room, Max: ^uint64(0)}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &full); err != nil {
		return err
	}
	n := 0
	for ; err == nil; n++ {
		if n > 1000 {
			return errors.New("the disk took everything")
		}
		id := fmt.Sprint(n)
		if err = d.Write(ctx, func(tx *db.Tx) error { return add(tx, id) }); err == nil {
			fmt.Println(id)
		}
	}
	full.Cur = ^uint64(0) // the disk has room again, but what it holds is not known
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &full); err != nil {
		return err
	}
	if err := d.Write(ctx, func(tx *db.Tx) error { return add(tx, "later") }); !errors.Is(err, db.ErrReadOnly) {
		return fmt.Errorf("a write after the failure: %w", err)
	}
	var have int
	if err := d.Read(ctx, func(tx *db.Tx) error { return tx.QueryRow(`SELECT count(*) FROM notes`).Scan(&have) }); err != nil || have != n-1 {
		return fmt.Errorf("reading after the failure: %d notes, want %d, %w", have, n-1, err)
	}
	return d.Close()
}

// A disk that refuses a commit makes the store read-only, and it says so; after
// a restart exactly what was acknowledged is there.
func TestARefusedCommitMakesTheStoreReadOnly(t *testing.T) {
	source := t.TempDir()
	began := time.Now()
	out, err := child(t, "starve", source).CombinedOutput()
	if err != nil {
		t.Fatalf("%v after %v:\n%s", err, time.Since(began), out)
	}
	acknowledged := strings.Fields(string(out))
	if len(acknowledged) == 0 {
		t.Fatal("nothing was written before the disk gave up")
	}
	d := open(t, source)
	if n := count(t, d); n != len(acknowledged) {
		t.Errorf("%d notes, %d were acknowledged", n, len(acknowledged))
	}
	if err := d.Write(t.Context(), func(tx *db.Tx) error { return add(tx, "after") }); err != nil {
		t.Error("after a restart:", err)
	}
}

// A full disk is not a broken one: what did not fit is refused, and writing goes
// on as soon as there is room.
func TestAFullDiskRecovers(t *testing.T) {
	d := open(t, t.TempDir())
	pages := func(n string) error {
		return d.Write(t.Context(), func(tx *db.Tx) error {
			var got int
			return tx.QueryRow(`PRAGMA max_page_count = ` + n).Scan(&got)
		})
	}
	if err := pages("1"); err != nil { // no more than there are
		t.Fatal(err)
	}
	big := func(tx *db.Tx) error {
		_, err := tx.Exec(`INSERT INTO notes (id, scan) VALUES ('big', $1)`, make([]byte, 1<<20))
		return err
	}
	if err := d.Write(t.Context(), big); err == nil || errors.Is(err, db.ErrReadOnly) {
		t.Errorf("on a full disk: %v", err)
	}
	if n := count(t, d); n != 0 {
		t.Errorf("%d notes on a full disk", n)
	}
	if err := pages("100000"); err != nil {
		t.Fatal(err)
	}
	if err := d.Write(t.Context(), big); err != nil {
		t.Error("with room again:", err)
	}
}
