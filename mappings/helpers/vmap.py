"""torch.vmap for functions that MindSpore may not compile as they stand."""

from mindspore import ops


def vmap(func, in_dims=0, out_dims=0):
    """Map a function over an axis of its inputs, sample by sample; `in_dims` and `out_dims` are as in torch."""

    def batched(*args, **kwargs):
        dims = tuple(in_dims) if isinstance(in_dims, (tuple, list)) else (in_dims,) * len(args)
        size = next(x.shape[dim] for x, dim in zip(args, dims, strict=True) if dim is not None)
        rows = [(x,) * size if dim is None else ops.unbind(x, dim) for x, dim in zip(args, dims, strict=True)]
        named = {name: ops.unbind(x, 0) for name, x in kwargs.items()}
        results = [func(*(row[i] for row in rows), **{name: x[i] for name, x in named.items()}) for i in range(size)]
        return join(results, out_dims)

    def join(results, dim):
        """Stack tensors, and those of tuples, lists and dicts one by one."""
        first = results[0]
        if isinstance(first, dict):
            return {key: join([result[key] for result in results], dim) for key in first}
        if isinstance(first, (tuple, list)):
            dims = dim if isinstance(dim, (tuple, list)) else (dim,) * len(first)
            columns = zip(zip(*results, strict=True), dims, strict=True)
            return type(first)(join(list(parts), one) for parts, one in columns)
        return first if dim is None else ops.stack(results, dim)

    return batched
