"""Parts of pages that are written by the code they describe.

Such a part stands between `<!-- NAME: generated -->` and `<!-- NAME: end -->`. With the environment
variable KANON_WRITE_DOCS set the tests write it anew, otherwise they compare.
"""

from __future__ import annotations

import os
import re
from pathlib import Path


def settle(page: Path, name: str, wanted: str) -> None:
    """Fail if the part `name` of `page` is not `wanted`; with KANON_WRITE_DOCS write it first."""
    text = page.read_text(encoding="utf-8")
    start, end = f"<!-- {name}: generated -->\n", f"<!-- {name}: end -->"
    part = re.compile(re.escape(start) + "(.*?)" + re.escape(end), re.DOTALL)
    found = part.search(text)
    assert found, f"{page.name} has no part {name}"
    if os.environ.get("KANON_WRITE_DOCS"):
        text = text[: found.start(1)] + wanted.strip("\n") + "\n" + text[found.end(1) :]
        page.write_text(text, encoding="utf-8")
    shown = found.group(1) if not os.environ.get("KANON_WRITE_DOCS") else wanted
    assert shown.strip("\n") == wanted.strip("\n"), (
        f"{page.name}, part {name}, is stale: run the tests of docs with KANON_WRITE_DOCS=1"
    )


def table(rows: list[dict[str, object]]) -> str:
    """A Markdown table; nothing is said of an absent value."""
    names = list(rows[0])
    lines = [names, ["---"] * len(names), *([_cell(row[n]) for n in names] for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def _cell(value: object) -> str:
    return "" if value is None else str(value).replace("|", "\\|").replace("\n", " ")
