// Package statute keeps the register of what the list rests on: laws,
// regulations, rules and policy documents, their articles, and what happened to
// them (法规库).
//
// The register only grows. What is known about an instrument is the last head
// entered for it; what an article says is the text of its last version; whether
// either still stands is derived from the changes noted: enacted, amended,
// repealed, as a whole or article by article. An instrument is what its title
// comes down to, so that 《中华人民共和国森林法》 and 《森林法（2019年修订）》 are one.
package statute

import (
	"encoding/hex"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/emmansun/gmsm/sm3"
	"golang.org/x/text/unicode/norm"
)

// A Kind of instrument (种类).
type Kind string

const (
	Unknown        Kind = ""               // nobody has entered it yet
	Constitution   Kind = "constitution"   // 宪法
	Law            Kind = "law"            // 法律
	Administrative Kind = "administrative" // 行政法规
	Judicial       Kind = "judicial"       // 司法解释
	Local          Kind = "local"          // 地方性法规
	Department     Kind = "department"     // 部门规章
	Government     Kind = "government"     // 地方政府规章
	Normative      Kind = "normative"      // 行政规范性文件
	Policy         Kind = "policy"         // 政策文件
)

// Kinds are the kinds as people call them, the highest first. Rank is 效力位阶 by
// 立法法 Chapter 5: of two kinds the lower rank prevails, and equal ones stand side
// by side. Names are what files call a kind besides.
var Kinds = []struct {
	Kind  Kind
	Name  string
	Rank  int
	Names []string
}{
	{Constitution, "宪法", 1, nil},
	{Law, "法律", 2, []string{"宪法相关法", "民法商法", "民商法", "行政法", "经济法", "社会法", "刑法", "诉讼与非诉讼程序法", "生态环境法", "法律解释", "有关法律问题和重大问题的决定"}},
	{Administrative, "行政法规", 3, []string{"监察法规", "国务院行政法规"}},
	{Judicial, "司法解释", 3, nil},
	{Local, "地方性法规", 4, []string{"地方法规", "自治条例和单行条例", "自治条例", "单行条例", "经济特区法规"}},
	{Department, "部门规章", 5, []string{"规章", "国务院部门规章"}},
	{Government, "地方政府规章", 5, []string{"政府规章", "省政府规章", "地方规章"}},
	{Normative, "行政规范性文件", 6, []string{"规范性文件"}},
	{Policy, "政策文件", 7, []string{"政策", "党内法规", "文件"}},
}

// Name is a kind as people call it.
func (k Kind) Name() string {
	for _, x := range Kinds {
		if x.Kind == k {
			return x.Name
		}
	}
	return "种类未登记"
}

// Rank is a kind's place in the order of force (效力位阶), 1 the highest; 0 is unknown.
func (k Kind) Rank() int {
	for _, x := range Kinds {
		if x.Kind == k {
			return x.Rank
		}
	}
	return 0
}

// KindCalled is the kind that a file calls by a name.
func KindCalled(name string) (Kind, bool) {
	name = strings.TrimSpace(name)
	for _, x := range Kinds {
		if x.Name == name || string(x.Kind) == name || slices.Contains(x.Names, name) {
			return x.Kind, true
		}
	}
	return Unknown, false
}

// A Basis is what an item rests on: an article of a law (第十一条), or a policy
// document with its number. Instrument is its place in the register.
type Basis struct {
	Instrument string `json:"instrument"`
	Title      string `json:"title"`
	Number     string `json:"number"`
	Article    string `json:"article"`
}

// String is a basis as it is cited: 《森林法》第十条.
func (b Basis) String() string {
	s := "《" + b.Title + "》"
	if b.Number != "" {
		s += "（" + b.Number + "）"
	}
	return s + b.Article
}

// Registered are bases that know their instrument, each once.
func Registered(bs []Basis) []Basis {
	all := make([]Basis, 0, len(bs))
	for _, b := range bs {
		b.Instrument = ID(b.Title)
		if !slices.ContainsFunc(all, func(x Basis) bool { return x.Instrument == b.Instrument && x.Article == b.Article }) {
			all = append(all, b)
		}
	}
	return all
}

// A Head is what is known about an instrument as a whole. Days are 2006-01-02,
// "" where nobody has entered them.
type Head struct {
	Title         string `json:"title"` // in full
	Kind          Kind   `json:"kind"`
	Issuer        string `json:"issuer"` // 制定机关
	Number        string `json:"number"` // 文号
	PromulgatedOn string `json:"promulgated_on"`
	EffectiveOn   string `json:"effective_on"`
}

// An Instrument is a law, a regulation, a rule or a policy document of the register.
type Instrument struct {
	ID string `json:"id"`
	Head
	Articles []string `json:"articles"` // in their order
	Changes  []Change `json:"changes"`  // the last first; withdrawn ones too
	Entered  bool     `json:"entered"`  // its head was entered; otherwise items only cite it
	name     string   // folded
}

// What may happen to an instrument or to an article.
type Event string

const (
	Enacted  Event = "enacted"  // 新立
	Amended  Event = "amended"  // 修订
	Repealed Event = "repealed" // 废止
)

// Events are the events as DM Art. 5 to 7 call them.
var Events = []struct {
	Event Event
	Name  string
}{{Enacted, "新立"}, {Amended, "修订"}, {Repealed, "废止"}}

// Name is an event as people call it.
func (e Event) Name() string {
	for _, x := range Events {
		if x.Event == e {
			return x.Name
		}
	}
	return string(e)
}

// A Change is what happened to an instrument, or to one of its articles.
type Change struct {
	ID         string `json:"id,omitempty"`
	Instrument string `json:"instrument"`
	Title      string `json:"title"`
	Article    string `json:"article"` // "" is all of it
	Event      Event  `json:"event"`
	On         string `json:"on"`     // the day on which it took or takes effect
	Number     string `json:"number"` // of the document that brought it about
	// New is what takes its place: another instrument, or the same with another
	// article where articles were numbered anew. Without a title nothing does.
	New       Basis     `json:"new,omitzero"`
	Note      string    `json:"note,omitempty"`
	Text      string    `json:"text,omitempty"` // what the article says from then on
	NotedName string    `json:"noted_name,omitempty"`
	NotedAt   time.Time `json:"noted_at,omitzero"`
	Withdrawn string    `json:"withdrawn,omitempty"` // why it was noted by mistake
}

// Basis is what the change is about.
func (c Change) Basis() Basis {
	return Basis{Instrument: c.Instrument, Title: c.Title, Article: c.Article}
}

// String is a change in words: 《森林法》第十条修订.
func (c Change) String() string { return c.Basis().String() + c.Event.Name() }

var ofYear = regexp.MustCompile(`[（(](?:19|20)?\d{0,4}年?[^（()）]*(?:修订|修正|修改|版)[^（()）]*[)）]$`)

// key is what a title comes down to, so that one law is one instrument however a
// list writes it.
func key(title string) string {
	s := strings.Join(strings.Fields(norm.NFKC.String(title)), "")
	s = ofYear.ReplaceAllString(s, "")
	return strings.ToLower(strings.TrimPrefix(s, "中华人民共和国"))
}

// ID is the place in the register of whatever bears a title.
func ID(title string) string {
	h := sm3.Sum([]byte(key(title)))
	return hex.EncodeToString(h[:])[:32]
}
