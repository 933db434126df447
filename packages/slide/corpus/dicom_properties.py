"""Attributes of DICOM files as pydicom reads them, under the names of dicom-properties.mjs: one JSON object a file."""

import json
import sys

import pydicom

BYTES = {"OB", "OD", "OF", "OL", "OV", "OW", "UN", "AT"}
SINGLE = {"LT", "ST", "UR", "UT"}
PER_FRAME = 0x52009230
# Names of attributes that are newer than pydicom's dictionary.
NEWER = {0x00080017: "AcquisitionUID", 0x00080019: "PyramidUID", 0x00200027: "PyramidLabel"}


def text(value, representation):
    if representation in ("FL", "FD"):
        return "%.17g" % value
    # Numbers and times that are texts, as they stand in the file.
    return str(value if representation == "PN" else getattr(value, "original_string", value)).strip()


def properties(data, prefix):
    for element in data:
        keyword = element.keyword or NEWER.get(element.tag)
        if element.tag.is_private or element.tag >= PER_FRAME or keyword is None or element.VR in BYTES:
            continue
        name = f"{prefix}.{keyword}"
        if element.VR == "SQ":
            for i, item in enumerate(element.value):
                yield from properties(item, f"{name}[{i}]")
        elif element.VM == 1 or element.VR in SINGLE:
            if element.value not in (None, ""):
                yield name, text(element.value, element.VR)
        else:
            for i, value in enumerate(element.value or []):
                yield f"{name}[{i}]", text(value, element.VR)


for path in sys.argv[1:]:
    file = pydicom.dcmread(path, stop_before_pixels=True)
    print(json.dumps(dict([*properties(file.file_meta, "dicom"), *properties(file, "dicom")])))
