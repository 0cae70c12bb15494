package admission

import "strings"

// Questions are the four that decide whether work is to be admitted (AE-4.2), as
// the application asks them.
var Questions = []struct{ Name, Text string }{
	{"listed", "这项工作已经在清单内吗"},
	{"own", "法律法规或者三定规定已明确由部门自己承担吗"},
	{"duty", "法律法规规定乡镇（街道）必须履行吗"},
	{"assist", "法律法规规定乡镇（街道）应当协助吗"},
}

// A Way through the doors is what the answers come to. The list office decides.
type Way struct {
	Door        string // one of the three; "" where none is to be gone through
	Title, Text string
	Rule        string
}

// Advise reads article 2 against article 4; ok is false while a question is
// open, unless what was answered is enough.
func Advise(answers map[string]string) (w Way, ok bool) {
	yes := func(name string) bool { return answers[name] == "yes" }
	switch {
	case yes("listed"):
		return Way{"", "在清单内，按清单办理", "已经在清单内的，不用申请准入。要改职责分工，提出清单调整。", "AE-2.1"}, true
	case yes("duty"):
		return Way{DoorDuty, "第一道门：依法履行，无需申请", "写明法律依据，由区委编办决定后登记。乡镇（街道）必须落实。", "AE-4.1"}, true
	case yes("assist"):
		return Way{DoorAssist, "第二道门：依法协助，无需申请", "写明法律依据和为乡镇（街道）提供的工作条件，由区委编办决定后登记。", "AE-4.1"}, true
	case yes("own"):
		return Way{DoorAdmit, "由部门自己承担，不得擅自交给乡镇（街道）", "已明确由部门自身承担的，不得以部门、议事协调机构、临时机构等名义擅自交给乡镇（街道）。确需乡镇（街道）协助其中一部分的，写明为什么，按第三道门申请准入。", "AE-3.1"}, true
	}
	for _, q := range Questions {
		if answers[q.Name] != "no" {
			return w, false
		}
	}
	return Way{DoorAdmit, "第三道门：要先走准入", "不在清单内，也不属于依法履行、依法协助的，经审核批准以后才能交给乡镇（街道）。", "AE-2.1"}, true
}

// Alike reports whether a text is about what somebody asks in words of their
// own: it has every word, or most pairs of characters of what was asked.
func Alike(text, words string) bool {
	fs := strings.Fields(words)
	all := len(fs) > 0
	for _, w := range fs {
		all = all && strings.Contains(text, w)
	}
	if all {
		return true
	}
	r := []rune(strings.Join(fs, ""))
	hits := 0
	for i := 0; i+1 < len(r); i++ {
		if strings.Contains(text, string(r[i:i+2])) {
			hits++
		}
	}
	return len(r) > 2 && hits*2 >= len(r)-1
}
