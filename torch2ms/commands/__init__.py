"""The commands, one module each: a frozen options value in, an exit code out. `torch2ms.cli` reads the flags."""
