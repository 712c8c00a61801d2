// The arithmetic of a payment application in whole cents (BigInt), the same as invoicing/payment_application on the server.

const PLAIN = /^(?:\d+|\d{1,3}(?:,\d{3})+)?(?:\.\d*)?$/;
const LARGEST = 9_999_999_999_999_999n; // cents: fourteen digits before the point

// Read "1,234.50", "-1,234.50", "(1,234.50)" or "$1,234.50" as cents; null when it is no amount.
export function parseAmount(text) {
  const cents = parseScaled(text, 2);
  return cents !== null && cents <= LARGEST && cents >= -LARGEST ? cents : null;
}

// Read "10", "7.125" or "10%" as thousandths of a percent; null when it is no percentage from 0 to 100.
export function parsePercent(text) {
  const rate = parseScaled(text.trim().replace(/%$/, ""), 3);
  return rate !== null && rate >= 0n && rate <= 100_000n ? rate : null;
}

export function parseScaled(text, decimals) {
  let bare = text.trim();
  const inParentheses = /^\(.*\)$/.test(bare);
  if (inParentheses) bare = bare.slice(1, -1).trim();
  const signed = bare.match(/^(?:\$\s*)?([-\u2212]?)\s*(.*)$/s);
  if (signed[1] && !bare.startsWith("$")) signed[2] = signed[2].replace(/^\$\s*/, "");
  const [whole, fraction = ""] = signed[2].split(".");
  if (!PLAIN.test(signed[2]) || !/\d/.test(signed[2]) || fraction.length > decimals) return null;
  if (inParentheses && signed[1]) return null;
  const value = BigInt(whole.replaceAll(",", "") + fraction.padEnd(decimals, "0"));
  return inParentheses || signed[1] ? -value : value;
}

export function formatAmount(cents) {
  const digits = (cents < 0n ? -cents : cents).toString().padStart(3, "0");
  const whole = digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ",");
  return `${cents < 0n ? "\u2212" : ""}${whole}.${digits.slice(-2)}`;
}

// Round half up, halves away from zero.
export function divide(dividend, divisor) {
  const negative = dividend < 0n !== divisor < 0n;
  const [top, bottom] = [dividend < 0n ? -dividend : dividend, divisor < 0n ? -divisor : divisor];
  const quotient = (2n * top + bottom) / (2n * bottom);
  return negative ? -quotient : quotient;
}

// Part of whole in percent, cut off after one decimal (99.99% is not finished), "" when there is no whole.
export function percentText(part, whole) {
  if (whole === 0n) return "";
  const tenths = (part * 1000n) / whole;
  const digits = (tenths < 0n ? -tenths : tenths).toString().padStart(2, "0");
  return `${tenths < 0n ? "\u2212" : ""}${digits.slice(0, -1)}.${digits.slice(-1)}%`;
}

function between(amount, bound) {
  const [low, high] = bound < 0n ? [bound, 0n] : [0n, bound];
  return amount < low ? low : amount > high ? high : amount;
}

// One line. In: scheduled, workPrevious, materialsPrevious, retainagePrevious, work, materials, released in cents,
// workRate and materialsRate in thousandths of a percent. Out: these and what follows from them.
export function compute(line) {
  const completed = line.workPrevious + line.work + line.materials;
  const billed = line.work + line.materials - line.materialsPrevious;
  const proposed = divide(line.workRate * line.work + line.materialsRate * (line.materials - line.materialsPrevious), 100_000n);
  const earned = line.scheduled < 0n ? (completed < 0n ? completed : 0n) : completed > 0n ? completed : 0n;
  const withheld = between(line.retainagePrevious + proposed, earned) - line.retainagePrevious;
  const retainage = line.retainagePrevious + withheld - line.released;
  const retainageOnMaterials = between(divide(line.materialsRate * line.materials, 100_000n), retainage);
  const [low, high] = line.scheduled < 0n ? [line.scheduled, 0n] : [0n, line.scheduled];
  return {
    ...line,
    completed,
    billed,
    withheld,
    retainage,
    retainageOnMaterials,
    balance: line.scheduled - completed,
    excess: completed > high ? completed - high : completed < low ? completed - low : 0n,
    previousCertificates: line.workPrevious + line.materialsPrevious - line.retainagePrevious,
  };
}

// Lines 1 to 9 of the summary, from computed lines and the contract's two sums.
export function summarize(lines, original, changes) {
  const sum = (name) => lines.reduce((total, line) => total + line[name], 0n);
  const completed = sum("completed");
  const retainage = sum("retainage");
  const onMaterials = sum("retainageOnMaterials");
  const previous = sum("previousCertificates");
  const earned = completed - retainage;
  return {
    "line-1": original,
    "line-2": changes,
    "line-3": original + changes,
    "line-4": completed,
    "line-5a": retainage - onMaterials,
    "line-5b": onMaterials,
    "line-5": retainage,
    "line-6": earned,
    "line-7": previous,
    "line-8": earned - previous,
    "line-9": original + changes - earned,
  };
}
