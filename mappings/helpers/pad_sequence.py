"""Sequences of different lengths as one padded batch."""

from mindspore import ops


def pad_sequence(sequences, batch_first=False, padding_value=0.0, padding_side="right"):
    """Pad the sequences to the longest one and stack them."""
    length = max(sequence.shape[0] for sequence in sequences)
    rows = []
    for sequence in sequences:
        shape = (length - sequence.shape[0], *sequence.shape[1:])
        fill = ops.full(shape, padding_value, dtype=sequence.dtype)
        parts = (fill, sequence) if padding_side == "left" else (sequence, fill)
        rows.append(ops.cat(parts) if shape[0] else sequence)
    return ops.stack(rows, 0 if batch_first else 1)
