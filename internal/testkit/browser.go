package testkit

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// patience is how long one action in the browser may take.
const patience = 20 * time.Second

// chromium is where Debian puts the browser.
const chromium = "/usr/bin/chromium"

// A Browser is one visitor in a headless Chromium: a tab with cookies of its own.
// Whatever goes wrong in it fails the test.
type Browser struct {
	t      testing.TB
	ctx    context.Context
	Status int  // of the page that was loaded last
	still  bool // scripts are off

	mu        sync.Mutex
	complaint []string
}

// Browse starts a Chromium that ends with the test.
func Browse(t testing.TB) *Browser {
	t.Helper()
	if _, err := exec.LookPath(chromium); err != nil {
		t.Fatalf("no browser at %s: install the package chromium", chromium)
	}
	opts := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(chromium), chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true), chromedp.Flag("disable-dev-shm-usage", true), chromedp.Flag("hide-scrollbars", true),
		chromedp.Flag("lang", "zh-CN"), chromedp.WindowSize(1280, 900),
	}
	alloc, stop := chromedp.NewExecAllocator(context.Background(), opts...)
	t.Cleanup(stop)
	return visitor(t, alloc)
}

// Visitor is another person at the same Chromium, with cookies of their own.
func (b *Browser) Visitor() *Browser {
	b.t.Helper()
	return visitor(b.t, b.ctx, chromedp.WithNewBrowserContext())
}

func visitor(t testing.TB, parent context.Context, opts ...chromedp.ContextOption) *Browser {
	t.Helper()
	b := &Browser{t: t}
	ctx, cancel := chromedp.NewContext(parent, opts...)
	t.Cleanup(cancel)
	b.ctx = ctx
	// The tab lives as long as the context of its first action, so that one has no deadline.
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatalf("browser: %v", err)
	}
	said := chromedp.Console(ctx)
	go func() {
		for m, err := range said {
			if err != nil {
				return
			}
			if m.Type == chromedp.ConsoleError || m.Type == chromedp.ConsoleException || strings.Contains(m.Text, "Content Security Policy") {
				b.mu.Lock()
				b.complaint = append(b.complaint, m.Text)
				b.mu.Unlock()
			}
		}
	}()
	return b
}

// do runs steps within the browser's patience.
func (b *Browser) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatalf("browser: %v", err)
	}
}

// get runs an action that returns something.
func get[T any](b *Browser, a chromedp.Action[T]) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, a)
	if err != nil {
		b.t.Fatalf("browser: %v", err)
	}
	return v
}

// load runs an action that loads a page and keeps its status.
func (b *Browser) load(what string, a chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	r, err := chromedp.RunResponse(ctx, a)
	if err != nil {
		b.t.Fatalf("browser: %s: %v", what, err)
	}
	b.Status = 0
	if r != nil {
		b.Status = int(r.Status)
	}
}

// Open loads an address.
func (b *Browser) Open(url string) {
	b.t.Helper()
	b.load("open "+url, chromedp.Navigate(url))
}

// At is the address of the page.
func (b *Browser) At() string {
	b.t.Helper()
	return get(b, chromedp.Location())
}

// Title is the title of the page.
func (b *Browser) Title() string {
	b.t.Helper()
	return get(b, chromedp.Title())
}

// Text is what a person reads in the first element that a selector finds.
func (b *Browser) Text(css string) string {
	b.t.Helper()
	return Ask[string](b, `(document.querySelector(%s)||{innerText:""}).innerText`, css)
}

// Has reports whether the page shows a text.
func (b *Browser) Has(text string) bool {
	b.t.Helper()
	return strings.Contains(b.Text("body"), text)
}

// Want fails the test unless the page shows every text.
func (b *Browser) Want(texts ...string) {
	b.t.Helper()
	body := b.Text("body")
	for _, x := range texts {
		if !strings.Contains(body, x) {
			b.t.Fatalf("%s does not show %q; it shows:\n%s", b.At(), x, body)
		}
	}
}

