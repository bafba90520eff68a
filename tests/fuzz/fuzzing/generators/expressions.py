"""Expressions as templates: operators, methods, functions, indexing, numbers, text."""

from __future__ import annotations

OPERATORS = (
    "{t} + {t}", "{t} - {t}", "{t} * {t}", "{t} / 2", "{f} / ({f}.abs() + 1)", "{t} // 2", "{t} % 3", "{f} ** 2",
    "{i} ** 2", "2 ** {i}", "2.0 ** {t}", "{i} * 1.5", "1 - {t}", "1.5 - {t}", "3 / ({f}.abs() + 0.5)", "-{f}", "-{i}",
    "~{b}", "~{i}", "{b} & {b}", "{b} | {b}", "{b} ^ {b}", "{i} & 3", "{i} | 4", "{i} << 1", "{i} >> 1", "{i} ^ 1",
    "{t} > {c}", "{t} >= {k}", "{t} == {k}", "{t} != {t}", "{f} < {f}", "{b} == {b}", "{b} + {b}", "{b} * {f}",
    "{b} * {i}", "{b} + 1", "{b} * 2.5", "{t} * {s}", "{s} * {t}", "{s} - {t}", "{t} + {s}", "{i} / {k}", "{i} / 3",
    "{t} * True", "{f} @ {f}", "{f} @ {f}.t()", "{f}.T @ {f}", "{f} @ {f}.transpose(-1, -2)", "{t} // {c}", "{f} % 1",
    "{i} // {k}", "{i} % -3", "-{i} // 2", "{f} // 0.5", "{f} % -0.7", "abs({t})", "{t}[0] + {t}[-1]", "+{f}",
    "({f} > 0) * {f}", "({f} > 0).float() - 0.5", "({t} > 1) | ({t} < 0)", "{f} if {f}.sum() > 0 else -{f2}",
    "{i}.float() / {i}.max()", "{f} * ({i} > 1)", "{f} + {i}", "{i} - {f}", "{i} * {b}", "1 / (1 + {i}.abs())",
)  # fmt: skip

