"""Recording cases: what is recorded passes, is read back as it was, and notices every change of the config that matters."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from itertools import groupby, islice
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from abtui.core.config import Config
from abtui.core.config.reader import read_config
from abtui.core.corpus.cases import Case, CaseFile, CaseRun, Reference, Runner, read_cases
from abtui.core.corpus.cases.kept import MOST_BEHAVIOURS, MOST_WHOLE
from abtui.core.corpus.cases.recording import RecordJob
from abtui.core.corpus.cases.writing import CaseWriter
from abtui.core.corpus.mapper import Mapper
from abtui.core.events import Event, SdkDefaults, place_of, read_events
from abtui.core.report.outcome import outcome_json
from abtui.core.text.yaml_text import json_text
from tests.core.cases import config
from tests.core.test_cases_reading import texts, values
from tests.generate import config_text, event_lines
from tests.kit import CONFIG, ENV, event
from tests.test_samples import KEYS, SAMPLES, all_events

CONFIG_TEXT = (SAMPLES / "config.yaml").read_text(encoding="utf-8")


def read_sample_config(text: str) -> Config:
    reading = read_config(text, KEYS)
    assert reading.config is not None, reading.findings
    return reading.config


def recorded(
    settings: Config, events: Iterable[Event], *, everything: bool = False, in_files: bool = True
) -> tuple[str, CaseWriter]:
    """What is recorded of events, which are of the files that their sources name, or of none."""
    job = RecordJob(everything)
    recorder, recording = job.begin([settings], SdkDefaults()), job.recording()
    for index, (name, of_file) in enumerate(groupby(events, key=lambda event: place_of(event.source).file)):
        recording.begin((index, 0))
        for item in of_file:
            recording.count_item()
            recorder.record(recording, item, name if in_files else None)
    writer = CaseWriter(recording, settings, str)
    cases = "".join(writer.texts())
    return writer.head("config.yaml", ["events.jsonl"]) + cases, writer


def read(text: str) -> CaseFile:
    reading = read_cases(text, "golden.abtui.yaml")
    assert reading.file is not None, reading.findings
    return reading.file


def run(settings: Config, file: CaseFile) -> list[CaseRun]:
    runner = Runner(Mapper(settings))
    return [runner.run(case, file, own_event(case))[0] for case in file.cases]


def own_event(case: Case) -> Event:
    assert isinstance(case.event, Event)
    return case.event


@cache
@cache
def samples() -> tuple[list[Event], CaseFile]:
    """The events, and what is recorded of them. Nothing changes either."""
    events = list(all_events())
    return events, read(recorded(read_sample_config(CONFIG_TEXT), events)[0])


def test_what_is_recorded_passes() -> None:
    events, file = samples()
    assert {item.status for item in run(read_sample_config(CONFIG_TEXT), file)} == {"passed"}
    assert 50 < len(file.cases) < len(events)
    assert len({case.name for case in file.cases}) == len(file.cases)


def test_the_sample_file_is_what_would_be_recorded_now() -> None:
    """`abtui test sample_events/config.yaml --record sample_events -o sample_events/golden.abtui.yaml --force --now 2026-03-18T09:00:00.000Z`."""
    kept = (SAMPLES / "golden.abtui.yaml").read_text(encoding="utf-8")
    names = {case.name for case in read(kept).cases}
    assert names == {case.name for case in samples()[1].cases}
    assert {item.status for item in run(read_sample_config(CONFIG_TEXT), read(kept))} == {"passed"}


def test_the_same_events_give_the_same_text() -> None:
    settings = read_sample_config(CONFIG_TEXT)
    assert recorded(settings, all_events())[0] == recorded(settings, all_events())[0]


def changed(old: str, new: str, text: str = CONFIG_TEXT) -> str:
    assert text.count(old) == 1, (old, text.count(old))
    return text.replace(old, new)


# A name, the config's text with one change, and whether an outcome of the samples changes with it.
MUTATIONS: dict[str, str] = {
    "a goal renamed": changed("Order Completed: purchase", "Order Completed: bought"),
    "another goal renamed": changed("Newsletter Subscribed: newsletter", "Newsletter Subscribed: news"),
    "a goalMapping entry removed": changed("    Signed Up: signup\n", ""),
    "a goalMapping entry added": changed("    Signed Up: signup\n", "    Signed Up: signup\n    Cart Viewed: cart\n"),
    "a goalMapping entry that no event uses": changed("    Signed Up: signup\n", "    Signed Up: signup\n    Nobody: nothing\n"),
    "the case of a goalMapping key": changed("Order Refunded:", "Order refunded:"),
    "the case of a goalMapping value": changed("Signed In: login\n", "Signed In: Login\n"),
    "two goals swapped": changed("purchase\n    Order Refunded: refund", "refund\n    Order Refunded: purchase"),
    "the unit mapping's direction": changed("    userId: user_id\n", "    user_id: userId\n"),
    "units swapped": changed("userId: user_id\n    anonymousId: anonymous_id", "userId: anonymous_id\n    anonymousId: user_id"),
    "units in another order": changed("userId: user_id\n    anonymousId: anonymous_id", "anonymousId: anonymous_id\n    userId: user_id"),
    "a unit removed": changed("    anonymousId: anonymous_id\n", ""),
    "another unit removed": changed("    userId: user_id\n", ""),
    "a unit added": changed("    userId: user_id\n", "    userId: user_id\n    groupId: account\n"),
    "a unit that can never match": changed("    userId: user_id\n", "    userId: user_id\n    traits.email: email\n"),
    "a unit renamed": changed("anonymousId: anonymous_id", "anonymousId: anon"),
    "page tracking off": changed("enablePageViewTracking: true ", "enablePageViewTracking: false "),
    "screen tracking off": changed("enableAppScreenViewTracking: true ", "enableAppScreenViewTracking: false "),
    "exposure tracking off": changed("enableExposureTracking: true ", "enableExposureTracking: false "),
    "page tracking left out": changed("  enablePageViewTracking: true ", "  #"),
    "another environment": changed("  environment: staging                #", "  environment: production #"),
    "another endpoint": changed("https://northlight.absmartly.io/v1", "https://southlight.absmartly.io/v1"),
    "a slash behind the endpoint": changed("https://northlight.absmartly.io/v1", "https://northlight.absmartly.io/v1/"),
    "another application": changed("  application: website", "  application: app"),
    "no application": changed("  application: website  ", "  #"),
    "identify rejected": changed("identify: attributes ", "identify: reject "),
    "goal names as slugs": changed("viewGoalNames: title ", "viewGoalNames: slug "),
    "a goal gone from the catalog": changed("    - purchase\n", ""),
    "a page's goal gone from the catalog": changed('    - "Page: Cart"\n', ""),
    "a goal new in the catalog": changed("    - purchase\n", '    - purchase\n    - "Page: Store Finder"\n'),
    "a goal in the catalog that nobody sends": changed("    - purchase\n", "    - purchase\n    - nothing\n"),
    "a unit gone from the catalog": changed("user_id, anonymous_id, device_id]", "user_id, anonymous_id]"),
    "an environment gone from the catalog": changed("[staging, production]", "[staging]"),
    "a target changed": changed("https://northlight-staging.absmartly.io/v1", "https://other-staging.absmartly.io/v1"),
    "a target added": CONFIG_TEXT + "  local: {collectorEndpoint: http://127.0.0.1:8200/v1}\n",
    "no catalog": CONFIG_TEXT[: CONFIG_TEXT.index("catalog:")] + CONFIG_TEXT[CONFIG_TEXT.index("# Where requests"):],
}  # fmt: skip
CHANGES_NOTHING = {
    "a goalMapping entry that no event uses",
    "a goal in the catalog that nobody sends",
    "an environment gone from the catalog",
    "a target changed",
    "a target added",
}


def outcomes(settings: Config, events: Iterable[Event]) -> list[bytes]:
    """What the events become, each alone; without the words of findings and their places in the config."""
    mapper = Mapper(settings)
    found = []
    for item in events:
        outcome = mapper.outcome(item)
        codes = sorted({found.code for found in outcome.findings})
        found.append(outcome_json(outcome).partition(b'"findings"')[0] + repr(codes).encode())
    return found


@pytest.mark.parametrize("name", MUTATIONS)
def test_each_single_change_is_caught_or_changes_nothing(name: str) -> None:
    events, file = samples()
    before, after = read_sample_config(CONFIG_TEXT), read_sample_config(MUTATIONS[name])
    same = outcomes(before, events) == outcomes(after, events)
    caught = any(item.status == "failed" for item in run(after, file))
    assert caught != same
    assert same == (name in CHANGES_NOTHING)


NAMES = ["Order Completed", "Order Refunded", "Product Added", "Cart Viewed", "Experiment Viewed", "Nobody"]
settings_lines = st.fixed_dictionaries(
    {
        "enablePageViewTracking": st.sampled_from(["true", "false"]),
        "enableExposureTracking": st.sampled_from(["true", "false"]),
        "environment": st.sampled_from(["staging", "production"]),
        "goalMapping": st.dictionaries(st.sampled_from(NAMES), st.sampled_from(["a", "b"]), max_size=3).map(json_text),
        "unitMapping": st.dictionaries(st.sampled_from(["userId", "anonymousId", "groupId", "name"]), st.sampled_from(["u", "v"]), max_size=3).map(json_text),
    }
)  # fmt: skip


def config_of(lines: dict[str, str]) -> Config:
    return read_sample_config(
        "destination: classic\nsettings:\n  collectorEndpoint: https://acme.absmartly.io/v1\n"
        + "".join(f"  {key}: {value}\n" for key, value in lines.items())
    )


@examples(max_examples=30)
@given(settings_lines, settings_lines)
def test_any_other_config_is_caught_or_changes_nothing(one: dict[str, str], other: dict[str, str]) -> None:
    events, _file = samples()
    before, after = config_of(one), config_of(other)
    same = outcomes(before, events) == outcomes(after, events)
    caught = any(item.status == "failed" for item in run(after, read(recorded(before, events)[0])))
    assert caught != same


@given(st.lists(st.dictionaries(texts, values, max_size=3), min_size=1, max_size=3))
def test_any_event_is_read_back_with_the_same_outcome(fields: list[dict[str, Any]]) -> None:
    settings = config()
    base = {"type": "track", "event": "Order Completed", "userId": "u1"}
    events = [Event("a:1", {**base, "properties": value, **value}) for value in fields]
    text, writer = recorded(settings, events, everything=True)
    file = read(text)
    assert [json_text(own_event(case).value) for case in file.cases] == [json_text(event.value) for event in events]
    assert {item.status for item in run(settings, file)} == {"passed"}
    assert writer.cases == writer.recording.events == len(fields)


def sent(*lines: str) -> list[Event]:
    items = list(read_events(["\n".join(lines)], "events.jsonl"))
    assert all(isinstance(item, Event) for item in items)
    return [item for item in items if isinstance(item, Event)]


def test_a_large_event_is_named_by_its_file() -> None:
    events = sent(event(), event(properties={"a": "x" * 40_000}))
    text, _writer = recorded(config(), events, everything=True)
    one, two = read(text).cases
    assert isinstance(one.event, Event)
    assert two.event == Reference("events.jsonl", 2)


def test_standard_input_is_never_named() -> None:
    events = sent(event(properties={"a": "x" * 40_000}))
    text, _writer = recorded(config(), events, everything=True, in_files=False)
    assert "file:" not in text


@pytest.mark.parametrize("count", [MOST_WHOLE, MOST_WHOLE + 1])
def test_many_events_are_named_by_their_file(count: int) -> None:
    lines = (event(messageId=str(number)) for number in range(count))
    text, writer = recorded(config(), sent(*lines), everything=True)
    assert writer.cases == count
    assert (text.count("    file: events.jsonl\n"), text.count("    event:\n")) == (
        (0, count) if count == MOST_WHOLE else (count, 0)
    )


def test_behaviours_are_limited_and_the_rest_is_counted() -> None:
    events = (Event("a:1", {"type": "track", "event": f"E{number}"}) for number in range(MOST_BEHAVIOURS + 25))
    _text, writer = recorded(config(), events)
    assert (writer.cases, writer.recording.kept.more, writer.recording.events) == (
        MOST_BEHAVIOURS,
        25,
        MOST_BEHAVIOURS + 25,
    )


def test_the_key_gets_into_no_file() -> None:
    leaking = config(CONFIG.replace("purchase", ENV["KEY"]))
    text, writer = recorded(leaking, sent(event(), event(event="Other")))
    assert (writer.withheld, writer.cases) == (1, 1)
    assert ENV["KEY"] not in text
    assert ENV["KEY"][-4:] not in text


def test_a_header_that_is_not_there_is_expected_not_to_be() -> None:
    without = config(CONFIG.replace("  application: website\n", ""))
    file = read(recorded(without, sent(event()))[0])
    assert file.request["headers"]["X-Application"] is None
    assert [item.status for item in run(config(), file)] == ["failed"]


def test_generated_events_have_few_behaviours() -> None:
    events = sent(*(line.decode() for line in islice(event_lines(), 3_000)))
    text, writer = recorded(read_sample_config(config_text()), events)
    assert writer.recording.events == 3_000
    assert writer.cases < 100
    assert {item.status for item in run(read_sample_config(config_text()), read(text))} == {"passed"}


def test_a_file_says_first_what_it_is_of() -> None:
    _text, writer = recorded(read_sample_config(CONFIG_TEXT), [])
    assert writer.head(None, ["events"]).splitlines()[0].endswith("did with one event for each behaviour of events.")
    assert writer.head(None, ["a", "b"]).splitlines()[1:3] == ["#   a", "#   b"]
