"""Expressions worked out row by row, for the handful of rows of a form, a question or a card.

An engine made for many rows plans anew every time it is asked: some twenty microseconds for each node of
an expression, however few the rows. `passed` therefore reads a list of expressions once, as Polars itself
writes them down, and works the same nodes out in Python while rows are few. There is one rule and two
engines: whatever is not understood, and every text on which the two could differ, is asked of Polars.
"""
