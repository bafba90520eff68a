"""Vision transformer.

An image is cut in patches, every patch becomes a token, and a class token collects
what the classifier needs.
"""
from functools import partial
from typing import Callable, Optional

import mindspore as ms
from mindspore import nn, ops, Parameter
from mindspore.common.initializer import initializer, TruncatedNormal


class GELU(nn.GELU):
    """nn.GELU with torch's parameters."""

    def __init__(self, approximate="none"):
        super().__init__(approximate == "tanh")


class LayerNorm(nn.LayerNorm):
    """nn.LayerNorm with torch's parameters."""

    def __init__(self, normalized_shape, eps=1e-5, elementwise_affine=True, bias=True, device=None, dtype=None):
        shape = (normalized_shape,) if isinstance(normalized_shape, int) else tuple(normalized_shape)
        super().__init__(shape, epsilon=float(eps), dtype=dtype or ms.float32)
        self.affine = bool(elementwise_affine)
        self.gamma.requires_grad = self.affine
        self.beta.requires_grad = self.affine and bool(bias)

    def construct(self, x):
        axis = x.ndim - len(self.normalized_shape)
        gamma, beta = self.gamma.astype(x.dtype), self.beta.astype(x.dtype)
        return ops.LayerNorm(axis, axis, self.epsilon)(x, gamma, beta)[0]


def _normalize(input, p=2.0, dim=1, eps=1e-12):
    """`input` over its p-norm along `dim`, or of all elements; the norm is at least `eps`."""
    if p == 2:
        # the limit goes under the root, so that the gradient of a zero vector stays finite
        return input * ops.rsqrt(ops.clamp((input * input).sum(dim, keepdims=True), min=eps * eps))
    return input / ops.clamp(ops.vector_norm(input, p, dim, True), min=eps)


def to_2tuple(x):
    return x if isinstance(x, tuple) else (x, x)


class DropPath(nn.Cell):
    """Drop the residual branch of whole samples (stochastic depth)."""

    def __init__(self, drop_prob: float = 0.0):
        super().__init__()
        self.drop_prob = drop_prob

    def construct(self, x):
        if self.drop_prob == 0.0 or not self.training:
            return x
        keep_prob = 1 - self.drop_prob
        shape = (x.shape[0],) + (1,) * (x.ndim - 1)  # one decision per sample
        random_tensor = keep_prob + ops.rand(shape, dtype=x.dtype)
        return x.div(keep_prob) * random_tensor.floor()


