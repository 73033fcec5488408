//! A proxy between the server and the sandbox that breaks one exchange, or all from one on. It
//! speaks as much HTTP/1.1 as that takes: one exchange a connection.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use futures::future::BoxFuture;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_util::task::TaskTracker;

const LONGEST_HEAD: usize = 64 * 1024;
/// A slow answer comes in pieces of so many bytes.
const PIECE: usize = 97;

/// How an exchange is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cut {
    /// Nobody listens any more.
    Refused,
    /// The connection ends before the request is read.
    Greeting,
    /// It ends after half of the request, and the site sees no more than that half.
    InRequest,
    /// It ends after the request, which goes no further.
    Unforwarded,
    /// The site has done what it was asked, and the connection ends instead of an answer.
    Unanswered,
    /// It ends within the head of the answer.
    InHead,
    /// It ends within the body of the answer.
    InBody,
    /// The answer is this status, and the site sees nothing of the request.
    Instead(u16),
    /// The site has done what it was asked, and the answer is this status.
    Masked(u16),
    /// The answer comes slowly.
    Drip,
    /// Nothing goes on until the proxy is told to.
    Held(Moment),
}

/// Where an exchange is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    /// Before the request goes on, which it never does.
    Before,
    /// Before the request goes on, which it does as soon as it may.
    Under,
    /// After the site has answered.
    After,
    /// Within the answer.
    Within,
}

/// A break on order: the exchange at this place, counted from 0, and all after it if it lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Break {
    pub(crate) at: usize,
    pub(crate) lasts: bool,
    pub(crate) cut: Cut,
}

/// An exchange that went through, or was meant to.
#[derive(Debug, Clone)]
pub(crate) struct Passed {
    pub(crate) method: String,
    /// Without the query.
    pub(crate) path: String,
    /// What the witness said before the first byte went on; nothing when none did.
    pub(crate) seen: Option<Vec<String>>,
}

/// Is asked before a request that may change something goes on.
pub(crate) type Witness = Arc<dyn Fn() -> BoxFuture<'static, Vec<String>> + Send + Sync>;

/// The proxy.
pub(crate) struct Proxy {
    address: SocketAddr,
    line: Arc<Line>,
}

struct Line {
    to: SocketAddr,
    witness: Witness,
    orders: Mutex<Orders>,
    door: tokio::sync::Mutex<Option<JoinHandle<()>>>,
    under_way: TaskTracker,
    held: Notify,
    release: Notify,
}

#[derive(Default)]
struct Orders {
    broken: Option<Break>,
    count: usize,
    passed: Vec<Passed>,
}

impl Proxy {
    /// A proxy to the server at `origin`, in one piece until it is told otherwise.
    pub(crate) async fn to(origin: &str, witness: Witness) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let to = origin.trim_start_matches("http://").parse().unwrap();
        let line = Arc::new(Line {
            to,
            witness,
            orders: Mutex::default(),
            door: tokio::sync::Mutex::default(),
            under_way: TaskTracker::new(),
            held: Notify::new(),
            release: Notify::new(),
        });
        line.open(listener).await;
        Self { address, line }
    }

    /// `http://127.0.0.1:{port}`.
    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Orders a break and counts the exchanges anew.
    pub(crate) async fn order(&self, broken: Break) {
        *self.line.orders() = Orders {
            broken: Some(broken),
            ..Orders::default()
        };
        if broken.at == 0 && broken.cut == Cut::Refused {
            self.line.close().await;
        }
    }

    /// Ends whatever was ordered, waits until nothing is under way, and gives what went through
    /// since the last time.
    pub(crate) async fn mend(&self) -> Vec<Passed> {
        self.line.orders().broken = None;
        self.line.under_way.close();
        self.line.release.notify_waiters();
        self.line.under_way.wait().await;
        self.line.under_way.reopen();
        let orders = std::mem::take(&mut *self.line.orders());
        if self.line.door.lock().await.is_none() {
            let listener = TcpListener::bind(self.address).await.unwrap();
            self.line.open(listener).await;
        }
        orders.passed
    }

    /// Returns once an exchange is held.
    pub(crate) async fn held(&self) {
        self.line.held.notified().await;
    }
}

impl Line {
    async fn open(self: &Arc<Self>, listener: TcpListener) {
        let line = Arc::clone(self);
        let accept = async move {
            while let Ok((stream, _)) = listener.accept().await {
                let carried = Arc::clone(&line).carry(stream);
                // An exchange that fails is what this is about.
                line.under_way.spawn(async move { drop(carried.await) });
            }
        };
        *self.door.lock().await = Some(tokio::spawn(accept));
    }

    /// From here on connections are refused.
    async fn close(&self) {
        if let Some(door) = self.door.lock().await.take() {
            door.abort();
            // It ends by being aborted.
            let _ = door.await;
        }
    }

    fn orders(&self) -> MutexGuard<'_, Orders> {
        self.orders.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The place of a new exchange, and how it is broken.
    fn next(&self) -> (usize, Option<Cut>) {
        let mut orders = self.orders();
        let at = orders.count;
        orders.count += 1;
        let broken = orders
            .broken
            .filter(|broken| broken.at == at || (broken.lasts && broken.at < at));
        (at, broken.map(|broken| broken.cut))
    }

