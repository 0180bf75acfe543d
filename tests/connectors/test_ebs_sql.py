"""The EBS statements, word for word, for Oracle 11.2 and 19c, and the rules of Oracle they keep."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from connectors.ebs.tables import TABLES
from tests.connectors.ebs_sql import compiled, settings, statements

GOLDEN = Path(__file__).parent / "golden"
VERSIONS = {"11.2": (11, 2, 0), "19c": (19, 0, 0)}
MANY = list(range(2501))


@pytest.mark.parametrize("release", VERSIONS)
def test_statements_are_the_reviewed_ones(release: str) -> None:
    """KANON_WRITE_GOLDEN=1 writes the files anew; review the difference."""
    chosen = settings()
    text = "\n\n".join(
        f"-- {name}\n{compiled(statement, VERSIONS[release])};"
        for name, statement in statements(chosen)
    )
    file = GOLDEN / f"ebs_{release}.sql"
    if os.environ.get("KANON_WRITE_GOLDEN"):
        GOLDEN.mkdir(exist_ok=True)
        file.write_text(text + "\n", encoding="utf-8")
    assert file.read_text(encoding="utf-8") == text + "\n"


@pytest.mark.parametrize("release", VERSIONS)
def test_paging_is_spelt_as_the_release_understands(release: str) -> None:
    pages = [
        compiled(statement, VERSIONS[release])
        for name, statement in statements(settings())
        if "page" in name
    ]
    wanted, foreign = (
        ("ROWNUM <=", "FETCH FIRST") if release == "11.2" else ("FETCH FIRST", "ROWNUM")
    )
    assert pages
    assert all(wanted in page and foreign not in page for page in pages)


def complaints(text: str) -> list[str]:
    """What Oracle up to 12.1 would say of a statement."""
    found = []
    if any(inside.count(",") >= 1000 for inside in re.findall(r"IN \(([^)]*)\)", text)):
        found.append("ORA-01795: more than 1000 expressions in a list")
    words = re.findall(r'"([^"]+)"|\b([A-Za-z_][A-Za-z0-9_$#]*)', text)
    if any(len((quoted or plain).encode()) > 30 for quoted, plain in words):
        found.append("ORA-00972: identifier is too long")
    if re.search(r"\([^()]*,[^()]*\)\s*[<>]", text):
        found.append("ORA-01796: this operator cannot be used with lists")
    if re.search(r"\bLIMIT\b", text) or "''" in text:
        found.append("ORA-00933: SQL command not properly ended, or an empty string that is null")
    if re.search(r"\b(?:WHERE|AND|OR) (?:0|1|true|false)\b(?! [=<>])", text):
        found.append("ORA-00920: invalid relational operator")
    return found


@pytest.mark.parametrize("release", VERSIONS)
def test_statements_keep_the_rules_of_oracle(release: str) -> None:
    chosen = settings(orgs=MANY)
    for name, statement in statements(chosen):
        assert complaints(compiled(statement, VERSIONS[release])) == [], name


@pytest.mark.parametrize(
    "text",
    [
        f"WHERE a IN ({', '.join('1' * 1001)})",
        "SELECT a_name_of_more_than_thirty_bytes FROM t",
        "SELECT 1 FROM t WHERE (a, b) > (:x, :y)",
        "SELECT 1 FROM t LIMIT 5",
        "SELECT 1 FROM t WHERE a = ''",
        "SELECT 1 FROM t WHERE 0",
    ],
)
def test_the_rules_catch_what_oracle_refuses(text: str) -> None:
    assert complaints(text)


def test_every_column_has_a_name_oracle_takes() -> None:
    names = {column.name for table in TABLES.values() for column in table.table.columns}
    assert "GLOBAL_ATTRIBUTE_CATEGORY" in names
    assert not [name for name in names if len(name.encode()) > 30]


def test_no_statement_reads_every_operating_unit() -> None:
    for name, statement in statements(settings()):
        if name.startswith(("acct_sites", "site_uses")):
            assert '"ORG_ID" IN (' in compiled(statement, VERSIONS["19c"]), name


def test_long_list_of_units_is_split_not_cut() -> None:
    text = compiled(dict(statements(settings(orgs=MANY)))["site_uses: count"], VERSIONS["19c"])
    lists = re.findall(r'"ORG_ID" IN \(([^)]*)\)', text)
    assert [inside.count(",") + 1 for inside in lists] == [1000, 1000, 501]
