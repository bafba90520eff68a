"""Turn the text of the tables into rows: keys checked, `like` and `when` resolved, signatures attached."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec

from torch2ms.codes import Code, is_code, nearest_code
from torch2ms.mapping.defaults import (
    Defaults,
    TakenAway,
    nothing_to_take_away,
    split_table,
    with_defaults,
    without_taken_away,
)
from torch2ms.mapping.files import Captured, Compiled, TableError, TableFile
from torch2ms.mapping.helper_files import read_helper
from torch2ms.mapping.namespaces import is_torch
from torch2ms.mapping.nodes import (
    Map,
    Node,
    Seq,
    Text,
    check_keys,
    choice,
    did_you_mean,
    entries_of,
    map_of,
    optional_text,
    read_yaml,
    text_of,
    texts_of,
)
from torch2ms.mapping.proofs import Record, is_record, read_record, settled
from torch2ms.mapping.schema import (
    ArgRule,
    Body,
    Condition,
    Param,
    ParamKind,
    Row,
    Signature,
    Tolerance,
    Variant,
)
from torch2ms.mapping.signatures import parse_signature
from torch2ms.mapping.strict import is_strict_file, read_strict

OUTCOME_KEYS = ("to", "expr", "helper", "unsupported")
BODY_KEYS = (*OUTCOME_KEYS, "inplace", "hint", "args", "add", "note", "check", "code")
ROW_KEYS = (
    *BODY_KEYS,
    *("when", "returns", "value", "isinstance", "params", "layouts", "attrs", "like", "sig"),
    *("graph", "example", "grad", "random", "dtype", "tol"),
)
VARIANT_KEYS = ("if", "unknown", *BODY_KEYS)
RULE_KEYS = ("to", "value", "reject", "default", "unsupported", "drop", "only", "unless", "note")
CONDITION_KEYS = ("given", "absent", "literal", "written", "kind", "len", "simple", "not")
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


def compile_tables(files: Sequence[TableFile]) -> Compiled:
    """Make the tables out of the files. Raises TableError."""
    captured: dict[str, Captured] = {}
    sources: dict[str, TableFile] = {}
    aliases: dict[str, str] = {}
    rows: dict[str, Node] = {}
    users: dict[str, Node] = {}
    defaults: dict[str, Defaults] = {}
    replaced: set[str] = set()
    records: list[Record] = []
    versions = {"torch": "", "mindspore": ""}
    strict: dict[str, dict[str, dict[str, frozenset[str]]]] = {}
    for file in files:
        stem = file.label.rpartition("/")[2]
        if file.extra and is_record(file.label):
            records.append(read_record(file.content))
        elif file.label.endswith(".json") and not file.extra:
            framework, _, version = stem.removesuffix(".json").partition("-")
            captured[framework] = _captured(file)
            versions[framework] = version
        elif is_strict_file(file):
            strict = read_strict(file)
        elif file.label.endswith(".py") and not file.extra:
            sources[stem.removesuffix(".py")] = file
        elif stem == "aliases.yaml" and not file.extra:
            aliases = {key: text_of(node) for key, node in read_yaml(file).items.items()}
        else:
            defaults[file.label], table = split_table(read_yaml(file))
            for key, node in table.items():
                if key in rows and not file.extra:
                    other = rows[key]
                    raise TableError(node.path, node.line, f"{key} is also at {other.path}:{other.line}")
                if key in users:
                    replaced.add(users[key].path)
                (users if file.extra else rows)[key] = node
    nothing = Captured({})
    torch, mindspore = captured.get("torch", nothing), captured.get("mindspore", nothing)
    helpers = {name: read_helper(name, file, mindspore.signatures) for name, file in sources.items()}
    maker = _RowMaker(rows, defaults, aliases, torch)
    made = {name: maker.row(name) for name in rows}
    own = _RowMaker(users, defaults, aliases, torch, maker)
    # The rows of the user come last, in their order.
    made = {name: row for name, row in made.items() if name not in users}
    made |= settled([own.row(name) for name in users], helpers, records, versions["mindspore"])
    extra = {file.label for file in files if file.extra}
    maker.check_defaults(defaults.keys() - extra)
    own.check_defaults(defaults.keys() & extra - replaced)
    outside = frozenset(name for name in made if not is_torch(name))
    doubted = frozenset(name for name, row in made.items() if row.doubt)
    return Compiled(
        *(made, aliases, helpers, torch, mindspore),
        mindspore_version=versions["mindspore"],
        torch_version=versions["torch"],
        outside=outside,
        doubted=doubted,
        strict=strict,
    )


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


def _taken_over(base: Map, own: Map, taken_away: TakenAway) -> Map:
    """A row that is `like` another: its own keys over those of the other."""
    gone = {*NOT_TAKEN_OVER, *taken_away.keys}
    taken = {key: node for key, node in base.items.items() if key not in gone}
    said = {key: node for key, node in own.items.items() if key not in taken_away.keys}
    return _merged(Map(base.path, base.line, taken, base.lines), Map(own.path, own.line, said, own.lines), ("when",))


def _body(node: Map) -> Body:
    said = [key for key in OUTCOME_KEYS if key in node.items]
    if len(said) > 1:
        raise TableError(node.path, node.lines[said[1]], f"both {said[0]} and {said[1]}: make one of them a variant")
    return Body(
        to=optional_text(node, "to"),
        expr=optional_text(node, "expr"),
        helper=optional_text(node, "helper"),
        unsupported=optional_text(node, "unsupported"),
        inplace=optional_text(node, "inplace"),
        hint=optional_text(node, "hint"),
        args={name: _rule(rule) for name, rule in entries_of(node.items.get("args"))},
        add={name: text_of(value) for name, value in entries_of(node.items.get("add"))},
        note=optional_text(node, "note"),
        check=optional_text(node, "check"),
        code=_code(node.items.get("code")),
    )


def _code(node: Node | None) -> Code | None:
    if node is None:
        return None
    text = text_of(node)
    if not is_code(text):
        near = nearest_code(text)
        raise TableError(node.path, node.line, f"unknown code {text!r}" + (f": did you mean {near!r}?" if near else ""))
    return text


def _rule(node: Node) -> ArgRule:
    if isinstance(node, Text):
        return ArgRule(to=text_of(node))
    rule = map_of(node)
    check_keys(rule, RULE_KEYS, "an argument rule")
    return ArgRule(
        to=optional_text(rule, "to"),
        value=optional_text(rule, "value"),
        reject=texts_of(rule.items.get("reject")),
        default=optional_text(rule, "default"),
        unsupported=optional_text(rule, "unsupported"),
        drop=optional_text(rule, "drop"),
        only=texts_of(rule.items.get("only")),
        unless=texts_of(rule.items.get("unless")),
        note=optional_text(rule, "note"),
    )


def _condition(node: Node) -> Condition:
    items = map_of(node)
    check_keys(items, CONDITION_KEYS, "a condition")
    kinds = {name: texts_of(kind) for name, kind in entries_of(items.items.get("kind"))}
    for found in kinds.values():
        for kind in found:
            choice(items, kind, KINDS, "kind")
    lens: dict[str, tuple[int, ...]] = {}
    for name, length in entries_of(items.items.get("len")):
        try:
            lens[name] = tuple(int(text) for text in texts_of(length))
        except ValueError as error:
            raise TableError(length.path, length.line, "len must be a number") from error
    negated = items.items.get("not")
    return Condition(
        given=texts_of(items.items.get("given")),
        absent=texts_of(items.items.get("absent")),
        literal={name: texts_of(value) for name, value in entries_of(items.items.get("literal"))},
        written={name: texts_of(value) for name, value in entries_of(items.items.get("written"))},
        kind=kinds,
        len=lens,
        simple=texts_of(items.items.get("simple")),
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
        own = map_of(item)
        check_keys(own, VARIANT_KEYS, "a variant")
        condition = _condition(own.items["if"]) if "if" in own.items else Condition()
        unknown = own.items.get("unknown")
        if unknown is not None:
            choice(unknown, text_of(unknown), ("ok",), "value of unknown")
        said = Map(own.path, own.line, {k: v for k, v in own.items.items() if k in BODY_KEYS}, own.lines)
        body = _body(_merged(base, said, ()))
        if body.empty:
            raise TableError(own.path, own.line, "this variant says nothing of to, expr, helper, unsupported")
        variants.append(Variant(condition, body, unknown is not None))
    return tuple(variants)


def _nullable(node: Node | None) -> dict[str, str | None]:
    return {
        name: None if isinstance(value, Text) and value.null else text_of(value) for name, value in entries_of(node)
    }


def _returns(node: Node | None) -> str:
    if node is None:
        return "tensor"
    text = text_of(node)
    head, _, parts = text.partition(":")
    if parts and head == "named":
        return text.replace(" ", "")
    if parts and head == "tuple":
        for part in parts.split(","):
            choice(node, part.strip(), RETURNS, "kind in returns")
        return text.replace(" ", "")
    return choice(node, text, RETURNS, "kind in returns")


def _refused(node: Node | None, key: str) -> str | None:
    if node is None:
        return None
    word, _, reason = text_of(node).partition(":")
    if word.strip() != "no" or not reason.strip():
        raise TableError(node.path, node.line, f'{key} is written "no: reason"')
    return reason.strip()


def _yes(node: Node | None, key: str, default: bool) -> bool:
    if node is None:
        return default
    return choice(node, text_of(node), ("yes", "no"), f"value of {key}") == "yes"


def _tolerance(node: Node | None) -> Tolerance | None:
    if node is None:
        return None
    tol = map_of(node)
    check_keys(tol, TOLERANCE_KEYS, "tol")
    value, because = optional_text(tol, "value"), optional_text(tol, "because")
    if value is None or because is None:
        raise TableError(tol.path, tol.line, "tol needs a value and a reason (because)")
    try:
        return Tolerance(float(value), because)
    except ValueError as error:
        raise TableError(tol.path, tol.line, f"tol value {value!r} is not a number") from error


def _is_member(name: str) -> bool:
    """Whether the name is a method or attribute: `torch.Tensor.view`, `torch.nn.Module.parameters`."""
    owner = name.rpartition(".")[0].rpartition(".")[2]
    return owner[:1].isupper() or owner == "dtype"


@dataclass(frozen=True, slots=True)
class _Resolved:
    """A row with what it takes over from `like` and from the head of its table."""

    node: Map
    signatures: tuple[Signature, ...]
    receiver: str | None
    taken_away: TakenAway


class _RowMaker:
    """Makes rows out of nodes; keeps what `like` has resolved so far.

    The rows of the user may be like one another and like `shipped` ones, the shipped one of the same name too; shipped
    rows know nothing of the user's.
    """

    def __init__(
        self,
        nodes: Mapping[str, Node],
        defaults: Mapping[str, Defaults],
        aliases: Mapping[str, str],
        torch: Captured,
        shipped: _RowMaker | None = None,
    ) -> None:
        self._nodes = nodes
        self._defaults = defaults
        self._aliases = aliases
        self._torch = torch
        self._shipped = shipped
        self._plain = frozenset(torch.constants)
        self._resolved: dict[str, _Resolved] = {}

    def row(self, name: str) -> Row:
        """The compiled row of a name."""
        resolved = self._resolve(name, ())
        node = resolved.node
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
            isinstance=optional_text(node, "isinstance"),
            params=_nullable(node.items.get("params")),
            layouts={key: text_of(text) for key, text in entries_of(node.items.get("layouts"))},
            attrs=_nullable(node.items.get("attrs")),
            signatures=resolved.signatures,
            receiver=resolved.receiver,
            like=optional_text(own, "like") if isinstance(own, Map) else None,
            examples=tuple(text.strip("\n") for text in texts_of(node.items.get("example"))),
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
        items = map_of(node)
        check_keys(items, BODY_KEYS, "value")
        return _body(items)

    def check_defaults(self, paths: Iterable[str]) -> None:
        """TableError for a default of these tables that is not well formed, or that no row of its table takes."""
        for path in sorted(paths):
            defaults = self._defaults[path]
            rows = [name for name, node in self._nodes.items() if node.path == path]
            has = {p.name for name in rows for s in self._resolve(name, ()).signatures for p in s.params}
            for name, rule in defaults.args.items():
                _rule(rule)
                if name not in has:
                    near = did_you_mean(name, has)
                    raise TableError(path, defaults.lines[name], f"defaults: no row here has an argument {name}{near}")
            _returns(defaults.keys.get("returns"))
            _yes(defaults.keys.get("grad"), "grad", True)
            _refused(defaults.keys.get("graph"), "graph")

    def _resolve(self, name: str, seen: tuple[str, ...]) -> _Resolved:
        done = self._resolved.get(name)
        if done is None:
            done = self._resolve_new(name, seen)
            defaults = self._defaults[done.node.path]
            node = with_defaults(done.node, done.signatures, defaults, done.taken_away)
            done = self._resolved[name] = replace(done, node=node)
        return done

    def _resolve_new(self, name: str, seen: tuple[str, ...]) -> _Resolved:
        found = self._nodes[name]
        said = Map(found.path, found.line, {"to": found}, {}) if isinstance(found, Text) else map_of(found)
        check_keys(said, ROW_KEYS, name)
        receiver = "self" if _is_member(name) else None
        signatures = self._own_signatures(name, said)
        like = optional_text(said, "like")
        node, taken_away = without_taken_away(said)
        if like is None:
            error = nothing_to_take_away(said, taken_away, self._defaults[said.path])
            if error is not None:
                raise error
            return _Resolved(node, signatures or self._captured(name), receiver, taken_away)
        at = said.lines["like"]
        like = like if self._maker(like, name) else self._aliases.get(like, like)
        maker = self._maker(like, name)
        if like in (*seen, name) and maker in (self, None):
            raise TableError(said.path, at, f"like goes in a circle: {' → '.join((*seen, name, like))}")
        if maker is None:
            message = f"like: there is no row {like}{did_you_mean(like, self._known())}"
            if self._shipped is not None:
                raise TableError(said.path, at, message)
            # In a shipped table the checker reports it; one row must not keep all others from being used.
            reason = Map(said.path, at, {"unsupported": Text(said.path, at, message, False)}, said.lines)
            merged = _merged(node, reason, ("when",))
            return _Resolved(merged, signatures or self._captured(name), receiver, taken_away)
        base = maker._resolve(like, (*seen, name) if maker is self else ())
        if receiver is None and base.receiver is not None:
            raise TableError(said.path, at, f"like: {name} has no receiver, {like} has")
        if receiver is not None and base.receiver is None:
            receiver = self._first_parameter(said, like, base.signatures)
        elif receiver is not None:
            receiver = base.receiver
        if receiver not in (None, "self"):
            # The signature of a method is written without its receiver, which the body knows by name.
            own = Param(receiver or "", ParamKind.POSITIONAL)
            signatures = tuple(s if s.get(own.name) else Signature((own, *s.params)) for s in signatures)
        merged = _taken_over(base.node, said, taken_away)
        return _Resolved(merged, signatures or base.signatures, receiver, base.taken_away | taken_away)

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
            return tuple(parse_signature(text) for text in texts_of(sig))
        except ValueError as error:
            raise TableError(node.path, node.lines["sig"], str(error)) from error

    def _captured(self, name: str) -> tuple[Signature, ...]:
        texts = self._torch.signatures.get(name) or self._torch.signatures.get(self._aliases.get(name, ""), ())
        return tuple(parse_signature(text) for text in texts)


def _captured(file: TableFile) -> Captured:
    try:
        return msgspec.json.decode(file.content, type=Captured)
    except msgspec.MsgspecError as error:
        raise TableError(file.label, 1, str(error)) from error
