"""Digests of the RGB of JPEGs as Pillow decodes them, in the words of scanners.mjs."""

import hashlib
import json
import sys

from PIL import Image


def digest(path):
    image = Image.open(path).convert("RGB")
    return f"{image.width} x {image.height} {hashlib.sha256(image.tobytes()).hexdigest()}"


print(json.dumps([digest(path) for path in sys.argv[1:]]))
