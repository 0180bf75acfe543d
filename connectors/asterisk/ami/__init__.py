"""A live Asterisk: its manager interface (AMI), behind an interface of our own (docs/adr)."""

from __future__ import annotations

from connectors.asterisk.ami.client import Ami, Up
from connectors.asterisk.ami.packets import Packet, Packets
from connectors.asterisk.ami.settings import AmiSettings
from connectors.asterisk.ami.switchboard import Dialled, Dialling, Switchboard

__all__ = ["Ami", "AmiSettings", "Dialled", "Dialling", "Packet", "Packets", "Switchboard", "Up"]
