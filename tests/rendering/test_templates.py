"""Templates: what can be written, what is refused and how, and that every one comes to an end."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis.strategies import text

from alertrouter.errors import TemplateFailed
from alertrouter.rendering.context import View, view
from alertrouter.rendering.templates import Templates
from tests.notices import alert, notice

PLACE = "receivers[0].slack_configs[0].text"
TEMPLATES = Templates.load({})


@pytest.fixture
def shown() -> View:
    return view(notice(alert(instance="<b>", annotations={"summary": "it's & down"})), "http://r")


def test_a_text_without_marks_is_left_alone(shown: View) -> None:
    given = "100 % {curly} \n"
    assert TEMPLATES.compile(given, PLACE).rendered(shown) == given


def test_blocks_on_lines_of_their_own_leave_no_empty_lines(shown: View) -> None:
    text = (
        "{% for alert in alerts %}\n  {% if true %}\n- {{ alert.labels.alertname }}\n"
        "  {% endif %}\n{% endfor %}\n"
    )
    assert TEMPLATES.compile(text, PLACE).rendered(shown) == "- HighCPU\n"


def test_values_are_escaped_in_html_only(shown: View) -> None:
    text = (
        "<i>{{ alerts[0].labels.instance }}</i>{{ alerts[0].annotations }}{{ headline(alerts[0]) }}"
    )
    plain = TEMPLATES.compile(text, PLACE).rendered(shown)
    html = TEMPLATES.compile(text, PLACE, html=True).rendered(shown)
    assert plain == "<i><b></i>summary=it's & downit's & down"
    assert html == "<i>&lt;b&gt;</i>summary=it&#39;s &amp; downit&#39;s &amp; down"


@pytest.mark.parametrize(
    ("text", "because"),
    [
        ("{{ status", "unexpected end of template, expected 'end of print statement'."),
        ("{{ nosuch }}", "'nosuch' is not known in templates"),
        ("{{ common_lables.job }}",
         "'common_lables' is not known in templates; did you mean 'common_labels'?"),
        ("{{ slack_titel() }}",
         "'slack_titel' is not known in templates; did you mean 'slack_title'?"),
        ("{{ status | nosuch }}", "No filter named 'nosuch'."),
        ("a\n{% if %}\n", "line 2: Expected an expression, got 'end of statement block'"),
        ("{% include 'x' %}",
         "files are not included: the macros of all files are callable by name"),
        ("{{ " + "(" * 500 + "1" + ")" * 500 + " }}", "it nests or calls itself too deep"),
    ],
    ids=lambda text: str(text)[:30],
)  # fmt: skip
def test_what_cannot_be_a_template_is_refused_when_it_is_compiled(text: str, because: str) -> None:
    with pytest.raises(TemplateFailed) as failed:
        TEMPLATES.compile(text, PLACE).rendered(view(notice(), ""))
    assert (failed.value.place, failed.value.because) == (PLACE, because)


@pytest.mark.parametrize(
    "text",
    [
        "{{ .Status }}",
        "{{- .CommonLabels.severity -}}",
        "{{ $x := 1 }}",
        '{{ template "slack.default.title" . }}',
        '{{ define "x" }}y{{ end }}',
        "{{ range .Alerts }}x{{ end }}",
        "{{ if eq .Status `firing` }}x{{ end }}",
        "{{ end }}",
        "{{ toUpper .Status }}",
        '{{ len (index .Alerts 0).Labels }}',
        '{{ .GroupLabels.SortedPairs.Values | join "," }}',
    ],
)  # fmt: skip
def test_a_go_template_is_recognised(text: str) -> None:
    """Who brings an alertmanager.yml along is told what is different, not what token was odd."""
    with pytest.raises(TemplateFailed, match=r"looks like a Go template.*Jinja2"):
        TEMPLATES.compile(text, PLACE)


@pytest.mark.parametrize(
    ("text", "because"),
    [
        ("{{ status.nosuch }}", "has no attribute 'nosuch'"),
        ("{{ alerts[7].labels }}", "no element 7"),
        ("{{ 1 / 0 }}", "division by zero"),
        ("{{ slack_title }}", "slack_title is a macro: write slack_title()"),
        ("{{ slack_title(1) }}", "slack_title"),
        ("{{ status + 1 }}", "TypeError"),
        ("{{ status.__class__ }}", "unsafe"),
        ("{{ alerts.__class__.__mro__ }}", "unsafe"),
        ("{{ 'x' * 1000000000 }}", "for numbers only"),
        ("{{ 9 ** 9 ** 9 }}", "too large"),
        ("{{ range(10000000) | list }}", "at most 100000 numbers"),
        ("{% for a in range(1000) %}{% for b in range(1000) %}{% endfor %}{% endfor %}",
         "more than 100000 steps"),
        ("{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}", "too deep"),
        ("{% macro a(n) %}{% if n %}{{ a(n-1) }}{{ a(n-1) }}{% endif %}{% endmacro %}{{ a(99) }}",
         "more than 100000 steps"),
        ("{% for a in range(20) %}{{ '%060000d' | format(a) }}{% endfor %}",
         "longer than 1000000 characters"),
    ],
    ids=lambda text: str(text)[:30],
)  # fmt: skip
def test_what_goes_wrong_while_rendering_names_the_place(text: str, because: str) -> None:
    wording = TEMPLATES.compile(text, PLACE)
    with pytest.raises(TemplateFailed) as failed:
        wording.rendered(view(notice(), ""))
    assert failed.value.place == PLACE
    assert because in failed.value.because


def test_macros_of_files_are_called_by_name(shown: View) -> None:
    """In every field, in every other macro, with the data at hand."""
    templates = Templates.load({
        "a.j2": "{% set team = 'DB' %}{% macro who(alert) %}{{ team }}/{{ alert.labels.alertname }}"
                "{% endmacro %}",
        "b.j2": "{% macro shout() %}{{ who(alerts[0]) | upper }} {{ status }}{% endmacro %}",
    })  # fmt: skip
    text = "{{ shout() }}, {{ team }}"
    assert templates.compile(text, PLACE).rendered(shown) == "DB/HIGHCPU firing, DB"


def test_a_later_file_overrides_an_earlier_one_and_the_defaults_that_use_it(shown: View) -> None:
    """Whoever redefines the subject changes every default text that has it."""
    templates = Templates.load({
        "a.j2": "{% macro subject() %}first{% endmacro %}",
        "b.j2": "{% macro subject() %}second{% endmacro %}",
    })  # fmt: skip
    text = "{{ slack_title() }} {{ email_subject() }} {{ subject() }}"
    assert templates.compile(text, PLACE).rendered(shown) == "second second second"


@pytest.mark.parametrize(
    ("text", "because"),
    [
        ("{% macro a() %}{{ nosuch }}{% endmacro %}", "'nosuch' is not known in templates"),
        ("x\n\n{% macro a() %}", "line 3: Unexpected end of template."),
        ("{% macro status() %}{% endmacro %}", "status is what the data is called"),
        ("{% if true %}{% macro a() %}{% endmacro %}{% endif %}", "only {% macro %} and {% set %}"),
        ("{{ status }}", "only {% macro %} and {% set %}"),
        ('{{ define "slack.title" }}x{{ end }}', "looks like a Go template"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(text: str, because: str) -> None:
    with pytest.raises(TemplateFailed) as failed:
        Templates.load({"good.j2": "{% macro fine() %}{% endmacro %}", "bad.j2": text})
    assert failed.value.place == "bad.j2"
    assert because in failed.value.because


@given(text(alphabet="{}%#|()[]'\"abc.1 \n-:*~"))
def test_any_text_renders_or_is_refused(given: str) -> None:
    """Nothing that people can write raises anything but TemplateFailed."""
    for html in (False, True):
        with suppress(TemplateFailed):
            TEMPLATES.compile(given, PLACE, html=html).rendered(view(notice(), ""))
