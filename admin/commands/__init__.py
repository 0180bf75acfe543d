"""The command line: one module per group of commands, all thin over `flows`."""
