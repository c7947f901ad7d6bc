"""Receipts: what the collector said, what Segment would show, what to do; a table of every kind of answer."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abtui.core.delivery.receipts import TEXT_LIMIT, Receipt, SentRequest, receipt_of_answer, receipt_of_failure
from abtui.core.text.secret import Secret

from .conftest import BODY, KEY

OK = b'{"ok": true, "warnings": [], "errors": []}'
PAGE = b"\n <!DOCTYPE html><title>502</title>"


def sent(url: str = "https://acme.absmartly.io/v1/context", body: object = BODY) -> SentRequest:
    return SentRequest(url=url, headers={"X-API-Key": "****abcd"}, body=body, secret=Secret(KEY))


def receipt(
    status: int, content: bytes, headers: dict[str, str] | None = None, ms: float = 10.0, **more: object
) -> Receipt:
    return receipt_of_answer(sent(), status, headers or {}, content, ms, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("status", "content", "ok", "shows", "said", "next_step"),
    [
        (200, OK, True, "Success", "Accepted (200).", ""),
        (201, b'{"ok":true}', True, "Success", "Accepted (201).", ""),
        (200, b'{"ok":true,"warnings":[{"batchIndex":0,"eventIndex":0,"subject":"goals","message":"m"}]}', True, "Success", "with 1 warning.", "warnings"),
        (200, b'{"ok":false,"errors":[{"batchIndex":0,"eventIndex":0,"subject":"goals","message":"m"}]}', False, "Success", "`ok: false`; 1 error.", "Correct"),
        (200, b"{}", False, "Success", "did not confirm the event. The answer is JSON, but not", "AB Smartly collector"),
        (200, b"null", False, "Success", "not the collector's", "AB Smartly collector"),
        (200, b'{"ok": "true"}', False, "Success", "not the collector's", ""),
        (200, b'"\\ud800"', False, "Success", "not the collector's", ""),
        (200, b"1" * 5000, False, "Success", "not the collector's", ""),
        (200, b"", False, "Bad Request", "The answer is empty.", ""),
        (204, b" \n", False, "Bad Request", "The answer is empty.", ""),
        (200, PAGE, False, "Bad Request", "HTML page", "proxy"),
        (200, b"ok", False, "Bad Request", "The answer is not JSON.", ""),
        (200, b'{"ok": NaN}', False, "Bad Request", "not JSON", ""),
        (200, b'{"ok": true,}', False, "Bad Request", "not JSON", ""),
        (200, b'\xff{"ok": true}', False, "Bad Request", "not JSON", ""),
        (400, b'{"ok":true}', False, "Success", "Refused (400)", "Correct"),
        (400, b'{"ok":false,"errors":[{},{}]}', False, "Success", "malformed; 2 errors.", "Correct"),
        (401, b'{"code":401,"message":"no\\u0007"}', False, "Success", "Refused (401): the API key is missing, wrong, or not this collector's. It says: no\\u0007", "`apiKey`"),
        (403, b"{}", False, "Success", "Refused (403)", "rights"),
        (403, PAGE, False, "Bad Request", "HTML page", "firewall"),
        (404, b'{"code":404,"message":"x"}', False, "Success", "Not found (404)", "Check the host"),
        (405, b"{}", False, "Success", "takes no PUT", "without `/context`"),
        (409, b"{}", False, "Success", "Refused (409)", "Check the request"),
        (413, b"{}", False, "Success", "too large", "Send less"),
        (429, b"{}", False, "Success", "too many requests.", "Wait"),
        (500, b'{"code":500,"message":"x"}', False, "Success", "The collector failed (500). It says: x", "Try again"),
        (503, b"", False, "Bad Request", "The collector failed (503). The answer is empty.", "Try again"),
        (502, PAGE, False, "Bad Request", "failed (502). The answer is an HTML page", "proxy"),
        (304, b"", False, "Bad Request", "the status is 304", "Check the request"),
    ],
    ids=range(30),
)  # fmt: skip
def test_a_receipt_explains_each_answer(
    status: int, content: bytes, ok: bool, shows: str, said: str, next_step: str
) -> None:
    result = receipt(status, content)
    assert (result.ok, result.segment_shows, result.status, result.failure) == (ok, shows, status, None)
    assert said in result.collector_said
    assert next_step in result.next_step
    assert (result.next_step == "") == (result.ok and not result.warnings)
    assert result.segment_reason


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_told_and_what_segment_shows_is_not_known(status: int) -> None:
    result = receipt(status, b"", {"location": "https://u:p@other.example/v1/context\x1b[2J"})
    assert result.segment_shows == "Not known"
    assert "https://****@other.example/v1/context\\u001b[2J; not followed" in result.collector_said
    assert "u:p" not in result.collector_said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("30", "to wait 30 s."),
        ("Wed, 21 Oct 2026 07:28:00 GMT", "until Wed, 21 Oct 2026 07:28:00 GMT."),
        ("-5", 'to wait "-5", which is neither a number of seconds nor a date.'),
        ("soon", 'to wait "soon", which is'),
    ],
)
def test_the_time_to_wait_is_read_from_the_answer(value: str, said: str) -> None:
    assert said in receipt(429, b"{}", {"retry-after": value}).collector_said


@pytest.mark.parametrize(
    ("url", "advice"),
    [
        ("https://a.absmartly.io/v1//context", "Remove the slash"),
        ("https://a.absmartly.io//context", "Remove the slash"),
        ("https://a.absmartly.io/context", "Add `/v1`"),
        ("https://a.example/v1/context", "Check the host"),
    ],
)
def test_not_found_tells_what_is_wrong_with_the_address(url: str, advice: str) -> None:
    assert advice in receipt_of_answer(sent(url), 404, {}, b"{}", 1.0).next_step


def test_an_answer_after_five_seconds_comes_too_late_for_segment() -> None:
    late = receipt(200, OK, ms=5_000.1)
    assert (late.ok, late.segment_shows) == (True, "Retry")
    assert "twice" in late.next_step
    assert receipt(200, OK, ms=5_000.0).segment_shows == "Success"


@pytest.mark.parametrize(
    ("content", "shows"),
    [(b'{"a": ', "Not known"), (b" [", "Not known"), (b"<html>", "Bad Request"), (b"", "Not known")],
)
def test_a_cut_answer_is_only_judged_where_its_start_decides(content: bytes, shows: str) -> None:
    result = receipt(200, content, cut=True)
    assert result.segment_shows == shows
    assert not result.ok
    assert result.text.endswith("…")


def test_what_cannot_be_read_is_told() -> None:
    result = receipt(200, b"\x00", undecoded="the compressed data is damaged")
    assert "the compressed data is damaged" in result.text
    assert result.segment_shows == "Not known"
    assert receipt(200, b"[" * 100_000 + b"]" * 100_000).segment_shows == "Not known"


def _notice(**more: object) -> bytes:
    entry = {"batchIndex": 0, "eventIndex": 0, "subject": "goals", "message": "m", **more}
    return json.dumps({"ok": False, "errors": [entry]}).encode()


BATCH = {"requests": [BODY, BODY]}


@pytest.mark.parametrize(
    ("body", "entry", "place"),
    [
        (BODY, {}, "$.goals[0]"),
        (BODY, {"subject": "goal"}, "$.goals[0]"),
        (BODY, {"subject": "units"}, "$.units[0]"),
        (BODY, {"eventIndex": 1}, None),
        (BODY, {"eventIndex": -1}, "$.goals"),
        (BODY, {"eventIndex": True}, "$.goals"),
        (BODY, {"eventIndex": 10**300}, "$.goals"),
        (BODY, {"subject": "publishedAt"}, "$.publishedAt"),
        (BODY, {"subject": "exposures"}, None),
        (BODY, {"subject": {"odd": 1}}, None),
        (BATCH, {"batchIndex": 1}, "$.requests[1].goals[0]"),
        (BATCH, {"batchIndex": 2}, None),
        (["not", "an", "object"], {}, None),
    ],
)
def test_an_error_is_placed_in_the_payload(body: object, entry: dict[str, object], place: str | None) -> None:
    result = receipt_of_answer(sent(body=body), 400, {}, _notice(**entry), 1.0)
    assert result.errors[0].payload_path == place


def test_notices_of_any_shape_are_read() -> None:
    content = json.dumps({"ok": False, "errors": [1, None, [], {"message": 5}], "warnings": "none"}).encode()
    result = receipt(400, content)
    assert [error.message for error in result.errors] == ["1", "null", "[]", "5"]
    assert result.warnings == ()
    many = json.dumps({"ok": False, "errors": [{}] * 5000}).encode()
    assert len(receipt(400, many).errors) == 1000


def test_the_text_is_printable_and_cut() -> None:
    assert receipt(500, b"\x1b]0;x\x07").text == "\\u001b]0;x\\u0007"
    long = receipt(500, b"x" * 5000).text
    assert len(long) == TEXT_LIMIT
    assert long.endswith("…")


def test_an_answer_that_repeats_the_key_is_masked() -> None:
    around = "y" * (TEXT_LIMIT - 30) + KEY + "z" * 100
    echo = json.dumps(
        {
            "ok": False,
            "errors": [{"subject": KEY, "message": "x" * 990 + KEY}],
            "headers": {"X-API-Key": KEY},
            "a": around,
        }
    )
    shown = [
        receipt(400, echo.encode()),
        receipt(401, json.dumps({"message": f"no such key {KEY}"}).encode()),
        receipt(302, b"", {"location": f"https://x/?key={KEY}"}),
        receipt(429, b"", {"retry-after": KEY}),
        receipt_of_failure(sent(), "unreachable", 1.0, detail=KEY),
    ]
    for result in shown:
        assert "SECRET" not in repr(result)
        assert KEY[:12] not in repr(result)
    assert "****abcd" in shown[0].text


@pytest.mark.parametrize(
    ("kind", "shows", "said"),
    [
        ("blocked", "Not known", "Nothing was sent. Because."),
        ("address", "Bad Request", "https://acme.absmartly.io/v1/context is not a valid address"),
        ("refused", "Bad Request", "Nothing is listening at acme.absmartly.io:"),
        ("dns", "Bad Request", "The host acme.absmartly.io has no address."),
        ("unreachable", "Bad Request", "No connection to acme.absmartly.io: Because."),
        ("connect-timeout", "Retry", "after 3.0 s."),
        ("timeout", "Retry", "after 3.0 s."),
        ("tls", "Bad Request", "Because."),
        ("dropped", "Bad Request", "closed the connection"),
        ("protocol", "Bad Request", "does not answer in HTTP"),
    ],
)
def test_a_receipt_explains_each_failure(kind: str, shows: str, said: str) -> None:
    result = receipt_of_failure(sent(), kind, 3_000.0, detail="Because." if kind == "blocked" else "Because")  # type: ignore[arg-type]
    assert (result.ok, result.status, result.segment_shows, result.failure) == (False, None, shows, kind)
    assert said in result.collector_said
    assert result.next_step
    assert result.segment_reason


def test_a_failure_after_five_seconds_is_a_time_out_to_segment() -> None:
    assert receipt_of_failure(sent(), "dropped", 5_001.0).segment_shows == "Retry"


@given(st.integers(100, 599), st.binary() | st.text().map(str.encode), st.booleans())
def test_any_answer_makes_a_receipt(status: int, content: bytes, cut: bool) -> None:
    result = receipt(status, content, {"location": "x", "retry-after": "1"}, cut=cut)
    assert result == receipt(status, content, {"location": "x", "retry-after": "1"}, cut=cut)
    assert result.segment_shows in ("Success", "Bad Request", "Not known")
    assert not result.ok or status < 300
