"""Writes the TIFF fixtures of packages/slide/tests/fixtures, one per layout, and the pixels that other readers see in them.

Needs Debian's python3-tifffile, python3-numpy, python3-pil, libtiff-tools (tiffcp) and libjpeg-turbo-progs (cjpeg).
Lossless files: the pixels that were written, read back by tifffile where it can. JPEG files: the pixels that libtiff decodes (Pillow).
Run from the package's folder:
    /usr/bin/python3 scripts/make-fixtures.py
"""

import io
import json
import pathlib
import struct
import subprocess

import numpy
import tifffile
from PIL import Image

folder = pathlib.Path("tests/fixtures")
WIDTH, HEIGHT = 83, 61
listing = []


def picture(channels: int, bits: int = 8) -> numpy.ndarray:
    y, x = numpy.mgrid[0:HEIGHT, 0:WIDTH]
    top = 2**bits - 1
    planes = [
        (top / 2 * (1 + numpy.sin(x / (9 + 3 * c) + c) * numpy.cos(y / (7 + 2 * c)))).astype(f"uint{bits}")
        for c in range(channels)
    ]
    return numpy.stack(planes, axis=-1) if channels > 1 else planes[0]


def as_rgb(pixels: numpy.ndarray) -> numpy.ndarray:
    """The rules of the reader: v >> 8, grey to RGB, unassociated opacity on white paper."""
    if pixels.dtype == numpy.uint16:
        pixels = (pixels >> 8).astype(numpy.uint8)
    if pixels.ndim == 2:
        return numpy.stack([pixels] * 3, axis=-1)
    if pixels.shape[2] == 4:
        colour, opacity = pixels[..., :3].astype(float), pixels[..., 3:].astype(float)
        return numpy.floor(colour * opacity / 255 + 255 - opacity + 0.5).astype(numpy.uint8)
    return pixels


def keep(name: str, pixels: numpy.ndarray, tolerance: int = 0, **facts) -> None:
    """Stores the expected RGB once per distinct picture."""
    rgb = numpy.ascontiguousarray(as_rgb(pixels))
    expected = f"{facts.pop('expected', name)}.png"
    Image.fromarray(rgb).save(folder / expected, optimize=True)
    listing.append({"file": f"{name}.tif", "expected": expected, "tolerance": tolerance, **facts})


def lossless() -> None:
    kinds = {"rgb": picture(3), "grey": picture(1), "rgba": picture(4), "rgb16": picture(3, 16), "grey16": picture(1, 16)}
    for kind, pixels in kinds.items():
        for order in "<>":
            for big in (False, True):
                for tile in (None, (32, 48)):
                    end = "le" if order == "<" else "be"
                    name = f"{kind}-{end}-{'big' if big else 'classic'}-{'tiles' if tile else 'strips'}"
                    photometric = "rgb" if pixels.ndim == 3 else "minisblack"
                    extra = {"extrasamples": ["unassalpha"]} if kind == "rgba" else {}
                    layout = {"tile": tile} if tile else {"rowsperstrip": 17}
                    with tifffile.TiffWriter(folder / f"{name}.tif", bigtiff=big, byteorder=order) as out:
                        out.write(pixels, photometric=photometric, metadata=None, compression="zlib", **layout, **extra)
                    keep(name, tifffile.imread(folder / f"{name}.tif"), expected=kind)
    for name, shape in {"planar-strips": {"rowsperstrip": 10}, "planar-tiles": {"tile": (32, 32)}}.items():
        planes = numpy.moveaxis(picture(3), 2, 0)
        tifffile.imwrite(folder / f"{name}.tif", planes, photometric="rgb", planarconfig="separate", metadata=None, **shape)
        keep(name, picture(3), expected="rgb")


def hubmap() -> None:
    planes = numpy.moveaxis(picture(3), 2, 0)
    tifffile.imwrite(folder / "hubmap-3hw.tif", planes, photometric="rgb", planarconfig="separate")
    keep("hubmap-3hw", picture(3), expected="rgb")
    tifffile.imwrite(folder / "hubmap-113hw.tif", planes[None, None], photometric="rgb", planarconfig="separate")
    keep("hubmap-113hw", picture(3), expected="rgb")
    tifffile.imwrite(folder / "hubmap-pages.tif", planes, photometric="minisblack", metadata=None)
    keep("hubmap-pages", picture(3), expected="rgb")
    tifffile.imwrite(folder / "hubmap-imagej.tif", planes[None, :, :, :], imagej=True, photometric="minisblack")
    keep("hubmap-imagej", picture(3), expected="rgb")


