"""A tiny CLIP model as transformers stores it, and what PyTorch computes with it in float64.

Run:  python hugging_face_clip.py ../hugging-face-clip      (torch 2.x, transformers 5.x, safetensors)

Writes config.json and model.safetensors, as `save_pretrained` does, and expected.json: for the image and
the text tower the features f, J v and the gradient J^T u by transformers' own modules and torch.func,
under Hugging Face's names. Tangents v, cotangents u and pixels are made by a formula that the test
repeats. The position_ids of older versions of transformers are added to the file, as they must be passed over.
"""

import json
import math
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch.func import functional_call, jvp, vjp
from transformers import CLIPConfig, CLIPModel

FOLDER = Path(sys.argv[1])
BATCH, IMAGE, FEATURE = 3, 8, 6
# Texts end in token 19 at different places; what follows must not matter.
TOKENS = [[1, 5, 3, 19, 0, 0, 0], [1, 19, 2, 2, 2, 2, 2], [1, 4, 4, 7, 8, 9, 19]]


def wave(shape, phase, scale):
    """scale * sin(phase + 0.7 i + 0.003 i^2) for the flat index i, rounded to float32."""
    i = torch.arange(math.prod(shape), dtype=torch.float64)
    values = scale * torch.sin(phase + 0.7 * i + 0.003 * i * i)
    return values.to(torch.float32).to(torch.float64).reshape(shape)


def make_model():
    torch.manual_seed(7)
    tower = dict(num_hidden_layers=2, num_attention_heads=2)
    config = CLIPConfig(
        projection_dim=FEATURE,
        text_config=dict(
            vocab_size=20, hidden_size=12, intermediate_size=48, max_position_embeddings=7, eos_token_id=19,
            bos_token_id=1, **tower,
        ),
        vision_config=dict(hidden_size=16, intermediate_size=64, image_size=IMAGE, patch_size=4, **tower),
    )
    # Eager attention: PyTorch's fused kernels have no forward mode.
    config._attn_implementation = "eager"
    model = CLIPModel(config)
    with torch.no_grad():
        # Away from the initialization, where biases are zero and gains one.
        for p in model.parameters():
            p.add_(torch.randn_like(p) * 0.2)
    return model.eval()


def summarize(gradient):
    """A gradient is kept as its norm and its inner products with two fixed waves."""
    return {
        name: {
            "norm": g.norm().item(),
            "projections": [(g * wave(list(g.shape), phase, 1.0)).sum().item() for phase in (1.0, 2.0)],
        }
        for name, g in sorted(gradient.items())
    }


def examine(model, prefixes, compute):
    found = dict(model.named_parameters())
    params = {n: found[n].detach() for n in sorted(found) if n.startswith(prefixes)}
    tangents = {n: wave(list(params[n].shape), 100.0 + k, 0.1) for k, n in enumerate(params)}
    f = lambda p: compute(lambda **inputs: functional_call(model, p, (), inputs))
    features, pushed = jvp(f, (params,), (tangents,))
    (gradient,) = vjp(f, params)[1](wave([BATCH, FEATURE], 60.0, 1.0))
    return {
        "features": features.flatten().tolist(),
        "tangent": pushed.flatten().tolist(),
        "gradient": summarize(gradient),
    }


class Image(torch.nn.Module):
    def __init__(self, clip):
        super().__init__()
        self.vision_model, self.visual_projection = clip.vision_model, clip.visual_projection

    def forward(self, pixels):
        return self.visual_projection(self.vision_model(pixel_values=pixels).pooler_output)


class Text(torch.nn.Module):
    def __init__(self, clip):
        super().__init__()
        self.text_model, self.text_projection = clip.text_model, clip.text_projection

    def forward(self, tokens):
        return self.text_projection(self.text_model(input_ids=tokens).pooler_output)


FOLDER.mkdir(exist_ok=True)
model = make_model()
model.save_pretrained(FOLDER)
weights = load_file(FOLDER / "model.safetensors")
weights["vision_model.embeddings.position_ids"] = torch.arange(5)[None]
weights["text_model.embeddings.position_ids"] = torch.arange(7)[None]
save_file(weights, FOLDER / "model.safetensors", metadata={"format": "pt"})

model = model.double()
pixels = wave([BATCH, 3, IMAGE, IMAGE], 50.0, 1.5)
tokens = torch.tensor(TOKENS)
expected = {
    "made": f"torch {torch.__version__}, float64, by transformers' CLIPModel",
    "batch": BATCH,
    "tokens": TOKENS,
    "vision": examine(Image(model), ("vision_model", "visual_projection"), lambda call: call(pixels=pixels)),
    "text": examine(Text(model), ("text_model", "text_projection"), lambda call: call(tokens=tokens)),
}
(FOLDER / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")
