"""What templates can do with values, row by row."""

import pytest

from alertrouter.errors import TemplateFailed
from alertrouter.rendering.context import view
from alertrouter.rendering.templates import Templates
from tests.notices import alert, notice

SHOWN = view(notice(alert(instance="a", annotations={"x": "<b>&"}), alert(is_over=True)), "")
TEMPLATES = Templates.load({})


def rendered(text: str) -> str:
    return TEMPLATES.compile(text, "text").rendered(SHOWN)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ 'aBc' | to_upper }} {{ 'aBc' | to_lower }} {{ ' a ' | trim_space }}", "ABC abc a"),
        ("{{ 'abc def-ghi' | title }}", "Abc Def-Ghi"),
        ("{{ \"DON'T a.b c/d\" | title }}", "Don't A.b C/D"),
        ("{{ ['a', 'b'] | join(',') }}", "a,b"),
        ("{{ 'xabcx' | match('a.c') }}", "True"),
        ("{{ 'yes' if 'xabcx' is match('^abc') else 'no' }}", "no"),
        ("{{ 'abcdabcda' | re_replace_all('ab', 'AB') }}", "ABcdABcda"),
        ("{{ 'a-b' | re_replace_all('(\\w)-(\\w)', '$2-$1 ${1}x $$ $9') }}", "b-a ax $ "),
        ("{{ 'ab' | re_replace_all('(?P<first>a)', '<${first}>') }}", "<a>b"),
        ("{{ 'a b&c/ü' | url_escape }}", "a+b%26c%2F%C3%BC"),
        ("{{ 'a+b%26c' | url_unescape }}", "a b&c"),
        ("{{ 'team.x|y' | re_escape }}", "team\\.x\\|y"),
        ("{{ 'ü?>' | base64_encode }} {{ 'w7w_Pg==' | base64_decode }}", "w7w_Pg== ü?>"),
        ("{{ alerts[0].starts_at | date }}", "2026-01-02 02:59:05 UTC"),
        ("{{ alerts[0].starts_at | tz('Asia/Tokyo') | date('%H:%M %Z') }}", "11:59 JST"),
        ("{{ alerts[0].starts_at | since | humanize_duration }}", "5m 0s"),
        ("{{ {'b': 1, 'a': ['<x>', none, true, 1.5]} | to_json }}",
         '{"a":["\\u003cx\\u003e",null,true,1.5],"b":1}'),
        ("{{ alerts[0].annotations | to_json }}", '{"x":"\\u003cb\\u003e\\u0026"}'),
        ("{{ alerts.resolved | to_json }}",
         ('[{"status":"resolved","labels":{"alertname":"HighCPU"},"annotations":{},'
         '"startsAt":"2026-01-02T02:59:05Z","endsAt":"2026-01-02T03:03:55Z",'
         '"generatorURL":"http://prometheus/graph?a=1\\u0026b=2",'
         '"fingerprint":"b5160f6bd9249a48"}]')),
        ("{{ 'https://x' | web_url }} {{ 'javascript:x' | web_url }} {{ '/a' | web_url }}",
         "https://x # /a"),
    ],
)  # fmt: skip
def test_functions(text: str, expected: str) -> None:
    assert rendered(text) == expected


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        ("0", "0s"),
        ("1.2345", "1.234s"),
        ("59.99", "59.99s"),
        ("62", "1m 2s"),
        ("3723", "1h 2m 3s"),
        ("93784", "1d 2h 3m 4s"),
        ("-62", "-1m 2s"),
        ("0.12345", "123.5ms"),
        ("-0.0015", "-1.5ms"),
        ("0.0000001", "100ns"),
        ("'3600'", "1h 0m 0s"),
    ],
)
def test_durations_are_written_for_people(seconds: str, expected: str) -> None:
    assert rendered(f"{{{{ ({seconds}) | humanize_duration }}}}") == expected


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{{ 'a' | match('((') }}", "'((' is not an RE2 expression"),
        ("{{ 'a' | match('(?=a)') }}", "is not an RE2 expression"),
        ("{{ '%zz' | url_unescape }}", "without two hex digits"),
        ("{{ '*' | base64_decode }}", "is not base64"),
        ("{{ alerts[0].starts_at | tz('Mars/Base') }}", "is not a time zone"),
        ("{{ 'x' | humanize_duration }}", "could not convert"),
        ("{{ (1e308 * 10) | to_json }}", "not JSON compliant"),
        ("{{ status.upper | to_json }}", "cannot be written as JSON"),
    ],
)
def test_what_a_function_cannot_take_fails_the_template(text: str, told: str) -> None:
    with pytest.raises(TemplateFailed, match=r"^text: ") as failed:
        rendered(text)
    assert told in str(failed.value)
