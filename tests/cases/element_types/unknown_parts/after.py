from mindspore import ops, Tensor


def boxes(batch):
    rois = batch["rois"]
    rows = ops.arange(rois.shape[0]).unsqueeze(1)
    return ops.cat([rows.astype(rois.dtype), rois], axis=1)


def both(batch):
    return ops.stack([batch["x"], ops.arange(4).astype(batch["x"].dtype)]), ops.hstack((batch["x"].reshape(-1), ops.zeros((2,))))


def floats(x: Tensor):
    return boxes({"rois": x}), both({"x": x[0]})


def integers(x: Tensor):
    return boxes({"rois": x}), ops.cat([x, ops.arange(4).reshape(1, 4).astype(x.dtype)])
