"""Writes ../preprocessing.json: what torchvision's transforms on Pillow images give, for the tests of main/numerics/data.

Run with torch 2.13, torchvision 0.28 and Pillow 12.3: python preprocessing.py
"""

import base64
import hashlib
import io
import json
import pathlib
from unittest import mock

import numpy
import PIL
import torch
from PIL import Image

try:
    import torchvision
except RuntimeError:
    # Built for another build of PyTorch, so its compiled operators do not load; transforms need none of them.
    import sys

    library = torch.library.Library("torchvision", "DEF")
    library.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    for name in [name for name in sys.modules if name.startswith("torchvision")]:
        del sys.modules[name]
    import torchvision
from torchvision.transforms import CenterCrop, Compose, Normalize, RandomResizedCrop, Resize, ToTensor
from torchvision.transforms.functional import InterpolationMode, resized_crop

BICUBIC = InterpolationMode.BICUBIC

# Width, height, channels, side of the square.
SQUARES = [
    (500, 375, 3, 224), (375, 500, 3, 224), (640, 427, 3, 224), (224, 300, 3, 224), (32, 32, 3, 224),
    (1000, 30, 3, 64), (33, 801, 3, 32), (1, 40, 3, 16), (57, 1, 3, 8), (1, 1, 3, 5), (97, 61, 1, 48),
    (1024, 768, 3, 32), (225, 224, 3, 224), (7, 9, 1, 33),
]  # fmt: skip
# Width, height, channels; left, top, width and height of the part; side of the square.
CROPS = [
    (500, 375, 3, (13, 7, 470, 361), 224), (375, 500, 3, (0, 0, 375, 478), 224), (500, 375, 3, (30, 75, 470, 300), 224),
    (60, 44, 3, (2, 3, 50, 40), 224), (500, 375, 3, (499, 374, 1, 1), 16), (500, 375, 3, (250, 0, 1, 375), 16),
    (500, 375, 3, (0, 374, 500, 1), 16), (300, 200, 1, (11, 13, 280, 170), 97), (40, 40, 3, (4, 4, 32, 32), 32),
    (900, 700, 3, (1, 2, 897, 5), 64), (900, 700, 3, (899, 2, 1, 697), 1), (64, 64, 3, (0, 0, 64, 64), 63),
]  # fmt: skip
NORMALIZATIONS = [
    ((0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)),
    ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
]
# Width and height of images whose random parts are drawn; in the extreme ones ten draws often do not fit.
DRAWN = [(500, 375), (375, 500), (224, 224), (32, 32), (7, 5), (100, 76), (90, 200), (1, 1), (1, 9), (300, 2), (13, 11)]
SEEDS = [0, 5, 0xFFFF_FFFF]


