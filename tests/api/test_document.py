"""The product's OpenAPI document: right in structure, and with every endpoint in it."""

import re
from collections.abc import Iterator
from typing import Any, cast

import orjson
import pytest

from clickclack.api.chat.models import Error
from clickclack.api.chat.surface import ROOMS
from clickclack.kernel.http.endpoint import Endpoint
from clickclack.kernel.http.openapi import document

ENDPOINTS: list[Endpoint[Any]] = [endpoint for routes in ROOMS for endpoint in routes.endpoints]
METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}
MEMBERS = {"operationId", "summary", "tags", "parameters", "requestBody", "responses", "security", "x-scope"}
WHOLE: dict[str, Any] = orjson.loads(orjson.dumps(document("ClickClack", "1.0", ENDPOINTS, Error)))
OPERATIONS: list[tuple[str, str, dict[str, Any]]] = [
    (path, method, operation) for path, item in WHOLE["paths"].items() for method, operation in item.items()
]


def references(part: object) -> Iterator[str]:
    """Every `$ref` below a part of the document."""
    if isinstance(part, dict):
        members = cast("dict[str, object]", part)
        if "$ref" in members:
            yield str(members["$ref"])
        part = list(members.values())
    if isinstance(part, list):
        for value in cast("list[object]", part):
            yield from references(value)


def test_the_document_has_the_parts_that_the_standard_asks_for():
    assert WHOLE["openapi"] == "3.1.0"
    assert set(WHOLE) == {"openapi", "info", "paths", "components"}
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+", name) for name in WHOLE["components"]["schemas"])
    assert all(path.startswith("/") for path in WHOLE["paths"])
    assert {method for _, method, _ in OPERATIONS} <= METHODS


def test_every_reference_leads_somewhere_and_every_schema_is_used():
    assert set(references(WHOLE)) == {f"#/components/schemas/{name}" for name in WHOLE["components"]["schemas"]}


def test_every_operation_has_a_name_of_its_own_and_known_members():
    names = [operation["operationId"] for _, _, operation in OPERATIONS]
    assert sorted(set(names)) == sorted(names)
    for _, _, operation in OPERATIONS:
        assert set(operation) <= MEMBERS
        assert operation["summary"]
        assert all(set(need) <= set(WHOLE["components"]["securitySchemes"]) for need in operation["security"])


def test_every_name_in_a_path_is_a_parameter_and_no_parameter_comes_twice():
    for path, method, operation in OPERATIONS:
        parameters = operation["parameters"]
        in_path = [p for p in parameters if p["in"] == "path"]
        assert {p["name"] for p in in_path} == set(re.findall(r"{([^}]+)}", path)), f"{method} {path}"
        assert all(p["required"] is True for p in in_path)
        assert len({(p["in"], p["name"]) for p in parameters}) == len(parameters)
        assert all(set(p) == {"name", "in", "required", "schema"} for p in parameters)


def test_every_answer_has_a_known_status_and_a_description_and_every_failure_the_same_shape():
    for path, method, operation in OPERATIONS:
        answers = operation["responses"]
        assert any(status[0] in "123" for status in answers), f"{method} {path} never succeeds"
        for status, answer in answers.items():
            assert re.fullmatch(r"[1-5][0-9][0-9]", status)
            assert answer["description"]
            if status[0] in "45" and status != "426":  # a page that people read
                assert answer["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Error"}


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda e: f"{e.method} {e.path}")
def test_every_endpoint_is_in_it(endpoint: Endpoint[Any]):
    path = re.sub(r"{([^}:]+)[^}]*}", r"{\1}", endpoint.path)
    operation = WHOLE["paths"][path][endpoint.method.lower()]
    assert operation["operationId"] == endpoint.name
    assert ("requestBody" in operation) == any((endpoint.body, endpoint.fields, endpoint.form))
    assert {str(status) for status in endpoint.answers} <= set(operation["responses"])
    assert (operation["security"] == []) == (endpoint.needs is None)


def test_no_endpoint_hides_another():
    assert len(OPERATIONS) == len(ENDPOINTS)
