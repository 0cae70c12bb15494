package document_test

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"

	"yidan/internal/db"
	"yidan/internal/document"
	"yidan/internal/fault"
	"yidan/internal/org"
	"yidan/internal/testkit"
)

const office = `<?xml version="1.0"?><Types/>`

// pack makes a zip of names and contents, changed before it is closed.
func pack(t testing.TB, change func(z *zip.Writer), parts ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, p := range parts {
		w, err := z.Create(p)
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, office)
	}
	if change != nil {
		change(z)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func docx(t testing.TB, change func(z *zip.Writer)) []byte {
	return pack(t, change, "[Content_Types].xml", "word/document.xml")
}

func entry(h zip.FileHeader, content []byte) func(z *zip.Writer) {
	return func(z *zip.Writer) {
		w, err := z.CreateHeader(&h)
		if err == nil {
			w.Write(content)
		}
	}
}

// bomb is an entry of 220 MB that says how much it holds, truly or not.
func bomb(says uint64) func(z *zip.Writer) {
	var b bytes.Buffer
	f, _ := flate.NewWriter(&b, 9)
	block := make([]byte, 1<<20)
	for range 220 {
		f.Write(block)
	}
	f.Close()
	return func(z *zip.Writer) {
		w, _ := z.CreateRaw(&zip.FileHeader{Name: "word/media/a.png", Method: zip.Deflate, CompressedSize64: uint64(b.Len()), UncompressedSize64: says})
		w.Write(b.Bytes())
	}
}

// pixels is the beginning of a PNG of a size, all that a decoder needs to know it.
func pixels(w, h uint32) []byte {
	b := []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")
	b = binary.BigEndian.AppendUint32(b, w)
	b = binary.BigEndian.AppendUint32(b, h)
	b = append(b, 8, 2, 0, 0, 0)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[12:]))
}

func drawn(t testing.TB, format string) []byte {
	t.Helper()
	var b bytes.Buffer
	m := image.NewGray(image.Rect(0, 0, 3, 3))
	if format == "png" {
		png.Encode(&b, m)
	} else {
		jpeg.Encode(&b, m, nil)
	}
	return b.Bytes()
}

func gb(s string) []byte {
	b, _ := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(s))
	return b
}

// T12 of the open test catalogue.
func TestFilesAreTakenByWhatTheyAre(t *testing.T) {
	many := func(z *zip.Writer) {
		for i := range 2001 {
			z.Create(fmt.Sprintf("word/%d.xml", i))
		}
	}
	link := zip.FileHeader{Name: "word/link"}
	link.SetMode(fs.ModeSymlink | 0o777)
	pdf := []byte("%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\ntrailer <</Root 1 0 R>>\n%%EOF")
	for _, x := range []struct {
		name    string
		content []byte
		want    string // in the refusal; empty: taken
	}{
		{"依据.pdf", pdf, ""},
		{"依据.PDF", pdf, ""},
		{"说明.docx", docx(t, nil), ""},
		{"表.xlsx", pack(t, nil, "[Content_Types].xml", "xl/workbook.xml"), ""},
		{"公文.ofd", pack(t, nil, "OFD.xml"), ""},
		{"照片.jpg", drawn(t, "jpeg"), ""},
		{"照片.png", drawn(t, "png"), ""},
		{"说明.txt", []byte("说明\r\n第二行"), ""},
		{"旧说明.txt", gb("职责任务清单"), ""},
		{"带脚本.pdf", append(bytes.Clone(pdf), "<html><script>alert(1)</script>"...), ""}, // inert: served as a download

		{"空.pdf", nil, "空文件"},
		{"会议照片.heic", pdf, "“会议照片.heic”不能上传。可用格式"},
		{"图.svg", []byte("<svg/>"), "不能上传"},
		{"页.html", []byte("<html>"), "不能上传"},
		{"程序.exe", pdf, "不能上传"},
		{"宏.docm", docx(t, nil), "不能上传"},
		{"无后缀", pdf, "不能上传"},
		{"假.pdf", drawn(t, "png"), "内容与后缀不一致"},
		{"假.png", pdf, "内容与后缀不一致"},
		{"假.txt", pdf, "内容与后缀不一致"},
		{"假.docx", pack(t, nil, "[Content_Types].xml", "xl/workbook.xml"), "内容与后缀不一致"},
		{"网页.pdf", append([]byte("<html>"), pdf...), "内容与后缀不一致"},
		{"二进制.txt", []byte("a\x00b"), "不是纯文本"},
		{"乱.txt", []byte("\xff\xff\xff"), "不是纯文本"},
		{"密.pdf", append(bytes.Clone(pdf), "trailer <</Encrypt 5 0 R>>"...), "加了密码"},
		{"密.docx", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 EncryptedPackage"), "加了密码"},
		{"密2.docx", docx(t, entry(zip.FileHeader{Name: "word/a.xml", Flags: 1}, []byte("x"))), "加了密码"},
		{"宏.docx", docx(t, entry(zip.FileHeader{Name: "word/VBAProject.bin"}, []byte("x"))), "带有宏"},
		{"越界.docx", docx(t, entry(zip.FileHeader{Name: "../../etc/cron.d/x"}, []byte("x"))), "以外的路径"},
		{"越界2.docx", docx(t, entry(zip.FileHeader{Name: `..\x.xml`}, []byte("x"))), "以外的路径"},
		{"越界3.docx", docx(t, entry(zip.FileHeader{Name: "/etc/passwd"}, []byte("x"))), "以外的路径"},
		{"链接.docx", docx(t, entry(link, []byte("/etc/passwd"))), "链接"},
		{"多.docx", docx(t, many), "部件"},
		{"炸弹.docx", docx(t, bomb(220<<20)), "过大"},
		{"瞒报炸弹.docx", docx(t, bomb(10)), "损坏"},
		{"密度.docx", docx(t, entry(zip.FileHeader{Name: "word/b.xml", Method: zip.Deflate}, make([]byte, 5<<20))), "过大"},
		{"断.docx", docx(t, nil)[:60], "损坏"},
		{"大图.png", pixels(40000, 40000), "上限 4000 万像素"},
		{"断.png", []byte("\x89PNG\r\n\x1a\n"), "损坏"},
	} {
		t.Run(x.name, func(t *testing.T) {
			d := shared(t)
			b, err := document.Take(ctx, d, bytes.NewReader(x.content), x.name, now)
			if x.want == "" {
				if err != nil {
					t.Fatal(err)
				}
				if err := document.Check(ctx, d, b.ID); err != nil || b.Size != int64(len(x.content)) {
					t.Error(b, err)
				}
				return
			}
			if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), x.want) {
				t.Errorf("%v, want %s", err, x.want)
			}
			for _, w := range []string{"请", "抱歉", "无效", "非法", "必填", "禁止"} {
				if err != nil && strings.Contains(err.Error(), w) {
					t.Errorf("%v says %s", err, w)
				}
			}
		})
	}
}

