"""Benchmarks, each beside a peer in one run. `./run bench` prints the tables."""
