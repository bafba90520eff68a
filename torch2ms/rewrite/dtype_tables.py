"""What torch's functions and methods do to the dtype of tensors, by their last name."""

from __future__ import annotations

from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


OF_NAME: Final = {
    **{name: name for name in "bool uint8 int8 int16 int32 int64 float16 bfloat16 float32 float64".split()},
    **{name: name for name in "complex64 complex128 uint16 uint32 uint64".split()},
    **{"float": "float32", "double": "float64", "half": "float16", "int": "int32", "long": "int64", "short": "int16"},
    **{"cfloat": "complex64", "cdouble": "complex128"},
}
"""The dtypes torch has names for."""

CONVERSIONS: Final = {
    **{name: OF_NAME[name] for name in "bool float double half bfloat16 int long short cfloat cdouble".split()},
    "char": "int8",
    "byte": "uint8",
}
"""Methods that give a tensor of one dtype."""

OF_CLASS: Final = {
    "LongTensor": "int64",
    "IntTensor": "int32",
    "ShortTensor": "int16",
    "ByteTensor": "uint8",
    "CharTensor": "int8",
    "BoolTensor": "bool",
    "HalfTensor": "float16",
    "BFloat16Tensor": "bfloat16",
    "FloatTensor": "float32",
    "DoubleTensor": "float64",
}
"""Classes of tensors of one dtype."""

BOOLS: Final = _words(
    """
    eq ne lt gt le ge greater less greater_equal less_equal not_equal isnan isinf isfinite isclose isin isposinf
    isneginf isreal logical_and logical_or logical_xor logical_not signbit any all
    """
)
INT64S: Final = _words(
    """
    argmax argmin argsort nonzero argwhere count_nonzero bincount multinomial randperm one_hot tril_indices
    triu_indices
    """
)
INT64S_UNLESS_TOLD: Final = _words("randint randint_like searchsorted bucketize")
"""The same, but for those that are given another `dtype=` or `out_int32=`."""

FLOATS: Final = _words(
    """
    exp exp2 expm1 log log2 log10 log1p sqrt rsqrt sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh sigmoid
    erf erfc erfinv lgamma digamma logit sinc deg2rad rad2deg reciprocal arctan arcsin arccos special_expit atan2
    arctan2 hypot logaddexp logsumexp
    """
)
"""Functions that give floats of integers as well."""

OF_FLOATS: Final = _words(
    """
    softmax log_softmax mean std var norm nanmean gelu silu elu selu celu mish softplus hardtanh hardswish hardsigmoid
    normalize layer_norm batch_norm group_norm instance_norm linear conv1d conv2d conv3d conv_transpose1d
    conv_transpose2d conv_transpose3d interpolate grid_sample cosine_similarity scaled_dot_product_attention
    avg_pool1d avg_pool2d avg_pool3d adaptive_avg_pool1d adaptive_avg_pool2d adaptive_avg_pool3d cross_entropy mse_loss
    binary_cross_entropy binary_cross_entropy_with_logits nll_loss l1_loss smooth_l1_loss kl_div logsigmoid softsign
    softmin tanhshrink prelu leaky_relu cdist dropout dropout1d dropout2d dropout3d alpha_dropout embedding irfft irfft2
    irfftn hfft affine_grid
    """
)
"""Functions that take floats, or give nothing else."""

SUMS: Final = _words("sum prod cumsum cumprod nansum trace")
"""Functions that give int64 of any integers, and of bools."""

SAME: Final = _words(
    """
    abs absolute neg negative positive sign clone detach contiguous view reshape flatten unflatten squeeze unsqueeze
    permute transpose t swapaxes swapdims movedim moveaxis expand expand_as repeat tile flip fliplr flipud roll rot90
    gather index_select masked_select take take_along_dim narrow select diagonal diag tril triu view_as reshape_as
    repeat_interleave pad cummax cummin max min amax amin aminmax median kthvalue mode sort topk chunk split unbind
    tensor_split split_with_sizes hsplit vsplit masked_fill masked_scatter index_fill index_add index_copy scatter
    scatter_add scatter_reduce floor ceil round trunc frac relu relu6 clamp clip clamp_min clamp_max square to cpu cuda
    requires_grad_ broadcast_to unfold fold ravel zeros_like ones_like empty_like full_like rand_like randn_like
    new_zeros new_ones new_empty new_full conj nan_to_num msort unique unique_consecutive max_pool1d max_pool2d
    max_pool3d adaptive_max_pool1d adaptive_max_pool2d adaptive_max_pool3d pixel_shuffle pixel_unshuffle bitwise_not
    bitwise_left_shift bitwise_right_shift bitwise_and bitwise_or bitwise_xor matrix_power inverse fill_ zero_ copy_
    add_ sub_ mul_ div_ clamp_ masked_fill_ scatter_ scatter_add_ index_add_ normal_ uniform_ relu_ exp_ sqrt_ floor_
    round_ unsqueeze_ squeeze_ transpose_ t_ as_strided atleast_1d atleast_2d atleast_3d column_stack fmod remainder
    pin_memory share_memory_ diag_embed diff fftshift ifftshift conj_physical resolve_conj
    """
)
"""Functions that give what they are given."""

PROMOTING: Final = _words("add sub subtract mul multiply maximum minimum fmax fmin where lerp addcmul addcdiv outer")
"""Functions that give the common dtype of their tensors."""

PRODUCTS: Final = _words("matmul mm bmm mv dot baddbmm addmm einsum kron cross ger inner tensordot vdot")
"""Functions whose tensors have to be of one dtype."""

JOINING: Final = _words("cat concat concatenate stack hstack vstack dstack")
"""Functions that give the common dtype of the tensors in a list."""

