"""A dict of parameters, registered under their keys."""

from mindspore import Parameter, nn


class ParameterDict(nn.Cell):
    """torch's ParameterDict."""

    def __init__(self, parameters=None):
        super().__init__()
        self.update(parameters or {})

    def update(self, parameters):
        """Add or replace parameters (tensors become parameters)."""
        for key, value in dict(parameters).items():
            self[key] = value

    def __setitem__(self, key, value):
        self.insert_param_to_cell(key, value if isinstance(value, Parameter) else Parameter(value))

    def __getitem__(self, key):
        return self._params[key]

    def __contains__(self, key):
        return key in self._params

    def __len__(self):
        return len(self._params)

    def __iter__(self):
        return iter(self._params)

    def keys(self):
        """The names."""
        return self._params.keys()

    def values(self):
        """The parameters."""
        return self._params.values()

    def items(self):
        """Names and parameters."""
        return self._params.items()