def compressions() -> None:
    tifffile.imwrite(folder / "plain.tif", picture(3), photometric="rgb", metadata=None, rowsperstrip=16)
    keep("plain", picture(3), expected="rgb")
    for name, flags in {
        "lzw": ["-c", "lzw"],
        "lzw-predictor": ["-c", "lzw:2"],
        "lzw-tiles": ["-c", "lzw:2", "-t", "-w", "32", "-l", "32"],
        "deflate-predictor": ["-c", "zip:2"],
        "packbits": ["-c", "packbits"],
        "packbits-planar": ["-c", "packbits", "-p", "separate"],
        "jpeg-strips": ["-c", "jpeg:90", "-r", "16"],
        "jpeg-tiles": ["-c", "jpeg:90", "-t", "-w", "32", "-l", "32"],
        "jpeg-rgb": ["-c", "jpeg:r:90", "-t", "-w", "32", "-l", "32"],
        "zstd": ["-c", "zstd"],
        "zstd-predictor-tiles": ["-c", "zstd:2", "-t", "-w", "32", "-l", "32"],
        "webp": ["-c", "webp", "-t", "-w", "32", "-l", "32"],
        "big-endian": ["-B", "-c", "none"],
        "bigtiff": ["-8", "-c", "none"],
    }.items():
        subprocess.run(["tiffcp", *flags, folder / "plain.tif", folder / f"{name}.tif"], check=True)
        if name.startswith(("jpeg", "webp")):
            keep(name, numpy.asarray(Image.open(folder / f"{name}.tif").convert("RGB")), tolerance=2)
        else:
            keep(name, picture(3), expected="rgb")
    wide = picture(3, 16)
    tifffile.imwrite(folder / "plain16.tif", wide, photometric="rgb", metadata=None, byteorder=">")
    subprocess.run(["tiffcp", "-c", "lzw:2", folder / "plain16.tif", folder / "lzw-predictor-16.tif"], check=True)
    keep("lzw-predictor-16", wide, expected="rgb16")
    (folder / "plain16.tif").unlink()


def jpeg_2000() -> None:
    """Tiles as bare codestreams; 33003 holds YCbCr without a colour transform, as Aperio writes it."""
    full, side = picture(3), 32
    for name, code, lossless in (("jpeg2000-rgb", 33005, True), ("jpeg2000-ycbcr", 33003, False)):
        tiles = []
        for top in range(0, HEIGHT, side):
            for left in range(0, WIDTH, side):
                rows = numpy.clip(numpy.arange(top, top + side), 0, HEIGHT - 1)
                columns = numpy.clip(numpy.arange(left, left + side), 0, WIDTH - 1)
                tile = Image.fromarray(full[rows][:, columns])
                if not lossless:
                    tile = Image.fromarray(as_ycbcr(tile))
                stream = io.BytesIO()
                tile.save(stream, "JPEG2000", no_jp2=True, irreversible=False, mct=1 if lossless else 0)
                tiles.append(stream.getvalue())
        write_raw(folder / f"{name}.tif", tiles, compression=code, photometric=2 if lossless else 6, tile=side)
        shown = full if lossless else numpy.asarray(Image.fromarray(as_ycbcr(Image.fromarray(full)), "YCbCr").convert("RGB"))
        keep(name, shown, tolerance=0 if lossless else 1)


def as_ycbcr(image: Image.Image) -> numpy.ndarray:
    return numpy.asarray(image.convert("YCbCr"))


