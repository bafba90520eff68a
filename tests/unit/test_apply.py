from __future__ import annotations

import ast
import random
import re
import sysconfig
import tokenize
from collections import Counter
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest

from torch2ms.rewrite.output.apply import apply
from torch2ms.rewrite.plan import (
    ArgEdit,
    CallEdit,
    DropDecorator,
    ExprPlan,
    Insert,
    Items,
    Plans,
    RenameDef,
    RenameParam,
    StmtDelete,
    StmtPlan,
    StmtReplace,
    Template,
    Unwrap,
    Wrap,
)
from torch2ms.source.parents import Parents
from torch2ms.source.text import SourceText, decode


class File:
    """A file and the plans for it; nodes are found by their text."""

    def __init__(self, text: str) -> None:
        self.source = decode(text.encode())
        self.tree = ast.parse(self.source.text)
        self.plans = Plans()

    def expr(self, text: str, number: int = 0) -> ast.expr:
        found = [n for n in ast.walk(self.tree) if isinstance(n, ast.expr) and ast.unparse(n) == text]
        return found[number]

    def call(self, text: str) -> ast.Call:
        node = self.expr(text)
        assert isinstance(node, ast.Call)
        return node

    def stmt(self, start: str) -> ast.stmt:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.stmt) and self.source.segment(node).startswith(start):
                return node
        raise KeyError(start)

    def replace(self, text: str, template: str, number: int = 0, **values: str) -> File:
        """Replace an expression; values are the texts of expressions of the file."""
        node = self.expr(text, number)
        nodes = [n for n in ast.walk(node) if isinstance(n, ast.expr)]
        named = {
            name: next((n for n in nodes if ast.unparse(n) == value), None) or self.expr(value)
            for name, value in values.items()
        }
        self.plans.exprs[node] = Template(template, named)
        return self

    def plan(self, text: str, plan: ExprPlan) -> File:
        self.plans.exprs[self.expr(text)] = plan
        return self

    def on(self, start: str, *plans: StmtPlan) -> File:
        for plan in plans:
            self.plans.add(self.stmt(start), plan)
        return self

    def done(self) -> str:
        out = apply(self.source, self.tree, self.plans, Parents(self.tree))
        ast.parse(out)
        return out


def test_without_plans_the_text_stays() -> None:
    source = SourceText("x = 1  # é\r\n")
    tree = ast.parse(source.text)
    assert apply(source, tree, Plans(), Parents(tree)) is source.text


# Expressions


