"""The training loop that one would write in Python: a DataLoader with two workers that cut, turn, scale and recolour windows with NumPy
and OpenCV, PyTorch, Adam. Reads the number of steps to do from stdin, answers in JSON lines."""
import json
import math
import sys
import time

import cv2
import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset
from unet_torch import loss_of, unet

luma = np.array([0.299, 0.587, 0.114])
mean, std = np.float32([0.485, 0.456, 0.406]), np.float32([0.229, 0.224, 0.225])


class Windows(Dataset):
    """Windows of one slide with the changes of the standard preset: one affine map, stain tables, one colour matrix, gamma."""

    def __init__(self, side):
        random = np.random.RandomState(1)
        self.side = side
        self.image = random.randint(0, 256, (1600, 2048, 3), np.uint8)
        self.mask = np.zeros((1600, 2048), np.uint8)
        cv2.circle(self.mask, (600, 600), 90, 1, -1)

    def __len__(self):
        return 1 << 30

    def geometry(self, random, centre):
        angle = random.randint(4) * math.pi / 2
        if random.rand() < 0.5:
            angle += random.uniform(-math.pi, math.pi)
        step = math.exp(random.uniform(-1, 1) * math.log(1.25))
        matrix = step * np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
        matrix = matrix @ np.diag(np.where(random.rand(2) < 0.5, -1, 1))
        half = (self.side - 1) / 2
        return np.hstack([matrix, (centre - matrix @ [half, half])[:, None]])

    def colour(self, random, image):
        values = np.arange(256)[:, None]
        table = 256 * ((values + 1) / 256) ** np.exp(random.uniform(-0.2, 0.2, 3)) * np.exp(-random.uniform(-0.05, 0.05, 3)) - 1
        table = np.clip(table / 255, 0, 1).astype(np.float32)
        image = cv2.LUT(image, table[:, None, :])
        hue = random.uniform(-0.04, 0.04) * 2 * math.pi
        cos, sin, third = math.cos(hue), math.sin(hue) / math.sqrt(3), (1 - math.cos(hue)) / 3
        turn = np.array([[cos, -sin, sin], [sin, cos, -sin], [-sin, sin, cos]]) + third
        saturation = 1 + random.uniform(-0.3, 0.3)
        contrast = 1 + random.uniform(-0.2, 0.2)
        grey = luma @ turn
        matrix = contrast * (saturation * turn + (1 - saturation) * grey)
        offset = (1 - contrast) * grey @ image.mean((0, 1)) + random.uniform(-0.12, 0.12)
        image = cv2.transform(image, np.hstack([matrix, np.full((3, 1), offset)]).astype(np.float32))
        image = np.clip(image, 0, 1) ** np.float32(math.exp(random.uniform(-0.2, 0.2)))
        return (image - mean) / std

    def __getitem__(self, index):
        random = np.random.RandomState(index % (1 << 31))
        height, width = self.mask.shape
        corner = np.array([random.randint(width - self.side), random.randint(height - self.side)])
        affine = self.geometry(random, corner + (self.side - 1) / 2)
        size = (self.side, self.side)
        flags = cv2.WARP_INVERSE_MAP
        image = cv2.warpAffine(self.image, affine, size, flags=flags | cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
        mask = cv2.warpAffine(self.mask, affine, size, flags=flags | cv2.INTER_NEAREST, borderMode=cv2.BORDER_REFLECT_101)
        image = self.colour(random, image)
        return torch.from_numpy(image.transpose(2, 0, 1)), torch.from_numpy(mask[None].astype(np.float32))


def main():
    name, batch, side, threads = sys.argv[1], *(int(value) for value in sys.argv[2:5])
    cv2.setNumThreads(1)
    torch.set_num_threads(threads)
    model = unet(f"timm-efficientnet-{name}").to(memory_format=torch.channels_last).train()
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-3)
    batches = iter(DataLoader(Windows(side), batch_size=batch, num_workers=2))
    print(json.dumps({"parameters": sum(p.numel() for p in model.parameters())}), flush=True)
    for line in sys.stdin:
        seconds = []
        for _ in range(int(line)):
            began = time.perf_counter()
            images, masks = next(batches)
            images = images.contiguous(memory_format=torch.channels_last)
            loss = loss_of(model(images), masks)
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            optimiser.step()
            loss.item()
            seconds.append(time.perf_counter() - began)
        print(json.dumps({"seconds": seconds}), flush=True)


main()
