"""Compares windows of every level, scales and pictures beside the slide with OpenSlide's. Called by levels.mjs: one JSON request a line, one answer a line."""

import json
import sys

import numpy
import openslide


def rgb(image):
    pixels = numpy.asarray(image.convert("RGBA")).astype(numpy.int16)
    opacity = pixels[..., 3:]
    return numpy.where(opacity == 255, pixels[..., :3], 255)


def worst(ours, theirs):
    if ours.shape != theirs.shape:
        return f"{ours.shape} instead of {theirs.shape}"
    return int(numpy.abs(ours - theirs).max())


def compare(request):
    slide = openslide.OpenSlide(request["path"])
    raw = numpy.fromfile(request["raw"], dtype=numpy.uint8).astype(numpy.int16)
    answer = {"levels": {}, "associated": {}, "properties": {}}
    at = 0
    for part in request["parts"]:
        count = part["width"] * part["height"] * 3
        ours = raw[at : at + count].reshape(part["height"], part["width"], 3)
        at += count
        if "name" in part:
            if part["name"] in slide.associated_images:
                answer["associated"][part["name"]] = worst(ours, rgb(slide.associated_images[part["name"]]))
            continue
        size = tuple(part["size"])
        if size not in slide.level_dimensions:
            continue
        level = slide.level_dimensions.index(size)
        theirs = slide.read_region((part["x"], part["y"]), level, (part["width"], part["height"]))
        name = f"{size[0]} x {size[1]}"
        answer["levels"][name] = max(answer["levels"].get(name, 0), worst(ours, rgb(theirs)), key=str)
    for name in ("openslide.vendor", "openslide.mpp-x", "openslide.mpp-y", "openslide.objective-power"):
        answer["properties"][name] = slide.properties.get(name)
    slide.close()
    return answer


for line in sys.stdin:
    try:
        print(json.dumps(compare(json.loads(line))), flush=True)
    except Exception as error:  # noqa: BLE001: whatever OpenSlide says of a file is printed
        print(json.dumps({"refused": str(error)}), flush=True)
