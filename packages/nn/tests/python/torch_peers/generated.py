"""Weights and inputs that any language can rebuild from names: the formula of ../shared/data/model-parity."""
import math

import numpy as np
import torch


def u(name, count):
    """Pseudo-random values in [-1, 1) from a name (murmur3's finaliser over FNV-1a)."""
    seed = 2166136261
    for byte in name.encode():
        seed = ((seed ^ byte) * 16777619) & 0xFFFFFFFF
    x = (np.arange(count, dtype=np.uint64) * np.uint64(2654435761)).astype(np.uint32) ^ np.uint32(seed)
    x ^= x >> np.uint32(16)
    x *= np.uint32(0x85EBCA6B)
    x ^= x >> np.uint32(13)
    x *= np.uint32(0xC2B2AE35)
    x ^= x >> np.uint32(16)
    return x.astype(np.float64) / 2**32 * 2 - 1


def generated(name, shape):
    """The weight of this name."""
    count = math.prod(shape)
    values = u(name, count)
    if name.endswith("running_mean"):
        values = 0.1 * values
    elif name.endswith("running_var"):
        values = 1 + 0.5 * np.abs(values)
    elif len(shape) == 1:
        values = (1 if name.endswith("weight") else 0) + 0.1 * values
    else:
        values = 1.4 * math.sqrt(3 / (count / shape[0])) * values
    return torch.from_numpy(values.astype(np.float32).reshape(shape))


def fill(model):
    """Replaces every float of a model's state; the model is returned."""
    state = model.state_dict()
    model.load_state_dict({k: generated(k, v.shape) if v.dtype == torch.float32 else v for k, v in state.items()})
    return model
