"""ResNet-50 in float64 with PyTorch, one evaluation per line read: the partner of oracle-speed.ts, which starts it.

    python3 scripts/oracle_speed.py <size> <threads>

Same graph, weights and image as `resnet50.seed0` in reference/. Writes JSON lines: what it runs on and the logits, then
for every line read the milliseconds of one evaluation, as wall clock and as processor time.
"""

import json
import os
import re
import sys
import time

sys.dont_write_bytecode = True
try:
    import torch
    import torchvision

    from golden_seeded import fill_seeded, seeded_image
except ImportError as error:
    sys.exit(
        f'oracle-speed: {error}: install python3-torch and python3-torchvision (Debian), '
        'or name a Python that has them: npm run oracle-speed -- 30 224 /usr/bin/python3'
    )


def blas():
    """File names of the BLAS that this process has loaded, where the system tells."""
    if not os.path.exists('/proc/self/maps'):
        return 'unknown'
    with open('/proc/self/maps') as maps:
        names = {os.path.basename(line.split()[-1]) for line in maps}
    return ', '.join(sorted(name for name in names if re.match('lib(open)?blas|libblis|libmkl_core', name))) or 'built in'


def clocked(action):
    wall, processor = time.perf_counter(), time.process_time()
    result = action()
    return result, {'wall': 1000 * (time.perf_counter() - wall), 'processor': 1000 * (time.process_time() - processor)}


def multiply_rate(size=1024, runs=5):
    """GFLOP/s of torch.mm in float64, the best of some runs, by processor time."""
    a, b = torch.rand(2, size, size, dtype=torch.float64)
    best = min(clocked(lambda: torch.mm(a, b))[1]['processor'] for _ in range(runs))
    return 2 * size**3 / best / 1e6


def say(message):
    print(json.dumps(message), flush=True)


def main(size, threads):
    torch.set_grad_enabled(False)
    torch.set_num_threads(threads)
    model = torchvision.models.resnet50()
    fill_seeded(model, 'resnet50', 0)
    model.double().eval()
    x = torch.from_numpy(seeded_image(0, 3, size)).double()[None]
    say({'torch': torch.__version__, 'blas': blas(), 'rate': multiply_rate(), 'logits': model(x)[0].tolist()})
    for _ in sys.stdin:
        say(clocked(lambda: model(x))[1])


main(int(sys.argv[1]), int(sys.argv[2]))
