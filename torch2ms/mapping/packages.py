"""Packages that compute with the tensors of torch and know no others."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_COMPILED = "it holds kernels for torch: write what it computes with ops of MindSpore"
_SOURCE = "convert its source beside this, or write what it computes with ops of MindSpore"
_PORTED = "mindone has a port of it with the same names"

TORCH_PACKAGES: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(
            "apex bitsandbytes causal_conv1d flash_attn fused_dense_lib mamba_ssm pytorch3d selective_scan_cuda spconv "
            "torch_cluster torch_scatter torch_sparse torch_spline_conv torchsparse triton xformers".split(),
            _COMPILED,
        ),
        **dict.fromkeys(
            "detectron2 e3nn einops_exts fvcore ignite kornia lightning lpips mmcv mmengine monai opt_einsum "
            "piq pytorch_lightning pytorch_msssim pytorch_ssim rotary_embedding_torch segmentation_models_pytorch "
            "torch_ema torch_geometric torchdiffeq torchmetrics torchsde "
            "vector_quantize_pytorch x_transformers".split(),
            _SOURCE,
        ),
        **dict.fromkeys(["accelerate", "diffusers", "peft", "transformers"], _PORTED),
        "functorch": "mindspore.grad, vjp, jvp, jacrev and vmap take functions of tensors",
        "einx": "write its operations with reshape, permute and ops of MindSpore",
    }
)
"""The package's name → what to do about it."""