def chroma() -> None:
    """Uncompressed YCbCr in every usual subsampling; libtiff (tiff2rgba) says what it shows."""
    ycbcr = as_ycbcr(Image.fromarray(picture(3)))
    for across, down in ((1, 1), (2, 1), (2, 2), (4, 1), (4, 2)):
        height, width = -(-HEIGHT // down) * down, -(-WIDTH // across) * across
        padded = numpy.pad(ycbcr, ((0, height - HEIGHT), (0, width - WIDTH), (0, 0)), "edge")
        units = padded.reshape(height // down, down, width // across, across, 3).swapaxes(1, 2)
        luma = units[..., 0].reshape(height // down, width // across, -1)
        pairs = units[..., 1:].mean(axis=(2, 3)).round().astype(numpy.uint8)
        name = f"ycbcr-{across}x{down}"
        strip = numpy.concatenate([luma, pairs], axis=2).tobytes()
        write_raw(folder / f"{name}.tif", [strip], compression=1, photometric=6, subsampling=(across, down))
        shown = folder / "shown.tif"
        subprocess.run(["tiff2rgba", "-c", "none", folder / f"{name}.tif", shown], check=True)
        keep(name, numpy.asarray(Image.open(shown).convert("RGB")), tolerance=2)
        shown.unlink()


def write_raw(path, blocks, compression, photometric, tile=None, subsampling=None) -> None:
    """A classic little-endian TIFF of blocks that are already encoded."""
    entries = [
        (256, 4, [WIDTH]),
        (257, 4, [HEIGHT]),
        (258, 3, [8, 8, 8]),
        (259, 3, [compression]),
        (262, 3, [photometric]),
        (277, 3, [3]),
        (284, 3, [1]),
        *([(530, 3, list(subsampling))] if subsampling else []),
        *([(322, 4, [tile]), (323, 4, [tile])] if tile else [(278, 4, [HEIGHT])]),
        (324 if tile else 273, 4, None),
        (325 if tile else 279, 4, [len(block) for block in blocks]),
    ]
    entries.sort()
    data, offsets = bytearray(b"II*\0\0\0\0\0"), []
    for block in blocks:
        offsets.append(len(data))
        data += block + b"\0" * (len(block) % 2)
    directory = bytearray(struct.pack("<H", len(entries)))
    behind, start = bytearray(), len(data) + 2 + 12 * len(entries) + 4
    for tag, kind, values in entries:
        values = offsets if values is None else values
        packed = struct.pack(f"<{len(values)}{'H' if kind == 3 else 'I'}", *values)
        if len(packed) > 4:
            packed, place = struct.pack("<I", start + len(behind)), packed
            behind += place + b"\0" * (len(place) % 2)
        directory += struct.pack("<HHI", tag, kind, len(values)) + packed.ljust(4, b"\0")
    struct.pack_into("<I", data, 4, len(data))
    path.write_bytes(data + directory + struct.pack("<I", 0) + behind)


def others() -> None:
    indexed = Image.fromarray(picture(3)).quantize(37)
    indexed.save(folder / "palette.tif", compression="tiff_lzw")
    keep("palette", numpy.asarray(indexed.convert("RGB")))
    tifffile.imwrite(folder / "white-is-zero.tif", 255 - picture(1), photometric="miniswhite", metadata=None)
    keep("white-is-zero", picture(1), expected="grey")


def pyramids() -> None:
    full = picture(3)
    half, quarter = full[::2, ::2][:30, :41], full[::4, ::4][:15, :20]
    with tifffile.TiffWriter(folder / "pyramid-pages.tif", bigtiff=True) as out:
        common = {"photometric": "rgb", "tile": (32, 32), "metadata": None, "resolutionunit": "CENTIMETER"}
        out.write(full, resolution=(20000, 20000), **common)
        for level in (half, quarter):
            out.write(level, subfiletype=1, resolution=(10000, 10000), **common)
    keep("pyramid-pages", full, expected="rgb", levels=3, micronsPerPixel=0.5)
    with tifffile.TiffWriter(folder / "pyramid-subifds.tif") as out:
        out.write(full, photometric="rgb", tile=(32, 32), subifds=2, metadata=None)
        for level in (half, quarter):
            out.write(level, photometric="rgb", tile=(32, 32), subfiletype=1, metadata=None)
    keep("pyramid-subifds", full, expected="rgb", levels=3)
    facts = {"PhysicalSizeX": 0.325, "PhysicalSizeXUnit": "µm", "PhysicalSizeY": 0.325, "PhysicalSizeYUnit": "µm"}
    with tifffile.TiffWriter(folder / "ome.ome.tif", ome=True) as out:
        out.write(full, photometric="rgb", metadata={"axes": "YXS", **facts})
    keep("ome.ome", full, expected="rgb", micronsPerPixel=0.325)
    with tifffile.TiffWriter(folder / "ome-planes.ome.tif", ome=True) as out:
        out.write(numpy.moveaxis(full, 2, 0), photometric="minisblack", metadata={"axes": "CYX", **facts})
    keep("ome-planes.ome", full, expected="rgb", micronsPerPixel=0.325)


def jpegs() -> None:
    """JPEG streams as files, of every subsampling and coding that a page's decoder is held against Node's with."""
    (folder / "jpeg").mkdir(exist_ok=True)
    source = b"P6 %d %d 255\n" % (WIDTH, HEIGHT) + picture(3).tobytes()
    for name, flags in {
        "422": ["-sample", "2x1"],
        "422-progressive": ["-sample", "2x1", "-progressive"],
        "440": ["-sample", "1x2"],
        "411": ["-sample", "4x1"],
        "410": ["-sample", "4x2"],
        "420-restart": ["-restart", "1B"],
        "rgb": ["-rgb"],
        "arithmetic": ["-arithmetic"],
    }.items():
        made = subprocess.run(["cjpeg", "-quality", "80", *flags], input=source, capture_output=True, check=True)
        (folder / "jpeg" / f"{name}.jpg").write_bytes(made.stdout)


folder.mkdir(parents=True, exist_ok=True)
for make in (lossless, hubmap, compressions, jpeg_2000, chroma, others, pyramids, jpegs):
    make()
(folder / "fixtures.json").write_text(json.dumps(listing, indent=1) + "\n")
