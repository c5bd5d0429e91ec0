// Small comforts for every page. All of it is a help: nothing here is needed to read, answer or send.

// Menus close when one looks elsewhere.
document.addEventListener("click", ({ target }) => {
  for (const menu of document.querySelectorAll(".menu[open]")) {
    if (!menu.contains(target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const open of document.querySelectorAll(".menu[open], .panel.is-ready[open]")) {
    if (!open.querySelector("summary").checkVisibility()) continue;
    open.open = false;
    open.querySelector("summary").focus();
  }
});

for (const chooser of document.querySelectorAll("[data-submit]")) {
  chooser.addEventListener("change", () => chooser.form.requestSubmit());
}
for (const slider of document.querySelectorAll("[data-shows]")) {
  const shown = document.getElementById(slider.dataset.shows);
  slider.addEventListener("input", () => { shown.textContent = slider.value; });
}

// A visitor has told nobody a time zone; the browser knows it.
const SHAPES = {
  moment: { dateStyle: "medium", timeStyle: "short" },
  clock: { timeStyle: "short" },
  full: { dateStyle: "long", timeStyle: "short" },
};
for (const time of document.querySelectorAll("time[data-local]")) {
  time.textContent = new Intl.DateTimeFormat(document.documentElement.lang, SHAPES[time.dataset.local]).format(new Date(time.dateTime));
}

for (const field of document.querySelectorAll("[data-time-zone]")) {
  field.value = Intl.DateTimeFormat().resolvedOptions().timeZone;
}

// A long form is kept on this device while it is written, and forgotten once the server has taken it.
for (const form of document.querySelectorAll("form[data-draft]")) keepDraft(form);

function keepDraft(form) {
  const key = `greenroom:form:${form.dataset.draft}`;
  const fields = () => [...form.elements].filter((it) => it.name && !["hidden", "submit"].includes(it.type));
  const isFresh = fields().every((it) => it.type === "radio" ? !it.defaultChecked : it.type === "range" || !it.defaultValue);
  if (isFresh) {
    for (const [name, value] of Object.entries(JSON.parse(localStorage.getItem(key) ?? "{}"))) {
      const field = form.elements[name];
      if (field) field.value = value;
      if (field?.dispatchEvent) field.dispatchEvent(new Event("input"));
    }
  }
  form.addEventListener("input", () => {
    const typed = fields().filter((it) => it.type !== "radio" || it.checked).map((it) => [it.name, it.value]);
    localStorage.setItem(key, JSON.stringify(Object.fromEntries(typed)));
  });
}
for (const done of new URLSearchParams(location.search).getAll("opened")) {
  if (done) localStorage.removeItem("greenroom:form:new-interview");
}
for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => print());

// The permanent address, for a mail or a calendar. Browsers lend the clipboard only to pages they hold for safe.
document.addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-copy]");
  if (!button) return;
  const address = button.dataset.copyAsIs === undefined ? new URL(button.dataset.copy, location.href).href : button.dataset.copy;
  const words = button.lastChild;
  try {
    await navigator.clipboard.writeText(address);
    words.textContent = "Copied";
  } catch {
    words.textContent = address;
  }
});
