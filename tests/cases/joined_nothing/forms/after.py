import mindspore as ms
from mindspore import ops


def by_loop(x):
    found = ms.tensor([])
    for i in range(3):
        # TODO(torch2ms): [T2M301] begin with a list, and join it when it is full (torch leaves out
        #   found where it is empty; MindSpore asks for equally many axes)
        found = ops.cat((found, x * i), axis=0)
    return found


def by_type(x):
    found, count = ops.zeros((0,)), 0
    for row in x:
        # TODO(torch2ms): [T2M301] begin with a list, and join it when it is full (torch leaves out
        #   found where it is empty; MindSpore asks for equally many axes)
        found = ops.cat([found, row[None]])
        count += 1
    return found, count


def written(x):
    # TODO(torch2ms): [T2M301] begin with a list, and join it when it is full (torch leaves out
    #   torch.zeros(0) where it is empty; MindSpore asks for equally many axes)
    #   [T2M308] cast them to one dtype (cat takes parts of one dtype in MindSpore: of some of them
    #   it cannot be told here)
    return ops.cat([ops.zeros((0,)), x]), ops.cat([x, ops.zeros((0,)).double()], axis=1)
