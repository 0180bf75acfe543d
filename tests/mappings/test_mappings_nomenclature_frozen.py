"""What the grammar makes of names that were drawn and labelled only after it had been frozen.

`nomenclature_frozen.sha256` are the sums of the grammar, committed with the rows they drew and before any
of these was labelled; `cd mappings/nomenclature && sha256sum -c` on that commit checks them.
"""

from __future__ import annotations

import hashlib

from tests.mappings.frozen_draw import DRAWN, HERE, ROWS, SEEN, SUMS, drawn, frozen, rows_of
from tests.mappings.test_mappings_nomenclature_gold import (
    BUILDING,
    STEEL,
    Score,
    labels,
    names_of,
    pytestmark,
    scored,
)

__all__ = ["pytestmark"]
# Rows, classes told right, attributes right, read, labelled: as they came, once.
REPORTED = Score(rows=150, classes=150, right=704, read=704, labelled=710)


def test_the_rows_are_those_the_frozen_grammar_draws() -> None:
    """Drawn of the two lists of CSV: all goods of the CommerceML files are gold rows."""
    rows = rows_of([ROWS])
    assert len(set(rows)) == DRAWN
    assert rows == drawn({file: names_of(file) for file in (STEEL, BUILDING)})
    assert not set(rows) & set(rows_of(HERE / name for name in SEEN))


def test_the_score_is_reported_as_it_came() -> None:
    """Exactly these numbers while the grammar is the frozen one; a later grammar reads no worse."""
    labelled = labels("nomenclature_frozen.csv")
    assert [(one["file"], int(one["row"])) for one in labelled] == rows_of([ROWS])
    score = scored(labelled)
    told = Score(score.rows, score.classes, score.right, score.read, score.labelled)
    if frozen():
        assert told == REPORTED
    assert (told.rows, told.labelled) == (REPORTED.rows, REPORTED.labelled)
    assert told.classes >= REPORTED.classes
    assert told.right >= REPORTED.right
    assert told.right / told.read >= 0.99


def test_the_page_tells_the_same_score() -> None:
    page = (HERE.parents[1] / "docs" / "nomenclature.md").read_text(encoding="utf-8")
    rows, classes, right, read, told = (
        REPORTED.rows, REPORTED.classes, REPORTED.right, REPORTED.read, REPORTED.labelled,
    )  # fmt: skip
    shares = (f"{rows} of {rows}", f"{right} of {read}", f"{right} of {told}")
    assert classes == rows
    assert f"| drawn and labelled after the freeze | {' | '.join(shares)} |" in page
    assert hashlib.sha256(SUMS.read_bytes()).hexdigest()[:16] in page
