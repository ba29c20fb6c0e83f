#!/usr/bin/env python3
"""Makes the captures of this folder: three seconds of each codec as RTP, received on loopback.

A capture is a row of records: microseconds since the first packet (4 bytes, big-endian), length (2),
packet (RTP or RTCP). ffmpeg sends the packets itself; its version 5 cannot send AV1, so those are
packed here from ffmpeg's OBU stream.

    python3 capture.py [NAME...]
"""
import pathlib, random, select, socket, struct, subprocess, sys, time

HERE = pathlib.Path(__file__).parent
PICTURE = ["-f", "lavfi", "-i", "testsrc2=size=320x180:rate=30", "-t", "3"]
LARGER = ["-f", "lavfi", "-i", "smptebars=size=640x360:rate=30", "-t", "3"]
BRIEF = ["-b:v", "120k", "-g", "30", "-pix_fmt", "yuv420p"]
CODECS = {
    "h264": PICTURE + ["-c:v", "libx264", "-profile:v", "baseline", "-tune", "zerolatency", "-slices", "2"] + BRIEF,
    "h264-high": PICTURE + ["-c:v", "libx264", "-profile:v", "high", "-tune", "zerolatency"] + BRIEF,
    "h264-larger": LARGER + ["-c:v", "libx264", "-profile:v", "baseline", "-tune", "zerolatency"] + BRIEF,
    "vp8": PICTURE + ["-c:v", "libvpx", "-deadline", "realtime", "-auto-alt-ref", "0"] + BRIEF,
    "vp9": PICTURE + ["-c:v", "libvpx-vp9", "-deadline", "realtime", "-lag-in-frames", "0", "-cpu-used", "8", "-keyint_min", "30", "-strict", "-2"] + BRIEF,
    "opus": ["-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000", "-t", "3", "-c:a", "libopus",
             "-b:a", "24k", "-frame_duration", "20"],
}
AV1 = PICTURE + ["-c:v", "libaom-av1", "-usage", "realtime", "-cpu-used", "8", "-lag-in-frames", "0"] + BRIEF


def capture(arguments):
    """Packets that ffmpeg sends, with their arrival times."""
    rtp, rtcp = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
    while True:
        port = random.randrange(20000, 60000, 2)
        try:
            rtp.bind(("127.0.0.1", port))
            rtcp.bind(("127.0.0.1", port + 1))
            break
        except OSError:
            rtp.close(), rtcp.close()
            rtp, rtcp = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
    sender = subprocess.Popen(["ffmpeg", "-v", "error", "-re", *arguments, "-f", "rtp", "-payload_type", "96",
                               f"rtp://127.0.0.1:{port}?pkt_size=1200"], stdout=subprocess.DEVNULL)
    packets, quiet = [], 0
    while quiet < 10:
        ready, _, _ = select.select([rtp, rtcp], [], [], 0.1)
        quiet = 0 if ready or sender.poll() is None else quiet + 1
        packets += [(time.monotonic(), one.recv(2048)) for one in ready]
    return packets


def leb128(data, at):
    value = shift = 0
    while True:
        value |= (data[at] & 0x7F) << shift
        shift, at = shift + 7, at + 1
        if not data[at - 1] & 0x80:
            return value, at


def av1():
    """Temporal units of ffmpeg's OBU stream as RTP (RTP payload format for AV1)."""
    data = subprocess.run(["ffmpeg", "-v", "error", *AV1, "-f", "obu", "-"], capture_output=True, check=True).stdout
    units, at = [], 0
    while at < len(data):
        head = data[at]
        size, body = leb128(data, at + 1 + (head >> 2 & 1))
        if head >> 3 & 15 == 2:
            units.append([])
        else:
            # Without its size, which the packet tells.
            units[-1].append(bytes([head & ~2]) + data[at + 1:at + 1 + (head >> 2 & 1)] + data[body:body + size])
        at = body + size
    packets, sequence = [], 65000
    for number, unit in enumerate(units):
        is_key = unit[0][0] >> 3 & 15 == 1
        # One OBU after the other with its length (W = 0), or one alone (W = 1), cut at 1000 bytes.
        pieces = []
        for obu in unit:
            cut = [obu[i:i + 1000] for i in range(0, len(obu), 1000)]
            pieces += [(0x80 * (i > 0) | 0x40 * (i + 1 < len(cut)), part) for i, part in enumerate(cut)]
        for i, (flags, part) in enumerate(pieces):
            flags |= 0x08 if is_key and i == 0 else 0
            header = struct.pack(">BBHII", 0x80, 96 | 0x80 * (i + 1 == len(pieces)), sequence & 0xFFFF,
                                 (1000 + number * 3000) & 0xFFFFFFFF, 1)
            payload = bytes([flags | 0x10]) + part
            if len(part) < 128 and number % 2:
                payload = bytes([flags, len(part)]) + part
            packets.append((number / 30, header + payload))
            sequence += 1
    return packets


for name in sys.argv[1:] or [*CODECS, "av1"]:
    packets = av1() if name == "av1" else capture(CODECS[name])
    first = packets[0][0]
    with open(HERE / f"{name}.rtp", "wb") as out:
        for at, packet in packets:
            out.write(struct.pack(">IH", int((at - first) * 1e6), len(packet)) + packet)
    print(name, len(packets), "packets")
