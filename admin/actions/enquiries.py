"""What pages and API may ask the hub to do about enquiries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from admin.actions.mending import unwired
from flows.enquiries.forms import Submitted
from schemas.absences import Away
from schemas.enquiries import Conversion


class Enquiring(Protocol):
    """Taking in what is sent, and deciding about enquiries."""

    def received(self, connection: str, told: Mapping[str, Any], secret: str, /) -> None:
        """Lands what a system sent by itself; Refused if its secret is wrong."""

    def submit(self, site: str, fields: Mapping[str, Any], request: str | None, /) -> Submitted:
        """The enquiry of a site's form."""

    def decide(
        self, enquiry: str, told: Mapping[str, str | None], by: str, seen: Mapping[str, str | None] = {},
        version: int | None = None, /,
    ) -> bool:  # fmt: skip
        """Writes down what a person decided of an enquiry he saw so; False if there is none of this id.

        Conflict if somebody has changed the same meanwhile, or anything since a `version` that was seen.
        """

    def can_reply(self, thread: str, /) -> bool:
        """Whether a conversation stands in a chat that can be written to."""

    def reply(self, enquiry: str, text: str, by: str, /) -> bool:
        """Writes to the chat of an enquiry; False if there is none of this id. KanonError if it did not go out."""

    def file(self, messages: Sequence[Mapping[str, Any]], key: str, /) -> tuple[str, bytes] | None:
        """Name and bytes of a file of an enquiry's messages; None if there is none. KanonError if it cannot be had."""

    def invite(self, contact: str, by: str, /) -> str | None:
        """A link that binds a chat to a contact, shown once; None if there is no such contact."""

    def convert(self, enquiry: str, deal: str, by: str, /) -> Conversion | None:
        """Writes down the deal an enquiry became; None if there is none of this id."""

    def hand_over(
        self, enquiries: Sequence[str], owner: str | None, unit: str | None, by: str, why: str, whole: bool, /
    ) -> int:  # fmt: skip
        """Gives enquiries to a person or a unit; how many. ConfigError if nobody at work has that login.

        Refused if `by` is not the head of all who have them, unless he may hand over the `whole` base's.
        """

    def be_away(self, told: Away, by: str, whole: bool, /) -> int:
        """Writes down an absence; its number. ConfigError for odd days, Refused if it is not `by`'s to tell."""

    def be_back(self, number: int, by: str, whole: bool, /) -> bool:
        """Takes an absence back; False if none of this number stands."""


class NoEnquiring:
    """A site that only reads."""

    def received(self, _connection: str, _told: Mapping[str, Any], _secret: str, /) -> None:
        raise unwired()

    def submit(self, _site: str, _fields: Mapping[str, Any], _request: str | None, /) -> Submitted:
        raise unwired()

    def hand_over(
        self, _ids: Sequence[str], _owner: str | None, _unit: str | None, _by: str, _why: str, _whole: bool, /
    ) -> int:  # fmt: skip
        raise unwired()

    def decide(
        self, _enquiry: str, _told: Mapping[str, str | None], _by: str, _seen: Mapping[str, str | None] = {},
        _version: int | None = None, /,
    ) -> bool:  # fmt: skip
        raise unwired()

    def be_away(self, _told: Away, _by: str, _whole: bool, /) -> int:
        raise unwired()

    def be_back(self, _number: int, _by: str, _whole: bool, /) -> bool:
        raise unwired()

    def can_reply(self, _thread: str, /) -> bool:
        return False

    def reply(self, _enquiry: str, _text: str, _by: str, /) -> bool:
        raise unwired()

    def file(self, _messages: Sequence[Mapping[str, Any]], _key: str, /) -> None:
        raise unwired()

    def invite(self, _contact: str, _by: str, /) -> str | None:
        raise unwired()

    def convert(self, _enquiry: str, _deal: str, _by: str, /) -> Conversion | None:
        raise unwired()
