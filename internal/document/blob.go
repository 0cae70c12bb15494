package document

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/emmansun/gmsm/sm3"

	"yidan/internal/db"
	"yidan/internal/fault"
)

// chunkSize is how much of a file is written at a time, so that other writers
// get their turn in between.
const chunkSize = 256 << 10

// A Blob is the content of a file, named by its digest and never changed.
type Blob struct {
	ID    string `json:"id"` // SM3, 64 hexadecimal digits
	Size  int64  `json:"size"`
	Media string `json:"media"` // how it is served
}

// Take takes a file in: PDF, OFD, DOCX, XLSX, JPG, PNG or TXT of at most 50 MB,
// by its name and by what is really in it. What is refused leaves no trace in
// the store. The content is stored once, however often it is taken; until it is
// attached to a case it may be swept away after a day.
func Take(ctx context.Context, d *db.DB, r io.Reader, name string, now time.Time) (Blob, error) {
	name = CleanName(name)
	if _, f := sortOf(name); f != nil {
		return Blob{}, fault.Join(f)
	}
	file, err := os.CreateTemp("", "yidan-upload-*")
	if err != nil {
		return Blob{}, err
	}
	defer file.Close()
	if err := os.Remove(file.Name()); err != nil { // nobody else opens it, and it goes with us
		return Blob{}, err
	}
	h := sm3.New()
	size, err := io.Copy(io.MultiWriter(file, h), io.LimitReader(contextReader{ctx, r}, MaxFile+1))
	if err != nil {
		return Blob{}, fmt.Errorf("upload: %w", err)
	}
	if size > MaxFile {
		return Blob{}, fault.Join(tooBig(name, size))
	}
	media, f := admit(file, size, name)
	if f != nil {
		return Blob{}, fault.Join(f)
	}
	b := Blob{ID: hex.EncodeToString(h.Sum(nil)), Size: size, Media: media}
	return b, store(ctx, d, b, file, now)
}

// contextReader ends with its context: a visitor who has left is not waited for.
type contextReader struct {
	ctx context.Context
	r   io.Reader
}

func (c contextReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}

// store writes the chunks one by one and names them in the end: without the
// name nobody finds them, and [Sweep] takes them away.
func store(ctx context.Context, d *db.DB, b Blob, r io.ReaderAt, now time.Time) error {
	known := false
	upload := db.NewID()
	err := d.Write(ctx, func(tx *db.Tx) error {
		n, err := tx.Exec(`UPDATE uploads SET begun_at = $1 WHERE id = (SELECT upload_id FROM blobs WHERE id = $2)`, db.At(now), b.ID) // safe from sweeping for another day
		if known = n > 0; known || err != nil {
			return err
		}
		_, err = tx.Exec(`INSERT INTO uploads (id, begun_at) VALUES ($1, $2)`, upload, db.At(now))
		return err
	})
	if known || err != nil {
		return err
	}
	buf := make([]byte, chunkSize)
	for no := 0; int64(no)*chunkSize < b.Size; no++ {
		n, err := r.ReadAt(buf, int64(no)*chunkSize)
		if err != nil && err != io.EOF {
			return err
		}
		if err := d.Write(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(`INSERT INTO blob_chunks (upload_id, no, data) VALUES ($1, $2, $3)`, upload, no, buf[:n])
			return err
		}); err != nil {
			return err
		}
	}
	return d.Write(ctx, func(tx *db.Tx) error {
		n, err := tx.Exec(`INSERT INTO blobs (id, upload_id, size, media, added_at) SELECT $1, $2, $3, $4, $5 WHERE NOT EXISTS (SELECT 1 FROM blobs WHERE id = $1)`,
			b.ID, upload, b.Size, b.Media, db.At(now))
		if err != nil || n > 0 {
			return err
		}
		return drop(tx, upload) // somebody else was bringing the same file and was first
	})
}

// drop removes the chunks of an upload that has no name.
func drop(tx *db.Tx, upload string) error {
	if _, err := tx.Exec(`DELETE FROM blob_chunks WHERE upload_id = $1`, upload); err != nil {
		return err
	}
	_, err := tx.Exec(`DELETE FROM uploads WHERE id = $1`, upload)
	return err
}

// orphaned is how long a file may lie without a case.
const orphaned = 24 * time.Hour

