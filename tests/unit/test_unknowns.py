"""Values nothing is known of yet: what settles them, and what else is settled then."""

from __future__ import annotations

import ast

from source_state import expression, state_with

from torch2ms.source import kinds as k
from torch2ms.source import unknowns
from torch2ms.source.values import Call

HERE = ast.Pass()


def test_the_same_place_gives_the_same_variable() -> None:
    state = state_with({})
    first = unknowns.open_unknown(state, k.UNKNOWN, HERE, "x")
    assert isinstance(first, k.Var)
    assert unknowns.open_unknown(state, k.UNKNOWN, HERE, "x") is first
    assert unknowns.open_unknown(state, k.UNKNOWN, HERE, "y") is not first
    assert unknowns.open_unknown(state, k.INT, HERE, "x") is k.INT
    unknowns.need_tensor(state, first)
    assert unknowns.open_unknown(state, k.UNKNOWN, HERE, "x") is k.TENSOR


def test_what_a_tensor_came_from_is_one() -> None:
    state = state_with({})
    x = k.Var()
    result = unknowns.open_result(state, k.UNKNOWN, x, k.INT, ast.Add(), HERE)
    unknowns.need_tensor(state, result)
    assert x.settled is k.TENSOR
    assert state.changed


def test_of_two_unknown_operands_neither_need_be_a_tensor() -> None:
    state = state_with({})
    x, y = k.Var(), k.Var()
    unknowns.need_tensor(state, unknowns.open_result(state, k.UNKNOWN, x, y, ast.Add(), HERE))
    assert x.settled is y.settled is None


def test_both_operands_of_a_matrix_product_are() -> None:
    state = state_with({})
    x, y = k.Var(), k.Var()
    unknowns.need_tensor(state, unknowns.open_result(state, k.UNKNOWN, x, y, ast.MatMult(), HERE))
    assert x.settled is y.settled is k.TENSOR


def test_a_sequence_of_tensors_is_needed() -> None:
    x, y = k.Var(), k.Var(not_tensor=True)
    unknowns.need_tensor(state_with({}), k.Seq("list", k.UNKNOWN, (x, y)))
    assert x.settled is k.TENSOR
    assert y.settled is None


def test_likely_where_all_it_came_from_is_likely() -> None:
    state = state_with({})
    likely = unknowns.open_unknown(state, k.UNKNOWN, HERE, "x", (k.Var(weak=True), k.TENSOR))
    unlikely = unknowns.open_unknown(state, k.UNKNOWN, HERE, "y", (k.Var(weak=True), k.Var()))
    assert isinstance(likely, k.Var)
    assert isinstance(unlikely, k.Var)
    assert likely.weak
    assert not unlikely.weak


def test_called_and_with_modes() -> None:
    state = state_with({})
    var = k.Var(called=True)
    assert unknowns.module_if_called(state, var) is var
    var.has_modes = True
    assert unknowns.module_if_called(state, var) is var
    unknowns.settle_supposed(state)
    assert unknowns.module_if_called(state, var) == k.Module()


def test_what_a_caller_passes_speaks_against_a_module() -> None:
    state = state_with({})
    var = k.Var(called=True, has_modes=True)
    var.calls[k.STR] = None
    unknowns.module_if_called(state, var)
    unknowns.settle_supposed(state)
    assert k.settle(var) is var


def passed(definition: str, text: str, bound: bool, *args: k.Kind, **keywords: k.Kind) -> dict[str, set[k.Kind]]:
    """What each parameter has been given by a call."""
    node, call = ast.parse(definition).body[0], expression(text)
    assert isinstance(node, ast.FunctionDef)
    assert isinstance(call, ast.Call)
    function = k.FuncInfo(node, params={arg.arg: k.Var() for arg in node.args.args + node.args.kwonlyargs})
    named = {keyword.arg: keywords.get(keyword.arg or "", k.UNKNOWN) for keyword in call.keywords}
    unknowns.pass_arguments(state_with({}), function, bound, Call(call, args, named))
    return {name: set(var.calls) for name, var in function.params.items() if isinstance(var, k.Var)}


