"""Not a class of torch."""


class Tree:
    def children(self):
        return []

    def modules(self):
        return list(self.children())


tree = Tree()
for child in tree.children():
    print(child, tree.modules())
