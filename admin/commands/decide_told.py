"""Decisions, and what they change, for people: fit to be read, and ids to be copied, at any width."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.markup import escape
from rich.padding import Padding

from admin.commands.shell import language, out, say, show
from flows.decide import Decided
from flows.preview import Changes

SHOWN, INDENT = 20, 4
_KINDS = {
    "same": ("одна компания", "the same company"),
    "different": ("разные компании", "different companies"),
    "split_off": ("записи отделены", "records split off"),
    "unsure": ("неясно", "not sure"),
    "audit": ("вопрос выборочной проверки", "question of a spot check"),
    "value": ("значение поля", "value of a field"),
}
_TITLES = {
    "merged": ("Сливаются", "Merge"),
    "split": ("Появляются или возвращаются", "Split off or come back"),
    "records": ("Записи переходят", "Records move"),
    "fields": ("Поля меняются", "Fields change"),
    "children": ("Следуют за владельцем", "Follow their owner"),
    "unmet": ("Не подействует: мешает запрет", "Will not act: a veto is in the way"),
}


def print_decision(row: Mapping[str, Any]) -> None:
    """One decision: what, by whom and when on a line, whom it is about and why on lines below."""
    at = 0 if language() == "ru" else 1
    kind = _KINDS.get(row["kind"], (row["kind"], row["kind"]))[at]
    when = f"{row['created_at'].astimezone():%d.%m.%Y %H:%M}"
    head = f"[bold]{row['decision_id']}  {escape(kind)}[/]  {escape(row['author'])}  {when}"
    out.print(head, soft_wrap=True)
    for ref in (side[0] for side in (row["left"], row["right"]) if side):
        out.print(" " * INDENT + escape(ref), soft_wrap=True)
    if row["field"]:
        _print_line(f"{row['field']} = {row['value']}")
    if row["reason"]:
        _print_line(row["reason"])
    if row["batch"]:
        _print_line(("пакет: ", "batch: ")[at] + row["batch"])
    if row["withdrawn_by"]:
        _print_line(("отозвано: ", "withdrawn: ")[at] + row["withdrawn_by"], "yellow")


def _print_line(text: str, style: str = "") -> None:
    out.print(Padding(escape(text), (0, 0, 0, INDENT), style=style))


def print_outcome(found: Decided, *, undone: bool) -> None:
    """What was written down, and how to take it back."""
    named = ", ".join(str(one) for one in found.ids[:10])
    if undone and not found.written:
        say("Уже отозвано раньше.", "Withdrawn before.")
    elif undone:
        say(f"Отозвано решений: {found.written}.", f"Decisions withdrawn: {found.written}.")
    elif not found.written:
        say(f"Так уже решено: {named}.", f"Decided already: {named}.")
    else:
        first = found.ids[-found.written]
        say(
            f"Решение {first} записано. Отозвать: kanon withdraw {first}",
            f"Decision {first} is written. To take it back: kanon withdraw {first}",
        )


def print_changes(changes: Changes, *, as_json: bool) -> None:
    """What a decision would change, part by part."""
    if as_json:
        parts = {name: getattr(changes, name).to_dicts() for name in _TITLES}
        show([parts], as_json=True)
        return
    if changes.nothing and changes.unmet.is_empty():
        say("Ничего не изменится.", "Nothing would change.")
        return
    for name, (ru, en) in _TITLES.items():
        rows = getattr(changes, name).to_dicts()
        if rows:
            out.print(f"[bold]{escape(ru if language() == 'ru' else en)}[/]: {len(rows)}")
            show(rows[:SHOWN], as_json=False)
