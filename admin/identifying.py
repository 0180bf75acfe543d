"""Who asks in an enquiry and what he may be told, as pages and API tell it."""

from __future__ import annotations

from admin.site import Site
from config.authority import Identified, identified
from store.clock import utc_now
from store.engine import Reader
from store.views.enquiries import Card
from store.views.representative import known_of


def identify(site: Site, reader: Reader, card: Card) -> Identified:
    """What may be told to the sender of an enquiry, by what is known of him and by the topic."""
    surely = next((one.id for one in card.candidates if one.sure), None)
    row, rules = card.row, site.settings.authority
    known = known_of(reader, row, surely)
    ways = [row[name] for name in ("sender_email", "sender_phone") if row[name]]
    listed = rules.of(known.inn, ways, row["topic"], utc_now().date())
    return identified(rules, known.evidence, row["topic"], listed)
