// What a browser with script does on top of pages that are complete without it:
// saves drafts, counts characters, hides what is not asked, shows how far an
// upload is, copies links and says when the session is about to end.
"use strict";
(() => {
  const each = (css, f) => document.querySelectorAll(css).forEach(f);
  const later = (f, ms) => { let t; return () => { clearTimeout(t); t = setTimeout(f, ms); }; };

  // The error summary is where reading goes on.
  document.getElementById("errors")?.focus();

  // What belongs to the forms of the page; again when a page comes back in place of the one before.
  function wire() {
    // How many characters are left, as the server counts them.
    each("[data-count]", hint => {
      const box = document.getElementById(hint.dataset.count);
      if (!box) return;
      const max = Number(box.dataset.max);
      const show = () => {
        const n = [...box.value.trim()].length;
        hint.classList.toggle("over", n > max);
        hint.textContent = n > max ? `最多 ${max} 字，现在 ${n} 字，删减 ${n - max} 字` : n > 0 ? `最多 ${max} 字，已写 ${n} 字` : `最多 ${max} 字`;
      };
      box.addEventListener("input", show);
      show();
    });

    // Fields that another answer makes superfluous step aside; nothing in them is lost.
    each("[data-when]", field => {
      const [name, values] = field.dataset.when.split("=");
      const form = field.closest("form");
      if (!form) return;
      const show = () => {
        const vs = new FormData(form).getAll(name).filter(v => v !== "");
        field.hidden = vs.length > 0 && !vs.some(v => values.split("|").includes(v));
      };
      form.addEventListener("change", show);
      show();
    });

    // Drafts save themselves three seconds after the last key.
    each("form[data-save]", form => {
      const said = form.querySelector("[data-saved]");
      let busy = false;
      const save = async () => {
        if (busy) return again();
        busy = true;
        try {
          const r = await fetch(form.dataset.save, { method: "POST", headers: { Accept: "application/json" }, body: new URLSearchParams([...new FormData(form)].filter(([, v]) => typeof v === "string")) });
          const answer = await r.json();
          said.textContent = r.ok ? `草稿已于 ${answer.saved} 自动保存` : answer.error;
        } catch {
          said.textContent = "草稿没有保存：连不上服务器。先不要关闭这一页";
        }
        busy = false;
      };
      const again = later(save, 3000);
      form.addEventListener("input", again);
    });

    // Copy the address of this page, for buttons that offer it.
    each("[data-copy]", b => {
      b.hidden = !navigator.clipboard;
      b.addEventListener("click", async () => { await navigator.clipboard.writeText(location.href); b.textContent = "已复制链接"; });
    });
  }
  wire();

  // A second press while the first is on its way would only be told so.
  document.addEventListener("submit", e => {
    const form = e.target;
    if (form.method !== "post" || e.defaultPrevented) return;
    if (form.dataset.sent) return e.preventDefault();
    if (form.querySelector("input[type=file]")?.files.length && !form.dataset.plain) return upload(e, form);
    form.dataset.sent = "1";
    setTimeout(() => delete form.dataset.sent, 8000);
  });
  addEventListener("pageshow", () => each("form[data-sent]", f => delete f.dataset.sent));

  // Uploads say how far they are. Whatever comes back is shown as the server says it.
  function upload(e, form) {
    const said = form.querySelector("[data-progress]");
    if (!said || !window.XMLHttpRequest) return;
    e.preventDefault();
    form.dataset.sent = "1";
    const x = new XMLHttpRequest();
    x.open("POST", form.action);
    x.upload.onprogress = p => { if (p.lengthComputable) said.textContent = `已上传 ${Math.floor(100 * p.loaded / p.total)}%`; };
    x.onload = () => {
      if (x.status < 400 && x.responseURL !== form.action) { location.assign(x.responseURL); return; }
      const page = new DOMParser().parseFromString(x.responseText, "text/html");
      document.title = page.title;
      document.querySelector("main").replaceWith(document.adoptNode(page.querySelector("main")));
      wire();
      const errors = document.getElementById("errors");
      if (errors) { errors.focus(); errors.scrollIntoView(); } else scrollTo(0, 0);
    };
    x.onerror = () => { delete form.dataset.sent; said.textContent = "没有传上去：连不上服务器。文件还在，可以再按一次"; };
    const data = new FormData(form, e.submitter);
    x.send(data);
  }

  // Five minutes before the session ends, say so.
  const back = Number(document.body.dataset.back);
  if (back > 0) setTimeout(() => {
    const box = document.createElement("div");
    box.className = "leaving";
    box.setAttribute("role", "alert");
    box.textContent = "再过 5 分钟没有操作就会退出。存一次草稿或打开任何一页，即可继续。";
    document.body.append(box);
  }, back * 1000);
})();
