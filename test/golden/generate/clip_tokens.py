"""Token numbers of texts as open_clip's tokenizer makes them for CLIP.

Run:  python clip_tokens.py ../clip-tokens.json      (open_clip_torch 3.x)

Texts that ftfy repairs (ligatures, broken encodings) are left out: tokenizer.json does not repair texts.
"""

import json
import sys

import open_clip

TEXTS = [
    "a photo of a cat",
    "A centered satellite photo of annual crop land.",
    'a photo of the number: "7".',
    "I don't think they're 1234 Émile's CAFÉ naïve",
    "   multiple   spaces\tand\nnewlines ",
    'a zoomed in photo of a "red and white circle 20 kph speed limit" traffic sign.',
    " ".join(["word"] * 100),
    "日本語 テスト 🙂 emoji",
    "x=1; y<2 && z>=3 #hash @me",
    "",
    "a photo of my dirty 2012 Acura TL Sedan.",
    "i love my Rolls-Royce Ghost Sedan 2012!",
]
tokenize = open_clip.get_tokenizer("ViT-B-32")
rows = []
for text in TEXTS:
    ids = tokenize([text])[0].tolist()
    while ids[-1] == 0:
        ids.pop()
    rows.append({"text": text, "ids": ids})
with open(sys.argv[1], "w") as file:
    json.dump(rows, file, ensure_ascii=False, indent=1)
