"""What can go wrong with the private environment: each error is one line, and says what to do."""

from __future__ import annotations


class NotSetUpError(Exception):
    """There is no Python with geounet in it that could be run."""

    def __init__(self, what: str, *, remedy: str = "", on_page: str = "") -> None:
        """Take what is so, and what to do about it: anywhere, and on the setup page itself."""
        super().__init__(f"{what} {remedy}".rstrip())
        self.on_page = f"{what} {on_page or remedy}".rstrip()


class InstallError(Exception):
    """The environment could not be made; whatever was there before is as it was."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        """Take one line that says what happened, and one that says what to do about it."""
        super().__init__(message)
        self.hint = hint


class InstallCancelledError(InstallError):
    """A person stopped it."""
