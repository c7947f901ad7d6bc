"""Lines of code of the documentation: the event an SDK would make of them, or the place that has no value."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abtui.core.events import SdkDefaults
from abtui.core.events.calls import Problem, read_call

NOW = "2026-02-03T04:05:06.007Z"
SDK = SdkDefaults(now=NOW, anonymous_id="anon", message_id_prefix="m")
COMMON: dict[str, Any] = {
    "anonymousId": "anon", "messageId": "m-@", "originalTimestamp": NOW, "sentAt": NOW, "timestamp": NOW, "receivedAt": NOW,
    "context": {"library": {"name": "analytics.js"}}, "integrations": {},
}  # fmt: skip


def fields(code: str, sdk: SdkDefaults = SDK) -> dict[str, Any]:
    """What the event of a call has besides, or other than, what every completed event has."""
    event = read_call(code, sdk, "a:7")
    assert isinstance(event, dict), event
    assert event["messageId"]
    known = ("context", *(("messageId",) if event["messageId"].startswith("m-") else ()))
    return {key: value for key, value in event.items() if COMMON.get(key) != value and key not in known}


def test_an_event_is_complete() -> None:
    event = read_call('analytics.track("Login Button Clicked", {plan: "pro"})', SDK, "a:7")
    assert isinstance(event, dict)
    message_id = event["messageId"]
    assert message_id.startswith("m-")
    assert event == {
        "type": "track", "event": "Login Button Clicked", "properties": {"plan": "pro"}, **COMMON, "messageId": message_id,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("code", "event"),
    [
        ("analytics.page()", {"type": "page", "properties": {}}),
        ('analytics.page("Home");', {"type": "page", "name": "Home", "properties": {"name": "Home"}}),
        ('analytics.page("Docs", "Home", {path: "/x", name: "y"})', {"type": "page", "category": "Docs", "name": "Home", "properties": {"path": "/x", "name": "Home", "category": "Docs"}}),
        ('analytics.page(null, "Home")', {"type": "page", "name": "Home", "properties": {"name": "Home"}}),
        ('analytics.page({path: "/x"})', {"type": "page", "properties": {"path": "/x"}}),
        ('analytics.page({userId: "u", name: "N"})', {"type": "page", "userId": "u", "name": "N", "properties": {"name": "N"}}),
        ('analytics.screen("Home")', {"type": "screen", "name": "Home", "properties": {}}),
        ("analytics.track('A')", {"type": "track", "event": "A", "properties": {}}),
        ("analytics.track('A', null)", {"type": "track", "event": "A", "properties": {}}),
        ("analytics.track('u1', 'A', {'b': True, 'c': None})", {"type": "track", "userId": "u1", "event": "A", "properties": {"b": True, "c": None}}),
        ('analytics.track({event: "A", userId: "u", properties: {b: 1}})', {"type": "track", "event": "A", "userId": "u", "properties": {"b": 1}}),
        ('analytics.track({event: "A", type: "page", properties: 5, options: 6})', {"type": "track", "event": "A", "properties": 5, "options": 6}),
        ('analytics.identify("u1")', {"type": "identify", "userId": "u1", "traits": {}}),
        ('analytics.identify("u1", {email: "x"})', {"type": "identify", "userId": "u1", "traits": {"email": "x"}}),
        ('analytics.identify({email: "x"})', {"type": "identify", "traits": {"email": "x"}}),
        ('analytics.identify({userId: "u", traits: {a: 1}})', {"type": "identify", "userId": "u", "traits": {"a": 1}}),
        ("analytics.identify(1e21)", {"type": "identify", "userId": "1e+21", "traits": {}}),
        ('analytics.group("g1", {name: "x"})', {"type": "group", "groupId": "g1", "traits": {"name": "x"}}),
        ('analytics.alias("new", "old")', {"type": "alias", "userId": "new", "previousId": "old"}),
        ('analytics.alias("new")', {"type": "alias", "userId": "new", "previousId": "anon"}),
        ('analytics.track(name: "X", properties: ["a": 1, "b": ["c": true], "d": [1, 2], "e": [:], "f": nil])', {"type": "track", "event": "X", "properties": {"a": 1, "b": {"c": True}, "d": [1, 2], "e": {}, "f": None}}),
        ('Analytics.shared().screen(title: "Home", category: "c")', {"type": "screen", "category": "c", "name": "Home", "properties": {}}),
        ('Analytics.with(context).track("X")', {"type": "track", "event": "X", "properties": {}}),
        ('analytics.identify(userId: "u", traits: ["a": 1])', {"type": "identify", "userId": "u", "traits": {"a": 1}}),
        ('analytics.alias(newId: "n")', {"type": "alias", "userId": "n", "previousId": "anon"}),
        ('analytics.track(user_id="u", event="E", properties={"a": False})', {"type": "track", "event": "E", "userId": "u", "properties": {"a": False}}),
        ("window.analytics?.track(`A`)", {"type": "track", "event": "A", "properties": {}}),
        ("await analytics.track('A')", {"type": "track", "event": "A", "properties": {}}),
        ('[[SEGAnalytics sharedAnalytics] screen:@"Home"]', {"type": "screen", "name": "Home", "properties": {}}),
        ('[[SEGAnalytics sharedAnalytics] track:@"X"\n  properties:@{ @"plan": @"pro", @"n": @1, @"m": @(2.5), @"ok": @YES, @"l": @[@1, @"a"], @"z": [NSNull null] }];', {"type": "track", "event": "X", "properties": {"plan": "pro", "n": 1, "m": 2.5, "ok": True, "l": [1, "a"], "z": None}}),
        ('[[SEGAnalytics sharedAnalytics] identify:@"a user\'s id" traits:@{ @"e": @NO }]', {"type": "identify", "userId": "a user's id", "traits": {"e": False}}),
        ('[[SEGAnalytics sharedAnalytics] group:@"g" traits:nil]', {"type": "group", "groupId": "g", "traits": {}}),
        ('[analytics alias:@"n"]', {"type": "alias", "userId": "n", "previousId": "anon"}),
    ],
)  # fmt: skip
def test_a_line_of_code_is_the_event_of_the_sdk(code: str, event: dict[str, Any]) -> None:
    assert fields(code) == event


@pytest.mark.parametrize(
    ("literal", "value"),
    [
        ("1", 1), ("-2.50", -2.5), (".5", 0.5), ("0x1F", 31), ("1e3", 1000.0), ("1_000", 1000), ("+7", 7), ("10L", 10), ("99999999999999999999", 1e20),
        ('"a\\n\\"\\\'\\x41\\u00e9\\u{1F600}\\ud83d\\ude00\\q"', "a\n\"'Aé😀😀q"), ("'it is \"x\"'", 'it is "x"'), ("`two\nlines`", "two\nlines"), ("'a\\\nb'", "ab"),
        ("true", True), ("undefined", None), ("NaN", None), ("[1, [], {}, undefined,]", [1, [], {}, None]),
        ("{a: undefined, 'b c': 1, 2: 3, $d: [{e: null}],}", {"b c": 1, "2": 3, "$d": [{"e": None}]}),
        ("{ // comment\n a: 1, /* b: 2, */ }", {"a": 1}), ("[" * 150 + "]" * 150, None),
    ],
)  # fmt: skip
def test_literals_are_read_as_javascript_reads_them(literal: str, value: object) -> None:
    event = read_call(f'analytics.track("A", {{x: {literal}}})', SDK, "a:1")
    assert isinstance(event, dict)
    found = event["properties"].get("x")
    assert found == value or (literal.startswith("[[") and str(found) == literal)
    assert type(found) is type(value) or literal.startswith("[[")


def test_options_and_callbacks() -> None:
    event = read_call(
        'analytics.track("A", {}, {integrations: {All: false}, context: {a: 1}, ip: "1", anonymousId: "b", timestamp: "t"}, function (x) { f(")", {y: [1]}); })',
        SDK,
        "a:1",
    )
    assert isinstance(event, dict)
    assert event["integrations"] == {"All": False}
    assert event["context"] == {"library": {"name": "analytics.js"}, "a": 1, "ip": "1"}
    assert (event["anonymousId"], event["originalTimestamp"], event["timestamp"], event["sentAt"]) == (
        "b",
        "t",
        "t",
        NOW,
    )
    for callback in ("() => done(1, 2)", "async x => { await y(); }", "(a, b) => [a, b]"):
        assert fields(f"analytics.page('A', {{}}, {{}}, {callback})")["name"] == "A"


def test_the_user_comes_in() -> None:
    known = SdkDefaults(now=NOW, anonymous_id="anon", message_id_prefix="m", user_id="me")
    assert fields("analytics.page()", known)["userId"] == "me"
    assert fields('analytics.identify("u1")', known)["userId"] == "u1"
    assert fields('analytics.alias("u2")', known)["previousId"] == "me"


@pytest.mark.parametrize(
    ("code", "at"),
    [
        ("analytics.track(name)", "name"), ('analytics.track("a" + b)', "+"), ("analytics.track(`a ${b}`)", "${"), ('analytics.track("a \\(b)")', "\\("),
        ("analytics.track('A', {plan})", "plan"), ("analytics.track('A', {...all})", "..."), ("analytics.track('A', {[x]: 1})", "[x]"), ("analytics.track('A', {a: b.c})", "b.c"),
        ("analytics.track('A', {a: 1 b: 2})", "b: 2"), ("analytics.track('A', {a 1})", "a 1"), ("analytics.track('A', [1])", "[1]"), ("analytics.track('A', 5)", "5"),
        ("analytics.track('A', {}, {}, {})", "{})"), ("analytics.track()", "analytics"), ("analytics.track('')", "''"), ("analytics.track({a: 1})", "{a"),
        ("analytics.track(5)", "5"), ("analytics.track(true)", "true"), ("analytics.alias()", "analytics"), ("analytics.page(1)", "1"),
        ("analytics.track('A').then(x)", ".then"), ("analytics.track('A'", ""), ("analytics.track('A", "'A"), ("analytics.load('KEY')", "load"), ("Analytics.shared().flush()", "flush"),
        ("analytics.track('A', mapFrom('a' to 1))", "mapFrom"), ("analytics.track(foo: 'A')", "'A'"), ("analytics.track(name: 5)", "5"), ("analytics.track('A', properties: 'x')", "'x'"),
        ("analytics.track('A', {a: '\\u{110000}'})", "\\u"), ("[[SEGAnalytics sharedAnalytics] flush]", "flush"), ('[[SEGAnalytics sharedAnalytics] track:name]', "name"),
        ('[[SEGAnalytics sharedAnalytics] track:@"A" foo:@"b"]', '@"b"'), ('[[SEGAnalytics sharedAnalytics] track:@"A"', ""), ("x", "x"),
        ("analytics.track('A', " + "[" * 300 + ")", ""),
    ],
)  # fmt: skip
def test_what_has_no_value_is_told_with_its_place(code: str, at: str) -> None:
    problem = read_call(code, SDK, "a:1")
    assert isinstance(problem, Problem)
    if "[[[" in code:
        assert "levels" in problem.message
    elif at == "5":
        assert code[problem.at] == "5"
    else:
        assert problem.at == (code.rindex(at) if at == "{})" else code.index(at) if at else len(code))
    assert problem.message
    assert problem.hint


SCRAPS = st.lists(
    st.sampled_from(
        [
            "analytics.track(",
            "analytics.page(",
            "[[A b] track:",
            "@",
            '"',
            "'",
            "`",
            "a",
            "1",
            "{",
            "}",
            "[",
            "]",
            "(",
            ")",
            ":",
            ",",
            "=",
            "=>",
            "function",
            "\\",
            "\\u{",
            ".",
            "\n",
            " ",
            "//",
            "/*",
            "null",
            "\ud800",
            "${",
        ]
    ),
    max_size=25,
).map("".join)


@given(SCRAPS | st.text() | SCRAPS.map(lambda text: f"analytics.track('A', {{a: {text}}})"))
def test_no_code_is_too_much(code: str) -> None:
    first = read_call(code, SDK, "a:1")
    assert first == read_call(code, SDK, "a:1")
    if isinstance(first, Problem):
        assert 0 <= first.at <= len(code)