@pytest.mark.parametrize(
    ("before", "old", "template", "values", "after"),
    [
        ("y = torch.mm(a,b)  # c", "torch.mm(a, b)", "{x} @ {y}", {"x": "a", "y": "b"}, "y = a @ b  # c"),
        ("-t.mm(a, b) ** 2", "t.mm(a, b)", "{x} @ {y}", {"x": "a", "y": "b"}, "-(a @ b) ** 2"),
        ("t.f(a).shape", "t.f(a)", "{x} + 1", {"x": "a"}, "(a + 1).shape"),
        ("g(t.f(a), k=t.f(b))", "t.f(a)", "{x} + 1", {"x": "a"}, "g(a + 1, k=t.f(b))"),
        ("x[t.f(a)]", "t.f(a)", "{x} + 1", {"x": "a"}, "x[a + 1]"),
        ("x = [t.f(a), 1]", "t.f(a)", "{x} + 1", {"x": "a"}, "x = [a + 1, 1]"),
        ("def f(): return t.f(a)", "t.f(a)", "{x} + 1", {"x": "a"}, "def f(): return a + 1"),
        ("x = (t.f(a))", "t.f(a)", "{x} + 1", {"x": "a"}, "x = (a + 1)"),
        ("x = (t.f(a)) * 2", "t.f(a)", "{x} + 1", {"x": "a"}, "x = (a + 1) * 2"),
        ("x = a.size(0) - b.size(-(1))", "a.size(0)", "{s}.shape[{i}]", {"s": "a", "i": "0"},
         "x = a.shape[0] - b.size(-(1))"),
        ("not(a)", "a", "b", {}, "not(b)"),
        ("def f():\n    return(a, b)", "(a, b)", "x", {}, "def f():\n    return x"),
        ("x = y if(a, b)else z", "(a, b)", "w", {}, "x = y if(w)else z"),
        ("x = y if[a]else z", "[a]", "w", {}, "x = y if(w)else z"),
        ("x = 'a'if b else c", "'a'", "w", {}, "x = (w)if b else c"),
        ("for x in[a]: pass", "[a]", "w", {}, "for x in w: pass"),
        ("if(x, y): pass", "(x, y)", "w", {}, "if w: pass"),
        ("x = f(a +\n      b)", "f(a + b)", "{v}", {"v": "a + b"}, "x = (a +\n      b)"),
        ("x = (f(a +\n      b))", "f(a + b)", "{v}", {"v": "a + b"}, "x = (a +\n      b)"),
        ("x = f(a + \\\n      b)", "f(a + b)", "{v}", {"v": "a + b"}, "x = a + \\\n      b"),
        ("f(x for x in y)", "f((x for x in y))", "g({v}, 1)", {"v": "(x for x in y)"},
         "g((x for x in y), 1)"),
        ("f(x for x in y)", "f((x for x in y))", "g({v})", {"v": "(x for x in y)"}, "g(x for x in y)"),
        ("x = f(y := 1)", "f((y := 1))", "{v}", {"v": "(y := 1)"}, "x = (y := 1)"),
        ("x = f((yield))", "f((yield))", "{v}", {"v": "(yield)"}, "x = (yield)"),
        ("x[a, :]", "x[a, :]", "{x}[{i}] + 1", {"x": "x", "i": "(a, :)"}, "x[a, :] + 1"),
        ("x[a, b]", "x[a, b]", "f({i})", {"i": "(a, b)"}, "f((a, b))"),
        ("x[a, b]", "(a, b)", "z", {}, "x[z]"),
        ("x[a:b]", "x[a:b]", "{x}[{i}] + 1", {"x": "x", "i": "a:b"}, "x[a:b] + 1"),
        ("f(*a)", "f(*a)", "g(1, {s})", {"s": "*a"}, "g(1, *a)"),
        ("@t.f(a)\ndef g(): pass", "t.f(a)", "s.f({x})", {"x": "a"}, "@s.f(a)\ndef g(): pass"),
        ("class A(t.f, *b, k=c): pass", "t.f", "s.f", {}, "class A(s.f, *b, k=c): pass"),
        ("class A(*t.b): pass", "t.b", "s.b", {}, "class A(*s.b): pass"),
        ("def f(a: t.T = t.d, *b: t.b, **c) -> t.R: pass", "t.R", "s.R", {},
         "def f(a: t.T = t.d, *b: t.b, **c) -> s.R: pass"),
        ("def f(a=t.d): pass", "t.d", "{x}", {"x": "t"}, "def f(a=t): pass"),
        ("with t.f() as x, t.g(): pass", "t.g()", "s()", {}, "with t.f() as x, s(): pass"),
        ("try: pass\nexcept t.E: pass", "t.E", "s.E", {}, "try: pass\nexcept s.E: pass"),
        ("del t.x, t.y", "t.y", "s.y", {}, "del t.x, s.y"),
        ("t.x, t.y = 1, 2", "t.y", "s.y", {}, "t.x, s.y = 1, 2"),
        ("for t.i in t.x: pass", "t.i", "s.i", {}, "for s.i in t.x: pass"),
        ("raise t.E from t.F", "t.F", "s.F", {}, "raise t.E from s.F"),
        ("assert t.x, t.m", "t.m", "s.m", {}, "assert t.x, s.m"),
        ("x: t.T = t.d", "t.T", "s.T", {}, "x: s.T = t.d"),
        ("x += t.d", "t.d", "s.d", {}, "x += s.d"),
        ("while t.x: pass\nelse: t.y", "t.y", "s.y", {}, "while t.x: pass\nelse: s.y"),
        ("match t.x:\n    case t.A(b=t.c) if t.d: t.e", "t.c", "s.c", {},
         "match t.x:\n    case t.A(b=s.c) if t.d: t.e"),
        ("match t.x:\n    case t.A(b=t.c) if t.d: t.e", "t.d", "s.d", {},
         "match t.x:\n    case t.A(b=t.c) if s.d: t.e"),
        ("match t.x:\n    case t.A(b=t.c) if t.d: t.e", "t.e", "s.e", {},
         "match t.x:\n    case t.A(b=t.c) if t.d: s.e"),
        ("if a: pass\nelif t.x: pass", "t.x", "s.x", {}, "if a: pass\nelif s.x: pass"),
        ("x = lambda a=t.d: t.x(a)", "t.d", "s.d", {}, "x = lambda a=s.d: t.x(a)"),
        ("x = [t.f(a) for a in t.b if t.c]", "t.c", "s.c", {}, "x = [t.f(a) for a in t.b if s.c]"),
        ("print(f'{t.x!r:>{t.w}} {t.y}')", "t.w", "s.w", {}, "print(f'{t.x!r:>{s.w}} {t.y}')"),
        ("print(f'{t.f(a)}')", "t.f(a)", 's.f({x}, "q")', {"x": "a"}, "print(f'{s.f(a, \"q\")}')"),
        ("print(f'{t.f(a)}')", "t.f(a)", "s.f({x}, 'q')", {"x": "a"}, "print(f'{s.f(a, \"q\")}')"),
        ("print(f'{t.f(\"a\")}')", "t.f('a')", "s.f({x}, 'q\"')", {"x": "'a'"},
         "print(f'''{s.f(\"a\", 'q\"')}''')"),
        ("print(f'{t.f(a)}')", "t.f(a)", "{{1: {x}}}", {"x": "a"}, "print(f'{ {1: a}}')"),
        ("print('x' f'{a}' f'{t.x}')", "t.x", "s.x", {}, "print('x' f'{a}' f'{s.x}')"),
        ("x = (a\n     .size(0))", "a.size(0)", "{s}.shape[{i}]", {"s": "a", "i": "0"},
         "x = (a\n     .shape[0])"),
        ("x = a.f(0)", "a.f(0)", "{s} + \\\n{i}", {"s": "a", "i": "0"}, "x = a + \\\n0"),
    ],
)  # fmt: skip
def test_replaced_expressions(before: str, old: str, template: str, values: dict[str, str], after: str) -> None:
    assert File(before).replace(old, template, **values).done() == after


