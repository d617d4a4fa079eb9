"""One tiny CLIP model in every container and layout that is read, and its features in float64.

Run:  python checkpoints.py ../checkpoints      (torch 2.x, open_clip_torch 3.x, transformers 5.x, safetensors)

Writes open_clip state dicts (.pt in a training checkpoint, .bin, safetensors with a configuration), a
TorchScript archive as OpenAI published theirs (half precision), the whole-module pickles, numbered lists and
heads of the reference implementation, a Hugging Face folder with pytorch_model.bin, and expected.json:
image features of fixed pixels, text features of fixed tokens, features of the linearised and the
fine-tuned encoder. The modules of the reference implementation are imitated here under its class names.
"""

import json
import math
import shutil
import sys
import types
from pathlib import Path

import torch
from open_clip.model import CLIP, CLIPTextCfg, CLIPVisionCfg
from open_clip.transformer import QuickGELU
from safetensors.torch import save_file
from torch.func import functional_call, jvp

FOLDER = Path(sys.argv[1])
BATCH, IMAGE, FEATURE = 2, 8, 6
MEAN, STD = [0.5, 0.4, 0.3], [0.2, 0.25, 0.3]


def wave(shape, phase, scale):
    """scale * sin(phase + 0.7 i + 0.003 i^2) for the flat index i, rounded to float32."""
    i = torch.arange(math.prod(shape), dtype=torch.float64)
    values = scale * torch.sin(phase + 0.7 * i + 0.003 * i * i)
    return values.to(torch.float32).to(torch.float64).reshape(shape)


# The modules of the reference implementation and of torchvision, as far as their pickles show them.
def fake_module(name, **members):
    module = types.ModuleType(name)
    for key, value in members.items():
        setattr(module, key, value)
        value.__module__ = name
        value.__qualname__ = key
    sys.modules[name] = module