class PatchEmbed(nn.Cell):
    """Image to patch embedding."""

    def __init__(self, img_size=224, patch_size=16, in_chans=3, embed_dim=768):
        super().__init__()
        img_size = to_2tuple(img_size)
        patch_size = to_2tuple(patch_size)
        self.grid_size = (img_size[0] // patch_size[0], img_size[1] // patch_size[1])
        self.num_patches = self.grid_size[0] * self.grid_size[1]
        self.img_size = img_size
        self.proj = nn.Conv2d(in_chans, embed_dim, kernel_size=patch_size, stride=patch_size, pad_mode="valid", has_bias=True)

    def construct(self, x):
        B, C, H, W = x.shape
        assert H == self.img_size[0] and W == self.img_size[1], "input image does not fit the model"
        return self.proj(x).flatten(start_dim=2).swapaxes(1, 2)  # BCHW -> BNC


class Mlp(nn.Cell):
    def __init__(self, in_features, hidden_features=None, act_layer=GELU, drop=0.0):
        super().__init__()
        hidden_features = hidden_features or in_features
        self.fc1 = nn.Dense(in_features, hidden_features)
        self.act = act_layer()
        self.fc2 = nn.Dense(hidden_features, in_features)
        self.drop = nn.Dropout(p=drop)

    def construct(self, x):
        x = self.drop(self.act(self.fc1(x)))
        return self.drop(self.fc2(x))


class Attention(nn.Cell):
    def __init__(self, dim, num_heads=8, qkv_bias=False, attn_drop=0.0, proj_drop=0.0):
        super().__init__()
        self.num_heads = num_heads
        self.scale = (dim // num_heads) ** -0.5
        self.qkv = nn.Dense(dim, dim * 3, has_bias=qkv_bias)
        self.attn_drop = nn.Dropout(p=attn_drop)
        self.proj = nn.Dense(dim, dim)
        self.proj_drop = nn.Dropout(p=proj_drop)

    def construct(self, x):
        B, N, C = x.shape
        qkv = self.qkv(x).reshape(B, N, 3, self.num_heads, C // self.num_heads).permute(2, 0, 3, 1, 4)
        q, k, v = qkv[0], qkv[1], qkv[2]

        attn = (q @ k.swapaxes(-2, -1)) * self.scale
        attn = ops.softmax(attn, axis=-1)
        attn = self.attn_drop(attn)

        x = (attn @ v).swapaxes(1, 2).reshape(B, N, C)
        return self.proj_drop(self.proj(x))


class LayerScale(nn.Cell):
    def __init__(self, dim: int, init_values: float = 1e-5):
        super().__init__()
        self.gamma = Parameter(init_values * ops.ones((dim,)))

    def construct(self, x):
        return x * self.gamma


class Block(nn.Cell):
    def __init__(
        self,
        dim,
        num_heads,
        mlp_ratio=4.0,
        qkv_bias=False,
        drop=0.0,
        init_values=None,
        drop_path=0.0,
        act_layer=GELU,
        norm_layer=LayerNorm,
    ):
        super().__init__()
        self.norm1 = norm_layer(dim)
        self.attn = Attention(dim, num_heads=num_heads, qkv_bias=qkv_bias, proj_drop=drop)
        self.ls1 = LayerScale(dim, init_values) if init_values else nn.Identity()
        self.drop_path = DropPath(drop_path) if drop_path > 0.0 else nn.Identity()
        self.norm2 = norm_layer(dim)
        self.mlp = Mlp(dim, int(dim * mlp_ratio), act_layer=act_layer, drop=drop)
        self.ls2 = LayerScale(dim, init_values) if init_values else nn.Identity()

    def construct(self, x):
        x = x + self.drop_path(self.ls1(self.attn(self.norm1(x))))
        x = x + self.drop_path(self.ls2(self.mlp(self.norm2(x))))
        return x


class VisionTransformer(nn.Cell):
    def __init__(
        self,
        img_size=224,
        patch_size=16,
        in_chans=3,
        num_classes=1000,
        embed_dim=768,
        depth=12,
        num_heads=12,
        mlp_ratio=4.0,
        qkv_bias=True,
        init_values: Optional[float] = None,
        drop_rate=0.0,
        drop_path_rate=0.0,
        norm_layer: Optional[Callable] = None,
        act_layer=GELU,
    ):
        super().__init__()
        norm_layer = norm_layer or partial(LayerNorm, eps=1e-6)

        self.patch_embed = PatchEmbed(img_size, patch_size, in_chans, embed_dim)
        self.cls_token = Parameter(ops.zeros((1, 1, embed_dim)))
        self.pos_embed = Parameter(ops.randn(1, self.patch_embed.num_patches + 1, embed_dim) * 0.02)
        self.pos_drop = nn.Dropout(p=drop_rate)

        dpr = [x.item() for x in ops.linspace(0, drop_path_rate, depth)]  # stochastic depth decay rule
        self.blocks = nn.SequentialCell(*[
            Block(
                embed_dim, num_heads, mlp_ratio, qkv_bias, drop_rate, init_values,
                drop_path=dpr[i], norm_layer=norm_layer, act_layer=act_layer)
            for i in range(depth)])
        self.norm = norm_layer(embed_dim)
        self.head = nn.Dense(embed_dim, num_classes) if num_classes > 0 else nn.Identity()

        self.cls_token.set_data(initializer(TruncatedNormal(.02), self.cls_token.shape, self.cls_token.dtype))
        self.apply(self._init_weights)

    def _init_weights(self, m):
        if isinstance(m, nn.Dense):
            m.weight.set_data(initializer(TruncatedNormal(.02), m.weight.shape, m.weight.dtype))
            if m.bias is not None:
                m.bias.set_data(initializer("zeros", m.bias.shape, m.bias.dtype))

    def forward_features(self, x):
        x = self.patch_embed(x)
        cls_token = ops.broadcast_to(self.cls_token, (x.shape[0], -1, -1))
        x = ops.cat((cls_token, x), axis=1)
        x = self.pos_drop(x + self.pos_embed)
        x = self.blocks(x)
        return self.norm(x)

    def construct(self, x, normalize: bool = False):
        x = self.forward_features(x)[:, 0]
        if normalize:
            x = _normalize(x, dim=-1)
        return self.head(x)


def vit_tiny(**kwargs):
    return VisionTransformer(patch_size=16, embed_dim=192, depth=12, num_heads=3, **kwargs).set_train()
