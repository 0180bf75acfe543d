"""`kanon deliver`: webhooks sent without the web server, once or until stopped."""

from __future__ import annotations

import time
from typing import Annotated

from cyclopts import Parameter

from admin.commands.shell import house, say
from admin.words.vocabulary import delivery
from flows.deliver import Delivered, drain
from flows.house import House

PAUSE = 1.0


def deliver(
    *, once: Annotated[bool, Parameter(negative="", help="Send what is due now and end.")] = False
) -> int:
    """Send the changes of the feed to the webhooks, until Ctrl-C. `kanon serve` does it by itself.

    Exit code 0, and with --once 1 if a delivery was not accepted.
    """
    with house() as opened:
        if once:
            done = drain(opened)
            for one in done:
                _tell(one)
            if not done:
                say("Слать нечего.", "There is nothing to send.")
            return int(any(one.error for one in done))
        while True:
            _turn(opened)


def _turn(opened: House) -> None:
    for one in drain(opened):
        _tell(one)
    time.sleep(PAUSE)


def _tell(one: Delivered) -> None:
    if one.error:
        said = [delivery(language, one.error, one.status) for language in ("ru", "en")]
        say(f"Подписка {one.webhook}: {said[0]}.", f"Webhook {one.webhook}: {said[1]}.")
    elif one.events:
        say(
            f"Подписка {one.webhook}: событий {one.events}, до позиции {one.position}.",
            f"Webhook {one.webhook}: {one.events} events, up to position {one.position}.",
        )
