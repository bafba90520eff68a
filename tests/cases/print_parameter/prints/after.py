from mindspore import nn, ops

net = nn.Dense(2, 2)
print(net.weight.asnumpy(), ops.ones((2,)))
for name, p in [(name, p) for name, p in net.parameters_and_names() if p.requires_grad]:
    print(f"{name}: {p.asnumpy()}")
    print("{} {}".format(name, p.asnumpy()), p.shape)
text = str(net.bias.asnumpy())
