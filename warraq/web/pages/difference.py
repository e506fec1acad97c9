"""Difference page: word-level changes between two versions, in one or two columns."""

from starlette.requests import Request
from starlette.responses import Response

from storage.errors import NotFoundError
from storage.versions import Version, classify, word_diff
from storage.versions.history import StoredVersion
from warraq.web.room import room_of
from warraq.web.templating import render
from warraq.web.view.diff_rows import rows

#: On the page of all versions: maximum number of kinds of change per version, and of versions that are compared.
_COMPARED = 30


def difference(request: Request) -> Response:
    """Render the difference between two versions. Raises NotFoundError."""
    room = room_of(request)
    number, old, new = (request.path_params[name] for name in ("article", "old", "new"))
    stored = room.archive.get(number)
    versions = {version.number: version for version in room.archive.versions(number)}
    for wanted in (old, new):
        if wanted not in versions:
            raise NotFoundError(f"article {number} has no version {wanted}")
    before, after = versions[old], versions[new]
    return render(
        request,
        "difference.html",
        stored=stored,
        before=before,
        after=after,
        versions=list(versions.values()),
        changes=classify(_comparable(before), _comparable(after)),
        title=rows(before.title, after.title, word_diff(before.title, after.title)),
        body=rows(before.text, after.text, word_diff(before.text, after.text)),
        is_split=request.query_params.get("view") == "two",
    )


def all_versions(request: Request) -> Response:
    """Render all versions of an article. Raises NotFoundError."""
    room = room_of(request)
    number: int = request.path_params["article"]
    versions = room.archive.versions(number)
    before = dict(zip((one.number for one in versions[1:]), versions, strict=False))
    compared = {one.number: _kinds(before[one.number], one) for one in versions[-_COMPARED:] if one.number in before}
    return render(
        request,
        "versions.html",
        stored=room.archive.get(number),
        versions=versions,
        kinds=compared,
        before=before,
        withdrawals=room.archive.withdrawals(number),
    )


def _kinds(old: StoredVersion, new: StoredVersion) -> tuple[str, ...]:
    return tuple(dict.fromkeys(change.kind for change in classify(_comparable(old), _comparable(new))))


def _comparable(version: StoredVersion) -> Version:
    return Version(title=version.title, text=version.text)
