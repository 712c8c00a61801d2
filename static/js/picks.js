// Picking rows for the batch bar: all of the page, a range, and how many.

const boxes = () => [...document.querySelectorAll("[data-rows] tbody .pick input[type=checkbox]")];
let last = null;

export function pick(row, range = false) {
  const box = row?.querySelector(".pick input[type=checkbox]");
  if (!box) return;
  box.checked = !box.checked;
  if (range) pickRange(box);
  last = box;
  count();
}

export function clearPicks() {
  const picked = boxes().filter((box) => box.checked);
  for (const box of picked) box.checked = false;
  count();
  return picked.length > 0;
}

function pickRange(box) {
  const all = boxes();
  const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
  if (from < 0) return;
  for (const each of all.slice(from, to + 1)) each.checked = box.checked;
}

function count() {
  const all = boxes();
  const picked = all.filter((box) => box.checked).length;
  for (const words of document.querySelectorAll("[data-selected]")) words.textContent = `${picked} selected`;
  const whole = document.querySelector("[data-pick-all]");
  if (whole) {
    whole.checked = picked > 0 && picked === all.length;
    whole.indeterminate = picked > 0 && picked < all.length;
  }
}

document.addEventListener("click", (event) => {
  if (event.target.matches?.("[data-rows] tbody .pick input[type=checkbox]")) {
    if (event.shiftKey) pickRange(event.target);
    last = event.target;
    count();
  } else if (event.target.matches?.("[data-pick-all]")) {
    for (const box of boxes()) box.checked = event.target.checked;
    count();
  }
});
document.addEventListener("reset", () => setTimeout(count));
document.addEventListener("htmx:afterSettle", count);
