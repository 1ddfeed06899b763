//! A mail server of our own on this machine: it speaks SMTP as RFC 5321 has it, keeps what it accepts, and is out of sorts when told to.
//! What a client must not do (a password in the clear, a bare line feed, eight bits unasked) is noted as a sin.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jingling::config::smtp::{Security, Smtp};
use jingling::config::{Secret, mail::Mail};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::{ServerConfig, crypto::ring, pki_types::PrivateKeyDer};

use super::mailbox::Mailbox;
use super::until::until;

const USER: &str = "jingling@huoshan.example";
const PASSWORD: &str = "春眠不觉晓 9!";

/// What it is like today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    Well,
    /// 421 instead of a greeting
    Busy,
    /// every answer takes its time
    Slow,
    /// 553 at MAIL
    RefusesSender,
    /// 451 at RCPT
    Greylists,
    /// 550 at RCPT, quoting the address
    KnowsNobody,
    /// 554 after the content
    RefusesContent,
    /// no answer after the content, which it drops
    HangsAfterContent,
    /// keeps the content and is gone before it has said so
    CutsAfterContent,
}

struct State {
    mood: Mood,
    password: &'static str,
    mechanisms: &'static str,
    letters: Vec<Vec<u8>>,
    sins: Vec<String>,
    connections: usize,
    /// How often it was in the mood.
    moods: usize,
}

pub struct MailServer {
    address: SocketAddr,
    security: Security,
    /// The certificate of who signed its own.
    ca: String,
    tls: TlsAcceptor,
    state: Arc<Mutex<State>>,
    listening: Option<JoinHandle<()>>,
}

impl MailServer {
    /// Opens on a free port.
    pub async fn open(security: Security) -> MailServer {
        let (tls, ca) = certified();
        let state = State { mood: Mood::Well, password: PASSWORD, mechanisms: "PLAIN LOGIN", letters: Vec::new(), sins: Vec::new(), connections: 0, moods: 0 };
        let address = "127.0.0.1:0".parse().unwrap();
        let mut server = MailServer { address, security, ca, tls, state: Arc::new(Mutex::new(state)), listening: None };
        server.comes_up().await;
        server
    }

    /// Listens again where it was before.
    pub async fn comes_up(&mut self) {
        let listener = TcpListener::bind(self.address).await.unwrap();
        self.address = listener.local_addr().unwrap();
        let (state, tls, security) = (Arc::clone(&self.state), self.tls.clone(), self.security);
        self.listening = Some(tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (state, tls) = (Arc::clone(&state), tls.clone());
                state.lock().unwrap().connections += 1;
                tokio::spawn(async move { Session::begin(stream, security, tls, state).await });
            }
        }));
    }

    /// Nobody listens any more.
    pub async fn goes_down(&mut self) {
        if let Some(task) = self.listening.take() {
            task.abort();
            let _ = task.await;
        }
    }

    /// The settings by which letters go to it, its authority's certificate in this file.
    pub fn settings(&self, ca_file: &Path, mail: &mut Mail) {
        std::fs::write(ca_file, &self.ca).unwrap();
        mail.transport = jingling::config::mail::Transport::Smtp;
        mail.from = format!("霍山县财政局警铃 <{USER}>");
        mail.smtp = Smtp {
            host: "127.0.0.1".to_owned(),
            port: self.address.port(),
            security: self.security,
            user: USER.to_owned(),
            ca_file: ca_file.to_owned(),
            hello: "huoshan.example".to_owned(),
            timeout_secs: 20,
            password: Some(Secret::new(PASSWORD.to_owned())),
            ..mail.smtp.clone()
        };
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    pub fn is(&self, mood: Mood) {
        self.state().mood = mood;
    }

    pub fn wants_password(&self, password: &'static str) {
        self.state().password = password;
    }

    pub fn offers(&self, mechanisms: &'static str) {
        self.state().mechanisms = mechanisms;
    }

    pub fn connections(&self) -> usize {
        self.state().connections
    }

    /// Waits until somebody has met with its mood so often.
    pub async fn was_met(&self, times: usize) {
        until(20, async || {
            let met = self.state().moods;
            if met >= times { Ok(()) } else { Err(format!("met {met} times")) }
        })
        .await;
    }

    /// The letters it accepted, in the order they came; nobody may have sinned.
    pub fn mailbox(&self) -> Mailbox {
        let state = self.state();
        assert!(state.sins.is_empty(), "{:?}", state.sins);
        Mailbox::of_letters(state.letters.iter().map(|letter| String::from_utf8(letter.clone()).unwrap()))
    }
}

