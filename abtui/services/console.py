"""Reads what exists in the web console: its goals, unit types, environments and applications, page by page.

The API is the web console's own: `GET /goals?page=1&items=500` answers `{"goals": [{"id", "name", "archived", ...}], "page",
"items", "total"}`, and the other lists likewise. Archived items are only returned with `archived=true`, either alone or with the
others, so each list is read both ways.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from abtui.core.config.endpoint import is_header_text
from abtui.core.config.model import Archived, Catalog
from abtui.core.delivery.options import Timeouts
from abtui.core.text.json_depth import is_deeper
from abtui.core.text.plain import plural
from abtui.core.text.secret import Secret, excerpt, without_user
from abtui.core.text.yaml_text import is_writable
from abtui.services.compression import CompressionError, decode_body
from abtui.services.errors import ServiceError
from abtui.services.transport import OWN_HEADERS, Failed, exchange, host_of, new_transport

if TYPE_CHECKING:
    import httpx

PAGE_ITEMS: Final = 500
"""The number of items to ask for at a time."""
_MOST_ITEMS: Final = 200_000
_MOST_PAGES: Final = 2_000
"""Of one list; anything that goes on beyond either is not a web console."""
_MOST_COUNT: Final = 10**12
"""A larger number of items is not believed."""
_ANSWER_LIMIT: Final = 32 << 20
"""Bytes of the largest answer that is read."""
_PATIENCE: Final = Timeouts(connect=5.0, total=30.0)
_WHOLE_SECONDS: Final = 600.0
_KEY_HEADER: Final = "Authorization"
_SHOWN: Final = 200
_LISTS: Final[Mapping[str, str]] = {
    "goals": "goals",
    "units": "unit_types",
    "environments": "environments",
    "applications": "applications",
}
"""The parts of a catalog, and their names in the API."""
_EXPERIMENTS: Final = "experiments"
_PERMISSIONS: Final = {"goals": 'the permission "Goal List"'}
"""The web console's name for the right to read a list, where it is known."""


class ConsoleAddressError(ServiceError):
    """The console's address or the key cannot be used at all; no request was made."""


class ConsoleError(ServiceError):
    """The web console could not be read."""


class Pulled(NamedTuple):
    """The contents of the console. `notes` are sentences about oddities in its answers."""

    catalog: Catalog
    notes: tuple[str, ...]
    experiments: tuple[Any, ...] = ()
    """The experiments as the console lists them, if they were asked for."""


def console_host(base: str) -> str:
    """The host, and the port if any, of a console's address. Raises ConsoleAddressError for an address that must not be called."""
    return host_of(base, "The console's address", "Write it like https://acme.absmartly.com/v1.", ConsoleAddressError)


def pull_catalog(
    base: str, key: Secret, variable: str, *, patience: Timeouts = _PATIENCE, experiments: bool = False
) -> Pulled:
    """Read all lists; that of the experiments only if `experiments` says so. `variable` is the environment variable that `key` comes from, for messages; `patience` is for one page.

    Raises ConsoleAddressError and ConsoleError; a partial result is never returned.
    """
    console = Console(base, key, variable, patience)
    if not key.reveal().strip() or not is_header_text(key.reveal().strip()):
        raise ConsoleAddressError(f"The key in {variable} is empty or has a character that no HTTP header can carry.")
    return asyncio.run(console.read(experiments=experiments))