def test_plans_inside_placeholders_are_carried_out() -> None:
    file = File("y = F.relu(F.dropout(x, 0.5) + F.relu(z))\n")
    file.replace("F.relu(F.dropout(x, 0.5) + F.relu(z))", "ops.relu({x})", x="F.dropout(x, 0.5) + F.relu(z)")
    file.plan("F.dropout(x, 0.5)", CallEdit("ops.dropout"))
    file.replace("F.relu(z)", "{x} * ({x} > 0)", x="z")
    assert file.done() == "y = ops.relu(ops.dropout(x, 0.5) + z * (z > 0))\n"


def test_a_plan_may_use_its_own_node() -> None:
    file = File("y = f(a) ** 2\n")
    file.replace("f(a)", "-{x}", x="f(a)").replace("a", "b + 1")
    assert file.done() == "y = (-f(b + 1)) ** 2\n"


def test_a_plan_may_use_an_expression_from_elsewhere() -> None:
    file = File("a = t.f(x[0, :], y)\nb = g(1)\n").replace("t.f(x[0, :], y)", "z")
    file.replace("g(1)", "h({i}, x[{j}])", i="t.f(x[0, :], y)", j="(0, :)")
    assert file.done() == "a = z\nb = h(z, x[0, :])\n"


def test_newlines_and_layout_inside_an_expression_stay() -> None:
    before = "x = f(\r\n\ta,  # one\r\n\r\n\tt.b,\n  # two\r\n  )\r\n"
    assert File(before).replace("t.b", "s.b").done() == before.replace("t.b", "s.b")


def test_comments_of_a_lost_fragment_move_above_the_statement() -> None:
    before = "if x:\n    y = f(\n        a,  # one\n        b,  # two\n    )  # three\n"
    after = "if x:\n    # one\n    # two\n    y = a + b  # three\n"
    assert File(before).replace("f(a, b)", "{x} + {y}", x="a", y="b").done() == after


def test_a_plan_that_contains_itself_is_refused() -> None:
    with pytest.raises(ValueError, match="contains it"):
        File("f(a)").replace("a", "g({x})", x="f(a)").done()


def test_sums_too_long_for_recursion() -> None:
    file = File("y = b" + " * t.g(a + 1)" * 1000 + "\n")
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Call):
            file.plans.exprs[node] = Template("{x}", {"x": node.args[0]})
    assert file.done() == "y = b" + " * (a + 1)" * 1000 + "\n"


# Calls


def edited(before: str, edit: Callable[[ast.Call], CallEdit]) -> str:
    file = File(before)
    node = next(n for n in ast.walk(file.tree) if isinstance(n, ast.Call))
    file.plans.exprs[node] = edit(node)
    return file.done()


ONE_PER_LINE = "x = f(\n    a,  # one\n    b,  # two\n    c=1,  # three\n)\n"


def test_only_the_callee_changes() -> None:
    assert edited(ONE_PER_LINE, lambda c: CallEdit("g.h")) == ONE_PER_LINE.replace("f(", "g.h(")


def test_arguments_get_keywords() -> None:
    got = edited("f(a , *b, c = 1, ** d)", lambda c: CallEdit("g", (
        ArgEdit(c.args[0], "x"), ArgEdit(c.keywords[0], "y"), ArgEdit(c.keywords[1], None))))  # fmt: skip
    assert got == "g(x=a , y = 1, ** d)"


def test_arguments_lose_keywords() -> None:
    assert edited("f(a, b=1)", lambda c: CallEdit(None, (
        ArgEdit(c.args[0], None), ArgEdit(c.keywords[0], None)))) == "f(a, 1)"  # fmt: skip


def test_values_are_replaced_in_place() -> None:
    got = edited(ONE_PER_LINE, lambda c: CallEdit(None, (
        ArgEdit(c.args[0], None), ArgEdit(c.args[1], "m", Template("1 - {x}", {"x": c.args[1]})),
        ArgEdit(c.keywords[0], "c"))))  # fmt: skip
    assert got == ONE_PER_LINE.replace("b,", "m=1 - b,")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("f()", "f(k=2)"),
        ("f(a)", "f(a, k=2)"),
        ("f(a,)", "f(a, k=2,)"),
        ("f(a, b)", "f(a, b, k=2)"),
        ("f(a, b, )", "f(a, b, k=2, )"),
        ("f(a,\n  b)", "f(a,\n  b,\n  k=2)"),
        ("f(\n    a\n)", "f(\n    a,\n    k=2\n)"),
        ("f(\n    a,\n)", "f(\n    a,\n    k=2,\n)"),
        ("f(\n    a,  # one\n)", "f(\n    a,  # one\n    k=2,\n)"),
        ("f(\n    a  # one\n)", "f(\n    a,  # one\n    k=2\n)"),
        ("f(\n    a, b,\n    c,\n)", "f(\n    a, b,\n    c,\n    k=2,\n)"),
        ("f(\n    a, b\n)", "f(\n    a, b, k=2\n)"),
        ("f(x for x in y)", "f((x for x in y), k=2)"),
    ],
)
def test_new_arguments_take_the_layout_of_their_neighbours(before: str, after: str) -> None:
    assert edited(before, lambda c: CallEdit(None, (
        *(ArgEdit(a, None) for a in c.args), ArgEdit(None, "k", "2")))) == after  # fmt: skip


