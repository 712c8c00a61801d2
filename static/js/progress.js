// An export run asks for its next state: every 2 s, after half a minute every 5 s, after five minutes every 15 s.

const title = document.title;
let began = 0;
let timer = 0;

const card = () => document.querySelector("[data-poll]");

function pace() {
  const elapsed = Date.now() - began;
  if (elapsed < 30_000) return 2_000;
  return elapsed < 300_000 ? 5_000 : 15_000;
}

function show() {
  const { done, failed, total } = card()?.dataset ?? {};
  document.title = total ? `(${Number(done) + Number(failed)}/${total}) Exporting · ${title}` : title;
}

async function ask() {
  const asked = card();
  if (!asked || document.hidden) return;
  const focused = asked.contains(document.activeElement);
  await window.htmx.ajax("GET", asked.dataset.poll, { source: asked, target: asked, swap: "outerHTML" }).catch(() => {});
  if (focused) document.querySelector(`#${asked.id} :is(a, button)`)?.focus();
  later();
}

function later() {
  clearTimeout(timer);
  show();
  timer = card() ? setTimeout(ask, pace()) : 0;
}

function begin() {
  if (timer || !card()) return;
  began = Date.now();
  later();
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) clearTimeout(timer);
  else if (card()) ask();
});
document.addEventListener("htmx:afterSettle", begin);
begin();
