"""Reading the web console over real connections: its pages, and every way it can answer badly."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import orjson
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from abtui.core.config import Archived, Catalog
from abtui.core.delivery.options import Timeouts
from abtui.core.text.secret import Secret
from abtui.services import console as module
from abtui.services.console import ConsoleAddressError, ConsoleError, Pulled, console_host, pull_catalog

from .raw_server import RawServer, http

KEY = "user-0123456789-SECRET-wxyz"
LISTS = ("goals", "unit_types", "environments", "applications")
Answer = Callable[[str, int, int], Any]
"""What to answer for a list, a page and a number of items: a JSON value, or a response."""


@pytest.fixture(autouse=True)
def _no_key_in_logs(caplog: pytest.LogCaptureFixture) -> object:
    caplog.set_level(logging.DEBUG)
    yield
    assert not any("SECRET" in repr(record.__dict__) for record in caplog.get_records("call"))


def paged(**lists: list[Any]) -> Answer:
    """A console that has these items, and behaves."""

    def answer(name: str, page: int, items: int) -> Any:
        of_list = lists.get(name, [])
        return {name: of_list[(page - 1) * items : page * items], "page": page, "items": items, "total": len(of_list)}

    return answer


def named(*names: str, archived: bool = False, first: int = 1) -> list[dict[str, Any]]:
    return [{"id": number, "name": name, "archived": archived} for number, name in enumerate(names, first)]


class Console:
    """A server that speaks the console's API; `answer` is put in for each test, `requests` is what it was asked since."""

    def __init__(self) -> None:
        self.answer = paged()
        self.requests: list[Request] = []
        # With the protocol named, asyncio switches Nagle's delay off: 40 ms a page.
        self._listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen()
        app = Starlette(routes=[Route("/v1/{name}", self._respond)])
        self._server = uvicorn.Server(
            uvicorn.Config(app, log_config=None, log_level="critical", lifespan="off", ws="none")
        )
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._listener]})
        self._thread.start()
        self.base = f"http://127.0.0.1:{self._listener.getsockname()[1]}/v1"

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._listener.close()

    async def _respond(self, request: Request) -> Response:
        self.requests.append(request)
        if request.headers.get("authorization") != f"Api-Key {KEY}":
            return JSONResponse({"errors": [f"no such key: {request.headers.get('authorization')}"]}, 401)
        query = request.query_params
        given = self.answer(request.path_params["name"], int(query["page"]), int(query["items"]))
        return given if isinstance(given, Response) else Response(orjson.dumps(given), media_type="application/json")


@pytest.fixture(scope="module")
def _running() -> Iterator[Console]:
    console = Console()
    yield console
    console.stop()


@pytest.fixture
def console(_running: Console) -> Console:
    """A running console that has nothing and was asked nothing yet."""
    _running.answer = paged()
    _running.requests.clear()
    return _running


def pulled(console: Console, answer: Answer, key: str = KEY, path: str = "") -> Pulled:
    console.answer = answer
    return pull_catalog(console.base + path, Secret(key), "USER_KEY")


def failing(console: Console, answer: Answer, key: str = KEY, path: str = "") -> str:
    with pytest.raises(ConsoleError) as caught:
        pulled(console, answer, key, path)
    said = f"{caught.value.message} {caught.value.hint}"
    assert "SECRET" not in said
    assert said.isprintable()
    assert caught.value.message.startswith(("127.0.0.1:", "The ", "Nobody "))
    return said


def test_all_pages_of_all_lists(console: Console) -> None:
    goals = [*named(*(f"goal {n}" for n in range(1200))), *named("old", "older", archived=True, first=5000)]
    answer = paged(
        goals=goals,
        unit_types=named("user_id", "anonymous_id"),
        environments=[{"name": "staging"}, {"name": "production", "archived": None}],
        applications=named("website"),
    )
    result = pulled(console, answer, f" {KEY}\n", "/")
    requests = console.requests
    assert result == Pulled(
        Catalog(
            goals=frozenset(f"goal {n}" for n in range(1200)),
            units=frozenset({"user_id", "anonymous_id"}),
            environments=frozenset({"staging", "production"}),
            applications=frozenset({"website"}),
            archived=Archived(goals=frozenset({"old", "older"})),
        ),
        (),
    )
    asked = [
        (request.path_params["name"], request.query_params["page"], request.query_params.get("archived"))
        for request in requests
    ]
    assert asked == [
        *(("goals", page, archived) for archived in (None, "true") for page in "123"),
        *((name, "1", archived) for name in LISTS[1:] for archived in (None, "true")),
    ]
    assert {request.method for request in requests} == {"GET"}
    assert all(request.headers["accept"] == "application/json" for request in requests)
    assert all("cookie" not in request.headers for request in requests)


