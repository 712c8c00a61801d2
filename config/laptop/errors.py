"""The two ways in which laptop commands end early."""


class LaptopError(Exception):
    """Ends a laptop command with a sentence for the person who typed it, never with a traceback."""


class Interrupted(BaseException):
    """Somebody pressed Ctrl-C, closed the terminal or sent SIGTERM."""
