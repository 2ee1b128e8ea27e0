"""Reading TOML files into strict, frozen models; every fault of a file is told at once."""

import difflib
import json
import tomllib
import typing
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from pipeline.errors import ConfigError


class Model(BaseModel):
    """Base of every configuration model: unknown keys are errors, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


AnyModel = TypeVar("AnyModel", bound=Model)


def read_toml(path: Path) -> dict[str, Any]:
    """Parse a TOML file.

    Raises:
        ConfigError: the file is absent, not UTF-8 or not TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise ConfigError(str(path), "the file is missing", hint=_neighbours(path)) from None
    except UnicodeDecodeError:
        raise ConfigError(str(path), "expected UTF-8 text", hint="save the file as UTF-8") from None
    except tomllib.TOMLDecodeError as fault:
        raise ConfigError(str(path), f"expected TOML, got: {fault}") from None


def load(model: type[AnyModel], path: Path) -> AnyModel:
    """Read one TOML file into `model`.

    Raises:
        ConfigError: with one sentence per fault: key, expected, got.
    """
    return parse(model, read_toml(path), str(path))


def parse(model: type[AnyModel], content: dict[str, Any], where: str) -> AnyModel:
    """Validate parsed TOML against `model`; `where` names its file in errors."""
    # JSON mode keeps strictness but lets TOML arrays fill tuples and dates fill dates.
    text = json.dumps(content, default=str)
    try:
        return model.model_validate_json(text)
    except ValidationError as invalid:
        faults = [_sentence(model, detail) for detail in invalid.errors()]
        raise ConfigError(where, faults, hint="correct the keys named above") from None


def _neighbours(path: Path) -> str:
    if not path.parent.is_dir():
        return f"the folder {path.parent} does not exist either"
    names = sorted(p.name for p in path.parent.glob(f"*{path.suffix}"))
    return f"files there: {', '.join(names) or 'none'}"


def _sentence(model: type[Model], detail: ErrorDetails) -> str:
    key = ".".join(str(part) for part in detail["loc"]) or "(file)"
    if detail["type"] == "extra_forbidden":
        return f"key {key} is unknown; {_proposal(model, detail['loc'])}"
    if detail["type"] == "missing":
        return f"key {key} is missing"
    if detail["type"] == "value_error":
        return f"key {key}: {detail['msg'].removeprefix('Value error, ')}"
    return f"key {key}: expected {detail['msg']}, got {detail['input']!r}"


def _proposal(model: type[Model], loc: tuple[int | str, ...]) -> str:
    known = sorted(_model_at(model, loc[:-1]).model_fields)
    close = difflib.get_close_matches(str(loc[-1]), known, n=1)
    return f"did you mean {close[0]}?" if close else f"expected one of {', '.join(known)}"


def _model_at(model: type[Model], loc: tuple[int | str, ...]) -> type[BaseModel]:
    """The model that holds the key at `loc`; indices and mapping keys stay in place."""
    found: type[BaseModel] = model
    for part in loc:
        field = found.model_fields.get(str(part))
        inner = _model_in(field.annotation) if field else None
        found = inner or found
    return found


def _model_in(annotation: Any) -> type[BaseModel] | None:  # noqa: ANN401 - any type expression
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inner = (_model_in(argument) for argument in typing.get_args(annotation))
    return next((model for model in inner if model), None)
