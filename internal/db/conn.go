package db

import (
	"context"
	"database/sql"
	"sync"
)

// A pgTx is a transaction of PostgreSQL, whose driver remembers what it prepared.
type pgTx struct{ *sql.Tx }

func (t pgTx) rows(ctx context.Context, query string, args []any) (*sql.Rows, func(), error) {
	r, err := t.QueryContext(ctx, query, args...)
	return r, func() { r.Close() }, err
}

// A conn is one SQLite connection that remembers the statements it has prepared:
// parsing them anew costs more than most of them take to run. It runs them to
// their end whoever has gone meanwhile, for none takes long and watching for it
// costs a goroutine each; [Each] looks between rows.
type conn struct {
	*sql.Conn
	stmts map[string]*prepared

	version int64             // what others had committed when the stamps were read
	stamps  map[string]string // not to be changed
}

// A prepared statement is busy while its rows are being read: another run of it
// would reset them, and is prepared apart.
type prepared struct {
	*sql.Stmt
	busy bool
}

// maxStmts bounds what a connection remembers; texts that vary (IN lists, filters)
// are few.
const maxStmts = 400

// A pool hands out the connection that came back last: what it has read and
// prepared is still at hand.
type pool struct {
	free chan struct{} // one for each that is idle
	mu   sync.Mutex
	idle []*conn
}

func newPool(n int) *pool { return &pool{free: make(chan struct{}, n)} }

// take waits for a connection; nil when the context ends before.
func (p *pool) take(ctx context.Context) *conn {
	select {
	case <-p.free:
	case <-ctx.Done():
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	c := p.idle[len(p.idle)-1]
	p.idle = p.idle[:len(p.idle)-1]
	return c
}

func (p *pool) put(c *conn) {
	p.mu.Lock()
	p.idle = append(p.idle, c)
	p.mu.Unlock()
	p.free <- struct{}{}
}

func hold(ctx context.Context, pool *sql.DB) (*conn, error) {
	c, err := pool.Conn(ctx)
	return &conn{Conn: c, stmts: map[string]*prepared{}}, err
}

// Close lets go of the statements first: a connection that still has some stays
// open behind the scenes, and the log is not written back into the file.
func (c *conn) Close() error {
	for _, s := range c.stmts {
		s.Close()
	}
	return c.Conn.Close()
}

// stmt is a statement prepared once; nil when it is busy or there is no room.
func (c *conn) stmt(query string) (*prepared, error) {
	if s, ok := c.stmts[query]; ok {
		if s.busy {
			return nil, nil
		}
		return s, nil
	}
	if len(c.stmts) >= maxStmts {
		return nil, nil
	}
	s, err := c.PrepareContext(context.Background(), query)
	if err != nil {
		return nil, err
	}
	p := &prepared{Stmt: s}
	c.stmts[query] = p
	return p, nil
}

func (c *conn) rows(_ context.Context, query string, args []any) (*sql.Rows, func(), error) {
	s, err := c.stmt(query)
	if err != nil {
		return nil, nil, err
	}
	if s == nil {
		r, err := c.Conn.QueryContext(context.Background(), query, args...)
		return r, func() { r.Close() }, err
	}
	r, err := s.QueryContext(context.Background(), args...)
	if err != nil {
		return nil, nil, err
	}
	s.busy = true
	return r, func() { r.Close(); s.busy = false }, nil
}

// ExecContext runs a statement, prepared once.
func (c *conn) ExecContext(_ context.Context, query string, args ...any) (sql.Result, error) {
	s, err := c.stmt(query)
	if s == nil || err != nil {
		return c.Conn.ExecContext(context.Background(), query, args...)
	}
	return s.ExecContext(context.Background(), args...)
}

// QueryRowContext asks for one row by a statement prepared once.
func (c *conn) QueryRowContext(_ context.Context, query string, args ...any) *sql.Row {
	s, err := c.stmt(query)
	if s == nil || err != nil {
		return c.Conn.QueryRowContext(context.Background(), query, args...)
	}
	return s.QueryRowContext(context.Background(), args...)
}
