// The conversation: drafts that survive a reload, answers that survive a lost connection, quotes that light up, and
// two devices in step. Without this file everything still works by plain forms.

const talk = document.getElementById("talk");
const draftKey = `greenroom:draft:${talk.dataset.session}`;
const outboxKey = `greenroom:outbox:${talk.dataset.session}`;
const RETRY_MILLISECONDS = 5000;

const find = (id) => document.getElementById(id);
let sending = false;

// --- the draft and the one answer that is on its way ---------------------------------------------------------------

const outbox = {
  get: () => JSON.parse(localStorage.getItem(outboxKey) ?? "null"),
  put: (answer) => localStorage.setItem(outboxKey, JSON.stringify(answer)),
  clear: () => localStorage.removeItem(outboxKey),
};

function keepDraft(text) {
  if (text) localStorage.setItem(draftKey, text);
  else localStorage.removeItem(draftKey);
}

// What the transcript already shows has arrived, whatever became of the reply.
function settleArrived() {
  const answer = outbox.get();
  if (!answer || !document.querySelector(`[data-message="${CSS.escape(answer.message_id)}"]`)) return;
  outbox.clear();
  say("");
}

function restore() {
  settleArrived();
  const box = find("content");
  if (box && !box.value) box.value = localStorage.getItem(draftKey) ?? "";
  showPending();
}

function say(text, tone = "") {
  const line = document.querySelector("[data-draft-state]");
  if (!line) return;
  line.textContent = text;
  line.className = tone;
}

// A pending answer stands in the transcript, worded by where it is.
function showPending() {
  document.querySelector(".entry-pending")?.remove();
  const answer = outbox.get();
  if (find("send")) find("send").disabled = Boolean(answer);
  if (!answer) return;
  const entry = document.createElement("article");
  entry.className = "entry entry-interviewee entry-pending";
  const head = entry.appendChild(document.createElement("p"));
  head.className = "entry-head";
  head.textContent = sending ? "Sending …" : "Kept here, will be sent";
  const text = entry.appendChild(document.createElement("p"));
  text.className = "entry-text said";
  text.textContent = answer.content;
  find("transcript").append(entry);
}

// --- sending -------------------------------------------------------------------------------------------------------

async function send() {
  const answer = outbox.get();
  if (!answer || sending || !find("composer")) return;
  sending = true;
  showPending();
  try {
    const form = find("composer");
    const body = new URLSearchParams({ ...answer, csrf_token: form.elements.csrf_token.value });
    settle(answer, await fetch(form.action, { method: "POST", body, headers: { "HX-Request": "true" } }));
  } catch {
    later("There is no connection. Your answer is kept here and will be sent when it is back.");
  } finally {
    sending = false;
    showPending();
  }
}

async function settle(answer, response) {
  if (response.ok) return acknowledged(await response.text());
  if (response.headers.has("HX-Redirect")) return later("You were logged out. Your answer is kept here; log in again to send it.");
  if (response.status >= 500 || response.status === 429) return later("The server does not answer at the moment. Your answer is kept here and will be sent.");
  return refused(answer, response);
}

async function acknowledged(text) {
  outbox.clear();
  say("");
  await show(text);
  find("content")?.focus({ preventScroll: true });
  toTheQuestion();
}

// What the server will never take goes back into the box, to be changed.
async function refused(answer, response) {
  outbox.clear();
  const text = await response.text();
  const box = find("content");
  if (box) box.value = [answer.content, box.value].filter(Boolean).join("\n");
  keepDraft(box?.value);
  say(text.length > 400 ? "This could not be sent. Load the page again; your answer is kept here." : text, "is-offline");
  if (response.status === 409) refresh();
}

function later(text) {
  say(text, "is-offline");
  refresh();
  setTimeout(send, RETRY_MILLISECONDS);
}

document.addEventListener("submit", (event) => {
  if (event.target.id !== "composer") return;
  event.preventDefault();
  const content = find("content").value.trim();
  if (!content) return say("Write an answer first, or choose one of the suggestions.");
  if (outbox.get()) return;
  outbox.put({ message_id: event.target.elements.message_id.value, content });
  find("content").value = "";
  keepDraft("");
  send();
});

