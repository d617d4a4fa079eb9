"""Golden vectors of a tiny CLIP image tower: features, J v, J^T u and J J^T in float64.

Run:  python vision_transformer.py > ../vision-transformer.json      (torch 2.x, CPU)

Independent of the product: written with torch.nn.functional (conv2d, layer_norm,
scaled_dot_product_attention) after open_clip's VisionTransformer, and differentiated by torch.func.
Parameters are made by a formula that the test repeats, so that they need not be stored.
"""

import json
import math
import sys

import torch
import torch.nn.functional as F
from torch.func import jacrev, jvp, vjp

WIDTH, LAYERS, HEADS, PATCH, IMAGE, FEATURE, BATCH = 16, 2, 2, 4, 8, 6, 3
TOKENS = (IMAGE // PATCH) ** 2 + 1


def shapes():
    d, hidden = WIDTH, 4 * WIDTH
    table = {
        "visual.class_embedding": [d],
        "visual.positional_embedding": [TOKENS, d],
        "visual.proj": [d, FEATURE],
        "visual.conv1.weight": [d, 3, PATCH, PATCH],
    }
    norms = ["visual.ln_pre", "visual.ln_post"]
    for layer in range(LAYERS):
        block = f"visual.transformer.resblocks.{layer}"
        norms += [f"{block}.ln_1", f"{block}.ln_2"]
        table |= {
            f"{block}.attn.in_proj_weight": [3 * d, d],
            f"{block}.attn.in_proj_bias": [3 * d],
            f"{block}.attn.out_proj.weight": [d, d],
            f"{block}.attn.out_proj.bias": [d],
            f"{block}.mlp.c_fc.weight": [hidden, d],
            f"{block}.mlp.c_fc.bias": [hidden],
            f"{block}.mlp.c_proj.weight": [d, hidden],
            f"{block}.mlp.c_proj.bias": [d],
        }
    for norm in norms:
        table |= {f"{norm}.weight": [d], f"{norm}.bias": [d]}
    return table


def wave(shape, phase, scale):
    """scale * sin(phase + 0.7 i + 0.003 i^2) for the flat index i, rounded to float32."""
    i = torch.arange(math.prod(shape), dtype=torch.float64)
    values = scale * torch.sin(phase + 0.7 * i + 0.003 * i * i)
    return values.to(torch.float32).to(torch.float64).reshape(shape)


def tree(offset, scale):
    names = sorted(shapes())
    return {name: wave(shapes()[name], offset + k, scale) for k, name in enumerate(names)}


def encode(params, pixels, activation):
    p = lambda name: params[f"visual.{name}"]
    x = F.conv2d(pixels.permute(0, 3, 1, 2), p("conv1.weight"), stride=PATCH)
    x = x.flatten(2).transpose(1, 2)
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
        h = h * torch.sigmoid(1.702 * h) if activation == "quickGelu" else F.gelu(h)
        x = x + F.linear(h, p(b + "mlp.c_proj.weight"), p(b + "mlp.c_proj.bias"))
    return norm(x[:, 0], "ln_post") @ p("proj")


def case(activation):
    torch.backends.mha.set_fastpath_enabled(False)
    params, tangents = tree(0.0, 0.4), tree(100.0, 0.1)
    pixels = wave([BATCH, IMAGE, IMAGE, 3], 50.0, 1.5)
    cotangent = wave([BATCH, FEATURE], 60.0, 1.0)
    f = lambda params: encode(params, pixels, activation)
    with torch.nn.attention.sdpa_kernel(torch.nn.attention.SDPBackend.MATH):
        features, pushed = jvp(f, (params,), (tangents,))
        _, pull = vjp(f, params)
        (gradient,) = pull(cotangent)
        jacobian = jacrev(f)(params)
    rows = torch.cat([j.reshape(BATCH * FEATURE, -1) for _, j in sorted(jacobian.items())], 1)
    # A gradient is kept as its norm and its inner products with two fixed waves.
    summary = {
        name: {
            "norm": g.norm().item(),
            "projections": [(g * wave(list(g.shape), phase, 1.0)).sum().item() for phase in (1.0, 2.0)],
        }
        for name, g in sorted(gradient.items())
    }
    return {
        "activation": activation,
        "features": features.flatten().tolist(),
        "tangent": pushed.flatten().tolist(),
        "gradient": summary,
        "kernel": (rows @ rows.T).flatten().tolist(),
    }


json.dump(
    {
        "made": f"torch {torch.__version__}, float64",
        "architecture": {
            "imageSize": IMAGE,
            "patchSize": PATCH,
            "width": WIDTH,
            "layers": LAYERS,
            "heads": HEADS,
            "mlpRatio": 4,
            "featureSize": FEATURE,
        },
        "batch": BATCH,
        "cases": [case("quickGelu"), case("gelu")],
    },
    sys.stdout,
    indent=1,
)
print()
