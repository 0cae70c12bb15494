package casework

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"yidan/internal/calendar"
	"yidan/internal/db"
	"yidan/internal/org"
)

// Due derives when a task runs out.
func (c *Case) Due(no int, cal *calendar.Calendar) calendar.Deadline {
	t := c.task(no)
	if t.Kind == Extend {
		return calendar.Deadline{}
	}
	if t.Kind == Grant { // its own unit signs within the term of what it signs
		if about := c.task(t.About); about.Kind == Main && t.Party.Unit == about.Party.Unit && t.Party.Role == about.Party.Role {
			return c.Due(t.About, cal)
		}
	}
	return cal.Due(t.From, t.Within, c.Stops(no))
}

// Stops are the spans during which a task's clock stood still: while it was
// being put right, while it was suspended, and while its answer lay with another unit.
func (c *Case) Stops(no int) (stops []calendar.Span) {
	t := c.task(no)
	for _, s := range c.Tasks {
		if s.Round == t.Round && s.No != no && (s.About == no || s.About == 0 && s.Kind != Main) &&
			(s.Kind.stops() || s.Kind == Grant && (s.Party.Unit != t.Party.Unit || s.Party.Role != t.Party.Role)) {
			stops = append(stops, calendar.Span{From: s.From, To: s.At, Why: string(s.Kind)})
		}
	}
	return stops
}

// Lapse answers, as the rule says, for every party whose time has run out. What its
// own unit has not signed is no answer; while another office grants it, its clock
// stands still. Nothing lapses on a provisional date.
func (c *Case) Lapse(cal *calendar.Calendar, now time.Time) error {
	step, moved := c.step(), false
	if step.Lapse == "" {
		return nil
	}
	for _, no := range c.Pending() {
		t, d := c.task(no), c.Due(no, cal)
		if t.Kind != Main || t.Child != "" || d.At.IsZero() || d.Provisional || now.Before(d.At) {
			continue
		}
		c.release(no, now)
		t.Answer, moved = Answer{Verdict: step.Lapse, At: d.At}, true
		c.note(Event{At: now, Act: "lapse", Task: no, Verdict: step.Lapse, Text: step.Rule})
	}
	if !moved {
		return nil
	}
	return c.settle(now)
}

// Ripe lists the cases that hold a task whose time has run out and whose
// silence means something.
func Ripe(tx *db.Tx, now time.Time, limit int) ([]string, error) {
	return db.All(tx, scanID, `SELECT DISTINCT case_id FROM tasks WHERE lapses AND state <> 'done' AND state <> 'child' AND due_flag = '' AND due_at <= $1 ORDER BY case_id LIMIT $2`, db.At(now), limit)
}

func scanID(r *sql.Rows) (id string, err error) { return id, r.Scan(&id) }

// LapseDue lets every case lapse whose time has run out. It acts on what stands
// in the rows, so running it twice, on two nodes or after a crash, does nothing twice.
func (s *Store) LapseDue(ctx context.Context, now time.Time) (moved int, err error) {
	var ids []string
	if err := s.DB.Read(ctx, func(tx *db.Tx) (err error) { ids, err = Ripe(tx, now, 500); return err }); err != nil {
		return 0, err
	}
	for _, id := range ids {
		err := s.Write(ctx, now, func(tx *db.Tx, d *Docket) error {
			env, err := s.Wire(tx, now)
			if err != nil {
				return err
			}
			return d.Do(id, now, func(c *Case) error {
				before := len(c.Log)
				err := c.Lapse(env.Calendar, now)
				if len(c.Log) > before {
					moved++
				}
				return err
			})
		})
		if err != nil {
			return moved, fmt.Errorf("lapse of %s: %w", id, err)
		}
	}
	return moved, nil
}

