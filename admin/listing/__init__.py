"""Lists: described once, served as a page, JSON, CSV and a workbook."""
