"""The description of the routes is true: requests made from it are answered as it says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.properties import examples
from tests.server.serving import serving

OPERATIONS = [
    ("GET", "/"),
    ("GET", "/health"),
    ("GET", "/metrics"),
    ("GET", "/v1/test"),
    ("GET", "/v1/models"),
    ("GET", "/v1/models/{name}"),
    ("GET", "/v1/audio/models"),
    ("GET", "/v1/audio/voices"),
    ("POST", "/v1/audio/speech"),
    ("POST", "/v1/audio/calls"),
    ("POST", "/tts/stream"),
    ("POST", "/tts"),
    ("POST", "/v1/audio/tts"),
    ("POST", "/dev/captioned_speech"),
    ("POST", "/dev/dialogue"),
    ("POST", "/dev/phonemize"),
    ("POST", "/dev/generate_from_phonemes"),
    ("GET", "/v1/download/{filename}"),
    ("POST", "/v1/audio/voices/combine"),
]

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]

GOOD: dict[str, Any] = {
    **{"input": "Hello.", "text": "Hello.", "phonemes": "həlˈO.", "voice": "af_heart"},
    **dict.fromkeys(("lang_code", "language", "style", "alpha", "beta")),
    **dict.fromkeys(("encoding", "sample_rate", "bit_rate")),
}

_MOST_CHARACTERS = 200


@pytest.fixture(scope="module")
def schema(cache: Path) -> Iterator[BaseSchema]:
    """The description, as the server gives it."""
    with serving(cache, max_input=_MOST_CHARACTERS) as served:
        yield schemathesis.openapi.from_url(f"{served.url}openapi.json")


def test_every_route_is_tried(schema: BaseSchema) -> None:
    found = [each.ok() for each in schema.get_all_operations()]
    assert sorted((each.method.upper(), each.path) for each in found) == sorted(OPERATIONS)


TAKES_VALUES = [each for each in OPERATIONS if each[0] == "POST" or each[1] == "/v1/audio/voices"]


def make_plausible(case: Case) -> None:
    """Take values that can be spoken: the description does not say which voices there are."""
    if "name" in case.path_parameters:
        case.path_parameters["name"] = "kokoro"
    if case.path == "/v1/audio/voices/combine":
        case.body = ["af_heart", "af_bella"]
    elif isinstance(case.body, dict):
        case.body |= {name: value for name, value in GOOD.items() if name in case.body}
        if case.path == "/dev/dialogue":
            case.body["turns"] = [{"voice": "af_heart", "text": "Hello."}, {"text": "Good day."}]


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_answers_are_as_described(schema: BaseSchema, method: str, path: str) -> None:
    @settings(max_examples=examples(20))
    @given(case=schema[path][method].as_strategy(), plausible=st.booleans())
    def check(case: Case, plausible: bool) -> None:
        if plausible:
            make_plausible(case)
        if path == "/dev/captioned_speech":  # Several objects in a row are not JSON.
            case.body["stream"] = False
        case.call_and_validate(checks=CHECKS)

    check()


@pytest.mark.parametrize(("method", "path"), TAKES_VALUES)
def test_wrong_values_are_refused_as_described(schema: BaseSchema, method: str, path: str) -> None:
    @settings(max_examples=examples(20))
    @given(case=schema[path][method].as_strategy(generation_mode=GenerationMode.NEGATIVE))
    def check(case: Case) -> None:
        answer = case.call()
        # What is too large is not looked at.
        refused = [] if answer.status_code == 413 else [negative_data_rejection]
        case.validate_response(answer, checks=[*CHECKS, *refused])

    check()