// Fill writes a value into the field of a name, as typing does.
func (b *Browser) Fill(name, value string) {
	b.t.Helper()
	if !Ask[bool](b, `((n,v)=>{const e=document.getElementsByName(n)[0];if(!e)return false;e.focus();e.value=v;
		e.dispatchEvent(new Event("input",{bubbles:true}));e.dispatchEvent(new Event("change",{bubbles:true}));return e.value===v})(%s,%s)`, name, value) {
		b.t.Fatalf("%s has no field %q that takes %q", b.At(), name, value)
	}
}

// Choose ticks the radio button or check box of a name and value, if it is not ticked yet.
func (b *Browser) Choose(name, value string) {
	b.t.Helper()
	if !Ask[bool](b, `((n,v)=>{for(const e of document.getElementsByName(n))if(e.value===v){if(!e.checked)e.click();return e.checked}return false})(%s,%s)`, name, value) {
		b.t.Fatalf("%s has no choice %q = %q", b.At(), name, value)
	}
}

// Attach gives files to the upload field of a name.
func (b *Browser) Attach(name string, files ...string) {
	b.t.Helper()
	b.do(chromedp.SetUploadFiles(chromedp.CSS(fmt.Sprintf("input[type=file][name=%q]", name)), files))
}

// Press clicks the visible button or link of a text and waits for the page it loads.
func (b *Browser) Press(text string) {
	b.t.Helper()
	b.aim(text)
	b.load("press "+text, chromedp.Click(chromedp.CSS(aimed)))
}

// Click clicks the visible button, link or summary of a text that loads no page.
func (b *Browser) Click(text string) {
	b.t.Helper()
	b.aim(text)
	b.do(chromedp.Click(chromedp.CSS(aimed)))
}

const aimed = `[data-aimed]`

// aim marks what a person would click who was told its text.
func (b *Browser) aim(text string) {
	b.t.Helper()
	if !Ask[bool](b, `(x=>{document.querySelectorAll("[data-aimed]").forEach(e=>e.removeAttribute("data-aimed"));
		const all=[...document.querySelectorAll("main button,main a,main summary,button,a,summary")].filter(e=>e.getClientRects().length);
		const bare=s=>s.replace(/\s+/g,""),said=e=>bare(e.innerText);x=bare(x);
		const e=all.find(e=>said(e)===x)||all.find(e=>said(e).startsWith(x))||all.find(e=>said(e).includes(x));
		if(!e)return false;e.setAttribute("data-aimed","");e.scrollIntoView({block:"center"});return true})(%s)`, text) {
		b.t.Fatalf("%s has nothing to press that says %q; it shows:\n%s", b.At(), text, b.Text("body"))
	}
}

// Ask evaluates an expression in the page; arguments go in as JSON for every %s.
func Ask[T any](b *Browser, expression string, args ...any) T {
	b.t.Helper()
	quoted := make([]any, len(args))
	for i, a := range args {
		j, err := json.Marshal(a)
		if err != nil {
			b.t.Fatal(err)
		}
		quoted[i] = string(j)
	}
	if len(args) > 0 {
		expression = fmt.Sprintf(expression, quoted...)
	}
	return get(b, chromedp.Evaluate[T](expression))
}

// Size sets the window, in CSS pixels.
func (b *Browser) Size(width, height int64) {
	b.t.Helper()
	b.do(chromedp.EmulateViewport(width, height))
}

// Media makes the page look as on "print" or "screen".
func (b *Browser) Media(name string) {
	b.t.Helper()
	if _, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: name}); err != nil {
		b.t.Fatal(err)
	}
}

// Key presses keys, such as "\t", where the focus is.
func (b *Browser) Key(keys string) {
	b.t.Helper()
	b.do(chromedp.KeyEvent(keys))
}

