"""warraq reextract: apply today's rules to stored pages."""

import click

from warraq.cli.shared.cli_context import context_of
from warraq.cli.shared.options import Command


@click.command(cls=Command)
@click.option("--source", "source_keys", multiple=True, metavar="KEY", help="Only this newspaper; may be repeated.")
@click.option("--since", metavar="DATE", help="Only pages fetched on or after this day, UTC (2024, 2024-05, ...).")
@click.option("--dry-run", is_flag=True, help="Write nothing; count the changes, and show ten of them.")
@click.option("--restart", is_flag=True, help="Start over, even if an earlier pass is unfinished.")
@click.option("--workers", metavar="N", help="Extraction processes.  [one per core]")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line for each changed article.")
def command(
    source_keys: tuple[str, ...], since: str | None, dry_run: bool, restart: bool, workers: str | None, as_json: bool
) -> int | None:
    """Apply today's extraction rules to the stored pages.

        Every article's page is read from the WARC and extracted again. A changed title or text becomes a version marked
        as ours, not the newspaper's: `warraq changes` never shows it. Better dates, names and sections change only the
        article. A page that today's rules do not consider an article changes nothing.

        An interrupted or killed pass resumes when the same command is run again.

    \b
        warraq reextract --dry-run
        warraq reextract --source hespress --since 2024-05
    """
    from warraq.cli.commands.reextract.run import run

    context = context_of(click.get_current_context(), workers=workers)
    return run(context, source_keys, since, dry_run=dry_run, restart=restart, as_json=as_json)
