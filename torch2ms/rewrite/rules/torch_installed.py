"""Makes tests for an installed torch, `importlib.util.find_spec("torch") is not None`, tests for MindSpore.

What is imported where torch is there is MindSpore now. This is so for the questions of the standard library, for
functions of the file or of its package that ask them of a parameter, for `"torch" in sys.modules`, and for a module of
torch that is compared with None because its import may have failed. The version of torch is not that of MindSpore:
`importlib.metadata.version("torch")` counts as `torch.__version__` does, and where nothing is folded it becomes the
version whose behaviour the tables describe, also in the pair that `_is_package_available("torch")` gives. Parts of
torch, and packages around it such as `torch_xla`, are asked for as before.
"""

from __future__ import annotations

import ast

from torch2ms.rewrite.analysis.package_questions import Found, QuestionFile, Result, Tells, parameter_of, result
from torch2ms.rewrite.context import FileContext, Rule
from torch2ms.rewrite.draft import Use
from torch2ms.rewrite.rules.shared.answers import answer, only_tested
from torch2ms.rewrite.rules.shared.flags import Flags
from torch2ms.source.neighbours import Neighbours
from torch2ms.source.parse import ParseError, parse

_TORCH = "torch"
_VERSION = "torch.version.__version__"
_THERE = frozenset({"torch", "torch.nn", "torch.nn.functional"})
_EXISTS = frozenset({Tells.EXISTS})
_IS_VERSION = frozenset({Tells.VERSION})
_HINT = "ask for mindspore, and give the version of torch that the code was written for"


class _Installed:
    """The questions about torch in one file."""

    def __init__(self, ctx: FileContext) -> None:
        self.ctx = ctx
        self.flags = Flags(ctx)
        self.file = _question_file(ctx.tree, ctx.facts.neighbours)

    def run(self) -> None:
        """Look at every call that is given the name of torch."""
        for call in list(self.ctx.facts.calls):
            for argument in (*call.args, *(keyword.value for keyword in call.keywords)):
                literal = self._literal(argument)
                if literal is not None and (literal == _TORCH or literal.startswith("torch.")):
                    self._ask(call, argument, literal)
        for name in self.ctx.parents.names("sys"):
            self._in_modules(name)

    def _literal(self, node: ast.expr) -> str | None:
        """The text an argument is, or that its name holds."""
        if isinstance(node, ast.Name):
            binding = self.flags.binding(node) if isinstance(node.ctx, ast.Load) else None
            node = node if binding is None or binding.place is not None else binding.value
        return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None

    def _ask(self, call: ast.Call, argument: ast.expr, literal: str) -> None:
        told = self._told(call, argument)
        if told is None:
            return
        if literal != _TORCH:
            if _EXISTS in told:
                use = self.ctx.add_site(argument, literal, self.ctx.stmt(call))
                self.ctx.manual(use, "T2M201", "asks whether a part of torch is there", "leave the question out")
            return
        if told == (_EXISTS,):
            self._rename(call, argument)
        elif told == (_IS_VERSION,):
            self.ctx.add_site(call, _VERSION, self.ctx.stmt(call))
        elif len(told) == 2 and told[0] == _EXISTS and told[1] <= _IS_VERSION:
            self._pair(call, argument)
        else:
            use = self.ctx.add_site(argument, _TORCH, self.ctx.stmt(call))
            self.ctx.manual(use, "T2M201", "asks whether torch is there, and more than that", _HINT)

    def _told(self, call: ast.Call, argument: ast.expr) -> Result | None:
        """What the result of a call tells of the package that is named; None where it does not ask for one."""
        asks = self.file.question(call.func)
        if asks is not None:
            if asks is Tells.EXISTS and not self._only_asked(call):
                return (frozenset({Tells.OTHER}),)
            if asks is Tells.DISTRIBUTION:
                return self._of_distribution(call)
            return None if asks is Tells.MODULE else (frozenset({asks}),)
        found = self.file.function(call.func)
        parameter = None if found is None else parameter_of(found.node, call, argument)
        return None if found is None or parameter is None else result(found, parameter, _TORCH)

    def _of_distribution(self, call: ast.Call) -> Result:
        above = self.ctx.parents.of(call)
        is_idle = isinstance(above, ast.Expr)
        return (_EXISTS if is_idle else frozenset({Tells.OTHER}),)

    def _only_asked(self, call: ast.Call) -> bool:
        """Whether nothing but the presence of a module's spec is asked."""
        above = self.ctx.parents.of(call)
        if isinstance(above, ast.Assign | ast.AnnAssign):
            names = [binding.name.id for binding in self.flags.bindings_of(call)]
            reads = [read for name in names for read in self.ctx.parents.names(name)]
            return bool(names) and not any(isinstance(self.ctx.parents.of(read), ast.Attribute) for read in reads)
        return not isinstance(above, ast.Attribute)

    def _rename(self, call: ast.Call, argument: ast.expr) -> None:
        stmt = self.ctx.stmt(call)
        text = self.ctx.text(argument)
        mark = text[-1] if isinstance(argument, ast.Constant) else '"' if self.ctx.imports.double_quotes else "'"
        self.ctx.replace(argument, f"{mark}mindspore{mark}")
        self.ctx.structural(argument, stmt, _TORCH, "mindspore")

    def _pair(self, call: ast.Call, argument: ast.expr) -> None:
        """What is there is MindSpore, what has a version is torch."""
        above = self.ctx.parents.of(call)
        index = above.slice if isinstance(above, ast.Subscript) and above.value is call else None
        if isinstance(index, ast.Constant) and index.value in (0, 1):
            if index.value == 0:
                self._rename(call, argument)
            else:
                assert isinstance(above, ast.Subscript)
                self.ctx.add_site(above, _VERSION, self.ctx.stmt(call))
            return
        targets = above.targets[0] if isinstance(above, ast.Assign) and len(above.targets) == 1 else None
        names = targets.elts if isinstance(targets, ast.Tuple) and len(targets.elts) == 2 else []
        first, second = names if names else (None, None)
        self._rename(call, argument)
        if second is not None and self._is_unread(second):
            return
        note = f"written as {self._version()}, whose behaviour the tables describe"
        use = self.ctx.add_site(call, "importlib.metadata.version", self.ctx.stmt(call))
        if first is not None and second is not None and self._is_unread(first):
            assert isinstance(above, ast.Assign)
            self.ctx.replace_stmt(above, f"{{name}} = {self._version()}", {"name": second})
        elif names:
            self.ctx.surround(call, f"{{value}}[0], {self._version()}")
        else:
            self.ctx.surround(call, f"({{value}}[0], {self._version()})")
        self.ctx.adapted(use, self._version(), note)

    def _is_unread(self, node: ast.expr) -> bool:
        """Whether a target is a name that is there to be filled, and that nothing reads."""
        if not isinstance(node, ast.Name) or not node.id.startswith("_"):
            return False
        return not any(isinstance(name.ctx, ast.Load) for name in self.ctx.parents.names(node.id))

    def _version(self) -> str:
        return f'"{self.ctx.tables.torch_version or "2.0"}.0"'

    def _in_modules(self, name: ast.Name) -> None:
        """`"torch" in sys.modules` asks whether it is imported already."""
        owner = self.ctx.parents.of(name)
        above = self.ctx.parents.of(owner) if isinstance(owner, ast.Attribute) and owner.attr == "modules" else None
        match above:
            case ast.Compare(left=ast.Constant(value="torch") as left, ops=[ast.In() | ast.NotIn()]):
                self._renamed_in(left)
            case ast.Subscript(slice=ast.Constant(value="torch") as item):
                self._left(item)
            case ast.Attribute(attr="get"):
                call = self.ctx.parents.of(above)
                if isinstance(call, ast.Call) and call.func is above and call.args:
                    self._got(call, call.args[0])

    def _got(self, call: ast.Call, item: ast.expr) -> None:
        if isinstance(item, ast.Constant) and item.value == _TORCH:
            above = self.ctx.parents.of(call)
            is_test = isinstance(above, ast.Compare) and all(isinstance(op, ast.Is | ast.IsNot) for op in above.ops)
            if is_test or only_tested(self.ctx, call, self.ctx.parents.stmt(call)):
                self._renamed_in(item)
            else:
                self._left(item)

    def _renamed_in(self, item: ast.Constant) -> None:
        mark = self.ctx.text(item)[-1]
        self.ctx.replace(item, f"{mark}mindspore{mark}")
        self.ctx.structural(item, self.ctx.parents.stmt(item), _TORCH, "mindspore")

    def _left(self, item: ast.Constant) -> None:
        use = self.ctx.add_site(item, _TORCH, self.ctx.parents.stmt(item))
        self.ctx.manual(use, "T2M201", "the module of torch, found by its name", "import mindspore instead")


