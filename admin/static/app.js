// Keys, toasts and the request bar. Every page works without this file.
const root = document.documentElement;
const word = (name) => root.dataset[name] ?? "";

const typing = (target) =>
  target.isContentEditable ||
  (/^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && !/^(radio|checkbox)$/.test(target.type));

function toast(text, retry) {
  const region = document.getElementById("toasts");
  const box = document.createElement("div");
  box.className = "toast";
  box.append(text);
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = retry ? word("retry") : word("close");
  button.addEventListener("click", () => {
    box.remove();
    if (retry) retry();
  });
  box.append(button);
  region.replaceChildren(box);
}

function move(step) {
  const rows = [...document.querySelectorAll("main tbody tr[data-href]")];
  if (!rows.length) return;
  const at = rows.findIndex((row) => row.classList.contains("picked"));
  const next = rows[Math.min(rows.length - 1, Math.max(0, at + step))];
  rows[at]?.classList.remove("picked");
  next.classList.add("picked");
  next.querySelector("a")?.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

// Physical keys: on a Russian layout the J key sends "о".
const letters = {
  KeyJ: () => move(1),
  KeyK: () => move(-1),
};

// A held key or one pressed before the page was seen decides nothing.
const ARMS_AFTER = 250;
let shown = document.readyState === "complete" ? performance.now() : Infinity;
window.addEventListener("load", () => (shown = performance.now()));
document.addEventListener("kanon:shown", () => (shown = performance.now()));
const armed = () =>
  document.visibilityState === "visible" && performance.now() - shown > ARMS_AFTER;

function act(event) {
  const target = document.querySelector(`main [data-key="${event.code}"]`);
  if (!target) return false;
  event.preventDefault();
  if (!event.repeat && armed()) target.click();
  return true;
}

function seek(event) {
  const box = document.getElementById("seek");
  event.preventDefault();
  box.focus();
  box.select();
}

document.addEventListener("keydown", (event) => {
  if (event.repeat && event.code !== "KeyJ" && event.code !== "KeyK") return;
  if (event.code === "KeyK" && (event.ctrlKey || event.metaKey)) return seek(event);
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.code === "Escape") {
    document.querySelectorAll("details.options[open]").forEach((d) => d.removeAttribute("open"));
    return;
  }
  if (typing(event.target) || root.dataset.keys === "off") return;
  if (event.key === "?" || (event.code === "Slash" && event.shiftKey)) {
    document.getElementById("keys").showModal();
    event.preventDefault();
    return;
  }
  if (event.code === "Slash") return seek(event);
  if (act(event)) return;
  if (letters[event.code]) {
    event.preventDefault();
    letters[event.code]();
  }
});

document.addEventListener("click", (event) => {
  if (event.target.closest("dialog [data-close]")) event.target.closest("dialog").close();
  if (event.target.closest("button[data-keys]")) document.getElementById("keys").showModal();
  document.querySelectorAll("details.options[open]").forEach((open) => {
    if (!open.contains(event.target)) open.removeAttribute("open");
  });
});

// A second click of a hurried hand is not a second answer.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-once]") || event.defaultPrevented) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  document.querySelectorAll("[data-sent]").forEach((form) => delete form.dataset.sent);
});

document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRF-Token"] = word("csrf");
});
document.addEventListener("kanon:failed", (event) => toast(word("failed"), event.detail.retry));
document.addEventListener("htmx:beforeRequest", (event) => {
  if (document.hidden && event.detail.elt.matches("[data-poll]")) event.preventDefault();
});
for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  document.addEventListener(name, (event) => {
    if (event.detail.elt.matches("[data-poll]") && name !== "htmx:responseError") return;
    toast(word("failed"), () => location.reload());
  });
}
document.querySelectorAll("[data-js]").forEach((part) => part.removeAttribute("hidden"));
