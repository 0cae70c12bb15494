package parameter

import "yidan/internal/calendar"

// Where a value comes from.
const (
	district  = "区内设定"
	byPowers  = "参考：某市权力清单管理规定"
	byLetters = "参考：信访工作条例"
)

var (
	wd    = []string{calendar.WorkDay}
	days  = []string{calendar.Day}
	whist = []string{calendar.Minute, calendar.Hour, calendar.WorkDay, calendar.Day}
)

// Catalogue is every value the regulations leave open, in the order of the page.
var Catalogue = []Def{
	{Key: "adjustment.apply", Title: "提出调整申请", Note: "调整事由发生之日起", Kind: Term, Units: wd, Default: "10wd", Source: "动态管理办法第八条", Rules: []string{"DM-8.1"}, Fixed: true},
	{Key: "review.office", Title: "编办审核", Kind: Term, Units: wd, Default: "15wd", Source: byPowers + "，联合审核 15 个工作日", Rules: []string{"AE-6.1", "AE-12.1", "DM-8.3"}},
	{Key: "review.legality", Title: "合法性审核", Note: "包含在编办审核时限内", Kind: Term, Units: wd, Default: "7wd", Source: "参考：重大行政决策程序暂行条例第二十五条", Rules: []string{"AE-6.1", "AE-12.1", "DM-8.3"}},
	{Key: "review.order", Title: "编办审核与合法性审核的先后", Note: "打印的审批表保持原表顺序", Kind: Choice, Default: "parallel", Choices: []Option{{"parallel", "同时进行"}, {"serial", "先编办，后司法局"}}, Source: district, Rules: []string{"DM-8.3"}},
	{Key: "admission.consult", Title: "乡镇（街道）答复意见", Kind: Term, Units: wd, Default: "5wd", Source: district, Rules: []string{"AE-5.2"}},
	{Key: "admission.remind", Title: "准入到期提醒", Note: "到期之前", Kind: Term, Units: wd, Default: "10wd", Source: district, Rules: []string{"AE-9.1"}},
	{Key: "conference.required", Title: "准入、准出先经联席会议审议", Kind: YesNo, Default: "yes", Source: "联席会议制度一、主要职责", Rules: []string{"JC-1.5", "AE-6.2"}},
	{Key: "filing.gate", Title: "印发前的备案要求", Kind: Choice, Default: "sent", Choices: []Option{{"sent", "已报送即可"}, {"acknowledged", "收到回执后"}}, Source: district, Rules: []string{"DM-8.5"}},
	{Key: "publish.after_issue", Title: "印发后公开提醒", Kind: Term, Units: wd, Default: "3wd", Source: byPowers, Rules: []string{"DM-3.1"}},
	{Key: "publish.limit", Title: "公开的最后期限", Note: "不超过 20 个工作日", Kind: Term, Units: wd, Default: "20wd", Max: 20, Must: true, Source: "政府信息公开条例第二十六条", Rules: []string{"DM-3.1"}},
	{Key: "comment.term", Title: "变更公示征求意见", Note: "不设的，变更不公示征求意见", Kind: Term, Units: days, Default: "", Source: district, Rules: []string{"DM-10.1"}},
	{Key: "opinion.reply", Title: "答复公众意见", Kind: Term, Units: days, Default: "15d", Source: byLetters, Rules: []string{"DM-10.2"}},
	{Key: "opinion.keep_contact", Title: "保留意见人联系方式", Note: "答复之后，期满删除", Kind: Term, Units: days, Default: "180d", Source: district, Must: true},
	{Key: "rectify.term", Title: "限期整改", Kind: Term, Units: wd, Default: "10wd", Source: district, Rules: []string{"DM-11.1"}},
	{Key: "dispute.list", Title: "编办裁定交办争议", Kind: Term, Units: wd, Default: "5wd", Source: byLetters + "第二十三条", Rules: []string{"AE-2.2"}},

	{Key: "whistle.emergency.sign", Title: "应急处置哨：签收", Kind: Term, Units: whist, Default: "10m", Source: district, Rules: []string{"SA-6.8"}},
	{Key: "whistle.emergency.arrive", Title: "应急处置哨：到场", Kind: Term, Units: whist, Default: "30m", Source: "参考：平谷 30 分钟", Rules: []string{"SA-6.8"}},
	{Key: "whistle.emergency.finish", Title: "应急处置哨：办结", Kind: Term, Units: whist, Default: "24h", Source: "参考：汪清 1 天", Rules: []string{"SA-6.8"}},
	{Key: "whistle.enforcement.sign", Title: "综合执法哨：签收", Kind: Term, Units: whist, Default: "2h", Source: district, Rules: []string{"SA-6.8"}},
	{Key: "whistle.enforcement.arrive", Title: "综合执法哨：到场", Kind: Term, Units: whist, Default: "24h", Source: district, Rules: []string{"SA-6.8"}},
	{Key: "whistle.enforcement.finish", Title: "综合执法哨：办结", Kind: Term, Units: whist, Default: "7wd", Source: "参考：汪清 7 个工作日", Rules: []string{"SA-6.8"}},
	{Key: "whistle.project.sign", Title: "重点工作哨：签收", Kind: Term, Units: whist, Default: "1wd", Source: district, Rules: []string{"SA-6.8"}},
	{Key: "whistle.project.arrive", Title: "重点工作哨：到场", Kind: Term, Units: whist, Default: "3wd", Source: district, Rules: []string{"SA-6.8"}},
	{Key: "whistle.project.finish", Title: "重点工作哨：办结", Note: "按工作计划", Kind: Term, Units: whist, Default: "", Source: district, Rules: []string{"SA-6.8"}},
	{Key: "whistle.project.report", Title: "重点工作哨：报告进展的间隔", Kind: Term, Units: wd, Default: "5wd", Source: district, Rules: []string{"SA-6.8"}},
	{Key: "whistle.demand.sign", Title: "群众诉求哨：签收", Kind: Term, Units: whist, Default: "1wd", Source: "参考：某市政务服务条例", Rules: []string{"SA-6.8"}},
	{Key: "whistle.demand.arrive", Title: "群众诉求哨：联系群众", Kind: Term, Units: whist, Default: "3wd", Source: "参考：某市政务服务条例", Rules: []string{"SA-6.8"}},
	{Key: "whistle.demand.finish", Title: "群众诉求哨：办结", Kind: Term, Units: whist, Default: "5wd", Source: "参考：某市政务服务条例", Rules: []string{"SA-6.8"}},
	{Key: "whistle.demand.extend", Title: "群众诉求哨：延长", Note: "一次，写明理由", Kind: Term, Units: wd, Default: "5wd", Source: "参考：某市政务服务条例", Rules: []string{"SA-6.8"}},
	{Key: "whistle.contest", Title: "退哨争议的裁定", Kind: Term, Units: wd, Default: "2wd", Source: district, Rules: []string{"SA-6.8"}},

	{Key: "report.accept", Title: "受理实名举报", Kind: Term, Units: wd, Default: "15wd", Source: "纪检监察机关处理检举控告工作规则", Rules: []string{"SA-5.1"}},
	{Key: "report.result", Title: "反馈实名举报结果", Kind: Term, Units: wd, Default: "15wd", Source: "纪检监察机关处理检举控告工作规则", Rules: []string{"SA-5.1"}},

	{Key: "evaluation.weight.daily", Title: "日常纪实权重", Kind: Number, Unit: "%", Default: "40", Max: 100, Source: district, Rules: []string{"EV-3.1"}},
	{Key: "evaluation.weight.review", Title: "述职评议权重", Kind: Number, Unit: "%", Default: "30", Max: 100, Source: district, Rules: []string{"EV-3.1"}},
	{Key: "evaluation.weight.served", Title: "工作对象评价权重", Kind: Number, Unit: "%", Default: "30", Max: 100, Source: district, Rules: []string{"EV-3.1"}},
	{Key: "evaluation.weight.department", Title: "乡镇（街道）评价占部门年度考核", Kind: Number, Unit: "%", Default: "30", Max: 100, Source: "参考：山东省乡镇人民政府工作条例第十八条（不低于 30%）", Rules: []string{"EV-4.1"}},
	{Key: "evaluation.weight.agency", Title: "乡镇（街道）评价占派驻机构年度考核", Kind: Number, Unit: "%", Default: "60", Max: 100, Source: "参考：山东省乡镇人民政府工作条例第十八条（不低于 60%）", Rules: []string{"EV-4.2"}},
	{Key: "evaluation.grade.excellent", Title: "“优秀”最低分", Kind: Number, Unit: "分", Default: "90", Max: 100, Source: "参考：某省考核办法", Rules: []string{"EV-4.3", "EV-4.4"}},
	{Key: "evaluation.grade.good", Title: "“良好”最低分", Kind: Number, Unit: "分", Default: "80", Max: 100, Source: "参考：某省考核办法", Rules: []string{"EV-4.3", "EV-4.4"}},
	{Key: "evaluation.grade.fair", Title: "“一般”最低分", Note: "低于此分为“较差”", Kind: Number, Unit: "分", Default: "60", Max: 100, Source: district, Rules: []string{"EV-4.3", "EV-4.4"}},

	{Key: "conference.rhythm", Title: "联席会议例会", Note: "必要时随时召开", Kind: Choice, Default: "quarterly", Choices: []Option{{"monthly", "每月"}, {"quarterly", "每季度"}, {"half-yearly", "每半年"}}, Source: "参考：其他区县每月至每半年", Rules: []string{"JC-3.1"}},
	{Key: "conference.decides", Title: "联席会议形成结论的方式", Kind: Choice, Default: "consensus", Choices: []Option{{"consensus", "协商一致，记录各方意见"}, {"vote", "表决"}}, Source: "参考：其他区县", Rules: []string{"JC-3.4"}},

	{Key: "deadline.end", Title: "最后一天的截止时刻", Note: "写 24:00 或下班时间，例如 17:30", Kind: Clock, Default: "24:00", Source: "民法典第二百零三条（参照）"},
	{Key: "deadline.near", Title: "临近期限的提示", Kind: Number, Unit: "个工作日", Default: "3", Max: 30, Source: district},
}

var byKey = func() map[string]*Def {
	m := make(map[string]*Def, len(Catalogue))
	for i := range Catalogue {
		m[Catalogue[i].Key] = &Catalogue[i]
	}
	return m
}()

// groups are values that make sense only together.
var groups = []group{
	{[]string{"evaluation.weight.daily", "evaluation.weight.review", "evaluation.weight.served"}, weightsMakeHundred},
	{[]string{"evaluation.grade.excellent", "evaluation.grade.good", "evaluation.grade.fair"}, gradesDescend},
	{[]string{"review.office", "review.legality"}, legalityWithinReview},
}
