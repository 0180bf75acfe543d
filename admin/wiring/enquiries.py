"""The buttons about enquiries wired to the flows of an opened house."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from admin.background.settling import Settling
from flows.enquiries import files
from flows.enquiries.absences import be_away, be_back
from flows.enquiries.convert import convert
from flows.enquiries.decide import decide
from flows.enquiries.forms import Submitted, submit
from flows.enquiries.hand_over import hand_over
from flows.enquiries.reply import can_reply, invite, reply
from flows.house import House
from flows.listen import drain, receive
from schemas.absences import Away
from schemas.enquiries import Conversion

_PAUSE = 1.0  # seconds: an album comes as several updates


class HouseEnquiring:
    """`admin.actions.enquiries.Enquiring` over an opened house."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._draining: dict[str, Settling] = {}

    def received(self, connection: str, told: Mapping[str, Any], secret: str) -> None:
        """Land what was sent; it is carried on in the background."""
        if receive(self._house, connection, told, secret):
            work = partial(drain, self._house, connection)
            self._draining.setdefault(connection, Settling(work, _PAUSE)).soon(0)

    def submit(self, site: str, fields: Mapping[str, Any], request: str | None) -> Submitted:
        """The enquiry of a form."""
        return submit(self._house, site, fields, request)

    def hand_over(
        self, enquiries: Sequence[str], owner: str | None, unit: str | None, by: str, why: str, whole: bool
    ) -> int:  # fmt: skip
        """Give enquiries to somebody else."""
        return hand_over(self._house, enquiries, owner, unit, by, why, whole=whole)

    def be_away(self, told: Away, by: str, whole: bool) -> int:
        """Write down an absence."""
        return be_away(self._house, told, by, whole=whole)

    def be_back(self, number: int, by: str, whole: bool) -> bool:
        """Take an absence back."""
        return be_back(self._house, number, by, whole=whole)

    def decide(
        self, enquiry: str, told: Mapping[str, str | None], by: str, seen: Mapping[str, str | None] = {},
        version: int | None = None,
    ) -> bool:  # fmt: skip
        """Write down what a person decided."""
        return decide(self._house, enquiry, told, by, seen, version)

    def can_reply(self, thread: str) -> bool:
        """Whether there is a chat to write to."""
        return can_reply(self._house, thread)

    def reply(self, enquiry: str, text: str, by: str) -> bool:
        """Write to the chat of an enquiry."""
        return reply(self._house, enquiry, text, by)

    def file(self, messages: Sequence[Mapping[str, Any]], key: str) -> tuple[str, bytes] | None:
        """A file of an enquiry's messages."""
        return files.content(self._house, messages, key)

    def invite(self, contact: str, by: str) -> str | None:
        """A link for a contact."""
        return invite(self._house, contact, by)

    def convert(self, enquiry: str, deal: str, by: str) -> Conversion | None:
        """Write down the deal an enquiry became."""
        return convert(self._house, enquiry, deal, by)
