package casework_test

import (
	"errors"
	"testing"

	"yidan/internal/calendar"
	"yidan/internal/casework"
	"yidan/internal/fault"
	"yidan/internal/org"
)

// Everything any case can do, and what the engine refuses of it.
func TestHabits(t *testing.T) {
	say := func(c *casework.Case, no int, name string, v casework.Verdict) error {
		return c.Answer(no, casework.Answer{Verdict: v, By: who(name), Text: "理由", At: at("2026-08-11 10:00")})
	}
	by := func(name string) casework.Answer {
		return casework.Answer{By: who(name), Text: "理由", At: at("2026-08-11 10:00")}
	}
	signs := func(p *casework.Procedure) {
		p.Signer = func(q org.Party) (org.Party, bool) { q.Post = org.Leader; return q, q.Role == org.Justice }
	}
	grant := func(p *casework.Procedure) {
		signs(p)
		p.Steps[2].Ways[0] = p.Steps[2].Ways[0].GrantedBy(org.Lead)
	}
	for _, tt := range []struct {
		name   string
		change func(*casework.Procedure)
		do     func(*casework.Case) error
		err    error
		want   casework.Stage
	}{
		{"加签 holds the stage", nil, func(c *casework.Case) error {
			return errors.Join(c.Add(org.Unit("财政局"), by("编办")), say(c, 3, "编办", "同意"), say(c, 4, "司法局", "同意"))
		}, nil, "review"},
		{"加签 answered", nil, func(c *casework.Case) error {
			return errors.Join(c.Add(org.Unit("财政局"), by("编办")), say(c, 3, "编办", "同意"), say(c, 4, "司法局", "同意"), say(c, 5, "财政局", "同意"))
		}, nil, "approval"},
		{"加签 by whoever is merely asked", nil, func(c *casework.Case) error { return c.Add(org.Unit("财政局"), by("司法局")) }, casework.ErrNotYou, "review"},
		{"减签 of the last open one settles", nil, func(c *casework.Case) error {
			return errors.Join(c.Add(org.Unit("财政局"), by("编办")), say(c, 3, "编办", "同意"), say(c, 4, "司法局", "同意"), c.Drop(5, by("编办")))
		}, nil, "approval"},
		{"转办 where the step may be handed on", func(p *casework.Procedure) { p.Steps[2].Movable = true }, func(c *casework.Case) error {
			if err := c.Reassign(4, org.Unit("财政局"), by("司法局")); err != nil {
				return err
			}
			if f, ok := fault.As(say(c, 4, "司法局", "同意")); !ok || !errors.Is(f, casework.ErrNotYou) || f.Rule != "AE-6.1" {
				return errors.New("the old party answered")
			}
			return errors.Join(say(c, 4, "财政局", "同意"), say(c, 3, "编办", "同意"))
		}, nil, "approval"},
		{"拿回 within the stage", nil, func(c *casework.Case) error {
			return errors.Join(say(c, 3, "编办", "退回"), c.TakeBack(3, by("编办")), say(c, 3, "编办", "同意"), say(c, 4, "司法局", "同意"))
		}, nil, "approval"},
		{"拿回 after it moved on: the other's answer stands", nil, func(c *casework.Case) error {
			return errors.Join(say(c, 3, "编办", "同意"), say(c, 4, "司法局", "同意"), c.TakeBack(4, by("司法局")), say(c, 4, "司法局", "退回"))
		}, nil, "draft"},
		{"拿回 and on again opens a fresh task for the next", nil, func(c *casework.Case) error {
			return errors.Join(say(c, 3, "编办", "同意"), say(c, 4, "司法局", "同意"), c.TakeBack(4, by("司法局")), say(c, 4, "司法局", "同意"), say(c, 6, "领导小组", "同意"))
		}, nil, "closed"},
		{"拿回 too late", nil, func(c *casework.Case) error {
			return errors.Join(say(c, 3, "编办", "同意"), say(c, 4, "司法局", "退回"), say(c, 5, "水利局", "提交"), c.TakeBack(4, by("司法局")))
		}, casework.ErrActed, "opinions"},
		{"拿回 of a draft before it is signed", signs, func(c *casework.Case) error {
			return errors.Join(say(c, 3, "编办", "同意"), say(c, 4, "司法局/handler", "同意"), c.TakeBack(4, by("司法局/handler")),
				say(c, 4, "司法局/handler", "退回"), say(c, 6, "司法局/leader", "同意"))
		}, nil, "draft"},
		{"拿回 of a draft: nothing is left to sign", signs, func(c *casework.Case) error {
			return errors.Join(say(c, 4, "司法局/handler", "同意"), c.TakeBack(4, by("司法局/handler")), say(c, 5, "司法局/leader", "同意"))
		}, casework.ErrClosed, "review"},
		{"拿回 of what silence answered", nil, func(c *casework.Case) error {
			c.Tasks[2].Answer = casework.Answer{Verdict: casework.Silent}
			return c.TakeBack(3, by("编办"))
		}, casework.ErrNotYou, "review"},
		{"拿回 under 或签 asks the others again too", func(p *casework.Procedure) { p.Steps[2].Settle = casework.First }, func(c *casework.Case) error {
			return errors.Join(say(c, 4, "司法局", "同意"), c.TakeBack(4, by("司法局")), say(c, 3, "编办", "退回"))
		}, nil, "draft"},
		{"减签 of an office that the regulation names", nil, func(c *casework.Case) error { return c.Drop(4, by("编办")) }, casework.ErrVerdict, "review"},
		{"减签 of a signature", signs, func(c *casework.Case) error {
			return errors.Join(say(c, 4, "司法局/handler", "同意"), c.Drop(5, by("编办")))
		}, casework.ErrVerdict, "review"},
		{"拿回 of somebody else's", nil, func(c *casework.Case) error {
			return errors.Join(say(c, 3, "编办", "同意"), c.TakeBack(3, by("司法局")))
		}, casework.ErrNotYou, "review"},
		{"签发: drafted is not answered", signs, func(c *casework.Case) error {
			return errors.Join(say(c, 3, "编办", "同意"), say(c, 4, "司法局/handler", "同意"))
		}, nil, "review"},
		{"签发: the handler cannot sign", signs, func(c *casework.Case) error {
			return errors.Join(say(c, 4, "司法局/handler", "同意"), say(c, 5, "司法局/handler", "同意"))
		}, casework.ErrNotYou, "review"},
		{"签发: signed", signs, func(c *casework.Case) error {
			return errors.Join(say(c, 3, "编办", "同意"), say(c, 4, "司法局/handler", "同意"), say(c, 5, "司法局/leader", "同意"))
		}, nil, "approval"},
		{"签发: sent back, drafted otherwise", signs, func(c *casework.Case) error {
			return errors.Join(say(c, 3, "编办", "同意"), say(c, 4, "司法局/handler", "同意"), say(c, 5, "司法局/leader", "退回"),
				say(c, 4, "司法局/handler", "不予通过"), say(c, 6, "司法局/leader", "同意"))
		}, nil, "closed"},
		{"签发: the leader answers alone", signs, func(c *casework.Case) error {
			return errors.Join(say(c, 3, "编办", "同意"), say(c, 4, "司法局/leader", "同意"))
		}, nil, "approval"},
		{"签发: signed on paper needs no signature here", signs, func(c *casework.Case) error {
			a := by("司法局/handler")
			a.Verdict, a.Paper = casework.Agree, &casework.Paper{Signer: "局长", On: "2026-08-11", Scan: "f1"}
			return errors.Join(say(c, 3, "编办", "同意"), c.Answer(4, a))
		}, nil, "approval"},
		{"signed, then granted by another", grant, func(c *casework.Case) error {
			return errors.Join(say(c, 4, "司法局/handler", "同意"), say(c, 5, "司法局/leader", "同意"), say(c, 3, "编办", "同意"), say(c, 6, "领导小组", "同意"))
		}, nil, "review"}, // 编办's answer waits for its grant
		{"signed and granted, all", grant, func(c *casework.Case) error {
			return errors.Join(say(c, 4, "司法局/handler", "同意"), say(c, 5, "司法局/leader", "同意"), say(c, 3, "编办", "同意"), say(c, 6, "领导小组", "同意"), say(c, 7, "领导小组", "同意"))
		}, nil, "approval"},
		{"a grant does not pass to another answer", grant, func(c *casework.Case) error {
			return errors.Join(say(c, 3, "编办", "同意"), say(c, 5, "领导小组", "同意"), c.TakeBack(3, by("编办")), say(c, 3, "编办", "同意"), say(c, 4, "司法局/leader", "退回"))
		}, nil, "review"},
		{"撤回 by the owner, who is not asked", nil, func(c *casework.Case) error {
			a := by("水利局")
			a.Verdict = casework.Withdraw
			return c.Take(a)
		}, nil, "closed"},
		{"撤回 by a reviewer", nil, func(c *casework.Case) error {
			a := by("编办")
			a.Verdict = casework.Withdraw
			return c.Take(a)
		}, casework.ErrNotYou, "review"},
		{"拿回 of what has had effect", func(p *casework.Procedure) {
			p.Steps[2].Ways[0] = p.Steps[2].Ways[0].Do(func(*casework.Case, casework.Answer) error { return nil })
		}, func(c *casework.Case) error {
			return errors.Join(say(c, 3, "编办", "同意"), say(c, 4, "司法局", "同意"), c.TakeBack(4, by("司法局")))
		}, casework.ErrActed, "approval"},
		{"nobody reviews its own", nil, func(c *casework.Case) error {
			c.Owner = org.Unit("编办")
			return say(c, 3, "编办", "同意")
		}, casework.ErrOwnCase, "review"},
		{"nor does the person who acted for the applicant, in another post", nil, func(c *casework.Case) error {
			a := by("编办")
			a.Verdict, a.By.Person = casework.Agree, "水利局" // the person who submitted
			return c.Answer(3, a)
		}, casework.ErrOwnCase, "review"},
		{"nor a deputy who stands in for that person", nil, func(c *casework.Case) error {
			a := by("编办")
			a.Verdict, a.By.For = casework.Agree, "水利局"
			return c.Answer(3, a)
		}, casework.ErrOwnCase, "review"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var change []func(*casework.Procedure)
			if tt.change != nil {
				change = append(change, tt.change)
			}
			_, c := review(t, change...)
			err := tt.do(c)
			if !errors.Is(err, tt.err) {
				t.Error(err)
			}
			if f, ok := fault.As(err); tt.err == casework.ErrOwnCase && ok && f.Rule != "AE-6.1" { // the review's
				t.Error("refused under", f.Rule)
			}
			if c.Stage != tt.want {
				t.Errorf("stands in %s, want %s", c.Stage, tt.want)
			}
		})
	}
}

