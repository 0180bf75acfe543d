"""The EBS tables that are streams: columns, keys and filters (handbook 3.2, 3.4).

Columns are the wanted ones; a base that lacks an optional one is read without it. Flexfield segments
(ATTRIBUTEn, GLOBAL_ATTRIBUTEn) are wanted wherever sites keep requisites in them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

import polars as pl
from sqlalchemy import Column, Float, Integer, MetaData, String, Table
from sqlalchemy.dialects import oracle
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

WATERMARK = "LAST_UPDATE_DATE"


class SourceDate(TypeDecorator[Any]):
    """An Oracle DATE: bound from 'YYYY-MM-DD HH:MM:SS', or the same text where the file is SQLite."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "oracle":
            return dialect.type_descriptor(oracle.DATE())
        return dialect.type_descriptor(String(19))

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        if dialect.name == "oracle" and isinstance(value, str):
            return datetime.fromisoformat(value)
        return value


@dataclass(frozen=True, slots=True)
class EbsTable:
    """One stream: its table, key columns, and the columns that settings or constants filter by."""

    stream: str
    table: Table
    key: tuple[str, ...]
    by_org: bool = False
    by_master_org: bool = False
    by_language: bool = False
    by_stock_org: bool = False
    by_price_list: bool = False
    only: tuple[tuple[str, str], ...] = ()

    @property
    def order(self) -> tuple[Column[Any], ...]:
        """The columns that order reading: when changed, then the key."""
        return (self.table.c[WATERMARK], *(self.table.c[name] for name in self.key))

    @property
    def needed(self) -> tuple[str, ...]:
        """The columns without which the stream cannot be read."""
        filters = [name for name, _ in self.only]
        filters += ["ORG_ID"] * self.by_org + ["ORGANIZATION_ID"] * self.by_master_org
        filters += ["LANGUAGE"] * self.by_language + ["ORGANIZATION_ID"] * self.by_stock_org
        filters += ["LIST_HEADER_ID"] * self.by_price_list
        return tuple(dict.fromkeys([*self.key, WATERMARK, *filters]))


METADATA = MetaData()
FLEX = " ".join(
    ["ATTRIBUTE_CATEGORY"]
    + [f"ATTRIBUTE{n}" for n in range(1, 25)]
    + ["GLOBAL_ATTRIBUTE_CATEGORY"]
    + [f"GLOBAL_ATTRIBUTE{n}" for n in range(1, 21)]
)
FLOATS = frozenset({"UNIT_WEIGHT"})
DATES = ("_DATE", "_DATE_ACTIVE", "EFFECTIVE_FROM", "EFFECTIVE_TO")


def _type(name: str) -> TypeEngine[Any]:
    if name.endswith(DATES):
        return SourceDate()
    if name in FLOATS:
        return Float()
    if name.endswith("_ID"):
        return Integer()
    return String()


def _stream(stream: str, name: str, key: str, columns: str, **filters: Any) -> EbsTable:
    owner, table_name = name.split(".")
    names = dict.fromkeys([*key.split(), *columns.split(), WATERMARK])
    table = Table(
        table_name, METADATA, *(Column(column, _type(column)) for column in names), schema=owner
    )
    return EbsTable(stream, table, tuple(key.split()), **filters)


def polars_types(table: EbsTable) -> dict[str, pl.DataType]:
    """Payload types: identifiers Int64, weights Float64, all else text as the source has it."""
    kinds: dict[type, pl.DataType] = {Integer: pl.Int64(), Float: pl.Float64()}
    return {c.name: kinds.get(type(c.type), pl.String()) for c in table.table.columns}