    async fn carry(self: Arc<Self>, mut client: TcpStream) -> Result<()> {
        let (at, cut) = self.next();
        if cut == Some(Cut::Greeting) {
            return Ok(());
        }
        let request = Request::read(&mut client).await?;
        let place = self.note(&request);
        match cut {
            Some(Cut::InRequest) => {
                self.witness(place, &request).await;
                return request.half(self.to).await;
            }
            Some(Cut::Unforwarded) => return Ok(()),
            Some(Cut::Held(Moment::Before)) => return self.hold().await,
            Some(Cut::Instead(status)) => return answer(&mut client, status).await,
            _ => {}
        }
        self.witness(place, &request).await;
        if cut == Some(Cut::Held(Moment::Under)) {
            self.hold().await?;
        }
        let given = request.carried_out(self.to).await?;
        let head = head_end(&given).context("an answer has a head")?;
        match cut {
            Some(Cut::Unanswered | Cut::Held(Moment::Under)) => Ok(()),
            Some(Cut::Held(Moment::After)) => self.hold().await,
            Some(Cut::Held(Moment::Within)) => {
                client.write_all(&given[..given.len() - 1]).await?;
                client.flush().await?;
                self.hold().await
            }
            Some(Cut::InHead) => Ok(client.write_all(&given[..head / 2]).await?),
            // Without a body, the head is all that can be cut.
            Some(Cut::InBody) => Ok(client
                .write_all(&given[..usize::midpoint(head, given.len()).min(given.len() - 1)])
                .await?),
            Some(Cut::Masked(status)) => answer(&mut client, status).await,
            Some(Cut::Drip) => {
                for piece in given.chunks(PIECE) {
                    client.write_all(piece).await?;
                    client.flush().await?;
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
                Ok(())
            }
            _ => {
                if self.closes_after(at) {
                    self.close().await;
                }
                Ok(client.write_all(&given).await?)
            }
        }
    }

    /// Whether the next exchange finds nobody.
    fn closes_after(&self, at: usize) -> bool {
        let broken = self.orders().broken;
        broken.is_some_and(|broken| broken.cut == Cut::Refused && broken.at == at + 1)
    }

    fn note(&self, request: &Request) -> usize {
        let mut orders = self.orders();
        orders.passed.push(Passed {
            method: request.method.clone(),
            path: request.path.clone(),
            seen: None,
        });
        orders.passed.len() - 1
    }

    async fn witness(&self, place: usize, request: &Request) {
        let seen = if request.method == "GET" {
            Vec::new()
        } else {
            (self.witness)().await
        };
        if let Some(passed) = self.orders().passed.get_mut(place) {
            passed.seen = Some(seen);
        }
    }

    async fn hold(&self) -> Result<()> {
        let released = self.release.notified();
        self.held.notify_one();
        released.await;
        Ok(())
    }
}

/// A request as it is sent on.
struct Request {
    method: String,
    path: String,
    bytes: Vec<u8>,
}

impl Request {
    async fn read(client: &mut TcpStream) -> Result<Self> {
        let mut bytes = Vec::new();
        let end = loop {
            if let Some(end) = head_end(&bytes) {
                break end;
            }
            let read = client.read_buf(&mut bytes).await?;
            ensure!(read > 0 && bytes.len() < LONGEST_HEAD, "no request");
        };
        let head = std::str::from_utf8(&bytes[..end])?;
        let mut lines = head.trim_end().split("\r\n");
        let first = lines.next().context("a request line")?.to_owned();
        let mut words = first.split(' ');
        let method = words.next().context("a method")?.to_owned();
        let path = words.next().context("a path")?;
        let path = path.split('?').next().unwrap_or_default().to_owned();
        let kept: Vec<&str> = lines
            .filter(|line| !is_header(line, "connection"))
            .collect();
        let length = kept.iter().find(|line| is_header(line, "content-length"));
        let length = length.and_then(|line| line.split_once(':')?.1.trim().parse().ok());
        let head = format!(
            "{first}\r\n{}\r\nconnection: close\r\n\r\n",
            kept.join("\r\n")
        );
        while bytes.len() < end + length.unwrap_or(0) {
            ensure!(client.read_buf(&mut bytes).await? > 0, "half a request");
        }
        let bytes = [head.as_bytes(), &bytes[end..]].concat();
        Ok(Self {
            method,
            path,
            bytes,
        })
    }

    /// Half of it reaches the site, which waits for the rest in vain.
    async fn half(&self, to: SocketAddr) -> Result<()> {
        let mut site = TcpStream::connect(to).await?;
        let body = self.bytes.len() - head_end(&self.bytes).context("a head")?;
        let missing = body.div_ceil(2).max(2);
        site.write_all(&self.bytes[..self.bytes.len() - missing])
            .await?;
        Ok(site.shutdown().await?)
    }

    /// The site's whole answer.
    async fn carried_out(&self, to: SocketAddr) -> Result<Vec<u8>> {
        let mut site = TcpStream::connect(to).await?;
        site.write_all(&self.bytes).await?;
        let mut given = Vec::new();
        site.read_to_end(&mut given).await?;
        Ok(given)
    }
}

async fn answer(client: &mut TcpStream, status: u16) -> Result<()> {
    let text = format!("HTTP/1.1 {status} Fault\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    Ok(client.write_all(text.as_bytes()).await?)
}

/// Where the body begins.
fn head_end(bytes: &[u8]) -> Option<usize> {
    let at = bytes.windows(4).position(|part| part == b"\r\n\r\n")?;
    Some(at + 4)
}

fn is_header(line: &str, name: &str) -> bool {
    let named = line.split_once(':').map(|(named, _)| named);
    named.is_some_and(|named| named.eq_ignore_ascii_case(name))
}
