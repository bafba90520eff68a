"""Which names belong to which type: what a method name says about its receiver."""

from __future__ import annotations

from typing import Final

# Methods that nothing else in a PyTorch program has, called with arguments that fit.
TENSOR_ONLY_METHODS: Final = frozenset(
    """
    unsqueeze unsqueeze_ squeeze_ permute contiguous is_contiguous detach_ masked_fill masked_fill_
    masked_select masked_scatter expand_as view_as reshape_as type_as new_zeros new_ones new_full
    new_empty new_tensor numel scatter_ scatter_add scatter_add_ index_select index_add index_add_
    index_copy_ index_fill index_fill_ baddbmm addmm addcmul addcdiv addcmul_ addcdiv_ unbind relu_ sigmoid_
    tanh_ exp_ sqrt_ rsqrt rsqrt_ add_ sub_ mul_ div_ pow_ clamp_ clamp_min clamp_max clamp_min_ clamp_max_
    fill_ zero_ copy_ normal_ uniform_ bernoulli_ lerp_ logsumexp repeat_interleave log1p expm1 neg_
    bitwise_not logical_not amax amin retain_grad is_floating_point bincount diag_embed lgamma float_power
    index_put index_put_ t_ transpose_ swapaxes_ nan_to_num data_ptr element_size clip_ eq_
    masked_scatter_ long
    """.split()
)

# The same without arguments: others have these too, and pass something (a module's `self.relu(x)`).
TENSOR_ONLY_BARE: Final = frozenset(
    "relu sigmoid exp sin cos frac trunc erf sqrt log detach neg reciprocal isnan isinf isfinite tril triu".split()
)

# The same with numbers alone.
TENSOR_ONLY_NUMERIC: Final = frozenset("softmax log_softmax pow unflatten chunk".split())

# The same with two numbers, or one and a `dim`.
TENSOR_ONLY_TWO_NUMBERS: Final = frozenset("narrow clamp expand topk roll".split())

# What these return is of the receiver's own kind: a tensor of a tensor, a module of a module.
SAME_KIND_METHODS: Final = frozenset(["to", "cuda", "cpu", "float", "double", "half", "bfloat16", "requires_grad_"])

# Methods about sizes and axes: what they return has the methods of a tensor only if the receiver is one.
SIZE_METHODS: Final = frozenset(["reshape", "view", "transpose", "swapaxes", "movedim", "tile"])

# Other frameworks: what their functions return is no tensor of torch, though its methods have the same names.
FRAMEWORKS: Final = frozenset(
    "tensorflow tf_keras keras jax flax haiku optax mxnet paddle cupy chainer jittor oneflow tinygrad mlx".split()
)

# Libraries with arrays of their own.
ARRAY_LIBRARIES: Final = FRAMEWORKS | frozenset(["numpy", "pandas", "scipy", "cv2", "skimage", "xarray"])

# Functions of einops' that take a tensor, or an array of another library, in their first argument or in all but the
# last, and return such a one, or something made of its parts.
ARRAY_FUNCTIONS: Final = {
    **dict.fromkeys([f"einops.{name}" for name in ("rearrange", "reduce", "repeat")], "first"),
    **dict.fromkeys([f"einops.einops.{name}" for name in ("rearrange", "reduce", "repeat")], "first"),
    "einops.einsum": "all",
    **dict.fromkeys(["einops.pack", "einops.unpack", "einops.parse_shape", "einops.asnumpy"], "parts"),
}

# Packages that return nothing of torch's.
WITHOUT_TENSORS: Final = FRAMEWORKS | frozenset(
    """
    pandas polars pyarrow pyspark xarray PIL matplotlib seaborn sklearn networkx h5py yaml requests wandb
    decimal fractions statistics cmath sympy mpmath gmpy2 pint xml lxml bs4 sqlite3 sqlalchemy
    """.split()
)

