// What keep.js has kept is forgotten once the server says that it was saved, when its person signs out, and after a month.

export const KEPT = "typed ";
export let isSignedOut = false; // nothing is kept from then on
const LONGEST = 30 * 24 * 3_600_000;

export function entryOf(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null; // storage is closed to us, or somebody else wrote there
  }
}

function forget(isOver) {
  const keys = Object.keys(localStorage).filter((key) => key.startsWith(KEPT));
  for (const key of keys) if (isOver(entryOf(key))) localStorage.removeItem(key);
}

try {
  const [, saved] = document.cookie.match(/(?:^|; )saved=(\w+)/) ?? [];
  forget((entry) => !entry || entry.token === saved || Date.now() - entry.at > LONGEST);
  if (saved) document.cookie = "saved=; path=/; max-age=0";
} catch { /* without storage nothing was kept */ }

document.addEventListener("submit", (event) => {
  if (!event.target.matches('[action="/signout/"]')) return;
  isSignedOut = true;
  forget(() => true);
});
