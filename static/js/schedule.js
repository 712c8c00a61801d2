// The schedule of values as one types it: arrow keys, rows pasted from a spreadsheet, the total as it goes.

import { divide, formatAmount, parseAmount, parseScaled } from "./figures.js";

const form = document.querySelector("[data-schedule]");
const MOST_NEW = 300;
const rows = () => [...form.querySelectorAll("[data-row]")];
const cells = (row) => [...row.querySelectorAll("input[data-col]")];
const cell = (row, name) => row.querySelector(`input[data-col="${name}"]`);

// Quantity times unit price, both in ten-thousandths, as cents; null while one of them cannot be read.
function extended(row) {
  const [quantity, price] = ["quantity", "unit_price"].map((name) => cell(row, name)?.value.trim() ?? "");
  if (!quantity || !price) return undefined;
  const parts = [quantity, price].map((text) => parseScaled(text, 4));
  return parts.includes(null) ? null : divide(parts[0] * parts[1], 1_000_000n);
}

function valueOf(row) {
  const field = cell(row, "scheduled_value");
  const product = extended(row);
  field.readOnly = product !== undefined;
  if (product !== undefined && product !== null) field.value = formatAmount(product);
  if (row.querySelector("input[type=checkbox]")?.checked || !field.value.trim()) return 0n;
  return product === null ? null : parseAmount(field.value);
}

function recompute() {
  const values = rows().map(valueOf);
  const known = !values.includes(null);
  const total = values.reduce((sum, value) => sum + (value ?? 0n), parseAmount(form.dataset.elsewhere));
  form.querySelector("[data-total]").textContent = known ? formatAmount(total) : "…";
  const signed = parseAmount(form.dataset.signed);
  const off = form.querySelector("[data-off]");
  if (off && signed !== null) off.textContent = known ? formatAmount(total - signed) : "…";
}

function step(field, by) {
  const all = rows();
  const next = all[all.indexOf(field.closest("[data-row]")) + by];
  const target = next && cell(next, field.dataset.col);
  target?.focus();
  target?.select();
}

// One more blank row, after the pattern of the last.
function addRow() {
  const last = rows().at(-1);
  const key = last.querySelector("input").name.match(/-new-(\d+)$/);
  if (!key || Number(key[1]) + 1 >= MOST_NEW) return null;
  const row = last.cloneNode(true);
  for (const field of cells(row)) {
    for (const name of ["name", "id"]) field[name] = field[name].replace(/\d+$/, Number(key[1]) + 1);
    field.setAttribute("aria-label", field.getAttribute("aria-label").replace(/\d+$/, Number(key[1]) + 2));
    field.value = "";
    field.removeAttribute("aria-invalid");
    field.removeAttribute("aria-describedby");
  }
  row.querySelectorAll(".err").forEach((words) => words.remove());
  last.after(row);
  return row;
}

// Cells copied from a spreadsheet: tabs between them, quotation marks around those with breaks.
function table(text) {
  const lines = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  const quoted = /"((?:[^"]|"")*)"/y;
  const found = [[""]];
  for (let at = 0; at < lines.length; at += 1) {
    const row = found.at(-1);
    quoted.lastIndex = at;
    const inside = row.at(-1) === "" && lines[at] === '"' && quoted.exec(lines);
    if (inside) {
      row[row.length - 1] = inside[1].replaceAll('""', '"').replace(/\s+/g, " ");
      at = quoted.lastIndex - 1;
    } else if (lines[at] === "\t") row.push("");
    else if (lines[at] === "\n") found.push([""]);
    else row[row.length - 1] += lines[at];
  }
  return found;
}

function paste(event) {
  const text = event.clipboardData.getData("text/plain");
  if (!event.target.matches("input[data-col]") || !/[\t\n]/.test(text.trim())) return;
  event.preventDefault();
  const values = table(text);
  const column = cells(event.target.closest("[data-row]")).indexOf(event.target);
  let row = event.target.closest("[data-row]");
  let filled = 0;
  for (const line of values) {
    if (!row) break;
    line.forEach((value, at) => { const field = cells(row)[column + at]; if (field) field.value = value.trim(); });
    filled += 1;
    const all = rows();
    row = all[all.indexOf(row) + 1] ?? (filled < values.length ? addRow() : null);
  }
  const left = values.length - filled;
  form.querySelector("[data-pasted]").textContent =
    `${filled} rows pasted.${left ? ` ${left} did not fit: use Import for them.` : ""}`;
  changed(true);
}

let unsaved = false;
function changed(now) {
  unsaved = now;
  for (const words of document.querySelectorAll("[data-unsaved]")) words.hidden = !now;
  for (const words of document.querySelectorAll("[data-saved]")) words.hidden = now;
  for (const decision of document.querySelectorAll("[data-when-saved] button")) decision.disabled = now;
  recompute();
}

function start() {
  form.addEventListener("input", ({ target }) => {
    changed(true);
    if (target.matches("[data-col]") && target.closest("[data-row]") === rows().at(-1)) addRow();
  });
  form.addEventListener("row-wanted", (event) => { if (addRow()) event.preventDefault(); });
  form.addEventListener("paste", paste);
  form.addEventListener("submit", () => { unsaved = false; });
  form.addEventListener("keydown", (event) => {
    if (!event.target.matches("input[data-col]") || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.list && event.key.startsWith("Arrow")) return;
    const by = { ArrowDown: 1, ArrowUp: -1, Enter: event.shiftKey ? -1 : 1 }[event.key];
    if (!by) return;
    event.preventDefault();
    step(event.target, by);
  });
  addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });
  recompute();
}

if (form) start();
