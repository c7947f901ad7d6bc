"""Plans, orders, retries and what an answer says of each event, without a network."""

from __future__ import annotations

from typing import Any

import msgspec
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from abtui.core.config.model import Target
from abtui.core.delivery.answers import Notice
from abtui.core.delivery.batches import Entry, UserQueue, pack, without_users
from abtui.core.delivery.options import parse_rate
from abtui.core.delivery.plan import PlanCounts, make_plan, proposed_mode
from abtui.core.delivery.policy import EventResult, Pace, Retries, event_results, judge
from abtui.core.delivery.probe import checks
from abtui.core.delivery.progress import Examples, RequestSettled, Speed
from abtui.core.delivery.receipts import FailureKind, Receipt, SentRequest, receipt_of_answer, receipt_of_failure
from abtui.core.delivery.report import plan_data, plan_sentences
from abtui.core.delivery.runs import EventReceipt, Run, counts_words, is_older, payload_digest, run_words
from abtui.core.outcomes import Request
from abtui.core.text.secret import Secret

SENT = SentRequest(url="https://acme.absmartly.io/v1/context", headers={}, body=None)
OK = b'{"ok":true,"warnings":[],"errors":[]}'
NO = b'{"ok":false,"warnings":[],"errors":[]}'


def entry(index: int, *users: str) -> Entry:
    body: dict[str, Any] = {"units": [{"type": "user_id", "uid": user} for user in users], "n": index}
    request = Request("PUT", "https://acme.absmartly.io/v1/context", {"X-Agent": "segment"}, body, orjson.dumps(body))
    return Entry(index, f"events:{index}", f"Event {index}", request)


def target(**fields: Any) -> Target:
    own = Target(
        name="t", collector_endpoint="https://acme.absmartly.io/v1", environment="staging", api_key=Secret("k" * 20)
    )
    return msgspec.structs.replace(own, **fields)


# Plans


def test_a_plan_counts_requests_where_an_event_makes_several() -> None:
    counts = PlanCounts()
    counts.add_parts([("send", "GOAL-MAPPED", "accepted"), ("send", "GOAL-MAPPED", "ignored"), ("drop", "NO-UNIT", "")])
    counts.add("drop", "NO-UNIT", 2)
    plan = make_plan(counts, target(), "single", batches=False)
    assert (plan.events, plan.sending, plan.sendable, plan.noun) == (3, 1, 2, "request")
    # What one mapping drops of an event that another sends is in the plan.
    assert plan.sentence == "2 requests to t; 2 events are not in them"
    counts = PlanCounts()
    counts.add_parts([("send", "GOAL-MAPPED", "accepted")])
    assert make_plan(counts, target(), "single", batches=False).noun == "event"


def test_a_plan_counts_requests_and_what_is_left_out() -> None:
    counts = PlanCounts()
    counts.add("send", "GOAL-MAPPED", 1_001)
    counts.add("drop", "NO-UNIT", 7)
    counts.add("unreadable", "", 2)
    counts.add("not-event", "", 1)
    plan = make_plan(counts, target(), "batch")
    assert (plan.events, plan.sendable, plan.requests) == (1_008, 1_001, 3)
    assert [(one.count, one.words) for one in plan.left_out] == [(7, "no unit")]
    assert list(plan_sentences(plan))[1] == "1 object is no event. 2 pieces could not be read."
    assert {key: plan_data(plan, ())[key] for key in ("unreadable", "notEvents")} == {"unreadable": 2, "notEvents": 1}
    assert plan.address == "https://acme.absmartly.io/v1/context/batch"
    assert (plan.key, plan.blocked, plan.production) == ("****kkkk", None, False)
    assert not plan.needs_yes
    assert plan.complete
    assert make_plan(counts, target(), "single").needs_yes


PLANNED: dict[str, tuple[list[tuple[str, str, int, str]], dict[str, int], str]] = {
    "all arrive": ([("send", "GOAL-MAPPED", 2, "arrives")], {"arrives": 2}, "Forecast: 2 arrive."),
    "some are lost": (
        [("send", "A", 1, "refused"), ("send", "A", 3, "arrives"), ("send", "B", 2, "ignored")],
        {"arrives": 3, "ignored": 2, "refused": 1},
        "Forecast: 3 arrive, 2 are ignored, 1 is refused: `abtui map` says why.",
    ),
    "what is not sent has no part in it": (
        [("send", "A", 1, "accepted"), ("drop", "NO-UNIT", 3, "never-leaves"), ("unreadable", "", 1, "unreadable")],
        {"accepted": 1},
        "Forecast: 1 is accepted.",
    ),
    "it is not known": ([("send", "A", 4, ""), ("unmapped", "", 2, "unknown")], {}, ""),
}


