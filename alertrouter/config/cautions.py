"""What is allowed and probably not meant: told on every load, stops nothing."""

from collections.abc import Iterator

from alertrouter.config.findings import Finding
from alertrouter.config.reading import FileAsWritten
from alertrouter.model.durations import format_duration
from alertrouter.model.labels import NameMode
from alertrouter.model.matcher_grammar import read_matchers
from alertrouter.model.route import Route


def cautions(file: FileAsWritten, root: Route, mode: NameMode) -> Iterator[Finding]:
    """Yield what the author of a sound file should know. *root* is its compiled tree."""
    if file.root is None:
        return
    for written, route in zip(file.root.walk(), root.walk(), strict=True):
        for index, text in enumerate(written.section.matchers):
            if warning := read_matchers(text, mode).warning:
                yield Finding((*written.path, "matchers", index), warning)
        stated = written.section.intervals
        interval, repeat = route.options.group_interval, route.options.repeat_interval
        if repeat < interval and ("group_interval" in stated or "repeat_interval" in stated):
            yield Finding(
                written.path,
                f"repeat_interval ({format_duration(repeat)}) is shorter than group_interval "
                f"({format_duration(interval)}): a group repeats every group_interval at best",
            )
