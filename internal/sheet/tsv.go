package sheet

import (
	"strings"

	"unicode/utf8"
)

// Tabbed reads a file of lines with tabs between the cells (.tsv, UTF-8). Lines
// that begin with # are remarks.
func Tabbed(b []byte, name string) ([]Sheet, error) {
	if len(b) > MaxFile {
		return nil, refuse("“%s”超过 50 MB。分成几份再导入", name)
	}
	text := strings.TrimPrefix(string(b), "\ufeff")
	if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		return nil, refuse("“%s”不是 UTF-8 编码的文本。另存为 UTF-8 的 .tsv，或者另存为 .xlsx 后再导入", name)
	}
	s := Sheet{Name: name}
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSuffix(line, "\r")
		if strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#") {
			continue
		}
		cells := strings.Split(line, "\t")
		switch {
		case len(cells) > MaxColumns:
			return nil, refuse("“%s”第 %d 行超过 %d 列", name, i+1, MaxColumns)
		case len(s.Rows) == MaxRows:
			return nil, refuse("“%s”超过 %d 行。分成几份再导入", name, MaxRows)
		}
		s.Rows = append(s.Rows, Row{No: i + 1, Cells: cells})
	}
	return []Sheet{s}, nil
}
