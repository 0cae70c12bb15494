package demo

import "yidan/internal/org"

// A seat is a unit of the demo and whom it has: a handler, and a leader where
// led is set. Its login is the handler's; the leader's ends in -fzr.
type seat struct {
	login  string
	name   string
	short  string // 简称; empty: the name
	kind   org.Kind
	staff  staff
	signs  bool   // what it answers is signed by its leader (签发)
	parent string // logins, of a dispatched agency
	town   string
	roles  []org.Role
}

// A staff says who has an account.
type staff int

const (
	nobody  staff = iota
	handler       // 经办
	both          // 经办 and 负责人
)

func roles(rs ...org.Role) []org.Role { return rs }

// seats are the units of the district in the order of its lists. The names of the
// townships are made up.
var seats = []seat{
	{login: "lingdao", name: "区乡镇（街道）职责任务清单工作领导小组", short: "领导小组", kind: org.Group, staff: both, roles: roles(org.Lead)},
	{login: "xiaozuban", name: "区乡镇（街道）职责任务清单工作领导小组办公室", short: "领导小组办公室", kind: org.Group, staff: both, roles: roles(org.Secretariat)},
	{login: "lianxi", name: "区乡镇（街道）职责任务清单建设工作联席会议", short: "联席会议召集人", kind: org.Group, staff: both, roles: roles(org.Convener)},
	{login: "quweiban", name: "区委办公室", kind: org.Department, staff: both, roles: roles(org.CommitteeOffice)},
	{login: "zhengfuban", name: "区政府办公室", kind: org.Department, staff: both, roles: roles(org.GovernOffice)},
	{login: "jiwei", name: "区纪委监委", kind: org.Department, staff: both, roles: roles(org.Discipline)},
	{login: "zuzhibu", name: "区委组织部", kind: org.Department, staff: both, roles: roles(org.Organisation)},
	{login: "bianban", name: "区委机构编制委员会办公室", short: "区委编办", kind: org.Department, staff: both, roles: roles(org.ListOffice)},
	{login: "kaohe", name: "区考核办", kind: org.Department, staff: both, roles: roles(org.Assessment)},
	{login: "sifa", name: "区司法局", kind: org.Department, staff: both, signs: true, roles: roles(org.Justice)},

	{login: "xuanchuan", name: "区委宣传部", kind: org.Department},
	{login: "zhengfa", name: "区委政法委", kind: org.Department, staff: handler},
	{login: "shegong", name: "区委社会工作部", kind: org.Department, staff: handler},
	{login: "fagai", name: "区发展和改革局", kind: org.Department, staff: handler},
	{login: "jiaoyu", name: "区教育局", kind: org.Department, staff: handler},
	{login: "gongxin", name: "区工业信息化和科技局", kind: org.Department, staff: handler},
	{login: "gongan", name: "区公安分局", kind: org.Department, staff: handler},
	{login: "minzheng", name: "区民政局", kind: org.Department, staff: both},
	{login: "caizheng", name: "区财政局", kind: org.Department, staff: handler},
	{login: "renshe", name: "区人力资源和社会保障局", short: "区人社局", kind: org.Department, staff: both},
	{login: "ziran", name: "区自然资源局", kind: org.Department, staff: handler},
	{login: "huanbao", name: "区生态环境局", kind: org.Department, staff: both},
	{login: "zhujian", name: "区住房和城乡建设局", short: "区住建局", kind: org.Department, staff: both},
	{login: "jiaotong", name: "区交通运输局", kind: org.Department, staff: handler},
	{login: "shuiwu", name: "区水务局", kind: org.Department, staff: both},
	{login: "nongye", name: "区农业农村局", kind: org.Department, staff: both},
	{login: "shangwu", name: "区商务局", kind: org.Department, staff: handler},
	{login: "wenlv", name: "区文化和旅游局", short: "区文旅局", kind: org.Department, staff: handler},
	{login: "weijian", name: "区卫生健康局", short: "区卫健局", kind: org.Department, staff: both},
	{login: "tuiyi", name: "区退役军人事务局", kind: org.Department, staff: handler},
	{login: "yingji", name: "区应急管理局", kind: org.Department, staff: both},
	{login: "shenjiju", name: "区审计局", kind: org.Department},
	{login: "shichang", name: "区市场监督管理局", short: "区市场监管局", kind: org.Department, staff: handler},
	{login: "tongji", name: "区统计局", kind: org.Department, staff: handler},
	{login: "yibao", name: "区医疗保障局", short: "区医保局", kind: org.Department, staff: handler},
	{login: "lincao", name: "区林业和草原局", kind: org.Department, staff: handler},
	{login: "xinfang", name: "区信访局", kind: org.Department, staff: handler},
	{login: "shuju", name: "区数据局", kind: org.Department, staff: handler},
	{login: "chengguan", name: "区城市管理综合执法局", short: "区城管局", kind: org.Department, staff: handler},
	{login: "qixiang", name: "区气象局", kind: org.Department, staff: handler},

	{login: "gonghui", name: "区总工会", kind: org.Mass},
	{login: "tuanwei", name: "共青团区委员会", short: "团区委", kind: org.Mass, staff: handler},
	{login: "fulian", name: "区妇女联合会", short: "区妇联", kind: org.Mass, staff: handler},
	{login: "canlian", name: "区残疾人联合会", short: "区残联", kind: org.Mass, staff: handler},
	{login: "kexie", name: "区科学技术协会", short: "区科协", kind: org.Mass},

	{login: "chengguan-zhen", name: "城关镇", kind: org.Township, staff: both},
	{login: "nanzhai", name: "南寨镇", kind: org.Township, staff: both},
	{login: "hewan", name: "河湾镇", kind: org.Township, staff: both, signs: true},
	{login: "liudi", name: "柳堤镇", kind: org.Township, staff: both},
	{login: "yanling", name: "雁岭镇", kind: org.Township, staff: handler},
	{login: "mailong", name: "麦垄镇", kind: org.Township, staff: handler},
	{login: "yupo", name: "榆坡镇", kind: org.Township, staff: handler},
	{login: "songjian", name: "松涧乡", kind: org.Township, staff: handler},
	{login: "shadu", name: "沙渡乡", kind: org.Township, staff: handler},
	{login: "yunpo", name: "云坡乡", kind: org.Township, staff: handler},
	{login: "zhanqian", name: "站前街道", kind: org.Subdistrict, staff: both},
	{login: "boyuan", name: "柏园街道", kind: org.Subdistrict, staff: both},

	{login: "paichusuo", name: "城关派出所", kind: org.Agency, staff: handler, parent: "gongan", town: "chengguan-zhen"},
	{login: "sifasuo", name: "河湾司法所", kind: org.Agency, staff: handler, parent: "sifa", town: "hewan"},
	{login: "jianguansuo", name: "南寨市场监督管理所", short: "南寨市场监管所", kind: org.Agency, staff: handler, parent: "shichang", town: "nanzhai"},
	{login: "ziransuo", name: "麦垄自然资源所", kind: org.Agency, parent: "ziran", town: "mailong"},

	{login: "shengbian", name: "省委机构编制委员会办公室", short: "省委编办", kind: org.Superior},
	{login: "shibian", name: "市委机构编制委员会办公室", short: "市委编办", kind: org.Superior},
}

func (s seat) called() string {
	if s.short != "" {
		return s.short
	}
	return s.name
}

// The administrators: the three that every district has, and a second one for
// policy, because some changes take two.
const (
	accountsAdmin = "xitong"
	policyAdmin   = "anquan"
	secondPolicy  = "anquan2"
	auditor       = "shenji"
)

// Leaders of several posts and those who stand in.
const (
	listLeader   = "bianban-fzr" // leads the secretariat too
	absentLeader = "hewan-fzr"   // away; a second handler stands in
	deputy       = "hewan-dangzheng"
)

// seatOf finds a unit by the login of its handler.
func seatOf(login string) seat {
	for _, s := range seats {
		if s.login == login {
			return s
		}
	}
	panic("demo: no unit of " + login)
}
