"""Kinds of damage: one a function, each with the reason it must give and the places it is for."""

from blocktank import Draw
from pushes import PLACES
from spelling import Style, spell

KINDS: list[tuple[str, str, tuple[str, ...], object]] = []  # name, reason, places, function
ALL, V0, V1 = PLACES, PLACES[:6], PLACES[6:]
NESTED = ("apns", "top", "wake", "wake_text", "fcm_wake", "fcm_wake_text")


def kind(reason: str, places=ALL):
    def keep(function):
        KINDS.append((function.__name__, reason, places, function))
        return function

    return keep


def line(value, draw: Draw) -> bytes:
    return spell(value, Style(), draw).encode()
