"""No message shows a key or a part of one, however it is written and wherever the text is cut; bodies stay exact."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abtui.core.config.corpus_names import CorpusNames
from abtui.core.config.reader import read_config
from abtui.core.corpus.cases import read_cases
from abtui.core.corpus.mapper import Mapper
from abtui.core.delivery.answers import read_answer
from abtui.core.delivery.receipts import Receipt, SentRequest, receipt_of_answer, receipt_of_failure
from abtui.core.destinations.classic.goal_plan import plan_goal
from abtui.core.events import Event, SdkDefaults, Stored, Unreadable, read_stored, read_text
from abtui.core.fixes import rename_key
from abtui.core.goal_plan import written
from abtui.core.masking import without_keys
from abtui.core.outcomes import Outcome
from abtui.core.provenance import Provenance, event_sentence
from abtui.core.report.outcome import curl, outcome_json, table_row
from abtui.core.text.secret import Secret, excerpt, hide, hide_all, holds
from abtui.services.console import Console
from abtui.services.transport import Failed
from abtui.tui.corpus.rows import summary
from tests.kit import CONFIG, event, map_text

# Keys of a map that are the same once they are masked are told apart.
MAPS: list[tuple[dict[Any, Any], dict[Any, Any]]] = [
    ({"{key}": 1, "{masked}": 2}, {"{masked} #2": 1, "{masked}": 2}),
    ({"{masked}": 2, "{key}": 1}, {"{masked}": 2, "{masked} #2": 1}),
    ({"{key}": 1, "{masked} #2": 2, "{masked}": 3}, {"{masked} #3": 1, "{masked} #2": 2, "{masked}": 3}),
    ({"x {key}": 1, "{key}": {"{key}": [{"{key}": 2, "{masked}": 3}]}}, {"x {masked}": 1, "{masked}": {"{masked}": [{"{masked} #2": 2, "{masked}": 3}]}}),
    ({1: "{key}", None: 2}, {1: "{masked}", None: 2}),
]  # fmt: skip
KEY = "Sk-live_51H8xQzGk2mN4pR6tUvWxYz0123456789"
ENV = {"KEY": KEY}
SECRET = Secret(KEY)
START = KEY[:6]
ODD_KEY = 'a "b\\/c d-é☃😀<x>&'

FORMS: dict[str, Callable[[str], str]] = {
    "as it is": lambda key: key,
    "JSON": lambda key: json.dumps(key)[1:-1],
    "JSON in JSON": lambda key: json.dumps(json.dumps(key))[1:-1],
    "JSON, every character": lambda key: _units(key, "\\u{:04x}"),
    "JSON, upper case": lambda key: _units(key, "\\u{:04X}"),
    "JSON, in a text of JSON": lambda key: _units(key, "\\\\u{:04x}"),
    "JavaScript": lambda key: "".join(f"\\u{{{ord(one):x}}}" for one in key),
    "percent, what must be": lambda key: quote(key),
    "percent, of a form": lambda key: quote_plus(key),
    "percent, lower case": lambda key: "".join(f"%{byte:02x}" for byte in key.encode()),
    "percent, upper case": lambda key: "".join(f"%{byte:02X}" for byte in key.encode()),
    "percent, every other character": lambda key: "".join(
        _percent(one) if at % 2 else one for at, one in enumerate(key)
    ),
    "percent of percent": lambda key: quote("".join(map(_percent, key))),
    "HTML": html.escape,
    "HTML of HTML": lambda key: html.escape(html.escape(key)),
    "HTML, decimal": lambda key: "".join(f"&#{ord(one)};" for one in key),
    "HTML, hexadecimal": lambda key: "".join(f"&#x{ord(one):X};" for one in key),
    "HTML, hexadecimal with zeros": lambda key: "".join(f"&#x00{ord(one):x}" for one in key),
    "HTML, by name": lambda key: key.replace("_", "&lowbar;").replace('"', "&quot;"),
    **{
        f"base64 behind {before!r}": lambda key, before=before: base64.b64encode(before + key.encode()).decode()
        for before in (b"", b"u", b"u:", b"user:")
    },
    "base64 before something": lambda key: base64.b64encode(key.encode() + b":x").decode(),
    "base64 without padding": lambda key: base64.b64encode(key.encode()).decode().rstrip("="),
    "base64 for addresses": lambda key: base64.urlsafe_b64encode(b"?>" + key.encode()).decode(),
    "base64 by PHP": lambda key: base64.b64encode(b"??" + key.encode()).decode().replace("/", "\\/"),
    "base64 in an address": lambda key: quote(base64.b64encode(b"?>?" + key.encode()).decode(), safe=""),
}


def _units(text: str, form: str) -> str:
    data = text.encode("utf-16-be")
    return "".join(form.format(int.from_bytes(data[at : at + 2])) for at in range(0, len(data), 2))


def _percent(one: str) -> str:
    return "".join(f"%{byte:02X}" for byte in one.encode())


@pytest.mark.parametrize("key", [KEY, ODD_KEY, "abc+/abc+/abc+/"])
@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_found(form: str, key: str) -> None:
    written, secret = FORMS[form](key), Secret(key)
    assert holds(f"<{written}>", [secret])
    assert holds(f"<{written}>".encode(), [secret])
    hidden = hide(f"<p> {written} </p>", secret)
    assert hidden.startswith("<p> ")
    assert hidden.endswith(" </p>")
    assert written not in hidden
    assert not holds(hidden, [secret])
    assert len(hidden) < len("<p>  </p>") + 24


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("width", [8, 12, 30, 60])
def test_no_cut_leaves_a_part(form: str, width: int) -> None:
    written = FORMS[form](KEY)
    text = f"It says {written} and more."
    for start in range(0, len(text), 3):
        shown = excerpt(text, width, [SECRET], start, start + width)
        assert len(shown) <= width
        rest = shown.replace(SECRET.masked, "").replace("****", "")
        common = max((len(part) for part in _parts(written) if part in rest), default=0)
        assert common < 6, shown


def _parts(text: str) -> list[str]:
    return [text[at : at + 6] for at in range(len(text) - 5)]


@given(st.text(min_size=5, max_size=60), st.text(max_size=20), st.text(max_size=20))
def test_any_key_is_hidden(key: str, before: str, after: str) -> None:
    secret = Secret(key)
    if secret.forms is None:
        return
    assert key not in hide(before + key + after, secret) or key in secret.masked + after
    assert holds(before + key.strip(" \t") + after, [secret])


@pytest.mark.parametrize("key", ["", "a", "abcd"])
def test_a_short_key_hides_nothing(key: str) -> None:
    assert hide("abcd a", Secret(key)) == "abcd a"
    assert excerpt("abcd a", 3, [Secret(key)]) == "ab…"


def test_the_longest_key_is_masked_first() -> None:
    assert hide_all("abcdefgh", [Secret("abcdef"), Secret("abcdefgh")]) == "****"


# Text that is quoted where it is read


def _read(text: str) -> str:
    items = read_text(text, "pasted", SdkDefaults(secrets=(SECRET,)))
    findings = [found for item in items for found in item.findings]
    return " ".join(f"{found.message} {found.hint}" for found in findings)


QUOTED = {
    "a word in JSON": '{"a": %s}',
    "a word where a key belongs": "{%s: 1}",
    "behind the value": "17 %s",
    "twice in JSON": '{"%s": 1, "%s": 2, "type": "track"}',
    "a value in code": "analytics.track(%s)",
    "a name in code": "analytics.track('A', {a: %s})",
    "no call": "analytics.%s('A')",
    "a key in code": "analytics.track('A', {%s 1})",
    "a text in code": "analytics.track('A', {'%s' 1})",
    "no comma in code": "analytics.track('A', {a: 1 %s})",
    "no argument": "analytics.track(%s: 1)",
    "a template": "analytics.track('A', {a: -%s})",
    "in a batch": '{"batch": [{"type": "track"}, {"a": %s}]}',
    "around a batch": '{"batch": [{"type": "track"}], "a": %s}',
    "in a list": '[{"type": "track"}, %s]',
    "a string that is not closed": '{"a": "%s}',
}


@pytest.mark.parametrize("key", [KEY, "x" + "Y" * 60, "ab-cd-ef-gh-ij-kl-mn-op-qr-st"])
@pytest.mark.parametrize("place", QUOTED)
def test_what_is_read_quotes_no_key(place: str, key: str) -> None:
    text = QUOTED[place].replace("%s", key)
    items = read_text(text, "pasted", SdkDefaults(secrets=(Secret(key),)))
    said = " ".join(f"{found.message} {found.hint}" for item in items for found in item.findings)
    assert said
    assert not any(part in said for part in _parts(key)), said
    [again, *_] = [read_stored(Stored("pasted", text), (Secret(key),))]
    told = " ".join(f"{found.message} {found.hint}" for found in again.findings)
    assert not any(part in told for part in _parts(key)), told


def test_what_is_no_key_is_quoted() -> None:
    assert "found sk_live_51H8xQz" in _read('{"a": sk_live_51H8xQz}')
    assert "found undefined_name" in _read('{"a": undefined_name}')
    assert "The value of userName is not in the text." in _read("analytics.track(userName)")
    assert "purchase makes no event." in _read("analytics.purchase('A')")
    assert "Expected a comma or }, found x: 2})." in _read("analytics.track('A', {a: 1 x: 2})")


CASES = {
    "an unknown key": "cases: [{%s: 1, event: {type: track}, expect: {sent: true}}]",
    "a key of the file": "%s: 1\ncases: [{event: {type: track}, expect: {sent: true}}]",
    "a verdict": "cases: [{event: {type: track}, expect: {verdict: %s}}]",
    "a code": "cases: [{event: {type: track}, expect: {findings: [%s]}}]",
    "a pattern": "cases: [{event: {type: track}, expect: {onlyFindings: ['%s*']}}]",
    "twice": "cases: [{event: {%s: 1, %s: 2, type: track}, expect: {sent: true}}]",
    "JSON": "cases: [{event: !json '{\"a\": %s}', expect: {sent: true}}]",
    "text": "cases: [{event: '{\"a\": %s}', expect: {sent: true}}]",
}


@pytest.mark.parametrize("place", CASES)
def test_a_case_file_quotes_no_key(place: str) -> None:
    reading = read_cases(CASES[place].replace("%s", KEY), "a.abtui.yaml", SdkDefaults(secrets=(SECRET,)))
    said = " ".join(f"{found.message} {found.hint}" for found in reading.findings)
    assert said
    assert not any(part in said for part in _parts(KEY)), said


def test_a_made_name_has_no_key() -> None:
    text = f"cases: [{{event: {{type: track, event: {'x' * 90} {KEY}}}, expect: {{sent: true}}}}]"
    file = read_cases(text, "a.abtui.yaml", SdkDefaults(secrets=(SECRET,))).file
    assert file is not None
    assert START not in file.cases[0].name


CONFIGS = {
    "a section": f"{CONFIG}{KEY}: 1\n",
    "a setting": CONFIG.replace("  environment:", f"  {KEY}: 1\n  environment:"),
    "percent-encoded": f"{CONFIG}'{FORMS['percent, lower case'](KEY)}': 1\n",
    "base64": f"{CONFIG}{FORMS['base64 without padding'](KEY)}: 1\n",
    "a host": CONFIG.replace("https://acme.absmartly.io/v1", f"http://{KEY.lower()}.absmartly.iop/v2"),
    "a destination": CONFIG.replace("classic", KEY),
    "a catalog": f"{CONFIG}catalog: !file {KEY}\n",
}


@pytest.mark.parametrize("place", CONFIGS)
def test_a_config_quotes_no_key(place: str) -> None:
    key = KEY.lower() if place == "a host" else KEY
    reading = read_config(CONFIGS[place], {"KEY": key})
    said = " ".join(f"{found.message} {found.hint}" for found in reading.findings)
    assert said
    assert not any(part in said for form in ("as it is", "percent, lower case") for part in _parts(FORMS[form](key)))


# Events that carry a key

CARRYING: dict[str, tuple[dict[str, Any], str]] = {
    "name": ({"event": KEY}, "$.event"),
    "user": ({"userId": KEY}, "$.userId"),
    "message id": ({"messageId": KEY}, "$.messageId"),
    "type": ({"type": KEY}, "$.type"),
    "property": ({"properties": {"a": {"b": [1, KEY]}}}, "$.properties.a.b[1]"),
    "name of a property": ({"properties": {f"x {KEY}": 1}}, '$.properties["x ****6789"]'),
    "date": ({"sentAt": KEY}, "$.sentAt"),
    "page": ({"type": "page", "name": KEY}, "$.name"),
    "trait": ({"type": "identify", "traits": {KEY: KEY}}, '$.traits["****6789"]'),
    "exposure": ({"event": "Experiment Viewed", "properties": {"absmartly": {KEY: KEY}}}, '$.properties.absmartly["****6789"]'),
    **{form: ({"properties": {"a": of(KEY)}}, "$.properties.a") for form, of in FORMS.items()},
}  # fmt: skip


def _outcome(text: str, config: str = CONFIG) -> Outcome:
    read = read_config(config, ENV).config
    assert read is not None
    [outcome] = map_text(text, read, source="file.jsonl", explain=True)
    assert isinstance(outcome, Outcome)
    return outcome


@pytest.mark.parametrize("place", CARRYING)
def test_an_event_that_carries_the_key(place: str) -> None:
    fields, path = CARRYING[place]
    text = event(**fields)
    outcome = _outcome(text)
    [found] = [item for item in outcome.findings if item.code == "EVENT-KEY"]
    assert found.event_path == path
    around = json.loads(outcome_json(outcome, explain=True))
    if outcome.request is not None:
        # What is sent is what it was.
        assert around["request"].pop("body") == outcome.request.body
        assert outcome.request.body_bytes in outcome_json(outcome)
        body = outcome.request.body_bytes.decode()
        assert curl(outcome.request).count(KEY) == body.count(KEY)
    assert not holds(json.dumps(around, ensure_ascii=False), [SECRET])
    assert not holds(table_row(outcome, 1000), [SECRET])
    assert START not in table_row(outcome, 60)


def test_the_body_has_the_key() -> None:
    outcome = _outcome(event(userId=KEY))
    assert outcome.request is not None
    assert outcome.request.body["units"] == [{"type": "user_id", "uid": KEY}]


@pytest.mark.parametrize(
    ("old", "new"),
    [("purchase", KEY), ("Order Completed:", f"{KEY}: x, Order Completed:"), ("userId: user_id", f"userId: {KEY}")],
)
def test_a_config_that_has_its_key_elsewhere(old: str, new: str) -> None:
    outcome = _outcome(event(), CONFIG.replace(old, new))
    around = json.loads(outcome_json(outcome, explain=True))
    assert around["request"].pop("body")
    assert not holds(json.dumps(around), [SECRET])


def test_a_file_name_with_the_key_is_masked() -> None:
    read = read_config(CONFIG, ENV).config
    assert read is not None
    mapper = Mapper(read)
    sources = [mapper.outcome(Event(source, {"type": "track"})).source for source in (f"{KEY}.jsonl:1", "a:1", KEY)]
    assert sources == ["****6789.jsonl:1", "a:1", "****6789"]


@pytest.mark.parametrize(
    "fields", [{"event": KEY}, {"type": "identify", "traits": {KEY: 1}}, {"type": "group", "groupId": KEY}]
)
def test_lists_have_no_key(fields: dict[str, Any]) -> None:
    read = read_config(CONFIG, ENV).config
    assert read is not None
    mapper = Mapper(read)
    item = Event(f"{KEY}.jsonl:1", json.loads(event(**fields)))
    row = summary(item, mapper.outcome(item), read.secrets)
    assert START not in f"{row.name} {row.source} {mapper.label(item.value)}"
    assert mapper.label(item.value)


def test_keys_of_targets_count() -> None:
    targets = CONFIG + f"targets: {{other: {{apiKey: {KEY}-other, environment: x}}}}\n"
    outcome = _outcome(event(properties={"a": f"{KEY}-other"}), targets)
    assert [item.code for item in outcome.findings if item.code == "EVENT-KEY"]


def test_offers_and_fixes_quote_no_key() -> None:
    read = read_config(CONFIG, ENV).config
    assert read is not None
    name = "x" * 50 + KEY
    value = json.loads(event(userId=..., **{name: "1"}))
    plan = plan_goal(value, _outcome(json.dumps(value)), read, CorpusNames())
    said = [*plan.about, *(part for offer in plan.offers for part in (offer.said, offer.written))]
    said += [rename_key(("settings", name), name, read).title, written(("goalMapping", name), name, read)]
    outcome = _outcome(event(**{name: "1"}))
    said.append(event_sentence((name,), Provenance(outcome, read.secrets)))
    assert len(said) > 3
    assert START not in " ".join(said)


# Answers

SENT = SentRequest(url="https://acme.absmartly.io/v1/context", headers={}, body={}, secret=SECRET)


def _texts(receipt: Receipt) -> str:
    notices = [part for notice in (*receipt.warnings, *receipt.errors) for part in (notice.subject, notice.message)]
    return "\n".join(
        (receipt.text, receipt.collector_said, receipt.next_step, receipt.segment_reason, receipt.url, *notices)
    )


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "answer",
    [
        "<html><body>Not allowed: X-API-Key %s</body></html>",
        '{"message": %j}',
        '{"ok": false, "errors": [{"subject": %j, "message": %j}, %j, {"a": %j}], "warnings": [{"message": %j}]}',
        "[%j]",
        "%s",
    ],
)
def test_an_answer_that_repeats_the_key(answer: str, form: str) -> None:
    written = FORMS[form](KEY)
    content = answer.replace("%j", json.dumps(written)).replace("%s", written)
    receipt = receipt_of_answer(SENT, 400, {"location": written}, content.encode(), 1.0)
    assert not holds(_texts(receipt), [SECRET])
    assert START not in _texts(receipt)
    redirect = receipt_of_answer(SENT, 302, {"location": f"https://x/{written}"}, b"", 1.0)
    assert not holds(_texts(redirect), [SECRET])


def test_a_failure_that_tells_the_key() -> None:
    sent = SentRequest(url=f"https://acme.absmartly.io/{KEY}/context", headers={}, body={}, secret=SECRET)
    for kind in ("unreachable", "tls", "blocked", "address"):
        receipt = receipt_of_failure(sent, kind, 1.0, detail="x" * 290 + KEY)  # type: ignore[arg-type]
        assert START not in _texts(receipt), kind


def test_a_long_answer_is_masked_before_it_is_cut() -> None:
    answer = read_answer(b"x" * 990 + KEY.encode(), {}, lambda text: hide(text, SECRET), cut=False, undecoded="")
    assert START not in answer.text


@pytest.mark.parametrize("form", FORMS)
def test_what_a_console_says(form: str) -> None:
    written = FORMS[form](KEY)
    console = Console("https://acme.absmartly.io/v1", SECRET, "USER_KEY")
    errors = [console.no_answer(Failed(kind, detail="x" * 180 + written)) for kind in ("tls", "unreachable")]  # type: ignore[arg-type]
    for status in (302, 401, 404, 429, 500):
        content = json.dumps({"message": "x" * 180 + written}).encode()
        errors.append(console.refused(status, {"location": "x" * 180 + written}, content, "goals"))
    for error in errors:
        assert not holds(f"{error.message} {error.hint}", [SECRET])
        assert START not in error.message


def test_an_unreadable_item_is_told_without_the_key() -> None:
    read = read_config(CONFIG, ENV).config
    assert read is not None
    [item] = map_text('{"type": ' + KEY.replace("-", "_") + "}", read)
    assert isinstance(item, Unreadable)


@pytest.mark.parametrize(("value", "kept"), MAPS)
def test_a_map_keeps_its_entries_when_its_keys_are_masked(value: dict[Any, Any], kept: dict[Any, Any]) -> None:
    def filled(item: Any) -> Any:
        if isinstance(item, str):
            return item.replace("{key}", KEY).replace("{masked}", hide(KEY, SECRET))
        if isinstance(item, dict):
            return {filled(key): filled(member) for key, member in item.items()}
        return [filled(member) for member in item] if isinstance(item, list) else item

    assert without_keys(filled(value), [SECRET]) == filled(kept)
    assert list(without_keys(filled(value), [SECRET])) == list(filled(kept))