@pytest.mark.parametrize("case", PLANNED)
def test_a_plan_forecasts_the_fates_of_what_is_sent(case: str) -> None:
    counted, fates, said = PLANNED[case]
    counts = PlanCounts()
    for verdict, code, count, fate in counted:
        counts.add(verdict, code, count, fate=fate)
    plan = make_plan(counts, target(), "single")
    assert plan.fates == fates
    assert (plan.refused, plan_data(plan, ())["fates"]) == (fates.get("refused", 0), fates)
    assert [line for line in plan_sentences(plan) if line.startswith("Forecast")] == ([said] if said else [])


@pytest.mark.parametrize(
    ("verdict", "count", "said"),
    [
        ("drop", 2, "never leave"),
        ("unsupported", 1, "never leaves"),
        ("fail", 1, "fails"),
        ("accepted", 2, "accepted"),
    ],
)
def test_what_is_left_out_is_told_by_its_fate(verdict: str, count: int, said: str) -> None:
    counts = PlanCounts()
    counts.add(verdict, "", count)
    assert [one.said for one in counts.left_out] == [said]


def test_what_is_not_mapped_yet_is_neither_sent_nor_left_out() -> None:
    counts = PlanCounts()
    counts.add("send", "GOAL-MAPPED", 3)
    counts.add("unmapped", "", 5)
    plan = make_plan(counts, target(), "single")
    assert (plan.events, plan.sendable, plan.unmapped, plan.left_out) == (8, 3, 5, ())
    assert not plan.complete
    assert plan.needs_yes, "nobody knows how many there will be"


def test_a_plan_tells_production_and_what_blocks() -> None:
    counts = PlanCounts()
    assert make_plan(counts, target(environment="production"), "single").production
    keyless = make_plan(counts, target(api_key=None), "single")
    assert (keyless.key, keyless.forbidden) == ("none", False)
    assert "no key" in (keyless.blocked or "")
    assert make_plan(counts, target(api_key=None, allow=False), "single").forbidden
    assert [proposed_mode(count) for count in (1, 24, 25)] == ["single", "single", "batch"]


# Packing and order


@given(st.lists(st.integers(0, 4), max_size=60), st.integers(1, 7), st.integers(1, 4), st.randoms())
def test_each_users_events_go_in_their_order_and_none_is_lost(
    users: list[int], batch: int, concurrency: int, chance: Any
) -> None:
    entries = [entry(index, str(user)) for index, user in enumerate(users)]
    queue, waiting = UserQueue(), list(pack(entries, "batch", batch))
    assert [one.index for parcel in waiting for one in parcel.entries] == list(range(len(users)))
    for parcel in waiting:
        assert orjson.loads(parcel.request.body_bytes) == parcel.request.body
        queue.add(parcel)
    going: list[Any] = []
    ended: list[int] = []
    while len(queue) or going:
        while len(going) < concurrency and (ready := queue.start()) is not None:
            assert all(ready.users.isdisjoint(other.users) for other in going)
            going.append(ready)
        assert going, "the first that waits may always go once nothing is on its way"
        done = going.pop(chance.randrange(len(going)))
        queue.finish(done)
        ended += [one.index for one in done.entries]
    for user in set(users):
        own = [index for index in ended if users[index] == user]
        assert own == sorted(own)
    assert sorted(ended) == list(range(len(users)))


def test_an_event_of_two_users_waits_for_both() -> None:
    queue = UserQueue()
    for parcel in pack([entry(0, "a"), entry(1, "b"), entry(2, "a", "b"), entry(3, "b"), entry(4, "c")], "single"):
        queue.add(parcel)
    first, second, third = queue.start(), queue.start(), queue.start()
    assert first is not None
    assert second is not None
    assert third is not None
    assert [one.entries[0].index for one in (first, second, third)] == [0, 1, 4]
    queue.finish(second)
    assert queue.start() is None
    queue.finish(first)
    again = queue.start()
    assert again is not None
    assert again.entries[0].index == 2


# What becomes of a request


def answered(status: int, content: bytes = OK, **headers: str) -> Receipt:
    return receipt_of_answer(SENT, status, headers, content, 1.0)


JUDGED: list[tuple[Receipt, str, bool, bool]] = [
    (answered(200), "accepted", False, False),
    (answered(200, NO), "refused", False, False),
    (answered(200, b"<html>"), "unknown", False, False),
    (answered(200, b""), "unknown", False, False),
    (answered(302, b"", location="https://x"), "refused", False, False),
    (answered(400, NO), "refused", False, False),
    (answered(401, b'{"message":"no"}'), "refused", False, True),
    (answered(404, b"{}"), "refused", False, False),
    (answered(408, b"{}"), "refused", False, False),
    (answered(429, b"{}"), "refused", True, False),
    (answered(429, b"{}", **{"retry-after": "3600"}), "refused", False, True),
    (answered(500, b"{}"), "refused", True, False),
    (answered(502, b"<html>"), "refused", True, False),
    (answered(504, b"<html>"), "unknown", False, False),
]


