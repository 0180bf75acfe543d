"""Answers of stewardship as the reference shows them."""

from __future__ import annotations

from typing import Any

from admin.api.models import ID

_LEFT: dict[str, Any] = {
    "ref": "erp/parties/10482",
    "party_id": ID,
    "name": "ООО «Вектор»",
    "inn": "7707083893",
    "kpp": "770701001",
}
_RIGHT: dict[str, Any] = {
    "ref": "onec/Catalog_Контрагенты/0f1e2d3c",
    "party_id": "5f0d5a3e-3f2d-5a86-9a51-6f1f2f7a9b01",
    "name": "Вектор, ООО (Тула)",
    "inn": "7707083893",
    "kpp": None,
}
PAIR: dict[str, Any] = {
    "left": _LEFT,
    "right": _RIGHT,
    "rule": "R8",
    "severity": "normal",
    "reason": "name_alone",
    "score": 0.62,
    "value": 7,
    "pattern": "ennenne",
    "lane": "wait",
    "waits_since": "2026-11-20T09:00:00Z",
    "opened_by": None,
    "assignee": "anna.petrova",
    "seen": "8c2f1d0a9b7e6f55",
}
PAIRS = {"items": [PAIR], "next": None}
IN_USE: dict[str, Any] = {
    "alive": True,
    "calls": {"count": 14, "last": "2026-11-20T09:12:00Z", "more": False},
    "enquiries": {"count": 2, "last": "2026-10-02T13:40:00Z", "more": False},
    "orders": {"count": 1, "last": "2026-10-02T13:40:00Z", "more": False},
    "months": [1, 0, 2, 1, 0, 0, 3, 1, 2, 1, 3, 2],
}
_LIVES = {
    **IN_USE,
    "changed_at": "2026-11-12T08:30:00Z",
    "trust": {"requisites": {"place": 1, "last": 3}, "name": {"place": 2, "last": 3}},
}
_SLEEPS = {
    **{
        name: {"count": 0, "last": None, "more": False} for name in ("calls", "enquiries", "orders")
    },
    "changed_at": "2023-02-01T07:00:00Z",
    "trust": {"requisites": {"place": 2, "last": 3}, "name": {"place": 1, "last": 3}},
    "alive": False,
    "months": [0] * 12,
}
BESIDE = {"left": {**_LEFT, **_LIVES}, "right": {**_RIGHT, **_SLEEPS}, "seen": PAIR["seen"]}
DECIDED = {"decision": 41, "proposal": None}
PREVIEW = {
    "pairs": 112,
    "excluded": {"red_flag": 3},
    "more": False,
    "needs_second": True,
    "seen": "1b4e28ba2fa1",
}
ACT: dict[str, Any] = {
    "id": 12,
    "kind": "bulk",
    "verdict": "same",
    "state": "waiting",
    "why": "many_pairs",
    "author": "anna.petrova",
    "answered_by": None,
    "size": 112,
    "done": 0,
    "refused": 0,
}
CLUSTER: dict[str, Any] = {
    "id": ID,
    "version": 3,
    "members": [
        {**{n: _LEFT[n] for n in ("ref", "name", "inn", "kpp")}, "rule": "R1", "score": None},
        {**{n: _RIGHT[n] for n in ("ref", "name", "inn", "kpp")}, "rule": "R8", "score": 0.97},
    ],
    "ties": [{"left": _LEFT["ref"], "right": _RIGHT["ref"], "shared": ["inn"], "weak": False}],
}
PARTING: dict[str, Any] = {
    "version": 3,
    "fields": [{"field": "name", "before": "ООО «Вектор»", "after": "ООО «Вектор Тула»"}],
    "children": [{"entity": "unit", "what": "710701001"}],
    "returns": None,
}
