import torch
from torch import nn
from torch.autograd import Function


class ReverseSort(Function):
    @staticmethod
    def forward(ctx, vectors, logits, index, undo):
        # kept for backward
        with torch.no_grad():
            ctx.index = index

            # the order for the next layer
            vectors = torch.gather(vectors, 1, undo.unsqueeze(-1).expand(vectors.shape))
            logits = torch.gather(logits, 1, undo)
        return vectors, logits

    @staticmethod
    def backward(ctx, grad_vectors, grad_logits):
        index = ctx.index
        grad_vectors = torch.gather(grad_vectors, 1, index.unsqueeze(-1).expand(grad_vectors.shape))
        grad_logits = torch.gather(grad_logits, 1, index)
        return grad_vectors * 2, grad_logits, None, None


def restored(vectors, logits, index, undo):
    return ReverseSort.apply(vectors, logits, index, undo)
