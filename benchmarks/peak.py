"""The peak memory of this process."""

import resource
import sys


def peak_mb() -> float:
    """Peak resident memory in MB (kilobytes on Linux, bytes on macOS)."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024**2 if sys.platform == "darwin" else peak / 1024
