//! RTP headers (RFC 3550 §5.1, RFC 8285), read in place. Nothing is copied; `None` = it does not parse.

/// Fixed part of an RTP header, bytes.
pub const FIXED: usize = 12;

/// A parsed RTP header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    pub payload_type: u8,
    pub marker: bool,
    pub sequence: u16,
    pub timestamp: u32,
    pub ssrc: u32,
    pub has_padding: bool,
    /// Length of the whole header: the payload begins there.
    pub len: usize,
    /// The place of the extension elements: start, end, and the profile word.
    extension: Option<(usize, usize, u16)>,
}

impl Header {
    /// Reads the header at the start of `packet`.
    pub fn parse(packet: &[u8]) -> Option<Header> {
        let fixed: &[u8; FIXED] = packet.first_chunk()?;
        if fixed[0] >> 6 != 2 {
            return None;
        }
        let mut len = FIXED + 4 * usize::from(fixed[0] & 0x0f);
        let mut extension = None;
        if fixed[0] & 0x10 != 0 {
            let word: &[u8; 4] = packet.get(len..)?.first_chunk()?;
            let words = usize::from(u16::from_be_bytes([word[2], word[3]]));
            extension = Some((len + 4, len + 4 + 4 * words, u16::from_be_bytes([word[0], word[1]])));
            len += 4 + 4 * words;
        }
        if len > packet.len() {
            return None;
        }
        Some(Header {
            payload_type: fixed[1] & 0x7f,
            marker: fixed[1] & 0x80 != 0,
            sequence: u16::from_be_bytes([fixed[2], fixed[3]]),
            timestamp: u32::from_be_bytes([fixed[4], fixed[5], fixed[6], fixed[7]]),
            ssrc: u32::from_be_bytes([fixed[8], fixed[9], fixed[10], fixed[11]]),
            has_padding: fixed[0] & 0x20 != 0,
            len,
            extension,
        })
    }

    /// The value of extension element `id`.
    pub fn extension<'a>(&self, packet: &'a [u8], id: u8) -> Option<&'a [u8]> {
        let [value] = self.extensions(packet, [Some(id)]);
        value
    }

    /// The values of the extension elements with these ids, in one walk. Elements have one-byte or two-byte
    /// form (RFC 8285 §4.2, §4.3); an element with a false length, and all behind it, count as missing.
    pub fn extensions<'a, const N: usize>(
        &self,
        packet: &'a [u8],
        ids: [Option<u8>; N],
    ) -> [Option<&'a [u8]>; N] {
        let mut values = [None; N];
        let elements =
            self.extension.and_then(|(start, end, profile)| Some((packet.get(start..end)?, profile)));
        let Some((mut rest, profile)) = elements else { return values };
        let two_byte = profile & 0xfff0 == 0x1000;
        if !two_byte && profile != 0xbede {
            return values;
        }
        while let [first, tail @ ..] = rest {
            if *first == 0 {
                rest = tail;
                continue;
            }
            let (element, len, value) = match tail {
                [len, value @ ..] if two_byte => (*first, usize::from(*len), value),
                [] if two_byte => break,
                _ => (first >> 4, usize::from(first & 0x0f) + 1, tail),
            };
            if !two_byte && element == 15 {
                break;
            }
            let Some((value, after)) = value.split_at_checked(len) else { break };
            for (id, found) in ids.iter().zip(&mut values) {
                // Of two elements with one id the first counts; id 0 is padding.
                if found.is_none() && *id == Some(element) && element != 0 {
                    *found = Some(value);
                }
            }
            rest = after;
        }
        values
    }

    /// The payload of a decrypted packet, without padding; empty for padding-only packets, `None` = the
    /// padding count is false.
    pub fn payload<'a>(&self, packet: &'a [u8]) -> Option<&'a [u8]> {
        let payload = packet.get(self.len..)?;
        if !self.has_padding {
            return Some(payload);
        }
        let padding = usize::from(*payload.last()?);
        if padding == 0 {
            return None;
        }
        payload.get(..payload.len().checked_sub(padding)?)
    }
}

/// The protocol of a datagram by its first bytes (RFC 7983 §7, RFC 5761 §4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    Stun,
    Dtls,
    Rtp,
    Rtcp,
    Unknown,
}

