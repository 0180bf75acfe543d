"""A stand-in for a 1C publication: the standard OData v3 interface with an exchange plan and its traps."""

from __future__ import annotations

from simulators.onec.base import Base
from simulators.onec.faults import Faults
from simulators.onec.fill import CONTACT_KINDS, build_base
from simulators.onec.server import Publication
from simulators.onec.serving import OneC, serve

__all__ = ["CONTACT_KINDS", "Base", "Faults", "OneC", "Publication", "build_base", "serve"]
