// Package deps keeps modules required while the rooms that use them are being built.
package deps

import (
	_ "github.com/a-h/templ"
	_ "github.com/alecthomas/kong"
	_ "github.com/alexedwards/argon2id"
	_ "github.com/chromedp/chromedp"
	_ "github.com/emmansun/gmsm/sm3"
	_ "github.com/google/go-cmp/cmp"
	_ "github.com/mozillazg/go-pinyin"
	_ "github.com/pquerna/otp/totp"
	_ "github.com/rogpeppe/go-internal/testscript"
	_ "github.com/signintech/gopdf"
	_ "github.com/xuri/excelize/v2"
	_ "golang.org/x/text/unicode/norm"
	_ "pgregory.net/rapid"
)
