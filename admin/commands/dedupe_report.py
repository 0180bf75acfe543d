"""The report of `kanon dedupe`: one HTML page that needs nothing but itself."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import polars.selectors as cs
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from admin.commands import dedupe_words as words
from admin.commands.dedupe_counts import Counts
from admin.words import vocabulary
from admin.words.formats import Formats
from admin.words.language import Language, Words
from flows.dedupe import OPEN, Deduped
from flows.dedupe_file import FileTable

ROOM = Path(__file__).parents[1]
GROUPS, GROUP_ROWS, PAIRS, PLACES = 25, 12, 100, 8
# A cell of a whole letter would push the others off the page.
LONGEST = 400
_FONTS = (
    ("cyrillic", "U+0301, U+0400-045F, U+0490-0491, U+04B0-04B1, U+2116"),
    ("latin", "U+0000-00FF, U+2000-206F, U+20AC, U+2122, U+2191, U+2193, U+2212"),
)
_FACTS = (("golden_inn", "inn"), ("golden_ogrn", "ogrn"))
# Field of the table → the cleaned value it is compared by.
_COMPARED = {
    "name": "name_core", "inn": "inn", "kpp": "kpp", "ogrn": "ogrn", "address": "address_key",
    "phones": "phones", "emails": "emails",
}  # fmt: skip
_SHOWN = (
    "source", "source_id", "name", "why", "full_name", "inn", "kpp", "ogrn", "address", "phones", "emails",
    "updated_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Report:
    """What the page tells; `records` are the compared rows by field, with `number`."""

    table: FileTable
    records: pl.DataFrame
    answer: Deduped
    added: pl.DataFrame
    counts: Counts
    language: Language


def render(report: Report) -> str:
    """The page. Every text of the file is escaped."""
    catalogue = Words()[report.language]
    environment = Environment(
        loader=FileSystemLoader(ROOM / "templates"),
        autoescape=True,
        extensions=["jinja2.ext.i18n"],
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.install_gettext_translations(catalogue, newstyle=True)  # type: ignore[attr-defined]  # added by the i18n extension
    return environment.get_template("dedupe_report.html").render(
        language=report.language,
        css=Markup(page_css()),  # noqa: S704  our own file
        fmt=Formats(report.language, ZoneInfo("UTC"), catalogue),
        label=lambda name: words.label(report.language, name),
        report=_content(report),
    )


def page_css() -> str:
    """Tokens of the interface, its typeface and the page's own rules."""
    app = (ROOM / "static" / "app.css").read_text(encoding="utf-8")
    tokens = app[app.index(":root {") : app.index(':root[data-theme="light"]')]
    own = (ROOM / "templates" / "dedupe_report.css").read_text(encoding="utf-8")
    return "".join(_font(*font) for font in _FONTS) + tokens + own


def _font(name: str, letters: str) -> str:
    file = ROOM / "static" / "vendor" / f"golos-text-{name}-wght-normal.woff2"
    data = base64.b64encode(file.read_bytes()).decode()
    return (
        '@font-face { font-family: "Golos Text"; font-weight: 400 900;'
        f' src: url("data:font/woff2;base64,{data}") format("woff2"); unicode-range: {letters}; }}\n'
    )


def _content(report: Report) -> dict[str, Any]:
    language, counts = report.language, report.counts
    groups, pairs = _groups(report), _pairs(report)
    return {
        "file": report.table.name,
        "choices": list(words.choices(language, report.table)),
        "verdict": counts.verdict(language),
        "numbers": counts.figures(language),
        "shares": counts.shares(language),
        "groups": groups,
        "more_groups": counts.repeated_entities - len(groups),
        "pairs": pairs,
        "more_pairs": report.answer.review.height - len(pairs),
        "capped": _capped(report),
        "lists": _lists(report),
        "columns": [
            (heading, words.label(language, field))
            for field, headings in report.table.recognised.columns.items()
            for heading in headings
        ],
        "unused": report.table.recognised.unused,
        "closing": words.said(
            language,
            (
                "Отчёт собран на этом компьютере, данные никуда не передавались.",
                "This report was made on this computer; no data left it.",
            ),
        ),
    }


def _groups(report: Report) -> list[dict[str, Any]]:
    """The biggest entities, each with its first rows as they stand in the file."""
    rows = report.answer.rows.with_row_index("at")
    sizes = (
        rows.drop_nulls("entity_id")
        .group_by("entity_id")
        .agg(
            pl.len().alias("size"),
            pl.col("cluster_id")
            .filter(~pl.col("cluster_id").str.ends_with(OPEN))
            .n_unique()
            .alias("units"),
            pl.col("at").sort().head(GROUP_ROWS),
            pl.col("at").min().alias("first"),
        )
        .filter(pl.col("size") > 1)
        .sort(["size", "first"], descending=[True, False])
        .head(GROUPS)
    )
    return [_group(report, one) for one in sizes.iter_rows(named=True)]