def test_arguments_arrive_at_parameters() -> None:
    definition = "def f(a, b, *, c): pass"
    assert passed(definition, "f(1, c=x)", False, k.INT, c=k.TENSOR) == {"a": {k.INT}, "b": set(), "c": {k.TENSOR}}
    assert passed(definition, "o.f(1)", True, k.INT) == {"a": set(), "b": {k.INT}, "c": set()}
    assert passed(definition, "f(None)", False, k.NONE) == {"a": set(), "b": set(), "c": set()}
    assert passed(definition, "f(nn.ReLU)", False, k.Ref("torch.nn.ReLU"))["a"] == {k.StoredApi("torch.nn.ReLU")}


def test_what_is_spread_may_arrive_anywhere() -> None:
    definition = "def f(a, b): pass"
    assert passed(definition, "f(1, *rest)", False, k.INT, k.UNKNOWN) == {"a": {k.INT}, "b": {k.UNKNOWN}}
    assert passed(definition, "f(b=1, **rest)", False, b=k.INT) == {"a": {k.UNKNOWN}, "b": {k.INT}}


def attribute(*kinds: k.Kind) -> k.Kind:
    """The kind of an attribute that has been set to values of these kinds."""
    node = ast.parse("class Net: pass").body[0]
    assert isinstance(node, ast.ClassDef)
    cls, state = k.ClassInfo(node), state_with({})
    for kind in kinds:
        unknowns.set_attribute(state, cls, "a", kind, ast.Pass())
    assert state.changed
    return cls.fresh["a"]


def test_an_attribute_set_several_times() -> None:
    assert attribute(k.INT, k.FLOAT) is k.NUMBER
    assert attribute(k.NONE, k.TENSOR) is k.TENSOR
    assert attribute(k.BUFFER, k.TENSOR) is k.BUFFER
    assert attribute(k.PARAMETER, k.NONE) is k.PARAMETER
    assert attribute(k.TENSOR, k.STR) is k.UNKNOWN


def test_a_list_grows() -> None:
    state = state_with({"xs": k.Seq("list", k.UNKNOWN, ())})
    unknowns.grow(state, expression("xs"), k.Seq("list", k.UNKNOWN, ()), k.TENSOR)
    assert state.env.get("xs") == k.Seq("list", k.TENSOR)
    unknowns.grow(state, expression("xs"), k.Seq("list", k.INT), k.FLOAT)
    assert state.env.get("xs") == k.Seq("list", k.NUMBER)


def test_after_two_branches() -> None:
    state = state_with({})
    merged = unknowns.merge(state, {"a": k.INT, "b": k.TENSOR, "c": k.STR}, {"a": k.INT, "b": k.STR}, HERE)
    assert (merged["a"], merged["c"]) == (k.INT, k.STR)
    assert isinstance(merged["b"], k.Var)


def test_an_import_that_was_tried_is_taken_for_present() -> None:
    state, handler = state_with({}), ast.parse("try: pass\nexcept A: pass").body[0]
    assert isinstance(handler, ast.Try)
    merged = unknowns.merge_handler(state, {"t": k.Ref("torch"), "n": k.INT}, {"t": k.NONE, "n": k.NONE}, handler)
    assert merged == {"t": k.Ref("torch"), "n": k.INT}


def test_what_callers_pass_is_kept_in_their_order() -> None:
    function = k.FuncInfo(ast.Lambda(ast.arguments([], [ast.arg("a")], None, [], [], None, []), expression("a")))
    var = function.params["a"] = k.Var()
    nodes = [ast.parse(f"class C{index}: pass").body[0] for index in range(50)]
    kinds = [k.Module((k.ClassInfo(node),)) for node in nodes if isinstance(node, ast.ClassDef)]
    call = expression("f(x)")
    assert isinstance(call, ast.Call)
    for kind in (*kinds, *kinds):
        unknowns.pass_arguments(state_with({}), function, False, Call(call, [kind], {}))
    assert list(var.calls) == kinds
