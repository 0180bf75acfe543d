"""The examples of docs/mappings.md are mappings that compile."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mappings.load import load_mapping, read_mapping

PAGE = Path(__file__).parents[2] / "docs" / "mappings.md"
EXAMPLES = re.findall(r"```yaml ?(\S*)\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


def test_the_page_has_examples() -> None:
    assert len(EXAMPLES) >= 2


@pytest.mark.parametrize(("over", "text"), EXAMPLES)
def test_an_example_compiles(over: str, text: str, tmp_path: Path) -> None:
    if not over:
        assert read_mapping(text, "docs/mappings.md").version.startswith("1+")
        return
    kind, stream = over.removeprefix("override=").split("/")
    file = tmp_path / "override.yaml"
    file.write_text(text, encoding="utf-8")
    assert load_mapping(kind, stream, file).version != load_mapping(kind, stream).version
