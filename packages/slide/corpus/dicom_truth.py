"""Writes, by pydicom, a DICOM slide, and segmentations, bulk annotations and reports of it in the ways that other programs have, with the labels that they must
give, painted here pixel centre by pixel centre. `dicom_truth.mjs` reads them back.

    /usr/bin/python3 packages/slide/corpus/dicom_truth.py OUT SEED
"""

import io
import json
import os
import sys

import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian, generate_uid

OUT, SEED = sys.argv[1], int(sys.argv[2])
rng = np.random.default_rng(SEED)
W, H = 701, 523
SPACING = (0.000252, 0.0002515)  # mm between rows, between columns
ANGLE = 0.31
ALONG, DOWN = np.array([np.cos(ANGLE), np.sin(ANGLE), 0]), np.array([-np.sin(ANGLE), np.cos(ANGLE), 0])
ORIGIN = np.array([17.25, 31.5])
STUDY, SERIES, FRAME = generate_uid(), generate_uid(), generate_uid()
cases = []


def item(**values):
    out = Dataset()
    for name, value in values.items():
        setattr(out, name, value)
    return out


def code(value, scheme, meaning):
    return item(CodeValue=value, CodingSchemeDesignator=scheme, CodeMeaning=meaning)


def new_file(sop_class, modality, syntax=ExplicitVRLittleEndian):
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = sop_class
    meta.MediaStorageSOPInstanceUID = generate_uid()
    meta.TransferSyntaxUID = syntax
    out = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    out.is_little_endian, out.is_implicit_VR = True, syntax == ImplicitVRLittleEndian
    out.SOPClassUID, out.SOPInstanceUID = sop_class, meta.MediaStorageSOPInstanceUID
    out.PatientName, out.PatientID, out.StudyInstanceUID = "a^b", "1", STUDY
    out.SeriesInstanceUID, out.Modality = generate_uid(), modality
    return out


def save(data, name, column="mask", labels=None, refused=None):
    path = os.path.join(OUT, name)
    pydicom.dcmwrite(path, data, write_like_original=False)
    if labels is not None:
        np.save(os.path.join(OUT, name + ".npy"), labels)
    cases.append({"file": name, "column": column, "refused": refused})


def millimetres(x, y):
    """Of an outline's corner: pixel 0 reaches from 0 to 1 and its centre is the origin."""
    p = np.outer((np.asarray(x) - 0.5) * SPACING[1], ALONG) + np.outer((np.asarray(y) - 0.5) * SPACING[0], DOWN)
    return p + np.array([ORIGIN[0], ORIGIN[1], 0])


def paint(labels, x, y, value):
    """Even-odd rule at the centres of pixels."""
    columns, rows = np.meshgrid(np.arange(W) + 0.5, np.arange(H) + 0.5)
    inside = np.zeros((H, W), bool)
    for i in range(len(x)):
        x0, y0, x1, y1 = x[i - 1], y[i - 1], x[i], y[i]
        if y0 == y1:
            continue
        crosses = (y0 > rows) != (y1 > rows)
        inside ^= crosses & (columns < (x1 - x0) * (rows - y0) / (y1 - y0) + x0)
    labels[inside] = value


def slide():
    data = new_file("1.2.840.10008.5.1.4.1.1.77.1.6", "SM")
    data.SeriesInstanceUID, data.FrameOfReferenceUID = SERIES, FRAME
    data.ImageType = ["ORIGINAL", "PRIMARY", "VOLUME", "NONE"]
    data.SamplesPerPixel, data.PhotometricInterpretation, data.PlanarConfiguration = 3, "RGB", 0
    data.BitsAllocated = data.BitsStored = 8
    data.HighBit, data.PixelRepresentation = 7, 0
    data.Rows, data.Columns, data.NumberOfFrames = H, W, 1
    place(data)
    data.DimensionOrganizationType = "TILED_FULL"
    data.OpticalPathSequence = Sequence([item(OpticalPathIdentifier="1", IlluminationTypeCodeSequence=Sequence([code("111744", "DCM", "Brightfield")]))])
    data.PixelData = rng.integers(0, 255, (H, W, 3), np.uint8).tobytes() + b"\0" * (W * H * 3 % 2)
    return data


