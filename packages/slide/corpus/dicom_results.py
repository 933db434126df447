"""Whether the DICOM files of predictions say what the other files of the same predictions say: each bit of the segmentation against the mask, each outline of
the report and of the annotations against the GeoJSON, by pydicom and tifffile; and whether dcmtk and dciodvfy (dicom3tools) accept them.

    python3 packages/slide/corpus/dicom_results.py PREDICTIONS ID SLIDE_FOLDER

PREDICTIONS needs the outputs mask, geojson, objects, dicom-seg, dicom-sr and dicom-ann; ID is a slide of it, SLIDE_FOLDER its DICOM files."""

import csv
import glob
import json
import os
import shutil
import subprocess
import sys

import numpy as np
import pydicom
import tifffile

IDENTITY = ["PatientName", "PatientID", "PatientBirthDate", "PatientSex", "StudyInstanceUID", "StudyDate", "StudyTime", "StudyID",
            "AccessionNumber", "ReferringPhysicianName"]
problems = 0


def check(passes, sentence):
    global problems
    problems += not passes
    print(("ok      " if passes else "PROBLEM ") + sentence)


def largest_level(folder):
    names = [name for name in glob.glob(os.path.join(folder, "*")) if os.path.isfile(name)]
    levels = [pydicom.dcmread(name, stop_before_pixels=True) for name in names]
    levels = [one for one in levels if "VOLUME" in list(one.ImageType) or "ImageType" not in one]
    return max(levels, key=lambda one: one.TotalPixelMatrixColumns)


def to_pixels(points, source):
    """Millimetres to pixels whose first one reaches from 0 to 1, by solving for both directions instead of applying them."""
    origin = source.TotalPixelMatrixOriginSequence[0]
    offset = np.array([float(origin.XOffsetInSlideCoordinateSystem), float(origin.YOffsetInSlideCoordinateSystem)])
    measures = source.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0].PixelSpacing
    directions = np.array([float(one) for one in source.ImageOrientationSlide]).reshape(2, 3)[:, :2]
    basis = np.stack([directions[0] * float(measures[1]), directions[1] * float(measures[0])], axis=1)
    return np.linalg.solve(basis, (points[:, :2] - offset).T).T + 0.5


def masks_of(seg):
    """The total pixel matrix of each segment, bit by bit, without pydicom's own unpacking."""
    rows, columns = seg.Rows, seg.Columns
    frame = rows * columns
    bits = np.unpackbits(np.frombuffer(seg.PixelData, np.uint8), bitorder="little")[: frame * seg.NumberOfFrames]
    out = np.zeros((seg.TotalPixelMatrixRows, seg.TotalPixelMatrixColumns), np.uint8)
    beyond = 0
    for i, group in enumerate(seg.PerFrameFunctionalGroupsSequence):
        segment = group.SegmentIdentificationSequence[0].ReferencedSegmentNumber
        place = group.PlanePositionSlideSequence[0]
        left, top = place.ColumnPositionInTotalImagePixelMatrix - 1, place.RowPositionInTotalImagePixelMatrix - 1
        tile = bits[i * frame : (i + 1) * frame].reshape(rows, columns)
        inside = out[top : top + rows, left : left + columns]
        kept = tile[: inside.shape[0], : inside.shape[1]]
        beyond += int(tile.sum()) - int(kept.sum())
        inside[kept == 1] = segment
    return out, beyond


def check_segmentation(seg, mask, source):
    found, beyond = masks_of(seg)
    wanted = mask if len(seg.SegmentSequence) > 1 else (mask > 0).astype(np.uint8)
    check(found.shape == wanted.shape and beyond == 0, f"segmentation: {found.shape[1]} x {found.shape[0]} pixels, none beyond the edge")
    different = int((found != wanted).sum())
    check(different == 0, f"segmentation: {different} of {found.size} pixels differ from the mask; {int((found > 0).sum())} are of objects")
    frames = [group.PlanePositionSlideSequence[0] for group in seg.PerFrameFunctionalGroupsSequence]
    millimetres = np.array([[float(one.XOffsetInSlideCoordinateSystem), float(one.YOffsetInSlideCoordinateSystem)] for one in frames])
    corners = np.array([[one.ColumnPositionInTotalImagePixelMatrix - 0.5, one.RowPositionInTotalImagePixelMatrix - 0.5] for one in frames])
    distance = np.abs(to_pixels(millimetres, source) - corners).max()
    check(distance < 1e-3, f"segmentation: the {len(frames)} frames lie where they say, within {distance:.2g} pixels")
    by_pydicom = seg.pixel_array.reshape(seg.NumberOfFrames, seg.Rows, seg.Columns)
    check(int(by_pydicom.sum()) == int((found > 0).sum()), "segmentation: pydicom unpacks as many pixels")


def groups_of(report):
    def walk(item):
        for child in item.get("ContentSequence", []):
            yield child
            yield from walk(child)

    for item in walk(report):
        if item.ValueType != "CONTAINER" or item.ConceptNameCodeSequence[0].CodeValue != "125007":
            continue
        if item.ContentTemplateSequence[0].TemplateIdentifier == "1410":
            yield {child.ConceptNameCodeSequence[0].CodeMeaning: child for child in item.ContentSequence}


def number(item):
    return float(item.MeasuredValueSequence[0].NumericValue)


