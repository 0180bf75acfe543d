"""Texts that people write: paragraphs kept apart, and lists that travel as lines."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from mappings.functions.function import Function

_SPACES = r"[ \t\x0b\x0c\x85\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]+"
# All that is no sign: zero-width joiners, marks of direction, control characters but the line break.
_INVISIBLE = r"[\p{Cf}\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]"


def paragraphs(cell: pl.Expr) -> pl.Expr:
    r"""The text with its lines: single spaces, at most one empty line between two; an empty text is null.

    >>> pl.select(paragraphs(pl.lit(" Здравствуйте! \r\n\n\n\nНужна\u00a0 труба "))).item()
    'Здравствуйте!\n\nНужна труба'
    """
    even = (
        cell.cast(pl.String)
        .str.replace_all(r"\r\n?|\u2028|\u2029", "\n")
        .str.replace_all(_SPACES, " ")
        .str.normalize("NFC")
        .str.replace_all(_INVISIBLE, "")
        .str.replace_all(r" *\n *", "\n")
        .str.replace_all(r"\n{3,}", "\n\n")
        .str.strip_chars()
    )
    return pl.when(even != "").then(even)


def lines(cell: pl.Expr) -> pl.Expr:
    r"""The lines of the text as a list, empty ones left out.

    >>> pl.select(lines(pl.lit("a@x.example\n\n b@x.example"))).item().to_list()
    ['a@x.example', 'b@x.example']
    """
    parts = cell.cast(pl.String).str.split("\n").list.eval(pl.element().str.strip_chars())
    return parts.list.eval(pl.element().filter(pl.element() != ""))


FUNCTIONS: Mapping[str, Function] = {"paragraphs": paragraphs, "lines": lines}
