"""A list of parameters, registered under their indices."""

from mindspore import Parameter, nn


class ParameterList(nn.Cell):
    """torch's ParameterList."""

    def __init__(self, values=None):
        super().__init__()
        self.extend(values or [])

    def append(self, value):
        """Add a parameter (a tensor becomes one)."""
        parameter = value if isinstance(value, Parameter) else Parameter(value)
        self.insert_param_to_cell(str(len(self)), parameter)
        return self

    def extend(self, values):
        """Add several parameters."""
        for value in values:
            self.append(value)
        return self

    def __len__(self):
        return len(self._params)

    def __iter__(self):
        return iter(self._params.values())

    def __getitem__(self, index):
        return list(self._params.values())[index]
