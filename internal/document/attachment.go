package document

import (
	"database/sql"
	"errors"
	"path"
	"strings"
	"time"

	"yidan/internal/audit"
	"yidan/internal/db"
	"yidan/internal/fault"
	"yidan/internal/org"
)

// An Attachment is a file of a case (附件). A removed one stays on record.
type Attachment struct {
	ID          string    `json:"id"`
	Case        string    `json:"case"`
	Unit        string    `json:"unit"`  // that added it and may remove it
	Stage       string    `json:"stage"` // of the case when it was added
	Name        string    `json:"name"`  // as shown and as downloaded
	Blob        Blob      `json:"blob"`
	AddedBy     string    `json:"added_by"` // people.id
	AddedName   string    `json:"added_name"`
	AddedAt     time.Time `json:"added_at"`
	RemovedBy   string    `json:"removed_by"`
	RemovedName string    `json:"removed_name"`
	RemovedAt   time.Time `json:"removed_at"` // zero: it is there
}

// Attach adds a file that was taken in to a case: at most 20 files a case and
// 2 GB a unit and year (AE-5.3). The same content under the same name is there
// already and is not added again.
func Attach(tx *db.Tx, by org.Actor, caseID, stage string, b Blob, name string, now time.Time) (Attachment, error) {
	name = CleanName(name)
	all, err := Of(tx, caseID)
	if err != nil {
		return Attachment{}, err
	}
	for _, a := range all {
		if a.Blob.ID == b.ID && a.Name == name && a.Unit == by.Unit { // sent twice
			return a, nil
		}
	}
	if len(all) >= MaxFiles {
		return Attachment{}, fault.Join(refuse("本件已有 %d 个附件，上限 %d 个。先删除不用的，或者把几个文件合成一个", len(all), MaxFiles))
	}
	a := Attachment{ID: db.NewID(), Case: caseID, Unit: by.Unit, Stage: stage, Name: name, AddedBy: by.Person, AddedName: by.Name, AddedAt: now.UTC().Truncate(time.Microsecond)}
	err = tx.QueryRow(`SELECT id, size, media FROM blobs WHERE id = $1`, b.ID).Scan(&a.Blob.ID, &a.Blob.Size, &a.Blob.Media)
	if errors.Is(err, db.ErrNoRows) {
		return Attachment{}, fault.Join(refuse("“%s”没有传完，重新上传", name))
	}
	if err != nil {
		return Attachment{}, err
	}
	if s, f := sortOf(name); f != nil || s.media != a.Blob.Media {
		return Attachment{}, fault.Join(refuse("“%s”的内容与后缀不一致，不能上传。用原来的名称重新上传", name))
	}
	if err := withinYear(tx, by.Unit, a.Blob.Size, now); err != nil {
		return Attachment{}, err
	}
	if _, err := tx.Exec(`INSERT INTO attachments (id, case_id, unit_id, stage, name, blob_id, added_by, added_name, added_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		a.ID, a.Case, a.Unit, a.Stage, a.Name, a.Blob.ID, a.AddedBy, a.AddedName, db.At(a.AddedAt)); err != nil {
		return Attachment{}, err
	}
	return a, note(tx, by, now, "attachment.add", a)
}

// withinYear holds a unit to what it may add in a year of the district.
func withinYear(tx *db.Tx, unit string, size int64, now time.Time) error {
	begin := time.Date(now.In(zone).Year(), 1, 1, 0, 0, 0, 0, zone)
	var used int64
	err := tx.QueryRow(`SELECT coalesce(sum(b.size), 0) FROM attachments a JOIN blobs b ON b.id = a.blob_id WHERE a.unit_id = $1 AND a.added_at >= $2`, unit, db.At(begin)).Scan(&used)
	if err != nil {
		return err
	}
	if used+size > MaxYear {
		return fault.Join(refuse("本单位今年上传的文件已有 %.1f GB，上限 2 GB。压缩图片、减少扫描精度后再传，或者联系系统管理员", float64(used)/(1<<30)))
	}
	return nil
}

func note(tx *db.Tx, by org.Actor, now time.Time, action string, a Attachment) error {
	l := by.Line(now, action, "case:"+a.Case)
	l.Detail = map[string]any{"attachment": a.ID, "name": a.Name, "blob": a.Blob.ID, "size": a.Blob.Size}
	return audit.Append(tx, l)
}

// Remove takes an attachment off a case; only the unit that added it may. Its
// row and its content stay on record.
func Remove(tx *db.Tx, by org.Actor, id string, now time.Time) (Attachment, error) {
	a, err := AttachmentOf(tx, id)
	if err != nil {
		return a, err
	}
	if a.Unit != by.Unit || by.Unit == "" {
		return Attachment{}, fault.Absent()
	}
	n, err := tx.Exec(`UPDATE attachments SET removed_by = $1, removed_name = $2, removed_at = $3 WHERE id = $4 AND removed_at = ''`, by.Person, by.Name, db.At(now), id)
	if err != nil {
		return a, err
	}
	if n == 0 {
		return a, fault.Clash("“%s”已由%s删除", a.Name, a.RemovedName)
	}
	return a, note(tx, by, now, "attachment.remove", a)
}

const attachmentColumns = `a.id, a.case_id, a.unit_id, a.stage, a.name, b.id, b.size, b.media, a.added_by, a.added_name, a.added_at, a.removed_by, a.removed_name, a.removed_at`

func scanAttachment(scan func(...any) error) (a Attachment, err error) {
	var added, removed db.Time
	err = scan(&a.ID, &a.Case, &a.Unit, &a.Stage, &a.Name, &a.Blob.ID, &a.Blob.Size, &a.Blob.Media, &a.AddedBy, &a.AddedName, &added, &a.RemovedBy, &a.RemovedName, &removed)
	a.AddedAt, a.RemovedAt = added.Time, removed.Time
	return a, err
}

// AttachmentOf is one attachment, removed or not; [fault.Absent] when there is none.
func AttachmentOf(tx *db.Tx, id string) (Attachment, error) {
	a, err := scanAttachment(tx.QueryRow(`SELECT `+attachmentColumns+` FROM attachments a JOIN blobs b ON b.id = a.blob_id WHERE a.id = $1`, id).Scan)
	if errors.Is(err, db.ErrNoRows) {
		return a, fault.Absent()
	}
	return a, err
}

// Of are the attachments of a case that are there, in the order of adding.
func Of(tx *db.Tx, caseID string) ([]Attachment, error) {
	return db.All(tx, func(r *sql.Rows) (Attachment, error) { return scanAttachment(r.Scan) },
		`SELECT `+attachmentColumns+` FROM attachments a JOIN blobs b ON b.id = a.blob_id WHERE a.case_id = $1 AND a.removed_at = '' ORDER BY a.id`, caseID)
}

// Count is how many attachments a case has from a unit.
func Count(tx *db.Tx, caseID, unit string) (n int, err error) {
	err = tx.QueryRow(`SELECT count(*) FROM attachments WHERE case_id = $1 AND unit_id = $2 AND removed_at = ''`, caseID, unit).Scan(&n)
	return n, err
}

// Icon is the sort of a file in words: PDF, Word.
func (a Attachment) Icon() string {
	switch ext := strings.ToLower(path.Ext(a.Name)); ext {
	case ".docx":
		return "Word"
	case ".xlsx":
		return "Excel"
	case ".jpg", ".jpeg", ".png":
		return "图片"
	default:
		return strings.ToUpper(strings.TrimPrefix(ext, "."))
	}
}
