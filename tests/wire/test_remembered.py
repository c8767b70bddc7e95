"""The memory of decoded inputs is bounded and keeps what is asked for."""

from hypothesis import given, strategies as st

from alertrouter.wire.remembered import Remembered


def test_what_is_asked_for_again_is_decoded_once() -> None:
    """Also across a change of generations."""
    decoded: list[bytes] = []

    def decode(raw: bytes) -> int:
        decoded.append(raw)
        return len(raw)

    memory = Remembered(decode, capacity=2)
    for raw in (b"a", b"b", b"a", b"cc", b"a"):
        assert memory.value(raw) == len(raw)
    assert decoded == [b"a", b"b", b"cc"]


@given(st.lists(st.binary(max_size=2), max_size=200), st.integers(min_value=1, max_value=8))
def test_the_memory_is_bounded_and_never_wrong(asked: list[bytes], capacity: int) -> None:
    """Whatever is asked in whatever order."""
    memory = Remembered(bytes.hex, capacity=capacity)
    for raw in asked:
        assert memory.value(raw) == raw.hex()
        assert len(memory) <= 2 * capacity
