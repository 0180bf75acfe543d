"""The JSON Schema of a mapping file, for editors: completion of targets, fields and functions."""

from __future__ import annotations

import json
from typing import Any

from mappings.check import mappable
from mappings.registry import Registry, shipped
from mappings.spec import MappingSpec
from schemas.entities import ENTITIES

TEXT = {"type": "string"}


def mapping_schema(registry: Registry | None = None) -> dict[str, Any]:
    """The schema as data; `via` completes the functions of `registry` (default: the shipped ones)."""
    registry = registry or shipped()
    schema = MappingSpec.model_json_schema(by_alias=True)
    for model in (schema, *schema["$defs"].values()):
        for option in model.get("properties", {}).values():
            _allow_single(option)
    fields = schema["properties"]["fields"]
    long_form = fields.pop("additionalProperties")
    column_names = {"type": "array", "items": TEXT}
    fields["additionalProperties"] = {"anyOf": [TEXT, column_names, long_form]}
    names = {name for target in ENTITIES for name in mappable(target)}
    fields["propertyNames"] = {"enum": sorted(names)}
    schema["properties"]["target"]["enum"] = sorted(ENTITIES)
    via = schema["$defs"]["FieldSpec"]["properties"]["via"]
    functions = {"enum": registry.names()}
    via["anyOf"] = [functions, {"type": "array", "items": functions}]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _allow_single(option: dict[str, Any]) -> None:
    """A list of texts may be written as one text."""
    if option.get("type") == "array" and option.get("items") == TEXT:
        del option["type"]
        option["anyOf"] = [TEXT, {"type": "array", "items": option.pop("items")}]


def mapping_schema_text() -> str:
    """The schema as the text of a `.json` file."""
    return json.dumps(mapping_schema(), ensure_ascii=False, indent=2) + "\n"
