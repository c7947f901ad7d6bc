"""Mends of mistakes in a config's YAML: the likeliest first, each read again, and the finding that says what is missing, and where."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abtui.core.config.reader import read_config
from abtui.core.remedy import Remedies, Remedy, preview
from abtui.core.text.yaml_mend import mends
from abtui.core.text.yaml_tree import parse_yaml
from tests.kit import ENV

GOOD = """\
destination: classic
settings:
  apiKey: ${KEY}
  collectorEndpoint: https://acme.absmartly.io/v1
  environment: staging
  application: website
  # a Segment event name, and the goal it becomes
  goalMapping:
    Order Completed: purchase
    Signed In: login
    Signed Up: sign_up
  unitMapping:
    userId: user_id
    anonymousId: anonymous_id
catalog:
  goals: [purchase, login]
"""


def remedy(text: str) -> Remedy | None:
    return Remedies(text, lambda given: read_config(given, ENV)).of_mistake()


# What is written in place of what; the line, the title, and what the finding says.
MISTAKES: dict[str, tuple[str, str, int, str, str]] = {
    "no colon after a name": (
        "Signed In: login",
        "Signed In login",
        10,
        "Put it in: Signed In: login",
        "A colon is missing between the name and the goal.",
    ),
    "no colon in the last entry": (
        "Signed Up: sign_up",
        "Signed Up sign_up",
        11,
        "Put it in: Signed Up: sign_up",
        "A colon is missing between the name and the goal.",
    ),
    "no colon, and a comment": (
        "Signed In: login",
        "Signed In login  # daily",
        10,
        "Put it in: Signed In: login  # daily",
        "A colon is missing between the name and the goal.",
    ),
    "no colon before a text in quotes": (
        "Signed In: login",
        'Signed In "log in"',
        10,
        'Put it in: Signed In: "log in"',
        "A colon is missing between the name and the goal.",
    ),
    "no colon after a field": (
        "anonymousId: anonymous_id",
        "anonymousId anonymous_id",
        14,
        "Put it in: anonymousId: anonymous_id",
        "A colon is missing between the field and the unit type.",
    ),
    "no colon after a setting": (
        "environment: staging",
        "environment staging",
        5,
        "Put it in: environment: staging",
        "A colon is missing between the key and the value.",
    ),
    "no colon over a map": (
        "goalMapping:",
        "goalMapping",
        8,
        "Put it in: goalMapping:",
        "A colon is missing between the key and the value.",
    ),
    "no space after the colon": (
        "environment: staging",
        "environment:staging",
        5,
        "Put a space in: environment: staging",
        "A space is missing after the colon.",
    ),
    "no space after the colon of a name": (
        "Signed In: login",
        "Signed In:login",
        10,
        "Put a space in: Signed In: login",
        "A space is missing after the colon.",
    ),
    "a tab": ("    Signed In", "\tSigned In", 10, "Indent with spaces: Signed In: login", ""),
    "a quote": (
        "environment: staging",
        'environment: "staging',
        5,
        'Close the quote: environment: "staging"',
        "A quote is opened and never closed.",
    ),
    "another quote, and a comment": (
        "Signed In: login",
        "Signed In: 'login # daily",
        10,
        "Close the quote: Signed In: 'login' # daily",
        "A quote is opened and never closed.",
    ),
    "a bracket": ("[purchase, login]", "[purchase, login", 16, "Close the bracket: goals: [purchase, login]", ""),
    "a colon in a value": ("login", "Page: Home", 10, 'Quote it: Signed In: "Page: Home"', ""),
    "a reserved character": ("In: login", "In: @login", 10, 'Quote it: Signed In: "@login"', ""),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_a_mistake_is_mended(case: str) -> None:
    old, new, line, title, message = MISTAKES[case]
    text = GOOD.replace(old, new, 1)
    finding = read_config(text, ENV).findings[-1]
    assert finding.code == "CONFIG-NOT-YAML"
    if message:
        assert (finding.line, finding.config_line, finding.message) == (line, line, message)
    found = remedy(text)
    assert found is not None
    assert (found.title[:44], found.line) == (title[:44], line) or found.title.endswith("…")
    assert read_config(found.after, ENV).config is not None
    assert {item.mark for item in preview(text, found.after)} == {" ", "-", "+"}


@pytest.mark.parametrize("case", MISTAKES)
def test_a_mend_is_offered_at_its_line_and_at_no_other(case: str) -> None:
    old, new, line, _title, _message = MISTAKES[case]
    remedies = Remedies(GOOD.replace(old, new, 1), lambda text: read_config(text, ENV))
    assert remedies.of_line(line) == remedies.of_mistake()
    assert remedies.of_line(1) is None


# What leaves more than one answer, or none.
HOPELESS = [
    "a: *nothing\n",
    'a: "\\q"\n',
    "[" * 1000,
    "a: 1\n---\nb: 2\n",
    GOOD.replace("Signed In: login", "Signed In login") + "x" * 70_000,
    "\x00",
    "",
]


@pytest.mark.parametrize("text", HOPELESS, ids=range(len(HOPELESS)))
def test_what_is_not_mended_by_one_line(text: str) -> None:
    assert remedy(text) is None


# Each pair is what is written in place of what; the titles are those of the steps.
TWO: dict[str, tuple[tuple[tuple[str, str], ...], list[str]]] = {
    "apart": (
        (("environment: staging", "environment staging"), ("Signed In: login", "Signed In login")),
        ["Put it in: environment: staging", "Put it in: Signed In: login"],
    ),
    "one below the other": (
        (("Signed In: login", "Signed In login"), ("Signed Up: sign_up", "Signed Up sign_up")),
        ["Put it in: Signed In: login", "Put it in: Signed Up: sign_up"],
    ),
    "a section and its entry": (
        (("goalMapping:", "goalMapping"), ("Signed In: login", "Signed In login")),
        ["Put it in: goalMapping:", "Put it in: Signed In: login"],
    ),
    "a quote and a bracket": (
        (("environment: staging", 'environment: "staging'), ("[purchase, login]", "[purchase, login")),
        ['Close the quote: environment: "staging"', "Close the bracket: goals: [purchase, login]"],
    ),
    "three": (
        (("environment: s", "environment s"), ("In: login", "In:login"), ("userId: ", "userId ")),
        ["Put it in: environment: staging", "Put a space in: Signed In: login", "Put it in: userId: user_id"],
    ),
}


@pytest.mark.parametrize("case", TWO)
def test_of_several_mistakes_each_is_mended_in_turn(case: str) -> None:
    pairs, titles = TWO[case]
    text, done = GOOD, list[str]()
    for old, new in pairs:
        text = text.replace(old, new, 1)
    while (found := remedy(text)) is not None:
        done.append(found.title.removesuffix("…"))
        text = found.after
    assert all(title.startswith(said) for said, title in zip(done, titles, strict=True))
    assert read_config(text, ENV).config is not None


def test_a_section_without_its_colon_before_a_long_list_is_mended() -> None:
    items = "".join(f"    - goal {number}\n" for number in range(30))
    for listed in (items, items.replace("    -", "  -")):
        text = GOOD.replace(" [purchase, login]\n", f"\n{listed}  units: [user_id]\n")
        broken = text.replace("goals:", "goals")
        finding = read_config(broken, ENV).findings[-1]
        assert finding.message == "A colon is missing between the key and the value."
        found = remedy(broken)
        assert found is not None
        assert found.after.split() == text.split()


def test_of_two_mends_the_one_that_brings_no_finding_is_offered() -> None:
    # `environment my staging` could be two things, and only one of them is a setting.
    found = remedy(GOOD.replace("environment: staging", "environment my staging"))
    assert found is not None
    assert "environment: my staging" in found.after


def test_an_error_that_was_there_does_not_hinder_a_mend() -> None:
    text = GOOD.replace("Signed In: login", "Signed In login").replace("[purchase, login]", "1")
    found = remedy(text)
    assert found is not None
    assert "    Signed In: login\n" in found.after
    assert read_config(found.after, ENV).config is None


def test_a_title_and_a_preview_have_no_key() -> None:
    key = "sk-live-0123456789"
    text = GOOD.replace("apiKey: ${KEY}", f"apiKey {key}")
    found = remedy(text)
    assert found is not None
    assert found.title == "Put it in: apiKey: ****"
    said = " ".join(line.text for line in preview(text, found.after))
    assert key not in said + read_config(text, ENV).findings[-1].message
    assert "apiKey: ****" in said


LINES = st.sampled_from(
    [
        "a: b",
        "a b",
        "a:b",
        "  c: d",
        "  c d",
        "\tc: d",
        "- x",
        "- x: 'y",
        'e: "f',
        "g: [1",
        "h: {i: 1",
        "# c",
        "",
        "j: k: l",
        "m: @n",
        "'o",
        "p q: r",
        "${s}: ${t}",
        "u: ${v",
        "\r",
        "w: x\r",
    ]
)


@settings(max_examples=150)
@given(st.lists(LINES, min_size=1, max_size=6), st.integers(1, 7))
def test_every_mend_is_yaml_and_changes_one_line_or_tabs(lines: list[str], line: int) -> None:
    text = "\n".join(lines)
    for mend in mends(text, line):
        left = parse_yaml(mend.text, "")
        if mend.left is None:
            assert left.root is not None
        else:
            # A step on the way: the parser comes further.
            [was, now] = (parse_yaml(each, "").findings[-1] for each in (text, mend.text))
            assert mend.left == now != was
            assert (now.line or 0) >= (was.line or 0)
        changed = mend.text.split("\n")
        differing = [at for at, (one, other) in enumerate(zip(lines, changed, strict=True)) if one != other]
        assert mend.line - 1 in differing
        assert len(differing) == 1 or all(lines[at].startswith("\t") for at in differing)
        assert 1 <= mend.column <= len(lines[mend.line - 1]) + 1


@settings(max_examples=150)
@given(st.lists(LINES, min_size=1, max_size=6))
def test_no_text_is_too_odd_to_be_read(lines: list[str]) -> None:
    text = "\n".join(lines)
    reading = read_config(text, {})
    found = remedy(text)
    if found is not None:
        assert reading.config is None
        assert read_config(found.after, ENV).findings[:1] != reading.findings[:1]
