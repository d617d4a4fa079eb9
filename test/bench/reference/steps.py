"""The reference of the benchmark: the same vision transformer in PyTorch.

Speaks JSON lines. Reads {"hello": true} and answers {"library": ..., "threads": n}; reads
{"size": ..., "subject": ..., "rounds": n} and answers {"times": [seconds, ...], "attention": kernel}.

The model is written as a PyTorch user would write it for speed: torch.nn.functional's fused kernels
(linear, layer_norm, scaled_dot_product_attention) and autograd; AdamW with its fused implementation.
Attention is whatever is faster for a size and subject, PyTorch's own choice or its math kernel, found
out at the first request. Forward mode has no fused attention in PyTorch, so attention is then the
math kernel, which is what torch.func.jvp needs (pytorch/pytorch#117629).
"""

import contextlib
import json
import statistics
import sys
import time

import torch
import torch.nn.functional as F
from torch.func import functional_call, jvp
from torch.nn.attention import SDPBackend, sdpa_kernel

SIZES = {
    "starter": dict(image=32, patch=8, width=96, layers=4, heads=4, feature=64, batch=128, classes=10),
    "vit-b-32": dict(image=224, patch=32, width=768, layers=12, heads=12, feature=512, batch=8, classes=10),
}

ATTENTION = {
    "default": contextlib.nullcontext,
    "math": lambda: sdpa_kernel(SDPBackend.MATH),
}

# Subjects that do not need the math kernel, and how often each kernel is tried for them.
FREE_TO_CHOOSE = ("forward", "standard_gradient", "standard_step")
TRIALS = 5


class Block(torch.nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.ln_1, self.ln_2 = torch.nn.LayerNorm(width), torch.nn.LayerNorm(width)
        self.qkv, self.out = torch.nn.Linear(width, 3 * width), torch.nn.Linear(width, width)
        self.fc, self.proj = torch.nn.Linear(width, 4 * width), torch.nn.Linear(4 * width, width)

    def forward(self, x):
        q, k, v = (t.unflatten(-1, (self.heads, -1)).transpose(1, 2) for t in self.qkv(self.ln_1(x)).chunk(3, -1))
        x = x + self.out(F.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2))
        h = self.fc(self.ln_2(x))
        return x + self.proj(h * torch.sigmoid(1.702 * h))


class Tower(torch.nn.Module):
    def __init__(self, image, patch, width, layers, heads, feature, **_):
        super().__init__()
        tokens = (image // patch) ** 2 + 1
        self.conv = torch.nn.Conv2d(3, width, patch, patch, bias=False)
        self.token = torch.nn.Parameter(torch.randn(width) * width**-0.5)
        self.positions = torch.nn.Parameter(torch.randn(tokens, width) * width**-0.5)
        self.ln_pre, self.ln_post = torch.nn.LayerNorm(width), torch.nn.LayerNorm(width)
        self.blocks = torch.nn.Sequential(*(Block(width, heads) for _ in range(layers)))
        self.projection = torch.nn.Parameter(torch.randn(width, feature) * width**-0.5)

    def forward(self, pixels):
        patches = self.conv(pixels).flatten(2).transpose(1, 2)
        x = torch.cat([self.token.expand(len(pixels), 1, -1), patches], 1) + self.positions
        return self.ln_post(self.blocks(self.ln_pre(x))[:, 0]) @ self.projection


class Subject:
    def __init__(self, size):
        torch.manual_seed(1)
        self.tower = Tower(**size)
        batch, classes = size["batch"], size["classes"]
        self.pixels = torch.randn(batch, 3, size["image"], size["image"])
        self.head = torch.randn(classes, size["feature"])
        self.labels = torch.arange(batch) % classes
        self.params0 = {name: p.detach().clone() for name, p in self.tower.named_parameters()}
        self.deltas = [
            {name: torch.randn_like(p) * 1e-3 for name, p in self.params0.items()} for _ in range(8)
        ]
        self.optimizers = {}
        self.kernels = {}

    def measure(self, name, rounds):
        """Runs a subject on its attention kernel; returns the seconds of each round, and the kernel."""
        if name not in self.kernels:
            self.kernels[name] = self.choose(name) if name in FREE_TO_CHOOSE else "math"
        kernel = self.kernels[name]
        with ATTENTION[kernel]():
            return [self.time(name) for _ in range(rounds)], kernel

    def choose(self, name):
        """Finds the faster attention kernel, trying them in turns; the first turn is for warm-up."""
        seconds = {kernel: [] for kernel in ATTENTION}
        for _ in range(TRIALS + 1):
            for kernel in ATTENTION:
                with ATTENTION[kernel]():
                    seconds[kernel].append(self.time(name))
        return min(ATTENTION, key=lambda kernel: statistics.median(seconds[kernel][1:]))

    def time(self, name):
        run = getattr(self, name)
        start = time.perf_counter()
        run()
        return time.perf_counter() - start

    def loss(self, features):
        return F.cross_entropy(F.normalize(features, dim=-1) @ self.head.T, self.labels)

    def encode(self, params):
        return functional_call(self.tower, params, (self.pixels,))

    def push(self, delta):
        return jvp(self.encode, (self.params0,), (delta,))

    def forward(self):
        with torch.no_grad():
            self.tower(self.pixels)

    def standard_gradient(self):
        self.tower.zero_grad(set_to_none=True)
        self.loss(self.tower(self.pixels)).backward()

    def linear_gradient(self):
        for p in self.leaves().values():
            p.grad = None
        primal, tangent = self.push(self.leaves())
        self.loss(primal + tangent).backward()

    def leaves(self):
        if not hasattr(self, "delta_leaves"):
            self.delta_leaves = {name: d.clone().requires_grad_() for name, d in self.deltas[0].items()}
        return self.delta_leaves

    def step(self, params):
        key = id(params[0])
        if key not in self.optimizers:
            self.optimizers[key] = torch.optim.AdamW(params, lr=1e-5, weight_decay=0.1, fused=True)
        torch.nn.utils.clip_grad_norm_(params, 1.0, foreach=True)
        self.optimizers[key].step()

    def standard_step(self):
        self.standard_gradient()
        self.step(list(self.tower.parameters()))

    def linear_step(self):
        self.linear_gradient()
        self.step(list(self.leaves().values()))

    def one_jvp(self):
        with torch.no_grad():
            self.push(self.deltas[0])

    def eight_jvps(self):
        for delta in self.deltas:
            with torch.no_grad():
                self.push(delta)


def main():
    torch.set_num_threads(int(sys.argv[1]))
    subjects = {}
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line), subjects)), flush=True)


def answer(request, subjects):
    if "hello" in request:
        return {"library": f"PyTorch {torch.__version__}", "threads": torch.get_num_threads()}
    size = request["size"]
    if size not in subjects:
        subjects.clear()
        subjects[size] = Subject(SIZES[size])
    times, kernel = subjects[size].measure(request["subject"], request["rounds"])
    return {"times": times, "attention": kernel}


main()
