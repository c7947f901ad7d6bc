"""Addresses of objects, and what is asked of their store: each request is tried again with growing pauses, and each failure is a FileError.

The store's libraries are loaded when an address is used. They find credentials in their own places; no message holds any, nor a
header or query of a request.
"""

from __future__ import annotations

import errno
import re
import time
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple, TypeVar

from abtui.core.text.plain import file_name
from abtui.services.errors import FileError

T = TypeVar("T")
PAUSES = (0.2, 0.5, 1.5, 4.0)
"""The seconds before a request is tried again. The store's library may itself try each of them several times."""
FOR_COMMANDS: Final = "Give addresses of objects to a command: abtui check CONFIG s3://bucket/folder/"
"""What to do where objects are not read."""
_SCHEMES: Final = {
    "s3": "Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or log in with `aws sso login`.",
    "gs": "Log in with `gcloud auth application-default login`, or set GOOGLE_APPLICATION_CREDENTIALS.",
    "az": "Set AZURE_STORAGE_ACCOUNT_NAME, and AZURE_STORAGE_ACCOUNT_KEY or AZURE_STORAGE_ANON=false with `az login`.",
}
"""Where the library of each kind of store finds credentials."""
_URL: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://")
_SIGNED: Final = re.compile(r"[?&](?:X-Amz-|X-Goog-|Signature=|sig=|AWSAccessKeyId=|GoogleAccessId=)", re.IGNORECASE)
_NO_CREDENTIALS: Final = frozenset(
    {"NoCredentialsError", "PartialCredentialsError", "ProfileNotFound", "TokenRetrievalError", "SSOTokenLoadError"}
    | {"UnauthorizedSSOTokenError", "DefaultCredentialsError", "RefreshError", "ClientAuthenticationError"}
)
"""The libraries' errors for credentials that are missing or out of date, by the names of their classes."""
_DENIED: Final = frozenset({"HttpResponseForbidden", "Unauthorized"})
_LASTING: Final = frozenset(
    {errno.EINVAL, errno.EPERM, errno.ENOSYS, errno.ENAMETOOLONG, errno.EMSGSIZE, errno.ENOTEMPTY}
)
"""Answers of a store that another try does not change."""


class Address(NamedTuple):
    """The address of an object, or of all objects whose names begin with `key`."""

    scheme: str
    bucket: str
    key: str

    @property
    def path(self) -> str:
        """The name by which the store's library knows it."""
        return f"{self.bucket}/{self.key}" if self.key else self.bucket

    def url(self, key: str) -> str:
        """The address of another object in the same bucket."""
        return f"{self.scheme}://{self.bucket}/{key}"


def is_url(path: str) -> bool:
    """Whether a path is an address like `s3://bucket/key`, of whatever scheme."""
    return _URL.match(path) is not None


def address(url: str) -> Address:
    """The parts of an address. Raises FileError if it cannot be used; credentials in it are not repeated."""
    match = _URL.match(url)
    scheme = "" if match is None else match[1].lower()
    bucket, _, key = url[len(scheme) + 3 :].partition("/")
    if "@" in bucket or _SIGNED.search(url):
        raise FileError(
            f"An address of {scheme}:// has credentials in it, which could be seen by others.",
            "Leave them out: give them where the store's own library finds them."
            + f" {_SCHEMES.get(scheme, '')}".rstrip(),
        )
    if scheme not in _SCHEMES:
        raise FileError(f"Addresses of {scheme}:// cannot be used.", "Give files, folders, or s3://, gs:// or az://.")
    if not bucket:
        raise FileError(f"{file_name(url)} names no bucket.", f"Write it like {scheme}://bucket/folder/.")
    if any(character in bucket for character in "*?["):
        raise FileError(f"The bucket of {file_name(url)} has a wildcard.", "Name the bucket; use wildcards behind it.")
    return Address(scheme, bucket, key)