METHODS = (
    "{f}.exp()", "{f}.abs().sqrt()", "{f}.abs().log1p()", "{f}.sigmoid()", "{f}.tanh()", "{f}.relu()", "{f}.sin()",
    "{t}.sum()", "{t}.sum({d})", "{t}.sum(dim={d}, keepdim=True)", "{f}.mean()", "{f}.mean({d})", "{f}.mean(-1, True)",
    "{f}.mean(dim=(0, -1))", "{t}.sum((0, 1))", "{t}.prod()", "{t}.prod({d})", "{t}.max()", "{t}.min()", "{t}.amax({d})",
    "{t}.amin({d}, keepdim=True)", "{t}.max({d})[0]", "{t}.max({d}).values", "{t}.min({d}).indices", "{t}.argmax()",
    "{f}.argmax({d})", "{f}.argmin(dim={d}, keepdim=True)", "{f}.std()", "{f}.var({d})", "{f}.std({d}, keepdim=True)",
    "{f}.norm()", "{f}.norm(dim={d})", "{f}.norm(p=1, dim={d}, keepdim=True)", "{t}.cumsum({d})", "{f}.cumprod({d})",
    "{f}.sort({d})[0]", "{f}.sort(dim={d}, descending=True)[1]", "{f}.argsort({d})", "{f}.topk(2, {d})[0]",
    "{f}.topk(1)[1]", "{f}.median()", "{f}.median({d})[0]", "{f}.kthvalue(1, {d})[0]", "{t}.clamp(min=0)",
    "{f}.clamp(-0.5, 0.5)", "{f}.clamp({k}, 2)", "{i}.clamp(1, 3)", "{i}.clamp(max=2.5)", "{f}.clip(0, 1)",
    "{f}.softmax({d})", "{f}.log_softmax({d})", "{f}.logsumexp({d})", "{t}.view(-1)", "{t}.reshape(-1)", "{t}.flatten()",
    "{t}.reshape(1, -1)", "{t}.view(-1, 2)", "{t}.view({t}.size(0), -1)", "{t}.view(*{t}.shape, 1)", "{t}.unsqueeze({d})",
    "{t}.squeeze()", "{t}.squeeze({d})", "{t}.t()", "{t}.T", "{t}.transpose(0, 1)", "{t}.permute({q})", "{t}.flatten(1)",
    "{t}.expand(2, *{t1}.shape)", "{t}.expand(-1, 3)", "{t}.repeat(2, 1)", "{t}.repeat_interleave(2, {d})", "{t}.tile((2,))",
    "{t}.flip({d})", "{t}.flip((0,))", "{t}.roll(1, {d})", "{t}.roll({k})", "{t}.chunk(2, {d})", "{t}.split(1, {d})",
    "{t}.unbind({d})", "{t}.narrow({d}, 0, 1)", "{t}.select({d}, 0)", "{f}.masked_fill({b}, 0.5)", "{f}.masked_fill({f} > 0, -1)",
    "{i}.masked_fill({b}, 7)", "{t}.masked_select({b})", "{t}.index_select({d}, torch.tensor([0, 0]))",
    "{t}.gather({d}, {i})", "{f}.scatter({d}, {i}, 1.5)", "{f}.scatter_add({d}, {i}, {f})", "{t}.tril()", "{t}.triu(1)",
    "{t}.diag()", "{t}.diagonal()", "{t}.float()", "{t}.double()", "{t}.long()", "{t}.int()", "{t}.bool()", "{t}.half()",
    "{t}.to(torch.float32)", "{t}.to(torch.int64)", "{t}.type(torch.float64)", "{t}.to({t}.dtype)", "{t}.type_as({t})",
    "{t}.clone()", "{t}.detach()", "{t}.contiguous()", "{t}.cpu()", "{t}.new_zeros(2, 2)", "{t}.new_ones({t}.shape)",
    "{t}.new_full((2,), 3)", "{t}.new_tensor([1, 2])", "{t}.eq({k})", "{t}.ne({t})", "{t}.gt({c})", "{t}.le({k})",
    "{t}.any()", "{t}.all()", "{b}.any({d})", "{b}.all(dim={d})", "{b}.sum()", "{b}.sum({d})", "{b}.float().mean()",
    "{b}.nonzero()", "{t}.unique()", "{i}.bincount()", "{f}.round()", "{f}.floor()", "{f}.ceil()", "{f}.trunc()",
    "{f}.frac()", "{f}.sign()", "{f}.pow(2)", "{f}.abs().pow(0.5)", "{t}.pow(2)", "{t}.add({t})", "{t}.sub(1)",
    "{t}.mul({c})", "{t}.div(2)", "{t}.div(2, rounding_mode='floor')", "{f}.add({f}, alpha=2)", "{f}.matmul({f}.t())",
    "{f}.mm({f}.t())", "{f}.dot({f})", "{f}.view(-1).dot({f}.view(-1))", "{f}.addcmul({f}, {f}, value=0.5)",
    "{f}.lerp({f}, 0.3)", "{f}.where({f} > 0, {f})", "{f}.unfold({d}, 2, 1)", "{f}.reciprocal()", "{f}.rsqrt()",
    "{f}.square()", "{f}.erf()", "{t}.logical_not()", "{b}.logical_and({b})", "{f}.isnan()", "{f}.isfinite()", "{i}.sum({d}) / 2",
    "{i}.float().mean({d})", "{t}.maximum({t})", "{t}.minimum({t})", "{t}.fmod(2)", "{t}.remainder(2)", "{f}.expm1()",
    "{f}.nan_to_num()", "{f}.fill_diagonal_(0)", "{t}.movedim(0, -1)", "{t}.swapaxes(0, 1)", "{t}.unflatten({d}, (1, -1))",
    "{f}.cross({f}, {d})", "{f}.outer({f})", "{f}.bmm({f}.transpose(1, 2))", "{f}.baddbmm({f}, {f})", "{t}.count_nonzero()",
    "{t}.view_as({t})", "{t}.expand_as({t})", "{f}.atan2({f})", "{f}.hypot({f})", "{t}.diff()", "{f}.cummax({d})[0]",
)  # fmt: skip