FLOAT_MAKERS: Final = _words(
    "zeros ones empty rand randn eye linspace logspace hann_window hamming_window normal Tensor"
)
"""Functions that make tensors of the default dtype, unless they are told."""

COMPLEX: Final = _words("fft ifft fft2 ifft2 fftn ifftn rfft rfft2 rfftn ihfft view_as_complex polar complex stft")
REAL_PARTS: Final = _words("abs absolute real imag angle view_as_real")
"""What gives floats of complex tensors."""

FLOAT_LAYERS: Final = _words(
    """
    Linear Bilinear Conv1d Conv2d Conv3d ConvTranspose1d ConvTranspose2d ConvTranspose3d BatchNorm1d BatchNorm2d
    BatchNorm3d LayerNorm GroupNorm InstanceNorm1d InstanceNorm2d InstanceNorm3d Embedding EmbeddingBag GELU SiLU ELU
    Sigmoid Tanh Softmax LogSoftmax LSTM GRU RNN LSTMCell GRUCell RNNCell MultiheadAttention Transformer RMSNorm
    TransformerEncoder TransformerEncoderLayer TransformerDecoder TransformerDecoderLayer CrossEntropyLoss MSELoss
    L1Loss BCELoss BCEWithLogitsLoss NLLLoss SmoothL1Loss AvgPool1d AvgPool2d AvgPool3d AdaptiveAvgPool1d
    AdaptiveAvgPool2d AdaptiveAvgPool3d Softplus LeakyReLU Mish SELU Hardswish Hardsigmoid PReLU CosineSimilarity
    SyncBatchNorm Upsample
    """
)
"""Layers that give floats, whatever arrives."""

LAYERS_OF_SAME_AXES: Final = _words(
    """
    Linear Conv1d Conv2d Conv3d ConvTranspose1d ConvTranspose2d ConvTranspose3d BatchNorm1d BatchNorm2d BatchNorm3d
    LayerNorm GroupNorm InstanceNorm1d InstanceNorm2d InstanceNorm3d GELU SiLU ELU Sigmoid Tanh Softmax LogSoftmax
    RMSNorm AvgPool1d AvgPool2d AvgPool3d AdaptiveAvgPool1d AdaptiveAvgPool2d AdaptiveAvgPool3d Softplus LeakyReLU Mish
    SELU Hardswish Hardsigmoid PReLU SyncBatchNorm Upsample
    """
)
"""Those of them that give as many axes as they are given."""

SAME_LAYERS: Final = _words(
    """
    Identity Dropout Dropout1d Dropout2d Dropout3d Flatten Unflatten ReLU ReLU6 MaxPool1d MaxPool2d MaxPool3d
    AdaptiveMaxPool1d AdaptiveMaxPool2d PixelShuffle PixelUnshuffle ZeroPad2d ReflectionPad1d ReflectionPad2d
    ReplicationPad2d ConstantPad1d ConstantPad2d Hardtanh
    """
)
"""Layers that give what arrives."""

MAKERS: Final = FLOAT_MAKERS | _words(
    "tensor as_tensor asarray scalar_tensor new_tensor from_numpy Parameter Variable Buffer arange full"
)
"""Functions that make tensors."""

CONVERTING: Final = _words("to type type_as astype")
"""Methods that are told the dtype."""

INDEXED: Final = _words("max min sort topk kthvalue median mode cummax cummin nanmedian")
"""Functions whose second result is made of places."""

NARROW: Final = _words("sort topk cummin median")
"""Those whose places are int32 in MindSpore."""

REDUCTIONS: Final = _words(
    "sum prod mean std var norm max min median amax amin nansum nanmean logsumexp trace nanmedian"
)
"""Functions that give one number, unless they are given a dim."""

SAME_SHAPE: Final = _words(
    """
    abs neg negative positive sign clone detach contiguous flip roll view_as masked_fill floor ceil round trunc frac
    relu relu6 clamp clip clamp_min clamp_max square to cpu cuda zeros_like ones_like empty_like full_like rand_like
    randn_like cumsum cumprod softmax log_softmax gelu silu dropout nan_to_num real imag linear conv1d conv2d conv3d
    conv_transpose1d conv_transpose2d conv_transpose3d batch_norm layer_norm group_norm instance_norm interpolate pad
    elu selu celu mish softplus hardtanh hardswish hardsigmoid leaky_relu prelu normalize avg_pool1d avg_pool2d
    avg_pool3d adaptive_avg_pool1d adaptive_avg_pool2d adaptive_avg_pool3d transpose swapaxes permute
    """
)
"""Functions whose result has the axes of what they are given."""

NUMPY_MAKERS: Final = _words(
    """
    linspace logspace zeros ones empty eye identity random.rand random.randn random.uniform random.normal
    random.random random.standard_normal
    """
)
"""Functions of NumPy that make float64, unless they are told."""

NUMPY_FUNCTIONS: Final = _words("exp log log2 log10 sqrt sin cos tan tanh arctan divide true_divide power cbrt")
"""Functions of NumPy that give floats."""

NUMPY_REDUCTIONS: Final = _words(
    "mean std var median sum prod max min amax amin argmax argmin count_nonzero percentile quantile"
)
"""Functions of NumPy that give one number, unless they are given an axis."""

NUMPY_SAME: Final = _words(
    """
    cumsum cumprod flip stack concatenate sort abs reshape transpose append repeat tile clip expand_dims squeeze maximum
    minimum copy asarray array ascontiguousarray multiply add subtract square zeros_like ones_like
    """
)
"""Functions of NumPy that give what they are given."""
