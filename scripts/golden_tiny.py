"""MLPerf Tiny's resnet8 in PyTorch, for golden_family.py and train_shapes.py."""

import torch
from torch import nn


class TinyResNet(nn.Module):
    """MLPerf Tiny's image classifier up to its logits, with Keras' names and TensorFlow's SAME padding."""

    def __init__(self):
        super().__init__()
        convs = [(3, 16, 3, 1), (16, 16, 3, 1), (16, 16, 3, 1)]
        convs += [(16, 32, 3, 2), (32, 32, 3, 1), (16, 32, 1, 2), (32, 64, 3, 2), (64, 64, 3, 1), (32, 64, 1, 2)]
        for i, (channels, out, kernel, stride) in enumerate(convs):
            self.add_module('conv2d' + (f'_{i}' if i else ''), nn.Conv2d(channels, out, kernel, stride))
        for i, channels in enumerate((16, 16, 16, 32, 32, 64, 64)):
            name = 'batch_normalization' + (f'_{i}' if i else '')
            self.add_module(name, nn.BatchNorm2d(channels, eps=1e-3))
        self.dense = nn.Linear(64, 10)
        self.stack1, self.stack2, self.stack3 = nn.Identity(), nn.Identity(), nn.Identity()
        self.branch_ends = [self.batch_normalization_2, self.batch_normalization_4, self.batch_normalization_6]

    def conv(self, i, x):
        module = getattr(self, 'conv2d' + (f'_{i}' if i else ''))
        pads = []
        for size in (x.shape[3], x.shape[2]):
            kernel, stride = module.kernel_size[0], module.stride[0]
            total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
            pads += [total // 2, total - total // 2]
        return module(nn.functional.pad(x, pads))

    def forward(self, x):
        x = torch.relu(self.batch_normalization(self.conv(0, x)))
        y = torch.relu(self.batch_normalization_1(self.conv(1, x)))
        x = self.stack1(torch.relu(x + self.batch_normalization_2(self.conv(2, y))))
        y = torch.relu(self.batch_normalization_3(self.conv(3, x)))
        x = self.stack2(torch.relu(self.conv(5, x) + self.batch_normalization_4(self.conv(4, y))))
        y = torch.relu(self.batch_normalization_5(self.conv(6, x)))
        x = self.stack3(torch.relu(self.conv(8, x) + self.batch_normalization_6(self.conv(7, y))))
        return self.dense(x.mean((2, 3)))
