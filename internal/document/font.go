package document

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"weak"

	"github.com/signintech/gopdf"
	"github.com/signintech/gopdf/fontmaker/core"
)

// A typeface is the part a font plays.
type typeface int

const (
	song typeface = iota // 宋体: what is printed
	bold                 // 小标宋: titles and the heads of cells
	kai                  // 楷体: what people wrote
)

// ErrNoFonts reports that the PDFs cannot be set; Word does not need fonts.
var ErrNoFonts = errors.New("no fonts for PDF: run scripts/fonts (make fonts), or name a directory with NotoSerifSC_400Regular.ttf in YIDAN_FONTS；没有找到排版用的中文字体，暂时不能生成 PDF，可以下载 Word 版")

// files are the fonts that can play a part, the best first, in small letters.
// A district that has bought the official ones puts them beside the program.
var files = map[typeface][]string{
	song: {"fzfsk.ttf", "simfang.ttf", "notoserifsc_400regular.ttf", "notoserifsc-regular.ttf"},
	bold: {"fzxbsk.ttf", "fzxbsjw.ttf", "notoserifsc_700bold.ttf", "notoserifsc-bold.ttf"},
	kai:  {"fzktk.ttf", "simkai.ttf", "lxgwwenkai-regular.ttf"},
}

var families = map[typeface]string{song: "song", bold: "bold", kai: "kai"}

// Fonts are the fonts of the PDFs. They are read when the first page is set and
// kept for as long as memory allows; any number of pages may be set at once.
type Fonts struct {
	paths map[typeface]string

	mu   sync.Mutex
	read weak.Pointer[faces] // 45 MB that an idle server need not hold
}

// FindFonts looks for fonts in dirs, in the directory that YIDAN_FONTS names, in
// .cache/fonts, beside the program and where the system keeps its fonts. A part
// without a font of its own is played by the one for plain text; without that
// one it is [ErrNoFonts].
func FindFonts(dirs ...string) (*Fonts, error) {
	if d := os.Getenv("YIDAN_FONTS"); d != "" {
		dirs = append(dirs, d)
	}
	dirs = append(dirs, filepath.Join(".cache", "fonts"))
	if exe, err := os.Executable(); err == nil {
		dirs = append(dirs, filepath.Join(filepath.Dir(exe), "fonts"), filepath.Join(filepath.Dir(exe), ".cache", "fonts"))
	}
	return findFonts(append(dirs, "/usr/share/fonts", "/usr/local/share/fonts"))
}

func findFonts(dirs []string) (*Fonts, error) {
	found := map[string]string{} // small name → path; the first directory wins
	for _, d := range dirs {
		filepath.WalkDir(d, func(path string, e fs.DirEntry, err error) error {
			if err != nil {
				return fs.SkipDir // an unreadable directory has no fonts for us
			}
			if name := strings.ToLower(e.Name()); !e.IsDir() && strings.HasSuffix(name, ".ttf") && found[name] == "" {
				found[name] = path
			}
			return nil
		})
	}
	f := &Fonts{paths: map[typeface]string{}}
	for part, names := range files {
		for _, n := range names {
			if p := found[n]; p != "" {
				f.paths[part] = p
				break
			}
		}
	}
	if f.paths[song] == "" {
		return nil, fmt.Errorf("%w (looked in %s)", ErrNoFonts, strings.Join(dirs, ", "))
	}
	return f, nil
}

// faces are the fonts in memory.
type faces struct {
	box gopdf.FontContainer
	by  map[typeface]*core.TTFParser
}

func (f *Fonts) faces() (*faces, error) {
	if f == nil {
		return nil, ErrNoFonts
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if fs := f.read.Value(); fs != nil {
		return fs, nil
	}
	fs := &faces{by: map[typeface]*core.TTFParser{}}
	for part, path := range f.paths {
		if err := fs.load(part, path); err != nil {
			return nil, fmt.Errorf("%w: %s: %w", ErrNoFonts, path, err)
		}
	}
	f.read = weak.Make(fs)
	return fs, nil
}

func (fs *faces) load(part typeface, path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	p := new(core.TTFParser)
	if err := p.ParseFontData(data); err != nil {
		return err
	}
	if p.UnitsPerEm() == 0 || p.NumberOfHMetrics() == 0 {
		return errors.New("not a TrueType font")
	}
	for _, r := range "准入审批表，。（）" {
		if p.Chars()[int(r)] == 0 {
			return fmt.Errorf("has no %c", r)
		}
	}
	fs.by[part] = p
	return fs.box.AddTTFFontData(families[part], data)
}

// missing stands for a character that no font has: seen, and never taken for another.
const missing = '〓'

// latinOnly are marks that a Kai font may draw narrow, as in Latin text.
const latinOnly = "“”‘’—…·"

// pick is the face that draws a character, and the character to draw: that of
// the part, else another, else [missing]. Beyond the first 65,536 no text could
// be copied out of the PDF again, so those count as missing.
func (fs *faces) pick(part typeface, r rune) (typeface, rune) {
	if part == kai && strings.ContainsRune(latinOnly, r) {
		part = song
	}
	for _, t := range []typeface{part, song, kai, bold} {
		if p := fs.by[t]; p != nil && r <= 0xFFFF && p.Chars()[int(r)] != 0 {
			return t, r
		}
	}
	if r == missing {
		return song, '?'
	}
	return fs.pick(song, missing)
}

// width is the advance of a character in points.
func (fs *faces) width(part typeface, r rune, size float64) float64 {
	if fs == nil { // Word has its own: what is not ASCII is a square
		if r < 0x80 {
			return size * .55
		}
		return size
	}
	t, r := fs.pick(part, r)
	p := fs.by[t]
	g := min(p.Chars()[int(r)], p.NumberOfHMetrics()-1)
	return float64(p.Widths()[g]) / float64(p.UnitsPerEm()) * size
}

func (fs *faces) wide(part typeface, s string, size float64) (w float64) {
	for _, r := range s {
		w += fs.width(part, r, size)
	}
	return w
}
