// The search box: what fits is chosen by arrows and opened by Enter. Without this file the form searches.
const box = document.getElementById("seek");
const list = document.getElementById("suggestions");
const status = document.getElementById("suggested");
const options = () => [...list.querySelectorAll("[role=option]")];
let at = -1;

function mark(next) {
  const all = options();
  all[at]?.setAttribute("aria-selected", "false");
  at = all.length ? (next + all.length + 1) % (all.length + 1) : -1;
  if (at === all.length) at = -1;
  const chosen = all[at];
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
  if (list.hidden) return;
  if (event.key === "Escape") {
    // The browser would empty the box: the first Escape only closes the list.
    event.preventDefault();
    return show(false);
  }
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    const last = options().length;
    mark(event.key === "ArrowDown" ? at + 1 : at < 0 ? last - 1 : at - 1 < 0 ? last : at - 1);
  } else if (event.key === "Enter" && at >= 0) {
    event.preventDefault();
    location.assign(options()[at].href);
  }
}

if (box && list) {
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", list.id], ["aria-expanded", "false"]])
    box.setAttribute(name, value);
  list.addEventListener("htmx:afterSwap", () => {
    at = -1;
    box.removeAttribute("aria-activedescendant");
    show(options().length > 0 && document.activeElement === box);
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
