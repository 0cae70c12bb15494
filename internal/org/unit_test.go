package org_test

import (
	"errors"
	"strings"
	"testing"

	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/org"
	"yidan/internal/testkit"
)

func TestAnOfficePassesFromUnitToUnit(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := found(t, d)
		a, b := x.unit(org.UnitRow{Name: "区委编办"}), x.unit(org.UnitRow{Name: "机构编制委员会办公室"})
		appoint := func(unit, from string) error {
			return x.try(func(tx *db.Tx) error { return org.Appoint(tx, x.policy, org.ListOffice, unit, from, noon) })
		}
		if err := appoint(a, "2024-01-01"); err != nil {
			t.Fatal(err)
		}
		if err := appoint(b, "2026-01-01"); !fault.Is(err, fault.Invalid) {
			t.Error("the past was rewritten:", err)
		}
		if err := appoint(a, "2026-12-01"); !fault.Is(err, fault.Conflict) {
			t.Error(err)
		}
		for _, from := range []string{"2027-02-01", "2027-01-01"} { // the second replaces what had not begun
			if err := appoint(b, from); err != nil {
				t.Fatal(err)
			}
		}
		dir := x.directory()
		for day, want := range map[string]string{"2023-12-31": "", "2024-01-01": a, "2026-12-31": a, "2027-01-01": b, "2027-02-01": b} {
			if got := dir.Holder(org.ListOffice, day); got != want {
				t.Errorf("%s: %s, want %s", day, dir.Name(got), dir.Name(want))
			}
		}
		if n := len(dir.Offices()); n != 2 {
			t.Error(n, "appointments")
		}
		if err := x.try(func(tx *db.Tx) error {
			return org.CloseUnit(tx, x.accounts, b, "2027-06-30", nil, "编委〔2027〕2号", noon)
		}); !fault.Is(err, fault.Refused) {
			t.Error("the holder of an office was closed:", err)
		}
		for name, err := range map[string]error{
			"an office nobody holds": x.try(func(tx *db.Tx) error { return org.Appoint(tx, x.policy, org.Conference, a, today, noon) }),
			"an unknown unit":        x.try(func(tx *db.Tx) error { return org.Appoint(tx, x.policy, org.Lead, "x", today, noon) }),
			"no day":                 x.try(func(tx *db.Tx) error { return org.Appoint(tx, x.policy, org.Lead, a, "2026-02-30", noon) }),
			"before it existed":      x.try(func(tx *db.Tx) error { return org.Appoint(tx, x.policy, org.Lead, a, "2019-01-01", noon) }),
		} {
			if _, ok := fault.As(err); !ok {
				t.Error(name, err)
			}
		}
	})
}

func TestATwinOfAUnitIsRefused(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := found(t, d)
		x.unit(org.UnitRow{Name: "一曲镇A区日照局"})
		x.unit(org.UnitRow{Name: "𠮷林镇"}) // beyond the basic plane
		for _, name := range []string{
			"一曲镇A区日照局", " 一曲镇A区日照局\u3000", "一曲镇\u200bA区日照局", "一曲镇\u200dA区日照局", "一曲镇\u00adA区日照局", "一曲镇Ａ区日照局", "一曲镇 A区日照局",
			"—曲镇A区日照局", "⼀曲镇A区日照局", "一曲镇А区日照局", "一曲镇a区日照局", "一曲镇A区曰照局", "一曲镇A区日照局\ufe00", "一曲镇\u202eA区日照局", "𠮷林镇\u2060",
		} {
			err := x.try(func(tx *db.Tx) error {
				_, err := org.AddUnit(tx, x.accounts, org.UnitRow{Name: name, Kind: org.Department, From: today}, noon)
				return err
			})
			if f, ok := fault.As(err); !ok || f.Kind != fault.Invalid || f.Fields[0].Name != "name" {
				t.Errorf("%q: %v", name, err)
			}
		}
		for _, name := range []string{"<b>局", "水利\xed\xa0\x80局", "水利👨‍👩‍👧局", "", "\u3000\u200b", strings.Repeat("局", 61)} {
			if err := x.try(func(tx *db.Tx) error {
				_, err := org.AddUnit(tx, x.accounts, org.UnitRow{Name: name, Kind: org.Department, From: today}, noon)
				return err
			}); !fault.Is(err, fault.Invalid) {
				t.Errorf("%q: %v", name, err)
			}
		}
		id := x.unit(org.UnitRow{Name: "水\x00利局"})
		if u, _ := x.directory().Unit(id); u.Name != "水利局" {
			t.Errorf("%q", u.Name)
		}
	})
}

