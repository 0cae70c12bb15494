package catalog

import (
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"yidan/internal/sheet"
)

// heads are the columns that lists have, by what they hold, as districts name
// them: the columns of DM Art. 2, of the three national parts, and of the older
// power lists (权责清单). A head is compared without spaces and without （…）.
var heads = map[string][]string{
	"no":          {"序号", "项目序号", "序"},
	"code":        {"事项编码", "编码", "事项编号", "编号", "事项代码", "代码", "职权编码", "权力编码"},
	"part":        {"清单类型", "履职类型", "清单类别", "所属清单", "履职方式分类", "职责类型"},
	"category":    {"类别", "领域", "分类", "事项类别", "事项分类", "所属领域", "职责类别", "职责领域", "职权类型", "职权类别", "权力类型", "权力类别"},
	"name":        {"具体事项", "事项名称", "事项", "履职事项", "职责事项", "清单事项", "工作事项", "职权名称", "权力名称", "权力事项", "职权事项", "名称", "项目名称", "职责任务"},
	"sub":         {"子项", "子项名称"},
	"lead":        {"牵头责任部门", "牵头部门", "牵头单位", "牵头责任单位", "主责部门", "主管部门"},
	"joint":       {"共同责任部门", "共同部门", "共同责任单位", "协同部门", "参与部门", "配合部门"},
	"departments": {"对应上级部门", "上级部门", "对应部门", "县级部门", "区级部门", "责任部门", "上级主管部门", "部门"},
	"taker":       {"承接部门及工作方式", "承接部门和工作方式", "承接部门", "收回部门", "承接单位"},
	"way":         {"工作方式", "承接方式", "收回后工作方式"},
	"division":    {"部门职责划分", "职责划分", "上级部门职责", "部门职责", "县级部门职责", "区级部门职责", "对应上级部门职责"},
	"main":        {"主体责任", "乡镇职责", "街道职责", "履职内容", "职责内容", "工作内容", "主要职责", "责任事项", "具体职责", "职责"},
	"cooperating": {"配合责任", "乡镇配合职责", "街道配合职责", "配合职责", "乡镇配合责任", "配合事项", "乡镇职责任务"},
	"legal":       {"法律法规依据", "法律依据", "法定依据"},
	"bases":       {"实施依据", "设定依据", "职权依据", "权力依据", "依据", "履职依据", "依据名称", "法律法规及政策依据"},
	"article":     {"条款", "依据条款", "具体条款"},
	"policy":      {"政策文件依据", "政策依据", "文件依据", "政策文件"},
	"townships":   {"适用乡镇", "适用街道", "适用范围", "适用的乡镇", "涉及乡镇", "实施乡镇"},
}

// known tells what a head holds.
var known = func() map[string]string {
	m := map[string]string{}
	for field, names := range heads {
		for _, n := range names {
			m[n] = field
		}
	}
	return m
}()

var aside = regexp.MustCompile(`[（(][^（()）]*[)）]`)

// heading is a head without what does not tell heads apart.
func heading(s string) string {
	s = strings.Join(strings.Fields(norm.NFKC.String(s)), "")
	s = strings.ReplaceAll(aside.ReplaceAllString(s, ""), "、街道", "")
	return strings.Trim(s, "*：:")
}

// columns tells which fields a row is the head of; nil when it is no head. A
// head names the item and at least one thing besides it.
func columns(r sheet.Row) map[string]int {
	m := map[string]int{}
	for i, c := range r.Cells {
		if f := known[heading(c)]; f != "" {
			if _, twice := m[f]; !twice {
				m[f] = i
			}
		}
	}
	if _, ok := m["name"]; !ok || len(m) < 2 {
		return nil
	}
	return m
}

// partNames are how titles and sheets name the parts.
var partNames = []struct {
	part  Part
	words []string
}{
	{TakenBack, []string{"收回", "上收"}},
	{Cooperating, []string{"配合履职", "配合职责", "配合事项", "配合"}},
	{Basic, []string{"基本履职", "基本职责", "基本"}},
}

// partIn is the part that a title names; "" when none, or several.
func partIn(title string) (p Part) {
	for _, x := range partNames {
		if slices.ContainsFunc(x.words, func(w string) bool { return strings.Contains(title, w) }) {
			if p != "" {
				return ""
			}
			p = x.part
		}
	}
	return p
}

var townIn = regexp.MustCompile(`(\p{Han}{1,12}?(?:镇|乡|街道办事处|街道))\s*(?:人民政府)?(?:基本履职|配合履职|上级部门收回|履行职责|职责任务|权责|权力|职责)`)

// titleTown is the township that a title names: 城关镇基本履职事项清单. A gap such as
// ××镇 names none, nor does 乡镇.
func titleTown(title string) string {
	m := townIn.FindStringSubmatch(title)
	if m == nil || m[1] == "乡镇" || strings.HasSuffix(m[1], "乡镇") {
		return ""
	}
	return m[1]
}