// One table of who may do what besides answering.
func TestMay(t *testing.T) {
	all := []casework.Act{casework.ActUrge, casework.ActReassign, casework.ActConsult, casework.ActCorrect, casework.ActPause, casework.ActExtend, casework.ActAdd,
		casework.ActDrop, casework.ActComment, casework.ActAttach, casework.ActLink, casework.ActShow, casework.ActSeal, casework.ActArchive}
	for _, tt := range []struct{ who, may string }{
		{"水利局", "urge comment attach link"},
		{"水利局/leader", "urge comment attach link show seal"},
		{"城关镇", "urge comment attach link"},
		{"编办", "urge consult correct pause extend add drop comment attach link show seal"},
		{"司法局", "urge consult correct pause extend comment attach link"},
		{"领导小组", ""},
		{"财政局", ""},
	} {
		t.Run(tt.who, func(t *testing.T) {
			_, c := review(t)
			got := ""
			for _, a := range all {
				if c.May(a, who(tt.who)) == nil {
					got += " " + string(a)
				}
			}
			if want := tt.may; got != "" && got[1:] != want || got == "" && want != "" {
				t.Errorf("may%s, want %s", got, want)
			}
		})
	}
}

// An archived case takes nothing more, from anybody.
func TestAnArchivedCaseStaysAsItIs(t *testing.T) {
	_, c := review(t)
	a := casework.Answer{Verdict: casework.Withdraw, By: who("水利局"), Text: "不再申请", At: at("2026-08-11 10:00")}
	if err := errors.Join(c.Take(a), c.Attached("批复.pdf", a), c.Archive(a)); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"水利局", "编办", "城关镇"} {
		for _, act := range []casework.Act{casework.ActComment, casework.ActAttach, casework.ActLink, casework.ActArchive, casework.ActUrge, casework.ActCorrect, casework.ActAdd} {
			if c.May(act, who(name)) == nil {
				t.Errorf("%s may %s", name, act)
			}
		}
	}
	n := len(c.Log)
	if err := c.Attached("补充.pdf", a); !fault.Is(err, fault.Refused) || len(c.Log) != n {
		t.Error("a file after archiving:", err)
	}
}

