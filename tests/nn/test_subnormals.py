"""Numbers that vanish are flushed to zero, nothing else is."""

import numpy as np
import numpy.typing as npt
import pytest

from mnist_tui.nn.buffers import Array
from mnist_tui.nn.subnormals import NEGLIGIBLE, flush_to_zero

pytestmark = pytest.mark.quick


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_what_is_negligible_becomes_zero_and_all_else_stays(dtype: npt.DTypeLike) -> None:
    kept: Array = np.array([0, 1, -1, 1e-29, -1e-29, NEGLIGIBLE * 1.01, np.inf, -np.inf, np.nan], dtype)
    gone: Array = np.array([1e-31, -1e-31, np.finfo(dtype).tiny, np.finfo(dtype).smallest_subnormal], dtype)
    array = np.concatenate((kept, gone))
    flush_to_zero(array, np.empty_like(array))
    np.testing.assert_array_equal(array, np.concatenate((kept, np.zeros_like(gone))))
