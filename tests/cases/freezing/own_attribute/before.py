"""Not a class of torch."""


class Setting:
    requires_grad = False


setting = Setting()
setting.requires_grad = True
print(setting.requires_grad)