func TestAnApplicantThatHoldsTheOfficeIsReviewedByAnother(t *testing.T) {
	w := newWorld(t, "2026-08-03 09:00")
	p := walked(func(p *casework.Procedure) { p.Holder = func(r org.Role) string { return offices[r] } })
	c := w.open("a", p, "编办", &matter{Name: "x", Townships: []string{"城关镇"}})
	w.walk("a 编办 提交\na 城关镇 同意")
	if got := c.Tasks[2].Party.Role; got != org.Secretariat {
		t.Errorf("asked %s", got)
	}
	w.walk("!a 编办 同意\na 小组办 同意\na 司法局 同意")
	w.stands("a=approval")
}

func TestNobodyAsked(t *testing.T) {
	w := newWorld(t, "2026-08-03 09:00")
	w.open("a", walked(), "水利局", &matter{Name: "x"})
	if err := w.say("a", "水利局", casework.Submit); !errors.Is(err, casework.ErrNobody) {
		t.Error(err)
	}
}

func TestAFormThatIsNotFilledInIsNotHandedIn(t *testing.T) {
	w := newWorld(t, "2026-08-03 09:00")
	w.open("a", walked(), "水利局", &matter{Townships: []string{"城关镇"}})
	err := w.say("a", "水利局", casework.Submit)
	f, ok := fault.As(err)
	if !ok || f.Kind != fault.Invalid || f.Fields[0] != (fault.Field{Name: "name", Text: "填写“事项”", Rule: "AE-5.1"}) {
		t.Fatal(err)
	}
	w.stands("a=draft")
	w.walk("a 水利局 撤回") // a draft may be dropped as it is
}

