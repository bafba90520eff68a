"""A list of parameters, registered under their indices."""

from mindspore import Parameter, nn


class ParameterList(nn.Cell):
    """torch's ParameterList."""

    def __init__(self, values=None):
        super().__init__()
        self.extend(values or [])

    def append(self, value):
        """Add a parameter (a tensor becomes one), or a list of them."""
        if isinstance(value, nn.Cell):
            self.insert_child_to_cell(str(len(self)), value)
        else:
            parameter = value if isinstance(value, Parameter) else Parameter(value)
            self.insert_param_to_cell(str(len(self)), parameter)
        return self

    def extend(self, values):
        """Add several parameters."""
        for value in values:
            self.append(value)
        return self

    def __len__(self):
        return len(self._params) + len(self._cells)

    def __iter__(self):
        return iter([self[index] for index in range(len(self))])

    def __getitem__(self, index):
        if not self._cells:
            return list(self._params.values())[index]
        names = [str(place) for place in range(len(self))]
        return [self._params[name] if name in self._params else self._cells[name] for name in names][index]
