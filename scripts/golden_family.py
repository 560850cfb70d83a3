"""PyTorch's networks for golden.py's `family`: torchvision's own where it has them, else written here from the papers."""

import torch
import torchvision
from torch import nn
from torchvision.models.resnet import Bottleneck, ResNet

from golden_tiny import TinyResNet


class BottleneckV1(Bottleneck):
    """torchvision's bottleneck with the stride in the first 1×1 convolution, as in He et al. 2015."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.conv1.stride, self.conv2.stride = self.conv2.stride, self.conv1.stride


class PreActBlock(nn.Module):
    """He et al. 2016, figure 1(b). The projection, where there is one, starts after the first activation."""

    def __init__(self, norm, projection, kinds, channels, out, stride, strided, shortcut, shared):
        super().__init__()
        self.count, self.norm, self.projection = len(kinds), norm, projection
        self.pad = (out - channels) // 2 if shortcut == 'pad' else 0
        self.stride, self.changes = stride, channels != out or stride != 1
        self.shared = shared
        inner = out if self.count == 2 else out // 4
        widths = [channels] + [inner] * (self.count - 1) + [out]
        for i, kernel in enumerate(kinds):
            step = stride if i == strided else 1
            self.add_module(f'{norm}{i + 1}', nn.BatchNorm2d(widths[i]))
            conv = nn.Conv2d(widths[i], widths[i + 1], kernel, step, kernel // 2, bias=False)
            self.add_module(f'conv{i + 1}', conv)
        if self.changes and shortcut == 'conv':
            self.add_module(projection, nn.Conv2d(channels, out, 1, stride, bias=False))
        self.branch_ends = [conv]

    def forward(self, x):
        activated = torch.relu(getattr(self, f'{self.norm}1')(x))
        y = self.conv1(activated)
        for i in range(2, self.count + 1):
            y = getattr(self, f'conv{i}')(torch.relu(getattr(self, f'{self.norm}{i}')(y)))
        if not self.changes:
            return y + (activated if self.shared else x)
        if hasattr(self, self.projection):
            return y + getattr(self, self.projection)(activated)
        sliced = activated[:, :, :: self.stride, :: self.stride]
        return y + nn.functional.pad(sliced, (0, 0, 0, 0, self.pad, self.pad))


class Named(nn.Sequential):
    """A convolution below a name: `downsample.conv`."""

    def __init__(self, **modules):
        super().__init__()
        for name, module in modules.items():
            self.add_module(name, module)


class PreActResNet(nn.Module):
    """timm's resnetv2_* of batch normalisation: names, and the stride in the 3×3 convolution."""

    def __init__(self, bottleneck, layers):
        super().__init__()
        self.stem = Named(conv=nn.Conv2d(3, 64, 7, 2, 3, bias=False), pool=nn.MaxPool2d(3, 2, 1))
        kinds, strided, expansion = ((1, 3, 1), 1, 4) if bottleneck else ((3, 3), 0, 1)
        stages, channels = [], 64
        for stage, count in enumerate(layers):
            out, blocks = (64 << stage) * expansion, []
            for i in range(count):
                stride = 2 if i == 0 and stage > 0 else 1
                block = PreActBlock('norm', 'downsample', kinds, channels, out, stride, strided, 'conv', False)
                if hasattr(block, 'downsample'):
                    block.downsample = Named(conv=block.downsample)
                blocks.append(block)
                channels = out
            stages.append(Named(blocks=nn.Sequential(*blocks)))
        self.stages = nn.Sequential(*stages)
        self.norm = nn.BatchNorm2d(channels)
        self.head = Named(fc=nn.Conv2d(channels, 1000, 1))

    def forward(self, x):
        x = torch.relu(self.norm(self.stages(self.stem(x))))
        return self.head(x.mean((2, 3), keepdim=True)).flatten(1)


class CifarPreAct(nn.Module):
    """He et al. 2016 (width 1) and Zagoruyko and Komodakis 2016."""

    def __init__(self, bottleneck, n, widen, shortcut):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 3, 1, 1, bias=False)
        kinds, expansion = ((1, 3, 1), 4) if bottleneck else ((3, 3), 1)
        channels = 16
        for stage in range(3):
            out, blocks = (16 << stage) * widen * expansion, []
            for i in range(n):
                first = i == 0 and stage == 0
                stride = 2 if i == 0 and stage > 0 else 1
                blocks.append(PreActBlock('bn', 'shortcut', kinds, channels, out, stride, 0, shortcut, first))
                channels = out
            self.add_module(f'layer{stage + 1}', nn.Sequential(*blocks))
        self.bn = nn.BatchNorm2d(channels)
        self.linear = nn.Linear(channels, 10)

    def forward(self, x):
        x = self.layer3(self.layer2(self.layer1(self.conv1(x))))
        return self.linear(torch.relu(self.bn(x)).mean((2, 3)))


class CifarResNeXt(ResNet):
    """Xie et al. 2017, section 5.3, from torchvision's parts."""

    def __init__(self, n, groups, width):
        super().__init__(Bottleneck, [n, n, n, 1], num_classes=10, groups=groups, width_per_group=width)
        self.conv1 = nn.Conv2d(3, 64, 3, 1, 1, bias=False)
        self.maxpool, self.layer4 = nn.Identity(), nn.Identity()
        self.fc = nn.Linear(1024, 10)


LAYERS = ('layer1', 'layer2', 'layer3', 'layer4')
STAGES = ('stages.0', 'stages.1', 'stages.2', 'stages.3')
FEATURES = ('features.1', 'features.3', 'features.5', 'features.7')
STACKS = ('stack1', 'stack2', 'stack3')
C = torchvision.models

# Architecture, what builds it, stages, size and batch of the input.
FAMILY = {
    'resnet50_v1': (lambda: ResNet(BottleneckV1, [3, 4, 6, 3]), LAYERS, 64, 2),
    'resnext50_32x4d': (C.resnext50_32x4d, LAYERS, 64, 1),
    'resnext101_32x4d': (lambda: ResNet(Bottleneck, [3, 4, 23, 3], groups=32, width_per_group=4), LAYERS, 32, 1),
    'wide_resnet50_2': (C.wide_resnet50_2, LAYERS, 32, 1),
    'resnet[1.2.1.2]-bottleneck-w8-g16': (
        lambda: ResNet(Bottleneck, [1, 2, 1, 2], groups=16, width_per_group=8),
        LAYERS,
        32,
        1,
    ),
    'preact_resnet18': (lambda: PreActResNet(False, (2, 2, 2, 2)), STAGES, 64, 1),
    'preact_resnet50': (lambda: PreActResNet(True, (3, 4, 6, 3)), STAGES, 64, 2),
    'convnext_tiny': (C.convnext_tiny, FEATURES, 64, 1),
    'resnet8': (TinyResNet, STACKS, 32, 2),
    'preact_resnet110': (lambda: CifarPreAct(False, 18, 1, 'pad'), LAYERS[:3], 16, 2),
    'preact_resnet164': (lambda: CifarPreAct(True, 18, 1, 'conv'), LAYERS[:3], 16, 2),
    'preact_resnet1001': (lambda: CifarPreAct(True, 111, 1, 'conv'), LAYERS[:3], 16, 1),
    'wide_resnet16_4': (lambda: CifarPreAct(False, 2, 4, 'conv'), LAYERS[:3], 16, 2),
    'wide_resnet28_10': (lambda: CifarPreAct(False, 4, 10, 'conv'), LAYERS[:3], 16, 1),
    'resnext29_8x64d': (lambda: CifarResNeXt(3, 8, 64), LAYERS[:3], 16, 1),
}
