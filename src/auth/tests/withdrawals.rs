//! What was agreed to, or begun, before the person took it back.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::Semaphore;

use super::super::*;
use super::world::*;
use crate::base::random::SystemRandom;
use crate::store::gated::{Gate, Gated};
use crate::store::{Step, Store, StoreError};

const TICK: Duration = Duration::from_millis(1);

/// A request that the person has agreed to and that is on its way over Atlassian.
async fn agreed(world: &World, client: &Client) -> AuthorizationRequest {
    let server = &world.server;
    let request = server.check_request(asked(client)).await.unwrap();
    let browser = Browser::random(&SystemRandom).unwrap();
    let id = server.hold_request(request, &browser).await.unwrap();
    let decided = server.decide(&id, &browser, true).await.unwrap();
    decided.unwrap()
}

fn is_withdrawn(given: &Result<String, StateError>) -> bool {
    matches!(given, Err(StateError::Withdrawn))
}

#[tokio::test]
async fn a_consent_that_was_withdrawn_on_the_way_is_not_made_again() {
    let world = world();
    let (client, other) = (world.client().await, world.client().await);
    let (server, account) = (&world.server, ada().account);
    for everything in [false, true] {
        let on_the_way = agreed(&world, &client).await;
        let of_another = agreed(&world, &other).await;
        world.clock.advance(TICK);
        if everything {
            server.end_all(&account).await.unwrap();
        } else {
            server.withdraw(&account, &client.id).await.unwrap();
        }
        world.clock.advance(TICK);
        assert!(is_withdrawn(&server.give_code(on_the_way, ada()).await));
        // Another client is touched by the end of everything only.
        let given = server.give_code(of_another, ada()).await;
        assert_eq!(is_withdrawn(&given), everything);
        let left = server.connections(&account).await.unwrap();
        assert_eq!(left.len(), usize::from(!everything));
        // Whoever agrees anew is let through.
        let anew = agreed(&world, &client).await;
        server.give_code(anew, ada()).await.unwrap();
    }
}

/// An approval waits, just before it is written, until it is let through.
#[derive(Debug)]
struct Waiting {
    reached: Arc<Semaphore>,
    go_on: Arc<Semaphore>,
}

#[async_trait]
impl Gate for Waiting {
    async fn pass(&self, steps: &[Step]) -> Result<(), StoreError> {
        let approval =
            |step: &Step| matches!(step, Step::Put { key, .. } if key.starts_with("approval:"));
        if steps.iter().any(approval) {
            self.reached.add_permits(1);
            self.go_on.acquire().await.unwrap().forget();
        }
        Ok(())
    }
}

#[tokio::test]
async fn a_withdrawal_between_the_look_and_the_write_wins() {
    for everything in [false, true] {
        let (reached, go_on) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
        let (seen, free) = (Arc::clone(&reached), Arc::clone(&go_on));
        let wrap = |store| -> Arc<dyn Store> {
            Arc::new(Gated {
                store,
                gate: Waiting {
                    reached: seen,
                    go_on: free,
                },
            })
        };
        let world = world_over(wrap, Arc::new(Recorder::default()));
        let client = world.client().await;
        let on_the_way = agreed(&world, &client).await;
        world.clock.advance(TICK);
        let server = Arc::clone(&world.server);
        let giving = tokio::spawn(async move { server.give_code(on_the_way, ada()).await });
        reached.acquire().await.unwrap().forget();
        let account = ada().account;
        if everything {
            world.server.end_all(&account).await.unwrap();
        } else {
            world.server.withdraw(&account, &client.id).await.unwrap();
        }
        go_on.add_permits(8);
        assert!(is_withdrawn(&giving.await.unwrap()));
        assert_eq!(world.server.connections(&account).await.unwrap(), []);
    }
}

#[tokio::test]
async fn signing_out_everywhere_ends_the_sessions_that_were_open() {
    let world = world();
    let server = &world.server;
    let browser = Browser::random(&SystemRandom).unwrap();
    let open = async |person| server.open_session(person, &browser).await.unwrap();
    let lives = async |cookie: &str| server.session(cookie, &browser).await.unwrap().is_some();
    let bob = Person {
        account: crate::base::ids::AccountId::new("bob"),
        name: None,
    };
    let (before, others) = (open(ada()).await, open(bob).await);
    world.clock.advance(TICK);
    server.end_all(&ada().account).await.unwrap();
    assert!(!lives(&before).await && lives(&others).await);
    world.clock.advance(TICK);
    let after = open(ada()).await;
    assert!(lives(&after).await);
    // The moment is remembered for as long as any session that it ended.
    world.clock.advance(Duration::from_mins(59));
    assert!(!lives(&before).await && lives(&after).await);
}
