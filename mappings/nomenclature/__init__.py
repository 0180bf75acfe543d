"""Names of goods to their structure: class, attributes, canonical name, confidence, what is left over."""

from mappings.nomenclature.explain import Explained, Part, explain, explain_all
from mappings.nomenclature.grammar import GRAMMAR_VERSION, Grammar, ItemClass, read_grammar, shipped
from mappings.nomenclature.parse import COLUMNS, parse, wide

__all__ = [
    "COLUMNS",
    "GRAMMAR_VERSION",
    "Explained",
    "Grammar",
    "ItemClass",
    "Part",
    "explain",
    "explain_all",
    "parse",
    "read_grammar",
    "shipped",
    "wide",
]
