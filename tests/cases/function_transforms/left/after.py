from mindspore import ops, Tensor

WEIGHT = ops.ones((4,))


def weighted(x):
    return x * WEIGHT


def product(x):
    return ops.prod(x)


def multiplied(x):
    return x @ x.T


def chosen(x):
    if x.ndim > 1:
        return x.sin()
    return x


def read_around(x: Tensor):
    from torch.func import jacrev, jvp

    # TODO(torch2ms): [T2M401] mindspore.jacrev(f)(x), where f is a function of the file and x a
    #   tensor (MindSpore compiles the function, which has to compute from its inputs alone)
    #   [T2M401] mindspore.jvp(f, x, v), where f is a function of the file and x a tensor (MindSpore
    #   compiles the function, which has to compute from its inputs alone)
    return jacrev(weighted)(x), jvp(weighted, (x,), (x,))


def not_tried(x: Tensor):
    from torch.func import hessian, jacrev

    # TODO(torch2ms): [T2M401] mindspore.jacfwd(mindspore.jacrev(f))(x), where f is a function of
    #   the file and x a tensor (MindSpore compiles the function, which has to compute from its
    #   inputs alone)
    #   [T2M401] mindspore.jacrev(f)(x), where f is a function of the file and x a tensor (MindSpore
    #   compiles the function, which has to compute from its inputs alone)
    return hessian(product)(x), jacrev(multiplied)(x), jacrev(chosen)(x)


def with_more(x: Tensor):
    from torch.func import jacrev, vmap

    # TODO(torch2ms): [T2M401] mindspore.jacrev(f)(x), where f is a function of the file and x a
    #   tensor (mindspore.jacrev gives another form here)
    #   [T2M401] draw them before (the helper draws other random numbers for each sample)
    return jacrev(lambda v: (v.sin(), v), has_aux=True)(x), vmap(weighted, randomness="same")(x)


def kept(x: dict):
    from torch.func import jacrev

    # TODO(torch2ms): [T2M401] mindspore.jacrev(f)(x), where f is a function of the file and x a
    #   tensor (whether it is called with tensors, one for each argument, cannot be told here)
    jacobian = jacrev(ops.sin)
    return jacobian(x["a"])
