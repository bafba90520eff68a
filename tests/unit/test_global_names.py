"""Names spelled anew on the syntax tree: in helpers, in templates, in files that have such names themselves."""

from __future__ import annotations

import ast
import symtable
import textwrap
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from torch2ms.mapping.load import load_tables
from torch2ms.mapping.prelude import PRELUDE
from torch2ms.model import Settings
from torch2ms.rewrite.analysis.global_names import bound_names, respelled
from torch2ms.rewrite.helper_names import FileHelpers
from torch2ms.rewrite.imports import Imports
from torch2ms.rewrite.pipeline import convert_bytes
from torch2ms.rewrite.template_names import double_quoted, names_in
from torch2ms.source.infer import Inference
from torch2ms.source.knowledge import Knowledge

TABLES = load_tables()


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("ops.cat(ops)", "ms.ops.cat(ms.ops)"),
        ("x.ops, f(ops=1), 'ops', b'ops'  # ops", "x.ops, f(ops=1), 'ops', b'ops'  # ops"),
        ("f(ops=ops)", "f(ops=ms.ops)"),
        ("f'{ops}' f'ops {x}'", "f'{ms.ops}ops {x}'"),
        ("f'{x:{ops.width}}'", "f'{x:{ms.ops.width}}'"),
        ("f'ops {x}'", "f'ops {x}'"),
        ("lambda ops: ops", "lambda ops: ops"),
        ("lambda x=ops: ops", "lambda x=ms.ops: ms.ops"),
        ("[ops for ops in ops.all()]", "[ops for ops in ms.ops.all()]"),
        ("{x: ops for x in y if ops}", "{x: ms.ops for x in y if ms.ops}"),
        ("[1 for x in y for ops in ops]", "[1 for x in y for ops in ops]"),
        ("'é', ops", "'é', ms.ops"),
        ("(\n    1,\n    ops,\n)", "(\n    1,\n    ms.ops,\n)"),
        ("def f(ops):\n    return ops", "def f(ops):\n    return ops"),
        (
            "def f(x: ops.T = ops.y) -> ops.T:\n    return ops",
            "def f(x: ms.ops.T = ms.ops.y) -> ms.ops.T:\n    return ms.ops",
        ),
        ("def f():\n    ops = 1\n    return lambda: ops", "def f():\n    ops = 1\n    return lambda: ops"),
        ("def f():\n    import a as ops\n    return ops", "def f():\n    import a as ops\n    return ops"),
        (
            "def f():\n    try:\n        ops()\n    except E as ops:\n        pass",
            "def f():\n    try:\n        ops()\n    except E as ops:\n        pass",
        ),
        ("def f():\n    return [ops := 1 for _ in x], ops", "def f():\n    return [ops := 1 for _ in x], ops"),
        ("class A(ops.B, metaclass=ops):\n    x = ops", "class A(ms.ops.B, metaclass=ms.ops):\n    x = ms.ops"),
        (
            "class A:\n    ops = 1\n    y = ops\n    def f(self):\n        return ops",
            "class A:\n    ops = 1\n    y = ops\n    def f(self):\n        return ms.ops",
        ),
        (
            "def f(x):\n    match x:\n        case [ops, *_]:\n            return ops\n    return ops",
            "def f(x):\n    match x:\n        case [ops, *_]:\n            return ops\n    return ops",
        ),
    ],
)
def test_only_global_uses_are_spelled_anew(code: str, expected: str) -> None:
    assert respelled(code, {"ops": "ms.ops"}) == expected
    assert respelled(code, {"cos": "ms.cos"}) == code


def test_a_definition_and_its_recursion() -> None:
    code = """\
        @wraps(fact)
        def fact(n, step=1):
            \"\"\"fact, by fact.\"\"\"
            def inner(fact):  # fact
                return fact(1)
            print("fact", self.fact, x(fact=1), f"fact {fact(2)}")
            return n * fact(n - 1) if n else inner(fact)
        """
    expected = """\
        @wraps(_fact)
        def _fact(n, step=1):
            \"\"\"fact, by fact.\"\"\"
            def inner(fact):  # fact
                return fact(1)
            print("fact", self.fact, x(fact=1), f'fact {_fact(2)}')
            return n * _fact(n - 1) if n else inner(_fact)
        """
    assert respelled(textwrap.dedent(code), {"fact": "_fact"}) == textwrap.dedent(expected)


