"""What a rule may look at, ask and decide in one file."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, reduce
from types import MappingProxyType
from typing import Literal, TypeAlias

from torch2ms.codes import CODES, Code
from torch2ms.mapping.namespaces import is_torch, member
from torch2ms.mapping.schema import Helper, Row
from torch2ms.model import Finding, Outcome
from torch2ms.rewrite.analysis.blocks import Blocks
from torch2ms.rewrite.analysis.global_names import BindingScopes
from torch2ms.rewrite.analysis.held_classes import Callee, Holders
from torch2ms.rewrite.analysis.sharing_run import SharedTensors
from torch2ms.rewrite.analysis.steps import Steps
from torch2ms.rewrite.draft import Decision, Draft, Use
from torch2ms.rewrite.dtypes import Dtypes
from torch2ms.rewrite.effects import Effects
from torch2ms.rewrite.emptied import take_out_emptied
from torch2ms.rewrite.helper_names import for_file, new_names
from torch2ms.rewrite.imports import Imports
from torch2ms.rewrite.other_layers import OtherLayers
from torch2ms.rewrite.plan import (
    Around,
    DropDecorator,
    ExprPlan,
    Insert,
    KeepBranch,
    RenameDef,
    RenameParam,
    StmtDelete,
    StmtPlan,
    StmtReplace,
    Template,
    Unwrap,
    Value,
    Wrap,
    expressions_in,
)
from torch2ms.rewrite.rows.calls import CallPlanner
from torch2ms.rewrite.rows.conditions import DTYPES
from torch2ms.rewrite.survival import has_place, survives, unwritten
from torch2ms.rewrite.unchanged import is_unchanged
from torch2ms.source import kinds as k
from torch2ms.source.cell_names import CELL_NAMES
from torch2ms.source.facts import Facts, is_module_class
from torch2ms.source.knowledge import Knowledge
from torch2ms.source.text import SourceText


class FileContext:
    """One file: what is known of it, and the verbs by which a rule decides.

    A rule sees no collection of plans, sites or outcomes. Each verb keeps them consistent: a site keeps exactly one
    outcome, an expression at most one plan.
    """

    def __init__(
        self,
        source: SourceText,
        tree: ast.Module,
        facts: Facts,
        know: Knowledge,
        draft: Draft,
        is_package: bool = False,
    ) -> None:
        self.source = source
        self.tree = tree
        self.facts = facts
        self.know = know
        self.tables = for_file(know.tables, facts)
        self.is_package = is_package
        self.imports = Imports.of(facts, know, source.text, new_names(self.tables))
        self.calls = CallPlanner(self.tables, facts, self.imports.spell, self.imports.localise)
        self.parents = facts.parents
        self._binding_scopes = BindingScopes(self.parents.of)
        self.uses_mindspore = any(
            (a.name if isinstance(stmt, ast.Import) else stmt.module or "").partition(".")[0] == "mindspore"
            for stmt in facts.imports
            for a in stmt.names
        )
        self._draft = draft
        self._site_of: dict[ast.AST, Use] = {}
        self._call_of = {call.func: call for call in facts.calls}

    # -------------------------------------------------------------- looking

    @cached_property
    def blocks(self) -> Blocks:
        """Where the statements and names of the file stand."""
        return Blocks(self.tree, self.parents)

    @cached_property
    def dtypes(self) -> Dtypes:
        """The dtypes of the tensors of the file."""
        return Dtypes(self.facts, self.know, self.parents, lambda: self.blocks)

    @cached_property
    def holders(self) -> Holders:
        """Where classes that are used as values go."""
        neighbours, functions = self.facts.neighbours, (info.node for info in self.facts.functions)
        if neighbours is None:
            return Holders(self.parents, self._callee, functions)
        return Holders(self.parents, self._callee, functions, neighbours.takes)

    @cached_property
    def steps(self) -> Steps:
        """What comes before the first step of training."""
        modules = {cls.node for cls in self.facts.classes if is_module_class(cls, self.know)}
        return Steps(self.tree, self.blocks, self.facts.stmts, modules.__contains__)

    @cached_property
    def sharing(self) -> SharedTensors:
        """The changes in place of the file, and what holds the tensors that change."""
        functions = [info.node for info in self.facts.functions if not isinstance(info.node, ast.Lambda)]
        others = OtherLayers(self.facts.neighbours, self.know)
        return SharedTensors(self.tree, functions, self.parents, Effects(self.facts, self.know, self.tables, others))

    def _callee(self, call: ast.Call) -> Callee:
        """What a call calls, as far as the facts tell."""
        kind = k.settle(self.facts.calls.get(call, k.UNKNOWN))
        if isinstance(kind, k.FuncRef):
            return Callee(kind.func.node, kind.bound)
        if isinstance(kind, k.ClassRef):
            init = kind.cls.method("__init__")
            return Callee(None if init is None else init.node, is_bound=True)
        return Callee(imported=kind.name) if isinstance(kind, k.Ref) else Callee()

    def kind(self, node: ast.AST) -> k.Kind:
        """The kind of an expression."""
        return self.facts.kind(node)

    def stmt(self, node: ast.expr) -> ast.stmt:
        """The statement of a recorded reference, attribute or call."""
        return self.facts.stmts[node]

    def parent(self, node: ast.AST, stmt: ast.stmt) -> ast.AST | None:
        """What an expression is directly part of inside its statement; None for the statement itself."""
        return None if node is stmt else self.parents.of(node)

    def call_of(self, callee: ast.expr) -> ast.Call | None:
        """The call an expression is the callee of."""
        return self._call_of.get(callee)

    def text(self, node: ast.expr | ast.stmt) -> str:
        """The source of an expression."""
        start, end = self.source.span(node)
        return self.source.text[start:end]

    def imported_torch_name(self, dotted: str) -> str | None:
        """The qualified torch name that a dotted name of this file means by its imports; None where it is none."""
        root, _, rest = dotted.partition(".")
        meant = self._torch_imports.get(root)
        if meant is not None and rest:
            meant = reduce(member, rest.split("."), meant)
        return meant

    @cached_property
    def _torch_imports(self) -> dict[str, str]:
        """What imports of torch bind: local name → qualified name."""
        found: dict[str, str] = {}
        for stmt in self.facts.imports:
            for alias in stmt.names:
                local = alias.asname or alias.name.partition(".")[0]
                qualified = alias.name if alias.asname else local
                if isinstance(stmt, ast.ImportFrom):
                    qualified = f"{stmt.module}.{alias.name}" if not stmt.level else ""
                qualified = self.facts.passed_on.get(alias, qualified)
                if is_torch(qualified):
                    found.setdefault(local, qualified)
        return found

    def binding_scope(self, node: ast.Name) -> ast.AST | None:
        """The function, comprehension or class that binds a name where it is used; None when that is the file."""
        return self._binding_scopes.of(node)

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
        return f"{name}_" if name in CELL_NAMES else name

    # -------------------------------------------------------------- asking what is decided so far

    def sites(self) -> Sequence[Use]:
        """The sites of the file in source order, then those that rules added."""
        return self._draft.uses

    def site(self, node: ast.AST) -> Use | None:
        """The site at an expression."""
        for use in self._draft.uses[len(self._site_of) :]:
            self._site_of.setdefault(use.node, use)
        return self._site_of.get(node)

    def decision(self, node: ast.AST) -> Decision | None:
        """What is decided for the site at an expression."""
        return self._draft.decisions.get(node)

    def outcome(self, use: Use) -> Outcome | None:
        """What became of a site, as far as it is decided."""
        decision = self._draft.decisions.get(use.node)
        return None if decision is None else decision.outcome

    def plan(self, node: ast.expr) -> ExprPlan | None:
        """The plan of an expression."""
        plan = self._draft.plans.exprs.get(node)
        return plan.plan if isinstance(plan, Around) else plan

    def stmt_plans(self, stmt: ast.stmt) -> Sequence[StmtPlan]:
        """The plans of a statement."""
        return self._draft.plans.stmts.get(stmt, ())

    def has_stmt_plans(self) -> bool:
        """Whether any statement of the file has a plan."""
        return bool(self._draft.plans.stmts)

    def has_plans(self) -> bool:
        """Whether anything of the file changes."""
        return bool(self._draft.plans.exprs or self._draft.plans.stmts)

    def is_deleted(self, stmt: ast.stmt) -> bool:
        """Whether a statement goes."""
        return any(isinstance(plan, StmtDelete) for plan in self.stmt_plans(stmt))

    def survives(self, node: ast.AST, stmt: ast.stmt) -> bool:
        """Whether an expression is still there after the plans made so far."""
        return survives(self._draft.plans, self.parents, node, stmt)

    def has_place(self, node: ast.expr, stmt: ast.stmt) -> bool:
        """Whether an expression, or what takes its place, is there after the plans made so far."""
        return has_place(self._draft.plans, self.parents, node, stmt)

    def is_written(self, name: str) -> bool:
        """Whether the text of a plan made so far puts a name into the output."""
        return not unwritten(self._draft.plans, self.parents, (name,))

    def has_helper(self, name: str) -> bool:
        """Whether a helper is in the output, as far as it is decided."""
        return name in self._draft.helpers

    def base_helper(self, cls: k.ClassInfo) -> Helper | None:
        """The helper that a class of the file derives from in the output."""
        return self._draft.base_helpers.get(cls)

    # -------------------------------------------------------------- rewriting expressions

    def spell(self, qualified: str) -> str:
        """How the output writes a MindSpore name; the import follows."""
        return self.imports.spell(qualified)

    def template(self, text: str, values: Mapping[str, Value] | None = None) -> Template:
        """A template whose prelude names (`ops`, `ms`, `Tensor`, …) are spelled for this file."""
        return Template(self.imports.localise(text), values or {})

    def replace(self, node: ast.expr, plan: str | ExprPlan, values: Mapping[str, Value] | None = None) -> None:
        """Plan what becomes of an expression; a text is a template with `values`, its prelude names spelled."""
        new = self.template(plan, values) if isinstance(plan, str) else plan
        old = self._draft.plans.exprs.get(node)
        if isinstance(new, Template):
            if is_unchanged(new, node):
                self.unplan(node)
                return
            moved = (value for value in expressions_in(new) if self._is_elsewhere(value, node))
            self._draft.plans.inserted.update(moved)
        if isinstance(old, Around) and not isinstance(new, Around):
            new = Around(old.text, new)
        self._draft.plans.exprs[node] = new

    def _is_elsewhere(self, value: ast.expr, node: ast.expr) -> bool:
        """Whether an expression of the file stands in another statement than a node."""
        own = next((part for part in self.parents.upwards(value) if isinstance(part, ast.stmt)), None)
        return own is not None and own is not self.parents.stmt(node)

    def unplan(self, node: ast.expr) -> None:
        """Take back the plan of an expression, if there is one; what is put around it stays."""
        old = self._draft.plans.exprs.pop(node, None)
        if isinstance(old, Around):
            self._draft.plans.exprs[node] = Around(old.text)

    def is_surrounded(self, node: ast.expr) -> bool:
        """Whether text stands around what becomes of an expression."""
        return isinstance(self._draft.plans.exprs.get(node), Around)

    def surround(self, node: ast.expr, text: str) -> None:
        """Put text with one place, `{value}`, around what becomes of an expression; its prelude names are spelled.

        What stands around it already stays inside of that; the same text is put there once.
        """
        plan = self._draft.plans.exprs.get(node)
        new = self.imports.localise(text)
        if isinstance(plan, Around):
            if not plan.text.endswith(new.removeprefix("{value}")):
                new = new.replace("{value}", plan.text)
            else:
                new = plan.text
            plan = plan.plan
        self._draft.plans.exprs[node] = Around(new, plan)

    def helper(self, name: str) -> str:
        """Ask for a helper in the output; the name it goes by."""
        helper = self.tables.helpers[name]
        if name not in self._draft.helpers:
            self._draft.helpers[name] = None
            for qualified in helper.imports.values():
                self.imports.spell(qualified)
        return helper.defines

    def derive_from_helper(self, cls: k.ClassInfo, base: ast.expr, name: str) -> str:
        """A class of the file gets a helper as its base; the name it goes by."""
        defines = self.helper(name)
        self.replace(base, Template(defines))
        self._draft.base_helpers[cls] = self.tables.helpers[name]
        return defines

    # -------------------------------------------------------------- rewriting statements

    def replace_stmt(self, stmt: ast.stmt, plan: str | Template, values: Mapping[str, Value] | None = None) -> None:
        """Plan a statement's replacement; a text is a template with `values`, its prelude names spelled."""
        self._plan_stmt(stmt, StmtReplace(self.template(plan, values) if isinstance(plan, str) else plan))

    def delete_stmt(self, stmt: ast.stmt) -> None:
        """Plan the deletion of a statement with all that is in it."""
        for node in ast.walk(stmt):
            if isinstance(node, ast.stmt) and not self.is_deleted(node):
                self._plan_stmt(node, StmtDelete())

    def take_out_emptied(self) -> None:
        """Plan what becomes of statements whose branches have all gone with the plans made so far."""
        take_out_emptied(self._draft.plans, self.blocks, self.parents, self.text)

    def insert(
        self,
        stmt: ast.stmt,
        where: Literal["before", "after", "body"],
        plan: str | Template,
        values: Mapping[str, Value] | None = None,
    ) -> None:
        """Plan lines before or after a statement, or first in its body."""
        self._plan_stmt(stmt, Insert(where, self.template(plan, values) if isinstance(plan, str) else plan))

    def wrap(
        self,
        first: ast.stmt,
        last: ast.stmt,
        header: Template,
        end: Template | None = None,
        after: Template | None = None,
    ) -> None:
        """Plan a header of their own for the statements of a block from `first` to `last` (see `plan.Wrap`)."""
        self._plan_stmt(first, Wrap(last, header, end, after))

    def unwrap(self, stmt: ast.With | ast.AsyncWith, items: Iterable[int]) -> None:
        """Plan that these items of a `with` go, together with those that go already."""
        plans = self._draft.plans.stmts.pop(stmt, [])
        going = frozenset(items).union(*(plan.items for plan in plans if isinstance(plan, Unwrap)))
        for plan in (*(plan for plan in plans if not isinstance(plan, Unwrap)), Unwrap(going)):
            self._plan_stmt(stmt, plan)

    def keep_branch(self, stmt: ast.If, body: bool) -> None:
        """Plan that the body of an `if` (or its `else`) takes its place, whatever was planned for the other one."""
        for part in stmt.orelse if body else stmt.body:
            self.drop_stmt(part)
        self._plan_stmt(stmt, KeepBranch(body))

    def drop_stmt(self, stmt: ast.stmt) -> None:
        """A statement goes with all that is in it, whatever was planned there."""
        self._draft.plans.drop(stmt)

    def drop_decorator(self, stmt: ast.stmt, index: int) -> None:
        """Plan that a decorator goes."""
        self._plan_stmt(stmt, DropDecorator(index))

    def rename_def(self, stmt: ast.stmt, name: str) -> None:
        """Plan a new name for a function or class, where it is defined."""
        self._plan_stmt(stmt, RenameDef(name))

    def rename_param(self, stmt: ast.stmt, old: str, name: str, bare: bool = False) -> None:
        """Plan a new name for a parameter, where it is defined; `bare`: without its annotation."""
        self._plan_stmt(stmt, RenameParam(old, name, bare))

    def undelete_stmt(self, stmt: ast.stmt) -> None:
        """Take back the deletion of a statement."""
        self._keep_stmt_plans(stmt, lambda plan: not isinstance(plan, StmtDelete))

    def clear_stmt(self, stmt: ast.stmt) -> None:
        """Take back all plans of a statement but what is inserted around it."""
        self._keep_stmt_plans(stmt, lambda plan: isinstance(plan, Insert))

    def _plan_stmt(self, stmt: ast.stmt, plan: StmtPlan) -> None:
        self._draft.plans.add(stmt, plan)

    def _keep_stmt_plans(self, stmt: ast.stmt, wanted: Callable[[StmtPlan], bool]) -> None:
        stmts = self._draft.plans.stmts
        if stmt in stmts:
            stmts[stmt] = [plan for plan in stmts[stmt] if wanted(plan)]

    # -------------------------------------------------------------- deciding sites

    def add_site(self, node: ast.expr, name: str, stmt: ast.stmt, call: ast.Call | None = None) -> Use:
        """Count a site that no torch name stands at; whoever adds it decides it."""
        use = Use(node, name, stmt, call)
        self._draft.uses.append(use)
        return use

    def add_definition_site(self, node: ast.FunctionDef | ast.AsyncFunctionDef, name: str) -> Use:
        """Count a site at a method's definition; its place is that of the method's first parameter."""
        first = node.args.args[0]
        return self.add_site(ast.copy_location(ast.Name(first.arg, ast.Load()), first), name, node)

    def structural(self, node: ast.expr, stmt: ast.stmt, name: str, mindspore: str) -> None:
        """Count a rewrite that no torch name stands at (an assignment to a buffer) as a converted site."""
        if node not in self._draft.decisions:
            self._draft.uses.append(Use(node, name, stmt, None))
        self._draft.decisions[node] = Decision(Outcome.CONVERTED, mindspore)

    def converted(self, use: Use, mindspore: str = "") -> bool:
        """The site is converted."""
        return self._decide(use, Decision(Outcome.CONVERTED, mindspore))

    def adapted(self, use: Use, mindspore: str, message: str, code: Code = "T2M302") -> bool:
        """The site is rewritten, with a note."""
        return self._decide(use, Decision(Outcome.ADAPTED, mindspore, code, message))

    def check(self, use: Use, mindspore: str, message: str, code: Code = "T2M301", hint: str = "") -> bool:
        """The site is rewritten under a condition that is not proven."""
        return self._decide(use, Decision(Outcome.CHECK, mindspore, code, message, hint))

    def doubt(self, use: Use, message: str, code: Code = "T2M301", hint: str = "") -> bool:
        """What the site became, if it became something, is right under a condition that is not proven."""
        decision = self.decision(use.node)
        return self.check(use, "" if decision is None else decision.mindspore, message, code, hint)

    def manual(self, use: Use, code: Code, message: str, hint: str = "") -> bool:
        """The site stays as it was; `hint` is the way forward, by default that of the code's page."""
        return self._decide(use, Decision(Outcome.MANUAL, "", code, message, hint or CODES[code].way_forward))

    def unknown(self, use: Use, message: str, code: Code = "T2M304") -> bool:
        """The receiver may or may not be torch's; the site stays."""
        return self._decide(use, Decision(Outcome.UNKNOWN, "", code, message))

    def drop_inside(self, outer: ast.AST) -> None:
        """The sites inside an expression that goes away are done."""
        inner = set(ast.walk(outer))
        for use in self._draft.uses:
            if use.node in inner and use.node not in self._draft.decisions:
                self.converted(use)

    def finding(self, node: ast.stmt, code: Code, message: str, hint: str = "") -> None:
        """A finding that belongs to no site."""
        self._draft.findings.append(Finding(code, message, hint, "", "", self.source.place(node), 0, None))

    def _decide(self, use: Use, decision: Decision) -> bool:
        self._draft.decisions[use.node] = decision
        return True


ANY_MODULE_MEMBER = "torch.nn.Module.*"
"""The key of a site rule that is asked for every member of a module that no rule claims by its own name."""

SiteRule: TypeAlias = Callable[[FileContext, Use], bool]
"""Decides a site of a name it claims. False: not mine, the rows decide."""

RowRule: TypeAlias = Callable[[FileContext, Use, Row | None], bool]
"""Decides a site by its row (None: it has none) before rows are carried out plainly. False: not mine."""

FileRule: TypeAlias = Callable[[FileContext], None]
"""Looks at a whole file."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One structural rewrite: a module of `torch2ms.rewrite.rules` holds it as `RULE`.

    `sites` are the canonical names whose sites it decides; `torch.backends.*` stands for all below `torch.backends`,
    and is asked after those that name one of them. `row` is asked for sites that no rule claims by name;
    `start` runs once per file before any site is decided, `finish` when all are. `after` names the rules whose
    `start` (`finish`) has to run before this one's; otherwise the order does not matter.
    """

    sites: Mapping[str, SiteRule] = field(default_factory=lambda: MappingProxyType({}))
    row: RowRule | None = None
    start: FileRule | None = None
    finish: FileRule | None = None
    after: tuple[str, ...] = ()
