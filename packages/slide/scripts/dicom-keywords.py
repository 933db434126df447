"""Prints the names and representations of the DICOM attributes that whole slides have, for dicom/properties/keywords.ts, from pydicom's dictionary.

    python3 packages/slide/scripts/dicom-keywords.py
"""

from pydicom.datadict import DicomDictionary

# Whole groups, and elements of groups that describe many other machines.
GROUPS = {0x0002, 0x0010, 0x0020, 0x0048, 0x2200}
OTHERS = {
    0x0008: (0x0000, 0x9FFF),
    0x0012: (0x0010, 0x0087),
    0x0018: (0x0010, 0x1030),
    0x0022: (0x0001, 0x001F),
    0x0028: (0x0002, 0x3010),
    0x0032: (0x1060, 0x1070),
    0x0040: (0x0241, 0x0612),
    0x5200: (0x9229, 0x9230),
}
MORE = {0x00189004, 0x00189073, 0x00189074, 0x0018A001, 0x0018A002, 0x0018A003, 0x00289110}
MORE |= {tag for tag in DicomDictionary if tag >> 16 == 0x0040 and 0x0700 <= tag & 0xFFFF <= 0x074F}
MORE |= {tag for tag in DicomDictionary if tag >> 16 == 0x0040 and 0xA000 <= tag & 0xFFFF <= 0xA300}
# Of later editions than pydicom's.
NEWER = {0x00080017: ("UI", "AcquisitionUID"), 0x00080019: ("UI", "PyramidUID"), 0x00200027: ("LO", "PyramidLabel")}
LINE = 146

known = {**{tag: (vr, "", "", "", keyword) for tag, (vr, keyword) in NEWER.items()}, **DicomDictionary}
groups = {}
for tag, (representation, _, _, retired, keyword) in sorted(known.items()):
    group, element = tag >> 16, tag & 0xFFFF
    low, high = OTHERS.get(group, (1, 0))
    if retired or not keyword or not (group in GROUPS or low <= element <= high or tag in MORE):
        continue
    groups.setdefault(group, []).append(f"{element:04x}{representation[:2]}{keyword}")
for group, entries in groups.items():
    lines, line = [], ""
    for entry in entries:
        if len(line) + len(entry) + 1 > LINE:
            lines.append(line)
            line = ""
        line += (" " if line else "") + entry
    print(f"  [0x{group:04x}, `{chr(10).join([*lines, line])}`],")
