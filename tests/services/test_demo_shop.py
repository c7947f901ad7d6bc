"""The demo shop: its page, the scripts that it finds, what it shows of a collector, and the whole of it in a browser."""

from __future__ import annotations

import shlex
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from click.testing import CliRunner

from abtui.cli.demo_shop import demo_shop
from abtui.core.config.reader import read_config
from abtui.core.experiments.assignment import uid_hash
from abtui.core.experiments.reader import read_experiments_file
from abtui.services.collector.server import LocalCollector
from abtui.services.errors import FileError, ServiceError, ShopError
from abtui.services.folders import shop_folder
from abtui.services.loopback import ports
from abtui.services.shop import running
from abtui.services.shop.joining import arrivals
from abtui.services.shop.model import Shop
from abtui.services.shop.running import Parts, run_shop
from abtui.services.shop.sdks import Sdks, find_sdks
from abtui.services.shop.server import ShopServer
from tests.kit import eventually, run_abtui
from tests.real_clients.drive import Addresses, in_chromium
from tests.services.chromium import CHROMIUM

SHOP = Shop(
    listener="http://127.0.0.1:1",
    collector="http://127.0.0.1:2/v1",
    environment="development",
    application="website",
    experiment="checkout_one_page",
    unit="anonymous_id",
)
UID = "visitor-1"


def test_the_shops_own_files_have_no_finding() -> None:
    reading = read_config((shop_folder() / "config.yaml").read_text(encoding="utf-8"), {"ABSMARTLY_API_KEY": "k" * 20})
    assert reading.config is not None
    assert reading.findings == ()
    file = read_experiments_file((shop_folder() / "experiments.yaml").read_text(encoding="utf-8"), "")
    assert file.findings == ()
    [experiment] = file.experiments
    assert experiment.applications == (reading.config.default_target.application,)
    assert reading.config.catalog.units == {experiment.unit_type}


def packages(folder: Path, *scripts: str) -> Path:
    for script in scripts:
        path = folder / script
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"// {script}\n", encoding="utf-8")
    return folder


ABSMARTLY = "@absmartly/javascript-sdk/dist/absmartly.min.js"
SEGMENT = "@segment/analytics-next/dist/umd/standalone.js"


@pytest.mark.parametrize("inside", ["node_modules", ""])
def test_the_scripts_are_found_where_npm_puts_them(tmp_path: Path, inside: str) -> None:
    packages(tmp_path / inside, ABSMARTLY, SEGMENT)
    assert find_sdks(str(tmp_path)) == Sdks(tmp_path / inside / ABSMARTLY, tmp_path / inside / SEGMENT)


def test_a_missing_script_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ShopError, match="There is no folder") as caught:
        find_sdks(str(tmp_path / "nowhere"))
    assert "npm install" in caught.value.hint
    with pytest.raises(ShopError, match="AB Smartly's SDK"):
        find_sdks(str(packages(tmp_path / "one", SEGMENT)))
    with pytest.raises(FileError, match="Segment's SDK"):
        find_sdks(str(packages(tmp_path / "two", ABSMARTLY)))


@contextmanager
def served(shop: Shop = SHOP, sdks: Sdks | None = None) -> Iterator[httpx.Client]:
    server = ShopServer(shop, sdks)
    with server, httpx.Client(trust_env=False, base_url=server.address) as client:
        yield client


def test_the_page_says_how_to_get_the_sdks() -> None:
    with served() as client:
        page = client.get("/")
        assert page.status_code == 200
        assert "npm install --prefix sdks @absmartly/javascript-sdk @segment/analytics-next" in page.text
        assert "abtui demo-shop --sdk sdks" in page.text
        assert client.get("/sdk/segment.js").status_code == 404


def test_the_page_loads_the_sdks_and_nothing_from_elsewhere(tmp_path: Path) -> None:
    with served(sdks=find_sdks(str(packages(tmp_path, ABSMARTLY, SEGMENT)))) as client:
        page = client.get("/")
        assert "npm install" not in page.text
        # The variant does not wait for Segment.
        assert page.text.index("new absmartly.SDK") < page.text.index("/sdk/segment.js")
        policy = page.headers["content-security-policy"]
        assert "connect-src 'self' http://127.0.0.1:1 http://127.0.0.1:2;" in policy
        assert "https:" not in policy
        assert "https:" not in page.text
        assert client.get("/sdk/absmartly.js").text == f"// {ABSMARTLY}\n"
        assert client.get("/sdk/segment.js").text == f"// {SEGMENT}\n"
        assert client.get("/sdk/other.js").status_code == 404


def test_names_cannot_end_the_script_of_the_page() -> None:
    name = "</script><script>alert(1)"
    with served(msgspec.structs.replace(SHOP, experiment=name, unit=name)) as client:
        assert name not in client.get("/").text


