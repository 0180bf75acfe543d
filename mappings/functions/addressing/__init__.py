"""Parsing of Russian addresses into parts that can be compared (handbook 2.6)."""
