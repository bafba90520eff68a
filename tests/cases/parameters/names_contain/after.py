from mindspore import nn, ops, Parameter
from mindspore.common.initializer import Normal


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.fc = nn.Dense(3, 4)
        self.norm = nn.LayerNorm((4,), epsilon=1e-5)
        self.embed = nn.Embedding(5, 4, embedding_table=Normal(1.0))
        self.bias_scale = Parameter(ops.ones((2,)))

    def construct(self, x):
        return self.norm(self.fc(x))


def in_loop(net: Net):
    first, second, third = [], [], []
    for name, p in [(name, p) for name, p in net.parameters_and_names() if p.requires_grad]:
        if "bias" in name or name.split(".")[-1] == "beta":
            first.append(tuple(p.shape))
        elif (not ("norm.bias" in name or name.endswith("norm.beta"))) and len(p.shape) > 1:
            second.append(tuple(p.shape))
        if (name in ("fc.bias", "fc.beta")) or (name in ("norm.weight", "norm.gamma", "norm.embedding_table")):
            third.append(tuple(p.shape))
    return first, second, third


def in_comprehension(net: Net):
    return (
        [tuple(p.shape) for n, p in [(name, p) for name, p in net.parameters_and_names() if p.requires_grad] if "weight" in n or n.split(".")[-1] in ("gamma", "embedding_table")],
        [tuple(p.shape) for n, p in [(name, p) for name, p in net.parameters_and_names() if p.requires_grad] if not ("bias" in n or n.split(".")[-1] == "beta")],
        {n.count("."): tuple(p.shape) for n, p in [(name, p) for name, p in net.parameters_and_names() if p.requires_grad] if n not in ("norm.bias", "norm.beta")},
    )