@pytest.mark.parametrize(
    ("before", "kept", "after"),
    [
        ("f(a, b, c)", [0, 2], "f(a, c)"),
        ("f(a, b, c)", [0, 1], "f(a, b)"),
        ("f(a, b, c,)", [0, 1], "f(a, b,)"),
        ("f(a, b, c)", [1, 0], "f(b, a)"),
        ("f(a, b, c)", [2, 0, 1], "f(c, a, b)"),
        ("f(a, b, c)", [], "f()"),
        ("f(\n    a,\n    b,\n    c,\n)", [2, 0], "f(\n    c,\n    a,\n)"),
        ("f(\n    a,\n    b,\n    c\n)", [0, 1], "f(\n    a,\n    b\n)"),
        ("f(\n    a,  # one\n    b,\n)", [0], "f(\n    a,  # one\n)"),
        ("f(\n    a,  # one\n    b,  # two\n)", [0], "# two\nf(\n    a,  # one\n)"),
        ("f(\n    a,  # one\n    b  # two\n)", [1, 0], "f(\n    b,  # two\n    a  # one\n)"),
        ("f(a,\n  b,\n  c)", [1, 2], "f(b,\n  c)"),
        ("f(\n    a,\n    b,\n)", [], "f()"),
        ("f(a,  # one\n  b)", [0], "# one\nf(a)"),
    ],
)
def test_dropped_and_moved_arguments(before: str, kept: list[int], after: str) -> None:
    assert edited(before, lambda c: CallEdit(None, tuple(ArgEdit(c.args[i], None) for i in kept))) == after


def test_the_receiver_of_a_method_keeps_its_layout() -> None:
    before = "x = (\n    a  # one\n    .view(2)\n    .foo()\n)\n"

    def edit(call: ast.Call) -> CallEdit:
        assert isinstance(call.func, ast.Attribute)
        return CallEdit(Template("{self}.bar", {"self": call.func.value}))

    assert edited(before, edit) == before.replace("foo", "bar")


def test_a_callee_is_parenthesised() -> None:
    file = File("x = f(a)(b)")
    file.replace("f(a)", "{x} or g", x="a").plan("f(a)(b)", CallEdit(None))
    assert file.done() == "x = (a or g)(b)"


def test_starred_values_and_tuples() -> None:
    file = File("x = a.view(*s, 1)")
    node = file.call("a.view(*s, 1)")
    file.plans.exprs[node] = Template("ops.reshape({a}, {s})", {"a": file.expr("a"), "s": Items(tuple(node.args))})
    assert file.done() == "x = ops.reshape(a, (*s, 1))"


# Statements


@pytest.mark.parametrize(
    ("before", "start", "template", "after"),
    [
        ("import a  # c\n", "import a", "import b", "import b  # c\n"),
        ("from a import (\n    b,  # c\n    d,\n)  # e\nx\n", "from a", "from b import c",
         "# c\nfrom b import c  # e\nx\n"),
        ("if x:\n    y.z()  # c\n", "y.z", "a\nb", "if x:\n    a\n    b  # c\n"),
        ("if x: y; z\n", "y", "a", "if x: a; z\n"),
        ("if x: y; z  # c\n", "z", "a\nb", "if x:\n    y\n    a\n    b  # c\n"),
        ("if x: \\\n  y\n", "y", "a\nb", "if x:\n    a\n    b\n"),
        ("  ".strip() + "x; y;  # c\n", "x", "a\nb", "a\nb\ny  # c\n"),
        ("x; y\n", "y", "for a in b:\n    c", "x\nfor a in b:\n    c\n"),
        ("if x: y\n", "y", "if a: b", "if x:\n    if a: b\n"),
        ("if x: y\nelse: z\n", "z", "a\nb", "if x: y\nelse:\n    a\n    b\n"),
        ("if x:\r\n\ty\r\n", "y", "if a:\n    b\n\nc", "if x:\r\n\tif a:\r\n\t    b\r\n\r\n\tc\r\n"),
        ("for x in y:  # c\n    z\n", "for", "for a in b:", "for a in b:  # c\n    z\n"),
        ("for x in y: z\n", "for", "for a in b:", "for a in b: z\n"),
        ("if x: y\nelif (\n    z  # c\n): w\n", "elif", "if a:", "if x: y\n# c\nelif a: w\n"),
        ("def f(a, b={1: 2}, *, c: d) -> e:\n    pass\n", "def", "def g(x):", "def g(x):\n    pass\n"),
        ("def f(a, /): pass\n", "def", "def g(x):", "def g(x): pass\n"),
        ("def f(): pass\n", "def", "def g(x):", "def g(x): pass\n"),
        ("@d\nclass A(B, metaclass=C):\n    pass\n", "class", "class A(D):", "@d\nclass A(D):\n    pass\n"),
        ("class A(): pass\n", "class", "class A(D):", "class A(D): pass\n"),
        ("while (lambda: x)(): pass\n", "while", "while 1:", "while 1: pass\n"),
        ("with (a as b, c as d): pass\n", "with", "with a:", "with a: pass\n"),
        ("x[{1: 2}]\n", "x", "y", "y\n"),
        ("if a: x\n", "x", "# gone", "# gone\nif a: pass\n"),
    ],
)  # fmt: skip
def test_replaced_statements(before: str, start: str, template: str, after: str) -> None:
    assert File(before).on(start, StmtReplace(Template(template))).done() == after


