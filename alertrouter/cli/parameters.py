"""Kinds of values that options take."""

from datetime import timedelta

import click

from alertrouter.model.durations import parse_duration


class DurationType(click.ParamType[timedelta]):
    """A duration as Prometheus writes it."""

    name = "duration"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> timedelta:
        """Read ``5m`` and the like; a value that is read already passes."""
        if isinstance(value, timedelta):
            return value
        try:
            return parse_duration(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


class AddressType(click.ParamType[tuple[str, int]]):
    """``host:port``; an empty host means every interface."""

    name = "host:port"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, int]:
        """Read ``127.0.0.1:9595``, ``[::1]:9595`` or ``:9595``."""
        host, colon, port = str(value).rpartition(":")
        if not colon or not port.isdigit() or int(port) > 65_535:
            self.fail(f"{value!r} is not an address: write it like 127.0.0.1:9595", param, ctx)
        return host.removeprefix("[").removesuffix("]"), int(port)
