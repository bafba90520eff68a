import mindspore as ms
from mindspore import nn, ops, Parameter


class Schedule(nn.Cell):
    def __init__(self, steps=4):
        super().__init__()
        betas = ops.linspace(1e-4, 0.02, steps).astype(ms.float64)
        alphas = ops.cumprod(1.0 - betas, dim=0)

        # The numbers are computed in double precision.
        register_buffer = lambda name, val: self.insert_param_to_cell(name, Parameter(val.to(ms.float32), requires_grad=False))

        register_buffer("betas", betas)
        register_buffer("alphas", alphas)

    def construct(self, x):
        return x * self.alphas.sqrt() + ops.gather_elements(self.betas, 0, ops.arange(4))
