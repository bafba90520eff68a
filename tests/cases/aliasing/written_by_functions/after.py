from mindspore import Tensor


def fill_first(rows: Tensor):
    rows[0] = 1
    return rows


def same_tensor(x: Tensor):
    y = x * 1
    z = y
    filled = fill_first(y)
    return y, z, filled


def fill_all(rows: Tensor):
    # TODO(torch2ms): [T2M303] torch changes the tensor in place, and first in views_before with it;
    #   in MindSpore a gradient does not see it
    rows[:] = 1


def views_before(x: Tensor):
    y = x * 1
    first = y[0]
    kept = first * 2
    fill_all(y)
    return first, kept


class Rows:
    def __init__(self, x):
        self.rows = x * 1

    def put(self, index):
        self.rows[index] = 1

    def row_after(self):
        self.put(0)
        row = self.rows[0]
        return row


def methods(x: Tensor):
    return Rows(x).row_after()
