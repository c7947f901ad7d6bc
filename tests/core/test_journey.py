"""Each fate, verdict and reason as a journey: where the line ends, in which words, and what the systems say of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from abtui.core.config import Config
from abtui.core.config.reader import read_config
from abtui.core.corpus.mapper import Mapper
from abtui.core.destinations import REASONS
from abtui.core.events import Event
from abtui.core.fate import FATES
from abtui.core.journey import STAGES, Journey, becomes, journey, shortfall, unread
from abtui.core.outcomes import Outcome, Reason
from abtui.core.segment import SHOWS
from abtui.core.text.plain import single_line
from abtui.core.threads import threads
from tests.core.test_fate import ALL, CASES, own_units
from tests.kit import CONFIG, ENV, EVENT, config_with
from tests.test_samples import KEYS, SAMPLES, all_events
from tests.toy import registered

PLATE = 60
WHY, SHORT, FEW = 90, 28, 24


def config_of(text: str = CONFIG, catalog: dict[str, Any] | None = None) -> Config:
    names = "".join(f"  {kind}: {value}\n" for kind, value in (catalog or {}).items())
    reading = read_config(text + (f"catalog:\n{names}" if names else ""), ENV)
    assert reading.config is not None, reading.findings
    return reading.config


def mapped(fields: dict[str, Any], config: Config) -> Outcome:
    value = {key: value for key, value in (EVENT | fields).items() if value is not ...}
    return Mapper(config).outcome(Event("test", value), explain=True)


def plate(of: Journey) -> str:
    words = FATES[of.fate]
    lead = f"{words.mark} {words.one.removeprefix('is ').upper()}"
    return f"{lead}   {': '.join(part for part in (of.by, of.why) if part)}"


def line(of: Journey) -> str:
    """The line of a journey: each stage with what led to it and what stands below it."""
    links = {"answered": "━", "silent": "╌", "none": " "}
    return "".join(f"{links[stage.line]}{stage.word}" for stage in of.stages).strip()


def consistent(of: Journey) -> None:
    """A journey's stages, lines and sentences all tell of the same fate."""
    states = [stage.state for stage in of.stages]
    ends = states.index("ends") if "ends" in states else len(STAGES)
    assert states == (["passed"] * ends + ["ends"] + ["unreached"] * len(STAGES))[: len(STAGES)]
    assert (ends == len(STAGES)) is (of.fate == "arrives")
    assert [stage.name for stage in of.stages] == list(STAGES)
    last = {"never-leaves": "silent", "ignored": "silent", "unknown": "silent", "accepted": "none"}.get(
        of.fate, "answered"
    )
    for at, stage in enumerate(of.stages):
        drawn = "none" if at == 0 or at > ends else last if at == ends else "answered"
        assert stage.line == drawn
        assert bool(stage.word) is bool(stage.short) is (stage.state != "unreached")
        assert len(stage.short) <= max(len(stage.word), 8)
    stage = {"never-leaves": STAGES[:2], "fails": STAGES[1:2], "refused": STAGES[2:3]}.get(of.fate, STAGES[3:])
    assert of.fate == "unknown" or of.end.name in stage
    assert bool(of.by) is (of.fate not in ("arrives", "unknown"))
    assert len(of.why) <= WHY
    assert len(of.short) <= SHORT
    lost = of.fate in ("never-leaves", "ignored")
    assert of.told == ("Nobody is told." if lost and "says Success" in of.says else "")
    assert ("the collector" in of.says) is (of.fate in ("arrives", "accepted", "ignored", "refused"))
    assert ("the console" in of.says) is (of.fate == "arrives")
    for text in texts(of):
        assert is_whole(text), text


def is_whole(text: str) -> bool:
    """Whether a text is one line that can be shown, and has no key in it."""
    return single_line(text) == text and "\t" not in text and ENV["KEY"] not in text


def texts(of: Journey) -> Iterator[str]:
    yield from (of.by, of.why, of.short, of.says, of.told)
    for stage in of.stages:
        yield from (stage.word, stage.short)


# Each fate of the table of fates, and each case of it


@pytest.mark.parametrize("case", CASES)
def test_every_case_is_a_journey_of_its_fate(case: str) -> None:
    fields, catalog, wanted = CASES[case]
    config = config_of(catalog=catalog)
    outcome = mapped(fields, config)
    of = journey(outcome, config)
    assert of.fate == wanted
    consistent(of)
    few = shortfall(outcome, config)
    assert bool(few) is (wanted != "arrives")
    assert len(few) <= FEW
    assert bool(becomes(outcome, config)) is (outcome.request is not None)


