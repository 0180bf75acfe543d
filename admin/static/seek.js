// The search box: what fits is chosen by arrows and opened by Enter. Without this file the form searches.
const box = document.getElementById("seek");
const list = document.getElementById("suggestions");
const status = document.getElementById("suggested");
const options = () => [...list.querySelectorAll("[role=option]")];
let at = -1;
let wanted = "";

function mark(next) {
  const all = options();
  all[at]?.setAttribute("aria-selected", "false");
  at = all.length ? (next + all.length + 1) % (all.length + 1) : -1;
  if (at === all.length) at = -1;
  const chosen = all[at];
  wanted = chosen?.href ?? "";
  if (!chosen) return box.removeAttribute("aria-activedescendant");
  chosen.setAttribute("aria-selected", "true");
  chosen.scrollIntoView({ block: "nearest" });
  box.setAttribute("aria-activedescendant", chosen.id);
}

function show(open) {
  list.hidden = !open;
  box.setAttribute("aria-expanded", String(open));
  if (!open) mark(-1);
}

function pressed(event) {
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const last = options().length;
    if (!last) return;
    event.preventDefault();
    if (list.hidden) show(true);
    mark(event.key === "ArrowDown" ? at + 1 : at < 0 ? last - 1 : at - 1 < 0 ? last : at - 1);
  } else if (event.key === "Enter" && at >= 0 && !list.hidden) {
    event.preventDefault();
    location.assign(options()[at].href);
  } else if (event.key === "Escape" && !list.hidden) {
    // The browser would empty the box: the first Escape only closes the list.
    event.preventDefault();
    show(false);
  }
}

if (box && list) {
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", list.id], ["aria-expanded", "false"]])
    box.setAttribute(name, value);
  list.addEventListener("htmx:afterSwap", () => {
    // What was chosen stays chosen if it is among the new ones: a late answer must not take it away.
    const kept = options().findIndex((option) => option.href === wanted);
    at = -1;
    show(options().length > 0 && document.activeElement === box);
    mark(list.hidden ? -1 : kept);
    status.textContent = list.querySelector(".told")?.textContent ?? "";
  });
  box.addEventListener("keydown", pressed);
  box.addEventListener("focus", () => show(options().length > 0));
  document.addEventListener("pointerdown", (event) => {
    if (!event.target.closest(".seek")) show(false);
  });
  box.form.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !box.form.contains(event.relatedTarget)) show(false);
  });
}
