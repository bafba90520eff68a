import mindspore as ms
from mindspore import nn
from mindspore.experimental import optim


def optimizer_of(nets: list[nn.Cell]):
    params = []
    for net in nets:
        params += list(net.trainable_params())
    # TODO(torch2ms): [T2M405] give the names a prefix before: enc.update_parameters_name("enc.")
    #   (an optimizer of MindSpore raises where parameters of two modules have the same name)
    return optim.SGD(params, lr=0.1)


def of_two(first: nn.Cell, second: nn.Cell):
    # TODO(torch2ms): [T2M405] give the names a prefix before: enc.update_parameters_name("enc.")
    #   (an optimizer of MindSpore raises where parameters of two modules have the same name)
    return optim.Adam(list(first.trainable_params()) + list(second.trainable_params()))


def make():
    first = nn.Dense(2, 2)
    second = nn.Dense(2, 2)
    ms.load_param_into_net(first, ms.load_checkpoint("first.ckpt"))
    first.update_parameters_name("first.")
    second.update_parameters_name("second.")
    # TODO(torch2ms): [T2M405] give the names a prefix before: enc.update_parameters_name("enc.") (a
    #   checkpoint from before names the parameters without the module)
    return optim.Adam([*first.trainable_params(), *second.trainable_params()])
