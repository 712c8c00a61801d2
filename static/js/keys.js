// Keyboard triage on lists and on the review page. Keys move the real focus, so magnifiers and readers follow.

import { clearPicks, pick } from "./picks.js";
import { say } from "./swap.js";

const FIELD = "input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable]";
const PATIENCE = 4000;
let decidedByKey = ""; // the row whose Accept was pressed by key, until its swap has settled
let decidedAt = 0;
let held = []; // keys that were quicker than the server
let gPressedAt = 0;

const rows = () => [...document.querySelectorAll("[data-rows] tbody tr[tabindex]")];
const current = () =>
  document.activeElement?.closest("[data-rows] tbody tr[tabindex]") ?? document.querySelector("tr[data-cursor]");
const on = () => document.body.dataset.shortcuts === "on" && document.querySelector("[data-rows], [data-review]");

function mark(row) {
  for (const marked of document.querySelectorAll("tr[data-cursor]")) if (marked !== row) delete marked.dataset.cursor;
  if (row) row.dataset.cursor = "";
}

function move(step) {
  const all = rows();
  const at = all.indexOf(current());
  const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1)];
  next?.focus();
}

function press(letter) {
  const place = document.querySelector("[data-review]") ?? current();
  const button = place?.querySelector(`[data-key~="${letter}"]`);
  if (!button) return false;
  if (button.getAttribute("aria-disabled") === "true") {
    button.focus();
    say(document.getElementById(button.getAttribute("aria-describedby"))?.textContent ?? "Not possible now.");
  } else {
    decidedByKey = letter === "a" ? place.id : "";
    decidedAt = Date.now();
    button.click();
  }
  return true;
}

function openRow() {
  const link = current()?.querySelector('[data-key~="o"], th a');
  link?.click();
  return Boolean(link);
}

function go(letter) {
  gPressedAt = 0;
  const link = document.querySelector(`[data-go="${letter}"]`);
  link?.click();
  return Boolean(link);
}

function follow(rel) {
  const link = document.querySelector(`a[rel="${rel}"]`);
  link?.click();
  return Boolean(link);
}

function focusOn(id) {
  const found = document.getElementById(id);
  found?.focus();
  return Boolean(found);
}

const ACTIONS = {
  j: () => { move(1); return true; },
  k: () => { move(-1); return true; },
  a: () => press("a"),
  r: () => press("r"),
  u: () => press("u"),
  t: () => press("t"),
  o: openRow,
  x: () => { pick(current()); return true; },
  X: () => { pick(current(), true); return true; },
  E: () => focusOn("export-button"),
  g: () => { gPressedAt = Date.now(); return true; },
  "/": () => focusOn("search"),
  "?": () => { document.getElementById("shortcuts")?.showModal(); return true; },
  "[": () => follow("prev"),
  "]": () => follow("next"),
  Escape: clearPicks,
};
const ON_A_ROW = { ArrowDown: ACTIONS.j, ArrowUp: ACTIONS.k, Enter: openRow };

function act(key, target) {
  const afterG = Date.now() - gPressedAt < 1500 && "rfs".includes(key);
  const onRow = rows().includes(target);
  const action = afterG ? () => go(key) : ACTIONS[key] ?? (onRow ? ON_A_ROW[key] : undefined);
  return Boolean(action?.());
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || !on()) return;
  if (event.target.matches?.(FIELD) || document.querySelector("dialog[open], [popover]:popover-open")) return;
  const early = decidedByKey && Date.now() - decidedAt < PATIENCE && event.key in ACTIONS;
  if (early) held.push(event.key); // it means the row that has the focus next
  if (early || act(event.key, event.target)) event.preventDefault();
});

document.addEventListener("focusin", (event) => {
  const row = event.target.closest?.("[data-rows] tbody tr[tabindex]");
  if (row) mark(row);
});

// Accepted by key: on to the next row that waits for a decision. Accepted by click: to Undo, as the server says.
document.addEventListener("focus-wanted", (event) => {
  if (!decidedByKey) return;
  const all = rows();
  const at = all.findIndex((row) => row.id === decidedByKey);
  const undecided = [...all.slice(at + 1), ...all.slice(0, Math.max(at, 0))].find((row) => row.querySelector('[data-key~="a"]'));
  decidedByKey = "";
  if (!undecided) {
    held = [];
    return;
  }
  event.preventDefault();
  undecided.focus();
  while (held.length && !decidedByKey) act(held.shift(), document.activeElement);
});
for (const name of ["responseError", "sendError", "timeout"]) {
  document.addEventListener(`htmx:${name}`, () => { decidedByKey = ""; held = []; });
}

const returnedTo = rows().find((row) => `#${row.id}` === location.hash); // a form without htmx comes back to its row
returnedTo?.focus();