// shared is a store for the files of one test.
func shared(t *testing.T) *db.DB { return testkit.Open(t, testkit.Source(t, db.SQLite)) }

func rows(t *testing.T, d *db.DB, table string) (n int) {
	t.Helper()
	if err := d.Read(ctx, func(tx *db.Tx) error { return tx.QueryRow(`SELECT count(*) FROM ` + table).Scan(&n) }); err != nil {
		t.Fatal(err)
	}
	return n
}

// long is a text file of n bytes that is never the same twice.
func long(n int) []byte {
	r := rand.New(rand.NewPCG(1, uint64(n)))
	b := make([]byte, n)
	for i := range b {
		b[i] = 'a' + byte(r.IntN(26))
	}
	return b
}

func TestWhatIsRefusedOrBrokenOffLeavesNoTrace(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		before, _ := os.ReadDir(os.TempDir())
		if _, err := document.Take(ctx, d, io.LimitReader(endless{}, document.MaxFile+10), "大.txt", now); !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "单个文件上限 50 MB") {
			t.Error(err)
		}
		if _, err := document.Take(ctx, d, io.MultiReader(bytes.NewReader(long(1<<20)), iotest.ErrReader(io.ErrUnexpectedEOF)), "断线.txt", now); err == nil {
			t.Error("took half a file")
		}
		gone, cancel := context.WithCancel(ctx)
		cancel()
		if _, err := document.Take(gone, d, bytes.NewReader(long(10)), "走了.txt", now); err == nil {
			t.Error("took the file of somebody who has left")
		}
		if n := rows(t, d, "blobs") + rows(t, d, "blob_chunks") + rows(t, d, "uploads"); n != 0 {
			t.Errorf("%d rows left", n)
		}
		after, _ := os.ReadDir(os.TempDir())
		for _, e := range after {
			if strings.HasPrefix(e.Name(), "yidan-upload") {
				t.Errorf("%s left among %d files, %d before", e.Name(), len(after), len(before))
			}
		}
	})
}

type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'a'
	}
	return len(p), nil
}

