import logging

import mindspore as ms

logger = logging.getLogger(__name__)


def digit_version(text):
    return [int(n) for n in text.split("+")[0].split(".")]


VERSION = digit_version("2.13.0")


def environment(x):
    print("torch", ms.__version__)
    logger.info(f"torch {ms.__version__}, {x.shape}")
    print("torch %s on %s" % (ms.__version__, "this machine"))
    print("torch {}".format(ms.__version__))
    return x + 1 if VERSION[0] >= 2 else x