// Await waits until the page shows a text, for what a script brings about.
func (b *Browser) Await(text string) {
	b.t.Helper()
	for range 100 {
		if b.Has(text) {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	b.Want(text)
}

// NoScript turns the page's scripts off for what is loaded from now on.
func (b *Browser) NoScript() {
	b.t.Helper()
	b.still = true
	b.scripts(false)
}

func (b *Browser) scripts(on bool) {
	b.t.Helper()
	if _, err := chromedp.Call(b.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !on}); err != nil {
		b.t.Fatal(err)
	}
}

// Shot keeps a picture of the whole page in the directory that YIDAN_SHOTS names.
func (b *Browser) Shot(name string) {
	b.t.Helper()
	if os.Getenv("YIDAN_SHOTS") != "" {
		b.keep(name+".png", get(b, chromedp.FullScreenshot(100)))
	}
}

// PDF prints the page on A4 as its style sheet asks for and keeps it like a shot.
func (b *Browser) PDF(name string) []byte {
	b.t.Helper()
	pdf := get(b, chromedp.PrintToPDF(chromedp.PDFPaper(chromedp.PaperA4), chromedp.PDFPreferCSSPageSize(), chromedp.PDFPrintBackground()))
	b.keep(name+".pdf", pdf)
	return pdf
}

func (b *Browser) keep(name string, data []byte) {
	b.t.Helper()
	dir := os.Getenv("YIDAN_SHOTS")
	if dir == "" {
		return
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
		b.t.Fatal(err)
	}
}

// Flat fails the test when the page must be scrolled sideways.
func (b *Browser) Flat() {
	b.t.Helper()
	wide := Ask[[]string](b, `(()=>{const w=document.documentElement.clientWidth;if(document.documentElement.scrollWidth<=w)return[];
		return [...document.querySelectorAll("body *")].filter(e=>e.getBoundingClientRect().right>w+1).slice(0,8).map(e=>e.tagName+"."+e.className+" "+Math.round(e.getBoundingClientRect().right))})()`)
	if len(wide) > 0 {
		b.t.Errorf("%s scrolls sideways: %s", b.At(), strings.Join(wide, "; "))
	}
}

// Calm fails the test when the browser complained: a script that failed, or
// something that the content security policy had to stop. A page whose own
// status is an error is no complaint.
func (b *Browser) Calm() {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, c := range b.complaint {
		if !strings.Contains(c, "the server responded with a status of 4") {
			b.t.Errorf("the browser complains: %s", c)
		}
	}
	b.complaint = nil
}

// axe is the source of axe-core.
var axe = sync.OnceValues(func() (string, error) {
	dir, err := os.Getwd() // a test runs in its package's folder, somewhere below the module's
	for err == nil && dir != filepath.Dir(dir) {
		if _, absent := os.Stat(filepath.Join(dir, "go.mod")); absent == nil {
			break
		}
		dir = filepath.Dir(dir)
	}
	if err != nil {
		return "", err
	}
	src, err := os.ReadFile(filepath.Join(dir, ".cache", "npm", "node_modules", "axe-core", "axe.min.js"))
	return string(src), err
})

type violation struct {
	ID, Impact, Help string
	Nodes            []struct{ HTML, FailureSummary string }
}

// Axe fails the test when axe-core finds something serious on the page.
func (b *Browser) Axe() {
	b.t.Helper()
	src, err := axe()
	if err != nil {
		b.t.Fatalf("axe-core is missing: run scripts/axe (%v)", err)
	}
	if b.still { // axe is a script too; the page's own have had their chance not to run
		b.scripts(true)
		defer b.scripts(false)
	}
	Ask[bool](b, src+`;typeof axe==="object"`)
	ctx, cancel := context.WithTimeout(b.ctx, 3*patience)
	defer cancel()
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string](`axe.run(document,{resultTypes:["violations"]}).then(r=>JSON.stringify(r.violations.filter(v=>v.impact==="serious"||v.impact==="critical")
		.map(v=>({id:v.id,impact:v.impact,help:v.help,nodes:v.nodes.slice(0,5).map(n=>({html:n.html.slice(0,300),failureSummary:n.failureSummary}))}))))`, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("axe: %v", err)
	}
	var vs []violation
	if err := json.Unmarshal([]byte(text), &vs); err != nil {
		b.t.Fatal(err)
	}
	for _, v := range vs {
		b.t.Errorf("axe on %s: %s (%s): %s", b.At(), v.ID, v.Impact, v.Help)
		for _, n := range v.Nodes {
			b.t.Logf("  %s\n    %s", n.HTML, n.FailureSummary)
		}
	}
}
