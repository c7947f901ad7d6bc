"""`abtui send`: the plan, the yes it wants, receipts in every form, and runs that are taken up again."""

from __future__ import annotations

import gzip
import io
import json
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from abtui.cli.send import SendCommand
from abtui.core.delivery.plan import Plan
from abtui.services.collector.faults import Fault
from abtui.services.collector.server import LocalCollector
from abtui.services.history import History
from tests.cli.sending import KEY, Command, command, folder, many, received, taken_twice
from tests.kit import event

call = pytest.fixture(command)
NOBODY = "https://nobody.invalid/v1"


class Moods:
    """The faults of a collector, in turn; none when they are over."""

    def __init__(self) -> None:
        self.coming: list[Fault] = []

    def __call__(self) -> Fault:
        return self.coming.pop(0) if self.coming else Fault("none")


@pytest.fixture(scope="module")
def _running() -> Iterator[tuple[LocalCollector, Moods]]:
    moods = Moods()
    with LocalCollector(fault=moods) as collector:
        yield collector, moods


@pytest.fixture
def collector(_running: tuple[LocalCollector, Moods]) -> LocalCollector:
    _running[0].state.clear()
    return _running[0]


@pytest.fixture
def moods(_running: tuple[LocalCollector, Moods]) -> Moods:
    _running[1].coming = []
    return _running[1]


# The plan, and the yes it wants


def test_a_few_events_are_sent_at_once_and_a_dry_run_sends_none(
    tmp_path: Path, collector: LocalCollector, call: Command
) -> None:
    config, events = folder(tmp_path, collector.base_url, *many(5), event(userId=...))
    done = call("send", config, events, "--dry-run")
    assert (done.code, received(collector), History().run_count()) == (0, [], 0)
    assert f"5 requests for 5 of 6 events, one by one, to PUT {collector.base_url}/context (environment staging, key ****CRET)." in done.words  # fmt: skip
    assert "1 never leaves no unit" in done.words
    data = json.loads(call("send", config, events, "--dry-run", "--format", "json", "--batch", "2").out)
    assert (data["dryRun"], data["requests"], data["toSend"], data["batch"]) == (True, 3, 5, 2)
    done = call("send", config, events, "--batch")
    assert (done.code, sorted(received(collector))) == (0, list(range(5)))
    assert "5 events: 5 accepted." in done.out
    assert "in batches of up to 500" in done.err
    assert KEY not in done.out + done.err


@pytest.mark.parametrize("key", [None, "", "  "])
@pytest.mark.parametrize("form", ["text", "json", "markdown"])
def test_a_plan_can_be_read_without_a_key(
    tmp_path: Path, call: Command, monkeypatch: pytest.MonkeyPatch, key: str | None, form: str
) -> None:
    """No mask stands where no key is, and what to set is named as the config names it."""
    config, events = folder(tmp_path, NOBODY)
    if key is None:
        monkeypatch.delenv("KEY")
    else:
        monkeypatch.setenv("KEY", key)
    dry = call("send", config, events, "--dry-run", "--format", form)
    assert dry.code == 0
    assert "****" not in dry.out + dry.err
    assert "Forbidden" not in dry.out
    if form == "json":
        plan = json.loads(dry.out)
        assert (plan["key"], plan["toSend"]) == (None, 6)
        assert "no key" in plan["blocked"]
    else:
        assert "6 requests for 6 of 6 events" in dry.words
        assert "no key" in dry.words
    done = call("send", config, events)
    assert done.code == 2
    assert ("no key: set KEY." if key != "  " else "has no key") in done.err
    assert History().run_count() == 0
    mapped = call("map", config, events)
    assert {json.loads(line)["request"]["headers"]["X-API-Key"] for line in mapped.out.splitlines()} == {"none"}
    for words in (("map", config, events, "--format", "curl"), ("check", config, events), ("diff", config, config, events), ("history",)):  # fmt: skip
        assert "****" not in call(*words).out


