// What is typed into a long form and not saved is kept in this browser: through a lost connection, an ended session, a
// closed tab. Whoever typed it is offered it again. docs/decisions/unsaved-work.md has the why.

import { KEPT, entryOf, isSignedOut } from "./forget.js";
import { say } from "./swap.js";

const PAUSE = 250;

export const form = document.querySelector("form[data-keep]");
const key = KEPT + form?.dataset.keep;
const offer = document.getElementById("kept-offer");
export const within = (note, selector) => note.querySelector(selector);
const isTyped = (field) => field.name && !["hidden", "submit", "button", "file"].includes(field.type);
const fields = () => [...form.elements].filter(isTyped);
const now = (field) => (field.type === "checkbox" ? String(field.checked) : field.value);

// What the server wrote into the field.
function first(field) {
  if (field.type === "checkbox") return String(field.defaultChecked);
  if (field.options) return [...field.options].find((each) => each.defaultSelected)?.value ?? field.options[0]?.value;
  return field.defaultValue;
}

function set(field, value) {
  if (field.type === "checkbox") field.checked = value === "true";
  else field.value = value;
}

let entry = null;
let typed = false; // on this page
const shown = new Set(); // what this page has had in its fields; the rest of the entry is still only offered

export function keep() {
  const cells = entry?.cells ?? {};
  for (const field of fields()) {
    const was = cells[field.name]?.was ?? first(field);
    if (now(field) !== first(field)) shown.add(field.name);
    if (!shown.has(field.name)) continue;
    if (now(field) === was) delete cells[field.name];
    else cells[field.name] = { was, now: now(field) };
  }
  entry = { token: form.elements.kept.value, at: typed ? Date.now() : entry?.at, cells };
  try {
    if (Object.keys(cells).length && !isSignedOut) localStorage.setItem(key, JSON.stringify(entry));
    else localStorage.removeItem(key);
  } catch { /* full or closed: the page still warns before one leaves it */ }
}

let soon;
function keepSoon() {
  typed = true;
  clearTimeout(soon);
  soon = setTimeout(keep, PAUSE);
}

// A cell of a new line may stand below the blank lines that the page came with.
function fieldOf(name) {
  while (!form.elements[name] && /-new-\d+$/.test(name)) {
    const asked = new CustomEvent("row-wanted", { cancelable: true });
    if (form.dispatchEvent(asked)) break; // nobody added one
  }
  return form.elements[name];
}

function sorted() {
  const found = { mine: [], theirs: [], gone: [] };
  for (const [name, cell] of Object.entries(entry.cells)) {
    const field = fieldOf(name);
    if (!field) found.gone.push(cell.now);
    else if (now(field) === cell.now) shown.add(name);
    else (first(field) === cell.was ? found.mine : found.theirs).push([field, cell.now]);
  }
  return found;
}

const counted = (list, one, many) => `${list.length} ${list.length === 1 ? one : many}`;

function offered(found) {
  const all = counted([...found.mine, ...found.theirs, ...found.gone], "field", "fields");
  const when = new Date(entry.at).toLocaleString("en-US", { dateStyle: "medium", timeStyle: "short" });
  const words = [`What you typed here on ${when} was not saved: ${all}.`];
  if (found.theirs.length) {
    const changed = counted(found.theirs, "field was", "fields were");
    words.push(`${changed} changed since: what is saved stays, and what you typed stands beside it.`);
  }
  if (found.gone.length) words.push(`No longer on this page: ${found.gone.filter(Boolean).join("; ")}.`);
  return words.join(" ");
}

function putBack({ mine, theirs }) {
  for (const [field, value] of mine) set(field, value);
  for (const [field, value] of theirs) {
    const beside = document.createElement("span");
    beside.className = "sub";
    beside.textContent = `You typed ${value || "nothing"}`;
    field.after(beside);
    delete entry.cells[field.name];
  }
  offer.hidden = true;
  form.dispatchEvent(new Event("input"));
  mine[0]?.[0].focus();
  say("Put back. It is not saved yet.");
}

function throwAway() {
  entry = null;
  localStorage.removeItem(key);
  offer.hidden = true;
  document.getElementById("main").focus();
}

const hex = (byte) => byte.toString(16).padStart(2, "0");
const fresh = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), hex).join("");

function begin() {
  entry = entryOf(key);
  form.elements.kept.value = entry?.token ?? fresh();
  const found = entry && sorted();
  if (!found || !(found.mine.length + found.theirs.length + found.gone.length)) return;
  within(offer, "[data-words]").textContent = offered(found);
  within(offer, "[data-back]").onclick = () => putBack(found);
  within(offer, "[data-away]").onclick = throwAway;
  offer.hidden = false;
}

if (form) {
  begin();
  for (const name of ["input", "change", "paste"]) form.addEventListener(name, keepSoon);
  addEventListener("pagehide", keep);
}
