package web

import (
	"cmp"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/a-h/templ"

	"yidan/internal/audit"
	"yidan/internal/backup"
	"yidan/internal/calendar"
	"yidan/internal/db"
	"yidan/internal/schema"
	"yidan/internal/web/part"
)

// showRunning says how the system stands, and what nobody knows.
func showRunning(q *Request) (Reply, error) {
	var head audit.Head
	var kept []backup.Made
	err := q.Read(func(tx *db.Tx) (err error) {
		if head, err = audit.Last(tx); err != nil {
			return err
		}
		kept, err = backup.Latest(tx, backupsShown)
		return err
	})
	if err != nil {
		return Reply{}, err
	}
	engine := "SQLite（单机文件）"
	if q.Site.DB.Engine == db.Postgres {
		engine = "PostgreSQL"
	}
	version, built := "开发版", ""
	if b, ok := debug.ReadBuildInfo(); ok {
		if v := b.Main.Version; v != "" && v != "(devel)" {
			version = v
		}
		built = b.GoVersion
	}
	latest, err := schema.Latest()
	if err != nil {
		return Reply{}, err
	}
	return Show("运行状态", all(part.Head{Title: "运行状态", Lead: "截至 " + moment(q.Now)}.Show(), factCard("系统", []part.Fact{
		{Label: "数据库", Text: engine}, {Label: "数据结构版本", Text: latest}, {Label: "程序版本", Text: version}, {Label: "编译工具", Text: built},
		{Label: "公开地址", Text: cmp.Or(q.Site.Public, "没有设定：文书上只印核验码。启动时用 --public 设定")},
		{Label: "审计记录", Text: fmt.Sprintf("共 %d 条", head.Seq)}, {Label: "加密访问", Text: map[bool]string{true: "已启用（HTTPS）", false: "未启用：仅限内网，经由前置代理访问"}[q.Site.TLS]},
	}), backupList(kept))), nil
}

const backupsShown = 30

// backupList is what is on record of backups.
func backupList(ms []backup.Made) templ.Component {
	l := part.List{Heading: "备份", Empty: part.Empty("还没有做过备份。在服务器上每晚执行 yidan backup --verify 文件，做过的都列在这里"),
		Table: part.Table{Caption: "备份，最近的在前", Columns: []part.Column{{Title: "时间"}, {Title: "执行"}, {Title: "文件"}, {Title: "大小", Num: true}, {Title: "摘要（SHA-256）"}, {Title: "试恢复"}}}}
	for _, m := range ms {
		tried := "没有试过"
		if m.Verified {
			tried = "能完整恢复"
		}
		l.Table.Rows = append(l.Table.Rows, part.Row{Cells: []templ.Component{part.Plain(moment(m.At)), part.Plain(m.By), part.Plain(m.File), part.Plain(size(m.Bytes)), code(m.SHA256), part.Plain(tried)}})
	}
	return l.Show()
}

// size is a number of bytes as people read it.
func size(n int64) string {
	if n < 1<<20 {
		return fmt.Sprintf("%.1f KB", float64(n)/(1<<10))
	}
	return fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
}

// lastBackup is when a backup was made last, for the first page; late where it is
// more than a day and a half ago.
func lastBackup(tx *db.Tx, now time.Time) (text string, late bool, err error) {
	ms, err := backup.Latest(tx, 1)
	if err != nil || len(ms) == 0 {
		return "没有", true, err
	}
	return ms[0].At.In(calendar.Zone).Format("1月2日 15:04"), now.Sub(ms[0].At) > 36*time.Hour, nil
}
