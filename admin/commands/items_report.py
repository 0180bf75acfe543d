"""The report of `kanon items parse`: one HTML page that needs nothing but itself."""

from __future__ import annotations

from typing import Any

import polars as pl
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from admin.commands.dedupe_report import ROOM, page_css
from admin.words.language import Language
from flows.items_cells import BROKEN, ERROR, FORMULA, SHIFTED, UNIT
from flows.items_file import Goods
from mappings.nomenclature import Grammar, explain
from mappings.nomenclature.explain import HEAD

# Names shown of each class and of the doubtful ones: a page, not a file.
SHOWN, DOUBTFUL = 6, 60
SURE = 0.9
_TROUBLES = {
    "empty": ("Пустое наименование", "Empty name"),
    "too_long": ("Слишком длинный текст: это не наименование", "Too long a text: no name of a good"),
    "not_a_name": ("Вместо наименования число: строка сдвинута", "A number where a name should be: shifted"),
    "size_became_date": ("Размер превратился в дату", "A size became a date"),
    "two_products": ("Два товара в одной ячейке", "Two goods in one cell"),
    "senseless_value": ("Значение вне допустимого", "A value outside what is possible"),
    SHIFTED: ("Ячеек больше, чем заголовков: в строке лишний разделитель", "More cells than headings: a stray delimiter"),
    FORMULA: ("Формула вместо наименования: сохраните столбец значениями", "A formula, no name: save the column as values"),
    ERROR: ("Ошибка формулы в наименовании", "An error of a formula in the name"),
    BROKEN: ("Нечитаемые байты: строка не в кодировке файла", "Broken bytes: the row is not in the encoding of the file"),
    UNIT: ("Единица не узнана и оставлена пустой", "Unit not known, left empty"),
}  # fmt: skip


def said(language: Language, ru: str, en: str) -> str:
    """The text in the language of the reader."""
    return ru if language == "ru" else en


def words_of_trouble(language: Language, trouble: str) -> str:
    """What is wrong with a cell, in a phrase."""
    return said(language, *_TROUBLES.get(trouble, (trouble, trouble)))


def where(goods: Goods, trouble: str, language: Language) -> str:
    """Which units or lines a trouble is about, where its name alone helps nobody to find it; else nothing."""
    if trouble == UNIT:
        told = ", ".join(f"«{unit}»" for unit in goods.units[:SHOWN])
        return f" ({told}{', …' if len(goods.units) > SHOWN else ''})"
    if trouble != BROKEN:
        return ""
    lines = goods.lines.filter(goods.answer["trouble"] == trouble)
    told = ", ".join(map(str, lines.head(SHOWN))) + (", …" if lines.len() > SHOWN else "")
    return said(language, f" (строки файла: {told})", f" (lines of the file: {told})")


def verdict(goods: Goods, language: Language) -> str:
    """The result in a sentence."""
    answer = goods.answer
    sure = answer.filter(pl.col("confidence") >= SURE).height
    known = answer["item_class"].drop_nulls().len()
    rows = "1 row" if answer.height == 1 else f"{answer.height} rows"
    return said(
        language,
        f"{goods.file}: строк {answer.height}, класс узнан у {known}, разобрано уверенно {sure}",
        f"{goods.file}: {rows}, class known of {known}, read with confidence {sure}",
    )


def other_sheets(goods: Goods, language: Language) -> str:
    """Which sheet of the workbook was read, how many were not and how to choose one; empty if all was read."""
    if not goods.unread:
        return ""
    count, first = len(goods.unread), goods.unread[0]
    more = ", …" if count > SHOWN else ""
    ru = ", ".join(f"«{name}»" for name in goods.unread[:SHOWN]) + more
    en = ", ".join(f"'{name}'" for name in goods.unread[:SHOWN]) + more
    sheets = "1 more sheet was" if count == 1 else f"{count} more sheets were"
    return said(
        language,
        f'Прочитан лист «{goods.sheet}». Не прочитано листов: {count} ({ru}). Другой лист: --sheet "{first}"',
        f"Sheet '{goods.sheet}' was read. {sheets} not ({en}). To read another: --sheet \"{first}\"",
    )


