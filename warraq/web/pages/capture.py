"""Capture pages: a form for a URL, the progress of its capture, and the resulting article."""

from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from pipelines.urls.canonical import BadUrl, canonical_key
from storage.errors import NotFoundError
from warraq.locale import translations
from warraq.web.capturing import CaptureJobs, Job, TooManyCapturesError
from warraq.web.room import Room, room_of
from warraq.web.security.signing import SESSION_COOKIE
from warraq.web.templating import language_of_request, render

#: Maximum size of a submitted form in bytes.
_MAX_FORM_BYTES = 16_384


def capture(request: Request) -> Response:
    """Render the form and the latest captures. Raises NotFoundError if captures are not allowed."""
    jobs = _jobs(room_of(request))
    url = request.query_params.get("url", "")[:2000]
    return render(request, "capture.html", url=url, problem=None, recent=jobs.recent())


async def ask(request: Request) -> Response:
    """Start a capture of the submitted URL."""
    room = room_of(request)
    jobs = _jobs(room)
    form = parse_qs((await _body(request)).decode("utf-8", "replace"), keep_blank_values=True)
    session = request.cookies.get(SESSION_COOKIE, "")
    if not session or not room.signer.is_signed(form.get("form_token", [""])[0], "form", session):
        return render(request, "problem.html", status=403, title="this form has expired; open the page again")
    url = form.get("url", [""])[0].strip()
    try:
        canonical_key(url)
        job = jobs.ask(url)
    except (BadUrl, TooManyCapturesError) as error:
        status = 400 if isinstance(error, BadUrl) else 429
        return render(request, "capture.html", status=status, url=url[:2000], problem=str(error), recent=jobs.recent())
    return RedirectResponse(f"/capture/{job.id}", status_code=303)


def captured(request: Request) -> Response:
    """Render the page of one capture. Raises NotFoundError."""
    return render(request, "captured.html", job=_job(request))


def progress(request: Request) -> Response:
    """Return the progress of a capture as JSON, for the page's script. Raises NotFoundError."""
    job = _job(request)
    say = translations(language_of_request(request)).gettext
    stages = {"waiting": say("queued"), "fetching": say("fetching, extracting and storing")}
    return JSONResponse({"finished": job.is_finished, "says": stages.get(job.stage, "")})


async def _body(request: Request) -> bytes:
    body = b""
    async for block in request.stream():
        body += block
        if len(body) > _MAX_FORM_BYTES:
            return b""
    return body


def _jobs(room: Room) -> CaptureJobs:
    if room.jobs is None:
        raise NotFoundError("captures are disabled in this reading room")
    return room.jobs


def _job(request: Request) -> Job:
    job = _jobs(room_of(request)).get(request.path_params["job"])
    if job is None:
        raise NotFoundError("this capture is no longer listed; its article is in the archive")
    return job
