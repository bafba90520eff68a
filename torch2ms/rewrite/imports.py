"""The import statements of the output, as a MindSpore engineer writes them.

`Imports` spells MindSpore names for templates (`mindspore.ops.cat` → `ops.cat`, or `ms.ops.cat` where the file has an
`ops` of its own), remembers what was spelled, and plans the edits of the import statements at the end.
"""

from __future__ import annotations

import ast
import re
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field

from torch2ms.mapping.namespaces import is_torch
from torch2ms.mapping.prelude import PRELUDE
from torch2ms.mapping.schema import Helper
from torch2ms.rewrite.analysis.global_names import GlobalUse, edits, global_uses, with_edits
from torch2ms.rewrite.plan import Insert, Plans, StmtDelete, StmtReplace, literal
from torch2ms.rewrite.survival import texts
from torch2ms.rewrite.template_names import double_quoted, names_in, single_quoted
from torch2ms.source.facts import Facts
from torch2ms.source.knowledge import Knowledge
from torch2ms.source.syntax import bound_plainly, has_full_fallback

_DEFINED = re.compile(r"^(?:def|class) (\w+)", re.MULTILINE)
_SINGLE_QUOTED = re.compile(r"(?<!\w)'[^'\n]*'(?!\w)")
_FROM_MINDSPORE = ("nn", "ops", "mint", "Tensor", "Parameter", "ParameterTuple")


