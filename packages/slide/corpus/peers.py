"""Reads files with GDAL, OpenSlide, Pillow and pydicom, as far as they are installed, and compares their pixels with ours.

One request a line on standard input, JSON: path, and where we read the file: raw (RGB bytes of the windows), windows, bits (used of 16).
One answer a line on standard output: for each peer `read`, `refused` or `differs`, with a warning or a difference.
"""

import json
import pathlib
import sys
import warnings

import numpy

PEERS = {}
try:
    from osgeo import gdal

    gdal.UseExceptions()
    PEERS["gdal"] = None
except ImportError:
    pass
try:
    import openslide

    PEERS["openslide"] = None
except (ImportError, OSError):
    pass
try:
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None
    PEERS["pillow"] = None
except ImportError:
    pass

try:
    import pydicom

    PEERS["pydicom"] = None
except ImportError:
    pass

SUSPICIOUS = ("corrupt", "premature", "truncat", "damaged", "not enough data", "error", "extraneous", "invalid", "bogus")
# Warnings about tags that do not touch pixels.
HARMLESS = ("unknown field", "unsupported tag", "wrong data type", "geotiff", "metadata", "icc", "exif", "sorted", "georef")


def eight_bits(array, bits):
    if array.dtype == numpy.uint8:
        return array
    if array.dtype == numpy.uint16:
        return (array >> max(0, bits - 8)).astype(numpy.uint8)
    raise ValueError(f"pixels of {array.dtype}")


def inks_to_rgb(inks):
    light = 255 - inks[..., 3:].astype(numpy.int32)
    product = inks[..., :3].astype(numpy.int32) * light + 128
    return (light - (((product >> 8) + product) >> 8)).astype(numpy.uint8)


def on_white(colour, opacity, associated):
    colour = colour.astype(numpy.float64)
    opacity = opacity[..., None].astype(numpy.float64)
    shown = colour + (255 - opacity) if associated else colour * opacity / 255 + 255 - opacity
    return numpy.clip(numpy.round(shown), 0, 255).astype(numpy.uint8)


class Gdal:
    def __init__(self, path, bits):
        self.bits = bits
        self.warnings = []
        gdal.PushErrorHandler(lambda kind, number, text: self.warnings.append(text) if kind >= gdal.CE_Warning else None)
        self.data = gdal.OpenEx(path, gdal.OF_RASTER, ["GTiff", "JPEG", "PNG", "WEBP", "JP2OpenJPEG"] if gdal.GetDriverByName("WEBP") else ["GTiff", "JPEG", "PNG"])
        self.size = (self.data.RasterXSize, self.data.RasterYSize)

    def window(self, x, y, width, height):
        bands = [self.data.GetRasterBand(i + 1) for i in range(self.data.RasterCount)]
        colours = self.colours(bands, x, y, width, height)
        # Blocks that were left out are white here, where GDAL gives zeros.
        across, down = bands[0].GetBlockSize()
        for top in range(y - y % down, y + height, down):
            for left in range(x - x % across, x + width, across):
                x0, y0 = max(left, x), max(top, y)
                x1, y1 = min(left + across, x + width), min(top + down, y + height)
                status, _ = bands[0].GetDataCoverageStatus(x0, y0, x1 - x0, y1 - y0)
                if status == gdal.GDAL_DATA_COVERAGE_STATUS_EMPTY:
                    colours[y0 - y : y1 - y, x0 - x : x1 - x] = 255
        return colours

    def colours(self, bands, x, y, width, height):
        samples = numpy.stack([band.ReadAsArray(x, y, width, height) for band in bands], axis=-1)
        names = [gdal.GetColorInterpretationName(band.GetColorInterpretation()) for band in bands]
        table = bands[0].GetColorTable()
        if table is not None and len(bands) > 1:
            raise ValueError("a palette of several bands")
        if table is not None:
            entries = numpy.array([table.GetColorEntry(i)[:4] for i in range(table.GetCount())], dtype=numpy.uint8)
            colours = entries[numpy.minimum(samples[..., 0], len(entries) - 1)]
            return on_white(colours[..., :3], colours[..., 3], False)
        used = int(bands[0].GetMetadataItem("NBITS", "IMAGE_STRUCTURE") or 0)
        if used and used < 8:
            samples = numpy.round(samples * (255 / (2**used - 1))).astype(numpy.uint8)
        samples = eight_bits(samples, used if used > 8 else self.bits)
        if self.data.GetMetadataItem("MINISWHITE", "IMAGE_STRUCTURE"):
            samples = 255 - samples
        if "Cyan" in names:
            return inks_to_rgb(samples)
        alpha = names[-1] == "Alpha" or (len(bands) in (2, 4) and names[-1] != "Undefined")
        count = len(bands) - alpha
        if count not in (1, 3) and not (count in (2, 4) and not alpha):
            raise ValueError(f"{len(bands)} bands")
        colour = samples[..., :3] if count >= 3 else numpy.repeat(samples[..., :1], 3, axis=-1)
        if not alpha:
            return colour
        associated = bands[-1].GetMetadataItem("ALPHA", "IMAGE_STRUCTURE") == "PREMULTIPLIED"
        return on_white(colour, samples[..., -1], associated)

    def close(self):
        self.data = None
        gdal.PopErrorHandler()


