"""The OpenAPI document: errors under the media type they really have."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from admin.api.problems import MEDIA_TYPE


class Documented(FastAPI):
    """An application whose description says that errors are problem documents."""

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document, made once."""
        if self.openapi_schema is None:
            described = super().openapi()
            for methods in described["paths"].values():
                for operation in methods.values():
                    _as_problems(operation["responses"])
        return super().openapi()


def _as_problems(responses: dict[str, Any]) -> None:
    for status, response in responses.items():
        content = response.get("content", {})
        if int(status) >= 400 and "application/json" in content:
            response["content"] = {MEDIA_TYPE: content["application/json"]}