def place(data):
    data.TotalPixelMatrixColumns, data.TotalPixelMatrixRows = W, H
    data.ImageOrientationSlide = [f"{v:.12g}"[:16] for v in np.concatenate([ALONG, DOWN])]
    data.TotalPixelMatrixOriginSequence = Sequence([item(XOffsetInSlideCoordinateSystem=ORIGIN[0], YOffsetInSlideCoordinateSystem=ORIGIN[1])])
    measures = item(PixelSpacing=list(SPACING), SliceThickness=0.001)
    data.SharedFunctionalGroupsSequence = Sequence([item(PixelMeasuresSequence=Sequence([measures]))])


def segmentation(source, labels, tile, full, syntax=ExplicitVRLittleEndian):
    data = new_file("1.2.840.10008.5.1.4.1.1.66.4", "SEG", syntax)
    data.FrameOfReferenceUID = FRAME
    data.ReferencedSeriesSequence = Sequence([item(SeriesInstanceUID=SERIES, ReferencedInstanceSequence=Sequence([item(ReferencedSOPClassUID=source.SOPClassUID, ReferencedSOPInstanceUID=source.SOPInstanceUID)]))])
    place(data)
    data.SegmentationType = "BINARY"
    data.SegmentSequence = Sequence([item(SegmentNumber=n, SegmentLabel=f"class {n}", SegmentAlgorithmType="MANUAL") for n in (1, 2)])
    data.Rows, data.Columns = tile
    data.BitsAllocated = data.BitsStored = data.SamplesPerPixel = 1
    data.HighBit = data.PixelRepresentation = 0
    data.PhotometricInterpretation = "MONOCHROME2"
    frames, groups = [], []
    for n in (1, 2):
        for top in range(0, H, tile[0]):
            for left in range(0, W, tile[1]):
                frame = np.zeros(tile, np.uint8)
                inside = labels[top : top + tile[0], left : left + tile[1]] == n
                frame[: inside.shape[0], : inside.shape[1]] = inside
                if not full and not frame.any():
                    continue
                frames.append(frame.ravel())
                position = item(ColumnPositionInTotalImagePixelMatrix=left + 1, RowPositionInTotalImagePixelMatrix=top + 1)
                groups.append(item(PlanePositionSlideSequence=Sequence([position]), SegmentIdentificationSequence=Sequence([item(ReferencedSegmentNumber=n)])))
    data.NumberOfFrames = len(frames)
    data.DimensionOrganizationType = "TILED_FULL" if full else "TILED_SPARSE"
    if not full:
        # Not in the order of their places.
        order = rng.permutation(len(frames))
        frames, groups = [frames[i] for i in order], [groups[i] for i in order]
        data.PerFrameFunctionalGroupsSequence = Sequence(groups)
    packed = np.packbits(np.concatenate(frames), bitorder="little").tobytes()
    data.PixelData = packed + b"\0" * (len(packed) % 2)
    data["PixelData"].VR = "OB"
    return data


