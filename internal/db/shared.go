package db

import (
	"strings"
	"sync/atomic"
)

// A Shared is what every request needs of a room and few ever change: read once
// and kept in the process for as long as the room's stamp in the store stays what
// it was. Triggers change the stamp with every write to the room's tables (table
// stamps), to a name that never was and never comes again. So what is kept is
// exactly what the transaction would read itself: in any process, after a write
// of its own, and when that is undone. What Load returns is shared and is not to
// be changed.
type Shared[T any] struct {
	Room string
	Load func(tx *Tx) (T, error)

	last atomic.Pointer[kept[T]]
}

type kept[T any] struct {
	stamp string
	value T
}

// Get is the value as tx sees it.
func (s *Shared[T]) Get(tx *Tx) (value T, err error) {
	stamp, err := tx.Stamp(s.Room)
	if err != nil {
		return value, err
	}
	if k := s.last.Load(); k != nil && k.stamp == stamp && stamp != "" {
		return k.value, nil
	}
	if value, err = s.Load(tx); err == nil {
		s.last.Store(&kept[T]{stamp, value})
	}
	return value, err
}

// Stamp names what a room's tables hold as t sees them. It costs one statement a
// transaction, for all rooms, and one more after each write.
func (t *Tx) Stamp(room string) (string, error) {
	if t.stamps == nil {
		if err := t.readStamps(); err != nil {
			return "", err
		}
	}
	return t.stamps[room], nil
}

// readStamps reads the stamps. A connection of SQLite that only reads is told
// cheaply that nobody has committed since it read them last.
func (t *Tx) readStamps() error {
	c, reads := t.tx.(*conn)
	reads = reads && !t.writes
	var version int64
	if reads {
		if err := t.QueryRow(`PRAGMA data_version`).Scan(&version); err != nil {
			return err
		}
		if c.stamps != nil && c.version == version {
			t.stamps = c.stamps
			return nil
		}
	}
	var line string // a row each costs more than taking them apart
	if err := t.QueryRow(`SELECT string_agg(room || ' ' || stamp, ' ') FROM stamps`).Scan(&line); err != nil {
		return err
	}
	stamps := map[string]string{}
	for f := strings.Fields(line); len(f) > 1; f = f[2:] {
		stamps[f[0]] = f[1]
	}
	t.stamps = stamps
	if reads {
		c.version, c.stamps = version, stamps
	}
	return nil
}
