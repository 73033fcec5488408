//! The walks: so many steps of so many seeds, which a failure names.

use futures::future::join_all;

use super::figures::Figures;
use super::run::run;
use super::shrink::shorten;
use super::steps::{Step, Wish, walk};

/// The first seed, and how many follow it.
const SEEDS: (u64, u64) = (1, 16);
/// Steps of each seed.
const STEPS: usize = 250;

/// A number in the environment, for repeating what failed: `GOJIRA_SEED` is the one seed that is
/// walked, `GOJIRA_STEPS` the number of its steps.
fn named(name: &str) -> Option<u64> {
    #[expect(
        clippy::disallowed_methods,
        reason = "what a test repeats is no setting of the server"
    )]
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_random_walk_keeps_journal_and_site_as_the_model_has_them() {
    let seeds = match named("GOJIRA_SEED") {
        Some(seed) => (seed, 1),
        None => SEEDS,
    };
    let steps = named("GOJIRA_STEPS").map_or(STEPS, |steps| usize::try_from(steps).unwrap());
    let seeds: Vec<u64> = (seeds.0..).zip(0..seeds.1).map(|(seed, _)| seed).collect();
    eprintln!("seeds {seeds:?}, {steps} steps each");
    let walks = seeds.iter().map(|seed| {
        let walk = walk(*seed, steps);
        async move {
            let ended = tokio::spawn(async move {
                let ended = run(&walk).await;
                (walk, ended)
            });
            ended.await.unwrap()
        }
    });
    let mut figures = Figures::default();
    for (seed, (walk, ended)) in seeds.iter().zip(join_all(walks).await) {
        match ended {
            Ok(of_walk) => figures.add(&of_walk),
            Err(failure) => {
                // Shortening takes its time, and whoever cannot wait must know this much.
                eprintln!("seed {seed} fails at step {}: {}", failure.at, failure.how);
                let (short, how) = shorten(&walk[..=failure.at], failure.how).await;
                panic!(
                    "GOJIRA_SEED={seed} GOJIRA_STEPS={} fails: {how}\nas do these steps alone: {short:#?}",
                    failure.at + 1
                );
            }
        }
    }
    eprintln!("{figures:?}");
    assert!(
        seeds.len() < 2 || figures.covers_all(),
        "a walk that tries too little: {figures:?}"
    );
}

/// The walk itself must be able to fail, and what is left of it must be what made it fail.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_model_does_not_know_is_found_and_nothing_else_is_left_of_the_walk() {
    let slip = Step::Untold(Wish::Set {
        thing: 0,
        cells: 2,
        value: 2,
    });
    let mut walk = walk(7, 12);
    walk.insert(9, slip.clone());
    let failure = run(&walk).await.unwrap_err();
    assert_eq!(failure.at, 9, "{}", failure.how);
    let (short, how) = shorten(&walk[..=9], failure.how).await;
    assert_eq!(short, [slip], "{how}");
}