def test_an_empty_console(console: Console) -> None:
    assert pulled(console, paged()) == Pulled(Catalog(goals=frozenset(), units=frozenset(), environments=frozenset(), applications=frozenset()), ())  # fmt: skip


# Odd answers that are taken as far as they go, and told: the goals' answer, the goals in use, a part of the note.
def only_goals(answer: Callable[[int, int], Any]) -> Answer:
    return lambda name, page, items: answer(page, items) if name == "goals" else {name: [], "total": 0}


def listed(*items: Any, total: Any = None) -> dict[str, Any]:
    return {"goals": list(items), "total": total}


ODD: dict[str, tuple[Callable[[int, int], Any], set[str], tuple[str, ...]]] = {
    "fewer items a page than asked for": (lambda page, _: listed(*named(f"g{page}", first=page), total=3), {"g1", "g2", "g3"}, ()),
    "no total, an empty page ends": (lambda page, _: {"goals": named(f"g{page}", first=page) if page < 4 else []}, {"g1", "g2", "g3"}, ()),
    "a total that is text": (lambda page, _: listed(*(named("a") if page == 1 else []), total="1"), {"a"}, ()),
    "a negative total": (lambda page, _: listed(*(named("a") if page == 1 else []), total=-1), {"a"}, ()),
    "everything at once, paging ignored": (lambda _, __: listed(*named("a", "b"), total=2), {"a", "b"}, ()),
    "everything at once, no total": (lambda _, __: {"goals": named("a", "b")}, {"a", "b"}, ("the same page of /goals",)),
    "a total too high": (lambda page, _: listed(*(named("a") if page == 1 else []), total=7), {"a"}, ("has 7 of /goals, and gave 1",)),
    "a total too low": (lambda page, _: listed(*(named("a", "b", "c") if page == 1 else []), total=1), {"a", "b", "c"}, ("has 1 of /goals, and gave 3",)),
    "items without a name": (lambda _, __: listed(*named("a"), {"id": 9}, {"id": 10, "name": ""}, {"id": 11, "name": 5}, "x", None, total=6), {"a"}, ("5 items of /goals without a name",)),
    "the same item on two pages": (lambda page, _: listed(*named("a", "b") if page == 1 else named("b", "c", first=2), total=3), {"a", "b", "c"}, ()),
    "two items of one name": (lambda _, __: listed(*named("a", "a"), total=2), {"a"}, ()),
    "one name in use and archived": (lambda _, __: listed(*named("a"), *named("a", archived=True, first=2), total=2), {"a"}, ()),
    "names that are hard to write": (lambda _, __: listed(*named("a", "b\x1b[2J\n", "$\uf8f0"), total=3), {"a", "b\x1b[2J\n"}, ("1 name of /goals that cannot be written",)),
    "a total below the truth": (lambda page, items: {"goals": named(*(f"g{n}" for n in range(items)), first=page * items) if page < 3 else [], "total": items}, {f"g{n}" for n in range(500)}, ("has 500 of /goals, and gave 1,000",)),
    "a total below the truth, small pages": (lambda page, _: {"goals": named(f"g{page}", first=page) if page < 4 else [], "items": 1, "total": 1}, {"g1", "g2", "g3"}, ("has 1 of /goals, and gave 3",)),
    "exactly one page": (lambda page, items: listed(*named(*(f"g{n}" for n in range(items if page == 1 else 0))), total=items), {f"g{n}" for n in range(500)}, ()),
    "exactly one page, paging ignored": (lambda _, items: listed(*named(*(f"g{n}" for n in range(items))), total=items), {f"g{n}" for n in range(500)}, ()),
    "an unnamed item, paging ignored": (lambda _, __: listed(*named("a"), {"x": 1}), {"a"}, ("the same page of /goals", "1 item of /goals without a name")),
    "only odd items": (lambda _, __: listed(None), set(), ("Page 2 of /goals has only items without an id and a name", "1 item of /goals without a name")),
    "odd items after a full page": (lambda page, items: listed(*(named(*(f"g{n}" for n in range(items))) if page == 1 else [{"x": page}]), total=501), {f"g{n}" for n in range(500)}, ("Page 2 of /goals", "has 501 of /goals, and gave 500")),
    "half a character in a name": (lambda _, __: Response(b'{"goals": [{"id": 1, "name": "a\\ud800"}, {"id": 2, "name": "b"}], "total": 2}'), {"b"}, ("1 name of /goals that cannot be written",)),
    "equal ids": (lambda _, __: listed({"id": 0, "name": "a"}, {"id": 0, "name": "b"}, total=2), {"a", "b"}, ()),
    "ids that are equal in Python": (lambda _, __: listed({"id": True, "name": "a"}, {"id": 1, "name": "b"}, {"id": 1.0, "name": "c"}, {"id": "1", "name": "d"}, total=4), {"a", "b", "c", "d"}, ()),
    "a number beyond all": (lambda page, _: listed(*(named("a") if page == 1 else []), total=10**18), {"a"}, ()),
    "the key as a name": (lambda _, __: listed(*named("a", f"x{KEY}"), total=2), {"a"}, ("1 name of /goals",)),
    "a byte-order mark": (lambda _, __: Response(b"\xef\xbb\xbf" + orjson.dumps(listed(*named("a"), total=1))), {"a"}, ()),
}  # fmt: skip


