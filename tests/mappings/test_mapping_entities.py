"""What follows from the fields of a record taken together: party, person, contact point, address."""

from __future__ import annotations

from typing import Any

import pytest

from mappings.compile import CompiledMapping
from mappings.load import read_mapping
from schemas.errors import RecordRejected

PARTY_FIELDS = (
    "name full_name inn kpp ogrn country national_number kind "
    "legal_address merged_into head_key status"
)
VIA = {"inn": "inn", "kpp": "kpp", "ogrn": "ogrn"}


def mapping(target: str, fields: str, **options: str) -> CompiledMapping:
    lines = [f"stream: s\ntarget: {target}\nversion: 1\nfields:"]
    for field in fields.split():
        via = f", via: [{VIA[field]}]" if field in VIA else ""
        invalid = f", invalid: {options[field]}" if field in options else ""
        lines.append(f"  {field}: {{from: {field}{via}{invalid}}}")
    return read_mapping("\n".join(lines), "test.yaml")


PARTY = mapping("party", PARTY_FIELDS)
LENIENT = mapping("party", PARTY_FIELDS, inn="drop")


def party(by: CompiledMapping = PARTY, **record: Any) -> dict[str, Any]:
    found = by.apply_one({"_key": "k", **record})
    assert isinstance(found, dict), found
    return found


def refusal(by: CompiledMapping = PARTY, **record: Any) -> RecordRejected:
    found = by.apply_one({"_key": "k", **record})
    assert isinstance(found, RecordRejected), found
    return found


def test_a_name_is_taken_apart() -> None:
    found = party(name='ПАО "ММК" (бывш. ОАО)')
    assert (found["legal_form"], found["name_core"]) == ("ПАО", "ммк")
    assert found["qualifiers"] == ["бывш. ОАО"]
    assert found["kind"] == "organization"


def test_the_full_name_gives_what_the_short_one_lacks() -> None:
    found = party(name="Ромашка", full_name="Общество с ограниченной ответственностью «Ромашка»")
    assert found["legal_form"] == "ООО"
    assert found["full_name"] == "Общество с ограниченной ответственностью «Ромашка»"
    assert found["name_core"] == "ромашка"


def test_a_party_with_only_a_full_name_has_a_name() -> None:
    assert party(full_name="ООО Ромашка")["name_core"] == "ромашка"


def test_requisites_in_the_name_fill_empty_fields_and_are_noted() -> None:
    found = party(name="ООО Ромашка ИНН 7707083893")
    assert found["inn"] == "7707083893"
    assert "inn:from_name" in found["issues"]
    assert "7707083893" not in found["name"]


def test_requisites_of_the_record_win_over_those_in_the_name() -> None:
    found = party(name="ООО Ромашка ИНН 7707083893", inn="7414003633")
    assert found["inn"] == "7414003633"
    assert found["issues"] == []


def test_a_party_nobody_can_name_is_refused() -> None:
    assert refusal(country="RU").reason == "name_missing"
    assert party(inn="7707083893")["inn"] == "7707083893"


def test_text_read_in_the_wrong_encoding_is_refused() -> None:
    assert refusal(name="ÐžÐžÐž Ð Ð¾Ð¼Ð°ÑˆÐºÐ°").reason == "mojibake"


def test_requisites_that_exclude_each_other_are_refused_or_noted() -> None:
    contrary = {"name": "ООО Ромашка", "inn": "7707083893", "ogrn": "320774600123457"}
    assert refusal(**contrary).reason == "requisites_contradict"
    assert "inn:requisites_contradict" in party(LENIENT, **contrary)["issues"]


def test_a_sole_trader_has_no_kpp() -> None:
    found = party(name="ИП Иванов Иван Иванович", inn="500100732259", kpp="773601001")
    assert (found["kind"], found["kpp"]) == ("sole_trader", None)
    assert found["issues"] == ["kpp:sole_trader_has_none"]


@pytest.mark.parametrize(
    ("record", "kind"),
    [
        ({"name": "ГБУЗ «Городская больница № 1»"}, "government"),
        ({"name": "ООО Ромашка", "kind": "organization"}, "organization"),
        ({"name": "Иванов", "inn": "500100732259", "kind": "person"}, "person"),
        ({"name": "ИП Иванов", "kind": "organization"}, "sole_trader"),
        ({"name": "ИП Иванов", "kind": "person"}, "sole_trader"),
        ({"name": "Filial", "inn": "9909001382"}, "foreign"),
        ({"name": "Ромашка", "country": "KZ"}, "foreign"),
        ({"name": "Ромашка"}, None),
    ],
)
def test_the_kind_follows_from_form_requisites_and_country(
    record: dict[str, str], kind: str | None
) -> None:
    assert party(**record)["kind"] == kind


