"""Calls: legs that switches wrote, put together (handbook 5.3)."""
