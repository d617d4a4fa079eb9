"""The reference of the analysis benchmark: maps and Gram matrices as a PyTorch user would write them.

Run as: python analysis.py <threads> <folder>. Answers each line of JSON with one: {"hello": true} with its version;
{"subject": ..., "times": n} with the seconds of each time; {"write": "gram"} with the file that holds the matrices.

A cell of a map evaluates the model on 2,048 images of each of two tasks: the network in inference mode with PyTorch's
own choice of attention, the linearised model by torch.func.jvp at the cell's tangent (which needs the math kernel).
The Gram matrices are per-example Jacobians of the class logits by vmap and jacrev, contracted parameter by parameter.
"""

import json
import os
import sys
import time

import numpy
import torch
import torch.nn.functional as F
from torch.func import jacrev, jvp, vmap
from torch.nn.attention import SDPBackend, sdpa_kernel

BATCH, CELLS, CHUNK, GRAM_IMAGES, GRID = 128, 2, 25, 200, 21
WIDTH, LAYERS, HEADS, PATCH = 96, 4, 4, 8


def load(folder):
    with open(os.path.join(folder, "world.safetensors"), "rb") as file:
        data = file.read()
    size = int.from_bytes(data[:8], "little")
    tensors = {}
    for name, entry in json.loads(data[8 : 8 + size]).items():
        if name == "__metadata__":
            continue
        begin, end = (8 + size + offset for offset in entry["data_offsets"])
        array = numpy.frombuffer(data[begin:end], dtype=numpy.float32).copy()
        tensors[name] = torch.from_numpy(array).reshape(entry["shape"])
    return tensors


def encode(params, pixels):
    p = lambda name: params[f"visual.{name}"]
    x = F.conv2d(pixels, p("conv1.weight"), stride=PATCH).flatten(2).transpose(1, 2)
    x = torch.cat([p("class_embedding").expand(x.shape[0], 1, -1), x], 1) + p("positional_embedding")
    norm = lambda x, name: F.layer_norm(x, (WIDTH,), p(name + ".weight"), p(name + ".bias"), 1e-5)
    x = norm(x, "ln_pre")
    for layer in range(LAYERS):
        b = f"transformer.resblocks.{layer}."
        qkv = F.linear(norm(x, b + "ln_1"), p(b + "attn.in_proj_weight"), p(b + "attn.in_proj_bias"))
        q, k, v = (t.unflatten(-1, (HEADS, -1)).transpose(1, 2) for t in qkv.chunk(3, -1))
        mixed = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2)
        x = x + F.linear(mixed, p(b + "attn.out_proj.weight"), p(b + "attn.out_proj.bias"))
        h = F.linear(norm(x, b + "ln_2"), p(b + "mlp.c_fc.weight"), p(b + "mlp.c_fc.bias"))
        h = h * torch.sigmoid(1.702 * h)
        x = x + F.linear(h, p(b + "mlp.c_proj.weight"), p(b + "mlp.c_proj.bias"))
    return norm(x[:, 0], "ln_post") @ p("proj")


class Analysis:
    def __init__(self, folder):
        self.folder = folder
        tensors = load(folder)
        under = lambda prefix: {n[len(prefix) :]: t for n, t in tensors.items() if n.startswith(prefix)}
        self.params0 = under("params.")
        self.vectors = [under(f"vector.{t}.") for t in range(2)]
        self.pixels = [tensors[f"pixels.{t}"].permute(0, 3, 1, 2).contiguous() for t in range(2)]
        self.head = tensors["head"]
        values = [-3 + 6 * i / (GRID - 1) for i in range(GRID)]
        self.cells = [(a, b) for a in values for b in values][:CELLS]

    def tangent(self, cell):
        first, second = self.vectors
        return {name: cell[0] * first[name] + cell[1] * second[name] for name in first}

    def predict(self, features):
        return (F.normalize(features, dim=-1) @ self.head.T).argmax(-1)

    def batches(self):
        for pixels in self.pixels:
            yield from pixels.split(BATCH)

    def linear_cells(self):
        with torch.no_grad(), sdpa_kernel(SDPBackend.MATH):
            for cell in self.cells:
                tangent = self.tangent(cell)
                for pixels in self.batches():
                    primal, pushed = jvp(lambda p: encode(p, pixels), (self.params0,), (tangent,))
                    self.predict(primal + pushed)

    def network_cells(self):
        with torch.inference_mode():
            for cell in self.cells:
                tangent = self.tangent(cell)
                params = {name: value + tangent[name] for name, value in self.params0.items()}
                for pixels in self.batches():
                    self.predict(encode(params, pixels))

    def gram(self):
        def logits(params, pixels):
            return encode(params, pixels[None])[0] @ self.head.T

        with sdpa_kernel(SDPBackend.MATH):
            jacobian = vmap(jacrev(logits), in_dims=(None, 0), chunk_size=CHUNK)(
                self.params0, self.pixels[0][:GRAM_IMAGES]
            )
        gram = 0
        for j in jacobian.values():
            rows = j.flatten(2).detach().transpose(0, 1)  # classes × images × numbers
            gram = gram + (rows @ rows.transpose(1, 2)).double()
        return gram

    def write(self):
        path = os.path.join(self.folder, "theirs.f64")
        self.gram().numpy().tofile(path)
        return {"path": path}

    def time(self, subject):
        start = time.perf_counter()
        getattr(self, subject)()
        return time.perf_counter() - start


def main():
    torch.set_num_threads(int(sys.argv[1]))
    analysis = Analysis(sys.argv[2])
    for line in sys.stdin:
        request = json.loads(line)
        if "hello" in request:
            answer = {"library": f"PyTorch {torch.__version__}", "threads": torch.get_num_threads()}
        elif "write" in request:
            answer = analysis.write()
        else:
            answer = {"times": [analysis.time(request["subject"]) for _ in range(request["times"])]}
        print(json.dumps(answer), flush=True)


main()
