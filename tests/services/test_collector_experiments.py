"""The experiments that a local collector runs: what it answers over real HTTP, and a file that changes under it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from abtui.cli.loopback import refusals
from abtui.core.experiments.answers import context_data
from abtui.core.experiments.assignment import assign, uid_hash
from abtui.core.experiments.derived import derived_seeds, running
from abtui.core.experiments.model import Experiment
from abtui.core.findings import Finding
from abtui.services.collector.experiments import ExperimentsOfFile
from abtui.services.collector.server import LocalCollector
from abtui.services.errors import CollectorError, FileError
from tests.kit import run_abtui

from .test_collector_api import HEADERS

FILE = """\
experiments:
  - name: checkout_one_page
    unitType: user_id
    variants: [control, {name: one_page, config: {button: red}}]
    applications: [website]
  - name: everywhere
    audience: {filter: [{eq: [{var: plan}, {value: club}]}]}
"""
AGENT_ONLY = {name: HEADERS[name] for name in ("X-API-Key", "X-Agent", "X-Environment")}


class Shop:
    """A collector with a file of experiments, and what it said."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.said: list[str] = []
        self.found: list[Finding] = []
        self.experiments = ExperimentsOfFile(str(path), self._find, self._hear)
        self.collector = LocalCollector(experiments=self.experiments)

    def _find(self, path: str, finding: Finding) -> None:
        assert path == str(self.path)
        self.found.append(finding)

    def _hear(self, line: str) -> None:
        self.said.append(line.removeprefix(f"{self.path.parent}{os.sep}"))

    def write(self, text: str) -> None:
        """Replace the file, as editors do: so its inode changes, whatever the clock says."""
        beside = self.path.with_suffix(".new")
        beside.write_text(text, encoding="utf-8")
        beside.replace(self.path)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    path = tmp_path / "experiments.yaml"
    path.write_text(FILE, encoding="utf-8")
    made = Shop(path)
    with made.collector:
        yield made


@pytest.fixture
def call(shop: Shop) -> Iterator[Callable[..., httpx.Response]]:
    with httpx.Client(trust_env=False, base_url=shop.collector.base_url) as client:
        yield client.request


