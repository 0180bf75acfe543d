"""A request that cannot be answered, by a code that both languages have a sentence for."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.exceptions import HTTPException


class Trouble(HTTPException):
    """`code` is stable and for programs; `field` is what is wrong; `words` fill the sentence of the code."""

    def __init__(
        self,
        status: int,
        code: str,
        field: str | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        **words: object,
    ) -> None:
        super().__init__(status, code, dict(headers) if headers else None)
        self.code = code
        self.field = field
        self.words = words