/// Sorts a datagram by its first bytes.
pub fn classify(datagram: &[u8]) -> Class {
    match datagram {
        [0..=3, ..] => Class::Stun,
        [20..=63, ..] => Class::Dtls,
        [128..=191, 192..=223, ..] => Class::Rtcp,
        [128..=191, _, ..] => Class::Rtp,
        _ => Class::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet(extension: &[u8], profile: u16, payload: &[u8], padding: bool) -> Vec<u8> {
        let mut out = vec![0x90 | (u8::from(padding) << 5), 0x80 | 96, 0, 7, 0, 0, 0, 9, 1, 2, 3, 4];
        out.extend_from_slice(&profile.to_be_bytes());
        out.extend_from_slice(&((extension.len() / 4) as u16).to_be_bytes());
        out.extend_from_slice(extension);
        out.extend_from_slice(payload);
        out
    }

    #[test]
    fn header_extensions_of_both_forms_are_found() {
        let one = packet(&[0x10, 0xaa, 0, 0x21, 1, 2, 0, 0], 0xbede, b"xy", false);
        let header = Header::parse(&one).unwrap();
        assert_eq!((header.sequence, header.timestamp, header.ssrc), (7, 9, 0x0102_0304));
        assert_eq!(header.extension(&one, 1), Some(&[0xaa][..]));
        assert_eq!(header.extension(&one, 2), Some(&[1, 2][..]));
        assert_eq!(header.extension(&one, 3), None);
        assert_eq!(header.payload(&one), Some(&b"xy"[..]));

        let two = packet(&[5, 3, 1, 2, 3, 0, 0, 0], 0x1000, b"", false);
        assert_eq!(Header::parse(&two).unwrap().extension(&two, 5), Some(&[1, 2, 3][..]));
    }

    /// Looks for only one element in `body`.
    fn walk_for(body: &[u8], profile: u16, id: u8) -> Option<&[u8]> {
        let mut rest = body;
        while let [first, tail @ ..] = rest {
            let (element, value, len) = match (profile, tail) {
                (_, _) if *first == 0 => (0, tail, 0),
                (0x1000..=0x100f, [len, value @ ..]) => (*first, value, usize::from(*len)),
                (0xbede, _) if first >> 4 < 15 => (first >> 4, tail, usize::from(first & 15) + 1),
                _ => return None,
            };
            let (found, after) = value.split_at_checked(len)?;
            if element == id && id != 0 {
                return Some(found);
            }
            rest = after;
        }
        None
    }

    #[test]
    fn one_walk_finds_what_a_walk_for_each_would() {
        let bodies: [&[u8]; 6] = [
            &[0x10, 0xaa, 0, 0x21, 1, 2, 0x10, 0xbb],
            &[0x10, 0xaa, 0xf0, 1, 0x20, 0xbb, 0, 0],
            &[0x10, 0xaa, 0x2f, 1, 0x30, 0xcc, 0, 0],
            &[1, 1, 0xaa, 2, 0, 3, 2, 1],
            &[0x03, 1, 2, 3, 0x10, 0xaa, 0, 1],
            &[],
        ];
        for body in bodies {
            for profile in [0xbede, 0x1000, 0x100f, 0x1fff] {
                let packet = packet(body, profile, b"xy", false);
                let header = Header::parse(&packet).unwrap();
                let ids = [Some(3), None, Some(1), Some(0), Some(2)];
                let each = ids.map(|id| walk_for(body, profile, id?));
                assert_eq!(header.extensions(&packet, ids), each, "{body:?} {profile:04x}");
            }
        }
        let twice = packet(bodies[0], 0xbede, b"", false);
        let first = Header::parse(&twice).unwrap().extension(&twice, 1);
        assert_eq!(first, Some(&[0xaa][..]), "the first counts");
    }

    #[test]
    fn lying_lengths_are_refused() {
        let good = packet(&[0x10, 0xaa, 0, 0], 0xbede, &[1, 2, 3, 4, 2], true);
        let header = Header::parse(&good).unwrap();
        assert_eq!(header.payload(&good), Some(&[1, 2, 3][..]));
        for (padding, want) in [(5_u8, Some(&[][..])), (6, None), (0, None), (255, None)] {
            let mut lie = good.clone();
            *lie.last_mut().unwrap() = padding;
            assert_eq!(header.payload(&lie), want, "padding {padding}");
        }
        for end in 0..20 {
            let parsed = Header::parse(&good[..end]);
            assert!(parsed.is_none(), "cut at {end}");
        }
        let element_lies = packet(&[0x1f, 0xaa, 0, 0], 0xbede, b"", false);
        assert_eq!(Header::parse(&element_lies).unwrap().extension(&element_lies, 1), None);
    }

    #[test]
    fn every_first_byte_has_one_class() {
        assert_eq!(classify(&[]), Class::Unknown);
        assert_eq!(classify(&[0, 1]), Class::Stun);
        assert_eq!(classify(&[22, 254]), Class::Dtls);
        assert_eq!(classify(&[0x80, 96]), Class::Rtp);
        assert_eq!(classify(&[0x80, 200]), Class::Rtcp);
        assert_eq!(classify(&[64, 0]), Class::Unknown);
        assert_eq!(classify(&[200, 0]), Class::Unknown);
    }
}
