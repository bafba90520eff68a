def made_with_torch(make):
    """What `make()` gives. Where it needs torch and there is none, it can be kept; ImportError where it is used."""
    try:
        return make()
    except ImportError as error:
        reason = str(error)
        if "torch" not in reason:
            raise

    def refuse(self, *args):
        raise ImportError(f"this needs torch: {reason}")

    uses = "getattribute setattr delattr call bool len iter next contains getitem setitem eq ne hash repr enter exit"
    return type("Missing", (), {f"__{use}__": refuse for use in uses.split()})()
