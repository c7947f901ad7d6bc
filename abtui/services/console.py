"""Reading what exists in the web console: its goals, unit types, environments and applications, page by page.

The API is the one described for the web console: `GET /goals?page=1&items=500` answers `{"goals": [{"id", "name",
"archived", ...}], "page", "items", "total"}`, and likewise for the other lists. What is archived comes with `archived=true`
only, alone or beside the rest, so that each list is read both ways.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from abtui.core.config.endpoint import is_header_text, is_loopback, split_endpoint
from abtui.core.config.model import Archived, Catalog
from abtui.core.delivery.options import Timeouts
from abtui.core.text.plain import one_line, plural
from abtui.core.text.secret import Secret
from abtui.core.text.yaml_text import is_writable
from abtui.services.compression import CompressionError, decode_body
from abtui.services.console_errors import Complaints, ConsoleAddressError, ConsoleError, parse_json
from abtui.services.transport import OWN_HEADERS, Failed, exchange, new_transport

if TYPE_CHECKING:
    import httpx

PAGE_ITEMS: Final = 500
"""How many items are asked for at a time."""
_MOST_ITEMS: Final = 200_000
_MOST_PAGES: Final = 2_000
"""Of one list; what goes on beyond either is no web console."""
_MOST_COUNT: Final = 10**12
"""A larger number of items is none."""
_ANSWER_LIMIT: Final = 32 << 20
"""Bytes that are read of an answer."""
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
"""The parts of a catalog, and what the API calls them."""


class Pulled(NamedTuple):
    """What the console has. `notes` are sentences about what was odd in its answers."""

    catalog: Catalog
    notes: tuple[str, ...]


class _Names(NamedTuple):
    active: frozenset[str]
    archived: frozenset[str]


def console_host(base: str) -> str:
    """The host, and the port if there is one, of a console's address. Raises ConsoleAddressError for one that must not be called."""
    parts = split_endpoint(base)
    example = "Write it like https://acme.absmartly.com/v1."
    if parts is None:
        raise ConsoleAddressError("The console's address is not an http or https address with a host.", example)
    if "@" in parts.netloc:
        raise ConsoleAddressError("The console's address has a user or a password in it.", "Remove it.")
    if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        raise ConsoleAddressError(
            "The console's address is plain http, and the key would travel in the clear.", "Write https://."
        )
    if "?" in base or "#" in base:
        raise ConsoleAddressError("The console's address has a query or a fragment.", example)
    return one_line(parts.netloc, _SHOWN)


def pull_catalog(base: str, key: Secret, variable: str, *, patience: Timeouts = _PATIENCE) -> Pulled:
    """Read all lists. `variable` is the environment variable that `key` is from, for the messages; `patience` is for one page.

    Raises ConsoleAddressError and ConsoleError; then nothing of what was read is used.
    """
    host = console_host(base)
    if not key.reveal().strip() or not is_header_text(key.reveal().strip()):
        raise ConsoleAddressError(f"The key in {variable} is empty or has a character that no HTTP header may hold.")
    return asyncio.run(_Reader(base.rstrip("/"), host, key, variable, patience).read())


