def run():
    import torch

    # TODO(torch2ms): [T2M404] leave it out where no gradient is taken (MindSpore has no switch for
    #   recording gradients)
    with torch.no_grad() as context:
        return context
