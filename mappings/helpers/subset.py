"""torch's Subset: chosen items of a dataset."""

from mindspore.dataset.dataloader import Dataset


class Subset(Dataset):
    """The items of a dataset at the given indices."""

    def __init__(self, dataset, indices):
        self.dataset = dataset
        self.indices = indices

    def __getitem__(self, index):
        if isinstance(index, list):
            return self.dataset[[self.indices[i] for i in index]]
        return self.dataset[self.indices[index]]

    def __len__(self):
        return len(self.indices)
