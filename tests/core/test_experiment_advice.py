"""What helps: the findings of the commands and the screens say the same, and look at the config and the console first."""

from __future__ import annotations

import json
from typing import NamedTuple

import pytest

from abtui.core.config.reader import read_config
from abtui.core.corpus.coverage.usage import Usage
from abtui.core.corpus.experiments.count import CorpusCount, all_findings
from abtui.core.experiments.advice import Advice, advice
from abtui.core.experiments.assignment import uid_hash
from abtui.core.experiments.elsewhere import Sent
from abtui.core.experiments.found import Counted
from abtui.core.proven_fix import Fixer
from abtui.core.text.nearest import Nearest
from tests.core.experiment_cases import CLEAN, FILE, HOUR, Body, T, both, bought, exposed
from tests.core.test_experiment_findings import codes, count
from tests.kit import CONFIG, ENV, calls_of, config_with, event


class Situation(NamedTuple):
    """Requests; the cause of the loss; the finding that tells it; and what helps, in a few words."""

    bodies: list[Body]
    cause: str
    code: str
    helps: str
    file: str = FILE
    config: str = CONFIG


def of(kind: str, goals_of: str, name: str = "checkout") -> list[Body]:
    return [body for n in range(3) for body in (exposed(f"u{n}", kind=kind, name=name), bought(f"u{n}", kind=goals_of))]


