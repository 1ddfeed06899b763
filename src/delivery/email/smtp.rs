//! Letters by the mail server (SMTP, RFC 5321).
//!
//! One connection, kept while letters follow each other and closed when none is left. lettre's pool is not used: it would hand on a connection on which an
//! answer was given up waiting for, and the next letter would take that late answer for its own.

use std::fmt;

use lettre::Message;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Rset};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter};
use lettre::transport::smtp::response::Severity;
use tokio::sync::Mutex;
use tokio::time::timeout;

use super::refusal::{Refusal, Stage};
use crate::config::smtp::{Security, Smtp as Settings};
use crate::delivery::worker::Failure;
use crate::troubles::Troubles;

/// The way by the mail server.
pub struct Smtp {
    settings: Settings,
    trust: Option<TlsParameters>,
    troubles: Troubles,
    line: Mutex<Option<AsyncSmtpConnection>>,
}

/// Passwords go out by these only, so never unless asked for in a way that TLS protects.
const MECHANISMS: &[Mechanism] = &[Mechanism::Plain, Mechanism::Login];

impl Smtp {
    /// Reads the certificates it will believe; connects only when there is a letter.
    ///
    /// # Errors
    /// A sentence, when the bureau's own certificates cannot be used.
    pub fn new(settings: &Settings, troubles: Troubles) -> Result<Smtp, String> {
        Ok(Smtp { trust: settings.trust()?, settings: settings.clone(), troubles, line: Mutex::new(None) })
    }

    /// Hands one letter to the server. What is wrong with the server or the settings is noted, and settled once a letter is answered for.
    pub async fn send(&self, message: &Message) -> Result<(), Failure> {
        match self.within(self.hand_over(message)).await {
            Ok(()) => {
                self.troubles.settle("mail");
                Ok(())
            }
            Err(Refusal::OfLetter(reason)) => {
                self.troubles.settle("mail");
                Err(Failure::Poison(reason))
            }
            Err(Refusal::ForNow(reason)) => Err(Failure::Later(reason)),
            Err(Refusal::OfUs(sentence)) => {
                self.troubles.note("mail", &sentence);
                Err(Failure::Down(sentence))
            }
        }
    }

    /// Connects and signs in as for a letter, and sends none.
    ///
    /// # Errors
    /// A sentence that says what fails, and what to look at.
    pub async fn probe(&self) -> Result<(), String> {
        let reached = self.within(async {
            *self.line.lock().await = Some(self.connect().await?);
            Ok(())
        });
        let result = reached.await.map_err(Refusal::into_reason);
        self.hang_up().await;
        result
    }

    /// Takes leave of the server.
    pub async fn hang_up(&self) {
        if let Some(mut line) = self.line.lock().await.take() {
            let _ = self.within(async { line.quit().await.map_err(|error| self.refused(Stage::Connection, &error)) }).await;
        }
    }

    /// A connection on which the time ran out is dropped with what was going on, never used again.
    async fn within<T>(&self, going_on: impl Future<Output = Result<T, Refusal>>) -> Result<T, Refusal> {
        timeout(self.settings.timeout(), going_on).await.unwrap_or_else(|_| Err(Refusal::too_slow(&self.settings)))
    }

    fn refused(&self, stage: Stage, error: &lettre::transport::smtp::Error) -> Refusal {
        Refusal::of(stage, error, &self.settings)
    }

    async fn hand_over(&self, message: &Message) -> Result<(), Refusal> {
        let mut place = self.line.lock().await;
        let mut kept = place.take();
        // a server may hang up between two letters
        if let Some(line) = &mut kept
            && !line.test_connected().await
        {
            kept = None;
        }
        let mut line = match kept {
            Some(line) => line,
            None => self.connect().await?,
        };
        let said = self.say(&mut line, message).await;
        let goes_on = match said {
            Ok(()) => true,
            // what was refused in words is over; after anything else nobody knows where the conversation stands
            Err(Refusal::OfLetter(_) | Refusal::ForNow(_)) => line.command(Rset).await.is_ok(),
            Err(Refusal::OfUs(_)) => false,
        };
        *place = goes_on.then_some(line);
        said
    }

    async fn say(&self, line: &mut AsyncSmtpConnection, message: &Message) -> Result<(), Refusal> {
        let (envelope, content) = (message.envelope(), message.formatted());
        let mut parameters = Vec::new();
        if envelope.to().iter().any(|to| !AsRef::<str>::as_ref(to).is_ascii()) {
            if !line.server_info().supports_feature(Extension::SmtpUtfEight) {
                return Err(Refusal::OfLetter("邮件服务器不支持含中文的收件地址".to_owned()));
            }
            parameters.push(MailParameter::SmtpUtfEight);
        }
        line.command(Mail::new(envelope.from().cloned(), parameters)).await.map_err(|error| self.refused(Stage::Sender, &error))?;
        for to in envelope.to() {
            line.command(Rcpt::new(to.clone(), Vec::new())).await.map_err(|error| self.refused(Stage::Recipient, &error))?;
        }
        line.command(Data).await.map_err(|error| self.refused(Stage::Content, &error))?;
        let answer = line.message(&content).await.map_err(|error| self.refused(Stage::Content, &error))?;
        // 3xx is no promise to deliver
        match answer.code().severity {
            Severity::PositiveCompletion => Ok(()),
            _ => Err(Refusal::OfUs(format!("邮件服务器 {} 的答复不合规定({})。请问管邮件服务器的人。", self.settings.host, answer.code()))),
        }
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Refusal> {
        let Settings { host, security, user, password, .. } = &self.settings;
        let hello = ClientId::Domain(self.settings.hello.clone());
        let (at_once, afterwards) = match security {
            Security::Tls => (self.trust.clone(), None),
            Security::Starttls => (None, self.trust.clone()),
            Security::Plain => (None, None),
        };
        let at = (host.as_str(), self.settings.port());
        let connected = AsyncSmtpConnection::connect_tokio1(at, None, &hello, at_once, None).await;
        let mut line = connected.map_err(|error| self.refused(Stage::Connection, &error))?;
        if let Some(trust) = afterwards {
            if !line.can_starttls() {
                let sentence = format!("邮件服务器 {host} 没有提供 STARTTLS,信没有发出。请核对 mail.smtp 的 port,或把 security 改为 tls。");
                return Err(Refusal::OfUs(sentence));
            }
            line.starttls(trust, &hello).await.map_err(|error| self.refused(Stage::Connection, &error))?;
        }
        if let Some(password) = password {
            if line.server_info().get_auth_mechanism(MECHANISMS).is_none() {
                let sentence = format!("邮件服务器 {host} 没有提供口令登录(PLAIN、LOGIN)。请核对 mail.smtp 的 port 和 security;不用登录的,把 user 空着。");
                return Err(Refusal::OfUs(sentence));
            }
            let credentials = Credentials::new(user.clone(), password.expose().to_owned());
            line.auth(MECHANISMS, &credentials).await.map_err(|error| self.refused(Stage::SigningIn, &error))?;
        }
        Ok(line)
    }
}

impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Smtp").field("settings", &self.settings).finish_non_exhaustive()
    }
}