# Modules of the standard library whose functions have nothing to do with tensors.
PLAIN_MODULES: Final = frozenset(
    """
    re os sys argparse logging time datetime pathlib shutil glob inspect warnings urllib subprocess io
    tempfile hashlib struct textwrap uuid platform signal socket zipfile tarfile string locale getpass
    json csv configparser traceback gc types ast dis
    """.split()
)

# Without arguments, methods of a MindSpore tensor that give what those of a torch tensor do.
SAME_METHODS: Final = frozenset(
    "float half double bfloat16 int long short byte bool contiguous numpy tolist item dim numel nelement".split()
)

# With numbers or nothing as arguments these give a tensor only of a tensor.
CHAIN_METHODS: Final = frozenset(
    """
    flatten squeeze clone sum mean std var prod abs pow sqrt exp log repeat flip cumsum tile add sub mul div
    neg round floor ceil type max min argmax argmin all any roll softmax
    """.split()
)

# Of what arrives in the forward method of a module, or is what a module returned, these show that it is a tensor:
# lists, dicts and strings lack them.
TENSOR_LIKELY: Final = frozenset(
    """
    view reshape mean shape ndim dim transpose squeeze flatten sum std var T mT dtype device norm size
    abs clone exp sqrt log pow repeat flip tile cumsum swapaxes swapdims mul sub div matmul bmm softmax
    sigmoid float half data requires_grad movedim argmax argmin detach expand chunk clamp topk
    """.split()
)

# Attributes of a Tensor that are not methods.
TENSOR_PROPERTIES: Final = frozenset(
    """
    shape dtype device data grad requires_grad is_cuda T mT H mH ndim real imag is_leaf grad_fn is_sparse
    layout itemsize nbytes is_quantized names retains_grad is_mps is_meta
    """.split()
)

TENSOR_SCALAR_METHODS: Final = {
    "dim": "int",
    "numel": "int",
    "nelement": "int",
    "ndimension": "int",
    "element_size": "int",
    "is_contiguous": "bool",
    "is_floating_point": "bool",
    "is_complex": "bool",
    "equal": "bool",
    "allclose": "bool",
    "item": "number",
    "data_ptr": "int",
    "get_device": "int",
    "numpy": "ndarray",
    "tolist": "list",
    "backward": "none",
    "storage": "other",
    "stride": "unknown",
    "register_hook": "other",
    "__len__": "int",
}

# Parameters of torch functions that take a tensor and nothing else.
TENSOR_PARAMETERS: Final = frozenset(
    """
    input tensors mat2 batch1 batch2 query key mask condition tensor vec1 vec2 x1 x2 log_probs
    """.split()
)

# Members of nn.Module that a program may use on any module.
MODULE_MEMBERS: Final = frozenset(
    """
    parameters named_parameters buffers named_buffers modules named_modules children named_children
    state_dict load_state_dict add_module register_module get_submodule get_parameter get_buffer apply train
    eval training requires_grad_ zero_grad to cuda cpu half float double bfloat16 type register_buffer
    register_parameter forward register_forward_hook register_forward_pre_hook register_backward_hook
    register_full_backward_hook register_full_backward_pre_hook register_load_state_dict_post_hook
    _register_load_state_dict_pre_hook extra_repr share_memory compile to_empty _modules _parameters
    _buffers set_extra_state get_extra_state xpu ipu register_state_dict_pre_hook
    register_state_dict_post_hook register_load_state_dict_pre_hook dump_patches set_submodule mtia
    _apply _named_members _load_from_state_dict _save_to_state_dict _register_state_dict_hook
    _replicate_for_data_parallel _call_impl _slow_forward _non_persistent_buffers_set _forward_hooks
    _forward_pre_hooks _backward_hooks _backward_pre_hooks _state_dict_hooks _load_state_dict_pre_hooks
    _load_state_dict_post_hooks _is_full_backward_hook
    """.split()
)