func TestTheFormIsRevisedOnlyByWhoIsAskedForIt(t *testing.T) {
	_, c := review(t)
	next := &matter{Name: "新的", Townships: []string{"城关镇"}}
	if err := c.Revise(next, c.Revision, who("水利局")); !errors.Is(err, casework.ErrNotYou) {
		t.Error("revised under review:", err)
	}
	if err := c.Correct(calendar.WorkDays(5), casework.Answer{By: who("编办"), Text: "补正依据", At: at("2026-08-11 09:00")}); err != nil {
		t.Fatal(err)
	}
	if err := c.Revise(next, c.Revision, who("城关镇")); !errors.Is(err, casework.ErrNotYou) {
		t.Error("revised by a township:", err)
	}
	if err := c.Revise(next, c.Revision, who("水利局")); err != nil {
		t.Error(err)
	}
	if err := c.Revise(next, c.Revision-1, who("水利局")); !fault.Is(err, fault.Conflict) {
		t.Error("an old copy was saved over a new one:", err)
	}
	if err := c.Revise(&matter{}, c.Revision, who("水利局")); err != nil {
		t.Fatal(err)
	}
	if err := c.Answer(5, casework.Answer{Verdict: casework.Done, By: who("水利局"), At: at("2026-08-12 09:00")}); !fault.Is(err, fault.Invalid) {
		t.Error("put right with nothing in it:", err)
	}
}

// An answer is judged when it is written and again when it is signed; whoever signs is
// told why it does not count, and nothing moves.
func TestAnAnswerIsJudgedAgainWhenItIsSigned(t *testing.T) {
	overdue := &fault.Fault{Kind: fault.Refused, Text: "已经过期"}
	_, c := review(t, func(p *casework.Procedure) {
		p.Signer = func(q org.Party) (org.Party, bool) { q.Post = org.Leader; return q, q.Role == org.Justice }
		p.Steps[2].Check = func(_ *casework.Case, a casework.Answer) error {
			if a.At.After(at("2026-08-12 00:00")) {
				return overdue
			}
			return nil
		}
	})
	say := func(no int, name string, v casework.Verdict, when string) error {
		return c.Answer(no, casework.Answer{Verdict: v, By: who(name), Text: "理由", At: at(when)})
	}
	if err := say(4, "司法局/handler", casework.Agree, "2026-08-11 10:00"); err != nil {
		t.Fatal(err)
	}
	if err := say(5, "司法局/leader", casework.Agree, "2026-08-12 10:00"); !errors.Is(err, overdue) {
		t.Error("signed:", err)
	}
}

// What is being put right does not pass meanwhile, and what others rely on is not taken
// away: neither the application nor its files are changed behind whoever judges them.
func TestWhatIsJudgedStaysAsItIs(t *testing.T) {
	_, c := review(t)
	say := func(no int, name string, v casework.Verdict) error {
		return c.Answer(no, casework.Answer{Verdict: v, By: who(name), Text: "理由", At: at("2026-08-11 10:00")})
	}
	if err := c.MayRemove("f", "draft", who("水利局")); err == nil {
		t.Error("a file of the application is taken away while it is reviewed")
	}
	if err := c.MayRemove("f", "review", who("编办")); err != nil {
		t.Error("a reviewer may not take away what it has just added:", err)
	}
	if err := c.Correct(calendar.WorkDays(5), casework.Answer{By: who("编办"), Text: "补正", At: at("2026-08-11 10:00")}); err != nil {
		t.Fatal(err)
	}
	if err := c.MayRemove("f", "draft", who("水利局")); err != nil {
		t.Error("putting right, no file may be replaced:", err)
	}
	if err := c.Revise(&matter{Name: "另一件事", Townships: []string{"城关镇"}}, c.Revision, who("水利局")); err != nil {
		t.Fatal(err)
	}
	if err := say(4, "司法局", casework.Agree); !errors.Is(err, casework.ErrCorrecting) {
		t.Error("passed while it is put right:", err)
	}
	if err := errors.Join(say(5, "水利局", casework.Done), say(4, "司法局", casework.Agree), say(3, "编办", casework.Agree)); err != nil || c.Stage != "approval" {
		t.Error(c.Stage, err)
	}
	signed := c.Tasks[2]
	c.Tasks[2].Paper = &casework.Paper{Scan: "f"}
	if err := c.MayRemove("f", c.Stage, who("编办")); err == nil {
		t.Error("what an answer was signed on is taken away")
	}
	c.Tasks[2] = signed
}
