"""Stand-ins for what a company has gathered: an old CRM, a spreadsheet kept by hand and its CSV twin."""

from __future__ import annotations

from simulators.legacy.crm import write_crm
from simulators.legacy.workbook import HEADER, HEADER_ROW, SHEET, write_csv, write_workbook

__all__ = ["HEADER", "HEADER_ROW", "SHEET", "write_crm", "write_csv", "write_workbook"]
