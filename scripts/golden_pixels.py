"""Writes test/reference/pixels/: image files of odd sizes, modes and formats, and what Pillow and torchvision make of them.

Needs Pillow 9.4, torchvision 0.14 and libjpeg-turbo's cjpeg (Debian 12: python3-pil, python3-torchvision,
python3-numpy, libjpeg-turbo-progs). Run it only to renew these files:

    /usr/bin/python3 scripts/golden_pixels.py [folder] [seed] [images]
    npm run fix

`pixels.bin` holds the files one after the other. `pixels.json` has for each its name, its length, its size, the CRC-32 of
`Image.open(…).convert('RGB')`, and of Resize and CenterCrop of it, [3, crop, crop], in every way of `ways`; for some also
the bytes, in base64, that torchvision's resize of a tensor without antialiasing gives, by `tensorWay`.
"""

import json
import sys
import warnings
import zlib
from base64 import b64encode
from io import BytesIO
from pathlib import Path

import numpy as np
import PIL
import torch
import torchvision
from PIL import Image, features
from torchvision.transforms import InterpolationMode
from torchvision.transforms import functional as F

from golden_pixels_images import image

WAYS = [
    (32, 28, "bilinear"),
    (32, 28, "bicubic"),
    (17, 17, "bilinear"),
    (17, 17, "bicubic"),
    (64, 57, "bicubic"),
    (24, 41, "bilinear"),
    (256, 224, "bilinear"),
    (235, 224, "bicubic"),
    (32, 28, "nearest"),
    (64, 57, "nearest"),
]
# Images whose bytes are kept for a resize that is not equal bit for bit.
TENSOR_EVERY, TENSOR_WAY = 12, (13, 12, "tensor-bilinear")
LARGE_FROM = 0.95


def planar(rgb, shorter, crop, interpolation):
    if interpolation == "tensor-bilinear":
        tensor = torch.from_numpy(np.array(rgb)).permute(2, 0, 1)
        tensor = F.resize(tensor, [shorter], InterpolationMode.BILINEAR, antialias=False)
        return F.center_crop(tensor, [crop]).contiguous().numpy()
    resized = F.resize(rgb, [shorter], InterpolationMode(interpolation))
    return np.ascontiguousarray(np.array(F.center_crop(resized, [crop])).transpose(2, 0, 1))


def main(folder="test/reference/pixels", seed=13, count=380):
    warnings.simplefilter("ignore")
    r = np.random.RandomState(int(seed))
    count = int(count)
    pack, rows = b"", []
    for i in range(count):
        name, data = image(r, i, i >= count * LARGE_FROM)
        rgb = Image.open(BytesIO(data)).convert("RGB")
        crops = [zlib.crc32(planar(rgb, *way).tobytes()) for way in WAYS]
        row = [name, len(data), *rgb.size, zlib.crc32(rgb.tobytes()), crops]
        if i % TENSOR_EVERY == 0:
            row.append(b64encode(planar(rgb, *TENSOR_WAY).tobytes()).decode())
        rows.append(row)
        pack += data
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pixels.bin").write_bytes(pack)
    made = {
        "pillow": PIL.__version__,
        "torch": torch.__version__,
        "torchvision": torchvision.__version__,
        "libjpeg_turbo": features.version("libjpeg_turbo"),
        "webp": features.version("webp"),
        "seed": int(seed),
    }
    lines = ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows)
    head = json.dumps({"made": made, "ways": WAYS, "tensorWay": TENSOR_WAY})
    (folder / "pixels.json").write_text(f'{head[:-1]}, "images": [\n{lines}\n]}}\n')
    print(f"{len(rows)} images, {len(pack)} bytes")


main(*sys.argv[1:])
