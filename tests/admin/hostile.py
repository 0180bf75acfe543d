"""Values nobody means, and where they go: every parameter and body of the API, every field of every form."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

LONG = "9" * 4400  # Python reads no number of more than 4300 digits
ODD = ("a\0b", LONG, "\ud800", "0001-01-01", "9999-12-31T23:59:59-14:00", "²", "a/b/c", "(")
WORST = ("a\0b", LONG, "\ud800", "9999-12-31T23:59:59-14:00")
_MOMENTS = ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00")
_BY_FORMAT = {
    "date": ("0001-01-01", "9999-12-31"),
    "date-time": _MOMENTS,
}
_BY_TYPE: Mapping[str, Sequence[Any]] = {
    "integer": (2**63, -1),
    "number": (1e308, -1),
    "boolean": ("yes",),
    "array": ([None], ["a", "a"]),
    "object": ({"": ""}, []),
}
_MOST_NAMES = 12


def encoded(text: str) -> str:
    """Text as it stands in an address or a form, halves of characters included."""
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


@dataclass(frozen=True)
class Document:
    """The OpenAPI document, its references followed."""

    told: Mapping[str, Any]

    def operations(self) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
        """Method, path and description of each."""
        for path, methods in self.told["paths"].items():
            for method, operation in methods.items():
                yield method.upper(), path, operation

    def body(self, operation: Mapping[str, Any]) -> tuple[Mapping[str, Any], dict[str, Any]] | None:
        """The schema of its body and an example of it; None if it takes none."""
        if "requestBody" not in operation:
            return None
        schema = self.whole(operation["requestBody"]["content"]["application/json"]["schema"])
        return schema, dict((schema.get("examples") or [{}])[0])

    def whole(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        """The schema itself, or what it refers to."""
        while "$ref" in schema:
            schema = self.told["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        return schema

    def odd(self, schema: Mapping[str, Any]) -> list[Any]:
        """What a value of this schema should not be, and yet is near to it."""
        kinds = [self.whole(one) for one in (schema.get("anyOf") or [schema])]
        told: list[Any] = []
        for kind in kinds:
            if kind.get("type") == "string":
                near = LONG[: kind.get("maxLength", len(LONG))]
                told += _BY_FORMAT.get(kind.get("format", ""), (near,))
            told += _BY_TYPE.get(kind.get("type", ""), ())
        return told

    def places(self, schema: Mapping[str, Any], at: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:  # fmt: skip
        """Every place of a body, whatever its depth, with an odd value for it."""
        schema = self.whole(schema)
        for part in schema.get("anyOf", ()):
            yield from self.places(part, at)
        inner = [*schema.get("properties", {}).items()]
        inner += [(0, schema["items"])] if "items" in schema else []
        for name, kind in inner:
            for value in self.odd(self.whole(kind)):
                yield (*at, name), value
            yield from self.places(kind, (*at, name))


def put(body: dict[str, Any], at: Sequence[Any], value: Any) -> dict[str, Any]:
    """The body with a value at a place; what leads there is made if it is not there."""
    told = json.loads(json.dumps(body))
    here: Any = told
    for name, after in zip(at, [*at[1:], None], strict=True):
        inside: Any = value if after is None else [] if after == 0 else {}
        if isinstance(here, list):
            here[:] = here[:1] or [inside]
        if after is None or not isinstance(here[name] if name == 0 else here.get(name), type(inside)):  # fmt: skip
            here[name] = inside
        here = here[name]
    return dict(told)


@dataclass(frozen=True)
class Form:
    """A form of a page: where it is sent, its fields as they stand, its buttons."""

    action: str
    fields: Mapping[str, str]
    buttons: Sequence[tuple[str, str]] = field(default=())

    @property
    def shape(self) -> str:
        """What forms of one kind have in common, whatever record they are of."""
        ids = re.sub(r"[0-9a-f-]{32,36}|\d+", "N", self.action.partition("?")[0])
        return f"{ids} {sorted(self.names)} {sorted(name for name, _ in self.buttons)}"

    @property
    def names(self) -> list[str]:
        """Its fields to try: of those that differ by a number only the first."""
        kinds = {
            re.sub(r"\d+", "N", name): name for name in reversed(self.fields) if name != "csrf"
        }
        return sorted(kinds.values())[:_MOST_NAMES]


def forms_of(page: str) -> Iterator[Form]:
    """The forms that a page posts."""
    for attributes, inside in re.findall(r"<form\b([^>]*)>(.*?)</form>", page, re.DOTALL):
        action = re.search(r'action="([^"]*)"', attributes)
        if action is None or 'method="post"' not in attributes:
            continue
        tags = [(tag, *map(_of(rest), ("name", "value"))) for tag, rest in _TAG.findall(inside)]
        fields = {name: value for tag, name, value in tags if name and tag != "button"}
        buttons = [(name, value) for tag, name, value in tags if name and tag == "button"]
        yield Form(html.unescape(action[1]), fields, buttons)


_TAG = re.compile(r"<(input|select|textarea|button)\b([^>]*)>")


def _of(attributes: str) -> Any:
    def value(name: str) -> str:
        found = re.search(rf'\b{name}="([^"]*)"', attributes)
        return html.unescape(found[1]) if found else ""

    return value
