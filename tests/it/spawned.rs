//! Processes of the built server. What they say and audit is looked through when they end.
//!
//! They make secrets that no test knows: besides every known secret, whatever looks like a bearer is
//! one. They log at the most talkative, or there would be little to look at.

use std::ffi::OsStr;
use std::fs::Permissions;
use std::io::{self, BufRead as _, BufReader, Read, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use tempfile::TempDir;

use crate::secrets;

/// The built server.
const PROGRAM: &str = env!("CARGO_BIN_EXE_gojira-mcp");
/// From the start of the process to its last line before it serves.
const START_LIMIT: Duration = Duration::from_mins(1);
/// Is set for a process that a test has started, so that a test knows itself to be one.
pub(crate) const AGAIN: &str = "GOJIRA_TEST_AGAIN";

/// The settings line that makes a server say all it can.
pub(crate) fn talkative() -> String {
    format!("LOG_LEVEL={}", secrets::FILTER)
}

/// `rotate-keys` with these settings, ready to be run.
pub(crate) fn rotate_keys(settings: &Path) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(["rotate-keys", "--env-file"]).arg(settings);
    command.env_clear().stdin(Stdio::null());
    command
}

/// A server process; it ends with the value.
pub(crate) struct Spawned {
    child: Child,
    said: Arc<Mutex<Vec<u8>>>,
    readers: Vec<JoinHandle<()>>,
    home: Arc<TempDir>,
}

impl Spawned {
    /// Starts `serve --port 0` with these arguments, and waits for a line of its standard output
    /// of which `ready` makes something. The lines up to there are not looked through in a
    /// rehearsal, which tells its person the secrets; those are known from then on.
    pub(crate) fn serve<T: Send + 'static>(
        args: &[&OsStr],
        home: Arc<TempDir>,
        ready: impl FnMut(&str) -> Option<T> + Send + 'static,
    ) -> Result<(Self, T)> {
        Self::serve_at(0, args, home, ready)
    }

    /// As [`Spawned::serve`], at this port.
    pub(crate) fn serve_at<T: Send + 'static>(
        port: u16,
        args: &[&OsStr],
        home: Arc<TempDir>,
        ready: impl FnMut(&str) -> Option<T> + Send + 'static,
    ) -> Result<(Self, T)> {
        let mut command = Command::new(PROGRAM);
        command
            .args(["serve", "--port", &port.to_string()])
            .args(args)
            .env_clear()
            .stdin(Stdio::null());
        let rehearsal = args.contains(&OsStr::new("--sandbox"));
        Self::watched(command, rehearsal, home, ready)
    }

    /// Starts this test program once more, for the one test of this name, which is told by
    /// [`AGAIN`] that it is a process of its own. What it is to do it hears from [`Spawned::tell`].
    pub(crate) fn again<T: Send + 'static>(
        test: &str,
        home: Arc<TempDir>,
        ready: impl FnMut(&str) -> Option<T> + Send + 'static,
    ) -> Result<(Self, T)> {
        let mut command = Command::new(std::env::current_exe()?);
        command
            .args(["--exact", test, "--nocapture", "--test-threads", "1"])
            .env_clear()
            .env(AGAIN, "1")
            .stdin(Stdio::piped());
        Self::watched(command, false, home, ready)
    }

    fn watched<T: Send + 'static>(
        mut command: Command,
        rehearsal: bool,
        home: Arc<TempDir>,
        mut ready: impl FnMut(&str) -> Option<T> + Send + 'static,
    ) -> Result<(Self, T)> {
        let mut child = command
            .env("TMPDIR", home.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let out = BufReader::new(child.stdout.take().context("stdout is piped")?);
        let err = child.stderr.take().context("stderr is piped")?;
        let said = Arc::new(Mutex::new(Vec::new()));
        let (send, waiting) = mpsc::channel();
        let lines = Arc::clone(&said);
        // Both read on to the end: a full pipe would stop the server.
        let tell = move || {
            let mut send = Some(send);
            for line in out.lines().map_while(Result::ok) {
                if rehearsal && send.is_some() {
                    secrets::overhear(line.as_bytes());
                } else {
                    keep(&lines, format!("{line}\n").as_bytes());
                }
                if let Some(made) = ready(&line)
                    && let Some(send) = send.take()
                {
                    let _ = send.send(made);
                }
            }
        };
        let log = Arc::clone(&said);
        let complain = move || read_all(err, &log);
        let spawned = Self {
            child,
            said,
            readers: vec![thread::spawn(tell), thread::spawn(complain)],
            home,
        };
        match waiting.recv_timeout(START_LIMIT) {
            Ok(made) => Ok((spawned, made)),
            Err(_) => bail!("the server does not start:\n{}", spawned.log()),
        }
    }

    /// Writes a line to its standard input.
    pub(crate) fn tell(&mut self, line: &str) -> Result<()> {
        let input = self.child.stdin.as_mut().context("it hears nothing")?;
        Ok(writeln!(input, "{line}")?)
    }

    /// What it has said so far.
    pub(crate) fn log(&self) -> String {
        let said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&said).into_owned()
    }

    /// Asks it to end (SIGTERM), waits at most so long, and gives how it ended and after how long.
    pub(crate) fn end(&mut self, limit: Duration) -> Result<(ExitStatus, Duration)> {
        let asked = Instant::now();
        let id = self.child.id().to_string();
        let told = Command::new("sh")
            .args(["-c", "kill -TERM $0", &id])
            .status()?;
        ensure!(told.success(), "nobody hears");
        loop {
            if let Some(status) = self.child.try_wait()? {
                return Ok((status, asked.elapsed()));
            }
            ensure!(asked.elapsed() < limit, "it still runs:\n{}", self.log());
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// Ends it in the middle of whatever it does.
    pub(crate) fn kill(&mut self) -> io::Result<()> {
        self.child.kill()
    }
}

impl Drop for Spawned {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        for reader in self.readers.drain(..) {
            let _ = reader.join();
        }
        if !thread::panicking() {
            look_through("what a server said", self.log().as_bytes());
            look_through(
                "its audit record",
                &secrets::audit_records(self.home.path()),
            );
        }
    }
}

