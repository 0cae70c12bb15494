package opinion_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"yidan/internal/calendar"
	"yidan/internal/casework"
	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/opinion"
	"yidan/internal/org"
	"yidan/internal/testkit"
	"yidan/internal/testkit/room"
)

var (
	ctx     = context.Background()
	at, who = room.At, room.Who
)

// A district is a store with the procedure, a clock, and the last opinion.
type district struct {
	t      *testing.T
	s      *casework.Store
	now    time.Time
	id     string
	causes []opinion.Cause
	heirs  map[string]string // of units that were merged; "" for those that are no more
}

func newDistrict(t *testing.T, d *db.DB) *district {
	x := &district{t: t, now: at("2026-08-03 09:00")}
	x.s = room.Store(d, func(tx *db.Tx) casework.Editions {
		desk := &opinion.Desk{
			Tx: tx, Terms: func(time.Time) opinion.Terms { return opinion.Terms{Reply: calendar.Days(15)} },
			Number: room.Number(tx), Signer: room.Signer(""), Holder: room.Holder, UnitKind: room.Kind,
			Heir: func(id string) string {
				if h, ok := x.heirs[id]; ok {
					return h
				}
				return id
			},
			Begin: func(_ org.Actor, c opinion.Cause, _ time.Time) (string, error) {
				x.causes = append(x.causes, c)
				return "trigger-1", nil
			},
		}
		return opinion.Procedures(desk)
	})
	return x
}

func (x *district) read(f func(tx *db.Tx) error) {
	x.t.Helper()
	room.Read(x.t, x.s.DB, f)
}

func (x *district) write(f func(tx *db.Tx) error) {
	x.t.Helper()
	room.Write(x.t, x.s.DB, f)
}

var straw = opinion.Topic{Code: "P001", Subject: "“秸秆禁烧巡查”", Category: "生态环境保护", Lead: "区生态局"}

var words = opinion.Submission{Kind: "citizen", Text: "巡查应当避开农忙", Contact: "139 0000 0000"}

// lodge hands an opinion in and gives its receipt.
func (x *district) lodge(about opinion.Topic, s opinion.Submission, form string) string {
	x.t.Helper()
	receipt := opinion.ReceiptFor("browser", form)
	x.write(func(tx *db.Tx) (err error) {
		x.id, err = opinion.Lodge(tx, x.s, "区委编办", about, s, receipt, x.now)
		return err
	})
	return receipt
}

func (x *district) say(unit string, v casework.Verdict, data any) error {
	return room.Say(x.s, x.id, casework.Answer{Verdict: v, By: who(unit), Text: "理由充分", Data: data, At: x.now})
}

func (x *district) must(unit string, v casework.Verdict, data any) {
	x.t.Helper()
	if err := x.say(unit, v, data); err != nil {
		x.t.Fatalf("%s %s: %v", unit, v, err)
	}
}

func (x *district) row() (r opinion.Row) {
	x.t.Helper()
	x.read(func(tx *db.Tx) (err error) { r, err = opinion.Find(tx, x.id); return err })
	return r
}

func (x *district) refused(err error, field string) {
	x.t.Helper()
	f, ok := fault.As(err)
	if !ok || !slices.ContainsFunc(f.Fields, func(f fault.Field) bool { return f.Name == field }) {
		x.t.Errorf("refused %v, want a word on %q", err, field)
	}
}

func said(result string) *opinion.Answered {
	return &opinion.Answered{Result: result, Answer: "已改为避开农忙"}
}

