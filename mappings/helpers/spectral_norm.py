"""torch.nn.utils.spectral_norm: the weight of a layer is divided by its largest singular value."""

from mindspore import Parameter, nn, ops
from mindspore.common.initializer import Normal, initializer


def spectral_norm(module, name="weight", n_power_iterations=1, eps=1e-12, dim=None):
    """The layer, with the Parameter `<name>_orig` instead of `<name>`, and the vectors `<name>_u` and `<name>_v`.

    In training mode each call brings the vectors nearer to the singular vectors.
    """
    if isinstance(module, nn.LSTM | nn.GRU | nn.RNN):
        raise TypeError("the kernels of recurrent layers take their weights as they are")
    if n_power_iterations <= 0:
        raise ValueError(f"n_power_iterations is {n_power_iterations}, not positive")
    attribute = "embedding_table" if name == "weight" and isinstance(module, nn.Embedding) else name
    old = getattr(module, attribute)
    has_extra_axis = attribute == "weight" and isinstance(module, nn.Conv1d | nn.Conv1dTranspose)
    original = old.squeeze(2) if has_extra_axis else old.copy()
    if dim is None:
        dim = 1 if isinstance(module, nn.Conv1dTranspose | nn.Conv2dTranspose | nn.Conv3dTranspose) else 0
    order = (dim, *(axis for axis in range(original.ndim) if axis != dim))
    rows = original.shape[dim]
    columns = original.size // rows

    def normalized(vector):
        return vector / ops.maximum(ops.sqrt((vector * vector).sum()), eps)

    def matrix(self):
        return getattr(self, f"{name}_orig").permute(order).reshape(rows, columns)

    def weight(self):
        # Copies: the next call changes the vectors while the gradient of this one may still be wanted.
        u, v = getattr(self, f"{name}_u").copy(), getattr(self, f"{name}_v").copy()
        u, v = ops.stop_gradient(u), ops.stop_gradient(v)
        new = getattr(self, f"{name}_orig") / (u * ops.matmul(matrix(self), v)).sum()
        return new.expand_dims(2) if has_extra_axis else new

    del module._params[attribute]
    path = old.name.removesuffix(attribute) + name
    setattr(module, f"{name}_orig", Parameter(original, name=f"{path}_orig"))
    for letter, size in (("u", rows), ("v", columns)):
        vector = normalized(initializer(Normal(1.0), (size,), original.dtype).init_data())
        setattr(module, f"{name}_{letter}", Parameter(vector, name=f"{path}_{letter}", requires_grad=False))
    layer = type(module)

    class Layer(layer):
        def construct(self, *inputs):
            if self.training:
                weights = ops.stop_gradient(matrix(self))
                u, v = getattr(self, f"{name}_u"), getattr(self, f"{name}_v")
                for _ in range(n_power_iterations):
                    ops.assign(v, normalized(ops.matmul(weights.T, u)))
                    ops.assign(u, normalized(ops.matmul(weights, v)))
            return super().construct(*inputs)

    # Graph mode computes properties of the class itself anew, and takes inherited ones for constants.
    properties = {key: value for key, value in vars(layer).items() if isinstance(value, property)}
    for key, value in {**properties, attribute: property(weight)}.items():
        setattr(Layer, key, value)
    Layer.__name__ = layer.__name__
    module.__class__ = Layer
    return module
