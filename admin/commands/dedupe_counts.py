"""What `kanon dedupe` found, in numbers, for the terminal, for scripts and for the report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import polars as pl

from admin.commands.dedupe_words import said
from admin.words.language import Language
from flows.dedupe import OPEN, Deduped
from flows.dedupe_file import TOO_WIDE, FileTable
from flows.dedupe_numbers import CUT


@dataclass(frozen=True, slots=True)
class Figure:
    """One number with its label and tone."""

    label: str
    value: int
    tone: str


@dataclass(frozen=True, slots=True)
class Counts:
    """`rows` = `compared` + `refused` + `aside`; `repeats` = `compared` - `entities`.

    `refused` rows cannot be accepted (nothing to compare by, too many cells), `aside` rows are no records
    (totals, headings). `lines`: reason → lines of the file of the refused rows, from 1; `cut`: lines with
    a number that lost digits.
    """

    rows: int
    compared: int
    refused: int
    aside: int
    entities: int
    units: int
    repeated_entities: int
    repeats: int
    review: int
    lines: Mapping[str, Sequence[int]]
    cut: Sequence[int]

    def plain(self) -> dict[str, Any]:
        """The numbers and `lines` by name."""
        return asdict(self)

    def verdict(self, language: Language) -> str:
        """The result in one sentence."""
        if not self.repeats:
            return said(
                language,
                (
                    f"Повторов не нашлось. Сравнено строк: {self.compared}.",
                    f"No repeats were found. Rows compared: {self.compared}.",
                ),
            )
        ru = f"Сравнено строк: {self.compared}, разных организаций и людей: {self.entities}, лишних строк: {self.repeats}."
        en = f"Rows compared: {self.compared}, different companies and people: {self.entities}, rows that repeat: {self.repeats}."
        return said(language, (ru, en))

    def figures(self, language: Language) -> list[Figure]:
        """The numbers worth a glance."""
        lines = (
            ("строк в таблице", "rows in the table", self.rows, ""),
            ("организаций и людей", "companies and people", self.entities, ""),
            ("подразделений (ИНН + КПП)", "units (INN + KPP)", self.units, ""),
            ("лишних строк", "rows that repeat", self.repeats, "accent"),
            ("пар на проверку", "pairs to review", self.review, "warn" if self.review else ""),
            (
                "не сопоставлялись",
                "not compared",
                self.refused + self.aside,
                "bad" if self.refused else "",
            ),
        )
        return [Figure(said(language, (ru, en)), value, tone) for ru, en, value, tone in lines]

    def shares(self, language: Language) -> list[Figure]:
        """The rows of the file in parts that add up."""
        parts = (
            ("останутся", "remain", self.entities, "ok"),
            ("повторяют другие", "repeat others", self.repeats, "accent"),
            ("не приняты", "not accepted", self.refused, "bad"),
            ("итоги и заголовки", "totals and headings", self.aside, "idle"),
        )
        return [Figure(said(language, (ru, en)), n, tone) for ru, en, n, tone in parts if n]


def counts_of(table: FileTable, answer: Deduped) -> Counts:
    """The numbers of one file."""
    linked = answer.rows.drop_nulls("entity_id")
    sizes = linked.group_by("entity_id").len()
    lines = _refused(table, answer)
    refused = sum(map(len, lines.values()))
    return Counts(
        rows=table.cells.height,
        compared=linked.height,
        refused=refused,
        aside=table.cells.height - linked.height - refused,
        entities=sizes.height,
        units=linked.filter(~pl.col("cluster_id").str.ends_with(OPEN))["cluster_id"].n_unique(),
        repeated_entities=sizes.filter(pl.col("len") > 1).height,
        repeats=linked.height - sizes.height,
        review=answer.review.height,
        lines=lines,
        cut=_cut(table, answer),
    )


def _refused(table: FileTable, answer: Deduped) -> dict[str, list[int]]:
    numbers = table.numbers.filter(table.aside.is_null())
    unread = answer.rows.select("refused", numbers.alias("line")).drop_nulls("refused")
    wide = table.numbers.filter((table.aside == TOO_WIDE).fill_null(value=False)).to_list()
    found = unread.group_by("refused", maintain_order=True).agg("line").sort("refused")
    return dict(found.iter_rows()) | ({TOO_WIDE: wide} if wide else {})


def _cut(table: FileTable, answer: Deduped) -> list[int]:
    is_cut = answer.rows["issues"].list.eval(pl.element().str.ends_with(f":{CUT}")).list.any()
    return table.numbers.filter(table.aside.is_null()).filter(is_cut).to_list()