def test_global_and_nonlocal() -> None:
    inner = "    def g():\n        n = m = 2\n        def h():\n            nonlocal n\n            n = m\n"
    code = "def f():\n    global n, m\n    n = 1\n" + inner
    expected = code.replace("global n", "global k").replace("    n = 1", "    k = 1")
    assert respelled(code, {"n": "k"}) == expected


def test_bound_names() -> None:
    assert bound_names("def f(a, *b, c=d, **e):\n    g = h\n    return [i for i in j], lambda k: l") == set("abcegik")


# Every program of a grammar: only uses of the global name change, and the code means the same otherwise.

NAMES = st.sampled_from(["ops", "x", "y"])
LEAVES = st.one_of(NAMES, st.sampled_from(["1", "'ops'", '"""ops\nops"""', "z.ops", "'é'"]))


def _expressions(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("{}.ops".format, inner),
        st.builds("f({}, ops={})".format, inner, inner),
        st.builds("({} + {})".format, inner, inner),
        st.builds("(lambda {}=1: {})".format, NAMES, inner),
        st.builds("[{} for {} in {} if {}]".format, inner, NAMES, inner, inner),
        st.builds("[({} := {}) for _ in {}]".format, NAMES, inner, inner),
        st.builds("{{{}: {} for {} in {} for {} in {}}}".format, inner, inner, NAMES, inner, NAMES, inner),
        st.builds("f'ops {{{}}} ops'".format, NAMES),
        st.builds("f'{{{}:{{{}}}}}' 'ops'".format, NAMES, NAMES),
    )


EXPRESSIONS = st.recursive(LEAVES, _expressions, max_leaves=5)


def _block(statements: list[str]) -> str:
    return textwrap.indent("\n".join(statements), "    ")


