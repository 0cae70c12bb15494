package demo

import (
	"fmt"

	"yidan/internal/admission"
	"yidan/internal/approval"
	"yidan/internal/casework"
	"yidan/internal/org"
)

// What is said where cases.txt gives no words of its own: in turn, so that no two
// neighbours speak alike.
var (
	townAgrees = []string{
		"同意。现有网格员可以承担，请部门按承诺拨付补助。", "没有意见。", "同意。建议培训安排在农闲时进行，方便村干部参加。",
		"同意协助，工作边界清楚，与本单位职责没有冲突。", "同意。请提前一周下发名单和表样。", "经班子会研究，同意办理。",
	}
	townConditions = []string{"同意，条件如下。", "原则同意，需要部门先落实以下条件。", "在条件落实的前提下同意。"}
	townObjects    = []string{
		"不同意。本单位编内人员不足，且没有相应的执法资格，建议由部门承担。", "不同意。这项工作与已有台账重复，增加基层填报负担。", "不同意。保障措施没有写明经费来源。",
	}
	conditions = []string{
		"经费在开展前拨付到位\n夜间工作由部门承担", "部门派员到场指导\n不要求另建台账\n不纳入排名通报", "为参与人员购买意外伤害保险\n每季度集中安排一次",
	}
	doorOpens = []string{
		"不在清单内，法律法规没有规定乡镇（街道）必须履行或者协助，确需交办，走准入程序。", "经核对清单和相关法律，属于第二条规定的其他确需办理事项，走第三道门。", "部门是责任主体，乡镇（街道）只承担配合环节，应当经准入批准。",
	}
	officePasses = []string{
		"专项说明五项内容齐全，主体责任和配合责任清楚，征求意见程序完整，通过审核。", "事项确需基层配合，保障措施落实到经费和人员，符合准入条件。", "乡镇（街道）意见已逐条采纳，权责对等，通过审核。", "没有转移部门自身职责，完成时限合理，同意报会议审议。",
	}
	justicePasses = []string{
		"依据现行有效，没有设定行政处罚、行政许可等权力，合法性审查通过。", "配合责任不涉及行政执法权的转移，内容合法。", "程序符合办法第五条规定，未减损公民权益，审查通过。", "建议在实施中注意个人信息保护，其余内容合法，审查通过。",
	}
	meetingAgrees = []string{"会议审议通过，按审批表内容报批。", "成员单位没有不同意见，同意报领导小组审批。", "会议同意准入，要求申请单位按期兑现保障措施。"}
	leadAgrees    = []string{"同意。严格按审批内容实施，不得扩大范围。", "同意。到期及时退出。", "同意。区委编办跟踪落实培训和保障措施。"}
	exitPasses    = []string{"退出理由成立，未了事项已有安排，通过审核。", "事项已经完成，符合退出条件。"}
	exitMeeting   = []string{"会议同意退出。", "会议审议通过，退出后工作由申请单位自行承担。"}
	exitLead      = []string{"同意退出。", "同意退出，书面告知有关乡镇（街道）。"}
)

// stock is what an actor usually says with a verdict.
func (p *play) stock(c *casework.Case, by org.Actor, v casework.Verdict, a act) string {
	exit := c.Procedure.Name == "exit" || c.Procedure.Name == "removal"
	pick := func(all []string) string {
		n := p.spoken[all[0]]
		p.spoken[all[0]]++
		return all[n%len(all)]
	}
	switch {
	case a.verb == "签发" || a.verb == "签收":
		return ""
	case v == admission.Condition:
		return pick(townConditions)
	case v == casework.Object:
		return pick(townObjects)
	case v != casework.Agree:
		return ""
	case c.Stage == admission.Opinions:
		return pick(townAgrees)
	case c.Stage == admission.Choose:
		return pick(doorOpens)
	case c.Stage == approval.Review && exit:
		return pick(exitPasses)
	case c.Stage == approval.Review && by.Holds(org.ListOffice):
		return pick(officePasses)
	case c.Stage == approval.Review && by.Holds(org.Justice):
		return pick(justicePasses)
	case c.Stage == approval.Meeting && exit:
		return pick(exitMeeting)
	case c.Stage == approval.Meeting:
		return pick(meetingAgrees)
	case c.Stage == approval.Approve && exit:
		return pick(exitLead)
	case c.Stage == approval.Approve:
		return pick(leadAgrees)
	}
	return ""
}

// usual fills in a sheet with what is usual: document numbers in turn, the day of
// the act, everybody concerned.
func (p *play) usual(c *casework.Case, data any, task string, a act) {
	year := a.at.Year()
	next := func(series string) int { p.spoken[series]++; return p.spoken[series] }
	p.usualOfTheList(c, data, a)
	switch d := data.(type) {
	case *admission.Reply:
		n := next("conditions")
		d.Conditions = conditions[n%len(conditions)]
	case *approval.Minutes:
		*d = approval.Minutes{Number: fmt.Sprintf("联席会议纪要〔%d〕%d号", year, next(fmt.Sprint("minutes", year))), On: a.day}
	case *approval.Decision:
		*d = approval.Decision{Basis: fmt.Sprintf("领导小组批示件〔%d〕%d号", year, next(fmt.Sprint("approval", year))), On: a.day}
	case *admission.Refusal:
		d.Purchase = "no"
	case *approval.Letter:
		series := map[string]string{approval.ToCity: "郊区委办报〔%d〕%d号", approval.ToProvince: "郊区委办报〔%d〕%d号", approval.FromCity: "市编备〔%d〕%d号", approval.FromProvince: "省编备〔%d〕%d号"}[task]
		*d = approval.Letter{Number: fmt.Sprintf(series, year, 10+next(fmt.Sprint(series, year))), On: a.day}
	case *admission.Training:
		r := c.Form.(*admission.Request)
		*d = admission.Training{On: a.day, Content: r.Training, Participants: fmt.Sprintf("乡镇（街道）分管负责人和经办人员 %d 人", 4*len(r.Townships)+next("training")%5), Material: r.Matter + "工作手册", Townships: r.Townships}
	}
}
