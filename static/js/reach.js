// A form that leaves for a server out of reach leaves an error page behind; so ask first whether the server is there.

import { form, keep, within } from "./keep.js";
import { say } from "./swap.js";

const LONGEST_WAIT = 6_000;
const unreached = document.getElementById("unreached");

let state = "here";
let pressed = null;

function tell(words) {
  within(unreached, "[data-words]").textContent = words;
  unreached.hidden = false;
  say(words);
}

async function send(event) {
  if (state === "sending") return;
  event.preventDefault();
  pressed = event.submitter; // of two presses the last
  if (state === "asking") return;
  state = "asking";
  keep();
  try {
    await fetch("/healthz/live", { cache: "no-store", signal: AbortSignal.timeout(LONGEST_WAIT) });
  } catch {
    state = "here";
    form.dispatchEvent(new Event("input")); // still unsaved
    tell("Not saved: the server cannot be reached. What you typed is kept in this browser.");
    return;
  }
  state = "sending";
  unreached.hidden = true;
  form.requestSubmit(pressed);
}

if (form) {
  form.addEventListener("submit", send);
  within(unreached, "[data-again]").onclick = () => form.requestSubmit(pressed);
  addEventListener("pageshow", () => { state = "here"; });
  addEventListener("online", () => unreached.hidden || tell("The connection is back. What you typed is not saved yet."));
}
