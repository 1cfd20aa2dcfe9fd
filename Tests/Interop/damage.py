"""Pushes that must be refused: one kind of damage a function, each with the reason it must give.

A function takes a good push and returns the bytes to send. Every one fits on a line.
"""

import damagedfields
import damagedmessages
import damagedpushes
import damagekinds

MODULES = (damagedfields, damagedmessages, damagedpushes)
KINDS = [
    kind for module in MODULES for kind in damagekinds.KINDS if kind[3].__module__ == module.__name__
]  # name, reason, places, function