_ALL = (
    _stream(
        "parties",
        "AR.HZ_PARTIES",
        "PARTY_ID",
        "PARTY_NUMBER PARTY_NAME PARTY_TYPE STATUS KNOWN_AS JGZZ_FISCAL_CODE TAX_REFERENCE "
        "DUNS_NUMBER_C EMAIL_ADDRESS PRIMARY_PHONE_COUNTRY_CODE PRIMARY_PHONE_AREA_CODE "
        "PRIMARY_PHONE_NUMBER PRIMARY_PHONE_EXTENSION URL PERSON_FIRST_NAME PERSON_MIDDLE_NAME "
        "PERSON_LAST_NAME ORIG_SYSTEM_REFERENCE COUNTRY ADDRESS1 ADDRESS2 ADDRESS3 ADDRESS4 CITY "
        "COUNTY STATE PROVINCE POSTAL_CODE CREATION_DATE " + FLEX,
    ),
    _stream(
        "organization_profiles",
        "AR.HZ_ORGANIZATION_PROFILES",
        "ORGANIZATION_PROFILE_ID",
        "PARTY_ID ORGANIZATION_NAME JGZZ_FISCAL_CODE TAX_REFERENCE EFFECTIVE_START_DATE "
        "EFFECTIVE_END_DATE " + FLEX,
    ),
    _stream(
        "accounts",
        "AR.HZ_CUST_ACCOUNTS",
        "CUST_ACCOUNT_ID",
        "PARTY_ID ACCOUNT_NUMBER ACCOUNT_NAME STATUS CUSTOMER_TYPE CUSTOMER_CLASS_CODE "
        "SALES_CHANNEL_CODE PRICE_LIST_ID PRIMARY_SALESREP_ID PAYMENT_TERM_ID "
        "ORIG_SYSTEM_REFERENCE CREATION_DATE " + FLEX,
    ),
    _stream(
        "acct_sites",
        "AR.HZ_CUST_ACCT_SITES_ALL",
        "CUST_ACCT_SITE_ID",
        "CUST_ACCOUNT_ID PARTY_SITE_ID ORG_ID STATUS BILL_TO_FLAG SHIP_TO_FLAG "
        "ECE_TP_LOCATION_CODE ORIG_SYSTEM_REFERENCE " + FLEX,
        by_org=True,
    ),
    _stream(
        "site_uses",
        "AR.HZ_CUST_SITE_USES_ALL",
        "SITE_USE_ID",
        "CUST_ACCT_SITE_ID SITE_USE_CODE LOCATION PRIMARY_FLAG STATUS ORG_ID TAX_REFERENCE "
        "PRICE_LIST_ID PRIMARY_SALESREP_ID BILL_TO_SITE_USE_ID " + FLEX,
        by_org=True,
    ),
    _stream(
        "party_sites",
        "AR.HZ_PARTY_SITES",
        "PARTY_SITE_ID",
        "PARTY_ID LOCATION_ID PARTY_SITE_NUMBER PARTY_SITE_NAME ADDRESSEE "
        "IDENTIFYING_ADDRESS_FLAG STATUS " + FLEX,
    ),
    _stream(
        "locations",
        "AR.HZ_LOCATIONS",
        "LOCATION_ID",
        "COUNTRY ADDRESS1 ADDRESS2 ADDRESS3 ADDRESS4 CITY COUNTY STATE PROVINCE POSTAL_CODE",
    ),
    _stream(
        "contact_points",
        "AR.HZ_CONTACT_POINTS",
        "CONTACT_POINT_ID",
        "OWNER_TABLE_NAME OWNER_TABLE_ID CONTACT_POINT_TYPE PHONE_COUNTRY_CODE PHONE_AREA_CODE "
        "PHONE_NUMBER PHONE_EXTENSION PHONE_LINE_TYPE RAW_PHONE_NUMBER EMAIL_ADDRESS URL "
        "PRIMARY_FLAG STATUS",
    ),
    _stream(
        "relationships",
        "AR.HZ_RELATIONSHIPS",
        "RELATIONSHIP_ID",
        "DIRECTIONAL_FLAG SUBJECT_ID OBJECT_ID SUBJECT_TYPE OBJECT_TYPE RELATIONSHIP_TYPE "
        "RELATIONSHIP_CODE PARTY_ID STATUS START_DATE END_DATE",
        only=(("DIRECTIONAL_FLAG", "F"),),
    ),
    _stream(
        "org_contacts",
        "AR.HZ_ORG_CONTACTS",
        "ORG_CONTACT_ID",
        "PARTY_RELATIONSHIP_ID JOB_TITLE JOB_TITLE_CODE DEPARTMENT CONTACT_NUMBER",
    ),
    _stream(
        "account_roles",
        "AR.HZ_CUST_ACCOUNT_ROLES",
        "CUST_ACCOUNT_ROLE_ID",
        "CUST_ACCOUNT_ID CUST_ACCT_SITE_ID PARTY_ID ROLE_TYPE STATUS",
    ),
    _stream(
        "customer_merges",
        "AR.RA_CUSTOMER_MERGES",
        "CUSTOMER_MERGE_ID",
        "CUSTOMER_ID DUPLICATE_ID CUSTOMER_ADDRESS_ID DUPLICATE_ADDRESS_ID CUSTOMER_SITE_ID "
        "DUPLICATE_SITE_ID PROCESS_FLAG",
    ),
    _stream(
        "items",
        "INV.MTL_SYSTEM_ITEMS_B",
        "INVENTORY_ITEM_ID",
        "ORGANIZATION_ID SEGMENT1 SEGMENT2 SEGMENT3 ITEM_TYPE INVENTORY_ITEM_STATUS_CODE "
        "PRIMARY_UOM_CODE SECONDARY_UOM_CODE UNIT_WEIGHT WEIGHT_UOM_CODE ITEM_CATALOG_GROUP_ID "
        "CUSTOMER_ORDER_ENABLED_FLAG " + FLEX,
        by_master_org=True,
    ),
    _stream(
        "items_tl",
        "INV.MTL_SYSTEM_ITEMS_TL",
        "INVENTORY_ITEM_ID LANGUAGE",
        "ORGANIZATION_ID DESCRIPTION LONG_DESCRIPTION",
        by_master_org=True,
        by_language=True,
    ),
    _stream(
        "price_lists",
        "QP.QP_LIST_HEADERS_B",
        "LIST_HEADER_ID",
        "LIST_TYPE_CODE CURRENCY_CODE ACTIVE_FLAG START_DATE_ACTIVE END_DATE_ACTIVE",
        by_price_list=True,
    ),
    _stream(
        "price_lists_tl",
        "QP.QP_LIST_HEADERS_TL",
        "LIST_HEADER_ID LANGUAGE",
        "NAME DESCRIPTION",
        by_price_list=True,
        by_language=True,
    ),
    _stream(
        "price_list_lines",
        "QP.QP_LIST_LINES",
        "LIST_LINE_ID",
        "LIST_HEADER_ID LIST_LINE_TYPE_CODE ARITHMETIC_OPERATOR OPERAND START_DATE_ACTIVE "
        "END_DATE_ACTIVE",
        by_price_list=True,
    ),
    _stream(
        "pricing_attributes",
        "QP.QP_PRICING_ATTRIBUTES",
        "PRICING_ATTRIBUTE_ID",
        "LIST_LINE_ID LIST_HEADER_ID PRODUCT_ATTRIBUTE_CONTEXT PRODUCT_ATTRIBUTE PRODUCT_ATTR_VALUE "
        "PRODUCT_UOM_CODE",
        by_price_list=True,
        only=(("PRODUCT_ATTRIBUTE_CONTEXT", "ITEM"), ("PRODUCT_ATTRIBUTE", "PRICING_ATTRIBUTE1")),
    ),
    _stream(
        "on_hand",
        "INV.MTL_ONHAND_QUANTITIES_DETAIL",
        "ONHAND_QUANTITIES_ID",
        "INVENTORY_ITEM_ID ORGANIZATION_ID SUBINVENTORY_CODE LOT_NUMBER DATE_RECEIVED "
        "TRANSACTION_QUANTITY TRANSACTION_UOM_CODE",
        by_stock_org=True,
    ),
    _stream(
        "lots",
        "INV.MTL_LOT_NUMBERS",
        "INVENTORY_ITEM_ID ORGANIZATION_ID LOT_NUMBER",
        "ORIGINATION_DATE LENGTH LENGTH_UOM STATUS_ID " + FLEX,
        by_stock_org=True,
    ),
    _stream(
        "customer_items",
        "INV.MTL_CUSTOMER_ITEMS",
        "CUSTOMER_ITEM_ID",
        "CUSTOMER_ID CUSTOMER_ITEM_NUMBER CUSTOMER_ITEM_DESC ITEM_DEFINITION_LEVEL INACTIVE_FLAG",
    ),
    _stream(
        "customer_item_xrefs",
        "INV.MTL_CUSTOMER_ITEM_XREFS",
        "CUSTOMER_ITEM_ID INVENTORY_ITEM_ID MASTER_ORGANIZATION_ID",
        "PREFERENCE_NUMBER INACTIVE_FLAG",
    ),
    _stream(
        "tax_profiles",
        "ZX.ZX_PARTY_TAX_PROFILE",
        "PARTY_TAX_PROFILE_ID",
        "PARTY_TYPE_CODE PARTY_ID REP_REGISTRATION_NUMBER",
    ),
    _stream(
        "tax_registrations",
        "ZX.ZX_REGISTRATIONS",
        "REGISTRATION_ID",
        "PARTY_TAX_PROFILE_ID REGISTRATION_NUMBER TAX_REGIME_CODE TAX EFFECTIVE_FROM EFFECTIVE_TO",
    ),
)

TABLES: Mapping[str, EbsTable] = MappingProxyType({table.stream: table for table in _ALL})
"""Every stream by name, in the order `discover` lists them."""

ITEM_STREAMS = frozenset({"items", "items_tl"})
PRICE_STREAMS = frozenset(
    {"price_lists", "price_lists_tl", "price_list_lines", "pricing_attributes"}
)
STOCK_STREAMS = frozenset({"on_hand", "lots"})
CODE_STREAMS = frozenset({"customer_items", "customer_item_xrefs"})
TAX_STREAMS = frozenset({"tax_profiles", "tax_registrations"})
