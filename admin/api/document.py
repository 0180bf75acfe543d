"""The OpenAPI document: errors under the media type they really have, examples as they were written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

from admin.api.problems import MEDIA_TYPE


class Documented(FastAPI):
    """An application whose description says that errors are problem documents."""

    described: Sequence[APIRouter] = ()

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document, made once."""
        if self.openapi_schema is None:
            paths = super().openapi()["paths"]
            for methods in paths.values():
                for operation in methods.values():
                    _as_problems(operation["responses"])
            for router in self.described:
                _with_examples(paths, router)
        return super().openapi()


def _as_problems(responses: dict[str, Any]) -> None:
    for status, response in responses.items():
        content = response.get("content", {})
        if int(status) >= 400 and "application/json" in content:
            response["content"] = {MEDIA_TYPE: content["application/json"]}


def _with_examples(paths: dict[str, Any], router: APIRouter) -> None:
    """The examples of the routes: what made the document left out of them what is null."""
    for route in router.routes:
        if not isinstance(route, APIRoute) or not route.include_in_schema:
            continue
        for method in route.methods or ():
            described = paths[route.path][method.lower()]["responses"]
            for status, response in route.responses.items():
                for kind, content in response.get("content", {}).items():
                    if "example" in content:
                        described[str(status)]["content"][kind]["example"] = content["example"]
