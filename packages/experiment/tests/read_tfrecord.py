"""Reads a gzip-compressed TFRecord file of tf.train.Example with the standard library alone, and prints its features as JSON.

An independent check of what ftuseg writes: framing after TensorFlow's "TFRecord and tf.train.Example" guide, CRC-32C after RFC 3720 (bit by bit,
no table), messages after the protocol-buffer encoding guide. Bytes are printed as base64.
"""

import base64
import gzip
import json
import struct
import sys


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 & -(crc & 1))
    return crc ^ 0xFFFFFFFF


def masked(data):
    crc = crc32c(data)
    return (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF


def records(stream):
    while header := stream.read(12):
        length, length_check = struct.unpack("<QI", header)
        assert masked(header[:8]) == length_check, "checksum of a length"
        data = stream.read(length)
        (data_check,) = struct.unpack("<I", stream.read(4))
        assert masked(data) == data_check, "checksum of data"
        yield data


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def fields(data):
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        assert key & 7 == 2, "only length-delimited fields are in these messages"
        length, at = varint(data, at)
        yield key >> 3, data[at : at + length]
        at += length


def integers(data):
    values, at = [], 0
    while at < len(data):
        value, at = varint(data, at)
        values.append(value)
    return values


def example(data):
    features = {}
    for _, all_features in fields(data):
        for _, entry in fields(all_features):
            parts = dict(fields(entry))
            ((kind, values),) = fields(parts[2])
            if kind == 1:
                found = [base64.b64encode(value).decode() for _, value in fields(values)]
            else:
                assert kind == 3, "a list of bytes or of integers"
                found = [value for _, packed in fields(values) for value in integers(packed)]
            features[parts[1].decode()] = found
    return features


with gzip.open(sys.argv[1]) as file:
    print(json.dumps([example(data) for data in records(file)]))
