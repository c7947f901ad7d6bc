"""Calls of every library that Segment has: each is the event that the library would post, or is told with its place."""

from __future__ import annotations

from typing import Any

import pytest

from abtui.core.events import Event, SdkDefaults, read_text
from abtui.core.events.calls import Problem, read_call

SDK = SdkDefaults(now="2026-02-03T04:05:06.007Z", anonymous_id="anon", message_id_prefix="m")

# Each call: the name of its library in the context, and what its event has besides its dates, context and messageId.
CALLS: list[tuple[str, str, dict[str, Any]]] = [
    # Ruby
    ("Analytics.track(user_id: 'u-1', event: 'E', properties: { total: 12.5 }, integrations: { all: false, KISSmetrics: true })", "analytics-ruby",
     {"type": "track", "userId": "u-1", "event": "E", "properties": {"total": 12.5}, "integrations": {"all": False, "KISSmetrics": True}}),
    ("Analytics.track(\n  user_id: '019mr8mf4r',\n  event: 'Item Purchased',\n  properties: { revenue: 39.95, shipping: '2-day', note: nil, tags: [:a, 'b'] }\n)", "analytics-ruby",
     {"type": "track", "userId": "019mr8mf4r", "event": "Item Purchased", "properties": {"revenue": 39.95, "shipping": "2-day", "note": None, "tags": ["a", "b"]}}),
    ("Analytics.track user_id: 'u', event: 'E', properties: { a: 1 }", "analytics-ruby", {"type": "track", "userId": "u", "event": "E", "properties": {"a": 1}}),
    ("Analytics.track user_id: 'u', event: 'E', properties: { a: 1 }, integrations: { all: false }", "analytics-ruby", {"type": "track", "userId": "u", "event": "E", "properties": {"a": 1}, "integrations": {"all": False}}),
    ("Analytics.track user_id: 'u', event: 'E',\n  properties: { a: 1,\n    b: 2 },\n  integrations: { all: false }", "analytics-ruby", {"type": "track", "userId": "u", "event": "E", "properties": {"a": 1, "b": 2}, "integrations": {"all": False}}),
    ("analytics.track({ user_id: 'u', event: 'E', properties: { 'a' => 1, :b => :c, d: \"x\\ty\", e: '\\n' } })", "analytics-ruby",
     {"type": "track", "userId": "u", "event": "E", "properties": {"a": 1, "b": "c", "d": "x\ty", "e": "\\n"}}),
    ("Analytics.track(:user_id => 'u', :event => 'E')", "analytics-ruby", {"type": "track", "userId": "u", "event": "E", "properties": {}}),
    ("$analytics.identify(user_id: 'u', traits: { email: 'a@b.c', age: 1_000 }, context: { ip: '192.0.2.1' })", "analytics-ruby",
     {"type": "identify", "userId": "u", "traits": {"email": "a@b.c", "age": 1000}}),
    ("Analytics.page(user_id: 'u', category: 'Docs', name: 'Ruby')", "analytics-ruby", {"type": "page", "userId": "u", "category": "Docs", "name": "Ruby", "properties": {}}),
    ("Analytics.group(user_id: 'u', group_id: '56', traits: { name: 'Initech' })", "analytics-ruby", {"type": "group", "userId": "u", "groupId": "56", "traits": {"name": "Initech"}}),
    ("Analytics.alias(previous_id: 'old', user_id: 'new')", "analytics-ruby", {"type": "alias", "userId": "new", "previousId": "old"}),
    ("SimpleSegment::Client.new.track(user_id: 'u', event: 'E', anonymous_id: 'a')", "*", {"type": "track", "userId": "u", "event": "E", "anonymousId": "a", "properties": {}}),
    ("analytics.track({ :user_id => 'u', :event => 'E', :properties => { :at => Time.utc(2026, 1, 31, 9, 15) } })", "analytics-ruby",
     {"type": "track", "userId": "u", "event": "E", "properties": {"at": "2026-01-31T09:15:00+00:00"}}),
    # PHP
    ('Segment::track(array(\n  "userId" => "abc",\n  "event" => "E",\n  "properties" => array(),\n));', "analytics-php", {"type": "track", "userId": "abc", "event": "E", "properties": {}}),
    ("Segment\\Segment::track([\n 'userId' => 'abc', 'event' => 'E',\n 'properties' => ['price' => 12.5, 'items' => [1, 2], 'it' => 'it\\'s \\n'],\n]);", "analytics-php",
     {"type": "track", "userId": "abc", "event": "E", "properties": {"price": 12.5, "items": [1, 2], "it": "it's \\n"}}),
    ("$segment->track(['userId' => 'abc', 'event' => 'E', 'integrations' => ['All' => FALSE]]);", "analytics-php", {"type": "track", "userId": "abc", "event": "E", "properties": {}, "integrations": {"All": False}}),
    ('Analytics::identify(array("userId" => "u", "traits" => array("name" => "Ann", "n" => NULL)));', "analytics-php", {"type": "identify", "userId": "u", "traits": {"name": "Ann", "n": None}}),
    ('Segment::page(array("userId" => "u", "category" => "Docs", "name" => "PHP", "properties" => array("url" => "https://x")));', "analytics-php",
     {"type": "page", "userId": "u", "category": "Docs", "name": "PHP", "properties": {"url": "https://x"}}),
    ('Segment::alias(array("previousId" => "old", "userId" => "new"));', "analytics-php", {"type": "alias", "userId": "new", "previousId": "old"}),
    # Python
    ("analytics.track('u', 'E', {'a': 1, 'b': (1, 2), 'c': None})", "analytics-python", {"type": "track", "userId": "u", "event": "E", "properties": {"a": 1, "b": [1, 2], "c": None}}),
    ("segment.analytics.track('u', 'E', dict(a=1, b=dict(c=True)), {'ip': '1'})", "analytics-python", {"type": "track", "userId": "u", "event": "E", "properties": {"a": 1, "b": {"c": True}}}),
    ("analytics.track(user_id='u', event='E', properties={'when': datetime.datetime(2026, 1, 31, 9, 15, tzinfo=datetime.timezone.utc), 'price': Decimal('12.50')}, integrations={'all': False})", "analytics-python",
     {"type": "track", "userId": "u", "event": "E", "properties": {"when": "2026-01-31T09:15:00+00:00", "price": 12.5}, "integrations": {"all": False}}),
    ("analytics.track('u', 'E', {'at': datetime.datetime(2026, 1, 31, tzinfo=dateutil.tz.tzutc())})", "analytics-python", {"type": "track", "userId": "u", "event": "E", "properties": {"at": "2026-01-31T00:00:00+00:00"}}),
    ("analytics.track(user_id = 'u', event = 'E')", "analytics-python", {"type": "track", "userId": "u", "event": "E", "properties": {}}),
    ("analytics.track(anonymous_id='a', event='E')", "analytics-python", {"type": "track", "anonymousId": "a", "event": "E", "properties": {}}),
    ("analytics.group('u', 'g', {'name': 'x'})", "analytics-python", {"type": "group", "userId": "u", "groupId": "g", "traits": {"name": "x"}}),
    ("analytics.page('u', 'Docs', 'Home', {'path': '/'})", "analytics-python", {"type": "page", "userId": "u", "category": "Docs", "name": "Home", "properties": {"path": "/"}}),
    # Java
    ('analytics.enqueue(TrackMessage.builder("Order Completed").userId("u").properties(ImmutableMap.of("a", 1, "b", "x")));', "analytics-java",
     {"type": "track", "userId": "u", "event": "Order Completed", "properties": {"a": 1, "b": "x"}}),
    ('analytics.enqueue(TrackMessage.builder("E")\n    .userId("u")\n    .properties(ImmutableMap.<String, Object>builder()\n        .put("revenue", 39.95)\n        .put("tags", Arrays.asList("a", "b"))\n        .build()\n    )\n);', "analytics-java",
     {"type": "track", "userId": "u", "event": "E", "properties": {"revenue": 39.95, "tags": ["a", "b"]}}),
    ('analytics.enqueue(TrackMessage.builder("E").userId("u").properties(Map.of("at", new Date(1769850900000L))));', "analytics-java", {"type": "track", "userId": "u", "event": "E", "properties": {"at": "2026-01-31T09:15:00.000Z"}}),
    ('analytics.enqueue(IdentifyMessage.builder().anonymousId("a").traits(Map.of("plan", "pro")).enableIntegration("All", false));', "analytics-java",
     {"type": "identify", "anonymousId": "a", "traits": {"plan": "pro"}, "integrations": {"All": False}}),
    ('analytics.enqueue(ScreenMessage.builder("Home").userId("u").properties(new HashMap<String, Object>() {{ put("a", 1L); put("b", true); }}));', "analytics-java",
     {"type": "screen", "userId": "u", "name": "Home", "properties": {"a": 1, "b": True}}),
    ('analytics.enqueue(GroupMessage.builder("g").userId("u").traits(Map.ofEntries(Map.entry("a", 1), entry("b", 2.0f))))', "analytics-java", {"type": "group", "userId": "u", "groupId": "g", "traits": {"a": 1, "b": 2.0}}),
    ('analytics.enqueue(AliasMessage.builder("old").userId("new"));', "analytics-java", {"type": "alias", "userId": "new", "previousId": "old"}),
    # Android
    ('Analytics.with(context).track("E", new Properties().putValue("a", 1).putRevenue(12.5).putProductId("p"));', "analytics-android",
     {"type": "track", "event": "E", "properties": {"a": 1, "revenue": 12.5, "id": "p"}}),
    ('Analytics.with(this)\n    .track("E",\n        new Properties().putValue("a", "b"));', "analytics-android", {"type": "track", "event": "E", "properties": {"a": "b"}}),
    ('Analytics.with(context).identify("u", new Traits().putName("Ann").putEmail("a@b.c"), null);', "analytics-android", {"type": "identify", "userId": "u", "traits": {"name": "Ann", "email": "a@b.c"}}),
    ('Analytics.with(context).track("E", new Properties(), new Options().setIntegration("All", false));', "analytics-android", {"type": "track", "event": "E", "properties": {}, "integrations": {"All": False}}),
    ('Analytics.with(context).screen("Feed", new Properties().putValue("n", 24));', "analytics-android", {"type": "screen", "name": "Feed", "properties": {"n": 24}}),
    # Kotlin
    ('analytics.track("E", buildJsonObject {\n    put("id", 123)\n    put("name", "Striped")\n    putJsonObject("o") { put("x", true) }\n    putJsonArray("l") { add(1); add("b") }\n});', "analytics-kotlin",
     {"type": "track", "event": "E", "properties": {"id": 123, "name": "Striped", "o": {"x": True}, "l": [1, "b"]}}),
    ('analytics.track("E", mapOf("a" to 1, "b" to listOf("x", "y"), "c" to mapOf("d" to null)))', "analytics-kotlin", {"type": "track", "event": "E", "properties": {"a": 1, "b": ["x", "y"], "c": {"d": None}}}),
    ('analytics.identify("u", buildJsonObject { put("a", 1) })', "analytics-kotlin", {"type": "identify", "userId": "u", "traits": {"a": 1}}),
    ('Analytics.with(context).track("E", Properties().putValue("a", 1))', "analytics-android", {"type": "track", "event": "E", "properties": {"a": 1}}),
    ('analytics.track("E", JsonObject(mapOf("a" to JsonPrimitive("x"))))', "analytics-kotlin", {"type": "track", "event": "E", "properties": {"a": "x"}}),
    # Go
    ('client.Enqueue(analytics.Track{\n  UserId: "u",\n  Event:  "E",\n  Properties: analytics.NewProperties().\n    SetRevenue(100.0).\n    Set("a", 1),\n})', "analytics-go",
     {"type": "track", "userId": "u", "event": "E", "properties": {"revenue": 100.0, "a": 1}}),
    ('client.Enqueue(analytics.Track{UserId: "u", Event: "E", Properties: map[string]interface{}{"a": 1, "l": []string{"x"}}, Integrations: map[string]interface{}{"All": false}})', "analytics-go",
     {"type": "track", "userId": "u", "event": "E", "properties": {"a": 1, "l": ["x"]}, "integrations": {"All": False}}),
    ('err := client.Enqueue(&analytics.Identify{UserId: "u", Traits: analytics.Traits{"a": nil}})', "analytics-go", {"type": "identify", "userId": "u", "traits": {"a": None}}),
    ('client.Enqueue(analytics.Page{AnonymousId: "a", Name: "Home", Properties: analytics.Properties{"url": `https://x`}})', "analytics-go",
     {"type": "page", "anonymousId": "a", "name": "Home", "properties": {"url": "https://x"}}),
    ('client.Enqueue(analytics.Group{UserId: "u", GroupId: "g", Traits: analytics.NewTraits().SetName("x")})', "analytics-go", {"type": "group", "userId": "u", "groupId": "g", "traits": {"name": "x"}}),
    # .NET
    ('Analytics.Client.Track("u", "E", new Properties() { { "a", 1 }, { "b", new List<string> { "x", "y" } } });', "Analytics.NET", {"type": "track", "userId": "u", "event": "E", "properties": {"a": 1, "b": ["x", "y"]}}),
    ('Analytics.Client.Track("u", "E", new Dictionary<string, object> { ["a"] = 1.5m, ["b"] = new Dictionary<string, object>() { { "c", true } } }, new Options().SetIntegration("All", false));', "Analytics.NET",
     {"type": "track", "userId": "u", "event": "E", "properties": {"a": 1.5, "b": {"c": True}}, "integrations": {"All": False}}),
    ('Analytics.Client.Identify("u", new Traits() { { "email", "a@b.c" } });', "Analytics.NET", {"type": "identify", "userId": "u", "traits": {"email": "a@b.c"}}),
    ('Analytics.Client.Page("u", "Login", new Properties(){{ "path", "/login" }});', "Analytics.NET", {"type": "page", "userId": "u", "name": "Login", "properties": {"path": "/login"}}),
    ('Analytics.Client.Alias("old", "new");', "Analytics.NET", {"type": "alias", "userId": "new", "previousId": "old"}),
    ('analytics.Track("E", new JsonObject { ["a"] = "b", ["n"] = 2 });', "Analytics.NET", {"type": "track", "event": "E", "properties": {"a": "b", "n": 2}}),
    ('analytics.Track("E", new { a = 1, b = new[] { 1, 2 } });', "Analytics.NET", {"type": "track", "event": "E", "properties": {"a": 1, "b": [1, 2]}}),
    # Swift, Objective-C, JavaScript
    ('analytics.track(name: "E", properties: ["a": 1, "b": ["c": true], "l": ["x"]])', "analytics-swift", {"type": "track", "event": "E", "properties": {"a": 1, "b": {"c": True}, "l": ["x"]}}),
    ('Analytics.shared().track("E", properties: ["a": 1])', "analytics-swift", {"type": "track", "event": "E", "properties": {"a": 1}}),
    ('[[SEGAnalytics sharedAnalytics] track:@"E" properties:@{ @"a": @1 }];', "analytics-ios", {"type": "track", "event": "E", "properties": {"a": 1}}),
    ('const sent = await analytics.track({ userId: "u", event: "E", properties: { when: new Date("2026-01-31"), big: 10n } })', "analytics.js",
     {"type": "track", "userId": "u", "event": "E", "properties": {"when": "2026-01-31T00:00:00.000Z", "big": 10}}),
]  # fmt: skip
SERVERS = {"analytics-ruby", "analytics-php", "analytics-python", "analytics-java", "analytics-go", "Analytics.NET"}


