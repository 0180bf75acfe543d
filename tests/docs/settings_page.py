"""The tables of docs/configuration.md, made from the models that check the settings."""

from __future__ import annotations

import inspect
from typing import Any

from pydantic import BaseModel

from config.connections import Breaker, Connection
from config.directory import Directory
from config.settings import Settings
from connectors.registry import kind, kinds
from tests.docs.generated import table

TYPES = {"integer": "number", "string": "text", "boolean": "yes/no", "object": "mapping"}


def environment_table() -> str:
    """Every KANON_* variable."""
    rows: list[dict[str, object]] = [
        {
            "variable": f"`KANON_{name.upper()}`",
            "default": _default(field.default),
            "meaning": field.description,
        }
        for name, field in Settings.model_fields.items()
    ]
    return table(rows)


def connection_table() -> str:
    """The keys of a connection file and of its breaker."""
    left_out = {"file"}
    breaker = Breaker.model_json_schema()["properties"]
    rows = _rows(Connection.model_json_schema(), left_out)
    rows += [
        {**row, "setting": str(row["setting"]).replace("`", "`breaker.", 1)}
        for row in _rows({"properties": breaker}, set())
    ]
    return table([row for row in rows if row["setting"] != "`breaker`"])


def directory_table() -> str:
    """The keys of directory.yaml."""
    return table(_rows(Directory.model_json_schema(), {"file"}))


def kinds_text() -> str:
    """Every kind of source: what its model says and a table of its settings."""
    return "\n".join(_kind_text(name) for name in kinds())


def _kind_text(name: str) -> str:
    found = kind(name)
    parts = [f"### `{name}`: {found.title_en}\n"]
    models = [found.settings, *_parts_of(found.settings)]
    for model in models:
        if model is not found.settings:
            parts.append(f"#### {model.__name__} of `{name}`\n")
        parts.append(inspect.cleandoc(model.__doc__ or "") + "\n")
        rows = [{k: v for k, v in row.items() if k != "meaning"} for row in _model_rows(model)]
        parts.append(table(rows))
    parts.append(f"More: [connectors/{name}.md](connectors/{name}.md).\n")
    return "\n".join(parts)


def _parts_of(model: type[BaseModel]) -> list[type[BaseModel]]:
    """The models inside a model's settings, in the order of their fields."""
    inner = (
        one
        for field in model.model_fields.values()
        for one in _classes(field.annotation)
        if issubclass(one, BaseModel)
    )
    return list(dict.fromkeys(inner))


def _classes(annotation: Any) -> list[type]:
    if inspect.isclass(annotation) and not getattr(annotation, "__args__", ()):
        return [annotation]
    return [one for inner in getattr(annotation, "__args__", ()) for one in _classes(inner)]


def _model_rows(model: type[BaseModel]) -> list[dict[str, object]]:
    return _rows(model.model_json_schema(), set())


def _rows(schema: dict[str, Any], left_out: set[str]) -> list[dict[str, object]]:
    required = set(schema.get("required", ()))
    return [
        {
            "setting": f"`{name}`",
            "type": type_of(body),
            "default": "required" if name in required else _default(body.get("default")),
            "meaning": body.get("description"),
        }
        for name, body in schema["properties"].items()
        if name not in left_out
    ]


def type_of(body: dict[str, Any]) -> str:
    """A JSON Schema type in words: `list of text`, `one of json, atom`."""
    if "anyOf" in body:
        shown = [type_of(one) for one in body["anyOf"] if one.get("type") != "null"]
        return " or ".join(shown)
    if "$ref" in body:
        return str(body["$ref"].rsplit("/", 1)[-1])
    if "enum" in body or "const" in body:
        return "one of " + ", ".join(f"`{one}`" for one in body.get("enum", [body.get("const")]))
    if body.get("format") in ("path", "password"):
        return {"path": "path", "password": "secret"}[body["format"]]
    if body.get("type") == "array":
        inner = body.get("items", {"type": "text"})
        return f"list of {type_of(inner)}"
    if body.get("type") == "object" and isinstance(body.get("additionalProperties"), dict):
        return f"mapping of name to {type_of(body['additionalProperties'])}"
    kind = str(body.get("type", "any"))
    return TYPES.get(kind, kind)


def _default(value: Any) -> str | None:
    if value is None or value in ("", [], {}):
        return None
    if isinstance(value, bool):
        return "`true`" if value else "`false`"
    if isinstance(value, list | tuple):
        return ", ".join(f"`{one}`" for one in value)
    if isinstance(value, dict):
        return ", ".join(f"`{one}`" for one in value)
    return f"`{value}`"
