"""A mail server: EWS over the letters of the seeded world, with what Exchange does to its readers."""

from __future__ import annotations

from simulators.exchange.letters import Post, Real
from simulators.exchange.office import Office
from simulators.exchange.server import PASSWORD, USER, serve_mail

__all__ = ["PASSWORD", "USER", "Office", "Post", "Real", "serve_mail"]
