"""Migration of a legacy base: profile, plan, rehearsal, run, act."""
