"""Run torch source and its conversion side by side, each framework in its own process, and compare."""
