"""Why an event has its fate is told in words, for every case of the fates."""

from __future__ import annotations

import pytest

from abtui.core.config.reader import read_config
from abtui.core.corpus.mapper import Mapper
from abtui.core.events import Event
from abtui.core.fate import fate_reason
from tests.core.test_fate import CASES
from tests.kit import CONFIG, ENV, EVENT

WORDS = {
    "there is no catalog": "there is no catalog to say what the console has",
    "goals are not listed": "the catalog does not list the console's goals",
    "units are not listed": "the catalog does not list the console's units",
    "the goal is not there": 'the console has no goal "Other"',
    "the goal is archived": 'the goal "purchase" is archived in the console',
    "the unit is not there": 'the console has no unit type "user_id"',
    "the environment is not there": 'the console has no environment "staging"',
    "the application is not there": 'the console has no application "website"',
    "a unit without a uid": "no unit has an id, so there is nobody to count it for",
    "a date is missing": "The event has no `sentAt`, so `publishedAt` is null",
    "no unit": "the event has no unit, so nothing is sent, and no error is raised",
    "all it names is in the catalog": "",
}


def told(case: str) -> tuple[str, str]:
    fields, catalog, wanted = CASES[case]
    names = "".join(f"  {kind}: {value}\n" for kind, value in catalog.items())
    reading = read_config(CONFIG + (f"catalog:\n{names}" if names else ""), ENV)
    assert reading.config is not None
    value = {key: value for key, value in (EVENT | fields).items() if value is not ...}
    return wanted, fate_reason(Mapper(reading.config).outcome(Event("test", value)), reading.config)


@pytest.mark.parametrize("case", CASES)
def test_every_fate_but_arriving_has_a_reason(case: str) -> None:
    wanted, because = told(case)
    assert (wanted == "arrives") is (because == "")
    if wanted == "ignored":
        assert because.startswith(("the console has no ", "the goal ", "no unit has an id"))
    if wanted == "accepted":
        assert because.startswith(("there is no catalog", "the catalog does not list"))
    if case in WORDS:
        assert because == WORDS[case]


def test_a_key_in_a_name_is_masked() -> None:
    reading = read_config(f"{CONFIG}catalog: {{goals: [purchase]}}\n", ENV)
    assert reading.config is not None
    outcome = Mapper(reading.config).outcome(Event("test", EVENT | {"event": f"x {ENV['KEY']}"}))
    assert fate_reason(outcome, reading.config) == 'the console has no goal "x ****cdef"'
