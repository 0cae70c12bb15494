package demo

import (
	"bufio"
	_ "embed"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"
	"time"

	"yidan/internal/admission"
	"yidan/internal/calendar"
)

//go:embed matters.json
var mattersFile []byte

//go:embed cases.txt
var casesFile string

// A matter is what a department wants to hand to townships; the townships stand
// there by login.
type matter struct {
	Key     string            `json:"key"`
	Unit    string            `json:"unit"`
	Towns   []string          `json:"towns"`
	Request admission.Request `json:"request"`
}

func readMatters() (map[string]matter, error) {
	var all []matter
	// What most applications answer; a matter may say otherwise.
	if err := json.Unmarshal(mattersFile, &all); err != nil {
		return nil, fmt.Errorf("demo: matters: %w", err)
	}
	ms := map[string]matter{}
	for i, m := range all {
		r := &m.Request
		for _, f := range []struct {
			field *string
			value string
		}{
			{&r.ActingAs, "department"}, {&r.Listed, "no"}, {&r.Own, "no"}, {&r.Duty, "no"}, {&r.Assist, "no"}, {&r.Door, admission.DoorAdmit}, {&r.Span, "phased"},
			{&r.Phone, fmt.Sprintf("0454-8000%03d", 300+i)},
		} {
			if *f.field == "" {
				*f.field = f.value
			}
		}
		ms[m.Key] = m
	}
	return ms, nil
}

// A tale is what happened to one case, as cases.txt tells it:
//
//	# key subject field=value…       the case, its matter (or “exit”), what its form says
//	30 nongye 起草 | words | field=value; …
//
// A line is one act: how many working days ago, who, what, in which words, and
// what else was filled in. Words that are left out are taken from stock.go.
type tale struct {
	key, subject string
	form         map[string]string
	acts         []act
}

type act struct {
	tale   *tale
	line   int
	day    string // 2006-01-02
	at     time.Time
	login  string
	verb   string
	target string // after a colon: the unit or case that the verb is about
	words  string
	fields map[string]string
}

// readTales reads cases.txt as seen from a moment: the acts of all cases in the
// order in which they happened.
func readTales(now time.Time, cal *calendar.Calendar) (acts []act, err error) {
	today := now.In(calendar.Zone).Format(time.DateOnly)
	var t *tale
	lines := bufio.NewScanner(strings.NewReader(casesFile))
	for no := 1; lines.Scan(); no++ {
		line := strings.TrimSpace(lines.Text())
		switch {
		case line == "":
			continue
		case strings.HasPrefix(line, "#"):
			f := strings.Fields(line[1:])
			t = &tale{key: f[0], subject: f[1], form: map[string]string{}}
			for _, kv := range f[2:] {
				k, v, _ := strings.Cut(kv, "=")
				t.form[k] = v
			}
			continue
		}
		a, err := readAct(t, line)
		if err != nil {
			return nil, fmt.Errorf("demo: cases.txt:%d: %w", no, err)
		}
		a.line = no
		ago, err := strconv.Atoi(a.day)
		if err != nil {
			return nil, fmt.Errorf("demo: cases.txt:%d: %w", no, err)
		}
		sum, err := cal.Add(today, -ago)
		if err != nil {
			return nil, err
		}
		a.day = sum.Day
		if a.at, err = hour(a, len(t.acts)); err != nil {
			return nil, err
		}
		if n := len(t.acts); n > 0 && !a.at.After(t.acts[n-1].at) {
			return nil, fmt.Errorf("demo: cases.txt:%d: happens before the line above", no)
		}
		t.acts = append(t.acts, a)
		acts = append(acts, a)
	}
	slices.SortStableFunc(acts, func(a, b act) int { return a.at.Compare(b.at) })
	return acts, lines.Err()
}

func readAct(t *tale, line string) (a act, err error) {
	parts := strings.SplitN(line, "|", 3)
	f := strings.Fields(parts[0])
	if t == nil || len(f) != 3 {
		return a, fmt.Errorf("not an act: %s", line)
	}
	a = act{tale: t, day: f[0], login: f[1], fields: map[string]string{}}
	a.verb, a.target, _ = strings.Cut(f[2], ":")
	if len(parts) > 1 {
		a.words = strings.TrimSpace(parts[1])
	}
	if len(parts) > 2 {
		for kv := range strings.SplitSeq(parts[2], ";") {
			k, v, _ := strings.Cut(strings.TrimSpace(kv), "=")
			a.fields[k] = strings.ReplaceAll(v, `\n`, "\n")
		}
	}
	return a, nil
}

// hour is when in the working day an act happened: the nth of its case a little
// after the one before, cases apart from one another.
func hour(a act, n int) (time.Time, error) {
	day, err := time.ParseInLocation(time.DateOnly, a.day, calendar.Zone)
	if err != nil {
		return day, err
	}
	h := fnv.New32a()
	h.Write([]byte(a.tale.key))
	same := 0
	for i := n - 1; i >= 0 && a.tale.acts[i].day == a.day; i-- {
		same++
	}
	minutes := 8*60 + 40 + int(h.Sum32()%70) + 43*same
	if same > 4 {
		minutes = 8*60 + 40 + int(h.Sum32()%70) + 43*4 + 11*(same-4)
	}
	if minutes >= 11*60+30 { // after the noon break
		minutes += 120
	}
	return day.Add(time.Duration(minutes) * time.Minute), nil
}
