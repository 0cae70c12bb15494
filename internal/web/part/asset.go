package part

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"net/http"
	"path"
	"strings"
)

//go:embed asset
var files embed.FS

// named is every asset under the name that carries its digest, so that browsers
// may keep it for ever.
var named, content = func() (map[string]string, map[string][]byte) {
	names, bytes := map[string]string{}, map[string][]byte{}
	entries, err := files.ReadDir("asset")
	if err != nil {
		panic(err) // embedded
	}
	for _, e := range entries {
		b, err := files.ReadFile("asset/" + e.Name())
		if err != nil {
			panic(err)
		}
		sum := sha256.Sum256(b)
		ext := path.Ext(e.Name())
		name := strings.TrimSuffix(e.Name(), ext) + "." + hex.EncodeToString(sum[:6]) + ext
		names[e.Name()], bytes[name] = Assets+name, b
	}
	return names, bytes
}()

// asset is the address of an asset.
func asset(name string) string {
	a, ok := named[name]
	if !ok {
		panic(fmt.Sprintf("part: no asset %q", name))
	}
	return a
}

// Style is the address of the style sheet.
func Style() string { return asset("yidan.css") }

// StyleText is the style sheet itself, for pages that stand on another site.
func StyleText() []byte { return content[path.Base(Style())] }

var types = map[string]string{".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}

// Asset serves the asset of a name with its digest; false when there is none.
func Asset(w http.ResponseWriter, name string) bool {
	b, ok := content[name]
	if !ok {
		return false
	}
	w.Header().Set("Content-Type", types[path.Ext(name)])
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	w.Write(b)
	return true
}

// Mark is the address of the mark.
func Mark() string { return asset("mark.svg") }
