package session

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/alexedwards/argon2id"
)

// Cheap makes hashing quick for all tests but those that measure it.
func Cheap() { cost.Memory, cost.Iterations = 64, 1; nobody = likeness(cost) }

// Dear is what the product uses.
func Dear() (undo func()) {
	was := *cost
	*cost = argon2id.Params{Memory: 64 * 1024, Iterations: 3, Parallelism: 1, SaltLength: 16, KeyLength: 32}
	nobody = likeness(cost)
	return func() { *cost = was; nobody = likeness(cost) }
}

// Pauses collects how long answers would have waited.
type Pauses struct {
	mu  sync.Mutex
	all []time.Duration
}

func Watch() *Pauses {
	p := &Pauses{}
	pause = func(_ context.Context, d time.Duration) error {
		p.mu.Lock()
		p.all = append(p.all, d)
		p.mu.Unlock()
		return nil
	}
	return p
}

func (p *Pauses) Max() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	m := time.Duration(0)
	if len(p.all) > 0 {
		m = slices.Max(p.all)
	}
	p.all = nil
	return m
}