class Console:
    """The web console at an address. Reads its lists one after the other over one connection."""

    def __init__(self, base: str, key: Secret, variable: str, patience: Timeouts = _PATIENCE) -> None:
        self._base, self._host = base.rstrip("/"), console_host(base)
        self._key, self._variable, self._patience = key, variable, patience
        self._notes: list[str] = []

    async def read(self, *, experiments: bool = False) -> Pulled:
        """Read all lists."""
        listed: dict[_Identity, Any] = {}
        transport = new_transport()
        try:
            async with asyncio.timeout(_WHOLE_SECONDS):
                names = {part: await self._names(transport, path) for part, path in _LISTS.items()}
                if experiments:
                    await self._items(transport, _EXPERIMENTS, archived=False, kept=listed)
        except TimeoutError:
            sentence = f"{self._host} could not be read in {_WHOLE_SECONDS / 60:g} minutes."
            raise ConsoleError(sentence, "Try again later. Nothing was written.") from None
        finally:
            await transport.aclose()
        catalog = Catalog(
            goals=names["goals"].active,
            units=names["units"].active,
            environments=names["environments"].active,
            applications=names["applications"].active,
            archived=Archived(**{part: of_part.archived for part, of_part in names.items()}),
        )
        # An oddity of a list usually shows both times the list is read.
        return Pulled(catalog, tuple(dict.fromkeys(self._notes)), tuple(listed.values()))

    async def _names(self, transport: httpx.AsyncHTTPTransport, path: str) -> _Names:
        """All names of a list. An item is archived if it says so, or if it is only returned when archived ones are asked for."""
        listed, nameless = await self._items(transport, path, archived=False)
        asked_for, others = await self._items(transport, path, archived=True)
        found = {identity: bool(archived) for identity, archived in listed.items()}
        for identity, archived in asked_for.items():
            found[identity] = identity not in listed if archived is None else archived
        nameless = max(nameless, others) + sum(identity.name is None for identity in found)
        in_use = {identity.name for identity, old in found.items() if not old and identity.name is not None}
        old = {identity.name for identity, old in found.items() if old and identity.name is not None} - in_use
        key = self._key.reveal().strip()
        unwritable = {name for name in in_use | old if not is_writable(name) or key in name}
        if nameless:
            self._notes.append(f"{plural(nameless, 'item')} of /{path} without a name: left out.")
        if unwritable:
            self._notes.append(
                f"{plural(len(unwritable), 'name')} of /{path} that cannot be written to a file: left out."
            )
        return _Names(frozenset(in_use - unwritable), frozenset(old - unwritable))

    async def _items(
        self,
        transport: httpx.AsyncHTTPTransport,
        path: str,
        *,
        archived: bool,
        kept: dict[_Identity, Any] | None = None,
    ) -> tuple[dict[_Identity, bool | None], int]:
        """The items of a list, each with what it says about being archived, and the number of those without an id and a name.

        The whole items are put into `kept`.

        The list ends at a page without any new item that has an id or a name.
        """
        found: dict[_Identity, bool | None] = {}
        count, nameless, total = 0, 0, None
        for number in range(1, _MOST_PAGES + 1):
            page = await self._page(transport, path, number, archived=archived)
            total = page.total if page.total is not None else total
            known, items = len(found), [_identified(item) for item in page.items]
            found |= {identity: flag for identity, flag in items if identity is not None}
            if kept is not None:
                given = zip(items, page.items, strict=True)
                kept |= {identity: item for (identity, _flag), item in given if identity is not None}
            if not items:
                break
            if number > 1 and len(found) == known:
                self._no_news(path, number, count, total, again=any(identity for identity, _ in items))
                break
            nameless += sum(identity is None for identity, _ in items)
            count = len(found) + nameless
            if count == total and not page.full:
                break
            if count > _MOST_ITEMS or number == _MOST_PAGES:
                raise ConsoleError(
                    f"{self._host} gave {plural(count, 'item')} of /{path} and did not end.",
                    "Is it the web console? Nothing was written.",
                )
        if total is not None and count != total:
            self._notes.append(f"{self._host} says that it has {total:,} of /{path}, and gave {count:,}.")
        return found, nameless

    def _no_news(self, path: str, number: int, count: int, total: int | None, *, again: bool) -> None:
        """Note that a page had nothing new. With `again` the console ignores `page`, which is fine if it gave everything at once."""
        if count == total:
            return
        if not again:
            self._notes.append(
                f"Page {number:,} of /{path} has only items without an id and a name; the pages before it count as all."
            )
            return
        same = f"{self._host} gives the same page of /{path} again and again"
        if total is not None and count < total:
            raise ConsoleError(
                f"{same}: {count:,} of {total:,} could be read.",
                "It ignores `page`. Is there a proxy or a cache in front of it? Nothing was written.",
            )
        self._notes.append(f"{same}; its items count as all.")

    async def _page(self, transport: httpx.AsyncHTTPTransport, path: str, number: int, *, archived: bool) -> _Page:
        content = await self._get(transport, path, number, archived=archived)
        try:
            answer = parse_json(content)
        except ValueError:
            if not content.lstrip().startswith(b"<"):
                message, hint = f"The answer of {self._host} for /{path} is not JSON.", "Is it the web console's API?"
            else:
                message = f"{self._host} answers /{path} with a web page, not with JSON."
                hint = "Does the address end in /v1, and is there no sign-in page in front of it?"
            raise ConsoleError(message, hint) from None
        items = answer.get(path) if isinstance(answer, dict) else None
        if not isinstance(items, list):
            raise ConsoleError(
                f"The answer of {self._host} for /{path} has no list `{path}` in it.", "Is it the web console's API?"
            )
        size = _count(answer.get("items")) or PAGE_ITEMS
        return _Page(items, _count(answer.get("total")), full=len(items) >= min(size, PAGE_ITEMS))

    async def _get(self, transport: httpx.AsyncHTTPTransport, path: str, number: int, *, archived: bool) -> bytes:
        """The content of one page of a list."""
        import httpx

        try:
            request = httpx.Request(
                "GET",
                f"{self._base}/{path}",
                params={"page": number, "items": PAGE_ITEMS, **({"archived": "true"} if archived else {})},
                headers={**OWN_HEADERS, "Accept": "application/json"},
                extensions={"timeout": {"connect": self._patience.connect}},
            )
        except (httpx.InvalidURL, UnicodeError):
            raise ConsoleAddressError(
                "The console's address has an impossible host name.", "Check its spelling."
            ) from None
        request.headers.encoding = "latin-1"
        try:
            request.headers[_KEY_HEADER] = f"Api-Key {self._key.reveal().strip()}"
            answer = await exchange(transport, request, self._patience.total, _ANSWER_LIMIT)
        finally:
            request.headers.pop(_KEY_HEADER, None)
        if isinstance(answer, Failed):
            raise self.no_answer(answer)
        try:
            content, more = decode_body(answer.content, answer.headers.get("content-encoding", ""), _ANSWER_LIMIT)
        except CompressionError as error:
            raise ConsoleError(f"The answer of {self._host} for /{path} cannot be unpacked: {error}.") from error
        if answer.status != 200:
            raise self.refused(answer.status, answer.headers, content, path)
        if answer.cut or more:
            raise ConsoleError(f"The answer of {self._host} for /{path} is larger than {_ANSWER_LIMIT >> 20} MiB.")
        return content.removeprefix(b"\xef\xbb\xbf")

    # Errors: sentences without the key, and what to do

    def no_answer(self, failed: Failed) -> ConsoleError:
        """The error for a request without an answer."""
        host, detail = self._host, self._excerpt(failed.detail)
        sentences = {
            "dns": (f"There is no host {host}.", "Check the spelling, and the network."),
            "refused": (f"Nobody listens at {host}: the connection was refused.", "Check the address and the port."),
            "connect-timeout": (f"{host} could not be reached in time.", "Is there a VPN or a firewall in between?"),
            "timeout": (f"{host} did not answer within {self._patience.total:g} s.", "Try again later."),
            "tls": (
                f"The TLS connection to {host} failed: {detail}.",
                "To trust a company's own authority, set SSL_CERT_FILE.",
            ),
            "protocol": (f"{host} does not speak HTTP.", "Check the port, and http or https."),
            "dropped": (f"{host} closed the connection before its answer was complete.", "Try again."),
        }
        return ConsoleError(*sentences.get(failed.kind, (f"{host} cannot be reached: {detail or failed.kind}.",)))

    def refused(self, status: int, headers: Mapping[str, str], content: bytes, path: str) -> ConsoleError:
        """The error for an answer that is not 200."""
        host, variable, said = self._host, self._variable, self._said(content)
        if 300 <= status < 400:
            to = self._excerpt(without_user(headers.get("location", "nowhere")))
            return ConsoleError(
                f"{host} answers {status}, a redirect to {to}.", "Redirects are not followed; give the final address."
            )
        permission = _PERMISSIONS.get(path, "the permission to list them")
        sentences = {
            401: (
                f"{host} does not accept the key in {variable} for /{path} (401).{said}",
                "It must be a user's key, made in the web console's settings; a collector's key is a different one.",
            ),
            403: (
                f"The key in {variable} may not list /{path} of {host} (403).{said}",
                f"Give its user {permission} in the web console's settings.",
            ),
            404: (f"{host} has no /{path} at this address (404).{said}", "Does the address end in /v1?"),
            429: (f"{host} asks for fewer requests (429).{said}", "Try again in a minute."),
        }
        other = f"{host} answered {status} for /{path}.{said}", "Try again later." if status >= 500 else ""
        return ConsoleError(*sentences.get(status, other))

    def _said(self, content: bytes) -> str:
        """The console's own message, if its answer has one."""
        try:
            answer = parse_json(content)
        except ValueError:
            return ""
        words = answer.get("message", answer.get("error", answer.get("errors"))) if isinstance(answer, dict) else None
        if isinstance(words, list):
            words = "; ".join(word for word in words if isinstance(word, str))
        said = self._excerpt(words) if isinstance(words, str) else ""
        return f' It says: "{said}"' if said else ""

    def _excerpt(self, text: str) -> str:
        return excerpt(text, _SHOWN, (self._key,))


