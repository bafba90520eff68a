"""What classes of models often do besides calling layers, and what programs do with models."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Idiom:
    """Lines of `__init__`, methods, and lines of `forward` that belong together.

    Places: `{n}` a name, `{x}` a tensor of floats that the lines may bind anew, `{last}` the size of its last axis,
    `{channels}` that of its second.
    """

    init: str
    forward: str
    methods: str = ""


_LINEAR = "nn.Linear({last}, {last})"

IDIOMS = (
    Idiom(
        f"{{n}} = []\nfor _ in range(2):\n    {{n}}.append({_LINEAR})\n    {{n}}.append(nn.ReLU(inplace=True))\n"
        "self.{n} = nn.Sequential(*{n})",
        "{x} = self.{n}({x})",
    ),
    Idiom(
        f"self.{{n}} = {_LINEAR}",
        "{x} = self.{n}_step({x}, scale=2.0)",
        "def {n}_step(self, x, scale=1.0):\n    return self.{n}(x) * scale",
    ),
    Idiom(
        f"self.{{n}} = {_LINEAR}\nself.{{n}}_scale = 0.5",
        "{x} = {x} + self.{n}_size * self.{n}({x})",
        "@property\ndef {n}_size(self):\n    return self.{n}_scale * 2",
    ),
    Idiom(
        f"self.{{n}} = {_LINEAR}",
        "{x} = self.{n}_norm(self.{n}({x}))",
        "@staticmethod\ndef {n}_norm(x):\n    return x / (x.norm(dim=-1, keepdim=True) + 1.0)",
    ),
    Idiom(
        f"for i in range(2):\n    setattr(self, f'{{n}}_{{i}}', {_LINEAR})".replace("{i}", "{i}"),
        "for i in range(2):\n    {x} = getattr(self, f'{n}_{i}')({x})",
    ),
    Idiom(f"self.add_module('{{n}}', {_LINEAR})", "{x} = torch.relu(self.{n}({x}))"),
    Idiom(f"self.{{n}} = {_LINEAR}\nself.{{n}}_b = self.{{n}}", "{x} = self.{n}(self.{n}_b({x}))"),
    Idiom(
        f"self.{{n}} = {_LINEAR}\nself.{{n}}_b = {_LINEAR}\nself.{{n}}_b.weight = self.{{n}}.weight",
        "{x} = self.{n}(self.{n}_b({x}))",
    ),
    Idiom(f"self.{{n}} = {_LINEAR}", "if self.training:\n    {x} = self.{n}({x})\nelse:\n    {x} = {x} * 2"),
    Idiom(f"self.{{n}} = {_LINEAR}\nnn.init.constant_(self.{{n}}.weight, 0.1)", "{x} = {x} + self.{n}({x})"),
    Idiom(
        f"self.{{n}} = {_LINEAR}\nself.apply(self.{{n}}_init)",
        "{x} = self.{n}({x})",
        "def {n}_init(self, m):\n    if isinstance(m, nn.Linear):\n        nn.init.ones_(m.weight)\n"
        "        if m.bias is not None:\n            nn.init.zeros_(m.bias)",
    ),
    Idiom(
        f"self.{{n}} = nn.ModuleList()\nfor _ in range(2):\n    self.{{n}}.append({_LINEAR})",
        "{n}_outs = []\nfor m in self.{n}:\n    {x} = F.relu(m({x}))\n    {n}_outs.append({x})\n"
        "{x} = torch.stack({n}_outs).sum(0)",
    ),
    Idiom(
        "self.register_buffer('{n}', torch.zeros({last}))",
        "self.{n} += {x}.detach().reshape(-1, {last}).mean(0)\n{x} = {x} - self.{n}",
    ),
    Idiom(
        "self.register_buffer('{n}', torch.zeros(1))\nself.{n}_count = 0",
        "self.{n}_count += 1\nself.{n}.add_(1)\n{x} = {x} * self.{n} + self.{n}_count",
    ),
    Idiom(
        "self.register_buffer('{n}', None)",
        "if self.{n} is None:\n    self.{n} = torch.ones({last})\n{x} = {x} * self.{n}",
    ),
    Idiom(
        "self.{n} = nn.Parameter(torch.ones({last}))",
        "{x} = self.{n}.unsqueeze(0) * {x} + self.{n}.sum().item()",
    ),
    Idiom("self.{n} = None", "if self.{n} is not None:\n    {x} = self.{n}({x})"),
    Idiom("self.{n} = nn.Identity() if {last} > 3 else nn.Linear({last}, {last})", "{x} = self.{n}({x})"),
    Idiom("self.{n} = nn.ReLU", "{x} = self.{n}()({x})"),
    Idiom("self.{n} = {'relu': nn.ReLU(), 'tanh': nn.Tanh()}['tanh']", "{x} = self.{n}({x})"),
    Idiom("self.{n} = F.relu", "{x} = self.{n}({x})"),
    Idiom("self.{n} = partial(F.leaky_relu, negative_slope=0.3)", "{x} = self.{n}({x})"),
    Idiom("self.{n} = lambda t: t * 0.5", "{x} = self.{n}({x})"),
    Idiom("", "identity = {x}\n{x} = F.relu({x})\n{x} += identity"),
    Idiom("", "{x} = {x}.clone()\n{x}[..., 0] = 0.5"),
    Idiom(
        "",
        "q, k, v = {x}, {x} * 0.5, {x} + 1\n"
        "{x} = (q @ k.transpose(-2, -1) / math.sqrt(q.size(-1))).softmax(-1) @ v",
    ),
    Idiom("", "{n}_mask = torch.ones({x}.size(-1), {x}.size(-1)).tril()\n{x} = {x} @ {n}_mask"),
    Idiom(
        "",
        "{n}_scores = {x}.unsqueeze(-1) - {x}.unsqueeze(-2)\n"
        "{n}_scores = {n}_scores.masked_fill(torch.eye({last}).bool(), float('-inf'))\n"
        "{x} = {n}_scores.softmax(-1).sum(-1)",
    ),
    Idiom("self.{n} = nn.GRUCell({last}, 3)", "{n}_h = self.{n}({x}.reshape(-1, {last}))\n{x} = {x}.mean() + {n}_h"),
    Idiom(
        "self.{n} = nn.LSTM({last}, 3, batch_first=True)",
        "{n}_out, ({n}_h, {n}_c) = self.{n}({x})\n{x} = {n}_out + {n}_h[-1].unsqueeze(1)",
    ),
    Idiom("self.{n} = nn.Embedding({last}, {last})", "{x} = {x} + self.{n}(torch.arange({x}.size(-2)) % {last})"),
    Idiom(
        f"self.{{n}} = {_LINEAR}\nfor p in self.{{n}}.parameters():\n    p.requires_grad = False",
        "with torch.no_grad():\n    {n}_y = self.{n}({x})\n{x} = {x} + {n}_y",
    ),
    Idiom(f"self.{{n}} = nn.Sequential({_LINEAR}, nn.Dropout(0.0))", "for m in self.{n}.children():\n    {x} = m({x})"),
    Idiom(f"self.{{n}} = nn.Sequential({_LINEAR}, nn.Tanh())", "{x} = self.{n}[0]({x}) + len(self.{n})"),
    Idiom(f"self.{{n}} = {_LINEAR}", "{x} = F.linear({x}, self.{n}.weight, self.{n}.bias)"),
    Idiom(f"self.{{n}} = {_LINEAR}", "{x} = {x} @ self.{n}.weight.t()"),
    Idiom("self.{n} = {channels}", "assert {x}.shape[1] == self.{n}\n{x} = {x} / self.{n}"),
)  # fmt: skip

OF_MODELS = (
    "sum(p.numel() for p in net.parameters())",
    "sum(p.numel() for p in net.parameters() if p.requires_grad)",
    "net.training",
    "[p.shape for p in net.parameters()]",
    "copy.deepcopy(net)({x})",
    "len(list(net.children()))",
    "[type(m).__name__ == 'ReLU' for m in net.modules()].count(True)",
    "any(isinstance(m, nn.Linear) for m in net.modules())",
    "len([m for m in net.modules() if isinstance(m, (nn.Linear, nn.Conv2d))])",
    "net({x}.clone())",
    "net.forward({x})",
    "[p.abs().sum().item() for p in net.parameters()]",
    "next(net.parameters()).dtype",
    "next(net.parameters()).device.type",
    "len(net.state_dict()) > 0",
    "net.eval()({x})",
    "net.train(False)({x})",
    "hasattr(net, 'block1')",
    "all(p.requires_grad for p in net.parameters())",
)

CHANGES_OF_MODELS = (
    "for p in net.parameters():\n    p.requires_grad = False",
    "for p in net.parameters():\n    p.data.mul_(0.5)",
    "with torch.no_grad():\n    for p in net.parameters():\n        p.add_(0.1)",
    "with torch.no_grad():\n    for p in net.parameters():\n        p.clamp_(-0.3, 0.3)",
    "for m in net.modules():\n    if isinstance(m, nn.Linear):\n        nn.init.constant_(m.weight, 0.2)",
    "for m in net.modules():\n    if isinstance(m, nn.Dropout):\n        m.p = 0.0",
    "net2 = copy.deepcopy(net)\nnet2.load_state_dict(net.state_dict())\nnet = net2",
    "for a, b in zip(net.parameters(), copy.deepcopy(net).parameters()):\n"
    "    a.data.copy_(a.data * 0.9 + b.data * 0.1)",
    "net = nn.Sequential(net, nn.Flatten())",
    "net.apply(lambda m: nn.init.zeros_(m.bias) if isinstance(m, nn.Linear) and m.bias is not None else None)",
    "net.eval()",
    "net.train()",
    "net.requires_grad_(False)",
    "net = net.double().float()",
    "net.zero_grad()",
)
