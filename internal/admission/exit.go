package admission

import (
	"slices"

	"yidan/internal/approval"
	"yidan/internal/calendar"
	"yidan/internal/casework"
	"yidan/internal/fault"
	"yidan/internal/form"
	"yidan/internal/org"
)

// ExitDraft is the first stage of 准出.
const ExitDraft casework.Stage = "exit-draft"

// An Exit is the application by which an admitted task leaves (AE-9.1, Form F2).
type Exit struct {
	Admission string `json:"admission"` // case id
	Matter    string `json:"matter"`
	Ground    string `json:"ground"` // completed, expired, changed
	Reason    string `json:"reason"`
	Contact   string `json:"contact"`
	Phone     string `json:"phone"`
	Rest      string `json:"rest"` // what becomes of unfinished work
}

// Asks is what the leading group is asked to approve.
func (x *Exit) Asks() (what, why string) {
	return "把“" + x.Matter + "”退出，不再由乡镇（街道）办理", ""
}

var exitLayout = form.Layout{{
	Key: "exit", Title: "申请退出", Rule: "AE-9.1", Intro: "准入事项完成，或者发生变化不适宜继续由乡镇（街道）办理的，及时申请退出。",
	Fields: []form.Field{
		{Name: "admission", Label: "准入事项", Type: form.Select, Source: "admissions", Need: "选择要退出的准入事项"},
		{Name: "matter", Label: "申请退出事项", Type: form.Line, Max: 60, Need: "填写“申请退出事项”"},
		{Name: "ground", Label: "退出情形", Type: form.Choice, Need: "选择退出情形", Options: []form.Option{{Value: "completed", Label: "已经完成"}, {Value: "expired", Label: "工作时限到期"}, {Value: "changed", Label: "发生变化，不适宜继续由乡镇（街道）办理"}}},
		{Name: "reason", Label: "申请退出理由", Type: form.Text, Max: 1500, Need: "填写“申请退出理由”"},
		{Name: "rest", Label: "未了事项怎么处理", Type: form.Text, Max: 500, Need: "写明未了事项怎么处理；没有的写“无”"},
		{Name: "contact", Label: "联系人", Type: form.Line, Max: 30, Need: "填写“联系人”"},
		{Name: "phone", Label: "联系电话", Type: form.Phone, Need: "填写“联系电话”"},
	},
}}

func leaving(c *casework.Case) *Exit { return c.Form.(*Exit) }

// exit is 准出 of an admitted task.
func (d *Desk) exit(t Terms) *casework.Procedure {
	return &casework.Procedure{
		Title: "准出", Prefix: "准出", Over: "已批准退出",
		Form: func() any { return new(Exit) }, Layout: exitLayout, Refused: refusedExit,
		Subject: func(f any) string { return f.(*Exit).Matter }, Sound: d.soundExit,
		Number: d.Number, Signer: d.Signer, Holder: d.Holder, Heir: d.Heir,
		Steps: slices.Concat([]casework.Step{{
			Stage: ExitDraft, Title: "提出退出申请", Rule: "AE-9.1", Status: "草稿", Edits: true,
			Ask: casework.Ask(org.Owner),
			Ways: casework.Ways{
				casework.Submit.To(approval.Review).Called("提交退出申请", "交区委编办、区司法局审核").Do(d.exitBegun),
				casework.Withdraw.To(casework.Closed).Called("作废草稿", "草稿不再办理").Gravely().Do(d.exitDropped),
			},
		}}, d.exitRoad(t).Steps()),
	}
}

// soundExit refuses to end what is not in force, is not one's own, or is being
// ended already; an exit that is put right stays about what it was handed in for.
func (d *Desk) soundExit(c *casework.Case) error {
	if err := approval.Decided(c, "AE-12.1"); err != nil {
		return err
	}
	x := leaving(c)
	m, err := Find(d.Tx, x.Admission)
	if err != nil && !fault.Is(err, fault.Missing) {
		return err
	}
	on := func(text string, args ...any) error {
		return fault.Join(fault.On("admission", "AE-9.1", text, args...))
	}
	switch {
	case err != nil, m.Unit != c.Owner.Unit && d.Heir(m.Unit) != c.Owner.Unit:
		return on("选择本单位正在实施的准入事项")
	case !m.Ended.IsZero():
		return on("%s已经退出", m.Number)
	case m.Began.IsZero():
		return on("%s还没有实施", m.Number)
	case x.Ground == "expired" && m.To == "":
		return fault.Join(fault.On("ground", "AE-9.1", "%s长期实施，没有工作时限，谈不上到期。已经完成，或者情况有变化的，选另外的退出情形", m.Number))
	case x.Ground == "expired" && !m.Expired(c.Now()):
		return fault.Join(fault.On("ground", "AE-9.1", "%s的工作时限到%s为止，还没有到期。提前完成，或者情况有变化的，选另外的退出情形；等到期的，到期以后再申请", m.Number, calendar.SayDay(m.To)))
	case m.ExitCase != "" && m.ExitCase != c.ID:
		return on("%s已经申请退出，正在审核", m.Number)
	case c.Stage != ExitDraft && m.ExitCase != c.ID:
		return on("正在审核的退出申请不能换成另一个准入事项。要换，撤回以后重新申请")
	}
	return nil
}

// exitRoad is how an exit is reviewed, approved and filed (AE-12.1).
func (d *Desk) exitRoad(t Terms) approval.Road {
	return approval.Road{
		Tx: d.Tx, Terms: t.Terms, Rules: approval.Rules{Review: "AE-12.1", Meeting: "JC-1.5", Approve: "AE-12.1", Filing: "AE-12.1"},
		Back: ExitDraft, After: casework.Closed, Withdraw: withdraw.Do(d.exitDropped),
		Reject: casework.Reject.To(casework.Closed).Called("不予准出", "书面告知申请单位并说明理由").Saying("写明理由，将写入书面告知").Gravely().Do(d.refuseExit),
		Copies: "报市、省备案，审批表送各单位留存", Approved: d.exitApproved, Filed: d.leave,
	}
}

// refusedExit is what follows where a matter does not leave.
var refusedExit = casework.Refused{Rule: "AE-12.1", Ways: []casework.Recourse{
	{Text: "准入事项继续按原批准内容实施。", Rule: "AE-6.2"},
	{Text: "以后完成，或者发生变化不适宜继续由乡镇（街道）办理的，再申请退出。", Rule: "AE-9.1"},
}}
