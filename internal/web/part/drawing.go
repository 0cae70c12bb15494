package part

import (
	"fmt"
	"unicode/utf8"
)

// The drawing runs in lines of four, every second one backwards, so that it fits
// a page and no way crosses another.
const (
	perLine  = 4
	boxW     = 150
	boxH     = 56
	gapX     = 40
	gapY     = 36
	margin   = 4
	maxLabel = 9 // characters in a line of a box
)

// A node is a step in its place.
type node struct {
	Step
	x, y  int
	lines []string
}

// nodes puts steps in their places.
func nodes(ss []Step) (ns []node) {
	for i, s := range ss {
		col, line := i%perLine, i/perLine
		if line%2 == 1 {
			col = perLine - 1 - col
		}
		ns = append(ns, node{Step: s, x: margin + col*(boxW+gapX), y: margin + line*(boxH+gapY), lines: split(s.Title)})
	}
	return ns
}

// viewBox is the size of the drawing.
func viewBox(n int) string {
	lines := (n + perLine - 1) / perLine
	cols := min(n, perLine)
	return fmt.Sprintf("0 0 %d %d", 2*margin+cols*boxW+(cols-1)*gapX, 2*margin+lines*boxH+max(0, lines-1)*gapY)
}

// way is the line from one node to the next, and tip its arrow head.
func way(a, b node) (line, tip string) {
	const h = 6 // of the arrow head
	switch {
	case a.y != b.y:
		x := a.x + boxW/2
		return fmt.Sprintf("M%d %dV%d", x, a.y+boxH, b.y-h), fmt.Sprintf("M%d %dl-5 -8h10z", x, b.y)
	case a.x < b.x:
		y := a.y + boxH/2
		return fmt.Sprintf("M%d %dH%d", a.x+boxW, y, b.x-h), fmt.Sprintf("M%d %dl-8 -5v10z", b.x, y)
	}
	y := a.y + boxH/2
	return fmt.Sprintf("M%d %dH%d", a.x, y, b.x+boxW+h), fmt.Sprintf("M%d %dl8 -5v10z", b.x+boxW, y)
}

// split breaks a title into at most two lines; the list below has it whole.
func split(s string) []string {
	n := utf8.RuneCountInString(s)
	if n <= maxLabel {
		return []string{s}
	}
	r := []rune(s)
	half := min((n+1)/2, maxLabel)
	rest := r[half:]
	if len(rest) > maxLabel {
		rest = append(rest[:maxLabel-1:maxLabel-1], '…')
	}
	return []string{string(r[:half]), string(rest)}
}

// lineY is where a line of a box's text stands.
func lineY(n node, i int) int {
	mid := n.y + boxH/2 + 5
	if len(n.lines) == 1 {
		return mid
	}
	return mid - 9 + i*18
}

// stateText is a state in words.
func stateText(state string) string {
	switch state {
	case "done":
		return "已完成"
	case "now":
		return "当前"
	}
	return ""
}

// orNone says that there is nothing instead of leaving a gap.
func orNone(s string) string {
	if s == "" {
		return "暂无"
	}
	return s
}
