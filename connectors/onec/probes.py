"""What `check` tries on a 1C base, the likeliest trouble first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import httpx
from lxml import etree

from connectors.http import server_time
from connectors.onec.exchange import Plan
from connectors.onec.wire import Wire
from schemas.errors import ConfigError, KanonError
from schemas.records import Probe

SKEW_LIMIT = 300.0
EDM = "{*}EntitySet"


def probes(wire: Wire, sets: Sequence[str], plan: Plan | None) -> list[Probe]:
    """Address, login, metadata, each set, the node, the clock; stops where the rest must fail too."""
    address = wire.client.probe_address() if wire.client.transport is None else None
    answers = [] if address is None else [address]
    if address is not None and not address.ok:
        return answers
    root: list[httpx.Response] = []
    login = _tried("login", "логин принят", "login accepted", lambda: root.append(wire.get("")))
    answers.append(login)
    if not login.ok:
        return answers
    answers.append(
        _tried("metadata", "описание читается", "metadata readable", lambda: _published(wire))
    )
    answers += [_readable(wire, name) for name in sets]
    if plan is not None:
        answers.append(_tried("exchange", "узел найден", "node found", plan.node))
    return [*answers, _clock(root[0])]


def _tried(name: str, ru: str, en: str, call: Callable[[], object]) -> Probe:
    try:
        call()
    except KanonError as error:
        return Probe(name, False, error.ru, error.en, error.detail)
    return Probe(name, True, f"«{name}»: {ru}.", f"'{name}': {en}.")


def _readable(wire: Wire, name: str) -> Probe:
    return _tried(name, "читается", "readable", lambda: wire.objects(name, {"$top": 1}))


def _published(wire: Wire) -> set[str]:
    """Names of the published sets; ConfigError if the metadata are something else."""
    body = wire.get("$metadata").content
    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        names = {one.get("Name") or "" for one in etree.fromstring(body, parser).iter(EDM)}
    except etree.XMLSyntaxError:
        names = set()
    if not names:
        raise ConfigError(
            "По этому адресу нет описания OData. Укажите адрес базы без odata/standard.odata и опубликуйте её.",
            "There are no OData metadata here. Give the base's address without odata/standard.odata.",
        )
    return names


def _clock(root: httpx.Response) -> Probe:
    theirs = server_time(root)
    if theirs is None:
        return Probe("clock", True, "1С не говорит времени.", "1C does not tell the time.")
    skew = abs((datetime.now(UTC) - theirs).total_seconds())
    ok = skew <= SKEW_LIMIT
    ru = f"Часы расходятся на {skew:.0f} с." + ("" if ok else " Настройте NTP на обоих серверах.")
    en = f"The clocks differ by {skew:.0f} s." + ("" if ok else " Set up NTP on both servers.")
    return Probe("clock", ok, ru, en)