@dataclass(slots=True)
class Imports:
    """What the output imports. One per file."""

    facts: Facts
    taken: frozenset[str] = frozenset()
    """Names the file binds itself: not free for an import."""
    existing: dict[str, str] = field(default_factory=dict)
    """Qualified name → local name of imports that stay anyway."""
    reused: set[str] = field(default_factory=set)
    """Names that imports of the file bind, and the output uses for itself."""
    used: dict[str, str] = field(default_factory=dict)
    """Qualified name → local name of the imports the output needs."""
    cache: dict[str, str] = field(default_factory=dict)
    double_quotes: bool = False
    """Whether the file writes its strings with double quotes."""
    mapped: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Local name → qualified names of the sites outside of torch that are reached through it."""
    helpers: Mapping[str, str] = field(default_factory=dict)
    """Helpers that have another name in this file: the name templates call them by → that other one."""
    inner: Mapping[str, str] = field(default_factory=dict)
    """Names that nothing but imports inside of functions and blocks bind, and always to the same: what that is."""
    single_quotes: bool = False
    """Whether the file writes all its strings with single quotes, docstrings apart."""

    @classmethod
    def of(cls, facts: Facts, know: Knowledge, text: str = "", helpers: Mapping[str, str] | None = None) -> Imports:
        """For a file: what is taken, what is imported already, how it quotes, how its helpers are called."""
        mapped: dict[str, frozenset[str]] = {}
        for node, name in facts.refs.items():
            if not is_torch(name):
                mapped[_root(node)] = mapped.get(_root(node), frozenset()) | {name}
        taken = set(facts.bound)
        existing: dict[str, str] = {}
        bound: dict[str, set[str]] = {}
        top = set(map(id, facts.tree.body))
        for stmt in facts.imports:
            for alias in stmt.names:
                if isinstance(stmt, ast.Import):
                    local = alias.asname or alias.name.partition(".")[0]
                    qualified = alias.name if alias.asname else local
                elif facts.passed_on.get(alias) in mapped.get(alias.asname or alias.name, ()):
                    continue
                elif stmt.level or stmt.module is None:
                    taken.add(alias.asname or alias.name)
                    continue
                else:
                    local = alias.asname or alias.name
                    qualified = f"{stmt.module}.{alias.name}"
                if is_torch(qualified) or (local in mapped and know.is_mapped(qualified)):
                    continue
                if id(stmt) in top and local not in facts.bound:
                    existing.setdefault(qualified, local)
                bound.setdefault(local, set()).add(qualified)
        # What only means the same wherever it is imported may be imported once more, at the top.
        taken.update(local for local, meanings in bound.items() if len(meanings) > 1 or local in existing.values())
        inner = {local: meanings.pop() for local, meanings in bound.items() if local not in taken}
        plain = text.replace('"""', "")
        single_quotes = '"' not in plain and _SINGLE_QUOTED.search(plain) is not None
        double_quotes = not single_quotes and text.count('"') > text.count("'")
        helpers = helpers or {}
        names = frozenset(taken)
        return cls(facts, names, existing, set(), {}, {}, double_quotes, mapped, helpers, inner, single_quotes)

    def bind(self, qualified: str, preferred: str) -> str | None:
        """The local name an import gives a module or object; None when `preferred` is not free."""
        local = self.existing.get(qualified)
        if local is not None:
            self.reused.add(local)
            return local
        local = self.used.get(qualified)
        if local is not None:
            return local
        if preferred in self.taken or preferred in self.used.values():
            return None
        if self.inner.get(preferred, qualified) != qualified:
            return None
        self.used[qualified] = preferred
        return preferred

    def forget(self, unused: Set[str]) -> None:
        """Leave out imports whose names nothing in the output uses: what asked for them was taken back."""
        self.used = {qualified: local for qualified, local in self.used.items() if local not in unused}

    def spell(self, qualified: str) -> str:
        """How the output writes a MindSpore (or standard library) name.

        `mindspore.ops.cat` → `ops.cat`; with a local `ops`, `ms.ops.cat`.
        """
        parts = qualified.split(".")
        if parts[0] == "mindspore":
            if len(parts) >= 2 and parts[1] in _FROM_MINDSPORE:
                head = self.bind(f"mindspore.{parts[1]}", parts[1])
                if head is not None:
                    return ".".join([head, *parts[2:]])
                return ".".join([self._root(), *parts[1:]])
            if qualified.startswith("mindspore.common.initializer.") and len(parts) == 4:
                head = self.bind(qualified, parts[3])
                return head if head is not None else ".".join([self._root(), *parts[1:]])
            if qualified.startswith("mindspore.dataset.") and len(parts) >= 4:
                head = self.bind(".".join(parts[:4]), parts[3])
                return ".".join([head, *parts[4:]]) if head is not None else ".".join([self._root(), *parts[1:]])
            if qualified.startswith("mindspore.experimental.optim"):
                head = self.bind("mindspore.experimental.optim", "optim")
                if head is None:
                    head = self.bind("mindspore.experimental.optim", "ms_optim")
                return ".".join([head or f"{self._root()}.experimental.optim", *parts[3:]])
            if qualified.startswith("mindspore.numpy"):
                head = self.bind("mindspore.numpy", "mnp")
                return ".".join([head or f"{self._root()}.numpy", *parts[2:]])
            return ".".join([self._root(), *parts[1:]])
        if parts[0] == "builtins" and parts[-1] not in self.taken:
            return parts[-1]
        if len(parts) == 1 or parts[0] in ("numpy", "math"):
            return ".".join([self._bound(parts[0], "np" if parts[0] == "numpy" else parts[0]), *parts[1:]])
        head = self.bind(qualified, parts[-1])
        module = self.existing.get(qualified.rpartition(".")[0])
        if head is None and module is not None:
            self.reused.add(module)
            return f"{module}.{parts[-1]}"
        return head or self._bound(qualified, parts[-1] + "_")

    def _root(self) -> str:
        return self.bind("mindspore", "ms") or self._bound("mindspore", "mindspore")

    def _bound(self, qualified: str, preferred: str) -> str:
        """The local name an import gives a module or object: `preferred`, with underscores until it is free."""
        local = self.bind(qualified, preferred)
        while local is None:
            preferred += "_"
            local = self.bind(qualified, preferred)
        return local

    def localise(self, text: str, own: Iterable[str] = ()) -> str:
        """Spell the names of a template that are the prelude's or a helper's; `own` mean something else in it."""
        found = self.cache.get(text)
        if found is not None:
            return found
        uses = names_in(text)
        prelude = sorted({name for use in uses for name in use.names if name in PRELUDE} - set(own))
        result = self._respelled(text, uses, {name: PRELUDE[name] for name in prelude}, self.helpers)
        if self.double_quotes:
            result = double_quoted(result)
        elif self.single_quotes:
            result = single_quoted(result)
        self.cache[text] = result
        return result

    def localise_source(self, helper: Helper) -> str:
        """A helper's source with the names it imports spelled for this file."""
        return self._respelled(helper.source, global_uses(helper.source), helper.imports, {}).rstrip("\n")

    def _respelled(
        self, text: str, uses: Iterable[GlobalUse], qualified: Mapping[str, str], renamed: Mapping[str, str]
    ) -> str:
        """Code with global names spelled for this file, none of them hidden where it is used."""
        hidden: dict[str, frozenset[str]] = {}
        for use in uses:
            for name in use.names:
                hidden[name] = hidden.get(name, frozenset()) | use.around
        spelled = {n: self._spell_beside(q, hidden.get(n, frozenset())) for n, q in qualified.items()}
        return with_edits(text, edits(text, uses, {**renamed, **spelled}))

    def _spell_beside(self, qualified: str, hidden: frozenset[str]) -> str:
        """How the output writes a name where the names `hidden` mean something else."""
        spelled = self.spell(qualified)
        if spelled.partition(".")[0] not in hidden:
            return spelled
        root, _, rest = qualified.partition(".")
        local = self.used.get(root, root)
        while local in hidden or (local != self.used.get(root) and local in {*self.taken, *self.used.values()}):
            local += "_"
        self.used[root] = local
        return f"{local}.{rest}" if rest else local

    # ------------------------------------------------------------------ planning

    def statements(self) -> list[str]:
        """The import lines the output needs, beyond those that stay."""
        lines: list[str] = []
        used = self.used
        plain = {q: n for q, n in used.items() if q.partition(".")[0] != "mindspore"}
        for qualified, local in sorted(plain.items()):
            if "." in qualified:
                module, _, name = qualified.rpartition(".")
                lines.append(f"from {module} import {name}" + (f" as {local}" if local != name else ""))
            else:
                lines.append(f"import {qualified}" + (f" as {local}" if local != qualified else ""))
        if "mindspore" in used:
            local = used["mindspore"]
            lines.append("import mindspore" + (f" as {local}" if local != "mindspore" else ""))
        if "mindspore.numpy" in used:
            lines.append(f"import mindspore.numpy as {used['mindspore.numpy']}")
        groups: dict[str, list[tuple[str, str]]] = {}
        for qualified, local in used.items():
            if qualified.startswith("mindspore.") and qualified != "mindspore.numpy":
                module, _, name = qualified.rpartition(".")
                groups.setdefault(module, []).append((name, local))
        for module in sorted(groups):
            names = sorted(
                groups[module], key=lambda item: _FROM_MINDSPORE.index(item[0]) if item[0] in _FROM_MINDSPORE else -1
            )
            if module != "mindspore":
                names.sort(key=lambda item: (item[0][:1].isupper(), item[0]))
            listed = [name + (f" as {local}" if local != name else "") for name, local in names]
            lines.extend(_from_import(module, listed))
        return lines

    def plan(
        self,
        plans: Plans,
        kept: dict[str, set[str]],
        extra: list[str],
        helpers: list[str],
        lines_of: list[str],
        settle: Callable[[], None],
        is_idle: Callable[[ast.stmt, str], bool],
        is_read: Callable[[ast.Import | ast.ImportFrom, str], bool],
        leaving: Set[ast.alias] = frozenset(),
        below: Sequence[str] = (),
    ) -> list[ast.Import | ast.ImportFrom]:
        """Plan the edits: imports of torch, and of what rows outside of it are for, go unless `kept` says a name of
        theirs is still used.

        `kept`: local name → qualified names still referenced through it. `extra`: further import lines
        (`import torch` where a name was written out in full). `helpers`: source of functions to put after the
        imports. `below`: what follows the imports directly. `lines_of`: the lines of the file. `settle`: plans what
        follows from the imports that go. `is_idle`: whether a name was read, and is no more. `is_read`: whether it
        is this import of a name that is read. `leaving`: names that go though they are used: other statements import
        them. Returns the torch import statements that stay, wholly or in part.
        """
        staying: list[ast.Import | ast.ImportFrom] = []
        anchor: ast.stmt | None = self._anchor()
        edits: list[tuple[ast.stmt, str | None]] = []
        alone = set() if "import torch" in extra else self._alone(kept)
        for stmt in self.facts.imports:
            mine = [a for a in stmt.names if self._may_go(stmt, a)]
            if not mine:
                continue
            kept_here = (a for a in mine if a in alone or self._alias_kept(stmt, a, kept))
            staying_too = (a for a in kept_here if a not in leaving)
            left = [a for a in staying_too if is_read(stmt, a.asname or a.name.partition(".")[0])]
            idle = {a for a in stmt.names if a.name != "*" and a not in mine and is_idle(stmt, a.asname or a.name)}
            keep = [a for a in stmt.names if (a not in mine or a in left) and a not in idle]
            if any(self._is_torch_alias(stmt, a) for a in keep):
                staying.append(stmt)
            passed_on = self.facts.passed_on
            extra = [*extra, *(_own_line(passed_on[a], a) for a in keep if a in passed_on)]
            keep = [a for a in keep if a not in passed_on]
            if len(keep) == len(stmt.names):
                edits.append((stmt, None))
            elif keep:
                edits.append((stmt, _unparse_import(stmt, keep)))
            else:
                edits.append((stmt, ""))
        lines = [*extra, *self.statements()]
        place = anchor
        gone = {edited for edited, text in edits if text == "" and not (edited is place and lines)}
        done: set[ast.stmt] = set()
        for outer in self.facts.tree.body:
            if _is_emptied_branch(outer, gone):
                plans.drop(outer)
            elif isinstance(outer, ast.Try) and gone.issuperset(outer.body):
                if self._fall_back(plans, outer, gone, lines_of):
                    done.update(outer.body, *(handler.body for handler in outer.handlers))
        done |= self._without_alternatives(plans, gone, kept, lines_of)
        edits += self._doubled(dict(edits).keys())
        for edited, text in edits:
            if edited in done:
                continue
            if edited is not place:
                _edit(plans, edited, text)
            elif text is None:
                if lines:
                    plans.add(edited, Insert("after", literal("\n".join(lines))))
            else:
                _edit(plans, edited, "\n".join(([text] if text else []) + lines))
        settle()
        for edited, text in self._idle(dict(edits).keys(), is_idle):
            _edit(plans, edited, text)
        if place is None and lines:
            self._insert_free(plans, lines)
        if below:
            self._insert_helpers(plans, below, lines_of, place if lines else None, apart=1)
        if helpers:
            self._insert_helpers(plans, helpers, lines_of, place if lines else None)
        return staying

    def _idle(self, others: Set[ast.stmt], is_idle: Callable[[ast.stmt, str], bool]) -> Iterator[tuple[ast.stmt, str]]:
        """Imports of anything else, once the last use of what they bind has gone; those in a `try` or `if` stay."""
        blocks = [self.facts.tree.body, *(getattr(info.node, "body", ()) for info in self.facts.functions)]
        for stmt in (s for block in blocks if isinstance(block, list) for s in block):
            if not isinstance(stmt, (ast.Import, ast.ImportFrom)) or stmt in others:
                continue
            if isinstance(stmt, ast.ImportFrom) and stmt.module in ("__future__", "typing_extensions"):
                continue
            locals_of = {alias: alias.asname or alias.name.partition(".")[0] for alias in stmt.names}
            staying = (local in self.reused or local == "*" or not is_idle(stmt, local) for local in locals_of.values())
            keep = [alias for alias, stays in zip(locals_of, staying, strict=True) if stays]
            if len(keep) < len(stmt.names):
                yield stmt, _unparse_import(stmt, keep) if keep else ""

    def _alone(self, kept: Mapping[str, set[str]]) -> set[ast.alias]:
        """Imports of a part (`import torch.fx`) that alone bind a name which is left for another part."""
        found: set[ast.alias] = set()
        for root, wanted in kept.items():
            imports = (stmt for stmt in self.facts.imports if isinstance(stmt, ast.Import))
            aliases = [a for s in imports for a in s.names if not a.asname and a.name.partition(".")[0] == root]
            serving = (a for a in aliases if "." not in a.name or any(f"{q}.".startswith(f"{a.name}.") for q in wanted))
            if next(serving, None) is None:
                found.update(aliases[:1])
        return found

    def _doubled(self, others: Set[ast.stmt]) -> Iterator[tuple[ast.stmt, str]]:
        """Imports for annotations alone (`if TYPE_CHECKING:`) of what the output imports anyway."""
        for block in self.facts.tree.body:
            if not isinstance(block, ast.If) or not ast.unparse(block.test).endswith("TYPE_CHECKING"):
                continue
            for stmt in block.body:
                if isinstance(stmt, ast.Import) and stmt not in others:
                    keep = [a for a in stmt.names if self.used.get(a.name) != (a.asname or a.name)]
                    if len(keep) < len(stmt.names):
                        yield stmt, _unparse_import(stmt, keep) if keep else ""

    def _anchor(self) -> ast.stmt | None:
        """The import of torch at whose place the output imports: the first one at the top, or the first in a `try`.

        None where code that runs before it needs the imports already.
        """
        body = self.facts.tree.body
        top = set(body)
        guarded = {s for t in body if isinstance(t, ast.Try) for s in t.body}
        going = [stmt for stmt in self.facts.imports if any(self._may_go(stmt, alias) for alias in stmt.names)]
        owners = self.facts.owners
        used = (node for node in self.facts.refs if owners.get(stmt := self.facts.stmts[node], stmt) is None)
        first_use = min(((node.lineno, node.col_offset) for node in used), default=(sys.maxsize, 0))
        for places in (top, guarded):
            found = next((stmt for stmt in going if stmt in places), None)
            if found is not None and (found.lineno, found.col_offset) < first_use:
                return found
        return None

    def _may_go(self, stmt: ast.Import | ast.ImportFrom, alias: ast.alias) -> bool:
        if self._is_torch_alias(stmt, alias):
            return True
        local = alias.asname or alias.name.partition(".")[0]
        qualified = alias.name if alias.asname else local
        if isinstance(stmt, ast.ImportFrom):
            qualified = f"{stmt.module}.{alias.name}"
        return any(f"{site}.".startswith(f"{qualified}.") for site in self.mapped.get(local, ()))

    def _is_torch_alias(self, stmt: ast.Import | ast.ImportFrom, alias: ast.alias) -> bool:
        if alias in self.facts.passed_on:
            return True
        if isinstance(stmt, ast.Import):
            return is_torch(alias.name)
        return not stmt.level and stmt.module is not None and is_torch(stmt.module) and not self._is_own(stmt.module)

    def _is_own(self, module: str) -> bool:
        """Whether a module is part of the package that the file belongs to: torchvision may itself be converted."""
        neighbours = self.facts.neighbours
        return neighbours is not None and neighbours.package == module.partition(".")[0]

    def _alias_kept(self, stmt: ast.Import | ast.ImportFrom, alias: ast.alias, kept: dict[str, set[str]]) -> bool:
        if alias.name == "*":
            return "*" in kept
        wanted = kept.get(
            alias.asname or (alias.name.partition(".")[0] if isinstance(stmt, ast.Import) else alias.name)
        )
        return any(self.binds(stmt, alias, qualified) for qualified in wanted or ())

    def binds(self, stmt: ast.Import | ast.ImportFrom, alias: ast.alias, qualified: str) -> bool:
        """Whether an import gives what is needed for a qualified name that is read through the name it binds."""
        if isinstance(stmt, ast.Import) and not alias.asname and ("." not in alias.name or not is_torch(alias.name)):
            return True
        meant = self.meaning(stmt, alias)
        if isinstance(stmt, ast.Import) and not alias.asname:
            meant = alias.name
        return qualified == meant or qualified.startswith(f"{meant}.")

    def meaning(self, stmt: ast.Import | ast.ImportFrom, alias: ast.alias) -> str:
        """The qualified name that an import binds; dots first where it is that of another file of the package."""
        if isinstance(stmt, ast.Import):
            return alias.name if alias.asname else alias.name.partition(".")[0]
        return self.facts.passed_on.get(alias, f"{'.' * stmt.level}{stmt.module or ''}.{alias.name}")

    def import_lines(self, names: Iterable[tuple[ast.Import | ast.ImportFrom, ast.alias]]) -> list[str]:
        """Import statements for names that other statements of the file import, or would."""
        together: dict[ast.Import | ast.ImportFrom, list[ast.alias]] = {}
        for stmt, alias in names:
            together.setdefault(stmt, []).append(alias)
        lines: dict[str, None] = {}
        for stmt, aliases in together.items():
            own = [alias for alias in aliases if alias not in self.facts.passed_on]
            if own:
                lines[_unparse_import(stmt, own)] = None
            for alias in aliases:
                if alias in self.facts.passed_on:
                    lines[_own_line(self.facts.passed_on[alias], alias)] = None
        return list(lines)

    def _fall_back(self, plans: Plans, stmt: ast.Try, gone: set[ast.stmt], lines: list[str]) -> bool:
        """`try: from torch import x` / `except ImportError: …`: without torch, what the handler binds remains.

        Where the names were used here they have been converted, and a handler that binds nothing else goes too.
        False: the statement stays.
        """
        if len(stmt.handlers) != 1 or stmt.orelse or stmt.finalbody:
            return False
        handler = stmt.handlers[0]
        names = {alias.asname or alias.name for s in stmt.body if isinstance(s, ast.ImportFrom) for alias in s.names}
        used = names & {node.id for node in self.facts.import_names}
        bound = bound_plainly(handler.body)
        if gone.issuperset(handler.body) or (used and bound is not None and bound <= names):
            plans.drop(stmt)
            return True
        inner = [node for part in handler.body for node in ast.walk(part)]
        if used or any(node in plans.stmts or node in plans.exprs for node in inner):
            return False
        text = _dedented(handler.body, lines)
        if text is None or handler.body[0].lineno == handler.lineno:
            return False
        body = self.facts.tree.body
        after = (s for s in body[body.index(stmt) + 1 :] if s not in gone)
        staying = (s for s in after if not (isinstance(s, ast.Try) and gone.issuperset(s.body)))
        follower = next((s for s in staying if not _is_emptied_branch(s, gone)), None)
        if follower is None:
            return False
        above = lines[: min([follower.lineno, *(d.lineno for d in getattr(follower, "decorator_list", ()))]) - 1]
        apart = next((i for i, line in enumerate(reversed(above)) if line.strip()), 0)
        plans.add(follower, Insert("before", literal(text + "\n" * apart)))
        plans.drop(stmt)
        return True

    def _without_alternatives(
        self, plans: Plans, gone: set[ast.stmt], kept: Mapping[str, set[str]], lines: list[str]
    ) -> set[ast.stmt]:
        """`try: from apex import LayerNorm` / `except ImportError: from torch.nn import LayerNorm`: once that is
        MindSpore's, what the handler does besides is all that is left. The statements that go with it.
        """
        done: set[ast.stmt] = set()
        blocks: list[ast.AST] = [self.facts.tree, *(info.node for info in self.facts.functions)]
        for stmt in (s for block in blocks for s in getattr(block, "body", ()) if isinstance(s, ast.Try)):
            if not has_full_fallback(stmt):
                continue
            handler = stmt.handlers[0].body
            going = [s for s in handler if s in gone]
            stood_for = {alias.asname or alias.name for s in going for alias in getattr(s, "names", ())}
            imported = [s for s in stmt.body if isinstance(s, (ast.Import, ast.ImportFrom))]
            tried = frozenset(bound_plainly(imported) or ())
            if not tried or not tried <= stood_for or stood_for & kept.keys():
                continue
            staying = [s for s in handler if s not in gone]
            text = _dedented(staying, lines) if staying else ""
            if text is not None:
                if text:
                    plans.add(stmt, Insert("before", literal(text)))
                plans.add(stmt, StmtDelete())
                done.update(going)
        return done

    def _insert_free(self, plans: Plans, lines: list[str]) -> None:
        """No torch import at top level: after the last import there, or after docstring and `__future__`."""
        body = self.facts.tree.body
        text = literal("\n".join(lines))
        last: ast.stmt | None = None
        for index, stmt in enumerate(body):
            docstring = index == 0 and isinstance(stmt, ast.Expr) and isinstance(stmt.value, ast.Constant)
            if isinstance(stmt, (ast.Import, ast.ImportFrom)) or docstring:
                last = stmt
            else:
                break
        if last is not None and any(isinstance(plan, StmtDelete) for plan in plans.stmts.get(last, ())):
            plans.stmts[last] = [StmtReplace(text)]
        elif last is not None:
            plans.add(last, Insert("after", text))
        elif body:
            plans.add(body[0], Insert("before", text))

    def _insert_helpers(
        self, plans: Plans, helpers: Sequence[str], lines: list[str], imports_at: ast.stmt | None, apart: int = 2
    ) -> None:
        """Before the first statement that is neither docstring nor import (nor guards around imports).

        Never above the imports themselves, which stand at `imports_at`. `apart`: the blank lines around each.
        """
        body = self.facts.tree.body
        block = ("\n" + "\n" * apart).join(helpers)
        last = -1
        for index, stmt in enumerate(body):
            if isinstance(stmt, (ast.Import, ast.ImportFrom)):
                last = index
        names = {name for helper in helpers for name in _DEFINED.findall(helper)}
        for index, stmt in enumerate(body[: last + 1]):
            is_definition = isinstance(stmt, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
            if is_definition or not names.isdisjoint(_words_planned(plans, stmt)):
                last = index - 1
                break
        if imports_at is not None:
            span = imports_at.lineno
            last = max(last, next(i for i, s in enumerate(body) if s.lineno <= span <= (s.end_lineno or s.lineno)))
        if last >= 0:
            end = body[last].end_lineno or 0
            blank = 0
            while end + blank < len(lines) and not lines[end + blank].strip():
                blank += 1
            after = "\n" * (max(0, apart - blank) if last + 1 < len(body) else 0)
            if all([type(plan) for plan in plans.stmts.get(s, ())] == [StmtDelete] for s in body[: last + 1]):
                plans.stmts[body[last]] = [StmtReplace(literal(block + after))]
                return
            plans.add(body[last], Insert("after", literal("\n" * apart + block + after)))
        elif body:
            plans.add(body[0], Insert("before", literal(block + "\n" * apart)))


def _words_planned(plans: Plans, stmt: ast.stmt) -> set[str]:
    """The words that the plans for a statement, and for the expressions in it, write."""
    written: list[str] = []
    for node in ast.walk(stmt):
        plan = plans.exprs.get(node) if isinstance(node, ast.expr) else None
        written += [] if plan is None else texts(plan)
        for own in plans.stmts.get(node, ()) if isinstance(node, ast.stmt) else ():
            written += texts(own.template) if isinstance(own, (StmtReplace, Insert)) else ()
    return {word for text in written for word in re.findall(r"\w+", text)}


def _root(node: ast.expr) -> str:
    """The name a dotted expression starts with."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _dedented(stmts: list[ast.stmt], lines: list[str]) -> str | None:
    """The text of statements that stand together, without their indentation; None where that would change a string."""
    first, last = stmts[0], stmts[-1]
    start = min([first.lineno, *(d.lineno for d in getattr(first, "decorator_list", ()))])
    inside = (node for stmt in stmts for node in ast.walk(stmt) if isinstance(node, (ast.Constant, ast.JoinedStr)))
    if any(node.end_lineno != node.lineno for node in inside) or stmts[0].col_offset == 0:
        return None
    if len({stmt.col_offset for stmt in stmts}) > 1:
        return None
    return textwrap.dedent("\n".join(lines[start - 1 : last.end_lineno]))


def own_import(qualified: str, local: str) -> ast.Import | ast.ImportFrom:
    """The import of a torch name that came by way of another file."""
    module, _, name = qualified.rpartition(".")
    alias = ast.alias(name, None if name == local else local)
    return ast.ImportFrom(module, [alias], 0) if module else ast.Import([alias])


def _own_line(qualified: str, alias: ast.alias) -> str:
    return ast.unparse(own_import(qualified, alias.asname or alias.name))


def _edit(plans: Plans, stmt: ast.stmt, text: str | None) -> None:
    """Plan the new text of an import: None leaves it as it is, an empty one takes it out."""
    if text is not None:
        plans.add(stmt, StmtReplace(literal(text)) if text else StmtDelete())


def _is_emptied_branch(stmt: ast.stmt, gone: set[ast.stmt]) -> bool:
    """Whether an `if` has nothing left but imports that go, and a condition that may go with them."""
    return isinstance(stmt, ast.If) and _is_plain(stmt.test) and gone.issuperset([*stmt.body, *stmt.orelse])


def _is_plain(test: ast.expr) -> bool:
    """Whether a condition may go: nothing is called."""
    return not any(isinstance(node, (ast.Call, ast.Await, ast.NamedExpr)) for node in ast.walk(test))


def _from_import(module: str, names: list[str]) -> list[str]:
    line = f"from {module} import {', '.join(names)}"
    if len(line) <= 100:
        return [line]
    return [f"from {module} import (", *(f"    {name}," for name in names), ")"]


def _unparse_import(stmt: ast.Import | ast.ImportFrom, names: list[ast.alias]) -> str:
    if isinstance(stmt, ast.Import):
        return ast.unparse(ast.Import(names=names))
    return ast.unparse(ast.ImportFrom(module=stmt.module, names=names, level=stmt.level))