FUNCTIONS = (
    "torch.cat([{t}, {t}], {d})", "torch.cat(({t1}, {t1}), dim={d})", "torch.stack([{t1}, {t1} * 2], {d})",
    "torch.stack({l})", "torch.cat({l}, {d})", "torch.stack([{t}, {t}])", "torch.where({b}, {t}, {t})",
    "torch.where({f} > 0, {f}, 0.0)", "torch.where({b}, 1, 0)", "torch.where({b}, {t}, {k})", "torch.where({b}, {c}, {t})",
    "torch.where({b})[0]", "torch.zeros_like({t})", "torch.ones_like({t}, dtype=torch.float32)", "torch.full_like({t}, {k})",
    "torch.full_like({t}, {c})", "torch.zeros({t}.shape)", "torch.ones({t}.size(0), 2)", "torch.zeros({t}.size())",
    "torch.full((2, 3), {k})", "torch.full((2,), {c})", "torch.arange({t}.size(0))", "torch.arange({t}.numel())",
    "torch.arange(0, 1, 0.25)", "torch.arange(5.0)", "torch.arange(6).view(2, 3)", "torch.linspace(0, 1, 5)",
    "torch.eye(3)", "torch.eye({t}.size(-1))", "torch.tensor({s})", "torch.tensor([{s}, {s}])", "torch.tensor([1, 2.5])",
    "torch.tensor({t}.tolist())", "torch.as_tensor([1, 2, 3])", "torch.tensor(True)", "torch.sum({t}, dim={d})",
    "torch.mean({f}, {d}, keepdim=True)", "torch.max({t}, {t})", "torch.max({t}, {d})[1]", "torch.max({t})", "torch.min({f}, dim={d})",
    "torch.argmax({f}, dim={d})", "torch.sort({f}, descending=True)[0]", "torch.topk({f}, 1, dim={d})[0]", "torch.exp({t})",
    "torch.sqrt({f}.abs())", "torch.sqrt({i}.abs())", "torch.log({f}.abs() + 1)", "torch.log({i}.abs() + 1)", "torch.sin({i})",
    "torch.sigmoid({t})", "torch.tanh({t})", "torch.relu({t})", "torch.abs({t})", "torch.clamp({t}, min={k})",
    "torch.clamp({f}, min=-1, max=1)", "torch.round({f})", "torch.floor({f})", "torch.sign({t})", "torch.pow({t}, 2)",
    "torch.pow(2, {t})", "torch.mm({f}, {f}.t())", "torch.matmul({f}, {f}.transpose(-2, -1))", "torch.bmm({f}, {f})",
    "torch.einsum('ij,kj->ik', {f}, {f})", "torch.einsum('...d,...d->...', {f}, {f})", "torch.outer({f}, {f})",
    "torch.transpose({t}, 0, 1)", "torch.squeeze({t})", "torch.unsqueeze({t}, {d})", "torch.flatten({t}, 0)",
    "torch.reshape({t}, (-1,))", "torch.permute({t}, ({q}))", "torch.flip({t}, [{d}])", "torch.roll({t}, 1, {d})",
    "torch.chunk({t}, 2, dim={d})", "torch.split({t}, 1, dim={d})", "torch.split({t}, [1, 1], {d})", "torch.unbind({t})",
    "torch.gather({t}, {d}, {i})", "torch.index_select({t}, {d}, torch.tensor([0]))", "torch.masked_select({t}, {b})",
    "torch.tril({t})", "torch.triu(torch.ones(3, 3), 1)", "torch.cumsum({t}, {d})", "torch.norm({f})", "torch.norm({f}, dim={d})",
    "torch.std({f}, {d})", "torch.var({f}, {d}, unbiased=False)", "torch.isnan({f}).any()", "torch.any({b})", "torch.all({t} > 0)",
    "torch.allclose({f}, {f})", "torch.equal({t}, {t})", "torch.numel({t})", "torch.is_tensor({t})", "torch.meshgrid({t}, {t}, indexing='ij')[0]",
    "torch.logical_and({b}, {b})", "torch.logical_not({t})", "torch.bitwise_and({i}, 1)", "torch.floor_divide({t}, 2)",
    "torch.remainder({t}, 3)", "torch.fmod({t}, 3)", "torch.true_divide({t}, 2)", "torch.bincount({i}.view(-1))",
    "torch.unique({i})", "torch.nonzero({t})", "torch.searchsorted(torch.tensor([0.5, 1.5]), {f})", "torch.diag({t})",
    "torch.repeat_interleave({t}, 2)", "torch.addmm({f}, {f}, {f})", "torch.lerp({f}, {f}, 0.5)", "torch.logsumexp({f}, {d})",
    "torch.softmax({f}, {d})", "torch.softmax({f}, dim={d}, dtype=torch.float64)", "torch.log_softmax({f}, {d})", "torch.cdist({f}, {f})",
    "F.relu({f})", "F.gelu({f})", "F.silu({f})", "F.leaky_relu({f}, 0.1)", "F.elu({f})", "F.softplus({f})", "F.softmax({f}, dim={d})",
    "F.log_softmax({f}, -1)", "F.normalize({f}, dim={d})", "F.one_hot({i})", "F.one_hot({i}, 6)", "F.one_hot({i}, 6).float()",
    "F.pad({t}, (1, 2))", "F.pad({f}, (1, 1), value=0.5)", "F.pad({f}, (0, 1, 1, 0))", "F.mse_loss({f}, {f})", "F.mse_loss({f}, {f} * 2)",
    "F.l1_loss({f1}, {f1} + 1)", "F.smooth_l1_loss({f}, {f})", "F.cross_entropy({f}, {i})", "F.cross_entropy({f}, {f}.argmax(1))",
    "F.nll_loss({f}.log_softmax(1), {i})", "F.binary_cross_entropy_with_logits({f}, ({f} > 0).float())", "F.layer_norm({f}, {f}.shape[-1:])",
    "F.binary_cross_entropy({f}.sigmoid(), {b}.float())", "F.kl_div({f}.log_softmax(-1), {f}.softmax(-1), reduction='sum')",
    "F.linear({f}, {f})", "F.max_pool2d({f}, 2)", "F.avg_pool2d({f}, 2)", "F.adaptive_avg_pool2d({f}, 1)", "F.interpolate({f}, scale_factor=2)",
    "F.cosine_similarity({f}, {f}, dim={d})", "F.dropout({f}, 0.5, training=False)", "F.unfold({f}, 2)", "F.hardtanh({f})", "F.glu({f}, {d})",
    "F.max_pool1d({f}, 2)", "F.conv1d({f}, {f})", "F.conv2d({f}, {f})", "F.batch_norm({f}, None, None, training=True)", "F.embedding({i}, {f})",
    "F.scaled_dot_product_attention({f}, {f}, {f})", "F.group_norm({f}, 1)", "F.logsigmoid({f})", "F.hardswish({f})", "F.mish({f})",
)  # fmt: skip