// Proves: DM-10.2
func TestAnOpinionIsAnsweredByTheUnitConcernedWithinTheTermSinceItCame(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		receipt := x.lodge(straw, words, "f1")
		if r := x.row(); r.Number != "意见〔2026〕001" || r.State() != opinion.Waiting || !r.Due.At.Equal(at("2026-08-19 00:00")) {
			t.Errorf("it came as %+v", r)
		}
		x.now = at("2026-08-06 10:00")
		x.must("区委编办", opinion.Assigned, &opinion.Routing{})
		if r := x.row(); r.Unit != "区生态局" || r.State() != opinion.Answering || !r.Due.At.Equal(at("2026-08-19 00:00")) {
			t.Errorf("without a choice it goes to whoever leads, and the term runs on: %+v", r)
		}
		x.must("区生态局", casework.Return, nil)
		if r := x.row(); r.Unit != "" || r.State() != opinion.Waiting {
			t.Errorf("a unit gave it back: %+v", r)
		}
		x.refused(x.say("区委编办", opinion.Assigned, &opinion.Routing{Unit: "清单工作领导小组"}), "unit")
		x.must("区委编办", opinion.Assigned, &opinion.Routing{Unit: "城关镇"})
		x.refused(x.say("城关镇", casework.Done, &opinion.Answered{}), "answer")
		x.must("城关镇", casework.Done, said(opinion.Adopted))
		x.must("区委编办", casework.Return, nil)
		if r := x.row(); r.State() != opinion.Answering || r.Answer != "" {
			t.Errorf("the list office had it answered again: %+v", r)
		}
		x.must("城关镇", casework.Done, said(opinion.Partly))
		x.read(func(tx *db.Tx) error {
			r, err := opinion.LookUp(tx, receipt)
			if r.ClosedOn != "" {
				t.Error("an answer that nobody let go counts as given")
			}
			return err
		})
		x.must("区委编办", casework.Agree, &opinion.Releasing{Publish: "text"})
		x.read(func(tx *db.Tx) error {
			r, err := opinion.LookUp(tx, opinion.Grouped(receipt))
			if r.Case != x.id || r.State() != opinion.Closed || r.Result != opinion.Partly || r.Answer != "已改为避开农忙" {
				t.Errorf("the receipt finds %+v", r)
			}
			if err != nil {
				return err
			}
			env, err := x.s.Wire(tx, x.now)
			if err != nil {
				return err
			}
			faults, err := casework.Replay(tx, env, x.now)
			if len(faults) > 0 {
				t.Errorf("told again it comes out differently: %v", faults)
			}
			return err
		})
	})
}

// Proves: DM-10.1
func TestWhatAnOpinionIsRefusedFor(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		for field, s := range map[string]opinion.Submission{
			"text":    {Kind: "citizen"},
			"kind":    {Kind: "robot", Text: "意见"},
			"contact": {Kind: "legal", Text: "意见", Contact: strings.Repeat("9", 61)},
		} {
			x.refused(x.lodging(s), field)
		}
		x.refused(x.lodging(opinion.Submission{Kind: "other", Text: strings.Repeat("长", opinion.MaxText+1)}), "text")
		x.read(func(tx *db.Tx) error {
			rows, _, err := opinion.Register(tx, who("区委编办"), opinion.Filter{})
			if len(rows) != 0 {
				t.Errorf("what was refused left %d opinions", len(rows))
			}
			return err
		})
	})
}

func (x *district) lodging(s opinion.Submission) error {
	return x.s.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := opinion.Lodge(tx, x.s, "区委编办", opinion.Topic{}, s, opinion.ReceiptFor("browser", "refused"), x.now)
		return err
	})
}