@pytest.mark.parametrize(("receipt", "state", "again", "halts"), JUDGED, ids=range(len(JUDGED)))
def test_an_answer_is_judged(receipt: Receipt, state: str, again: bool, halts: bool) -> None:
    found = judge(receipt, Retries())
    assert (found.state, found.again, bool(found.halts)) == (state, again, halts)


@pytest.mark.parametrize("kind", ["refused", "dns", "unreachable", "connect-timeout", "timeout", "dropped"])
def test_what_was_never_written_is_tried_again_and_what_was_is_unknown(kind: FailureKind) -> None:
    unsent = judge(receipt_of_failure(SENT, kind, 1.0), Retries())
    assert (unsent.state, unsent.again) == ("waiting", True)
    written = receipt_of_failure(SENT, kind, 1.0, written=True)
    assert judge(written, Retries()).state == "unknown"
    assert not judge(written, Retries()).again
    assert judge(written, Retries(repeat_unknown=True)).again


@pytest.mark.parametrize("kind", ["blocked", "address", "tls"])
def test_what_can_never_be_sent_is_not_tried_again(kind: FailureKind) -> None:
    assert not judge(receipt_of_failure(SENT, kind, 1.0), Retries()).again


@given(st.integers(1, 9), st.floats(0, 100), st.none() | st.floats(0, 100), st.floats(0, 1))
def test_tries_are_bounded_in_number_and_time(tries: int, elapsed: float, asked: float | None, chance: float) -> None:
    retries = Retries(tries=5, total=60)
    pause = retries.pause(tries, elapsed, asked, lambda: chance)
    if pause is not None:
        assert tries < 5
        assert elapsed + pause <= 60
        assert pause >= (asked or 0)
    assert retries.pause(1, 0, None, lambda: 1.0) == 0.25
    assert retries.pause(3, 0, 2.0, lambda: 0.0) == 2.5


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "Tue, 01 Jan 2030 00:00:09 GMT", "date": "Tue, 01 Jan 2030 00:00:00 GMT"}, 9.0),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after": "Tue, 01 Jan 2030 00:00:09 GMT"}, 5.5),
        ({"retry-after": "Tue, 01 Jan 2030 00:00:09 GMT", "date": "today"}, 5.5),
        ({"retry-after": "Tue, 01 Jan 2031 00:00:00 GMT"}, 3_600.0),
        ({"retry-after": "Tue, 01 Jan 2029 00:00:00 GMT"}, 0.0),
        ({"retry-after": "1."}, None),
        ({"retry-after": "soon"}, None),
        ({}, None),
    ],
)
def test_the_wait_an_answer_asks_for(headers: dict[str, str], seconds: float | None) -> None:
    receipt = receipt_of_answer(SENT, 429, headers, b"{}", 1.0, now="2030-01-01T00:00:03.500Z")
    assert receipt.retry_after == seconds


# Batches taken apart


def blaming(status: int, ok: bool, *places: tuple[int, int, str]) -> Receipt:
    errors = [
        {"batchIndex": batch, "eventIndex": event, "subject": subject, "message": "m"}
        for batch, event, subject in places
    ]
    content = orjson.dumps({"ok": ok, "warnings": [], "errors": errors})
    body = {"requests": [{"goals": [{}], "units": []}] * 4}
    return receipt_of_answer(msgspec.structs.replace(SENT, body=body), status, {}, content, 1.0)


APART: list[tuple[Receipt, list[str], list[bool]]] = [
    (blaming(200, True), ["accepted"] * 4, [False] * 4),
    (blaming(200, False), ["refused"] * 4, [False] * 4),
    (blaming(200, False, (1, 0, "goals")), ["accepted", "refused", "accepted", "accepted"], [False] * 4),
    (blaming(200, False, (0, 0, "goal"), (3, -1, "units")), ["refused", "accepted", "accepted", "refused"], [False] * 4),
    (blaming(400, False, (1, 0, "goals")), ["waiting", "refused", "waiting", "waiting"], [True, False, True, True]),
    (blaming(400, False, (0, -1, "X-Environment")), ["refused"] * 4, [False] * 4),
    (blaming(400, False, (9, 0, "goals")), ["refused"] * 4, [False] * 4),
    (blaming(500, False, (1, 0, "goals")), ["refused"] * 4, [False] * 4),
    (receipt_of_failure(SENT, "timeout", 1.0, written=True), ["unknown"] * 4, [False] * 4),
]  # fmt: skip


