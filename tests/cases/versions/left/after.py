import torch
from packaging import version


def patch(x):
    # TODO(torch2ms): [T2M201] decide by hand which branch stays (this hangs on the patch release or
    #   the build of torch)
    if torch.__version__ == "2.13.0":
        x = x + 1
    # TODO(torch2ms): [T2M201] decide by hand which branch stays (versions are compared as texts or
    #   fractions here: 2.13 comes before 2.4)
    if float(torch.__version__[:3]) >= 2.4:
        x = x + 2
    if version.parse("2.13.0") > version.parse(minimum()):
        x = x + 3
    # TODO(torch2ms): [T2M701] leave it out (a question about CUDA)
    if float(torch.version.cuda or 0) >= 11:
        x = x + 4
    return x


def minimum():
    return "1.2"


def report():
    # TODO(torch2ms): [T2M201] decide by hand which branch stays (the version of torch)
    return {"torch": torch.__version__}


def changed(x):
    # TODO(torch2ms): [T2M201] decide by hand which branch stays (the version of torch)
    number = torch.__version__
    for part in ("a", "b"):
        number = number + part
    if number > "2":
        x = x + 1
    return x


# TODO(torch2ms): [T2M201] decide by hand which branch stays (the version of torch)
def given(x, number=torch.__version__):
    if number > "1":
        x = x + 1
    return x