def label_map(source, labels, tile, full, bits, background=0):
    """A pixel is the number of its segment; `background` is that of none."""
    data = segmentation(source, labels, tile, full)
    data.SOPClassUID = data.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.66.7"
    data.SegmentationType = "LABELMAP"
    data.BitsAllocated = data.BitsStored = bits
    data.HighBit = bits - 1
    data.add_new(0x00280120, "US", background)
    kind = np.uint8 if bits == 8 else np.dtype("<u2")
    frames, groups = [], []
    for top in range(0, H, tile[0]):
        for left in range(0, W, tile[1]):
            inside = labels[top : top + tile[0], left : left + tile[1]].astype(kind)
            inside[inside == 0] = background
            frame = np.full(tile, background, kind)
            frame[: inside.shape[0], : inside.shape[1]] = inside
            if not full and (frame == background).all():
                continue
            frames.append(frame.tobytes())
            position = item(ColumnPositionInTotalImagePixelMatrix=left + 1, RowPositionInTotalImagePixelMatrix=top + 1)
            groups.append(item(PlanePositionSlideSequence=Sequence([position])))
    data.NumberOfFrames = len(frames)
    if not full:
        order = rng.permutation(len(frames))
        frames, groups = [frames[i] for i in order], [groups[i] for i in order]
        data.PerFrameFunctionalGroupsSequence = Sequence(groups)
    stored = b"".join(frames)
    data.PixelData = stored + b"\0" * (len(stored) % 2)
    data["PixelData"].VR = "OB" if bits == 8 else "OW"
    return data


def star(label):
    """A polygon that may reach over the edge of the slide."""
    corners = int(rng.integers(5, 40))
    angles = np.sort(rng.uniform(0, 2 * np.pi, corners))
    radius = rng.uniform(8, 60, corners)
    cx, cy = rng.uniform(20, W - 20), rng.uniform(20, H - 20)
    # As 32-bit numbers, since that is what most files hold.
    return label, np.float32(cx + radius * np.cos(angles)).astype(float), np.float32(cy + radius * np.sin(angles)).astype(float)


def annotations(source, groups, flat, double):
    data = new_file("1.2.840.10008.5.1.4.1.1.91.1", "ANN")
    data.FrameOfReferenceUID = FRAME
    data.ReferencedSeriesSequence = Sequence([item(SeriesInstanceUID=SERIES)])
    data.ReferencedImageSequence = Sequence([item(ReferencedSOPClassUID=source.SOPClassUID, ReferencedSOPInstanceUID=source.SOPInstanceUID)])
    data.AnnotationCoordinateType = "2D" if flat else "3D"
    if flat:
        data.PixelOriginInterpretation = "VOLUME"
    out = []
    for number, (label, kind, shapes) in enumerate(groups, 1):
        points = [np.stack([x, y], 1) if flat else millimetres(x, y) for x, y in shapes]
        group = item(AnnotationGroupNumber=number, AnnotationGroupLabel=label, GraphicType=kind, NumberOfAnnotations=len(shapes))
        flat_points = np.concatenate(points).ravel()
        if double:
            group.DoublePointCoordinatesData = flat_points.astype("<f8").tobytes()
        else:
            group.PointCoordinatesData = flat_points.astype("<f4").tobytes()
        if kind == "POLYGON":
            starts = np.cumsum([0] + [one.size for one in points[:-1]]) + 1
            group.LongPrimitivePointIndexList = starts.astype("<u4").tobytes()
        group.AnnotationPropertyTypeCodeSequence = Sequence([code("UBERON:0000074", "UBERON", "renal glomerulus")])
        out.append(group)
    data.AnnotationGroupSequence = Sequence(out)
    return data