def test_a_foreign_number_in_the_inn_field_is_a_national_number() -> None:
    found = party(name="ТОО Ромашка", country="KZ", inn="990340000283")
    assert (found["inn"], found["national_number"]) == (None, "990340000283")


@pytest.mark.parametrize("field", ["inn", "national_number"])
def test_a_national_number_has_one_spelling_wherever_it_stands(field: str) -> None:
    for given in ("990340000283", " 9903-4000‑0283", "990340000283.0", "9903 4000 0283"):
        found = party(PARTY, name="ТОО Ромашка", country="KZ", **{field: given})
        assert found["national_number"] == "990340000283"
    assert (
        party(PARTY, name="А", country="CY", **{field: "НЕ 123.456"})["national_number"]
        == "HE123456"
    )
    assert (
        party(PARTY, name="А", country="BG", **{field: "БУЛСТАТ 1"})["national_number"]
        == "БУЛСТАТ1"
    )
    for nothing in ("000", "-", "нет", "A" * 51):
        assert party(PARTY, name="А", country="KZ", **{field: nothing})["national_number"] is None


def test_a_wrong_inn_is_told_as_such_also_where_it_is_all_there_is() -> None:
    assert refusal(inn="7707083894").reason == "inn_checksum"
    assert party(country="KZ", national_number="990340000283")["name"] is None


def test_requisites_make_a_party_russian_unless_they_are_of_a_foreigner() -> None:
    assert party(name="А", inn="7707083893")["country"] == "RU"
    assert party(name="А", inn="9909001382")["country"] is None
    assert party(name="А")["country"] is None


def test_the_region_comes_from_the_address_else_from_kpp_or_inn() -> None:
    address = "455000, Челябинская обл., г. Магнитогорск, ул. Кирова, д. 93"
    found = party(name="А", inn="7707083893", legal_address=address)
    assert found["region"] == "74"
    assert found["address_key"]
    assert party(name="А", inn="7707083893", kpp="502401001")["region"] == "50"
    assert party(name="А", inn="7414003633", kpp="997550001")["region"] == "74"


def test_only_a_merged_record_names_its_survivor_and_no_record_is_its_own_head() -> None:
    assert party(name="А", status="merged", merged_into="m")["merged_into"] == "m"
    assert party(name="А", status="merged", merged_into="k")["merged_into"] is None
    assert party(name="А", status="active", merged_into="m")["merged_into"] is None
    assert party(name="А", head_key="k")["head_key"] is None


PERSON = mapping("person", "party_key name last_name first_name middle_name phones")


def test_a_person_is_named_by_the_whole_or_by_the_parts() -> None:
    whole = party(PERSON, name="Иванова Анна Сергеевна")
    parts = party(PERSON, last_name="Иванова", first_name="Анна", middle_name="Сергеевна")
    names = ("name", "last_name", "first_name", "middle_name")
    assert [whole[name] for name in names] == [parts[name] for name in names]
    assert whole["last_name"] == "Иванова"


def test_a_person_with_neither_name_nor_contact_is_refused() -> None:
    assert refusal(PERSON, party_key="p").reason == "name_missing"
    assert party(PERSON, phones="+79031234567")["phones"] == ["+79031234567"]


POINT = mapping("contact_point", "owner owner_key kind raw value")


@pytest.mark.parametrize(
    ("kind", "raw", "value", "told"),
    [
        ("phone", "8 (812) 648-23-34", "+78126482334", "phone"),
        ("fax", "8 (812) 648-23-34", "+78126482334", "fax"),
        ("email", "Info@Example.RU", "info@example.ru", "email"),
        ("phone", "info@example.ru", "info@example.ru", "email"),
        ("web", "WWW.Example.RU", "www.example.ru", "web"),
    ],
)
def test_a_contact_point_is_normalised_by_its_kind(
    kind: str, raw: str, value: str, told: str
) -> None:
    found = party(POINT, kind=kind, raw=raw)
    assert (found["value"], found["kind"], found["raw"]) == (value, told, raw)