class ImageEncoder(torch.nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model
        self.val_preprocess = Compose([Normalize(MEAN, STD)])
        self.cache_dir = None

    def forward(self, images):
        return self.model.encode_image(images)


class ClassificationHead(torch.nn.Linear):
    def __init__(self, weights):
        super().__init__(weights.shape[1], weights.shape[0])
        self.normalize = True
        self.weight = torch.nn.Parameter(weights.clone())
        self.bias = torch.nn.Parameter(torch.zeros(weights.shape[0]))


class Compose:
    def __init__(self, transforms):
        self.transforms = transforms


class Normalize(torch.nn.Module):
    def __init__(self, mean, std):
        super().__init__()
        self.mean, self.std, self.inplace = mean, std, False


fake_module("src.modeling", ImageEncoder=ImageEncoder, ClassificationHead=ClassificationHead)
sys.modules["src"] = types.ModuleType("src")
fake_module("torchvision.transforms.transforms", Compose=Compose, Normalize=Normalize)


def make_model(quick_gelu):
    torch.manual_seed(3)
    vision = CLIPVisionCfg(layers=2, width=16, head_width=8, patch_size=4, image_size=IMAGE)
    text = CLIPTextCfg(context_length=7, vocab_size=20, width=64, heads=1, layers=2)
    model = CLIP(FEATURE, vision, text, quick_gelu=quick_gelu)
    with torch.no_grad():
        for p in model.parameters():
            p.add_(torch.randn_like(p) * 0.2)
            # Exact in half precision, so that every file holds the same model.
            p.copy_(p.half().float())
        model.logit_scale.fill_(2.5)
    return model.eval()


def image_features(model):
    pixels = wave([BATCH, 3, IMAGE, IMAGE], 50.0, 1.5)
    return model.double().encode_image(pixels).flatten().tolist()


def text_features(model):
    # The end is the token of the highest number, as in OpenAI's code.
    tokens = torch.tensor([[18, 5, 3, 19, 0, 0, 0], [18, 4, 4, 7, 8, 9, 19]])
    return model.double().encode_text(tokens).flatten().tolist()


def write_openai_archive(model):
    """OpenAI's archives are scripts of modules in half precision; attributes say the activation."""
    half = make_model(True).half()

    class Mlp(torch.nn.Module):
        def __init__(self, mlp):
            super().__init__()
            self.c_fc, self.gelu, self.c_proj = mlp.c_fc, QuickGELU(), mlp.c_proj

        def forward(self, x):
            return self.c_proj(self.gelu(self.c_fc(x)))

    class Holder(torch.nn.Module):
        def forward(self, x):
            return x

    def copy_tree(source, target):
        for name, parameter in source.named_parameters(recurse=False):
            target.register_parameter(name, parameter)
        for name, child in source.named_children():
            if isinstance(child, (torch.nn.Linear, torch.nn.LayerNorm, torch.nn.Embedding, torch.nn.Conv2d)):
                target.add_module(name, child)
            elif name == "mlp":
                target.add_module(name, Mlp(child))
            else:
                target.add_module(name, copy_tree(child, Holder()))
        return target

    holder = copy_tree(half, Holder())
    holder.register_buffer("input_resolution", torch.tensor(IMAGE))
    scripted = torch.jit.script(holder)
    torch.jit.save(scripted, FOLDER / "openai.pt")


def numbered(params, params0, name):
    state = {}
    for key, values in (("params", params), ("params0", params0)):
        for i, value in enumerate(values):
            state[f"model.{key}.{i}"] = value.detach().clone()
    state["model_name"] = "ViT-B-32"
    torch.save(state, FOLDER / name)


def main():
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    expected = {"batch": BATCH, "mean": MEAN, "std": STD}

    model = make_model(quick_gelu=False)
    state = {k: v.clone() for k, v in model.state_dict().items()}
    torch.save({"epoch": 3, "name": "run", "state_dict": {f"module.{k}": v for k, v in state.items()}},
               FOLDER / "training-checkpoint.pt")
    torch.save({k: v.half() for k, v in state.items()}, FOLDER / "state-dict.bin")
    torch.save(state, FOLDER / "legacy.pt", _use_new_zipfile_serialization=False)
    folder = FOLDER / "open-clip"
    folder.mkdir()
    save_file({k: v.bfloat16().contiguous() if k == "visual.proj" else v.contiguous() for k, v in state.items()},
              folder / "open_clip_model.safetensors")
    (folder / "open_clip_config.json").write_text(json.dumps({
        "model_cfg": {"embed_dim": FEATURE, "vision_cfg": {"image_size": IMAGE, "layers": 2, "width": 16,
                                                           "head_width": 8, "patch_size": 4},
                      "text_cfg": {"context_length": 7, "vocab_size": 20, "width": 64, "heads": 1, "layers": 2}},
        "preprocess_cfg": {"mean": MEAN, "std": STD}}))
    with torch.no_grad():
        bf = make_model(quick_gelu=False)
        bf.visual.proj.copy_(bf.visual.proj.bfloat16().float())
        expected["gelu"] = {"image": image_features(model), "text": text_features(model)}
        expected["bfloat16Projection"] = {"image": image_features(bf)}

    quick = make_model(quick_gelu=True)
    with torch.no_grad():
        expected["quickGelu"] = {"image": image_features(quick), "text": text_features(quick)}
    write_openai_archive(quick)

    # The reference implementation deletes the text transformer and keeps the rest.
    encoder = ImageEncoder(make_model(quick_gelu=True))
    del encoder.model.transformer
    torch.save(encoder, FOLDER / "zeroshot.pt")
    params0 = [p.detach().clone() for p in encoder.parameters()]
    with torch.no_grad():
        for k, p in enumerate(encoder.model.visual.parameters()):
            p.add_(wave(list(p.shape), 100.0 + k, 0.05).float())
    torch.save(encoder, FOLDER / "finetuned.pt")
    params = [p.detach().clone() for p in encoder.parameters()]
    numbered(params, params0, "linear_finetuned.pt")
    torch.save(ClassificationHead(wave([3, FEATURE], 7.0, 1.0).float()), FOLDER / "head_ThreeVal.pt")

    with torch.no_grad():
        expected["finetuned"] = {"image": image_features(encoder.model)}
    names = [n for n, _ in encoder.named_parameters()]
    origin = {n: p.double() for n, p in zip(names, params0)}
    delta = {n: p.double() - p0.double() for n, p, p0 in zip(names, params, params0)}
    pixels = wave([BATCH, 3, IMAGE, IMAGE], 50.0, 1.5)
    torch.backends.mha.set_fastpath_enabled(False)
    encoder.double()
    with torch.nn.attention.sdpa_kernel(torch.nn.attention.SDPBackend.MATH):
        primal, tangent = jvp(lambda p: functional_call(encoder, p, (pixels,)), (origin,), (delta,))
    expected["linearized"] = {"image": (primal + tangent).flatten().tolist()}
    (FOLDER / "expected.json").write_text(json.dumps(expected))


main()
