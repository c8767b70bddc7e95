"""What several label sets have in common, as notifications show it."""

from collections.abc import Iterable, Mapping


def in_all(sets: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Return the pairs that every one of *sets* holds, in the order of their names."""
    remaining = iter(sets)
    pairs = set(next(remaining, {}).items())
    for values in remaining:
        if not pairs:
            break
        pairs &= values.items()
    return dict(sorted(pairs))