func TestAFileIsReadBackByteForByteFromAnywhere(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		for _, n := range []int{1, 256<<10 - 1, 256 << 10, 256<<10 + 1, 700_000} {
			want := long(n)
			b, err := document.Take(ctx, d, bytes.NewReader(want), "a.txt", now)
			if err != nil {
				t.Fatal(err)
			}
			f, err := document.Content(ctx, d, b.ID)
			if err != nil {
				t.Fatal(err)
			}
			if err := iotest.TestReader(f, want); err != nil {
				t.Errorf("%d bytes: %v", n, err)
			}
		}
		if _, err := document.Content(ctx, d, strings.Repeat("0", 64)); !fault.Is(err, fault.Missing) {
			t.Error(err)
		}
	})
}

func TestTheSameContentIsStoredOnceAndStaysAsItIs(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		content := long(600_000)
		for range 3 {
			if _, err := document.Take(ctx, d, bytes.NewReader(content), "a.txt", now); err != nil {
				t.Fatal(err)
			}
		}
		if b, c := rows(t, d, "blobs"), rows(t, d, "blob_chunks"); b != 1 || c != 3 {
			t.Errorf("%d files in %d chunks", b, c)
		}
		for _, q := range []string{`UPDATE blobs SET size = 1`, `UPDATE blob_chunks SET no = no + 10`, `DELETE FROM blob_chunks`,
			`INSERT INTO blob_chunks (upload_id, no, data) SELECT upload_id, 9, '' FROM blobs`} {
			if err := d.Write(ctx, func(tx *db.Tx) error { _, err := tx.Exec(q); return err }); err == nil {
				t.Errorf("%s: went through", q)
			}
		}
	})
}

func take(t *testing.T, d *db.DB, n int) document.Blob {
	t.Helper()
	b, err := document.Take(ctx, d, bytes.NewReader(long(n)), "a.txt", now)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestACaseTakesTwentyFilesAndOnlyTheirUnitRemovesThem(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		by := who("d1", org.Handler)
		attach := func(b document.Blob, name string) (a document.Attachment, err error) {
			err = d.Write(ctx, func(tx *db.Tx) error { a, err = document.Attach(tx, by, "case1", "draft", b, name, now); return err })
			return a, err
		}
		remove := func(a org.Actor, id string) error {
			return d.Write(ctx, func(tx *db.Tx) error { _, err := document.Remove(tx, a, id, now); return err })
		}
		b := take(t, d, 100)
		var first document.Attachment
		for i := range document.MaxFiles {
			a, err := attach(b, fmt.Sprintf("材料%d.txt", i))
			if err != nil {
				t.Fatal(err)
			}
			if i == 0 {
				first = a
			}
		}
		if again, err := attach(b, "材料0.txt"); err != nil || again.ID != first.ID {
			t.Error("sent twice:", again.ID, err)
		}
		if _, err := attach(b, "又一个.txt"); !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "上限 20 个") {
			t.Error(err)
		}
		if err := remove(who("t1", org.Leader), first.ID); !fault.Is(err, fault.Missing) {
			t.Error("removed by another unit:", err)
		}
		if err := remove(by, first.ID); err != nil {
			t.Error(err)
		}
		if err := remove(by, first.ID); !fault.Is(err, fault.Conflict) {
			t.Error("removed twice:", err)
		}
		if _, err := attach(b, "../又一个\u202e.txt"); err != nil {
			t.Error("after one was removed:", err)
		}
		for name, x := range map[string]document.Blob{"别的.pdf": b, "没有.txt": {ID: strings.Repeat("0", 64)}} {
			if _, err := attach(x, name); !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		err := d.Read(ctx, func(tx *db.Tx) error {
			all, err := document.Of(tx, "case1")
			n, err2 := document.Count(tx, "case1", "d1")
			if other, err := document.Count(tx, "case1", "d2"); other != 0 || err != nil {
				t.Errorf("another unit's: %d, %v", other, err)
			}
			if len(all) != document.MaxFiles || n != len(all) || all[len(all)-1].Name != "又一个.txt" {
				t.Errorf("%d, %d: %s", len(all), n, all[len(all)-1].Name)
			}
			gone, err3 := document.AttachmentOf(tx, first.ID)
			if gone.RemovedName != "d1 handler" || gone.Blob.ID != b.ID {
				t.Errorf("%+v", gone)
			}
			for _, err := range []error{err, err2, err3} {
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, q := range []string{`DELETE FROM attachments`, `UPDATE attachments SET name = 'x'`, `UPDATE attachments SET removed_at = '' WHERE removed_at <> ''`, `DELETE FROM blobs`} {
			if err := d.Write(ctx, func(tx *db.Tx) error { _, err := tx.Exec(q); return err }); err == nil {
				t.Errorf("%s: went through", q)
			}
		}
	})
}

func TestOnlyWhatWasNeverAttachedIsSweptAfterADay(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		kept, lost := take(t, d, 300_000), take(t, d, 300_001)
		write(t, d, func(tx *db.Tx) error {
			a, err := document.Attach(tx, who("d1", org.Handler), "case1", "", kept, "a.txt", now)
			if err == nil {
				_, err = document.Remove(tx, who("d1", org.Handler), a.ID, now)
			}
			return err
		})
		write(t, d, func(tx *db.Tx) error { // an upload that broke off
			_, err := tx.Exec(`INSERT INTO uploads (id, begun_at) VALUES ('broken', $1)`, db.At(now))
			if err == nil {
				_, err = tx.Exec(`INSERT INTO blob_chunks (upload_id, no, data) VALUES ('broken', 0, $1)`, []byte("x"))
			}
			return err
		})
		for _, x := range []struct {
			after time.Duration
			want  int
		}{{23 * time.Hour, 0}, {25 * time.Hour, 2}, {26 * time.Hour, 0}} {
			if n, err := document.Sweep(ctx, d, now.Add(x.after)); n != x.want || err != nil {
				t.Errorf("after %v: %d %v", x.after, n, err)
			}
		}
		if err := document.Check(ctx, d, kept.ID); err != nil {
			t.Error(err)
		}
		if err := document.Check(ctx, d, lost.ID); !fault.Is(err, fault.Missing) {
			t.Error("still there:", err)
		}
		if n := rows(t, d, "uploads"); n != 1 {
			t.Errorf("%d uploads", n)
		}
	})
}

