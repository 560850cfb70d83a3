"""reference/random.ts and reference/weights/seeded.ts again, in numpy: the same numbers to the bit."""

import hashlib
import math

import numpy as np
import torch
from torch import nn


def hash_name(name):
    """32-bit FNV-1a; names are ASCII, so bytes are UTF-16 code units."""
    value = 0x811C9DC5
    for byte in name.encode('ascii'):
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value


def splitmix32(state):
    while True:
        state = (state + 0x9E3779B9) & 0xFFFFFFFF
        z = ((state ^ (state >> 16)) * 0x21F0AAAD) & 0xFFFFFFFF
        z = ((z ^ (z >> 15)) * 0x735A2D97) & 0xFFFFFFFF
        yield z ^ (z >> 15)


def rotate(x, bits):
    return (x << np.uint32(bits)) | (x >> np.uint32(32 - bits))


def xoshiro(state):
    """One step of many xoshiro128** generators; `state` is uint32 [4, lanes], changed in place. Returns 32-bit words."""
    a, b, c, d = state
    words = rotate(b * np.uint32(5), 7) * np.uint32(9)
    t = b << np.uint32(9)
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= t
    d[:] = rotate(d, 11)
    return words


def to_bits(state):
    return np.unpackbits(np.ascontiguousarray(state.T).view(np.uint8), axis=1, bitorder='little')


def from_bits(bits):
    return np.ascontiguousarray(np.packbits(bits.astype(np.uint8), axis=1, bitorder='little').view(np.uint32).T)


def steps_matrix(count, cache={}):
    """`count` steps as a 128×128 matrix over GF(2), which the generator's state follows, acting on rows of bits."""
    if count not in cache:
        if count == 1:
            state = from_bits(np.eye(128))
            xoshiro(state)
            cache[count] = to_bits(state).astype(np.float32)
        else:
            half = steps_matrix(count // 2)
            square = half @ half % 2
            cache[count] = square @ steps_matrix(1) % 2 if count % 2 else square
    return cache[count]


def uniforms(name, count):
    """The first `count` values of random(hashName(name)), float64. Lanes generate stretches of about √count each."""
    stretch = max(1, math.isqrt(count))
    lanes = -(-count // stretch)
    seeds = splitmix32(hash_name(name))
    state = np.array([[next(seeds)] for _ in range(4)], dtype=np.uint32)
    bits = to_bits(state).astype(np.float32)
    matrix = steps_matrix(stretch)
    starts = np.empty((lanes, 128), np.float32)
    for lane in range(lanes):
        starts[lane] = bits
        bits = bits @ matrix % 2
    state = from_bits(starts)
    words = np.empty((stretch, lanes), np.uint32)
    for step in range(stretch):
        words[step] = xoshiro(state)
    return (words.T.reshape(-1)[:count] >> np.uint32(8)).astype(np.float64) * 2.0**-24


def branch_ends(model):
    """What ends each residual branch: what a module says, torchvision's last normalisation, ConvNeXt's layer scale."""
    ends = []
    for module in model.modules():
        if hasattr(module, 'branch_ends'):
            ends += module.branch_ends
        elif hasattr(module, 'conv1') and hasattr(module, 'bn2'):
            ends.append(module.bn3 if hasattr(module, 'bn3') else module.bn2)
        elif hasattr(module, 'layer_scale'):
            ends.append(module)
    return ends


def fill_seeded(model, arch, seed, by_name=False):
    """Sets every parameter and buffer to `seedN`'s values. Returns the SHA-256 of their float32 bytes in order, or by name."""
    modules = dict(model.named_modules())
    ends = branch_ends(model)
    end_ids = {id(end) for end in ends}
    digest = hashlib.sha256()
    state = model.state_dict().items()
    for name, tensor in sorted(state) if by_name else state:
        owner, suffix = name.rsplit('.', 1)
        if suffix == 'num_batches_tracked':
            continue
        module = modules[owner]
        centre, half_width = 0.0, 0.125
        scale = 1 / math.sqrt(len(ends)) if id(module) in end_ids else 1.0
        if suffix == 'weight' and isinstance(module, nn.Conv2d):
            area = module.kernel_size[0] * module.kernel_size[1]
            half_width = scale * math.sqrt(6 / (module.in_channels / module.groups * area))
        elif suffix == 'weight' and isinstance(module, nn.Linear) and '.block.' in name:
            half_width = math.sqrt(6 / module.in_features)
        elif suffix == 'weight' and isinstance(module, nn.Linear):
            half_width = math.sqrt(3 / module.in_features)
        elif suffix in ('weight', 'layer_scale'):
            centre, half_width = scale, 0.25 * scale
        elif suffix == 'running_var':
            centre, half_width = 1.0, 0.25
        values = centre + (uniforms(f'{arch}/seed{seed}/{name}', tensor.numel()) * 2 - 1) * half_width
        values = values.astype(np.float32)
        digest.update(values.astype('<f4').tobytes())
        tensor.copy_(torch.from_numpy(values).reshape(tensor.shape))
    return digest.hexdigest()


def seeded_image(index, channels, size):
    values = uniforms(f'image{index}/{channels}x{size}', channels * (64 + size * size)) * 2 - 1
    patches = (values[: channels * 64] * 1.5).reshape(channels, 8, 8)
    at = np.arange(size) * 8 // size
    noise = values[channels * 64 :].reshape(channels, size, size) * 0.5
    return (patches[:, at][:, :, at] + noise).astype(np.float32)
