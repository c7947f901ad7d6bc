"""One small corpus for each finding about experiments and metrics, made of requests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from abtui.core.experiments.assignment import uid_hash
from tests.kit import CONFIG

Body = dict[str, Any]
T = 1_775_881_805_548
HOUR = 3_600_000
FILE = "experiments:\n- {name: checkout, unitType: user_id, variants: [control, one_page], split: [50, 50]}\n"


def request(units: Mapping[str, Any], **parts: Any) -> Body:
    listed = [{"type": kind, "uid": uid} for kind, uid in units.items()]
    return {"publishedAt": T, "hashed": False, "historic": False, "units": listed, **parts}


def exposed(uid: str, variant: int = 0, at: int = T, kind: str = "user_id", name: str = "checkout", **own: Any) -> Body:
    flags = {"assigned": True, "eligible": True, "overridden": False, "fullOn": False, "custom": False, "audienceMismatch": False}  # fmt: skip
    parts = {key: own.pop(key) for key in ("units", "attributes") if key in own}
    exposure = {"id": 1, "name": name, "unit": kind, "exposedAt": at, "variant": variant, **flags, **own}
    return request(parts.pop("units", {kind: uid}), exposures=[exposure], **parts)


def bought(uid: str, at: int = T + HOUR, kind: str = "user_id", name: str = "purchase", **properties: Any) -> Body:
    units = properties.pop("units", {kind: uid})
    return request(units, goals=[{"name": name, "achievedAt": at, "properties": properties or {"revenue": 12.5, "currency": "EUR"}}])  # fmt: skip


CLEAN = [body for number in range(12) for body in (exposed(f"u{number}", number % 2), bought(f"u{number}"))]
SEEDS = "seeds: {hi: 3603515, lo: 233373850, trafficHi: 449867249, trafficLo: 455443629}"


class Case(NamedTuple):
    """Requests, the file of experiments and the config, and what the message has in it."""

    bodies: list[Body]
    says: str
    file: str = FILE
    config: str = CONFIG


def ratio(*sizes: int) -> list[Body]:
    return [bought("v0-0"), *(exposed(f"v{at}-{n}", at) for at, size in enumerate(sizes) for n in range(size))]


def both(number: int, **own: Any) -> Body:
    """An exposure of a user and the user's browser."""
    return exposed("", units={"user_id": f"u{number}", "anonymous_id": f"a{number}"}, **own)


