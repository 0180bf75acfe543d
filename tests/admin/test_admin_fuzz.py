"""Calls made up from the OpenAPI document: no 5xx, and no answer that the document does not tell of."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import openapi
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.admin.outside import Outside, filled_base, hub

__all__ = ["filled_base", "hub"]
EXAMPLES = 4
CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance,
]  # fmt: skip


def test_whatever_is_sent_the_answer_is_one_of_the_document(
    hub: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each operation as an administrator would call it, with values that fit and values that do not."""
    monkeypatch.setattr("flows.deliver.post", _nowhere)
    monkeypatch.setattr("admin.wiring.Settling.soon", lambda *_: False)
    schema = openapi.from_dict(hub.app.openapi())
    seen: list[int] = []
    for found in schema.get_all_operations():
        seen += _called(hub, found.ok())
    assert len(seen) > 30 * EXAMPLES
    assert {200, 404, 422} <= set(seen), "some calls must come through and some must not"


def _nowhere(*_: Any) -> Any:
    from flows.outward import Answered

    return Answered(None, "unreachable")


def _called(hub: Outside, operation: Any) -> list[int]:
    seen: list[int] = []

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.generate],
    )
    @given(case=operation.as_strategy())
    def one(case: schemathesis.Case) -> None:
        sent = case.as_transport_kwargs(base_url="http://127.0.0.1")
        told = {
            name: sent[name] for name in ("method", "url", "params", "json", "data") if name in sent
        }
        headers = {
            k: v for k, v in (sent.get("headers") or {}).items() if k.lower() != "authorization"
        }
        told["params"] = (
            {**(told.get("params") or {}), "wait": 0} if _waits(case) else told.get("params")
        )
        answer = hub.admin.request(headers=headers, **told)
        seen.append(answer.status_code)
        case.validate_response(answer, checks=CHECKS)

    one()
    return seen


def _waits(case: schemathesis.Case) -> bool:
    return case.path in {"/v1/changes", "/v1/consumers/{name}/changes", "/v1/parties"} and (
        case.method == "GET" or case.path == "/v1/parties"
    )
