"""The failures of input and output: one small tree, caught once in each face."""

from __future__ import annotations


class ServiceError(Exception):
    """Something outside the program failed. `message` is a sentence for a person; `hint` says what to do about it, or is ""."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class FileError(ServiceError):
    """A file or folder could not be read, written or watched."""


class CollectorError(ServiceError):
    """The local collector could not be started, or was given something it cannot use."""


class ListenerError(ServiceError):
    """The listener could not be started, or was given something it cannot use."""


class ShopError(ServiceError):
    """The demo shop could not be started, or was given something it cannot use."""


class ServingError(ServiceError):
    """The server for browsers could not be started."""


def error_reason(error: Exception) -> str:
    """The system's words for an error, in lower case, as the end of a sentence."""
    return ((error.strerror if isinstance(error, OSError) else None) or str(error)).lower()
