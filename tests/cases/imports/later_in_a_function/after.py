import os


def is_there(check=False):
    if os.environ.get("NO_SUCH_DEVICE"):
        return True
    if check:
        import torch

        # What it raises
        # TODO(torch2ms): [T2M801] change the Cells: insert_child_to_cell, or
        #   mindspore.rewrite.SymbolTree (MindSpore has no graphs of Python code to edit)
        return torch.fx.Graph() is not None
    return False


def in_two_branches(check):
    if check > 1:
        import torch

        # TODO(torch2ms): [T2M801] change the Cells: insert_child_to_cell, or
        #   mindspore.rewrite.SymbolTree (MindSpore has no graphs of Python code to edit)
        return torch.fx.Graph()
    elif check > 0:
        import torch

        # TODO(torch2ms): [T2M801] change the Cells: insert_child_to_cell, or
        #   mindspore.rewrite.SymbolTree (MindSpore has no graphs of Python code to edit)
        return torch.fx.Node
    return None


def needed_at_once():
    import torch

    # TODO(torch2ms): [T2M801] change the Cells: insert_child_to_cell, or
    #   mindspore.rewrite.SymbolTree (MindSpore has no graphs of Python code to edit)
    return torch.fx.Graph


def in_another_function(check):
    import torch

    if check:

        def inner():
            # TODO(torch2ms): [T2M801] change the Cells: insert_child_to_cell, or
            #   mindspore.rewrite.SymbolTree (MindSpore has no graphs of Python code to edit)
            return torch.fx.Graph

        return inner
    return None


def scale(x):
    if is_there() or in_two_branches(0) is not None:
        return x
    return x * 2
