"""The real files counted by other means than ours: the csv, json and lxml modules."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any, cast

from lxml import etree

from tests.samples.real_house import SAMPLES


def csv_rows(
    folder: str, pattern: str, encoding: str = "utf-8-sig", delimiter: str = ","
) -> list[dict[str, str]]:
    """The rows under the heading of every fitting file, in order of file names."""
    rows: list[dict[str, str]] = []
    for file in sorted((SAMPLES / folder).glob(pattern)):
        with file.open(encoding=encoding, newline="") as lines:
            rows.extend(csv.DictReader(lines, delimiter=delimiter))
    return rows


def json_rows(folder: str, pattern: str) -> list[dict[str, Any]]:
    """The objects of the arrays in every fitting file."""
    files = sorted((SAMPLES / folder).glob(pattern))
    return [row for file in files for row in json.loads(file.read_text(encoding="utf-8"))]


def elements(folder: Path, pattern: str, *names: str) -> list[etree._Element]:
    """The elements at the end of a path of local names, in every fitting file."""
    path = "//" + "/".join(f"*[local-name()='{name}']" for name in names)
    return [
        one
        for file in sorted(folder.glob(pattern))
        for one in cast("list[etree._Element]", etree.parse(file).xpath(path))
    ]


def parent(element: etree._Element) -> etree._Element:
    """The element around; there must be one."""
    around = element.getparent()
    assert around is not None
    return around
