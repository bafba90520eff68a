"""The parametrisation behind torch.nn.utils.parametrizations.spectral_norm."""

from mindspore import Parameter, nn, ops
from mindspore.common.initializer import Normal, initializer


class SpectralNorm(nn.Cell):
    """A weight divided by its largest singular value. In training mode each call brings the vectors `_u` and `_v`
    nearer to the singular vectors."""

    def __init__(self, layer, name="weight", n_power_iterations=1, eps=1e-12, dim=None):
        super().__init__()
        if n_power_iterations <= 0:
            raise ValueError(f"n_power_iterations is {n_power_iterations}, not positive")
        weight = layer.embedding_table if isinstance(layer, nn.Embedding) else getattr(layer, name)
        if name == "weight" and isinstance(layer, nn.Conv1d | nn.Conv1dTranspose):
            weight = weight.squeeze(2)
        if dim is None:
            dim = 1 if isinstance(layer, nn.Conv1dTranspose | nn.Conv2dTranspose | nn.Conv3dTranspose) else 0
        self.dim = dim % weight.ndim
        self.n_power_iterations = n_power_iterations
        self.eps = eps
        if weight.ndim > 1:
            rows = weight.shape[self.dim]
            u = initializer(Normal(1.0), (rows,), weight.dtype).init_data()
            v = initializer(Normal(1.0), (weight.size // rows,), weight.dtype).init_data()
            self._u = Parameter(self.normalized(u), requires_grad=False)
            self._v = Parameter(self.normalized(v), requires_grad=False)
            self.iterate(self.matrix(weight), 15)

    def normalized(self, vector):
        return vector / ops.maximum(ops.sqrt((vector * vector).sum()), self.eps)

    def matrix(self, weight):
        order = (self.dim, *[axis for axis in range(weight.ndim) if axis != self.dim])
        return weight.permute(order).reshape(weight.shape[self.dim], -1)

    def iterate(self, matrix, times):
        for _ in range(times):
            ops.assign(self._u, self.normalized(ops.matmul(matrix, self._v)))
            ops.assign(self._v, self.normalized(ops.matmul(matrix.T, self._u)))

    def construct(self, weight):
        if weight.ndim == 1:
            return self.normalized(weight)
        matrix = self.matrix(weight)
        if self.training:
            self.iterate(ops.stop_gradient(matrix), self.n_power_iterations)
        # Copies: the next call changes the vectors while the gradient of this one may still be wanted.
        u, v = ops.stop_gradient(self._u.copy()), ops.stop_gradient(self._v.copy())
        return weight / (u * ops.matmul(matrix, v)).sum()
