"""Patterns that einops refuses stay, with a finding."""

from mindspore import Tensor
from einops import rearrange, reduce, repeat, einsum
from einops.layers.torch import Rearrange, Reduce


def f(x: Tensor):
    # TODO(torch2ms): [T2M207] mend the pattern (einops refuses the pattern 'b c h w': it has no
    #   left and right side, with one -> between them)
    rearrange(x, 'b c h w')
    # TODO(torch2ms): [T2M207] mend the pattern (einops refuses the pattern 'b c -> b d': it has c
    #   and d on one side only)
    rearrange(x, 'b c -> b d')
    # TODO(torch2ms): [T2M207] mend the pattern (einops refuses the pattern '(b c -> b c': its
    #   parentheses are not balanced)
    rearrange(x, '(b c -> b c', b=2)
    # TODO(torch2ms): [T2M207] mend the pattern (einops refuses the pattern '(b c) -> b c': the
    #   sizes of b and c cannot be told from one dimension)
    rearrange(x, '(b c) -> b c')
    # TODO(torch2ms): [T2M207] mend the pattern (einops refuses the pattern 'b c -> c b': it has no
    #   d, for which a size is given)
    rearrange(x, 'b c -> c b', d=2)
    # TODO(torch2ms): [T2M207] mend the pattern (einops refuses the pattern 'b c -> b c d': no size
    #   is given for d)
    repeat(x, 'b c -> b c d')
    # TODO(torch2ms): [T2M207] mend the reduction (einops has no reduction 'median')
    reduce(x, 'b c -> b', 'median')
    # TODO(torch2ms): [T2M207] mend the pattern (einops refuses the pattern 'b c, c d -> b d': it is
    #   for 2 tensors, not 1)
    einsum(x, 'b c, c d -> b d')
    # TODO(torch2ms): [T2M207] mend the pattern (einops refuses the pattern 'b b -> b': it has b
    #   twice on one side; einops refuses the pattern 'b -> b c': it has c on its right side only)
    return Rearrange('b b -> b'), Reduce('b -> b c', 'sum')
