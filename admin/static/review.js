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

const answer = () => document.getElementById("answer");
async function stay() {
  if (document.visibilityState !== "visible" || !answer()) return;
  const body = new URLSearchParams();
  for (const name of ["csrf", "left", "right"]) body.set(name, answer().elements[name].value);
  try {
    await fetch("/reviews/hold", { method: "POST", body });
  } catch {
    // The next minute tries again; the lease forbids nothing.
  }
}
setInterval(stay, 60_000);

// The pair after this one is fetched while a person looks at this one, and shown once the answer is written.
let ahead;
async function read(address) {
  const reply = await fetch(address);
  return reply.ok ? new DOMParser().parseFromString(await reply.text(), "text/html") : null;
}
function lookAhead() {
  ahead = answer() ? read(answer().dataset.ahead).catch(() => null) : null;
}

function show(page, address) {
  document.querySelector("main").replaceWith(document.adoptNode(page.querySelector("main")));
  document.title = page.title;
  if (address) history.pushState(null, "", address);
  at = -1;
  scrollTo(0, 0);
  document.querySelector("main h1")?.focus({ preventScroll: true });
  document.dispatchEvent(new Event("kanon:shown"));
}

function isTold(page, told) {
  const form = page?.getElementById("answer");
  return Boolean(told.seen && form) && ["left", "right", "seen"].every((name) => form.elements[name].value === told[name]);
}

// Only the pair that the server names, as it stands there now, is shown without asking for it anew.
async function goOn(told) {
  const page = await ahead;
  if (!isTold(page, told)) return location.assign(told.to);
  const said = new DOMParser().parseFromString(told.said, "text/html");
  page.getElementById("waiting").replaceWith(said.getElementById("waiting"));
  show(page, told.to);
  document.getElementById("outcome").replaceChildren(...said.body.childNodes);
  lookAhead();
}

async function send(body) {
  let reply;
  try {
    reply = await fetch("/reviews/pair", { method: "POST", body, headers: { Accept: "application/json" } });
    if (reply.ok && !reply.redirected) return await goOn(await reply.json());
  } catch {
    // The same answer sent again is one answer.
    return document.dispatchEvent(new CustomEvent("kanon:failed", { detail: { retry: () => send(body) } }));
  }
  if (reply.redirected) return location.assign(reply.url);
  show(new DOMParser().parseFromString(await reply.text(), "text/html"));
}

document.addEventListener("submit", (event) => {
  if (event.target.id !== "answer" || event.defaultPrevented) return;
  event.preventDefault();
  send(new URLSearchParams(new FormData(event.target, event.submitter)));
});
window.addEventListener("popstate", () => location.reload());
lookAhead();
