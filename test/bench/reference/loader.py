"""Batches of random crops from JPEG files by torchvision's transforms and PyTorch's DataLoader.

Run as: python loader.py <list of files> <worker processes> <batch size>. Answers each line of JSON with one:
{"hello": true} with its versions, {"batches": n} with the seconds that an epoch of n batches took, and the processor time of all its processes.
"""

import json
import os
import sys
import time

import PIL
import torch
from PIL import Image

try:
    import torchvision
except RuntimeError:
    # Built for another build of PyTorch, so its compiled operators do not load; transforms need none of them.
    library = torch.library.Library("torchvision", "DEF")
    library.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    for name in [name for name in sys.modules if name.startswith("torchvision")]:
        del sys.modules[name]
    import torchvision
from torchvision.transforms import Compose, InterpolationMode, Normalize, RandomResizedCrop, ToTensor

TRANSFORM = Compose(
    [
        RandomResizedCrop(224, scale=(0.9, 1.0), interpolation=InterpolationMode.BICUBIC),
        ToTensor(),
        Normalize((0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)),
    ]
)


class Files(torch.utils.data.Dataset):
    def __init__(self, paths):
        self.paths = paths

    def __len__(self):
        return len(self.paths)

    def __getitem__(self, index):
        with open(self.paths[index], "rb") as file:
            return TRANSFORM(Image.open(file).convert("RGB")), index


class Batches(torch.utils.data.Sampler):
    """An epoch of as many random batches as are asked for."""

    def __init__(self, count, size):
        self.count, self.size, self.batches = count, size, 0

    def __iter__(self):
        return (torch.randperm(self.count)[: self.size].tolist() for _ in range(self.batches))


def cpu_seconds(loader):
    """Processor time of this process and the workers so far; of this process alone where there is no /proc."""
    seconds = time.process_time()
    for worker in getattr(loader._iterator, "_workers", []):
        try:
            with open(f"/proc/{worker.pid}/stat") as file:
                fields = file.read().rsplit(")", 1)[1].split()
        except OSError:
            continue
        seconds += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return seconds


def main():
    with open(sys.argv[1]) as file:
        files = Files(json.load(file))
    workers, size = int(sys.argv[2]), int(sys.argv[3])
    batches = Batches(len(files), size)
    loader = torch.utils.data.DataLoader(
        files, batch_sampler=batches, num_workers=workers, persistent_workers=True
    )
    for line in sys.stdin:
        request = json.loads(line)
        if "hello" in request:
            answer = {"library": f"torchvision {torchvision.__version__} with Pillow {PIL.__version__}"}
        else:
            batches.batches = request["batches"]
            start, cpu = time.perf_counter(), cpu_seconds(loader)
            images = sum(len(pixels) for pixels, _ in loader)
            seconds = time.perf_counter() - start
            answer = {"seconds": seconds, "images": images, "cpu": cpu_seconds(loader) - cpu}
        print(json.dumps(answer), flush=True)


main()
