def broadcast_index(index, dim, shape):
    """Indices along one axis, in the shape of what they belong to."""
    return index.reshape([-1 if axis == dim % len(shape) else 1 for axis in range(len(shape))]).broadcast_to(shape)
