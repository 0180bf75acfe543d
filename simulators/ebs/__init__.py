"""A stand-in for Oracle EBS R12: its customer, item and order tables in a SQLite file."""

from __future__ import annotations

from simulators.ebs.base import Ebs, build_ebs

__all__ = ["Ebs", "build_ebs"]
