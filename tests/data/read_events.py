# SPDX-License-Identifier: Apache-2.0
"""Prints the events of a TensorBoard file, one JSON object a line: read_events.py FILE.

An independent reader for the tests of io/event_file: the records and their checksums are taken
apart here bit by bit, the events by Google's protobuf (Debian: python3-protobuf) from descriptors
made of the field numbers in tensorboard/compat/proto of github.com/tensorflow/tensorboard (event,
summary, histogram, tensor and tensor_shape.proto). What these descriptors do not know is an error.
Exit code 77: protobuf is not there.
"""

import json
import math
import struct
import sys

try:
    from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
except ImportError:
    sys.exit(77)

# message: field: (number, type or message, repeated)
FIELDS = {
    "Event": {"wall_time": (1, "double"), "step": (2, "int64"), "file_version": (3, "string"),
              "summary": (5, "Summary")},
    "Summary": {"value": (1, "Value", True)},
    "Value": {"tag": (1, "string"), "simple_value": (2, "float"), "image": (4, "Image"),
              "histo": (5, "HistogramProto"), "tensor": (8, "TensorProto"),
              "metadata": (9, "SummaryMetadata")},
    "Image": {"height": (1, "int32"), "width": (2, "int32"), "colorspace": (3, "int32"),
              "encoded_image_string": (4, "bytes")},
    "HistogramProto": {"min": (1, "double"), "max": (2, "double"), "num": (3, "double"),
                       "sum": (4, "double"), "sum_squares": (5, "double"),
                       "bucket_limit": (6, "double", True), "bucket": (7, "double", True)},
    "TensorProto": {"dtype": (1, "int32"), "tensor_shape": (2, "TensorShapeProto"),
                    "string_val": (8, "bytes", True)},
    "TensorShapeProto": {"dim": (2, "Dim", True)},
    "Dim": {"size": (1, "int64"), "name": (2, "string")},
    "SummaryMetadata": {"plugin_data": (1, "PluginData")},
    "PluginData": {"plugin_name": (1, "string"), "content": (2, "bytes")},
}


def event_class():
    file = descriptor_pb2.FileDescriptorProto(name="events.proto", syntax="proto3")
    kinds = descriptor_pb2.FieldDescriptorProto
    for message, fields in FIELDS.items():
        declared = file.message_type.add(name=message)
        for name, (number, kind, *repeated) in fields.items():
            field = declared.field.add(name=name, number=number)
            field.label = kinds.LABEL_REPEATED if repeated else kinds.LABEL_OPTIONAL
            if kind in FIELDS:
                field.type, field.type_name = kinds.TYPE_MESSAGE, "." + kind
            else:
                field.type = getattr(kinds, "TYPE_" + kind.upper())
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    descriptor = pool.FindMessageTypeByName("Event")
    if hasattr(message_factory, "GetMessageClass"):
        return message_factory.GetMessageClass(descriptor)
    return message_factory.MessageFactory(pool).GetPrototype(descriptor)


def masked_crc(data):
    """Division by the polynomial of RFC 3720, bit by bit."""
    rest = 0xFFFFFFFF
    for byte in data:
        rest ^= byte
        for _ in range(8):
            rest = rest >> 1 ^ (0x82F63B78 if rest & 1 else 0)
    rest ^= 0xFFFFFFFF
    return ((rest >> 15 | rest << 17) + 0xA282EAD8) & 0xFFFFFFFF


def records(data):
    at = 0
    while at < len(data):
        length, crc = struct.unpack_from("<QI", data, at)
        assert masked_crc(data[at:at + 8]) == crc, f"the checksum of a length at byte {at}"
        payload = data[at + 12:at + 12 + length]
        assert len(payload) == length, f"a torn record at byte {at}"
        crc, = struct.unpack_from("<I", data, at + 12 + length)
        assert masked_crc(payload) == crc, f"the checksum of a record at byte {at}"
        yield payload
        at += 16 + length


def plain(message):
    """A message as a dict of what is set in it; bytes as hexadecimal digits."""
    assert not unknown_fields(message), f"unknown fields in a {message.DESCRIPTOR.name}"
    result = {}
    for field, value in message.ListFields():
        values = [plain_value(item) for item in value] if field.label == field.LABEL_REPEATED \
            else plain_value(value)
        result[field.name] = values
    return result


def plain_value(value):
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value if isinstance(value, (str, int, float)) else plain(value)


def unknown_fields(message):
    try:
        return len(message.UnknownFields())
    except NotImplementedError:  # newer ones have a function for it
        from google.protobuf import unknown_fields as unknown
        return len(unknown.UnknownFieldSet(message))


def main():
    with open(sys.argv[1], "rb") as file:
        data = file.read()
    event = event_class()
    for payload in records(data):
        print(json.dumps(plain(event.FromString(payload)), sort_keys=True))


main()
