"""The structural rules: one module each, which holds it as `RULE`. See `torch2ms.rewrite.registry`."""