def test_no_key_in_the_config_and_a_target_that_forbids(tmp_path: Path, call: Command) -> None:
    config, events = folder(
        tmp_path, NOBODY, more="targets: { own: { apiKey: '${OWN_KEY}' }, no: { allow: false, apiKey: '' } }\n"
    )
    text = Path(config).read_text("utf-8")
    Path(config).write_text(text.replace("  apiKey: ${KEY}\n", ""), encoding="utf-8")
    said = call("send", config, events, "--dry-run", "--target", "settings")
    assert (said.code, "write `apiKey: ${ABSMARTLY_API_KEY}` in the config" in said.words) == (0, True)
    said = call("send", config, events, "--dry-run", "--target", "own")
    assert (said.code, "no key: set OWN_KEY" in said.words) == (0, True)
    said = call("send", config, events, "--dry-run", "--target", "no")
    assert (said.code, "Forbidden" in said.out, "`allow: false`" in said.words) == (2, True, True)


def test_many_requests_want_a_yes(tmp_path: Path, collector: LocalCollector, call: Command) -> None:
    config, events = folder(tmp_path, collector.base_url, *many(101))
    done = call("send", config, events)
    assert (done.code, received(collector)) == (2, [])
    assert "101 requests for 101 of 101 events" in done.out
    assert "To send, pass: --yes\n" in done.err
    assert "Usage:" not in done.err
    assert "With --batch it would be 1 request." in done.out
    assert call("send", config, events, "--yes", "--concurrency", "8").code == 0
    assert sorted(received(collector)) == list(range(101))