def render(goods: Goods, language: Language) -> str:
    """The page. Every text of the file is escaped."""
    environment = Environment(
        loader=FileSystemLoader(ROOM / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    own = (ROOM / "templates" / "items_report.css").read_text(encoding="utf-8")
    return environment.get_template("items_report.html").render(
        language=language,
        css=Markup(page_css() + own),  # noqa: S704  our own files
        said=lambda ru, en: said(language, ru, en),
        trouble=lambda code: words_of_trouble(language, code) + where(goods, code, language),
        goods=goods,
        verdict=verdict(goods, language),
        other_sheets=other_sheets(goods, language),
        figures=_figures(goods, language),
        classes=_classes(goods, language),
        doubtful=_doubtful(goods, language),
    )


def _figures(goods: Goods, language: Language) -> list[tuple[str, int, str]]:
    answer = goods.answer
    sure = pl.col("confidence") >= SURE
    return [
        (said(language, "строк", "rows"), answer.height, ""),
        (said(language, "уверенно", "with confidence"), answer.filter(sure).height, "accent"),
        (
            said(language, "на проверку", "to check"),
            answer.filter(~sure & pl.col("item_class").is_not_null()).height,
            "warn",
        ),
        (
            said(language, "класс не узнан", "class unknown"),
            answer["item_class"].null_count(),
            "bad",
        ),
    ]


def _classes(goods: Goods, language: Language) -> list[dict[str, Any]]:
    table = goods.answer.with_columns(goods.names.alias("_name")).filter(
        pl.col("item_class").is_not_null()
    )
    groups = table.group_by("item_class").agg(
        pl.len().alias("rows"),
        (pl.col("confidence") >= SURE).mean().alias("sure"),
        pl.col("_name").unique(maintain_order=True).head(SHOWN),
    )
    return [
        {
            "title": _title(language, goods.grammar, one["item_class"]),
            "rows": one["rows"],
            "sure": f"{one['sure'] * 100:.0f} %",
            "names": [_lit(name, goods.grammar, language) for name in one["_name"]],
        }
        for one in groups.sort(["rows", "item_class"], descending=[True, False]).iter_rows(
            named=True
        )
    ]


def _doubtful(goods: Goods, language: Language) -> list[dict[str, Any]]:
    table = goods.answer.with_columns(goods.names.alias("_name"))
    doubtful = (pl.col("confidence") < SURE) | pl.col("trouble").is_not_null()
    doubted = table.filter(doubtful).unique("_name", maintain_order=True)
    # A name half understood is worth more of a person's time than one of an unknown class.
    rows = doubted.sort(
        pl.col("trouble").is_null(), pl.col("item_class").is_null(), maintain_order=True
    )
    return [
        {
            **_lit((one["_name"] or "")[:400], goods.grammar, language),
            "rest": one["rest"],
            "known": one["item_class"] is not None,
            "trouble": one["trouble"],
        }
        for one in rows.head(DOUBTFUL).iter_rows(named=True)
    ]


def _title(language: Language, grammar: Grammar, item_class: str) -> str:
    declared = grammar.classes[item_class].declared
    return said(language, declared.ru, declared.en)


def _lit(name: str, grammar: Grammar, language: Language) -> dict[str, Any]:
    """A name in pieces with what each gave, and its canonical form."""
    told = explain(name, grammar)
    return {
        "pieces": [(text, _label(attribute, told.outcome["item_class"], grammar, language)) for text, attribute in told.pieces()],
        "canonical": told.outcome["canonical"] or "",
    }  # fmt: skip


def _label(attribute: str, item_class: object, grammar: Grammar, language: Language) -> str:
    if attribute in {"", HEAD}:
        return said(language, "класс", "class") if attribute else ""
    one = grammar.classes[str(item_class)].attributes[attribute]
    return said(language, one.ru, one.en)
