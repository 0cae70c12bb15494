package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"yidan/internal/adjustment"
	"yidan/internal/casework"
	"yidan/internal/catalog"
	"yidan/internal/db"
	"yidan/internal/regulation"
	"yidan/internal/statute"
)

// noted notes the repeal of the law that most items of a unit rest on, and gives the
// page of what it reaches, the items the unit may apply for and one it may not.
func (p *played) noted(t *testing.T, login string) (page string, mine []string, others string) {
	t.Helper()
	err := p.db.Write(t.Context(), func(tx *db.Tx) error {
		by, err := troupe.Actor(tx, "sifa", playedAt)
		if err != nil {
			return err
		}
		a, err := troupe.Actor(tx, login, playedAt)
		if err != nil {
			return err
		}
		b, err := catalog.Load(tx)
		if err != nil {
			return err
		}
		var law string
		for _, i := range b.Register().All() {
			var own []string
			other := ""
			for _, x := range b.Citing(b.On("2026-11-25"), i.ID) {
				if adjustment.MayApply(x.Version(), a) == nil {
					own = append(own, x.Code)
				} else {
					other = x.Code
				}
			}
			if !b.Register().Standing("2026-11-25").Instrument(i).Gone() && (len(own) > len(mine) || len(own) == len(mine) && other != "" && others == "") {
				law, mine, others = i.ID, own, other
			}
		}
		cs, err := b.Register().Changes(law, statute.Account{Event: "repealed", On: "2026-11-20", Number: "第 7 号"})
		if err != nil {
			return err
		}
		im, err := regulation.RecordChanges(tx, new(catalog.Books), regulation.OpenTriggers, by, cs, playedAt)
		if err == nil {
			page = "/fgyx/" + law + "?bh=" + im.Changes[0].ID
		}
		return err
	})
	if err != nil || len(mine) == 0 {
		t.Fatal(err, mine)
	}
	return page, mine, others
}

// From what a change reaches a unit begins its applications at once: one an item,
// each with the change as its ground, and the duty that it answers.
func TestApplicationsAreBegunFromWhatAChangeReaches(t *testing.T) {
	p := play(t)
	path, mine, others := p.noted(t, "nongye")
	action, query, _ := strings.Cut(path, "?")
	action += "/tz?" + query
	s := p.as("nongye")
	page := s.get(path)
	says(t, page, "为勾选的事项起草调整申请", "第 7 号")
	hides(t, page, "法规库")
	drafts := func() (all []*adjustment.Change) {
		p.db.Read(t.Context(), func(tx *db.Tx) error {
			a, err := troupe.Actor(tx, "nongye", playedAt)
			if err != nil {
				t.Fatal(err)
			}
			env, err := p.site.Cases.Wire(tx, playedAt)
			if err != nil {
				t.Fatal(err)
			}
			rows, _, err := casework.Brought(tx, a, true, casework.Filter{Procedure: "adjustment"}, playedAt)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range rows {
				c, err := casework.Load(tx, env, r.ID, playedAt)
				if err != nil {
					t.Fatal(err)
				}
				if x := c.Form.(*adjustment.Change); x.HappenedOn == "2026-11-20" {
					all = append(all, x)
				}
			}
			return nil
		})
		return all
	}
	refused := func(why string, codes ...string) {
		t.Helper()
		a := s.send(page, action, "code", strings.Join(codes, "|"))
		if a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(plainText(a.body), why) || len(drafts()) != 0 {
			t.Errorf("%v: %d, %d drafts: %s", codes, a.StatusCode, len(drafts()), plainText(a.body))
		}
		if len(codes) > 1 && !strings.Contains(a.body, `value="`+codes[0]+`" checked`) {
			t.Error("what was ticked is lost")
		}
	}
	refused("勾选要提出调整的事项")
	refused("X999 不在这次变动触及的事项里", mine[0], "X999")
	if others != "" {
		refused("没有职责，不能提出", mine[0], others)
	}
	before := s.get(path)
	if a := s.send(page, action, "code", strings.Join(mine, "|")); a.StatusCode != http.StatusSeeOther || a.to() != "/gzt/drafts" {
		t.Fatalf("%d %s: %s", a.StatusCode, a.to(), plainText(a.body))
	}
	all := drafts()
	if len(all) != len(mine) {
		t.Fatalf("%d drafts for %v", len(all), mine)
	}
	for _, x := range all {
		byLaw := x.Kind == adjustment.Cancel && x.Has(adjustment.ByLaw) && x.Event == "repealed" && x.Instrument != ""
		other := x.Kind == adjustment.Adjust && x.Has(adjustment.ByOther) && x.OtherWhy != "" && x.Instrument == ""
		if len(x.Grounds) != 1 || !byLaw && !other || x.HappenedOn != "2026-11-20" || x.Name == "" || x.Base == "" {
			t.Errorf("%+v", x)
		}
	}
	if page = s.get(path); strings.Contains(page.body, `value="`+mine[0]+`"`) || !strings.Contains(plainText(page.body), "已有草稿") {
		t.Error("a draft that is there already is not told:", plainText(page.body))
	}
	hides(t, page, "为勾选的事项") // nothing is left to tick
	again := s.send(before, action, "code", mine[0])
	if again.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(plainText(again.body), mine[0]) || !regexp.MustCompile(`href="/sq/[0-9a-z]+#[^"]*">`+mine[0]+` [^<]*你单位已有草稿，打开接着办`).MatchString(again.body) || len(drafts()) != len(mine) {
		t.Errorf("begun twice: %d, %d drafts: %s", again.StatusCode, len(drafts()), plainText(again.body))
	}
	says(t, s.get("/sq/new/adjustment?kind=adjust&code="+mine[0]), "你单位已有草稿", "打开接着办")
	for _, login := range []string{"lingdao", "quweiban"} {
		if a := p.as(login).get(path); a.StatusCode != http.StatusOK || strings.Contains(a.body, "为勾选的事项") {
			t.Errorf("%s: %d", login, a.StatusCode)
		}
	}
}
