"""HTML of a letter as plain text: blocks are lines, quotations are marked as in plain mail."""

from __future__ import annotations

import re
from typing import Any

from lxml import html
from lxml.etree import LxmlError

_SILENT = frozenset({"style", "script", "head", "title", "meta", "link", "base"})
_BLOCKS = frozenset(
    [
        "p", "div", "tr", "table", "ul", "ol", "li", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "hr",
        "blockquote", "section", "article", "header", "footer", "dd", "dt",
    ]
)  # fmt: skip
_SPACE = re.compile(r"[ \t\r\n\f\v\u00a0\u200b\ufeff]+")
_DEPTH = 200


def text_of_page(page: str) -> str:
    """The text of a page of HTML; the page itself if it cannot be read at all.

    >>> text_of_page("<p>Да.</p><blockquote>Нет?<br>Или да?</blockquote>")
    'Да.\\n> Нет?\\n> Или да?'
    """
    try:
        root = html.fromstring(
            page.encode("utf-8", "replace"), parser=html.HTMLParser(encoding="utf-8")
        )
    except (LxmlError, ValueError, AssertionError):
        return page
    lines: list[str] = [""]
    _walk(root, lines, "", 0)
    told = "\n".join(line.rstrip() for line in lines)
    return re.sub(r"\n{3,}", "\n\n", told).strip("\n")


def _walk(element: Any, lines: list[str], mark: str, depth: int) -> None:
    if not isinstance(element.tag, str) or element.tag in _SILENT or depth > _DEPTH:
        return
    inside = mark + "> " if _is_quotation(element) else mark
    if element.tag == "br" or element.tag in _BLOCKS:
        _break(lines, inside, twice=element.tag == "br")
    _say(lines, element.text, inside)
    for child in element:
        _walk(child, lines, inside, depth + 1)
        _say(lines, child.tail, inside)
    if element.tag in _BLOCKS:
        _break(lines, mark, twice=False)


def _is_quotation(element: Any) -> bool:
    return bool(element.tag == "blockquote")


def _break(lines: list[str], mark: str, *, twice: bool) -> None:
    if twice or lines[-1].strip("> "):
        lines.append(mark)
    else:
        lines[-1] = mark


def _say(lines: list[str], text: str | None, mark: str) -> None:
    told = _SPACE.sub(" ", text or "")
    if not lines[-1] or lines[-1] == mark:
        told = told.lstrip()
        lines[-1] = mark if told else lines[-1]
    lines[-1] += told
