"""Evidence page: each version's WARC record, read back for this request, and the stored page in a sandboxed frame."""

from starlette.requests import Request
from starlette.responses import Response

from storage.errors import NotFoundError
from storage.verify.evidence import evidence_of_versions
from warraq.web.replay import replay_path, snapshot_of
from warraq.web.room import room_of
from warraq.web.security.headers import host_of
from warraq.web.templating import render


def evidence(request: Request) -> Response:
    """Render the evidence of an article. Raises NotFoundError."""
    room = room_of(request)
    number: int = request.path_params["article"]
    return render(
        request,
        "evidence.html",
        stored=room.archive.get(number),
        sheets=evidence_of_versions(room.archive, number),
    )


def kept_page(request: Request) -> Response:
    """Render the stored page of a version. Raises NotFoundError."""
    room = room_of(request)
    number: int = request.path_params["article"]
    stored = room.archive.get(number)
    version = int(request.path_params.get("version", stored.version))
    if room.replay_port is None:
        raise NotFoundError("stored pages are disabled in this reading room")
    snapshot = snapshot_of(room, number, version)
    return render(
        request,
        "kept_page.html",
        stored=stored,
        version=version,
        snapshot=snapshot,
        frame=f"http://{host_of(request.headers)}:{room.replay_port}{replay_path(room, number, version)}",
    )
