"""The story: a goal that arrives, goals that do not, what else goes through, a change of the mapping, and sending."""

from __future__ import annotations

from typing import Final

from abtui.core.text.paths import Path
from abtui.core.tour.model import Expected, Step

_PURCHASE: Final[Path] = ("settings", "goalMapping", "Order completed")
_SCREENS: Final[Path] = ("settings", "enableAppScreenViewTracking")
_CHANGE: Final = ((_PURCHASE, "purchase"), (_SCREENS, False))

STEPS: Final[tuple[Step, ...]] = (
    Step(
        name="arrives",
        title="An order becomes a goal",
        caption=(
            "Keys `1` to `3`: the events of a shop, one of them, and what the destination makes of it. "
            "`Order Completed` is sent as the goal `purchase`, for both ids of the customer. This one arrives."
        ),
        look="result",
        event="01-order-completed.json:1",
        expected=Expected(
            verdict="send", fate="arrives", reason="GOAL-MAPPED", goal="purchase", uid="u-20417", shown=101
        ),
    ),
    Step(
        name="why",
        title="Every field has a reason",
        caption=(
            "`w` shows why: each decision, the field of the event it read, the line of the config it used, the place in "
            "the payload it wrote. It is the mapping itself that tells, so it cannot tell anything else than it does."
        ),
        look="result",
        event="01-order-completed.json:1",
        tab="why",
        expected=Expected(verdict="send", fate="arrives", reason="GOAL-MAPPED", goal="purchase"),
    ),
    Step(
        name="origin",
        title="Where it comes from",
        caption=(
            "The cursor is on the first `uid` of the payload. It comes from `userId` of the event, by a line of unitMapping in "
            "the config: both light up where they are in view. It works from the event and the config, too."
        ),
        look="result",
        event="01-order-completed.json:1",
        field='"uid"',
        needs=("action:follow",),
        expected=Expected(verdict="send", fate="arrives", reason="GOAL-MAPPED", goal="purchase", uid="u-20417"),
    ),
    Step(
        name="no-id",
        title="Green there, nothing sent",
        caption=(
            "A newsletter sign-up without `userId` and without `anonymousId`. The destination finds no unit, sends nothing and "
            "raises no error: Segment shows Success. In the web console one waits for this goal for ever."
        ),
        look="result",
        event="16-no-ids.json:1",
        tab="why",
        expected=Expected(
            verdict="drop", fate="never-leaves", reason="NO-UNIT", findings=("UNIT-NONE", "EVENT-IDENTITY")
        ),
    ),
    Step(
        name="an-id",
        title="Try it: give it an id",
        caption=(
            "Type into the event (`e`), and the result follows each key. With an `anonymousId` it is sent, as the goal "
            "`newsletter`. The repair belongs into the website; here it took one line to know which."
        ),
        look="event",
        event="16-no-ids.json:1",
        edit=(
            '"event": "Newsletter Subscribed",',
            '"event": "Newsletter Subscribed",\n  "anonymousId": "visitor-4711",',
        ),
        expected=Expected(verdict="send", fate="arrives", reason="GOAL-MAPPED", goal="newsletter", uid="visitor-4711"),
    ),
    Step(
        name="wrong-case",
        title="One letter, another goal",
        caption=(
            "`Order completed`, with a small c, is not `Order Completed`: the mapping is exact. It is sent under its own "
            "name, a goal that nobody made, and ignored. The list is filtered (`/`) for all events like it."
        ),
        look="result",
        event="15-wrong-case.jsonl:1",
        tab="findings",
        filter="finding:GOAL-NEAR",
        expected=Expected(
            verdict="send",
            fate="ignored",
            reason="GOAL-OWN-NAME",
            goal="Order completed",
            findings=("GOAL-NEAR", "CATALOG-GOAL"),
            shown=4,
        ),
    ),
    Step(
        name="all-findings",
        title="What is wrong at large",
        caption=(
            "`5` has the findings of all events in groups: how many events have each, what it means, where they are. "
            "What can be mended for certain is mended with one key, and taken back with another."
        ),
        look="drawer",
        event="15-wrong-case.jsonl:1",
        tab="findings",
        panel="findings",
        needs=("panel:findings",),
        expected=Expected(
            verdict="send",
            fate="ignored",
            reason="GOAL-OWN-NAME",
            goal="Order completed",
            findings=("GOAL-NEAR", "CATALOG-GOAL"),
        ),
    ),
    Step(
        name="big-ids",
        title="Two customers become one",
        caption=(
            "The `userId` of this order is the number 9007199254740993, which JavaScript cannot hold: the payload says "
            "...992, and that is someone else. No error anywhere, two people in one unit. Send ids as text."
        ),
        look="result",
        event="17-big-number-ids.json:52",
        filter="source:17-big",
        expected=Expected(
            verdict="send",
            fate="arrives",
            reason="GOAL-MAPPED",
            goal="purchase",
            uid="9007199254740992",
            findings=("UNIT-PRECISION",),
            shown=4,
        ),
    ),
    Step(
        name="opted-out",
        title="A customer who said no",
        caption=(
            "`integrations` switches this destination off, so Segment filters the event before the destination runs, and "
            "shows Filtered. Nothing is broken: a goal that is missing may be a wish that was kept."
        ),
        look="result",
        event="19-opted-out.json:1",
        tab="why",
        expected=Expected(
            verdict="drop", fate="never-leaves", reason="FILTERED", segment="Filtered", findings=("EVENT-FILTERED",)
        ),
    ),
    Step(
        name="exposure",
        title="Word for word",
        caption=(
            "AB Smartly's SDK publishes who saw which variant through Segment, as `Experiment Viewed`. The payload is "
            "`properties.absmartly` as it stands: here the mapping has no say, and must not."
        ),
        look="result",
        event="05-experiment-viewed.json:1",
        expected=Expected(verdict="send", fate="arrives", reason="EXPOSURE-TRACK", uid="Q-zXLhInfvpM3-fpW7FJLA"),
    ),
    Step(
        name="engage",
        title="Page and code disagree",
        caption=(
            "Engage sends an audience as `identify`. The catalog page promises a user attribute; the published function "
            "has no handler for it. `behavior.identify` in the config says which of the two is shown."
        ),
        look="result",
        event="07-engage-audience.json:2",
        tab="findings",
        expected=Expected(verdict="send", fate="arrives", reason="ATTRIBUTES", findings=("IDENTIFY-NO-HANDLER",)),
    ),
    Step(
        name="fails",
        title="For once, red in Segment",
        caption=(
            "`properties: null` makes the function throw an error, and Segment shows Bad Request. This is the kind of "
            "mistake that is found without abtui. Most of what we saw before was green."
        ),
        look="result",
        event="21-fails.jsonl:2",
        tab="why",
        expected=Expected(
            verdict="fail", fate="fails", reason="THROWS", segment="Bad Request", findings=("EVENT-THROWS",)
        ),
    ),
    Step(
        name="baseline",
        title="First, a baseline",
        caption=(
            "Now the mapping is to be changed. `b` keeps what becomes of every event now. From here on each edit of the "
            "config is compared with it, for all events, while it is typed."
        ),
        look="events",
        event="15-wrong-case.jsonl:1",
        pinned=True,
        needs=("action:pin",),
        expected=Expected(verdict="send", fate="ignored", reason="GOAL-OWN-NAME", goal="Order completed"),
    ),
    Step(
        name="map",
        title="Map this event to a goal",
        caption=(
            "goalMapping has no entry for `Order completed`. `m` asks which goal it is to be, offers those of the catalog, "
            "and writes the entry into the config. The next step has done it."
        ),
        look="result",
        event="15-wrong-case.jsonl:1",
        tab="why",
        pinned=True,
        needs=("action:map_event",),
        expected=Expected(verdict="send", fate="ignored", reason="GOAL-OWN-NAME", goal="Order completed"),
    ),
    Step(
        name="change",
        title="One line more",
        caption=(
            "The line is in goalMapping, and this event is a `purchase`. All others were mapped anew with it. The comments "
            "stay where they are, and `u` takes a change back."
        ),
        look="config",
        event="15-wrong-case.jsonl:1",
        tab="diff",
        config=((_PURCHASE, "purchase"),),
        pinned=True,
        expected=Expected(verdict="send", fate="arrives", reason="GOAL-MAPPED", goal="purchase"),
    ),
    Step(
        name="side-effect",
        title="And a change too many",
        caption=(
            "Someone switches app screen views off as well. All nine of them are dropped from now on, and Segment goes "
            "on showing Success. Who looks at the first goal only never sees this one go."
        ),
        look="events",
        event="04-screen-views.jsonl:2",
        tab="why",
        filter="type:screen fate:never-leaves",
        config=_CHANGE,
        pinned=True,
        expected=Expected(verdict="drop", fate="never-leaves", reason="SCREEN-TRACKING-OFF", shown=9),
    ),
    Step(
        name="impact",
        title="What the change does",
        caption=(
            "`6` compares with the baseline: how many events changed and how, fate by fate, which goals came and "
            "which went. `x` shows only those events. `abtui diff` tells the same in a pull request."
        ),
        look="drawer",
        event="04-screen-views.jsonl:2",
        tab="diff",
        config=_CHANGE,
        pinned=True,
        panel="impact",
        needs=("panel:impact", "action:pin"),
        expected=Expected(verdict="drop", fate="never-leaves", reason="SCREEN-TRACKING-OFF"),
    ),
    Step(
        name="accepted",
        title="Send it, to this machine",
        caption=(
            "A collector on this machine answers as AB Smartly's does: accepted. Both are shown, what the collector said "
            "and what Segment would show. Where requests go is always in the top row."
        ),
        look="result",
        event="10-shopping-session.jsonl:19",
        tab="response",
        sent=True,
        needs=("action:send",),
        expected=Expected(verdict="send", fate="arrives", reason="GOAL-MAPPED", goal="purchase", receipt="accepted"),
    ),
    Step(
        name="refused",
        title="Refused, and green",
        caption=(
            "This exposure breaks the collector's contract and is refused, with the reasons. Segment shows Success all "
            "the same: any answer that is JSON will do. Green in Segment is not arrived in AB Smartly."
        ),
        look="result",
        event="22-exposure-mistakes.json:106",
        tab="response",
        sent=True,
        needs=("action:send",),
        expected=Expected(
            verdict="send", fate="refused", reason="EXPOSURE-TRACK", findings=("CONTRACT",), receipt="refused"
        ),
    ),
    Step(
        name="yours",
        title="Now yours",
        caption=(
            "Paste an event anywhere, or open files with `o`; `?` shows all keys. Without a screen, `abtui check`, `diff` "
            "and `test` prove the same in CI. Escape ends the tour and leaves everything open."
        ),
        look="events",
        event="01-order-completed.json:1",
        expected=Expected(verdict="send", fate="arrives", reason="GOAL-MAPPED", goal="purchase", shown=101),
    ),
)
