from mindspore import nn, ops


class ReverseSort(nn.Cell):
    def construct(self, vectors, logits, index, undo):
        # kept for backward
        # the order for the next layer
        vectors = ops.gather_elements(vectors, 1, ops.broadcast_to(undo.unsqueeze(-1), vectors.shape))
        logits = ops.gather_elements(logits, 1, undo)
        return vectors, logits

    def bprop(self, vectors, logits, index, undo, out, grads):
        grad_vectors, grad_logits = grads
        grad_vectors = ops.gather_elements(grad_vectors, 1, ops.broadcast_to(index.unsqueeze(-1), grad_vectors.shape))
        grad_logits = ops.gather_elements(grad_logits, 1, index)
        return grad_vectors * 2, grad_logits, None, None


def restored(vectors, logits, index, undo):
    return ReverseSort()(vectors, logits, index, undo)
