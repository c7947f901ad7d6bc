"""What does not count, and why: each finding has a corpus of its own, and none is told of a clean one."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable

import pytest

from abtui.core.config.reader import read_config
from abtui.core.corpus.coverage.usage import Usage
from abtui.core.corpus.experiments.count import CorpusCount, all_findings
from abtui.core.corpus.experiments.story import Story
from abtui.core.experiments.assignment import uid_hash
from abtui.core.experiments.chi_square import chi_square
from abtui.core.experiments.counted import counted
from abtui.core.experiments.elsewhere import Sent
from abtui.core.experiments.found import Counted, Found
from abtui.core.experiments.metrics import Quota
from abtui.core.experiments.reader import read_experiments_file
from abtui.core.experiments.reason_words import REASON_WORDS
from abtui.core.experiments.results import results_of
from abtui.core.experiments.summary import ExperimentSummary
from abtui.core.findings import RULES
from abtui.core.proven_fix import Fixer
from tests.core.experiment_cases import CASES, CLEAN, FILE, HOUR, Body, T, both, bought, exposed, ratio
from tests.kit import CONFIG, ENV, config_with, event


def count(bodies: Iterable[Body], file: str = FILE, config: str = CONFIG) -> Counted:
    read = read_experiments_file(file, "experiments.yaml")
    assert not read.findings
    summary = ExperimentSummary(read.experiments)
    for body in bodies:
        summary.add(body, {})
    assert not summary.requests["rejected"]
    return Counted(summary, results_of(summary), read_config(config, ENV).config)


def codes(found: Iterable[Found]) -> list[str]:
    return [item.finding.code for item in found]


@pytest.mark.parametrize("code", CASES)
def test_a_corpus_has_its_finding_and_no_other(code: str) -> None:
    case = CASES[code]
    found = all_findings(count(case.bodies, case.file, case.config))
    assert codes(found) == [code]
    assert case.says in found[0].finding.message
    assert found[0].finding.severity == RULES[code].severity
    assert found[0].experiment or found[0].goal or code.startswith("EXPERIMENT-NO-")


@pytest.mark.parametrize("code", CASES)
def test_the_order_makes_no_difference(code: str) -> None:
    case, dice = CASES[code], random.Random(code)
    shuffled = dice.sample(case.bodies, len(case.bodies))
    found = [all_findings(count(bodies, case.file, case.config)) for bodies in (shuffled, case.bodies)]
    assert found[0] == found[1]


WITH_ANONYMOUS = [both(n) for n in range(3)]
CAUSES: dict[str, tuple[list[Body], str, str]] = {
    "a hashed uid beside an anonymous id that is right": (
        [*WITH_ANONYMOUS, bought("", units={"user_id": uid_hash("u1"), "anonymous_id": "a1"})],
        "EXPERIMENT-HASHED-TWICE",
        "1 uid of goals is hashed already",
    ),
    "a uid in capitals beside an anonymous id that is right": (
        [*WITH_ANONYMOUS, bought("", units={"user_id": "U1", "anonymous_id": "a1"})],
        "EXPERIMENT-NEAR-UID",
        "1 uid of goals",
    ),
    "hashed exposures that do not say so": (
        [body for n in range(3) for body in (exposed(uid_hash(f"u{n}")), bought(f"u{n}"))],
        "EXPERIMENT-HASHED-TWICE",
        "3 uids of exposures are hashed already",
    ),
    "exposures without the unit that the file tracks": (
        [
            body
            for n in range(3)
            for body in (
                exposed(f"a{n}", kind="anonymous_id"),
                bought("", units={"user_id": f"u{n}", "anonymous_id": f"a{n}"}),
            )
        ],
        "EXPERIMENT-EXPOSURE-UNIT",
        "which 3 exposures lack",
    ),
    "two units, both by other names": (
        [
            body
            for n in range(3)
            for body in (
                exposed("", units={"userId": f"u{n}", "anonymousId": f"a{n}"}),
                bought("", units={"user_id": f"u{n}", "anonymous_id": f"a{n}"}),
            )
        ],
        "EXPERIMENT-UNIT-TYPE",
        "exposures are of `userId`, goals of `user_id`: the same 3 uids; 3 `purchase` goals",
    ),
    "nobody in a variant with a share": (
        [exposed("u1", 2), bought("u1")],
        "EXPERIMENT-OUTSIDE-SPLIT",
        "1 unit is in a variant without a share",
    ),
}


@pytest.mark.parametrize("name", CAUSES)
def test_the_cause_is_told_and_nothing_that_follows_from_it(name: str) -> None:
    bodies, code, says = CAUSES[name]
    [found] = all_findings(count(bodies))
    assert found.finding.code == code
    assert says in found.finding.message


CLEAN_CORPORA: dict[str, list[Body]] = {
    "nothing": [],
    "all counts": CLEAN,
    "some visitors are never exposed": [*CLEAN, bought("u77"), bought("u78")],
    "a unit is exposed again": [*CLEAN, exposed("u1", 1, T + HOUR)],
    "keys that are texts of digits": [*CLEAN, *(bought("u1", order_id=f"100{n}", revenue=n) for n in range(9))],
    "refunds of purchases": [*CLEAN, *(bought("u1", order_id=f"o{n}") for n in range(9)), bought("u1", name="refund", order_id="o3")],
    "few refunds, of purchases of another day": [*CLEAN, bought("u1", order_id="o1"), bought("u1", name="refund", order_id="o0")],
    "a cancelled checkout, and a visitor who returns": [*CLEAN, bought("u1", order_id="o1"), bought("u1", name="checkout_cancelled", step=2), bought("u1", name="return_to_cart", step=1)],
    "not assigned before log-in": [*CLEAN, exposed("a1", kind="anonymous_id", assigned=False)],
    "groups too small for a test": ratio(7, 1),
    "sizes that chance gives": ratio(55, 45),
    "two people who share a device": [*CLEAN, both(2), both(4), bought("", units={"user_id": "u77", "anonymous_id": "a2"})],
    "amounts in one currency": [*CLEAN, bought("u2", revenue=3, currency="EUR")],
}  # fmt: skip


@pytest.mark.parametrize("name", CLEAN_CORPORA)
def test_a_clean_corpus_has_no_finding(name: str) -> None:
    assert codes(all_findings(count(CLEAN_CORPORA[name]))) == []


def test_an_experiment_that_is_full_on_has_no_participants() -> None:
    full_on = FILE.replace("split", "fullOn: 1, split")
    assert codes(all_findings(count([exposed("u1", 1, fullOn=True), bought("u1")], full_on))) == ["EXPERIMENT-EXCLUDED"]


def test_exposures_that_the_config_leaves_out_are_told() -> None:
    shop = read_config(config_with(enableExposureTracking="false"), ENV).config
    assert shop is not None
    counting = CorpusCount(shop)
    for body in (exposed("u1"), None):
        counting.add(
            json.loads(event() if body is None else event(event="Experiment Viewed", properties={"absmartly": body}))
        )
    [found] = all_findings(counting.counted())
    assert found.finding.code == "EXPERIMENT-NO-EXPOSURES"
    assert found.finding.message == "There is 1 goal and no exposure: none of 1 exposure event is sent."


def test_events_for_other_tools_lose_nothing_if_the_sdk_publishes_by_itself() -> None:
    shop = read_config(CONFIG, ENV).config
    assert shop is not None
    counting = CorpusCount(shop)
    counting.add(json.loads(event(event="Experiment Viewed", properties={"experiment_name": "checkout"})))
    assert codes(all_findings(counting.counted())) == ["EXPOSURE-NO-PAYLOAD"]
    for body in CLEAN:
        counting.add_elsewhere(Sent(body, {}))
    assert codes(all_findings(counting.counted())) == []


def test_equal_numbers_are_in_one_order() -> None:
    goals = [bought("u1", revenue=1, currency=currency) for currency in ("USD", "EUR", "GBP")]
    assert all_findings(count([*CLEAN, *goals])) == all_findings(count([*reversed(goals), *CLEAN]))


def test_of_exposures_that_are_wrong_in_several_ways_the_same_is_shown() -> None:
    """Which event comes first makes no difference."""
    wrong = [
        json.loads(event(event="Experiment Viewed", properties={name: 1}))
        for name in ("experiment_name", "experiment_id")
    ]
    lost, shop = [], read_config(CONFIG, ENV).config
    assert shop is not None
    for events in (wrong, wrong[::-1]):
        counting = CorpusCount(shop)
        for value in events:
            counting.add(value)
        lost.append(counting.counted().lost)
    assert lost[0] == lost[1]
    assert "2 exposure events: The event has `experiment_id`" in lost[0][0].message


BOTH = {"user_id": "u1", "anonymous_id": "a1"}
USUAL: dict[str, list[Body]] = {
    "a visitor who logs in later": [*CLEAN, exposed("u1", 1, units=BOTH), bought("a1", kind="anonymous_id")],
    "a visitor who is exposed when logged in": [*WITH_ANONYMOUS, bought("a1", T - HOUR, "anonymous_id")],
    "a shop with several currencies": [*CLEAN, bought("u1", revenue=3, currency="USD")],
    "a goal that always comes before the page": [
        *CLEAN,
        *(bought(f"u{n}", T - HOUR, name="product") for n in range(9)),
    ],
    "a goal seconds before the page": [*CLEAN, bought("u1", T - 4_000)],
}


@pytest.mark.parametrize("name", USUAL)
def test_what_is_usual_is_a_note(name: str) -> None:
    [found] = all_findings(count(USUAL[name]))
    assert found.finding.severity == "info"


def test_an_experiment_of_another_application_need_not_be_exposed() -> None:
    file = FILE + "- {name: banner, applications: [app]}\n"
    for application, expected in (("website", []), ("app", ["EXPERIMENT-NOT-EXPOSED"])):
        summary = ExperimentSummary(read_experiments_file(file, "").experiments)
        for body in CLEAN:
            summary.add(body, {"X-Application": application})
        assert codes(all_findings(Counted(summary, results_of(summary)))) == expected


def test_the_sample_ratio_test_is_as_often_wrong_as_its_threshold_says() -> None:
    """Of 2,000 clean splits about 1 in 100 is doubtful and 1 in 1,000 is wrong: 5 and 4 deviations leave no room for luck."""
    dice = random.Random(15)
    doubtful = wrong = 0
    for _ in range(2_000):
        size = sum(dice.random() < 0.5 for _ in range(400))
        test = chi_square([size, 400 - size], [1, 1])
        assert test is not None
        doubtful += test.p < 0.01
        wrong += test.p < 0.001
    assert 2 <= doubtful <= 42
    assert wrong <= 8


def test_thresholds_are_a_setting() -> None:
    case = CASES["EXPERIMENT-RATIO-DOUBTFUL"]
    stricter = CONFIG + "check: {sampleRatioError: 0.01, sampleRatioWarning: 0.05}\n"
    assert codes(all_findings(count(case.bodies, config=stricter))) == ["EXPERIMENT-RATIO"]
    laxer = CONFIG + "check: {sampleRatioError: 0, sampleRatioWarning: 0.001}\n"
    assert codes(all_findings(count(case.bodies, config=laxer))) == []


def test_audiences_that_were_decided_again_are_counted() -> None:
    case = CASES["EXPERIMENT-AUDIENCE"]
    found = counted(count(case.bodies, case.file).summary)["experiments"]["checkout"]
    assert found["audience"] == {"checked": 1, "wrong": 1}
    later = exposed("u2", attributes=[{"name": "age", "value": 17, "setAt": T + 1}])
    assert counted(count([later], case.file).summary)["experiments"]["checkout"]["audience"] is None


# The fix of the unit mapping

MAPPED = config_with(unitMapping="{ userId: user_id, anonymousId: anonymous_id }")
MISMATCH = CASES["EXPERIMENT-UNIT-TYPE"]


def fix_of(bodies: list[Body], file: str, config: str, code: str = "EXPERIMENT-UNIT-TYPE") -> str | None:
    counted = count(bodies, file, config)
    [found] = [item.finding for item in all_findings(counted) if item.finding.code == code]
    assert counted.config is not None
    usage = Usage(counted.config)
    usage.experiments = counted
    fix = Fixer(config, counted.config, usage).fix(found, None)
    return None if fix is None else fix.title


def test_the_unit_mapping_is_mended_if_it_names_the_unit_otherwise_than_the_exposures() -> None:
    assert fix_of(MISMATCH.bodies, MISMATCH.file, MAPPED) == "Map `userId` to `userId`"
    assert fix_of(MISMATCH.bodies, "experiments: []", MAPPED) == "Map `userId` to `userId`"


def test_the_unit_mapping_is_mended_if_it_writes_the_unit_in_another_way() -> None:
    spelt = MAPPED.replace("anonymous_id }", "anonymousID }")
    bodies = [*CLEAN, bought("a77", kind="anonymousID")]
    file = FILE.replace("user_id", "anonymous_id")
    assert fix_of(bodies, file, spelt, "EXPERIMENT-UNIT-NAME") == "Map `anonymousId` to `anonymous_id`"
    assert fix_of(bodies, file, MAPPED, "EXPERIMENT-UNIT-NAME") is None


@pytest.mark.parametrize(
    ("bodies", "file", "config"),
    [
        (MISMATCH.bodies, FILE, MAPPED),
        (MISMATCH.bodies, MISMATCH.file, MAPPED + "catalog: {units: [user_id, anonymous_id]}\n"),
        (MISMATCH.bodies, MISMATCH.file + "- {name: other, unitType: user_id}\n", MAPPED),
        (MISMATCH.bodies, MISMATCH.file, config_with(unitMapping="{ userId: user_id, id: user_id }")),
    ],
    ids=["the experiment tracks what goals have", "unknown to the console", "another tracks it", "two entries"],
)
def test_no_fix_is_certain(bodies: list[Body], file: str, config: str) -> None:
    assert fix_of(bodies, file, config) is None


def test_two_experiments_with_two_names_of_a_unit() -> None:
    """A mapping cannot be right for both."""
    [found] = all_findings(
        count([*CLEAN, *(exposed(f"u{n}", kind="userId", name="banner") for n in range(3))], "experiments: []")
    )
    assert found.finding.code == "EXPERIMENT-UNIT-TYPE"
    assert found.finding.hint.startswith(
        "Other experiments track `user_id`: name the unit in the AB Smartly SDK's context"
    )


def test_the_sdk_is_blamed_if_goals_are_of_the_tracked_type() -> None:
    [found] = all_findings(count(MISMATCH.bodies, FILE))
    assert (
        found.finding.hint
        == "The experiment tracks `user_id`: name the unit `user_id` in the AB Smartly SDK's context."
    )


# The story of a unit, and the quota


def test_a_unit_has_a_story_in_time() -> None:
    bodies = [bought("u1", T + HOUR), exposed("u1", 1, T), bought("u1", T - 1), bought("u2"), exposed("u1", 0, T + 5)]
    counted, story = count(bodies), Story("u1")
    for number, body in enumerate(bodies):
        story.add(body, f"file:{number}")
    moments = story.moments(counted.summary)
    assert [(item.kind, item.source, item.first) for item in moments] == [
        ("goal", "file:2", False),
        ("exposure", "file:1", True),
        ("exposure", "file:4", False),
        ("goal", "file:0", False),
    ]
    assert [item.counts["checkout"].reason for item in moments if item.kind == "goal"] == [
        "beforeExposure",
        "attributed",
    ]


@pytest.mark.parametrize(("uid", "cause"), [(uid_hash("u1"), "alreadyHashed"), ("U1", "nearUid"), ("u7", "otherUid")])
def test_a_story_tells_the_cause_beside_the_reason(uid: str, cause: str) -> None:
    bodies = [*WITH_ANONYMOUS, bought("", units={"user_id": uid, "anonymous_id": "a1"})]
    story = Story("a1")
    for body in bodies:
        story.add(body, "")
    [*_exposures, goal] = story.moments(count(bodies).summary)
    assert (goal.counts["checkout"].detail, goal.counts["checkout"].cause) == ("sameTypeNotTracked", cause)
    assert {goal.counts["checkout"].told} <= REASON_WORDS.keys()


def test_the_quota_counts_one_event_for_each_unit() -> None:
    both = {"user_id": "u1", "anonymous_id": "a1"}
    bodies = [exposed("u1", units=both), bought("u1", units=both), bought("u1", T + 24 * HOUR, units=both)]
    quota = Quota(count(bodies).summary)
    assert (quota.events, quota.days, quota.month) == (6, 2, 90)
