"""Not a class of torch."""


class Meter:
    def state_dict(self):
        return {"total": 0}

    def load_state_dict(self, state):
        self.total = state["total"]


meter = Meter()
meter.load_state_dict(meter.state_dict())
