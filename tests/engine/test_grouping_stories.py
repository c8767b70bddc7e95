"""Stories of what is announced together, and to whom."""

from tests.story import Story, policy, receiver, route

BOTH = ["A x=1", "A x=2"]


def test_one_notification_for_each_value_of_the_grouping_labels() -> None:
    """Alerts are announced together when they agree in the labels of group_by."""
    story = Story(route("hook", by="alertname", wait=1))
    story.at(0).posts(story.alert("A x=1"), story.alert("A x=2"), story.alert("B x=1"))

    about_a = story.hears("hook", "first notification", at=1, firing=BOTH)
    about_b = story.hears("hook", "first notification", at=1, firing=["B x=1"])
    story.nobody_hears_more()
    assert (about_a.key.group_key, about_b.key.group_key) == (
        '{}:{alertname="A"}',
        '{}:{alertname="B"}',
    )
    assert dict(about_a.group_labels) == {"alertname": "A"}


def test_without_grouping_labels_there_is_one_group() -> None:
    """An empty group_by puts everything a route takes into one message."""
    story = Story(route("hook", by="", wait=1))
    story.at(0).posts(story.alert("A"), story.alert("B"))

    message = story.hears("hook", "first notification", at=1, firing=["A", "B"])
    story.nobody_hears_more()
    assert message.key.group_key == "{}:{}"


def test_grouping_by_everything_keeps_alerts_apart() -> None:
    """With ``...`` each label set is its own group."""
    story = Story(route("hook", by="...", wait=1))
    story.at(0).posts(story.alert("A x=1"), story.alert("A x=2"))

    for one in BOTH:
        story.hears("hook", "first notification", at=1, firing=[one])
    story.nobody_hears_more()


def test_who_lacks_a_grouping_label_is_in_a_group_of_its_own() -> None:
    """No cluster is not the same as some cluster."""
    story = Story(route("hook", by="cluster", wait=1))
    story.at(0).posts(story.alert("A"), story.alert("A cluster=x"), story.alert("B"))

    message = story.hears("hook", "first notification", at=1, firing=["A", "B"])
    story.hears("hook", "first notification", at=1, firing=["A cluster=x"])
    assert message.key.group_key == "{}:{}"


def test_a_child_groups_like_its_parent_unless_it_says_otherwise() -> None:
    """What a route does not state it has from its parent; naming labels ends an inherited all."""
    story = Story(
        route(
            "hook",
            "",
            route("", "team=named", by="alertname"),
            route("", "team=kept"),
            by="...",
            wait=1,
        )
    )
    for team in ("named", "kept"):
        story.posts(story.alert("A x=1", team=team), story.alert("A x=2", team=team))

    story.hears("hook", "first notification", at=1, firing=[f"A team=named x={x}" for x in (1, 2)])
    for x in (1, 2):
        story.hears("hook", "first notification", at=1, firing=[f"A team=kept x={x}"])
    story.nobody_hears_more()


def test_a_group_key_names_every_level() -> None:
    """The matchers from the root down, then the labels of the group."""
    tree = route(
        "hook",
        "",
        route("", "team=a", route("", "sev=~crit.* env!=dev")),
        by="alertname zone",
        wait=1,
    )
    story = Story(tree)
    story.at(0).fires("A team=a sev=critical zone=z1")

    message = story.hears(
        "hook", "first notification", at=1, firing=["A sev=critical team=a zone=z1"]
    )
    assert message.key.group_key == (
        '{}/{team="a"}/{env!="dev",sev=~"crit.*"}:{alertname="A", zone="z1"}'
    )


def test_routes_that_both_take_an_alert_group_it_their_own_way() -> None:
    """After ``continue`` the alert is in two groups, which know nothing of each other."""
    story = Story(
        route(
            "root",
            "",
            route("by-name", "alertname=~.+", by="alertname", continues=True),
            route("by-zone", by="zone"),
            wait=1,
        )
    )
    story.at(0).posts(story.alert("A zone=1"), story.alert("B zone=1"))

    story.hears("by-name", "first notification", at=1, firing=["A zone=1"])
    story.hears("by-name", "first notification", at=1, firing=["B zone=1"])
    story.hears("by-zone", "first notification", at=1, firing=["A zone=1", "B zone=1"])
    story.nobody_hears_more()


def test_every_integration_of_a_receiver_hears() -> None:
    """A receiver stands for all of its channels."""
    story = Story(policy(route("db", wait=1), receiver("db", "webhook", "webhook", "slack quiet")))
    story.at(0).fires("A")

    for who in ("db/webhook[0]", "db/webhook[1]", "db/slack[0]"):
        story.hears(who, "first notification", at=1, firing=["A"])
    story.nobody_hears_more()


# Two routes with the same matchers and the same receiver: two groups, one line in the log.


def twins(first_wait: float, second_wait: float) -> Story:
    """Tell of two such routes, which differ in how long they wait."""
    return Story(
        route(
            "root",
            "",
            route("db", "team=db", continues=True, wait=first_wait),
            route("db", "team=db", wait=second_wait),
            interval="1m",
        )
    )


def test_of_two_routes_with_one_name_the_earlier_one_speaks() -> None:
    """What one of them told, the other need not tell."""
    story = twins(1, 2)
    story.at(0).fires("A team=db")

    story.hears("db", "first notification", at=1, firing=["A team=db"])
    story.holds("db", "already told", at=2)
    story.nobody_hears_more(until="1h")


def test_two_routes_with_one_name_do_not_speak_at_once() -> None:
    """While one of them is telling it, the other holds back and looks again at its next flush."""
    story = twins(1, 1).deliveries(take=5)
    story.at(0).fires("A team=db")

    story.hears("db", "first notification", at=6, firing=["A team=db"])
    assert [str(one.held) for one in story.timeline.held] == ["being told at this moment"]
    story.holds("db", "already told", at=61)
    story.nobody_hears_more(until="1h")


def test_what_the_one_could_not_deliver_the_other_tells() -> None:
    """The second of two such routes does not rely on the first."""
    story = twins(1, 10).deliveries(fail=["db"])
    story.at(0).fires("A team=db")
    story.misses("db", "first notification", at=1)
    story.at(5).deliveries()

    story.hears("db", "first notification", at=10, firing=["A team=db"])
    story.nobody_hears_more(until="1h")


def test_the_end_is_told_once_by_two_routes_with_one_name() -> None:
    """Even if both look in the same moment."""
    story = twins(1, 1).deliveries(take=5)
    story.at(0).fires("A team=db")
    story.hears("db", "first notification", at=6, firing=["A team=db"])
    story.at(30).resolves("A team=db")

    story.hears("db", "all alerts resolved", at=66, resolved=["A team=db"])
    story.nobody_hears_more(until="1h")
    assert not len(story.timeline.engine.groups)
