"""Pages: each parses its request, asks a view of the store and draws a template."""

from __future__ import annotations

from starlette.convertors import IntegerConvertor, register_url_convertor


class Number(IntegerConvertor):
    """`{number:int}` of a path: what no database has as a number is no address."""

    regex = "[0-9]{1,18}"


register_url_convertor("int", Number())