MAPPED = config_with(unitMapping="{ userId: user_id, anonymousId: anonymous_id }")
NO_TYPE = FILE.replace(", unitType: user_id", "")
SITUATIONS: dict[str, Situation] = {
    "the SDK names the unit otherwise": Situation(
        of("userId", "user_id"), "sameUidOtherType", "EXPERIMENT-UNIT-TYPE", "name it user_id in the SDK"
    ),
    "the console lacks the unit of the exposures": Situation(
        of("userId", "user_id"), "sameUidOtherType", "EXPERIMENT-UNIT-TYPE", "name it user_id in the SDK", NO_TYPE, MAPPED + "catalog: {units: [user_id]}\n"
    ),
    "the mapping names the unit otherwise": Situation(
        of("userId", "user_id"), "sameUidOtherType", "EXPERIMENT-UNIT-TYPE", "map userId to userId", NO_TYPE, MAPPED
    ),
    "another experiment tracks the goals' unit": Situation(
        [*CLEAN, *of("userId", "user_id", "banner")], "sameUidOtherType", "EXPERIMENT-UNIT-TYPE", "name it user_id in the SDK", "experiments: [{name: checkout}, {name: banner}]", MAPPED
    ),
    "a goal writes the unit's name otherwise": Situation(
        [*CLEAN, bought("u77", kind="userId")], "unitNamedOtherwise", "EXPERIMENT-UNIT-NAME", "name it user_id in the goal"
    ),
    "a hashed uid": Situation(
        [*CLEAN, bought(uid_hash("u1"))], "alreadyHashed", "EXPERIMENT-HASHED-TWICE", "send the plain uid"
    ),
    "a hashed uid of exposures": Situation(
        [exposed(uid_hash("u1")), bought("u1")], "exposureHashed", "EXPERIMENT-HASHED-TWICE", "publish exposures with `hashed: true`"
    ),
    "a uid in capitals": Situation([*CLEAN, bought("U1")], "nearUid", "EXPERIMENT-NEAR-UID", "write the uid the same everywhere"),
    "goals that lack the unit of the exposure": Situation(
        [both(1), bought("a1", kind="anonymous_id")], "sameTypeNotTracked", "EXPERIMENT-GOAL-UNIT", "send the user_id with the goal"
    ),
    "goals that no field gives the unit": Situation(
        [both(1), bought("a1", kind="anonymous_id")], "sameTypeNotTracked", "EXPERIMENT-GOAL-UNIT", "map a field to user_id", FILE, config_with(unitMapping="{ anonymousId: anonymous_id }")
    ),
    "another uid": Situation(
        [*CLEAN, *(body for n in range(20, 23) for body in (both(n), bought("", name="signup", units={"user_id": f"x{n}", "anonymous_id": f"a{n}"})))],
        "otherUid", "EXPERIMENT-OTHER-UID", "send the user_id of the exposure"
    ),
    "seconds before the exposure": Situation(
        [*CLEAN, *(bought(f"u{n}", T - 2_000) for n in range(3))], "beforeExposure", "EXPERIMENT-GOAL-CLOCK", "compare the clocks"
    ),
    "an hour before the exposure": Situation(
        [*CLEAN, bought("u1", T - HOUR)], "beforeExposure", "EXPERIMENT-GOAL-BEFORE", "expose on the page, not after"
    ),
    "exposures that leave the unit out": Situation(
        [*CLEAN, exposed("u88", overridden=True), bought("u88")], "excluded", "EXPERIMENT-EXCLUDED", "none: their exposures leave them out"
    ),
    "the experiment has another name in exposures": Situation(
        of("user_id", "user_id", "Check-Out"), "unitNotExposed", "EXPERIMENT-NAME", "exposures name it Check-Out"
    ),
    "the experiment has another name, and the same id": Situation(
        of("user_id", "user_id", "till"), "unitNotExposed", "EXPERIMENT-NAME", "exposures name it till", FILE.replace("name: checkout", "name: checkout, id: 1")
    ),
    "another experiment is exposed": Situation(
        [*of("user_id", "user_id", "banner"), bought("u1", name="signup")], "unitNotExposed", "EXPERIMENT-NOT-EXPOSED", "expose it on the page", FILE + "- {name: banner}\n"
    ),
    "nothing is exposed": Situation([bought("u1")], "unitNotExposed", "EXPERIMENT-NO-EXPOSURES", "add the exposures"),
    "exposures lack the tracked unit": Situation(
        [exposed("a1", kind="anonymous_id"), bought("u1")], "unitNotExposed", "EXPERIMENT-EXPOSURE-UNIT", "give the SDK the unit user_id"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SITUATIONS)
def test_the_finding_and_the_screen_say_the_same(name: str) -> None:
    case = SITUATIONS[name]
    counted = count(case.bodies, case.file, case.config)
    told = {item.finding.code: item for item in all_findings(counted)}
    assert case.code in told
    experiment = told[case.code].experiment or "checkout"
    helps = advice(case.cause, counted.results[experiment], counted)
    assert helps.short == case.helps
    assert told[case.code].finding.hint.startswith(helps.sentence)


def test_names_are_compared_once_for_all_experiments(monkeypatch: pytest.MonkeyPatch) -> None:
    """A corpus may have thousands, and to compare each with all others, again for each, takes hours."""
    file = "experiments:\n" + "".join(f"- {{name: file{n}, unitType: user_id}}\n" for n in range(20))
    counted = count(
        [exposed(f"u{n}", name=f"exposed{n}") for n in range(20)], file, f"{CONFIG}catalog: {{goals: [a]}}\n"
    )
    built = calls_of(monkeypatch, Nearest, "__init__")
    found = codes(all_findings(counted))
    assert found.count("EXPERIMENT-NOT-IN-FILE") == found.count("EXPERIMENT-NOT-EXPOSED") == 20
    assert len(built) <= 3


def test_a_person_who_is_in_no_test_needs_no_mending() -> None:
    counted = count([*CLEAN, bought("u77")])
    assert advice("unitNotExposed", counted.results["checkout"], counted) == Advice(
        "none: not exposed in these events", "They were not exposed in these events.", past_help=True
    )


def switched_off(*toggles: str) -> Counted:
    config = read_config(config_with(**dict.fromkeys(toggles, "false")), ENV).config
    assert config is not None
    counting = CorpusCount(config)
    for body in (exposed("u1"), exposed("u2")):
        counting.add(json.loads(event(event="Experiment Viewed", properties={"absmartly": body})))
    counting.add(json.loads(event()))
    return counting.counted()


def test_exposure_tracking_that_is_off_is_turned_on() -> None:
    counted = switched_off("enableExposureTracking")
    [found] = all_findings(counted)
    assert found.finding.hint.startswith("Turn on Exposure Tracking in the config (`enableExposureTracking`).")
    assert set(found.causes) == {"unitNotExposed", "noTrackedUnit", "neverExposed"}
    assert counted.config is not None
    usage = Usage(counted.config)
    usage.experiments = counted
    fix = Fixer(config_with(enableExposureTracking="false"), counted.config, usage).fix(found.finding, None)
    assert fix is not None
    assert dict(fix.edits) == {("settings", "enableExposureTracking"): True}
    assert fix.title == "Turn on Exposure Tracking"


def test_exposures_that_are_off_are_told_though_there_are_others() -> None:
    counted = switched_off("enableExposureTracking")
    counting = CorpusCount(counted.config)  # type: ignore[arg-type]
    counting.add(json.loads(event(event="Experiment Viewed", properties={"absmartly": exposed("u1")})))
    counting.add(json.loads(event(userId="u1")))
    counting.add_elsewhere(Sent(exposed("u2"), {}))
    found = {item.finding.code: item for item in all_findings(counting.counted())}
    assert found["EXPERIMENT-EXPOSURES-OFF"].finding.message == "1 exposure event with a payload is not sent."
    assert (
        advice("unitNotExposed", counting.counted().results["checkout"], counting.counted()).short
        == "turn on Exposure Tracking"
    )
    counting.add_elsewhere(Sent(exposed("u1", at=T - HOUR), {}))
    assert "EXPERIMENT-EXPOSURES-OFF" not in codes(all_findings(counting.counted())), "the SDK publishes by itself"


def test_events_without_a_payload_are_not_helped_by_a_toggle() -> None:
    counted = switched_off("enableExposureTracking")
    counting = CorpusCount(counted.config)  # type: ignore[arg-type]
    counting.add(json.loads(event(event="Experiment Viewed", properties={"experiment_name": "checkout"})))
    counting.add(json.loads(event(userId="u1")))
    assert not counting.counted().unsent
    [found] = all_findings(counting.counted())
    assert found.finding.hint.startswith("If the SDK publishes past Segment")


def test_refused_exposures_are_told_with_their_mistake() -> None:
    config = read_config(CONFIG, ENV).config
    assert config is not None
    counting = CorpusCount(config)
    counting.add(json.loads(event(userId="u1")))
    counting.add_elsewhere(Sent({**exposed("u1"), "publishedAt": "now"}, {}))
    [found] = all_findings(counting.counted())
    assert found.finding.hint.startswith("The collector refuses 1 exposure, such as one of which")
    assert "publishedAt" in found.finding.hint


NOT_ONE_NAME = {
    "another id": ("check_out", FILE.replace("name: checkout", "name: checkout, id: 7")),
    "another year": ("checkout_2026", FILE.replace("name: checkout", "name: checkout_2025")),
}


@pytest.mark.parametrize("name", NOT_ONE_NAME)
def test_two_experiments_are_not_taken_for_one(name: str) -> None:
    exposed_as, file = NOT_ONE_NAME[name]
    found = codes(all_findings(count(of("user_id", "user_id", exposed_as), file)))
    assert sorted(found) == ["EXPERIMENT-NOT-EXPOSED", "EXPERIMENT-NOT-IN-FILE"]


NO_ALARM: dict[str, tuple[list[Body], str]] = {
    "a rare page whose visitors bought nothing": (
        [*CLEAN, *(exposed(f"r{n}", name="rare") for n in range(4))],
        FILE + "- {name: rare, unitType: user_id}\n",
    ),
    "an experiment that is full on": (
        [body for n in range(4) for body in (exposed(f"u{n}", fullOn=True), bought(f"v{n}"))],
        FILE.replace("split", "fullOn: 1, split"),
    ),
    "pages that are viewed before the exposure": (
        [*CLEAN, *(bought(f"u{n}", T - at * HOUR, name="page") for n in range(12) for at in range(3))],
        FILE,
    ),
    "the page of the exposure": ([*CLEAN, *(bought(f"u{n}", T - 300, name="page") for n in range(12))], FILE),
    "a group with the number of a user": (
        [
            *(exposed(f"{n}", n % 2) for n in range(12)),
            *(bought(f"{n}") for n in range(12)),
            bought("7", kind="group_id"),
        ],
        FILE,
    ),
}


@pytest.mark.parametrize("name", NO_ALARM)
def test_what_is_usual_is_no_alarm(name: str) -> None:
    bodies, file = NO_ALARM[name]
    assert {item.finding.severity for item in all_findings(count(bodies, file))} <= {"info"}


def test_no_entry_is_changed_that_is_right_for_somebody() -> None:
    two = [*of("uid", "user_id", "banner"), *of("userId", "user_id")]
    counted = count(two, "experiments: [{name: checkout, unitType: userId}, {name: banner, unitType: uid}]", MAPPED)
    assert advice("sameUidOtherType", counted.results["banner"], counted).short == "send both units"
    assert counted.config is not None
    usage = Usage(counted.config)
    usage.experiments = counted
    fixer = Fixer(MAPPED, counted.config, usage)
    assert not any(fixer.fix(item.finding, None) for item in all_findings(counted))


def test_a_file_that_tracks_what_the_console_lacks_is_to_be_corrected() -> None:
    config = f"{CONFIG}catalog: {{units: [user_id]}}\n"
    counted = count(CLEAN, FILE.replace("user_id", "userId"), config)
    helps = advice("noTrackedUnit", counted.results["checkout"], counted)
    assert helps.short == "correct unitType in the file"
    assert "EXPERIMENT-UNIT-IGNORED" not in codes(all_findings(counted))


LOST = [body for n in range(3) for body in (exposed(f"u{n}"), bought(f"u{n}", T - HOUR))]


@pytest.mark.parametrize("more", [[], [bought("u0", name="signup")]])
def test_that_nothing_counts_is_an_error_and_that_something_does_is_not(more: list[Body]) -> None:
    expected = ["EXPERIMENT-EXPOSED-LATE", *([] if more else ["EXPERIMENT-NOTHING-COUNTS"])]
    assert codes(all_findings(count([*LOST, *more]))) == expected


def test_uids_that_never_meet_are_to_be_compared() -> None:
    apart = [body for n in range(3) for body in (exposed(f"u{n}", n % 2), bought(f"{n}@x.example"))]
    counted = count(apart)
    assert advice("unitNotExposed", counted.results["checkout"], counted).short == "compare the uids of both"
    [found] = all_findings(counted)
    assert found.finding.hint.startswith("The uids of exposures and of goals never meet")


def test_a_field_is_mapped_if_none_gives_the_tracked_unit() -> None:
    lacking = config_with(unitMapping="{ anonymousId: anonymous_id }")
    counted = count([*CLEAN, bought("a1", kind="anonymous_id")], config=lacking)
    helps = advice("noTrackedUnit", counted.results["checkout"], counted)
    assert helps.sentence == "No field of the config gives `user_id`: map one to it in `unitMapping`, such as `userId`."
    [found] = all_findings(counted)
    assert found.finding.hint == helps.sentence


def test_an_error_says_already_that_nothing_counts() -> None:
    hashed = [both(n) for n in range(3)] + [bought(f"u{n} ") for n in range(3)]
    assert codes(all_findings(count(hashed))) == ["EXPERIMENT-NEAR-UID", "EXPERIMENT-NOTHING-COUNTS"]
    assert codes(all_findings(count(of("userId", "user_id")))) == ["EXPERIMENT-UNIT-TYPE"]


@pytest.mark.parametrize(
    ("catalog", "hint"),
    [
        ("{goals: [order]}", "Create it in the web console"),
        ("{goals: [Purchase, order]}", "Map the events to `Purchase`"),
        ("{goals: [order], archived: {goals: [purchase]}}", "Restore it in the web console"),
    ],
)
def test_a_goal_that_the_console_ignores_counts_nowhere(catalog: str, hint: str) -> None:
    nothing, found = all_findings(count(CLEAN, config=f"{CONFIG}catalog: {catalog}\n"))
    assert nothing.finding.message.endswith("of 12 goals none counts: 12 would, and the web console ignores them.")
    assert (found.finding.code, found.goal) == ("EXPERIMENT-GOAL-IGNORED", "purchase")
    assert "ignores 12 goals" in found.finding.message
    assert found.finding.hint.startswith(hint)


def test_a_unit_that_the_console_ignores() -> None:
    config = f"{CONFIG}catalog: {{units: [userId, anonymous_id]}}\n"
    [found] = all_findings(count(CLEAN, config=config))
    assert found.finding.code == "EXPERIMENT-UNIT-IGNORED"
    assert found.finding.hint.startswith("Name it `userId` in the AB Smartly SDK's context")


def test_a_finding_names_a_unit_by_its_hash_only() -> None:
    """A report is read by people who need not know who bought something."""
    [found] = all_findings(count([exposed("ann@shop.example"), bought("Ann@shop.example")]))
    assert "--unit " in found.finding.hint
    assert "shop.example" not in f"{found.finding.message} {found.finding.hint}"


def test_only_the_wanted_goals_are_judged() -> None:
    config = read_config(CONFIG, ENV).config
    assert config is not None
    counting = CorpusCount(config)
    for body in (*CLEAN, bought("u1", T - HOUR), bought("u1", T - HOUR, name="signup")):
        assert counting.add_request(body, {})
    [found] = [item for item in all_findings(counting.counted(["signup"])) if item.experiment]
    assert found.finding.message.startswith("`checkout`: 1 `signup` goal does not count")
