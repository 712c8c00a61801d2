// The lines of an application recomputed as one types; the server computes them again when they are saved.

import { compute, divide, formatAmount, parseAmount, parsePercent, percentText, summarize } from "./figures.js";

const AMOUNTS = ["work", "materials", "released"];
const RATES = ["work-rate", "materials-rate"];
const CARRIED = ["scheduled", "work-previous", "materials-previous", "retainage-previous"];
const OUTPUTS = ["completed", "balance", "retainage"];

const form = document.querySelector("[data-grid]");
const camel = (name) => name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
const rowsOf = () => [...form.querySelectorAll("[data-line]")];
const input = (row, name) => row.querySelector(`input[data-col="${name}"]`);

function read(row, name, parse) {
  const field = input(row, name);
  const figure = field.value.trim() === "" ? 0n : parse(field.value);
  mark(field, figure === null);
  return figure;
}

// Only what this script finds is marked; an error the server wrote stays until the next save.
function mark(field, wrong) {
  if (wrong) {
    field.setAttribute("aria-invalid", "true");
    field.dataset.unreadable = "";
  } else if ("unreadable" in field.dataset) {
    field.removeAttribute("aria-invalid");
    delete field.dataset.unreadable;
  }
}

// "25%" in an amount means that part of the line's scheduled value.
function amountOf(row, name, text) {
  if (name === "released" || !text.trim().endsWith("%")) return parseAmount(text);
  const rate = parsePercent(text);
  return rate === null ? null : divide(parseAmount(row.dataset.scheduled) * rate, 100_000n);
}

function lineOf(row) {
  const line = {};
  for (const name of CARRIED.map(camel)) line[name] = parseAmount(row.dataset[name]);
  for (const name of AMOUNTS) line[camel(name)] = read(row, name, (text) => amountOf(row, name, text));
  for (const name of RATES) line[camel(name)] = read(row, name, parsePercent);
  return Object.values(line).includes(null) ? null : compute(line);
}

function show(row, line) {
  for (const name of OUTPUTS) write(row.querySelector(`[data-out="${name}"]`), line && formatAmount(line[name]));
  write(row.querySelector('[data-out="percent"]'), line && percentText(line.completed, line.scheduled));
  const over = Boolean(line?.excess);
  row.classList.toggle("over", over);
  const words = row.querySelector('[data-out="over"]');
  words.hidden = !over;
  if (over) words.textContent = overWords(line);
}

function overWords(line) {
  const part = line.scheduled === 0n ? "a line of 0.00" : `${percentText(line.completed, line.scheduled)} of its value`;
  return line.excess > 0n
    ? `Billed to ${part}. Lower column E by ${formatAmount(line.excess)} or add a change order.`
    : `Billed to ${part}. Raise column E by ${formatAmount(-line.excess)}.`;
}

function write(place, text) {
  place.textContent = text ?? "…"; // while a figure cannot be read
}

// What each row came to last, and what all come to with the lines on other pages: a change costs one row only.
const lines = new Map();
const totals = {};

function count(row) {
  const [before, line] = [lines.get(row), lineOf(row)];
  lines.set(row, line);
  show(row, line);
  for (const name in totals) totals[name] += (line?.[name] ?? 0n) - (before?.[name] ?? 0n);
}

// Of the row that was typed into; of all when something else changed.
function recompute(typed) {
  const row = typed?.closest("[data-line]");
  (row ? [row] : rowsOf()).forEach(count);
  const readable = ![...lines.values()].includes(null);
  const { original, changes } = form.dataset;
  const sums = { ...totals, ...summarize([totals], parseAmount(original), parseAmount(changes)) };
  for (const place of document.querySelectorAll("[data-sum]")) {
    write(place, readable ? formatAmount(sums[place.dataset.sum]) : null);
  }
}

function settle(field) {
  const row = field.closest("[data-line]");
  if (!row || !AMOUNTS.includes(field.dataset.col)) return;
  const amount = amountOf(row, field.dataset.col, field.value);
  if (amount !== null) field.value = formatAmount(amount);
  recompute(row);
}

function step(field, by) {
  const rows = rowsOf();
  const next = rows[rows.indexOf(field.closest("[data-line]")) + by];
  const target = next && input(next, field.dataset.col);
  target?.focus();
  target?.select();
}

let unsaved = false;
function changed(now) {
  unsaved = now;
  for (const words of document.querySelectorAll("[data-unsaved]")) words.hidden = !now;
}

function start() {
  form.addEventListener("input", (event) => { changed(true); recompute(event.target); });
  form.addEventListener("change", (event) => settle(event.target));
  form.addEventListener("submit", () => changed(false));
  form.addEventListener("keydown", (event) => {
    if (!event.target.matches("input[data-col]") || event.ctrlKey || event.metaKey || event.altKey) return;
    const by = { ArrowDown: 1, ArrowUp: -1, Enter: event.shiftKey ? -1 : 1 }[event.key];
    if (!by) return;
    event.preventDefault();
    step(event.target, by);
  });
  addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });
  const elsewhere = JSON.parse(form.dataset.elsewhere);
  for (const name in elsewhere) totals[name] = BigInt(elsewhere[name]);
  recompute();
}

if (form) start();
