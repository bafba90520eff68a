from mindspore import nn


def walk(net: nn.Cell, memo):
    # TODO(torch2ms): [T2M202] named_modules() with arguments has no counterpart
    for name, m in net.named_modules(memo=memo):
        print(name)
    # TODO(torch2ms): [T2M202] named_modules() with arguments has no counterpart
    for name, m in net.named_modules(remove_duplicate=False):
        print(name)
    # TODO(torch2ms): [T2M206] the method modules is used without being called
    walker = net.modules
    return walker
