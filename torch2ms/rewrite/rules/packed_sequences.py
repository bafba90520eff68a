"""Passes the lengths of a padded batch to the recurrent layer, because MindSpore has no packed sequences.

`pack_padded_sequence`, the layer and `pad_packed_sequence` become one call, `self.lstm(x, seq_length=lengths)`: states
are those after the last step of each sequence, outputs behind it are zero. They are cut to the longest sequence, as
torch's are. `pack_sequence` pads its list first. What is packed has to go straight into an nn.LSTM, nn.GRU or nn.RNN
whose `batch_first` is known from its class or function, and its output straight into `pad_packed_sequence`; anything
else is left.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from torch2ms.rewrite.analysis.flow import Flow, bound_names, loaded_names
from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.plan import Value
from torch2ms.rewrite.rules.shared.questions import argument, has_stars, is_literal
from torch2ms.source import kinds as k

_PACK = "torch.nn.utils.rnn.pack_padded_sequence"
_PACK_LIST = "torch.nn.utils.rnn.pack_sequence"
_PAD = "torch.nn.utils.rnn.pad_packed_sequence"
_LAYERS = frozenset({"torch.nn.LSTM", "torch.nn.GRU", "torch.nn.RNN"})
_MOVES = frozenset({"cpu", "cuda", "to", "long", "int", "tolist", "numpy", "detach", "squeeze"})


@dataclass(frozen=True, slots=True, eq=False)
class _Packed:
    """One way through a recurrent layer; layouts are `batch_first`."""

    pack: Use
    given: ast.expr
    is_list: bool
    layer: ast.Call
    layer_stmt: ast.Assign
    input_first: bool
    layer_first: bool
    lengths: str
    are_tensor: bool
    pad: Use | None
    output_first: bool
    cut: bool


def _start(ctx: FileContext) -> None:
    packs = [use for use in ctx.sites() if use.name in (_PACK, _PACK_LIST) and use.call is not None]
    for use in packs:
        found = _find(ctx, use)
        if found is not None:
            _write(ctx, found)


# ---------------------------------------------------------------------- finding


def _find(ctx: FileContext, use: Use) -> _Packed | None:
    """What one call of `pack_padded_sequence` is part of; None where something is not as it has to be."""
    call = use.call
    assert call is not None
    is_list = use.name == _PACK_LIST
    given = argument(call, 0, "sequences" if is_list else "input")
    sizes = given if is_list else argument(call, 1, "lengths")
    if has_stars(call) or given is None or sizes is None:
        return None
    reached = _layer(ctx, use, call)
    if reached is None:
        return None
    layer, stmt = reached
    layer_first = _batch_first(ctx, layer)
    input_first = layer_first if is_list else _flag(argument(call, 2, "batch_first"))
    lengths = _listed_lengths(sizes) if is_list else _plain_lengths(sizes)
    if layer_first is None or input_first is None or lengths is None:
        return None
    read = loaded_names(lengths)
    target = stmt.targets[0]
    assert isinstance(target, ast.Tuple)
    output = target.elts[0]
    if _changes(_between(ctx, use.stmt, stmt), read) or not isinstance(output, ast.Name):
        return None
    pad, output_first, cut = None, layer_first, False
    reads = list(_reads(ctx, output.id, stmt))
    if reads:
        pad = _pad(ctx, reads[0]) if len(reads) == 1 else None
        if pad is None:
            return None
        assert pad.call is not None
        first, is_cut = _flag(argument(pad.call, 1, "batch_first")), _is_cut(ctx, pad.call, given, input_first, is_list)
        if first is None or is_cut is None or not _same_block(ctx, stmt, pad.stmt):
            return None
        output_first, cut = first, is_cut
        if _changes([stmt, *_between(ctx, stmt, pad.stmt)], read):
            return None
    are_tensor = not is_list and (k.is_tensor(ctx.kind(lengths)) or sizes is not lengths)
    text = _listed_text(ctx, lengths) if is_list else ctx.text(lengths)
    return _Packed(use, given, is_list, layer, stmt, input_first, layer_first, text, are_tensor, pad, output_first, cut)


def _flag(node: ast.expr | None) -> bool | None:
    if node is None:
        return False
    return bool(node.value) if isinstance(node, ast.Constant) and isinstance(node.value, bool) else None


def _layer(ctx: FileContext, use: Use, call: ast.Call) -> tuple[ast.Call, ast.Assign] | None:
    """The call of the recurrent layer that takes what is packed, and nothing else does: `out, h = self.rnn(packed)`."""
    taken: ast.expr = call
    stmt: ast.stmt = use.stmt
    if isinstance(stmt, ast.Assign) and stmt.value is call:
        target = stmt.targets[0]
        if len(stmt.targets) != 1 or not isinstance(target, ast.Name):
            return None
        reads = list(_reads(ctx, target.id, stmt))
        if len(reads) != 1:
            return None
        taken, stmt = reads[0]
        if not _same_block(ctx, use.stmt, stmt):
            return None
    parent = ctx.parent(taken, stmt)
    if not isinstance(stmt, ast.Assign) or stmt.value is not parent or not isinstance(parent, ast.Call):
        return None
    kind = k.settle(ctx.facts.kind(parent.func))
    is_layer = isinstance(kind, k.Module) and bool(kind.classes) and not kind.open and _LAYERS.issuperset(kind.classes)
    target = stmt.targets[0]
    is_pair = len(stmt.targets) == 1 and isinstance(target, ast.Tuple) and len(target.elts) == 2
    if not is_layer or not is_pair or not parent.args or parent.args[0] is not taken or has_stars(parent):
        return None
    return parent, stmt


def _reads(ctx: FileContext, name: str, stmt: ast.stmt) -> Iterator[tuple[ast.Name, ast.stmt]]:
    """The reads of the value that a statement gives a name; those of the next value of the name are apart."""
    end: int | None = None
    for later in ctx.blocks.rest(stmt):
        if isinstance(later, ast.Assign) and name in bound_names(later):
            end = later.end_lineno
            break
    loops = [owner for owner in ctx.blocks.above(stmt) if isinstance(owner, ast.For | ast.While)]
    start = min((loop.lineno for loop in loops), default=stmt.end_lineno or 0) if end is None else stmt.end_lineno or 0
    for node, place in ctx.blocks.loads(name, ctx.blocks.scope(stmt)):
        if place is not stmt and (end is None or node.lineno <= end) and node.lineno > start:
            yield node, place


def _same_block(ctx: FileContext, one: ast.stmt, other: ast.stmt) -> bool:
    return ctx.blocks.places[one].block is ctx.blocks.places[other].block


def _between(ctx: FileContext, first: ast.stmt, last: ast.stmt) -> Sequence[ast.stmt]:
    """The statements between two of a block."""
    place = ctx.blocks.places[first]
    return place.block[place.index + 1 : ctx.blocks.places[last].index]


def _changes(stmts: Sequence[ast.stmt], names: set[str]) -> bool:
    return any(not names.isdisjoint(bound_names(stmt)) for stmt in stmts)


def _pad(ctx: FileContext, read: tuple[ast.Name, ast.stmt]) -> Use | None:
    """`out, lengths = pad_packed_sequence(packed, …)`, or `pad_packed_sequence(packed)[0]`."""
    node, stmt = read
    call = ctx.parent(node, stmt)
    if not isinstance(call, ast.Call) or call.args[:1] != [node] or has_stars(call):
        return None
    use = ctx.site(call.func)
    padding = argument(call, 2, "padding_value")
    if use is None or use.name != _PAD:
        return None
    if padding is not None and not (isinstance(padding, ast.Constant) and padding.value == 0):
        return None
    if _first(ctx, call, stmt) is not None:
        return use
    if not isinstance(stmt, ast.Assign) or len(stmt.targets) != 1:
        return None
    target = stmt.targets[0]
    is_pair = isinstance(target, ast.Tuple) and len(target.elts) == 2
    return use if stmt.value is call and is_pair else None


def _first(ctx: FileContext, call: ast.Call, stmt: ast.stmt) -> ast.Subscript | None:
    """`pad_packed_sequence(…)[0]`."""
    parent = ctx.parent(call, stmt)
    is_first = isinstance(parent, ast.Subscript) and parent.value is call and is_literal(parent.slice, 0)
    return parent if is_first and isinstance(parent, ast.Subscript) else None


def _is_cut(ctx: FileContext, pad: ast.Call, given: ast.expr, input_first: bool, is_list: bool) -> bool | None:
    """Whether outputs are cut to the longest sequence; False where they are as long as the input; else None."""
    total = argument(pad, 3, "total_length")
    if total is None or is_literal(total, None):
        return not is_list
    if is_list:
        return None
    axis = 1 if input_first else 0
    lengths = {f"{ast.unparse(given)}.size({axis})", f"{ast.unparse(given)}.shape[{axis}]"}
    if isinstance(total, ast.Name):
        scope = ctx.blocks.scope(ctx.facts.stmts[pad])
        values = [stmt.value for _, stmt in ctx.blocks.stores(total.id, scope) if isinstance(stmt, ast.Assign)]
        total = values[0] if len(values) == 1 else total
    return False if isinstance(given, ast.Name) and ast.unparse(total) in lengths else None


def _plain_lengths(node: ast.expr) -> ast.expr | None:
    """The name that holds the lengths, `lengths.cpu()` being where they are, not what; or the list of them."""
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _MOVES:
        if node.func.attr == "squeeze" and (node.args or node.keywords):
            return None
        node = node.func.value
    while isinstance(node, ast.Attribute) and node.attr == "data":
        node = node.value
    if isinstance(node, ast.List | ast.Tuple):
        return node if all(isinstance(part, ast.Constant) for part in node.elts) else None
    return node if isinstance(node, ast.Name) else None


def _listed_lengths(node: ast.expr) -> ast.expr | None:
    """The list of sequences where it can be read twice: a name, or a list of names."""
    parts = node.elts if isinstance(node, ast.List | ast.Tuple) else [node]
    return node if parts and all(isinstance(part, ast.Name) for part in parts) else None


def _listed_text(ctx: FileContext, node: ast.expr) -> str:
    """The lengths of a list of sequences."""
    if isinstance(node, ast.List | ast.Tuple):
        return f"[{', '.join(f'len({ctx.text(part)})' for part in node.elts)}]"
    return f"[len(row) for row in {ctx.text(node)}]"


def _batch_first(ctx: FileContext, layer: ast.Call) -> bool | None:
    """The `batch_first` that every layer the callee may be is made with."""
    func, found = layer.func, set[bool | None]()
    for call, kind in ctx.facts.calls.items():
        callee = k.settle(kind)
        if not isinstance(callee, (k.Ref, k.StoredApi)) or ctx.know.canonical(callee.name) not in _LAYERS:
            continue
        made = ctx.stmt(call)
        if not _may_reach(ctx, layer, made):
            continue
        target = made.targets[0] if isinstance(made, ast.Assign) and made.value is call else None
        if isinstance(func, ast.Attribute) and isinstance(target, ast.Attribute):
            is_it = target.attr == func.attr
        else:
            is_it = isinstance(func, ast.Name) and isinstance(target, ast.Name) and target.id == func.id
        if is_it:
            given = argument(call, 4, "batch_first")
            found.add(None if has_stars(call) else _flag(given))
        elif target is None:
            found.add(None)  # it may reach the attribute some other way
    return found.pop() if len(found) == 1 else None


def _may_reach(ctx: FileContext, layer: ast.Call, made: ast.stmt) -> bool:
    """Whether what a statement makes may be the layer that is called: `self.rnn` is one that its class makes, a base of
    it, or code outside of classes; a name of a function is one of that function."""
    match layer.func:
        case ast.Attribute(value=ast.Name(id="self")):
            own, other = _class(ctx, ctx.stmt(layer)), _class(ctx, made)
            return own is None or other is None or own in other.mro() or other in own.mro()
        case ast.Name() as name:
            scope = ctx.binding_scope(name)
            return scope is None or ctx.blocks.scope(made) is scope
    return True


def _class(ctx: FileContext, stmt: ast.stmt) -> k.ClassInfo | None:
    """The class of the file that a statement stands in."""
    nodes = [above for above in ctx.blocks.above(stmt) if isinstance(above, ast.ClassDef)]
    return next((cls for cls in ctx.facts.classes if nodes and cls.node is nodes[0]), None)


# ---------------------------------------------------------------------- writing


def _write(ctx: FileContext, found: _Packed) -> None:
    call, layer, stmt = found.pack.call, found.layer, found.pack.stmt
    assert call is not None
    given, lengths = found.given, found.lengths
    text = "{x}" if found.input_first == found.layer_first else "{x}.swapaxes(0, 1)"
    if found.is_list:
        text = f"{ctx.helper('pad_sequence')}({{x}}{', batch_first=True' if found.layer_first else ''})"
    parts: dict[str, Value] = {"layer": layer.func, "x": layer.args[0]}
    if stmt is found.layer_stmt:
        ctx.replace(call, text, {"x": given})
    elif isinstance(given, ast.Name) and not _changes(_between(ctx, stmt, found.layer_stmt), {given.id}):
        ctx.delete_stmt(stmt)
        parts["x"] = ctx.template(text.replace("{x}", given.id))
    else:
        ctx.replace(call, text, {"x": given})
    _drop(ctx, call, given)
    ctx.converted(found.pack, "mindspore.nn.LSTM")
    texts = ["{x}"]
    for index, arg in enumerate([*layer.args[1:], *(keyword.value for keyword in layer.keywords)]):
        parts[f"more{index}"] = arg
        texts.append(f"{{more{index}}}")
    typed = f"{lengths}.astype(ms.int32)" if found.are_tensor else f"ms.tensor({lengths}, dtype=ms.int32)"
    typed = f"ms.tensor({lengths}, ms.int32)" if found.is_list else typed
    if ctx.site(layer.func) is None:
        ctx.structural(layer, found.layer_stmt, "torch.nn.Module.__call__", "mindspore.nn.LSTM")
    ctx.replace(layer, f"{{layer}}({', '.join(texts)}, seq_length={typed})", parts)
    if found.pad is not None:
        _write_pad(ctx, found, found.pad)


def _write_pad(ctx: FileContext, found: _Packed, pad: Use) -> None:
    call, stmt, lengths = pad.call, pad.stmt, found.lengths
    assert call is not None and isinstance(call.args[0], ast.Name)
    text = "{out}"
    if found.cut:
        longest = f"int({lengths}.max())" if found.are_tensor else f"int(max({lengths}))"
        if lengths.startswith(("[", "(")):
            longest = str(max(ast.literal_eval(lengths)))
        text += f"[:, : {longest}]" if found.layer_first else f"[: {longest}]"
    if found.output_first != found.layer_first:
        text += ".swapaxes(0, 1)"
    ctx.converted(pad, "mindspore.nn.LSTM")
    values: dict[str, Value] = {"out": call.args[0]}
    first = _first(ctx, call, stmt)
    if first is not None:
        ctx.replace(first, text, values)
        return
    assert isinstance(stmt, ast.Assign)
    target = stmt.targets[0]
    assert isinstance(target, ast.Tuple)
    output, second = target.elts
    flow = Flow(ctx.blocks, ctx.tree)
    is_same = text == "{out}" and isinstance(output, ast.Name) and output.id == call.args[0].id
    if not isinstance(second, ast.Name) or flow.is_read_after(second.id, stmt, frozenset()):
        if is_same:
            ctx.replace_stmt(stmt, f"{{second}} = ms.tensor({lengths}, dtype=ms.int64)", {"second": second})
            return
        new = f"{{output}}, {{second}} = {text}, ms.tensor({lengths}, dtype=ms.int64)"
        ctx.replace_stmt(stmt, new, {**values, "output": output, "second": second})
    elif is_same:
        ctx.delete_stmt(stmt)
    else:
        ctx.replace_stmt(stmt, f"{{output}} = {text}", {**values, "output": output})


def _drop(ctx: FileContext, call: ast.Call, kept: ast.expr) -> None:
    """The sites in arguments that go, such as `lengths.cpu()`."""
    for arg in [*call.args, *(keyword.value for keyword in call.keywords)]:
        if arg is not kept:
            ctx.drop_inside(arg)


RULE = Rule(start=_start)
