"""Turn the text of the tables into rows: keys checked, `like` and `when` resolved, signatures attached."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec
import yaml

from torch2ms.codes import Code, is_code, nearest_code
from torch2ms.mapping.files import Captured, Compiled, TableError, TableFile
from torch2ms.mapping.namespaces import is_torch
from torch2ms.mapping.proofs import Record, is_record, read_record, settled
from torch2ms.mapping.schema import (
    ArgRule,
    Body,
    Condition,
    Helper,
    Param,
    ParamKind,
    Row,
    Signature,
    Tolerance,
    Variant,
)
from torch2ms.mapping.signatures import parse_signature

OUTCOME_KEYS = ("to", "expr", "helper", "unsupported")
BODY_KEYS = (*OUTCOME_KEYS, "inplace", "hint", "args", "add", "note", "check", "code")
ROW_KEYS = (
    *BODY_KEYS,
    *("when", "returns", "value", "isinstance", "params", "layouts", "attrs", "like", "sig"),
    *("graph", "example", "grad", "random", "dtype", "tol"),
)
VARIANT_KEYS = ("if", "unknown", *BODY_KEYS)
RULE_KEYS = ("to", "value", "reject", "default", "unsupported", "drop", "only", "unless", "note")
CONDITION_KEYS = ("given", "absent", "literal", "kind", "len", "simple", "not")
TOLERANCE_KEYS = ("value", "because")
KINDS = (
    *("int", "float", "number", "bool", "str", "none", "tensor", "shape", "tuple", "list", "dict"),
    *("dtype", "module", "ndarray", "device", "mask"),
)
RETURNS = (
    *("tensor", "tensors", "shape", "int", "float", "bool", "str", "none", "dtype", "list", "ndarray"),
    *("self", "unknown", "module", "tuple", "dict", "device", "number"),
)
# Outside of torch, where a name does not show it, these say that a row is a layer's.
LAYER_KEYS = ("params", "layouts", "attrs")
# What an example would say about the method says nothing more about the function it is taken from.
NOT_TAKEN_OVER = ("example", "like")


@dataclass(frozen=True, slots=True)
class Text:
    """A scalar. `null` when it is written `~` or left out."""

    path: str
    line: int
    text: str
    null: bool


@dataclass(frozen=True, slots=True)
class Seq:
    """A list."""

    path: str
    line: int
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Map:
    """A mapping, its keys in order. `lines` holds the line of each key."""

    path: str
    line: int
    items: Mapping[str, Node]
    lines: Mapping[str, int]


Node = Text | Seq | Map


def compile_tables(files: Sequence[TableFile]) -> Compiled:
    """Make the tables out of the files. Raises TableError."""
    captured: dict[str, Captured] = {}
    sources: dict[str, TableFile] = {}
    aliases: dict[str, str] = {}
    rows: dict[str, Node] = {}
    users: dict[str, Node] = {}
    records: list[Record] = []
    mindspore_version = ""
    for file in files:
        stem = file.label.rpartition("/")[2]
        if file.extra and is_record(file.label):
            records.append(read_record(file.content))
        elif file.label.endswith(".json") and not file.extra:
            framework, _, version = stem.removesuffix(".json").partition("-")
            captured[framework] = _captured(file)
            mindspore_version = version if framework == "mindspore" else mindspore_version
        elif file.label.endswith(".py") and not file.extra:
            sources[stem.removesuffix(".py")] = file
        elif stem == "aliases.yaml" and not file.extra:
            aliases = {key: _text(node) for key, node in read_yaml(file).items.items()}
        else:
            for key, node in read_yaml(file).items.items():
                if key in rows and not file.extra:
                    other = rows[key]
                    raise TableError(node.path, node.line, f"{key} is also at {other.path}:{other.line}")
                (users if file.extra else rows)[key] = node
    nothing = Captured({})
    torch, mindspore = captured.get("torch", nothing), captured.get("mindspore", nothing)
    helpers = {name: read_helper(name, file, mindspore.signatures) for name, file in sources.items()}
    maker = _RowMaker(rows, aliases, torch)
    made = {name: maker.row(name) for name in rows}
    own = _RowMaker(users, aliases, torch, maker)
    made |= settled([own.row(name) for name in users], helpers, records, mindspore_version)
    outside = frozenset(name for name in made if not is_torch(name))
    doubted = frozenset(name for name, row in made.items() if row.doubt)
    return Compiled(made, aliases, helpers, torch, mindspore, mindspore_version, outside, doubted)


# YAML


def read_yaml(file: TableFile) -> Map:
    """The document as nodes that know their lines; equal keys are an error."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        text = file.content.decode("utf-8-sig")
        root = yaml.compose(text, Loader=loader)
    except UnicodeDecodeError as error:
        line = file.content[: error.start].count(b"\n") + 1
        raise TableError(file.label, line, "not UTF-8") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = error.problem or error.context or "not YAML"
        raise TableError(file.label, mark.line + 1 if mark else 0, problem) from error
    except yaml.YAMLError as error:
        raise TableError(file.label, 0, str(error).replace("\n", " ")) from error
    if root is None:
        return Map(file.label, 1, {}, {})
    node = _node(file.label, root)
    if not isinstance(node, Map):
        raise TableError(file.label, node.line, "a table maps torch names to rows")
    return node


