"""The element types of checkpoints, and what each file format calls them."""

from __future__ import annotations

from enum import Enum


class DType(Enum):
    """An element type, by torch's name; MindSpore uses the same."""

    BOOL = "bool"
    UINT8 = "uint8"
    INT8 = "int8"
    INT16 = "int16"
    UINT16 = "uint16"
    INT32 = "int32"
    UINT32 = "uint32"
    INT64 = "int64"
    UINT64 = "uint64"
    FLOAT16 = "float16"
    BFLOAT16 = "bfloat16"
    FLOAT32 = "float32"
    FLOAT64 = "float64"
    COMPLEX64 = "complex64"
    COMPLEX128 = "complex128"
    FLOAT8_E4M3FN = "float8_e4m3fn"
    FLOAT8_E4M3FNUZ = "float8_e4m3fnuz"
    FLOAT8_E5M2 = "float8_e5m2"
    FLOAT8_E5M2FNUZ = "float8_e5m2fnuz"
    FLOAT8_E8M0FNU = "float8_e8m0fnu"

    @property
    def size(self) -> int:
        """Bytes of one element."""
        return SIZES[self]

    @property
    def word(self) -> int:
        """Bytes of the unit whose order an endianness turns round: half of a complex number."""
        return self.size // 2 if self in (DType.COMPLEX64, DType.COMPLEX128) else self.size


SIZES = {
    DType.BOOL: 1,
    DType.UINT8: 1,
    DType.INT8: 1,
    DType.INT16: 2,
    DType.UINT16: 2,
    DType.INT32: 4,
    DType.UINT32: 4,
    DType.INT64: 8,
    DType.UINT64: 8,
    DType.FLOAT16: 2,
    DType.BFLOAT16: 2,
    DType.FLOAT32: 4,
    DType.FLOAT64: 8,
    DType.COMPLEX64: 8,
    DType.COMPLEX128: 16,
    DType.FLOAT8_E4M3FN: 1,
    DType.FLOAT8_E4M3FNUZ: 1,
    DType.FLOAT8_E5M2: 1,
    DType.FLOAT8_E5M2FNUZ: 1,
    DType.FLOAT8_E8M0FNU: 1,
}

SAFETENSORS = {
    DType.BOOL: "BOOL",
    DType.UINT8: "U8",
    DType.INT8: "I8",
    DType.INT16: "I16",
    DType.UINT16: "U16",
    DType.INT32: "I32",
    DType.UINT32: "U32",
    DType.INT64: "I64",
    DType.UINT64: "U64",
    DType.FLOAT16: "F16",
    DType.BFLOAT16: "BF16",
    DType.FLOAT32: "F32",
    DType.FLOAT64: "F64",
    DType.COMPLEX64: "C64",
    DType.FLOAT8_E4M3FN: "F8_E4M3",
    DType.FLOAT8_E4M3FNUZ: "F8_E4M3FNUZ",
    DType.FLOAT8_E5M2: "F8_E5M2",
    DType.FLOAT8_E5M2FNUZ: "F8_E5M2FNUZ",
    DType.FLOAT8_E8M0FNU: "F8_E8M0",
}

# What mindspore.load_checkpoint accepts, in either format (`tensor_to_ms_type` in mindspore/train/serialization.py).
MINDSPORE = {
    DType.BOOL: "Bool",
    DType.UINT8: "UInt8",
    DType.INT8: "Int8",
    DType.INT16: "Int16",
    DType.UINT16: "UInt16",
    DType.INT32: "Int32",
    DType.UINT32: "UInt32",
    DType.INT64: "Int64",
    DType.UINT64: "UInt64",
    DType.FLOAT16: "Float16",
    DType.BFLOAT16: "BFloat16",
    DType.FLOAT32: "Float32",
    DType.FLOAT64: "Float64",
}

# torch's typed storages; the types without one are saved as an UntypedStorage with the dtype beside it.
TORCH_STORAGES = {
    DType.BOOL: "BoolStorage",
    DType.UINT8: "ByteStorage",
    DType.INT8: "CharStorage",
    DType.INT16: "ShortStorage",
    DType.INT32: "IntStorage",
    DType.INT64: "LongStorage",
    DType.FLOAT16: "HalfStorage",
    DType.BFLOAT16: "BFloat16Storage",
    DType.FLOAT32: "FloatStorage",
    DType.FLOAT64: "DoubleStorage",
    DType.COMPLEX64: "ComplexFloatStorage",
    DType.COMPLEX128: "ComplexDoubleStorage",
}
