// What one key does: go somewhere, move along a list, and a list of the keys. Whoever does not want that turns it off
// (WCAG 2.2, 2.1.4); without scripts there are Tab and Enter.
"use strict";

const SWITCH = "pavior-keys";
const ROWS = "#main .rows > li, #main table.list > tbody > tr, #main details.fold:not(.views)";
// Between `g` and the letter of the place.
const PATIENCE_MILLISECONDS = 1500;

const keys = document.getElementById("keys");
const keysSwitch = document.getElementById("keys-on");
let goingUntil = 0;

function areKeysOn() {
  try {
    return localStorage.getItem(SWITCH) !== "off";
  } catch {
    return true;
  }
}

function showKeys() {
  keysSwitch.checked = areKeysOn();
  keys.showModal();
}

function goTo(letter) {
  document.querySelector(`[data-key="${CSS.escape(letter)}"]`)?.click();
}

// What a row leads to: its first link, or what unfolds it.
function handles() {
  const found = [...document.querySelectorAll(ROWS)].map((row) => row.querySelector("a[href], summary"));
  return found.filter((handle) => handle && handle.checkVisibility());
}

function move(step) {
  const all = handles();
  if (!all.length) return;
  const row = document.activeElement.closest(ROWS);
  const at = all.findIndex((handle) => row && row.contains(handle));
  const next = at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1);
  all[next].focus();
  all[next].scrollIntoView({ block: "nearest" });
}

const ACTIONS = {
  "/": () => document.getElementById("find")?.focus(),
  "?": showKeys,
  j: () => move(1),
  k: () => move(-1),
  g: () => { goingUntil = Date.now() + PATIENCE_MILLISECONDS; },
};

document.addEventListener("keydown", (event) => {
  const isElsewhere = event.target.closest("input, textarea, select, [contenteditable], dialog");
  if (isElsewhere || event.ctrlKey || event.metaKey || event.altKey || !areKeysOn()) return;
  const isGoing = Date.now() < goingUntil;
  goingUntil = 0;
  const act = isGoing ? () => goTo(event.key) : ACTIONS[event.key];
  if (!act || event.key.length > 1) return;
  event.preventDefault();
  act();
});

keysSwitch?.addEventListener("change", () => {
  try {
    localStorage.setItem(SWITCH, keysSwitch.checked ? "on" : "off");
  } catch {
    // Where nothing may be stored, the keys stay on.
  }
});
document.getElementById("keys-show")?.addEventListener("click", showKeys);
