// Package ticker does what happens because time passed: lapses, reminders, mail.
// It keeps nothing in memory: each turn asks the rows what is due and not yet
// done, so a restart, a clock that jumped or a second node changes nothing.
package ticker

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"yidan/internal/casework"
	"yidan/internal/db"
)

// A Job is one kind of thing to do; it returns how many it did.
type Job struct {
	Name string
	Do   func(ctx context.Context, now time.Time) (int, error)
}

// A Ticker runs jobs in turn, on one node at a time.
type Ticker struct {
	DB     *db.DB
	Holder string // this node
	Now    func() time.Time
	Every  time.Duration
	Jobs   []Job

	last time.Time
}

// jump is how far the clock may move between two turns before nothing
// irrevocable is done on its word.
const jump = 10 * time.Minute

// ErrJump reports that the clock moved further than time passed. The turn is
// held back; the next one goes on if the clock still says so.
var ErrJump = errors.New("ticker: the clock jumped; holding back one turn")

// Run takes turns until ctx ends.
func (t *Ticker) Run(ctx context.Context) {
	for {
		if err := t.Turn(ctx); err != nil && ctx.Err() == nil {
			slog.Error("ticker", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(t.Every):
		}
	}
}

// Turn does what is due now, if this node holds the lease.
func (t *Ticker) Turn(ctx context.Context) error {
	now := t.Now()
	last := t.last
	t.last = now
	if !last.IsZero() && (now.Sub(last) > t.Every+jump || now.Before(last.Add(-time.Second))) {
		return ErrJump
	}
	mine := false
	err := t.DB.Write(ctx, func(tx *db.Tx) (err error) {
		mine, err = casework.Lease(tx, "ticker", t.Holder, now, now.Add(3*t.Every))
		return err
	})
	if err != nil || !mine {
		return err
	}
	for _, j := range t.Jobs {
		n, e := j.Do(ctx, now)
		if n > 0 {
			slog.Info("ticker", "job", j.Name, "done", n)
		}
		err = errors.Join(err, e)
	}
	return err
}
