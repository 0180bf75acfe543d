"""Who takes part: each reads a prepared set from a folder and says which of its rows are one company."""
