"""Convert: an enquiry became a deal. The deal goes to whom it was transferred, the enquiry stays its operator's.

Whose work the deal came of is kept with it, whoever has the enquiry later (handbook 1.3).
"""

from __future__ import annotations

from dataclasses import asdict

from config.enquiries import load_enquiries
from flows.enquiries.stage import again
from flows.house import House
from schemas.enquiries import Conversion
from schemas.errors import ConfigError
from store import enquiries, journal

_LONGEST = 100


def convert(house: House, enquiry_id: str, deal: str, by: str) -> Conversion | None:
    """What an enquiry became, written down once; it is closed. None if there is no such enquiry.

    ConfigError without the number of the deal, and where nobody is said to get it. The same deal again
    changes nothing; another one counts from then on.
    """
    number = deal.strip()
    if not number or len(number) > _LONGEST or not number.isprintable():
        raise ConfigError(
            "Напишите номер сделки или заказа, до 100 знаков.",
            "Write the number of the deal or order, up to 100 characters.",
        )
    rules = load_enquiries(house.settings.config_dir)
    with house.store.write() as writer:
        writer.next("enquiry_act", 0)  # its lock lets one decide at a time
        row = enquiries.find(writer, enquiry_id)
        if row is None:
            return None
        known = enquiries.conversion(writer, row)
        if known is not None and known.deal == number:
            return known
        manager = row["transferred_to"] or row["owner"]
        if manager is None:
            raise ConfigError(
                "Сделку некому отдать: укажите ответственного или кому передано.",
                "Nobody gets the deal: say who is responsible or whom it is transferred to.",
            )
        told = Conversion(number, manager, row["owner"] or by)
        acts = {"state": "closed", **{f"deal_{n}": v for n, v in asdict(told).items()}}
        anchor = (row["channel"], row["threads"][0], row["message_id"])
        for name, value in acts.items():
            enquiries.decide(writer, anchor, name, value, author=by)
        again(writer, rules, row["threads"])
        before = {"state": row["state"], "deal": known.deal if known else None}
        act = journal.Act(
            by, "enquiry_converted", "enquiry", enquiry_id, before=before,
            after={"state": "closed", "deal": number, "owner": manager, "operator": told.operator},
        )  # fmt: skip
        journal.note(writer, act)
    return told
