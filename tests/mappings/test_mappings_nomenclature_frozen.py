"""What the grammar makes of names that were drawn and labelled only after it had been frozen.

`nomenclature_frozen.sha256` are the sums of the grammar, committed with the rows they drew and before any
of these was labelled; `cd mappings/nomenclature && sha256sum -c` on that commit checks them.
"""

from __future__ import annotations

from tests.mappings.frozen_draw import DRAWN, HERE, ROWS, SEEN, drawn, rows_of
from tests.mappings.test_mappings_nomenclature_gold import BUILDING, STEEL, names_of, pytestmark

__all__ = ["pytestmark"]


def test_the_rows_are_those_the_frozen_grammar_draws() -> None:
    """Drawn of the two lists of CSV: all goods of the CommerceML files are gold rows."""
    rows = rows_of([ROWS])
    assert len(set(rows)) == DRAWN
    assert rows == drawn({file: names_of(file) for file in (STEEL, BUILDING)})
    assert not set(rows) & set(rows_of(HERE / name for name in SEEN))