def _question_file(tree: ast.Module, neighbours: Neighbours | None) -> QuestionFile:
    """What a file asks of packages; functions of its neighbours are found by the names it imports them under."""

    def elsewhere(name: str) -> Found | None:
        origin = None if neighbours is None else neighbours.function(name)
        if neighbours is None or origin is None:
            return None
        path, defined = origin
        try:
            there = parse(neighbours.files.text(path))
        except ParseError:
            return None
        return _question_file(there, neighbours.seen_from(path)).function(ast.Name(defined, ast.Load()))

    return QuestionFile(tree, elsewhere)


# ---------------------------------------------------------------------- before the sites


def _start(ctx: FileContext) -> None:
    """Look at the names of torch in strings, and at modules of torch that are compared with None."""
    text = ctx.source.text
    if '"torch' in text or "'torch" in text:
        _Installed(ctx).run()
    for use in list(ctx.sites()):
        if use.name in _THERE and use.receiver is None:
            _with_none(ctx, use)


def _with_none(ctx: FileContext, use: Use) -> None:
    """`torch is not None` is True, and so is `torch`."""
    above = ctx.parent(use.node, use.stmt)
    match above:
        case ast.Compare(left=left, ops=[ast.Is() | ast.IsNot() as op], comparators=[ast.Constant(value=None)]):
            if left is use.node:
                value = isinstance(op, ast.IsNot)
                answer(ctx, above, use.stmt, value)
                ctx.converted(use, str(value))
            return
    if only_tested(ctx, use.node, use.stmt):
        answer(ctx, use.node, use.stmt, True)
        ctx.converted(use, "True")


RULE = Rule(start=_start)
