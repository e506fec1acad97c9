"""The description of the API, OpenAPI 3.1, made from its operations."""

import warraq
from warraq.web.api.answers import JSON, PROBLEM
from warraq.web.api.operations import OPERATIONS, Operation
from warraq.web.api.schemas import SCHEMAS

ROOT = "/api/v1"


def description() -> dict[str, object]:
    """The whole description."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Warraq",
            "version": warraq.__version__,
            "description": "The archive, read-only. Instants are in UTC; null means not known.",
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
            "304": {"description": "The client has it already (If-None-Match)."},
            "400": problem,
            "404": problem,
            "503": problem,
        },
    }


def _problem() -> dict[str, object]:
    return {
        "description": "What went wrong, in one line (RFC 9457).",
        "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
