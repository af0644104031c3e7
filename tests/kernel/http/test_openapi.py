"""The OpenAPI document, made from the declarations."""

from typing import Any

import pytest

from clickclack.kernel.http.openapi import document
from tests.kernel.http.small import Failure, routes

DOCUMENT = document("Small", "1.2", routes.endpoints, Failure)


def operation(method: str, path: str) -> dict[str, Any]:
    return DOCUMENT["paths"][path][method]


def test_the_document_names_what_it_describes():
    assert (DOCUMENT["openapi"], DOCUMENT["info"]) == ("3.1.0", {"title": "Small", "version": "1.2"})
    assert set(DOCUMENT["paths"]) == {"/v1/things/{thing_id}", "/v1/things", "/v1/broken", "/v1/who"}
    assert set(DOCUMENT["paths"]["/v1/things/{thing_id}"]) == {"get", "delete"}


def test_an_operation_is_named_after_its_subject_and_verb():
    made = operation("post", "/v1/things")
    assert (made["operationId"], made["tags"], made["summary"]) == ("small_make", ["small"], "Make a thing")


def test_path_and_query_are_parameters():
    read = operation("get", "/v1/things/{thing_id}")
    assert [(p["name"], p["in"], p["required"]) for p in read["parameters"]] == [
        ("thing_id", "path", True),
        ("limit", "query", False),
        ("tag", "query", False),
    ]
    assert read["parameters"][1]["schema"] == {"default": 10, "type": "integer"}


def test_a_body_and_an_answer_are_schemas():
    made = operation("post", "/v1/things")
    schema = made["requestBody"]["content"]["application/json"]["schema"]
    assert DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]]["required"] == ["title"]
    answer = made["responses"]["201"]["content"]["application/json"]["schema"]
    assert DOCUMENT["components"]["schemas"][answer["$ref"].rpartition("/")[2]]["required"] == ["title", "count"]
    assert made["responses"]["200"] == {"description": "OK"}


@pytest.mark.parametrize(
    ("method", "path", "statuses"),
    [
        ("get", "/v1/things/{thing_id}", {"200", "400", "404", "503"}),
        ("post", "/v1/things", {"200", "201", "400", "401", "403", "408", "413", "415", "503", "507"}),
        ("delete", "/v1/things/{thing_id}", {"204", "401", "403", "503", "507"}),
        ("get", "/v1/broken", {"200", "503"}),
    ],
)
def test_the_statuses_follow_from_the_declaration(method: str, path: str, statuses: set[str]):
    responses = operation(method, path)["responses"]
    assert set(responses) == statuses
    failure = responses["503"]["content"]["application/json"]["schema"]["$ref"]
    assert DOCUMENT["components"]["schemas"][failure.rpartition("/")[2]]["required"] == ["error"]


def test_who_may_call_and_with_which_scope():
    assert operation("get", "/v1/broken")["security"] == []
    assert "x-scope" not in operation("get", "/v1/broken")
    made = operation("post", "/v1/things")
    assert (made["security"], made["x-scope"]) == ([{"bearer": []}, {"cookie": []}], "things:write")