@pytest.mark.parametrize("case", ODD)
def test_odd_answers_are_taken_as_far_as_they_go(case: str, console: Console) -> None:
    answer, goals, notes = ODD[case]
    result = pulled(console, only_goals(answer))
    assert result.catalog.goals == goals
    assert result.catalog.archived == Archived()
    assert len(result.notes) == len(notes)
    assert all(part in note for part, note in zip(notes, result.notes, strict=True))


@pytest.mark.parametrize(
    ("value", "archived"),
    [(True, True), (1, True), (1.0, True), ("true", True), ("TRUE ", True), ("1", True), (False, False), (0, False), ("false", False), ("0", False), ("", False), (None, False), ([], False)],
)  # fmt: skip
def test_archived_in_other_words(value: object, archived: bool, console: Console) -> None:
    catalog = pulled(console, paged(goals=[{"id": 1, "name": "a", "archived": value}])).catalog
    assert (catalog.goals == {"a"}) is not archived
    assert (catalog.archived.goals == {"a"}) is archived


def test_a_console_that_ignores_pages_is_asked_twice(console: Console) -> None:
    pulled(console, only_goals(lambda _, __: listed(*named("a"), {"x": 1}, None)))
    assert [request.path_params["name"] for request in console.requests].count("goals") == 4


# What a console says of a goal in use and of an archived one, in the two ways to ask for them.
IN_USE, OLD = {"id": 1, "name": "a", "archived": False}, {"id": 2, "name": "old", "archived": True}
SILENT_IN_USE, SILENT_OLD = {"id": 1, "name": "a"}, {"id": 2, "name": "old"}


@pytest.mark.parametrize(
    ("listed_", "archived"),
    [
        ([IN_USE], [IN_USE, OLD]),
        ([IN_USE], [OLD]),
        ([IN_USE, OLD], [IN_USE, OLD]),
        ([IN_USE, OLD], []),
        ([SILENT_IN_USE], [SILENT_IN_USE, SILENT_OLD]),
        ([SILENT_IN_USE], [SILENT_OLD]),
        ([SILENT_IN_USE, SILENT_OLD], [SILENT_IN_USE, OLD]),
    ],
    ids=range(7),
)
@pytest.mark.parametrize("part", LISTS)
def test_archived_ones_are_asked_for(
    listed_: list[dict[str, Any]], archived: list[dict[str, Any]], part: str, console: Console
) -> None:
    def answer(name: str, page: int, items: int) -> Any:
        asked = console.requests[-1].query_params.get("archived") == "true"
        return paged(**{part: archived if asked else listed_})(name, page, items)

    result = pulled(console, answer)
    field = "units" if part == "unit_types" else part
    assert getattr(result.catalog, field) == {"a"}
    assert getattr(result.catalog.archived, field) == {"old"}
    assert result.notes == ()


