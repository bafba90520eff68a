def run():
    import torch

    # TODO(torch2ms): [T2M404] MindSpore has no switch for recording gradients: leave it out where…
    with torch.no_grad() as context:
        return context
