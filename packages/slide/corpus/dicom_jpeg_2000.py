"""Aperio slides whose tiles OpenJPEG has compressed in each way that JPEG 2000 has for colours, and what the frames of DICOM slides that were made of them are:
OpenJPEG decodes both. Needs libopenjp2-tools, python3-openslide and python3-pydicom.

    python3 packages/slide/corpus/dicom_jpeg_2000.py make OUT
    python3 packages/slide/corpus/dicom_jpeg_2000.py check OUT NAME
"""

import os
import struct
import subprocess
import sys
import tempfile

import numpy as np

W, H, TILE = 700, 450, 256
ACROSS, DOWN = -(-W // TILE), -(-H // TILE)
# Name: Aperio's number, arguments of OpenJPEG, whether samples are YCbCr.
KINDS = {
    "rgb-ict": (33005, ["-I", "-r", "6", "-mct", "1"], False),
    "rgb-rct": (33005, ["-mct", "1"], False),
    "rgb-none": (33005, ["-I", "-r", "6", "-mct", "0"], False),
    "rgb-none-lossless": (33005, ["-mct", "0"], False),
    "ycbcr": (33003, ["-I", "-r", "6", "-mct", "0"], True),
    "ycbcr-lossless": (33003, ["-mct", "0"], True),
}


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}: {done.stderr or done.stdout}")
    return done.stdout + done.stderr


def ycc(rgb):
    r, g, b = [rgb[..., i].astype(float) for i in range(3)]
    y = 0.299 * r + 0.587 * g + 0.114 * b
    return np.clip(np.round(np.stack([y, (b - y) / 1.772 + 128, (r - y) / 1.402 + 128], -1)), 0, 255).astype(np.uint8)


def compress(pixels, arguments, folder):
    source, target = os.path.join(folder, "a.ppm"), os.path.join(folder, "a.j2k")
    with open(source, "wb") as file:
        file.write(b"P6\n%d %d\n255\n" % (pixels.shape[1], pixels.shape[0]) + pixels.tobytes())
    run("opj_compress", "-i", source, "-o", target, *arguments)
    with open(target, "rb") as file:
        return file.read()


def decompress(data, folder):
    source, target = os.path.join(folder, "b.j2k"), os.path.join(folder, "b.ppm")
    with open(source, "wb") as file:
        file.write(data)
    run("opj_decompress", "-i", source, "-o", target)
    with open(target, "rb") as file:
        assert file.readline().strip() == b"P6"
        line = file.readline()
        while line.startswith(b"#"):
            line = file.readline()
        width, height = (int(one) for one in line.split())
        file.readline()
        return np.frombuffer(file.read(), np.uint8).reshape(height, width, 3)


def tiff(tiles, compression, description):
    """One page of tiles that are compressed already; little-endian, the directory behind the tiles."""
    data, offsets = b"", []
    for tile in tiles:
        offsets.append(8 + len(data))
        data += tile + b"\0" * (len(tile) % 2)
    extra = 8 + len(data) + 2 + 12 * 12 + 4
    entries, more = [], b""
    for tag, kind, values in [
        (256, "I", [W]), (257, "I", [H]), (258, "H", [8, 8, 8]), (259, "H", [compression]), (262, "H", [2]), (270, "s", description), (277, "H", [3]),
        (284, "H", [1]), (322, "I", [TILE]), (323, "I", [TILE]), (324, "I", offsets), (325, "I", [len(tile) for tile in tiles]),
    ]:
        raw = values if kind == "s" else struct.pack(f"<{len(values)}{kind}", *values)
        place = raw.ljust(4, b"\0") if len(raw) <= 4 else struct.pack("<I", extra + len(more))
        if len(raw) > 4:
            more += raw + b"\0" * (len(raw) % 2)
        entries.append(struct.pack("<HHI", tag, {"s": 2, "H": 3, "I": 4}[kind], len(values)) + place)
    return b"II*\0" + struct.pack("<I", 8 + len(data)) + data + struct.pack("<H", len(entries)) + b"".join(entries) + bytes(4) + more


def make(out):
    y, x = np.mgrid[: DOWN * TILE, : ACROSS * TILE].astype(float)
    waves = [128 + 90 * np.sin(x / (31 + 9 * i) + y / (47 - 8 * i)) for i in range(3)]
    noise = np.random.default_rng(1).normal(0, 6, (DOWN * TILE, ACROSS * TILE, 3))
    picture = np.clip(np.stack(waves, -1) + noise, 0, 255).astype(np.uint8)
    with tempfile.TemporaryDirectory() as folder:
        for name, (number, arguments, is_ycc) in KINDS.items():
            tiles = []
            for row in range(DOWN):
                for column in range(ACROSS):
                    tile = picture[row * TILE : (row + 1) * TILE, column * TILE : (column + 1) * TILE]
                    tiles.append(compress(np.ascontiguousarray(ycc(tile) if is_ycc else tile), arguments, folder))
            description = f"Aperio Image Library v11\n{W}x{H} [0,0 {W}x{H}] ({TILE}x{TILE}) J2K|AppMag = 20|MPP = 0.5"
            with open(os.path.join(out, f"{name}.svs"), "wb") as file:
                file.write(tiff(tiles, number, description.encode() + b"\0"))


def check(out, name):
    import openslide
    import pydicom

    data = pydicom.dcmread(os.path.join(out, name, "level-0.dcm"))
    syntax = data.file_meta.TransferSyntaxUID
    said = f"{name}: {syntax}, {data.PhotometricInterpretation}"
    for tool in (["dcmdump", "-q"], ["dciodvfy"]):
        text = subprocess.run([*tool, os.path.join(out, name, "level-0.dcm")], capture_output=True, text=True)
        errors = [line for line in (text.stdout + text.stderr).splitlines() if line.startswith(("E:", "Error"))]
        if errors or (tool[0] == "dcmdump" and text.returncode != 0):
            sys.exit(f"{said}: {tool[0]}: {errors}")
    if syntax != "1.2.840.10008.1.2.4.91":
        print(f"{said}: not handed through")
        return
    frames = list(pydicom.encaps.generate_pixel_data_frame(data.PixelData, data.NumberOfFrames))
    whole = np.zeros((DOWN * TILE, ACROSS * TILE, 3), np.uint8)
    with tempfile.TemporaryDirectory() as folder:
        for i, frame in enumerate(frames):
            whole[i // ACROSS * TILE :, i % ACROSS * TILE :][:TILE, :TILE] = decompress(frame, folder)
    slide = openslide.OpenSlide(os.path.join(out, f"{name}.svs"))
    wanted = np.asarray(slide.read_region((0, 0), 0, (W, H)))[..., :3]
    difference = np.abs(whole[:H, :W].astype(int) - wanted)
    print(f"{said}: {len(frames)} frames; OpenJPEG's pixels of them and OpenSlide's of the slide differ by {difference.max()} at most, in {(difference > 0).mean():.2%} of the values")
    if difference.max() > (2 if KINDS[name][2] else 0):
        sys.exit("too far apart")


if sys.argv[1] == "make":
    make(sys.argv[2])
else:
    check(sys.argv[2], sys.argv[3])