INDEXING = (
    "{t}[0]", "{t}[-1]", "{t}[:, 0]", "{t}[..., 0]", "{t}[..., -1:]", "{t}[1:]", "{t}[:-1]", "{t}[::2]", "{t}[:, ::2]", "{t}[None]",
    "{t}[:, None]", "{t}[..., None]", "{t}[{b}]", "{t}[{t1} > 0]", "{f1}[{f1} > 0]", "{t}[[0, 0]]", "{t}[torch.tensor([0, 1])]",
    "{t}[{i}]", "{t}[:, [0, 1]]", "{t}[0, 0]", "{t}[0][0]", "{t}[0, ..., 0]", "{t}[:, 1:]", "{t}[:, :-1]", "{t}[:, -1]", "{t}[-2:]",
    "{t}[torch.arange(2), torch.tensor([0, 1])]", "{t}[:1].squeeze(0)", "{t}[{k}]", "{t}[{k}:]", "{t}[:, {k}:]", "{t}[:{t}.size(0) // 2]",
    "{t}[torch.arange({t1}.size(0))]", "{t}[{t}.argmax()]", "{t}[{f}.argsort()]", "{t}[slice(0, 1)]", "{t}[(0,)]", "{t}[True]", "{t}[0:2, 0:1]",
    "{l}[0]", "{l}[-1]", "{l}[1:]", "{t}[..., 1:, :]", "{t}[:, None, :]", "{t}[int({t}.size(0)) - 1]", "{t}[np.array([0, 1])]", "{t}[range(1)]",
)  # fmt: skip