/// A program that others start instead of the server, which it becomes; what the server says and
/// audits is looked through with the end of the value.
pub(crate) struct StandIn {
    home: TempDir,
}

impl StandIn {
    pub(crate) fn new() -> Result<Self> {
        Self::set("")
    }

    /// As [`StandIn::new`], with further settings, one a line.
    pub(crate) fn set(settings: &str) -> Result<Self> {
        let home = tempfile::tempdir()?;
        let here = home.path().display();
        let settings = format!("{}\n{settings}\n", talkative());
        std::fs::write(home.path().join("talkative.env"), settings)?;
        let script = format!(
            "#!/bin/sh\nexport TMPDIR='{here}'\n\
             exec '{PROGRAM}' \"$@\" --env-file '{here}/talkative.env' 2>>'{here}/said'\n"
        );
        let stand_in = Self { home };
        std::fs::write(stand_in.program(), script)?;
        std::fs::set_permissions(stand_in.program(), Permissions::from_mode(0o755))?;
        Ok(stand_in)
    }

    /// The program.
    pub(crate) fn program(&self) -> PathBuf {
        self.home.path().join("server")
    }

    /// What servers have said through it.
    pub(crate) fn log(&self) -> String {
        let said = std::fs::read(self.home.path().join("said")).unwrap_or_default();
        String::from_utf8_lossy(&said).into_owned()
    }

    /// The audit records of servers that were started through it.
    pub(crate) fn audit(&self) -> Vec<u8> {
        secrets::audit_records(self.home.path())
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        if !thread::panicking() {
            look_through("what a server said", self.log().as_bytes());
            look_through("its audit record", &self.audit());
        }
    }
}

fn keep(said: &Mutex<Vec<u8>>, text: &[u8]) {
    let mut said = said.lock().unwrap_or_else(PoisonError::into_inner);
    said.extend_from_slice(text);
}

fn read_all(mut from: impl Read, said: &Mutex<Vec<u8>>) {
    let mut part = [0; 8192];
    while let Ok(length @ 1..) = from.read(&mut part) {
        keep(said, &part[..length]);
    }
}

/// Fails the test when a known secret or what looks like one stands in what a server wrote.
fn look_through(what: &str, text: &[u8]) {
    secrets::look_through(what, text);
    let mut lines = text.split(|byte| *byte == b'\n');
    if let Some(line) = lines.find(|line| secrets::bearer_shaped(line).is_some()) {
        let bearer = secrets::bearer_shaped(line).unwrap_or_default();
        let line = String::from_utf8_lossy(line);
        let shown = line.replace(&*String::from_utf8_lossy(bearer), "(a bearer)");
        panic!("what looks like a bearer stands in {what}: {shown}");
    }
}

/// Tests start servers here, through a [`crate::rig::Rig`] or [`crate::door::Rehearsed`], and
/// nowhere else: a server that is started past them would not be looked at.
#[test]
fn no_test_starts_a_server_that_is_not_looked_at() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it");
    let homes = [
        ("CARGO_BIN_EXE_", &["spawned.rs"][..]),
        ("Rehearsal::start", &["door.rs"]),
        ("App::over", &["rig.rs", "child.rs"]),
        ("current_exe", &["spawned.rs"]),
        ("App::build", &[]),
    ];
    let mut dirs = vec![here];
    let mut seen = 0;
    while let Some(dir) = dirs.pop() {
        for path in std::fs::read_dir(dir)
            .unwrap()
            .map(|entry| entry.unwrap().path())
        {
            if path.is_dir() {
                dirs.push(path);
                continue;
            }
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let text = std::fs::read_to_string(&path).unwrap();
            for (way, files) in homes {
                // This list is not a start.
                let used = text.replace(&format!("(\"{way}\""), "").contains(way);
                assert!(!used || files.contains(&name.as_str()), "{way} in {name}");
                seen += usize::from(used);
            }
        }
    }
    assert!(seen >= 3, "{seen} of the ways are in use");
}

#[test]
fn a_server_process_that_says_a_bearer_fails_the_test() {
    for text in [
        "INFO refreshed token=Kq3vXz9fLw0RtYuIoPaSdFgHjKlZxCvBnM1234567QE",
        "{\"note\":\"refresh-0123456789abcdef0123456789abcdef0123456789abcdef\"}",
    ] {
        for name in ["said", "audit.log"] {
            let stand_in = StandIn::new().unwrap();
            std::fs::write(stand_in.home.path().join(name), text).unwrap();
            let end = std::panic::catch_unwind(|| drop(stand_in));
            assert!(end.is_err(), "{name}: {text}");
        }
    }
    drop(StandIn::new().unwrap());
}
