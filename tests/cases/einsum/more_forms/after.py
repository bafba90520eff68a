from mindspore import ops, Tensor


def einsum(equation, *operands):
    """Sum products of tensors over the indices the equation leaves out, as torch.einsum does."""
    if len(operands) == 1 and isinstance(operands[0], (list, tuple)):
        operands = operands[0]
    inputs, arrow, output = equation.replace(" ", "").partition("->")
    terms = inputs.split(",")
    # An ellipsis stands for digits, aligned at the right.
    ranks = [x.ndim - len(term) + 3 if "..." in term else 0 for term, x in zip(terms, operands, strict=True)]
    extra = "0123456789"[: max(ranks)]
    terms = [term.replace("...", extra[len(extra) - rank :]) for term, rank in zip(terms, ranks, strict=True)]
    if arrow:
        output = output.replace("...", extra)
    else:
        letters = "".join(terms)
        output = extra + "".join(sorted(c for c in letters if letters.count(c) == 1 and c not in extra))

    def diagonal(x, term):
        """Take the diagonal of indices that occur twice in one operand."""
        for c in term:
            while term.count(c) > 1:
                first, second = term.index(c), term.rindex(c)
                rest = [i for i in range(len(term)) if i not in (first, second)]
                size = x.shape[first]
                shape = tuple(x.shape[i] for i in rest)
                x = x.permute((*rest, first, second)).reshape((*shape, size * size))[..., :: size + 1]
                term = "".join(term[i] for i in rest) + c
        return x, term

    def reduced(x, term, keep):
        """Sum over the indices nobody needs."""
        axes = tuple(i for i, c in enumerate(term) if c not in keep)
        if axes:
            x = x.sum(axes)
        return x, "".join(c for c in term if c in keep)

    def arranged(x, term, groups):
        """Bring the indices into an order, those of the last groups as one dimension each."""
        x = x.permute(tuple(term.index(c) for c in "".join(groups))) if len(term) > 1 else x
        shape = [x.shape[i] for i in range(len(groups[0]))]
        place = len(shape)
        for group in groups[1:]:
            size = 1
            for i in range(place, place + len(group)):
                size *= x.shape[i]
            shape.append(size)
            place += len(group)
        return x.reshape(tuple(shape))

    def product(x, left, y, right, keep):
        """Multiply two operands and sum over the indices only they have."""
        ones = [c for c in left if c in right and x.shape[left.index(c)] != y.shape[right.index(c)]]
        for c in ones:
            if x.shape[left.index(c)] == 1:
                x, left = x.sum(left.index(c)), left.replace(c, "")
            else:
                y, right = y.sum(right.index(c)), right.replace(c, "")
        x, left = reduced(x, left, right + keep)
        y, right = reduced(y, right, left + keep)
        batch = "".join(c for c in left if c in right and c in keep)
        inner = "".join(c for c in left if c in right and c not in keep)
        rows = "".join(c for c in left if c not in right)
        columns = "".join(c for c in right if c not in left)
        shape = tuple(x.shape[left.index(c)] for c in batch + rows) + tuple(y.shape[right.index(c)] for c in columns)
        x = arranged(x, left, (batch, rows, inner))
        y = arranged(y, right, (batch, inner, columns))
        x = ops.matmul(x, y) if inner else x * y
        return x.reshape(shape), batch + rows + columns

    x, term = diagonal(operands[0], terms[0])
    for i in range(1, len(terms)):
        y, other = diagonal(operands[i], terms[i])
        x, term = product(x, term, y, other, output + "".join(terms[i + 1 :]))
    x, term = reduced(x, term, output)
    if term != output:
        x = x.permute(tuple(term.index(c) for c in output))
    return x


def one(x: Tensor):
    return x.permute(2, 0, 1), x.sum((0, 2)), x.sum(), x.sum(1).swapaxes(-1, -2)


def implicit(x: Tensor, y: Tensor):
    return ops.matmul(x, y), x.swapaxes(-1, -2)


def vectors(m: Tensor, v: Tensor):
    return ops.matmul(m, v), m * v, einsum("j,ij->i", v, m)


def two(x: Tensor, y: Tensor):
    return ops.matmul(x, y.swapaxes(-1, -2)).swapaxes(-1, -2), ops.matmul(x, y.swapaxes(-1, -2)), einsum("ij,kj->ijk", x, y)