@pytest.mark.parametrize(("code", "library", "event"), CALLS, ids=[code[:40] for code, _, _ in CALLS])
def test_a_call_is_the_event_of_its_library(code: str, library: str, event: dict[str, Any]) -> None:
    [item] = read_text(code, "code", SDK)
    assert isinstance(item, Event), item
    assert library in ("*", item.value["context"]["library"]["name"])
    added = {"messageId", "originalTimestamp", "sentAt", "timestamp", "receivedAt", "context"}
    found = {key: value for key, value in item.value.items() if key not in added}
    expected = {"integrations": {}, "anonymousId": "anon", **event}
    if library in SERVERS and "anonymousId" not in event and "userId" in event:
        # A library on a server makes up no id.
        del expected["anonymousId"]
    assert found == expected
    assert [note.code for note in item.findings] == ["CODE-COMPLETED"]


@pytest.mark.parametrize(
    ("code", "at"),
    [
        ("Analytics.track(user_id: current_user.id, event: 'E')", "current_user"), ("Analytics.track(user_id: \"#{id}\", event: 'E')", "#{"), ("Analytics.track user_id: id, event: 'E'", "id,"),
        ("Analytics.track(user_id: 'u', event: 'E', timestamp: Time.now)", "Time"), ('Segment::track(array("userId" => $id, "event" => "E"))', "$id"), ('Segment::track(["userId" => "u-$id", "event" => "E"])', "$id"),
        ("analytics.track('u', 'E', {'a': x})", "x})"), ("analytics.track('u', 'E', {'a': datetime.datetime(2026, 1, 31)})", "datetime"), ("analytics.track('u', 'E', {'a': f'{x}'})", "f'"),
        ('analytics.enqueue(TrackMessage.builder(name).userId("u"))', "name"), ('analytics.enqueue(TrackMessage.builder("E").userId(user.getId()))', "user."), ("analytics.enqueue(message)", "message)"),
        ('analytics.enqueue(TrackMessage.builder("E").properties(map.of("a", 1)))', "map.of"), ('analytics.track("E", buildJsonObject { put("a", price) })', "price"), ('analytics.track("E $name", mapOf("a" to 1))', "$name"),
        ('client.Enqueue(analytics.Track{UserId: id, Event: "E"})', "id,"), ("client.Enqueue(analytics.Track{UserId: \"u\"})", "analytics.Track"), ('Analytics.Client.Track(user.Id, "E")', "user.Id"),
        ('Analytics.Client.Track("u", $"E {x}")', '$"'), ('Analytics.with(context).track("E", new Properties().putValue("a", x))', "x))"), ('analytics.track(name: "E", properties: MyProperties(a: 1))', "MyProperties"),
        ('Analytics.with(context).track("E", new Properties().frob("a", 1))', ".frob"), ("analytics.track('u', 'E', Map.of('a', 1, 'b'))", "Map.of"), ("client.flush()", "flush"),
    ],
)  # fmt: skip
def test_what_is_no_literal_is_told_with_its_place(code: str, at: str) -> None:
    problem = read_call(code, SDK, "a:1")
    assert isinstance(problem, Problem), problem
    assert problem.at == code.index(at), (problem, code[problem.at :])
    assert problem.message
    assert problem.hint


@pytest.mark.parametrize(
    "start",
    [
        "analytics.track('A', {a: ",
        "client.Enqueue(analytics.Track{",
        "Segment::track(array(",
        "Analytics.track user_id: ",
        "x = ",
        "",
    ],
)
@pytest.mark.parametrize(
    "scrap",
    [
        "(",
        "[",
        "{",
        "'",
        '"',
        "`",
        "a.",
        "a<",
        "a(",
        "=>",
        ":",
        "\\",
        "/*",
        "#",
        "new ",
        "[]",
        "mapOf(",
        "a=",
        "->",
        "::",
        "dict(a=",
        "@",
        "{{",
        "$",
    ],
)
def test_a_hostile_line_is_read_to_its_end(start: str, scrap: str) -> None:
    items = read_text(start + scrap * (15_000 // len(scrap)))
    assert not any(isinstance(item, Event) for item in items)
