import mindspore as ms


def tensor(data, dtype=None, **options):
    """ms.tensor with the arguments of torch.tensor; the device means nothing here."""
    return ms.tensor(data, dtype)
