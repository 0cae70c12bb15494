// Package redline compares two wordings of a Chinese text: by clause, and within
// clauses that were reworded by character, as official tables of changes do.
package redline

import (
	"slices"
	"strings"
)

// Was says what became of a run.
type Was string

const (
	Same Was = "same"
	Gone Was = "deleted"  // 删
	New  Was = "inserted" // 增
)

// A Run is a stretch of a compared text. Same and Gone runs are the old text, Same
// and New runs the new one.
type Run struct {
	Was  Was    `json:"was"`
	Text string `json:"text"`
}

// Bounds of the work: texts further apart are shown as one replaced by the other.
const (
	mostClauses = 1000 // clauses that may differ
	mostRunes   = 400  // characters that may differ between two neighbouring clauses both have
	island      = 2    // characters: what stays alone between changes and is shorter is change too
)

// Compare tells how a text became another.
func Compare(before, after string) []Run {
	var rs runs
	if before == after {
		rs.add(Same, before)
		return rs
	}
	x, y := Clauses(before), Clauses(after)
	pairs, ok := shared(x, y, mostClauses)
	if !ok {
		pairs = nil
	}
	i, j := 0, 0
	for _, p := range append(pairs, [2]int{len(x), len(y)}) {
		rs.reworded(strings.Join(x[i:p[0]], ""), strings.Join(y[j:p[1]], ""))
		if p[0] < len(x) {
			rs.add(Same, x[p[0]])
		}
		i, j = p[0]+1, p[1]+1
	}
	return rs
}

// Clauses parts a text after 。；、， and line breaks.
func Clauses(s string) (all []string) {
	begin := 0
	for i, r := range s {
		switch r {
		case '。', '；', ';', '、', '，', ',', '\n':
			end := i + len(string(r))
			all = append(all, s[begin:end])
			begin = end
		}
	}
	if begin < len(s) {
		all = append(all, s[begin:])
	}
	return all
}

type runs []Run

func (rs *runs) add(w Was, text string) {
	switch n := len(*rs); {
	case text == "":
	case n > 0 && (*rs)[n-1].Was == w:
		(*rs)[n-1].Text += text
	default:
		*rs = append(*rs, Run{w, text})
	}
}

// reworded compares clauses that no longer are the same, by character where at
// least half of the shorter wording is still there; otherwise the one replaces the other.
func (rs *runs) reworded(before, after string) {
	x, y := []rune(before), []rune(after)
	var pairs [][2]int
	if len(x) > 0 && len(y) > 0 {
		pairs, _ = shared(x, y, mostRunes)
		pairs = stretches(pairs, len(x), len(y))
	}
	if 2*len(pairs) < min(len(x), len(y)) {
		pairs = nil
	}
	i, j := 0, 0
	for n := 0; n <= len(pairs); {
		end := n // of the stretch that begins here
		p := [2]int{len(x), len(y)}
		if n < len(pairs) {
			p = pairs[n]
			for end < len(pairs) && pairs[end] == [2]int{p[0] + end - n, p[1] + end - n} {
				end++
			}
		}
		rs.add(Gone, string(x[i:p[0]]))
		rs.add(New, string(y[j:p[1]]))
		rs.add(Same, string(x[p[0]:p[0]+end-n]))
		i, j = p[0]+end-n, p[1]+end-n
		n = max(end, n+1)
	}
}

// stretches leaves out of what is shared single characters in the midst of changes:
// they are chance, and nobody reads them.
func stretches(pairs [][2]int, x, y int) (kept [][2]int) {
	for n := 0; n < len(pairs); {
		end := n + 1
		for end < len(pairs) && pairs[end] == [2]int{pairs[n][0] + end - n, pairs[n][1] + end - n} {
			end++
		}
		first, last := pairs[n], pairs[end-1]
		edge := first == [2]int{} || last == [2]int{x - 1, y - 1}
		if edge || end-n >= island {
			kept = append(kept, pairs[n:end]...)
		}
		n = end
	}
	return kept
}

// shared pairs up what two sequences have in common, in order and as much as there
// is (E. Myers, An O(ND) difference algorithm, 1986). It gives up beyond so many edits.
func shared[T comparable](x, y []T, most int) (pairs [][2]int, ok bool) {
	head := 0
	for head < min(len(x), len(y)) && x[head] == y[head] {
		pairs = append(pairs, [2]int{head, head})
		head++
	}
	n, m := len(x), len(y)
	for n > head && m > head && x[n-1] == y[m-1] {
		n, m = n-1, m-1
	}
	middle, ok := myers(x[head:n], y[head:m], most)
	for _, p := range middle {
		pairs = append(pairs, [2]int{p[0] + head, p[1] + head})
	}
	for ; n < len(x); n, m = n+1, m+1 {
		pairs = append(pairs, [2]int{n, m})
	}
	return pairs, ok
}

// myers walks the fewest edits forward, keeping how far each diagonal got, and the
// way back.
func myers[T comparable](x, y []T, most int) (pairs [][2]int, ok bool) {
	most = min(most, len(x)+len(y))
	far := make([]int, 2*most+3) // by diagonal i-j, the furthest i
	at := func(k int) *int { return &far[most+1+k] }
	// down reports whether diagonal k is reached by taking from y.
	down := func(far func(int) int, d, k int) bool { return k == -d || k != d && far(k-1) < far(k+1) }
	here := func(k int) int { return *at(k) }
	var trace [][]int
	for d := 0; d <= most; d++ {
		for k := -d; k <= d; k += 2 {
			i := 0
			switch {
			case d == 0:
			case down(here, d, k):
				i = here(k + 1)
			default:
				i = here(k-1) + 1
			}
			for i < len(x) && i-k < len(y) && x[i] == y[i-k] {
				i++
			}
			*at(k) = i
			if i < len(x) || i-k < len(y) {
				continue
			}
			j := len(y)
			i = len(x)
			for ; d > 0; d-- { // back
				was := trace[d-1]
				before := func(k int) int {
					if k += d - 1; k < 0 || k >= len(was) {
						return -1
					}
					return was[k]
				}
				k := i - j
				pi, pk := 0, k+1
				if down(before, d, k) {
					pi = before(pk)
				} else {
					pk = k - 1
					pi = before(pk)
				}
				pj := pi - pk
				start := pi // after the edit
				if pk < k {
					start++
				}
				for ; i > start; i, j = i-1, j-1 {
					pairs = append(pairs, [2]int{i - 1, j - 1})
				}
				i, j = pi, pj
			}
			for ; i > 0; i, j = i-1, j-1 {
				pairs = append(pairs, [2]int{i - 1, j - 1})
			}
			slices.Reverse(pairs)
			return pairs, true
		}
		trace = append(trace, slices.Clone(far[most+1-d:most+2+d]))
	}
	return nil, false
}