def test_it_answers_this_machine_only() -> None:
    with served() as client:
        assert client.get("/", headers={"Host": "evil.example"}).status_code == 403
        assert client.get("/", headers={"Origin": "https://evil.example"}).status_code == 403


def publish(
    uid: str, *, hashed: bool | None = None, goal: str = "", exposure: str = "", unit: str = "anonymous_id"
) -> dict[str, Any]:
    body: dict[str, Any] = {"units": [{"type": unit, "uid": uid}], "publishedAt": 1}
    if hashed is not None:
        body["hashed"] = hashed
    if goal:
        body["goals"] = [{"name": goal, "achievedAt": 1}]
    if exposure:
        body["exposures"] = [
            {"id": 1, "name": exposure, "variant": 1, "exposedAt": 1, "assigned": True, "eligible": True}
        ]
    return body


def entry(body: dict[str, Any]) -> dict[str, Any]:
    return {"body": body, "agent": "some-sdk", "receivedAt": "2026-01-01T00:00:00.000Z"}


def joins(*bodies: dict[str, Any]) -> list[tuple[str, str, bool]]:
    """Kind, name and join of each row, newest first."""
    rows = arrivals({"accepted": [entry(body) for body in bodies]})
    return [(row["kind"], row["name"], row["joins"]) for row in rows]


def test_a_goal_joins_by_type_and_hash_of_its_unit() -> None:
    exposed = publish(uid_hash(UID), hashed=True, exposure="e")
    assert joins(exposed, publish(UID, goal="g")) == [("goal", "g", True), ("exposure", "e", False)]
    assert joins(publish(UID, goal="g"), exposed)[1] == ("goal", "g", True)
    assert joins(exposed, publish(UID, goal="g", hashed=False))[0] == ("goal", "g", True)
    assert joins(exposed, publish(UID, goal="g", unit="user_id"))[0] == ("goal", "g", False)
    assert joins(exposed, publish(UID.upper(), goal="g"))[0] == ("goal", "g", False)
    assert joins(exposed, publish(uid_hash(UID), goal="g"))[0] == ("goal", "g", False)
    assert joins({"requests": [exposed, publish(UID, goal="g")]})[0] == ("goal", "g", True)
    assert (
        joins({"units": [{"type": "anonymous_id"}], "publishedAt": 1, "goals": [{"name": "g", "achievedAt": 1}]}) == []
    )
    assert len(joins(*[publish(UID, goal="g")] * 70)) == 50


def test_the_page_is_told_what_arrived() -> None:
    with LocalCollector() as collector:
        collector.state.accept(entry(publish(uid_hash(UID), hashed=True, exposure="e")))
        collector.state.accept(entry(publish("somebody-else", goal="g")))
        with served(msgspec.structs.replace(SHOP, collector=collector.base_url)) as client:
            rows = client.get("/arrived", params={"uid": UID}).json()
    assert [(row["kind"], row["yours"], row["joins"]) for row in rows] == [
        ("goal", False, False),
        ("exposure", True, False),
    ]


def test_a_collector_that_does_not_answer_is_told() -> None:
    with served() as client:
        answer = client.get("/arrived")
    assert answer.status_code == 502
    assert "http://127.0.0.1:2" in answer.json()["message"]


class Running:
    """A shop in a thread, and what it said."""

    def __init__(self, parts: Parts) -> None:
        self.said: list[str] = []
        self.stop = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(parts,))

    def _run(self, parts: Parts) -> None:
        run_shop(parts, announce=self.said.append, told=lambda path, finding: None, stop=self.stop)

    async def __aenter__(self) -> Running:
        self._thread.start()
        await eventually(lambda: "Ctrl-C ends it." in self.said or not self._thread.is_alive())
        return self

    async def __aexit__(self, *_error: object) -> None:
        self.stop.set()
        self._thread.join()

    @property
    def addresses(self) -> Addresses:
        """Where its parts are."""
        starts = ("The shop is at ", "Its collector: ", "Its listener: ")
        found = [
            line.removeprefix(start).split()[0] for start in starts for line in self.said if line.startswith(start)
        ]
        return Addresses(*found)


async def test_what_is_posted_to_its_listener_is_a_goal_at_its_collector() -> None:
    async with Running(Parts(port=0)) as shop, httpx.AsyncClient(trust_env=False) as client:
        at = shop.addresses
        [experiment] = (await client.get(f"{at.collector}/context?application=website")).json()["experiments"]
        assert experiment["name"] == "checkout_one_page"
        event = {
            "type": "track",
            "event": "Order Completed",
            "anonymousId": UID,
            "messageId": "m-1",
            "timestamp": "2026-11-30T10:00:00.000Z",
        }
        assert (await client.post(f"{at.listener}/v1/t", json=event)).status_code == 200
        await eventually(lambda: any(line.startswith("live #1: accepted.") for line in shop.said))
        [row] = (await client.get(f"{at.page}arrived", params={"uid": UID})).json()
        assert (row["kind"], row["name"], row["agent"], row["yours"]) == ("goal", "purchase", "segment", True)


