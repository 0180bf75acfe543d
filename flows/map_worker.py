"""A process that maps portions for another: `python -m flows.map_worker`, told by its stdin what to do.

It ends when its stdin does, so it never outlives the process that started it by more than a portion. On
any error it just ends: who gave it the portion maps that one himself and meets the same error there.
"""

from __future__ import annotations

import os
import sys

from flows.map_pipe import receive, send_settled, understood
from flows.map_portion import mapped


def main() -> None:
    """Take one mapping and its joined frames, then answer portion by portion."""
    orders = sys.stdin.buffer
    # Whatever a library prints must not get between the answers.
    with os.fdopen(os.dup(1), "wb") as answers:
        os.dup2(2, 1)
        words, frames = receive(orders)
        mapping = understood(words)
        joined = dict(zip(words["aliases"], frames, strict=True))
        while True:
            _, (rows,) = receive(orders)
            send_settled(answers, mapped(rows, mapping, words["connection"], joined))


if __name__ == "__main__":
    try:
        main()
    except (EOFError, BrokenPipeError):
        # Taking an interpreter with its libraries down in order takes time that nobody needs.
        os._exit(0)
