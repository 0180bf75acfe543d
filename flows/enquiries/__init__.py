"""Enquiries: messages of every channel, put together (handbook 1.3, 6.5)."""
