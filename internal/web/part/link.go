package part

import (
	"cmp"
	"context"
	"net/url"
	"strconv"
	"time"
)

func home(f Frame) string {
	if f.Who == nil {
		return "/"
	}
	return cmp.Or(f.Who.Home, Desk)
}

func number(n int) string { return strconv.Itoa(n) }

// largeURL switches large print and comes back to this page.
func largeURL(ctx context.Context, on bool) string {
	q := url.Values{"to": {scene(ctx).Here}, "on": {"0"}}
	if on {
		q.Set("on", "1")
	}
	return Large + "?" + q.Encode()
}

// shortDay is a date within a list of days: 11月23日.
func shortDay(date string) string {
	d, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return date
	}
	return d.Format("1月2日")
}
