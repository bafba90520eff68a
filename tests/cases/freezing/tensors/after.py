from mindspore import nn, Tensor


class Net(nn.Cell):
    def construct(self, x):
        return x * 2


def saliency(net, x: Tensor):
    import torch

    # TODO(torch2ms): [T2M403] differentiate with ms.grad (only a Parameter has requires_grad in
    #   MindSpore)
    x.requires_grad_()
    # TODO(torch2ms): [T2M403] differentiate with ms.grad (only a Parameter has requires_grad in
    #   MindSpore)
    x.requires_grad = True
    # TODO(torch2ms): [T2M202] give requires_grad=False, or compute what it does separately
    #   (requires_grad=: only False has a counterpart)
    y = torch.ones(3, requires_grad=True)
    # TODO(torch2ms): [T2M403] use the gradients that value_and_grad returned (only a Parameter has
    #   requires_grad in MindSpore)
    if x.requires_grad:
        y = y * 2
    return net(x), y
