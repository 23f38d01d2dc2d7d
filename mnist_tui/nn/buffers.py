"""Arrays that are made once and used again every step.

Allocating the temporaries of a training step costs about a quarter of its time: each one is fresh
memory that the operating system hands out page by page. A layer therefore asks its `Buffers` for an
array by name and computes into it with NumPy's `out=`.
"""

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[Any]


class Buffers:
    """Named scratch arrays that grow to the largest batch seen and are then reused."""

    def __init__(self) -> None:
        self._arrays: dict[str, Array] = {}

    def get(self, name: str, shape: tuple[int, ...], dtype: npt.DTypeLike) -> Array:
        """An uninitialised array; the same memory every time the same name is asked for.

        Args:
            name: What it is used for, unique within the owner.
            shape: The first dimension may change from call to call, the others must not.
            dtype: Type of the values.

        Returns:
            A C-contiguous array of the given shape.
        """
        array = self._arrays.get(name)
        if array is None or len(array) < shape[0] or array.shape[1:] != shape[1:] or array.dtype != dtype:
            array = self._arrays[name] = np.empty(shape, dtype)
        return array[: shape[0]]