class OpenSlide:
    warnings = ()

    def __init__(self, path, bits):
        self.data = openslide.OpenSlide(path)
        self.size = self.data.dimensions

    def window(self, x, y, width, height):
        pixels = numpy.asarray(self.data.read_region((x, y), 0, (width, height)))
        return on_white(pixels[..., :3], pixels[..., 3], False)

    def close(self):
        self.data.close()


class Pillow:
    def __init__(self, path, bits):
        self.bits = bits
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            self.data = Image.open(path)
            if self.data.width * self.data.height > 1e8:
                raise ValueError("too large to be read at once")
            self.data.load()
        self.warnings = [str(warning.message) for warning in caught]
        self.size = self.data.size

    def window(self, x, y, width, height):
        part = self.data.crop((x, y, x + width, y + height))
        mode = part.mode
        if mode.startswith("I;16") or mode == "I":
            values = numpy.asarray(part)
            if values.max() > 65535 or values.min() < 0:
                raise ValueError("pixels beyond 16 bits")
            return numpy.repeat(eight_bits(values.astype(numpy.uint16), self.bits)[..., None], 3, axis=-1)
        if mode == "F":
            raise ValueError("floating-point pixels")
        if mode == "CMYK":
            return inks_to_rgb(numpy.asarray(part))
        if mode in ("RGBa", "La"):
            values = numpy.array(part.tobytes("raw", mode) and list(part.tobytes()), dtype=numpy.uint8).reshape(height, width, -1)
            colour = values[..., :3] if mode == "RGBa" else numpy.repeat(values[..., :1], 3, axis=-1)
            return on_white(colour, values[..., -1], True)
        if mode in ("RGBA", "LA", "PA") or "transparency" in part.info:
            values = numpy.asarray(part.convert("RGBA"))
            return on_white(values[..., :3], values[..., 3], False)
        return numpy.asarray(part.convert("RGB"))

    def close(self):
        self.data.close()


