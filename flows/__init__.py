"""The stages: extract, map, match, merge, publish. Plain functions; Prefect only wraps them."""
