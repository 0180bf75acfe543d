"""First drafts of mappings for tables that have none: from what the names of their columns mean."""

from __future__ import annotations

import re
from collections.abc import Mapping

from config.migration import Plan, Table
from flows.dedupe_columns import INN_KPP, recognise, spelled

_VIA: Mapping[str, str] = {
    "inn": "via: inn, invalid: drop",
    "kpp": "via: kpp, invalid: drop",
    "ogrn": "via: ogrn, invalid: drop",
    "legal_address": "via: address, invalid: drop",
    "phones": "via: phones, invalid: drop",
    "emails": "via: emails, invalid: drop",
    "last_name": "via: text",
    "first_name": "via: text",
    "middle_name": "via: text",
    "article": "via: text",
    "unit": "via: text",
    "okei": "via: okei",
}
_PERSON = (
    ("last_name", r"фамил|last ?name|surname"),
    ("first_name", r"^имя$|first ?name"),
    ("middle_name", r"отчеств|middle ?name"),
    ("name", r"\bфио\b|\bfio\b|контактное лицо|contact ?(name|person)|^name$|^наимен"),
    ("position", r"должност|position|job|title"),
)
_ITEM = (
    ("article", r"артикул|\bsku\b|article"),
    ("name", r"^наимен|^назван|^name|номенклатур"),
    ("unit", r"ед(иница)? изм|\bunit\b|\buom\b"),
    ("code", r"^(код|code)$"),
    ("barcode", r"штрихкод|barcode"),
)


def draft(plan: Plan, table: Table) -> str | None:
    """A mapping of a table as YAML to be read by an engineer; None where nothing can be told."""
    if table.target == "party":
        fields = _party(table)
    elif table.target == "person":
        fields = _by_words(table, _PERSON) | _reached(table) | _belongs(plan, table)
    elif table.target == "item":
        fields = _by_words(table, _ITEM)
    else:
        return None
    if not fields:
        return None
    lines = [f"  {field}: {{{body}}}" for field, body in fields.items()]
    head = [f"stream: {table.name}", f"target: {table.target}", "version: 1", "", "fields:"]
    return "\n".join([*head, *lines]) + "\n"


def _line(field: str, columns: tuple[str, ...]) -> str:
    named = ", ".join(_quoted(name) for name in columns)
    source = named if len(columns) == 1 else f"[{named}]"
    steps = _VIA.get(field, "")
    if len(columns) > 1 and "via: " in steps:
        steps = re.sub(r"via: (\w+)", r"via: [first_of, \1]", steps)
    return ", ".join(part for part in (f"from: {source}", steps) if part)


def _quoted(name: str) -> str:
    return f"'{name}'" if re.search(r"[^\w ]", name) or not name.strip() else name


def _party(table: Table) -> dict[str, str]:
    found = recognise(list(table.columns), {})
    fields: dict[str, str] = {}
    for field, columns in found.columns.items():
        if field in ("source", "source_id", "updated_at", INN_KPP):
            continue
        name = "legal_address" if field == "address" else field
        fields[name] = _line(name, columns)
    return fields


def _reached(table: Table) -> dict[str, str]:
    found = recognise(list(table.columns), {}).columns
    return {field: _line(field, found[field]) for field in ("phones", "emails") if field in found}


def _by_words(table: Table, words: tuple[tuple[str, str], ...]) -> dict[str, str]:
    fields: dict[str, str] = {}
    taken: set[str] = set()
    for field, pattern in words:
        for column in table.columns:
            if column not in taken and re.search(pattern, spelled(column)):
                fields[field] = _line(field, (column,))
                taken.add(column)
                break
    return fields


def _belongs(plan: Plan, table: Table) -> dict[str, str]:
    """Whose contact a person is: the first reference to a table of counterparties."""
    for one in table.references:
        parent = plan.table(one.table)
        if parent is not None and parent.target == "party" and parent.name != table.name:
            return {"party_key": f"from: {_quoted(one.column)}, refers: {parent.name}"}
    return {}