func TestAnAgencyHasItsParentAndItsTownship(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := found(t, d)
		bureau, town := x.unit(org.UnitRow{Name: "自然资源局"}), x.unit(org.UnitRow{Name: "城关镇", Kind: org.Township})
		for name, u := range map[string]org.UnitRow{
			"neither": {}, "no township": {Parent: bureau}, "no parent": {Township: town}, "the wrong way round": {Parent: town, Township: bureau}, "unknown": {Parent: "x", Township: "y"},
		} {
			u.Name, u.Kind, u.From = "城关自然资源所", org.Agency, today
			err := x.try(func(tx *db.Tx) error { _, err := org.AddUnit(tx, x.accounts, u, noon); return err })
			if f, ok := fault.As(err); !ok || f.Rule != "EV-2.1" {
				t.Errorf("%s: %v", name, err)
			}
		}
		id := x.unit(org.UnitRow{Name: "城关自然资源所", Kind: org.Agency, Parent: bureau, Township: town})
		if u, ok := x.directory().Unit(id); !ok || u.Parent != bureau || u.Township != town {
			t.Error(u)
		}
		for _, base := range []string{bureau, town} {
			if err := x.try(func(tx *db.Tx) error {
				return org.CloseUnit(tx, x.accounts, base, "2026-12-31", nil, "编委〔2026〕3号", noon)
			}); !fault.Is(err, fault.Refused) {
				t.Error("closed from under an agency:", err)
			}
		}
	})
}

func TestWhatAMergedUnitLeftOpenIsItsSuccessors(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := found(t, d)
		town := func(name string) string { return x.unit(org.UnitRow{Name: name, Kind: org.Township}) }
		merged, split, heir, other := town("云坡乡"), town("沙渡乡"), town("松涧乡"), town("南寨镇")
		for former, into := range map[string][]string{merged: {heir}, split: {heir, other}} {
			x.write(func(tx *db.Tx) error {
				return org.CloseUnit(tx, x.accounts, former, today, into, "政函〔2026〕8号", noon)
			})
		}
		dir, next := x.directory(), org.Day(noon.AddDate(0, 0, 1))
		if got := dir.Former(heir, today); len(got) != 0 {
			t.Error("before its end a unit answers for itself", got)
		}
		a := org.Actor{Unit: heir, Post: org.Handler, Former: dir.Former(heir, next)}
		if !a.Is(org.Unit(merged)) || !a.Is(org.Unit(heir)) || a.Is(org.Unit(split)) || a.Is(org.Unit(other)) {
			t.Error("answers for", a.Former)
		}
		if got := strings.Join(a.Keys(), " "); got != "u:"+heir+" u:"+merged {
			t.Error(got)
		}
	})
}

func TestAListMayNameAUnitInManyWays(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := found(t, d)
		id := map[string]string{}
		for name, u := range map[string]org.UnitRow{
			"区委编办": {Short: "编办"}, "区政府办公室": {Short: "区政府办"}, "区市场监督管理局": {Short: "市场监管局"}, "区水利局": {}, "应急管理局": {}, "区城市管理综合执法局": {Short: "城管局"},
			"城关镇": {Kind: org.Township}, "站前街道": {Kind: org.Subdistrict}, "区农业局": {}, "市委编办": {Kind: org.Superior}, "区林业局": {}, "区草原局": {},
		} {
			u.Name = name
			id[name] = x.unit(u)
		}
		rename := org.UnitRow{ID: id["区农业局"], Name: "区农业农村局", From: "2020-01-01"}
		if err := x.try(func(tx *db.Tx) error { return org.ChangeUnit(tx, x.accounts, rename, "", noon) }); !fault.Is(err, fault.Invalid) {
			t.Error("renamed without basis:", err)
		}
		x.write(func(tx *db.Tx) error { return org.ChangeUnit(tx, x.accounts, rename, "编委〔2026〕4号", noon) })
		grass := x.unit(org.UnitRow{Name: "区林业和草原局"})
		for _, old := range []string{"区林业局", "区草原局"} {
			x.write(func(tx *db.Tx) error {
				return org.CloseUnit(tx, x.accounts, id[old], "2026-11-22", []string{grass}, "编委〔2026〕5号", noon)
			})
		}
		dir := x.directory()
		for name, want := range map[string]string{
			"区委编办": "区委编办", "编办": "区委编办", "郊区编办": "区委编办", "区市场监督管理局": "区市场监督管理局", "市场监督管理局": "区市场监督管理局", "市场监管局": "区市场监督管理局",
			"郊区市场监督管理局": "区市场监督管理局", "县市场监督管理局": "区市场监督管理局", "水利局": "区水利局", "区水利局（河长办）": "区水利局", "区水利局(河长办)": "区水利局", " 区水利局\u3000": "区水利局", "某某市郊区水利局": "区水利局",
			"区应急管理局": "应急管理局", "郊区应急管理局": "应急管理局", "城管局": "区城市管理综合执法局", "城市管理综合执法局": "区城市管理综合执法局",
			"城关镇人民政府": "城关镇", "城关镇": "城关镇", "郊区城关镇人民政府": "城关镇", "站前街道办事处": "站前街道", "区农业局": "区农业农村局", "农业局": "区农业农村局", "区林业局": "区林业和草原局", "草原局": "区林业和草原局",
			"市水利局": "", "管理局": "", "省水利厅": "", "": "", "街道": "", "市编办": "", "水利": "",
		} {
			u, ok := dir.Resolve(name, today)
			if ok != (want != "") || u.Name != want {
				t.Errorf("%q: %q, want %q", name, u.Name, want)
			}
		}
		if u, _ := dir.Resolve("区林业局", "2026-11-22"); u.ID != id["区林业局"] {
			t.Error("on its last day a unit stands for itself", u)
		}
		if us := dir.Townships(today); len(us) != 2 {
			t.Error(us)
		}
	})
}