def report(source, polygons, flat):
    data = new_file("1.2.840.10008.5.1.4.1.1.88.34", "SR")
    evidence = item(SeriesInstanceUID=SERIES, ReferencedSOPSequence=Sequence([item(ReferencedSOPClassUID=source.SOPClassUID, ReferencedSOPInstanceUID=source.SOPInstanceUID)]))
    data.CurrentRequestedProcedureEvidenceSequence = Sequence([item(StudyInstanceUID=STUDY, ReferencedSeriesSequence=Sequence([evidence]))])
    groups = []
    for name, x, y in polygons:
        region = item(RelationshipType="CONTAINS", ConceptNameCodeSequence=Sequence([code("111030", "DCM", "Image Region")]))
        closed_x, closed_y = np.append(x, x[0]), np.append(y, y[0])
        if flat:
            region.ValueType, region.GraphicType = "SCOORD", "POLYLINE"
            region.GraphicData = np.stack([closed_x, closed_y], 1).ravel().tolist()
            image = item(RelationshipType="SELECTED FROM", ValueType="IMAGE", ReferencedSOPSequence=Sequence([item(ReferencedSOPClassUID=source.SOPClassUID, ReferencedSOPInstanceUID=source.SOPInstanceUID)]))
            region.ContentSequence = Sequence([image])
        else:
            region.ValueType, region.GraphicType = "SCOORD3D", "POLYGON"
            region.GraphicData = millimetres(closed_x, closed_y).ravel().tolist()
            region.ReferencedFrameOfReferenceUID = FRAME
        finding = item(RelationshipType="CONTAINS", ValueType="CODE", ConceptNameCodeSequence=Sequence([code("121071", "DCM", "Finding")]), ConceptCodeSequence=Sequence([code(name, "99T", name)]))
        groups.append(item(RelationshipType="CONTAINS", ValueType="CONTAINER", ConceptNameCodeSequence=Sequence([code("125007", "DCM", "Measurement Group")]), ContentSequence=Sequence([finding, region])))
    measurements = item(RelationshipType="CONTAINS", ValueType="CONTAINER", ConceptNameCodeSequence=Sequence([code("126010", "DCM", "Imaging Measurements")]), ContentSequence=Sequence(groups))
    data.ValueType = "CONTAINER"
    data.ConceptNameCodeSequence = Sequence([code("126000", "DCM", "Imaging Measurement Report")])
    data.ContentSequence = Sequence([measurements])
    return data


