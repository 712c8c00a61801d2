// Dialogs: the same forms as the pages without JavaScript, fetched and shown over the list.

const sheet = () => document.getElementById("dialog");
const draftKey = (form) => `draft ${new URL(form.action, location).pathname}`;

async function open(link) {
  const answer = await fetch(link.href, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok || answer.redirected || answer.headers.has("HX-Redirect")) {
    location.assign(link.href); // signed out, refused or offline: the page itself says so
    return;
  }
  sheet().innerHTML = await answer.text();
  prepare();
  window.htmx?.process(sheet());
  restoreDraft();
  sheet().showModal();
  focusFirstField();
}

// The server's message beside the field, not the browser's bubble.
function prepare() {
  for (const form of sheet().querySelectorAll("form")) form.noValidate = true;
}

function focusFirstField() {
  const field = sheet().querySelector("[aria-invalid=true], textarea, select, input:not([type=hidden])");
  field?.focus();
  if (field?.setSelectionRange && field.tagName === "TEXTAREA") {
    field.setSelectionRange(field.value.length, field.value.length);
  }
}

// What was typed survives Esc, a lost connection and a reload.
function saveDraft() {
  const form = sheet().querySelector("form[method=post]");
  const typed = form?.querySelector("textarea");
  if (!typed) return;
  if (typed.value) sessionStorage.setItem(draftKey(form), typed.value);
  else sessionStorage.removeItem(draftKey(form));
}

function restoreDraft() {
  const form = sheet().querySelector("form[method=post]");
  const typed = form?.querySelector("textarea");
  if (typed && !typed.value) typed.value = sessionStorage.getItem(draftKey(form)) ?? "";
}

function closeAfterSuccess() {
  const form = sheet().querySelector("form[method=post]");
  if (form) sessionStorage.removeItem(draftKey(form));
  sheet().close();
  setTimeout(() => sheet().open || sheet().replaceChildren(), 300); // htmx still swaps from this form
}

function insert(button) {
  const field = document.getElementById(button.dataset.insert);
  if (!field) return;
  const sentence = `${button.textContent.trim().replace(/\.$/, "")}.`;
  field.value = field.value.trim() ? `${field.value.trimEnd()} ${sentence}` : sentence;
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("click", (event) => {
  if (event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const at = (selector) => event.target.closest(selector);
  const opener = at("a[data-dialog]");
  if (opener && sheet()?.showModal) {
    event.preventDefault();
    open(opener);
  } else if (at("[data-open]")) {
    document.getElementById(at("[data-open]").dataset.open)?.showModal();
  } else if (at("[data-insert]")) {
    insert(at("[data-insert]"));
  } else if (at("dialog [data-close]")) {
    event.preventDefault();
    at("dialog").close();
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const form = event.target.closest(".sheet form[method=post]");
  if (form) {
    event.preventDefault();
    form.requestSubmit(form.querySelector("button.danger, button.primary, button[type=submit]"));
  }
});

document.addEventListener("input", (event) => {
  if (sheet()?.contains(event.target)) saveDraft();
});
document.addEventListener("closeDialog", closeAfterSuccess);
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target !== sheet() || !sheet().open) return;
  prepare();
  focusFirstField();
});
