"""The model of `torch2ms weights --source`, as both frameworks build it. Needs the verify extra."""

from __future__ import annotations

from pathlib import Path

from torch2ms.commands.tables import tables_with
from torch2ms.commands.terminal import file_error
from torch2ms.commands.weights import WeightsOptions
from torch2ms.model import Settings
from torch2ms.verify.conversion import Converter
from torch2ms.verify.describe import DescriptionError, describe_model
from torch2ms.weights.by_model import Model
from torch2ms.weights.names import layer_names


def described_model(source: Path, options: WeightsOptions) -> Model:
    """What the model holds, and how its layers are named. Raises CommandError."""
    if not source.is_file():
        raise file_error(source, "T2M906", "no such file")
    tables = tables_with(options.mappings)
    converter = Converter(tables, Settings(mappings=options.mappings))
    try:
        description = describe_model(
            source, options.model, alongside=options.alongside, converter=converter, timeout=options.timeout
        )
    except DescriptionError as error:
        raise file_error(source, "T2M608", str(error)) from None
    return Model(description, layer_names(tables))
