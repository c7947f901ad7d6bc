"""A report as JUnit XML: the cases of a report, a test suite for each group.

There is no one standard. What is written here is what both the schema of Jenkins and that of its xUnit plugin allow, which
is the part that every reader of JUnit files knows: no file and line on a test case, and no message on a skipped one, so
these stand in the text.
"""

from __future__ import annotations

import math
import re
from xml.etree import ElementTree

from abtui.core.report.model import CaseResult, Report
from abtui.core.report.shape import headline, summary_text, verdict
from abtui.core.text.plain import printable

# Not characters of XML 1.0, besides those `printable` escapes.
_NOT_XML = re.compile("[\ufffe\uffff]")
_MOST_SECONDS = 1e9


def junit(report: Report) -> bytes:
    """The report as a JUnit file, UTF-8.

    A report that is not good without a failed case, and one without any case, get a case of their own: who reads
    nothing else must not take the one for good and the other for a run that never was.
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
    # What the whole comes to, for who looks beyond the cases.
    ElementTree.SubElement(root[0], "system-out").text = _xml(summary_text(report))
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def _suite(group: str, cases: list[CaseResult]) -> ElementTree.Element:
    skipped = sum(case.status == "skipped" for case in cases)
    attributes = {"name": _xml(group), **_counts(cases), "skipped": str(skipped)}
    suite = ElementTree.Element("testsuite", attributes)
    for case in cases:
        element = ElementTree.SubElement(
            suite,
            "testcase",
            {"classname": _xml(group), "name": _xml(case.name), "time": _time(_seconds(case))},
        )
        if case.status == "skipped":
            ElementTree.SubElement(element, "skipped").text = _xml(case.message or case.detail)
        elif case.status == "failed":
            message = case.message or case.detail.partition("\n")[0] or "Failed."
            failure = ElementTree.SubElement(element, "failure", {"message": _xml(message), "type": "failure"})
            failure.text = _xml("\n".join(filter(None, [_place(case), case.detail or case.message])))
    return suite


def _counts(cases: list[CaseResult]) -> dict[str, str]:
    """The attributes that a suite and the whole have in common."""
    failures = sum(case.status == "failed" for case in cases)
    time = _time(sum(_seconds(case) for case in cases))
    return {"tests": str(len(cases)), "failures": str(failures), "errors": "0", "time": time}


def _place(case: CaseResult) -> str:
    if case.file is None:
        return ""
    return case.file if case.line is None else f"{case.file}:{case.line}"


def _seconds(case: CaseResult) -> float:
    # Held to what a sum of them can be written of.
    return 0.0 if math.isnan(case.seconds) else min(_MOST_SECONDS, max(0.0, case.seconds))


def _time(seconds: float) -> str:
    return f"{seconds:.3f}"


def _xml(text: str) -> str:
    """`text` with what XML 1.0 cannot hold written as an escape that can be seen."""
    return _NOT_XML.sub(lambda match: f"\\u{ord(match[0]):04x}", printable(text))
