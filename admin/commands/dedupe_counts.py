"""What `kanon dedupe` found, in numbers, for the terminal, for scripts and for the report."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import polars as pl

from admin.commands.dedupe_words import said
from admin.language import Language
from flows.dedupe import OPEN, Deduped
from flows.dedupe_file import FileTable


@dataclass(frozen=True, slots=True)
class Figure:
    """One number with its label and tone."""

    label: str
    value: int
    tone: str


@dataclass(frozen=True, slots=True)
class Counts:
    """`rows` = `compared` + `refused` + `aside`; `repeats` = `compared` - `entities`.

    `refused` rows hold something cleaning cannot accept, `aside` rows are no records (totals, headings).
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

    def plain(self) -> dict[str, int]:
        """The numbers by name."""
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
    return Counts(
        rows=table.cells.height,
        compared=linked.height,
        refused=answer.rows.height - linked.height,
        aside=table.cells.height - answer.rows.height,
        entities=sizes.height,
        units=linked.filter(~pl.col("cluster_id").str.ends_with(OPEN))["cluster_id"].n_unique(),
        repeated_entities=sizes.filter(pl.col("len") > 1).height,
        repeats=linked.height - sizes.height,
        review=answer.review.height,
    )