def check_outline(outline, feature):
    """The largest distance of corners, in pixels, from the feature's largest outer ring; infinite where their numbers differ."""
    geometry = feature["geometry"]
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    rings = [np.array(rings[0])[:-1] for rings in polygons]
    area = lambda ring: abs(np.sum(ring[:, 0] * np.roll(ring[:, 1], -1) - np.roll(ring[:, 0], -1) * ring[:, 1]))
    ring = max(rings, key=area)
    if len(ring) != len(outline):
        return float("inf")
    return float(np.abs(ring - outline).max())


def check_report(report, features, rows, source):
    groups = list(groups_of(report))
    check(len(groups) == len(features), f"report: {len(groups)} objects, GeoJSON {len(features)}")
    worst, measures = 0.0, 0.0
    for group, row in zip(groups, rows):
        feature = features[group["Tracking Identifier"].TextValue]
        region = group["Image Region"]
        points = np.array(region.GraphicData, float).reshape(-1, 3)
        check(region.ReferencedFrameOfReferenceUID == source.FrameOfReferenceUID, "report: the slide's frame of reference") if group is groups[0] else None
        assert np.array_equal(points[0], points[-1])
        worst = max(worst, check_outline(to_pixels(points[:-1], source), feature))
        for name, column in [("Area", "area_um2"), ("Diameter", "equivalent_diameter_um"), ("Probability", "mean_probability")]:
            measures = max(measures, abs(number(group[name]) / float(row[column]) - 1))
    check(worst < 0.05, f"report: outlines within {worst:.2g} pixels of the GeoJSON")
    check(measures < 1e-9, f"report: measures are those of objects.csv, within {measures:.2g} of each")


def check_annotations(bulk, features, rows, source):
    outlines, measured = [], []
    for group in bulk.AnnotationGroupSequence:
        numbers = np.frombuffer(group.PointCoordinatesData, "<f4").astype(float)
        starts = np.frombuffer(group.LongPrimitivePointIndexList, "<u4") - 1
        ends = [*starts[1:], len(numbers)]
        outlines += [(group.AnnotationGroupLabel, numbers[a:b].reshape(-1, 2)) for a, b in zip(starts, ends)]
        values = [np.frombuffer(one.MeasurementValuesSequence[0].FloatingPointValues, "<f4") for one in group.MeasurementsSequence]
        measured += list(zip(*values))
        assert len(starts) == group.NumberOfAnnotations
    check(len(outlines) == len(features), f"annotations: {len(outlines)} objects in {len(bulk.AnnotationGroupSequence)} groups")
    # Groups hold the objects of a class in order.
    names = [group.AnnotationGroupLabel for group in bulk.AnnotationGroupSequence]
    ordered = sorted(rows, key=lambda row: names.index(row["class"]))
    worst, measures = 0.0, 0.0
    for (label, points), values, row in zip(outlines, measured, ordered):
        assert label == row["class"]
        worst = max(worst, check_outline(to_pixels(points, source), features[row["object"]]))
        for value, column in zip(values, ["area_um2", "equivalent_diameter_um", "mean_probability"]):
            measures = max(measures, abs(float(value) / float(row[column]) - 1))
    check(worst < 0.05, f"annotations: outlines within {worst:.2g} pixels of the GeoJSON")
    check(measures < 1e-6, f"annotations: measures are those of objects.csv, within {measures:.2g} of each")


def is_complaint(line):
    # dcmtk 3.6.7 says so of every report in UTF-8.
    return line[:2] in ("W:", "E:", "F:") and "does not support this Specific Character Set: ISO_IR 192" not in line


def check_program(command, path, is_bad):
    if shutil.which(command[0]) is None:
        return print(f"skipped {command[0]} is not installed")
    done = subprocess.run([*command, path], capture_output=True, text=True, errors="replace")
    lines = [line for line in (done.stderr if command[0] != "dciodvfy" else done.stderr + done.stdout).splitlines() if is_bad(line)]
    check(done.returncode == 0 and not lines, f"{command[0]} {os.path.basename(path)}: {len(lines)} complaints {lines[:3] if lines else ''}")


def main(predictions, slide, folder):
    source = largest_level(folder)
    at = lambda *parts: os.path.join(predictions, *parts)
    path = {kind: at("dicom", f"{slide}.{kind}.dcm") for kind in ["seg", "sr", "ann"]}
    files = {kind: pydicom.dcmread(one) for kind, one in path.items() if os.path.exists(one)}
    rows = list(csv.DictReader(open(at("objects", f"{slide}.csv"), newline="")))
    features = {one["id"]: one for one in json.load(open(at("geojson", f"{slide}.geojson")))["features"]}
    for kind, one in files.items():
        same = [name for name in IDENTITY if str(one.get(name, "")) != str(source.get(name, ""))]
        check(not same, f"{kind}: patient and study are the slide's {same if same else ''}")
    check_segmentation(files["seg"], tifffile.imread(at("masks", f"{slide}.tif")), source)
    check_report(files["sr"], features, rows, source)
    check("ann" in files or not rows, "annotations: there where there are objects")
    if "ann" in files:
        check_annotations(files["ann"], features, rows, source)
    for kind in files:
        check_program(["dcmdump"], path[kind], is_complaint)
        check_program(["dcm2xml"], path[kind], is_complaint)
        check_program(["dciodvfy"], path[kind], lambda line: line.startswith("Error"))
    for program in ["dsrdump", "dsr2html"]:
        check_program([program], path["sr"], is_complaint)
    print(f"{problems} problems")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