def _node(path: str, node: yaml.Node) -> Node:
    line: int = node.start_mark.line + 1
    if isinstance(node, yaml.ScalarNode):
        null = not node.style and node.value in ("", "~")
        return Text(path, line, node.value, null)
    if isinstance(node, yaml.SequenceNode):
        return Seq(path, line, tuple(_node(path, item) for item in node.value))
    if not isinstance(node, yaml.MappingNode):
        raise TableError(path, line, "unexpected YAML")
    items: dict[str, Node] = {}
    lines: dict[str, int] = {}
    for key_node, value in node.value:
        at = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            raise TableError(path, at, "a key must be text")
        key: str = key_node.value
        if key in items:
            raise TableError(path, at, f"{key} is given twice (first on line {lines[key]})")
        lines[key] = at
        child = _node(path, value)
        # A row is where its name stands, not where its first key does.
        items[key] = replace(child, line=at) if isinstance(child, Map) else child
    return Map(path, line, items, lines)


def _text(node: Node) -> str:
    if not isinstance(node, Text) or node.null:
        raise TableError(node.path, node.line, "must be a text")
    return node.text


def _opt(node: Map, key: str) -> str | None:
    found = node.items.get(key)
    return None if found is None else _text(found)


def _texts(node: Node | None) -> tuple[str, ...]:
    """One text or a list of them."""
    if node is None:
        return ()
    if isinstance(node, Seq):
        return tuple(_text(item) for item in node.items)
    return (_text(node),)


def _map(node: Node) -> Map:
    if not isinstance(node, Map):
        raise TableError(node.path, node.line, "must be a mapping")
    return node


def _entries(node: Node | None) -> Iterator[tuple[str, Node]]:
    if node is not None:
        yield from _map(node).items.items()


def _check_keys(node: Map, allowed: tuple[str, ...], what: str) -> None:
    for key in node.items:
        if key not in allowed:
            raise TableError(node.path, node.lines[key], f"unknown key {key!r} in {what}{_hint(key, allowed)}")


