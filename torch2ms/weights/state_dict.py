"""Which part of a torch checkpoint is the state dict."""

from __future__ import annotations

from torch2ms.weights.errors import NO_STATE_DICT, WeightsError, listed
from torch2ms.weights.pickled import Key, PickledTensor, Value, kind_of

MAX_DEPTH = 5  # of a dict of tensors below the root


def state_dict(root: Value, key: str = "") -> tuple[str, dict[str, PickledTensor], tuple[str, ...]]:
    """The dict of tensors in a checkpoint: where it was, its entries, and what lies beside it.

    Raises WeightsError when there is none, or when `key` has to choose between several.
    """
    if key:
        return key, _tensors(_at(root, key), key), _beside(root, key)
    if isinstance(root, PickledTensor):
        raise WeightsError("holds a single tensor without a name: save a state_dict", NO_STATE_DICT)
    if not isinstance(root, dict):
        raise WeightsError(f"holds {kind_of(root)}, not a state_dict", NO_STATE_DICT)
    if _is_state_dict(root):
        return "", _tensors(root, ""), ()
    found = _candidates(root)
    if not found:
        named = [f"{name!s} ({kind_of(value)})" for name, value in root.items()]
        raise WeightsError(f"holds no dict of tensors, only {listed(named) or 'an empty dict'}", NO_STATE_DICT)
    if len(found) > 1:
        raise WeightsError(f"holds several dicts of tensors: choose one with --key: {listed(found, 20)}", NO_STATE_DICT)
    return found[0], _tensors(_at(root, found[0]), found[0]), _beside(root, found[0])


def _is_state_dict(value: Value) -> bool:
    return (
        isinstance(value, dict)
        and any(isinstance(item, PickledTensor) for item in value.values())
        and all(
            isinstance(name, str) and (isinstance(item, PickledTensor) or _extra(name)) for name, item in value.items()
        )
    )


def _extra(name: str) -> bool:
    """`get_extra_state()` of a module: an object of its own making beside the tensors."""
    return name.rpartition(".")[2] == "_extra_state"


def _candidates(root: dict[Key, Value]) -> list[str]:
    """Paths of the dicts of tensors nearest to the root. Cycles end at what was seen."""
    level: list[tuple[str, dict[Key, Value]]] = [("", root)]
    seen = {id(root)}
    for _ in range(MAX_DEPTH):
        below: list[tuple[str, dict[Key, Value]]] = []
        for prefix, parent in level:
            for name, value in parent.items():
                if isinstance(value, dict) and isinstance(name, str) and id(value) not in seen:
                    seen.add(id(value))
                    below.append((f"{prefix}{name}", value))
        found = [path for path, value in below if _is_state_dict(value)]
        if found:
            return found
        level = [(f"{path}.", value) for path, value in below]
    return []


def _at(root: Value, path: str) -> Value:
    """The value at a dotted path; a name may hold dots itself."""
    if isinstance(root, dict):
        if path in root:
            return root[path]
        at = path.find(".")
        while at >= 0:
            head = root.get(path[:at])
            if isinstance(head, dict):
                return _at(head, path[at + 1 :])
            at = path.find(".", at + 1)
        known = [str(name) for name in root]
        raise WeightsError(f"has no {path} under which to look; it has {listed(known)}", NO_STATE_DICT)
    raise WeightsError(f"has no {path}: {kind_of(root)} has no keys", NO_STATE_DICT)


def _beside(root: Value, key: str) -> tuple[str, ...]:
    head = key.split(".")[0]
    if not isinstance(root, dict):
        return ()
    return tuple(str(name) for name in root if name not in (head, key))


def _tensors(value: Value, where: str) -> dict[str, PickledTensor]:
    place = f"{where} " if where else ""
    if not isinstance(value, dict):
        raise WeightsError(f"{place}is {kind_of(value)}, not a dict of tensors", NO_STATE_DICT)
    tensors: dict[str, PickledTensor] = {}
    others: list[str] = []
    for name, item in value.items():
        if isinstance(name, str) and isinstance(item, PickledTensor):
            tensors[name] = item
        elif not (isinstance(name, str) and _extra(name)):
            others.append(f"{name!s} ({kind_of(item)})")
    if others:
        raise WeightsError(f"{place}holds more than tensors: {listed(others)}", NO_STATE_DICT)
    if not tensors:
        raise WeightsError(f"{place}holds no tensors", NO_STATE_DICT)
    return tensors
