"""Writes fixtures/blosc.json: what numcodecs (python3-numcodecs) makes of a known row of bytes by every compression and shuffle of Blosc.

    /usr/bin/python3 packages/slide/tests/zarr/make_blosc.py

Byte i of the row is (i * i // 9777 + (i % 70 == 0) * i) modulo 251; the test makes it again.
"""

import base64
import json
import pathlib

import numcodecs
import numpy

numcodecs.blosc.use_threads = False
length = 3000
row = bytes((i * i // 9777 + (i % 70 == 0) * i) % 251 for i in range(length))
cases = []
for compression in ("blosclz", "lz4", "lz4hc", "zlib", "zstd"):
    for shuffle in (0, 1, 2):
        for size in (1, 2, 8):
            array = numpy.frombuffer(row, dtype=f"V{size}")
            data = numcodecs.blosc.compress(array, compression.encode(), 9, shuffle, 1000 if size == 8 else 0)
            cases.append([f"{compression}, shuffle {shuffle}, elements of {size}", base64.b64encode(data).decode()])
lz4 = base64.b64encode(numcodecs.LZ4().encode(row)).decode()
out = pathlib.Path(__file__).parent.parent / "fixtures" / "blosc.json"
out.write_text(json.dumps({"length": length, "blosc": cases, "lz4": lz4}, indent=1) + "\n")
