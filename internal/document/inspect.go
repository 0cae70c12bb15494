package document

import (
	"archive/zip"
	"bufio"
	"bytes"
	"image"
	_ "image/jpeg" // reads the size of a JPG
	_ "image/png"  // reads the size of a PNG
	"io"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/transform"

	"yidan/internal/fault"
)

// Limits of what is taken in (design of uploads, ASVS 5.2).
const (
	MaxFile     = 50 << 20  // bytes of one file
	MaxFiles    = 20        // of one case
	MaxYear     = 2 << 30   // bytes of one unit in one year
	maxEntries  = 2000      // of a packed file
	maxUnpacked = 200 << 20 // bytes
	maxRatio    = 100       // unpacked to packed
	maxPixels   = 40_000_000
)

// A sort of file that is taken in: its ending, how it is served, how it begins
// and what else must hold of it.
type sort struct {
	ext, media string
	magic      string
	check      func(r io.ReaderAt, size int64, name string) *fault.Fault
}

var sorts = []sort{
	{".pdf", "application/pdf", "%PDF-", plainPDF},
	{".ofd", "application/ofd", "PK\x03\x04", packed("OFD.xml")},
	{".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "PK\x03\x04", packed("[Content_Types].xml", "word/document.xml")},
	{".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "PK\x03\x04", packed("[Content_Types].xml", "xl/workbook.xml")},
	{".jpg", "image/jpeg", "\xff\xd8\xff", picture("jpeg")},
	{".jpeg", "image/jpeg", "\xff\xd8\xff", picture("jpeg")},
	{".png", "image/png", "\x89PNG\r\n\x1a\n", picture("png")},
	{".txt", "text/plain; charset=utf-8", "", plainText},
}

// Accept is what an upload field offers.
const Accept = ".pdf,.ofd,.docx,.xlsx,.jpg,.jpeg,.png,.txt"

const ole = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" // old Office files, and encrypted new ones

func refuse(format string, args ...any) *fault.Fault { return fault.On("files", "", format, args...) }

// sortOf is the sort of a file by its name.
func sortOf(name string) (sort, *fault.Fault) {
	ext := strings.ToLower(path.Ext(name))
	i := slices.IndexFunc(sorts, func(s sort) bool { return s.ext == ext })
	if i < 0 {
		return sort{}, refuse("“%s”不能上传。可用格式：PDF、OFD、Word（.docx）、Excel（.xlsx）、JPG、PNG、TXT", name)
	}
	return sorts[i], nil
}

// admit looks at a whole file: does its beginning agree with its name, and is
// there nothing in it that is not taken?
func admit(r io.ReaderAt, size int64, name string) (media string, f *fault.Fault) {
	s, f := sortOf(name)
	switch {
	case f != nil:
		return "", f
	case size == 0:
		return "", refuse("“%s”是空文件，没有内容。检查原文件后重新上传", name)
	case size > MaxFile:
		return "", tooBig(name, size)
	}
	begin := make([]byte, 16)
	n, err := r.ReadAt(begin, 0)
	if err != nil && err != io.EOF {
		return "", &fault.Fault{Kind: fault.Internal, Text: "文件没有读完，重新上传", Cause: err}
	}
	begin = begin[:n]
	if other := slices.ContainsFunc(sorts, func(x sort) bool { // a PDF named .txt is none
		return x.magic != "" && x.magic != s.magic && bytes.HasPrefix(begin, []byte(x.magic))
	}); other || !bytes.HasPrefix(begin, []byte(s.magic)) {
		if bytes.HasPrefix(begin, []byte(ole)) && strings.HasPrefix(s.magic, "PK") {
			return "", refuse("“%s”加了密码或者是旧版 Office 格式，不能上传。去掉密码，另存为 .docx 或 .xlsx 后再传", name)
		}
		return "", refuse("“%s”的内容与后缀不一致，不能上传。用原来的软件打开，另存为 PDF、Word、Excel 或图片后再传", name)
	}
	return s.media, s.check(r, size, name)
}

func tooBig(name string, size int64) *fault.Fault {
	mb := float64(size) / (1 << 20)
	return refuse("“%s”有 %.0f MB，单个文件上限 50 MB。可拆分后分别上传", name, max(mb, 51))
}

// plainPDF refuses what needs a password: nobody could read it in ten years.
func plainPDF(r io.ReaderAt, size int64, name string) *fault.Fault {
	const word = "/Encrypt"
	buf, kept := make([]byte, 64<<10+len(word)), 0
	src := io.NewSectionReader(r, 0, size)
	for {
		n, err := io.ReadFull(src, buf[kept:])
		if i := bytes.Index(buf[:kept+n], []byte(word)); i >= 0 {
			if rest := bytes.TrimLeft(buf[i+len(word):kept+n], " \r\n\t"); len(rest) == 0 || rest[0] >= '0' && rest[0] <= '9' || rest[0] == '<' {
				return refuse("“%s”加了密码，不能上传。去掉密码后再传", name)
			}
		}
		if err != nil {
			return nil
		}
		copy(buf, buf[len(buf)-len(word):])
		kept = len(word)
	}
}

// packed checks a file that is a zip inside: OFD, Word, Excel.
func packed(parts ...string) func(io.ReaderAt, int64, string) *fault.Fault {
	return func(r io.ReaderAt, size int64, name string) *fault.Fault {
		z, err := zip.NewReader(r, size)
		if err != nil {
			return damaged("“"+name+"”", err)
		}
		if f := inspect(z, "“"+name+"”"); f != nil {
			return f
		}
		for _, p := range parts {
			if !slices.ContainsFunc(z.File, func(f *zip.File) bool { return f.Name == p }) {
				return refuse("“%s”的内容与后缀不一致，不能上传。用原来的软件打开，另存后再传", name)
			}
		}
		return nil
	}
}

func damaged(name string, err error) *fault.Fault {
	f := refuse("%s已经损坏，打不开。检查原文件后重新上传", name)
	f.Cause = err
	return f
}

// inspect unpacks a zip to nowhere: what it says of its own size is not believed.
func inspect(z *zip.Reader, name string) *fault.Fault {
	if len(z.File) > maxEntries {
		return refuse("%s里有 %d 个部件，上限 %d 个，不能上传。拆分后再传", name, len(z.File), maxEntries)
	}
	var total, packed int64
	for _, f := range z.File {
		switch {
		case f.Flags&1 != 0:
			return refuse("%s加了密码，不能上传。去掉密码后再传", name)
		case !filepath.IsLocal(strings.TrimSuffix(f.Name, "/")) || strings.ContainsAny(f.Name, "\\\x00:"):
			return refuse("%s里有指向文件以外的路径，不能上传。用原来的软件打开，另存后再传", name)
		case f.Mode()&(fs.ModeSymlink|fs.ModeDevice|fs.ModeNamedPipe|fs.ModeSocket) != 0:
			return refuse("%s里有链接，不能上传。用原来的软件打开，另存后再传", name)
		case strings.EqualFold(path.Base(f.Name), "vbaProject.bin"):
			return refuse("%s带有宏，不能上传。另存为不带宏的 .docx 或 .xlsx 后再传", name)
		}
		n, err := unpack(f, maxUnpacked-total)
		if err != nil {
			return damaged(name, err)
		}
		total, packed = total+n, packed+int64(f.CompressedSize64)
		if total > maxUnpacked || total > 1<<20 && total > maxRatio*max(packed, 1) {
			return refuse("%s解开以后过大，不能上传。减少图片或者拆分后再传", name)
		}
	}
	return nil
}

// unpack counts what an entry really holds, up to one byte more than is allowed.
func unpack(f *zip.File, limit int64) (int64, error) {
	r, err := f.Open()
	if err != nil {
		return 0, err
	}
	defer r.Close()
	n, err := io.Copy(io.Discard, io.LimitReader(r, limit+1))
	if n > limit {
		return n, nil
	}
	return n, err
}

// picture checks size before anybody tries to draw it.
func picture(format string) func(io.ReaderAt, int64, string) *fault.Fault {
	return func(r io.ReaderAt, size int64, name string) *fault.Fault {
		c, got, err := image.DecodeConfig(io.NewSectionReader(r, 0, size))
		if err != nil || got != format {
			return damaged("“"+name+"”", err)
		}
		if int64(c.Width)*int64(c.Height) > maxPixels {
			return refuse("“%s”有 %d×%d 像素，上限 4000 万像素。缩小后再传", name, c.Width, c.Height)
		}
		return nil
	}
}

// plainText takes UTF-8 and GB 18030, and nothing that is not text.
func plainText(r io.ReaderAt, size int64, name string) *fault.Fault {
	bad := refuse("“%s”不是纯文本，或者编码不是 UTF-8、GB18030，不能上传。用记事本打开，另存为 UTF-8 后再传", name)
	for _, decode := range []func(io.Reader) io.Reader{
		func(r io.Reader) io.Reader { return r },
		func(r io.Reader) io.Reader { return transform.NewReader(r, simplifiedchinese.GB18030.NewDecoder()) },
	} {
		if readable(decode(io.NewSectionReader(r, 0, size))) {
			return nil
		}
	}
	return bad
}

// readable reports whether all of it is UTF-8 without control characters.
func readable(r io.Reader) bool {
	b := bufio.NewReaderSize(r, 32<<10)
	for {
		c, n, err := b.ReadRune()
		switch {
		case err != nil:
			return err == io.EOF
		case c == unicode.ReplacementChar && n <= 3, c < ' ' && !strings.ContainsRune("\t\r\n\f", c):
			return false
		}
	}
}
