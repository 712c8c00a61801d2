// Quantities of unit-price lines: column E follows what is typed into them, and they follow column E.

import { divide, formatAmount, parseAmount, parseScaled } from "./figures.js";

const QUANTITIES = ["quantity", "quantity-to-date"];
const form = document.querySelector("[data-grid]");
const input = (row, name) => row.querySelector(`input[data-col="${name}"]`);
const before = (row, name) => (name === "quantity" ? 0n : parseAmount(row.dataset.workPrevious));

// Quantity times price per unit, both in ten-thousandths, in cents.
export const extended = (quantity, price) => divide(quantity * price, 1_000_000n);

// The quantity that cents are billed for: of fewest decimals that comes to it, else the nearest. As money.quantity_for.
export function quantityFor(cents, price) {
  let quantity = 0n;
  for (const unit of [10_000n, 1_000n, 100n, 10n, 1n]) {
    quantity = divide(cents * 1_000_000n, price * unit) * unit;
    if (extended(quantity, price) === cents) break;
  }
  return quantity;
}

export function formatQuantity(quantity) {
  const [whole, cents] = formatAmount(quantity / 100n).split(".");
  const rest = (quantity < 0n ? -quantity : quantity) % 100n;
  const fraction = `${cents}${rest.toString().padStart(2, "0")}`.replace(/0+$/, "");
  const sign = quantity < 0n && !whole.startsWith("\u2212") ? "\u2212" : "";
  return `${sign}${whole}${fraction && "."}${fraction}`;
}

function bill(row, field, price) {
  const quantity = field.value.trim() === "" ? 0n : parseScaled(field.value, 4);
  if (quantity === null) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
  if (quantity === null) return;
  input(row, "work").value = formatAmount(extended(quantity, price) - before(row, field.dataset.col));
}

function follow(row, price, but) {
  const work = parseAmount(input(row, "work").value || "0");
  if (work === null) return;
  for (const name of QUANTITIES.filter((each) => each !== but)) {
    input(row, name).value = formatQuantity(quantityFor(before(row, name) + work, price));
  }
}

function changed(event) {
  const { col } = event.target.dataset;
  const row = event.target.closest("[data-unit-price]");
  if (!row || (col !== "work" && !QUANTITIES.includes(col))) return;
  const price = parseScaled(row.dataset.unitPrice, 4);
  if (col !== "work") bill(row, event.target, price);
  follow(row, price, col);
}

// As one types, before the grid adds up; and again once it has written "25%" of a line as an amount.
form?.addEventListener("input", changed, { capture: true });
form?.addEventListener("change", changed);
