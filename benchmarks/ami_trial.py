"""Clients of the manager interface against one badly behaved switch: `./run bench ami`.

Needs panoramisk, pystrix and py-asterisk, which the product itself does not use (docs/adr).
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from typing import Any, Protocol

from pydantic import SecretStr

from connectors.asterisk.ami import Ami, AmiSettings, Dialling
from schemas.errors import KanonError
from simulators.telephony.ami import Manners, Switch, ami

SECRET = "тайна"  # noqa: S105  of a simulated switch
NAME = "Анна Щёголева"
EVENTS = [{"Event": "Newchannel", "Uniqueid": str(n), "CallerIDName": NAME} for n in range(200)]
WAIT = 4.0


class Client(Protocol):
    """What each is asked."""

    def names(self, switch: Switch) -> list[str]: ...
    def refused(self, switch: Switch) -> bool: ...
    def dial(self, switch: Switch) -> None: ...
    def notices(self, switch: Switch) -> bool: ...


class Own:
    """Our client."""

    def names(self, switch: Switch) -> list[str]:
        """Caller names of the events that came."""

        async def work() -> list[str]:
            client, found = await Ami.open(_settings(switch)), []
            with suppress(TimeoutError, KanonError):
                async with asyncio.timeout(WAIT):
                    async for packet in client.events():
                        found += [packet["CallerIDName"]] * bool(packet["CallerIDName"])
                        if len(found) == len(EVENTS):
                            break
            await client.close()
            return found

        return asyncio.run(work())

    def refused(self, switch: Switch) -> bool:
        """Whether a wrong secret is an error."""
        try:
            asyncio.run(Ami.open(_settings(switch)))
        except KanonError:
            return True
        return False

    def dial(self, switch: Switch) -> None:
        """Originate once; the answer never comes."""

        async def work() -> None:
            client = await Ami.open(_settings(switch))
            await client.dial(Dialling("wish", "101", "89160000001"))
            await client.close()

        asyncio.run(work())

    def notices(self, switch: Switch) -> bool:
        """Whether a switch that answers no Ping is found gone."""

        async def work() -> bool:
            client = await Ami.open(_settings(switch, silence=1.0))
            try:
                async with asyncio.timeout(WAIT):
                    async for _ in client.events():
                        pass
            except TimeoutError:
                return False
            except KanonError:
                return True
            finally:
                await client.close()
            return False

        return asyncio.run(work())


def _settings(switch: Switch, **more: Any) -> AmiSettings:
    told = {"host": "127.0.0.1", "port": switch.port, "user": "u", "secret": SecretStr(SECRET)}
    return AmiSettings.model_validate(told | more)


class Panoramisk:
    """panoramisk 1.4."""

    def _run(self, switch: Switch, then: Callable[[Any], Any], **more: Any) -> Any:
        panoramisk: Any = import_module("panoramisk")

        async def work() -> Any:
            told = {"host": "127.0.0.1", "port": switch.port, "username": "u", "secret": SECRET}
            manager = panoramisk.Manager(**(told | {"ping_interval": 1} | more))
            found: list[str] = []
            manager.register_event("Newchannel", lambda _, event: found.append(event.CallerIDName))
            with suppress(Exception):
                await asyncio.wait_for(manager.connect(), 2)
            answer = await then(manager)
            with suppress(Exception):
                manager.close()
            return answer if answer is not None else found

        return asyncio.run(work())

    def names(self, switch: Switch) -> list[str]:
        """Caller names of the events that came."""

        async def wait(_: Any) -> None:
            await asyncio.sleep(WAIT)

        return list(self._run(switch, wait))

    def refused(self, switch: Switch) -> bool:
        """Whether a wrong secret is an error to who called `connect`."""

        async def ask(_: Any) -> bool:
            await asyncio.sleep(1)
            return False

        return bool(self._run(switch, ask))

    def dial(self, switch: Switch) -> None:
        """Originate once; the answer never comes."""

        async def ask(manager: Any) -> None:
            told = {"Action": "Originate", "Channel": "SIP/101", "Exten": "1", "Async": "true"}
            with suppress(Exception):
                await asyncio.wait_for(manager.send_action(told), WAIT)

        self._run(switch, ask)

    def notices(self, switch: Switch) -> bool:
        """Whether a switch that answers no Ping is found gone."""

        async def ask(_: Any) -> bool:
            await asyncio.sleep(WAIT)
            return switch.logins > 1

        return bool(self._run(switch, ask))


class Pystrix:
    """pystrix 1.3."""

    def _manager(self, switch: Switch) -> Any:
        pystrix: Any = import_module("pystrix")

        manager = pystrix.ami.Manager()
        manager.connect("127.0.0.1", switch.port)
        return manager

    def names(self, switch: Switch) -> list[str]:
        """Caller names of the events that came."""
        pystrix: Any = import_module("pystrix")

        manager, found = self._manager(switch), []
        manager.register_callback(
            "Newchannel", lambda event, _: found.append(event.get("CallerIDName"))
        )
        with suppress(Exception):
            manager.send_action(pystrix.ami.core.Login("u", SECRET))
        time.sleep(WAIT)
        with suppress(Exception):
            manager.close()
        return found

    def refused(self, switch: Switch) -> bool:
        """Whether a wrong secret is an error."""
        pystrix: Any = import_module("pystrix")

        manager = self._manager(switch)
        try:
            answer = manager.send_action(pystrix.ami.core.Login("u", SECRET))
        except Exception:  # noqa: BLE001  any error will do
            return True
        return not (answer and answer.success)

    def dial(self, switch: Switch) -> None:
        """Originate once; the answer never comes."""
        pystrix: Any = import_module("pystrix")

        manager = self._manager(switch)
        manager.send_action(pystrix.ami.core.Login("u", SECRET))
        wish = pystrix.ami.core.Originate_Context("SIP/101", "c", "1", "1")
        with suppress(Exception):
            manager.send_action(wish)
        time.sleep(WAIT)

    def notices(self, switch: Switch) -> bool:
        """Whether a switch that answers no Ping is found gone."""
        pystrix: Any = import_module("pystrix")

        manager = self._manager(switch)
        manager.send_action(pystrix.ami.core.Login("u", SECRET))
        time.sleep(WAIT)
        return not manager.is_connected()


class PyAsterisk:
    """py-asterisk 0.6."""

    def _manager(self, switch: Switch) -> Any:
        manager: Any = import_module("Asterisk.Manager").Manager

        return manager(("127.0.0.1", switch.port), "u", SECRET)

    def names(self, switch: Switch) -> list[str]:
        """Caller names of the events that came."""
        manager, found = self._manager(switch), []
        manager.events.subscribe("Newchannel", lambda _, event: found.append(event.CallerIDName))
        threading.Thread(target=_quietly, args=(manager.serve_forever,), daemon=True).start()
        time.sleep(WAIT)
        return found

    def refused(self, switch: Switch) -> bool:
        """Whether a wrong secret is an error."""
        try:
            self._manager(switch)
        except Exception:  # noqa: BLE001  any error will do
            return True
        return False

    def dial(self, switch: Switch) -> None:
        """Originate once; the answer never comes."""
        manager = self._manager(switch)
        with suppress(Exception):
            manager.Originate("SIP/101", "c", "1", "1")
        time.sleep(WAIT)

    def notices(self, switch: Switch) -> bool:
        """Whether a switch that answers no Ping is found gone: it has none of its own."""
        self._manager(switch)
        return False


def _quietly(work: Callable[[], object]) -> None:
    with suppress(Exception):
        work()


def _tried(work: Callable[[], object]) -> str:
    """What came of it, or the kind of error; given up after some seconds."""
    told: list[str] = ["hangs"]

    def run() -> None:
        try:
            told[0] = str(work())
        except BaseException as error:  # noqa: BLE001  part of the result
            told[0] = type(error).__name__

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(WAIT * 3)
    return told[0]


def _names(client: Client, manners: Manners) -> str:
    """How many of 200 caller names came whole."""
    with ami(Switch(SECRET, EVENTS, manners)) as switch:
        return _tried(lambda: sum(name == NAME for name in client.names(switch)))


def _line(client: Client) -> str:
    divided, dirty = _names(client, Manners(segment=7)), _names(client, Manners(garbage=True))
    with ami(Switch("another")) as switch:
        refused = _tried(lambda: client.refused(switch))
    with ami(Switch(SECRET, manners=Manners(answers_originate=False))) as switch:
        _tried(lambda: client.dial(switch))
        dialled = len(switch.dialled)
    with ami(Switch(SECRET, manners=Manners(pong=False))) as switch:
        gone = _tried(lambda: client.notices(switch))
    return (
        f"{type(client).__name__:11} whole names {divided:>4} of 200, among garbage {dirty:>4};"
        f" wrong secret told: {refused}; dialled {dialled} times; silence noticed: {gone}"
    )


def run() -> None:
    """Print one line per client."""
    for client in (Own(), Panoramisk(), Pystrix(), PyAsterisk()):
        print(_line(client))
