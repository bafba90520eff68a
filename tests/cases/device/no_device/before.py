"""Devices of something else than torch."""

device = "cuda"
phone = {"device": device}
