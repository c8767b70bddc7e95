"""``alertrouter check-config`` says whether files would load."""

from pathlib import Path

import click

from alertrouter.config.loader import load_file
from alertrouter.errors import ConfigError


@click.command("check-config")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def check_config(files: tuple[Path, ...]) -> None:
    """Check configuration files; exit with 1 if one of them cannot be used."""
    failed = 0
    for file in files:
        try:
            configuration = load_file(file)
        except ConfigError as error:
            failed += 1
            click.echo(f"Checking '{file}'  FAILED:\n{error}\n")
            continue
        click.echo(f"Checking '{file}'  SUCCESS")
        for warning in configuration.warnings:
            click.echo(f"  warning: {warning}")
        click.echo(f"Found:\n - {len(configuration.receivers)} receivers\n")
    if failed:
        raise click.ClickException(f"failed to validate {failed} file(s)")