// Sweep removes what was taken in more than a day ago and belongs to no case,
// and returns how many files that were. What was ever attached stays.
func Sweep(ctx context.Context, d *db.DB, now time.Time) (n int, err error) {
	for {
		var upload string
		err := d.Write(ctx, func(tx *db.Tx) error { // one by one: sweeping is never urgent
			err := tx.QueryRow(`SELECT u.id FROM uploads u LEFT JOIN blobs b ON b.upload_id = u.id
				WHERE u.begun_at < $1 AND NOT EXISTS (SELECT 1 FROM attachments a WHERE a.blob_id = b.id) ORDER BY u.id LIMIT 1`, db.At(now.Add(-orphaned))).Scan(&upload)
			if err != nil {
				return err
			}
			if _, err := tx.Exec(`DELETE FROM blobs WHERE upload_id = $1`, upload); err != nil {
				return err
			}
			return drop(tx, upload)
		})
		if errors.Is(err, db.ErrNoRows) {
			return n, nil
		}
		if err != nil {
			return n, err
		}
		n++
	}
}

// A File reads a blob chunk by chunk. It never changes while it is read.
type File struct {
	Blob
	ctx    context.Context
	d      *db.DB
	upload string
	at     int64
	no     int // of the chunk in hand; -1: none
	chunk  []byte
}

// Content opens a blob for reading; [fault.Absent] when there is none. Whoever
// asks has made sure that the reader may see it. A File is for one reader.
func Content(ctx context.Context, d *db.DB, blobID string) (*File, error) {
	f := &File{ctx: ctx, d: d, no: -1}
	err := d.Read(ctx, func(tx *db.Tx) error {
		return tx.QueryRow(`SELECT id, size, media, upload_id FROM blobs WHERE id = $1`, blobID).Scan(&f.ID, &f.Size, &f.Media, &f.upload)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fault.Absent()
	}
	if err != nil {
		return nil, err
	}
	return f, nil
}

// Read implements [io.Reader].
func (f *File) Read(p []byte) (int, error) {
	n, err := f.ReadAt(p[:min(len(p), chunkSize)], f.at)
	f.at += int64(n)
	if n > 0 && err == io.EOF {
		err = nil
	}
	return n, err
}

// Seek implements [io.Seeker].
func (f *File) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += f.at
	case io.SeekEnd:
		offset += f.Size
	}
	if offset < 0 {
		return 0, fs.ErrInvalid
	}
	f.at = offset
	return offset, nil
}

// ReadAt implements [io.ReaderAt].
func (f *File) ReadAt(p []byte, at int64) (n int, err error) {
	if at < 0 {
		return 0, fs.ErrInvalid
	}
	for n < len(p) {
		if at >= f.Size {
			return n, io.EOF
		}
		if err := f.load(int(at / chunkSize)); err != nil {
			return n, err
		}
		m := copy(p[n:], f.chunk[min(at%chunkSize, int64(len(f.chunk))):])
		if m == 0 {
			return n, fmt.Errorf("document: chunk %d of %s is short", f.no, f.ID)
		}
		n, at = n+m, at+int64(m)
	}
	return n, nil
}

func (f *File) load(no int) error {
	if f.no == no {
		return nil
	}
	err := f.d.Read(f.ctx, func(tx *db.Tx) error {
		return tx.QueryRow(`SELECT data FROM blob_chunks WHERE upload_id = $1 AND no = $2`, f.upload, no).Scan(&f.chunk)
	})
	f.no = no
	if err != nil {
		f.no = -1
		return fmt.Errorf("document: chunk %d of %s: %w", no, f.ID, err)
	}
	return nil
}

// Close implements [io.Closer]; nothing is held between two reads.
func (f *File) Close() error { return nil }

// Check reads a blob through and reports whether it still is what its name says.
func Check(ctx context.Context, d *db.DB, blobID string) error {
	f, err := Content(ctx, d, blobID)
	if err != nil {
		return err
	}
	h := sm3.New()
	if _, err := io.Copy(h, f); err != nil {
		return err
	}
	if hex.EncodeToString(h.Sum(nil)) != blobID {
		return fmt.Errorf("%w: file %s", ErrAltered, blobID)
	}
	return nil
}

// A Gap is an attachment of which the store no longer holds the whole content.
type Gap struct{ Case, ID, Name string }

// String is a gap for whoever runs the store.
func (g Gap) String() string {
	return fmt.Sprintf("attachment %s of case %s (%s): its content is not whole; restore it from a backup", g.ID, g.Case, g.Name)
}

// Missing are the attachments of which chunks or all are gone, in order of adding. It
// counts and reads no content; whether what is there is what it was, [Check] says.
func Missing(tx *db.Tx) ([]Gap, error) {
	return db.All(tx, func(r *sql.Rows) (g Gap, err error) { return g, r.Scan(&g.Case, &g.ID, &g.Name) },
		`SELECT a.case_id, a.id, a.name FROM attachments a LEFT JOIN blobs b ON b.id = a.blob_id LEFT JOIN (SELECT upload_id, count(*) AS n FROM blob_chunks GROUP BY upload_id) c ON c.upload_id = b.upload_id
		WHERE coalesce(c.n, 0) < coalesce((b.size + $1 - 1) / $1, 1) ORDER BY a.id`, chunkSize)
}
