"""Uniform numbers that belong to a person by name, whatever the order of the rows."""

import hashlib
from collections.abc import Sequence

import numpy as np

from pipeline.errors import ContractError
from pipeline.stats.arrays import FloatArray

WHERE = "plausible values"
_BYTES = 8  # of one number
_BITS = 52  # of a fraction that a float holds exactly with half a bit added


def keyed_uniforms(keys: Sequence[str], size: int, random: np.random.Generator) -> FloatArray:
    """Numbers in (0, 1) for each key: the same for the same key, whoever else is there.

    A salt from the generator and the key are hashed to as many bits as needed, so neither the
    order of the keys nor their number moves anybody's numbers.

    Args:
        keys: n names, all different.
        size: numbers for each.
        random: gives the salt; one draw of 16 bytes.

    Returns:
        (n, size).

    Raises:
        ContractError: two people of one key, who would get the same numbers.

    Source: SHAKE128, NIST FIPS 202 (2015).
    """
    if repeated := len(keys) - len(set(keys)):
        raise ContractError(
            WHERE,
            f"expected a key of its own for everybody, got {repeated} repeated",
            hint="use the identifiers of the respondents, with the wave where waves are joined",
        )
    salt = random.bytes(16)
    digests = (hashlib.shake_128(salt + key.encode()).digest(_BYTES * size) for key in keys)
    whole = np.frombuffer(b"".join(digests), dtype="<u8").reshape(len(keys), size)
    # the middle of each interval of length 2^-52: neither 0 nor 1 comes up
    return np.asarray(((whole >> (64 - _BITS)) + 0.5) * 2.0**-_BITS)
