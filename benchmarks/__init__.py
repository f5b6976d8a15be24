"""Benchmarks: every speed or memory claim, as a ratio measured in one run. `python -m benchmarks` prints one table."""