/// A certificate for this machine, signed by an authority made for it.
fn certified() -> (TlsAcceptor, String) {
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority_key = KeyPair::generate().unwrap();
    let ca = authority.self_signed(&authority_key).unwrap().pem();
    let issuer = Issuer::new(authority, authority_key);
    let key = KeyPair::generate().unwrap();
    let own = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider())).with_safe_default_protocol_versions().unwrap();
    let config = config.with_no_client_auth().with_single_cert(vec![own.der().clone()], key).unwrap();
    (TlsAcceptor::from(Arc::new(config)), ca)
}

trait Line: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Line for T {}

struct Session {
    line: BufReader<Box<dyn Line>>,
    security: Security,
    encrypted: bool,
    signed_in: bool,
    state: Arc<Mutex<State>>,
}

/// What the line broke off with: nobody is there any more to be told.
type Talk<T> = std::io::Result<T>;

impl Session {
    async fn begin(stream: TcpStream, security: Security, tls: TlsAcceptor, state: Arc<Mutex<State>>) {
        let encrypted = security == Security::Tls;
        let line: Box<dyn Line> = if encrypted {
            let Ok(stream) = tls.accept(stream).await else { return };
            Box::new(stream)
        } else {
            Box::new(stream)
        };
        let mut session = Session { line: BufReader::new(line), security, encrypted, signed_in: false, state };
        let _ = session.converse(tls).await;
    }

    fn in_the_mood_for(&self, mood: Mood) -> bool {
        let mut state = self.state.lock().unwrap();
        let is = state.mood == mood;
        state.moods += usize::from(is);
        is
    }

    fn sin(&self, sin: &str) {
        self.state.lock().unwrap().sins.push(sin.to_owned());
    }

