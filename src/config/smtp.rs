//! `[mail.smtp]`: the mail server, and how it is known to be the right one.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use lettre::transport::smtp::client::{Certificate, TlsParameters};
use serde::Deserialize;

use super::fault::Faults;
use super::secret::{self, Secret};

/// The mail server (邮件服务器).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Smtp {
    /// Its name or IP; the certificate must be for it.
    pub host: String,
    /// 0: the usual one of the security.
    pub port: u16,
    /// What protects the line.
    pub security: Security,
    /// Empty: nobody signs in.
    pub user: String,
    /// The environment variable that holds the password.
    pub password_env: String,
    /// The file that holds the password; empty: the variable does.
    pub password_file: PathBuf,
    /// The bureau's own root certificates, trusted beside the system's; empty: none.
    pub ca_file: PathBuf,
    /// The name given at EHLO; empty: the sender's domain, once checked.
    pub hello: String,
    /// Seconds that one letter may take, connecting and signing in included.
    pub timeout_secs: u64,
    /// The password itself; read by [`load`](super::load) when somebody signs in.
    #[serde(skip)]
    pub password: Option<Secret>,
}

/// What protects the line to the mail server (加密方式).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Security {
    /// It begins in the clear and must be encrypted before anything is said (RFC 3207).
    Starttls,
    /// Encrypted from the first byte (RFC 8314).
    Tls,
    /// 不加密
    Plain,
}

impl Security {
    /// The usual port.
    const fn port(self) -> u16 {
        match self {
            Security::Starttls => 587,
            Security::Tls => 465,
            Security::Plain => 25,
        }
    }
}

impl Smtp {
    /// Where to connect.
    pub const fn port(&self) -> u16 {
        if self.port == 0 { self.security.port() } else { self.port }
    }

    /// How long one letter may take.
    pub const fn timeout(&self) -> Duration {
        Duration::from_secs(self.timeout_secs)
    }

    /// Whose certificates are believed: the system's roots and the bureau's own. None where nothing is encrypted.
    ///
    /// # Errors
    /// A sentence, when the bureau's own cannot be used.
    pub fn trust(&self) -> Result<Option<TlsParameters>, String> {
        if self.security == Security::Plain {
            return Ok(None);
        }
        let mut trust = TlsParameters::builder(self.host.clone());
        let shown = self.ca_file.display();
        if !self.ca_file.as_os_str().is_empty() {
            let pem = std::fs::read(&self.ca_file).map_err(|_| format!("读不了文件 {shown}。请检查路径和权限。"))?;
            let has_one = pem.windows(MARK.len()).any(|part| part == MARK);
            let own = Certificate::from_pem(&pem).ok().filter(|_| has_one);
            trust = trust.add_root_certificate(own.ok_or_else(|| format!("{shown} 里没有 PEM 格式的证书。请向管邮件服务器的人要根证书。"))?);
        }
        trust.build().map(Some).map_err(|_| format!("{shown} 里的证书不能用。请向管邮件服务器的人要根证书。"))
    }

    pub(super) fn check(&mut self, domain: &str, env: &BTreeMap<String, String>, faults: &mut Faults) {
        faults.expect(is_host(&self.host), "mail.smtp.host", || {
            let found = if self.host.is_empty() { "没有填写".to_owned() } else { format!("写的是 \"{}\",不是域名或 IP", self.host) };
            format!("{found}。请填邮件服务器的域名或 IP,不带端口,例如 \"mail.example.gov.cn\"。")
        });
        faults.expect((1..=100).contains(&self.timeout_secs), "mail.smtp.timeout_secs", || {
            format!("写的是 {},应在 1 到 100 之间。请改正,或删去这一项用默认值。", self.timeout_secs)
        });
        faults.expect(self.hello.is_empty() || is_host(&self.hello), "mail.smtp.hello", || {
            format!("写的是 \"{}\",应为域名或 IP。请改正,或删去这一项用默认值。", self.hello)
        });
        if self.hello.is_empty() {
            domain.clone_into(&mut self.hello);
        }
        let aloud = self.security == Security::Plain && !self.user.is_empty() && !is_loopback(&self.host);
        faults.expect(!aloud, "mail.smtp.security", || {
            "写的是 \"plain\",登录口令会不加密地经过网络。请改用 starttls 或 tls;确实不加密的服务器,只能不登录(user 空着)或装在本机。".to_owned()
        });
        if let Err(why) = self.trust() {
            faults.expect(false, "mail.smtp.ca_file", || why);
        }
        if !self.user.is_empty() {
            let (key, read) = if self.password_file.as_os_str().is_empty() {
                ("mail.smtp.password_env", secret::from_env(&self.password_env, env))
            } else {
                ("mail.smtp.password_file", secret::from_file(&self.password_file))
            };
            match read {
                Ok(password) if password.is_empty() => faults.expect(false, key, || "登录口令是空的。请填入邮箱的口令,不登录就把 user 空着。".to_owned()),
                Ok(password) => self.password = Some(Secret::new(password)),
                Err(why) => faults.expect(false, key, || why),
            }
        }
    }

    pub(super) fn told(&self) -> String {
        let way = match self.security {
            Security::Starttls => "STARTTLS",
            Security::Tls => "TLS",
            Security::Plain => "不加密",
        };
        let who = if self.user.is_empty() { "不登录".to_owned() } else { format!("用户 {}", self.user) };
        format!("{}:{}({way},{who})", self.host, self.port())
    }
}

const MARK: &[u8] = b"-----BEGIN CERTIFICATE-----";

