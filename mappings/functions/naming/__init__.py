"""Cleaning of organization names: ordered, counted, idempotent steps (handbook 2.5)."""
