package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"yidan/internal/admission"
	"yidan/internal/approval"
	"yidan/internal/calendar"
	"yidan/internal/casework"
	"yidan/internal/catalog"
	"yidan/internal/db"
	"yidan/internal/document"
	"yidan/internal/handover"
	"yidan/internal/message"
	"yidan/internal/org"
	"yidan/internal/parameter"
	"yidan/internal/regulation"
)

// A play is the telling of all tales in a store.
type play struct {
	*District
	matters map[string]matter
	opened  map[string]string // case ids by key
	tales   map[string]*tale
	files   map[int]document.Blob // by line of cases.txt
	spoken  map[string]int        // how often a stock phrase was taken
	books   catalog.Books
	changed map[string][]string // sources of triggers by the key of a law
	cal     *calendar.Calendar
	now     time.Time
}

// perform tells every tale, day by day: in the morning what time has brought
// about, then what people did, as one commit.
func (x *District) perform(ctx context.Context, now time.Time) error {
	p := &play{District: x, opened: map[string]string{}, tales: map[string]*tale{}, files: map[int]document.Blob{}, spoken: map[string]int{}, changed: map[string][]string{}, now: now}
	var err error
	if p.matters, err = readMatters(); err != nil {
		return err
	}
	if err := x.db.Read(ctx, func(tx *db.Tx) (err error) { p.cal, err = calendar.Load(tx); return err }); err != nil {
		return err
	}
	acts, err := readTales(now, p.cal)
	if err != nil {
		return err
	}
	for _, a := range acts {
		p.tales[a.tale.key] = a.tale
		if a.tale.ofTheList() || handed[a.tale.subject] {
			continue
		}
		if of := a.tale.form["of"]; of == "" && p.matters[a.tale.subject].Key == "" || of != "" && p.tales[of] == nil {
			return fmt.Errorf("cases.txt:%d: no subject %s %s", a.line, a.tale.subject, of)
		}
	}
	for len(acts) > 0 {
		n := 1
		for n < len(acts) && acts[n].day == acts[0].day {
			n++
		}
		morning := acts[0].at.Truncate(time.Hour).Add(-time.Hour)
		if err := x.pass(ctx, morning); err != nil {
			return err
		}
		if err := p.takeFiles(ctx, acts[:n]); err != nil {
			return err
		}
		err := x.db.Write(ctx, func(tx *db.Tx) error {
			for _, a := range acts[:n] {
				if err := p.act(tx, a); err != nil {
					return fmt.Errorf("cases.txt:%d: %s %s: %w", a.line, a.login, a.verb, err)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		acts = acts[n:]
	}
	x.cases = p.opened
	if err := x.db.Write(ctx, p.beginTriggers); err != nil {
		return err
	}
	return x.pass(ctx, now)
}

// glance lets every account read its box on ten days, a week apart, the last three
// days ago: what is unread in the demo is what came since.
func (x *District) glance(ctx context.Context, now time.Time) error {
	return x.db.Write(ctx, func(tx *db.Tx) error {
		for _, a := range x.Accounts {
			for week := 9; week >= 0; week-- {
				day := now.In(calendar.Zone).AddDate(0, 0, -3-7*week)
				at := time.Date(day.Year(), day.Month(), day.Day(), 17, 0, 0, 0, calendar.Zone)
				by, err := x.Actor(tx, a.Login, at)
				if err == nil {
					_, err = message.ReadAll(tx, by, at, at)
				}
				if err != nil {
					return fmt.Errorf("demo: %s: %w", a.Login, err)
				}
			}
		}
		return nil
	})
}

// about is the matter that a tale is about: of an exit, what was admitted.
func (p *play) about(t *tale) matter {
	if of := t.form["of"]; of != "" {
		return p.about(p.tales[of])
	}
	return p.matters[t.subject]
}

// handed are the subjects of tales about handing down: a hand-over, the contest of
// one, a report.
var handed = map[string]bool{"handover": true, "contest": true, "report": true}

// pass lets happen what happens because time passed.
func (x *District) pass(ctx context.Context, now time.Time) error {
	if _, err := x.store.LapseDue(ctx, now); err != nil {
		return err
	}
	if _, err := x.store.RemindDue(ctx, now); err != nil {
		return err
	}
	_, err := regulation.RemindEnding(ctx, x.db, now)
	return err
}

func (p *play) act(tx *db.Tx, a act) error {
	switch a.verb {
	case "起草":
		return p.open(tx, a)
	case "异议件":
		return p.contest(tx, a)
	case "变动":
		return p.changeLaw(tx, a)
	}
	id := p.opened[a.tale.key]
	if a.verb == "逾期" {
		return p.store.In(tx, a.at, func(d *casework.Docket) error { return p.silent(tx, d, id, a) })
	}
	by, err := p.Actor(tx, a.login, a.at)
	if err != nil {
		return err
	}
	if a.verb == "设定" {
		for key, value := range a.fields {
			err = errors.Join(err, parameter.Set(tx, by, key, value, a.day, a.words, a.at))
		}
		return err
	}
	if a.verb == "收存" {
		return receive(tx, by, id, a.at)
	}
	if err := casework.Visible(tx, by, id); err != nil {
		return err
	}
	return p.store.In(tx, a.at, func(d *casework.Docket) error {
		return d.Do(id, a.at, func(c *casework.Case) error { return p.do(tx, c, by, a) })
	})
}

// receive signs for the copies that a unit's archive keeps of a case's papers,
// whether or not the unit took part in it; what it signed for already is left.
func receive(tx *db.Tx, by org.Actor, id string, now time.Time) error {
	ps, err := document.OfCase(tx, id)
	for _, paper := range ps {
		if own, ours := paper.CopyOf(by.Unit); err == nil && ours && own.ReceivedAt.IsZero() {
			err = document.Receive(tx, by, paper.ID, now)
		}
	}
	return err
}

// open starts a case as a draft.
func (p *play) open(tx *db.Tx, a act) error {
	by, err := p.Actor(tx, a.login, a.at)
	if err != nil {
		return err
	}
	if a.tale.ofTheList() {
		p.opened[a.tale.key], err = p.openChange(tx, a, by)
		return err
	}
	name, fill := "admission", func(_ *db.Tx, form any) error { return p.request(form.(*admission.Request), a) }
	if of := a.tale.form["of"]; of != "" {
		name, fill = "exit", func(_ *db.Tx, form any) error { return p.exit(form.(*admission.Exit), of, a) }
	}
	switch a.tale.subject {
	case "handover":
		name, fill = "handover", func(tx *db.Tx, form any) error { return p.hand(tx, form.(*handover.Task), a) }
	case "report":
		name, fill = "dispute", func(_ *db.Tx, form any) error { return p.report(form.(*handover.Dispute), a) }
	}
	p.opened[a.tale.key], err = p.store.OpenIn(tx, name, by, a.at, fill)
	return err
}

// request fills in Form F1 as the department first wrote it.
func (p *play) request(r *admission.Request, a act) error {
	m := p.about(a.tale)
	*r = m.Request
	for _, login := range m.Towns {
		r.Townships = append(r.Townships, p.ids[login])
	}
	if r.Phased() {
		r.From, r.To = p.dayAfter(a.tale.form["from"]), p.dayAfter(a.tale.form["to"])
	}
	return fill(r, a.fields)
}

func (p *play) exit(x *admission.Exit, of string, a act) error {
	m := p.about(a.tale)
	*x = admission.Exit{
		Admission: p.opened[of], Matter: m.Request.Matter, Ground: a.tale.form["ground"], Reason: a.words, Rest: "无",
		Contact: m.Request.Contact, Phone: m.Request.Phone,
	}
	return fill(x, a.fields)
}

// dayAfter is a day so many days from now; empty stays empty.
func (p *play) dayAfter(n string) string {
	days, err := strconv.Atoi(n)
	if err != nil {
		return ""
	}
	return p.now.In(calendar.Zone).AddDate(0, 0, days).Format(time.DateOnly)
}

// fill sets fields of a form or sheet by their names.
func fill(to any, fields map[string]string) error {
	b, err := json.Marshal(fields)
	if err != nil {
		return err
	}
	return json.Unmarshal(b, to)
}

// silent waits for the townships that did not answer in time. Where the calendar
// of the year is not out nothing lapses, and they answer late.
func (p *play) silent(tx *db.Tx, d *casework.Docket, id string, a act) error {
	c, err := d.Case(id)
	if err != nil || c.Stage != admission.Opinions {
		return err
	}
	for _, no := range c.Pending() {
		t, _ := c.Task(no)
		for _, s := range seats {
			if p.ids[s.login] != t.Party.Unit {
				continue
			}
			by, err := p.Actor(tx, s.login, a.at)
			if err != nil {
				return err
			}
			if err := d.Do(id, a.at, func(c *casework.Case) error {
				return c.Answer(no, casework.Answer{Verdict: casework.Agree, Text: "没有意见。", By: by, At: a.at})
			}); err != nil {
				return err
			}
		}
	}
	return nil
}

// asides are the acts that are not answers.
var asides = map[string]func(p *play, tx *db.Tx, c *casework.Case, a act, ans casework.Answer) error{
	"留言": func(_ *play, _ *db.Tx, c *casework.Case, _ act, ans casework.Answer) error { return c.Comment(ans) },
	"催办": func(_ *play, _ *db.Tx, c *casework.Case, _ act, ans casework.Answer) error { return c.Urge(0, ans) },
	"归档": func(_ *play, _ *db.Tx, c *casework.Case, _ act, ans casework.Answer) error { return c.Archive(ans) },
	"告知": func(p *play, _ *db.Tx, c *casework.Case, a act, ans casework.Answer) error {
		return c.Show(org.Unit(p.ids[a.target]), ans)
	},
	"加签": func(p *play, _ *db.Tx, c *casework.Case, a act, ans casework.Answer) error {
		return c.Add(org.Unit(p.ids[a.target]), ans)
	},
	"补正": func(_ *play, _ *db.Tx, c *casework.Case, _ act, ans casework.Answer) error {
		return c.Correct(calendar.WorkDays(5), ans)
	},
	"中止": func(_ *play, _ *db.Tx, c *casework.Case, _ act, ans casework.Answer) error {
		return c.Pause(mine(c, ans.By), ans)
	},
	"征求": func(p *play, _ *db.Tx, c *casework.Case, a act, ans casework.Answer) error {
		return c.Consult(mine(c, ans.By), org.Unit(p.ids[a.target]), calendar.WorkDays(3), ans)
	},
	"延期": func(_ *play, _ *db.Tx, c *casework.Case, a act, ans casework.Answer) error {
		n, err := strconv.Atoi(a.target)
		if err != nil {
			return err
		}
		return c.Extend(mine(c, ans.By), calendar.WorkDays(n), ans)
	},
	"转办": func(p *play, _ *db.Tx, c *casework.Case, a act, ans casework.Answer) error {
		return c.Reassign(mine(c, ans.By), org.Unit(p.ids[a.target]), ans)
	},
	"关联": func(p *play, tx *db.Tx, c *casework.Case, a act, ans casework.Answer) error {
		other, err := p.number(tx, p.opened[a.target], ans.At)
		if err != nil {
			return err
		}
		return p.store.Tie(tx, c, other, ans)
	},
	"阅": func(_ *play, tx *db.Tx, c *casework.Case, _ act, ans casework.Answer) error {
		return casework.MarkRead(tx, ans.By, c.ID, ans.At)
	},
	"落实": func(_ *play, tx *db.Tx, c *casework.Case, _ act, ans casework.Answer) error {
		return admission.Settle(tx, ans.By, c.ID, ans.Text, ans.At)
	},
	"修改": func(_ *play, _ *db.Tx, c *casework.Case, a act, ans casework.Answer) error {
		form := c.Procedure.Form()
		b, err := json.Marshal(c.Form)
		if err == nil {
			err = json.Unmarshal(b, form)
		}
		if err == nil {
			err = fill(form, a.fields)
		}
		if err != nil {
			return err
		}
		return c.Revise(form, c.Revision, ans.By)
	},
	"附件": func(p *play, tx *db.Tx, c *casework.Case, a act, ans casework.Answer) error {
		name := ans.Text
		if _, err := document.Attach(tx, ans.By, c.ID, string(c.Stage), p.files[a.line], name, ans.At); err != nil {
			return err
		}
		return c.Attached(name, ans)
	},
}

// mine is the main task of this visit that by is asked to answer.
func mine(c *casework.Case, by org.Actor) int {
	for _, t := range c.Asked(by) {
		if t.Kind == casework.Main {
			return t.No
		}
	}
	return 0
}

func (p *play) number(tx *db.Tx, id string, now time.Time) (string, error) {
	env, err := p.store.Wire(tx, now)
	if err != nil {
		return "", err
	}
	c, err := casework.Load(tx, env, id, now)
	if err != nil {
		return "", err
	}
	return c.Number, nil
}

// verbs are short names of answers to one of several things a stage asks.
var verbs = map[string]struct {
	verdict casework.Verdict
	matter  string
}{
	"报市":   {casework.Done, approval.ToCity},
	"报省":   {casework.Done, approval.ToProvince},
	"市回执":  {casework.Done, approval.FromCity},
	"省回执":  {casework.Done, approval.FromProvince},
	"签收":   {casework.Done, admission.TakeDelivery},
	"签收交办": {handover.Received, ""},
	"签发":   {casework.Agree, ""},
	"培训":   {admission.Trained, ""},
	"补正完成": {casework.Done, ""},
	"答复":   {casework.Done, ""},
	"恢复":   {casework.Done, ""},
	"印发":   {casework.Done, ""},
}

// do carries out one act: an act of every case, an answer to what the actor is
// asked, or a way that the actor may take unasked.
func (p *play) do(tx *db.Tx, c *casework.Case, by org.Actor, a act) error {
	ans := casework.Answer{By: by, At: a.at, Text: a.words}
	if f := asides[a.verb]; f != nil {
		return f(p, tx, c, a, ans)
	}
	v, short := verbs[a.verb]
	if !short {
		v.verdict = casework.Verdict(a.verb)
	}
	ans.Verdict = v.verdict
	if ans.Text == "" {
		ans.Text = p.stock(c, by, ans.Verdict, a)
	}
	for _, t := range c.Asked(by) {
		if v.matter != "" && t.Matter != v.matter {
			continue
		}
		var err error
		if ans.Data, err = p.sheet(c, c.WaysFor(&t, by), ans.Verdict, t.Matter, a); err != nil {
			return err
		}
		if t.Kind != casework.Main {
			ans.Data = nil
		}
		if err := c.Answer(t.No, ans); !errors.Is(err, casework.ErrVerdict) {
			return err
		}
	}
	var err error
	if ans.Data, err = p.sheet(c, c.WaysFor(nil, by), ans.Verdict, "", a); err != nil {
		return err
	}
	return c.Take(ans)
}

// sheet is what a way asks to fill in, filled in.
func (p *play) sheet(c *casework.Case, ways casework.Ways, v casework.Verdict, task string, a act) (any, error) {
	for _, w := range ways {
		if w.On != v || w.Sheet == nil || w.For != "" && w.For != task {
			continue
		}
		data := w.Sheet.New()
		p.usual(c, data, task, a)
		return data, fill(data, a.fields)
	}
	return nil, nil
}

// takeFiles takes in the files that are attached on a day, before its commit.
func (p *play) takeFiles(ctx context.Context, acts []act) error {
	for _, a := range acts {
		if a.verb != "附件" {
			continue
		}
		body, err := paper(p.about(a.tale), a)
		if err != nil {
			return err
		}
		if p.files[a.line], err = document.Take(ctx, p.db, bytes.NewReader(body), a.words, a.at); err != nil {
			return fmt.Errorf("cases.txt:%d: %w", a.line, err)
		}
	}
	return nil
}

// paper writes a file that may be attached: a Word file, or plain text.
func paper(m matter, a act) ([]byte, error) {
	title, _, _ := strings.Cut(a.words, ".")
	if a.tale.ofTheList() {
		return []byte(strings.Join([]string{title, "", seatOf(a.login).called() + "　" + a.day, ""}, "\r\n")), nil
	}
	r, unit := m.Request, seatOf(m.Unit).called()
	if strings.HasSuffix(a.words, ".txt") {
		return []byte(strings.Join([]string{title, "", unit + "　" + a.day, "事项：" + r.Matter, r.Bodies(), r.Duties(), ""}, "\r\n")), nil
	}
	l := document.Letter{
		Title: title, To: "区委编办、区司法局", From: unit, Date: a.day,
		Paragraphs: []string{"事项：" + r.Matter, "主体责任：" + r.Main, "配合责任：" + r.Cooperating, "职责任务：" + r.Task, "办事流程：" + r.Process, "完成时限：" + r.Limit, "保障措施：" + r.Safeguards, "培训指导：" + r.Training},
	}
	return l.Word(document.Print{Title: title, At: a.at})
}
