// What the portal does beyond plain pages: copy buttons and live logs. Keys are in keys.js; everything else is HTML.
"use strict";

const followed = new WeakSet();

function begin(root) {
  for (const button of root.querySelectorAll("[data-copy]")) button.hidden = false;
  for (const log of root.querySelectorAll("[data-follow]")) follow(log);
}

async function copy(button) {
  const text = button.parentElement.querySelector("code").textContent;
  const label = button.querySelector("span");
  try {
    await navigator.clipboard.writeText(text);
    label.textContent = "Copied";
  } catch {
    // Without a secure context there is no clipboard; the text is selected instead.
    getSelection().selectAllChildren(button.parentElement.querySelector("code"));
    label.textContent = "Selected";
  }
  setTimeout(() => { label.textContent = "Copy"; }, 1600);
}

function follow(box) {
  if (followed.has(box)) return;
  followed.add(box);
  const lines = box.querySelector("[data-lines]");
  const step = box.querySelector("[data-step]");
  const bar = box.querySelector("progress");
  const source = new EventSource(box.dataset.follow);
  lines.scrollTop = lines.scrollHeight;

  source.addEventListener("line", (event) => {
    const line = JSON.parse(event.data);
    const isAtEnd = lines.scrollHeight - lines.scrollTop - lines.clientHeight < 40;
    const item = document.createElement("li");
    const time = document.createElement("time");
    const text = document.createElement("span");
    item.className = line.level;
    time.dateTime = line.at;
    time.textContent = line.time;
    text.textContent = line.text;
    item.append(time, text);
    lines.append(item);
    if (isAtEnd) lines.scrollTop = lines.scrollHeight;
  });
  source.addEventListener("progress", (event) => {
    const run = JSON.parse(event.data);
    if (step) step.textContent = run.step ? `${run.word}: ${run.step}` : run.word;
    if (bar && run.total) { bar.max = run.total; bar.value = run.progress; }
  });
  source.addEventListener("end", () => {
    source.close();
    refresh();
  });
  addEventListener("pagehide", () => source.close(), { once: true });
}

// What the page says is no longer so: take the newest from the server, and keep what is being typed.
function refresh() {
  const main = document.getElementById("main");
  const typing = main.contains(document.activeElement) && document.activeElement.matches("input, textarea, select");
  if (typing || !window.htmx) {
    const notice = document.querySelector("[data-stale]");
    if (notice) notice.hidden = false;
    return;
  }
  htmx.ajax("GET", location.href, { target: "#main", select: "#main", swap: "outerHTML" });
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) copy(button);
});

// The sentence about what was done is said once, not after every reload.
if (location.search.includes("done=")) {
  const address = new URL(location.href);
  address.searchParams.delete("done");
  history.replaceState(history.state, "", address);
}

document.addEventListener("htmx:load", (event) => begin(event.detail.elt));
if (!window.htmx) begin(document);