def names(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200
    return [item["name"] for item in answer.json()["experiments"]]


def test_the_sdks_get_the_experiments_of_their_application(call: Callable[..., httpx.Response]) -> None:
    answer = call("GET", "/context", params={"application": "website", "environment": "staging"})
    assert names(answer) == ["checkout_one_page", "everywhere"]
    first = answer.json()["experiments"][0]
    seeds = derived_seeds("checkout_one_page")
    assert (first["seedHi"], first["seedLo"], first["fullOnVariant"]) == (seeds.hi, seeds.lo, 0)
    assert (first["environment"], first["variants"][1]["config"]) == ("staging", '{"button":"red"}')
    assert names(call("GET", "/context", params={"application": "app"})) == ["everywhere"]
    assert names(call("GET", "/context")) == ["checkout_one_page", "everywhere"]
    assert names(call("GET", "/experiment", headers={**HEADERS, "X-Application": "app"})) == ["everywhere"]
    every = call("GET", "/experiment", headers=AGENT_ONLY)
    assert names(every) == ["checkout_one_page", "everywhere"]
    assert every.json()["ok"] is True
    assert (
        every.json()["experiments"] == call("GET", "/context", params={"environment": "staging"}).json()["experiments"]
    )


@pytest.mark.parametrize("query", ["application=a&application=b", "environment=&environment="])
def test_a_parameter_that_is_given_twice_is_refused(call: Callable[..., httpx.Response], query: str) -> None:
    answer = call("GET", f"/context?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, 400)
    assert query.partition("=")[0] in answer.json()["message"]


def test_a_created_context_has_the_variants_of_its_units(call: Callable[..., httpx.Response]) -> None:
    units = [{"type": "user_id", "uid": "u-20991"}]
    answer = call("POST", "/context", json={"units": units}, headers={**HEADERS, "X-Application": "website"}).json()
    assert answer["units"] == units
    expected = assign(running(Experiment(name="checkout_one_page")), {"user_id": uid_hash("u-20991")})
    first, second = answer["assignments"]
    assert (first["name"], first["variant"], first["eligible"]) == ("checkout_one_page", expected.variant, True)
    assert (second["name"], second["audienceMismatch"]) == ("everywhere", True)


def test_a_change_of_the_file_counts_at_once(shop: Shop, call: Callable[..., httpx.Response]) -> None:
    assert shop.said == ["experiments.yaml: 2 experiments: checkout_one_page by user_id, everywhere by user_id."]
    assert names(call("GET", "/context")) == ["checkout_one_page", "everywhere"]
    shop.write("experiments: [{name: other, unitType: anonymous_id}]")
    assert names(call("GET", "/context")) == ["other"]
    assert shop.said[1:] == ["experiments.yaml: 1 experiment: other by anonymous_id."]
    shop.write("experiments: []")
    assert names(call("GET", "/context")) == []


def test_a_broken_or_missing_file_changes_nothing(shop: Shop, call: Callable[..., httpx.Response]) -> None:
    shop.write("experiments: [{name: a, traffic: 101}, {name: b, split: x}]")
    assert names(call("GET", "/context")) == ["checkout_one_page", "everywhere"]
    assert shop.said[1:] == ["experiments.yaml has 2 mistakes. The experiments before run on."]
    assert [item.code for item in shop.found] == ["EXPERIMENT-VALUE", "CONFIG-TYPE"]
    shop.path.unlink()
    assert names(call("GET", "/context")) == ["checkout_one_page", "everywhere"]
    assert names(call("GET", "/context")) == ["checkout_one_page", "everywhere"]
    assert len(shop.said) == 3
    assert "does not exist" in shop.said[2]
    shop.write("experiments: [{name: back}]")
    assert names(call("GET", "/context")) == ["back"]


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_a_pipe_in_place_of_the_file_is_not_waited_for(
    shop: Shop, call: Callable[..., httpx.Response], make: Callable[[Path], None]
) -> None:
    shop.path.unlink()
    make(shop.path)
    assert names(call("GET", "/context")) == ["checkout_one_page", "everywhere"]
    assert shop.said[1:] == ["experiments.yaml is no file any more. The experiments before run on."]


@pytest.mark.parametrize(
    ("text", "error"), [(None, FileError), ("experiments: 5", CollectorError), ("", CollectorError)]
)
def test_a_collector_does_not_begin_without_experiments(
    tmp_path: Path, text: str | None, error: type[Exception]
) -> None:
    path = tmp_path / "experiments.yaml"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(error):
        ExperimentsOfFile(str(path), lambda _path, _finding: None, lambda _line: None)


def test_many_experiments_are_summed_up(tmp_path: Path) -> None:
    path = tmp_path / "experiments.yaml"
    path.write_text("experiments:\n" + "".join(f"- name: e{number}\n" for number in range(1, 1_008)), encoding="utf-8")
    said: list[str] = []
    experiments = ExperimentsOfFile(str(path), lambda _path, _finding: None, said.append)()
    assert len(context_data(experiments, "")) == 1_007
    assert said[0].startswith(f"{path}: 1,007 experiments: e1 by user_id, e2 by")
    assert said[0].endswith(" and 1,002 more.")


def test_a_page_may_read_experiments_and_publish() -> None:
    with (
        LocalCollector(origins=frozenset({"https://shop.example"})) as collector,
        httpx.Client(trust_env=False) as client,
    ):
        for origin in ("http://localhost:3000", "https://shop.example"):
            asks = {"Origin": origin, "Access-Control-Request-Headers": ",".join(HEADERS).lower()}
            answer = client.options(f"{collector.base_url}/context", headers=asks)
            assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (204, origin)
            assert "PUT" in answer.headers["access-control-allow-methods"]
            allowed = {name.strip() for name in answer.headers["access-control-allow-headers"].split(",")}
            assert {name.lower() for name in HEADERS} <= allowed
            body = {"units": [], "publishedAt": 1}
            taken = client.put(f"{collector.base_url}/context", json=body, headers={**HEADERS, "Origin": origin})
            assert (taken.status_code, taken.headers["access-control-allow-origin"]) == (200, origin)


def test_any_origin_can_be_told(capsys: pytest.CaptureFixture[str]) -> None:
    tell_refused = refusals()
    tell_refused("http://evil\x1b]0;title\x07.example" + "x" * 200)
    for number in range(200):
        tell_refused(f"http://{number}.example")
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 100
    assert "\x1b" not in lines[0]
    assert len(lines[0]) < 300


def test_the_command_runs_them_and_says_which(tmp_path: Path) -> None:
    (tmp_path / "experiments.yaml").write_text(FILE.replace("applications", "application"), encoding="utf-8")
    command = [sys.executable, "-m", "abtui", "collector", "--port", "0", "--experiments", "experiments.yaml", "--allow-origin", "https://shop.example"]  # fmt: skip
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent.parent)}
    with subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        warning, experiments, listens = (process.stderr.readline() for _line in range(3))
        assert warning.startswith("experiments.yaml:5:5: warning CONFIG-UNKNOWN-KEY")
        assert experiments.startswith("experiments.yaml: 2 experiments: checkout_one_page")
        base = listens.split("listens at ")[1].split()[0]
        with httpx.Client(trust_env=False, base_url=base) as client:
            assert names(client.get("/context", headers={"Origin": "https://shop.example"})) == [
                "checkout_one_page",
                "everywhere",
            ]
            for _time in range(2):
                assert client.get("/context", headers={"Origin": "https://evil.example"}).status_code == 403
        process.send_signal(signal.SIGTERM)
        rest = process.stderr.read().splitlines()
    assert process.returncode == 0
    assert rest == [
        "Ctrl-C ends it.",
        "A page of https://evil.example was refused. To answer it, start with --allow-origin https://evil.example",
        "Ended: 0 accepted, 0 rejected.",
    ]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--experiments", "wrong.yaml"], "wrong.yaml:1:14: error CONFIG-TYPE"),
        (["--experiments", "wrong.yaml"], "wrong.yaml has 1 mistake. Correct what is named above."),
        (["--experiments", "nowhere.yaml"], "nowhere.yaml does not exist"),
        (["--allow-origin", "shop.example"], "is not the origin of a web page"),
    ],
)
def test_the_command_refuses_what_it_cannot_use(tmp_path: Path, options: list[str], told: str) -> None:
    (tmp_path / "wrong.yaml").write_text("experiments: 5", encoding="utf-8")
    done = run_abtui("collector", "--port", "0", *options, cwd=tmp_path)
    assert done.returncode == 2
    assert told in " ".join(done.stderr.decode().split())
