// Package db is the store: SQLite in one file, or PostgreSQL, with one SQL text.
//
// Writers take turns. In a process they queue and share commits: a queue that
// has grown while the disk was busy goes down as one transaction, each writer in
// a savepoint of its own, so that one refusal undoes one writer and fsync is paid
// once. Between processes (PostgreSQL) a row lock orders them. So whatever a
// function given to [DB.Write] reads is still true when it is committed, and
// nothing needs retrying. An acknowledged write is on disk.
//
// Readers see one snapshot and never wait for writers.
package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"sync"

	"github.com/google/uuid"
	_ "github.com/jackc/pgx/v5/stdlib" // the PostgreSQL driver
	"modernc.org/sqlite"
)

// An Engine is one of the two databases.
type Engine string

const (
	SQLite   Engine = "sqlite"
	Postgres Engine = "postgres"
)

// A DB is an open store.
type DB struct {
	Engine Engine

	write, read *sql.DB
	pen         *conn // SQLite: the one connection that writes
	eyes        *pool // SQLite: those that read
	queue       chan *job
	done        chan struct{}
	close       sync.Once

	mu     sync.Mutex
	broken error // the disk refused a commit: nothing is acknowledged any more
}

// ErrReadOnly reports that the disk refused a commit. What was not acknowledged
// is not there; reading still works; writing works again after a restart.
var ErrReadOnly = errors.New("db: the store refused a commit and is read-only until restarted")

// Open opens the store and brings its schema up to date. source is a directory
// for SQLite (made if absent) or a postgres:// URL.
func Open(ctx context.Context, source string, migrations fs.FS) (*DB, error) {
	d := &DB{Engine: SQLite, queue: make(chan *job, 256), done: make(chan struct{})}
	var err error
	if IsURL(source) {
		d.Engine = Postgres
		if d.write, err = sql.Open("pgx", source); err != nil {
			return nil, err
		}
		d.read = d.write
		d.write.SetMaxOpenConns(16)
	} else {
		if err := os.MkdirAll(source, 0o700); err != nil {
			return nil, err
		}
		file := filepath.Join(source, File)
		// A reader drops what it has read whenever somebody has written; the writer does not.
		if d.write, err = sql.Open("sqlite", sqliteName(file, "_pragma=cache_size(-8000)&_txlock=immediate")); err != nil {
			return nil, err
		}
		d.write.SetMaxOpenConns(1)
		if d.read, err = sql.Open("sqlite", sqliteName(file, "_pragma=cache_size(-4000)&_pragma=query_only(1)")); err != nil {
			return nil, err
		}
		d.read.SetMaxOpenConns(readers)
	}
	if err := migrate(ctx, d, migrations); err != nil {
		d.write.Close()
		d.read.Close()
		return nil, err
	}
	if d.Engine == SQLite {
		if d.pen, err = hold(ctx, d.write); err != nil {
			return nil, err
		}
		d.eyes = newPool(readers)
		for range readers {
			c, err := hold(ctx, d.read)
			if err != nil {
				return nil, err
			}
			d.eyes.put(c)
		}
	}
	go d.writer()
	return d, nil
}

// readers is how many SQLite snapshots may be open at once.
const readers = 4

// File is the name of the SQLite database in its directory.
const File = "yidan.db"

// IsURL tells a PostgreSQL address from a directory.
func IsURL(source string) bool {
	return strings.HasPrefix(source, "postgres://") || strings.HasPrefix(source, "postgresql://")
}

func sqliteName(file, more string) string {
	const pragmas = "_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&_pragma=trusted_schema(0)&"
	return "file:" + (&url.URL{Path: file}).EscapedPath() + "?" + pragmas + more
}

// Close waits for queued writers and closes the store.
func (d *DB) Close() error {
	d.close.Do(func() {
		close(d.queue)
		<-d.done
		if d.Engine == SQLite {
			d.pen.Close()
			for range readers {
				d.eyes.take(context.Background()).Close()
			}
		}
	})
	if d.read != d.write {
		return errors.Join(d.read.Close(), d.write.Close())
	}
	return d.write.Close()
}

// A Tx is one transaction. It lives as long as the call that handed it out and
// therefore holds that call's context.
type Tx struct {
	ctx    context.Context
	tx     querier
	Engine Engine
	writes bool
	after  []func()
	watch  func(query string, args ...any)
	stamps map[string]string // by room; nil: not read since the last write
}

type watchKey struct{}

