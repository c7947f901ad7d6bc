"""A report as JUnit XML: a test suite for each group of the report's cases.

JUnit XML has no single standard. This module writes what the schema of Jenkins and that of its xUnit plugin both allow, because
every reader of JUnit files knows that part: a test case has no file and line, and a skipped one no message, so these are part of
the text.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree

from abtui.core.report import CaseResult, Report
from abtui.core.report.shape import headline, summary_text, verdict
from abtui.core.text.plain import printable

_NOT_XML = re.compile("[\ufffe\uffff]")
"""Characters that XML 1.0 does not allow and that `printable` leaves."""
_TIME = {"time": "0.000"}
"""Required by the schemas. Reports do not measure their cases."""


def junit(report: Report) -> bytes:
    """The report as a JUnit file in UTF-8.

    A report that failed without a failed case gets a failed case, so that a reader of the cases alone does not think that it
    passed. A report without any case gets one too, so that it does not look as if nothing was run.
    """
    cases = list(report.cases)
    if not cases or not (report.ok or any(case.status == "failed" for case in cases)):
        cases.append(
            CaseResult(
                group=report.title,
                name=headline(report),
                status="passed" if report.ok else "failed",
                message=verdict(report),
                detail=summary_text(report),
            )
        )
    groups: dict[str, list[CaseResult]] = {}
    for case in cases:
        groups.setdefault(case.group, []).append(case)
    root = ElementTree.Element("testsuites", {"name": _xml(report.title), **_counts(cases)})
    for group, members in groups.items():
        root.append(_suite(group, members))
    ElementTree.SubElement(root[0], "system-out").text = _xml(summary_text(report))
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def _suite(group: str, cases: list[CaseResult]) -> ElementTree.Element:
    skipped = sum(case.status == "skipped" for case in cases)
    suite = ElementTree.Element("testsuite", {"name": _xml(group), **_counts(cases), "skipped": str(skipped)})
    for case in cases:
        attributes = {"classname": _xml(group), "name": _xml(case.name), **_TIME}
        element = ElementTree.SubElement(suite, "testcase", attributes)
        if case.status == "skipped":
            ElementTree.SubElement(element, "skipped").text = _xml(case.message or case.detail)
        elif case.status == "failed":
            message = case.message or case.detail.partition("\n")[0] or "Failed."
            failure = ElementTree.SubElement(element, "failure", {"message": _xml(message), "type": "failure"})
            failure.text = _xml("\n".join(filter(None, [_place(case), case.detail or case.message])))
    return suite


def _counts(cases: list[CaseResult]) -> dict[str, str]:
    """The attributes that a suite and the whole file have in common."""
    failures = sum(case.status == "failed" for case in cases)
    return {"tests": str(len(cases)), "failures": str(failures), "errors": "0", **_TIME}


def _place(case: CaseResult) -> str:
    if case.file is None:
        return ""
    return case.file if case.line is None else f"{case.file}:{case.line}"


def _xml(text: str) -> str:
    """`text` with visible escapes for the characters that XML 1.0 does not allow."""
    return _NOT_XML.sub(lambda match: f"\\u{ord(match[0]):04x}", printable(text))
