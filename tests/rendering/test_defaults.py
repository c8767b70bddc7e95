"""The texts that people get who have written none."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis.strategies import characters, dictionaries, text

from alertrouter.model.alert import Alert
from alertrouter.rendering.context import view
from alertrouter.rendering.templates import Templates
from tests.notices import alert, notice

TEMPLATES = Templates.load({})
VOID = {"meta", "br", "hr", "img"}


def macro(name: str, *alerts: Alert, html: bool = False, **about: object) -> str:
    shown = view(notice(*alerts, **about), "http://router")  # type: ignore[arg-type]
    return TEMPLATES.compile(f"{{{{ {name}() }}}}", "text", html=html).rendered(shown)


@pytest.mark.parametrize(
    ("alerts", "group", "expected"),
    [
        ([alert(instance="a:9100", severity="critical")], {"alertname": "HighCPU"},
         "[FIRING:1] HighCPU (a:9100 critical)"),
        ([alert(), alert(is_over=True)], {"alertname": "HighCPU"}, "[FIRING:1] HighCPU "),
        ([alert(instance="a:9100", is_over=True)], {}, "[RESOLVED]  (HighCPU a:9100)"),
        ([alert(job="api", severity="page", instance="1"),
          alert(job="api", severity="page", instance="2")],
         {"alertname": "HighCPU", "job": "api"}, "[FIRING:2] HighCPU api (page)"),
    ],
    ids=["extra labels", "nothing extra", "no group", "two"],
)  # fmt: skip
def test_the_subject_is_alertmanagers(
    alerts: list[Alert], group: dict[str, str], expected: str
) -> None:
    for name in ("subject", "slack_title", "email_subject"):
        assert macro(name, *alerts, group=group) == expected


def test_links_are_alertmanagers() -> None:
    link = "http://router/#/alerts?receiver=team%5C.x+y"
    assert macro("slack_title_link", receiver="team.x y") == link
    assert macro("slack_fallback", receiver="team.x y").endswith(f" | {link}")


def test_the_colour_says_whether_it_is_over() -> None:
    assert macro("slack_color") == "danger"
    assert macro("slack_color", alert(is_over=True)) == "good"


def test_slack_text_names_what_tells_alerts_apart() -> None:
    told = macro(
        "slack_text",
        alert(
            instance="a",
            annotations={
                "summary": "CPU is hot",
                "description": "98 %",
                "runbook_url": "http://rb",
            },
        ),
        alert(instance="b", is_over=True),
    )
    assert told == (
        ":red_circle: *CPU is hot* `instance=a` · <http://rb|runbook>\n98 %\n"
        ":large_green_circle: *HighCPU* `instance=b`\n"
    )


def test_a_log_block_shows_every_alert() -> None:
    told = macro(
        "log_text", alert(instance="a", annotations={"summary": "hot"}), alert(is_over=True)
    )
    assert told == (
        "[FIRING:1] HighCPU → team, first notification\n"
        "  ● firing   alertname=HighCPU, instance=a\n"
        "             since 2026-01-02 02:59:05 UTC\n"
        "             summary: hot\n"
        "  ○ resolved alertname=HighCPU\n"
        "             from 2026-01-02 02:59:05 UTC to 2026-01-02 03:03:55 UTC\n"
    )


@pytest.mark.parametrize(
    ("name", "most"),
    [("slack_text", 10), ("email_text", 50), ("email_html", 50), ("log_text", 100)],
)
def test_a_storm_is_cut_short_and_says_so(name: str, most: int) -> None:
    alerts = [alert(instance=f"host-{number:04}") for number in range(2_000)]
    told = macro(name, *alerts, html=name.endswith("html"))
    assert set(re.findall(r"host-\d{4}", told)) == {f"host-{n:04}" for n in range(most)}
    assert f"… and {2_000 - most} more" in told


class _Tags(HTMLParser):
    """Keeps what is open, and every link."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        if tag not in VOID:
            self.open.append(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


PLAIN_TAGS = {
    "html", "head", "meta", "title", "style", "body", "div", "span", "a", "p",
}  # fmt: skip
HOSTILE = text(characters(exclude_categories=["Cs"]), min_size=1) | text(
    "<>&\"'/= script", min_size=1
)


@given(dictionaries(HOSTILE, HOSTILE, max_size=3), HOSTILE)
def test_no_alert_text_adds_a_tag_to_the_mail(labels: dict[str, str], url: str) -> None:
    """Whatever labels, annotations and links hold, the page is the page of the template."""
    told = _Tags()
    hostile = {**labels, "summary": url, "description": url, "runbook_url": url}
    told.feed(macro("email_html", alert(url=url, annotations=hostile), html=True))
    assert told.open == []
    assert told.seen <= PLAIN_TAGS
    assert not any(link.strip().lower().startswith("javascript:") for link in told.links)