async def test_a_large_batch_is_sent_to_its_end() -> None:
    async with Running(Parts(port=0)) as shop, httpx.AsyncClient(trust_env=False) as client:
        event = {"event": "Order Completed", "anonymousId": UID, "timestamp": "2026-11-30T10:00:00.000Z"}
        kinds = ["group"] * 1_000 + ["track"]
        batch = [{**event, "type": kind, "messageId": f"m-{at}"} for at, kind in enumerate(kinds)]
        assert (await client.post(f"{shop.addresses.listener}/v1/batch", json={"batch": batch})).status_code == 200
        await eventually(lambda: any(line.startswith("live #1001: ") for line in shop.said))


async def test_the_line_for_the_shop_beside_the_workbench_keeps_its_scripts(tmp_path: Path) -> None:
    async with Running(Parts(port=0)) as shop:
        assert "  abtui demo-shop --listener http://127.0.0.1:8765" in shop.said
    folder = packages(tmp_path / "my sdks", ABSMARTLY, SEGMENT)
    async with Running(Parts(port=0, sdks=find_sdks(str(folder)))) as shop:
        [line] = [line for line in shop.said if "--listener" in line]
    options = shlex.split(line)
    assert find_sdks(options[options.index("--sdk") + 1]) == find_sdks(str(folder))


async def test_it_uses_what_runs_already() -> None:
    with LocalCollector() as collector:
        parts = Parts(port=0, collector=collector.base_url.removesuffix("/v1"), listener="http://127.0.0.1:1")
        async with Running(parts) as shop:
            assert shop.addresses[1:] == (collector.base_url, "http://127.0.0.1:1")
            assert any("--experiments" in line for line in shop.said)
            [workbench] = [line for line in shop.said if "--listen" in line]
            assert f"ABTUI_SHOP_COLLECTOR={collector.base_url} abtui " in workbench
            async with httpx.AsyncClient(trust_env=False) as client:
                assert (
                    "connect-src 'self' http://127.0.0.1:1 "
                    in (await client.get(shop.addresses.page)).headers["content-security-policy"]
                )


@pytest.mark.parametrize(
    ("taken", "option"),
    [("COLLECTOR", "--collector"), ("LISTENER", "--listener"), (None, "or 0 for any free one")],
)
def test_a_port_in_use_is_told_with_what_to_do(monkeypatch: pytest.MonkeyPatch, taken: str | None, option: str) -> None:
    with LocalCollector() as other:
        for name in ("COLLECTOR", "LISTENER"):
            monkeypatch.setattr(ports, name, other.port if name == taken else 0)
        parts = Parts(port=other.port)
        with pytest.raises(ServiceError, match=f"Port {other.port} is in use") as caught:
            run_shop(parts, announce=lambda _line: None, told=lambda _path, _finding: None)
    assert option in caught.value.hint


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--sdk", "nowhere"], "There is no folder nowhere. Make it with: npm install"),
        (["--listener", "https://api.example"], "is not an address of this machine"),
        (["--collector", "127.0.0.1:8200"], "is not an address of this machine"),
        (["--listener", "http://localhost:8765/v1/batch"], "is not an address of this machine"),
        (["--listener", "http://localhost:8765/\u20ac"], "is not an address of this machine"),
        (["--collector", "http://localhost:8200/v1?a=b"], "is not an address of this machine"),
    ],
)
def test_the_command_refuses_what_it_cannot_use(tmp_path: Path, options: list[str], told: str) -> None:
    done = run_abtui("demo-shop", "--port", "0", *options, cwd=tmp_path)
    assert done.returncode == 2
    assert told in " ".join(done.stderr.decode().split())


@pytest.mark.parametrize("end", ["", "/", "/v1", "/v1/"])
def test_an_address_may_end_as_the_sdks_write_it(monkeypatch: pytest.MonkeyPatch, end: str) -> None:
    seen: list[Parts] = []
    monkeypatch.setattr(running, "run_shop", lambda parts, **_given: seen.append(parts))
    for option in ("--listener", "--collector"):
        assert CliRunner().invoke(demo_shop, [option, f"http://localhost:87{end}"]).exit_code == 0
    assert (seen[0].listener, seen[1].collector) == ("http://localhost:87", "http://localhost:87")


@pytest.mark.skipif(CHROMIUM is None, reason="no chromium here")
async def test_a_visitor_buys_on_the_page_without_the_sdks() -> None:
    async with Running(Parts(port=0)) as shop:
        assert "one unit" in await in_chromium(shop.addresses, sdks=False)
