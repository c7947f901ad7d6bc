"""What is said of a web console that cannot be read: sentences without the key, and what to do about it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from abtui.core.text.json_depth import is_deeper
from abtui.core.text.secret import Secret, excerpt, without_user
from abtui.services.errors import ServiceError
from abtui.services.transport import Failed

_SHOWN: Final = 200
_PERMISSIONS: Final = {"goals": 'the permission "Goal List"'}
"""What the web console calls the right to read a list, where that is known."""


def parse_json(content: bytes) -> Any:
    """What an answer says. Half a character (a lone surrogate) in a text is JSON, and no reason to lose the rest. Raises ValueError."""
    if is_deeper(content):
        raise ValueError("It is too deep.")
    return json.loads(content.decode(), parse_constant=_no_json)


def _no_json(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON.")


class ConsoleAddressError(ServiceError):
    """The console's address or the key cannot be used at all; nothing was asked."""


class ConsoleError(ServiceError):
    """The web console could not be read."""


class Complaints:
    """Makes errors of what the console at `host` answers. `variable` is where `key` is from."""

    def __init__(self, host: str, key: Secret, variable: str) -> None:
        self._host, self._key, self._variable = host, key, variable

    def no_answer(self, failed: Failed, seconds: float) -> ConsoleError:
        """No answer came, within `seconds` or for another reason."""
        host, keys = self._host, (self._key,)
        sentences = {
            "dns": (f"There is no host {host}.", "Check the spelling, and the network."),
            "refused": (f"Nobody listens at {host}: the connection was refused.", "Check the address and the port."),
            "connect-timeout": (f"{host} could not be reached in time.", "Is a VPN or a firewall between?"),
            "timeout": (f"{host} did not answer within {seconds:g} s.", "Try again later."),
            "tls": (
                f"The TLS connection to {host} failed: {excerpt(failed.detail, _SHOWN, keys)}.",
                "A company's own authority is trusted through SSL_CERT_FILE.",
            ),
            "protocol": (f"{host} does not speak HTTP.", "Check the port, and http or https."),
            "dropped": (f"{host} closed the connection before its answer was complete.", "Try again."),
        }
        sentence, hint = sentences.get(
            failed.kind, (f"{host} cannot be reached: {excerpt(failed.detail or failed.kind, _SHOWN, keys)}.", "")
        )
        return ConsoleError(sentence, hint)

    def refused(self, status: int, headers: Mapping[str, str], content: bytes, path: str) -> ConsoleError:
        """An answer that is not 200."""
        host, said = self._host, self._said(content)
        if status == 401:
            return ConsoleError(
                f"{host} does not accept the key in {self._variable} for /{path} ({status}).{said}",
                "It is a user's key, made in the web console's settings; a collector's key is another.",
            )
        if status == 403:
            return ConsoleError(
                f"The key in {self._variable} may not list /{path} of {host} ({status}).{said}",
                f"Give its user {_PERMISSIONS.get(path, 'the permission to list them')} in the web console's settings.",
            )
        if status == 404:
            return ConsoleError(f"{host} has no /{path} at this address (404).{said}", "Does the address end in /v1?")
        if 300 <= status < 400:
            to = excerpt(without_user(headers.get("location", "nowhere")), _SHOWN, (self._key,))
            return ConsoleError(
                f"{host} answers {status}, a redirect to {to}.", "Redirects are not followed; give the right address."
            )
        if status == 429:
            return ConsoleError(f"{host} asks for fewer requests (429).{said}", "Try again in a minute.")
        return ConsoleError(f"{host} answered {status} for /{path}.{said}", "Try again later." if status >= 500 else "")

    def _said(self, content: bytes) -> str:
        """The console's own words, if its answer is JSON that has some; never the key."""
        try:
            answer = parse_json(content)
        except ValueError:
            return ""
        words = answer.get("message", answer.get("error", answer.get("errors"))) if isinstance(answer, dict) else None
        if isinstance(words, list):
            words = "; ".join(word for word in words if isinstance(word, str))
        said = excerpt(words, _SHOWN, (self._key,)) if isinstance(words, str) else ""
        return f' It says: "{said}"' if said else ""

    def not_json(self, content: bytes, path: str) -> ConsoleError:
        """An answer 200 that is not what was asked for."""
        if content.lstrip().startswith(b"<"):
            return ConsoleError(
                f"{self._host} answers /{path} with a web page, not with JSON.",
                "Does the address end in /v1, and does no sign-in page stand before it?",
            )
        return ConsoleError(f"The answer of {self._host} for /{path} is not JSON.", "Is it the web console's API?")
