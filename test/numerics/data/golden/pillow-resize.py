"""Writes pillow-resize.json: torchvision's Resize(S, bicubic) and CenterCrop(S) done with Pillow.

Run with Pillow 12 or newer: python pillow-resize.py
"""

import json
import pathlib

import PIL
from PIL import Image

CASES = [(11, 7, 4), (5, 8, 6), (40, 23, 5), (9, 6, 6), (6, 9, 6), (3, 2, 7)]


def pixels(width: int, height: int) -> bytes:
    """The image that preprocess.test.ts makes as well."""
    return bytes((i * i * 31 + i * 17) % 256 for i in range(width * height * 3))


def square(width: int, height: int, size: int) -> list[int]:
    image = Image.frombytes("RGB", (width, height), pixels(width, height))
    shorter = min(width, height)
    resized = image.resize((size * width // shorter, size * height // shorter), Image.Resampling.BICUBIC)
    left = round((resized.width - size) / 2)
    top = round((resized.height - size) / 2)
    return list(resized.crop((left, top, left + size, top + size)).tobytes())


cases = [{"width": w, "height": h, "size": s, "pixels": square(w, h, s)} for w, h, s in CASES]
target = pathlib.Path(__file__).with_suffix(".json")
target.write_text(json.dumps({"pillow": PIL.__version__, "cases": cases}) + "\n")
