"""The mappings that come with Kanon, run on payloads of the shape their systems send."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from mappings.load import load_mapping, shipped_streams

KINDS = ("ebs", "onec", "commerceml", "files", "hub")
SHIPPED = [(kind, stream) for kind in KINDS for stream in shipped_streams(kind)]
PARTIES = pl.DataFrame(
    {
        "_key": ["1", "2", "3", "4", "5"],
        "PARTY_ID": [1, 2, 3, 4, 5],
        "PARTY_NAME": [
            "ООО «Вектор»",
            "АО «Прибор»",
            "Иванова Анна Сергеевна",
            "связь",
            "Петров П.П.",
        ],
        "PARTY_TYPE": ["ORGANIZATION", "ORGANIZATION", "PERSON", "PARTY_RELATIONSHIP", "PERSON"],
        "STATUS": ["A", "M", "A", "A", "A"],
        "JGZZ_FISCAL_CODE": ["7707083893", None, None, None, None],
        "TAX_REFERENCE": [None, "7414003633", None, None, None],
        "ATTRIBUTE5": ["7414003633/741401001", None, None, None, None],
        "PERSON_LAST_NAME": [None, None, "Иванова", None, "Петров"],
        "PERSON_FIRST_NAME": [None, None, "Анна", None, None],
        "PERSON_MIDDLE_NAME": [None, None, "Сергеевна", None, None],
        "PRIMARY_PHONE_COUNTRY_CODE": ["7", None, None, None, None],
        "PRIMARY_PHONE_AREA_CODE": ["3519", None, None, None, None],
        "PRIMARY_PHONE_NUMBER": ["24-40-09", None, None, None, None],
        "PRIMARY_PHONE_EXTENSION": ["12", None, None, None, None],
    }
)
ACCOUNTS = pl.DataFrame(
    {
        "_key": ["10", "20", "30"],
        "CUST_ACCOUNT_ID": [10, 20, 30],
        "PARTY_ID": [1, 2, 3],
        "CUSTOMER_TYPE": ["R"] * 3,
    }
)
LOCATIONS = pl.DataFrame(
    {
        "_key": ["7"], "LOCATION_ID": [7], "COUNTRY": ["RU"], "POSTAL_CODE": ["455000"],
        "CITY": ["г. Магнитогорск"], "ADDRESS1": ["ул. Кирова, д. 93"],
    }
)  # fmt: skip
SITES = pl.DataFrame(
    {
        "_key": ["5"], "PARTY_SITE_ID": [5], "PARTY_ID": [1], "LOCATION_ID": [7],
        "IDENTIFYING_ADDRESS_FLAG": ["Y"], "STATUS": ["A"],
    }
)  # fmt: skip


@pytest.mark.parametrize(("kind", "stream"), SHIPPED)
def test_every_shipped_mapping_compiles_and_names_its_stream(kind: str, stream: str) -> None:
    mapping = load_mapping(kind, stream)
    assert mapping.stream == stream
    assert mapping.spec.title


def test_every_kind_of_system_has_shipped_mappings() -> None:
    assert len(SHIPPED) >= 12
    assert {kind for kind, _ in SHIPPED} == set(KINDS)


def test_ebs_parties_are_those_with_an_account_with_requisites_from_either_column() -> None:
    merges = pl.DataFrame(
        {"_key": ["1"], "CUSTOMER_ID": [10], "DUPLICATE_ID": [20], "PROCESS_FLAG": ["Y"]}
    )
    joined = {
        "account": ACCOUNTS, "survivor": ACCOUNTS, "merge": merges, "seat": SITES,
        "location": LOCATIONS,
    }  # fmt: skip
    mapped = load_mapping("ebs", "parties").apply(PARTIES, "erp", joined)
    vector, pribor, ivanova = mapped.records.to_dicts()
    assert (vector["inn"], vector["phones"]) == ("7707083893", ["+73519244009;ext=12"])
    assert "Магнитогорск" in vector["legal_address"]
    assert (pribor["inn"], pribor["status"], pribor["merged_into"]) == ("7414003633", "merged", "1")
    assert ivanova["kind"] == "person"
    assert mapped.ignored.rows() == [
        ("4", "keep:PARTY_TYPE"),
        ("5", "keep:account.CUST_ACCOUNT_ID"),
    ]


def test_ebs_bill_to_sites_are_units_of_their_party() -> None:
    uses = pl.DataFrame(
        {
            "_key": ["100", "101"], "SITE_USE_ID": [100, 101], "CUST_ACCT_SITE_ID": [50, 50],
            "SITE_USE_CODE": ["BILL_TO", "SHIP_TO"], "STATUS": ["A", "A"],
            "TAX_REFERENCE": ["741401001", None],
        }
    )  # fmt: skip
    acct_sites = pl.DataFrame(
        {"_key": ["50"], "CUST_ACCT_SITE_ID": [50], "CUST_ACCOUNT_ID": [10], "PARTY_SITE_ID": [5]}
    )
    joined = {
        "site": acct_sites, "account": ACCOUNTS, "party": PARTIES, "place": SITES,
        "location": LOCATIONS,
    }  # fmt: skip
    mapped = load_mapping("ebs", "site_uses").apply(uses, "erp", joined)
    unit = mapped.records.row(0, named=True)
    assert (unit["inn"], unit["kpp"], unit["head_key"]) == ("7707083893", "741401001", "parties:1")
    assert "Кирова" in unit["actual_address"]
    assert mapped.ignored["key"].to_list() == ["101"]


RELATIONS = pl.DataFrame(
    {
        "_key": ["9"], "RELATIONSHIP_ID": [9], "SUBJECT_ID": [3], "OBJECT_ID": [1], "PARTY_ID": [4],
        "SUBJECT_TYPE": ["PERSON"], "OBJECT_TYPE": ["ORGANIZATION"],
    }
)  # fmt: skip
CONTACTS = pl.DataFrame(
    {"_key": ["8"], "ORG_CONTACT_ID": [8], "PARTY_RELATIONSHIP_ID": [9], "JOB_TITLE": ["снабженец"]}
)


def test_ebs_contacts_are_persons_of_an_organization() -> None:
    joined = {"relation": RELATIONS, "person": PARTIES}
    person = (
        load_mapping("ebs", "org_contacts")
        .apply(CONTACTS, "erp", joined)
        .records.row(0, named=True)
    )
    assert (person["party_key"], person["position"]) == ("parties:1", "снабженец")
    assert (person["last_name"], person["first_name"]) == ("Иванова", "Анна")


POINTS = pl.DataFrame(
    {
        "_key": ["1", "2", "3", "4", "6", "7", "8"], "CONTACT_POINT_ID": [1, 2, 3, 4, 6, 7, 8],
        "OWNER_TABLE_NAME": ["HZ_PARTIES"] * 3 + ["HZ_PARTY_SITES"] * 3 + ["HZ_ORG_CONTACTS"],
        "OWNER_TABLE_ID": [1, 4, 1, 5, 4, 6, 1],
        "CONTACT_POINT_TYPE": ["PHONE", "EMAIL"] + ["PHONE"] * 5,
        "PHONE_LINE_TYPE": ["GEN", None, "FAX", "GEN", "GEN", "GEN", "GEN"],
        "PHONE_COUNTRY_CODE": ["7"] * 7,
        "PHONE_AREA_CODE": ["3519"] * 7,
        "PHONE_NUMBER": ["24-40-09", None, "24-40-10", "24-40-11", "24-40-12", "24-40-13", "24-40-14"],
        "EMAIL_ADDRESS": [None, "Anna@Example.RU", None, None, None, None, None],
    }
)  # fmt: skip
PLACES = pl.DataFrame({"_key": ["5", "6"], "PARTY_SITE_ID": [5, 6], "PARTY_ID": [1, 4]})


def test_ebs_contact_points_belong_to_a_party_to_its_contact_or_to_a_site_of_either() -> None:
    """Site 4 is not loaded, and 4 is also a party and 1 a contact: equal numbers mean nothing."""
    joined = {
        "relation": RELATIONS, "site_relation": RELATIONS, "contact": CONTACTS,
        "site_contact": CONTACTS, "site": PLACES, "of_party": POINTS, "of_site": POINTS,
    }  # fmt: skip
    mapped = load_mapping("ebs", "contact_points").apply(POINTS, "erp", joined)
    got = mapped.records.select("owner", "owner_key", "kind", "value").rows()
    assert got == [
        ("party", "parties:1", "phone", "+73519244009"),
        ("person", "org_contacts:8", "email", "anna@example.ru"),
        ("party", "parties:1", "fax", "+73519244010"),
        ("party", "parties:1", "phone", "+73519244011"),
        ("party", None, "phone", "+73519244012"),
        ("person", "org_contacts:8", "phone", "+73519244013"),
    ]
    assert mapped.ignored.rows() == [("8", "keep:OWNER_TABLE_NAME")]


def test_ebs_items_speak_russian_and_fall_back_to_english() -> None:
    items = pl.DataFrame(
        {
            "_key": ["1", "2"],
            "INVENTORY_ITEM_ID": [1, 2],
            "SEGMENT1": ["A", "B"],
            "PRIMARY_UOM_CODE": ["ШТ", "ШТ"],
        }
    )
    names = pl.DataFrame(
        {
            "_key": ["1|RU", "1|US", "2|US"], "INVENTORY_ITEM_ID": [1, 1, 2],
            "LANGUAGE": ["RU", "US", "US"], "DESCRIPTION": ["Труба", "Pipe", "Sheet"],
        }
    )  # fmt: skip
    records = load_mapping("ebs", "items").apply(items, "erp", {"ru": names, "us": names}).records
    assert records["name"].to_list() == ["Труба", "Sheet"]
    assert records["okei"].to_list() == ["796", "796"]


def test_a_site_that_keeps_requisites_in_a_flexfield_says_so_in_an_override(tmp_path: Path) -> None:
    override = tmp_path / "parties.yaml"
    override.write_text(
        "fields:\n  inn: ATTRIBUTE5\n  kpp: {from: ATTRIBUTE5, via: [kpp]}\n", "utf-8"
    )
    record = (
        load_mapping("ebs", "parties", override)
        .apply(PARTIES.head(1), "erp", {"account": ACCOUNTS})
        .records.row(0, named=True)
    )
    assert (record["inn"], record["kpp"]) == ("7414003633", "741401001")
    assert record["name_core"] == "вектор"


def onec(**record: str | None) -> pl.DataFrame:
    return pl.DataFrame([{"_key": "g", "Ref_Key": "g", "IsFolder": "false", **record}])


def test_onec_counterparties_bring_requisites_and_their_head() -> None:
    rows = onec(
        Description="Вектор ООО", НаименованиеПолное="Общество с ограниченной ответственностью «Вектор»",
        ИНН="7707083893", КПП="773601001", ЮридическоеФизическоеЛицо="ЮридическоеЛицо",
        РегистрационныйНомер="1027700132195", ГоловнойКонтрагент_Key="00000000-0000-0000-0000-000000000000",
    )  # fmt: skip
    record = (
        load_mapping("onec", "Catalog_Контрагенты").apply(rows, "ut").records.row(0, named=True)
    )
    assert (record["inn"], record["kpp"], record["ogrn"]) == (
        "7707083893",
        "773601001",
        "1027700132195",
    )
    assert (record["kind"], record["legal_form"], record["head_key"]) == (
        "organization",
        "ООО",
        None,
    )


def test_onec_folders_are_ignored() -> None:
    mapped = load_mapping("onec", "Catalog_Контрагенты").apply(onec(IsFolder="true"), "ut")
    assert mapped.ignored["reason"].to_list() == ["skip:IsFolder"]


def test_a_base_that_renamed_a_field_of_onec_says_so_in_an_override(tmp_path: Path) -> None:
    override = tmp_path / "c.yaml"
    override.write_text("fields:\n  inn: АБВ_НалоговыйНомер\n", encoding="utf-8")
    mapping = load_mapping("onec", "Catalog_Контрагенты", override)
    rows = onec(Description="Вектор", АБВ_НалоговыйНомер="7707083893", ИНН="7414003633")
    assert mapping.apply(rows, "ut").records["inn"].to_list() == ["7707083893"]
    assert mapping.version != load_mapping("onec", "Catalog_Контрагенты").version


def test_onec_contact_persons_find_the_counterparty_of_their_partner() -> None:
    parties = pl.DataFrame({"_key": ["c"], "Ref_Key": ["c"], "Партнер_Key": ["p"]})
    rows = onec(ФИО="Иванова Анна Сергеевна", Owner_Key="p", ДолжностьПоВизитке="директор")
    mapping = load_mapping("onec", "Catalog_КонтактныеЛицаПартнеров")
    person = mapping.apply(rows, "ut", {"party": parties, "owner": parties}).records.row(
        0, named=True
    )
    assert person["party_key"] == "Catalog_Контрагенты:c"
    assert person["position"] == "директор"


def test_onec_items_are_named() -> None:
    rows = onec(Description="Кабель", Артикул="A-1", Code="001", ЕдиницаИзмерения="шт")
    item = load_mapping("onec", "Catalog_Номенклатура").apply(rows, "ut").records.row(0, named=True)
    assert (item["name"], item["article"], item["okei"]) == ("Кабель", "A-1", "796")


def test_commerceml_counterparties_bring_contacts() -> None:
    rows = pl.DataFrame(
        [
            {
                "_key": "i", "Ид": "i", "Наименование": "Вектор", "ПолноеНаименование": "ООО «Вектор»",
                "ИНН": "7707083893", "КПП": "773601001", "Почта": "Info@Example.ru",
                "Телефоны": "8 (812) 648-23-34", "ЮридическийАдрес": "г. Москва, ул. Мира, 1",
            }
        ]
    )  # fmt: skip
    record = (
        load_mapping("commerceml", "counterparties").apply(rows, "site").records.row(0, named=True)
    )
    assert (record["phones"], record["emails"]) == (["+78126482334"], ["info@example.ru"])
    assert record["legal_form"] == "ООО"
    assert record["legal_address"]


def test_commerceml_items_read_members_of_nested_elements() -> None:
    rows = pl.DataFrame(
        [
            {
                "_key": "1", "Ид": "1", "Наименование": "Кабель", "БазоваяЕдиница": "м",
                "БазоваяЕдиница@Код": "006", "Группы": '{"Ид": "g1"}',
                "Изготовитель": '{"Ид": "z", "Наименование": "Кабельный завод"}',
            },
            {"_key": "2", "Ид": "2", "Наименование": "Лист", "Изготовитель": "Комбинат"},
        ]
    )  # fmt: skip
    records = load_mapping("commerceml", "items").apply(rows, "site").records
    assert records["manufacturer"].to_list() == ["Кабельный завод", "Комбинат"]
    assert records.row(0, named=True)["category"] == "g1"
    assert records["okei"].to_list() == ["006", None]


@pytest.mark.parametrize("header", [("Наименование", "ИНН", "Телефон"), ("Name", "INN", "Phone")])
def test_tables_of_people_lose_a_bad_requisite_but_not_the_record(
    header: tuple[str, str, str],
) -> None:
    name, inn, phone = header
    rows = pl.DataFrame(
        [{"_key": "1", name: "ООО Вектор", inn: "7707083894", phone: "89031234567"}]
    )
    record = load_mapping("files", "counterparties").apply(rows, "xlsx").records.row(0, named=True)
    assert (record["inn"], record["phones"]) == (None, ["+79031234567"])
    assert "inn:inn_checksum" in record["issues"]
