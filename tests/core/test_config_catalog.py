"""The config's `catalog`: names in place, in a file beside it, archived ones, and every way the file can be wrong."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abtui.core.config import Archived, Catalog, ConfigReading, FileText
from abtui.core.config.catalog import read_catalog_file
from abtui.core.config.reader import read_config
from abtui.core.findings import Finding
from abtui.core.outcomes import Outcome
from tests.core.test_config import ENV, GOOD, KEY
from tests.kit import event, map_text

FILE = """\
goals: [purchase, refund]
units: [user_id, anonymous_id]
environments: [staging]
applications: [website]
archived:
  goals: [old, refund]
"""


def read(section: str, files: Mapping[str, str] | None = None, text: str = GOOD) -> ConfigReading:
    """GOOD with a section `catalog`, and files beside it."""
    there = files or {}

    def reader(name: str) -> FileText:
        return FileText(there[name]) if name in there else FileText(None, f"{name} does not exist.")

    return read_config(f"{text}{section}\n", ENV, files=reader)


def catalog(reading: ConfigReading) -> Catalog:
    assert reading.config is not None, reading.findings
    return reading.config.catalog


@pytest.mark.parametrize(
    "section", ["catalog: !file c.yaml", "catalog: {file: c.yaml}", "catalog:\n  file: '${NO_SUCH:-c.yaml}'"]
)
def test_a_file_has_the_names(section: str) -> None:
    reading = read(section, {"c.yaml": FILE})
    assert reading.findings == ()
    assert catalog(reading) == Catalog(
        goals=frozenset({"purchase", "refund"}),
        units=frozenset({"user_id", "anonymous_id"}),
        environments=frozenset({"staging"}),
        applications=frozenset({"website"}),
        archived=Archived(goals=frozenset({"old", "refund"})),
    )


def test_names_in_place_are_added_to_the_files() -> None:
    section = "catalog: {file: c.yaml, goals: [signup], environments: [test], archived: {units: [device]}}"
    reading = read(section, {"c.yaml": "goals: [purchase]\nenvironments: [staging]\narchived: {units: [cookie]}\n"})
    assert reading.findings == ()
    assert catalog(reading) == Catalog(
        goals=frozenset({"purchase", "signup"}),
        environments=frozenset({"staging", "test"}),
        archived=Archived(units=frozenset({"device", "cookie"})),
    )


def test_a_file_is_read_with_the_configs_variables() -> None:
    reading = read("catalog: !file c.yaml", {"c.yaml": "goals:\n- ${STAGE}\n- $${STAGE}\n- ${NO_SUCH:-none}\n"})
    assert catalog(reading).goals == {"staging", "${STAGE}", "none"}


# (the section, the file or None where there is none, the code, a part of message or hint, what is left of the catalog)
WRONG = [
    ("catalog: !file c.yaml", None, "CONFIG-CATALOG-FILE", "c.yaml does not exist.", Catalog()),
    ("catalog: {file: c.yaml, goals: [a]}", None, "CONFIG-CATALOG-FILE", "c.yaml does not exist.", Catalog()),
    ("catalog: !file ''", FILE, "CONFIG-CATALOG-FILE", "`catalog` names no file", Catalog()),
    ("catalog: {file: ' '}", FILE, "CONFIG-CATALOG-FILE", "`catalog.file` names no file", Catalog()),
    ("catalog: !file '${NO_SUCH}'", FILE, "CONFIG-ENV-UNSET", "`NO_SUCH` is not set", Catalog()),
    ("catalog: !file c.yaml", "", "CONFIG-CATALOG-FILE", "`c.yaml`, line 1: c.yaml is empty. Write `goals:`", Catalog()),
    ("catalog: !file c.yaml", "a: [", "CONFIG-CATALOG-FILE", "`c.yaml`, line 1: A `[` or `{` is opened", Catalog()),
    ("catalog: !file c.yaml", "- a\n- b\n", "CONFIG-CATALOG-FILE", "A catalog is a map of lists", Catalog()),
    ("catalog: !file c.yaml", "x" * (4 << 20) + "x", "CONFIG-CATALOG-FILE", "`abtui catalog pull`", Catalog()),
    ("catalog: !file c.yaml", "units: [x, user_id, anonymous_id]\n\ngoals: a\n", "CONFIG-CATALOG-FILE", "`c.yaml`, line 3: `goals` must be a list of texts", Catalog(units=frozenset({"x", "user_id", "anonymous_id"}))),
    ("catalog: {file: c.yaml, goals: [a]}", "goals: [b, 5]\n", "CONFIG-CATALOG-FILE", "it is a number", Catalog()),
    ("catalog: !file c.yaml", "goals: [a]\nfile: d.yaml\n", "CONFIG-UNKNOWN-KEY", "line 2: `file` is not known and is ignored. Known here: `goals`", Catalog(goals=frozenset({"a"}))),
    ("catalog: !file c.yaml", "goals: [a]\ngoal: [b]\n", "CONFIG-UNKNOWN-KEY", "Did you mean `goals`", Catalog(goals=frozenset({"a"}))),
    ("catalog: !file c.yaml", "goals: [a]\ngoals: [b]\n", "CONFIG-DUPLICATE-KEY", "already in line 1", Catalog(goals=frozenset({"b"}))),
    ("catalog: !file c.yaml", "goals: [a]\n? [x]\n: b\n", "CONFIG-CATALOG-FILE", "A key must be text; it is a list", Catalog(goals=frozenset({"a"}))),
    ("catalog: !file c.yaml", "goals: [a]\narchived: [b]\n", "CONFIG-CATALOG-FILE", "`archived` must be a map", Catalog(goals=frozenset({"a"}))),
    ("catalog: !file c.yaml", "goals: [a]\narchived: {goals: b}\n", "CONFIG-CATALOG-FILE", "`archived.goals` must be a list", Catalog(goals=frozenset({"a"}))),
    ("catalog: !file c.yaml", "goals: [a]\narchived: {experiments: [b]}\n", "CONFIG-UNKNOWN-KEY", "archived.experiments", Catalog(goals=frozenset({"a"}))),
]  # fmt: skip


@pytest.mark.parametrize(("section", "file", "code", "part", "left"), WRONG)
def test_a_mistake_of_the_file_is_told_and_mapping_goes_on(
    section: str, file: str | None, code: str, part: str, left: Catalog
) -> None:
    reading = read(section, {} if file is None else {"c.yaml": file})
    # The goal of goalMapping is in no catalog here, which is told besides.
    [item] = [item for item in reading.findings if item.code != "CONFIG-CATALOG"]
    assert (item.code, item.severity, item.line, item.config_line) == (code, "warning", 13, 13)
    assert part in f"{item.message} {item.hint}"
    assert item.hint
    assert catalog(reading) == left


# (the section, line and column, a part of message or hint)
IN_PLACE = [
    ("catalog: c.yaml", 10, "Write `catalog: !file catalog.yaml`"),
    ("catalog: !env c.yaml", 10, "`catalog` must be a map of keys"),
    ("catalog: !file [c.yaml]", 10, "`catalog` must be a map of keys"),
    ("catalog: {file: [c.yaml]}", 17, "`catalog.file` must be text"),
    ("catalog: {file: !file c.yaml}", 17, "`catalog.file` must be text"),
    ("catalog: {archived: [a]}", 21, "`catalog.archived` must be a map"),
    ("catalog: {archived: {goals: a}}", 29, "`catalog.archived.goals` must be a list"),
]


@pytest.mark.parametrize(("section", "column", "part"), IN_PLACE)
def test_a_mistake_in_place_is_an_error(section: str, column: int, part: str) -> None:
    reading = read(section, {"c.yaml": FILE})
    [item] = reading.findings
    assert (item.code, item.line, item.column) == ("CONFIG-TYPE", 13, column)
    assert part in f"{item.message} {item.hint}"
    assert reading.config is None


def test_a_config_that_is_in_no_file_has_no_files_beside_it() -> None:
    [item] = read_config(f"{GOOD}catalog: !file c.yaml\n", ENV).findings
    assert (item.code, item.message) == (
        "CONFIG-CATALOG-FILE",
        "c.yaml cannot be looked for: the config is in no file.",
    )


def test_many_mistakes_are_summed_up() -> None:
    reading = read("catalog: !file c.yaml", {"c.yaml": "archived: {}\n" + "".join(f"odd{n}: 1\n" for n in range(1000))})
    assert len(reading.findings) == 21
    assert reading.findings[-1].message == "`c.yaml` has 980 more mistakes."


@pytest.mark.parametrize(
    "section",
    [
        "catalog: !file *k",
        "catalog: {file: *k}",
        "catalog: {file: 'dir/KEY.yaml'}",
        "catalog: !file c.yaml",
        "catalog: !KEY c.yaml",
        "catalog: {archived: {KEY: []}}",
        "check: {ignore: [KEY]}",
        "check: {failOn: KEY}",
    ],
)
def test_no_finding_has_the_key(section: str) -> None:
    text = GOOD.replace("apiKey: ${ABSMARTLY_API_KEY}", f"apiKey: &k {KEY}")
    reading = read(section.replace("KEY", KEY), {"c.yaml": f"{KEY}: [a]\ngoals: {KEY}\n"}, text)
    assert len(reading.findings) >= 2 or "*k" in section
    assert KEY not in repr(reading.findings)


# What is archived, and only that, is told as archived; with and without a list of what is in use.
def findings(reading: ConfigReading, **fields: object) -> list[Finding]:
    assert reading.config is not None, reading.findings
    [outcome] = map_text(event(**fields), reading.config)
    assert isinstance(outcome, Outcome)
    return [item for item in outcome.findings if item.code.startswith(("CATALOG", "GOAL"))]


@pytest.mark.parametrize("known", ["", "goals: [other], "])
def test_an_archived_goal_is_told_as_archived(known: str) -> None:
    [item] = findings(read(f"catalog: {{{known}archived: {{goals: [purchase]}}}}"))
    assert (item.code, item.message) == ("CATALOG-GOAL", 'Goal "purchase" is archived in the web console.')
    assert item.config_line == 9
    assert findings(read("catalog: {goals: [purchase], archived: {goals: [purchase]}}")) == []
    # Its own name, though close to a key of goalMapping.
    [item] = findings(read("catalog: {archived: {goals: [order completed]}}"), event="order completed")
    assert item.code == "CATALOG-GOAL"


@pytest.mark.parametrize("known", ["", "units: [other, anonymous_id], "])
def test_an_archived_unit_type_is_told_as_archived(known: str) -> None:
    reading = read(f"catalog: {{{known}archived: {{units: [user_id]}}}}")
    [of_config] = reading.findings
    assert (of_config.code, of_config.line) == ("CONFIG-CATALOG", 11)
    assert of_config.message == "`settings.unitMapping.userId` is `user_id`, which is archived in the web console."
    [item] = findings(reading)
    assert (item.code, item.message) == ("CATALOG-UNIT", 'Unit type "user_id" is archived in the web console.')
    own = {"absmartly": {"units": [{"type": "user_id", "uid": "1"}, {"type": ["user_id"], "uid": "1"}]}}
    assert [item.payload_path for item in findings(reading, properties=own) if item.code == "CATALOG-UNIT"] == [
        "$.units[0].type"
    ]


@pytest.mark.parametrize("part", ["environments: [staging]", "applications: [website]"])
def test_an_archived_environment_or_application_is_told_as_archived(part: str) -> None:
    [item] = read(f"catalog: {{archived: {{{part}}}}}").findings
    assert item.code == "CONFIG-CATALOG"
    assert item.message.endswith("which is archived in the web console.")


def test_ten_thousand_goals_are_parsed_once() -> None:
    text = "goals:\n" + "".join(f"  - Goal number {n}\n" for n in range(10_000))
    first = read_catalog_file(text, "big.yaml")
    assert first.catalog.goals is not None
    assert len(first.catalog.goals) == 10_000
    assert read_catalog_file("".join(text), "big.yaml", {"A": "b"}) is first


@given(st.text(max_size=200))
def test_any_text_is_an_answer(text: str) -> None:
    reading = read("catalog: !file c.yaml", {"c.yaml": text})
    assert reading.config is not None
    assert reading == read("catalog: !file c.yaml", {"c.yaml": text})
    assert all((item.severity, item.config_line) != ("error", None) for item in reading.findings)


@pytest.mark.parametrize(
    ("catalog", "told"),
    [
        ("{goals: [order], units: [user_id, anonymous_id]}", "is not in `catalog.goals`"),
        ("{goals: [Order Completed], units: [user_id, anonymous_id]}", "wrong way round"),
        ("{goals: [Purchase], units: [user_id, anonymous_id]}", "names are case-sensitive"),
        ("{goals: [purchase], units: [userId, anonymous_id]}", "wrong way round"),
        ("{archived: {goals: [purchase]}}", "archived"),
    ],
)
def test_goals_and_units_of_the_mappings_are_looked_for(catalog: str, told: str) -> None:
    [item] = read(f"catalog: {catalog}", {}).findings
    assert item.code == "CONFIG-CATALOG"
    assert told in f"{item.message} {item.hint}"
    assert GOOD.splitlines()[(item.line or 0) - 1].strip().startswith(("Order Completed", "userId"))
