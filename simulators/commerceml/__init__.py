"""A stand-in for a CommerceML exchange: packets of versions 2.05–2.10 and 3.1 written into a folder."""

from __future__ import annotations

from simulators.commerceml.packets import write_broken, write_packets, write_split

__all__ = ["write_broken", "write_packets", "write_split"]
