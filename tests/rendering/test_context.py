"""What templates see of a notification."""

import pytest

from alertrouter.rendering.context import LabelMap, view
from alertrouter.rendering.templates import Templates
from tests.notices import alert, notice

SHOWN = view(
    notice(
        alert(zone="z", job="api", instance="i1", annotations={"summary": "s", "own": "1"}),
        alert(zone="z", job="api", instance="i2", annotations={"summary": "s"}, is_over=True),
        group={"alertname": "HighCPU", "job": "api"},
        receiver="team.x",
    ),
    "http://router",
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ receiver }} {{ status }} {{ external_url }}", "team.x firing http://router"),
        ("{{ notification_reason }}", "first notification"),
        ("{{ alerts | length }} {{ alerts.firing | length }} {{ alerts.resolved | length }}",
         "2 1 1"),
        ("{% for a in alerts %}{{ a.status }}:{{ a.labels.instance }} {% endfor %}",
         "firing:i1 resolved:i2 "),
        ("{{ group_labels }}", "alertname=HighCPU, job=api"),
        ("{{ common_labels }}", "alertname=HighCPU, job=api, zone=z"),
        ("{{ common_annotations }}|{{ route_labels }}|", "summary=s||"),
        ("{{ common_labels.remove(group_labels.names) }}", "zone=z"),
        ("{{ common_labels.sorted_pairs.values | join('/') }}", "HighCPU/api/z"),
        ("{% for p in group_labels.sorted_pairs %}{{ p.name }}={{ p.value }};{% endfor %}",
         "alertname=HighCPU;job=api;"),
        ("{% for name, value in group_labels.items() %}{{ name }}:{{ value }} {% endfor %}",
         "alertname:HighCPU job:api "),
        ("{{ common_labels.nosuch }}|{{ common_labels.get('nosuch', 'x') }}", "|x"),
        ("{{ 'job' in common_labels }} {{ common_labels['job'] }}", "True api"),
        ("{{ alerts[0].fingerprint }} {{ alerts[0].generator_url }}",
         "07563d4d3ccfc54a http://prometheus/graph?a=1&b=2"),
        ("{{ alerts[0].starts_at.isoformat() }}|{{ alerts[0].ends_at }}",
         "2026-01-02T02:59:05+00:00|"),
        ("{{ alerts[1].ends_at.isoformat() }}", "2026-01-02T03:03:55+00:00"),
        ("{{ now.isoformat() }}", "2026-01-02T03:04:05+00:00"),
    ],
)  # fmt: skip
def test_data(text: str, expected: str) -> None:
    assert Templates.load({}).compile(text, "text").rendered(SHOWN) == expected


def test_alertname_comes_first() -> None:
    """People look for the name of the alert before anything else."""
    labels = LabelMap({"a": "1", "alertname": "X", "zone": "z", "Job": "j"})
    assert labels.names == ("alertname", "Job", "a", "zone")
    assert labels.values == ("X", "j", "1", "z")
    assert str(labels.remove(["alertname"]).sorted_pairs) == "Job=j, a=1, zone=z"


def test_a_label_named_like_an_attribute_is_reached_with_brackets() -> None:
    labels = LabelMap({"names": "n", "values": "v"})
    assert (labels["names"], labels["values"]) == ("n", "v")
