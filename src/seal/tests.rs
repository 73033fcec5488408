//! What a seal promises: its own context, any key of the ring, every altered byte, no nonce twice.

use std::collections::HashSet;
use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::base::random::{CountingRandom, Random, SystemRandom};

fn ring(current: u8, older: &[u8]) -> Ring {
    let older = older.iter().map(|byte| Secret::new([*byte; 32])).collect();
    Ring::new(Secret::new([current; 32]), older, Arc::new(SystemRandom))
}

/// A source that has run dry.
#[derive(Debug)]
struct Dry;

impl Random for Dry {
    fn fill(&self, _bytes: &mut [u8]) -> Result<(), RandomError> {
        Err(RandomError::new("the source is dry"))
    }
}

#[test]
fn a_value_opens_under_its_own_context_only() {
    let ring = ring(1, &[]);
    let sealed = ring.seal(b"grant:{a}", b"token").unwrap();
    assert_eq!(ring.open(b"grant:{a}", &sealed).unwrap().expose(), b"token");
    assert!(ring.open(b"grant:{b}", &sealed).is_err());
    assert!(!sealed.windows(5).any(|part| part == b"token"));
}

#[test]
fn an_older_key_still_opens_and_an_unknown_one_is_told_from_a_damage() {
    let sealed = ring(1, &[]).seal(b"k", b"v").unwrap();
    let key_id = ring(1, &[]).current_id();
    assert_eq!(named_key(&sealed), key_id);
    assert!(ring(2, &[3, 1]).open(b"k", &sealed).is_ok());
    let open = |ring: &Ring, sealed: &[u8]| ring.open(b"k", sealed).unwrap_err();
    let unknown = OpenFault::UnknownKey {
        key_id: key_id.clone(),
    };
    assert_eq!(open(&ring(3, &[2]), &sealed), unknown);
    let mut altered = sealed.clone();
    *altered.last_mut().unwrap() ^= 1;
    assert_eq!(
        open(&ring(2, &[1]), &altered),
        OpenFault::Damaged { key_id }
    );
    // Whoever has not the key cannot know whether the value is whole.
    assert_eq!(open(&ring(3, &[]), &altered), unknown);
    for torn in [&sealed[..20], &[], &[&[9], &sealed[1..]].concat()] {
        assert_eq!(open(&ring(1, &[]), torn), OpenFault::Unreadable);
        assert_eq!(named_key(torn), UNREADABLE);
    }
}

#[test]
fn a_key_of_the_ring_that_did_not_seal_it_does_not_open_it() {
    let ring = ring(2, &[1]);
    let mut sealed = ring.seal(b"k", b"v").unwrap();
    // It names the older key instead of the one that sealed it.
    let older = key_id(&Secret::new([1; 32]));
    sealed[1..=KEY_ID].copy_from_slice(&older);
    let fault = ring.open(b"k", &sealed).unwrap_err();
    assert_eq!(
        fault,
        OpenFault::Damaged {
            key_id: hex(&older)
        }
    );
}

#[test]
fn every_altered_byte_is_noticed() {
    let ring = ring(1, &[]);
    let sealed = ring.seal(b"k", b"value").unwrap();
    for at in 0..sealed.len() {
        let mut altered = sealed.clone();
        altered[at] ^= 1;
        assert!(ring.open(b"k", &altered).is_err(), "byte {at}");
        assert!(ring.open(b"k", &sealed[..at]).is_err(), "{at} bytes");
    }
}

#[test]
fn no_nonce_comes_twice_in_a_hundred_thousand_seals() {
    let nonce = |sealed: &[u8]| <[u8; NONCE]>::try_from(&sealed[1 + KEY_ID..HEADER]).unwrap();
    let ring = ring(1, &[]);
    let mut seen = HashSet::new();
    for _ in 0..100_000 {
        assert!(seen.insert(nonce(&ring.seal(b"k", b"").unwrap())));
    }
    // It is the source's and nothing else: the same source gives the same nonce.
    let counting = || {
        Ring::new(
            Secret::new([1; 32]),
            Vec::new(),
            Arc::<CountingRandom>::default(),
        )
    };
    let mut drawn = [0; NONCE];
    CountingRandom::default().fill(&mut drawn).unwrap();
    assert_eq!(nonce(&counting().seal(b"k", b"v").unwrap()), drawn);
}

#[test]
fn nothing_is_sealed_without_randomness() {
    let ring = Ring::new(Secret::new([1; 32]), Vec::new(), Arc::new(Dry));
    let refused = ring.seal(b"k", b"v").unwrap_err();
    assert!(matches!(refused, SealError::Random(_)), "{refused}");
}

proptest! {
    #[test]
    fn a_value_moved_to_another_key_is_refused(
        (here, there) in ("[a-z]{1,8}:\\{[a-z]{0,6}\\}(:[a-z]{0,6})?", "[a-z]{1,8}:\\{[a-z]{0,6}\\}(:[a-z]{0,6})?"),
        plain in proptest::collection::vec(any::<u8>(), 0..200),
    ) {
        let ring = ring(1, &[2]);
        let sealed = ring.seal(here.as_bytes(), &plain).unwrap();
        let opened = ring.open(here.as_bytes(), &sealed).unwrap();
        prop_assert_eq!(opened.expose(), &plain);
        prop_assert_eq!(ring.open(there.as_bytes(), &sealed).is_ok(), here == there);
        // Nor does a part of the key and a part of the value change sides.
        let longer = format!("{here}x");
        prop_assert!(ring.open(longer.as_bytes(), &sealed).is_err());
    }

    #[test]
    fn no_bytes_of_anybody_open_or_break(bytes in proptest::collection::vec(any::<u8>(), 0..120)) {
        let ring = ring(1, &[2]);
        prop_assert!(ring.open(b"k", &bytes).is_err());
        let named = [&[VERSION], ring.current.0.as_slice(), &bytes].concat();
        prop_assert!(ring.open(b"k", &named).is_err());
    }
}