class Pydicom:
    """The largest level of a file's series, put together from its frames."""

    warnings = ()

    def __init__(self, path, bits):
        self.bits = bits
        series = pydicom.dcmread(path, stop_before_pixels=True).SeriesInstanceUID
        parts = []
        for file in sorted(pathlib.Path(path).parent.glob("*.dcm")):
            data = pydicom.dcmread(file, force=True)
            flavour = list(data.get("ImageType", [])) + ["", "", ""]
            if data.get("SeriesInstanceUID") == series and flavour[2] in ("VOLUME", ""):
                parts.append(data)
        width = max(data.TotalPixelMatrixColumns for data in parts)
        parts = [data for data in parts if data.TotalPixelMatrixColumns == width]
        parts.sort(key=lambda data: data.get("InConcatenationNumber", 1))
        self.size = (width, parts[0].TotalPixelMatrixRows)
        self.canvas = numpy.full((self.size[1], width, 3), 255, dtype=numpy.uint8)
        tile = 0
        for data in parts:
            across = -(-width // data.Columns)
            frames = self.frames(data)
            for number, frame in enumerate(frames):
                row, column = divmod(tile, across)
                x, y = column * data.Columns, row * data.Rows
                if data.get("DimensionOrganizationType") == "TILED_SPARSE":
                    place = data.PerFrameFunctionalGroupsSequence[number].PlanePositionSlideSequence[0]
                    x, y = place.ColumnPositionInTotalImagePixelMatrix - 1, place.RowPositionInTotalImagePixelMatrix - 1
                into = self.canvas[y : y + data.Rows, x : x + data.Columns]
                into[...] = frame[: into.shape[0], : into.shape[1]]
                tile += 1

    def frames(self, data):
        pixels = data.pixel_array
        samples = data.SamplesPerPixel
        frames = pixels.reshape(-1, data.Rows, data.Columns, samples)
        syntax = data.file_meta.TransferSyntaxUID
        # It gives the components of JPEG and of plain samples as they are; JFIF's are YCbCr, whatever the header says.
        stays = syntax != pydicom.uid.JPEG2000 and syntax != pydicom.uid.JPEG2000Lossless
        is_jfif = syntax == pydicom.uid.JPEGBaseline8Bit and b"JFIF" in data.PixelData[:4096]
        if stays and (data.PhotometricInterpretation.startswith("YBR") or is_jfif):
            frames = pydicom.pixel_data_handlers.util.convert_color_space(frames, "YBR_FULL", "RGB")
        frames = eight_bits(frames, data.BitsStored)
        if data.PhotometricInterpretation == "MONOCHROME1":
            frames = 255 - frames
        return frames if samples == 3 else numpy.repeat(frames, 3, axis=-1)

    def window(self, x, y, width, height):
        return self.canvas[y : y + height, x : x + width]

    def close(self):
        self.canvas = None


READERS = {"gdal": Gdal, "openslide": OpenSlide, "pillow": Pillow, "pydicom": Pydicom}


def judge(reader, request):
    peer = None
    try:
        peer = reader(request["path"], request.get("bits", 16))
        windows = request.get("windows")
        if windows is None:
            width, height = peer.size
            # Damage lies anywhere; all of a picture of moderate size is read.
            side = 4096
            peer.window(0, 0, min(width, side), min(height, side))
            return finish(peer, {"outcome": "read", "size": peer.size})
        if list(peer.size) != request["size"]:
            return {"outcome": "differs", "difference": f"{peer.size[0]} x {peer.size[1]} pixels"}
        raw = numpy.fromfile(request["raw"], dtype=numpy.uint8)
        at, worst, total, far = 0, 0, 0.0, 0
        for window in windows:
            count = window["width"] * window["height"] * 3
            ours = raw[at : at + count].reshape(window["height"], window["width"], 3)
            at += count
            theirs = peer.window(window["x"], window["y"], window["width"], window["height"])
            distance = numpy.abs(ours.astype(numpy.int16) - theirs)
            worst = max(worst, int(distance.max()))
            total += float(distance.sum())
            far += int((distance > 16).sum())
        mean = total / at
        same = (mean <= 1 and far <= at * 0.002) if request["lossy"] else worst <= 1
        answer = {"outcome": "read" if same else "differs", "worst": worst, "mean": round(mean, 3)}
        return finish(peer, answer)
    except Exception as error:  # noqa: BLE001: whatever a peer throws, it does not read the file
        return {"outcome": "refused", "message": str(error).split("\n")[0][:200]}
    finally:
        if peer is not None:
            peer.close()


def finish(peer, answer):
    told = [text for text in peer.warnings if any(word in text.lower() for word in SUSPICIOUS)]
    told = [text for text in told if not any(word in text.lower() for word in HARMLESS)]
    return {**answer, "warning": told[0][:200]} if told else answer


print(json.dumps({"peers": list(PEERS)}), flush=True)
for line in sys.stdin:
    asked = json.loads(line)
    print(json.dumps({name: judge(READERS[name], asked) for name in PEERS}), flush=True)
