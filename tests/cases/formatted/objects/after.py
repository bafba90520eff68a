from mindspore import Tensor

FORM = "loss {:.3f}"


class Meter:
    def __init__(self, form=":.2f"):
        self.form = form
        self.reset()

    def reset(self):
        self.val = 0
        self.avg = 0
        self.sum = 0
        self.count = 0

    def update(self, val, n=1):
        self.val = val
        self.sum += val * n
        self.count += n
        self.avg = self.sum / self.count

    def __str__(self):
        return "{:.3f} ({:.3f}) of {:3d}".format(float(self.val), float(self.avg), self.count)

    def shown(self):
        form = "{val" + self.form + "} ({avg" + self.form + "})"
        # TODO(torch2ms): [T2M308] keep numbers: loss.item() (a tensor may get a format here, and
        #   MindSpore's take none)
        return form.format(**self.__dict__)


def run(x: Tensor):
    meter = Meter()
    meter.update(x.mean(), 2)
    meter.update(x.max())
    return str(meter), FORM.format(x.sum().item()), FORM.format(0.5)
