def foreach(function, tensors, *others):
    """A function of each tensor of a list and of what belongs to it: an item of another list, or the same for all."""
    return tuple(
        function(tensor, *(other[i] if isinstance(other, (list, tuple)) else other for other in others))
        for i, tensor in enumerate(tensors)
    )
