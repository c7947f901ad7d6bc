"""The items of a list in the form of a config: their fields, and what a change writes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abtui.core.config.completion import options_in_form
from abtui.core.config.corpus_names import CorpusNames
from abtui.core.config.form import Field, read_form
from abtui.core.config.form_change import EditKind, FormEdit
from abtui.core.config.form_edit import edit_form
from abtui.core.config.reader import read_config
from abtui.core.destinations import DESTINATIONS

CONFIG = """destination: actions
settings: { collectorEndpoint: "https://acme.absmartly.io/v1", apiKey: "${KEY}", environment: staging }
mappings:
  # what counts
  - name: Purchases   # ours
    subscribe: type = "track" and event = "Order Completed"
    partnerAction: trackGoal
    mapping:
      units:
        user_id: { "@path": $.userId }
        fixed: someone
      name: { "@template": "{{ event }}" }
      properties: { "@path": $.properties }
  - enabled: false
    partnerAction: trackExposure
    mapping: { exposure: { "@path": $.properties.exposure } }
catalog: { goals: [purchase], units: [user_id] }
"""
LISTS = DESTINATIONS["actions"].lists


def fields() -> dict[str, Field]:
    return {field.name: field for field in read_form(CONFIG).fields if field.group}


def test_each_mapping_is_a_group_with_the_fields_of_its_action() -> None:
    found = [(field.group, field.setting.label, field.value or field.on) for field in fields().values()]
    assert found == [
        ("Purchases", "Name", "Purchases"),
        ("Purchases", "Enabled", True),
        ("Purchases", "Events", 'type = "track" and event = "Order Completed"'),
        ("Purchases", "Action", "trackGoal"),
        ("Purchases", "Units", False),
        ("Purchases", "Goal Name", '{"@template": "{{ event }}"}'),
        ("Purchases", "Goal Properties", "$.properties"),
        ("Purchases", "Agent", False),
        ("Purchases", "Application", False),
        ("number 2", "Name", False),
        ("number 2", "Enabled", False),
        ("number 2", "Events", False),
        ("number 2", "Action", "trackExposure"),
        ("number 2", "ABsmartly Exposure Payload", "$.properties.exposure"),
        ("number 2", "Agent", False),
        ("number 2", "Application", False),
    ]
    units = fields()["mappings.0.mapping.units"]
    assert [(row.key, row.value, row.line) for row in units.rows] == [
        ("user_id", "$.userId", 10),
        ("fixed", "someone", 11),
    ]


# Field, kind of change, its text, row; what is written in place of what.
EDITS: dict[str, tuple[str, EditKind, str, int, str, str]] = {
    "name": ("mappings.0.name", "text", "Sales", -1, "name: Purchases ", "name: Sales "),
    "a name that is missing": ("mappings.1.name", "text", "B", -1, "  - enabled: false\n    partnerAction: trackExposure\n    mapping: { exposure: { \"@path\": $.properties.exposure } }\n", "  - enabled: false\n    partnerAction: trackExposure\n    mapping: { exposure: { \"@path\": $.properties.exposure } }\n    name: B\n"),
    "events": ("mappings.0.subscribe", "text", 'type = "page"', -1, 'type = "track" and event = "Order Completed"', "'type = \"page\"'"),
    "switch": ("mappings.1.enabled", "toggle", "", -1, "enabled: false", "enabled: true"),
    "a path": ("mappings.0.mapping.properties", "text", "$.traits", -1, '{ "@path": $.properties }', '{"@path": "$.traits"}'),
    "a text for a directive": ("mappings.0.mapping.name", "text", "purchase", -1, '{ "@template": "{{ event }}" }', "purchase"),
    "a directive": ("mappings.0.mapping.name", "text", '{"@liquid": "x"}', -1, '{ "@template": "{{ event }}" }', '{"@liquid": x}'),
    "half a directive": ("mappings.0.mapping.name", "text", '{"@li', -1, '{ "@template": "{{ event }}" }', "'{\"@li'"),
    "a member's value": ("mappings.0.mapping.units", "value", "$.anonymousId", 1, "fixed: someone", 'fixed: {"@path": "$.anonymousId"}'),
    "a member's key": ("mappings.0.mapping.units", "key", "id", 1, "fixed: someone", "id: someone"),
    "a member gone": ("mappings.0.mapping.units", "remove", "", 1, "        fixed: someone\n", ""),
    "a new member": ("mappings.0.mapping.units", "add", "extra", -1, "fixed: someone\n", 'fixed: someone\n        extra: ""\n'),
}  # fmt: skip


@pytest.mark.parametrize("case", EDITS)
def test_a_change_writes_one_place(case: str) -> None:
    field, kind, text, row, before, after = EDITS[case]
    edited = edit_form(CONFIG, FormEdit(field=field, kind=kind, text=text, row=row, on=True))
    assert edited.text == CONFIG.replace(before, after), edited.problem
    assert read_config(edited.text, {"KEY": "k"}).config is not None


@given(
    st.recursive(
        st.none() | st.booleans() | st.text(),
        lambda some: st.lists(some) | st.dictionaries(st.text(), some),
    )
)
def test_a_value_is_the_same_after_it_was_shown(value: Any) -> None:
    for given_value in (value, {"@path": value}, {"@path": f"$.{value}"}, f"$.{value}"):
        shown = LISTS[0].shown_value(given_value)
        assert LISTS[0].value_of(shown) == json.loads(json.dumps(given_value))


def test_the_form_offers_paths_goals_units_and_the_words_of_subscriptions() -> None:
    seen = CorpusNames(
        names=(("Signed Up", 3),),
        paths=(("userId", 3),),
        catalog={"goals": ("purchase",), "units": ("user_id", "other")},
    )
    found = fields()

    def offered(name: str, typed: str, *, key: bool = False) -> tuple[int, list[str]]:
        kept, options = options_in_form(found[f"mappings.0.{name}"], typed, key=key, seen=seen)
        return kept, [option for option, _note in options]

    assert offered("mapping.name", "") == (0, ["purchase", "$.userId"])
    assert offered("mapping.units", "") == (0, ["$.userId"])
    assert offered("mapping.units", "", key=True)[1][0] == "other"
    assert offered("subscribe", "event = ") == (8, ['"Signed Up"'])
    assert offered("partnerAction", "") == (0, ["trackGoal", "trackExposure"])
    assert offered("name", "") == (0, [])


def test_a_key_in_a_mapping_is_masked_and_a_row_with_it_is_not_changed() -> None:
    text = CONFIG.replace("${KEY}", "literal-key-0123456789").replace("someone", "literal-key-0123456789")
    text = text.replace("{{ event }}", "literal-key-0123456789")
    form = read_form(text)
    assert "literal-key" not in str(form)
    assert form.field("mappings.0.mapping.name").masked
    refused = edit_form(text, FormEdit(field="mappings.0.mapping.units", kind="value", text="x", row=1))
    assert refused.problem == "The API key is in it; change it in the YAML."


@pytest.mark.parametrize(("written", "shown"), [("yes", "true"), ("On", "true"), ("true", "true"), ("no", "false")])
def test_a_boolean_is_shown_as_the_reader_takes_it(written: str, shown: str) -> None:
    text = CONFIG.replace("fixed: someone", f"fixed: {written}")
    rows = next(field for field in read_form(text).fields if field.name == "mappings.0.mapping.units").rows
    assert [row.value for row in rows if row.key == "fixed"] == [shown]


def test_an_item_is_added_as_segments_page_begins_one_and_each_has_a_name_of_its_own() -> None:
    once = edit_form(CONFIG, FormEdit(field="mappings", kind="new-item")).text
    assert once is not None
    assert once.startswith(CONFIG.partition("catalog:")[0] + "  - name: New mapping\n    enabled: false\n")
    twice = edit_form(once, FormEdit(field="mappings", kind="new-item")).text
    reading = read_config(twice or "", {"KEY": "k"})
    assert reading.config is not None
    assert [item.get("name") for item in reading.config.lists["mappings"]] == ["Purchases", None, "New mapping", "New mapping #2"]  # fmt: skip
    before = read_config(CONFIG, {"KEY": "k"}).findings
    assert sum(item.severity == "error" for item in reading.findings) == sum(
        item.severity == "error" for item in before
    )


@pytest.mark.parametrize("left_out", ["", "mappings:\n"])
def test_the_first_item_stands_behind_those_that_count_without_a_list(left_out: str) -> None:
    text = CONFIG.partition("mappings:")[0] + left_out
    added = edit_form(text, FormEdit(field="mappings", kind="new-item")).text
    reading = read_config(added or "", {"KEY": "k"})
    assert reading.config is not None
    assert [*LISTS[0].preset, *reading.config.lists["mappings"][4:]] == list(reading.config.lists["mappings"])
    assert [item["name"] for item in reading.config.lists["mappings"][4:]] == ["New mapping"]


def test_an_item_is_added_to_an_empty_list_alone() -> None:
    text = CONFIG.partition("mappings:")[0] + "mappings: []\n"
    added = edit_form(text, FormEdit(field="mappings", kind="new-item")).text
    assert [item.group for item in read_form(added or "").fields if item.name.endswith(".name")] == ["New mapping"] * 2


def test_an_item_is_removed_whole_but_no_comment_with_it() -> None:
    removed = edit_form(CONFIG, FormEdit(field="mappings.1.name", kind="remove-item")).text
    at = CONFIG.index("  - enabled: false")
    assert removed == CONFIG[:at] + CONFIG[CONFIG.index("catalog:") :]
    refused = edit_form(CONFIG, FormEdit(field="mappings.0.name", kind="remove-item"))
    assert refused.text is None
    assert "comment" in refused.problem


def test_a_list_that_is_an_alias_or_none_does_not_grow() -> None:
    for written in ("mappings: { a: 1 }\n", "other: &some []\nmappings: *some\n"):
        names = [field.name for field in read_form(CONFIG.partition("mappings:")[0] + written).fields]
        assert "mappings" not in names


MERGED = (
    CONFIG.replace("    mapping:\n      units:", "    mapping: &goal\n      units:")
    .replace(
        'mapping: { exposure: { "@path": $.properties.exposure } }',
        "mapping: { <<: *goal, name: refund, units: { user_id: u } }",
    )
    .replace("partnerAction: trackExposure", "partnerAction: trackGoal")
)


def test_a_merged_value_is_shown_and_says_where_it_stands() -> None:
    form = read_form(MERGED.replace(", units: { user_id: u }", ""))
    units, properties = (form.field(f"mappings.1.mapping.{name}") for name in ("units", "properties"))
    assert [(row.key, row.value) for row in units.rows] == [("user_id", "$.userId"), ("fixed", "someone")]
    assert (properties.value, properties.line) == ("$.properties", 13)
    assert properties.fixed == "Merged from line 13 (`<<` or `*`); change it in the YAML."
    assert (form.field("mappings.1.mapping.name").value, form.field("mappings.1.mapping.name").fixed) == ("refund", "")
    assert edit_form(MERGED, FormEdit(field="mappings.1.mapping.properties", kind="text", text="x")).text is None


def test_an_own_value_that_is_erased_gives_way_to_the_merged_one() -> None:
    erased = edit_form(MERGED, FormEdit(field="mappings.1.mapping.name", kind="text", text="")).text
    assert erased == MERGED.replace(", name: refund", "")
    assert read_form(erased).field("mappings.1.mapping.name").value == '{"@template": "{{ event }}"}'
    emptied = edit_form(MERGED, FormEdit(field="mappings.1.mapping.units", kind="remove", row=0)).text
    assert emptied == MERGED.replace(", units: { user_id: u }", "")
    assert [row.key for row in read_form(emptied).field("mappings.1.mapping.units").rows] == ["user_id", "fixed"]
