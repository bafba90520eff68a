import os

from mindspore import nn, ops


def load(name):
    """Load a library of operators."""
    try:
        path = os.path.join("lib", name)
        import torch

        # what was compiled
        # TODO(torch2ms): [T2M205] convert it by hand (torch.ops.load_library is not in the tables)
        torch.ops.load_library(path)
        return True
    except (ImportError, OSError):
        return False


def version():
    if not load("operators"):
        return -1
    import torch

    # of the library
    # TODO(torch2ms): [T2M205] convert it by hand (torch.ops.torchvision._cuda_version is not in the
    #   tables)
    found = torch.ops.torchvision._cuda_version()
    # TODO(torch2ms): [T2M205] convert it by hand (torch.ops.torchvision._version is not in the
    #   tables)
    return found if found else torch.ops.torchvision._version()


class Net(nn.Cell):
    def __init__(self, fused=False):
        super().__init__()
        self.fc = nn.Dense(3, 3)
        self.fused = fused

    def construct(self, x, mask=None):
        x = self.fc(x)
        if self.fused == "one":
            import torch

            # TODO(torch2ms): [T2M205] convert it by hand (torch.ops.fused.one is not in the tables)
            x = torch.ops.fused.one(x)
        elif self.fused:
            import torch

            # the other one
            # TODO(torch2ms): [T2M205] convert it by hand (torch.ops.fused.other is not in the
            #   tables)
            x = torch.ops.fused.other(x)
        else:
            x = ops.relu(x)
        if mask is not None:
            def masked(y):
                import torch

                # TODO(torch2ms): [T2M205] convert it by hand (torch.ops.fused.masked is not in the
                #   tables)
                return torch.ops.fused.masked(y, mask)

            import torch

            # TODO(torch2ms): [T2M205] convert it by hand (torch.ops.fused.prepared is not in the
            #   tables)
            x = masked(torch.ops.fused.prepared(x))
        return x

    def checked(self, x):
        if self.fused:
            import torch

            # TODO(torch2ms): [T2M205] convert it by hand (torch.ops.fused.checked is not in the
            #   tables)
            return ops.stop_gradient(torch.ops.fused.checked(x))
        return self(x)

    def one_line(self, x):
        import torch

        # TODO(torch2ms): [T2M205] convert it by hand (torch.ops.fused.one is not in the tables)
        if self.fused: return torch.ops.fused.one(x)
        return x

    def in_a_loop(self, xs):
        import torch

        found = []
        for x in xs:
            if self.fused:
                # TODO(torch2ms): [T2M205] convert it by hand (torch.ops.fused.one is not in the
                #   tables)
                found.append(torch.ops.fused.one(x))
        return found

    def caught(self, x):
        import torch

        try:
            # TODO(torch2ms): [T2M205] convert it by hand (torch.ops.fused.one is not in the tables)
            return torch.ops.fused.one(x)
        except RuntimeError:
            # TODO(torch2ms): [T2M205] convert it by hand (torch.ops.fused.other is not in the
            #   tables)
            return torch.ops.fused.other(x)

    def asked(self, x):
        if x is None:
            return x
        import torch

        # TODO(torch2ms): [T2M205] convert it by hand (torch.ops.fused.fits is not in the tables)
        if torch.ops.fused.fits(x):
            # TODO(torch2ms): [T2M205] convert it by hand (torch.ops.fused.one is not in the tables)
            x = torch.ops.fused.one(x)
        return x
