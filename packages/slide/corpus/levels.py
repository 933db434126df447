"""What OpenSlide says of a slide, and how far its pixels are from ours. Called by levels.mjs: one JSON request a line, one answer a line."""

import json
import sys

import numpy
import openslide


def rgb(image):
    """What is transparent is shown over white."""
    pixels = numpy.asarray(image.convert("RGBA")).astype(numpy.int16)
    opacity = pixels[..., 3:]
    return numpy.where(opacity == 255, pixels[..., :3], 255)


def worst(ours, theirs):
    if ours.shape != theirs.shape:
        return f"{ours.shape} instead of {theirs.shape}"
    return int(numpy.abs(ours - theirs).max())


def picture(slide, part):
    """None where the slide has not what is asked for."""
    if "name" in part:
        image = slide.associated_images.get(part["name"])
        return None if image is None else rgb(image)
    if tuple(part["size"]) not in slide.level_dimensions:
        return None
    level = slide.level_dimensions.index(tuple(part["size"]))
    return rgb(slide.read_region((part["left"], part["top"]), level, (part["width"], part["height"])))


def compare(slide, parts, raw):
    pixels = numpy.fromfile(raw, dtype=numpy.uint8).astype(numpy.int16)
    at = 0
    for part in parts:
        count = part["width"] * part["height"] * 3
        ours = pixels[at : at + count].reshape(part["height"], part["width"], 3)
        at += count
        theirs = picture(slide, part)
        yield None if theirs is None else worst(ours, theirs)


def answer(request):
    slide = openslide.OpenSlide(request["path"])
    try:
        if "parts" in request:
            return list(compare(slide, request["parts"], request["raw"]))
        return {
            "version": openslide.__library_version__,
            "levels": slide.level_dimensions,
            "downsamples": slide.level_downsamples,
            "associated": list(slide.associated_images),
            "properties": dict(slide.properties),
        }
    finally:
        slide.close()


for line in sys.stdin:
    try:
        print(json.dumps(answer(json.loads(line))), flush=True)
    except Exception as error:  # noqa: BLE001: whatever OpenSlide says of a file is printed
        print(json.dumps({"refused": str(error)}), flush=True)
