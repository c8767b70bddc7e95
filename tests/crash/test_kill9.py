"""A short trial in every run of the tests; a long one is ``python -m tests.crash.kill9``."""

from tests.crash.kill9 import Trial, carry_out


def test_kill_9_loses_nothing_that_was_acknowledged() -> None:
    """Whatever was answered with 200 is told to people, if need be by the next process."""
    (verdict,) = carry_out(Trial(rounds=7, seed=1))
    assert verdict.lost == 0
    assert verdict.acknowledged > 50, "too little load to prove anything"
    assert verdict.unanswered > 0, "no kill came while something was posted"
    assert verdict.killed_while_starting > 0


def test_a_store_that_forgets_is_caught() -> None:
    """The same trial finds the losses of a service whose state does not survive."""
    (verdict,) = carry_out(Trial(rounds=2, seed=1, unsafe=True, patience=1))
    assert verdict.lost > 0
