"""Cells of e-mail addresses → lower-case addresses (handbook 2.8).

A cell may hold several, display names, `mailto:` and national domains; what is no address is told.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from mappings.functions.function import Function
from schemas.outcome import EVIDENCE, REASON, VALUE, outcome
from schemas.patterns import occurs
from schemas.requisites.spelling import EMPTY_MARKERS
from schemas.rows import picked, widened
from schemas.rowwise.passes import Passes
from schemas.rowwise.through import through

INVALID, SEVERAL = "email_invalid", "several"
_ADDRESSES = pl.List(pl.String)
_MANY = pl.Struct({VALUE: _ADDRESSES, REASON: pl.String, EVIDENCE: pl.String})
_ONE = pl.Struct({VALUE: pl.String, REASON: pl.String, EVIDENCE: pl.String})

_LABEL = r"[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?"
_ATOM = r"[a-z0-9_%+&=!#$*?^{|}~\-]"
# An apostrophe belongs to a name such as o'brien; in front it is a spreadsheet's text marker.
_BOX = rf"{_ATOM}(?:{_ATOM}|')*(?:\.(?:{_ATOM}|')+)*"
_ADDRESS = rf"^{_BOX}@(?:{_LABEL}\.)+(?:[a-z]{{2,63}}|xn--[a-z0-9\-]{{2,59}})$"
_NATIONAL = r"^[^@]+@[^@]*[а-я][^@]*$"
# A label in two alphabets is a typing error, not a national domain.
_MIXED = r"[a-z][а-я]|[а-я][a-z]"
_BETWEEN = r"[\s;,<>()\[\]\"«»|]+|/+"
_LONGEST = 254


def _is_address(text: pl.Expr) -> pl.Expr:
    return occurs(text, _ADDRESS) & (text.str.len_bytes() <= _LONGEST)


def _ascii_domain(address: str) -> str | None:
    box, _, domain = address.rpartition("@")
    try:
        return f"{box}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        return None


def _encoded(pieces: pl.Series) -> pl.Series:
    """National domains in their ASCII form (IDNA), distinct pieces only."""
    national = pieces.str.contains(_NATIONAL) & ~pieces.str.contains(_MIXED)
    distinct = pieces.filter(national.fill_null(False)).unique(maintain_order=True)
    table = {text: _ascii_domain(text) for text in distinct}
    return pieces.replace(table) if table else pieces


def _solve(cells: pl.Series) -> pl.DataFrame:
    """Columns cell, addresses, doubt for distinct cells that are not one plain address."""
    piece = pl.col("piece")
    text = (
        pl.col("cell")
        .str.normalize("NFKC")
        .str.to_lowercase()
        .str.replace_all(r"mailto:|\p{Cf}", "")
    )
    text = text.str.replace_all(r"\s*@\s*", "@").str.replace_all(_BETWEEN, "|")
    frame = cells.alias("cell").to_frame().with_columns(text=text, piece=text.str.split("|"))
    frame = frame.explode("piece").with_columns(piece.str.strip_chars(".:'`-"))
    frame = frame.with_columns(_encoded(frame["piece"]))
    # Said before grouping: within a group the rule would be asked cell by cell.
    frame = frame.with_columns(valid=_is_address(piece).fill_null(False))
    valid = pl.col("valid")
    words = pl.col("cell").str.to_lowercase().str.strip_chars()
    bad = (~valid & piece.str.contains("@", literal=True).fill_null(True)).any()
    nothing = ~valid.any() & (words.first() != "") & ~words.first().is_in(EMPTY_MARKERS)
    return frame.group_by("cell", maintain_order=True).agg(
        addresses=piece.filter(valid).unique(maintain_order=True),
        doubt=pl.when(bad | nothing).then(pl.lit(INVALID)),
    )


_BARE = Passes([pl.col("cell").str.strip_chars().str.to_lowercase().alias("bare")])
_PLAIN = Passes([pl.when(_is_address(pl.col("bare"))).then("bare").alias("plain")])
_FOUND = Passes(
    [outcome(pl.when(pl.col("plain").is_not_null()).then(pl.concat_list("plain"))).cast(_MANY)]
)


def _read(cells: pl.Series) -> pl.Series:
    frame = widened(widened(cells.alias("cell").to_frame(), _BARE), _PLAIN)
    if frame["plain"].null_count() == frame["cell"].null_count():
        return picked(frame, _FOUND).to_series()
    unread = frame.filter(pl.col("plain").is_null() & pl.col("cell").is_not_null())
    alone = pl.concat_list("plain")
    solved = _solve(unread["cell"].unique(maintain_order=True))
    frame = frame.join(solved, on="cell", how="left", maintain_order="left")
    value = pl.when(pl.col("plain").is_not_null()).then(alone).otherwise("addresses")
    return frame.select(outcome(value, evidence=pl.col("doubt")).cast(_MANY)).to_series()


def _first(found: pl.Series) -> pl.Series:
    addresses, doubt = pl.col(VALUE), pl.col(EVIDENCE)
    nothing = (addresses.list.len() == 0) & doubt.is_not_null()
    evidence = pl.when(addresses.list.len() > 1).then(pl.lit(SEVERAL)).when(~nothing).then(doubt)
    answer = outcome(addresses.list.first(), pl.when(nothing).then(pl.lit(INVALID)), evidence)
    return found.struct.unnest().select(answer.cast(_ONE)).to_series()


def emails(cell: pl.Expr) -> pl.Expr:
    """The outcome for a cell of addresses: a list, lower-case; a bad part is evidence `email_invalid`.

    >>> pl.select(emails(pl.lit("Иван <Ivan@Romashka.RU>; info@пример.рф"))).item()["value"]
    ['ivan@romashka.ru', 'info@xn--e1afmkfd.xn--p1ai']
    """
    return through(cell.cast(pl.String), _read, _MANY)


def email(cell: pl.Expr) -> pl.Expr:
    """The outcome for one address: the first of the cell, `email_invalid` if it holds none.

    >>> pl.select(email(pl.lit("mailto:Sales@romashka.ru"))).item()["value"]
    'sales@romashka.ru'
    """
    return through(cell.cast(pl.String), lambda cells: _first(_read(cells)), _ONE)


FUNCTIONS: Mapping[str, Function] = {"email": email, "emails": emails}
