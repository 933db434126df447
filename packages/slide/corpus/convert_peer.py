"""Reads what convert.mjs has written with tifffile, OpenSlide, pydicom and python3-zarr. Called by convert.mjs: a list of outputs on standard input,
counts by peer and a line for each that differs on standard output. The environment variable OME_XSD names the schema of OME-XML.
"""

import glob
import io
import json
import os
import sys

import numpy

asked = {}
wrong = []


def pixels_of(job):
    return numpy.fromfile(job["raw"], dtype="u1").reshape(job["height"], job["width"], 3)


def compare(job, found):
    if found.ndim == 2:
        found = numpy.repeat(found[..., None], 3, axis=2)
    wanted = pixels_of(job)
    if found.shape != wanted.shape:
        return f"{found.shape} pixels of {wanted.shape}"
    different = int((found != wanted).any(axis=2).sum())
    return f"{different} pixels of level 0" if different else None


def sides(job):
    microns = job["microns"]
    return [microns["x"], microns["y"]] if isinstance(microns, dict) else [microns, microns]


def schema():
    path = os.environ.get("OME_XSD")
    if not path:
        return None
    from lxml import etree

    return etree.XMLSchema(etree.parse(path))


SCHEMA = schema()


def ome(job, tiff):
    import xml.etree.ElementTree as tree

    if not tiff.is_ome:
        yield "not OME for tifffile"
    if len(tiff.series) != 1 or len(tiff.series[0].levels) != job["levels"]:
        yield f"{len(tiff.series)} series, {[len(one.levels) for one in tiff.series]} levels of {job['levels']}"
    text = tiff.pages[0].description
    root = tree.fromstring(text.encode())
    pixels = next(node for node in root.iter() if node.tag.endswith("Pixels"))
    if job["microns"] is not None:
        stated = [float(pixels.get(f"PhysicalSize{axis}")) for axis in "XY"]
        units = {pixels.get(f"PhysicalSize{axis}Unit") for axis in "XY"}
        if not numpy.allclose(stated, sides(job), rtol=1e-9) or units != {"µm"}:
            yield f"a scale of {stated} {units}"
    if SCHEMA is not None:
        from lxml import etree

        asked["the OME schema"] = asked.get("the OME schema", 0) + 1
        if not SCHEMA.validate(etree.fromstring(text.encode())):
            yield str(SCHEMA.error_log.last_error)


def with_tifffile(job):
    import tifffile

    with tifffile.TiffFile(job["path"]) as tiff:
        if job["isOme"]:
            yield from ome(job, tiff)
        yield compare(job, tiff.pages[0].asarray())
        if not job["isOme"] and len(tiff.pages) != job["levels"]:
            yield f"{len(tiff.pages)} pages"


def with_openslide(job):
    import openslide
    import tifffile

    if job["isOme"]:
        with tifffile.TiffFile(job["path"]) as tiff:
            yield from ome(job, tiff)
    slide = openslide.OpenSlide(job["path"])
    found = numpy.asarray(slide.read_region((0, 0), 0, slide.dimensions))[..., :3]
    yield compare(job, found)
    # OpenSlide does not look for sub-images.
    if not job["isOme"] and slide.level_count != job["levels"]:
        yield f"{slide.level_count} levels of {job['levels']}"


def with_pydicom(job):
    import pydicom
    from PIL import Image

    names = sorted(glob.glob(os.path.join(job["path"], "level-*.dcm")))
    if len(names) != job["levels"]:
        yield f"{len(names)} files"
    data = pydicom.dcmread(os.path.join(job["path"], "level-0.dcm"))
    from pydicom.encaps import generate_pixel_data_frame

    width, height = data.TotalPixelMatrixColumns, data.TotalPixelMatrixRows
    across = -(-width // data.Columns)
    down = -(-height // data.Rows)
    canvas = numpy.zeros((down * data.Rows, across * data.Columns, 3), dtype="u1")
    for number, frame in enumerate(generate_pixel_data_frame(data.PixelData, data.NumberOfFrames)):
        tile = numpy.asarray(Image.open(io.BytesIO(frame)).convert("RGB"))
        y, x = divmod(number, across)
        canvas[y * data.Rows : (y + 1) * data.Rows, x * data.Columns : (x + 1) * data.Columns] = tile
    yield compare(job, canvas[:height, :width])
    spacing = data.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0].PixelSpacing
    if not numpy.allclose([float(spacing[1]) * 1000, float(spacing[0]) * 1000], sides(job), rtol=1e-6):
        yield f"a spacing of {spacing}"


def with_zarr(job):
    import zarr

    group = zarr.open(job["path"], mode="r")
    stated = group.attrs["multiscales"][0]
    if len(stated["datasets"]) != job["levels"]:
        yield f"{len(stated['datasets'])} levels"
    levels = [group[one["path"]] for one in stated["datasets"]]
    full = levels[0][0, :, 0].transpose(1, 2, 0)
    yield compare(job, full)
    above = full.astype("u2")
    for number, level in enumerate(levels[1:], 1):
        height, width = above.shape[:2]
        padded = numpy.pad(above, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
        above = (padded[::2, ::2] + padded[1::2, ::2] + padded[::2, 1::2] + padded[1::2, 1::2] + 2) >> 2
        if not numpy.array_equal(level[0, :, 0].transpose(1, 2, 0), above):
            yield f"level {number} is not the mean of four pixels"
    if job["microns"] is not None:
        scale = stated["datasets"][0]["coordinateTransformations"][0]["scale"]
        if not numpy.allclose(scale[-2:], sides(job)[::-1], rtol=1e-9):
            yield f"a scale of {scale}"


PEERS = {"tifffile": with_tifffile, "openslide": with_openslide, "pydicom": with_pydicom, "zarr": with_zarr}

for job in json.load(sys.stdin):
    peer = job["peer"]
    asked[peer] = asked.get(peer, 0) + 1
    try:
        for problem in PEERS[peer](job):
            if problem is not None:
                wrong.append(f"{job['from']} as {os.path.basename(job['path'])}, {peer}: {problem}")
    except Exception as error:  # each failure of a peer is an answer
        wrong.append(f"{job['from']} as {os.path.basename(job['path'])}, {peer}: {type(error).__name__}: {error}")

print(json.dumps({"asked": asked, "wrong": wrong}))
