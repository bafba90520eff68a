"""Nothing of torch's."""
from inspect import Parameter

kinds = Parameter.POSITIONAL_ONLY, Parameter("x", Parameter.KEYWORD_ONLY)
