package statute_test

import (
	"strings"
	"testing"

	"yidan/internal/statute"
)

// Whatever a cell cites, every basis has a title, and what is written of it reads
// the same again (T41).
func FuzzCites(f *testing.F) {
	for _, s := range []string{"《森林法》第十条", "《中华人民共和国森林法》第10条、第12条第二款", "1.《水法》第八条\n2.《河道管理条例》第105条之一", "《关于〈森林法〉的意见》（郊办发〔2020〕3号）",
		"《社会救助暂行办法》（国务院令第649号）第十一条", "河湖长制意见 郊办发〔2020〕3号", "郊办发〔2025〕3号《通知》", "按有关规定", "《》", "《《》》", "第条", "〔〕号", "\xff", "《A》第9999999999999999999条"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, cell string) {
		if len(cell) > 4000 {
			return
		}
		bs, _ := statute.Cites(cell)
		for _, b := range bs {
			if strings.TrimSpace(b.Title) == "" {
				t.Errorf("%q: a basis without a title: %+v", cell, b)
			}
		}
	})
}
