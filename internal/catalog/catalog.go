// Package catalog keeps the list (职责任务清单): what each item said and says, the
// editions that brought it about, and what a change of the law does to it.
//
// An edition brings versions of items; a version is never ended, a later one
// begins, and one without text cancels the item. What held on a day is therefore
// the version that begins last on or before it, and nothing old is ever written
// again: the database refuses it. Because of that a whole history can be read
// into memory once; a [Book] answers every question about the list from there.
//
// The first edition of a district is an import that its list office approved
// ([Propose], [Approve]); every later one applies approved changes.
package catalog

import (
	"encoding/hex"
	"slices"
	"strings"

	"github.com/emmansun/gmsm/sm3"

	"yidan/internal/statute"
)

// A Part of the list, as lists have them nationally since 2024 (DM-2.3).
type Part string

const (
	Basic       Part = "basic"       // 基本履职: the township's own duty
	Cooperating Part = "cooperating" // 配合履职: a department's duty, and the township's share
	TakenBack   Part = "taken_back"  // 上级部门收回: who takes over, and how
)

// Parts are the parts as people call them, in their order. Letter begins the
// codes of a part's items.
var Parts = []struct {
	Part         Part
	Name, Letter string
}{{Basic, "基本履职", "J"}, {Cooperating, "配合履职", "P"}, {TakenBack, "上级部门收回", "S"}}

// PartName is a part as people call it.
func PartName(p Part) string {
	for _, x := range Parts {
		if x.Part == p {
			return x.Name
		}
	}
	return string(p)
}

// A Role of a department in an item (DM-2.2).
type Role string

const (
	Lead      Role = "lead"       // 牵头
	Joint     Role = "joint"      // 共同
	TakesOver Role = "takes_over" // 承接
)

// RoleName is a role in words.
func RoleName(r Role) string {
	return map[Role]string{Lead: "牵头", Joint: "共同", TakesOver: "承接"}[r]
}

// A Text is what an item says (DM-2.1). Names are those of the day: what was
// issued is printed again as it was.
type Text struct {
	Name        string       `json:"name"`
	Part        Part         `json:"part"`
	Category    string       `json:"category"`
	Division    string       `json:"division"`    // 部门职责划分, as the list writes it
	Main        string       `json:"main"`        // 主体责任
	Cooperating string       `json:"cooperating"` // 配合责任
	Departments []Department `json:"departments"`
	Legal       []Basis      `json:"legal_bases"`
	Policy      []Basis      `json:"policy_bases"`
	Townships   []Township   `json:"townships"` // none: all of the district
}

// A Department has a share in an item. Unit is empty while no unit of the
// directory bears the name.
type Department struct {
	Unit string `json:"unit"`
	Name string `json:"name"`
	Role Role   `json:"role"`
	Duty string `json:"duty"`
}

// A Basis is what an item rests on; see [statute.Basis].
type Basis = statute.Basis

// A Township that an item applies to.
type Township struct {
	Unit string `json:"unit"`
	Name string `json:"name"`
}

// Everywhere reports that an item applies to every township of the district.
func (t *Text) Everywhere() bool { return len(t.Townships) == 0 }

// Bases are all that a text rests on.
func (t *Text) Bases() []Basis { return append(append([]Basis(nil), t.Legal...), t.Policy...) }

// An Item is a text that is to be entered. Code may be empty: the list office's
// numbering goes on. Sheet and Row say where it was read.
type Item struct {
	Code string `json:"code"`
	Text
	Sheet string `json:"sheet,omitempty"`
	Row   int    `json:"row,omitempty"`
}

func digest(b []byte) string {
	h := sm3.Sum(b)
	return hex.EncodeToString(h[:])
}

// canonical is the one form of a text: empty lists are lists, every basis knows
// its instrument and is there once.
func (t Text) canonical() Text {
	t.Departments = append([]Department{}, t.Departments...)
	t.Townships = append([]Township{}, t.Townships...)
	t.Legal = statute.Registered(t.Legal)
	t.Policy = slices.DeleteFunc(statute.Registered(t.Policy), func(b Basis) bool {
		return slices.ContainsFunc(t.Legal, func(x Basis) bool { return x.Instrument == b.Instrument && x.Article == b.Article })
	})
	return t
}

// words are all that a text can be found by.
func (t *Text) words() string {
	s := []string{t.Name, t.Category, t.Division, t.Main, t.Cooperating}
	for _, d := range t.Departments {
		s = append(s, d.Name)
		if d.Duty != t.Division {
			s = append(s, d.Duty)
		}
	}
	for _, b := range t.Bases() {
		s = append(s, b.String())
	}
	for _, x := range t.Townships {
		s = append(s, x.Name)
	}
	return strings.Join(s, "\n")
}