class _Reader:
    """Reads the lists one after the other over one connection."""

    def __init__(self, base: str, host: str, key: Secret, variable: str, patience: Timeouts) -> None:
        self._base, self._host, self._key, self._patience = base, host, key, patience
        self._complaints = Complaints(host, key, variable)
        self._notes: list[str] = []

    async def read(self) -> Pulled:
        transport = new_transport()
        try:
            async with asyncio.timeout(_WHOLE_SECONDS):
                names = {part: await self._list(transport, path) for part, path in _LISTS.items()}
        except TimeoutError:
            sentence = f"{self._host} could not be read in {_WHOLE_SECONDS / 60:g} minutes."
            raise ConsoleError(sentence, "Try again later. Nothing was written.") from None
        finally:
            await transport.aclose()
        archived = Archived(**{part: of_part.archived for part, of_part in names.items()})
        catalog = Catalog(
            goals=names["goals"].active,
            units=names["units"].active,
            environments=names["environments"].active,
            applications=names["applications"].active,
            archived=archived,
        )
        # What is odd in a list is odd in both ways to read it.
        return Pulled(catalog, tuple(dict.fromkeys(self._notes)))

    async def _list(self, transport: httpx.AsyncHTTPTransport, path: str) -> _Names:
        """All names of a list. An item is archived that says so, or that is there only where archived ones are asked for."""
        listed, nameless = await self._items(transport, path, archived=False)
        asked_for, others = await self._items(transport, path, archived=True)
        found = {identity: bool(archived) for identity, archived in listed.items()}
        for identity, archived in asked_for.items():
            found[identity] = identity not in listed if archived is None else archived
        nameless = max(nameless, others) + sum(identity.name is None for identity in found)
        names = [(identity.name, archived) for identity, archived in found.items() if identity.name is not None]
        return self._names(path, names, nameless)

    async def _items(
        self, transport: httpx.AsyncHTTPTransport, path: str, *, archived: bool
    ) -> tuple[dict[_Identity, bool | None], int]:
        """The items of a list, each with what it says of being archived, and how many have neither an id nor a name.

        A page with nothing that is known by an id or a name and was not there before ends it.
        """
        found: dict[_Identity, bool | None] = {}
        count, nameless, total = 0, 0, None
        for number in range(1, _MOST_PAGES + 1):
            page = await self._page(transport, path, number, archived=archived)
            total = page.total if page.total is not None else total
            known, items = len(found), [_identified(item) for item in page.items]
            found |= {identity: flag for identity, flag in items if identity is not None}
            if not items:
                break
            if number > 1 and len(found) == known:
                self._no_news(path, number, count, total, again=any(identity for identity, _ in items))
                break
            nameless += sum(identity is None for identity, _ in items)
            count = len(found) + nameless
            if count == total and not page.full:
                break
            if count > _MOST_ITEMS:
                raise self._endless(path, count)
        else:
            raise self._endless(path, count)
        if total is not None and count != total:
            self._notes.append(f"{self._host} says that it has {total:,} of /{path}, and gave {count:,}.")
        return found, nameless

    def _endless(self, path: str, count: int) -> ConsoleError:
        return ConsoleError(
            f"{self._host} gave {plural(count, 'item')} of /{path} and did not end.",
            "Is it the web console? Nothing was written.",
        )

    def _no_news(self, path: str, number: int, count: int, total: int | None, *, again: bool) -> None:
        """A page had nothing new. With `again` the console does not turn pages; that is well where it gave everything at once."""
        if count == total:
            return
        if not again:
            self._notes.append(
                f"Page {number:,} of /{path} has only items without an id and a name; what came before is taken as all."
            )
            return
        if total is not None and count < total:
            raise ConsoleError(
                f"{self._host} gives the same page of /{path} again and again: {count:,} of {total:,} could be read.",
                "It ignores `page`. Is there a proxy or a cache before it? Nothing was written.",
            )
        self._notes.append(
            f"{self._host} gives the same page of /{path} again and again; what it gave is taken as all."
        )

    def _names(self, path: str, names: list[tuple[str, bool]], nameless: int) -> _Names:
        active = {name for name, archived in names if not archived}
        archived = {name for name, archived in names if archived} - active
        key = self._key.reveal().strip()
        unwritable = {name for name in active | archived if not is_writable(name) or key in name}
        if nameless:
            self._notes.append(f"{plural(nameless, 'item')} of /{path} without a name: left out.")
        if unwritable:
            count = plural(len(unwritable), "name")
            self._notes.append(f"{count} of /{path} that cannot be written to a file: left out.")
        return _Names(frozenset(active - unwritable), frozenset(archived - unwritable))

    async def _page(self, transport: httpx.AsyncHTTPTransport, path: str, number: int, *, archived: bool) -> _Page:
        content = await self._get(transport, path, number, archived=archived)
        try:
            answer = parse_json(content)
        except ValueError:
            raise self._complaints.not_json(content, path) from None
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
                "The console's address has a host that cannot be.", "Check its spelling."
            ) from None
        request.headers.encoding = "latin-1"
        try:
            request.headers[_KEY_HEADER] = f"Api-Key {self._key.reveal().strip()}"
            answer = await exchange(transport, request, self._patience.total, _ANSWER_LIMIT)
        finally:
            request.headers.pop(_KEY_HEADER, None)
        if isinstance(answer, Failed):
            raise self._complaints.no_answer(answer, self._patience.total)
        try:
            content, more = decode_body(answer.content, answer.headers.get("content-encoding", ""), _ANSWER_LIMIT)
        except CompressionError as error:
            raise ConsoleError(f"The answer of {self._host} for /{path} cannot be unpacked: {error}.") from error
        if answer.status != 200:
            raise self._complaints.refused(answer.status, answer.headers, content, path)
        if answer.cut or more:
            raise ConsoleError(f"The answer of {self._host} for /{path} is larger than {_ANSWER_LIMIT >> 20} MiB.")
        return content.removeprefix(b"\xef\xbb\xbf")


class _Identity(NamedTuple):
    """What tells an item from others, whatever page it is on: ids may be missing or equal, and a text is no number."""

    number: int | str | None
    is_text: bool
    name: str | None


def _identified(item: object) -> tuple[_Identity | None, bool | None]:
    """What an item is known by, None for one without an id and a name; and whether it is archived, None where it does not say."""
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
    """The API says true or false; databases and proxies say 1 and "true", too."""
    if isinstance(value, str):
        return value.strip().lower() in ("true", "1", "yes")
    return isinstance(value, int | float) and value != 0


def _count(value: object) -> int | None:
    """A number of items, None for what cannot be one."""
    return value if type(value) is int and 0 <= value <= _MOST_COUNT else None


class _Page(NamedTuple):
    """The items of one page, whatever they are, how many the console says there are in all, and whether the page has no room for more."""

    items: list[Any]
    total: int | None
    full: bool
