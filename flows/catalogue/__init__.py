"""Goods: what sources call one product, put together of canonical items."""
