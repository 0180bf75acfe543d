"""The API reference, drawn from the same document that machines read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from admin.site import site_of

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Operation:
    """One call of the API."""

    method: str
    path: str
    summary: str
    description: str
    parameters: list[dict[str, Any]]
    example: str


def operations(document: dict[str, Any]) -> list[Operation]:
    """Every operation of an OpenAPI document, in its order."""
    return [
        Operation(
            method.upper(),
            path,
            body.get("summary", ""),
            body.get("description", ""),
            body.get("parameters", []),
            _example(body),
        )
        for path, methods in document["paths"].items()
        for method, body in methods.items()
    ]


def _example(body: dict[str, Any]) -> str:
    content = body["responses"].get("200", {}).get("content", {}).get("application/json", {})
    example = content.get("example")
    return json.dumps(example, ensure_ascii=False, indent=2) if example is not None else ""


@router.get("/openapi.json")
def document(request: Request) -> Response:
    """The OpenAPI document."""
    return JSONResponse(request.app.openapi())


@router.get("/api")
def show(request: Request) -> Response:
    """The reference page."""
    calls = operations(request.app.openapi())
    return site_of(request).render(request, "reference.html", {"operations": calls})
