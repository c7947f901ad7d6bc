"""Findings about names, dates, units and filters, beyond one case of each."""

from __future__ import annotations

from typing import Any

import pytest

from abtui.core.checks.event import WINDOW, RecentIds
from abtui.core.checks.integrations import integrations_findings
from abtui.core.config.reader import read_config
from abtui.core.corpus.mapper import Mapper
from abtui.core.events import Event, read_one
from abtui.core.findings import Finding
from abtui.core.segment import filtered_by
from abtui.core.text.nearest import Nearest, one_edit
from tests.kit import CONFIG, ENV, event


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("order completed", "Order Completed"),
        ("Order Completed ", "Order Completed"),
        ("order_completed", "Order Completed"),
        ("Order  Completed", "Order Completed"),
        ("Order Complete", "Order Completed"),
        ("Order Completedd", "Order Completed"),
        ("Order Compelted", "Order Completed"),
        ("Order Xompleted", "Order Completed"),
        ("Order Compleed!", None),
        ("Order Cancelled", None),
        ("Buz", None),
        ("buy", "Buy"),
        ("", None),
    ],
)
def test_the_nearest_name_is_found(name: str, near: str | None) -> None:
    assert Nearest(("Order Completed", "Buy")).of(name) == near


@pytest.mark.parametrize(
    ("one", "other", "is_one"),
    [
        ("ab", "ba", True),
        ("abc", "ac", True),
        ("abc", "abcd", True),
        ("abc", "axc", True),
        ("abc", "cba", False),
        ("ab", "abcd", False),
        ("", "a", True),
    ],
)
def test_two_names_are_one_edit_apart_or_not(one: str, other: str, is_one: bool) -> None:
    assert one_edit(one, other) is is_one
    assert one_edit(other, one) is is_one


@pytest.mark.parametrize(
    ("integrations", "by"),
    [
        ({"All": True}, None),
        ({"All": False}, "All"),
        ({"AB Smartly": False}, "AB Smartly"),
        ({"All": False, "AB Smartly": True}, None),
        ({"All": False, "AB Smartly": {"a": 1}}, None),
        ({"All": True, "AB Smartly": False}, "AB Smartly"),
        ({"ab smartly": False}, None),
        (None, None),
        ([], None),
    ],
)
def test_the_integration_that_filters_an_event_is_named(integrations: Any, by: str | None) -> None:
    assert filtered_by({"integrations": integrations}, "AB Smartly") == by


def test_recent_ids_forget_the_oldest() -> None:
    recent = RecentIds()
    assert recent.repeated("first", "a:1") is None
    assert recent.repeated("first", "a:2") == "a:1"
    for number in range(WINDOW):
        assert recent.repeated(f"id {number}", "b") is None
    assert recent.repeated("first", "c") is None


@pytest.mark.parametrize(("more", "no_fault"), [({"timestamp": "2026-01-31T09:15:00.000Z"}, True), ({}, False)])
def test_a_timestamp_as_sdks_post_it_is_told_to_be_no_fault(more: dict[str, str], no_fault: bool) -> None:
    item, config = read_one(event(originalTimestamp=..., **more), "e:1"), read_config(CONFIG, ENV).config
    assert isinstance(item, Event)
    assert config is not None
    found = next(item for item in Mapper(config).outcome(item).findings if item.code == "DATE-MISSING")
    assert ("that SDKs post" in found.hint) is no_fault


ACTIONS = "ABsmartly (Actions)"


@pytest.mark.parametrize(
    ("integrations", "told"),
    [
        ({"AB Smartly": False}, True),
        ({"AB Smartly": False, "All": True}, True),
        ({"AB Smartly": False, ACTIONS: True}, False),
        ({"AB Smartly": False, ACTIONS: False}, False),
        ({"AB Smartly": False, "All": False}, False),
        ({"AB Smartly": True}, False),
    ],
)
def test_who_opts_out_of_the_older_destination_alone_is_told(integrations: Any, told: bool) -> None:
    found: list[Finding] = []
    integrations_findings({"integrations": integrations}, ACTIONS, found)
    assert [item.severity for item in found] == (["warning"] if told else [])
    assert not found or "the event reaches it" in found[0].message
