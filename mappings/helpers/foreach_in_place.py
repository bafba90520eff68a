def foreach_(function, tensors, *others):
    """Give each tensor of a list a new value, from it and what belongs to it: an item of another list, or the same."""
    for i, tensor in enumerate(tensors):
        tensor.copy_(function(tensor, *(other[i] if isinstance(other, (list, tuple)) else other for other in others)))
