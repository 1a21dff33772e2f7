"""Errors that say what was expected, what was found, and what to do."""


class DivrecError(Exception):
    """Base of every error that divrec raises on purpose; its message is fit to show to a person."""


class InputError(DivrecError, ValueError):
    """A file, table or argument that cannot be used as it is."""


class UnknownIdError(DivrecError, KeyError):
    """A user or item that the table, model or pool has never seen."""

    def __str__(self) -> str:  # KeyError would show the repr of the message
        """Give the message itself."""
        return str(self.args[0]) if self.args else ""


class NotFittedError(DivrecError, RuntimeError):
    """A model that was asked for something before it was trained."""


class ArtefactError(DivrecError, OSError):
    """A stored file that is missing, incomplete, or differs from its checksum."""


class NotEstimableError(DivrecError, ValueError):
    """An effect that the log cannot tell; ``reason`` and ``numbers`` say why in words of any language."""

    def __init__(self, message: str, reason: str, **numbers: float) -> None:
        super().__init__(message)
        self.reason = reason
        self.numbers = numbers


class Cancelled(DivrecError):  # noqa: N818  # an outcome a person asked for, not a fault
    """Work that was stopped because a person asked for it."""


class CollapseError(DivrecError, RuntimeError):
    """A training that has come to a state from which it cannot learn any more."""