def test_statement_placeholders_keep_their_rewrites_and_get_parentheses() -> None:
    file = File("x[i, :].add_(t.f(a) if b else c)  # d\n")
    file.replace("t.f(a)", "{x} + 1", x="a")
    values = {
        "x": file.expr("x"),
        "i": file.expr("(i, :)"),
        "y": file.expr("t.f(a) if b else c"),
    }
    file.on("x", StmtReplace(Template("{x}[{i}] = {x}[{i}] + {y}", values)))
    assert file.done() == "x[i, :] = x[i, :] + (a + 1 if b else c)  # d\n"


def test_a_statement_placeholder_over_several_lines() -> None:
    file = File("x.add_(a +\n    b)\n")
    file.on("x", StmtReplace(Template("{x} = {y}", {"x": file.expr("x"), "y": file.expr("a + b")})))
    assert file.done() == "x = (a +\n    b)\n"


def test_tuples_in_assignments_and_loops_need_no_parentheses() -> None:
    file = File("for a, b in c: pass\n")
    file.on("for", StmtReplace(Template("for {i} in {s}:", {"i": file.expr("(a, b)"), "s": "x, y"})))
    assert file.done() == "for a, b in x, y: pass\n"


@pytest.mark.parametrize(
    ("before", "start", "after"),
    [
        ("a\nb\nc\n", "b", "a\nc\n"),
        ("a\nb", "b", "a\n"),
        ("a\nb  # c\nd\n", "b", "a\n# c\nd\n"),
        ("try:\n    import a\nexcept ImportError:\n    b = 1\n", "b",
         "try:\n    import a\nexcept ImportError:\n    pass\n"),
        ("if x:\n    a  # c\nb\n", "a", "if x:\n    pass  # c\nb\n"),
        ("if x: a\n", "a", "if x: pass\n"),
        ("if x: a; b\n", "a", "if x: b\n"),
        ("if x: a; b; c\n", "b", "if x: a; c\n"),
        ("if x: a; b  # c\n", "b", "if x: a  # c\n"),
        ("a; b\n", "a", "b\n"),
        ("a; b;\n", "b", "a;\n"),
        ("a; \\\nb\nc\n", "b", "a\nc\n"),
        ("a; \\\nb\nc\n", "a", "b\nc\n"),
        ("from a import (\n    b,  # one\n    # two\n    c,\n)  # three\nx\n", "from",
         "# one\n# two\n# three\nx\n"),
        ("a\n\nb\n\nc\n", "b", "a\n\nc\n"),
        ("a\n\nb\n\n\nc\n", "b", "a\n\n\nc\n"),
        ("a = 1 + \\\n    2\nb\n", "a", "b\n"),
        ("b\n", "b", ""),
        ("def f():\n    '''d'''\n    a\n", "a", "def f():\n    '''d'''\n"),
        ("if x:\r\n    y\r\n    a\r\nb", "a", "if x:\r\n    y\r\nb"),
    ],
)  # fmt: skip
def test_deleted_statements(before: str, start: str, after: str) -> None:
    assert File(before).on(start, StmtDelete()).done() == after


def test_a_suite_that_loses_all_its_statements() -> None:
    file = File("if x:\n    a  # one\n    # two\n    b\nc\n")
    assert file.on("a", StmtDelete()).on("b", StmtDelete()).done().splitlines()[-2:] == ["    pass", "c"]


@pytest.mark.parametrize(
    ("before", "items", "after"),
    [
        ("with a:\n    b\n    c\nd\n", {0}, "b\nc\nd\n"),
        ("with a:  # one\n    # two\n    b\n\n    c  # three\n# four\n", {0},
         "# one\n# two\nb\n\nc  # three\n# four\n"),
        ("with a: b; c\n", {0}, "b; c\n"),
        ("async def f():\n  async with a:\n        b\n", {0}, "async def f():\n  b\n"),
        ("with a, b as c, d:\n    e\n", {0}, "with b as c, d:\n    e\n"),
        ("with (a as x,\n      b as c):\n    e\n", {1}, "with a as x:\n    e\n"),
        ("with a:\n    x = '''\n    y\n'''\n    z\n", {0}, "x = '''\n    y\n'''\nz\n"),
        ("with a:\n    f(b,\n      c)\n", {0}, "f(b,\n  c)\n"),
        ("with a:\n  # one\n    b\n", {0}, "# one\nb\n"),
        ("if x:\n\twith a:\n\t\tb\n\telse_()\n", {0}, "if x:\n\tb\n\telse_()\n"),
        ("with a:\n    @d\n    def f():\n        pass\n", {0}, "@d\ndef f():\n    pass\n"),
        ("with a:\n    b", {0}, "b"),
    ],
)  # fmt: skip
def test_unwrapped_with(before: str, items: set[int], after: str) -> None:
    file = File(before)
    node = next(n for n in ast.walk(file.tree) if isinstance(n, ast.With | ast.AsyncWith))
    file.plans.add(node, Unwrap(frozenset(items)))
    assert file.done() == after


