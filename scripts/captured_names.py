"""What `capture_signatures.py` captures, and the signatures that neither inspection nor a docstring tells.

A module that a version does not have is passed over, so the lists serve all versions.
"""

from __future__ import annotations

TORCH_MODULES = (
    "torch",
    *("torch.nn", "torch.nn.functional", "torch.nn.init", "torch.nn.parallel", "torch.nn.attention"),
    *("torch.nn.utils", "torch.nn.utils.rnn", "torch.nn.utils.parametrize", "torch.nn.utils.prune"),
    *("torch.nn.utils.parametrizations", "torch.nn.utils.fusion", "torch.nn.modules.utils"),
    *("torch.nn.utils.clip_grad", "torch.nn.utils.weight_norm", "torch.nn.utils.stateless"),
    *("torch.optim", "torch.optim.lr_scheduler", "torch.optim.swa_utils", "torch.optim.optimizer"),
    *("torch.utils.data", "torch.utils.data.distributed", "torch.utils.data.sampler"),
    *("torch.utils.data.dataset", "torch.utils.data.dataloader", "torch.utils.data.datapipes"),
    *("torch.utils", "torch.utils.checkpoint", "torch.utils.model_zoo", "torch.utils.cpp_extension"),
    *("torch.utils.tensorboard", "torch.utils.dlpack", "torch.utils.benchmark", "torch.utils.hooks"),
    *("torch.linalg", "torch.fft", "torch.special", "torch.random", "torch.sparse", "torch.nested"),
    *("torch.autograd", "torch.autograd.functional", "torch.autograd.profiler", "torch.autograd.function"),
    *("torch.autograd.grad_mode", "torch.autograd.graph", "torch.func", "torch.masked", "torch.signal"),
    *("torch.cuda", "torch.cuda.amp", "torch.cuda.nvtx", "torch.cuda.comm", "torch.amp", "torch.cpu"),
    *("torch.cuda.random", "torch.mps", "torch.xpu", "torch.backends", "torch.backends.cudnn"),
    *("torch.backends.cuda", "torch.backends.mps", "torch.backends.mkldnn", "torch.backends.quantized"),
    *("torch.distributed", "torch.distributed.optim", "torch.distributed.fsdp", "torch.distributed.rpc"),
    *("torch.distributions", "torch.distributions.kl", "torch.distributions.constraints"),
    *("torch.jit", "torch.hub", "torch.onnx", "torch.testing", "torch.profiler", "torch.compiler"),
    *("torch.fx", "torch.overrides", "torch.serialization", "torch.version", "torch.types"),
    *("torch.multiprocessing", "torch.library", "torch.export", "torch.quantization", "torch.storage"),
    *("torch.ao.quantization", "torch.futures", "torch.return_types", "torch.functional"),
    *("torch.nn.modules.batchnorm", "torch.nn.modules.conv", "torch.nn.modules.loss"),
    *("torch.nn.modules.pooling", "torch.nn.modules.instancenorm", "torch.nn.modules.dropout"),
    *("torch.nn.modules.padding", "torch.nn.modules.rnn", "torch.nn.modules.module", "torch.nn.grad"),
    *("torch.nn.parameter", "torch.nn.modules.container", "torch.nn.modules.activation"),
)
# Private names real code imports by name.
TORCH_PRIVATE = (
    *("torch.nn.modules.batchnorm._BatchNorm", "torch.nn.modules.batchnorm._NormBase"),
    *("torch.nn.modules.conv._ConvNd", "torch.nn.modules.conv._ConvTransposeNd"),
    *("torch.nn.modules.loss._Loss", "torch.nn.modules.loss._WeightedLoss"),
    *("torch.nn.modules.instancenorm._InstanceNorm", "torch.nn.modules.dropout._DropoutNd"),
    *("torch.nn.modules.pooling._MaxPoolNd", "torch.nn.modules.pooling._AvgPoolNd"),
    *("torch.nn.modules.utils._pair", "torch.nn.modules.utils._single", "torch.nn.modules.utils._triple"),
    *("torch.nn.modules.utils._quadruple", "torch.nn.modules.utils._ntuple"),
    *("torch.nn.modules.utils._reverse_repeat_tuple", "torch.optim.lr_scheduler._LRScheduler"),
    *("torch._assert", "torch.nn.functional._Reduction", "torch.utils.data._utils"),
    *("torch.nn.modules.adaptive._ASMoutput", "torch.nn.init._calculate_fan_in_and_fan_out"),
    *("torch.nn.init._calculate_correct_fan", "torch.nn.init._no_grad_trunc_normal_"),
    *("torch.nn.init._no_grad_uniform_", "torch.nn.init._no_grad_normal_", "torch._weight_norm"),
    *("torch.Tensor._version", "torch._foreach_add_", "torch._foreach_mul_", "torch._C"),
)
# Set in __init__, so no class knows them.
TORCH_ATTRIBUTES = (
    *("torch.optim.Optimizer.param_groups", "torch.optim.Optimizer.state", "torch.optim.Optimizer.defaults"),
    *("torch.optim.lr_scheduler.LRScheduler.last_epoch", "torch.optim.lr_scheduler.LRScheduler.base_lrs"),
    *("torch.optim.lr_scheduler.LRScheduler.optimizer", "torch.utils.data.DataLoader.dataset"),
    *("torch.utils.data.DataLoader.batch_size", "torch.utils.data.DataLoader.sampler"),
    *("torch.utils.data.Subset.dataset", "torch.utils.data.Subset.indices", "torch.nn.Module.training"),
)
MINDSPORE_MODULES = (
    *("mindspore", "mindspore.nn", "mindspore.ops", "mindspore.mint", "mindspore.mint.nn"),
    *("mindspore.mint.nn.functional", "mindspore.mint.optim", "mindspore.mint.linalg"),
    *("mindspore.mint.special", "mindspore.mint.distributed", "mindspore.numpy", "mindspore.scipy"),
    *("mindspore.scipy.linalg", "mindspore.scipy.optimize", "mindspore.common.initializer"),
    *("mindspore.experimental.optim", "mindspore.experimental.optim.lr_scheduler"),
    *("mindspore.dataset", "mindspore.dataset.vision", "mindspore.dataset.transforms"),
    *("mindspore.dataset.dataloader", "mindspore.dataset.samplers", "mindspore.dataset.text"),
    *("mindspore.dataset.audio", "mindspore.amp", "mindspore.train", "mindspore.runtime"),
    *("mindspore.nn.probability.distribution", "mindspore.communication", "mindspore.context"),
    *("mindspore.parallel", "mindspore.device_context", "mindspore.hal", "mindspore.profiler"),
    *("mindspore.nn.learning_rate_schedule", "mindspore.common.dtype", "mindspore.log"),
    *("mindspore.nn.dynamic_lr", "mindspore.common.parameter", "mindspore.common.generator"),
    "mindspore.nn.cell",
)
# Where neither inspection nor the docstring tells.
TORCH_KNOWN = {
    "torch.arange": (
        "(end, *, out=None, dtype=None, layout=None, device=None, requires_grad=False, pin_memory=False)",
        "(start, end, step=1, *, out=None, dtype=None, layout=None, device=None, requires_grad=False,"
        " pin_memory=False)",
    ),
    "torch.range": ("(start, end, step=1, *, out=None, dtype=None, device=None, requires_grad=False)",),
    "torch.Tensor": ("(*args, device=None)",),
    "torch.autograd.Function.apply": ("(*args, **kwargs)",),
    "torch.nn.Module.__call__": ("(*args, **kwargs)",),
    "torch.nn.Module.forward": ("(*args, **kwargs)",),
    "torch.nn.Sequential": ("(*args)",),
    "torch.nn.Identity": ("(*args, **kwargs)",),
    "torch.unique_consecutive": ("(input, return_inverse=False, return_counts=False, dim=None)",),
    "torch.sparse.mm": ("(sparse, dense)",),
    "torch.xpu.Stream": ("(device=None, priority=0, **kwargs)",),
}
MINDSPORE_RNN = (
    "(input_size, hidden_size, num_layers=1, has_bias=True, batch_first=False, dropout=0.0,"
    " bidirectional=False, dtype=mindspore.float32)"
)
MINDSPORE_KNOWN = {
    "mindspore.Tensor": ("(input_data=None, dtype=None, shape=None, init=None, const_arg=False, device=None)",),
    "mindspore.nn.Cell": ("(auto_prefix=True, flags=None)",),
    "mindspore.nn.CellList": ("(*args, auto_prefix=True)",),
    "mindspore.nn.LSTM": (MINDSPORE_RNN,),
    "mindspore.nn.GRU": (MINDSPORE_RNN,),
    "mindspore.nn.RNN": (f"{MINDSPORE_RNN[:-1]}, *, nonlinearity='tanh')",),
    "mindspore.mint.flatten": ("(input, start_dim=0, end_dim=-1)",),
    "mindspore.mint.reshape": ("(input, shape)",),
    "mindspore.mint.squeeze": ("(input, dim)",),
    "mindspore.mint.addcdiv": ("(input, tensor1, tensor2, *, value=1)",),
    "mindspore.mint.t": ("(input)",),
    "mindspore.mint.kthvalue": ("(input, k, dim=-1, keepdim=False)",),
    "mindspore.mint.nn.Identity": ("(*args, **kwargs)",),
    "mindspore.nn.Identity": ("(*args, **kwargs)",),
    "mindspore.mint.nn.Mish": ("()",),
    "mindspore.mint.nn.SELU": ("()",),
    "mindspore.nn.CellDict": ("(*args)",),
    "mindspore.set_context": ("(**kwargs)",),
    "mindspore.common.initializer.Zero": ("()",),
    "mindspore.common.initializer.One": ("()",),
    "mindspore.common.initializer.Identity": ("()",),
}
KNOWN = {**TORCH_KNOWN, **MINDSPORE_KNOWN}
