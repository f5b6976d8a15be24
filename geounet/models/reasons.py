"""What another library's error says, where one of ours names it as the reason."""

_LONGEST = 200


def reason_of(error: BaseException) -> str:
    """An error's words on one line that is not too long."""
    return " ".join(str(error).split())[:_LONGEST]
