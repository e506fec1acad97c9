"""Libraries that are extras: the line that says which one is missing, and the command that installs it here."""

import json
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from storage.errors import ConfigError


def missing(what: str, library: str, extra: str) -> ConfigError:
    """The error for `what`, which needs a library of an extra."""
    return ConfigError(f"{what} needs {library}, which is not installed; run: {install_command(extra)}")


def install_command(extra: str, *, prefix: str = sys.prefix) -> str:
    """The command that adds an extra, right for how this Warraq was installed."""
    parts = Path(prefix).parts
    if "pipx" in parts:
        return f"pipx install --force 'warraq[{extra}]'"
    if "uv" in parts and "tools" in parts:
        return f"uv tool install 'warraq[{extra}]'"
    installer, folder = _installed()
    pip = "uv pip" if installer == "uv" else "pip"
    return f"{pip} install -e '{folder}[{extra}]'" if folder else f"{pip} install 'warraq[{extra}]'"


def _installed() -> tuple[str, str]:
    """What installed this Warraq ("pip", "uv"), and the folder of its checkout; "" where not known or no checkout."""
    try:
        found = distribution("warraq")
    except PackageNotFoundError:
        return "", "."
    origin = json.loads(found.read_text("direct_url.json") or "{}")
    is_checkout = origin.get("dir_info", {}).get("editable", False)
    folder = str(origin.get("url", "")).removeprefix("file://") if is_checkout else ""
    return (found.read_text("INSTALLER") or "").strip(), folder
