package catalog

import (
	"database/sql"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"yidan/internal/audit"
	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/form"
	"yidan/internal/org"
)

// Kinds of instrument.
const (
	legal  = "legal"
	policy = "policy"
)

var ofYear = regexp.MustCompile(`[（(](?:19|20)?\d{0,4}年?[^（()）]*(?:修订|修正|修改|版)[^（()）]*[)）]$`)

// instrumentKey is what a title comes down to, so that one law is one instrument
// however a list writes it.
func instrumentKey(title string) string {
	s := strings.Join(strings.Fields(norm.NFKC.String(title)), "")
	s = ofYear.ReplaceAllString(s, "")
	return strings.ToLower(strings.TrimPrefix(s, "中华人民共和国"))
}

// instrumentID is an instrument's place in the register.
func instrumentID(title string) string { return digest([]byte(instrumentKey(title)))[:32] }

// registered are bases that know their instrument, each once.
func registered(bs []Basis) []Basis {
	all := make([]Basis, 0, len(bs))
	for _, b := range bs {
		b.Instrument = instrumentID(b.Title)
		if !slices.ContainsFunc(all, func(x Basis) bool { return x.Instrument == b.Instrument && x.Article == b.Article }) {
			all = append(all, b)
		}
	}
	return all
}

// An Instrument is a law, a regulation or a policy document of the register.
type Instrument struct {
	ID       string   `json:"id"`
	Kind     string   `json:"kind"`
	Title    string   `json:"title"`
	Number   string   `json:"number"`
	Articles []string `json:"articles"` // that items cite or cited
}

// Instruments are the register, by title.
func Instruments(tx *db.Tx) ([]Instrument, error) {
	articles := map[string][]string{}
	err := db.Each(tx, func(r *sql.Rows) error {
		var id, a string
		err := r.Scan(&id, &a)
		articles[id] = append(articles[id], a)
		return err
	}, `SELECT instrument_id, article FROM articles ORDER BY instrument_id, article`)
	if err != nil {
		return nil, err
	}
	all, err := db.All(tx, func(r *sql.Rows) (i Instrument, err error) {
		err = r.Scan(&i.ID, &i.Kind, &i.Title, &i.Number)
		i.Articles = articles[i.ID]
		return i, err
	}, `SELECT id, kind, title, number FROM instruments`)
	slices.SortFunc(all, func(a, b Instrument) int { return strings.Compare(a.Title, b.Title) })
	return all, err
}

// An Event is what happened to an instrument, or to one of its articles.
type Event struct {
	Title   string // of the instrument
	Article string // "" is all of it
	Event   string // enacted, amended, repealed
	On      string
	Basis   string // 公布的文号
}

// Note enters what happened to an instrument; list office and justice bureau do.
func Note(tx *db.Tx, by org.Actor, e Event, now time.Time) error {
	if !by.Holds(org.ListOffice) && !by.Holds(org.Justice) {
		return fault.Absent()
	}
	on, err := form.ParseDate(e.On)
	switch {
	case err != nil:
		return fault.On("on", "DM-8.1", "填写发生的日期，例如 2026年3月5日")
	case form.Clean(e.Basis) == "":
		return fault.On("basis", "DM-8.1", "填写公布的文号")
	}
	id := instrumentID(e.Title)
	var n int
	if err := tx.QueryRow(`SELECT count(*) FROM instruments WHERE id = $1`, id).Scan(&n); err != nil {
		return err
	}
	if n == 0 {
		return fault.On("title", "DM-2.1", "依据库里没有《%s》。核对名称", e.Title)
	}
	_, err = tx.Exec(`INSERT INTO instrument_events (instrument_id, article, happened_on, event, basis, noted_by, noted_name, noted_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		id, whole(article(e.Article)), on, e.Event, form.Clean(e.Basis), by.Person, by.Name, db.At(now))
	if err != nil {
		return err
	}
	return audit.Append(tx, by.Line(now, "catalog.note", "instrument:"+id))
}

// A Standing is which bases still stand on a day.
type Standing map[[2]string]string // instrument and article: the day of repeal

// StandingOn reads what was repealed by a day.
func StandingOn(tx *db.Tx, day string) (Standing, error) {
	s := Standing{}
	err := db.Each(tx, func(r *sql.Rows) error {
		var id, article, on string
		err := r.Scan(&id, &article, &on)
		s[[2]string{id, article}] = on
		return err
	}, `SELECT instrument_id, article, happened_on FROM instrument_events WHERE event = 'repealed' AND happened_on <= $1`, day)
	return s, err
}

// Repealed is the day from which a basis no longer stands; "" while it does.
func (s Standing) Repealed(b Basis) string {
	if b.Instrument == "" {
		b.Instrument = instrumentID(b.Title)
	}
	if on := s[[2]string{b.Instrument, ""}]; on != "" {
		return on
	}
	if b.Article == "" {
		return ""
	}
	return s[[2]string{b.Instrument, whole(b.Article)}]
}
