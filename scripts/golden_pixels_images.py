"""Images of odd sizes, modes and formats for golden_pixels.py, from a seed: noise, gradients and shapes.

Needs what golden_pixels.py needs. PNG files are written here, since Pillow writes few of their forms.
"""

import io
import struct
import subprocess
import zlib

import numpy as np
from PIL import Image, ImageCms

SIZES = [(1, 1), (1, 2), (2, 1), (3, 2), (1, 50), (50, 1), (7, 33), (33, 7), (8, 8), (9, 8), (16, 16), (17, 15), (15, 31)]
SIZES += [(24, 40), (31, 32), (33, 33), (47, 29), (40, 64), (64, 48), (5, 90), (90, 6)]
LARGE = [(100, 75), (75, 101), (225, 223), (256, 256), (320, 240), (500, 375), (375, 500), (640, 480), (1, 500), (500, 1)]


def content(r, width, height, large):
    """RGBA, uint8 [height, width, 4]."""
    y, x = np.mgrid[0:height, 0:width]
    kind = "gradient" if large else r.choice(["noise", "gradient", "shapes", "faint"])
    if kind == "noise":
        return r.randint(0, 256, (height, width, 4)).astype(np.uint8)
    slopes = r.uniform(-3, 3, (4, 2)) * (256 / max(width, height))
    a = np.stack([128 + sx * (x - width / 2) + sy * (y - height / 2) for sx, sy in slopes], -1)
    if kind == "shapes" or large:
        for _ in range(6):
            cx, cy, size = r.randint(0, width), r.randint(0, height), r.randint(1, 2 + max(width, height) // 3)
            inside = (np.abs(x - cx) < size) & (np.abs(y - cy) < size / 2)
            if r.rand() < 0.5:
                inside = (x - cx) ** 2 + (y - cy) ** 2 < size**2
            a[inside] = r.randint(0, 256, 4)
    if kind == "faint":
        a += r.normal(0, 6, a.shape)
    return np.clip(a, 0, 255).astype(np.uint8)


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def filtered(r, rows, step):
    """PNG's filters (section 9), one at random for each row."""
    out, before = b"", np.zeros(len(rows[0]), np.int64)
    for row in rows:
        row = np.frombuffer(row, np.uint8).astype(np.int64)
        left = np.concatenate([np.zeros(step, np.int64), row])[: len(row)]
        corner = np.concatenate([np.zeros(step, np.int64), before])[: len(row)]
        p = left + before - corner
        near = np.stack([abs(p - left), abs(p - before), abs(p - corner)])
        paeth = np.choose(np.argmin(near, 0), [left, before, corner])
        kind = r.randint(0, 5)
        guess = [0 * row, left, before, (left + before) // 2, paeth][kind]
        out += bytes([kind]) + ((row - guess) & 255).astype(np.uint8).tobytes()
        before = row
    return out


def packed(samples, depth):
    """Rows of samples [height, width × channels] as bytes."""
    if depth == 16:
        return [row.astype(">u2").tobytes() for row in samples]
    if depth == 8:
        return [row.astype(np.uint8).tobytes() for row in samples]
    bits = ((samples[:, :, None] >> np.arange(depth - 1, -1, -1)) & 1).reshape(len(samples), -1)
    return [np.packbits(row.astype(np.uint8)).tobytes() for row in bits]


ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}


def png(r, a, colour, depth, interlaced, extra):
    height, width = a.shape[:2]
    channels = CHANNELS[colour]
    wide = a[:, :, :channels].astype(np.int64)
    if depth == 16:
        # Noise in the low byte, or values about 255, which Pillow clips in grey; large images without noise, for their size.
        noise = r.randint(0, 90 if width * height < 5000 else 1, wide.shape)
        wide = wide * (256 if r.rand() < 0.7 else 1) + noise
    elif colour != 3 or depth < 8:
        wide >>= 8 - depth
    chunks = b""
    if colour == 3:
        # A palette without the last colours, which the image may still use.
        count = max(1, 2**depth // 2) if "short" in extra else 2**depth
        chunks += chunk(b"PLTE", r.randint(0, 256, 3 * count).astype(np.uint8).tobytes())
        if "trns" in extra:
            chunks += chunk(b"tRNS", r.randint(0, 256, r.randint(1, count + 1)).astype(np.uint8).tobytes())
    elif "trns" in extra and colour in (0, 2):
        chunks += chunk(b"tRNS", wide[0, 0].astype(">u2").tobytes())
    ahead = chunk(b"gAMA", struct.pack(">I", 100000)) if "gama" in extra else b""
    if "icc" in extra:
        ahead += chunk(b"iCCP", b"odd\0\0" + zlib.compress(odd_profile()))
    step = max(1, channels * depth // 8)
    passes = ADAM7 if interlaced else [(0, 0, 1, 1)]
    data = b""
    for x, y, dx, dy in passes:
        part = wide[y::dy, x::dx]
        if part.size:
            data += filtered(r, packed(part.reshape(len(part), -1), depth), step)
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, int(interlaced))
    data = zlib.compress(data, 9)
    # Data in two chunks, as many encoders write them.
    idat = chunk(b"IDAT", data[: len(data) // 2]) + chunk(b"IDAT", data[len(data) // 2 :])
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + ahead + chunks + idat + chunk(b"IEND", b"")


def odd_profile():
    """sRGB with red and blue exchanged: whoever applies it is seen."""
    p = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return p.replace(b"rXYZ", b"####", 1).replace(b"bXYZ", b"rXYZ", 1).replace(b"####", b"bXYZ", 1)


def saved(image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def adobe(data, transform):
    """The transform in Adobe's marker of a JPEG: 0 is CMYK or RGB, 2 is YCCK. None removes the marker."""
    at = data.index(b"\xff\xee\x00\x0eAdobe")
    if transform is None:
        return data[:at] + data[at + 16 :]
    return data[: at + 15] + bytes([transform]) + data[at + 16 :]


def cjpeg(a, *options):
    height, width = a.shape[:2]
    ppm = b"P6 %d %d 255\n" % (width, height) + a[:, :, :3].tobytes()
    return subprocess.run(["cjpeg", *options], input=ppm, stdout=subprocess.PIPE, check=True).stdout


def jpeg(r, a, form):
    rgb = Image.fromarray(a[:, :, :3].copy())
    quality = int(r.choice([20, 60, 75, 90, 95, 100]))
    if form in ("444", "422", "420"):
        options = {"progressive": bool(r.rand() < 0.4), "optimize": bool(r.rand() < 0.5)}
        return saved(rgb, "JPEG", quality=quality, subsampling=["444", "422", "420"].index(form), **options)
    if form == "grey":
        return saved(Image.fromarray(a[:, :, 0].copy()), "JPEG", quality=quality, progressive=bool(r.rand() < 0.4))
    if form == "icc":
        return saved(rgb, "JPEG", quality=quality, icc_profile=odd_profile())
    if form == "exif":
        exif = Image.Exif()
        exif[0x0112] = int(r.randint(2, 9))
        return saved(rgb, "JPEG", quality=quality, exif=exif)
    if form == "rgb":
        # The channels as they are: Adobe's marker instead of JFIF's.
        data = saved(rgb, "JPEG", quality=quality, subsampling=0)
        assert data[2:6] == b"\xff\xe0\x00\x10"
        return data[:2] + b"\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00\x00" + data[20:]
    if form in ("cmyk", "ycck", "cmyk-bare"):
        data = saved(Image.fromarray(a, "CMYK"), "JPEG", quality=quality, progressive=bool(r.rand() < 0.3))
        return adobe(data, {"cmyk": 0, "ycck": 2, "cmyk-bare": None}[form])
    samples = {"440": "1x2", "411": "4x1", "410": "4x2", "441": "1x4"}
    if form in samples:
        return cjpeg(a, "-quality", str(quality), "-sample", samples[form])
    if form == "restart":
        return cjpeg(a, "-quality", str(quality), "-restart", "2B", *(["-progressive"] if r.rand() < 0.5 else []))
    return cjpeg(a, "-quality", str(quality), "-arithmetic")


def webp(r, a, form):
    rgb, rgba = Image.fromarray(a[:, :, :3].copy()), Image.fromarray(a)
    quality = int(r.choice([10, 50, 80, 100]))
    if form == "animated":
        frames = [Image.fromarray(np.roll(a[:, :, :3], i, 1)) for i in range(3)]
        return saved(frames[0], "WEBP", save_all=True, append_images=frames[1:], quality=quality)
    if form == "icc":
        return saved(rgb, "WEBP", quality=quality, icc_profile=odd_profile())
    return saved(
        rgba if "alpha" in form else rgb,
        "WEBP",
        quality=quality,
        lossless="lossless" in form,
        exact="exact" in form,
        method=int(r.randint(0, 7)),
    )


JPEGS = ["444", "422", "420", "444", "422", "420", "420", "grey", "icc", "exif", "rgb", "cmyk", "ycck", "cmyk-bare"]
JPEGS += ["440", "411", "410", "441", "restart", "arithmetic"]
PNGS = [(0, 1), (0, 2), (0, 4), (0, 8), (0, 16), (2, 8), (2, 16), (3, 1), (3, 2), (3, 4), (3, 8), (4, 8), (4, 16), (6, 8)]
PNGS += [(6, 16), ("animated", 8)]
WEBPS = ["lossy", "lossless", "lossy-alpha", "lossless-alpha", "lossless-alpha-exact", "lossy-alpha-exact"]
WEBPS += ["animated", "icc"]


def image(r, i, large):
    """The name and the file of image `i`."""
    sizes = LARGE if large else SIZES
    width, height = sizes[r.randint(0, len(sizes))]
    if not large and r.rand() < 0.5:
        width, height = r.randint(1, 50, 2)
    a = content(r, width, height, large)
    family = i % 3
    if family == 0:
        form = JPEGS[i // 3 % len(JPEGS)]
        return f"{i}-jpeg-{form}-{width}x{height}", jpeg(r, a, form)
    if family == 1:
        colour, depth = PNGS[i // 3 % len(PNGS)]
        if colour == "animated":
            frames = [Image.fromarray(np.roll(a, i, 1)) for i in range(3)]
            return f"{i}-png-animated-{width}x{height}", saved(frames[0], "PNG", save_all=True, append_images=frames[1:])
        interlaced = bool(r.rand() < 0.3)
        extra = [name for name in ("trns", "gama", "icc") if r.rand() < 0.3]
        if colour == 3 and r.rand() < 0.15:
            extra.append("short")
        name = "-".join([f"{i}-png-type{colour}-{depth}bit", *(["interlaced"] if interlaced else []), *extra])
        return f"{name}-{width}x{height}", png(r, a, colour, depth, interlaced, extra)
    form = WEBPS[i // 3 % len(WEBPS)]
    return f"{i}-webp-{form}-{width}x{height}", webp(r, a, form)
