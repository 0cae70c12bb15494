package web

import (
	"slices"
	"strings"

	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/form"
	"yidan/internal/org"
	"yidan/internal/parameter"
	"yidan/internal/regulation"
	"yidan/internal/web/part"
)

var parametersLink = part.Link{Text: "政策参数", Href: "/cs"}

func (q *Request) parameters() (rows []parameter.Row, err error) {
	err = q.Read(func(tx *db.Tx) error {
		vs, err := parameter.Load(tx)
		if err == nil {
			rows = parameter.All(vs, q.today())
		}
		return err
	})
	return rows, err
}

// coming is what is to hold later, in words.
func coming(r parameter.Row) string {
	var all []string
	for _, e := range r.Coming {
		all = append(all, part.Day(e.From)+" 起 "+r.Show(e.Value))
	}
	return strings.Join(all, "；")
}

// listParameters is what the regulations leave open, and where each value comes from.
func listParameters(q *Request) (Reply, error) {
	rows, err := q.parameters()
	if err != nil {
		return Reply{}, err
	}
	l := listView{Title: "政策参数", Lead: "各项制度没有写明、由区里定的数值。办件按提交当天的数值办理"}
	l.Table = part.Table{Caption: "政策参数", Columns: columns("参数", "现行值", "来源", "生效日期", "将要生效")}
	if q.Actor.Holds(org.ListOffice) {
		l.More = ways(part.Link{Text: "修改参数", Href: "/cs/xg"})
	}
	for _, r := range rows {
		since := "制度规定"
		if !r.Fixed {
			since = "默认值"
		}
		if r.Since != "" {
			since = part.Day(r.Since)
		}
		l.Table.Rows = append(l.Table.Rows, led(part.Link{Text: r.Title, Href: "/cs/" + r.Key}, r.Note, r.Text, r.Rests, since, coming(r)))
	}
	return l.reply(), nil
}

func showParameter(q *Request) (Reply, error) {
	rows, err := q.parameters()
	if err != nil {
		return Reply{}, err
	}
	i := slices.IndexFunc(rows, func(r parameter.Row) bool { return r.Key == q.Path("key") })
	if i < 0 {
		return Reply{}, fault.Absent()
	}
	r := rows[i]
	facts := []part.Fact{{Label: "现行值", Text: r.Text}, {Label: "来源", Text: r.Rests}, {Label: "说明", Text: r.Note}, {Label: "默认值", Text: r.Show(r.Default)}, {Label: "将要生效", Text: coming(r)}}
	for _, rule := range r.Rules {
		facts = append(facts, part.Fact{Label: "用于", Show: part.To(part.Link{Text: regulation.Cite(rule), Href: part.Article + rule})})
	}
	t := part.Table{Caption: "修改记录", Columns: columns("生效日期", "数值", "修改人", "修改时间", "原因")}
	for _, e := range r.History {
		t.Rows = append(t.Rows, row(part.Day(e.From), r.Show(e.Value), e.Name, moment(e.At), e.Reason))
	}
	return Show(r.Title, all(part.Head{Title: r.Title}.Show(), factCard("参数", facts), part.List{Heading: "修改记录", Table: t, Empty: part.Empty("没有修改过")}.Show())).Under(parametersLink), nil
}

// parameterLayout is a field for every value that can be set.
func parameterLayout(rows []parameter.Row) form.Layout {
	s := form.Section{Key: "parameters", Title: "参数"}
	for _, r := range rows {
		if r.Fixed {
			continue
		}
		f := form.Field{Name: r.Key, Label: r.Title, Type: form.Line, Hint: strings.Trim(r.Note+"。"+r.Rests, "。"), Need: "填写“" + r.Title + "”"}
		switch r.Kind {
		case parameter.Term:
			if !r.Must {
				f.Need = ""
				f.Hint += "。不填就是未设时限"
			}
		case parameter.YesNo:
			f.Type, f.Options = form.Choice, []form.Option{{Value: "yes", Label: "是"}, {Value: "no", Label: "否"}}
		case parameter.Choice:
			f.Type = form.Choice
			for _, o := range r.Choices {
				f.Options = append(f.Options, form.Option{Value: o.Value, Label: o.Text})
			}
		case parameter.Number:
			f.Hint += "。单位：" + r.Unit
		}
		s.Fields = append(s.Fields, f)
	}
	s.Fields = append(s.Fields, form.Field{Name: "from", Label: "生效日期", Type: form.Date, Need: "填写“生效日期”", Hint: "今天或以后。只影响生效以后提交的办件"},
		form.Field{Name: "reason", Label: "修改原因", Type: form.Line, Need: "填写“修改原因”", Max: 200})
	return form.Layout{s}
}

func parameterPage(rows []parameter.Row, typed map[string]string) Reply {
	return asking{Head: part.Head{Title: "修改政策参数", Lead: "只改需要改的，其余保持原样"}, To: "/cs/xg", Title: "参数", Fields: parameterLayout(rows).Fields(), Src: typed, Do: part.Do{Text: "保存修改"}, Back: part.Link{Text: "返回", Href: "/cs"}}.reply(parametersLink)
}

func askParameters(q *Request) (Reply, error) {
	rows, err := q.parameters()
	if err != nil {
		return Reply{}, err
	}
	typed := map[string]string{"from": q.today()}
	for _, r := range rows {
		typed[r.Key] = shown(r)
	}
	return parameterPage(rows, typed), nil
}

// shown is a value as it is typed: a term and a number in words people write.
func shown(r parameter.Row) string {
	if r.Kind == parameter.Term && r.Value != "" {
		return r.Text
	}
	return r.Value
}

// setParameters sets what differs from what the page showed; the rest, and what
// is arranged for later, stays.
func setParameters(q *Request) (Reply, error) {
	rows, err := q.parameters()
	if err != nil {
		return Reply{}, err
	}
	typed := map[string]string{"from": q.Text("from"), "reason": q.Text("reason")}
	var changes []parameter.Change
	for _, r := range rows {
		typed[r.Key] = q.Text(r.Key)
		if value, why := r.Read(typed[r.Key]); !r.Fixed && (value != r.Value || why != "") {
			changes = append(changes, parameter.Change{Key: r.Key, Value: typed[r.Key]})
		}
	}
	return q.change(parameterPage(rows, typed), func(tx *db.Tx) (Receipt, error) {
		return Receipt{What: "参数已修改", Location: "/cs"}, parameter.SetAll(tx, q.Actor, changes, typed["from"], typed["reason"], q.Now)
	})
}
