"""Groups of something else. Not torch's."""


def slow(players):
    for group in players:
        group["lr"] *= 0.1
    players[0]["lr"] = 3
    return players
