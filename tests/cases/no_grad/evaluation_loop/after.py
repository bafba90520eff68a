def evaluate(model, batches):
    model.set_train(False)
    total = 0
    # one batch at a time
    for x, y in batches:  # pairs
        total += 1
        text = """
            kept as it is
            """
    return total