// Proves: DM-10.1
func TestAReceiptFindsItsOpinionAndNothingElseDoes(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		receipt := x.lodge(opinion.Topic{}, words, "f1")
		if len(receipt) != 20 || receipt != opinion.ReceiptFor("browser", "f1") || receipt == opinion.ReceiptFor("other", "f1") || receipt == opinion.ReceiptFor("browser", "f2") {
			t.Errorf("%q is no receipt of one form of one browser", receipt)
		}
		x.read(func(tx *db.Tx) error {
			for _, wrong := range []string{"", "1", receipt[:19], receipt + "0", opinion.ReceiptFor("browser", "f3"), "%"} {
				if _, err := opinion.LookUp(tx, wrong); !fault.Is(err, fault.Missing) {
					t.Errorf("%q finds %v", wrong, err)
				}
			}
			if _, err := opinion.LookUp(tx, " "+receipt[:10]+"-"+receipt[10:]+"\n"); err != nil {
				t.Errorf("typed in groups: %v", err)
			}
			for _, table := range []string{"opinions", "cases", "events", "audit"} {
				column := map[string]string{"opinions": "digest", "cases": "form", "events": "data", "audit": "body"}[table]
				var n int
				if err := tx.QueryRow(`SELECT count(*) FROM `+table+` WHERE `+column+` LIKE $1`, "%"+receipt+"%").Scan(&n); err != nil {
					return err
				}
				if n > 0 {
					t.Errorf("the receipt stands in %s", table)
				}
				if err := tx.QueryRow(`SELECT count(*) FROM `+table+` WHERE `+column+` LIKE $1`, "%"+words.Contact+"%").Scan(&n); err != nil {
					return err
				}
				if n > 0 {
					t.Errorf("how the writer is reached stands in %s", table)
				}
			}
			return nil
		})
	})
}

// Proves: DM-10.1
func TestOnlyWhoeverAnswersSeesHowTheWriterIsReachedAndNotForEver(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		x.lodge(straw, words, "f1")
		x.must("区委编办", opinion.Assigned, &opinion.Routing{})
		reached := func(unit string) (s string, err error) {
			err = x.s.DB.Write(ctx, func(tx *db.Tx) (err error) {
				s, err = opinion.Contact(tx, who(unit), x.id, x.now)
				return err
			})
			return s, err
		}
		for _, unit := range []string{"区生态局", "区委编办"} {
			if s, err := reached(unit); s != words.Contact || err != nil {
				t.Errorf("%s sees %q, %v", unit, s, err)
			}
		}
		for _, unit := range []string{"区司法局", "城关镇"} {
			if s, err := reached(unit); s != "" || !fault.Is(err, fault.Missing) {
				t.Errorf("%s sees %q, %v", unit, s, err)
			}
		}
		drop := func(over bool) (n int) {
			x.write(func(tx *db.Tx) (err error) {
				n, err = opinion.DropContacts(tx, func(day string) bool { return over && day == "2026-08-03" })
				return err
			})
			return n
		}
		if n := drop(true); n != 0 {
			t.Errorf("dropped %d before the answer", n)
		}
		x.must("区生态局", casework.Done, said(opinion.Explained))
		x.must("区委编办", casework.Agree, &opinion.Releasing{})
		if n := drop(false); n != 0 {
			t.Errorf("dropped %d before their time", n)
		}
		if n := drop(true); n != 1 || x.row().Reachable {
			t.Errorf("dropped %d in time", n)
		}
	})
}

func TestOnlyWhatTheListOfficeChoosesIsPublished(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		direct := func(publish string) *opinion.Direct {
			return &opinion.Direct{Answered: *said(opinion.Explained), Releasing: opinion.Releasing{Publish: publish}}
		}
		x.lodge(straw, words, "open")
		x.must("区委编办", casework.Done, direct("text"))
		x.now = x.now.Add(time.Minute)
		x.lodge(straw, words, "counted")
		x.must("区委编办", casework.Done, direct(""))
		x.now = x.now.Add(time.Minute)
		private := words
		private.Private = true
		x.lodge(straw, private, "private")
		x.refused(x.say("区委编办", casework.Done, direct("text")), "publish")
		x.must("区委编办", casework.Done, direct("count"))
		x.now = x.now.Add(time.Minute)
		x.lodge(straw, words, "waiting")
		x.read(func(tx *db.Tx) error {
			rows, _, err := opinion.Published(tx, opinion.Filter{})
			if len(rows) != 3 || rows[0].Text != "" || rows[1].Answer != "" || rows[2].Text != words.Text {
				t.Errorf("the public sees %+v", rows)
			}
			if err != nil {
				return err
			}
			if rows, _, err = opinion.Published(tx, opinion.Filter{Words: "农忙"}); len(rows) != 1 {
				t.Errorf("searching finds %d, what is not published among them", len(rows))
			}
			if err != nil {
				return err
			}
			cells, err := opinion.Cells(tx, nil, opinion.Filter{})
			n := 0
			for _, c := range cells {
				n += c.N
			}
			if n != 4 {
				t.Errorf("figures count %d of 4", n)
			}
			return err
		})
	})
}