fn is_host(text: &str) -> bool {
    let label = |label: &str| !label.is_empty() && label.len() <= 63 && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    text.parse::<IpAddr>().is_ok() || (text.len() <= 253 && text.split('.').all(label))
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use crate::config::tests::try_load;

    #[test]
    fn a_mail_server_is_checked_with_everything_it_needs() {
        let folder = tempfile::tempdir().unwrap();
        let ca = folder.path().join("ca.pem");
        std::fs::write(&ca, "-----BEGIN CERTIFICATE-----\nbm9uZQ==\n-----END CERTIFICATE-----\n").unwrap();
        let faults = |smtp: &str, env: &[(&str, &str)]| {
            try_load(&format!("[mail]\ntransport = \"smtp\"\n{smtp}"), env).unwrap_err().replace(&folder.path().display().to_string(), "…")
        };
        let wrong = format!(
            "[mail.smtp]\nhost = \"邮件服务器\"\nport = 99999\nsecurity = \"ssl\"\nuser = \"a\"\npassword_env = \"hunter2!\"\nca_file = \"{}\"\ntimeout_secs = 0",
            ca.display()
        );
        insta::assert_snapshot!(faults(&wrong, &[]), @r#"
        mail.smtp.port:写的是 99999,不能识别。这一项是:端口,0 就是这种加密方式常用的:starttls 587,tls 465,plain 25。请改正。
        mail.smtp.security:写的是 "ssl",应为 starttls、tls、plain 之一。请改正。
        mail.from:写的是 "警铃 <jingling@localhost>",这个地址寄不出信。请填邮件服务器认可的地址,例如 "警铃 <jingling@example.gov.cn>"。
        mail.smtp.host:写的是 "邮件服务器",不是域名或 IP。请填邮件服务器的域名或 IP,不带端口,例如 "mail.example.gov.cn"。
        mail.smtp.timeout_secs:写的是 0,应在 1 到 100 之间。请改正,或删去这一项用默认值。
        mail.smtp.ca_file:…/ca.pem 里的证书不能用。请向管邮件服务器的人要根证书。
        mail.smtp.password_env:写的像是密钥本身,这里应为环境变量名。请移走并更换这个密钥。
        "#);
        let aloud = "from = \"警铃 <警铃@huoshan.example>\"\n[mail.smtp]\nhost = \"mail.huoshan.example\"\nsecurity = \"plain\"\nuser = \"a\"\nhello = \"a b\"\nca_file = \"/nonexistent\"";
        insta::assert_snapshot!(faults(aloud, &[("SMTP_PASSWORD", " ")]), @r#"
        mail.from:写的是 "警铃 <警铃@huoshan.example>",应为 名称 <地址>,地址只用英文字母、数字和符号。例如 "警铃 <jingling@localhost>"。
        mail.smtp.hello:写的是 "a b",应为域名或 IP。请改正,或删去这一项用默认值。
        mail.smtp.security:写的是 "plain",登录口令会不加密地经过网络。请改用 starttls 或 tls;确实不加密的服务器,只能不登录(user 空着)或装在本机。
        mail.smtp.password_env:登录口令是空的。请填入邮箱的口令,不登录就把 user 空着。
        "#);
        std::fs::write(&ca, "hunter2").unwrap();
        let files = format!(
            "from = \"警铃 <jingling@huoshan.example>\"\n[mail.smtp]\nhost = \"10.0.0.1\"\nuser = \"a\"\npassword_file = \"/nonexistent\"\nca_file = \"{}\"",
            ca.display()
        );
        insta::assert_snapshot!(faults(&files, &[]), @r"
        mail.smtp.ca_file:…/ca.pem 里没有 PEM 格式的证书。请向管邮件服务器的人要根证书。
        mail.smtp.password_file:读不了文件 /nonexistent。请检查路径和权限。
        ");
    }

    #[test]
    fn a_mail_server_that_is_right_and_whose_password_is_not_seen() {
        let settings = "[mail]\ntransport = \"smtp\"\nfrom = \"警铃 <jingling@huoshan.example>\"\n[mail.smtp]\nuser = \"jingling\"\nhost = ";
        let told = |rest: &str| try_load(&format!("{settings}{rest}"), &[("SMTP_PASSWORD", "春眠 hunter2\n")]).map(|config| (config.mail.told(), config));
        let (starttls, config) = told("\"mail.huoshan.example\"").unwrap();
        assert_eq!(config.mail.smtp.password.as_ref().unwrap().expose(), "春眠 hunter2");
        assert!(!format!("{config:?}").contains("hunter2"));
        assert_eq!(config.mail.smtp.hello, "huoshan.example");
        assert_eq!(starttls, "邮件经 mail.huoshan.example:587(STARTTLS,用户 jingling)寄出");
        assert_eq!(told("\"10.0.0.1\"\nsecurity = \"tls\"").unwrap().0, "邮件经 10.0.0.1:465(TLS,用户 jingling)寄出");
        assert_eq!(told("\"127.0.0.1\"\nsecurity = \"plain\"\nport = 2525").unwrap().0, "邮件经 127.0.0.1:2525(不加密,用户 jingling)寄出");
        assert!(told("\"10.0.0.1\"\nsecurity = \"plain\"").is_err(), "a password does not cross the network in the clear");
        let nobody = settings.replace("user = \"jingling\"", "user = \"\"") + "\"10.0.0.1\"\nsecurity = \"plain\"";
        assert_eq!(try_load(&nobody, &[]).unwrap().mail.told(), "邮件经 10.0.0.1:25(不加密,不登录)寄出");
    }
}