func TestTheDirectoryIsReadAgainOnlyWhenItChanged(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		x := found(t, d)
		a := x.unit(org.UnitRow{Name: "水利局"})
		one, two := x.directory(), x.directory()
		if one != two {
			t.Error("read twice without a change")
		}
		// What was undone was never there.
		x.try(func(tx *db.Tx) error {
			if _, err := org.AddUnit(tx, x.accounts, org.UnitRow{Name: "林草局", Kind: org.Department, From: today}, noon); err != nil {
				return err
			}
			if dir, err := org.LoadDirectory(tx); err != nil || len(dir.Every()) != 2 {
				t.Error("a transaction does not see its own change", err)
			}
			return errUndo
		})
		if n := len(x.directory().Every()); n != 1 {
			t.Error(n, "units")
		}
		x.write(func(tx *db.Tx) error {
			return org.ChangeUnit(tx, x.accounts, org.UnitRow{ID: a, Name: "水利局", Signs: true, From: "2020-01-01"}, "", noon)
		})
		if p, ok := x.directory().Signer(org.Unit(a), today); !ok || p.Post != org.Leader || p.Unit != a {
			t.Error(p, ok)
		}
	})
}

// Two processes on one store: what one writes the other heeds with its next
// transaction, what is undone was never there, and a writer sees its own.
func TestRightsAreThoseOfTheTransactionInEveryProcess(t *testing.T) {
	for _, e := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(string(e), func(t *testing.T) {
			source := testkit.Source(t, e)
			x := found(t, testkit.Open(t, source))
			other := &district{T: t, d: testkit.Open(t, source)}
			unit, anna := x.unit(org.UnitRow{Name: "农业农村局"}), x.person("anna")
			ways := func(tx *db.Tx) int {
				as, err := org.Actors(tx, anna, today)
				if err != nil {
					t.Fatal(err)
				}
				return len(as)
			}
			if n := len(other.actors(anna, today)); n != 0 {
				t.Fatal("acts without a post:", n)
			}
			undone := errors.New("undone")
			err := x.try(func(tx *db.Tx) error {
				if n := ways(tx); n != 0 {
					t.Error("before:", n)
				}
				if _, err := org.Grant(tx, x.policy, org.Post{Person: anna, Unit: unit, Duty: org.Handler, From: "2026-01-01"}, noon); err != nil {
					return err
				}
				if n := ways(tx); n != 1 {
					t.Error("its own writer does not see the post:", n)
				}
				return undone
			})
			if !errors.Is(err, undone) || len(x.actors(anna, today)) != 0 || len(other.actors(anna, today)) != 0 {
				t.Fatal("a post that was never granted:", err)
			}
			post := x.grant(anna, unit, org.Handler)
			if len(x.actors(anna, today)) != 1 || len(other.actors(anna, today)) != 1 {
				t.Error("the post is not seen")
			}
			if n := len(x.actors(anna, "2025-12-31")); n != 0 {
				t.Error("the day before it began:", n)
			}
			other.write(func(tx *db.Tx) error { return org.Revoke(tx, x.policy, post, "离任", noon) })
			if len(x.actors(anna, today)) != 0 || len(other.actors(anna, today)) != 0 {
				t.Error("a post that was taken away is still held")
			}
		})
	}
}
