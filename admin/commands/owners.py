"""`kanon owner`: whose client each company is."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from admin.account import account
from admin.commands.inspect import Json
from admin.commands.shell import house, say, show
from flows.table_file import read_table
from schemas.errors import ConfigError
from schemas.scopes import owner_of
from store import finding, identity, journal, owners
from store.engine import Reader, Writer

_AT_ONCE = 500


def owner_give(company: str, *owner: str) -> int:
    """COMPANY, named by its id, INN or key, is the client of these owners, and of no others.

    Without an owner it is nobody's.
    """
    named = sorted({owner_of(one) for one in owner})
    with house() as opened, opened.store.write() as writer:
        party_id = _company(writer, company)
        before = owners.of(writer, party_id)
        owners.give(writer, [party_id], named, account())
        _note(writer, party_id, before, named)
    say(f"Готово: {', '.join(named) or '—'}.", f"Done: {', '.join(named) or '—'}.")
    return 0


def owner_load(file: Path) -> int:
    """Give owners by a table: FILE is CSV in UTF-8 or Parquet with the columns company (INN, id or key) and owner.

    Owners are added to those a company has. Lines whose company is not found are counted and left out.
    """
    table = read_table(file)
    if not {"company", "owner"} <= set(table.columns):
        raise ConfigError(
            "в таблице нужны столбцы company и owner.",
            "the table needs the columns company and owner.",
            file=str(file),
        )
    given, lost = 0, 0
    with house() as opened:
        for part in table.select("company", "owner").drop_nulls().iter_slices(_AT_ONCE):
            with opened.store.write() as writer:
                done, gone = _loaded(writer, part)
            given, lost = given + done, lost + gone
    say(
        f"Назначено: {given}, не найдено компаний: {lost}.",
        f"Given: {given}, companies not found: {lost}.",
    )
    return 1 if lost else 0


def _loaded(writer: Writer, part: pl.DataFrame) -> tuple[int, int]:
    """How many were given, and how many companies are not there."""
    by, given, lost = account(), 0, 0
    for company, owner in part.iter_rows():
        found = _found(writer, str(company))
        if found is None:
            lost += 1
        else:
            given += owners.give(writer, [found], [owner_of(str(owner))], by, whole=False)
    return given, lost


def owner_list(*, json: Json = False) -> int:
    """List the owners and how many companies each has."""
    with house() as opened, opened.store.read() as reader:
        found = owners.listing(reader)
    empty = (
        "Ответственных нет. Назначить: kanon owner give ИНН ИМЯ",
        "No owners. To give one: kanon owner give INN NAME",
    )
    show([{"owner": name, "companies": n} for name, n in found], as_json=json, empty=empty)
    return 0


def _company(reader: Reader, company: str) -> str:
    found = _found(reader, company)
    if found is None:
        raise ConfigError(
            f"Компании «{company}» нет: нужен её ИНН, ключ или идентификатор.",
            f"There is no company {company}: give its INN, key or id.",
        )
    return found


def _found(reader: Reader, company: str) -> str | None:
    lives = identity.resolve(reader, company)
    if lives is not None:
        return lives
    only = finding.find(reader, company, 2).only
    return only.party_id if only is not None and only.exact else None


def _note(writer: Writer, party_id: str, before: list[str], after: list[str]) -> None:
    told = {"owners": after}
    act = journal.Act(
        account(), "owner_given", "legal_entity", party_id,
        before={"owners": before}, after=told,
    )  # fmt: skip
    journal.note(writer, act)
