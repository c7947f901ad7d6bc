"""Workflow commands, read as the runner of GitHub Actions reads them."""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

import pytest
from hypothesis import given

from abtui.core.report import Annotation, Report, Sentence
from abtui.core.report.github import MOST_OF_A_KIND, github
from tests.core.reports import SAMPLE, reports


class Command(NamedTuple):
    name: str
    properties: dict[str, str]
    message: str


def unescaped(text: str) -> str:
    return re.sub("%(25|0D|0A|3A|2C)", lambda match: chr(int(match[1], 16)), text)


def commands(text: str) -> list[Command]:
    """The commands in the output: a line that starts with `::`, its name and properties up to the next `::`."""
    found = []
    for line in re.split("\r\n|\r|\n", text):
        if line.lstrip().startswith("::"):
            head, _, message = line.lstrip()[2:].partition("::")
            name, _, properties = head.partition(" ")
            pairs = (item.split("=", 1) for item in properties.split(",") if item)
            found.append(Command(name, {key: unescaped(value) for key, value in pairs}, unescaped(message)))
    return found


def report(*annotations: Annotation, ok: bool = True) -> Report:
    return Report(title="x.yaml", ok=ok, summary=(Sentence("One."), Sentence("Two.")), annotations=annotations)


def test_sample_gravest_first_and_escaped() -> None:
    assert github(SAMPLE) == (
        "::error title=UNIT-NONE%2C 28 events::No unit could be resolved.\n"
        "::warning file=a%2Cb%3Ac.yaml,line=4,col=7,title=GOAL-NEAR::100%25 like%0AOrder Completed\n"
        "::notice file=orders.jsonl,line=1,title=UNIT-MISSING::userId is missing.\n"
    )


def test_more_than_github_shows() -> None:
    many = [Annotation(severity="warning", title="W", message=str(at)) for at in range(12)]
    errors = [Annotation(severity="error", title="E", message=str(at)) for at in range(11)]
    lines = github(report(*many, *errors)).splitlines()
    assert [command.message for command in commands("\n".join(lines))] == [*map(str, range(10))] * 2
    assert lines[-1] == "GitHub shows 10 annotations of a kind for a step. Left out: 1 error, 2 warnings."


def test_a_bad_report_is_never_silent() -> None:
    assert github(report()) == ""
    assert commands(github(report(ok=False))) == [Command("error", {"title": "Failed: x.yaml"}, "One.\nTwo.")]


@pytest.mark.parametrize(
    ("item", "line"),
    [
        (Annotation(severity="error", title="", message="m", line=3, column=4), "::error::m"),
        (Annotation(severity="error", title="t", message="", file="f", column=4), "::error file=f,title=t::t"),
        (Annotation(severity="info", title="", message=" ", file=""), "::notice::(no message)"),
        (Annotation(severity="info", title="", message="a\r\nb\x1b[0m\ud800"), "::notice::a%0D%0Ab\\u001b[0m\\ud800"),
    ],
)
def test_an_annotation_is_one_line(item: Annotation, line: str) -> None:
    assert github(report(item)) == line + "\n"


@given(reports)
def test_any_report_is_valid_workflow_commands(report: Report) -> None:
    text = github(report)
    found = commands(text)
    text.encode()
    counts = Counter(annotation.severity for annotation in report.annotations)
    expected = sum(min(MOST_OF_A_KIND, count) for count in counts.values())
    assert len(found) == expected + (not report.ok and not report.annotations)
    assert {command.name for command in found} <= {"error", "warning", "notice"}
    assert all(command.properties.keys() <= {"file", "line", "col", "title"} for command in found)
    assert len(text.splitlines()) == len(found) + any(count > MOST_OF_A_KIND for count in counts.values())
