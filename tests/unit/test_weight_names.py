"""Names and layouts of parameters."""

from __future__ import annotations

from torch2ms.weights.names import LayerNames, Placement, Stored, place, rename

LAYERS = {
    "torch.nn.BatchNorm3d": LayerNames(
        {"weight": "bn2d.gamma", "running_mean": "bn2d.moving_mean", "num_batches_tracked": None}, {}
    ),
    "torch.nn.Embedding": LayerNames({"weight": "embedding_table"}, {}),
    "torch.nn.Conv1d": LayerNames({}, {"weight": 2}),
    "torch.nn.TransformerEncoderLayer": LayerNames({"linear1": "dense1"}, {}),
    "torch.nn.LayerNorm": LayerNames({"weight": "gamma"}, {}),
}
MODULES = {
    "": ("model.Net",),
    "bn": ("model.MyNorm", "torch.nn.BatchNorm3d"),
    "layers.0": ("torch.nn.TransformerEncoderLayer",),
    "layers.0.linear1": ("torch.nn.Linear",),
    "layers.0.norm1": ("torch.nn.LayerNorm",),
    "conv": ("torch.nn.Conv1d",),
    "emb": ("torch.nn.Embedding",),
    "head": ("torch.nn.Linear",),
}


def test_names_follow_the_tables() -> None:
    def new(name: str) -> Placement | None:
        return rename(name, MODULES, LAYERS)

    assert new("bn.weight") == Placement("bn.weight", "bn.bn2d.gamma")
    assert new("bn.num_batches_tracked") is None
    assert new("layers.0.linear1.weight") == Placement("layers.0.linear1.weight", "layers.0.dense1.weight")
    assert new("layers.0.norm1.weight") == Placement("layers.0.norm1.weight", "layers.0.norm1.gamma")
    assert new("conv.weight") == Placement("conv.weight", "conv.weight", 2)
    assert new("conv.bias") == Placement("conv.bias", "conv.bias")
    assert new("scale") == Placement("scale", "scale")


def test_layout_adds_an_axis() -> None:
    assert Placement("w", "w", 2).stored_shape((4, 3, 5)) == (4, 3, 1, 5)
    assert Placement("w", "w").stored_shape((4, 3)) == (4, 3)


def test_everything_is_accounted_for() -> None:
    entries = [
        Stored("emb.weight", (9, 4)),
        Stored("head.weight", (9, 4), same_as="emb.weight"),
        Stored("conv.weight", (4, 3, 5)),
        Stored("bn.num_batches_tracked", ()),
        Stored("mask", (2,)),
        Stored("scale", (3,)),
    ]
    available = {
        "emb.embedding_table": (9, 4),
        "conv.weight": (4, 3, 1, 5),
        "scale": (4,),
        "frozen": (1,),
    }
    placements = place(entries, MODULES, available, LAYERS)
    assert {p.torch: (p.mindspore, p.axis) for p in placements.placed} == {
        "emb.weight": ("emb.embedding_table", None),
        "conv.weight": ("conv.weight", 2),
    }
    assert placements.missing == ("mask",)  # the tied head is stored once
    assert placements.absent == ("bn.num_batches_tracked",)
    assert len(placements.mismatched) == 1 and placements.mismatched[0].startswith("scale")
    assert set(placements.unexpected) == {"scale", "frozen"}


def test_helper_that_keeps_torch_names_is_found() -> None:
    placements = place([Stored("emb.weight", (9, 4))], MODULES, {"emb.weight": (9, 4)}, LAYERS)
    assert placements.placed == (Placement("emb.weight", "emb.weight"),)
