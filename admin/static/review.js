// A pair under a person's eyes: fields chosen by keys, and others told that it is open.
const lines = () => [...document.querySelectorAll("main tr:has(input[type=radio])")].filter((tr) => tr.offsetParent);
let at = -1;

function go(step) {
  const all = lines();
  if (!all.length) return;
  all[at]?.classList.remove("picked");
  at = Math.min(all.length - 1, Math.max(0, at + step));
  all[at].classList.add("picked");
  all[at].scrollIntoView({ block: "nearest" });
  (all[at].querySelector("input:checked") ?? all[at].querySelector("input")).focus({ preventScroll: true });
}

function take(place) {
  const cell = lines()[at]?.querySelectorAll("td")[place];
  const radio = cell?.querySelector("input[type=radio]");
  if (radio) {
    radio.checked = true;
    radio.focus({ preventScroll: true });
  }
}

document.addEventListener("keydown", (event) => {
  const target = event.target;
  if (document.documentElement.dataset.keys === "off" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (/^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && !/^(radio|checkbox)$/.test(target.type)) return;
  const digit = /^Digit([1-5])$/.exec(event.code);
  if (event.code === "KeyJ") go(1);
  else if (event.code === "KeyK") go(-1);
  else if (digit && at >= 0) take(Number(digit[1]) - 1);
  else return;
  event.preventDefault();
});

const answer = document.getElementById("answer");
async function stay() {
  if (document.visibilityState !== "visible") return;
  const body = new URLSearchParams();
  for (const name of ["csrf", "left", "right"]) body.set(name, answer.elements[name].value);
  try {
    await fetch("/reviews/hold", { method: "POST", body });
  } catch {
    // The next minute tries again; the lease forbids nothing.
  }
}
if (answer) setInterval(stay, 60_000);
