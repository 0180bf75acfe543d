"""Which records are one: blocking, rules, identities, survivorship. Pure: tables in, tables out."""
