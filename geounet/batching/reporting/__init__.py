"""What a batch came to, as a page for the browser."""

from geounet.batching.reporting.report import write_report
from geounet.batching.reporting.tally import Session

__all__ = ["Session", "write_report"]
