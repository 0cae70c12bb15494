package adjustment

import (
	"slices"

	"yidan/internal/casework"
	"yidan/internal/form"
)

// Legality is what the justice bureau goes through before it lets a change pass
// (合法性审查, DM-8.3): each question is answered, and said why where it has to be.
type Legality struct {
	Subject   string `json:"subject"`
	Authority string `json:"authority"`
	Procedure string `json:"procedure"`
	Burden    string `json:"burden"`
	Conflict  string `json:"conflict"`
	Remarks   string `json:"remarks"`
}

// unclear reports an answer that has to be said why.
func (l *Legality) unclear() bool {
	return slices.ContainsFunc([]string{l.Subject, l.Authority, l.Procedure, l.Burden, l.Conflict}, func(v string) bool { return v != "yes" })
}

func question(name, label string) form.Field {
	return form.Field{Name: name, Label: label, Type: form.Choice, Need: "回答“" + label + "”",
		Options: []form.Option{{Value: "yes", Label: "是"}, {Value: "no", Label: "否"}, {Value: "explain", Label: "需说明"}}}
}

var checklist = &casework.Sheet{New: func() any { return new(Legality) }, Layout: form.Layout{{Key: "legality", Title: "合法性审查", Rule: "DM-8.3", Fields: []form.Field{
	question("subject", "承担职责的主体有法定依据吗"),
	question("authority", "没有超出乡镇（街道）或者部门的法定权限吗"),
	question("procedure", "程序符合规定吗"),
	question("burden", "没有增加法律法规以外的义务吗"),
	question("conflict", "与上位法没有抵触吗"),
	{Name: "remarks", Label: "需说明的内容", Hint: "答“否”或者“需说明”的，逐项写明", Type: form.Text, Max: 1000},
}}}}
