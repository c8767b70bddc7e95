"""Notifications on standard output."""

import pytest
from hypothesis import given
from hypothesis.strategies import characters, dictionaries, text

from alertrouter.channels.contract import (
    Accepted,
    HttpAnswer,
    NoAnswer,
    NoAnswerCause,
    Printed,
    Printout,
    Rendered,
    Retry,
)
from alertrouter.rendering.templates import Templates
from tests.channels.opening import opened
from tests.notices import alert, notice

ANYTHING = text(characters(), min_size=1)


def printed(rendered: Rendered) -> str:
    (printout,) = rendered.requests
    assert isinstance(printout, Printout)
    return printout.text


def test_a_block_by_default() -> None:
    block = printed(opened("log_configs", {}).render(notice()))
    assert block.startswith("[FIRING:1] HighCPU (a:9100 critical) → team, first notification\n")
    assert block.endswith("\n")


def test_a_text_of_ones_own() -> None:
    channel = opened("log_configs", {"text": "{{ status }}\n\n"})
    assert channel.render(notice()) == Rendered((Printout("firing\n"),))


@given(dictionaries(ANYTHING, ANYTHING, max_size=3), ANYTHING)
def test_no_alert_adds_a_line(labels: dict[str, str], url: str) -> None:
    """Otherwise whoever can send an alert could forge the log."""
    plain = opened("log_configs", {}).render(notice(alert(annotations=dict.fromkeys(labels, "x"))))
    hostile = opened("log_configs", {}).render(notice(alert(url=url, annotations=labels)))
    assert len(printed(hostile).splitlines()) == len(printed(plain).splitlines())
    assert printed(hostile).replace("\n", "").isprintable()


def test_a_failing_template_is_named_and_replaced() -> None:
    """People hear of the alert all the same."""
    broken = Templates.load({"a.j2": "{% macro log_text() %}{{ 1 / 0 }}{% endmacro %}"})
    rendered = opened("log_configs", {}, templates=broken).render(notice())
    assert rendered.fault == "receivers[0].log_configs[0].text: ZeroDivisionError: division by zero"
    assert printed(rendered) == (
        "[FIRING:1] HighCPU\n"
        "firing: alertname=HighCPU, instance=a:9100, severity=critical\n"
        f"This plain text stands for a template that failed: {rendered.fault}\n"
    )


def test_only_a_broken_output_is_a_failure() -> None:
    channel = opened("log_configs", {})
    assert channel.classify(Printed()) == Accepted()
    gone = NoAnswer(NoAnswerCause.CUT_OFF, "Broken pipe")
    assert channel.classify(gone) == Retry("cut off: Broken pipe")
    with pytest.raises(TypeError):
        channel.classify(HttpAnswer(200, {}, b""))
