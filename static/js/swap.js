// After a swap: focus where the server says, one sentence in the live region, failures beside the button.

const BUSY_AFTER = 150;
const SLOW_AFTER = 400;
const UNREACHED = "Not saved. The server did not answer. Try again";
const waiting = new Map();
let wanted = "";
let hadFocus = false;

export function say(words) {
  const live = document.getElementById("live");
  live.textContent = "";
  setTimeout(() => { live.textContent = words; }, 30); // emptied first, so that the same words are spoken again
}

function focusWanted() {
  if (!wanted) return;
  const id = wanted;
  wanted = "";
  const asked = new CustomEvent("focus-wanted", { cancelable: true, detail: { id } });
  if (document.dispatchEvent(asked)) document.getElementById(id)?.focus();
}

// A swap may take the focused element away; the focus never falls back to the body.
const nothingFocused = () => !document.activeElement || document.activeElement === document.body;

function keepFocus() {
  if (hadFocus && nothingFocused()) document.getElementById("main")?.focus({ preventScroll: true });
}

function pressed(detail) {
  const submitter = detail.requestConfig?.triggeringEvent?.submitter;
  return submitter ?? (detail.elt.matches("button, a") ? detail.elt : detail.elt.querySelector("button:not([type=button])"));
}

const isPoll = (event) => event.detail.elt?.matches?.("[data-poll]");

function started(event) {
  if (isPoll(event)) return;
  const button = pressed(event.detail);
  besides(button)?.querySelector(".unsaved")?.remove();
  waiting.set(event.detail.xhr, [
    setTimeout(() => button?.setAttribute("aria-busy", "true"), BUSY_AFTER),
    setTimeout(() => document.body.classList.add("slow"), SLOW_AFTER),
    button,
  ]);
}

function ended(event) {
  const [busy, slow, button] = waiting.get(event.detail.xhr) ?? [];
  clearTimeout(busy);
  clearTimeout(slow);
  waiting.delete(event.detail.xhr);
  button?.removeAttribute("aria-busy");
  document.body.classList.remove("slow");
}

const besides = (button) => button?.closest("td") ?? button?.closest("footer, .actions, form");

function refusal(xhr) {
  if (!xhr || xhr.status < 400 || xhr.status >= 500) return UNREACHED;
  const page = new DOMParser().parseFromString(xhr.responseText, "text/html");
  const reason = page.querySelector("[data-reason]")?.textContent.trim();
  return `Not saved. ${reason || "Reload the page and try again."}`;
}

function failed(event) {
  if (isPoll(event)) return;
  const button = pressed(event.detail);
  const words = refusal(event.detail.xhr);
  const shown = document.createElement("span");
  shown.className = "sub bad unsaved";
  shown.textContent = words;
  (besides(button) ?? document.getElementById("notes"))?.append(shown);
  say(words);
}

// A form without htmx, sent twice by a double click, is sent once.
function submittedOnce(event) {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("hx-post")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  setTimeout(() => event.submitter?.setAttribute("aria-busy", "true"), BUSY_AFTER);
}

function forgetSent() {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  for (const button of document.querySelectorAll("button[aria-busy]")) button.removeAttribute("aria-busy");
}

document.addEventListener("say", (event) => say(event.detail.value));
document.addEventListener("focus", (event) => {
  if (!event.detail?.value && !event.detail?.id) return; // the browser's own focus events have numbers here
  wanted = event.detail.value ?? event.detail.id;
  setTimeout(focusWanted, 60);
});
document.addEventListener("htmx:beforeRequest", started);
document.addEventListener("htmx:afterRequest", ended);
document.addEventListener("htmx:afterSettle", () => { focusWanted(); setTimeout(keepFocus, 80); });
document.addEventListener("htmx:beforeSwap", () => { hadFocus = !nothingFocused(); });
for (const name of ["responseError", "sendError", "timeout"]) document.addEventListener(`htmx:${name}`, failed);
document.addEventListener("submit", submittedOnce);
addEventListener("pageshow", forgetSent);
