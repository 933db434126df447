"""The training step of step.bench.mjs in plain PyTorch: a Unet with the names and shapes of segmentation_models.pytorch, BCE + soft
Dice, Adam, on FTUSEG_BENCH_DEVICE. Reads the number of steps to do from stdin, answers in JSON lines. The batch moves to
the device within the step, as step.bench.mjs does it, and reading the loss last waits for the whole step."""
import json
import os
import resource
import sys
import time

import numpy as np
import torch
from unet_torch import fill, loss_of, u, unet


def main():
    encoder, batch, side, threads = sys.argv[1], *(int(value) for value in sys.argv[2:5])
    torch.set_num_threads(threads)
    device = os.environ.get("FTUSEG_BENCH_DEVICE", "cpu")
    model = fill(unet(encoder)).to(device=device, memory_format=torch.channels_last).train()
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-3)
    images = torch.from_numpy(u("input", batch * 3 * side * side).astype(np.float32).reshape(batch, 3, side, side))
    images = images.contiguous(memory_format=torch.channels_last)
    masks = torch.from_numpy((u("mask", batch * side * side) > 0).astype(np.float32).reshape(batch, 1, side, side))
    print(json.dumps({"parameters": sum(p.numel() for p in model.parameters())}), flush=True)
    for line in sys.stdin:
        seconds, processor, losses = [], [], []
        for _ in range(int(line)):
            began, used = time.perf_counter(), time.process_time()
            loss = loss_of(model(images.to(device)), masks.to(device))
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            optimiser.step()
            losses.append(loss.item())
            seconds.append(time.perf_counter() - began)
            processor.append(time.process_time() - used)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"seconds": seconds, "processor": processor, "losses": losses, "peakMiB": peak}), flush=True)


main()
