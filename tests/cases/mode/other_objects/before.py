"""Not a class of torch."""


class Trainer:
    training = True

    def train(self, epochs):
        return epochs

    def eval(self):
        return self.training


trainer = Trainer()
trainer.train(3)
trainer.eval()
print(eval("1 + 1"))