def _group(report: Report, one: Mapping[str, Any]) -> dict[str, Any]:
    golden = report.answer.rows.row(one["first"], named=True)
    rows = _rows(report, one["at"], why=True)
    facts = [
        (words.label(report.language, name), golden[column])
        for column, name in _FACTS
        if golden[column]
    ]
    return {
        "id": one["entity_id"],
        "name": (golden["golden_name"] or "")[:LONGEST],
        "size": one["size"],
        "units": one["units"],
        "facts": facts,
        "rows": rows,
        "columns": _columns(rows),
        "more": one["size"] - len(rows),
    }


def _pairs(report: Report) -> list[dict[str, Any]]:
    found = []
    for pair in report.answer.review.head(PAIRS).iter_rows(named=True):
        at = [pair["left"], pair["right"]]
        rows = _rows(report, at, why=False)
        found.append(
            {
                "reason": vocabulary.doubt(report.language, pair["reason"]),
                "score": pair["score"],
                "rows": rows,
                "columns": _columns(rows),
                "marks": _marks(report.answer.cleaned[at].to_dicts()),
            }
        )
    return found


def _marks(pair: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Field → `same` or `differs`, by the cleaned values of two rows; nothing where one is empty."""
    left, right = pair
    marks = {}
    for field, column in _COMPARED.items():
        one, other = left[column], right[column]
        if one and other:
            shared = bool(set(one) & set(other)) if isinstance(one, list) else one == other
            marks[field] = "same" if shared else "differs"
    return marks


def _capped(report: Report) -> list[dict[str, Any]]:
    """Values shared too widely, as the first row that has each of them writes it."""
    found = []
    for kind, at, rows in report.answer.capped.head(PAIRS).iter_rows():
        field, what = words.shared(report.language, kind)
        first = report.records.row(at, named=True)
        found.append({"what": what, "value": (first.get(field) or "")[:LONGEST], "rows": rows})
    return found


def _rows(report: Report, at: Sequence[int], *, why: bool) -> list[dict[str, Any]]:
    shown = report.records[list(at)].with_columns(_clipped(cs.string()))
    rows = shown.to_dicts()
    if not why:
        return rows
    told = report.answer.rows[list(at)].select("rule", "reason").iter_rows()
    for row, (rule, reason) in zip(rows, told, strict=True):
        row["why"] = vocabulary.linked(report.language, rule, reason)
    return rows


def _clipped(text: pl.Expr) -> pl.Expr:
    long = text.str.len_chars() > LONGEST
    return pl.when(long).then(text.str.slice(0, LONGEST) + "…").otherwise(text).name.keep()


def _columns(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    return [name for name in _SHOWN if any(row.get(name) for row in rows)]


def _lists(report: Report) -> list[tuple[str, str, str, list[dict[str, Any]]]]:
    language, added = report.language, report.added
    issues = (
        added.drop_nulls("entity_id").select("row", pl.col("issues").str.split("; ").alias("said")).explode("said")
        .drop_nulls()
    )  # fmt: skip
    aside = added.filter(pl.col("entity_id").is_null()).select(
        "row", pl.col("reason").alias("said")
    )
    return [
        (
            "issues",
            words.said(language, ("Замечания к данным", "Remarks on the data")),
            words.said(
                language,
                (
                    "Что было исправлено или не принято при очистке; исходные значения не тронуты.",
                    "What cleaning mended or did not take; the given values are untouched.",
                ),
            ),
            _counted(issues, language),
        ),
        (
            "aside",
            words.said(language, ("Не сопоставлялись", "Not compared")),
            words.said(
                language,
                (
                    "Эти строки есть в результате, но ни с чем не сравнивались.",
                    "These rows are in the output but were compared with nothing.",
                ),
            ),
            _counted(aside, language),
        ),
    ]


def _counted(rows: pl.DataFrame, language: Language) -> list[dict[str, Any]]:
    kinds = (
        rows.group_by("said")
        .agg(pl.len().alias("rows"), pl.col("row").sort().head(PLACES).alias("first"))
        .sort(["rows", "said"], descending=[True, False])
    )
    return [
        {
            "said": one["said"],
            "rows": one["rows"],
            "where": _where(one["first"], one["rows"], language),
        }
        for one in kinds.iter_rows(named=True)
    ]


def _where(first: Sequence[int], rows: int, language: Language) -> str:
    told = ", ".join(map(str, first))
    prefix = words.said(language, ("строки", "rows") if rows > 1 else ("строка", "row"))
    return f"{prefix} {told}{'…' if rows > len(first) else ''}"
