"""`kanon rules audit` and `kanon rules threshold`: how often evidence is wrong, and how low it may then decide."""

from __future__ import annotations

import json as json_text
import sys
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter
from cyclopts.validators import Number

from admin.commands.inspect import Json
from admin.commands.options import NOW, Deciding
from admin.commands.shell import house, language, out, say, show
from dedup.words import REASON_WORDS
from flows import audit
from flows.rule_file import written
from schemas.errors import ConfigError

_ROWS = 20


def rules_audit(
    *,
    ask: Annotated[
        int | None,
        Parameter(help="Draw so many joined records at random and put them in the queue."),
    ] = None,
    how: Deciding = NOW,
    json: Json = False,
) -> int:
    """Show how often people found joins by evidence wrong, and the share that may be wrong at most.

    With --ask N, N records that evidence joined wait among the review pairs, for a person to say whether
    they are where they belong. "Different" parts them at once.
    """
    with house() as opened:
        if ask is not None:
            found = audit.draw(opened, ask, how.name, how.reason)
            say(f"Новых вопросов в очереди: {found}", f"New questions in the queue: {found}")
        with opened.store.read() as reader:
            told = audit.result(reader)
    if json:
        body = {"total": told.total, "reasons": told.reasons.to_dicts()}
        sys.stdout.write(json_text.dumps(body, ensure_ascii=False) + "\n")
        return 0
    show([_worded(row) for row in told.reasons.to_dicts()], as_json=False)
    _print_total(told.total)
    return 0


def _worded(row: dict[str, Any]) -> dict[str, object]:
    words = REASON_WORDS.get(row["why"], (row["why"], row["why"]))
    return {**row, "why": words[0 if language() == "ru" else 1], "bound": _share(row["bound"])}


def _share(bound: float) -> str:
    return "—" if bound >= 1 else f"{100 * bound:.2f} %"


def _print_total(total: dict[str, float]) -> None:
    answered, wrong = int(total["right"] + total["wrong"]), int(total["wrong"])
    if not answered:
        say(
            "Ответов ещё нет. Задать вопросы: kanon rules audit --ask 100",
            "Nobody has answered yet. To ask: kanon rules audit --ask 100",
        )
        return
    share = _share(total["bound"])
    say(
        f"Ошибочных {wrong} из {answered}; с уверенностью 95 % их не больше {share}",
        f"{wrong} of {answered} were wrong; with 95 % confidence no more than {share} are",
    )


def rules_threshold(
    *,
    at_most: Annotated[
        float,
        Parameter(help="The share of wrong joins to allow.", validator=Number(gt=0, lt=0.5)),
    ] = 0.001,
    version: Annotated[str, Parameter(help="What to call the new rule set.")] = "earned",
    to: Annotated[
        Path | None, Parameter(name="--out", help="Write the rule set here, for rules diff.")
    ] = None,
    json: Json = False,
) -> int:
    """Find the lowest probability from which people's answers allow joining without asking.

    Counted are answers about review pairs and audit questions, with a bound of 95 % confidence. The rule
    set found is written to --out and changes nothing until `kanon rules activate`.
    """
    with house() as opened, opened.store.read() as reader:
        found = audit.earn(reader, at_most, version)
    if json:
        auto = found.model.auto if found.model else None
        body = {"auto": auto, "needed": found.needed, "table": found.table.to_dicts()}
        sys.stdout.write(json_text.dumps(body, ensure_ascii=False) + "\n")
    else:
        _print_earned(found, at_most)
    if found.model is None:
        return 1
    if to is not None:
        _write(to, written(found.model))
    return 0


def _print_earned(found: audit.Earned, at_most: float) -> None:
    rows = found.table.tail(_ROWS).to_dicts()
    show([{**row, "bound": _share(row["bound"])} for row in rows], as_json=False)
    if found.model is None:
        say(
            f"Ответов мало: для {_share(at_most)} нужно {found.needed} без ошибки. Задать: kanon rules audit --ask {found.needed}",
            f"Too few answers: {_share(at_most)} takes {found.needed} without an error. To ask: kanon rules audit --ask {found.needed}",
        )
        return
    out.print(f"auto: [bold]{found.model.auto:g}[/]")


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigError(
            f"файл не записать ({error.strerror}): проверьте папку и права.",
            f"the file cannot be written ({error.strerror}): check the folder and your rights.",
            file=str(path),
        ) from error
    say(
        f"Набор правил записан в {path}. Дальше: kanon rules diff {path}",
        f"The rule set is in {path}. Next: kanon rules diff {path}",
    )
