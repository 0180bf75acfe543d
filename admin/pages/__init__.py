"""Pages: each parses its request, asks a view of the store and draws a template."""
