"""The OpenAPI 3.1 document, made from the endpoint declarations."""

import re
from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from clickclack.kernel.http.endpoint import Endpoint

_PATH_NAME = re.compile(r"{([^}:]+)[^}]*}")
_REF = "#/components/schemas/{model}"


def document(title: str, version: str, endpoints: Sequence[Endpoint[Any]], error: type[BaseModel]) -> dict[str, Any]:
    """The whole document; `error` is the model of every answer that is not a success."""
    inputs = {e.body for e in endpoints if e.body is not None}
    outputs = {model for e in endpoints for model in e.answers.values() if model is not None} | {error}
    named = [(model, "validation") for model in _sorted(inputs)] + [
        (model, "serialization") for model in _sorted(outputs)
    ]
    references, definitions = models_json_schema(named, ref_template=_REF)  # pyright: ignore[reportArgumentType]
    refs: dict[Any, dict[str, Any]] = {key[0]: reference for key, reference in references.items()}
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in endpoints:
        path = _PATH_NAME.sub(r"{\1}", endpoint.path)
        paths.setdefault(path, {})[endpoint.method.lower()] = _operation(endpoint, refs, error)
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version},
        "paths": paths,
        "components": {
            "schemas": definitions.get("$defs", {}),
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "cookie": {"type": "apiKey", "in": "cookie", "name": "cc_session"},
            },
        },
    }


def _sorted(models: Iterable[type[BaseModel]]) -> list[type[BaseModel]]:
    return sorted(models, key=lambda model: (model.__module__, model.__name__))


def _operation(endpoint: Endpoint[Any], refs: dict[Any, dict[str, Any]], error: type[BaseModel]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": endpoint.name,
        "summary": endpoint.summary,
        "tags": [endpoint.name.partition("_")[0]],
        "parameters": [_path_parameter(name) for name in _PATH_NAME.findall(endpoint.path)]
        + _query_parameters(endpoint),
        "responses": {
            **{
                str(status): _response(status, refs[model] if model else None)
                for status, model in endpoint.answers.items()
            },
            **{str(status): _response(status, refs[error]) for status in sorted(_statuses(endpoint))},
        },
        "security": [] if endpoint.needs is None else [{"bearer": []}, {"cookie": []}],
    }
    if endpoint.needs is not None and endpoint.needs.scope:
        operation["x-scope"] = endpoint.needs.scope
    if endpoint.body is not None:
        operation["requestBody"] = {
            "required": not endpoint.body.may_be_absent,
            "content": {"application/json": {"schema": refs[endpoint.body]}},
        }
    if endpoint.fields is not None:
        content = {"application/x-www-form-urlencoded": {"schema": endpoint.fields.model_json_schema()}}
        operation["requestBody"] = {"required": False, "content": content}
    if endpoint.form is not None:
        content = {"multipart/form-data": {"schema": endpoint.form.model_json_schema()}}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _statuses(endpoint: Endpoint[Any]) -> set[int]:
    implied = {503}
    if endpoint.needs is not None:
        implied |= {401, 403}
    if endpoint.takes_body:
        implied |= {400, 408, 413, 415}
    if endpoint.query is not None:
        implied |= {400}
    if endpoint.method != "GET":
        implied |= {403, 507}
    return implied | set(endpoint.errors)


def _response(status: int, schema: dict[str, Any] | None) -> dict[str, Any]:
    response: dict[str, Any] = {"description": HTTPStatus(status).phrase}
    if schema is not None:
        response["content"] = {"application/json": {"schema": schema}}
    return response


def _path_parameter(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _query_parameters(endpoint: Endpoint[Any]) -> list[dict[str, Any]]:
    model = endpoint.query or endpoint.fields
    if model is None:
        return []
    schema = model.model_json_schema()
    required = set(schema.get("required", ()))
    properties: dict[str, Any] = schema.get("properties", {})
    return [
        {
            "name": name,
            "in": "query",
            "required": name in required,
            "schema": {k: v for k, v in shape.items() if k != "title"},
        }
        for name, shape in properties.items()
    ]