# Members of nn.Module that nothing else in a PyTorch program has.
MODULE_ONLY_METHODS: Final = frozenset(
    """
    named_parameters named_buffers named_modules named_children load_state_dict state_dict add_module
    register_module get_submodule register_buffer register_parameter zero_grad flatten_parameters
    """.split()
)

# What a layer inherits its methods from, where that is neither a Module nor a container.
LAYER_BASES: Final = {
    **dict.fromkeys(["torch.nn.LSTM", "torch.nn.GRU", "torch.nn.RNN"], "torch.nn.RNNBase"),
    **dict.fromkeys(["torch.nn.LSTMCell", "torch.nn.GRUCell", "torch.nn.RNNCell"], "torch.nn.RNNCellBase"),
}

# Methods of layers that the captured signatures do not have, since the classes they stand in are not public.
INHERITED_METHODS: Final = {
    "reset_running_stats": ("torch.nn.BatchNorm", "torch.nn.InstanceNorm", "torch.nn.SyncBatchNorm"),
    "_reset_parameters": ("torch.nn.MultiheadAttention", "torch.nn.Transformer"),
}

# Members of nn.Module that an optimizer or a scheduler has as well, or that may be of anything.
MODULE_OR_OPTIMIZER: Final = frozenset(
    "state_dict load_state_dict zero_grad train eval training type apply compile forward _parameters".split()
)

# Calling one of these settles that a value is a module.
MODULE_EVIDENCE: Final = frozenset(
    """
    parameters named_parameters named_modules modules named_buffers named_children add_module
    register_module get_submodule register_buffer register_parameter register_forward_hook
    register_forward_pre_hook
    """.split()
)

# Iteration helpers of containers.
CONTAINERS: Final = frozenset(
    {
        "torch.nn.Sequential",
        "torch.nn.ModuleList",
        "torch.nn.ModuleDict",
        "torch.nn.ParameterList",
        "torch.nn.ParameterDict",
    }
)

STR_METHODS: Final = frozenset(dir(str))
LIST_METHODS: Final = frozenset(dir(list))
DICT_METHODS: Final = frozenset(dir(dict))
BUILTIN_METHODS: Final = STR_METHODS | LIST_METHODS | DICT_METHODS | frozenset(dir(set)) | frozenset(dir(bytes))

STR_RETURNS: Final = {
    **dict.fromkeys(
        """
        capitalize casefold center expandtabs format format_map join ljust lower lstrip replace rjust rstrip
        strip swapcase title translate upper zfill removeprefix removesuffix
        """.split(),
        "str",
    ),
    **dict.fromkeys(["count", "find", "index", "rfind", "rindex"], "int"),
    **dict.fromkeys(
        """
        endswith startswith isalnum isalpha isascii isdecimal isdigit isidentifier islower isnumeric isspace
        """.split(),
        "bool",
    ),
    **dict.fromkeys(["split", "rsplit", "splitlines", "partition", "rpartition"], "strs"),
}

# The state a layer may have: its parameters, and the statistics of a normalisation layer.
LAYER_STATE = frozenset({"weight", "bias", "running_mean", "running_var", "num_batches_tracked"})

TRANSFORMS = frozenset(
    """
    torch.vmap torch.func.grad torch.func.grad_and_value torch.func.jacrev torch.func.jacfwd torch.func.hessian
    torch.func.jvp torch.func.vjp torch.func.linearize torch.autograd.functional.jacobian
    torch.autograd.functional.hessian torch.autograd.functional.jvp torch.autograd.functional.vjp
    torch.autograd.functional.hvp torch.autograd.functional.vhp
    """.split()
)
"""Functions of functions of tensors."""

# What puts something on a module, or takes it off, and gives the module back.
GIVE_THEIR_MODULE = frozenset(
    f"torch.nn.utils.{name}"
    for name in (
        "weight_norm remove_weight_norm spectral_norm remove_spectral_norm parametrizations.weight_norm "
        "parametrizations.spectral_norm parametrizations.orthogonal parametrize.register_parametrization "
        "parametrize.remove_parametrizations"
    ).split()
)
