"""A context of another name, next to a torch import that stays."""


def run(model, no_grad):
    from torch.fx import symbolic_trace

    with no_grad():
        # TODO(torch2ms): [T2M801] change the Cells: insert_child_to_cell, or
        #   mindspore.rewrite.SymbolTree (MindSpore has no graphs of Python code to edit)
        return symbolic_trace(model)
