"""The uses of the workbench, as keys and what is then on screen. Keyboard only."""

from __future__ import annotations

from typing import Any, NamedTuple


class Posted(NamedTuple):
    """A call of Segment's SDK for Python: the method, and its arguments by name."""

    method: str
    arguments: dict[str, Any]


class Move(NamedTuple):
    """Press `keys` (names of tmux; a text of several characters is typed), wait for `sees` (a regular expression), tell `why`.

    Before it, the SDK posts what `posts` says to the address that is on screen.
    """

    why: str
    keys: tuple[str, ...]
    sees: str
    posts: tuple[Posted, ...] = ()


class Story(NamedTuple):
    """A session: the command's arguments and what is done."""

    name: str
    title: str
    arguments: tuple[str, ...]
    moves: tuple[Move, ...]
    config: str = ""
    """The text of `shop.yaml`, if there is one."""


DEBUG = Story(
    "debug-a-missing-goal",
    "Find why purchase is short, and mend it",
    (),
    (
        Move("The demo opens: its events, and what becomes of the first.", (), r"Of 102: ● 80 arrive.*ARRIVES"),
        Move(
            "Where is the goal? Each loss on the way: how many, who, and why. The largest that can be mended is selected.",
            ("g",),
            r"16 events were meant for it: ● 12 arrive.*then 15 of 16 arrive",
        ),
        Move(
            "Enter writes the three lines. Of the loss that is left it says that nothing is to be mended.",
            ("Enter",),
            r"● 15 arrive, 1 is lost.*a customer said no.*Lines 29 to 31 added",
        ),
        Move("Back to the events: three more of them arrive.", ("Escape",), r"Of 102: ● 83 arrive"),
        Move("u takes it back.", ("u",), r"Of 102: ● 80 arrive.*undone"),
    ),
)
TOUR = Story(
    "the-tour",
    "Give the tour: no account, no network, a story on screen",
    ("tour",),
    (
        Move("It begins with an order that arrives.", (), r"80 arrive.*● ARRIVES.*1 of 9"),
        Move("One small letter, and nobody is told.", ("Right",), r"○ IGNORED.*then 81 of 102 arrive.*2 of 9"),
        Move("Enter maps it, and the line is whole.", ("Enter",), r"● 81 arrive.*● ARRIVES.*2 of 9"),
        Move("The next step finds all as it was: a sign-up that never leaves.", ("Right",), r"■ NEVER LEAVES.*3 of 9"),
        Move("Refused, and Segment says Success.", ("Right",), r"✗ REFUSED.*collector 400.*4 of 9"),
        Move("Where is purchase?", ("Right",), r"then 15 of 16 arrive.*5 of 9"),
        Move("One switch is off: who is affected, and by which line.", ("Right",), r"line 13.*8 arrive again.*6 of 9"),
        Move("The move to another destination, proved before it.", ("Right",), r"5  identify 4, group 1.*7 of 9"),
        Move(
            "It arrives, and does not count in the experiment.",
            ("Right",),
            r"DOES NOT COUNT.*then 1 of 13 counts.*8 of 9",
        ),
        Move("And then one's own site.", ("Right",), r"Point your site.*Enter  Listen.*9 of 9"),
        Move("Back is exact.", ("Left",) * 7, r"○ IGNORED.*then 81 of 102 arrive.*2 of 9"),
        Move("Escape ends the tour; everything stays open.", ("Escape",), r"Now it is your turn"),
    ),
)
VERIFY = Story(
    "verify-a-config-change",
    "Change three settings, and read who is affected before it is deployed",
    (),
    (
        Move("The demo opens.", (), r"Of 102: ● 80 arrive.*ARRIVES"),
        Move("Into the config: each line says at its end what it does.", ("3",), r"enableAppScreenView.*● 9 events"),
        Move("As a form, with Segment's own names.", ("C-g",), r"Enable Page View Tracking +on +● 16 events"),
        Move("To its last switch.", ("NPage",) * 5, r"▌ Enable Exposure Tracking"),
        Move(
            "Off: what that does is told at once, here and in the sentence.",
            ("Space",),
            r"4 events are lost.*8 never leave",
        ),
        Move(
            "The other two as well.",
            ("Up", "Space", "Up", "Space"),
            r"25 events are lost.*16 never leave.*9 never leave",
        ),
        Move(
            "Who is affected? Each move, the worst first, and the line that does it.",
            ("F7",),
            r"30 now never leave.*13  page Home.*line 12.*13 arrive again",
        ),
        Move("It was not meant so for pages: Enter takes that line back.", ("Enter",), r"14 now never leave"),
    ),
)
SHOP = """\
destination: classic
settings:
  apiKey: not-a-key
  collectorEndpoint: https://shop.absmartly.io/v1
  environment: production
  application: website
  enablePageViewTracking: true
  enableAppScreenViewTracking: false
  enableExposureTracking: true
  goalMapping: { Order Completed: purchase }
  unitMapping: { userId: user_id }
catalog:
  goals: [purchase, Signed Up, "Page: Home", "Page: Cart", "Screen: Checkout"]
  units: [user_id]
  environments: [production]
  applications: [website]
"""
CHECKOUT = Posted("screen", {"name": "Checkout", "user_id": "u-10"})
VISIT = (
    *(Posted("page", {"name": name, "user_id": f"u-{user}"}) for user, name in enumerate(("Home", "Cart", "Home", "Cart"))),
    *(Posted("track", {"event": "Signed Up", "user_id": f"u-{user}"}) for user in (4, 5)),
    *(Posted("track", {"event": "Order Completed", "user_id": f"u-{user}", "properties": {"total": 12.5}}) for user in (6, 7, 8)),
    CHECKOUT,
)  # fmt: skip
LISTEN = Story(
    "listen-to-an-sdk",
    "Point the site's SDK here, find the event that never leaves, and mend it",
    ("shop.yaml", "--listen", "--port", "0"),
    (
        Move("It listens, and says how an SDK is pointed here.", (), r"Listening at.*waiting.*analytics.host"),
        Move(
            "Segment's SDK for Python, unmodified, sends ten events: one of them never leaves.",
            (),
            r"Of 10: ● 9 arrive ■ 1 never leaves.*▌.*screen Checkout +never leaves",
            VISIT,
        ),
        Move(
            "Enter opens it: it stops at the destination, by a line of the config.",
            ("Enter",),
            r"■ NEVER LEAVES.*Enter",
        ),
        Move("Enter switches screens on, and all ten arrive.", ("Enter",), r"10 events: +● 10 arrive"),
        Move("The same screen once more, live: it arrives.", ("6",), r"Of 11: ● 11 arrive", (CHECKOUT,)),
    ),
    SHOP,
)
STORIES = (DEBUG, TOUR, VERIFY, LISTEN)
