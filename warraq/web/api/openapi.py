"""OpenAPI 3.1 description of the API, generated from its operations."""

import warraq
from warraq.web.api.answers import JSON, PROBLEM
from warraq.web.api.operations import OPERATIONS, Operation
from warraq.web.api.schemas import SCHEMAS

ROOT = "/api/v1"


def description() -> dict[str, object]:
    """The complete OpenAPI document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Warraq",
            "version": warraq.__version__,
            "description": "Read-only access to the archive. Times are in UTC; null means not known.",
        },
        "servers": [{"url": ROOT}],
        "paths": {operation.path: {"get": _operation(operation)} for operation in OPERATIONS},
        "components": {"schemas": dict(SCHEMAS), "responses": {"Problem": _problem()}},
    }


def _operation(operation: Operation) -> dict[str, object]:
    schema = {"$ref": f"#/components/schemas/{operation.schema}"}
    problem = {"$ref": "#/components/responses/Problem"}
    return {
        "operationId": operation.answer.__name__,
        "summary": operation.about,
        "parameters": [one.described() for one in operation.parameters],
        "responses": {
            "200": {"description": "The answer.", "content": {JSON: {"schema": schema}}},
            "304": {"description": "Not modified (If-None-Match)."},
            "400": problem,
            "404": problem,
            "503": problem,
        },
    }


def _problem() -> dict[str, object]:
    return {
        "description": "Problem details with a one-line explanation (RFC 9457).",
        "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
