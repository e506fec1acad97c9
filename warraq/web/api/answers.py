"""API responses: JSON with an ETag, and errors as RFC 9457 problem details."""

import hashlib
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response

from storage.errors import NotFoundError, StorageError, WarraqError
from storage.export.columns import to_json

JSON, PROBLEM = "application/json", "application/problem+json"


def answer(request: Request, value: object, *, media_type: str = JSON) -> Response:
    """Return a value as JSON, or 304 if the client's ETag matches."""
    body = (to_json(value) + "\n").encode("utf-8", "surrogatepass")
    return tagged(request, body, media_type=media_type)


def tagged(request: Request, body: bytes, *, media_type: str) -> Response:
    """Return a body with its ETag, or 304 if the client's ETag matches."""
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"etag": tag, "cache-control": "private, no-cache"}
    held = {one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")}
    if tag in held or "*" in held:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=media_type, headers=headers)


def problem(status: int, detail: str) -> Response:
    """Return problem details (RFC 9457) with a one-line explanation."""
    value = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    return Response(to_json(value) + "\n", status_code=status, media_type=PROBLEM)


def problem_of(error: WarraqError) -> Response:
    """Convert a WarraqError to problem details."""
    match error:
        case NotFoundError():
            return problem(404, str(error))
        case StorageError():
            return problem(503, str(error))
        case _:
            return problem(400, str(error))
