package opinion

import (
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"yidan/internal/audit"
	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/form"
	"yidan/internal/org"
)

// A Question is asked of whoever sends an opinion. Everybody is asked the same
// one for an hour: it keeps out what fills in every form it finds, and the limit
// on how often one address may send keeps out the rest.
type Question struct {
	ID, Text, Answers string // every right answer, parted by 、
	By                string
	At                time.Time
}

// builtin are asked while the district has none of its own.
var builtin = []Question{
	{ID: "months", Text: "一年有几个月？", Answers: "12、十二、12个月、十二个月"},
	{ID: "sum", Text: "三加五等于几？", Answers: "8、八"},
	{ID: "week", Text: "星期三的后一天是星期几？", Answers: "四、星期四、4、周四"},
	{ID: "last", Text: "“依单履职”四个字里，第二个字是什么？", Answers: "单"},
}

// QuestionLayout is how the list office enters one.
var QuestionLayout = form.Layout{{Key: "question", Title: "增加提问", Rule: "DM-10.1", Fields: []form.Field{
	{Name: "text", Label: "提问", Hint: "人人都答得上、用文字回答的问题，例如 本区有几个街道？", Type: form.Line, Max: 60, Need: "写下提问"},
	{Name: "answers", Label: "正确答案", Hint: "几种写法都算对的，用顿号分开，例如 8、八", Type: form.Line, Max: 120, Need: "写下正确答案"},
}}}

// Asked is the question of this hour.
func Asked(tx *db.Tx, now time.Time) (Question, error) {
	qs, err := Questions(tx)
	if len(qs) == 0 {
		qs = builtin
	}
	return qs[int(now.Unix()/3600)%len(qs)], err
}

// Right refuses an answer that is wrong, and one to a question that is asked no
// longer: whoever opened the form in the last hour is still right.
func Right(tx *db.Tx, id, answer string, now time.Time) error {
	for _, at := range []time.Time{now, now.Add(-time.Hour)} {
		q, err := Asked(tx, at)
		if err != nil {
			return err
		}
		if q.ID == id {
			if q.right(answer) {
				return nil
			}
			return fault.On("answer", "", "答得不对。再看一遍提问，用文字或者数字回答")
		}
	}
	return fault.On("answer", "", "提问已经换了，回答现在的提问")
}

func (q Question) right(answer string) bool {
	plain := func(s string) string {
		return strings.Trim(strings.ToLower(norm.NFKC.String(form.Clean(s))), " 。.“”\"")
	}
	for a := range strings.SplitSeq(q.Answers, "、") {
		if plain(a) != "" && plain(a) == plain(answer) {
			return true
		}
	}
	return false
}

// AddQuestion adds one of the district's own: from then on only those are asked.
func AddQuestion(tx *db.Tx, by org.Actor, q Question, now time.Time) error {
	if !by.Holds(org.ListOffice) {
		return fault.Absent()
	}
	id, err := addQuestion(tx, by, q, now)
	if err != nil {
		return err
	}
	l := by.Line(now, "opinion.question", "question:"+id)
	l.Detail = map[string]any{"text": q.Text}
	return audit.Append(tx, l)
}

// DropQuestion has one asked no longer.
func DropQuestion(tx *db.Tx, by org.Actor, id string, now time.Time) error {
	if !by.Holds(org.ListOffice) {
		return fault.Absent()
	}
	if err := dropQuestion(tx, id, now); err != nil {
		return err
	}
	return audit.Append(tx, by.Line(now, "opinion.question.drop", "question:"+id))
}
