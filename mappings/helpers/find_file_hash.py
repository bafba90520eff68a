"""The hash in the name of a checkpoint, as torch.hub looks for it."""

import re


def find_file_hash(string):
    """The match of `-<hexadecimal digits>.` in a name or URL; None where there is none."""
    return re.search(r"-([a-f0-9]*)\.", string)