@pytest.mark.parametrize(
    ("before", "first", "last", "after"),
    [
        ("a = 1\nb = 2\nc = 3\n", "a", "b", "def f():\n    a = 1\n    b = 2\n    return a\ng = f\nc = 3\n"),
        ("a = 1\nb = 2", "a", "b", "def f():\n    a = 1\n    b = 2\n    return a\ng = f"),
        ("if x:\n\ta = (1,\n\t     2)\n\n\t# b\n\tb = 2\n", "a", "b",
         "if x:\n\tdef f():\n\t\ta = (1,\n\t\t     2)\n\n\t\t# b\n\t\tb = 2\n\t\treturn a\n\tg = f\n"),
        ("if x:\n  # a\n  a = '''\n  s\n'''\n  c\n", "a", "a",
         "if x:\n  # a\n  def f():\n    a = '''\n  s\n'''\n    return a\n  g = f\n  c\n"),
        ("for a in b:\n    for c in d:\n        e\n        # f\n    g\n", "for c", "for c",
         "for a in b:\n    def f():\n        for c in d:\n            e\n            # f\n"
         "        return a\n    g = f\n    g\n"),
        ("if x:\n  y\nelse:\n  a\n", "a", "a", "if x:\n  y\nelse:\n  def f():\n    a\n    return a\n  g = f\n"),
        ("def z():\n    a\n", "a", "a", "def z():\n    def f():\n        a\n        return a\n    g = f\n"),
        ("a; b; c  # d\n", "b", "b", "a\ndef f():\n    b\n    return a\ng = f\nc  # d\n"),
        ("a; b; c\n", "b", "c", "a\ndef f():\n    b\n    c\n    return a\ng = f\n"),
        ("a; b\nc\n", "a", "b", "def f():\n    a; b\n    return a\ng = f\nc\n"),
        ("for x in y: a; b; c\nd\n", "a", "b",
         "for x in y:\n    def f():\n        a\n        b\n        return a\n    g = f\n    c\nd\n"),
        ("if x:\n  a = (1,\n    2); b; c\n", "a", "b",
         "if x:\n  def f():\n      a = (1,\n    2)\n      b\n      return a\n  g = f\n  c\n"),
    ],
)  # fmt: skip
def test_wrapped_statements(before: str, first: str, last: str, after: str) -> None:
    file = File(before)
    wrap = Wrap(file.stmt(last), Template("def f():"), Template("return a"), Template("g = f"))
    assert file.on(first, wrap).done() == after


def test_a_method_called_on_what_a_call_gives() -> None:
    file = File("x = [t.a(1), (t.a(\n    2  # two\n))]\n")
    for number, node in enumerate(n for n in ast.walk(file.tree) if isinstance(n, ast.Call)):
        file.plans.exprs[node] = CallEdit("s.a" if number else None, method="b")
    assert file.done() == "x = [t.a(1).b(), (s.a(\n    2  # two\n)).b()]\n"


def test_rewrites_inside_wrapped_statements() -> None:
    before = "def f():\n    a = t.a\n    with t.no_grad():\n        b = t.c(1,\n                2)  # d\n    e = 1\n"
    file = File(before).replace("t.c(1, 2)", "s.c({a}, {b})", a="1", b="2").replace("t.a", "s.a")
    with_stmt = file.stmt("with")
    file.on("with", Unwrap(frozenset({0}))).on("a", Insert("before", Template("# note")))
    file.on("a", Wrap(with_stmt, Template("\ndef g():"), None, Template("\ng()")))
    file.on("e", Insert("before", Template("# e")))
    assert file.done() == (
        "def f():\n\n    def g():\n        # note\n        a = s.a\n        b = s.c(1, 2)  # d\n\n    g()\n"
        "    # e\n    e = 1\n"
    )


def test_rewrites_inside_nested_unwrapped_bodies() -> None:
    before = (
        "def f():\n    with t.no_grad():\n        x = t.a\n        with t.b():\n"
        "            y = t.c(1,\n                    2)\n        # e\n    z\n"
    )
    file = File(before).replace("t.c(1, 2)", "s.c({a}, {b})", a="1", b="2").replace("t.a", "s.a")
    file.on("with t.no_grad", Unwrap(frozenset({0}))).on("with t.b", Unwrap(frozenset({0})))
    file.on("y", Insert("before", Template("# note")))
    assert file.done() == "def f():\n    x = s.a\n    # note\n    y = s.c(1, 2)\n    # e\n    z\n"