func TestAUnitHasAYearlyAllowance(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		write(t, d, func(tx *db.Tx) error { // what a year of uploads leaves in the books
			if _, err := tx.Exec(`INSERT INTO uploads (id, begun_at) VALUES ('u', 'x')`); err != nil {
				return err
			}
			_, err := tx.Exec(`INSERT INTO blobs (id, upload_id, size, media, added_at) VALUES ($1, 'u', $2, 'text/plain; charset=utf-8', 'x')`, strings.Repeat("1", 64), int64(document.MaxYear)-50)
			return err
		})
		attach := func(unit string, b document.Blob, at time.Time) error {
			return d.Write(ctx, func(tx *db.Tx) error {
				_, err := document.Attach(tx, who(unit, org.Handler), "case"+unit, "", b, "a.txt", at)
				return err
			})
		}
		if err := attach("d1", document.Blob{ID: strings.Repeat("1", 64)}, now); err != nil {
			t.Fatal(err)
		}
		b := take(t, d, 100)
		if err := attach("d1", b, now); !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "上限 2 GB") {
			t.Error(err)
		}
		if err := attach("d2", b, now); err != nil {
			t.Error("another unit:", err)
		}
		if err := attach("d1", b, now.AddDate(1, 0, 0)); err != nil {
			t.Error("next year:", err)
		}
	})
}

// What is gone of an attachment is named, whichever part it is; what nobody attached is
// not missed.
func TestAnAttachmentThatIsGoneIsNamed(t *testing.T) {
	testkit.OnBoth(t, func(t *testing.T, d *db.DB) {
		by, kept := who("d1", org.Handler), map[string]string{}
		for n, name := range map[int]string{700 << 10: "三块.txt", 9: "一块.txt", 8: "完好.txt"} {
			b := take(t, d, n)
			kept[name] = b.ID
			if err := d.Write(ctx, func(tx *db.Tx) error {
				_, err := document.Attach(tx, by, "case1", "draft", b, name, now)
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		take(t, d, 10)
		missing := func(tx *db.Tx) string {
			gs, err := document.Missing(tx)
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, g := range gs {
				names = append(names, g.Name)
			}
			slices.Sort(names)
			return strings.Join(names, " ")
		}
		undo := errors.New("undo")
		err := d.Write(ctx, func(tx *db.Tx) error {
			if got := missing(tx); got != "" {
				t.Error("missed before anything was gone:", got)
			}
			off := []string{`SET LOCAL session_replication_role = replica`}
			if d.Engine == db.SQLite {
				off = []string{`DROP TRIGGER blob_chunks_delete`}
			}
			for _, q := range append(off, `DELETE FROM blob_chunks WHERE no = 1`, `DELETE FROM blob_chunks WHERE upload_id = (SELECT upload_id FROM blobs WHERE id = '`+kept["一块.txt"]+`')`) {
				if _, err := tx.Exec(q); err != nil {
					return err
				}
			}
			if got := missing(tx); got != "一块.txt 三块.txt" {
				t.Error("missing:", got)
			}
			return undo
		})
		if !errors.Is(err, undo) {
			t.Fatal(err)
		}
	})
}
