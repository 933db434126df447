"""Cuts tiles of a slide with OpenSlide's own DeepZoomGenerator: places and names of files on standard input, sizes on standard output."""
import json
import sys

import openslide
from openslide.deepzoom import DeepZoomGenerator

path, tile = sys.argv[1], int(sys.argv[2])
zoom = DeepZoomGenerator(openslide.open_slide(path), tile_size=tile, overlap=0)
for line in sys.stdin:
    level, x, y, name = json.loads(line)
    image = zoom.get_tile(level, (x, y)).convert("RGB")
    image.save(name)
    print(json.dumps({"level": level, "size": image.size, "levels": zoom.level_count}), flush=True)
