"""What can be wrong with a live 1C publication: switches a test turns on and off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

ErrorShape = Literal["odata", "application", "html"]


@dataclass
class Faults:
    """Traps of the standard OData interface; the first two are on, as on the bases they were seen on.

    Counters (`busy`, `cut`, `html_pages`) say how many of the next requests are hit.
    """

    key_comparison_fails: bool = True
    date_filter_fails: bool = False
    orderby_key_is_presentation: bool = False
    drift: Literal["", "insert", "delete"] = ""
    memory_rows: int | None = None
    busy: int = 0
    cut: int = 0
    html_pages: int = 0
    delay: float = 0.0
    refuse_login: bool = False
    error_shape: ErrorShape = "odata"
    unpublished: frozenset[str] = frozenset()
    renamed: Mapping[str, str] = field(default_factory=dict)

    def spend(self, counter: Literal["busy", "cut", "html_pages"]) -> bool:
        """Whether the next planned misfortune of this kind happens now; it is counted off."""
        left = getattr(self, counter)
        if left:
            setattr(self, counter, left - 1)
        return bool(left)
