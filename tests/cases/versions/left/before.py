import torch
from packaging import version


def patch(x):
    if torch.__version__ == "2.13.0":
        x = x + 1
    if float(torch.__version__[:3]) >= 2.4:
        x = x + 2
    if version.parse(torch.__version__) > version.parse(minimum()):
        x = x + 3
    if float(torch.version.cuda or 0) >= 11:
        x = x + 4
    return x


def minimum():
    return "1.2"


def report():
    return {"torch": torch.__version__}


def changed(x):
    number = torch.__version__
    for part in ("a", "b"):
        number = number + part
    if number > "2":
        x = x + 1
    return x


def given(x, number=torch.__version__):
    if number > "1":
        x = x + 1
    return x