// RemindDue tells whoever is asked that a deadline is near, and that it has
// passed: each once per deadline, however often and wherever it runs.
func (s *Store) RemindDue(ctx context.Context, now time.Time) (told int, err error) {
	type due struct {
		id string
		no int
		at time.Time
	}
	var all []due
	var env *Env
	err = s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if env, err = s.Wire(tx, now); err != nil {
			return err
		}
		soon := env.Calendar.Due(now, calendar.WorkDays(env.Near), nil).At
		all, err = db.All(tx, func(r *sql.Rows) (x due, err error) {
			var at db.Time
			err = r.Scan(&x.id, &x.no, &at)
			x.at = at.Time
			return x, err
		}, `SELECT t.case_id, t.no, t.due_at FROM tasks t JOIN cases c ON c.id = t.case_id WHERE t.state = 'open' AND t.due_flag = '' AND t.due_at <= $1 AND c.filed_at <> ''
			AND NOT EXISTS (SELECT 1 FROM reminders r WHERE r.case_id = t.case_id AND r.task = t.no AND r.due_at = t.due_at AND (r.kind = 'over' OR r.kind = 'near' AND t.due_at > $2))
			ORDER BY t.due_at, t.case_id, t.no LIMIT 500`, db.At(soon), db.At(now))
		return err
	})
	if err != nil {
		return 0, err
	}
	for _, x := range all {
		err := s.Write(ctx, now, func(tx *db.Tx, d *Docket) error {
			env, err := s.Wire(tx, now)
			if err != nil {
				return err
			}
			n, err := remind(tx, env, d, x.id, x.no, now)
			told += n
			return err
		})
		if err != nil {
			return told, fmt.Errorf("reminder of %s: %w", x.id, err)
		}
	}
	return told, nil
}

// remind claims a reminder by a unique row and sends it with the same commit.
func remind(tx *db.Tx, env *Env, d *Docket, id string, no int, now time.Time) (int, error) {
	told := 0
	err := d.Do(id, now, func(c *Case) error {
		t, err := c.pending(no, org.Actor{})
		if err != nil || t.state() != "open" {
			return nil // answered meanwhile
		}
		due := c.Due(no, env.Calendar)
		at, flag := flagged(due)
		if flag != "" {
			return nil
		}
		kind, lead := "near", "即将到期："
		if !now.Before(at) {
			kind, lead = "over", "已超期："
		}
		n, err := tx.Exec(`INSERT INTO reminders (case_id, task, due_at, kind, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (case_id, task, due_at, kind) DO NOTHING`,
			id, no, db.At(at), kind, db.At(now))
		if err != nil || n == 0 {
			return err
		}
		told++
		c.Remark("remind", fmt.Sprintf("%s：%s", env.Name(t.Party), calendar.LightOf(now, due, env.Calendar, env.Near).Text), now)
		c.tellAsked(t, lead, due)
		return nil
	})
	return told, err
}

// Recompute counts every open deadline anew after the calendar has changed and
// records each that moves, with both editions. Closed ones never move.
func Recompute(tx *db.Tx, env *Env, now time.Time) (moved int, err error) {
	ids, err := db.All(tx, scanID, `SELECT DISTINCT case_id FROM tasks WHERE state IN ('open', 'held', 'child') AND calendar <> $1 AND due_flag <> 'none' ORDER BY case_id`, env.Calendar.Edition)
	if err != nil {
		return 0, err
	}
	for _, id := range ids {
		d := &Docket{Load: func(id string) (*Case, error) { return Load(tx, env, id, now) }}
		err := d.Do(id, now, func(c *Case) error {
			for _, no := range c.Pending() {
				var was db.Time
				var flag, edition string
				if err := tx.QueryRow(`SELECT due_at, due_flag, calendar FROM tasks WHERE case_id = $1 AND no = $2`, id, no).Scan(&was, &flag, &edition); err != nil {
					return err
				}
				at, f := flagged(c.Due(no, env.Calendar))
				if _, err := tx.Exec(`UPDATE tasks SET due_at = $3, due_flag = $4, calendar = $5 WHERE case_id = $1 AND no = $2`, id, no, db.At(at), f, env.Calendar.Edition); err != nil {
					return err
				}
				if at.Equal(was.Time) && f == flag {
					continue
				}
				moved++
				c.note(Event{At: now, Act: "recount", Task: no, Text: fmt.Sprintf("放假安排变化，时限由%s重算为%s（日历版本 %s，原为 %s）", lastDay(was.Time), lastDay(at), env.Calendar.Edition, edition),
					Data: raw(map[string]string{"from": edition, "to": env.Calendar.Edition})})
			}
			return nil
		})
		if err != nil {
			return moved, err
		}
		if err := save(tx, env, d, now); err != nil {
			return moved, err
		}
	}
	return moved, nil
}

// lastDay is the day that ends at a due instant.
func lastDay(t time.Time) string {
	if t.Equal(never) {
		return "暂停"
	}
	return t.Add(-time.Microsecond).In(calendar.Zone).Format("2006年1月2日")
}