def test_a_contact_point_that_reaches_nobody_is_refused() -> None:
    refused = refusal(POINT, kind="phone", raw="112233")
    assert (refused.reason, refused.field, refused.value) == ("phone_invalid", "value", "112233")
    assert refusal(POINT, kind="phone").reason == "contact_missing"


def test_an_address_tells_its_postal_code_region_and_key() -> None:
    address = mapping("address", "owner_key text")
    found = party(address, text="455000, Челябинская обл., г. Магнитогорск, ул. Кирова, д. 93")
    assert (found["postal_code"], found["region"]) == ("455000", "74")
    assert found["address_key"]


def test_an_address_without_text_is_refused() -> None:
    assert refusal(mapping("address", "owner_key text"), owner_key="p").reason == "address_missing"


def test_a_contact_value_that_is_dropped_does_not_come_back_raw() -> None:
    lenient = mapping("contact_point", "kind raw value", value="drop")
    found = party(lenient, kind="email", value="@@")
    assert (found["value"], found["raw"]) == (None, "@@")
    assert found["issues"] == ["value:email_invalid"]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "item_name_missing"),
        ("\x00", "item_name_missing"),
        (" \x00 \x00", "item_name_missing"),
        ("\u00a0", "item_name_missing"),
        ("=", "item_name_missing"),
        ("===", "item_name_missing"),
        ("75890", "item_name_number"),
        ("2024-06-03", "item_name_number"),
        ("06.мар", "item_name_number"),
        ("Круг #ССЫЛКА!", "item_name_error"),
        ("М8", None),
        ("Труба 60 06.мар", None),
    ],
)
def test_an_item_without_a_name_of_words_is_refused(name: str, reason: str | None) -> None:
    item = mapping("item", "name code article unit")
    if reason:
        assert refusal(item, code="1", article="А-1", name=name).reason == reason
    else:
        assert party(item, code="1", name=name)["name"] == name


PRICE = read_mapping(
    "stream: s\ntarget: item_price\nversion: 1\nfields:\n  item_key: {from: item, refers: items}\n"
    "  amount: {from: amount, via: [amount]}\n  currency: {from: currency, via: [currency], invalid: drop}\n",
    "test.yaml",
)


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"item": "1", "amount": "-5"}, "amount_negative"),
        ({"item": "1", "amount": "договорная"}, "number_unreadable"),
        ({"item": "1"}, "amount_missing"),
        ({"amount": "5"}, "item_missing"),
        ({"item": "=", "amount": "5"}, "item_missing"),
        ({"item": "\x00 ", "amount": "5"}, "item_missing"),
    ],
)
def test_a_price_that_is_none_is_refused(told: dict[str, str], reason: str) -> None:
    assert refusal(PRICE, **told).reason == reason


def test_a_price_is_exact_and_an_unknown_currency_is_noted() -> None:
    found = party(PRICE, item="1", amount="1 234,50", currency="тугрики")
    assert (found["item_key"], found["amount"], found["currency"]) == ("items:1", "1234.5", None)
    assert found["issues"] == ["currency:currency_unknown"]


def test_an_oversold_quantity_is_kept_and_noted() -> None:
    stock = mapping("item_stock", "item_key quantity")
    found = party(stock, item_key="1", quantity="-3")
    assert (found["quantity"], found["issues"]) == ("-3", ["quantity:negative"])
    assert refusal(stock, item_key="1").reason == "quantity_missing"


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"item_key": "="}, "item_missing"),
        ({"item_key": " "}, "item_missing"),
        ({"item_key": "\x00"}, "item_missing"),
        ({"item_key": "1", "lot": "="}, "stock_name_unreadable"),
        ({"item_key": "1", "lot": "\x00"}, "stock_name_unreadable"),
        ({"item_key": "1", "lot": "=-="}, "stock_name_unreadable"),
        ({"item_key": "1", "warehouse": "="}, "stock_name_unreadable"),
        ({"item_key": "1", "warehouse_name": "«»"}, "stock_name_unreadable"),
    ],
)
def test_stock_whose_names_are_only_signs_is_refused(told: dict[str, str], reason: str) -> None:
    stock = mapping("item_stock", "item_key quantity lot warehouse warehouse_name")
    assert refusal(stock, quantity="3", **told).reason == reason


@pytest.mark.parametrize("lot", ["", " "])
def test_stock_without_a_lot_is_stock(lot: str) -> None:
    stock = mapping("item_stock", "item_key quantity lot")
    assert party(stock, item_key="1", quantity="3", lot=lot)["lot"] is None
