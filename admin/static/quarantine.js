// Keys of the quarantine: X chooses a row, F goes to the field to mend, R and I act on the row picked.
const root = document.documentElement;
const typing = (target) => /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && target.type !== "checkbox";
const picked = () => document.querySelector("main tr.picked");
const box = (row) => row?.querySelector("input[name='id']");

function choose(row, on) {
  const found = box(row);
  if (found) found.checked = on ?? !found.checked;
}

const acts = {
  KeyX: () => choose(picked()),
  KeyF: () => {
    const field = document.querySelector("[data-fix]");
    if (field) {
      field.focus();
      field.select();
    } else picked()?.querySelector("a")?.click();
  },
};

document.addEventListener(
  "keydown",
  (event) => {
    if (event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    if (typing(event.target) || root.dataset.keys === "off") return;
    // Replay and put off concern the row picked, if nothing was chosen by hand.
    if (["KeyR", "KeyI"].includes(event.code) && !document.querySelector("input[name='id']:checked"))
      choose(picked(), true);
    if (acts[event.code]) {
      event.preventDefault();
      acts[event.code]();
    }
    if (event.code === "KeyI") setTimeout(() => document.getElementById("why-off")?.focus());
  },
  true,
);

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-choose-all]")) return;
  const boxes = [...document.querySelectorAll("input[name='id'][type='checkbox']")];
  const on = boxes.some((one) => !one.checked);
  boxes.forEach((one) => (one.checked = on));
});
