"""`kanon find`: the question the gate asks before anything is created."""

from __future__ import annotations

import json as text
import sys
from typing import Annotated, Any

from cyclopts import Parameter

from admin.commands.inspect import Json
from admin.commands.shell import house, language, out, show
from flows.gate import Answer, ask, shown
from flows.similar import shown as alike

_VERDICTS = {
    "new": ("Такого контрагента ещё нет.", "There is no such counterparty yet."),
    "new_unit": (
        "Юридическое лицо известно, подразделение новое.",
        "The legal entity is known, the unit is new.",
    ),
    "duplicate": ("Такой контрагент уже есть:", "This counterparty is there already:"),
    "contradiction": (
        "Реквизиты спорят с тем, что есть:",
        "The requisites contradict what is there:",
    ),
}
_LIKE_IT = (
    "По номерам его нет, а по другим признакам похожи:",
    "Nobody has its numbers, but these are like it:",
)
FOUND = 1


def find(
    name: Annotated[str | None, Parameter(help="Name, with or without the legal form.")] = None,
    *,
    inn: str | None = None,
    kpp: str | None = None,
    ogrn: str | None = None,
    address: str | None = None,
    phone: Annotated[tuple[str, ...], Parameter(negative="")] = (),
    email: Annotated[tuple[str, ...], Parameter(negative="")] = (),
    json: Json = False,
) -> int:
    """Is this counterparty in the base already? The same question as before every creation.

    Give what you know, such as `kanon find "ООО Вектор" --inn 7707083893`. Nothing is written. Exit
    code 0: it is new, 1: it is there or contradicts what is there. Of a new one, companies like it are
    listed, weighed as in matching.
    """
    fields = {
        "name": name,
        "inn": inn,
        "kpp": kpp,
        "ogrn": ogrn,
        "legal_address": address,
        "phones": "; ".join(phone) or None,
        "emails": "; ".join(email) or None,
    }
    with house() as opened:
        answer = ask(opened, fields)
    _print(answer, as_json=json)
    return 0 if answer.verdict in {"new", "new_unit"} else FOUND


def _print(answer: Answer, *, as_json: bool) -> None:
    russian = language() == "ru"
    hits = [
        {
            "id": hit.id,
            "name": hit.name,
            "inn": hit.inn,
            "ogrn": hit.ogrn,
            "rule": hit.rule,
            "score": hit.score,
            "why": hit.why_ru if russian else hit.why_en,
        }
        for hit in answer.hits
    ]
    if as_json:
        body = {
            "verdict": answer.verdict,
            "cleaned": dict(shown(answer.record)),
            "existing": hits,
            "similar": [alike(one, russian=russian) for one in answer.similar],
        }
        sys.stdout.write(text.dumps(body, ensure_ascii=False, default=str) + "\n")
        return
    out.print(_VERDICTS[answer.verdict][0 if russian else 1])
    show(hits, as_json=False)
    if answer.similar:
        out.print(_LIKE_IT[0 if russian else 1])
        show([_row(alike(one, russian=russian)) for one in answer.similar], as_json=False)


def _row(one: dict[str, Any]) -> dict[str, Any]:
    """A near hit on one line: what speaks for it is told after the sentence."""
    said = ", ".join(step["said"] for step in one["evidence"] if step["bits"] > 0)
    kept = {name: one[name] for name in ("id", "name", "inn", "score", "why")}
    return {**kept, "evidence": said}
