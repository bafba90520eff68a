"""nn.LSTM with torch's parameters."""

import mindspore as ms
from mindspore import nn


class LSTM(nn.LSTM):
    """nn.LSTM with torch's parameters."""

    def __init__(
        self,
        input_size,
        hidden_size,
        num_layers=1,
        bias=True,
        batch_first=False,
        dropout=0.0,
        bidirectional=False,
        proj_size=0,
        device=None,
        dtype=None,
    ):
        if proj_size:
            raise ValueError("proj_size is not supported")
        super().__init__(
            input_size,
            hidden_size,
            num_layers=num_layers,
            has_bias=bool(bias),
            batch_first=batch_first,
            dropout=float(dropout),
            bidirectional=bidirectional,
            dtype=dtype or ms.float32,
        )