// Watch gives a context whose every statement f is told before it runs, and
// Commit for each write that is durable. It is how tests count and explain what
// a page costs.
func Watch(ctx context.Context, f func(query string, args ...any)) context.Context {
	return context.WithValue(ctx, watchKey{}, f)
}

// Commit is what a watcher is told of a commit.
const Commit = "COMMIT"

func (d *DB) tx(ctx context.Context, q querier) *Tx {
	watch, _ := ctx.Value(watchKey{}).(func(string, ...any))
	if watch == nil {
		watch = func(string, ...any) {}
	}
	return &Tx{ctx: ctx, tx: q, Engine: d.Engine, watch: watch}
}

// A querier is one connection inside a transaction. What rows opened, the
// function that comes with them closes.
type querier interface {
	rows(ctx context.Context, query string, args []any) (*sql.Rows, func(), error)
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// Context is the context of the call.
func (t *Tx) Context() context.Context { return t.ctx }

// Exec runs a statement and returns how many rows it touched.
func (t *Tx) Exec(query string, args ...any) (int64, error) {
	t.watch(query, args...)
	t.stamps = nil
	r, err := t.tx.ExecContext(t.ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// Query runs a query; the caller closes the rows.
func (t *Tx) Query(query string, args ...any) (*sql.Rows, error) {
	t.watch(query, args...)
	return t.tx.QueryContext(t.ctx, query, args...)
}

// QueryRow runs a query for one row.
func (t *Tx) QueryRow(query string, args ...any) *sql.Row {
	t.watch(query, args...)
	return t.tx.QueryRowContext(t.ctx, query, args...)
}

// AfterCommit runs f once what the transaction did is on disk.
func (t *Tx) AfterCommit(f func()) { t.after = append(t.after, f) }

// Each runs a query and calls scan for every row.
func Each(t *Tx, scan func(*sql.Rows) error, query string, args ...any) error {
	t.watch(query, args...)
	rows, done, err := t.tx.rows(t.ctx, query, args)
	if err != nil {
		return err
	}
	defer done()
	for rows.Next() {
		if err := t.ctx.Err(); err != nil {
			return err
		}
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// All runs a query and collects what scan makes of every row.
func All[T any](t *Tx, scan func(*sql.Rows) (T, error), query string, args ...any) (all []T, err error) {
	err = Each(t, func(r *sql.Rows) error {
		v, err := scan(r)
		all = append(all, v)
		return err
	}, query, args...)
	return all, err
}

// Read runs f on one snapshot.
func (d *DB) Read(ctx context.Context, f func(*Tx) error) error {
	tx, end, err := d.look(ctx)
	if err != nil {
		return err
	}
	defer end()
	return f(d.tx(ctx, tx))
}

// look opens a snapshot and says how to close it.
func (d *DB) look(ctx context.Context) (querier, func(), error) {
	if d.Engine == Postgres {
		tx, err := d.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead})
		if err != nil {
			return nil, nil, err
		}
		return pgTx{tx}, func() { tx.Rollback() }, nil
	}
	c := d.eyes.take(ctx)
	if c == nil {
		return nil, nil, ctx.Err()
	}
	if _, err := c.ExecContext(ctx, `BEGIN`); err != nil {
		d.eyes.put(c)
		return nil, nil, err
	}
	return c, func() {
		c.ExecContext(context.WithoutCancel(ctx), `ROLLBACK`)
		d.eyes.put(c)
	}, nil
}

type job struct {
	ctx   context.Context
	f     func(*Tx) error
	tx    *Tx
	err   error
	panic any
	done  chan struct{}
}

// Write runs f in a transaction and returns when its work is durable. When f
// returns an error or panics nothing of it is kept. Once f has begun, a
// cancelled context no longer stops it: a half-sent answer is worse than a late one.
func (d *DB) Write(ctx context.Context, f func(*Tx) error) error {
	if err := d.health(); err != nil {
		return err
	}
	j := &job{ctx: ctx, f: f, done: make(chan struct{})}
	select {
	case d.queue <- j:
	case <-ctx.Done():
		return ctx.Err()
	}
	<-j.done
	if j.panic != nil {
		panic(j.panic)
	}
	return j.err
}

func (d *DB) health() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.broken
}

const maxGroup = 64

func (d *DB) writer() {
	defer close(d.done)
	for j := range d.queue {
		group := []*job{j}
	more:
		for len(group) < maxGroup {
			select {
			case j, ok := <-d.queue:
				if !ok {
					break more
				}
				group = append(group, j)
			default:
				break more
			}
		}
		d.commit(group)
		for _, j := range group {
			close(j.done)
		}
	}
}

// commit runs a group in one transaction, each writer in a savepoint.
func (d *DB) commit(group []*job) {
	fail := func(err error) {
		for _, j := range group {
			if j.err == nil && j.panic == nil {
				j.err = err
			}
		}
	}
	if err := d.health(); err != nil {
		fail(err)
		return
	}
	ctx := context.Background()
	tx, commit, rollback, err := d.begin(ctx)
	if err != nil {
		fail(fmt.Errorf("db: begin: %w", err))
		return
	}
	defer rollback()
	if d.Engine == Postgres { // the turn of this process
		if _, err := tx.ExecContext(ctx, `UPDATE turn SET taken = taken + 1`); err != nil {
			fail(fmt.Errorf("db: turn: %w", err))
			return
		}
	}
	lone := len(group) == 1 // nobody to protect from a refusal: the transaction itself is the savepoint
	for _, j := range group {
		if j.ctx.Err() != nil {
			j.err = j.ctx.Err()
			continue
		}
		if !lone {
			if _, err := tx.ExecContext(ctx, `SAVEPOINT w`); err != nil {
				fail(err)
				return
			}
		}
		j.tx = d.tx(context.WithoutCancel(j.ctx), tx)
		j.tx.writes = true
		j.run()
		if lone {
			if j.err != nil || j.panic != nil {
				return
			}
			continue
		}
		end := `RELEASE SAVEPOINT w`
		if j.err != nil || j.panic != nil {
			end = `ROLLBACK TO SAVEPOINT w`
		}
		if _, err := tx.ExecContext(ctx, end); err != nil {
			fail(err)
			return
		}
	}
	if err := commit(); err != nil {
		if d.Engine == SQLite && !full(err) {
			d.mu.Lock()
			d.broken = fmt.Errorf("%w: %w", ErrReadOnly, err)
			d.mu.Unlock()
		}
		fail(fmt.Errorf("db: commit: %w", err))
		return
	}
	for _, j := range group {
		if j.err == nil && j.panic == nil && j.tx != nil {
			j.tx.watch(Commit)
			for _, f := range j.tx.after {
				f()
			}
		}
	}
}

// full reports that the disk had no room: nothing was written, and writing goes
// on as soon as there is some. Any other failure of a commit leaves it open what
// the disk holds, and then nobody may be told that anything was saved.
func full(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && e.Code()&0xff == sqliteFull
}

const sqliteFull = 13 // SQLITE_FULL

// begin opens the writing transaction. What is rolled back after it was
// committed is nothing.
func (d *DB) begin(ctx context.Context) (q querier, commit func() error, rollback func(), err error) {
	if d.Engine == Postgres {
		tx, err := d.write.BeginTx(ctx, nil)
		if err != nil {
			return nil, nil, nil, err
		}
		return pgTx{tx}, tx.Commit, func() { tx.Rollback() }, nil
	}
	_, err = d.pen.ExecContext(ctx, `BEGIN IMMEDIATE`)
	open := true
	return d.pen, func() error {
			_, err := d.pen.ExecContext(ctx, `COMMIT`)
			open = err != nil
			return err
		}, func() {
			if open {
				d.pen.ExecContext(ctx, `ROLLBACK`)
			}
		}, err
}

func (j *job) run() {
	defer func() {
		if p := recover(); p != nil {
			j.panic = fmt.Sprintf("%v\n%s", p, debug.Stack())
		}
	}()
	j.err = j.f(j.tx)
}

// NewID makes an identifier: unguessable, in order of making.
func NewID() string {
	id, err := uuid.NewV7()
	if err != nil {
		panic(err) // no randomness, no identity
	}
	return strings.ReplaceAll(id.String(), "-", "")
}

// InsertAll appends rows to "INSERT INTO … VALUES ", many to a statement.
func InsertAll(tx *Tx, insert string, rows [][]any) error {
	const most = 100
	for some := range slices.Chunk(rows, most) {
		var values []string
		var args []any
		for _, r := range some {
			values = append(values, "("+Marks(len(args)+1, len(r))+")")
			args = append(args, r...)
		}
		if _, err := tx.Exec(insert+strings.Join(values, ", "), args...); err != nil {
			return err
		}
	}
	return nil
}

// Marks writes n placeholders from $from on, for an IN list.
func Marks(from, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "$%d", from+i)
	}
	return b.String()
}

// ErrNoRows is what scanning a missing row gives.
var ErrNoRows = sql.ErrNoRows