def _statements(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    blocks = st.lists(inner, min_size=1, max_size=3).map(_block)
    return st.one_of(
        st.builds("def {}({}, k={}):\n{}".format, NAMES, NAMES, EXPRESSIONS, blocks),
        st.builds("@{}\ndef g({}, k={}):\n{}".format, EXPRESSIONS, NAMES, EXPRESSIONS, blocks),
        st.builds("class {}({}):\n{}".format, NAMES, EXPRESSIONS, blocks),
        st.builds("class C:\n    {} = 1\n    def m(self, {}):\n        {}".format, NAMES, NAMES, EXPRESSIONS),
        st.builds("for {} in {}:\n{}".format, NAMES, EXPRESSIONS, blocks),
        st.builds("with {} as {}:\n{}".format, EXPRESSIONS, NAMES, blocks),
    )


PLAIN = st.one_of(
    st.builds("{} = {}".format, NAMES, EXPRESSIONS),
    st.builds("return_({})  # ops".format, EXPRESSIONS),
    st.builds("import {}".format, NAMES),
    st.builds("print(({} := {}))".format, NAMES, EXPRESSIONS),
)
BODIES = st.recursive(PLAIN, _statements, max_leaves=6)
PROGRAMS = st.builds("def helper(a, {}=1):\n{}".format, NAMES, st.lists(BODIES, min_size=1, max_size=4).map(_block))


def _is_code(code: str) -> bool:
    try:
        compile(code, "made", "exec")
    except SyntaxError:
        return False
    return True


def _same_scopes(old: symtable.SymbolTable, new: symtable.SymbolTable) -> None:
    before = {symbol.get_name(): symbol for symbol in old.get_symbols()}
    after = {symbol.get_name(): symbol for symbol in new.get_symbols()}
    if "ops" in before:
        symbol = before["ops"]
        is_global = symbol.is_global() or old.get_type() == "module"
        name = "renamed" if is_global else "ops"
        assert name in after and ("ops" if is_global else "renamed") not in after
        for asked in ("is_global", "is_local", "is_free", "is_referenced", "is_assigned", "is_parameter"):
            assert getattr(after[name], asked)() == getattr(symbol, asked)()
    assert after.keys() - {"renamed"} == before.keys() - {"ops"} | after.keys() & {"ops"}
    for one, other in zip(old.get_children(), new.get_children(), strict=True):
        _same_scopes(one, other)


@settings(max_examples=300, deadline=None)
@given(PROGRAMS.filter(_is_code))
@example("def f(a):\n    return [(lambda ops=1: [(ops := ops) for _ in ops]) for _ in ops]")
def test_scopes_stay_what_they_are(code: str) -> None:
    result = respelled(code, {"ops": "renamed"})
    _same_scopes(symtable.symtable(code, "old", "exec"), symtable.symtable(result, "new", "exec"))

    class Back(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.Name:
            return ast.Name("ops", node.ctx) if node.id == "renamed" else node

    assert ast.dump(Back().visit(ast.parse(result))) == ast.dump(ast.parse(code))
    assert respelled(result, {"renamed": "ops"}) == code or "f'" in code


# Helpers


@pytest.mark.parametrize("name", sorted(TABLES.helpers))
def test_every_helper_can_have_another_name(name: str) -> None:
    helper = TABLES.helpers[name]
    renamed = FileHelpers(TABLES.helpers, frozenset({helper.defines, f"_{helper.defines}"}))[name]
    assert renamed.defines == f"_{helper.defines}_2" and renamed.called == helper.defines
    old, new = ast.parse(helper.source), ast.parse(renamed.source)
    assert len(list(ast.walk(old))) == len(list(ast.walk(new)))
    assert new.body[0].name == renamed.defines  # type: ignore[attr-defined]
    assert respelled(renamed.source, {renamed.defines: helper.defines}) == helper.source


def test_a_helper_called_by_a_template_has_the_name_it_has_in_the_file() -> None:
    source = (
        b"import torch\n\ndef scatter(x):\n    return x\n\n"
        b"def f(x: torch.Tensor, i, y):\n    x = x + 1\n    x.scatter_(0, i, y)\n    return x\n"
    )
    text = convert_bytes(source, Path("made.py"), TABLES, Settings()).text
    assert "def _scatter(input, dim, index, src):" in text
    assert "    x = _scatter(x, 0, i, y)\n" in text
    assert "def scatter(x):\n    return x\n" in text


def imports_of(source: str, text: str = "") -> Imports:
    know = Knowledge(TABLES)
    return Imports.of(Inference(ast.parse(source), know).run(), know, text)


def test_a_name_of_the_file_is_not_hidden_by_one_of_the_helper() -> None:
    imports = imports_of("import mindspore as m\nimport mindspore.ops as x\nimport mindspore.nn as nn")
    source = imports.localise_source(TABLES.helpers["functional_interpolate"])
    assert "m = size if" in source and "mindspore.float32" in source and "m.float32" not in source
    assert "x = mindspore.ops.abs(" in source
    assert imports.spell("mindspore.float32") == "m.float32"
    assert "import mindspore" in imports.statements()


# Templates


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("ops.cat({ops}, ops=ms.float32)", "ms.ops.cat({ops}, ops=ms.float32)"),
        ("ops.cat({*ops}, {ops[0]})", "ms.ops.cat({*ops}, {ops[0]})"),
        ("{self}.ops('ops', \"ops\")", "{self}.ops('ops', \"ops\")"),
        ("{{'ops': ops.x, ops: {ops}}}", "{{'ops': ms.ops.x, ms.ops: {ops}}}"),
        ("lambda ops: ops", "lambda ops: ops"),
        ("  ops.x", "  ms.ops.x"),
        ("for x in ops.y():", "for x in ms.ops.y():"),
        ("ops(x) for x in {y}", "ms.ops(x) for x in {y}"),
        ("a = ops\nb = ops", "a = ms.ops\nb = ms.ops"),
        ("f'ops {{ops}}'", "f'ops {{ops}}'"),
    ],
)
def test_names_in_templates(template: str, expected: str) -> None:
    assert imports_of("ops = 1").localise(template) == expected


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("f('a', {x})", 'f("a", {x})'),
        ("f('a', '{x}', 'it\\'s', '\"')", "f(\"a\", '{x}', 'it\\'s', '\"')"),
        ("\"'x'\", 'y'", '"\'x\'", "y"'),
        ("{{'a': {x}['b']}}", '{{"a": {x}["b"]}}'),
        ("r'a', b'b'", 'r"a", b"b"'),
        ("for x in f('a'):", 'for x in f("a"):'),
    ],
)
def test_quotes_in_templates(template: str, expected: str) -> None:
    assert double_quoted(template) == expected


def test_names_of_every_template_are_found() -> None:
    """What the checker holds for a name of the prelude is one that is spelled for the file."""
    for row in TABLES.rows.values():
        for body in row.bodies:
            for text in (body.expr, body.inplace, *body.add.values()):
                if text is not None:
                    found = {name for use in names_in(text) for name in use.names}
                    assert {text[use.start : use.end] for use in names_in(text)} >= found & PRELUDE.keys()
