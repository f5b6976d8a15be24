"""Other tools on the same scene, weights, tile and overlap: each in a process, and most in an environment, of its own.

A module named after a tool runs under that tool's interpreter (`python -m benchmarks.peers.geoai_predict`); the other
modules here that it imports need the standard library alone, or torch. `serving` says what is asked and answered.
"""
