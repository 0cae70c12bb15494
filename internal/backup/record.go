package backup

import (
	"time"

	"yidan/internal/audit"
	"yidan/internal/db"
)

// A Made is a backup as the record keeps it. The line is written after the file,
// which therefore does not hold it.
type Made struct {
	At       time.Time
	By       string // command, and who ran it where: yidan backup root@server
	File     string
	Bytes    int64
	SHA256   string // of the file
	Verified bool   // it was restored in a place of its own, and everything in it holds
}

const made = "backup.make"

// Note puts a backup on record.
func Note(tx *db.Tx, m Made) error {
	return audit.Append(tx, audit.Line{At: m.At, Name: m.By, Action: made,
		Detail: map[string]any{"file": m.File, "bytes": m.Bytes, "sha256": m.SHA256, "verified": m.Verified}})
}

// Latest are the last n backups on record, the last first.
func Latest(tx *db.Tx, n int) (ms []Made, err error) {
	ls, _, err := audit.List(tx, audit.Query{Action: made, Limit: n})
	for _, l := range ls {
		m := Made{At: l.At, By: l.Name}
		m.File, _ = l.Detail["file"].(string)
		m.SHA256, _ = l.Detail["sha256"].(string)
		m.Verified, _ = l.Detail["verified"].(bool)
		if b, ok := l.Detail["bytes"].(float64); ok {
			m.Bytes = int64(b)
		}
		ms = append(ms, m)
	}
	return ms, err
}
