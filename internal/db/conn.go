package db

import (
	"context"
	"database/sql"
)

// A conn is one SQLite connection that remembers the statements it has prepared:
// parsing them anew costs more than most of them take to run.
type conn struct {
	*sql.Conn
	stmts map[string]*sql.Stmt
}

// maxStmts bounds what a connection remembers; texts that vary (IN lists, filters)
// are few.
const maxStmts = 400

func hold(ctx context.Context, pool *sql.DB) (*conn, error) {
	c, err := pool.Conn(ctx)
	return &conn{c, map[string]*sql.Stmt{}}, err
}

// stmt prepares a statement once. Only statements that are through when they
// return use it: rows that are being read would be reset by another run of theirs.
func (c *conn) stmt(ctx context.Context, query string) (*sql.Stmt, error) {
	if s, ok := c.stmts[query]; ok {
		return s, nil
	}
	if len(c.stmts) >= maxStmts {
		return nil, nil
	}
	s, err := c.PrepareContext(context.WithoutCancel(ctx), query)
	if err == nil {
		c.stmts[query] = s
	}
	return s, err
}

// ExecContext runs a statement, prepared once.
func (c *conn) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	s, err := c.stmt(ctx, query)
	if s == nil || err != nil {
		return c.Conn.ExecContext(ctx, query, args...)
	}
	return s.ExecContext(ctx, args...)
}

// QueryRowContext asks for one row by a statement prepared once.
func (c *conn) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	s, err := c.stmt(ctx, query)
	if s == nil || err != nil {
		return c.Conn.QueryRowContext(ctx, query, args...)
	}
	return s.QueryRowContext(ctx, args...)
}
