//! Deterministic ids: the same seed and the same calls give the same tenant.

/// `SplitMix64`, enough for ids that only have to differ.
#[derive(Debug, Clone)]
pub(crate) struct Entropy(u64);

impl Entropy {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A UUID with the version and variant bits of version 4.
    pub(crate) fn uuid(&mut self) -> String {
        let high = (self.next() & 0xffff_ffff_ffff_0fff) | 0x4000;
        let low = (self.next() & 0x3fff_ffff_ffff_ffff) | 0x8000_0000_0000_0000;
        format!(
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            high >> 32,
            (high >> 16) & 0xffff,
            high & 0xffff,
            low >> 48,
            low & 0xffff_ffff_ffff
        )
    }

    /// An opaque token of 48 hexadecimal digits after a prefix.
    /// A secret. Another tenant of the same seed may draw the same numbers for its ids, so a secret
    /// shows none of them as they are: who looks for pieces of secrets would find ids.
    pub(crate) fn token(&mut self, prefix: &str) -> String {
        format!(
            "{prefix}{:016x}{:016x}{:016x}",
            !self.next(),
            !self.next(),
            !self.next()
        )
    }
}
