"""The capability table of the documentation, made from the cases."""

from __future__ import annotations

from tests.conformance.case import Case
from tests.conformance.kit import BEHAVIOURS, connector_cases

HEAD = """# What each connector can do

Written by the conformance kit (`tests/conformance`); do not edit. **yes**: tested on every run. **–**: impossible
for this kind of system. **not yet**: could be, is not.

"""


def table() -> str:
    """The page, with a row per behaviour, a column per connector, and the reasons below."""
    cases = connector_cases()
    lines = [
        "| behaviour | " + " | ".join(case.name for case in cases) + " |",
        "|---|" + "---|" * len(cases),
    ]
    for name, behaviour in BEHAVIOURS.items():
        lines.append(f"| {behaviour.title} | " + " | ".join(_cell(c, name) for c in cases) + " |")
    return HEAD + "\n".join(lines) + "\n\n## Why not\n\n" + "\n".join(_reasons(cases)) + "\n"


def _cell(case: Case, name: str) -> str:
    return "–" if name in case.impossible else "not yet" if name in case.not_yet else "yes"


def _reasons(cases: list[Case]) -> list[str]:
    return [
        f"- {case.name}, {BEHAVIOURS[name].title}: {reason}"
        for case in cases
        for name, reason in {**case.impossible, **case.not_yet}.items()
    ]