def test_production_wants_its_name_and_a_target_may_forbid(tmp_path: Path, call: Command) -> None:
    more = f"targets: {{ live: {{ collectorEndpoint: '{NOBODY}', environment: live-eu }}, no: {{ allow: false }} }}\n"
    config, events = folder(tmp_path, NOBODY, *many(2), more=more)
    assert "name one with --target (settings, live, no)" in call("send", config, events).err
    assert "There is no target 'other'" in call("send", config, events, "--target", "other").err
    to_live = ("send", config, events, "--target", "live")
    for arguments, words in (
        ((), "'live' looks like production. To send, pass: --yes-production live-eu"),
        (("--yes",), "--yes-production live-eu"),
        (("--yes-production", "live"), "but the target's environment is 'live-eu'"),
    ):
        done = call(*to_live, *arguments)
        assert (done.code, words in done.err) == (2, True), done.err
        assert "2 requests for 2 of 2 events" in done.out
    done = call("send", config, events, "--target", "no", "--yes-production", "staging")
    assert (done.code, "`allow: false`" in done.err) == (2, True)
    assert call("send", config, events, "--target", "no", "--dry-run").code == 2
    assert History().run_count() == 0
    # Its name was given: it is tried, and nobody is there.
    done = call(*to_live, "--yes-production", "live-eu", "--tries", "1")
    assert done.code == 1
    assert "nobody.invalid has no address" in done.out
    assert "abtui send --resume 1" in done.out


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_on_a_terminal_it_asks_and_in_a_build_never(
    tmp_path: Path, collector: LocalCollector, call: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    config, events = folder(tmp_path, collector.base_url, *many(101))
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr("abtui.cli.send.on_terminal", lambda stream: True)
    monkeypatch.setattr(sys, "stdin", Terminal("n\n"))
    done = call("send", config, events, "--concurrency", "8")
    assert (done.code, "Send 101 requests? [y/N]" in done.err, received(collector)) == (2, True, [])
    assert done.err.endswith("Error: Not confirmed, so nothing was sent.\n")
    assert "Usage:" not in done.err
    monkeypatch.setenv("CI", "true")
    monkeypatch.setattr(sys, "stdin", Terminal("y\n"))
    assert "pass: --yes" in call("send", config, events).err
    monkeypatch.delenv("CI")
    assert call("send", config, events, "--batch", "1", "--concurrency", "8").code == 0
    config, events = folder(tmp_path, NOBODY, environment="production")
    monkeypatch.setattr(sys, "stdin", Terminal("Production\n"))
    done = call("send", config, events)
    assert (done.code, "Type its environment's name" in done.err) == (2, True)
    assert History().run_count() == 1


# Receipts


def test_receipts_in_every_form_and_in_the_history(
    tmp_path: Path, collector: LocalCollector, moods: Moods, call: Command
) -> None:
    config, events = folder(tmp_path, collector.base_url, *many(3), event(userId="x" * 700), "{", *many(3))
    forms = [f"--format={form}={tmp_path / form}" for form in ("json", "junit", "text", "html", "markdown", "github")]
    moods.coming = [Fault("lost")]
    done = call("send", config, events, "--batch", "3", "--concurrency", "1", *forms)
    assert done.code == 1
    data = json.loads((tmp_path / "json").read_text())
    assert (data["accepted"], data["refused"], data["unknown"], data["ok"]) == (3, 1, 3, False)
    by_state = {row["state"]: row for row in data["receipts"]}
    assert by_state["refused"]["source"] == "events.jsonl:4" or by_state["refused"]["source"].endswith(":4")
    assert "640" in by_state["refused"]["said"]
    assert by_state["unknown"]["segmentShows"] == "Bad Request"
    cases = ElementTree.parse(tmp_path / "junit").getroot().iter("testcase")
    assert sum(case.find("failure") is not None for case in cases) == 5
    text = (tmp_path / "text").read_text()
    assert "7 events: 3 accepted, 1 refused, 3 unknown." in text
    assert "Some of the events could not be read." in text
    assert "events.jsonl,line=4," in (tmp_path / "github").read_text().replace(str(tmp_path) + "/", "")
    for form in ("html", "markdown"):
        assert "7 events" in (tmp_path / form).read_text()
    # The same, later.
    assert "settings" in call("history").out
    shown = call("history", "1", "--state", "refused").out
    assert "refused     400" in shown
    listed = [json.loads(line) for line in call("history", "1", "--format", "jsonl").out.splitlines()]
    assert listed == data["receipts"] == json.loads(call("history", "1", "--format", "json").out)
    out = tmp_path / "unknown.csv"
    assert call("history", "1", "--state", "unknown", "--format", "csv", "-o", str(out)).code == 0
    assert len(out.read_text().splitlines()) == 4
    assert json.loads(call("history", "--format", "json", "--state", "unknown").out)[0]["unknown"] == 3
    assert (call("history", "2").code, call("history", "--journal", str(tmp_path / "none")).code) == (2, 2)


def test_dates_are_moved_so_that_the_newest_is_now(tmp_path: Path, collector: LocalCollector, call: Command) -> None:
    rows = [event(messageId=f"m{n}", originalTimestamp=f"2026-01-0{n}T00:00:00Z", properties={"n": n}) for n in (1, 2)]
    config, events = folder(tmp_path, collector.base_url, *rows)
    assert "moved" not in call("send", config, events, "--dry-run").out
    done = call("send", config, events, "--shift", "now")
    assert done.code == 0
    assert "All dates are moved: " in done.err
    assert "so that the newest (" in done.err
    goals = [entry["body"]["goals"][0] for entry in collector.state.received()["accepted"]]
    at = {goal["properties"]["n"]: goal["achievedAt"] for goal in goals}
    assert at[2] - at[1] == 86_400_000
    started = History().runs(0, 1)[0].started
    with sqlite3.connect(":memory:") as sql:
        now = sql.execute("SELECT unixepoch(?) * 1000", (started,)).fetchone()[0]
    assert abs(at[2] - now) < 30_000


def test_a_plan_says_what_the_collector_is_known_to_refuse(tmp_path: Path, call: Command) -> None:
    config, events = folder(tmp_path, NOBODY, *many(3), event(userId="x" * 700))
    done = call("send", config, events, "--dry-run")
    assert "Forecast: 3 are accepted, 1 is refused: `abtui map` says why." in done.words
    assert json.loads(call("send", config, events, "--dry-run", "--format", "json").out)["toBeRefused"] == 1
    Path(events).write_text(event(userId="x" * 700))
    assert "Forecast: 1 is refused: `abtui map` says why." in call("send", config, events, "--dry-run").words


def test_a_receipt_stands_beside_the_forecast(tmp_path: Path, collector: LocalCollector, call: Command) -> None:
    """Here the collector agrees. What it answers is counted by itself, and the forecast stays what it was."""
    config, events = folder(tmp_path, collector.base_url, *many(2), event(userId="x" * 700))
    done = call("send", config, events, "--format", "text", "--format", f"json={tmp_path / 'run.json'}")
    assert done.code == 1
    assert "Forecast: 2 are accepted, 1 is refused" in done.words
    assert "3 events: 2 accepted, 1 refused." in done.words
    told = json.loads((tmp_path / "run.json").read_text())
    assert told["fates"] == {"accepted": 2, "refused": 1}
    assert (told["accepted"], told["refused"]) == (2, 1)


# Taking up again


def test_a_run_is_taken_up_again_and_unknown_is_repeated_only_if_asked(
    tmp_path: Path, collector: LocalCollector, moods: Moods, call: Command
) -> None:
    config, events = folder(tmp_path, collector.base_url, *many(6))
    journal = ("--journal", str(tmp_path / "own" / "journal"))
    moods.coming = [Fault("none"), Fault("lost"), Fault("500"), Fault("500"), Fault("401")]
    done = call("send", config, events, "--concurrency", "1", "--tries", "2", *journal)
    assert done.code == 1
    assert "It ended early" in done.out
    run = History(tmp_path / "own" / "journal").runs(0, 1)[0]
    assert (run.accepted, run.refused, run.unknown) == (1, 2, 1)
    assert sorted(received(collector)) == [0, 1]
    dry = call("send", "--resume", "--dry-run", *journal)
    assert dry.code == 0
    assert "Run 1 is resumed." in dry.out
    assert "1 unknown sent, no answer read; only with --retry-unknown" in dry.words
    # 500 says that it was not taken, 401 is final.
    done = call("send", "--resume", *journal)
    assert sorted(received(collector)) == [0, 1, 2, 4, 5]
    assert done.code == 1
    assert "6 events: 4 accepted, 1 refused, 1 unknown." in done.out
    assert "There is no unfinished run" in call("send", "--resume", *journal).err
    done = call("send", "--resume", "1", *journal)
    assert "There is nothing to send" in done.err
    done = call("send", "--resume", "1", "--retry-unknown", *journal)
    assert sorted(received(collector)) == [0, 1, 1, 2, 4, 5]
    assert "6 events: 5 accepted, 1 refused." in done.out
    assert History().run_count() == 0, "the other journal was not touched"


def test_what_changed_since_is_noticed(tmp_path: Path, collector: LocalCollector, moods: Moods, call: Command) -> None:
    config, events = folder(tmp_path, collector.base_url, *many(6))
    moods.coming = [Fault("none"), Fault("none"), Fault("401")]
    assert call("send", config, events, "--concurrency", "1").code == 1
    text = Path(config).read_text()
    Path(config).write_text(text.replace("purchase", "order"))
    done = call("send", "--resume")
    assert (done.code, len(received(collector))) == (2, 2)
    assert f"3 events of the run would have another payload now (first: {events}:1)" in done.err
    assert "--despite-changes" in done.err
    Path(config).write_text(text.replace("environment: staging", "environment: test"))
    assert "the target is a different one now" in call("send", "--resume").err
    Path(config).write_text(text)
    Path(events).write_text("\n".join(many(1)))
    assert "2 events of the run are missing now." in call("send", "--resume").err
    Path(events).write_text("\n".join(many(8)))
    assert "2 events more than the run's plan had would be sent." in call("send", "--resume").err
    Path(events).write_text("\n".join(many(6)))
    Path(config).write_text(text.replace("purchase", "order"))
    assert call("send", "--resume", "--despite-changes").code == 1
    assert sorted(received(collector)) == [0, 1, 3, 4, 5]


def test_another_application_is_refused_and_another_key_is_told(
    tmp_path: Path, collector: LocalCollector, moods: Moods, call: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    config, events = folder(tmp_path, collector.base_url, *many(3))
    moods.coming = [Fault("none"), Fault("401")]
    assert call("send", config, events, "--concurrency", "1").code == 1
    text = Path(config).read_text()
    Path(config).write_text(text.replace("application: website", "application: app"))
    done = call("send", "--resume")
    assert "The run was sent with application website; the target has application app now." in done.err
    assert (done.code, len(received(collector))) == (2, 1)
    Path(config).write_text(text)
    monkeypatch.setenv("KEY", "a-key-that-is-renewed-NEXT")
    done = call("send", "--resume", "--dry-run")
    assert "The run was sent with the key ****CRET; it goes on with ****NEXT." in done.out


def test_a_key_that_names_a_folder_or_the_environment(
    tmp_path: Path, collector: LocalCollector, moods: Moods, call: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    config, events = folder(tmp_path, collector.base_url, *many(3), environment="${KEY}")
    moods.coming = [Fault("none"), Fault("401")]
    monkeypatch.setenv("KEY", "production-like")
    assert call("send", config, events, "--concurrency", "1", "--yes-production", "production-like").code == 1
    assert "is resumed" in call("send", "--resume", "--dry-run").out
    monkeypatch.setenv("KEY", tmp_path.name)
    done = call("send", config, events)
    assert "This run cannot be resumed: the key is part of one of its paths or names." in done.err


def test_events_of_standard_input_are_read_once_and_given_again(
    tmp_path: Path, collector: LocalCollector, moods: Moods, call: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    config, events = folder(tmp_path, collector.base_url, *many(4))
    data = gzip.compress(Path(events).read_bytes())
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    moods.coming = [Fault("none"), Fault("401")]
    assert call("send", config, "-", "--concurrency", "1").code == 1
    assert "came from standard input" in call("send", "--resume").err
    assert call("send", "--resume", "1", config, events).code == 1
    assert sorted(received(collector)) == [0, 2, 3]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "CONFIG and EVENTS are needed, or --resume."),
        (("c", "e", "--retry-unknown"), "go with --resume"),
        (("--resume", "--batch"), "leave out --target, --batch and --shift"),
        (("--resume",), "There is no unfinished run"),
        (("--resume", "5"), "There is no run 5"),
        (("--resume", "x"), "'x' after --resume is neither the number of a run nor a config; `abtui history` lists"),
        (("-", "-"), "Standard input cannot be both"),
        (("c", "e", "--rate", "fast"), "write it like 200/s"),
        (("c", "e", "--timeout", "nan"), "nan is not a number of seconds"),
        (("c", "e", "--proxy", "nowhere"), "The proxy is not an http or https address."),
        (("c", "e", "--ca-bundle", "/none.pem"), "The certificates of /none.pem cannot be used: no such file"),
    ],
)
def test_what_cannot_be_asked_for(arguments: tuple[str, ...], words: str, call: Command) -> None:
    done = call("send", *arguments)
    assert (done.code, words in done.err) == (2, True), done.err


def test_users_keep_their_order_at_a_rate(tmp_path: Path, collector: LocalCollector, call: Command) -> None:
    config, events = folder(tmp_path, collector.base_url, *many(12))
    assert call("send", config, events, "--rate", "400/s", "--concurrency", "8").code == 0
    took = received(collector)
    assert all([n for n in took if n % 3 == user] == list(range(user, 12, 3)) for user in range(3))
    assert taken_twice(collector) == []


def test_what_the_collector_did_not_take_goes_with_a_bare_resume(
    tmp_path: Path, collector: LocalCollector, moods: Moods, call: Command
) -> None:
    config, events = folder(tmp_path, collector.base_url, *many(4, users=2))
    moods.coming = [Fault("none"), Fault("500")]
    done = call("send", config, events, "--concurrency", "1", "--tries", "1")
    assert (done.code, History().runs(0, 1)[0].ending) == (1, "done")
    assert "1 event not accepted by the collector yet." in done.words
    # What follows of the same user waits for it: a user's events arrive in their order.
    assert "4 events: 2 accepted, 1 refused, 1 not sent." in done.words
    assert "earlier events of the same users were not accepted" in done.words
    assert "To resume it: abtui send --resume 1" in done.words
    assert "--retry-unknown" not in done.words
    done = call("send", "--resume")
    assert (done.code, received(collector)) == (0, [0, 2, 1, 3])
    assert "There is no unfinished run" in call("send", "--resume").err


def test_a_run_that_another_one_took_up_after_the_plan_is_not_sent_again(
    tmp_path: Path, collector: LocalCollector, moods: Moods, call: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    config, events = folder(tmp_path, collector.base_url, *many(6))
    moods.coming = [Fault("none"), Fault("401")]
    assert call("send", config, events, "--concurrency", "1").code == 1
    send = SendCommand._send
    other: list[int] = []

    def first_the_other(self: SendCommand, plan: Plan) -> int:
        monkeypatch.setattr(SendCommand, "_send", send)
        other.append(call("send", "--resume").code)
        return send(self, plan)

    monkeypatch.setattr(SendCommand, "_send", first_the_other)
    done = call("send", "--resume")
    assert (done.code, other, taken_twice(collector)) == (2, [1], [])
    assert "Another process resumed run 1 while this one was planning." in done.err
