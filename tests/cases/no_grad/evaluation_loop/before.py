import torch


def evaluate(model, batches):
    model.eval()
    total = 0
    with torch.no_grad():
        # one batch at a time
        for x, y in batches:  # pairs
            total += 1
            text = """
            kept as it is
            """
    return total
