"""Whether this process was asked to end: libraries answer an interrupt with errors of their own, or not at all."""

import threading

asked_to_end = threading.Event()
"""Set from the first signal on that asks a command to end, until it has ended."""