class _Names(NamedTuple):
    active: frozenset[str]
    archived: frozenset[str]


class _Page(NamedTuple):
    """The items of one page, of any type; the total that the console reports; and whether the page has no room for more."""

    items: list[Any]
    total: int | None
    full: bool


class _Identity(NamedTuple):
    """Identifies an item across pages. Ids may be missing or equal, and an id that is text is different from a number."""

    number: int | str | None
    is_text: bool
    name: str | None


def _identified(item: object) -> tuple[_Identity | None, bool | None]:
    """An item's identity, None without an id and a name; and whether it is archived, None if it does not say."""
    if not isinstance(item, dict):
        return None, None
    number, name = item.get("id"), item.get("name")
    # In Python, true is a number and equal to 1.
    number = number if isinstance(number, int | str) and not isinstance(number, bool) else None
    name = name if isinstance(name, str) and name.strip() else None
    if number is None and name is None:
        return None, None
    archived = _is_archived(item["archived"]) if "archived" in item else None
    return _Identity(number, isinstance(number, str), name), archived


def _is_archived(value: object) -> bool:
    """The API says true or false; databases and proxies also say 1 and "true"."""
    if isinstance(value, str):
        return value.strip().lower() in ("true", "1", "yes")
    return isinstance(value, int | float) and value != 0


def _count(value: object) -> int | None:
    """A number of items; None for a value that cannot be one."""
    return value if type(value) is int and 0 <= value <= _MOST_COUNT else None


def parse_json(content: bytes) -> Any:
    """The value of an answer. Half a character (a lone surrogate) in a text is accepted: it is no reason to lose the rest. Raises ValueError."""
    if is_deeper(content):
        raise ValueError("It is too deep.")
    return json.loads(content.decode(), parse_constant=_no_json)


def _no_json(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON.")
