"""Training steps: what stands around `loss.backward()` becomes a function and its gradient."""

from torch2ms.rewrite.rules.training_step.recognise import RULE

__all__ = ["RULE"]