// A unit that was merged is stood for by its heir: it is asked, and reaches the writer;
// one that is no more is asked nothing.
//
// Proves: DM-10.2
func TestAMergedUnitsOpinionIsItsHeirs(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		x.lodge(straw, words, "f1")
		x.heirs = map[string]string{"区生态局": ""}
		x.refused(x.say("区委编办", opinion.Assigned, &opinion.Routing{}), "unit")
		x.must("区委编办", opinion.Assigned, &opinion.Routing{Unit: "区水务局"})
		x.lodge(straw, words, "f2")
		x.heirs = map[string]string{"区生态局": "区林草局"}
		x.must("区委编办", opinion.Assigned, &opinion.Routing{})
		if r := x.row(); r.Unit != "区林草局" {
			t.Error("asked is", r.Unit)
		}
		heir := who("区综合局") // into which 区林草局 goes while it answers
		heir.Former = []string{"区林草局"}
		x.write(func(tx *db.Tx) error {
			s, err := opinion.Contact(tx, heir, x.id, x.now)
			if s != words.Contact {
				t.Errorf("the heir sees %q", s)
			}
			return err
		})
	})
}

// What is restricted after it was published is public no longer.
//
// Proves: DM-10.1
func TestASealedOpinionIsNotPublic(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		x.lodge(straw, words, "f1")
		x.must("区委编办", casework.Done, &opinion.Direct{Answered: *said(opinion.Explained), Releasing: opinion.Releasing{Publish: "text"}})
		public := func() (n int) {
			x.read(func(tx *db.Tx) error {
				rows, _, err := opinion.Published(tx, opinion.Filter{})
				n = len(rows)
				return err
			})
			return n
		}
		if public() != 1 {
			t.Error("not published")
		}
		a := casework.Answer{By: who("区委编办"), Text: "写有住址", At: x.now}
		if err := x.s.Do(ctx, x.id, a.By, x.now, func(_ *db.Tx, c *casework.Case) error { return c.Seal(true, a) }); err != nil {
			t.Fatal(err)
		}
		if public() != 0 {
			t.Error("still public")
		}
	})
}

// Proves: DM-10.2
func TestOpinionsAreCollatedForWhomTheyConcern(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		x.lodge(straw, words, "f1")
		x.must("区委编办", opinion.Assigned, &opinion.Routing{})
		x.now = at("2026-09-01 09:00")
		x.lodge(opinion.Topic{}, words, "f2")
		x.now = x.now.Add(time.Hour)
		x.lodge(opinion.Topic{Code: "P002", Subject: "“河道巡查”", Category: "水务", Lead: "区水务局"}, opinion.Submission{Kind: "legal", Text: "增加夜间巡查"}, "f3")
		for name, c := range map[string]struct {
			unit string
			f    opinion.Filter
			want int
		}{
			"the list office sees all": {"区委编办", opinion.Filter{}, 3}, "so does the justice bureau": {"区司法局", opinion.Filter{}, 3},
			"a unit its own":  {"区生态局", opinion.Filter{}, 1},
			"another nothing": {"区水务局", opinion.Filter{}, 0},
			"by item":         {"区委编办", opinion.Filter{Code: "P002"}, 1}, "by period": {"区委编办", opinion.Filter{From: "2026-09-01", To: "2026-09-30"}, 2},
			"by words": {"区委编办", opinion.Filter{Words: "夜间 河道"}, 1}, "by state": {"区委编办", opinion.Filter{State: opinion.Answering}, 1},
			"by unit": {"区委编办", opinion.Filter{Unit: "区生态局"}, 1}, "by kind": {"区委编办", opinion.Filter{Kind: "legal"}, 1},
		} {
			x.read(func(tx *db.Tx) error {
				rows, _, err := opinion.Register(tx, who(c.unit), c.f)
				if len(rows) != c.want {
					t.Errorf("%s: %d, want %d", name, len(rows), c.want)
				}
				return err
			})
		}
		x.read(func(tx *db.Tx) error {
			first, next, err := opinion.Register(tx, who("区委编办"), opinion.Filter{Limit: 2})
			if err != nil {
				return err
			}
			second, end, err := opinion.Register(tx, who("区委编办"), opinion.Filter{Limit: 2, Before: next})
			if len(first) != 2 || len(second) != 1 || end != "" || second[0].Code != "P001" {
				t.Errorf("pages of %d and %d, then %q", len(first), len(second), end)
			}
			return err
		})
	})
}

