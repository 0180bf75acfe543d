"""The demo's connection files: what an engineer would write by hand, written out to be read."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import yaml

from simulators.demo import MAILBOX, Demo
from simulators.exchange import PASSWORD as TO_MAIL
from simulators.exchange import USER

# Where this Oracle site keeps the numbers that have no column of their own: `kanon discover ebs
# --requisites` proposes it.
REQUISITES = {
    "ogrn": {"from": "ATTRIBUTE1", "via": ["ogrn"], "invalid": "drop"},
    "okpo": {"from": "ATTRIBUTE2", "via": ["okpo"], "invalid": "drop"},
}
# The catalogues read by default, documents of calls and orders, the registers of prices and stock, and what they refer to.
ONEC_SETS: dict[str, dict[str, object]] = {
    **{
        name: {}
        for name in (
            "Catalog_Контрагенты", "Catalog_КонтактныеЛицаПартнеров", "Catalog_Номенклатура", "Catalog_ВидыЦен",
            "Catalog_Валюты", "Catalog_Склады", "Catalog_СерииНоменклатуры", "Catalog_УпаковкиЕдиницыИзмерения",
            "Catalog_Пользователи", "Catalog_ДоговорыКонтрагентов", "Catalog_Организации",
        )
    },
    "Document_ТелефонныйЗвонок": {"date": "Date", "lookback_days": 30},
    "Document_ЗаказКлиента": {"date": "Date", "window_days": 366, "lookback_days": 60},
    "InformationRegister_ЦеныНоменклатуры": {
        "key": ["Номенклатура_Key", "Характеристика_Key", "ВидЦены_Key"], "virtual": "SliceLast",
    },
    "AccumulationRegister_ТоварыНаСкладах": {
        "key": ["Номенклатура_Key", "Характеристика_Key", "Склад_Key", "Серия_Key"], "virtual": "Balance",
    },
}  # fmt: skip
UNITS = "Catalog_УпаковкиЕдиницыИзмерения"
# In this base an item refers to its unit; OKEI codes are the codes of that catalogue.
ITEM_UNITS = {
    "joins": [{"stream": UNITS, "as": "base", "on": {"Ref_Key": "ЕдиницаИзмерения_Key"}}],
    "fields": {
        "unit": {"from": "base.Description", "via": ["text"]},
        "okei": {"from": "base.Code", "via": ["okei"]},
    },
}
# What a personnel list is to the hub where no directory is asked (docs/connectors/files.md).
STAFF = {
    "stream": "employees",
    "target": "employee",
    "version": 1,
    "title": "Сотрудники из списка отдела кадров",
    "fields": {
        "login": "Логин",
        "name": "ФИО",
        "position": "Должность",
        "department": "Отдел",
        "manager_key": "Руководитель",
        "extension": "Внутренний",
        "emails": {"from": "Почта", "via": ["emails"]},
        "status": {"default": "active"},
    },
}
# Managers write down in 1C what they talked of on the switch.
TELEPHONY = {"documents": {"onec": "switch"}}
PASSWORD = "KANON_DEMO_ONEC_PASSWORD"  # noqa: S105  the name of a variable, not a secret
# Whoever looks at the demo in the evening is to see no source late that nobody reads by schedule.
NIGHTLY = "0 6 * * *"
MAIL_PASSWORD = "KANON_DEMO_MAIL_PASSWORD"  # noqa: S105  the name of a variable, not a secret


def write_config(folder: Path, world: Demo) -> None:
    """Write connections/*.yaml for the simulators of `world`; secrets go to the environment."""
    os.environ[PASSWORD] = world.onec.password
    os.environ[MAIL_PASSWORD] = TO_MAIL
    connections = folder / "config" / "connections"
    connections.mkdir(parents=True, exist_ok=True)
    for name, body in _connections(world).items():
        _write(connections / f"{name}.yaml", body)
    _write(folder / "config" / "telephony.yaml", TELEPHONY)
    overrides = folder / "config" / "mappings" / "ebs"
    overrides.mkdir(parents=True, exist_ok=True)
    _write(overrides / "parties.yaml", {"fields": REQUISITES})
    items = folder / "config" / "mappings" / "onec"
    items.mkdir(parents=True, exist_ok=True)
    _write(items / "Catalog_Номенклатура.yaml", ITEM_UNITS)
    _write(overrides / "on_hand.yaml", {"fields": {"manager": "lot.ATTRIBUTE1"}})
    people = folder / "config" / "mappings" / "staff"
    people.mkdir(parents=True, exist_ok=True)
    _write(people / "employees.yaml", STAFF)


def _write(file: Path, body: Mapping[str, object]) -> None:
    file.write_text(
        yaml.safe_dump(dict(body), allow_unicode=True, sort_keys=False), encoding="utf-8"
    )


def _connections(world: Demo) -> dict[str, dict[str, object]]:
    return {
        "ebs": {
            "kind": "ebs",
            "schedule": NIGHTLY,
            "settings": {
                "url": world.ebs.url,
                "orgs": list(world.ebs.orgs),
                "master_org": world.ebs.master_org,
                "price_lists": list(world.ebs.price_lists),
                "stock_orgs": list(world.ebs.stock_orgs),
                "customer_items": True,
                "zone": world.ebs.zone,
            },
        },
        "onec": {
            "kind": "onec",
            "schedule": NIGHTLY,
            "settings": {
                "url": world.onec.url.removesuffix("/odata/standard.odata"),
                "user": world.onec.user,
                "password": f"env:{PASSWORD}",
                "sets": ONEC_SETS,
                "exchange": {
                    "plan": world.onec.plan,
                    "node": "ХАБ",
                    "ignore": ["Catalog_Партнеры"],
                },
            },
        },
        "commerceml": {
            "kind": "commerceml",
            "schedule": NIGHTLY,
            "settings": {"path": str(world.commerceml.resolve())},
        },
        "switch": _switch(str(world.switch.resolve())),
        "mail": _mail(world.mail.url),
        "staff": _staff(str(world.staff.parent.resolve())),
        "files": {
            "kind": "files",
            "trust": "excel",
            "schedule": NIGHTLY,
            "settings": {
                "path": str(world.spreadsheet.resolve()),
                "streams": {
                    "counterparties": {"patterns": ["*.xlsx"], "format": "xlsx", "key": ["Код"]}
                },
            },
        },
    }


def _switch(folder: str) -> dict[str, object]:
    settings = {"path": folder, "queue_log": folder}
    return {"kind": "asterisk", "schedule": NIGHTLY, "settings": settings}


def _staff(folder: str) -> dict[str, object]:
    layout = {"patterns": ["*.csv"], "format": "csv", "key": ["Табельный номер"]}
    settings = {"path": folder, "streams": {"employees": layout}}
    return {"kind": "files", "schedule": NIGHTLY, "streams": ["employees"], "settings": settings}


def _mail(url: str) -> dict[str, object]:
    settings = {
        "url": url,
        "mailboxes": [MAILBOX],
        "user": USER,
        "password": f"env:{MAIL_PASSWORD}",
    }
    return {"kind": "exchange", "schedule": NIGHTLY, "settings": settings}
