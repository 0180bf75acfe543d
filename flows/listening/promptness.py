"""What a process that answers while a caller hears the tone asks of Python itself."""

from __future__ import annotations

import gc
import sys

# A thread that works on records gives way to the loop ten times as soon as usual.
_TURN = 0.0005


def be_prompt() -> None:
    """Makes answers wait less for threads of the same process, and never for a search through all of its objects.

    What is loaded by now stays loaded: the collector, which stops everybody for half a second in a process
    of this size, leaves it out from now on.
    """
    sys.setswitchinterval(_TURN)
    gc.collect()
    gc.freeze()
