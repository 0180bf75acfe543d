"""Forms of sites: landed as the hub's own records, each once, however often it was sent."""

from __future__ import annotations

import base64
import hashlib
import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from config.connections import ENQUIRIES, HUB
from config.enquiries import load_enquiries
from flows.create import NAMESPACE, store_record
from flows.enquiries.route import route_now
from flows.enquiries.stage import again
from flows.house import House
from schemas.errors import Conflict, RecordRejected
from store import enquiries, exact, landing
from store.clock import utc_now
from store.engine import Writer


@dataclass(frozen=True, slots=True)
class Submitted:
    """The enquiry a form became, and whether the same form had come before."""

    id: str
    repeated: bool


def submit(
    house: House, site: str, fields: Mapping[str, Any], request: str | None, now: datetime | None = None
) -> Submitted:  # fmt: skip
    """The enquiry of a form; the same form again is the same enquiry. RecordRejected if it says nothing.

    `request` names the attempt. Without it the same content of the same site within two days is one form.
    Conflict if `request` was used for other content.
    """
    if not any(_says(fields.get(name)) for name in ("message", "phone", "email", "topic")):
        raise RecordRejected(
            "form_empty", "message", "", "В форме нет ни сообщения, ни телефона, ни почты.",
            "The form has neither a message nor a phone nor an address.",
        )  # fmt: skip
    moment = now or utc_now()
    row = _row(site, fields, moment)
    digest = _digest(row)
    keys = [_key(site, request)] if request else _keys(site, digest, moment)
    with house.store.write() as writer:
        writer.next("gate")
        known = next((key for key in keys if exact.is_landed(writer, HUB, ENQUIRIES, key)), None)
        if known is None:
            store_record(house, writer, ENQUIRIES, keys[0], {**row, "digest": digest})
            rules = load_enquiries(house.settings.config_dir)
            again(writer, rules, [keys[0]])
            route_now(writer, rules, house.settings.config_dir)
        elif request and not _is_same(writer, known, digest):
            raise Conflict(
                "Этот ключ запроса уже использован для другой формы. Дайте новому запросу свой ключ.",
                "This request key was used for another form already. Give a new request a key of its own.",
            )
        found = enquiries.of_threads(writer, [known or keys[0]])["id"].to_list()
    return Submitted(found[0] if found else known or keys[0], repeated=known is not None)


def _says(value: object) -> bool:
    """Whether a field holds a letter or a digit."""
    return any(sign.isalnum() for sign in str(value or ""))


def _is_same(writer: Writer, key: str, digest: str) -> bool:
    landed = landing.latest(writer, writer, HUB, ENQUIRIES, [key]).row(0, named=True)
    return bool(landed.get("digest") == digest)


def _row(site: str, fields: Mapping[str, Any], moment: datetime) -> dict[str, str | None]:
    own = ("name", "phone", "email", "company", "inn", "topic", "order", "message", "page")
    files = list(_files(fields.get("files") or ()))
    # Told only where it is, so that a form sent before there was such a field is the same form still.
    volume = {"volume": str(fields["volume"])} if fields.get("volume") else {}
    return {
        "site": site,
        "sent_at": moment.isoformat(),
        **{name: _text(fields.get(name)) for name in own},
        **volume,
        "tags": "\n".join(f"{k}={v}" for k, v in sorted((fields.get("tags") or {}).items())) or None,
        "files": json.dumps(fields.get("files") or [], ensure_ascii=False),
        "attachments": "\n".join(files) or None,
    }  # fmt: skip


def _text(value: object) -> str | None:
    return str(value) if value else None


def _files(files: Sequence[Mapping[str, str]]) -> Iterator[str]:
    for file in files:
        try:
            content = base64.b64decode(file["content"], validate=True)
        except ValueError:  # not only binascii.Error: letters beyond ASCII are refused by another
            raise RecordRejected(
                "file_unreadable", "files", file["name"],
                f"Файл «{file['name']}» не в base64.", f"The file '{file['name']}' is not base64.",
            ) from None  # fmt: skip
        told = {
            "name": file["name"], "size": len(content), "type": file.get("type"),
            "sha256": hashlib.sha256(content).hexdigest(),
        }  # fmt: skip
        yield json.dumps({k: v for k, v in told.items() if v is not None}, ensure_ascii=False)


def _digest(row: Mapping[str, str | None]) -> str:
    content = {name: value for name, value in row.items() if name != "sent_at"}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _key(site: str, said: str) -> str:
    return str(uuid.uuid5(NAMESPACE, f"{site}\n{said}"))


def _keys(site: str, digest: str, moment: datetime) -> list[str]:
    """The key of today, and that of yesterday, for forms are also sent at midnight."""
    days = (moment, moment - timedelta(days=1))
    return [_key(site, f"{digest}\n{day:%Y-%m-%d}") for day in days]