def test_one_made_while_it_is_read_is_in_use(console: Console) -> None:
    def answer(name: str, page: int, items: int) -> Any:
        asked = console.requests[-1].query_params.get("archived") == "true"
        return paged(goals=[IN_USE] if asked else [])(name, page, items)

    assert pulled(console, answer).catalog.goals == {"a"}


@pytest.mark.parametrize(
    ("name", "part"),
    [("goals", 'the permission "Goal List"'), *((name, "permission to list them") for name in LISTS[1:])],
)
def test_a_missing_permission_is_named(name: str, part: str, console: Console) -> None:
    def answer(asked: str, page: int, items: int) -> Any:
        return JSONResponse({}, 403) if asked == name else paged()(asked, page, items)

    said = failing(console, answer)
    assert f"may not list /{name} of" in said
    assert part in said


# Answers that end the reading: the goals' answer, and a part of what is said.
BAD: dict[str, tuple[Callable[[int, int], Any], str]] = {
    "the same page again": (lambda _, items: listed(*named(*(f"g{n}" for n in range(items))), total=1200), "the same page of /goals again and again: 500 of 1,200 could be read"),
    "the same page until the total": (lambda _, items: listed(*named(*(f"g{n}" for n in range(items))), total=1000), "500 of 1,000"),
    "pages without end": (lambda page, _: listed(*named(f"g{page}", first=page)), "gave 30 items of /goals and did not end"),
    "items without end": (lambda page, _: listed(*named(*(f"g{page}.{n}" for n in range(60)), first=page * 60)), "did not end"),
    "equal ids, the same page again": (lambda _, __: listed({"id": 1, "name": "a"}, {"id": 1, "name": "b"}, total=3), "2 of 3 could be read"),
    "a web page": (lambda _, __: Response("\n <!doctype html><p>hi", media_type="text/html"), "a web page, not with JSON. Does the address end in /v1"),
    "no JSON": (lambda _, __: Response("hello"), "is not JSON"),
    "NaN": (lambda _, __: Response(b'{"goals": [NaN]}'), "is not JSON"),
    "nothing": (lambda _, __: Response(""), "is not JSON"),
    "JSON without end": (lambda _, __: Response("[" * 100_000), "is not JSON"),
    "not UTF-8": (lambda _, __: Response(b'{"goals": ["\xff"]}'), "is not JSON"),
    "a list": (lambda _, __: [], "no list `goals`"),
    "another object": (lambda _, __: {"data": []}, "no list `goals`"),
    "an object for the list": (lambda _, __: {"goals": {}}, "no list `goals`"),
    "403": (lambda _, __: JSONResponse({"message": f"{KEY} may \x1b not"}, 403), "(403). It says: \"****wxyz may \\u001b not\" Give its user the permission \"Goal List\""),
    "JSON that is too deep": (lambda _, __: Response(b'{"goals": ' + b"[" * 960 + b"]" * 960 + b"}"), "is not JSON"),
    "404": (lambda _, __: Response("", 404), "(404). Does the address end in /v1?"),
    "429": (lambda _, __: Response("slow", 429), "(429). Try again in a minute"),
    "500": (lambda _, __: JSONResponse({"error": "down"}, 500), 'answered 500 for /goals. It says: "down" Try again later.'),
    "204": (lambda _, __: Response(status_code=204), "answered 204"),
    "400 of another shape": (lambda _, __: JSONResponse({"message": {"a": 1}}, 400), "answered 400 for /goals."),
    "a redirect": (lambda _, __: Response("", 302, {"location": f"https://elsewhere.example/?k={KEY}"}), "a redirect to https://elsewhere.example/?k=****wxyz."),
    "broken gzip": (lambda _, __: Response(b"no", headers={"content-encoding": "gzip"}), "cannot be unpacked"),
    "too large": (lambda _, __: Response(b" " * 20_000), "is larger than"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_bad_answers_end_with_a_sentence(case: str, console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_PAGES", 30)
    monkeypatch.setattr(module, "_MOST_ITEMS", 1500)
    if case == "too large":
        monkeypatch.setattr(module, "_ANSWER_LIMIT", 10_000)
    answer, part = BAD[case]
    assert part in failing(console, only_goals(answer))


def test_a_wrong_key_is_told_by_its_variable(console: Console) -> None:
    assert "does not accept the key in USER_KEY for /goals (401)" in failing(console, paged(), key="wrong-SECRET-key")


def test_a_wrong_path_is_told(console: Console) -> None:
    assert "Does the address end in /v1?" in failing(console, paged(), path="/v2")


def test_a_later_list_can_fail_and_gives_nothing(console: Console) -> None:
    def answer(name: str, page: int, items: int) -> Any:
        return Response("", 404) if name == "applications" else paged(goals=named("a"))(name, page, items)

    assert "no /applications" in failing(console, answer)


async def test_connections_that_fail() -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        closed = unused.getsockname()[1]
    await _fails(f"http://127.0.0.1:{closed}/v1", "Nobody listens")
    async with RawServer(http("200 OK", b"{}", length=100)) as server:
        await _fails(server.base, "before its answer was complete")
    async with RawServer(b"SSH-2.0-x\r\n\r\n") as server:
        await _fails(server.base, "does not speak HTTP")
    async with RawServer(b"", reads=False) as server:
        await _fails(server.base.replace("http://", "https://"), "The TLS connection to 127.0.0.1")

    async def silent(_writer: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    async with RawServer(silent) as server:
        await _fails(server.base, "did not answer within 0.2 s")


async def _fails(base: str, part: str) -> None:
    with pytest.raises(ConsoleError) as caught:
        await asyncio.to_thread(pull_catalog, base, Secret(KEY), "K", patience=Timeouts(connect=0.2, total=0.2))
    assert part in caught.value.message


async def test_the_whole_reading_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_WHOLE_SECONDS", 0.1)

    async def silent(_writer: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    async with RawServer(silent) as server:
        with pytest.raises(ConsoleError, match="could not be read in"):
            await asyncio.to_thread(pull_catalog, server.base, Secret(KEY), "K")


async def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async with RawServer(http("200 OK", b"{}")) as proxy, RawServer(http("404 Not Found")) as server:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        with pytest.raises(ConsoleError, match="404"):
            await asyncio.to_thread(pull_catalog, server.base, Secret(KEY), "K")
    assert proxy.connections == 0
    assert server.requests[0].startswith(b"GET /v1/goals?page=1&items=500 HTTP/1.1\r\n")
    assert f"Authorization: Api-Key {KEY}\r\n".encode() in server.requests[0]


@pytest.mark.parametrize(
    ("base", "part"),
    [
        ("acme.absmartly.com/v1", "not an http or https address"),
        ("ftp://acme.absmartly.com/v1", "not an http or https address"),
        ("https://", "not an http or https address"),
        ("https://a b/v1", "not an http or https address"),
        ("", "not an http or https address"),
        ("http://acme.absmartly.com/v1", "plain http"),
        ("https://me:pw@acme.absmartly.com/v1", "a user or a password"),
        ("https://acme.absmartly.com/v1?a=b", "a query or a fragment"),
        ("https://acme.absmartly.com/v1#a", "a query or a fragment"),
        ("https://xn--/v1", "an impossible host name"),
    ],
)
def test_addresses_that_are_not_called(base: str, part: str) -> None:
    with pytest.raises(ConsoleAddressError, match=part):
        pull_catalog(base, Secret(KEY), "K")


@pytest.mark.parametrize("key", ["", "  ", "a\nb", "schlüssel☕"])
def test_keys_that_are_not_sent(key: str) -> None:
    with pytest.raises(ConsoleAddressError, match="The key in K"):
        pull_catalog("https://acme.absmartly.com/v1", Secret(key), "K")


def test_the_host_of_an_address() -> None:
    assert console_host("https://acme.absmartly.com/v1") == "acme.absmartly.com"
    assert console_host("http://localhost:8080") == "localhost:8080"
