"""Names are data: they are counted and told whole, and only what is drawn for people is cut. And counts count what they say."""

from __future__ import annotations

import json
from itertools import permutations
from typing import Any, Final

import msgspec
import pytest

from abtui.core.config import Policy
from abtui.core.corpus.cases import Runner, read_cases
from abtui.core.corpus.cases.recording import RecordJob
from abtui.core.corpus.cases.writing import CaseWriter
from abtui.core.corpus.comparison import Comparison, comparison_report
from abtui.core.corpus.coverage import CheckResult, Survey
from abtui.core.corpus.coverage.report import check_report
from abtui.core.corpus.mapper import Mapper
from abtui.core.corpus.tally import MOST, ROOM, Tally
from abtui.core.events import Event, SdkDefaults, read_events
from tests.core.test_true_answers import config_of
from tests.kit import CONFIG, event

LONG: Final = "n" * 250
PAIR: Final = (LONG + "a", LONG + "b")
UNIT: Final = {"type": "user_id", "uid": "u1"}


def survey(config_text: str, *lines: str) -> CheckResult:
    config = config_of(config_text)
    result, mapper = Survey(config, (), "config.yaml", Policy()), Mapper(config)
    for item in read_events(["\n".join(lines)], "e.jsonl"):
        assert isinstance(item, Event)
        result.add(item, mapper.outcome(item))
    return result.result()


def test_long_names_are_counted_apart_and_told_whole() -> None:
    lines = [event(event=name) for name in PAIR for _ in range(2)]
    views = [event(type="page", name=name) for name in PAIR]
    fields = [event(**{name: "x"}) for name in PAIR]
    units = [event(properties={"absmartly": {"units": [{"type": name, "uid": "u"}]}}) for name in PAIR]
    result = survey(CONFIG, *lines, *views, *fields, *units)
    assert result.coverage is not None
    goals = {item.name: item.count for item in result.coverage.goals}
    assert [goals[name] for name in PAIR] == [2, 2]
    assert [goals[f"Page: {name}"] for name in PAIR] == [1, 1]
    assert {*PAIR} < {item.type for item in result.coverage.units}
    assert {item.name for item in result.coverage.names_without_entry} == {*PAIR}
    assert "…" not in json.dumps(msgspec.to_builtins(result.coverage), ensure_ascii=False)


def test_goals_of_a_mapping_that_differ_at_their_end() -> None:
    old, new = (config_of(CONFIG.replace("purchase", name)) for name in PAIR)
    comparison = Comparison(old, new)
    comparison.add(Event("e:1", json.loads(event())))
    result = comparison.result()
    assert [(item.old, item.new) for item in result.goals.changes] == [PAIR]
    setting = result.settings[0]
    assert (setting.old, setting.new) == PAIR
    change = next(item for item in result.examples[0].changes if item.path == "$.goals[0].name")
    assert (change.old, change.new) == tuple(f'"{name}"' for name in PAIR)
    # Sentences for people are short.
    assert all(len(sentence.text) < 2 * 250 for sentence in comparison_report(result).summary)


def test_a_value_of_a_case_is_told_whole() -> None:
    config = config_of(CONFIG.replace("purchase", PAIR[0]))
    text = json.dumps({"cases": [{"event": json.loads(event()), "expect": {"goal": LONG * 3}}]})
    file = read_cases(text, "a.abtui.yaml").file
    assert file is not None
    [case] = file.cases
    assert isinstance(case.event, Event)
    run, _ = Runner(Mapper(config)).run(case, file, case.event)
    assert [(item.old, item.new) for item in run.changes] == [(f'"{LONG * 3}"', f'"{PAIR[0]}"')]
    assert len(run.message) < 250 * 2


@pytest.mark.parametrize("name", ["event", "field", "unit"])
def test_each_long_name_is_a_behaviour_of_its_own(name: str) -> None:
    fields: list[dict[str, Any]] = [
        {"event": {"event": text}, "field": {text: 1}, "unit": {"properties": {"absmartly": {"units": [{"type": text, "uid": "u"}]}}}}[name]
        for text in PAIR
    ]  # fmt: skip
    job, config = RecordJob(), config_of()
    recorder, recording = job.begin([config], SdkDefaults()), job.recording()
    for at, values in enumerate(fields):
        recorder.record(recording, Event(f"e:{at}", json.loads(event(**values))), None)
    assert len(list(CaseWriter(recording, config, str).texts())) == 2


def test_a_tally_is_bounded_in_number_and_in_characters() -> None:
    half = ROOM // 2
    for names in permutations(("a" * half, "b" * half, "c")):
        tally: Tally[str] = Tally()
        for name in names:
            tally.add(name)
        assert sum(map(len, tally.counts)) <= ROOM
        assert (len(tally.counts), tally.others) == (2, 1), "the same ones in any order, for what they are"
        kept = min(tally.counts)
        assert not tally.add(kept)
        assert not tally.copy().add(kept, -2)
        assert tally.counts[kept] == 2
    many: Tally[tuple[str, str | None]] = Tally()
    for number in range(MOST + 5):
        many.add((str(number), None))
    assert (len(many.counts), many.others) == (MOST, 5)


# What is counted as what.
def test_goals_inside_exposures_are_no_goals_of_the_mapping() -> None:
    goals = [{"name": "purchase", "achievedAt": 1}, {"name": "other", "achievedAt": 1}]
    body = {"units": [UNIT], "publishedAt": 1767225600000, "goals": goals}
    result = survey(
        CONFIG,
        event(),
        event(event="Experiment Viewed", properties={"absmartly": body}),
        event(type="group", traits={"absmartly": body}),
    )
    assert result.coverage is not None
    assert [(item.name, item.count) for item in result.coverage.goals] == [("purchase", 1)]
    assert result.coverage.exposure_goals == 4
    assert [(item.code, item.count) for item in result.findings if item.code == "EXPOSURE-GOALS"] == [
        ("EXPOSURE-GOALS", 2)
    ]
    told = str(check_report(result, Policy(), {}))
    assert "4 goals inside exposures are published without going through the goal mapping." in told
    assert "4 goals inside exposures" not in str(check_report(survey(CONFIG, event()), Policy(), {}))


def test_units_are_counted_once_an_event_and_only_with_an_id() -> None:
    def of(*units: dict[str, Any]) -> str:
        return event(properties={"absmartly": {"units": list(units)}})

    other = {"type": "device", "uid": "d"}
    result = survey(
        CONFIG, of(other, other), of({"type": "device"}), of({"type": "device", "uid": None}, UNIT), event()
    )
    assert result.coverage is not None
    assert {item.type: item.count for item in result.coverage.units} == {"user_id": 2, "device": 1}


def test_what_the_destination_has_no_handler_for_is_not_dropped() -> None:
    result = survey(CONFIG, event(type="alias"), event(type="Track"), event(userId=...), event())
    assert result.coverage is not None
    verdicts: dict[str, int] = {}
    for item in result.coverage.types:
        for verdict, count in item.verdicts.items():
            verdicts[verdict] = verdicts.get(verdict, 0) + count
    assert (result.events, result.not_events) == (3, 1)
    assert verdicts == {"send": 1, "drop": 1, "fail": 0, "unsupported": 1}
    assert result.coverage.segment.success == 2