def pixels(width: int, height: int, channels: int, contrast: bool) -> bytes:
    """The image that the tests make as well."""
    i = numpy.arange(width * height * channels, dtype=numpy.int64)
    values = (i * i * 31 + i * 17 + i // 7 * 13 + i // 1021 * 101) % 256
    return (values // 128 * 255 if contrast else values).astype(numpy.uint8).tobytes()


def image(width: int, height: int, channels: int, contrast: bool) -> Image.Image:
    return Image.frombytes("L" if channels == 1 else "RGB", (width, height), pixels(width, height, channels, contrast))


def digest(result: Image.Image) -> str:
    return hashlib.sha256(result.convert("RGB").tobytes()).hexdigest()


def squares() -> list[dict]:
    return [
        {
            "width": width, "height": height, "channels": channels, "contrast": contrast, "size": size,
            "sha256": digest(Compose([Resize(size, BICUBIC), CenterCrop(size)])(image(width, height, channels, contrast))),
        }
        for width, height, channels, size in SQUARES
        for contrast in (False, True)
    ]  # fmt: skip


def crops() -> list[dict]:
    return [
        {
            "width": width, "height": height, "channels": channels, "contrast": contrast, "box": box, "size": size,
            "sha256": digest(
                resized_crop(image(width, height, channels, contrast), box[1], box[0], box[3], box[2], [size, size], BICUBIC)
            ),
        }
        for width, height, channels, box, size in CROPS
        for contrast in (False, True)
    ]  # fmt: skip


def normalizations() -> list[dict]:
    """Float32 values of bytes 0 to 255 in every channel, as base64 of 256 x 3 little-endian numbers."""
    ramp = Image.frombytes("RGB", (256, 1), bytes(value for value in range(256) for _ in range(3)))
    return [
        {
            "mean": mean,
            "std": std,
            "values": encode(Normalize(mean, std)(ToTensor()(ramp)).permute(1, 2, 0).contiguous().numpy().tobytes()),
        }
        for mean, std in NORMALIZATIONS
    ]


def jpegs() -> list[dict]:
    """Small JPEG files of several kinds and their pixels as Pillow decodes them."""
    x, y = numpy.meshgrid(numpy.arange(51), numpy.arange(37))
    smooth = [128 + 100 * numpy.sin(x / (5 + c) + c) * numpy.cos(y / (4 + c)) for c in range(4)]
    noise = numpy.random.default_rng(0).normal(0, 12, (4, 37, 51))
    planes = numpy.clip(smooth + noise, 0, 255).astype(numpy.uint8)
    color = Image.fromarray(numpy.stack(planes[:3], -1), "RGB")
    gray = Image.fromarray(planes[0], "L")
    ink = Image.fromarray(numpy.stack(planes, -1), "CMYK")
    kinds = [
        ("4:2:0", color, dict(quality=90, subsampling="4:2:0")),
        ("4:2:2", color, dict(quality=75, subsampling="4:2:2")),
        ("4:4:4", color, dict(quality=95, subsampling="4:4:4")),
        ("coarse", color, dict(quality=20)),
        ("restarts", color, dict(quality=90, restart_marker_blocks=3)),
        ("own codes", color, dict(quality=60, subsampling="4:2:2", optimize=True)),
        ("progressive", color, dict(quality=85, progressive=True)),
        ("gray", gray, dict(quality=90)),
        ("cmyk", ink, dict(quality=90)),
    ]
    return [jpeg(kind, source, options) for kind, source, options in kinds]


def jpeg(kind: str, source: Image.Image, options: dict) -> dict:
    file = io.BytesIO()
    source.save(file, "JPEG", **options)
    decoded = Image.open(io.BytesIO(file.getvalue())).convert("RGB")
    return {
        "kind": kind, "width": decoded.width, "height": decoded.height,
        "file": encode(file.getvalue()), "pixels": encode(decoded.tobytes()),
    }  # fmt: skip


def encode(data: bytes) -> str:
    return base64.b64encode(data).decode()


def boxes() -> list[dict]:
    """Parts that torchvision's rule gives with the random numbers of main/numerics/engine/random.ts."""
    return [
        {"width": width, "height": height, "seed": seed, "position": position, "box": draw(width, height, seed, position)}
        for width, height in DRAWN
        for seed in SEEDS
        for position in (0, 1, 2, 70_000)
    ]  # fmt: skip


def draw(width: int, height: int, seed: int, position: int) -> list[int]:
    stream = Stream(seed, "crop", position)
    uniform = lambda self, low, high: torch.tensor([stream.uniform(float(low), float(high))], dtype=torch.float64)
    randint = lambda low, high, size: torch.tensor([low + stream.integer(high - low)])
    with mock.patch.object(torch.Tensor, "uniform_", uniform), mock.patch.object(torch, "randint", randint):
        top, left, h, w = RandomResizedCrop.get_params(Image.new("L", (width, height)), [0.9, 1.0], [3 / 4, 4 / 3])
    return [left, top, w, h]


class Stream:
    """Philox4x32-10 with the key (seed, FNV-1a of the purpose) and the counter (block, 0, index, 0)."""

    def __init__(self, seed: int, purpose: str, index: int):
        name = 0x811C_9DC5
        for byte in purpose.encode():
            name = (name ^ byte) * 0x0100_0193 % 2**32
        self.key, self.index, self.block, self.words = (seed, name), index, 0, []

    def word(self) -> int:
        if not self.words:
            c, k = [self.block, 0, self.index, 0], list(self.key)
            for _ in range(10):
                p, q = 0xD251_1F53 * c[0], 0xCD9E_8D57 * c[2]
                c = [q >> 32 ^ c[1] ^ k[0], q % 2**32, p >> 32 ^ c[3] ^ k[1], p % 2**32]
                k = [(k[0] + 0x9E37_79B9) % 2**32, (k[1] + 0xBB67_AE85) % 2**32]
            self.words, self.block = c, self.block + 1
        return self.words.pop(0)

    def uniform(self, low: float, high: float) -> float:
        upper, lower = self.word() >> 5, self.word() >> 6
        return low + (high - low) * ((upper * 2**26 + lower) / 2**53)

    def integer(self, bound: int) -> int:
        while True:
            word = self.word()
            if word < 2**32 - 2**32 % bound:
                return word % bound


golden = {
    "versions": {"pillow": PIL.__version__, "torch": torch.__version__, "torchvision": torchvision.__version__},
    "squares": squares(),
    "crops": crops(),
    "normalizations": normalizations(),
    "jpegs": jpegs(),
    "boxes": boxes(),
}
target = pathlib.Path(__file__).parent.parent / "preprocessing.json"
target.write_text(json.dumps(golden) + "\n")
