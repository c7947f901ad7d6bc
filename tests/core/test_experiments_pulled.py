"""The file of experiments that comes from the web console: what the reader makes of it, whatever the list has."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from abtui.core.experiments.model import Experiment, Variant
from abtui.core.experiments.pulled import experiments_text
from abtui.core.experiments.reader import read_experiments_file

LISTED: dict[str, Any] = {
    "id": 214,
    "name": "checkout_one_page",
    "state": "running",
    "unit_type": {"unit_type_id": 42, "name": "user_id"},
    "variants": [{"variant": 1, "name": "one_page", "config": "{}"}, {"variant": 0, "name": "control"}],
    "percentages": "50/25",
    "percentage_of_traffic": 40,
    "audience": '{"filter":[{"gte":[{"var":"age"},{"value":18}]}]}',
    "audience_strict": True,
    "applications": [{"application_id": 39, "application": {"name": "website"}}],
    "full_on_variant": None,
}


def read(*items: Any) -> tuple[Experiment, ...]:
    text, count = experiments_text(items, "# head")
    file = read_experiments_file(text, "experiments.yaml")
    assert file.findings == ()
    assert len(file.experiments) == count
    return file.experiments


def test_what_the_console_lists_is_read_back() -> None:
    assert read(LISTED) == (
        Experiment(
            name="checkout_one_page",
            id=214,
            unit_type="user_id",
            variants=(Variant("control"), Variant("one_page")),
            shares=(2 / 3, 1 / 3),
            traffic=0.4,
            audience='{"filter":[{"gte":[{"var":"age"},{"value":18}]}]}',
            audience_enforced=True,
            applications=("website",),
        ),
    )


def test_the_newest_of_a_name_that_runs_is_taken() -> None:
    older, newer = {**LISTED, "id": 1}, {"id": 300, "name": LISTED["name"], "state": "full_on", "full_on_variant": 1}
    stopped = {**LISTED, "id": 400, "state": "stopped"}
    [found] = read(newer, LISTED, older, stopped)
    assert (found.id, found.full_on) == (300, 1)
    assert experiments_text([older, LISTED], "#") == experiments_text([LISTED, older], "#")


JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3), max_leaves=6)  # fmt: skip


@given(st.lists(JSON | st.fixed_dictionaries({"name": JSON}, optional=dict.fromkeys(LISTED.keys() - {"name"}, JSON))))
def test_whatever_is_listed_gives_a_file_without_a_mistake(items: list[Any]) -> None:
    read(*items)
