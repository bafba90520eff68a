"""The sequences of a padded batch."""


def unpad_sequence(padded_sequences, lengths, batch_first=False):
    """Cut each sequence of a padded batch to its length."""
    batch = padded_sequences if batch_first else padded_sequences.swapaxes(0, 1)
    return [batch[i][: int(length)] for i, length in enumerate(lengths)]
