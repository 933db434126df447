"""ICC profiles of every kind that is read, and what lcms2 makes of colours by them: the fixtures of packages/slide/src/icc.

    /usr/bin/python3 packages/slide/scripts/make-icc-fixtures.py packages/slide/tests/fixtures/icc 9
    /usr/bin/python3 packages/slide/scripts/make-icc-fixtures.py OUT 86 more.icc ...

Needs Pillow with littlecms2 (Debian: python3-pil). The profiles are written field by field from ICC.1:2010 and ICC.1:2001-04; no code of the reader is used.
For each NAME.icc there is NAME.srgb, the answers of lcms2 (perceptual intent, to its own sRGB, without its 8-bit shortcuts) for SIDE^3 colours in equal steps,
RGB of 8 bits; and NAME.usual, its answers as Pillow gives them without being asked for more.
"""
import io
import math
import struct
import sys
from pathlib import Path

from PIL import Image, ImageCms

D50 = (0.9642, 1.0, 0.8249)
NO_SHORTCUTS = 0x0100


def s15(value):
    return struct.pack(">i", round(value * 65536))


def xyz(values):
    return b"XYZ \0\0\0\0" + b"".join(map(s15, values))


def text(value):
    raw = value.encode() + b"\0"
    return b"desc\0\0\0\0" + struct.pack(">I", len(raw)) + raw + bytes(4 + 4 + 2 + 1 + 67)


def mluc(value):
    raw = value.encode("utf-16-be")
    return b"mluc\0\0\0\0" + struct.pack(">II", 1, 12) + b"enUS" + struct.pack(">II", len(raw), 28) + raw


def curve_table(function, count):
    values = [round(65535 * min(max(function(i / (count - 1)), 0), 1)) for i in range(count)]
    return b"curv\0\0\0\0" + struct.pack(f">I{count}H", count, *values)


def curve_gamma(gamma):
    return b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256)) + b"\0\0"


def parametric(kind, *numbers):
    return b"para\0\0\0\0" + struct.pack(">HH", kind, 0) + b"".join(map(s15, numbers))


