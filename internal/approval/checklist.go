package approval

import (
	"slices"

	"yidan/internal/casework"
	"yidan/internal/form"
)

// A LegalCheck is what the justice bureau goes through before it lets a matter pass
// (合法性审查, DM-8.3, AE-6.1): what is answered otherwise than yes is said why.
type LegalCheck struct {
	Subject   string `json:"subject"`
	Authority string `json:"authority"`
	Procedure string `json:"procedure"`
	Burden    string `json:"burden"`
	Conflict  string `json:"conflict"`
	Remarks   string `json:"remarks"`
}

// unsaid reports an answer that has to be said why and is not.
func (l *LegalCheck) unsaid() bool {
	return l.Remarks == "" && slices.ContainsFunc([]string{l.Subject, l.Authority, l.Procedure, l.Burden, l.Conflict}, func(v string) bool { return v == "no" || v == "explain" })
}

// Checklist asks the questions of a review of legality under a rule; must has every
// one of them answered.
func Checklist(rule string, must bool) *casework.Sheet {
	question := func(name, label string) form.Field {
		f := form.Field{Name: name, Label: label, Type: form.Choice, Options: []form.Option{{Value: "yes", Label: "是"}, {Value: "no", Label: "否"}, {Value: "explain", Label: "需说明"}}}
		if must {
			f.Need = "回答“" + label + "”"
		}
		return f
	}
	return &casework.Sheet{New: func() any { return new(LegalCheck) }, Layout: form.Layout{{Key: "legality", Title: "合法性审查", Rule: rule, Fields: []form.Field{
		question("subject", "承担职责的主体有法定依据吗"),
		question("authority", "没有超出乡镇（街道）或者部门的法定权限吗"),
		question("procedure", "程序符合规定吗"),
		question("burden", "没有增加法律法规以外的义务吗"),
		question("conflict", "与上位法没有抵触吗"),
		{Name: "remarks", Label: "需说明的内容", Hint: "答“否”或者“需说明”的，逐项写明", Type: form.Text, Max: 1000},
	}}}}
}
