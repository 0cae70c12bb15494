package casework

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// A Docket holds the cases that move together in one transaction. Load finds
// one; what the docket holds afterwards is what the store saves. On error the
// docket is to be thrown away.
type Docket struct {
	Load  func(id string) (*Case, error)
	Cases map[string]*Case
	depth int
}

// Case finds a case of the docket, loading it if need be.
func (d *Docket) Case(id string) (*Case, error) {
	if c, ok := d.Cases[id]; ok {
		return c, nil
	}
	c, err := d.Load(id)
	if err != nil {
		return nil, err
	}
	d.Put(c)
	return c, nil
}

// Put adds a case.
func (d *Docket) Put(c *Case) {
	if d.Cases == nil {
		d.Cases = map[string]*Case{}
	}
	d.Cases[c.ID] = c
}

// Open starts a case and whatever it brings about.
func (d *Docket) Open(c *Case, now time.Time) error {
	d.Put(c)
	if err := c.open(now); err != nil {
		return err
	}
	return d.follow(c, now)
}

// Do changes a case and then the cases that this opens or tells.
func (d *Docket) Do(id string, now time.Time, f func(*Case) error) error {
	c, err := d.Case(id)
	if err != nil {
		return err
	}
	c.now = now
	if err := f(c); err != nil {
		return err
	}
	return d.follow(c, now)
}

// maxDepth bounds how far one act may ripple; deeper is a ring of declarations.
const maxDepth = 16

func (d *Docket) follow(c *Case, now time.Time) error {
	if d.depth++; d.depth > maxDepth {
		return fmt.Errorf("casework: %s moves cases in a ring", c.ID)
	}
	defer func() { d.depth-- }()
	opened, told := c.opened, c.told
	c.opened, c.told = nil, nil
	for _, ch := range opened {
		if err := d.Open(ch, now); err != nil {
			return err
		}
	}
	for _, m := range told {
		if err := d.Do(m.to, now, m.do); err != nil {
			return err
		}
	}
	return nil
}

// Sorted lists the cases in one order for all writers.
func (d *Docket) Sorted() []*Case {
	return slices.SortedFunc(maps.Values(d.Cases), func(a, b *Case) int { return strings.Compare(a.ID, b.ID) })
}