def profile(version, space, pcs, tags, kind=b"scnr"):
    table, body = b"", b""
    start = 128 + 4 + 12 * len(tags)
    for name, data in tags.items():
        table += name.encode() + struct.pack(">II", start + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    header = struct.pack(">I4sI4s4s4s", start + len(body), b"test", version << 24, kind, space, pcs)
    header += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(4 * 7)
    header += b"".join(map(s15, D50))
    header += bytes(128 - len(header))
    return header + struct.pack(">I", len(tags)) + table + body


def scanner_light(r, g, b):
    """A scanner whose channels overlap, and whose black is not quite black; XYZ under D50."""
    r, g, b = (0.004 + 0.996 * value**1.9 for value in (r, g, b))
    mixed = (0.8 * r + 0.15 * g + 0.05 * b, 0.1 * r + 0.85 * g + 0.05 * b, 0.02 * r + 0.12 * g + 0.86 * b)
    columns = ((0.436, 0.2225, 0.0139), (0.3851, 0.7169, 0.0971), (0.1431, 0.0606, 0.7139))
    return [sum(mixed[i] * columns[i][c] for i in range(3)) for c in range(3)]


def lab(values):
    def f(t):
        return t ** (1 / 3) if t > (24 / 116) ** 3 else (841 / 108) * t + 16 / 116

    x, y, z = (f(value / white) for value, white in zip(values, D50))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def clut(size, encode):
    grid = [i / (size - 1) for i in range(size)]
    return [number for r in grid for g in grid for b in grid for number in encode(scanner_light(r, g, b))]


def clamp(value, most):
    return min(max(round(value), 0), most)


def lab8(light):
    l, a, b = lab(light)
    return clamp(l * 2.55, 255), clamp(a + 128, 255), clamp(b + 128, 255)


def lab16_v2(light):
    l, a, b = lab(light)
    return clamp(l * 652.8, 65535), clamp((a + 128) * 256, 65535), clamp((b + 128) * 256, 65535)


def lab16_v4(light):
    l, a, b = lab(light)
    return clamp(l * 655.35, 65535), clamp((a + 128) * 257, 65535), clamp((b + 128) * 257, 65535)


def xyz16(light):
    return tuple(clamp(value * 32768, 65535) for value in light)


IDENTITY = b"".join(map(s15, (1, 0, 0, 0, 1, 0, 0, 0, 1)))


def lut8(size):
    curve = bytes(clamp(255 * (i / 255) ** 0.8, 255) for i in range(256))
    straight = bytes(range(256))
    values = bytes(clut(size, lab8))
    return b"mft1\0\0\0\0" + bytes((3, 3, size, 0)) + IDENTITY + 3 * curve + values + 3 * straight


def lut16(size, encode, inputs=33, outputs=2):
    curve = [clamp(65535 * (i / (inputs - 1)) ** 0.9, 65535) for i in range(inputs)]
    straight = [clamp(65535 * i / (outputs - 1), 65535) for i in range(outputs)]
    values = clut(size, encode)
    head = b"mft2\0\0\0\0" + bytes((3, 3, size, 0)) + IDENTITY + struct.pack(">HH", inputs, outputs)
    numbers = 3 * curve + values + 3 * straight
    return head + struct.pack(f">{len(numbers)}H", *numbers)


def a_to_b(size, width):
    """Curves A, table, curves M, matrix and curves B."""
    flat = parametric(0, 1.0)
    a = parametric(3, 2.0, 1 / 1.1, 0.1 / 1.1, 0.05, 0.03)
    body, offsets = b"", {}
    values = clut(size, lab16_v4)
    numbers = struct.pack(f">{len(values)}H", *values) if width == 2 else bytes(clamp(v / 257, 255) for v in values)
    table = bytes((size, size, size)) + bytes(13) + bytes((width, 0, 0, 0)) + numbers
    matrix = b"".join(map(s15, (1, 0, 0, 0, 0.98, 0.01, 0, 0, 1, 0, 0.005, 0)))
    for name, part in (("B", 3 * flat), ("matrix", matrix), ("M", 3 * flat), ("table", table), ("A", 3 * a)):
        offsets[name] = 32 + len(body)
        body += part + bytes(-len(part) % 4)
    head = b"mAB \0\0\0\0" + bytes((3, 3, 0, 0))
    return head + struct.pack(">5I", *(offsets[name] for name in ("B", "matrix", "M", "table", "A"))) + body


COLUMNS = {
    "rXYZ": xyz((0.6, 0.31, 0.02)),
    "gXYZ": xyz((0.21, 0.63, 0.07)),
    "bXYZ": xyz((0.1542, 0.06, 0.7349)),
}


def with_curves(curve):
    return {**COLUMNS, "rTRC": curve, "gTRC": curve, "bTRC": curve}


def profiles():
    white = {"wtpt": xyz(D50)}
    old = {"desc": text("ftuseg test, version 2"), **white}
    new = {"desc": mluc("ftuseg test, version 4"), **white}
    steep = curve_table(lambda x: x**1.8, 256)
    return {
        "matrix-gamma": profile(2, b"RGB ", b"XYZ ", {**old, **with_curves(curve_gamma(2.2))}),
        "matrix-table": profile(2, b"RGB ", b"XYZ ", {**old, **with_curves(steep)}),
        "matrix-linear": profile(2, b"RGB ", b"XYZ ", {**old, **with_curves(b"curv" + bytes(8))}),
        "matrix-parametric": profile(
            4, b"RGB ", b"XYZ ", {**new, **with_curves(parametric(3, 2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045))}
        ),
        "lut8-lab": profile(2, b"RGB ", b"Lab ", {**old, "A2B0": lut8(9)}),
        "lut16-lab": profile(2, b"RGB ", b"Lab ", {**old, "A2B0": lut16(11, lab16_v2)}),
        "lut16-xyz": profile(2, b"RGB ", b"XYZ ", {**old, "A2B0": lut16(9, xyz16)}),
        "a-to-b-16": profile(4, b"RGB ", b"Lab ", {**new, "A2B0": a_to_b(9, 2)}),
        "a-to-b-8": profile(4, b"RGB ", b"Lab ", {**new, "A2B0": a_to_b(9, 1)}),
        "grey": profile(2, b"GRAY", b"XYZ ", {**old, "kTRC": curve_gamma(1.8)}),
    }


def answers(data, side, flags):
    steps = [round(255 * i / (side - 1)) for i in range(side)]
    source = ImageCms.ImageCmsProfile(io.BytesIO(data))
    target = ImageCms.createProfile("sRGB")
    colours = bytes(number for r in steps for g in steps for b in steps for number in (r, g, b))
    if data[16:20] == b"GRAY":
        picture = Image.frombytes("L", (side**3, 1), colours[::3])
        mode = "L"
    else:
        picture = Image.frombytes("RGB", (side**3, 1), colours)
        mode = "RGB"
    transform = ImageCms.buildTransform(source, target, mode, "RGB", ImageCms.Intent.PERCEPTUAL, flags)
    return ImageCms.applyTransform(picture, transform).tobytes()


def main():
    out, side = Path(sys.argv[1]), int(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    made = profiles()
    for path in sys.argv[3:]:
        made[Path(path).stem] = Path(path).read_bytes()
    for name, data in made.items():
        (out / f"{name}.icc").write_bytes(data)
        (out / f"{name}.srgb").write_bytes(answers(data, side, NO_SHORTCUTS))
        if side > 20:
            (out / f"{name}.usual").write_bytes(answers(data, side, 0))


main()
