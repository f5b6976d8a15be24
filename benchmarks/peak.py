"""The peak memory of this process."""

import resource
import sys
from pathlib import Path


def peak_mb() -> float:
    """Peak resident memory in MB; on Linux since the program began (getrusage counts what its parent had, too)."""
    if sys.platform == "linux":
        return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024**2
