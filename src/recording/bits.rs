//! Reading bit fields of codec headers. Past the end everything is `None`: the header makes no sense.

/// A reader of big-endian bits.
pub(super) struct Bits<'a> {
    bytes: &'a [u8],
    /// Number of bits already read.
    at: usize,
}

impl<'a> Bits<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Bits<'a> {
        Bits { bytes, at: 0 }
    }

    pub(super) fn flag(&mut self) -> Option<bool> {
        let byte = *self.bytes.get(self.at / 8)?;
        let bit = byte >> (7 - self.at % 8) & 1;
        self.at += 1;
        Some(bit == 1)
    }

    /// An unsigned field of at most 32 bits.
    pub(super) fn take(&mut self, bits: u32) -> Option<u32> {
        (0..bits).try_fold(0, |value: u32, _| Some(value << 1 | u32::from(self.flag()?)))
    }

    pub(super) fn skip(&mut self, bits: u32) -> Option<()> {
        self.at += bits as usize;
        (self.at <= self.bytes.len() * 8).then_some(())
    }

    /// Number of zeros before the first one: at most 31, which no header here exceeds.
    fn zeros(&mut self) -> Option<u32> {
        let mut zeros = 0;
        while !self.flag()? {
            zeros += 1;
            if zeros > 31 {
                return None;
            }
        }
        Some(zeros)
    }

    /// ue(v) of H.264 (§9.1) and uvlc() of AV1 (§4.10.3), which are the same.
    pub(super) fn exp_golomb(&mut self) -> Option<u32> {
        let zeros = self.zeros()?;
        Some(((1u64 << zeros) - 1) as u32 + self.take(zeros)?)
    }

    /// se(v) of H.264 (§9.1.1).
    pub(super) fn signed_exp_golomb(&mut self) -> Option<i32> {
        let code = i64::from(self.exp_golomb()?);
        Some(if code % 2 == 0 { -(code / 2) } else { (code + 1) / 2 } as i32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_in_order_and_never_past_the_end() {
        let mut bits = Bits::new(&[0b1010_0110, 0b0100_0010]);
        assert_eq!((bits.flag(), bits.take(3)), (Some(true), Some(0b010)));
        assert_eq!((bits.exp_golomb(), bits.exp_golomb()), (Some(2), Some(3)), "011 and 00100");
        assert_eq!((bits.exp_golomb(), bits.take(1)), (None, None));
        let mut bits = Bits::new(&[0b1010_0110, 0b0100_0010, 0b1000_0000]);
        let values: Vec<_> = (0..5).map(|_| bits.signed_exp_golomb()).collect();
        assert_eq!(values, [Some(0), Some(1), Some(-1), Some(2), Some(-2)]);
        assert_eq!(Bits::new(&[0; 16]).exp_golomb(), None);
        assert_eq!((Bits::new(&[0]).skip(8), Bits::new(&[0]).skip(9)), (Some(()), None));
    }
}
