"""One file: find its sites, ask the structural rules, then the rows, and carry the decisions out."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from torch2ms.mapping.schema import Body, Helper, Row, Signature, Tables
from torch2ms.model import Finding, Outcome, Settings, Site
from torch2ms.rewrite.analysis.blocks import Blocks
from torch2ms.rewrite.analysis.held_classes import Holders
from torch2ms.rewrite.helper_names import for_file
from torch2ms.rewrite.imports import Imports, own_import
from torch2ms.rewrite.plan import CallEdit, Insert, Plans, RenameParam, StmtDelete, StmtReplace, Template, Value
from torch2ms.rewrite.rows.calls import DTYPES, Bound, Calls, Planned, Refusal, same_text
from torch2ms.source import kinds as k
from torch2ms.source import members as m
from torch2ms.source.infer import Facts
from torch2ms.source.knowledge import Knowledge, is_model, is_torch
from torch2ms.source.text import SourceText, Span

# Attribute names that raise, or change what a Cell does, when a Cell uses them for something else.
RESERVED = frozenset(
    """
    phase cells cls_name param_prefix shard recompute compile offload buffers apply to create_time cell_type
    construct parameters_dict bprop_debug compiled
    """.split()
)
TODO = "# TODO(torch2ms): "
_WIDTH = 100


@dataclass(slots=True, eq=False)
class Use:
    """A site before its outcome: `node` is the reference or attribute, `call` the call whose callee it is."""

    node: ast.expr
    name: str
    stmt: ast.stmt
    call: ast.Call | None
    receiver: ast.expr | None = None
    receiver_kind: k.Kind = k.UNKNOWN


class Rule(Protocol):
    """A structural rewrite for sites of certain names. False: not mine, the rows decide."""

    def __call__(self, rw: Rewriter, use: Use) -> bool:
        """Decide the site, or leave it to the rows."""


@dataclass(slots=True)
class Decision:
    """The outcome of a site."""

    outcome: Outcome
    mindspore: str = ""
    code: str = ""
    message: str = ""
    hint: str = ""


class Rewriter:
    """Everything a rule may know and do in one file."""

    def __init__(
        self,
        source: SourceText,
        tree: ast.Module,
        facts: Facts,
        know: Knowledge,
        settings: Settings,
        is_package: bool = False,
    ) -> None:
        self.source = source
        self.tree = tree
        self.facts = facts
        self.know = know
        self.tables: Tables = for_file(know.tables, facts)
        self.settings = settings
        self.plans = Plans()
        self.is_package = is_package
        self.imports = Imports.of(facts, source.text)
        self.calls = Calls(self.tables, facts, self.imports.spell, self.imports.localise)
        self.uses: list[Use] = []
        self.decisions: dict[ast.AST, Decision] = {}
        self.extra_findings: list[tuple[ast.AST, Decision]] = []
        self.helpers: dict[str, None] = {}
        self.base_helpers: dict[k.ClassInfo, Helper] = {}
        """Classes whose base, a layer of torch, becomes a helper."""
        self._parents: dict[ast.AST, ast.AST] = {}
        self._walked: set[ast.AST] = set()
        self.uses_mindspore = any(
            (a.name if isinstance(stmt, ast.Import) else stmt.module or "").partition(".")[0] == "mindspore"
            for stmt in facts.imports
            for a in stmt.names
        )
        self.call_of = {call.func: call for call in facts.calls}
        self.todos: dict[ast.stmt, dict[str, None]] = {}

    # -------------------------------------------------------------- looking

    @cached_property
    def blocks(self) -> Blocks:
        """Where the statements and names of the file stand."""
        return Blocks(self.tree)

    @cached_property
    def holders(self) -> Holders:
        """Where classes that are used as values go."""
        return Holders(self.tree, self.facts.calls, self.facts.functions)

    def drop_inside(self, outer: ast.AST) -> None:
        """The sites inside an expression that goes away are done."""
        inner = set(ast.walk(outer))
        for use in self.uses:
            if use.node in inner and use.node not in self.decisions:
                self.converted(use)

    def kind(self, node: ast.AST) -> k.Kind:
        """The kind of an expression."""
        return self.facts.kind(node)

    def stmt(self, node: ast.expr) -> ast.stmt:
        """The statement of a recorded reference, attribute or call."""
        return self.facts.stmts[node]

    def parent(self, node: ast.AST, stmt: ast.stmt) -> ast.AST | None:
        """The parent of an expression inside its statement (the statement itself at the top)."""
        if stmt not in self._walked:
            self._walked.add(stmt)
            stack: list[ast.AST] = [stmt]
            while stack:
                item = stack.pop()
                for child in ast.iter_child_nodes(item):
                    if not isinstance(child, ast.stmt):
                        self._parents[child] = item
                        stack.append(child)
        return self._parents.get(node)

    def text(self, node: ast.expr | ast.stmt) -> str:
        """The source of an expression."""
        start, end = self.source.span(node)
        return self.source.text[start:end]

    def in_annotation(self, node: ast.expr, stmt: ast.stmt) -> bool:
        """Whether an expression is part of an annotation."""
        child: ast.AST = node
        while True:
            parent = self.parent(child, stmt)
            if parent is None:
                return False
            if isinstance(parent, ast.arg):
                return True
            if isinstance(parent, (ast.FunctionDef, ast.AsyncFunctionDef)):
                return parent.returns is child
            if isinstance(parent, ast.AnnAssign):
                return parent.annotation is child
            if not isinstance(parent, (ast.Subscript, ast.Tuple, ast.BinOp, ast.List, ast.Attribute)):
                return False
            child = parent

    def module_class(self, kind: k.Kind) -> k.ClassInfo | None:
        """The class of this file a module kind stands for, when it is exactly one."""
        kind = k.settle(kind)
        if isinstance(kind, k.Module) and len(kind.classes) == 1 and isinstance(kind.classes[0], k.ClassInfo):
            return kind.classes[0]
        return None

    def may_be(self, kind: k.Kind, torch_class: str) -> bool:
        """Whether a module kind may be this torch class or a class of the file derived from it."""
        kind = k.settle(kind)
        if not isinstance(kind, k.Module):
            return False
        for cls in kind.classes:
            if cls == torch_class:
                return True
            if isinstance(cls, k.ClassInfo) and any(self.know.canonical(b) == torch_class for b in cls.torch_bases):
                return True
        return False

    def is_dtype(self, name: str) -> bool:
        """Whether a qualified torch name is a dtype."""
        return self.know.canonical(name).removeprefix("torch.") in DTYPES

    def attribute_name(self, name: str) -> str:
        """What an attribute of a module is called on the Cell: Cell's own names are avoided."""
        return f"{name}_" if name in RESERVED else name

    # -------------------------------------------------------------- deciding

    def spell(self, qualified: str) -> str:
        """How the output writes a MindSpore name; the import follows."""
        return self.imports.spell(qualified)

    def template(self, text: str, values: Mapping[str, Value] | None = None) -> Template:
        """A template whose prelude names (`ops`, `ms`, `Tensor`, …) are spelled for this file."""
        return Template(self.imports.localise(text), values or {})

    def replace(self, node: ast.expr, text: str, values: Mapping[str, Value] | None = None) -> None:
        """Plan an expression's replacement by a template."""
        self.plans.exprs[node] = self.template(text, values)

    def replace_stmt(self, stmt: ast.stmt, text: str, values: Mapping[str, Value] | None = None) -> None:
        """Plan a statement's replacement by a template."""
        self.plans.add(stmt, StmtReplace(self.template(text, values)))

    def delete_stmt(self, stmt: ast.stmt) -> None:
        """Plan the deletion of a statement."""
        self.plans.add(stmt, StmtDelete())

    def converted(self, use: Use, mindspore: str = "") -> bool:
        """The site is converted."""
        self.decisions[use.node] = Decision(Outcome.CONVERTED, mindspore)
        return True

    def adapted(self, use: Use, mindspore: str, message: str, code: str = "T2M302") -> bool:
        """The site is rewritten, with a note."""
        self.decisions[use.node] = Decision(Outcome.ADAPTED, mindspore, code, message)
        return True

    def check(self, use: Use, mindspore: str, message: str, code: str = "T2M301", hint: str = "") -> bool:
        """The site is rewritten under a condition that is not proven."""
        self.decisions[use.node] = Decision(Outcome.CHECK, mindspore, code, message, hint)
        return True

    def manual(self, use: Use, code: str, message: str, hint: str = "") -> bool:
        """The site stays as it was."""
        self.decisions[use.node] = Decision(Outcome.MANUAL, "", code, message, hint)
        return True

    def unknown(self, use: Use, message: str, code: str = "T2M304") -> bool:
        """The receiver may or may not be torch's; the site stays."""
        self.decisions[use.node] = Decision(Outcome.UNKNOWN, "", code, message)
        return True

    def finding(self, node: ast.AST, code: str, message: str, hint: str = "") -> None:
        """A finding that belongs to no site."""
        self.extra_findings.append((node, Decision(Outcome.CONVERTED, "", code, message, hint)))

    def structural(self, node: ast.expr, stmt: ast.stmt, name: str, mindspore: str) -> None:
        """Count a rewrite that no torch name stands at (an assignment to a buffer) as a converted site."""
        if node not in self.decisions:
            self.uses.append(Use(node, name, stmt, None))
        self.decisions[node] = Decision(Outcome.CONVERTED, mindspore)

    def helper(self, name: str) -> str:
        """Ask for a helper in the output; the name it goes by."""
        helper = self.tables.helpers[name]
        if name not in self.helpers:
            self.helpers[name] = None
            for qualified in helper.imports.values():
                self.imports.spell(qualified)
        return helper.defines

    # -------------------------------------------------------------- sites

    def collect(self) -> None:
        """Find every site of the file, in source order."""
        facts = self.facts
        canonical = self.know.canonical
        uses = self.uses
        for node, name in facts.refs.items():
            uses.append(Use(node, canonical(name), facts.stmts[node], self.call_of.get(node)))
        for attribute, kind in facts.attributes.items():
            member = self._member_name(attribute, k.settle(kind))
            if member is not None:
                uses.append(
                    Use(
                        attribute,
                        member,
                        facts.stmts[attribute],
                        self.call_of.get(attribute),
                        attribute.value,
                        k.settle(kind),
                    )
                )
        uses.sort(key=lambda u: (u.node.end_lineno or 0, u.node.end_col_offset or 0))

    def _member_name(self, node: ast.Attribute, kind: k.Kind) -> str | None:
        attr = node.attr
        if kind in k.TENSORS:
            if attr not in self.know.tensor_members:
                return None
            return self.know.canonical(f"torch.Tensor.{attr}")
        if kind is k.DTYPE:
            return f"torch.dtype.{attr}"
        if isinstance(kind, k.Module):
            return self._module_member_name(node, attr, kind)
        if isinstance(kind, k.Instance) and isinstance(kind.cls, str) and is_torch(kind.cls):
            return f"{kind.cls}.{attr}"
        if isinstance(kind, k.Var) or kind is k.UNKNOWN or isinstance(kind, k.Member):
            return self._unknown_member_name(node, attr)
        return None

    def _module_member_name(self, node: ast.Attribute, attr: str, kind: k.Module) -> str | None:
        for cls in kind.classes:
            if isinstance(cls, k.ClassInfo):
                if attr in m.MODULE_MEMBERS and attr != "forward":
                    own = attr != "training" and cls.attr(attr) is not None
                    if attr != "train" and (own or cls.method(attr) is not None):
                        return None
                    return f"torch.nn.Module.{attr}"
                if attr == "forward":
                    return "torch.nn.Module.forward"
                if cls.method(attr) is not None:
                    return None
                value = cls.attr(attr)
                if value is not None:
                    return None
                for base in cls.torch_bases:
                    row = self.tables.rows.get(self.know.canonical(base))
                    if row is not None and (attr in row.params or attr in row.attrs):
                        return f"{row.name}.{attr}"
            else:
                row = self.tables.rows.get(cls)
                if row is not None and (attr in row.params or attr in row.attrs):
                    return f"{cls}.{attr}"
                if attr in m.MODULE_MEMBERS:
                    return f"torch.nn.Module.{attr}"
                if f"{cls}.{attr}" in self.tables.rows:
                    return f"{cls}.{attr}"
        if not kind.classes:
            if attr in m.MODULE_MEMBERS:
                return f"torch.nn.Module.{attr}"
            if attr in _STATE_ATTRS:
                return f"torch.nn.Module.{attr}"
        return None

    def _unknown_member_name(self, node: ast.Attribute, attr: str) -> str | None:
        call = self.call_of.get(node)
        if call is None:
            # Nothing but a normalisation layer has these.
            evident = attr in _STATISTICS or (attr in _STATE_ATTRS and self.kind(node) in k.TENSORS)
            return f"torch.nn.Module.{attr}" if evident else None
        if attr in m.BUILTIN_METHODS or attr.startswith("__"):
            return None
        if attr in ("eval", "train") and (call.args or call.keywords):
            return None
        if attr in m.MODULE_ONLY_METHODS or attr in (
            "parameters",
            "children",
            "modules",
            "buffers",
            "eval",
            "train",
            "forward",
        ):
            return f"torch.nn.Module.{attr}"
        name = f"torch.Tensor.{attr}"
        if name in self.tables.rows or name in self.tables.torch_signatures:
            return name
        return None

    # -------------------------------------------------------------- the walk

    def run(
        self,
        rules: Mapping[str, Rule],
        file_rules: tuple[Callable[[Rewriter], None], ...],
        finish_rules: tuple[Callable[[Rewriter], None], ...] = (),
    ) -> None:
        """Decide every site."""
        self.collect()
        for file_rule in file_rules:
            file_rule(self)
        for use in self.uses:
            if use.node in self.decisions:
                continue
            kind = use.receiver_kind
            if use.receiver is not None and (isinstance(kind, (k.Var, k.Member)) or kind is k.UNKNOWN):
                self._unknown_receiver(use)
                continue
            if use.receiver is not None and self.uses_mindspore:
                self.unknown(use, "this file uses MindSpore already: whose method this is cannot be told")
                continue
            names = [use.name]
            if use.receiver is not None and isinstance(kind, k.Module):
                names.append("torch.nn.Module.*")
            if not any(rules[name](self, use) for name in names if name in rules):
                self.by_row(use)
        for finish_rule in finish_rules:
            finish_rule(self)

    def _unknown_receiver(self, use: Use) -> None:
        attr = use.name.rpartition(".")[2]
        brackets = "()" if use.call is not None else ""
        self.unknown(use, f"the receiver of .{attr}{brackets} may or may not be torch's")

    def by_row(self, use: Use) -> None:
        """Decide a site by the tables."""
        row = self.tables.rows.get(use.name)
        if row is None and isinstance(use.receiver_kind, k.Instance) and use.name.startswith("torch.optim."):
            from torch2ms.rewrite.rules import optimizer

            optimizer.decide(self, use)
            return
        if row is None and is_model(use.name):
            message = f"{use.name} stays: it has to be that of a converted torchvision"
            self.check(use, use.name, message, "T2M106", "convert the source of torchvision's models beside this")
            return
        if row is None:
            self.manual(use, "T2M205", f"{use.name} is not in the tables")
            return
        if any(body.inplace for body in row.bodies):
            from torch2ms.rewrite.rules import inplace

            if self._unnamed(use.receiver):
                self.unknown(
                    use, "whether this parameter belongs to a normalisation layer cannot be told here", "T2M306"
                )
            else:
                inplace.apply(self, use, row)
            return
        if use.call is not None:
            result = self.calls.plan(use.call, row, use.receiver)
            if isinstance(result, Planned):
                self.carry(use, use.call, row, result)
            else:
                self.manual(use, result.code, result.message, result.hint)
            return
        self._by_value(use, row)

    def _unnamed(self, node: ast.expr | None) -> bool:
        """Whether a value is the weight or bias of something unknown: what it is called on the Cell cannot be told."""
        while isinstance(node, ast.Attribute) and node.attr == "data":
            node = node.value
        if not isinstance(node, ast.Attribute) or node.attr not in _STATE_ATTRS:
            return False
        owner = k.settle(self.facts.attributes.get(node, k.UNKNOWN))
        return owner is k.UNKNOWN or isinstance(owner, (k.Var, k.Member))

    def carry(self, use: Use, node: ast.expr, row: Row, planned: Planned) -> None:
        """Attach a plan and decide the site by what the row says of it."""
        self.plans.exprs[node] = planned.plan
        for name in planned.helpers:
            self.helper(name)
        body = planned.body
        if body.check:
            self.check(use, planned.target, body.check, body.code or "T2M301", body.hint or "")
        elif not row.proven:
            self.check(use, planned.target, f"no example proves the translation of {row.name} yet")
        elif body.note or planned.notes:
            self.adapted(
                use, planned.target, "; ".join(filter(None, (body.note, *planned.notes))), body.code or "T2M302"
            )
        else:
            self.converted(use, planned.target)

    def _by_value(self, use: Use, row: Row) -> None:
        """A name or attribute that is not called: a constant, a property, a class or function as a value."""
        node, body = use.node, row.body
        if use.receiver is not None:
            self._property(use, row)
            return
        if self._is_class_test(use) or self.in_annotation(node, use.stmt):
            target = row.isinstance or body.to
            if target is not None:
                if "." in target:
                    self.plans.exprs[node] = Template(self.spell(target))
                else:
                    self.plans.exprs[node] = Template(target)
                self.converted(use, target)
                return
            if row.value is not None and row.value.to:
                self.plans.exprs[node] = Template(self.spell(row.value.to))
                self.converted(use, row.value.to)
                return
        if body.unsupported and row.value is None:
            self.manual(use, body.code or "T2M201", body.unsupported, body.hint or "")
            return
        value = row.value
        if value is not None and value.helper and body.to and self._plain_enough(use, row):
            value = Body(to=body.to)
        if value is None and self._as_value_is_plain(row):
            value = Body(to=body.to, expr=body.expr, note=body.note, check=body.check, code=body.code)
        if value is None or value.empty:
            self.manual(
                use,
                "T2M206",
                f"{use.name} is used as a value, and its counterpart takes other arguments",
                "wrap it in a function that calls it the MindSpore way",
            )
            return
        if value.unsupported:
            self.manual(use, value.code or "T2M206", value.unsupported, value.hint or "")
            return
        planned: Planned
        if value.helper:
            name = self.helper(value.helper)
            planned = Planned(Template(name), value, name)
        elif value.expr:
            for name in self.calls.helpers_in(value.expr):
                self.helper(name)
            planned = Planned(self.template(value.expr), value, value.expr)
        else:
            planned = Planned(Template(self.spell(value.to or "")), value, value.to or "")
        self.carry(use, node, row, planned)

    def _plain_enough(self, use: Use, row: Row) -> bool:
        """Whether a layer class may stand for its target although some argument differs.

        So it is when the class can be followed in this file, and no call through a variable passes an argument that
        differs (`norm_layer(planes)`, never `norm_layer(planes, momentum=0.1)`).
        """
        if not row.signatures:
            return False
        body = self.calls.choose(row, Bound(row.signatures[0]))
        if isinstance(body, Refusal) or body.add or body.to is None:
            return False
        target = self.tables.mindspore_signatures.get(body.to)
        if target is None:
            return False
        differs: set[str] = {name for v in row.variants for name in v.condition.names}
        for name, rule in body.args.items():
            if rule.default is not None and not _defaults_agree(target, rule.to or name, rule.default):
                return False
            if rule.value is not None or rule.drop is not None or rule.only or rule.unsupported:
                differs.add(name)
        renamed = {name: rule.to for name, rule in body.args.items() if rule.to not in (None, name)}
        first = 0  # so many arguments mean the same by position
        for param, there in zip(row.signatures[0].positional, target.positional, strict=False):
            if param.name in differs or renamed.get(param.name, param.name) != there.name:
                break
            first += 1
        differs |= renamed.keys()

        def may_hold(node: ast.expr) -> bool:
            kind = k.settle(self.facts.kinds.get(node, k.UNKNOWN))
            if isinstance(kind, k.Value):
                return self.know.canonical(kind.name) == row.name
            return isinstance(kind, k.Var) or kind is k.UNKNOWN

        calls = self.holders.calls_of(use.node, may_hold)
        return calls is not None and all(
            not any(kw.arg is None or kw.arg in differs for kw in call.keywords)
            and not any(isinstance(argument, ast.Starred) for argument in call.args)
            and len(call.args) <= (1 if self.holders.is_partial(call) else first)
            for call in calls
        )

    @staticmethod
    def _as_value_is_plain(row: Row) -> bool:
        """Whether a name can stand for its target wherever it is passed."""
        body = row.body
        if row.variants:
            return False
        if body.expr is not None:
            return not row.signatures and "{" not in body.expr
        return (
            body.to is not None
            and not body.add
            and all(
                rule.drop is not None or (rule.to is None and rule.value is None and rule.default is None)
                for rule in body.args.values()
            )
        )

    def _is_class_test(self, use: Use) -> bool:
        """Whether a class is used in `isinstance`, `issubclass`, `type(x) is`, or as a base class."""
        child: ast.AST = use.node
        parent = self.parent(child, use.stmt)
        while isinstance(parent, (ast.Tuple, ast.BinOp)):
            child, parent = parent, self.parent(parent, use.stmt)
        if isinstance(parent, ast.Call) and isinstance(parent.func, ast.Name):
            return parent.func.id in ("isinstance", "issubclass") and child is not parent.func
        if isinstance(parent, ast.Compare):
            return True
        return isinstance(parent, ast.ClassDef) and child in parent.bases

    def _property(self, use: Use, row: Row) -> None:
        """An attribute of a value, read and not called."""
        body = row.body
        if body.unsupported:
            self.manual(use, body.code or "T2M201", body.unsupported, body.hint or "")
            return
        if row.signatures and row.name.rpartition(".")[2] not in m.TENSOR_PROPERTIES:
            self.manual(use, "T2M206", f"the method {row.name} is used without being called")
            return
        assert use.receiver is not None
        if body.expr is not None:
            plan = self.template(body.expr, {"self": use.receiver})
            if body.expr.count("{self}") > 1 and not isinstance(use.receiver, ast.Name):
                self.manual(use, "T2M204", "the receiver would be evaluated twice", "assign it to a variable first")
                return
            target = body.expr
        elif body.to is not None:
            attr = body.to.rpartition(".")[2]
            if body.to.startswith("mindspore.Tensor."):
                plan = Template("{self}." + attr, {"self": use.receiver})
            else:
                plan = Template(self.spell(body.to) + "({self})", {"self": use.receiver})
            target = body.to
        else:
            self.manual(use, "T2M205", f"the tables say nothing about reading {use.name}")
            return
        if isinstance(use.node, ast.Attribute) and not isinstance(use.node.ctx, ast.Load):
            if target.rpartition(".")[2] != use.node.attr:
                self.manual(use, "T2M202", f"{use.name} cannot be assigned in MindSpore")
                return
        self.carry(use, use.node, row, Planned(plan, body, target))

    # -------------------------------------------------------------- finishing

    def finish(self) -> None:
        """Plan imports and comments."""
        kept = self._kept_names()
        extra = [*self._requalify(kept), *self._passed_on(kept)]
        helper_sources = [self.imports.localise_source(self.tables.helpers[n]) for n in sorted(self.helpers)]
        strangers = self._strangers()
        if strangers:
            kept.setdefault("*", set()).update(strangers)
        staying = self.imports.plan(self.plans, kept, extra, helper_sources, self.source.text.splitlines())
        for stmt in staying:
            if strangers and stmt in self.facts.stars:
                self.finding(stmt, "T2M103", f"this import stays because it may bind {', '.join(strangers)}")
            else:
                self.finding(stmt, "T2M102", "this import stays because sites of this file still need it")
        if self.settings.todo_comments:
            self._comments()

    def _strangers(self) -> list[str]:
        """Names that only a star import can bind."""
        if not any(stmt.module and is_torch(stmt.module) for stmt in self.facts.stars):
            return []
        imported = {alias.asname or alias.name.partition(".")[0] for stmt in self.facts.imports for alias in stmt.names}
        known = self.facts.bound | imported | set(dir(builtins)) | {"__file__"}
        return sorted(self.facts.unbound - known)

    def _kept_names(self) -> dict[str, set[str]]:
        """Import-bound torch names still referenced in the output: local name → qualified names."""
        kept: dict[str, set[str]] = {}
        exports = self._exported()
        for node, qualified in self.facts.import_names.items():
            if not is_torch(qualified):
                continue
            stmt = self.facts.stmts[node]
            if self.survives(node, stmt):
                whole = self._maximal(node, stmt, qualified)
                kept.setdefault(node.id, set()).add(whole)
                if stmt in self.facts.stars or self._from_star(node.id):
                    kept.setdefault("*", set()).add(whole)
        for cls in self.facts.classes:
            for stmt in cls.node.body:
                if isinstance(stmt, (ast.Import, ast.ImportFrom)):
                    # Names bound in a class body are attributes, read through its instances.
                    for alias in stmt.names:
                        name = alias.asname or alias.name.partition(".")[0]
                        whole = alias.name if isinstance(stmt, ast.Import) else f"{stmt.module}.{alias.name}"
                        kept.setdefault(name, set()).add(whole)
        for name in exports:
            kind = None
            for stmt in self.facts.imports:
                for alias in stmt.names:
                    if (alias.asname or alias.name) == name and isinstance(stmt, ast.ImportFrom):
                        kind = f"{stmt.module}.{alias.name}"
            if kind is not None:
                kept.setdefault(name, set()).add(kind)
        return kept

    def _from_star(self, name: str) -> bool:
        if not self.facts.stars:
            return False
        return not any(
            (alias.asname or alias.name.partition(".")[0]) == name
            for stmt in self.facts.imports
            for alias in stmt.names
        )

    def _exported(self) -> set[str]:
        """Names other files may import from this one: `__all__`, and what an `__init__.py` imports and does not use."""
        if self.is_package:
            used = {node.id for node in self.facts.import_names}
            names = {a.asname or a.name for s in self.facts.imports if isinstance(s, ast.ImportFrom) for a in s.names}
            return names - used
        for stmt in self.tree.body:
            if isinstance(stmt, ast.Assign) and any(
                isinstance(t, ast.Name) and t.id == "__all__" for t in stmt.targets
            ):
                return {
                    n.value for n in ast.walk(stmt.value) if isinstance(n, ast.Constant) and isinstance(n.value, str)
                }
        return set()

    def _maximal(self, node: ast.expr, stmt: ast.stmt, qualified: str) -> str:
        parent = self.parent(node, stmt)
        while isinstance(parent, ast.Attribute):
            qualified = f"{qualified}.{parent.attr}"
            node, parent = parent, self.parent(parent, stmt)
        return qualified

    def survives(self, node: ast.AST, stmt: ast.stmt) -> bool:
        """Whether an expression is still there after the plans: no plan above it drops it."""
        for plan in self.plans.stmts.get(stmt, ()):
            if isinstance(plan, StmtDelete):
                return False
            if isinstance(plan, StmtReplace) and not self._in_values(node, plan.template, stmt):
                return False
        child: ast.AST = node
        while True:
            if isinstance(child, ast.expr):
                expr = self.plans.exprs.get(child)
                if isinstance(expr, Template) and not (child is not node and self._in_values(node, expr, stmt)):
                    return False
                if isinstance(expr, CallEdit) and isinstance(child, ast.Call) and child is not node:
                    if not self._in_call(node, child, expr, stmt):
                        return False
            parent = self.parent(child, stmt)
            if isinstance(child, ast.arg) and self._is_bared(child, stmt):
                return False
            if parent is None or parent is stmt:
                return not self._in_dropped_part(child, stmt)
            child = parent

    def _is_bared(self, arg: ast.arg, stmt: ast.stmt) -> bool:
        """Whether a parameter loses its annotation."""
        plans = self.plans.stmts.get(stmt, ())
        return any(isinstance(plan, RenameParam) and plan.bare and plan.old == arg.arg for plan in plans)

    def _in_dropped_part(self, child: ast.AST, stmt: ast.stmt) -> bool:
        from torch2ms.rewrite.plan import DropDecorator, Unwrap

        for plan in self.plans.stmts.get(stmt, ()):
            if isinstance(plan, DropDecorator) and isinstance(
                stmt, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
            ):
                if stmt.decorator_list[plan.index] is child:
                    return True
            if isinstance(plan, Unwrap) and isinstance(stmt, (ast.With, ast.AsyncWith)):
                if any(stmt.items[i] is child for i in plan.items):
                    return True
        return False

    def _ancestors(self, node: ast.AST, stmt: ast.stmt) -> Iterator[ast.AST]:
        child: ast.AST | None = node
        while child is not None:
            yield child
            child = self.parent(child, stmt)

    def _in_values(self, node: ast.AST, template: Template, stmt: ast.stmt) -> bool:
        above = set(self._ancestors(node, stmt))
        return any(value in above for value in _value_nodes(template))

    def _in_call(self, node: ast.AST, call: ast.Call, edit: CallEdit, stmt: ast.stmt) -> bool:
        above = set(self._ancestors(node, stmt))
        if call.func in above:
            if edit.func is None:
                return True
            if isinstance(edit.func, Template) and self._in_values(node, edit.func, stmt):
                return True
            return any(v in above for a in edit.args or () if a.value is not None for v in _value_nodes(a.value))
        if edit.args is None:
            return True
        for arg in edit.args:
            if arg.value is not None:
                if any(v in above for v in _value_nodes(arg.value)):
                    return True
            elif arg.source is not None:
                source = arg.source.value if isinstance(arg.source, ast.keyword) else arg.source
                if source in above:
                    return True
        return False

    def _requalify(self, kept: dict[str, set[str]]) -> list[str]:
        """Torch names that stay under a name the output needs for MindSpore are written out in full."""
        needed = set(self.imports.used.values())
        clashes = needed & set(kept)
        if not clashes:
            return []
        for node, qualified in self.facts.import_names.items():
            if node.id in clashes and is_torch(qualified):
                stmt = self.facts.stmts[node]
                if self.survives(node, stmt):
                    self.plans.exprs[node] = Template(qualified)
                    kept.setdefault("torch", set()).add(self._maximal(node, stmt, qualified))
        for name in clashes:
            kept.pop(name, None)
        torch_imported = any(
            isinstance(stmt, ast.Import) and any(a.name == "torch" and a.asname in (None, "torch") for a in stmt.names)
            for stmt in self.facts.imports
        )
        return [] if torch_imported else ["import torch"]

    def _passed_on(self, kept: Mapping[str, set[str]]) -> list[str]:
        """Imports of the torch names that stay and came with the star of another file of the package."""
        return [own_import(q, name) for name, q in self.facts.passed_on_by_star.items() if name in kept]

    def _comments(self) -> None:
        lines = self.source.text.splitlines()
        for use in self.uses:
            decision = self.decisions.get(use.node)
            if decision is None or decision.outcome not in (Outcome.MANUAL, Outcome.CHECK):
                continue
            text = f"[{decision.code}] {decision.message}"
            if decision.hint:
                text += f": {decision.hint}"
            self.todos.setdefault(use.stmt, {})[text] = None
        for stmt, texts in self.todos.items():
            first = min(
                [stmt.lineno, *(d.lineno for d in getattr(stmt, "decorator_list", []))],
            )
            above = set()
            index = first - 2
            while index >= 0 and lines[index].lstrip().startswith("#"):
                above.add(lines[index].strip())
                index -= 1
            if self.uses_mindspore and any(line.startswith(TODO) for line in above):
                continue  # an earlier conversion left this statement, and knew more about it
            new = []
            for text in texts:
                line = _shorten(TODO + text, _WIDTH - stmt.col_offset)
                if not any(_same_comment(line, old) for old in above):
                    new.append(line)
            if new:
                self.plans.add(stmt, Insert("before", Template("\n".join(new).replace("{", "{{").replace("}", "}}"))))

    def span(self, node: ast.AST) -> Span:
        """The place of a node, columns in characters from 1."""
        line, col = getattr(node, "lineno", 1), getattr(node, "col_offset", 0)
        end_line = getattr(node, "end_lineno", line) or line
        end_col = getattr(node, "end_col_offset", col) or col
        char = self.source.char_col
        return Span(line, char(line, col) + 1, end_line, char(end_line, end_col) + 1)

    def outcome(self) -> tuple[tuple[Site, ...], tuple[Finding, ...]]:
        """The sites and findings of the file."""
        sites: list[Site] = []
        findings: list[Finding] = []
        for use in self.uses:
            decision = self.decisions[use.node]
            span = self.span(use.node)
            sites.append(Site(use.name, decision.mindspore, span, decision.outcome))
            if decision.code:
                findings.append(
                    Finding(
                        decision.code,
                        decision.message,
                        decision.hint,
                        use.name,
                        decision.mindspore,
                        span,
                        0,
                        decision.outcome,
                    )
                )
        for node, decision in self.extra_findings:
            findings.append(Finding(decision.code, decision.message, decision.hint, "", "", self.span(node), 0, None))
        findings.sort(key=lambda f: (f.span.line, f.span.col))
        return tuple(sites), tuple(findings)


def _defaults_agree(target: Signature, name: str, default: str) -> bool:
    param = target.get(name)
    return param is not None and param.default is not None and same_text(param.default, default)


_STATISTICS = frozenset({"running_mean", "running_var", "num_batches_tracked"})
_STATE_ATTRS = frozenset({"weight", "bias", "running_mean", "running_var", "num_batches_tracked"})


def _value_nodes(value: Value) -> Iterator[ast.expr]:
    if isinstance(value, ast.expr):
        yield value
    elif isinstance(value, Template):
        for inner in value.values.values():
            yield from _value_nodes(inner)
    elif not isinstance(value, str):
        for inner in value.values:
            yield from _value_nodes(inner)


def _same_comment(a: str, b: str) -> bool:
    """Whether two comments are one, cut at different widths."""
    short, long = sorted((a.removesuffix("…"), b.removesuffix("…")), key=len)
    return a == b or (long.startswith(short) and (a + b).count("…") > 0)


def _shorten(text: str, width: int) -> str:
    text = " ".join(text.split())
    if len(text) <= width:
        return text
    cut = text[: max(width - 1, 40)]
    head, _, _ = cut.rpartition(" ")
    return head.rstrip(" ,:;") + "…"
