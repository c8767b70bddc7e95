"""The ``alertrouter`` command."""

import click

from alertrouter import __version__
from alertrouter.cli.check import check_config
from alertrouter.cli.serve import serve


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="alertrouter")
def main() -> None:
    """Route, group, deduplicate and deliver alerts; compatible with Prometheus Alertmanager."""


main.add_command(serve)
main.add_command(check_config)
