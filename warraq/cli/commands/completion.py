"""warraq completion: commands and options completed by the shell."""

import shlex
from pathlib import Path

import click
from click.shell_completion import get_completion_class

from crawler.config import terminal_variables
from storage.errors import ConfigError
from warraq.cli.shared.cli_context import CliContext, pass_context
from warraq.cli.shared.options import Command
from warraq.cli.views.output import tell
from warraq.locale.speech import say

SHELLS = ("bash", "zsh", "fish")
#: What a shell's start file needs: bash reads the folder of completions only with the package bash-completion.
_START_LINES = {
    "bash": "[ -r {path} ] && . {path}",
    "zsh": "fpath=({folder} $fpath); autoload -Uz compinit; compinit",
}
#: The variable by which the shell's script asks this program.
_VARIABLE = "_WARRAQ_COMPLETE"


@click.command(cls=Command)
@click.argument("action", type=click.Choice(["install", *SHELLS]))
@click.argument("shell", type=click.Choice(SHELLS), required=False)
@pass_context
def command(context: CliContext, action: str, shell: str | None) -> None:
    """Install completion of commands and options for your shell.

        With the name of a shell alone, its script is printed. Install writes it where the shell looks for it, for bash
        and zsh also one line into the file that they read at their start; the shell is that of this terminal unless it
        is named.

    \b
        warraq completion install
        warraq completion install zsh
        warraq completion bash > warraq.bash
    """
    if action != "install":
        if shell is not None:
            raise click.UsageError("name one shell, or install and a shell", click.get_current_context())
        click.echo(script(action))
        return
    wanted = shell or _shell_here()
    path = place(wanted)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(script(wanted) + "\n", encoding="utf-8")
    tell(context, say("written to %(path)s; it counts in every new shell", path=path))
    start = start_file(wanted)
    if start is not None and _add_line(start, _start_line(wanted, path)):
        tell(context, say("one line added to %(path)s reads it", path=start))


def script(shell: str) -> str:
    """The completion script of a shell; it asks `warraq` itself."""
    made = get_completion_class(shell)
    if made is None:
        raise ConfigError(f"there is no completion for {shell}; shells: {', '.join(SHELLS)}")
    root = click.get_current_context().find_root().command
    return made(root, {}, "warraq", _VARIABLE).source().strip()


def place(shell: str) -> Path:
    """Where a shell looks for a user's own completions."""
    variables = terminal_variables()
    home = Path(variables.get("HOME") or Path.home())
    if shell == "bash":
        data = Path(variables.get("XDG_DATA_HOME") or home / ".local/share")
        return data / "bash-completion/completions/warraq"
    if shell == "fish":
        config = Path(variables.get("XDG_CONFIG_HOME") or home / ".config")
        return config / "fish/completions/warraq.fish"
    return home / ".zfunc/_warraq"


def start_file(shell: str) -> Path | None:
    """The file that a shell reads at its start; None for fish, which needs no line in it."""
    variables = terminal_variables()
    home = Path(variables.get("HOME") or Path.home())
    if shell == "zsh":
        return Path(variables.get("ZDOTDIR") or home) / ".zshrc"
    return home / ".bashrc" if shell == "bash" else None


def _start_line(shell: str, path: Path) -> str:
    return _START_LINES[shell].format(path=shlex.quote(str(path)), folder=shlex.quote(str(path.parent)))


def _add_line(path: Path, line: str) -> bool:
    """Add a line to the end of a file unless it is there; return whether it was added. The rest stays as it is."""
    held = path.read_text("utf-8", "surrogateescape") if path.exists() else ""
    if line in held.splitlines():
        return False
    with path.open("a", encoding="utf-8") as file:
        file.write(("\n" if held and not held.endswith("\n") else "") + line + "\n")
    return True


def _shell_here() -> str:
    """The shell of this terminal. Raises ConfigError where it is none that we know."""
    name = Path(terminal_variables().get("SHELL", "")).name
    if name not in SHELLS:
        raise ConfigError(
            f"the shell of this terminal ({name or 'SHELL is not set'}) is not known; name bash, zsh or fish"
        )
    return name
