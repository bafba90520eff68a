from mindspore import nn, Tensor


class Net(nn.Cell):
    def construct(self, x):
        return x * 2


def saliency(net, x: Tensor):
    import torch

    # TODO(torch2ms): [T2M403] only a Parameter has requires_grad in MindSpore: differentiate with…
    x.requires_grad_()
    # TODO(torch2ms): [T2M403] only a Parameter has requires_grad in MindSpore: differentiate with…
    x.requires_grad = True
    # TODO(torch2ms): [T2M202] requires_grad=: only False has a counterpart
    y = torch.ones(3, requires_grad=True)
    # TODO(torch2ms): [T2M403] only a Parameter has requires_grad in MindSpore
    if x.requires_grad:
        y = y * 2
    return net(x), y
