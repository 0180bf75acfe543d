"""What the models found wrong with a request, field by field, in the caller's language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.requests import Request

from admin.api.models import Fault
from admin.api.patterns import DIGITS, NAME, ONE_LINE, REF, TAG_NAME
from admin.api.problems import language, told
from admin.guard.bodies import dotted

# Pydantic's kinds of error, as our codes; of these the sentence needs a bound or none.
_CODES: Mapping[str, str] = MappingProxyType(
    {
        "extra_forbidden": "field_unknown",
        "missing": "field_missing",
        "string_type": "text_expected",
        "list_type": "list_expected",
        "string_too_long": "text_too_long",
        "string_too_short": "text_too_short",
        "too_long": "list_too_long",
        "too_short": "list_too_short",
        "dict_type": "object_expected",
        "literal_error": "choice_unknown",
        "string_unicode": "text_unreadable",
        "int_parsing": "number_expected",
        "int_from_float": "number_expected",
        "float_parsing": "number_expected",
        "int_parsing_size": "number_expected",
        "finite_number": "number_expected",
        "greater_than_equal": "number_too_small",
        "less_than_equal": "number_too_large",
    }
)
# What a pattern asks for, where a sentence can say it.
_OF_PATTERNS: Mapping[str, str] = MappingProxyType(
    {
        DIGITS: "digits_expected",
        TAG_NAME: "tag_name_unfit",
        ONE_LINE: "line_expected",
        REF: "ref_expected",
        NAME: "name_unfit",
    }
)
_CHOICE = re.compile(r"\^\(([\w|]+)\)\$")
_QUOTED = re.compile("'([^']*)'")
_LEAST = ("ge", "min_length")
_MOST = ("le", "max_length")


def faults(request: Request, error: RequestValidationError) -> list[Fault]:
    """One per wrong value, in the order of the fields; whole numbers are not split into kinds."""
    return [_fault(request, one) for one in error.errors()]


def _fault(request: Request, found: Mapping[str, Any]) -> Fault:
    where, *place = found["loc"]
    code = _code(found)
    bounds = found.get("ctx", {})
    words = {
        name: next((bounds[one] for one in keys if one in bounds), "")
        for name, keys in (("least", _LEAST), ("most", _MOST))
    }
    words["choices"] = _choices(request, bounds)
    return Fault(
        field=dotted(tuple(place)) or str(where), code=code, detail=told(request, code, words)
    )


def _code(found: Mapping[str, Any]) -> str:
    if found["type"] == "string_pattern_mismatch":
        pattern = str(found["ctx"]["pattern"])
        return (
            "choice_unknown"
            if _CHOICE.fullmatch(pattern)
            else _OF_PATTERNS.get(pattern, "text_unfit")
        )
    return _CODES.get(found["type"], "value_wrong")


def _choices(request: Request, bounds: Mapping[str, Any]) -> str:
    """The choices of a list or of a pattern, as a phrase in the caller's language."""
    listed = _CHOICE.fullmatch(str(bounds.get("pattern", "")))
    names = listed[1].split("|") if listed else _QUOTED.findall(str(bounds.get("expected", "")))
    either = " или " if language(request) == "ru" else " or "
    return either.join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)
