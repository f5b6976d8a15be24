"""The command line: one file a verb, each parse → one library call → print."""

from geounet.cli.dispatch import build_parser, main

__all__ = ["build_parser", "main"]
