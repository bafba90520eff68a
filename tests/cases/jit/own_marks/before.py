"""Marks of something else. Not torch's."""


class jit:
    @staticmethod
    def script(function):
        return function

    @staticmethod
    def is_scripting():
        return False


@jit.script
def add(a, b):
    return a if jit.is_scripting() else a + b
