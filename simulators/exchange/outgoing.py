"""Letters that are sent through the simulator: what their MIME tells."""

from __future__ import annotations

import email
import email.policy
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import getaddresses


@dataclass(frozen=True, slots=True)
class Sent:
    """A letter somebody sent, as a mailbox tells of it."""

    message_id: str
    sender: str
    name: str
    subject: str
    raw: bytes
    at: datetime
    number: int = 0
    nature: str = "message"


def sent_letter(raw: bytes) -> tuple[Sent, list[str]]:
    """The letter in some bytes of MIME, and whom it goes to."""
    told = email.message_from_bytes(raw, policy=email.policy.default)
    [(name, sender)] = getaddresses([str(told["From"])])
    to = [address.lower() for _, address in getaddresses([str(told["To"])])]
    own = str(told["Message-ID"]).strip("<>")
    return Sent(own, sender.lower(), name, str(told["Subject"]), raw, datetime.now(UTC)), to
