"""A Bot API server: updates kept until confirmed, webhooks, files, and refusals as Telegram makes them."""

from __future__ import annotations

from simulators.telegram.bot import Bot
from simulators.telegram.people import Person, chatter
from simulators.telegram.server import application
from simulators.telegram.serving import serve

__all__ = ["Bot", "Person", "application", "chatter", "serve"]
