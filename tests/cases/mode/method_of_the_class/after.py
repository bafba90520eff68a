from mindspore import nn


class Net(nn.Cell):
    def learn(self):
        import torch

        # TODO(torch2ms): [T2M206] the method train is used without being called
        torch.nn.Module.train(self, True)
        return self.training
