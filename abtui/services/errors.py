"""What input and output can fail with: one small tree, caught once per face."""

from __future__ import annotations


class ServiceError(Exception):
    """Something outside the program failed. `message` is a sentence for a person, `hint` what to do about it, or ""."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class FileError(ServiceError):
    """A file or folder that could not be read, written or watched."""


class CollectorError(ServiceError):
    """The local collector could not be started, or was given something it cannot use."""


class ServingError(ServiceError):
    """The server for browsers could not be started."""