def main():
    os.makedirs(os.path.join(OUT, "slide"), exist_ok=True)
    source = slide()
    pydicom.dcmwrite(os.path.join(OUT, "slide", "slide.dcm"), source, write_like_original=False)
    labels = np.zeros((H, W), np.uint8)
    shapes = [star(1 + int(rng.integers(2))) for _ in range(12)]
    for label, x, y in shapes:
        paint(labels, x, y, label)
    for tile in ((256, 256), (37, 53), (H, W), (64, 640)):
        for full in (True, False):
            for syntax in (ExplicitVRLittleEndian, ImplicitVRLittleEndian):
                name = f"seg-{tile[0]}x{tile[1]}-{'full' if full else 'sparse'}-{'implicit' if syntax == ImplicitVRLittleEndian else 'explicit'}.dcm"
                save(segmentation(source, labels, tile, full, syntax), name, labels=labels)
            for bits, background in ((8, 0), (8, 255), (16, 0), (16, 65535)):
                kind = f"{'full' if full else 'sparse'}-{bits}-{background}"
                save(label_map(source, labels, tile, full, bits, background), f"map-{tile[0]}x{tile[1]}-{kind}.dcm", labels=labels)
    # Of objects that overlap the later one counts: in annotations those of the second group, in reports the later group.
    grouped = np.zeros((H, W), np.uint8)
    for label, x, y in sorted(shapes, key=lambda shape: shape[0]):
        paint(grouped, x, y, label)
    names = {1: "normal", 2: "sclerotic"}
    groups = [(names[value], "POLYGON", [(x, y) for label, x, y in shapes if label == value]) for value in (1, 2)]
    groups = [group for group in groups if group[2]]
    polygons = [(names[label], x, y) for label, x, y in shapes]
    for flat in (True, False):
        for double in (True, False):
            save(annotations(source, groups, flat, double), f"ann-{'2d' if flat else '3d'}-{'double' if double else 'single'}.dcm", "annotations", grouped)
        save(report(source, polygons, flat), f"sr-{'scoord' if flat else 'scoord3d'}.dcm", "annotations", labels)
    rectangle = (np.array([30.25, 130.25, 130.25, 30.25]), np.array([40.25, 40.25, 90.25, 90.25]))
    ellipse = (np.array([200.0, 320.0, 260.0, 260.0]), np.array([150.0, 150.0, 120.0, 180.0]))
    others = np.zeros((H, W), np.uint8)
    paint(others, *rectangle, 1)
    columns, rows = np.meshgrid(np.arange(W) + 0.5, np.arange(H) + 0.5)
    others[((columns - 260) / 60) ** 2 + ((rows - 150) / 30) ** 2 < 1] = 2
    kinds = [("normal", "RECTANGLE", [rectangle]), ("sclerotic", "ELLIPSE", [ellipse]), ("normal", "POINT", [(np.array([5.0]), np.array([5.0]))])]
    for flat in (True, False):
        save(annotations(source, kinds, flat, True), f"ann-kinds-{'2d' if flat else '3d'}.dcm", "annotations", others)

    good = segmentation(source, labels, (256, 256), False)

    def wrong(name, change, pattern, of=good, column="mask"):
        buffer = io.BytesIO()
        pydicom.dcmwrite(buffer, of, write_like_original=False)
        buffer.seek(0)
        data = pydicom.dcmread(buffer)
        change(data)
        save(data, f"wrong-{name}.dcm", column, refused=pattern)

    def shared(data):
        return data.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0]

    wrong("frame", lambda d: setattr(d, "FrameOfReferenceUID", "1.2.3"), "frame of reference")
    wrong("series", lambda d: setattr(d.ReferencedSeriesSequence[0], "SeriesInstanceUID", "1.2.3"), "is of the series")
    wrong("size", lambda d: setattr(d, "TotalPixelMatrixRows", H - 1), "pixels, the slide is")
    wrong("spacing", lambda d: setattr(shared(d), "PixelSpacing", [0.0005, 0.0005]), "those of the slide")
    wrong("fractional", lambda d: setattr(d, "SegmentationType", "FRACTIONAL"), "FRACTIONAL")
    wrong("frames", lambda d: setattr(d, "NumberOfFrames", d.NumberOfFrames + 1), "functional groups")
    wrong("pixels", lambda d: setattr(d, "PixelData", d.PixelData[: len(d.PixelData) // 2 // 2 * 2]), "bytes are no")
    wrong("origin", lambda d: setattr(d.TotalPixelMatrixOriginSequence[0], "XOffsetInSlideCoordinateSystem", 17.5), "pixels beside the slide")

    def overlap(d):
        for group in d.PerFrameFunctionalGroupsSequence:
            group.PlanePositionSlideSequence[0].ColumnPositionInTotalImagePixelMatrix = 1
            group.PlanePositionSlideSequence[0].RowPositionInTotalImagePixelMatrix = 1

    wrong("overlap", overlap, "overlap")
    numbers = label_map(source, labels, (256, 256), True, 8)
    wrong("number", lambda d: setattr(d, "SegmentSequence", Sequence([d.SegmentSequence[0]])), "of segment 2, which there is not", numbers)
    wrong("map-frames", lambda d: setattr(d, "NumberOfFrames", d.NumberOfFrames - 1), "a label map of", numbers)
    wrong("bits", lambda d: setattr(d, "BitsAllocated", 32), "with 32 bits", numbers)
    ann = annotations(source, groups, True, False)
    wrong("level", lambda d: setattr(d.ReferencedImageSequence[0], "ReferencedSOPInstanceUID", "1.2.3"), "not of the largest level", ann, "annotations")
    wrong("count", lambda d: setattr(d.AnnotationGroupSequence[0], "NumberOfAnnotations", 99), "and says 99", ann, "annotations")
    scoord = report(source, polygons, False)
    region = lambda d: d.ContentSequence[0].ContentSequence[0].ContentSequence[1]
    wrong("region", lambda d: setattr(region(d), "ReferencedFrameOfReferenceUID", "1.2.3"), "frame of reference", scoord, "annotations")
    with open(os.path.join(OUT, "cases.json"), "w") as file:
        json.dump({"width": W, "height": H, "cases": cases}, file)


main()