def _hint(word: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(word, list(known), n=1)
    return f": did you mean {close[0]!r}?" if close else ""


def _choice(node: Node, text: str, allowed: tuple[str, ...], what: str) -> str:
    if text not in allowed:
        raise TableError(node.path, node.line, f"unknown {what} {text!r}{_hint(text, allowed)}")
    return text


# Rows


def _merged(base: Map, own: Map, outcome_drops: tuple[str, ...]) -> Map:
    """`own` over `base`: `args` and `add` entry by entry (`~` takes one out), the rest key by key.

    One of the outcome keys in `own` takes the place of all of them, and of `outcome_drops`.
    """
    kept = dict(base.items)
    if any(key in own.items for key in OUTCOME_KEYS):
        for key in (*OUTCOME_KEYS, *outcome_drops):
            kept.pop(key, None)
    lines = {**base.lines, **own.lines}
    for key, node in own.items.items():
        before = kept.get(key)
        if key in ("args", "add") and isinstance(before, Map) and isinstance(node, Map):
            both = {**before.items, **node.items}
            items = {name: n for name, n in both.items() if not (isinstance(n, Text) and n.null)}
            node = Map(node.path, node.line, items, {**before.lines, **node.lines})
        kept[key] = node
    return Map(own.path, own.line, kept, lines)


def _body(node: Map) -> Body:
    said = [key for key in OUTCOME_KEYS if key in node.items]
    if len(said) > 1:
        raise TableError(node.path, node.lines[said[1]], f"both {said[0]} and {said[1]}: make one of them a variant")
    return Body(
        to=_opt(node, "to"),
        expr=_opt(node, "expr"),
        helper=_opt(node, "helper"),
        unsupported=_opt(node, "unsupported"),
        inplace=_opt(node, "inplace"),
        hint=_opt(node, "hint"),
        args={name: _rule(rule) for name, rule in _entries(node.items.get("args"))},
        add={name: _text(value) for name, value in _entries(node.items.get("add"))},
        note=_opt(node, "note"),
        check=_opt(node, "check"),
        code=_code(node.items.get("code")),
    )


def _code(node: Node | None) -> Code | None:
    if node is None:
        return None
    text = _text(node)
    if not is_code(text):
        near = nearest_code(text)
        raise TableError(node.path, node.line, f"unknown code {text!r}" + (f": did you mean {near!r}?" if near else ""))
    return text


def _rule(node: Node) -> ArgRule:
    if isinstance(node, Text):
        return ArgRule(to=_text(node))
    rule = _map(node)
    _check_keys(rule, RULE_KEYS, "an argument rule")
    return ArgRule(
        to=_opt(rule, "to"),
        value=_opt(rule, "value"),
        reject=_texts(rule.items.get("reject")),
        default=_opt(rule, "default"),
        unsupported=_opt(rule, "unsupported"),
        drop=_opt(rule, "drop"),
        only=_texts(rule.items.get("only")),
        unless=_texts(rule.items.get("unless")),
        note=_opt(rule, "note"),
    )


def _condition(node: Node) -> Condition:
    items = _map(node)
    _check_keys(items, CONDITION_KEYS, "a condition")
    kinds = {name: _texts(kind) for name, kind in _entries(items.items.get("kind"))}
    for found in kinds.values():
        for kind in found:
            _choice(items, kind, KINDS, "kind")
    lens: dict[str, tuple[int, ...]] = {}
    for name, length in _entries(items.items.get("len")):
        try:
            lens[name] = tuple(int(text) for text in _texts(length))
        except ValueError as error:
            raise TableError(length.path, length.line, "len must be a number") from error
    negated = items.items.get("not")
    return Condition(
        given=_texts(items.items.get("given")),
        absent=_texts(items.items.get("absent")),
        literal={name: _texts(value) for name, value in _entries(items.items.get("literal"))},
        kind=kinds,
        len=lens,
        simple=_texts(items.items.get("simple")),
        not_=None if negated is None else _condition(negated),
    )


def _variants(row: Map) -> tuple[Variant, ...]:
    when = row.items.get("when")
    if when is None:
        return ()
    if not isinstance(when, Seq):
        raise TableError(when.path, when.line, "when must be a list of variants")
    base = Map(row.path, row.line, {k: v for k, v in row.items.items() if k in BODY_KEYS}, row.lines)
    variants: list[Variant] = []
    for item in when.items:
        own = _map(item)
        _check_keys(own, VARIANT_KEYS, "a variant")
        condition = _condition(own.items["if"]) if "if" in own.items else Condition()
        unknown = own.items.get("unknown")
        if unknown is not None:
            _choice(unknown, _text(unknown), ("ok",), "value of unknown")
        said = Map(own.path, own.line, {k: v for k, v in own.items.items() if k in BODY_KEYS}, own.lines)
        body = _body(_merged(base, said, ()))
        if body.empty:
            raise TableError(own.path, own.line, "this variant says nothing of to, expr, helper, unsupported")
        variants.append(Variant(condition, body, unknown is not None))
    return tuple(variants)


def _nullable(node: Node | None) -> dict[str, str | None]:
    return {name: None if isinstance(value, Text) and value.null else _text(value) for name, value in _entries(node)}


def _returns(node: Node | None) -> str:
    if node is None:
        return "tensor"
    text = _text(node)
    head, _, parts = text.partition(":")
    if parts and head == "named":
        return text.replace(" ", "")
    if parts and head == "tuple":
        for part in parts.split(","):
            _choice(node, part.strip(), RETURNS, "kind in returns")
        return text.replace(" ", "")
    return _choice(node, text, RETURNS, "kind in returns")


def _refused(node: Node | None, key: str) -> str | None:
    if node is None:
        return None
    word, _, reason = _text(node).partition(":")
    if word.strip() != "no" or not reason.strip():
        raise TableError(node.path, node.line, f'{key} is written "no: reason"')
    return reason.strip()


def _yes(node: Node | None, key: str, default: bool) -> bool:
    if node is None:
        return default
    return _choice(node, _text(node), ("yes", "no"), f"value of {key}") == "yes"


def _tolerance(node: Node | None) -> Tolerance | None:
    if node is None:
        return None
    tol = _map(node)
    _check_keys(tol, TOLERANCE_KEYS, "tol")
    value, because = _opt(tol, "value"), _opt(tol, "because")
    if value is None or because is None:
        raise TableError(tol.path, tol.line, "tol needs a value and a reason (because)")
    try:
        return Tolerance(float(value), because)
    except ValueError as error:
        raise TableError(tol.path, tol.line, f"tol value {value!r} is not a number") from error


def _is_member(name: str) -> bool:
    """Whether the name is a method or attribute: `torch.Tensor.view`, `torch.nn.Module.parameters`."""
    owner = name.rpartition(".")[0].rpartition(".")[2]
    return owner[:1].isupper()


class _RowMaker:
    """Makes rows out of nodes; keeps what `like` has resolved so far.

    The rows of the user may be like one another and like `shipped` ones, the shipped one of the same name too; shipped
    rows know nothing of the user's.
    """

    def __init__(
        self,
        nodes: Mapping[str, Node],
        aliases: Mapping[str, str],
        torch: Captured,
        shipped: _RowMaker | None = None,
    ) -> None:
        self._nodes = nodes
        self._aliases = aliases
        self._torch = torch
        self._shipped = shipped
        self._plain = frozenset(torch.constants)
        self._resolved: dict[str, tuple[Map, tuple[Signature, ...], str | None]] = {}

    def row(self, name: str) -> Row:
        """The compiled row of a name."""
        node, signatures, receiver = self._resolve(name, ())
        own = self._nodes[name]
        body = _body(node)
        value = node.items.get("value")
        if body.empty and not ({"when", "value", "isinstance"} & node.items.keys()):
            raise TableError(node.path, node.line, f"{name} says nothing of to, expr, helper, unsupported, when")
        row = Row(
            name=name,
            body=body,
            location=f"{own.path}:{own.line}",
            variants=_variants(node),
            returns=_returns(node.items.get("returns")),
            value=None if value is None else self._value(value),
            isinstance=_opt(node, "isinstance"),
            params=_nullable(node.items.get("params")),
            layouts={key: _text(text) for key, text in _entries(node.items.get("layouts"))},
            attrs=_nullable(node.items.get("attrs")),
            signatures=signatures,
            receiver=receiver,
            like=_opt(own, "like") if isinstance(own, Map) else None,
            examples=tuple(text.strip("\n") for text in _texts(node.items.get("example"))),
            grad=_yes(node.items.get("grad"), "grad", True),
            graph=_refused(node.items.get("graph"), "graph"),
            random=_yes(node.items.get("random"), "random", False),
            dtype=_refused(node.items.get("dtype"), "dtype"),
            tol=_tolerance(node.items.get("tol")),
            users=self._shipped is not None,
            layer=any(key in node.items for key in LAYER_KEYS),
        )
        return replace(row, proven=self._proven(row))

    def _proven(self, row: Row) -> bool:
        nothing_to_run = all(body.unsupported is not None or body.empty for body in row.bodies)
        valueless = row.returns in ("none", "dtype") or row.name in self._plain
        return bool(row.examples) or nothing_to_run or valueless

    def _value(self, node: Node) -> Body:
        items = _map(node)
        _check_keys(items, BODY_KEYS, "value")
        return _body(items)

    def _resolve(self, name: str, seen: tuple[str, ...]) -> tuple[Map, tuple[Signature, ...], str | None]:
        done = self._resolved.get(name)
        if done is None:
            done = self._resolved[name] = self._resolve_new(name, seen)
        return done

    def _resolve_new(self, name: str, seen: tuple[str, ...]) -> tuple[Map, tuple[Signature, ...], str | None]:
        found = self._nodes[name]
        node = Map(found.path, found.line, {"to": found}, {}) if isinstance(found, Text) else _map(found)
        _check_keys(node, ROW_KEYS, name)
        receiver = "self" if _is_member(name) else None
        signatures = self._own_signatures(name, node)
        like = _opt(node, "like")
        if like is None:
            return node, signatures or self._captured(name), receiver
        at = node.lines["like"]
        like = like if self._maker(like, name) else self._aliases.get(like, like)
        maker = self._maker(like, name)
        if like in (*seen, name) and maker in (self, None):
            raise TableError(node.path, at, f"like goes in a circle: {' → '.join((*seen, name, like))}")
        if maker is None:
            message = f"like: there is no row {like}{_hint(like, self._known())}"
            if self._shipped is not None:
                raise TableError(node.path, at, message)
            # In a shipped table the checker reports it; one row must not keep all others from being used.
            reason = Map(node.path, at, {"unsupported": Text(node.path, at, message, False)}, node.lines)
            return _merged(node, reason, ("when",)), signatures or self._captured(name), receiver
        base, base_signatures, base_receiver = maker._resolve(like, (*seen, name) if maker is self else ())
        taken = {key: value for key, value in base.items.items() if key not in NOT_TAKEN_OVER}
        merged = _merged(Map(base.path, base.line, taken, base.lines), node, ("when",))
        if receiver is None and base_receiver is not None:
            raise TableError(node.path, at, f"like: {name} has no receiver, {like} has")
        if receiver is not None and base_receiver is None:
            receiver = self._first_parameter(node, like, base_signatures)
        elif receiver is not None:
            receiver = base_receiver
        if receiver not in (None, "self"):
            # The signature of a method is written without its receiver, which the body knows by name.
            own = Param(receiver or "", ParamKind.POSITIONAL)
            signatures = tuple(s if s.get(own.name) else Signature((own, *s.params)) for s in signatures)
        return merged, signatures or base_signatures, receiver

    def _maker(self, like: str, name: str) -> _RowMaker | None:
        """Who makes the row that the row `name` is like; None when there is no such row."""
        shipped = self._shipped
        if like in self._nodes and (like != name or shipped is None):
            return self
        return shipped if shipped is not None and like in shipped._nodes else None

    def _known(self) -> list[str]:
        return [*self._nodes, *(() if self._shipped is None else self._shipped._nodes)]

    def _first_parameter(self, node: Map, like: str, signatures: tuple[Signature, ...]) -> str:
        first = next((signature.params[0] for signature in signatures if signature.params), None)
        if first is None:
            raise TableError(node.path, node.lines["like"], f"like: {like} has no parameter for the receiver")
        return first.name

    def _own_signatures(self, name: str, node: Map) -> tuple[Signature, ...]:
        sig = node.items.get("sig")
        try:
            return tuple(parse_signature(text) for text in _texts(sig))
        except ValueError as error:
            raise TableError(node.path, node.lines["sig"], str(error)) from error

    def _captured(self, name: str) -> tuple[Signature, ...]:
        texts = self._torch.signatures.get(name) or self._torch.signatures.get(self._aliases.get(name, ""), ())
        return tuple(parse_signature(text) for text in texts)


# Helpers and signatures


def read_helper(name: str, file: TableFile, mindspore: Mapping[str, Sequence[str]]) -> Helper:
    """One file of `mappings/helpers/`: imports, then one def or class.

    `mindspore` has the signature of a class that inherits its `__init__`.
    """
    try:
        text = file.content.decode("utf-8").replace("\r\n", "\n")
        module = ast.parse(text)
    except UnicodeDecodeError as error:
        raise TableError(file.label, 0, "not UTF-8") from error
    except SyntaxError as error:
        raise TableError(file.label, error.lineno or 0, error.msg) from error
    body = module.body
    if body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        body = body[1:]
    imports: dict[str, str] = {}
    for statement in body[:-1]:
        imports.update(_imports(file, statement))
    last = body[-1] if body else None
    if not isinstance(last, ast.FunctionDef | ast.ClassDef):
        line = last.lineno if last else 1
        raise TableError(file.label, line, "a helper ends with one def or class")
    first = min((decorator.lineno for decorator in last.decorator_list), default=last.lineno)
    source = "\n".join(text.split("\n")[first - 1 : last.end_lineno]) + "\n"
    used = {node.id for node in ast.walk(last) if isinstance(node, ast.Name)}
    return Helper(
        name=name,
        source=source,
        defines=last.name,
        imports={alias: full for alias, full in imports.items() if alias in used},
        signature=_helper_signature(last, imports, mindspore),
        attributes=frozenset(_attributes(last)),
    )


def _attributes(helper: ast.FunctionDef | ast.ClassDef) -> Iterator[str]:
    """The attributes that the `__init__` of a class sets."""
    for method in helper.body:
        if isinstance(method, ast.FunctionDef) and method.name == "__init__":
            for node in ast.walk(method):
                if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
                    yield node.attr


def _imports(file: TableFile, statement: ast.stmt) -> dict[str, str]:
    if isinstance(statement, ast.Import):
        for alias in statement.names:
            if "." in alias.name and alias.asname is None:
                raise TableError(file.label, statement.lineno, f"write: import {alias.name} as …")
        return {alias.asname or alias.name: alias.name for alias in statement.names}
    if isinstance(statement, ast.ImportFrom) and statement.module and not statement.level:
        if statement.module == "__future__":
            return {}
        return {alias.asname or alias.name: f"{statement.module}.{alias.name}" for alias in statement.names}
    raise TableError(file.label, statement.lineno, "only imports may stand before the def or class of a helper")


def _helper_signature(
    node: ast.FunctionDef | ast.ClassDef, imports: Mapping[str, str], mindspore: Mapping[str, Sequence[str]]
) -> Signature:
    if isinstance(node, ast.FunctionDef):
        return parse_signature(_signature_text(node))
    for statement in node.body:
        if isinstance(statement, ast.FunctionDef) and statement.name == "__init__":
            signature = parse_signature(_signature_text(statement))
            return Signature(signature.params[1:])
    for base in node.bases:
        head, _, rest = ast.unparse(base).partition(".")
        for text in mindspore.get(f"{imports.get(head, head)}{'.' * bool(rest)}{rest}", ())[:1]:
            return parse_signature(text)
    return Signature()


def _signature_text(node: ast.FunctionDef) -> str:
    return f"({ast.unparse(node.args)})"


def _captured(file: TableFile) -> Captured:
    try:
        return msgspec.json.decode(file.content, type=Captured)
    except msgspec.MsgspecError as error:
        raise TableError(file.label, 1, str(error)) from error