IGNORED = "Segment says Success, the collector 200."
TOLD: dict[str, tuple[str, str, str]] = {
    "all it names is in the catalog": (
        "● ARRIVES   as the goal purchase",
        "received━sent as purchase━accepted, 200━has the goal",
        "Segment says Success, the collector 200, the console has the goal.",
    ),
    "there is no catalog": (
        "◐ ACCEPTED   by the collector: no catalog says if it counts",
        "received━sent as purchase━accepted, 200 no catalog",
        IGNORED,
    ),
    "units are not listed": (
        "◐ ACCEPTED   by the collector: the catalog names no units",
        "received━sent as purchase━accepted, 200 not listed",
        IGNORED,
    ),
    "the goal is not there": (
        "○ IGNORED   by the console: it has no goal “Other”",
        "received━sent unmapped━accepted, 200╌no such goal",
        IGNORED,
    ),
    "the goal is archived": (
        "○ IGNORED   by the console: its goal “purchase” is archived",
        "received━sent as purchase━accepted, 200╌archived",
        IGNORED,
    ),
    "the unit is not there": (
        "○ IGNORED   by the console: it has no unit “user_id”",
        "received━sent as purchase━accepted, 200╌no such unit",
        IGNORED,
    ),
    "the environment is not there": (
        "○ IGNORED   by the console: it has no environment “staging”",
        "received━sent as purchase━accepted, 200╌no environment",
        IGNORED,
    ),
    "a unit without a uid": (
        "○ IGNORED   by the console: no unit has an id",
        "received━sent as purchase━accepted, 200╌no id",
        IGNORED,
    ),
    "an uid that is empty": (
        "✗ REFUSED   by the collector: uid is empty",
        "received━sent as purchase━refused, 400",
        "Segment says Success, the collector 400.",
    ),
    "a date is missing": (
        "✗ REFUSED   by the collector: publishedAt is null",
        "received━sent as purchase━refused, 400",
        "Segment says Success, the collector 400.",
    ),
    "an exposure": (
        "● ARRIVES   as an exposure to A",
        "received━sent as it is━accepted, 200━takes the exposure",
        "Segment says Success, the collector 200, the console takes the exposure.",
    ),
    "an exposure that is no payload": (
        "✗ REFUSED   by the collector: the body is the number 5",
        "received━sent as it is━refused, 400",
        "Segment says Success, the collector 400.",
    ),
    "attributes": (
        "● ARRIVES   as an attribute",
        "received━attribute sent━accepted, 200━takes the attribute",
        "Segment says Success, the collector 200, the console takes the attribute.",
    ),
    "no unit": (
        "■ NEVER LEAVES   by the destination: it has no id",
        "received╌stops here",
        "Segment says Success.",
    ),
    "opted out": ("■ NEVER LEAVES   by Segment: the customer opted out", "opted out", "Segment says Filtered."),
    "no handler": (
        '■ NEVER LEAVES   by the destination: no handler for "alias"',
        "received╌stops here",
        "Segment says Unsupported Event Type.",
    ),
    "the function throws": (
        "▲ FAILS   by the destination: properties is null, not an object",
        "received━an error",
        "Segment shows an error, Bad Request.",
    ),
    "a page without a name": (
        "▲ FAILS   by the destination: it has no name",
        "received━an error",
        "Segment shows an error, Bad Request.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", TOLD)
def test_the_words_of_a_journey(case: str) -> None:
    fields, catalog, _fate = CASES[case]
    config = config_of(catalog=catalog)
    of = journey(mapped(fields, config), config)
    assert (plate(of), line(of), of.says) == TOLD[case]


def test_the_usual_plate_fits_sixty_columns() -> None:
    config = config_of(catalog=ALL)
    of = journey(mapped({"event": "Order completed"}, config), config)
    assert plate(of) == "○ IGNORED   by the console: it has no goal “Order completed”"
    assert len(plate(of)) == PLATE
    assert of.short == "no goal “Order completed”"
    assert of.told == "Nobody is told."


def test_a_long_name_is_cut_and_the_sentence_is_whole() -> None:
    config = config_of(catalog=ALL)
    of = journey(mapped({"event": "Order\n" * 100}, config), config)
    assert of.why.startswith("it has no goal “Order Order ")
    assert of.why.endswith("…”")
    assert len(of.why) == WHY
    consistent(of)


SWITCHES = {
    "enablePageViewTracking": ({"type": "page", "name": "Home"}, "page tracking is off"),
    "enableAppScreenViewTracking": ({"type": "screen", "name": "Home"}, "screen tracking is off"),
    "enableExposureTracking": ({"event": "Experiment Viewed"}, "exposure tracking is off"),
}


@pytest.mark.parametrize("switch", SWITCHES)
def test_a_switch_that_is_off(switch: str) -> None:
    fields, few = SWITCHES[switch]
    config = config_of(config_with(**{switch: "false"}), ALL)
    outcome = mapped(fields, config)
    of = journey(outcome, config)
    assert of.why == shortfall(outcome, config) == few
    assert (of.end.name, of.end.word, of.told) == ("destination", "stops here", "Nobody is told.")


MORE = {
    "a page": ({"type": "page", "name": "Home"}, "Page: Home", "no such goal"),
    "a screen": ({"type": "screen", "name": "Home"}, "Screen: Home", "no such goal"),
    "two attributes": ({"type": "identify", "traits": {"a": 1, "b": 2}}, "2 attributes", ""),
    "no attribute": ({"type": "identify", "traits": {}}, "", "it has no traits"),
    "no exposure": ({"event": "Experiment Viewed"}, "", "it has no exposure"),
    "a goal without a name": ({"event": ...}, "a goal without a name", "name is missing"),
    "a name that JavaScript has": ({"event": "constructor"}, "a goal without a name", "name is missing"),
    "a unit that is empty": (own_units(), "", "it has no id"),
}


@pytest.mark.parametrize("case", MORE)
def test_what_an_event_becomes_and_why_it_is_lost(case: str) -> None:
    fields, wanted, few = MORE[case]
    config = config_of(catalog=ALL)
    outcome = mapped(fields, config)
    assert (becomes(outcome, config), shortfall(outcome, config)) == (wanted, few)
    consistent(journey(outcome, config))


@pytest.mark.parametrize(
    ("exposures", "wanted"),
    [
        ([{"variant": 0}], "exposure to A"),
        ([{"variant": 1}], "exposure to B"),
        ([{"variant": True}], "an exposure"),
        ([{"variant": 26}], "an exposure"),
        ([5], "an exposure"),
        ([{}, {}], "2 exposures"),
        ("none", "an exposure"),
    ],
)
def test_an_exposure_tells_its_variant(exposures: Any, wanted: str) -> None:
    config = config_of()
    body = {"units": [], "publishedAt": 1, "exposures": exposures}
    outcome = mapped({"event": "Experiment Viewed", "properties": {"absmartly": body}}, config)
    assert becomes(outcome, config) == wanted


def test_an_address_over_which_fetch_throws() -> None:
    config = config_of(config_with(environment='"a\\nb"'))
    outcome = mapped({}, config)
    of = journey(outcome, config)
    assert (of.fate, of.end.word, of.by) == ("fails", "an error", "by the destination")
    assert of.why.startswith("its fetch throws: ")
    assert shortfall(outcome, config) == "fetch throws"
    consistent(of)


# The demo


def test_the_demo_tells_all_its_fates() -> None:
    reading = read_config((SAMPLES / "config.yaml").read_text(encoding="utf-8"), KEYS)
    assert reading.config is not None
    mapper, told = Mapper(reading.config), set()
    for event in all_events():
        outcome = mapper.outcome(event, explain=True)
        of = journey(outcome, reading.config)
        consistent(of)
        few = shortfall(outcome, reading.config)
        told.add((of.fate, few))
        lost = of.fate not in ("arrives", "accepted")
        assert any(thread.culprit for thread in threads(outcome, reading.config, event.value)) is lost
    assert told == {
        ("arrives", ""),
        ("ignored", "no such goal"),
        ("never-leaves", "it has no id"),
        ("never-leaves", "the customer opted out"),
        ("never-leaves", "it has no exposure"),
        ("never-leaves", "no handler for the type"),
        ("refused", "no date"),
        ("refused", "uid is empty"),
        ("refused", "eligible is missing"),
        ("fails", "it has no name"),
        ("fails", "the function throws"),
    }


def dropped(code: str) -> Outcome:
    reason, shows = (
        Reason(code, REASONS[code].sentence.replace("{detail}", "")),
        "Filtered" if code == "FILTERED" else SHOWS["drop"],
    )
    return msgspec.structs.replace(
        mapped({}, config_of()), verdict="drop", fate="never-leaves", reason=reason, segment_shows=shows, request=None
    )


def test_every_reason_without_a_request_has_few_words() -> None:
    for code, kind in REASONS.items():
        if kind.short:
            of = journey(dropped(code), config_of())
            consistent(of)
            assert of.why


# What is not known, and what was


def test_a_text_that_cannot_be_read_is_unknown() -> None:
    of = unread("until line 25 is fixed")
    assert plate(of) == "? UNKNOWN   until line 25 is fixed"
    assert line(of) == "received╌not known"
    consistent(of)
    consistent(unread("this is no event", "Segment"))
    assert unread("this is no event", "Segment").stages[0].state == "ends"


def test_an_opt_out_is_told_by_segment() -> None:
    of = journey(dropped("FILTERED"), config_of())
    assert (of.by, of.says, of.told) == ("by Segment", "Segment says Filtered.", "")


# A destination with other reasons


def test_a_small_destination_has_journeys() -> None:
    with registered():
        config = config_of(
            "destination: pings\nsettings:\n  collectorEndpoint: https://pings.example/v1\n  channel: main\n"
        )
        sent, left = mapped({}, config), mapped({"type": "page"}, config)
        assert (becomes(sent, config), becomes(left, config)) == ("a ping on main", "")
        for outcome in (sent, left):
            consistent(journey(outcome, config))
        # A ping has no unit, so that nobody has it, and its steps are not told.
        assert [thread.payload for thread in threads(sent, config, EVENT)] == ["units, 0 items"]
        assert threads(left, config, EVENT) == ()
        assert shortfall(left, config) == "no ping"
        assert line(journey(left, config)) == "received╌stops here"
