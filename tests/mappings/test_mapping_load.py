"""Mapping files: what is refused, where the refusal points, and how an override is laid on."""

from __future__ import annotations

from pathlib import Path

import pytest

from mappings.load import load_mapping, read_mapping
from mappings.registry import Registry, shipped
from mappings.yaml_tree import merge, read_tree
from schemas.errors import ConfigError

GOOD = """\
stream: customers
target: item
version: 3
key: ID
joins:
  - stream: names
    as: ru
    on: {ID: ID}
fields:
  code: CODE
  name:
    from: [ru.NAME, NAME]
    via: [first_of, strip]
"""


def refused(text: str) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        read_mapping(text, "site.yaml")
    return caught.value


@pytest.mark.parametrize(
    ("before", "after", "line", "hint"),
    [
        ("via: [first_of, strip]", "via: [first_of, stripp]", 13, "strip"),
        ("target: item", "target: itemm", 2, "item"),
        ("  code: CODE", "  coed: CODE", 10, "code"),
        ("    via:", "    vai:", 13, "via"),
        ("key: ID", "keys: ID", 4, "key"),
        ("    as: ru", "    az: ru", 7, "as"),
        ("[ru.NAME, NAME]", "[uk.NAME, NAME]", 12, "ru"),
        ("on: {ID: ID}", "on: {ID: tl.ID}", 8, ""),
        ("version: 3", "version: three", 3, ""),
        ("via: [first_of, strip]", "via: [strip, first_of]", 13, ""),
    ],
)
def test_a_wrong_name_is_refused_with_its_line_and_the_nearest_right_one(
    before: str, after: str, line: int, hint: str
) -> None:
    assert before in GOOD
    error = refused(GOOD.replace(before, after, 1))
    assert (error.file, error.line) == ("site.yaml", line)
    assert hint in error.en
    assert hint in error.ru
    assert error.ru.startswith(f"site.yaml:{line}: ")


def test_a_key_given_twice_is_refused_where_it_stands_again() -> None:
    error = refused(GOOD + "  code: OTHER\n")
    assert error.line == 14
    assert "«code»" in error.ru


def test_what_is_not_yaml_is_refused_with_its_line() -> None:
    assert refused("stream: [a\nfields: }").line == 2


def test_what_is_not_a_mapping_is_refused() -> None:
    assert refused("- stream\n").line == 1


def test_two_joins_of_one_name_are_refused() -> None:
    doubled = GOOD.replace("fields:", "  - {stream: more, as: ru, on: {ID: ID}}\nfields:", 1)
    assert refused(doubled).line == 9


def test_a_list_function_cannot_feed_a_text_field() -> None:
    error = refused(GOOD.replace("  code: CODE", "  code: {from: CODE, via: [emails]}"))
    assert error.line == 10


def test_a_value_outside_the_entity_enumeration_is_refused() -> None:
    text = "stream: s\ntarget: party\nversion: 1\nfields:\n  name: N\n  status:\n    from: S\n"
    error = refused(text + "    values:\n      A: actve\n")
    assert error.line == 9
    assert "active" in error.en


def test_a_field_without_origin_is_refused() -> None:
    assert refused(GOOD.replace("  code: CODE", "  code: {via: [strip]}")).line == 10


def test_words_that_yaml_takes_for_booleans_stay_words() -> None:
    tree = read_tree("on: {no: yes, 01: 1.0, empty: , text: ''}", "f")
    assert tree.data == {"on": {"no": "yes", "01": "1.0", "empty": None, "text": ""}}


def test_the_version_follows_the_text_and_the_functions_but_not_the_order_of_fields() -> None:
    version = read_mapping(GOOD, "a").version
    assert version.startswith("3+")
    assert len(version) == 10
    swapped = GOOD.replace("  code: CODE\n", "") + "  code: CODE\n"
    assert read_mapping(swapped, "b").version == version
    assert read_mapping(GOOD.replace("CODE\n", "CODE2\n"), "a").version != version
    newer = Registry(shipped().functions, version=shipped().version + 1)
    assert read_mapping(GOOD, "a", registry=newer).version != version


def test_an_override_changes_only_what_it_names() -> None:
    over = "fields:\n  name: NAME2\n  unit: UOM\n  code:\njoins:\n  - as: ru\n    latest: CHANGED\n"
    merged = merge(read_tree(GOOD, "base.yaml"), read_tree(over, "over.yaml"))
    assert merged.data["fields"] == {
        "name": {"from": "NAME2", "via": ["first_of", "strip"]},
        "unit": {"from": "UOM"},
    }
    assert merged.data["joins"] == [
        {"stream": "names", "as": "ru", "on": {"ID": "ID"}, "latest": "CHANGED"}
    ]
    assert merged.data["version"] == "3"


def test_a_mistake_in_an_override_names_the_override(tmp_path: Path) -> None:
    override = tmp_path / "inn.yaml"
    override.write_text("fields:\n  inn: {via: [strip, innn]}\n", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_mapping("ebs", "parties", override)
    assert (caught.value.file, caught.value.line) == (str(override), 2)
    assert "inn" in caught.value.en


def test_a_mistake_after_a_merge_still_names_the_shipped_file(tmp_path: Path) -> None:
    override = tmp_path / "target.yaml"
    override.write_text("target: item\n", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_mapping("ebs", "parties", override)
    assert caught.value.file == "mappings/ebs/parties.yaml"


def test_a_stream_without_a_mapping_is_refused_with_the_nearest_stream() -> None:
    with pytest.raises(ConfigError) as caught:
        load_mapping("ebs", "partys")
    assert "parties" in caught.value.ru


def test_an_override_alone_may_be_a_whole_mapping(tmp_path: Path) -> None:
    whole = tmp_path / "customers.yaml"
    whole.write_text(GOOD, encoding="utf-8")
    assert load_mapping("ebs", "customers", whole).target == "item"


def test_a_missing_override_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load_mapping("ebs", "parties", tmp_path / "absent.yaml")
    assert caught.value.file.endswith("absent.yaml")
