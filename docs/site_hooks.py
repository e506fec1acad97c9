"""Pages of the site that are generated from the code: every option of the command line, every setting."""

from collections.abc import Iterator
from dataclasses import fields

import click
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from crawler.config import Config, key, option, variable
from warraq.cli.main import cli
from warraq.cli.shared.options import EVERYWHERE


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the generated pages."""
    for name, text in (("reference/options.md", options_page()), ("reference/settings.md", settings_page())):
        files.append(File.generated(config, name, content=text))
    return files


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Let pages in Arabic run from right to left."""
    return f'<div dir="rtl" lang="ar">{html}</div>' if page.file.src_uri.startswith("ar/") else html


def options_page() -> str:
    """Every command with its arguments and options, as `--help` lists them."""
    context = click.Context(cli, info_name="warraq")
    return "# Every option\n\n" + "\n".join([*_table("Options of every command", context, EVERYWHERE), *_of(context)])


def settings_page() -> str:
    """Every setting: its option, variable, key in a file and default."""
    rows = ["# Settings", "", "| option | variable | key in a file | default |", "|---|---|---|---|"]
    for field in fields(Config):
        name = field.name
        rows.append(f"| `{option(name)}` | `{variable(name)}` | `{key(name)}` | `{field.default!r}` |")
    return "\n".join([*rows, "", "Not every setting has an option; [the command line](../cli.md) explains each.", ""])


def _of(context: click.Context) -> Iterator[str]:
    group = context.command
    assert isinstance(group, click.Group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        below = click.Context(command, parent=context, info_name=name)
        yield from _table(below.command_path, below, [one for one in command.params if one not in EVERYWHERE])
        if isinstance(command, click.Group):
            yield from _of(below)


def _table(heading: str, context: click.Context, params: list[click.Parameter]) -> Iterator[str]:
    yield from ("", f"## {heading}", "")
    if context.parent is not None:
        usage = " ".join([context.command_path, *context.command.collect_usage_pieces(context)])
        yield from (context.command.get_short_help_str(200), "", f"`{usage}`", "")
    records = [param.get_help_record(context) for param in params if isinstance(param, click.Option)]
    if rows := [record for record in records if record is not None]:
        yield from ("| option | meaning |", "|---|---|")
        yield from (
            f"| `{names.replace('|', chr(92) + '|')}` | {text.replace('|', chr(92) + '|')} |" for names, text in rows
        )