@pytest.mark.parametrize(("receipt", "states", "again"), APART, ids=range(len(APART)))
def test_a_batchs_answer_is_taken_apart(receipt: Receipt, states: list[str], again: list[bool]) -> None:
    shares = event_results(receipt, judge(receipt, Retries()).state, 4, batch=True)
    assert [share.state for share in shares] == states
    assert [share.again for share in shares] == again


def test_an_events_own_error_points_into_its_own_payload() -> None:
    share = event_results(blaming(400, False, (2, 0, "goals")), "refused", 4, batch=True)[2]
    assert share.errors[0].payload_path == "$.goals[0]"


# How fast, and words


def test_rates_are_read_in_events_per_second() -> None:
    assert [parse_rate(text) for text in ("", "0", "200/s", "200", "30/m", " 3600/H ")] == [
        None,
        None,
        200,
        200,
        0.5,
        1,
    ]
    for text in ("fast", "-1", "1/x", "inf", "nan"):
        with pytest.raises(ValueError, match="not a rate"):
            parse_rate(text)
    assert parse_rate("1/h") == 1 / 3_600
    for text in ("1e-300/s", "0.04/h"):
        with pytest.raises(ValueError, match="less than one request a day"):
            parse_rate(text)
    pace = Pace(10)
    assert [round(pace.wait(now), 3) for now in (100.0, 100.0, 100.0, 101.0)] == [0, 0.1, 0.2, 0]
    speed = Speed()
    speed.add(10.0, 100)
    speed.add(11.0, 100)
    assert speed.at(11.0) == 200
    assert speed.at(20.0) == 0


def test_examples_are_by_kind_of_answer() -> None:
    examples = Examples()
    message = "$.requests[{}].goals[0]: wrong"
    for index in range(3):
        notice = Notice(batch_index=index, event_index=0, subject="goals", message=message.format(index))
        result = EventResult("refused", (notice,))
        examples.add_settled(RequestSettled(1, (entry(index),), (result,), answered(400, NO)))
    examples.add_settled(RequestSettled(1, (entry(3),), (EventResult("accepted"),), answered(200)))
    refused, accepted = examples.listed()
    assert (refused.count, refused.said, refused.source, refused.segment_shows) == (
        3,
        "goals[0]: wrong",
        "events:0",
        "Success",
    )
    assert (accepted.state, accepted.count) == ("accepted", 1)


def test_an_older_payload_is_told() -> None:
    request = entry(1, "a").request
    kept = EventReceipt(target="t", state="accepted", digest=payload_digest(request.body_bytes), receipt=None)
    assert not is_older(kept, request)
    assert is_older(kept, entry(2, "a").request)
    assert is_older(kept, None)


def test_a_run_in_words() -> None:
    run = Run(id=1, started="", ended=None, ending="", running=True, target="t", address="", environment="", key="",
              mode="single", what="", accepted=2, refused=0, unknown=1, waiting=0)  # fmt: skip
    assert run_words(run) == "under way"
    assert "cut off" in run_words(msgspec.structs.replace(run, running=False))
    assert run_words(msgspec.structs.replace(run, running=False, ended="x", ending="done")) == "done"
    assert run.gravest == "unknown"
    assert counts_words(1_997, 3, 0, 0) == "1,997 accepted, 3 refused"


def test_a_connection_in_words() -> None:
    lights = lambda *receipts: [check.light for check in checks(*receipts)]  # noqa: E731
    there = answered(200, b"OK")
    assert lights(there, answered(200, b"{}"), answered(200, b'{"experiments":[]}')) == ["yes", "yes", "yes"]
    assert lights(there, answered(401, b"{}"), None) == ["yes", "no", "unknown"]
    assert lights(there, answered(404, b"{}"), answered(400, b'{"message":"Environment is not known"}')) == [
        "yes",
        "unknown",
        "no",
    ]
    assert lights(receipt_of_failure(SENT, "refused", 1.0), None, None) == ["no", "unknown", "unknown"]
    assert lights(answered(200, b"<html>"), answered(200, b"<html>"), answered(200, b"<html>")) == ["unknown"] * 3


def test_a_request_without_the_events_of_users_that_are_held_back() -> None:
    of = next(pack([entry(0, "a"), entry(1, "b", "c"), entry(2, "c"), entry(3, "d")], "batch"))
    assert without_users(of, frozenset(), "batch") == (of, ())
    rest, held = without_users(of, {("user_id", "b")}, "batch")
    assert rest is not None
    assert (rest.number, [one.index for one in rest.entries], [one.index for one in held]) == (1, [0, 3], [1, 2])
    assert without_users(next(pack([entry(0, "a")], "single")), {("user_id", "a")}, "single")[0] is None