// A suggestion is put into the box, where it can be changed before it is sent.
document.addEventListener("click", (event) => {
  const suggestion = event.target.closest(".suggestion");
  if (!suggestion) return;
  event.preventDefault();
  const box = find("content");
  box.value = [box.value.trim(), suggestion.value].filter(Boolean).join("\n");
  box.focus();
  keepDraft(box.value);
});

document.addEventListener("input", ({ target }) => {
  if (target.id !== "content") return;
  keepDraft(target.value);
  say(target.value ? "Draft kept on this device" : "");
});
document.addEventListener("keydown", (event) => {
  if (event.target.id === "content" && event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.target.form.requestSubmit();
});
addEventListener("online", () => { say(""); send(); });

// --- keeping in step with other devices ----------------------------------------------------------------------------

// What is shown, as the server counts it: the revision of the interview and the number of its messages.
const shown = () => find("talk-state").dataset.etag.split("-").map(Number);

async function show(text) {
  const [revision, count] = (text.match(/data-etag="([0-9-]+)"/)?.[1] ?? "0-0").split("-").map(Number);
  const [shownRevision, shownCount] = shown();
  if (revision < shownRevision || count < shownCount) return; // an older answer that was overtaken on its way
  const open = [...document.querySelectorAll("#panel details[open]")].map((it) => it.closest("[id]").id);
  await htmx.swap({ text, target: talk, sourceElement: talk, swap: "none" });
  for (const id of open) find(id)?.querySelector("details")?.setAttribute("open", "");
  restore();
}

let refreshing = Promise.resolve();
function refresh() {
  const page = new URL(talk.dataset.page, location.href);
  page.search = location.search;
  refreshing = refreshing.then(async () => {
    const response = await fetch(page, { headers: { "HX-Request": "true" } });
    if (response.ok) await show(await response.text());
  }).catch(lostConnection);
}

function lostConnection() {
  say("There is no connection. What you write is kept here.", "is-offline");
}

function listen() {
  const events = new EventSource(talk.dataset.events);
  events.addEventListener("message", ({ data }) => {
    if (!sending && JSON.parse(data).n > shown()[1]) refresh();
  });
  events.addEventListener("state", ({ data }) => {
    if (!sending && JSON.parse(data).etag !== shown().join("-")) refresh();
  });
  events.addEventListener("bye", ({ data }) => {
    if (JSON.parse(data).reason !== "gone") return;
    events.close();
    say("This interview was deleted on another device.", "is-offline");
  });
  addEventListener("pagehide", () => events.close());
}
addEventListener("offline", lostConnection);

// --- quotes --------------------------------------------------------------------------------------------------------

function mark(link) {
  const entry = document.querySelector(`[data-message="${CSS.escape(link.dataset.of)}"]`);
  const text = entry?.querySelector(".entry-text").firstChild;
  const start = text?.data.indexOf(link.dataset.quote) ?? -1;
  if (start < 0) return null;
  const range = document.createRange();
  range.setStart(text, start);
  range.setEnd(text, start + link.dataset.quote.length);
  CSS.highlights?.set("quote", new Highlight(range));
  return entry;
}

// A quote shines while it is touched; one that was chosen goes on shining until something else is.
let chosen = null;
for (const name of ["pointerover", "focusin"]) {
  document.addEventListener(name, ({ target }) => {
    const link = target.closest?.("[data-quote]") ?? chosen;
    if (!link || !mark(link)) CSS.highlights?.delete("quote");
  });
}
document.addEventListener("click", (event) => {
  chosen = event.target.closest("[data-quote]");
  const entry = chosen && mark(chosen);
  if (!entry) return;
  event.preventDefault();
  panel.open = beside.matches;
  entry.scrollIntoView({ block: "center" });
  entry.focus({ preventScroll: true });
});

// --- the panel: beside the conversation where there is room, else a sheet that is shut at first ----------------------

const panel = find("panel-sheet"); // a guest has none
const beside = matchMedia("(min-width: 1080px)");
function placePanel() {
  panel.open = beside.matches;
  panel.classList.add("is-ready");
}
if (panel) {
  beside.addEventListener("change", placePanel);
  placePanel();
}

// --- beginning -----------------------------------------------------------------------------------------------------

function toTheQuestion() {
  find("answer").scrollIntoView({ block: "end" });
}

restore();
send();
listen();
if (!location.hash.startsWith("#m-")) toTheQuestion();
