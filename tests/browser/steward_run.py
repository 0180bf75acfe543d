"""A steward at the keyboard, scripted: a hub full of pairs, and the answering of all of them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Error, Page

from tests.flows.judged import Judged, inn

Pair = tuple[str, str]
# Physical keys with the letters they send in a Russian layout: one company, two, cannot be told.
KEYS = (("KeyY", "н"), ("KeyN", "т"), ("KeyU", "г"))
_SYLLABLES = ("ба", "вег", "дон", "жук", "зар", "клим", "луч", "мост", "нор", "пик", "рым", "суд", "тор", "фин", "хол", "цент")  # fmt: skip
_PRESS = """([key, code]) => new Promise((shown) => {
  const pressed = performance.now();
  const drawn = () => requestAnimationFrame(() => setTimeout(() => shown(performance.now() - pressed)));
  document.addEventListener("kanon:shown", drawn, { once: true });
  document.dispatchEvent(new KeyboardEvent("keydown", { key, code, bubbles: true, cancelable: true }));
})"""


@dataclass(frozen=True)
class Done:
    """The pairs in the order in which they stood on the screen, and the seconds from each key to the next pair."""

    seen: Sequence[Pair]
    seconds: Sequence[float]

    def p95(self) -> float:
        """The seconds that 95 of 100 answers stay under."""
        return sorted(self.seconds)[int(len(self.seconds) * 0.95)]


def filled(hub: Judged, pairs: int) -> None:
    """Put in so many companies with an INN, and beside each a record alike that has none."""
    alike = {"legal_form": "ООО", "region": "77"}
    rows: list[dict[str, Any]] = []
    for number in range(pairs):
        name = _name(number)
        rows.append(
            {
                "key": f"a{number:04}",
                **alike,
                "name": f"ООО {name}",
                "name_core": name,
                "inn": inn(number + 1),
            }
        )
        rows.append({"key": f"b{number:04}", **alike, "name": name, "name_core": name})
    hub.put(*rows)


def _name(number: int) -> str:
    """A word of its own for each number, far from the others."""
    base = len(_SYLLABLES)
    first, second, third = number % base, number // base % base, (7 * number + number // 5) % base
    return _SYLLABLES[first] + _SYLLABLES[second] + _SYLLABLES[third] + "ром"


def answered(page: Page, most: int) -> Done:
    """Answer the open pair and all that follow, by keys alone, until the queue is empty."""
    seen: list[Pair] = []
    seconds: list[float] = []
    while page.locator("form.decide").count() and len(seen) < most:
        fields = page.locator("form.decide input[name=left], form.decide input[name=right]")
        seen.append((fields.nth(0).input_value(), fields.nth(1).input_value()))
        page.wait_for_load_state("load")
        page.wait_for_timeout(280)
        code, letter = KEYS[len(seen) % len(KEYS)]
        seconds.append(_pressed(page, code, letter))
    return Done(seen, seconds)


def _pressed(page: Page, code: str, letter: str) -> float:
    """Seconds from a key to the next pair drawn, also where the page had to be asked for anew."""
    started = time.perf_counter()
    try:
        return float(page.evaluate(_PRESS, [letter, code])) / 1000
    except Error:
        page.wait_for_load_state("load")
        return time.perf_counter() - started
