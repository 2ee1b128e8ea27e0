"""Functions of estimates written as text, with their slopes.

Owns the reading of "E / H" or "log(`2`) - log(`1`)": arithmetic on names, nothing else.
"""

import ast
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from pipeline.errors import ContractError
from pipeline.stats.arrays import FloatArray

Number: TypeAlias = np.float64 | np.complex128
Numbers: TypeAlias = npt.NDArray[np.float64] | npt.NDArray[np.complex128]

_STEP = 1e-100  # of a complex step: no difference is taken, so it can be this small
_OPERATORS: dict[type[ast.AST], Callable[..., Number]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
}
_FUNCTIONS: dict[str, Callable[..., Number]] = {"log": np.log, "exp": np.exp, "sqrt": np.sqrt}


class Linear(NamedTuple):
    """A function of k numbers near their values: value and (k,) slopes."""

    value: float
    slopes: FloatArray


def linearise(
    contrast: str | Mapping[str, float] | Sequence[float], names: Sequence[str], values: FloatArray
) -> Linear:
    """Value and slopes of a contrast at the k values.

    Slopes are the imaginary parts of f(x + ih) over h (complex step), exact to rounding.

    Args:
        contrast: an expression of the names (in backticks when they are not plain words), or
            coefficients by name, or one coefficient for each name.
        names: k names.
        values: (k,) numbers.

    Raises:
        ContractError: the expression holds an unknown name or anything but arithmetic.

    Source: Squire & Trapp (1998), SIAM Review 40, 110-112.
    """
    if not isinstance(contrast, str):
        slopes = _coefficients(contrast, names)
        used = slopes != 0
        return Linear(float(slopes[used] @ values[used]), slopes)
    tree, places = _parsed(contrast, names)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = _evaluate(tree, _bound(places, values), contrast)
        slopes = np.zeros(len(names))
        for j in sorted(set(places.values())):
            shifted = values.astype(np.complex128)
            shifted[j] += 1j * _STEP
            moved = _evaluate(tree, _bound(places, shifted), contrast)
            slopes[j] = np.imag(moved) / _STEP
    return Linear(float(np.real(value)), slopes)


def _coefficients(
    contrast: Mapping[str, float] | Sequence[float], names: Sequence[str]
) -> FloatArray:
    if isinstance(contrast, Mapping):
        if unknown := [str(name) for name in contrast if str(name) not in names]:
            _refuse(f"no estimate named {', '.join(unknown)}", names)
        by_name = {str(name): weight for name, weight in contrast.items()}
        return np.array([by_name.get(name, 0.0) for name in names], dtype=np.float64)
    if len(contrast) != len(names):
        _refuse(f"expected {len(names)} coefficients, got {len(contrast)}", names)
    return np.asarray(contrast, dtype=np.float64)


def _parsed(text: str, names: Sequence[str]) -> tuple[ast.expr, dict[str, int]]:
    """The expression over placeholders, and the estimate that each stands for."""
    places: dict[str, int] = {}

    def placeholder(match: re.Match[str]) -> str:
        name = match.group().strip("`")
        if name not in names:
            if name in _FUNCTIONS:
                return name
            _refuse(f'"{text}": no estimate named {name}', names)
        places[f"_{names.index(name)}"] = names.index(name)
        return f"_{names.index(name)}"

    plain = re.sub(r"`[^`]*`|(?<![\w.])[A-Za-z_][\w.]*", placeholder, text)
    try:
        return ast.parse(plain, mode="eval").body, places
    except SyntaxError:
        _refuse(f'"{text}" is no arithmetic expression', names)
        raise


def _bound(places: Mapping[str, int], values: Numbers) -> dict[str, Number]:
    return {name: values[j] for name, j in places.items()}


def _evaluate(node: ast.expr, bound: Mapping[str, Number], text: str) -> Number:
    match node:
        case ast.Constant(value=int() | float() as number):
            return np.float64(number)
        case ast.Name(id=name) if name in bound:
            return bound[name]
        case ast.UnaryOp(op=sign, operand=inner) if type(sign) in _OPERATORS:
            return _OPERATORS[type(sign)](_evaluate(inner, bound, text))
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in _OPERATORS:
            return _OPERATORS[type(sign)](
                _evaluate(left, bound, text), _evaluate(right, bound, text)
            )
        case ast.Call(func=ast.Name(id=name), args=[inner], keywords=[]) if name in _FUNCTIONS:
            return _FUNCTIONS[name](_evaluate(inner, bound, text))
    raise ContractError("contrast", f'"{text}" holds more than + - * / ** log exp sqrt')


def _refuse(fault: str, names: Sequence[str]) -> None:
    shown = ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")
    raise ContractError("contrast", fault, hint=f"the estimates are named: {shown}")
