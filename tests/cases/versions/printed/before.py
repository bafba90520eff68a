import logging

import torch

logger = logging.getLogger(__name__)


def digit_version(text):
    return [int(n) for n in text.split("+")[0].split(".")]


VERSION = digit_version(torch.__version__)


def environment(x):
    print("torch", torch.__version__)
    logger.info(f"torch {torch.__version__}, {x.shape}")
    print("torch %s on %s" % (torch.__version__, "this machine"))
    print("torch {}".format(torch.__version__))
    return x + 1 if VERSION[0] >= 2 else x
