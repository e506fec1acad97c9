"""Answers of the API: JSON with an ETag, and problems as RFC 9457 has them."""

import hashlib
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response

from storage.errors import NotFoundError, StorageError, WarraqError
from storage.export.columns import to_json

JSON, PROBLEM = "application/json", "application/problem+json"


def answer(request: Request, value: object, *, media_type: str = JSON) -> Response:
    """The value as JSON; 304 where the client has it already."""
    body = (to_json(value) + "\n").encode("utf-8", "surrogatepass")
    return tagged(request, body, media_type=media_type)


def tagged(request: Request, body: bytes, *, media_type: str) -> Response:
    """A body with its ETag; 304 where the client has it already."""
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"etag": tag, "cache-control": "private, no-cache"}
    held = {one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")}
    if tag in held or "*" in held:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=media_type, headers=headers)


def problem(status: int, detail: str) -> Response:
    """A problem: what went wrong, in one line."""
    value = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    return Response(to_json(value) + "\n", status_code=status, media_type=PROBLEM)


def problem_of(error: WarraqError) -> Response:
    """The problem that an error of ours is."""
    match error:
        case NotFoundError():
            return problem(404, str(error))
        case StorageError():
            return problem(503, str(error))
        case _:
            return problem(400, str(error))
