"""`kanon rules`: by what weights and thresholds records are joined, and what others would change."""

from __future__ import annotations

import json as json_text
import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.markup import escape

from admin.commands.inspect import Json
from admin.commands.options import NOW, Deciding
from admin.commands.shell import err, house, language, out, say, show
from admin.commands.terminal import TerminalProgress
from dedup.model import LEVELS, Model
from dedup.words import FIELD_WORDS, LEVEL_WORDS
from flows import rules
from flows.house import House
from flows.rule_file import written
from flows.rule_sets import Active, active, model_of
from flows.rules import Activated, Compared
from flows.sync import settle

_SHOWN = 50
_COUNTED = {"companies": "компании", "review pairs": "пары на проверку"}
_TITLES = {
    "counts": ("Сколько", "Counts"),
    "merged": ("Сливаются", "Merge"),
    "split": ("Отделяются", "Split off"),
    "records": ("Записи переходят", "Records move"),
    "fields": ("Поля меняются", "Fields change"),
    "unmet": ("Решения не подействуют: мешает запрет", "Decisions a veto is in the way of"),
}


def rules_show(
    *,
    json: Annotated[
        bool, Parameter("--json", negative="", help="The rule set as a file to edit.")
    ] = False,
) -> int:
    """Show the rule set in force: version, thresholds, weights in bits, who activated it and when."""
    with house() as opened, opened.store.read() as reader:
        found = active(reader)
    if json:
        sys.stdout.write(written(found.model))
        return 0
    _print_head(found)
    show(_weights(found.model), as_json=False)
    return 0


def rules_diff(file: Path, *, json: Json = False) -> int:
    """Match the whole base by the rules in force and by those of FILE, and show what FILE would change.

    Companies that would merge or split, records that would move, fields that would change. Nothing is
    written.
    """
    with house() as opened:
        return _print_diff(opened, rules.chosen(opened, file), as_json=json)


def rules_activate(
    file: Path,
    *,
    how: Deciding = NOW,
    json: Json = False,
) -> int:
    """Put the rules of FILE (YAML or JSON) in force and match everything again by them.

    Start from `kanon rules show --json`, give it a version of its own and see `kanon rules diff`.
    Decisions stay in force, ids go on answering, and `kanon rules back` brings all back as it was.
    """
    with house() as opened:
        if how.preview:
            return _print_diff(opened, rules.chosen(opened, file), as_json=json)
        found = rules.activate(opened, file, how.name, how.reason)
        return _answer(opened, found, later=how.later, as_json=json)


def rules_back(
    *,
    how: Deciding = NOW,
    json: Json = False,
) -> int:
    """Put the rule set before this one in force again, and match everything again by it.

    What was joined or parted by the rules that go is as it was before, under the same ids.
    """
    with house() as opened:
        if how.preview:
            with opened.store.read() as reader:
                model = model_of(rules.previous(reader))
            return _print_diff(opened, model, as_json=json)
        found = rules.back(opened, how.name, how.reason)
        return _answer(opened, found, later=how.later, as_json=json)


def _print_head(found: Active) -> None:
    model, chosen = found.model, found.activation
    say(f"Набор правил [bold]{model.version}[/]", f"Rule set [bold]{model.version}[/]")
    if chosen.author is None or chosen.activated_at is None:
        say("Поставляется с программой.", "It ships with the program.")
    else:
        who, at = escape(chosen.author), f"{chosen.activated_at.astimezone():%d.%m.%Y %H:%M}"
        why = f": {escape(chosen.reason)}" if chosen.reason else ""
        say(f"Включил {who} {at}{why}", f"Activated by {who} on {at}{why}")
    say(
        f"Сливать от вероятности {model.auto}, на проверку от {model.review}, отрыв от второго "
        f"кандидата {model.margin / 100:g} бит, начало {model.prior / 100:g} бит.",
        f"Merge from probability {model.auto}, review from {model.review}, lead over the second "
        f"candidate {model.margin / 100:g} bits, start {model.prior / 100:g} bits.",
    )
    if model.auto_unnumbered or model.auto_confirmed:
        bare, judged = model.auto_unnumbered or model.auto, model.auto_confirmed or model.auto
        say(
            f"Без номеров с обеих сторон – от {bare}; где решал человек – от {judged}.",
            f"Without a number on either side from {bare}; where a person has judged from {judged}.",
        )


def _weights(model: Model) -> list[dict[str, object]]:
    n = 0 if language() == "ru" else 1
    return [
        {
            "field": field,
            "level": level,
            "bits": f"{weight / 100:+g}",
            "meaning": f"{FIELD_WORDS[field][n]}: {LEVEL_WORDS[level][n]}",
        }
        for field, weights in model.weights.items()
        for level, weight in zip(LEVELS[field], weights, strict=True)
        if level != "absent"
    ]


def _print_diff(opened: House, model: Model, *, as_json: bool) -> int:
    with TerminalProgress(err) as progress:
        found = rules.compare(opened, model, progress)
    parts = _parts(found)
    if as_json:
        sys.stdout.write(json_text.dumps(parts, ensure_ascii=False, default=str) + "\n")
        return 0
    if found.changes.nothing:
        say("Ни одна компания не изменится.", "No company would change.")
    for name, (ru, en) in _TITLES.items():
        rows = parts[name]
        if rows:
            total = "" if name == "counts" else f": {len(rows)}"
            out.print(f"[bold]{escape(ru if language() == 'ru' else en)}[/]{total}")
            told = [{**row, "what": _in_words(str(row["what"]))} for row in rows if "what" in row]
            show((told or rows)[:_SHOWN], as_json=False)
    return 0


def _in_words(what: str) -> str:
    """What a count is of, in the user's language."""
    if language() != "ru":
        return what
    rule = what.removeprefix("records by ")
    return _COUNTED.get(what, f"записи по правилу {rule}")


def _parts(found: Compared) -> dict[str, list[dict[str, object]]]:
    return {
        "counts": found.counts.to_dicts(),
        "merged": found.merged.to_dicts(),
        "split": found.split.to_dicts(),
        "records": found.changes.records.to_dicts(),
        "fields": found.changes.fields.to_dicts(),
        "unmet": found.changes.unmet.to_dicts(),
    }


def _answer(opened: House, found: Activated, *, later: bool, as_json: bool) -> int:
    if found.written and not later:
        with TerminalProgress(err) as progress:
            settle(opened, progress=progress)
    if as_json:
        show([{"version": found.version, "written": found.written}], as_json=True)
    elif found.written:
        say(
            f"Действует набор правил {found.version}. Вернуть прежний: kanon rules back",
            f"Rule set {found.version} is in force. To take it back: kanon rules back",
        )
    else:
        say(
            f"Набор правил {found.version} уже действует.",
            f"Rule set {found.version} is in force already.",
        )
    return 0