CASES: dict[str, Case] = {
    "EXPERIMENT-UNIT-TYPE": Case(
        [body for n in range(3) for body in (exposed(f"u{n}", kind="userId"), bought(f"u{n}"))],
        "exposures are of `userId`, goals of `user_id`: the same 3 uids; 3 `purchase` goals do not count.",
        FILE.replace("user_id", "userId"),
    ),
    "EXPERIMENT-HASHED-TWICE": Case([exposed("u1"), bought(uid_hash("u1"))], "1 uid of goals"),
    "EXPERIMENT-NEAR-UID": Case([exposed("u1"), bought("U1"), bought(" u1")], "2 `purchase` goals do not count."),
    "EXPERIMENT-CROSSOVER": Case([*CLEAN, exposed("u1", 0, T + 1)], "1 unit was exposed to several variants, of 12."),
    "EXPERIMENT-RATIO": Case(ratio(80, 20), "80 in `control`, 20 in `one_page`"),
    "EXPERIMENT-RATIO-DOUBTFUL": Case(ratio(64, 36), "p = 0.0051"),
    "EXPERIMENT-OUTSIDE-SPLIT": Case([*CLEAN, exposed("u99", 2)], "1 unit is in a variant without a share."),
    "EXPERIMENT-ASSIGNMENT": Case(
        [exposed("u-20991", 0), bought("u-20991")],
        "1 of 1 assignment is not that",
        FILE.replace("split", f"{SEEDS}, split"),
    ),
    "EXPERIMENT-AUDIENCE": Case(
        [exposed("u1", attributes=[{"name": "age", "value": 17, "setAt": T}]), bought("u1")],
        "1 of 1 exposure",
        FILE.replace("split", "audience: {filter: [{gte: [{var: age}, {value: 18}]}]}, split"),
    ),
    "EXPERIMENT-NOT-IN-FILE": Case([*CLEAN, exposed("u1", name="chekout")], "`chekout` is exposed"),
    "EXPERIMENT-NOT-EXPOSED": Case(CLEAN, "`banner` is in the file", FILE + "- {name: banner}\n"),
    "EXPERIMENT-NO-EXPOSURES": Case([bought("u1")], "1 goal and no exposure"),
    "EXPERIMENT-NO-GOALS": Case([exposed("u1")], "1 exposure and no goal"),
    "EXPERIMENT-NOBODY": Case(
        [exposed("u1", overridden=True, assigned=False), bought("u2")], "1 overridden, 1 not assigned"
    ),
    "EXPERIMENT-EXPOSURE-UNIT": Case([exposed("a1", kind="anonymous_id"), bought("u1")], "`user_id`, which 1 exposure lacks"),
    "EXPERIMENT-GOAL-UNIT": Case(
        [exposed("u1", units={"user_id": "u1", "anonymous_id": "a1"}), bought("a1", kind="anonymous_id")],
        "goals of exposed units lack it; 1 `purchase` goal does not count.",
    ),
    "EXPERIMENT-OTHER-UID": Case(
        [body for n in range(3) for body in (both(n), bought(f"u{n}", name="signup"), bought("", units={"user_id": f"{n}@x.example", "anonymous_id": f"a{n}"}))],
        "goals of exposed units have another `user_id` than the exposures; 3 `purchase` goals do not count.",
    ),
    "EXPERIMENT-NO-TRACKED-UNIT": Case([*CLEAN, bought("a9", kind="anonymous_id")], "1 `purchase` goal has none"),
    "EXPERIMENT-GOAL-BEFORE": Case([*CLEAN, bought("u1", T - HOUR)], "before the first exposure of the unit"),
    "EXPERIMENT-GOAL-CLOCK": Case([*CLEAN, *(bought(f"u{n}", T - 2_000) for n in range(3))], "at most 2 s before the exposure"),
    "EXPERIMENT-EXCLUDED": Case([*CLEAN, exposed("u88", eligible=False), bought("u88")], "its unit was exposed and takes no part"),
    "EXPERIMENT-NAME": Case(
        [body for n in range(3) for body in (exposed(f"u{n}", name="check_out"), bought(f"u{n}"))],
        "`checkout` is in the file and has no exposure; `check_out`, which is exposed, is not in the file.",
    ),
    "EXPERIMENT-UNIT-NAME": Case([*CLEAN, bought("u77", kind="userId")], "tracks `user_id`; 1 `purchase` goal names it `userId`."),
    "EXPERIMENT-UNIT-EQUAL": Case(
        [both(1), both(2, unit="anonymous_id"), bought("", units={"anonymous_id": "a1", "user_id": "u1"})],
        "exposures name `anonymous_id` and `user_id` equally often; `anonymous_id` is taken",
        "experiments: []",
    ),
    "EXPERIMENT-UNIT-IGNORED": Case(
        CLEAN, "`checkout` tracks `user_id`, and the web console has no such unit", config=f"{CONFIG}catalog: {{units: [anonymous_id]}}\n"
    ),
    "EXPERIMENT-GOAL-IGNORED": Case(
        [*CLEAN, bought("u1", name="order")], "the web console has no goal of this name and ignores 12 goals.", config=f"{CONFIG}catalog: {{goals: [order]}}\n"
    ),
    "EXPERIMENT-EXPOSED-LATE": Case(
        [body for n in range(4) for body in (exposed(f"u{n}", n % 2), bought(f"u{n}", T - HOUR), *([] if n else [bought("u0", name="signup")]))],
        "4 `purchase` goals do not count: they are before the first exposure of the unit.",
    ),
    "EXPERIMENT-NOTHING-COUNTS": Case(
        [body for n in range(3) for body in (exposed(f"u{n}", n % 2), bought(f"v{n}"))],
        "3 units take part, and of 3 goals none counts: 3 never exposed.",
    ),
    "METRIC-OVER-2KB": Case([*CLEAN, bought("u1", note="x" * 2_100)], "1 of 13 goals"),
    "METRIC-NUMBER-AS-TEXT": Case([*CLEAN, bought("u1", revenue="12.50")], "a number in 12 and a text in 1 of 13 goals"),
    "METRIC-CURRENCIES": Case([*CLEAN, bought("u1", revenue=1, currency="USD")], "2 currencies: EUR, USD"),
    "METRIC-DUPLICATES": Case([*CLEAN, bought("u1")], "1 goal repeats another one of 13 goals"),
    "METRIC-KEY-TYPE": Case(
        [*CLEAN, bought("u1", order_id=1001), bought("u1", name="refund", order_id="1001")], "in 1 key"
    ),
    "METRIC-KEY-UNMATCHED": Case(
        [*CLEAN, *(bought("u1", order_id=f"o{n}") for n in range(3)), *(bought("u1", name="refund", order_id=f"O-{n}") for n in range(3))],
        "none of 3 values of `order_id`",
    ),
    "METRIC-KEY-MISSING": Case(
        [*CLEAN, bought("u1", order_id="o1"), bought("u1", name="order_cancelled", reason="late")], "another goal has; `purchase` has `order_id`."
    ),
}  # fmt: skip
