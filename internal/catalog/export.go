package catalog

// A Page is one table of the list: its sheet, what stands above it, the part it
// holds ("" for all), and its columns as the district's own file had them.
type Page struct {
	Sheet   string   `json:"sheet"`
	Title   string   `json:"title"`
	Part    Part     `json:"part"`
	Columns []Column `json:"columns"`
}

// A Column is headed in the district's own words; Field says what it holds.
type Column struct {
	Head   string `json:"head"`
	Field  string `json:"field"`
	Letter string `json:"letter"` // its place in the file: B
}

// place tells flaws of fields where the field stands in the file.
func place(fs []Flaw, pages []Page) []Flaw {
	for i, f := range fs {
		fs[i].Column = ""
		for _, p := range pages {
			if p.Sheet != f.Sheet {
				continue
			}
			for _, c := range p.Columns {
				if c.Field == f.Column || standsFor[f.Column] == c.Field {
					fs[i].Column = c.Letter
				}
			}
		}
	}
	return fs
}

// standsFor are fields that a file may hold in a column of another.
var standsFor = map[string]string{"lead": "departments", "joint": "departments", "takes_over": "taker", "legal": "bases", "division": "main", "main": "cooperating"}