NUMBERS = (
    "{t}.sum().item()", "float({t}.sum())", "int({t}.sum())", "{t}.size(0)", "{t}.size(-1)", "{t}.shape[0]", "{t}.shape[-1] // 2",
    "len({t})", "{t}.numel()", "{t}.dim()", "{t}.ndim", "{t}.nelement()", "math.sqrt({t}.size(-1))", "{t}.size(0) ** -0.5", "len({t}.shape)",
    "{t}.size()[0]", "{t}.max().item()", "{f}.mean().item() + 1", "round({f}.mean().item(), 3)", "{s} + 1", "{s} * 2", "{s} / 2", "max({s}, {s})",
    "{t}.argmax().item()", "{t}.shape.numel()", "sum({t}.shape)", "{b}.sum().item()", "({f} > 0).sum().item() / {f}.numel()", "len({l})",
    "bool({t}.sum() > 0)", "{t}.any().item()", "{t}.element_size()", "math.prod({t}.shape)", "sum({t}.tolist())", "float({t}.max()) / 2", "min({t}.shape)",
)  # fmt: skip

TEXTS = (
    "f'{{t}.sum():.3f}'", "f'{{s}:.2f}'", "f'{{t}.sum().item():.4f}'", "'%.3f' % {t}.sum()", "'{:.2f}'.format({t}.sum())", "str(tuple({t}.shape))",
    "f'{{t}.shape[0]}x{{t}.shape[-1]}'", "f'{{t}.numel():5d}'", "str({t}.dtype == torch.float32)", "f'{{f}.mean():.2e}'", "f'{float({t}.sum()):8.3f}'",
    "str(list({t}.shape))", "f'{{i}.sum()}'", "'%d' % {t}.size(0)", "f'{{i}.max().item():03d}'", "str({t}.shape == {t}.shape)", "f'{{s}}'", "str({t}.is_floating_point())",
)  # fmt: skip

CONTAINERS = (
    "[{t}, {t}]", "({t}, {t})", "{'a': {t}, 'b': {t}}", "[r.sum() for r in {t}]", "[r * 2 for r in {t}]", "list({t})", "tuple({t}.shape)",
    "[x.sum() for x in {l}]", "{t}.tolist()", "[float(r.sum()) for r in {t}]", "list({t}.size())", "list(zip({t}, {t}))", "sorted({t}.view(-1).tolist())",
    "[{l}[0]] + [{t}]", "[i for i, r in enumerate({t}) if r.sum() > 0]", "{k2: v for k2, v in zip('ab', {t})}", "[*{l}, {t}]", "sum({l})", "max({t}.view(-1))",
    "[x for x in {l} if x.dim() > 0]", "list(map(torch.sum, {l}))", "{t}.shape[:-1] + (1, -1)", "{t}.chunk(2)", "torch.unbind({t})", "list(reversed({l}))",
    "{t}.shape[1:]", "[*{t}.shape]", "dict(a={t})['a']", "[{t}] * 2", "{t}.numpy()", "{t}.detach().numpy().sum()", "(lambda z: z * 2)({t})",
)  # fmt: skip

FAMILIES = (OPERATORS, METHODS, FUNCTIONS, INDEXING, NUMBERS, TEXTS, CONTAINERS)
WEIGHTS = (4, 6, 6, 3, 2, 1, 2)
