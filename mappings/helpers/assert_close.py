"""torch.testing.assert_close: tensors are equal within tolerances that their types suggest."""

import mindspore as ms
import numpy as np
from mindspore import Tensor


def assert_close(actual, expected, rtol=None, atol=None, equal_nan=False, check_dtype=True, msg=None):
    """Raise an AssertionError where |actual - expected| > atol + rtol * |expected|, or where shapes or types differ."""
    if (rtol is None) != (atol is None):
        raise ValueError("rtol and atol go together")
    if isinstance(expected, dict):
        assert actual.keys() == expected.keys(), msg or f"the keys differ: {list(actual)} and {list(expected)}"
        pairs = [(actual[key], expected[key]) for key in expected]
    elif isinstance(expected, list | tuple):
        assert len(actual) == len(expected), msg or f"the lengths differ: {len(actual)} and {len(expected)}"
        pairs = list(zip(actual, expected, strict=True))
    else:
        pairs = []
    for one, other in pairs:
        assert_close(one, other, rtol, atol, equal_nan, check_dtype, msg)
    if isinstance(expected, dict | list | tuple) or (actual is None and expected is None):
        return
    if isinstance(expected, Tensor) != isinstance(actual, Tensor):
        raise TypeError(f"a tensor and none: {type(actual)}, {type(expected)}")
    if isinstance(expected, Tensor) and check_dtype:
        assert actual.dtype == expected.dtype, msg or f"the types differ: {actual.dtype} and {expected.dtype}"
    bounds_of = {ms.bfloat16: (1.6e-2, 1e-5), ms.float16: (1e-3, 1e-5), ms.float64: (1e-7, 1e-7)}
    bounds_of |= {ms.float32: (1.3e-6, 1e-5), ms.complex64: (1.3e-6, 1e-5), ms.complex128: (1e-7, 1e-7)}
    values, bounds = [], []
    for value in (actual, expected):
        array = value.float() if isinstance(value, Tensor) and value.dtype == ms.bfloat16 else value
        array = array.asnumpy() if isinstance(array, Tensor) else np.asarray(array)
        dtype = (
            value.dtype if isinstance(value, Tensor) else ms.float64 if np.issubdtype(array.dtype, np.inexact) else None
        )
        values.append(array)
        bounds.append(bounds_of.get(dtype, (0.0, 0.0)))
    assert values[0].shape == values[1].shape, msg or f"the shapes differ: {values[0].shape} and {values[1].shape}"
    rtol, atol = (max(bound) for bound in zip(*bounds, strict=True)) if rtol is None else (rtol, atol)
    if np.issubdtype(values[0].dtype, np.bool_):
        values = [value.astype(np.int8) for value in values]
    np.testing.assert_allclose(*values, rtol=rtol, atol=atol, equal_nan=equal_nan, err_msg=msg or "")