@pytest.mark.parametrize(
    ("before", "index", "after"),
    [
        ("@a\n@b\ndef f(): pass\n", 0, "@b\ndef f(): pass\n"),
        ("@a\n@b(\n    1,  # one\n)  # two\n# three\nclass C: pass\n", 1,
         "@a\n# one\n# two\n# three\nclass C: pass\n"),
        ("if x:\n    @a()\n    async def f(): pass\n", 0, "if x:\n    async def f(): pass\n"),
        ("@ (a)\ndef f(): pass\n", 0, "def f(): pass\n"),
    ],
)  # fmt: skip
def test_dropped_decorators(before: str, index: int, after: str) -> None:
    file = File(before)
    node = next(n for n in ast.walk(file.tree) if getattr(n, "decorator_list", None))
    assert isinstance(node, ast.stmt)
    file.plans.add(node, DropDecorator(index))
    assert file.done() == after


def test_renamed_definitions_and_parameters() -> None:
    file = File("@d\nasync  def forward(self, x: X=y, *, z, **kw): return forward\nclass \\\n  A(B): pass\n")
    file.on("async", RenameDef("construct"), RenameParam("x", "a"), RenameParam("kw", "b"))
    file.on("class", RenameDef("C"))
    assert file.done() == (
        "@d\nasync  def construct(self, a: X=y, *, z, **b): return forward\nclass \\\n  C(B): pass\n"
    )


@pytest.mark.parametrize(
    ("before", "start", "where", "text", "after"),
    [
        ("a\nb\n", "b", "before", "# n\nc", "a\n# n\nc\nb\n"),
        ("if x:\n  a\n", "a", "before", "# n", "if x:\n  # n\n  a\n"),
        ("a\nb", "b", "after", "c", "a\nb\nc"),
        ("if x:\n  a  # c\nb\n", "a", "after", "c\nd", "if x:\n  a  # c\n  c\n  d\nb\n"),
        ("if x:\n  if y:\n    a\nb\n", "if y", "after", "c", "if x:\n  if y:\n    a\n  c\nb\n"),
        ("@d\ndef f():\n  a\n", "def", "before", "# n", "# n\n@d\ndef f():\n  a\n"),
        ("@d\ndef f():\n  a\n", "def", "after", "c", "@d\ndef f():\n  a\nc\n"),
        ("if x: a\n", "a", "before", "# n", "# n\nif x: a\n"),
        ("@d\ndef f(): a\n", "a", "before", "# n", "# n\n@d\ndef f(): a\n"),
        ("@d\ndef f(): a\n", "a", "before", "c", "c\n@d\ndef f(): a\n"),
        ("if x: y\nelse: a\n", "a", "before", "# n", "if x: y\n# n\nelse: a\n"),
        ("if x: y\nelse: a\n", "a", "before", "c", "c\nif x: y\nelse: a\n"),
        ("if x: y\nelif z: a\n", "a", "before", "c", "c\nif x: y\nelif z: a\n"),
        ("if x: y\nelif z: a\n", "a", "before", "# n", "if x: y\n# n\nelif z: a\n"),
        ("if x: y\nelif z: a\n", "elif", "before", "# n", "if x: y\n# n\nelif z: a\n"),
        ("if x: y\nelif z: a\n", "elif", "before", "c", "c\nif x: y\nelif z: a\n"),
        ("try: x\nexcept y: a\n", "a", "before", "# n", "try: x\n# n\nexcept y: a\n"),
        ("if f(a,\n     b): c\n", "c", "before", "# n", "# n\nif f(a,\n     b): c\n"),
        ("if x: \\\n  a\n", "a", "before", "# n", "# n\nif x: \\\n  a\n"),
        ("a; b\n", "b", "before", "# n", "# n\na; b\n"),
        ("a; b\n", "b", "before", "c", "a\nc\nb\n"),
        ("a; \\\nb\n", "b", "before", "# n", "# n\na; \\\nb\n"),
        ("a; b  # c\n", "a", "after", "c", "a\nc\nb  # c\n"),
        ("if x: a\n", "a", "after", "c", "if x:\n    a\n    c\n"),
        ("def f():\n    a\n", "def", "body", "c", "def f():\n    c\n    a\n"),
        ("def f():\n    '''d'''\n    a\n", "def", "body", "c", "def f():\n    '''d'''\n    c\n    a\n"),
        ("def f():\n    '''d'''", "def", "body", "c", "def f():\n    '''d'''\n    c"),
        ("def f(): a\n", "def", "body", "c", "def f():\n    c\n    a\n"),
        ("def f(): 'd'; a\n", "def", "body", "c", "def f():\n    'd'\n    c\n    a\n"),
        ("def f():\n    @d\n    def g(): pass\n", "def f", "body", "c",
         "def f():\n    c\n    @d\n    def g(): pass\n"),
        ("class A:\r\n\ta\r\n", "class", "body", "c\nd", "class A:\r\n\tc\r\n\td\r\n\ta\r\n"),
    ],
)  # fmt: skip
def test_inserted_lines(before: str, start: str, where: str, text: str, after: str) -> None:
    assert where in ("before", "after", "body")
    assert File(before).on(start, Insert(where, Template(text))).done() == after  # type: ignore[arg-type]


def test_a_comment_never_comes_between_a_backslash_and_its_line() -> None:
    file = File("with a, \\\n     b:\n    c\nassert \\\n  d\n").on("with", Insert("before", Template("# n")))
    file.on("assert", Insert("before", Template("# m")))
    assert file.done() == "# n\nwith a, \\\n     b:\n    c\n# m\nassert \\\n  d\n"