// Proves: DM-10.2
func TestAnOpinionBecomesATriggerOnce(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		x.lodge(straw, words, "f1")
		if err := x.say("区生态局", opinion.Turned, &opinion.Turning{}); err == nil {
			t.Error("a department turned it")
		}
		x.must("区委编办", opinion.Turned, &opinion.Turning{})
		if c := x.causes[0]; c.Case != x.id || c.Code != "P001" || c.Advice != "check" || !strings.Contains(c.Event, "意见〔2026〕001") || x.row().Trigger != "trigger-1" {
			t.Errorf("it became %+v", c)
		}
		if err := x.say("区委编办", opinion.Turned, &opinion.Turning{}); !fault.Is(err, fault.Conflict) {
			t.Errorf("a second time: %v", err)
		}
		x.lodge(opinion.Topic{}, words, "f2")
		x.refused(x.say("区委编办", opinion.Turned, &opinion.Turning{}), "matter")
		x.must("区委编办", opinion.Turned, &opinion.Turning{Matter: "夜间巡查", Unit: "区生态局", Advice: "add"})
		if c := x.causes[1]; c.Code != "" || c.Matter != "夜间巡查" || c.Unit != "区生态局" {
			t.Errorf("what is to be added became %+v", c)
		}
	})
}

func TestTheQuestionChangesByTheHourAndTheLastOneStillCounts(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := newDistrict(t, d)
		asked := func() (q opinion.Question) {
			x.read(func(tx *db.Tx) (err error) { q, err = opinion.Asked(tx, x.now); return err })
			return q
		}
		right := func(id, answer string) error {
			return d.Read(ctx, func(tx *db.Tx) error { return opinion.Right(tx, id, answer, x.now) })
		}
		q := asked()
		good, _, _ := strings.Cut(q.Answers, "、")
		if err := right(q.ID, " "+good+"。"); err != nil {
			t.Errorf("%s %s: %v", q.Text, good, err)
		}
		x.refused(right(q.ID, "不知道"), "answer")
		x.now = x.now.Add(time.Hour)
		if next := asked(); next.ID == q.ID {
			t.Error("the question stays")
		}
		if err := right(q.ID, good); err != nil {
			t.Errorf("the last hour's: %v", err)
		}
		x.now = x.now.Add(time.Hour)
		x.refused(right(q.ID, good), "answer")

		if err := d.Write(ctx, func(tx *db.Tx) error {
			return opinion.AddQuestion(tx, who("区司法局"), opinion.Question{Text: "？", Answers: "一"}, x.now)
		}); !fault.Is(err, fault.Missing) {
			t.Errorf("another office added one: %v", err)
		}
		x.write(func(tx *db.Tx) error {
			return opinion.AddQuestion(tx, who("区委编办"), opinion.Question{Text: "本区有几个街道？", Answers: "8、八"}, x.now)
		})
		own := asked()
		if own.Text != "本区有几个街道？" || right(own.ID, "８") != nil {
			t.Errorf("the district's own is not asked: %+v", own)
		}
		x.write(func(tx *db.Tx) error { return opinion.DropQuestion(tx, who("区委编办"), own.ID, x.now) })
		if asked().ID == own.ID {
			t.Error("what was dropped is still asked")
		}
	})
}
