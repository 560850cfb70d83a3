"""Writes test/reference/pixels/area.json: what MLPerf's preprocessing, with OpenCV, makes of the images there.

Needs OpenCV and Pillow (5.0.0 and Pillow 9.4 wrote the file that is kept). Run it after golden_pixels.py. It holds for each image the CRC-32
of the resized and cropped image, [3, crop, crop], in every way of `ways`.
"""

import json
import zlib
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

WAYS = [(256, 224, "area"), (32, 28, "area"), (13, 12, "area"), (16, 16, "area")]


def planar(image, shorter, crop):
    """The steps of MLPerf's pre_process_vgg (inference, vision/classification_and_detection, dataset.py)."""
    height, width = image.shape[:2]
    if height > width:
        w, h = shorter, int(shorter * height / width)
    else:
        w, h = int(shorter * width / height), shorter
    image = cv2.resize(image, (w, h), interpolation=cv2.INTER_AREA)
    left, top = int((w - crop) / 2), int((h - crop) / 2)
    return np.ascontiguousarray(image[top : top + crop, left : left + crop].transpose(2, 0, 1))


folder = Path("test/reference/pixels")
golden = json.loads((folder / "pixels.json").read_text())
pack, at, rows = (folder / "pixels.bin").read_bytes(), 0, []
for name, length, _, _, decoded, *_ in golden["images"]:
    image = np.array(Image.open(BytesIO(pack[at : at + length])).convert("RGB"))
    at += length
    if zlib.crc32(image.tobytes()) != decoded:
        raise SystemExit(f"{name} is decoded otherwise by this Pillow")
    rows.append([zlib.crc32(planar(image, shorter, crop).tobytes()) for shorter, crop, _ in WAYS])
lines = ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows)
head = json.dumps({"made": {"opencv": cv2.__version__}, "ways": WAYS})
(folder / "area.json").write_text(f'{head[:-1]}, "crops": [\n{lines}\n]}}\n')
