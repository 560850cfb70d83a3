"""Trains resnet8 on the rendered shapes, and writes its checkpoint and PyTorch's predictions of the test images.

    node --import tsx scripts/render-shapes.ts FOLDER
    python3 scripts/train_shapes.py FOLDER

The first command writes FOLDER/train.bin and FOLDER/test.bin. Needs torch 1.13 (Debian: python3-torch, python3-numpy)
and less than ten minutes of one core. Writes reference/weights/shipped/resnet8-shapes10.safetensors and
reference/golden/shapes10-predictions.json. Seeds are fixed, but another processor may sum in another
order, and then trains other weights of about the same Top-1. One thread, so that the number of cores changes nothing.
"""

import datetime
import hashlib
import json
import pathlib
import struct
import sys
import time

import numpy as np
import torch
from torch import nn

# No __pycache__ among the scripts.
sys.dont_write_bytecode = True
from golden_tiny import TinyResNet

REFERENCE = pathlib.Path(__file__).resolve().parent.parent / 'reference'
CHECKPOINT = REFERENCE / 'weights' / 'shipped' / 'resnet8-shapes10.safetensors'
GOLDEN = REFERENCE / 'golden' / 'shapes10-predictions.json'
MEAN, DEVIATION = 0.5, 0.5
EPOCHS, BATCH, RATE, DECAY, SMOOTHING = 24, 128, 0.1, 5e-4, 0.05
THREADS = 1


def load(path):
    """Labels, and images normalised as reference/datasets/preprocessing.ts does."""
    rows = np.fromfile(path, np.uint8).reshape(-1, 3073)
    pixels = torch.from_numpy(rows[:, 1:].reshape(-1, 3, 32, 32).astype(np.float32))
    pixels = pixels.contiguous(memory_format=torch.channels_last)
    return torch.from_numpy(rows[:, 0].astype(np.int64)), (pixels / 255 - MEAN) / DEVIATION


def initialise(model):
    """He et al. 2015 for convolutions; the other layers keep PyTorch's."""
    for module in model.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, mode='fan_out', nonlinearity='relu')
            nn.init.zeros_(module.bias)


def augmented(images):
    """One of the eight symmetries of the square for each half of a batch: no shape changes its class by them."""
    for dim in (2, 3):
        if torch.rand(()) < 0.5:
            images = images.flip(dim)
    return images.transpose(2, 3) if torch.rand(()) < 0.5 else images


def train(model, labels, images):
    steps = len(labels) // BATCH
    loss_of = nn.CrossEntropyLoss(label_smoothing=SMOOTHING)
    optimiser = torch.optim.SGD(model.parameters(), lr=RATE, momentum=0.9, weight_decay=DECAY, nesterov=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=EPOCHS * steps, pct_start=0.2)
    for epoch in range(EPOCHS):
        began, total = time.time(), 0.0
        model.train()
        order = torch.randperm(len(labels))[: steps * BATCH]
        for chosen in order.split(BATCH):
            batch = torch.cat([augmented(half) for half in images[chosen].chunk(2)])
            loss = loss_of(model(batch), labels[chosen])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            total += float(loss.detach())
        print(f'epoch {epoch + 1}: loss {total / steps:.4f}, {time.time() - began:.0f} s', flush=True)


def predict(model, images):
    model.eval()
    with torch.no_grad():
        return torch.cat([model(batch) for batch in images.split(100)])


def write_safetensors(path, tensors):
    """The format: the header's length in 8 bytes, a JSON header, and the values."""
    header, at = {'__metadata__': {'licence': 'MIT', 'format': 'pt'}}, 0
    for name, tensor in tensors.items():
        header[name] = {'dtype': 'F32', 'shape': list(tensor.shape), 'data_offsets': [at, at + 4 * tensor.numel()]}
        at += 4 * tensor.numel()
    text = json.dumps(header, separators=(',', ':')).encode()
    text += b' ' * (-len(text) % 8)
    values = b''.join(tensor.detach().contiguous().numpy().astype('<f4').tobytes() for tensor in tensors.values())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(struct.pack('<Q', len(text)) + text + values)


def main(folder):
    torch.manual_seed(13)
    torch.set_num_threads(THREADS)
    torch.use_deterministic_algorithms(True)
    model = TinyResNet().to(memory_format=torch.channels_last)
    initialise(model)
    train(model, *load(folder / 'train.bin'))
    tensors = {name: value for name, value in model.state_dict().items() if value.is_floating_point()}
    write_safetensors(CHECKPOINT, tensors)
    labels, images = load(folder / 'test.bin')
    logits = predict(model, images)
    # Where float64 gives another class, the order of float32's sums would decide.
    exact = predict(model.double(), images.double())
    predicted = logits.argmax(1)
    top = exact.topk(2).values
    margin = (top[:, 0] - top[:, 1]).min(0)
    content = {
        'provenance': {
            'what': 'float32 predicted class of every test image, and the smallest margin of its float64 logits',
            'script': 'scripts/train_shapes.py',
            'date': datetime.date.today().isoformat(),
            'torch': torch.__version__,
            'numpy': np.__version__,
            'python': sys.version.split()[0],
            'checkpoint': hashlib.sha256(CHECKPOINT.read_bytes()).hexdigest(),
            'train': hashlib.sha256((folder / 'train.bin').read_bytes()).hexdigest(),
            'test': hashlib.sha256((folder / 'test.bin').read_bytes()).hexdigest(),
        },
        'right': int((predicted == labels).sum()),
        'closest': {'image': int(margin.indices), 'margin': float(margin.values)},
        'differsInFloat64': (predicted != exact.argmax(1)).nonzero().flatten().tolist(),
        'predictions': predicted.tolist(),
    }
    lines = [f'{json.dumps(key)}: {json.dumps(value)}' for key, value in content.items()]
    GOLDEN.write_text('{\n' + ',\n'.join(lines) + '\n}\n')
    print(f"{content['right']} of {len(labels)} right, closest {content['closest']}")
    print(f"checkpoint: {CHECKPOINT.stat().st_size} bytes, SHA-256 {content['provenance']['checkpoint']}")
    print(f"test images: SHA-256 {content['provenance']['test']}")


if __name__ == '__main__':
    main(pathlib.Path(sys.argv[1]))