    async fn say(&mut self, answer: &str) -> Talk<()> {
        if self.in_the_mood_for(Mood::Slow) {
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
        self.line.write_all(format!("{answer}\r\n").as_bytes()).await?;
        self.line.flush().await
    }

    async fn hear(&mut self) -> Talk<Vec<u8>> {
        let mut heard = Vec::new();
        self.line.read_until(b'\n', &mut heard).await?;
        match heard.strip_suffix(b"\r\n") {
            Some(line) => Ok(line.to_vec()),
            None if heard.is_empty() => Err(std::io::ErrorKind::UnexpectedEof.into()),
            None => {
                self.sin("a line that does not end as lines do");
                Ok(heard)
            }
        }
    }

    async fn converse(&mut self, tls: TlsAcceptor) -> Talk<()> {
        if self.in_the_mood_for(Mood::Busy) {
            return self.say("421 4.3.2 mail.huoshan.example too many connections").await;
        }
        self.say("220 mail.huoshan.example ESMTP").await?;
        let (mut sender, mut recipients, mut eight_bits) = (false, 0, false);
        loop {
            let command = String::from_utf8(self.hear().await?).unwrap_or_default();
            let verb = command.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
            match verb.as_str() {
                "EHLO" => self.greet(&command).await?,
                "STARTTLS" if !self.encrypted && self.security == Security::Starttls => {
                    self.say("220 2.0.0 go ahead").await?;
                    assert!(self.line.buffer().is_empty(), "something in the clear after STARTTLS");
                    let clear = std::mem::replace(&mut self.line, BufReader::new(Box::new(tokio::io::empty())));
                    self.line = BufReader::new(Box::new(tls.accept(clear.into_inner()).await?));
                    self.encrypted = true;
                }
                "AUTH" => self.sign_in(&command).await?,
                "MAIL" if !self.signed_in && !self.state.lock().unwrap().mechanisms.is_empty() => self.say("530 5.7.0 authentication required").await?,
                "MAIL" if self.in_the_mood_for(Mood::RefusesSender) => self.say("553 5.7.1 <jingling@huoshan.example> not owned by user").await?,
                "MAIL" => {
                    (sender, recipients, eight_bits) = (true, 0, command.contains("BODY=8BITMIME"));
                    self.say("250 2.1.0 ok").await?;
                }
                "RCPT" if !sender => self.say("503 5.5.1 MAIL first").await?,
                "RCPT" if self.in_the_mood_for(Mood::Greylists) => self.say("451 4.7.1 greylisted, come back later").await?,
                "RCPT" if self.in_the_mood_for(Mood::KnowsNobody) => {
                    let address = command.split(['<', '>']).nth(1).unwrap_or_default();
                    self.say(&format!("550-5.1.1 <{address}> is not known here\r\n550 5.1.1 really not")).await?;
                }
                "RCPT" => {
                    recipients += 1;
                    self.say("250 2.1.5 ok").await?;
                }
                "DATA" if recipients == 0 => self.say("503 5.5.1 RCPT first").await?,
                "DATA" => {
                    self.say("354 end with a point").await?;
                    self.take(eight_bits).await?;
                    (sender, recipients) = (false, 0);
                }
                "RSET" => {
                    (sender, recipients) = (false, 0);
                    self.say("250 2.0.0 ok").await?;
                }
                "NOOP" => self.say("250 2.0.0 ok").await?,
                "QUIT" => return self.say("221 2.0.0 bye").await,
                _ => self.say("502 5.5.2 not understood").await?,
            }
        }
    }

    async fn greet(&mut self, command: &str) -> Talk<()> {
        if command != "EHLO huoshan.example" {
            self.sin(command);
        }
        let mut features = vec!["mail.huoshan.example".to_owned(), "PIPELINING".to_owned(), "SIZE 10485760".to_owned(), "8BITMIME".to_owned()];
        let mechanisms = self.state.lock().unwrap().mechanisms;
        if self.security == Security::Starttls && !self.encrypted {
            features.push("STARTTLS".to_owned());
        } else if !mechanisms.is_empty() {
            features.push(format!("AUTH {mechanisms}"));
        }
        features.push("ENHANCEDSTATUSCODES".to_owned());
        let (last, first) = features.split_last().unwrap();
        let lines: String = first.iter().map(|feature| format!("250-{feature}\r\n")).collect();
        self.say(&format!("{lines}250 {last}")).await
    }

    async fn sign_in(&mut self, command: &str) -> Talk<()> {
        if !self.encrypted && self.security != Security::Plain {
            self.sin("a password in the clear");
            return self.say("538 5.7.11 encryption required").await;
        }
        let decode = |coded: &[u8]| String::from_utf8(STANDARD.decode(coded).unwrap_or_default()).unwrap_or_default();
        let words: Vec<&str> = command.split(' ').collect();
        let (user, password) = match words[..] {
            ["AUTH", "PLAIN", initial] => {
                let said = decode(initial.as_bytes());
                let mut parts = said.split('\0').skip(1).map(str::to_owned);
                (parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
            }
            ["AUTH", "LOGIN"] => {
                self.say("334 VXNlcm5hbWU6").await?;
                let user = decode(&self.hear().await?);
                self.say("334 UGFzc3dvcmQ6").await?;
                (user, decode(&self.hear().await?))
            }
            _ => return self.say("504 5.5.4 mechanism not known").await,
        };
        self.signed_in = user == USER && password == self.state.lock().unwrap().password;
        self.say(if self.signed_in { "235 2.7.0 welcome" } else { "535 5.7.8 jingling@huoshan.example: bad password" }).await
    }

    /// The content up to the point alone, points doubled by the sender undone.
    async fn take(&mut self, eight_bits: bool) -> Talk<()> {
        let mut content = Vec::new();
        loop {
            let line = self.hear().await?;
            if line == b"." {
                break;
            }
            if line.len() > 998 || line.contains(&b'\r') || (!eight_bits && !line.is_ascii()) {
                self.sin("a line of content that servers break");
            }
            content.extend(line.strip_prefix(b".").unwrap_or(&line));
            content.extend(b"\r\n");
        }
        if self.in_the_mood_for(Mood::RefusesContent) {
            return self.say("554 5.7.1 looks like spam to liguoqiang@huoshan.example").await;
        }
        if self.in_the_mood_for(Mood::HangsAfterContent) {
            // until the other side gives up
            self.hear().await?;
            return Err(std::io::ErrorKind::TimedOut.into());
        }
        self.state.lock().unwrap().letters.push(content);
        if self.in_the_mood_for(Mood::CutsAfterContent) {
            return Err(std::io::ErrorKind::ConnectionReset.into());
        }
        self.say("250 2.0.0 queued").await
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        if let Some(task) = self.listening.take() {
            task.abort();
        }
    }
}