def store(at: Address) -> Any:
    """The library's object for the store of an address. Raises FileError if the library is not installed."""
    try:
        import fsspec
    except ImportError as error:
        raise _not_installed(at) from error
    file_system = tried(at, "", lambda: fsspec.filesystem(at.scheme, use_listings_cache=False))
    # Its own repetitions would multiply with those of `tried`.
    file_system.retries = 1
    return file_system


def tried(at: Address, name: str, work: Callable[[], T]) -> T:
    """The result of `work`, which is tried again if it fails for a reason that may pass. `name` is what a FileError calls it."""
    pauses = iter(PAUSES)
    while True:
        try:
            return work()
        except FileError:
            raise
        except Exception as error:
            lasting = _lasting(at, name, error)
            if lasting is not None:
                raise lasting from error
            pause = next(pauses, None)
            if pause is None:
                times = f"{len(PAUSES) + 1} tries"
                raise FileError(
                    f"{name} could not be reached in {times}: {_words(error)}.", "Try again later."
                ) from error
        time.sleep(pause)


class ShortAnswer(Exception):
    """An answer with fewer or more bytes than its request asked for."""


def _names(error: BaseException) -> Iterator[str]:
    """The names of the classes of an error and of those it came from."""
    seen: BaseException | None = error
    while seen is not None:
        yield from (kind.__name__ for kind in type(seen).__mro__)
        seen = seen.__cause__


def _lasting(at: Address, name: str, error: Exception) -> FileError | None:
    """What is said of an error that another try does not change; None if it may pass. The error's own text may hold a header or a query."""
    names = set(_names(error))
    hint = _SCHEMES[at.scheme]
    name = name or at.url(at.key)
    if isinstance(error, ImportError):
        return _not_installed(at)
    if names & _NO_CREDENTIALS or (at.scheme == "az" and isinstance(error, ValueError)):
        return FileError(f"There are no valid credentials to read {name}.", hint)
    if _code(error) == "NoSuchBucket":
        return FileError(f"There is no bucket {file_name(at.bucket)} for {name}.", "Check the address and the account.")
    if isinstance(error, FileNotFoundError):
        return FileError(f"{name} does not exist.", "Check the address.")
    if isinstance(error, PermissionError) or names & _DENIED:
        return FileError(
            f"Access to {name} was denied.", f"Ask for the right to list and read it, or use other credentials. {hint}"
        )
    if "FileExpired" in names:
        return changed(name)
    if isinstance(error, (ValueError, TypeError, AttributeError)) or (
        isinstance(error, OSError) and error.errno in _LASTING
    ):
        return FileError(f"{name} cannot be used: {_words(error)}.", "Check the address and the settings of the store.")
    return None


def changed(name: str) -> FileError:
    """The error for an object that is another one than when its reading began."""
    return FileError(f"{name} was changed while it was read.", "Read it again when nothing writes to it.")


def _code(error: BaseException) -> str:
    """The store's own code for an error, such as SlowDown; "" if there is none."""
    seen: BaseException | None = error
    while seen is not None:
        response = getattr(seen, "response", None)
        if isinstance(response, dict):
            return str(response.get("Error", {}).get("Code", ""))
        seen = seen.__cause__
    return ""


def _words(error: Exception) -> str:
    """The reason in a few words, of which none comes from the text of the error."""
    code = _code(error)
    known = f" ({code})" if re.fullmatch(r"[A-Za-z0-9]{1,40}", code) else ""
    names = " ".join(_names(error))
    if isinstance(error, ShortAnswer) or "Checksum" in names:
        return "its answers do not have the bytes that were asked for"
    if "Timeout" in names:
        return "the store does not answer in time"
    if isinstance(error, OSError) and error.errno == errno.EBUSY:
        return f"the store asks to slow down{known}"
    if "Connect" in names or "ClientPayloadError" in names or "IncompleteRead" in names:
        return "the connection to the store fails"
    return f"the store answers with an error{known or f' ({type(error).__name__})'}"


def _not_installed(at: Address) -> FileError:
    return FileError(f"What reads {at.scheme}:// is not installed.", "Install it: pip install 'abtui[cloud]'.")
