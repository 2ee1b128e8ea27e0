"""Random streams by name: the same name gives the same numbers, whatever else is drawn."""

import hashlib

import numpy as np


def stream(*names: str) -> np.random.Generator:
    """A generator of its own for each sequence of names."""
    digest = hashlib.sha256("/".join(names).encode()).digest()
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(list(digest))))
