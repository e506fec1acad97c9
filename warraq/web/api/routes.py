"""The routes of the API."""

import re
from collections.abc import Callable, Iterator

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from storage.errors import WarraqError
from warraq.web.api.answers import answer, problem_of
from warraq.web.api.openapi import ROOT, description
from warraq.web.api.operations import OPERATIONS, Operation


def routes() -> Iterator[Route]:
    """Return all routes under /api/v1."""
    yield Route(f"{ROOT}/", _index, methods=["GET"])
    yield Route(f"{ROOT}/openapi.json", _description, methods=["GET"])
    for operation in OPERATIONS:
        yield Route(ROOT + _starlette_path(operation), _endpoint(operation), methods=["GET"])


def _starlette_path(operation: Operation) -> str:
    """Add Starlette's integer converters to the path parameters that are numbers."""
    numbers = {one.name for one in operation.parameters if one.schema.get("type") == "integer"}
    return re.sub(r"{(\w+)}", lambda found: f"{{{found[1]}:int}}" if found[1] in numbers else found[0], operation.path)


def _endpoint(operation: Operation) -> Callable[[Request], Response]:
    def endpoint(request: Request) -> Response:
        try:
            return answer(request, operation(request))
        except WarraqError as error:
            return problem_of(error)

    return endpoint


def _index(request: Request) -> Response:
    return answer(
        request,
        {
            "description": f"{ROOT}/openapi.json",
            "operations": [{"path": ROOT + one.path, "about": one.about} for one in OPERATIONS],
        },
    )


def _description(request: Request) -> Response:
    return answer(request, description(), media_type="application/vnd.oai.openapi+json;version=3.1")
