"""The forms of patterns: merged and split axes, an ellipsis, 1 and (), sizes by keyword, lists, every reduction."""

import math
from functools import partial

import re
import mindspore as ms
from mindspore import ops, Tensor


def rearrange(tensor, pattern, **axes_lengths):
    """Reorder, split and merge axes by a pattern such as "b n (h d) -> b h n d", as einops.rearrange does."""

    def read(side, rank):
        """Read the axes of each dimension; an ellipsis stands for `rank` of them."""
        dims = []
        for dim in re.findall(r"\(.*?\)|[^\s()]+", side):
            spread = [f"...{i}" for i in range(rank)]
            axes = [axis for axis in dim.strip("()").replace("...", " ".join(spread)).split() if axis != "1"]
            dims.extend([[axis] for axis in axes] if dim == "..." else [axes])
        return dims

    if isinstance(tensor, list):
        tensor = ops.stack(tensor)
    left, right = pattern.split("->")
    rank = tensor.ndim - len(read(left, 0))
    left, right = read(left, rank), read(right, rank)
    sizes = dict(axes_lengths)
    for dim, size in zip(left, tensor.shape, strict=True):
        known = math.prod(sizes[axis] for axis in dim if axis in sizes)
        sizes.update({axis: size // known for axis in dim if axis not in sizes})
    old, new = ([axis for dim in side for axis in dim] for side in (left, right))
    x = tensor.reshape(tuple(sizes[axis] for axis in old))
    if old != new:
        x = x.transpose(tuple(old.index(axis) for axis in new))
    return x.reshape(tuple(math.prod(sizes[axis] for axis in dim) for dim in right))


def reduce(tensor, pattern, reduction, **axes_lengths):
    """Reduce over the axes that the right side of a pattern leaves out, as einops.reduce does."""

    def read(side, rank):
        """Read the axes of each dimension; an ellipsis stands for `rank` of them, a number for an axis of that size."""
        dims = []
        for place, dim in enumerate(re.findall(r"\(.*?\)|[^\s()]+", side)):
            spread = [f"...{i}" for i in range(rank)]
            axes = [axis for axis in dim.strip("()").replace("...", " ".join(spread)).split() if axis != "1"]
            axes = [f"{axis}.{place}.{i}" if axis.isdecimal() else axis for i, axis in enumerate(axes)]
            dims.extend([[axis] for axis in axes] if dim == "..." else [axes])
        return dims

    if isinstance(tensor, list):
        tensor = ops.stack(tensor)
    left, right = pattern.split("->")
    rank = tensor.ndim - len(read(left, 0))
    left, right = read(left, rank), read(right, rank)
    sizes = {axis: int(axis.partition(".")[0]) for dim in left for axis in dim if axis[0].isdecimal()}
    sizes.update(axes_lengths)
    for dim, size in zip(left, tensor.shape, strict=True):
        known = math.prod(sizes[axis] for axis in dim if axis in sizes)
        sizes.update({axis: size // known for axis in dim if axis not in sizes})
    old, new = ([axis for dim in side for axis in dim] for side in (left, right))
    order = [*new, *(axis for axis in old if axis not in new)]
    x = tensor.reshape(tuple(sizes[axis] for axis in old))
    if old != order:
        x = x.permute(tuple(old.index(axis) for axis in order))
    axes = tuple(range(len(new), len(old)))
    if axes:
        if callable(reduction):
            x = reduction(x, axes)
        elif reduction == "prod":
            for axis in reversed(axes):
                x = x.prod(axis)
        elif reduction in ("any", "all"):
            x = getattr(x.astype(ms.bool_), reduction)(axes)
        else:
            x = getattr(x, {"max": "amax", "min": "amin"}.get(reduction, reduction))(axes)
    return x.reshape(tuple(math.prod(sizes[axis] for axis in dim) for dim in right))


def repeat(tensor, pattern, **axes_lengths):
    """Repeat a tensor along the axes that only the right side of a pattern has, as einops.repeat does."""

    def read(side, rank):
        """Read the axes of each dimension; an ellipsis stands for `rank` of them, a number for an axis of that size."""
        dims = []
        for place, dim in enumerate(re.findall(r"\(.*?\)|[^\s()]+", side)):
            spread = [f"...{i}" for i in range(rank)]
            axes = [axis for axis in dim.strip("()").replace("...", " ".join(spread)).split() if axis != "1"]
            axes = [f"{axis}.{place}.{i}" if axis.isdecimal() else axis for i, axis in enumerate(axes)]
            dims.extend([[axis] for axis in axes] if dim == "..." else [axes])
        return dims

    if isinstance(tensor, list):
        tensor = ops.stack(tensor)
    left, right = pattern.split("->")
    rank = tensor.ndim - len(read(left, 0))
    left, right = read(left, rank), read(right, rank)
    sizes = {axis: int(axis.partition(".")[0]) for dim in right for axis in dim if axis[0].isdecimal()}
    sizes.update(axes_lengths)
    for dim, size in zip(left, tensor.shape, strict=True):
        known = math.prod(sizes[axis] for axis in dim if axis in sizes)
        sizes.update({axis: size // known for axis in dim if axis not in sizes})
    old, new = ([axis for dim in side for axis in dim] for side in (left, right))
    kept = [axis for axis in new if axis in old]
    x = tensor.reshape(tuple(sizes[axis] for axis in old))
    if old != kept:
        x = x.permute(tuple(old.index(axis) for axis in kept))
    x = x.reshape(tuple(sizes[axis] if axis in old else 1 for axis in new))
    x = ops.broadcast_to(x, tuple(sizes[axis] for axis in new))
    return x.reshape(tuple(math.prod(sizes[axis] for axis in dim) for dim in right))


def einsum(equation, *operands):
    """Sum products of tensors over the indices the equation leaves out, as torch.einsum does."""
    if len(operands) == 1 and isinstance(operands[0], (list, tuple)):
        operands = operands[0]
    inputs, arrow, output = equation.replace(" ", "").partition("->")
    terms = inputs.split(",")
    # An ellipsis stands for digits, aligned at the right.
    ranks = [x.ndim - len(term) + 3 if "..." in term else 0 for term, x in zip(terms, operands, strict=True)]
    extra = "0123456789"[: max(ranks)]
    terms = [term.replace("...", extra[len(extra) - rank :]) for term, rank in zip(terms, ranks, strict=True)]
    if arrow:
        output = output.replace("...", extra)
    else:
        letters = "".join(terms)
        output = extra + "".join(sorted(c for c in letters if letters.count(c) == 1 and c not in extra))

    def diagonal(x, term):
        """Take the diagonal of indices that occur twice in one operand."""
        for c in term:
            while term.count(c) > 1:
                first, second = term.index(c), term.rindex(c)
                rest = [i for i in range(len(term)) if i not in (first, second)]
                size = x.shape[first]
                shape = tuple(x.shape[i] for i in rest)
                x = x.permute((*rest, first, second)).reshape((*shape, size * size))[..., :: size + 1]
                term = "".join(term[i] for i in rest) + c
        return x, term

    def reduced(x, term, keep):
        """Sum over the indices nobody needs."""
        axes = tuple(i for i, c in enumerate(term) if c not in keep)
        if axes:
            x = x.sum(axes)
        return x, "".join(c for c in term if c in keep)

    def arranged(x, term, groups):
        """Bring the indices into an order, those of the last groups as one dimension each."""
        x = x.permute(tuple(term.index(c) for c in "".join(groups))) if len(term) > 1 else x
        shape = [x.shape[i] for i in range(len(groups[0]))]
        place = len(shape)
        for group in groups[1:]:
            size = 1
            for i in range(place, place + len(group)):
                size *= x.shape[i]
            shape.append(size)
            place += len(group)
        return x.reshape(tuple(shape))

    def product(x, left, y, right, keep):
        """Multiply two operands and sum over the indices only they have."""
        ones = [c for c in left if c in right and x.shape[left.index(c)] != y.shape[right.index(c)]]
        for c in ones:
            if x.shape[left.index(c)] == 1:
                x, left = x.sum(left.index(c)), left.replace(c, "")
            else:
                y, right = y.sum(right.index(c)), right.replace(c, "")
        x, left = reduced(x, left, right + keep)
        y, right = reduced(y, right, left + keep)
        batch = "".join(c for c in left if c in right and c in keep)
        inner = "".join(c for c in left if c in right and c not in keep)
        rows = "".join(c for c in left if c not in right)
        columns = "".join(c for c in right if c not in left)
        shape = tuple(x.shape[left.index(c)] for c in batch + rows) + tuple(y.shape[right.index(c)] for c in columns)
        x = arranged(x, left, (batch, rows, inner))
        y = arranged(y, right, (batch, inner, columns))
        x = ops.matmul(x, y) if inner else x * y
        return x.reshape(shape), batch + rows + columns

    x, term = diagonal(operands[0], terms[0])
    for i in range(1, len(terms)):
        y, other = diagonal(operands[i], terms[i])
        x, term = product(x, term, y, other, output + "".join(terms[i + 1 :]))
    x, term = reduced(x, term, output)
    if term != output:
        x = x.permute(tuple(term.index(c) for c in output))
    return x


FLAT = 'b c h w -> b (c h w)'


def moved(x: Tensor):
    return x.permute(0, 2, 3, 1), x.flatten(start_dim=2).permute(2, 0, 1), x


def patches(x: Tensor, p=2):
    b, c, h, _ = x.shape
    return x.reshape(b, c, h // p, p, -1, p).permute(0, 2, 4, 3, 5, 1).reshape(b, -1, p * p * c)  # p × p


def sizes(x: Tensor):
    h = int(math.sqrt(x.shape[1]))
    y = x.swapaxes(1, 2).reshape(x.shape[0], x.shape[2], h, -1)
    return y, x.reshape(-1, 2, *x.shape[1:]), y.flatten(start_dim=2).swapaxes(1, 2)


def ones(x: Tensor):
    y = x[:, None, None]
    z = x[None, :, :, None]
    return y, z, y.squeeze((1, 2)), y.permute(1, 3, 0, 2), x[:1].squeeze(0)


def ellipsis(x: Tensor):
    a = x.flatten(start_dim=-2)
    b = x.reshape(*x.shape[:-1], -1, 2).movedim(-1, 0)
    c = x.reshape(x.shape[0], -1, x.shape[-1])
    return a, b, c, x.movedim(-1, 1), x.reshape(x.shape[0], -1).mean(1), x.unsqueeze(-1).tile((2,))


def unknown_rank(x: Tensor):
    return x.swapaxes(0, -1), repeat(ops.relu(x), 'b ... d -> (k b) ... d', k=2)


def reductions(x: Tensor):
    a = x.reshape(*x.shape[:2], x.shape[2] // 2, 2, -1, 2).amax((3, 5)) + x.reshape(*x.shape[:2], x.shape[2] // 2, 2, -1, 2).amin((3, 5))
    b = x.mean((2, 3), keep_dims=True), x.amax(1, True), x.sum((0, 2, 3)), x.prod(2).prod(1).swapaxes(0, 1)
    c = (x > 0).astype(ms.bool_).any((2, 3)).unsqueeze(1), (x > 0).astype(ms.bool_).all((1, 2, 3))
    return a, b, c, x.amax((2, 3)), x.sum()


def repeated(x: Tensor, k=2):
    a = x.unsqueeze(2).broadcast_to((-1, -1, 3))
    b = x[:, None, :, None].broadcast_to((-1, 2, -1, k)).reshape(x.shape[0] * 2, -1), x.tile((k, 1))
    return a, b, (x > 0).tile((k, 1, 1)), x.swapaxes(0, 1).broadcast_to((k, -1, -1)).unsqueeze(1)


def lists(x: Tensor):
    rows = [x, x * 2]
    return ops.stack(rows, axis=2).flatten(start_dim=1), ops.stack([x, x + 1, x], axis=1), ops.stack([x, x]).sum(0)


def variables(x: Tensor, pattern='b c h w -> (b h) (w c)'):
    flat = partial(rearrange, pattern=FLAT)
    return rearrange(x, pattern), flat(x), reduce(x, FLAT, 'mean'), [rearrange(x, p) for p in (FLAT, pattern)]


def products(a: Tensor, b: Tensor):
    c = ops.matmul(a, b.swapaxes(-1, -2))
    d = a.sum((1, 2))
    return c, d, einsum('...id,...jd,...kd->...ijk', a, b, a), einsum('...id,jd->...ij', a, b[0, 0])


def arrays(x: Tensor):
    return x.asnumpy(), (x * 2).asnumpy().shape
