"""JUnit files: valid, with the right counts, whatever is in them."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
import xmlschema
from hypothesis import given

from abtui.core.report import CaseResult, Report, Sentence
from abtui.core.report.junit import junit
from tests.core.reports import ODD, SAMPLE, reports

SCHEMAS = [xmlschema.XMLSchema(path) for path in sorted((Path(__file__).parents[1] / "data" / "junit").glob("*.xsd"))]
"""Every schema in the folder holds."""


def parsed(report: Report) -> ElementTree.Element:
    data = junit(report)
    for schema in SCHEMAS:
        schema.validate(data.decode())
    return ElementTree.fromstring(data)


def test_the_sample_has_a_suite_for_each_group() -> None:
    root = parsed(SAMPLE)
    assert [(suite.get("name"), len(suite.findall("testcase"))) for suite in root] == [
        ("cases/checkout.abtui.yaml", 2),
        ("cases/signup.abtui.yaml", 1),
    ]
    assert {name: root.get(name) for name in ("tests", "failures", "errors")} == {
        "tests": "3", "failures": "1", "errors": "0",
    }  # fmt: skip
    failure = root.find("testsuite/testcase/failure")
    assert failure is not None
    assert failure.get("message") == "The verdict is drop, not send."
    assert failure.text == "cases/checkout.abtui.yaml:12\nverdict\n- send\n+ drop"
    assert root.findtext("testsuite/testcase/skipped") == "Left out by -k."
    told = [suite.findtext("system-out") for suite in root]
    assert told == ["\n".join(sentence.text for sentence in SAMPLE.summary), None]


def test_cases_of_a_group_stand_together_in_order() -> None:
    cases = tuple(CaseResult(group=group, name=name) for group, name in ("b1", "a1", "b2", "a2"))
    root = parsed(Report(title="x", ok=True, summary=(), cases=cases))
    assert [case.get("name") for case in root.iter("testcase")] == ["1", "2", "1", "2"]
    assert [case.get("classname") for case in root.iter("testcase")] == ["b", "b", "a", "a"]


@pytest.mark.parametrize("ok", [True, False])
@pytest.mark.parametrize("cases", [(), (CaseResult(group="g", name="n"),)])
def test_the_verdict_is_always_told(ok: bool, cases: tuple[CaseResult, ...]) -> None:
    root = parsed(Report(title="x", ok=ok, summary=(Sentence("Why."),), cases=cases))
    assert root.get("failures") == ("0" if ok else "1")
    assert root.get("tests") == str(max(1, len(cases) + (not ok)))
    if not ok:
        assert root.findtext(".//failure") == "Why."


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_odd_text_is_shown(text: str) -> None:
    case = CaseResult(group=text, name=text, status="failed", message=text, detail=text, file=text, line=1)
    root = parsed(Report(title=text, ok=False, summary=(), cases=(case,)))
    found = root.find("testsuite/testcase")
    assert found is not None
    name = found.get("name")
    assert name is not None
    assert name.isprintable() or set(name) & set("\n\t\u3000 ")
    if text.isprintable():
        assert name == text


@given(reports)
def test_any_report_is_valid_junit_with_right_counts(report: Report) -> None:
    root = parsed(report)
    assert junit(report) == junit(report)
    for suite in root:
        assert suite.get("tests") == str(len(suite.findall("testcase")))
        assert suite.get("failures") == str(len(suite.findall("testcase/failure")))
        assert suite.get("skipped") == str(len(suite.findall("testcase/skipped")))
    assert root.get("tests") == str(len(root.findall("testsuite/testcase")))
    assert root.get("failures") == str(len(root.findall("testsuite/testcase/failure")))
    assert (root.get("failures") == "0") is (report.ok and all(case.status != "failed" for case in report.cases))
