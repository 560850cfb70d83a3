"""Writes reference/golden/*.json: what PyTorch computes, for the tests to compare with.

    RESNET_MIRROR=<folder with checkpoints/ and cifar10/> python3 scripts/golden.py [seed0] [family] [torch0] [akamaster] [random]

Needs torch and torchvision (Debian: python3-torch, python3-torchvision) and about a minute of one core.
Without arguments it writes all files. Networks run in float64 unless a field says otherwise.
"""

import datetime
import hashlib
import json
import math
import os
import pathlib
import sys

import numpy as np
import torch
import torchvision
from torch import nn

# No __pycache__ among the scripts.
sys.dont_write_bytecode = True
from golden_family import FAMILY
from golden_seeded import fill_seeded, seeded_image

GOLDEN = pathlib.Path(__file__).resolve().parent.parent / 'reference' / 'golden'


class CifarBlock(nn.Module):
    def __init__(self, channels, planes, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, planes, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.stride = stride
        self.side = (planes - channels) // 2

    def forward(self, x):
        y = torch.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        shortcut = nn.functional.pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, self.side, self.side))
        return torch.relu(y + shortcut)


class CifarResNet(nn.Module):
    """He et al. 2015, section 4.2, with option A; named as akamaster's checkpoints are."""

    def __init__(self, depth):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        stages, channels = [], 16
        for planes in (16, 32, 64):
            blocks = []
            for index in range((depth - 2) // 6):
                blocks.append(CifarBlock(channels, planes, 2 if index == 0 and planes > 16 else 1))
                channels = planes
            stages.append(nn.Sequential(*blocks))
        self.layer1, self.layer2, self.layer3 = stages
        self.linear = nn.Linear(64, 10)

    def forward(self, x):
        x = torch.relu(self.bn1(self.conv1(x)))
        x = self.layer3(self.layer2(self.layer1(x)))
        return self.linear(x.mean((2, 3)))


def summary(tensor, count=16):
    """Sum, L2 norm and `count` values at flat indices ⌊i·size/count⌋."""
    flat = tensor.detach().reshape(-1)
    at = torch.arange(count) * flat.numel() // count
    return {
        'shape': list(tensor.shape),
        'sum': math.fsum(flat.tolist()),
        'norm': math.sqrt(math.fsum(v * v for v in flat.tolist())),
        'values': flat[at].tolist(),
    }


def run_tapped(model, x, output, names=('layer1', 'layer2', 'layer3', 'layer4')):
    """Output and stages in float64; `output` summarises the logits."""
    model.double().eval()
    stages = {}
    modules = dict(model.named_modules())
    for name in names:
        if name in modules:
            hook = lambda _module, _inputs, y, name=name: stages.__setitem__(name, summary(y))
            modules[name].register_forward_hook(hook)
    logits = model(x.double())
    return {'output': output(logits), 'stages': stages}


def sha256(tensor):
    return hashlib.sha256(tensor.detach().numpy().astype('<f4').tobytes()).hexdigest()


def make_seed0():
    golden = {}
    for arch in ('resnet18', 'resnet34', 'resnet50', 'resnet101', 'resnet152', 'resnet20', 'resnet56'):
        depth = int(arch[6:])
        small = depth in (20, 56)
        model = CifarResNet(depth) if small else getattr(torchvision.models, arch)()
        size, batch = (32, 2) if small else (64, 2)
        weights = fill_seeded(model, arch, 0)
        x = torch.from_numpy(np.stack([seeded_image(i, 3, size) for i in range(batch)]))
        case = {'input': {'size': size, 'batch': batch, 'sha256': sha256(x)}, 'weightsSha256': weights}
        golden[arch] = {**case, **run_tapped(model, x, lambda logits: summary(logits, 64 if not small else 20))}
        print(arch, golden[arch]['output']['norm'], flush=True)
    return {'models': golden}


def make_family():
    golden = {}
    for arch, (build, names, size, batch) in FAMILY.items():
        model = build()
        weights = fill_seeded(model, arch, 0, by_name=True)
        x = torch.from_numpy(np.stack([seeded_image(i, 3, size) for i in range(batch)]))
        case = {'input': {'size': size, 'batch': batch, 'sha256': sha256(x)}, 'weightsSha256': weights}
        golden[arch] = {**case, **run_tapped(model, x, lambda logits: summary(logits, 20), names)}
        print(arch, golden[arch]['output']['norm'], flush=True)
    return {'models': golden}


def make_torch0():
    golden = {}
    for arch in ('resnet18', 'resnet34', 'resnet50', 'resnet101', 'resnet152'):
        torch.manual_seed(0)
        model = getattr(torchvision.models, arch)(num_classes=50)
        x = torch.rand(1, 3, 64, 64)
        case = {'input': {'size': 64, 'batch': 1, 'sha256': sha256(x)}}
        golden[arch] = {**case, **run_tapped(model, x, lambda logits: summary(logits, 50))}
        print(arch, golden[arch]['output']['norm'], flush=True)
    return {'classes': 50, 'models': golden}


def make_random():
    """PyTorch's CPU generator: a normal fill of 20 draws its last 16 again."""
    draw = {
        'words': lambda: np.random.RandomState(0).randint(0, 2**32, 8, dtype=np.uint64),
        'rand': lambda: torch.rand(8),
        'uniform': lambda: torch.empty(8).uniform_(-0.375, 0.3),
        'randn16': lambda: torch.empty(16).normal_(0, 0.3),
        'randn20': lambda: torch.empty(20).normal_(0, 1),
        'randn20ThenRand': lambda: (torch.empty(20).normal_(), torch.rand(4))[1],
    }
    values = {}
    for name, fill in draw.items():
        torch.manual_seed(0)
        values[name] = fill().tolist()
    return {'seed': 0, **values}


def cifar_images():
    """Labels, and images normalised in float32 as torchvision's ToTensor and Normalize do."""
    path = pathlib.Path(os.environ['RESNET_MIRROR']) / 'cifar10' / 'test_first1000.bin'
    rows = np.fromfile(path, np.uint8).reshape(-1, 3073)
    images = torch.from_numpy(rows[:, 1:].reshape(-1, 3, 32, 32).copy()).float().div(255)
    normalise = torchvision.transforms.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
    return torch.from_numpy(rows[:, 0].astype(np.int64)), normalise(images)


def make_akamaster():
    labels, images = cifar_images()
    right = {'resnet20': 915, 'resnet32': 928, 'resnet44': 933, 'resnet56': 926}
    golden, predictions, closest = {}, {}, {}
    for arch in right:
        path = next((pathlib.Path(os.environ['RESNET_MIRROR']) / 'checkpoints').glob(f'{arch}-*.th'))
        state = torch.load(path, map_location='cpu')['state_dict']
        model = CifarResNet(int(arch[6:]))
        missing, extra = model.load_state_dict({k.replace('module.', '', 1): v for k, v in state.items()}, strict=False)
        assert not extra and all(name.endswith('num_batches_tracked') for name in missing), (missing, extra)
        model.eval()
        logits = torch.cat([model(batch) for batch in images.split(100)])
        predicted = logits.argmax(1)
        count = int((predicted == labels).sum())
        assert count == right[arch], f'{arch}: {count} right, expected {right[arch]}'
        predictions[arch] = [int(one) for one in predicted]
        top = logits.topk(2).values
        margin = (top[:, 0] - top[:, 1]).min(0)
        closest[arch] = {'image': int(margin.indices), 'margin': float(margin.values)}
        golden[arch] = run_tapped(model, images[:4], lambda y: summary(y, 40))
        print(arch, count, closest[arch], flush=True)
    return (
        {'images': {'count': len(images), 'sha256': sha256(images)}, 'models': golden},
        {'predictions': predictions, 'right': right, 'closest': closest},
    )


def write(name, content, what):
    provenance = {
        'what': what,
        'script': 'scripts/golden.py',
        'command': f'python3 scripts/golden.py {name.split("-")[0]}',
        'date': datetime.date.today().isoformat(),
        'torch': torch.__version__,
        'torchvision': torchvision.__version__,
        'numpy': np.__version__,
        'python': sys.version.split()[0],
    }
    lines = [f'"provenance": {json.dumps(provenance, indent=1)}']
    for key, value in content.items():
        if isinstance(value, dict):
            rows = ',\n'.join(f'{json.dumps(k)}: {json.dumps(v)}' for k, v in value.items())
            lines.append(f'{json.dumps(key)}: {{\n{rows}\n}}')
        else:
            lines.append(f'{json.dumps(key)}: {json.dumps(value)}')
    (GOLDEN / f'{name}.json').write_text('{\n' + ',\n'.join(lines) + '\n}\n')


def main(names):
    torch.set_grad_enabled(False)
    GOLDEN.mkdir(parents=True, exist_ok=True)
    if 'random' in names:
        write('random', make_random(), "PyTorch's CPU generator after manual_seed(0), float32; words: numpy's MT19937")
    if 'akamaster' in names:
        logits, predictions = make_akamaster()
        write('akamaster', logits, 'float64 logits and stages of the first 4 CIFAR-10 test images')
        write('akamaster-predictions', predictions, 'float32 predicted class of the first 1,000 CIFAR-10 test images')
    if 'seed0' in names:
        write('seed0', make_seed0(), 'float64 outputs with the weights and inputs of reference/weights/seeded.ts')
    if 'family' in names:
        write('family', make_family(), 'float64 outputs of the other families, weights and inputs as seed0; hashes by name')
    if 'torch0' in names:
        write('torch0', make_torch0(), 'float64 outputs of torchvision models built after manual_seed(0)')


if __name__ == '__main__':
    main(sys.argv[1:] or ['random', 'akamaster', 'seed0', 'family', 'torch0'])
