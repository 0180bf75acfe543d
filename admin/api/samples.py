"""Operations of an OpenAPI document as people read them: parameters, body, answers, and calls to try."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Value:
    """A parameter of a call, or a field of its body."""

    name: str
    where: str
    kind: str
    required: bool
    meaning: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One call: `statuses` are (status, meaning) of its answers, `curl` and `python` ask it as it stands."""

    group: str
    method: str
    path: str
    summary: str
    description: str
    values: tuple[Value, ...]
    statuses: tuple[tuple[str, str], ...]
    answer: str
    curl: str
    python: str

    @property
    def anchor(self) -> str:
        """Its place on a page."""
        told = f"{self.method}{self.path}".lower()
        return "".join(sign if sign.isalnum() else "-" for sign in told).strip("-")

    def fits(self, words: str) -> bool:
        """Whether it has all the words, in its path, its sentences or its parameters."""
        names = " ".join(value.name for value in self.values)
        text = f"{self.method} {self.path} {self.summary} {self.description} {names}".lower()
        return all(word in text for word in words.lower().split())


def operations(document: Document, address: str) -> list[Operation]:
    """Every operation of a document, in its order; samples call `address`."""
    return [
        _operation(document, address, path, method, body)
        for path, methods in document["paths"].items()
        for method, body in methods.items()
    ]


def _operation(
    document: Document, address: str, path: str, method: str, body: Mapping[str, Any]
) -> Operation:
    schema, sent = _sent(document, body)
    parameters = body.get("parameters", [])
    url, headers = _url(path, parameters)
    return Operation(
        group=path.split("/")[2].partition(".")[0].strip("{}"),
        method=method.upper(),
        path=path,
        summary=body.get("summary", ""),
        description=body.get("description", ""),
        values=(*(_parameter(one) for one in parameters), *_fields(schema)),
        statuses=tuple((status, one["description"].replace("Successful Response", "OK")) for status, one in sorted(body["responses"].items())),
        answer=_answer(body),
        curl=_curl(method.upper(), address + url, headers, sent),
        python=_python(method, url, headers, sent),
    )  # fmt: skip


def _sent(document: Document, body: Mapping[str, Any]) -> tuple[Mapping[str, Any], Any]:
    """The schema of the body and its first example."""
    content = body.get("requestBody", {}).get("content", {}).get("application/json", {})
    ref = content.get("schema", {}).get("$ref", "")
    schema = document.get("components", {}).get("schemas", {}).get(ref.rpartition("/")[2], {})
    return schema, next(iter(schema.get("examples", [])), None)


def _parameter(one: Mapping[str, Any]) -> Value:
    return Value(
        one["name"], one["in"], _kind(one.get("schema", {})), bool(one.get("required")),
        one.get("description", ""),
    )  # fmt: skip


def _fields(schema: Mapping[str, Any]) -> list[Value]:
    required = schema.get("required", ())
    return [
        Value(name, "body", _kind(one), name in required, one.get("description", ""))
        for name, one in schema.get("properties", {}).items()
    ]


def _kind(schema: Mapping[str, Any]) -> str:
    """A JSON Schema type in a word or two."""
    if "anyOf" in schema:
        told = [_kind(one) for one in schema["anyOf"] if one.get("type") != "null"]
        return " | ".join(told)
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if schema.get("type") == "array":
        return f"[{_kind(schema.get('items', {}))}]"
    return str(schema.get("type", "object"))


def _answer(body: Mapping[str, Any]) -> str:
    for status in ("200", "201"):
        content = body["responses"].get(status, {}).get("content", {})
        for kind, one in content.items():
            example = one.get("example")
            if example is not None:
                return _json(example) if kind == "application/json" else str(example)
    return ""


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def _url(path: str, parameters: list[Mapping[str, Any]]) -> tuple[str, dict[str, str]]:
    """The path with example values, the query that must be there, and the headers worth showing."""
    query: dict[str, str] = {}
    headers: dict[str, str] = {}
    for one in parameters:
        value = _example(one)
        if one["in"] == "path":
            path = path.replace(f"{{{one['name']}}}", quote(value, safe=""))
        elif one["in"] == "query" and one.get("required"):
            query[one["name"]] = value
        elif one["name"].lower() == "if-match":
            headers["If-Match"] = '"3"'
        elif one["name"].lower() == "idempotency-key":
            headers["Idempotency-Key"] = "crm-4711"
    return path + (f"?{urlencode(query)}" if query else ""), headers


def _example(one: Mapping[str, Any]) -> str:
    schema = one.get("schema", {})
    examples = one.get("examples") or schema.get("examples")
    if isinstance(examples, list) and examples:
        return str(examples[0])
    if schema.get("enum"):
        return str(schema["enum"][0])
    return "3" if schema.get("type") == "integer" else "Вектор" if one["in"] == "query" else "crm"


def _curl(method: str, url: str, headers: Mapping[str, str], sent: Any) -> str:
    lines = ["curl -s" + ("" if method == "GET" else f" -X {method}") + f" {shlex.quote(url)}"]
    lines.append("-H 'Authorization: Bearer '\"$KANON_TOKEN\"")
    lines += [f"-H {shlex.quote(f'{name}: {value}')}" for name, value in headers.items()]
    if sent is not None:
        text = json.dumps(sent, ensure_ascii=False)
        lines += ["-H 'Content-Type: application/json'", f"-d {shlex.quote(text)}"]
    if url.endswith((".parquet", ".csv")):
        lines.append("-OJ")
    return " \\\n  ".join(lines)


def _python(method: str, url: str, headers: Mapping[str, str], sent: Any) -> str:
    given = [repr(url)]
    if sent is not None:
        given.append(f"json={sent!r}")
    if headers:
        given.append(f"headers={dict(headers)!r}")
    call = f"hub.{method}({', '.join(given)})"
    if len(call) > 60:
        call = f"hub.{method}(\n    " + ",\n    ".join(given) + ",\n)"
    shown = "len(answer.content)" if url.endswith((".parquet", ".csv")) else "answer.json()"
    told = "answer.status_code" if method == "delete" else shown
    return f"answer = {call}\nanswer.raise_for_status()\nprint({told})"
