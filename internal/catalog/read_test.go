package catalog

import (
	"os"
	"testing"

	"yidan/internal/sheet"
)

func TestTmp(t *testing.T) {
	for _, f := range []string{"responsibility-list", "three-part-list"} {
		x, err := os.Open("/work/shared/samples/" + f + ".xlsx")
		if err != nil {
			t.Fatal(err)
		}
		st, _ := x.Stat()
		ss, err := sheet.Read(x, st.Size(), f+".xlsx")
		if err != nil {
			t.Fatal(err)
		}
		d, err := Understand(nil, f, ss, nil, noon)
		if err != nil {
			t.Fatal(err)
		}
		t.Log(d.Counts())
		for _, f := range d.Flaws {
			t.Log("FLAW", f)
		}
		for _, f := range d.Notes {
			t.Log("note", f)
		}
		for _, i := range []int{0, len(d.Items) - 1, len(d.Items) - 5} {
			t.Logf("%+v", d.Items[i])
		}
		t.Logf("%+v", d.Pages)
	}
}