def test_order_of_insertions() -> None:
    file = File("if x:\n    a\nb\n")
    file.on("if", Insert("after", Template("one")), Insert("after", Template("two")))
    file.on("a", Insert("after", Template("zero")))
    file.on("b", Insert("before", Template("three")), Insert("before", Template("four")))
    assert file.done() == "if x:\n    a\n    zero\none\ntwo\nthree\nfour\nb\n"


def test_inserted_templates_have_placeholders() -> None:
    file = File("f(a + b)\n")
    file.on("f", Insert("after", Template("x = {y} * 2  # {n}", {"y": file.expr("a + b"), "n": "why"})))
    assert file.done() == "f(a + b)\nx = (a + b) * 2  # why\n"


# Properties, on the standard library


def stdlib_files(count: int) -> list[Path]:
    files = sorted(Path(sysconfig.get_paths()["stdlib"]).glob("*.py"))
    return files[3 :: max(1, len(files) // count)]


each_module = pytest.mark.parametrize("path", stdlib_files(12), ids=lambda path: path.stem)


def comments(text: str) -> Counter[str]:
    tokens = tokenize.generate_tokens(StringIO(text).readline)
    return Counter(token.string for token in tokens if token.type == tokenize.COMMENT)


@each_module
def test_a_plan_that_changes_nothing_changes_nothing(path: Path) -> None:
    source = decode(path.read_bytes())
    tree = ast.parse(source.text)
    plans = Plans()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            plans.exprs[node] = Template("{x}", {"x": node})
        elif isinstance(node, ast.Call):
            given = sorted([*node.args, *node.keywords], key=lambda arg: (arg.lineno, arg.col_offset))
            args = [ArgEdit(arg, arg.arg if isinstance(arg, ast.keyword) else None) for arg in given]
            plans.exprs[node] = CallEdit(Template("{f}", {"f": node.func}), tuple(args))
    assert apply(source, tree, plans, Parents(tree)) == source.text


@each_module
def test_parentheses_never_change_the_meaning(path: Path) -> None:
    source = decode(path.read_bytes())
    tree = ast.parse(source.text)
    plans = Plans()
    formatted = {inner for n in ast.walk(tree) if isinstance(n, ast.JoinedStr) for inner in ast.walk(n)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node not in formatted:
            plans.exprs[node] = Template("{x} + {y}", {"x": node, "y": "1"})

    class Plus(ast.NodeTransformer):
        def visit_Call(self, node: ast.Call) -> ast.expr:
            self.generic_visit(node)
            return ast.BinOp(node, ast.Add(), ast.Constant(1)) if node not in formatted else node

    text = apply(source, tree, plans, Parents(tree))
    expected = ast.unparse(ast.fix_missing_locations(Plus().visit(tree)))
    assert ast.unparse(ast.parse(text)) == expected
    assert comments(text) == comments(source.text)


def is_compound(stmt: ast.stmt) -> bool:
    return isinstance(stmt, ast.Match) or hasattr(stmt, "body")


STATEMENT_PLANS: list[Callable[[ast.stmt], StmtPlan | None]] = [
    lambda stmt: None if is_compound(stmt) else StmtDelete(),
    lambda stmt: None if is_compound(stmt) else StmtReplace(Template("a = 1\nif a:\n    b")),
    lambda stmt: Insert("before", Template("# note")),
    lambda stmt: Insert("before", Template("note = 1")),
    lambda stmt: Insert("after", Template("note = 2")),
    lambda stmt: Insert("body", Template("note = 3")) if hasattr(stmt, "body") else None,
    lambda stmt: Unwrap(frozenset(range(len(stmt.items)))) if isinstance(stmt, ast.With) else None,
    lambda stmt: None if is_compound(stmt) else Wrap(stmt, Template("if a:"), Template("b"), Template("c")),
    lambda stmt: DropDecorator(0) if getattr(stmt, "decorator_list", None) else None,
    lambda stmt: RenameDef("named") if isinstance(stmt, ast.FunctionDef | ast.ClassDef) else None,
]  # fmt: skip


@each_module
@pytest.mark.parametrize("seed", range(3))
def test_any_mixture_of_statement_plans_gives_a_file_with_all_comments(path: Path, seed: int) -> None:
    source = decode(path.read_bytes())
    tree = ast.parse(source.text)
    plans = Plans()
    chooser = random.Random(seed)
    notes = 0
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt) and chooser.random() < 0.2:
            if isinstance(node, ast.ImportFrom) and node.module == "__future__":
                continue
            plan = chooser.choice(STATEMENT_PLANS)(node)
            line = source.text.split("\n")[node.lineno - 1]
            if isinstance(plan, Wrap) and (line[: node.col_offset].strip() or ";" in line):
                continue
            if plan is not None:
                plans.add(node, plan)
                notes += isinstance(plan, Insert) and plan.template.text == "# note"
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and chooser.random() < 0.2:
            plans.exprs[node] = Template("{x}", {"x": node})
    text = apply(source, tree, plans, Parents(tree))
    compile(re.sub(r"^from __future__.*", "", text, flags=re.M), str(path), "exec", ast.PyCF_ONLY_AST)
    assert comments(text) == comments(source.text) + Counter({"# note": notes})
