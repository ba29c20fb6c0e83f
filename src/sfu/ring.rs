//! The last packets of one layer, shared by all its subscribers: first sends and retransmissions
//! copy their payload from here.

/// Longest stored payload, bytes: an Ethernet frame without the headers it came in.
pub const PAYLOAD_MAX: usize = 1472;
/// Most padding added to a payload to make the packets of a burst alike, bytes.
pub const PADDING_MAX: usize = 32;
const STRIDE: usize = PAYLOAD_MAX + PADDING_MAX;
const NONE: u64 = u64::MAX;

/// A stored packet's description.
#[derive(Debug, Clone, Copy)]
pub struct Stored {
    /// Extended sequence number in the publisher's stream.
    pub sequence: u64,
    pub timestamp: u32,
    pub marker: bool,
    /// Whether a decoder can start here.
    pub keyframe: bool,
    /// Bytes of the payload, padding included.
    pub len: u16,
    /// VP8's running numbers, if the payload carries them.
    pub picture: Option<Picture>,
    /// Bytes of RTP padding at its end. Part of the packet for good: a retransmission under the same sequence
    /// number must have the same bytes (GCM nonce).
    pub padding: u8,
    /// Number of restarts of its layer: packets of another epoch are never referred to, and their timestamps
    /// are of another clock.
    pub epoch: u8,
}

impl Stored {
    /// An arriving packet; length and padding are filled in when it is stored.
    pub fn arrived(sequence: u64, timestamp: u32, marker: bool, keyframe: bool) -> Stored {
        Stored { sequence, timestamp, marker, keyframe, len: 0, picture: None, padding: 0, epoch: 0 }
    }
}

/// Places and values of the picture id and TL0PICIDX in a VP8 payload (RFC 7741 §4.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Picture {
    pub id_at: u8,
    /// 15 bits.
    pub id: u16,
    /// 0 = not there (offset 0 is the descriptor's first byte).
    pub tl0_at: u8,
    pub tl0: u8,
}

/// A ring of packets by sequence number.
pub struct PacketRing {
    stored: Vec<Stored>,
    bytes: Vec<u8>,
}

impl PacketRing {
    /// A ring of `packets` places, a power of two: 512 hold 2 s of 2.5 Mbit/s.
    pub fn new(packets: usize) -> PacketRing {
        assert!(packets.is_power_of_two(), "places are found by masking");
        PacketRing {
            stored: vec![Stored::arrived(NONE, 0, false, false); packets],
            bytes: vec![0; packets * STRIDE],
        }
    }

    fn place(&self, sequence: u64) -> usize {
        sequence as usize & (self.stored.len() - 1)
    }

    /// Stores a packet; false = its payload is too long or a newer one has its place.
    pub fn store(&mut self, packet: Stored, payload: &[u8]) -> bool {
        let place = self.place(packet.sequence);
        let held = self.stored[place].sequence;
        if payload.len() > PAYLOAD_MAX || (held != NONE && held >= packet.sequence) {
            return false;
        }
        self.stored[place] = Stored { len: payload.len() as u16, padding: 0, ..packet };
        self.bytes[place * STRIDE..][..payload.len()].copy_from_slice(payload);
        true
    }

    /// Pads the stored packet to `len` bytes of payload (RFC 3550 §5.1); only before its first send.
    pub fn pad(&mut self, sequence: u64, len: usize) {
        let place = self.place(sequence);
        let stored = &mut self.stored[place];
        let have = usize::from(stored.len);
        if stored.sequence != sequence || len <= have || len - have > PADDING_MAX || have == 0 {
            return;
        }
        let padding = (len - have) as u8;
        stored.len = len as u16;
        stored.padding = padding;
        let payload = &mut self.bytes[place * STRIDE..][..len];
        payload[have..].fill(0);
        payload[len - 1] = padding;
    }

    /// The packet with this sequence number, if it is still here.
    pub fn get(&self, sequence: u64) -> Option<(&Stored, &[u8])> {
        let place = self.place(sequence);
        let stored = &self.stored[place];
        (stored.sequence == sequence)
            .then(|| (stored, &self.bytes[place * STRIDE..][..usize::from(stored.len)]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet(sequence: u64) -> Stored {
        Stored::arrived(sequence, 0, false, false)
    }

    #[test]
    fn packets_are_found_until_newer_ones_take_their_place() {
        let mut ring = PacketRing::new(4);
        for sequence in 10..15 {
            assert!(ring.store(packet(sequence), &[sequence as u8; 3]));
        }
        assert!(ring.get(10).is_none());
        assert_eq!(ring.get(11).unwrap().1, [11; 3]);
        assert!(!ring.store(packet(10), b"late"), "an old packet does not push out a newer one");
        assert_eq!(ring.get(14).unwrap().1, [14; 3]);
    }

    #[test]
    fn padding_is_counted_in_its_last_byte_and_bounded() {
        let mut ring = PacketRing::new(4);
        ring.store(packet(1), b"abc");
        ring.pad(1, 6);
        assert_eq!(ring.get(1).unwrap().1, b"abc\0\0\x03");
        assert_eq!(ring.get(1).unwrap().0.padding, 3);
        ring.store(packet(2), b"abc");
        ring.pad(2, 3 + PADDING_MAX + 1);
        assert_eq!(ring.get(2).unwrap().1, b"abc");
        assert!(!ring.store(packet(3), &[0; PAYLOAD_MAX + 1]));
    }
}
