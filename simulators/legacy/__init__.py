"""A stand-in for what a sales department keeps by hand: a spreadsheet and its CSV twin."""

from __future__ import annotations

from simulators.legacy.workbook import HEADER, HEADER_ROW, SHEET, write_csv, write_workbook

__all__ = ["HEADER", "HEADER_ROW", "SHEET", "write_csv", "write_workbook"]
